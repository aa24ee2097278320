"""JSON: it fits its schema, holds what the steps hold, and its values can be read back as what they were."""

from __future__ import annotations

import datetime as dt
import enum
import importlib.resources
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pow_rules import Source, fact
from pow_rules.constraints import Constraint
from pow_rules.derivation import Absence, AggregateValue, Presence
from pow_rules.encoding import encoded, encoded_fact
from pow_rules.facts import fact_type
from pow_rules.render.json import ENCODE, to_json
from pow_rules.rules import Rule
from pow_rules.steps import AggregateStep, RuleStep, Step
from pow_rules.terms import pattern_text
from pow_rules.values import exact_equal, normal

if TYPE_CHECKING:
    from pow_rules.sources import Attestation

SCHEMA = json.loads((importlib.resources.files("pow_rules.render") / "answer.schema.json").read_text("utf-8"))
validator = Draft202012Validator(SCHEMA)
PARTS = ("patterns", "conditions", "conclusions", "aggregates")
"""What a rule is made of: `test_rules` looks into it."""


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Letter(enum.StrEnum):
    A = "a"
    B = "b"


class Right(enum.Flag):
    READ = 1
    WRITE = 2


@fact
class Inside:
    """{x} is inside"""

    x: int


CLASSES: dict[str, Any] = {cls.__name__: cls for cls in (Colour, Letter, Right, Inside)}
ATOMS = (
    st.none() | st.booleans() | st.integers() | st.integers(2**53 - 2, 2**53 + 2) | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False) | st.text(st.characters()) | st.binary() | st.dates() | st.datetimes()
    | st.datetimes(timezones=st.just(dt.UTC)) | st.decimals(allow_nan=False) | st.uuids() | st.sampled_from(Colour)
    | st.sampled_from(Letter) | st.sampled_from([Right(0), Right.READ, Right.READ | Right.WRITE])
    | st.builds(Inside, st.integers())
)  # fmt: skip
VALUES = st.recursive(ATOMS, lambda inner: st.lists(inner).map(tuple) | st.frozensets(inner, max_size=4), max_leaves=6)


def decoded(value: Any) -> Any:
    """Read a value back, by the table in the encoding's documentation."""
    if not isinstance(value, dict):
        return value
    name, inner = value["type"], value["value"]
    match name:
        case "enum":
            return CLASSES[inner["type"]][inner["name"]]
        case "flag":
            return CLASSES[inner["type"]](inner["bits"])
        case "fact":
            return CLASSES[inner["type"]](**{field: decoded(value) for field, value in inner["fields"].items()})
        case "tuple" | "frozenset":
            return {"tuple": tuple, "frozenset": frozenset}[name](map(decoded, inner))
    return _READ[name](inner)


_READ: dict[str, Any] = {
    "int": int,
    "float": float,
    "decimal": Decimal,
    "uuid": UUID,
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "bytes": bytes.fromhex,
    "str": lambda shown: bytes.fromhex(shown).decode("utf-8", "surrogatepass"),
}


@given(VALUES)
def test_values_can_be_read_back(value: Any) -> None:
    """Every value that a field may hold is the same, in type too, after it was written and read."""
    value = normal(value)
    written = json.dumps(encoded(value), ensure_ascii=False, allow_nan=False)
    assert written.encode()
    # Some readers take 1.0 for an int, and round large ones.
    read = json.loads(written, parse_float=Decimal, parse_int=lambda digits: _small(int(digits)))
    assert exact_equal(decoded(read), value)
    assert next(values_validator().iter_errors(json.loads(written)), None) is None


def _small(number: int) -> int:
    assert abs(number) < 2**53
    return number


def values_validator() -> Draft202012Validator:
    """Give what checks one value by the schema."""
    return Draft202012Validator({**SCHEMA["$defs"]["value"], "$defs": SCHEMA["$defs"]})


def test_values_one_by_one() -> None:
    """Values that JSON has no form for are objects with a type."""
    assert encoded(2**53) == {"type": "int", "value": "9007199254740992"}
    assert encoded(-0.5) == {"type": "float", "value": -0.5}
    assert encoded(float("-inf")) == {"type": "float", "value": "-inf"}
    assert encoded(Decimal("1.50")) == {"type": "decimal", "value": "1.50"}
    assert encoded(dt.date(2025, 3, 5)) == {"type": "date", "value": "2025-03-05"}
    assert encoded(dt.datetime(2025, 3, 5, 1, 2, tzinfo=dt.UTC))["value"] == "2025-03-05T01:02:00+00:00"
    assert encoded(UUID(int=5)) == {"type": "uuid", "value": "00000000-0000-0000-0000-000000000005"}
    assert encoded(b"\x00\xff") == {"type": "bytes", "value": "00ff"}
    assert encoded(Letter.A) == {"type": "enum", "value": {"type": "Letter", "name": "A"}}
    assert encoded(Right.READ) == {"type": "flag", "value": {"type": "Right", "bits": 1}}
    assert encoded(("a", True)) == {"type": "tuple", "value": ["a", True]}
    assert encoded(frozenset({"b", "a"})) == {"type": "frozenset", "value": ["a", "b"]}
    assert encoded(Inside(1))["value"] == {"type": "Inside", "fields": {"x": 1}, "text": "1 is inside"}
    assert encoded("\ud800") == {"type": "str", "value": "eda080"}
    assert encoded(range(3)) == {"type": "other", "value": "range(0, 3)"}


@given(data=st.data(), cut=st.integers(0, 2), indent=st.sampled_from([None, 2]))
def test_the_schema_and_the_steps(
    data: st.DataObject,
    cut: int,
    indent: int | None,
    answers: st.SearchStrategy[tuple[Step, ...]],
    fact_types: dict[str, type],
) -> None:
    """A document is valid, the same each time, and has every field of every step."""
    steps = data.draw(answers)
    written = to_json("explanation", steps, cut, indent=indent)
    assert written == to_json("explanation", steps, cut, indent=indent)
    assert written.encode()
    assert ("\n" in written) == bool(indent)
    document = json.loads(written)
    assert next(validator.iter_errors(document), None) is None
    assert (document["version"], document["cut"], document["kind"]) == (1, cut, "explanation")
    for step, found in zip(steps, document["steps"], strict=True):
        assert found["depth"] == step.depth
        assert found["type"] == ENCODE[type(step.said)][0]
        if isinstance(step.said, RuleStep):
            assert same(found["rule"], step.said.rule.name)
            found["rule"] = document["rules"][found["number"]]
        compare(step.said, found, fact_types)
    assert len(document["rules"]) == len({id(step.said.rule) for step in steps if isinstance(step.said, RuleStep)})


def compare(said: Any, found: dict[str, Any], fact_types: dict[str, type]) -> None:
    """Compare what a step holds with what stands in the document."""
    for name in attrs.fields_dict(type(said)):
        value = getattr(said, name)
        match value:
            case Absence() | Presence():
                assert found["pattern"]["text"] == pattern_text(value.pattern)
            case AggregateValue():
                assert decoded(found["value"]) == value.value
                assert [fact_of(one, fact_types) for one in found["facts"]] == list(value.facts)
                assert (found["text"], found["function"]) == (str(value), value.function)
            case Rule() | Constraint():
                plain = {key: v for key, v in found["rule"].items() if key not in PARTS}
                rule = {key: tuple(v) if isinstance(v, list) else v for key, v in plain.items()}
                assert same(rule, {key: getattr(value, key, None) for key in rule})
            case _ if name == "fact":
                assert fact_of(found["fact"], fact_types) == value
                assert found["fact"]["text"] == str(value)
            case _ if name == "pattern":
                assert found["pattern"]["text"] == pattern_text(value)
            case _ if name == "attestations":
                assert same(list(map(told, value)), [read(one, found["sources"]) for one in found[name]])
                assert len(found["sources"]) == len(said.sources)
            case _ if name == "values":
                assert same([(v["name"], decoded(v["value"])) for v in found[name]], list(value))
            case _:
                assert same(tuple(found[name]) if isinstance(value, tuple) else found[name], value)


def told(said: Attestation) -> dict[str, Any]:
    """Give all that an attestation holds."""
    return attrs.asdict(said, value_serializer=lambda _, __, value: str(value) if isinstance(value, dt.date) else value)


def read(found: dict[str, Any], sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Give what a document holds of an attestation, with its source."""
    return {**found, "source": None if found["source"] is None else sources[found["source"]]}


def same(found: Any, expected: Any) -> bool:
    """Tell whether two texts, or several, are the same; two halves of a surrogate pair are read as one character."""
    return repr(found) == repr(expected) or joined(found) == joined(expected)


def joined(value: Any) -> str:
    """Give a representation in which halves of surrogate pairs that stand side by side are one character."""
    return json.dumps(json.loads(json.dumps(value)))


def fact_of(found: dict[str, Any], fact_types: dict[str, type]) -> Any:
    """Make the fact that a document holds."""
    return fact_types[found["type"]](**{name: decoded(value) for name, value in found["fields"].items()})


def test_all_of_a_source_and_a_rule_is_there() -> None:
    """Nothing that a source or a rule says is left out but where it stands."""
    assert set(SCHEMA["$defs"]["source"]["properties"]) == set(attrs.fields_dict(Source))
    assert set(SCHEMA["$defs"]["rule"]["properties"]) == set(attrs.fields_dict(Rule)) - {"location"}
    fields = set(SCHEMA["$defs"]["aggregate_step"]["properties"]) - {"depth", "type", "text"}
    assert fields == set(attrs.fields_dict(AggregateValue)) - {"fact_type"}


@given(data=st.data())
def test_patterns_are_given_by_their_parts(data: st.DataObject, said: dict[type, st.SearchStrategy[Any]]) -> None:
    """The equalities of a pattern are fields with values, and other conditions texts."""
    one = data.draw(said[AggregateStep])
    pattern = json.loads(to_json("x", (Step(0, one),), 0))["steps"][0]["pattern"]
    who, what, _ = (condition.right.value for condition in one.aggregate.pattern.conditions)
    assert pattern["type"] == "Report"
    assert {name: decoded(value) for name, value in pattern["fields"].items()} == {"who": who, "what": what}
    assert pattern["conditions"] == ["what != 'x'"]


def test_the_schema_is_one() -> None:
    """The schema is valid by its own schema, and knows its version."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"].endswith(f":{SCHEMA['properties']['version']['const']}")
    assert list(encoded_fact(Inside(1))) == list(SCHEMA["$defs"]["fact"]["properties"])
    assert fact_type(Inside).name == "Inside"
