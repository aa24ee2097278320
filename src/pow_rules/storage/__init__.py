"""Files: sessions that are kept in them, journals, and facts that people write."""
