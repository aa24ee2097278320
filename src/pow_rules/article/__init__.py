"""A news article of early March 2025 on two prisoners of war, as rules: the library's first program.

`program` holds the rules, `reports` what the article reports, `questions` what it leaves open; `session()` gives a
new session that has heard the reports. The words are in `vocabulary`.
"""

from pow_rules.article import vocabulary
from pow_rules.article.program import program, session
from pow_rules.article.questions import questions
from pow_rules.article.reports import reports

__all__ = ["program", "questions", "reports", "session", "vocabulary"]
