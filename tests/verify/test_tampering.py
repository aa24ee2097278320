"""What somebody might do to a document, by name, and what they are told then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Limits, Program, Session, conclude, fact, rule, verify, where
from pow_rules.errors import ArgumentTypeError, DocumentError, NotAFactError, NotAssertableError
from pow_rules.verification.verdict import Fault, Unchecked

if TYPE_CHECKING:
    from collections.abc import Callable


@fact
class Link:
    """link {n}"""

    n: int


@fact
class Reached:
    """reached {n}"""

    n: int


@rule
def start(link: Link) -> None:
    """The first link is reached."""
    where(link.n == 0)
    conclude(Reached, n=0)


@rule(hedge="probable")
def follow(r: Reached, link: Link) -> None:
    """The next link is reached from the one before."""
    where(link.n == r.n + 1)
    conclude(Reached, n=link.n)


@rule
def power(link: Link, r: Reached) -> None:
    """A power that must not be computed."""
    where(link.n**r.n > 5)
    conclude(Reached, n=1)


CHAIN = Program([start, follow], given=[Link])


def at(document: Any, kind: str, number: int = 0) -> int:
    """Give the number of the step of a kind."""
    return [i for i, step in enumerate(document["steps"]) if step["type"] == kind][number]


def premise_dropped(document: Any) -> None:
    """Drop a premise."""
    del document["steps"][at(document, "given")]


def premise_changed(document: Any) -> None:
    """Change a premise, and its phrase with it."""
    told = document["steps"][at(document, "given")]["fact"]
    told["fields"]["times"] = 7
    told["text"] = told["text"].replace("2 times", "7 times")


def premise_swapped(document: Any) -> None:
    """Swap two premises."""
    steps, (one, other) = document["steps"], (at(document, "given", 0), at(document, "given", -1))
    steps[one]["fact"], steps[other]["fact"] = steps[other]["fact"], steps[one]["fact"]


def rule_renamed(document: Any) -> None:
    """Rename a rule wherever it is named."""
    document["rules"][0]["name"] = document["steps"][1]["rule"] = "what_is_wanted_come"


def condition_altered(document: Any) -> None:
    """Alter a condition's value."""
    right = next(c["right"] for c in document["rules"][0]["conditions"] if c["condition"] == ">=")
    right["value"]["value"] = "2024-01-01"


def hedge_raised(document: Any) -> None:
    """Say a rule more surely, and its conclusion."""
    document["rules"][0]["hedge"] = "certain"
    document["steps"][0]["hedges"] = ["certain"]


def given_hedge_raised(document: Any) -> None:
    """Say more surely what a source says."""
    said = document["steps"][at(document, "given")]["attestations"]
    next(one for one in said if one["hedge"] != "certain")["hedge"] = "certain"


def source_removed(document: Any) -> None:
    """Remove a source, and what it says."""
    step = document["steps"][at(document, "given")]
    step["sources"], step["attestations"] = step["sources"][:1], step["attestations"][:1]


def grade_raised(document: Any) -> None:
    """Grade a source better."""
    document["steps"][at(document, "given")]["sources"][1]["reliability"] = "A"


def absence_altered(document: Any) -> None:
    """Say that something else is absent."""
    pattern = document["steps"][at(document, "absence")]["pattern"]
    pattern["fields"]["what"], pattern["text"] = "a tunnel", "Settled(what='a tunnel')"


def absence_dropped(document: Any) -> None:
    """Drop an absence."""
    del document["steps"][at(document, "absence")]


def count_altered(document: Any) -> None:
    """Alter what an aggregate came to."""
    document["steps"][at(document, "aggregate")]["value"] = 3


def counted_dropped(document: Any) -> None:
    """Drop a fact that was counted."""
    step = at(document, "aggregate")
    del document["steps"][step]["facts"][0]
    del document["steps"][step + 1]


def presence_count_raised(document: Any) -> None:
    """Say that more facts match."""
    document["steps"][at(document, "presence")]["count"] = 5


def witness_swapped(document: Any) -> None:
    """Name a given that does not match what has to be present."""
    step = document["steps"][at(document, "presence") + 1]
    step["fact"] = {
        "type": "Diplomat",
        "fields": {"name": "Ada", "country": "Norway"},
        "text": "diplomat Ada of Norway",
    }


def concluded_claimed(document: Any) -> None:
    """Say that what is only given is concluded as well."""
    document["steps"][at(document, "given")]["concluded"] = True


def cut_forged(document: Any) -> None:
    """Cut off the derivation of something that no rule concludes."""
    given = at(document, "given", -1)
    document["steps"][given] = {"depth": 3, "type": "cut", "fact": document["steps"][given]["fact"]}
    document["cut"] = 1


def counted_twice(document: Any) -> None:
    """Count a fact twice, and say so wherever it matters."""
    step = at(document, "aggregate")
    document["steps"][step]["value"] = 3
    document["steps"][step]["text"] = document["steps"][step]["text"].replace("= 2", "= 3")
    document["steps"][step]["facts"].insert(0, document["steps"][step]["facts"][0])
    document["steps"].insert(step + 1, document["steps"][step + 1])


def set_reordered(document: Any) -> None:
    """Write a set in another order than the one that it has."""
    step = next(one for one in document["steps"] if one.get("fact", {}).get("type") == "Talks")
    step["fact"]["fields"]["parties"]["value"].reverse()


def derivation_doubled(document: Any) -> None:
    """Show one derivation twice, as if there were two."""
    document["steps"][0]["shown"] = document["steps"][0]["derivations"] = 2
    steps = document["steps"]
    document["steps"] = [*steps, *(step for step in steps[1:] if step["type"] != "seen")]


def rules_listed(document: Any) -> None:
    """List the rules anew, as steps name them."""
    told = {rule["name"]: rule for rule in document["rules"]}
    names = list(dict.fromkeys(step["rule"] for step in document["steps"] if step["type"] == "rule"))
    document["rules"] = [told[name] for name in names]
    for step in document["steps"]:
        if step["type"] == "rule":
            step["number"] = names.index(step["rule"])


def circle_made(document: Any) -> None:
    """Make a conclusion its own premise."""
    rule_at = at(document, "rule", 1)
    step = document["steps"][rule_at - 1]
    document["steps"][rule_at + 1] = {"depth": 4, "type": "seen", "fact": step["fact"], "at": rule_at - 1}


def derivation_cut(document: Any) -> None:
    """Cut a derivation off, and say so."""
    rule_at = at(document, "rule", 1)
    above = document["steps"][rule_at - 1]
    document["steps"][rule_at - 1 : rule_at + 2] = [{"depth": above["depth"], "type": "cut", "fact": above["fact"]}]
    document["cut"] = 1
    rules_listed(document)


TAMPERED: list[Callable[[Any], None]] = [
    premise_dropped,
    premise_changed,
    premise_swapped,
    rule_renamed,
    condition_altered,
    hedge_raised,
    given_hedge_raised,
    source_removed,
    grade_raised,
    absence_altered,
    absence_dropped,
    count_altered,
    counted_dropped,
    presence_count_raised,
    witness_swapped,
    concluded_claimed,
    cut_forged,
    counted_twice,
    set_reordered,
    derivation_doubled,
    circle_made,
    derivation_cut,
]


def test_tampering_is_found_and_located(
    session: Session, goals: tuple[Any, ...], golden: Callable[[str, str], None]
) -> None:
    """Each of these is found, and told with the step and where in it; what is only cut is said to be incomplete."""
    told: list[str] = []
    for tamper in TAMPERED:
        document = json.loads(session.explain(goals[0]).to_json())
        tamper(document)
        verdict = verify(document, session.program, session.givens())
        assert not verdict
        assert verdict.is_conditional == (tamper is derivation_cut), tamper
        assert verdict.is_complete != (tamper in (derivation_cut, cut_forged))
        told += [f"# {tamper.__name__}", str(verdict), ""]
    golden("tampering.txt", "\n".join(told).rstrip())


def test_what_the_givens_rule_out_is_found(
    session: Session, goals: tuple[Any, ...], golden: Callable[[str, str], None]
) -> None:
    """A given that an absence, an aggregate or a presence does not know of is told where that is said."""
    by_name = {cls.__name__: cls for cls in session.program.fact_types}
    document = session.explain(goals[0]).to_json()
    told: list[str] = []
    for more in (
        by_name["Settled"]("a bridge"),
        by_name["Weight"]("a bridge", None),
        by_name["Asks"]("Cem", "a bridge", 2),
        by_name["Soldier"]("Baek"),
    ):
        verdict = verify(document, session.program, [*session.givens(), more])
        assert not verdict
        told += [f"# {more}", str(verdict), ""]
    golden("other_givens.txt", "\n".join(told).rstrip())


def test_a_circle_is_found() -> None:
    """A fact that is its own reason is told of, though each step fires; so it is where two are each other's reason."""
    document = json.loads(Session(CHAIN, map(Link, range(4))).explain(Reached(3)).to_json())
    assert verify(document, CHAIN, map(Link, range(4)))
    # 1 from 0 from ... 0: a step that fires on nothing else than what it concludes.
    two = Program([start, follow, back := rule(_back)], given=[Link])
    session = Session(two, [Link(0), Link(1)])
    document = json.loads(session.explain(Reached(1), all=True).to_json())
    assert verify(document, two, session.givens())
    kept = [step for step in document["steps"] if step["type"] != "given" or step["fact"]["fields"]["n"] != 0]
    kept = [step for step in kept if step.get("rule") != "start"]
    shown = {json.dumps(step["fact"]): step for step in kept if step["type"] == "conclusion"}
    for step in shown.values():
        step["shown"], step["hedges"] = 1, [back.hedge if step["fact"]["fields"]["n"] == 0 else follow.hedge]
    document["steps"] = kept
    rules_listed(document)
    what = "expected a derivation that comes down to givens, got one that rests on the fact itself"
    assert [str(fault) for fault in verify(document, two).faults] == [
        f"step {at} (/steps/{at}): {what}" for at, step in enumerate(kept) if step["type"] == "conclusion"
    ]


def _back(r: Reached) -> None:
    where(r.n == 1)
    conclude(Reached, n=0)


def test_another_program(session: Session, goals: tuple[Any, ...]) -> None:
    """A document of another program is no proof in this one: neither its facts nor its rules are known."""
    verdict = verify(session.explain(goals[0]).to_json(), CHAIN, [Link(0)])
    assert not verdict
    assert {fault.pointer for fault in verdict.faults} >= {"/rules/0/name", "/steps/0/fact/type"}
    assert verdict.fact is None
    assert "a fact that cannot be read" in str(verdict)


MALFORMED: list[tuple[Any, str]] = [
    ("", "line 1, column 1: expected JSON: Expecting value"),
    ("{", "line 1, column 2: expected JSON: Expecting property name enclosed in double quotes"),
    (b"\xff\xfe\xfa", "expected text in UTF-8"),
    ("[" * 100_000, "the document is nested too deeply"),
    ("[]", "the document: expected an object, got []"),
    ("NaN", "NaN is no JSON"),
    ('{"a": 1, "a": 2}', 'an object has two members named "a"'),
    ('{"cut": ' + "9" * 10_000 + "}", "a number in the document cannot be read"),
    ("{}", 'the document: expected a member "schema", which is missing'),
    ({"schema": "x"}, '/schema: expected "urn:pow-rules:schema:answer", got "x"'),
]


@pytest.mark.parametrize(("document", "message"), MALFORMED)
def test_malformed_documents(document: Any, message: str) -> None:
    """What is no document is refused, with where and why."""
    with pytest.raises(DocumentError) as raised:
        verify(document, CHAIN)
    assert message in str(raised.value)


def reached() -> Any:
    """Give the document of a short trace."""
    return json.loads(Session(CHAIN, [Link(0)]).explain(Reached(0)).to_json())


MISSHAPEN: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("version",), 2, "/version: expected 1, the version that this reads, got 2"),
    (("kind",), "why_not", '/kind: expected "explanation": nothing else can be verified, got "why_not"'),
    (("cut",), True, "/cut: expected a number from 0, got true"),
    (("rules", 0), 1, "/rules/0: expected an object, got 1"),
    (("steps",), [], "/steps: expected an array of steps, at least one, got []"),
    (("steps", 1, "type"), "fact", "/steps/1/type: expected one of given, conclusion, rule, "),
    (("steps", 1, "nmber"), 0, "/steps/1: unknown member \"nmber\"; did you mean 'number'?"),
    (("steps", 2, "fact"), "x", '/steps/2/fact: expected an object, got "x"'),
    (("steps", 2, "fact", "text"), 0, "/steps/2/fact/text: expected a string, got 0"),
]


@pytest.mark.parametrize(("path", "value", "message"), MISSHAPEN)
def test_misshapen_documents(path: tuple[str | int, ...], value: Any, message: str) -> None:
    """A document that is not of the form is refused, with a JSON pointer to where it is not."""
    document = here = reached()
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    with pytest.raises(DocumentError) as raised:
        verify(document, CHAIN)
    assert str(raised.value).startswith(message)


def nested(depth: int) -> Any:
    """Give a value nested so deeply."""
    made: Any = 0
    for _ in range(depth):
        made = {"type": "tuple", "value": [made]}
    return made


@pytest.mark.parametrize(
    "value",
    [
        nested(50), nested(100_000), 10**5000, {"type": "int", "value": "9" * 5000},
        {"type": "float", "value": 10**400}, {"type": "decimal", "value": "1E+999999999999999999"},
        {"type": "fact", "value": {}}, {"type": "int"}, {"type": [], "value": 1}, float("nan"), object(), "\ud800",
        {1: 2}, (1,),
    ],
    ids=lambda value: str(type(value).__name__),
)  # fmt: skip
@pytest.mark.parametrize(
    "path", [("steps", 2, "fact", "fields", "n"), ("rules", 0, "hedge"), ("steps", 2, "sources", 0)]
)
def test_hostile_values(path: tuple[str | int, ...], value: Any) -> None:
    """Whatever stands in a field, a rule or a source, it is a fault or the documented error, and can be printed."""
    document = here = reached()
    document["steps"][2]["sources"] = [{}]
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    told = ""
    try:
        verdict = verify(document, CHAIN, [Link(0)])
    except DocumentError as error:
        told = str(error)
    else:
        assert not verdict
        told = str(verdict)
    assert told
    assert all(line.isprintable() for line in told.splitlines())


def test_powers_are_not_computed_without_end() -> None:
    """A document's numbers cannot make a rule compute a power of any size."""
    program = Program([start, power], given=[Link, Reached])
    session = Session(program, [Link(3), Reached(2)])
    text = session.explain(Reached(1)).to_json()
    assert verify(text, program, session.givens())
    verdict = verify(text.replace('"n": 2', f'"n": {2**53 - 1}').replace("reached 2", f"reached {2**53 - 1}"), program)
    assert [fault.got for fault in verdict.faults] == [
        "OverflowError: (link.n ** r.n) is a number of more than 1,000,000 bits"
    ]


def test_a_limit_leaves_what_it_stops_unchecked() -> None:
    """Where the model meets a limit, what needs it is not checked, and the reason is told."""
    session = Session(CHAIN, map(Link, range(50)))
    document = session.explain(Reached(40)).to_json()
    for limits, reason in (
        (Limits(facts=60), "the limit of 60 facts was met"),
        (Limits(derivations=30), "the limit of 30 derivations was met"),
        (Limits(seconds=1e-9), "the limit of 1e-09 seconds was met"),
    ):
        many = range(2000 if limits.seconds else 50)
        verdict = verify(document, CHAIN, map(Link, many), limits=limits)
        assert not verdict
        assert verdict.is_conditional
        assert all(one.what.endswith(reason) for one in verdict.unchecked)
        assert "not checked: 62 more" in str(verdict)


def test_a_large_document() -> None:
    """Ten thousand steps are verified, with the givens too."""
    session = Session(CHAIN, map(Link, range(3_334)))
    document = session.explain(Reached(3_333), size=None).to_json()
    verdict = verify(document, CHAIN, session.givens())
    assert verdict, verdict
    assert (verdict.steps, verdict.is_conditional) == (10_002, False)


def test_arguments() -> None:
    """Arguments of the wrong type are refused, by name."""
    with pytest.raises(ArgumentTypeError, match="document: expected JSON as text or bytes, or a dict, got list"):
        verify([], CHAIN)  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="expected a Program, got None"):
        verify("{}", None)  # type: ignore[arg-type]
    for givens in (Link(0), 5):
        with pytest.raises(ArgumentTypeError, match="givens: expected"):
            verify("{}", CHAIN, givens)  # type: ignore[arg-type]
    with pytest.raises(NotAFactError):
        verify("{}", CHAIN, [5])
    with pytest.raises(
        NotAssertableError, match=r"Reached\(n=0\) cannot be asserted in this program \(may be asserted: Link"
    ):
        verify("{}", CHAIN, [Reached(0)])


def test_a_verdict_is_data() -> None:
    """A verdict's faults and what is unchecked have step, pointer and words."""
    document = reached()
    document["steps"][0]["given"] = True
    verdict = verify(document, CHAIN, [Link(0)])
    assert verdict.faults == (Fault(0, "/steps/0", "a fact that is given", '"reached 0"'),)
    assert verdict.unchecked == ()
    conditional = verify(reached(), CHAIN)
    assert conditional.unchecked[0] == Unchecked(0, "/steps/0/given", "that it is not given: reached 0")
    assert repr(conditional.unchecked[0]).startswith("Unchecked(step=0, pointer=")
