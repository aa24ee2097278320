"""The article's rules, theme by theme."""

from pow_rules import Rule
from pow_rules.article.rules import kyiv, outcomes, russia, washington

__all__ = ["rules"]

rules: tuple[Rule, ...] = (*russia.rules, *washington.rules, *kyiv.rules, *outcomes.rules)
