"""What explanations look like, one form a module."""
