"""What became different in the reasons, between two states."""
