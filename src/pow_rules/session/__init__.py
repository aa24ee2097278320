"""A session: what it is asked, how it changes, and how it is kept."""
