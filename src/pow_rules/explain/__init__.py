"""Questions to the derivation log, one a module; each gives frozen data."""
