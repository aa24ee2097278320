"""The report on the article: how strong each conclusion is, and on whose word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pow_rules import Source, article
from pow_rules.article import vocabulary as v
from pow_rules.command_line.report import Report, by_whom, how_strong
from pow_rules.explain.origins.answer import Origins
from pow_rules.explain.strength.answer import Strength, WeakStep
from pow_rules.render.said import line_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules import Session

ARMIES = frozenset({"North Korea", "Russia"})


def test_every_conclusion_carries_strength_weakest_step_and_origins(strength: Callable[[Session, object], str]) -> None:
    """Under its first line, each conclusion has its strength with the steps that hold it there, and its origins."""
    report = Report(ascii_only=False)
    session = report.session
    for fact in session.conclusions():
        first, strong, origins, *trace = report.explained(fact).steps
        assert (first, *trace) == session.explain(fact, all=True).steps
        told = line_of(strong.said)
        assert told.note == strength(session, fact)
        rules = {derivation.rule for each in session.conclusions() for derivation in session.derivations(each)}
        weakest = {rule.hedge for rule in rules if f"{rule.name} (" in told.text}
        assert weakest == ({told.note} if told.note != "certain" else set())
        named = {source.traced_to for given in session.givens() if (source := given.source) is not None}
        said = line_of(origins.said)
        assert {name for name in named if name in said.text} == set(session.origins(fact).origins)
        assert said.note.split()[0] == str(len(session.origins(fact).lines))


def test_the_report_as_it_reads() -> None:
    """A conclusion as a reader sees it: its last step is certain, and it is only probable."""
    block = (
        "\n".join(Report(ascii_only=False).lines())
        .split("the final say over the prisoners is with the US president  ")[1]
        .split("\n\n")[0]
    )
    assert f"the final say{block}" == (
        "the final say              certain\n"
        "├─ no stronger than its weakest step: expected_involvement_comes (C10)  probable\n"
        "├─ origins: reports                                           1 independent line\n"
        "└─ involvement_gives_the_president_the_final_say (observers, ¶8, C11a): Once\n"
        "   │  the United States is involved, its president has the last word on the\n"
        "   │  prisoners.\n"
        "   └─ the United States becomes involved                                probable\n"
        "      └─ expected_involvement_comes (reports, ¶1, C10): A country that the\n"
        "         │  reports expect to become involved does so.\n"
        "         └─ the United States is expected to become involved\n"
        "                                               given by reports, ¶1 (2025-03-05)"
    )


def test_what_is_alike_is_said_once() -> None:
    """What is concluded of both prisoners in the same steps is shown of one; what differs is shown of both."""
    shown = "\n".join(Report(ascii_only=False).lines())
    pairs = [fact for fact in article.session().conclusions() if "Baek" in str(fact)]
    assert shown.count("The same is concluded of Baek, step by step.") == len(pairs)
    report = Report(ascii_only=False)
    report.session.retract_fact(v.IntelligenceValue("the United States", "Baek", ARMIES))
    conclusions = "\n".join(report.conclusions())
    # Only of his option, and of what rests on it, is there less to say.
    assert conclusions.count("The same is concluded of Baek, step by step.") == len(pairs) - 2
    for different in ("taking Baek in is an option", "Baek's own wish is passed over"):
        assert different in conclusions
        assert different not in shown


def test_another_source_makes_a_difference() -> None:
    """What one of the two prisoners has on another word as well is not alike, and is shown of both."""
    report = Report(ascii_only=False)
    report.session.assert_fact(v.HeldBy("Baek", "Ukraine"), Source("a visitor"))
    conclusions = "\n".join(report.conclusions())
    for different in ("returning Baek to Russia carries the risk", "a quiet plan to receive Baek"):
        assert different in conclusions
    assert "given by a visitor; article, ¶1" in conclusions


def origins_of(needed: tuple[str | None, ...], *sets: tuple[str | None, ...]) -> Origins:
    """Give origins with these sets."""
    return Origins(
        fact=None, origins=(), needed=needed, lines=(), sets=sets, passed_on_by=(),
        knows_needed=True, knows_lines=True, stopped=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("origins", "told"),
    [
        (origins_of((), ()), "none"),
        (origins_of(("a",), ("a",)), "a"),
        (origins_of(("a", "b", "c"), ("a", "b", "c")), "a, b and c"),
        (origins_of((), ("a",), ("b",)), "a or b"),
        (origins_of(("a",), ("a", "b"), ("a", "c")), "a, with b or c"),
        (origins_of((), ("a",), ("b", "c")), "a; or b and c"),
        (origins_of(("a",), ("a", "b"), ("a", "c", "d")), "a, with b; or with c and d"),
        (origins_of((None,), (None, "b")), "somebody unnamed, with b"),
    ],
)
def test_how_origins_are_told(origins: Origins, told: str) -> None:
    """What all lines need is named once, and then what they differ in."""
    assert by_whom(origins) == f"origins: {told}"


def test_how_strength_is_told() -> None:
    """Steps are named by their rules and rows, each once; a given by its phrase; and it says if there are more."""
    asked = v.AskedToBlock("North Korea", "Russia", "Ri", "South Korea")
    rule = next(rule for rule in article.program.rules if rule.name == "aid_shifts_kyiv")
    weak = (WeakStep(asked, rule), WeakStep(asked, None), WeakStep(asked, rule))
    told = f"aid_shifts_kyiv (C14a) and {asked}"
    assert (
        how_strong(Strength(asked, "possible", weak, is_complete=True, unweighed="", steps=()))
        == f"no stronger than its weakest steps: {told}"
    )
    assert how_strong(Strength(asked, "possible", weak[:1], is_complete=False, unweighed="", steps=())).endswith(
        "its weakest step: aid_shifts_kyiv (C14a), and more"
    )
    assert (
        how_strong(Strength(asked, "certain", (), is_complete=True, unweighed="", steps=())) == "every step is certain"
    )
    assert how_strong(Strength(asked, "certain", (), is_complete=True, unweighed="but", steps=())).endswith("; but")
