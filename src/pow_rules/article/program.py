"""The article as a program, and a session that has heard its reports."""

from pow_rules import Program, Session
from pow_rules.article.questions import questions
from pow_rules.article.reports import reports
from pow_rules.article.rules import rules
from pow_rules.article.vocabulary import assertable

__all__ = ["program", "session"]

program = Program(rules, given=assertable, questions=questions)


def session() -> Session:
    """Make a new session of the article's program, with all its reports asserted."""
    return Session(program, reports)
