"""What is the least that would have to be different, checked by running it."""
