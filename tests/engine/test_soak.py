"""Many generated programs on both matchers and the naive reference: `pytest --soak 20000 tests/engine/test_soak.py`.

Run so, it prints how many derivations were compared.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, given, settings

from pow_rules import Session
from pow_rules.testing import naive_model
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from pow_rules import Program

_SHORT = 25


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="durable-rules cannot be imported on Python 3.13 and newer")
def test_both_matchers_and_the_reference_agree(
    request: pytest.FixtureRequest, matcher: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log of each matcher is the same, entry by entry, after each of two calls; and it is the naive model's."""
    if matcher != "compiled":
        pytest.skip("both are compared already")
    wanted = request.config.getoption("--soak")
    totals = {"programs": 0, "derivations": 0, "with premises": 0, "absences": 0}

    @settings(
        max_examples=wanted or _SHORT, database=None, phases=(Phase.generate, Phase.shrink) if wanted else tuple(Phase)
    )
    @given(programs(), facts(), facts())
    def agree(program: Program, first: list[Any], second: list[Any]) -> None:
        with Session(program, first) as session, Session(program, first, matcher="durable") as other:
            assert _log(session) == _log(other)
            assert str(session.assert_facts(second)) == str(other.assert_facts(second))
            assert _log(session) == _log(other)
            assert session.facts() == other.facts()
            checked = session.cross_check()
            assert checked, str(checked)
            model = naive_model(program, [*first, *second])
            assert set(other.facts()) == model.facts
            assert {d for fact in other.facts() for d in other.derivations(fact)} == model.derivations
        totals["programs"] += 1
        totals["derivations"] += checked.derivations
        totals["with premises"] += checked.joins
        totals["absences"] += checked.absences

    agree()
    with capsys.disabled():
        if wanted:
            print(f"\n{totals}")  # noqa: T201 - the figures that the soak is run for


def _log(session: Session) -> list[list[tuple[int, ...]]]:
    return [list(zip(table.conclusions, *table.premises, strict=True)) for table in session._base.tables]
