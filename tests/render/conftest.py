"""Steps of every kind with nasty texts in them, answers made of such, and goldens.

`SAID` maps each kind of step to a strategy of such steps; `answers` makes trees of them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import attrs
import pytest
from hypothesis import strategies as st

from pow_rules import Source, conclude, fact, rule, where
from pow_rules.constraints import constraint
from pow_rules.derivation import Absence, AggregateValue, Presence
from pow_rules.grades import CREDIBILITIES, RELIABILITIES
from pow_rules.kinds import Kind
from pow_rules.rules import HEDGES
from pow_rules.scales import ICD203, PHIA, likelihood_of
from pow_rules.sources import Attestation
from pow_rules.steps import (
    AbsenceStep,
    AggregateStep,
    ConclusionStep,
    ConditionStep,
    CutStep,
    FactStep,
    GivenStep,
    HeadingStep,
    NoteStep,
    PatternStep,
    PresenceStep,
    Role,
    RuleStep,
    SeenStep,
    Step,
)
from pow_rules.terms import Compare, Constant, Field, Inner, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FOLDER = Path(__file__).parent / "goldens"

# What means something to one form or another, or hides, or is wide.
WORDS = (
    "end", "direction TB", "direction  LR", "style a:#fff;", "style: #", "classDef", "%%{init: {}}%%", "%%", "graph",
    "#", "#35;", "&amp;", "&", '"', "'", "`", "```", "~~~", "**b**", "_i_", "__", "a_b", "[", "](", ")", "{{", "}}",
    "|", "<b>", "<!--", "<script>", ";", ":", "://", "http://a.b", "www.a.b", "a@b", "-->", "->", "--", "---", "1.",
    "12)", "- ", "* ", "+", "=", "===", "> ", "!", "$", "$$x$$", "\\", "\\n", "\\N", "\n", "\r\n", "\t", "\0",
    "\x1b[31m", "\u202e", "\u2028", "\u200d", "\xa0", "\ud800", "ﬂ°", "¶ß", "¶7", "…", "é", "e\u0301", "第",
    "🧑\u200d🚀", " ", "  ", "    ", "x", "word",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=6).map("".join)
NAMED = TEXTS.map(lambda text: f"{text}x")
"""Texts that are more than space."""


@fact
class Report:
    """{who} reports: {what}"""

    who: str
    what: str


@fact
class Heard:
    """it is heard that {what}, {times:>4} times"""

    what: str
    times: int


@rule
def heard(r: Report) -> None:
    """What is reported is heard."""
    conclude(Heard, what=r.what, times=1)


@constraint
def heard_once(a: Heard, b: Heard) -> None:
    """Nothing is heard in two numbers."""
    where(a.what == b.what, a.times != b.times)


FACTS = st.builds(Report, TEXTS, TEXTS) | st.builds(Heard, TEXTS, st.integers())
SOURCES = st.builds(
    Source, NAMED, origin=st.none() | NAMED, reliability=st.none() | st.sampled_from(RELIABILITIES),
    credibility=st.none() | st.sampled_from(CREDIBILITIES), date=st.none() | st.dates(), locator=st.none() | NAMED,
)  # fmt: skip
LIKELIHOODS = st.none() | st.sampled_from([*ICD203, *PHIA]).map(likelihood_of) | st.floats(0, 1).map(likelihood_of)
ATTESTATIONS = st.lists(
    st.builds(Attestation, st.none() | SOURCES, st.sampled_from(HEDGES), LIKELIHOODS),
    max_size=2, unique_by=lambda said: said.source,
).map(tuple)  # fmt: skip
RULES = st.builds(
    lambda statement, hedge, attribution, cites: attrs.evolve(
        heard, statement=statement, hedge=hedge, attribution=attribution, cites=tuple(cites)
    ),
    TEXTS, st.sampled_from(HEDGES), st.none() | TEXTS, st.lists(TEXTS, max_size=2),
)  # fmt: skip
CONSTRAINTS = st.builds(lambda statement: attrs.evolve(heard_once, statement=statement), TEXTS)
ROLES = st.sampled_from(get_args(Role))


def _pattern(who: str, what: str) -> Inner:
    variable = Variable(0, "r", Report)
    fields = [Field(variable, name, Kind.of(str)) for name in ("who", "what", "what")]
    first, second, third = (
        Compare(operator, field, Constant(value, Kind.of(str)))
        for operator, field, value in zip(("==", "==", "!="), fields, (who, what, "x"), strict=True)
    )
    return Inner(variable, (first, second, third))


PATTERNS = st.builds(_pattern, TEXTS, TEXTS)
AGGREGATES = st.builds(
    lambda pattern, facts: AggregateValue("count", Report, pattern, None, len(facts), tuple(facts)),
    PATTERNS, st.lists(FACTS, max_size=2),
)  # fmt: skip

SAID: dict[type, st.SearchStrategy[Any]] = {
    GivenStep: st.builds(GivenStep, FACTS, ATTESTATIONS, st.booleans()),
    ConclusionStep: st.builds(
        ConclusionStep, FACTS, st.sampled_from([("certain",), ("probable", "possible")]), st.integers(1, 2),
        st.integers(1, 2000), ATTESTATIONS, st.booleans(),
    ),
    RuleStep: st.builds(RuleStep, RULES | CONSTRAINTS),
    SeenStep: st.builds(SeenStep, FACTS, st.just(0)),
    CutStep: st.builds(CutStep, FACTS),
    AbsenceStep: st.builds(AbsenceStep, st.builds(Absence, st.just(Report), PATTERNS)),
    PresenceStep: st.builds(PresenceStep, st.builds(Presence, st.just(Report), PATTERNS), st.integers(1, 2000)),
    AggregateStep: st.builds(AggregateStep, AGGREGATES),
    HeadingStep: st.builds(HeadingStep, TEXTS, TEXTS),
    FactStep: st.builds(FactStep, FACTS, ROLES, TEXTS),
    PatternStep: st.builds(PatternStep, PATTERNS, ROLES, TEXTS),
    ConditionStep: st.builds(
        ConditionStep, TEXTS, st.lists(st.tuples(TEXTS, TEXTS | st.integers() | st.floats(allow_nan=False)), max_size=2)
        .map(tuple), st.booleans(),
    ),
    NoteStep: st.builds(NoteStep, TEXTS),
}  # fmt: skip


@st.composite
def _answers(draw: st.DrawFn, deepest: int = 5) -> tuple[Step, ...]:
    """Make trees of steps of any kind, the first of which is the root."""
    steps: list[Step] = []
    for said in draw(st.lists(st.one_of(*SAID.values()), min_size=1, max_size=9)):
        depth = draw(st.integers(1, min(steps[-1].depth + 1, deepest))) if steps else 0
        at = draw(st.integers(0, len(steps)))
        steps.append(Step(depth, attrs.evolve(said, at=at) if isinstance(said, SeenStep) and steps else said))
    return tuple(steps)


@pytest.fixture(scope="session")
def said() -> Mapping[type, st.SearchStrategy[Any]]:
    """Give the strategies of steps, by their kind."""
    return SAID


@pytest.fixture(scope="session")
def answers() -> st.SearchStrategy[tuple[Step, ...]]:
    """Give the strategy of answers."""
    return _answers()


@pytest.fixture(scope="session")
def fact_types() -> dict[str, type]:
    """Give the fact types in those answers, by their name."""
    return {"Report": Report, "Heard": Heard}


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Give the comparison of a text with the golden of that file name."""

    def compare(name: str, text: str) -> None:
        path = _FOLDER / name
        if os.environ.get("UPDATE_GOLDENS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{text}\n", encoding="utf-8")
        assert text == path.read_text(encoding="utf-8").removesuffix("\n")

    return compare
