"""What `python -m pow_rules` does: the report on the article, explanations as documents, and checking them."""
