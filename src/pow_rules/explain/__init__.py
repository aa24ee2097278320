"""Questions to the derivation log, one a module or package; each gives frozen data."""
