"""Which parts of a program fired, and which never did."""
