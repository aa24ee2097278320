"""Helpers for testing: a naive reference engine, and hypothesis strategies for programs and facts.

The strategies need hypothesis (`pip install pow-rules[test]`); the reference engine needs nothing.
"""

from pow_rules.testing.reference import Model, naive_contradictions, naive_model

__all__ = ["Model", "naive_contradictions", "naive_model"]
