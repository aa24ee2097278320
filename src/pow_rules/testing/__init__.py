"""Helpers for testing: a naive reference engine, hypothesis strategies for programs and facts, the laws of semirings.

The strategies need hypothesis (`pip install pow-rules[test]`); the others need nothing.
"""

from pow_rules.testing.laws import check_semiring
from pow_rules.testing.reference import Model, naive_contradictions, naive_model

__all__ = ["Model", "check_semiring", "naive_contradictions", "naive_model"]
