"""What `@fact` makes of a class, and which classes it refuses."""

# ruff: noqa: E501 - sources of classes, beside the messages that they get

import datetime as dt
import enum
import subprocess
import sys
import typing
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest

from pow_rules import PowRulesError, fact, replace
from pow_rules.errors import FactDefinitionError, FieldTypeError, NotAFactError
from pow_rules.facts import concrete_types, fact_type, phrase


class Colour(enum.Enum):
    RED = "red"


@fact
class HeldBy:
    """{prisoner} is held by {holder}

    What follows the first line documents the type.
    """

    prisoner: str
    holder: str = "Ukraine"


# ---- what is made ----------------------------------------------------------------------------------------------------


def test_facts_are_frozen() -> None:
    """A field cannot be set, a new attribute cannot be made, and none can be deleted."""
    held: Any = HeldBy("Ri")
    with pytest.raises(AttributeError):
        held.holder = "Russia"
    with pytest.raises(AttributeError):
        held.other = 1
    with pytest.raises(AttributeError):
        del held.holder


def test_facts_are_slotted_attrs_classes() -> None:
    """A fact has slots and no dictionary, and attrs knows its class."""
    assert attrs.has(HeldBy)
    assert not hasattr(HeldBy("Ri"), "__dict__")
    assert [field.name for field in attrs.fields(HeldBy)] == ["prisoner", "holder"]


def test_facts_are_made_by_position_and_by_name() -> None:
    """The constructor is the plain one, with defaults."""
    assert HeldBy("Ri") == HeldBy(prisoner="Ri", holder="Ukraine") == HeldBy("Ri", holder="Ukraine")
    with pytest.raises(TypeError):
        HeldBy()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        HeldBy("Ri", "Ukraine", "x")  # type: ignore[call-arg]


def test_repr_is_code_and_str_is_the_phrase() -> None:
    """The repr is the call that makes the fact; the text is the docstring's first line, filled in."""
    held = HeldBy("Ri")
    assert repr(held) == "HeldBy(prisoner='Ri', holder='Ukraine')"
    assert str(held) == phrase(held) == f"{held}" == "Ri is held by Ukraine"


def test_facts_without_fields() -> None:
    """A fact type may have no field; then all its facts are one."""

    @fact
    class TalksHeld:
        """talks were held"""

    assert TalksHeld() == TalksHeld()
    assert hash(TalksHeld()) == hash(TalksHeld())
    assert (repr(TalksHeld()), str(TalksHeld())) == ("TalksHeld()", "talks were held")


def test_without_a_docstring_the_phrase_is_made_of_the_names() -> None:
    """Class and fields name themselves."""

    @fact
    class Empty: ...

    @fact
    class Claim:
        who: str
        when: dt.date | None
        tags: frozenset[str]

    assert str(Empty()) == "Empty()"
    made = Claim("Kyiv", dt.date(2025, 3, 5), frozenset({"b", "a"}))
    assert str(made) == "Claim(who='Kyiv', when=datetime.date(2025, 3, 5), tags=frozenset({'a', 'b'}))"


def test_under_oo_the_phrase_is_made_of_the_names() -> None:
    """Python drops docstrings under -OO; facts work all the same."""
    code = (
        "from pow_rules import fact\n"
        "@fact\n"
        "class HeldBy:\n"
        "    '''{prisoner} is held'''\n"
        "    prisoner: str\n"
        "print(HeldBy('Ri'))\n"
        "print(HeldBy.__doc__)\n"
        "try:\n"
        "    HeldBy(1)\n"
        "except TypeError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "HeldBy(prisoner='Ri')", "None", "HeldBy.prisoner: expected str, got 1 (int)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ri", "Ri"),
        ("a\nb", r"a\nb"),
        ("\u202eRi", r"\u202eRi"),
        (None, "None"),
        (Colour.RED, "red"),
        (dt.date(2025, 3, 5), "2025-03-05"),
        (dt.datetime(2025, 3, 5, 12, tzinfo=dt.UTC), "2025-03-05 12:00:00+00:00"),
        (("a", "b"), "a, b"),
        ((), "nothing"),
        (frozenset({"b", "a"}), "a, b"),
        (frozenset(), "nothing"),
        (Decimal("1.50"), "1.5"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (HeldBy("Ri"), "Ri is held by Ukraine"),
        (b"x", "b'x'"),
        (True, "True"),
        (1.0, "1.0"),
    ],
)
def test_phrases_show_values_to_readers(value: object, shown: str) -> None:
    """Strings stand bare, dates in ISO 8601, sets sorted, facts by their phrases; nothing breaks the line."""

    @fact
    class Said:
        """<{value}>"""

        value: (
            str | bool | float | bytes | dt.date | dt.datetime | Decimal | UUID | Colour | HeldBy
            | tuple[str, ...] | frozenset[str] | None
        )  # fmt: skip

    assert str(Said(value)) == f"<{shown}>"  # type: ignore[arg-type]


def test_phrases_take_format_specs() -> None:
    """A placeholder may say how its values are formatted; None is left as it is."""

    @fact
    class Share:
        """{holder:>4} holds {part:.1%} of {{all}} since {since:%d/%m/%Y}, {count:,}"""

        holder: str
        part: float
        since: dt.date
        count: int | None

    since = dt.date(2025, 3, 5)
    assert str(Share("Ri", 0.125, since, 1000)) == "  Ri holds 12.5% of {all} since 05/03/2025, 1,000"
    assert str(Share("Ri", 0.125, since, None)) == "  Ri holds 12.5% of {all} since 05/03/2025, None"


@pytest.mark.parametrize("kind", [UUID, tuple[int, ...], frozenset[str], HeldBy], ids=str)
def test_format_specs_that_no_value_can_take_are_refused_at_once(kind: Any) -> None:
    """A format that would fail when the fact is printed fails when the class is made."""
    with pytest.raises(FactDefinitionError, match="value:>9"):

        @fact
        class Said:
            """{value:>9}"""

            value: kind


def test_defaults_are_checked_and_put_into_normal_form() -> None:
    """A default is held to its field like any other value."""

    @fact
    class Share:
        part: float = 1
        sum: Decimal = Decimal("1.50")
        note: str | None = None

    assert repr(Share()) == "Share(part=1.0, sum=Decimal('1.5'), note=None)"
    with pytest.raises(PowRulesError, match=r"^Wrong\.count: expected int, got '1' \(str\)$"):

        @fact
        class Wrong:
            count: int = "1"  # type: ignore[assignment]

    with pytest.raises(PowRulesError, match=r"^Wrong\.part: expected float, got nan \(float\): NaN"):

        @fact
        class Wrong:  # type: ignore[no-redef]
            part: float = float("nan")


def test_a_bad_default_is_seen_in_containers_too() -> None:
    """A list as a default is refused, as a list is anywhere."""
    with pytest.raises(PowRulesError, match=r"^Wrong\.tags: expected tuple\[str, \.\.\.\], got \[\] \(list\)"):

        @fact
        class Wrong:
            tags: tuple[str, ...] = []  # type: ignore[assignment]


def test_methods_and_properties_are_kept() -> None:
    """A fact type may have methods, properties and class variables of its own."""

    @fact
    class Prisoner:
        most: typing.ClassVar[int] = 30
        age: int

        @property
        def is_young(self) -> bool:
            return self.age < self.most

        @classmethod
        def of(cls, text: str) -> "Prisoner":
            return cls(int(text))

    assert Prisoner.of("26").is_young
    assert fact_type(Prisoner).field_names == ("age",)


def test_super_works_in_methods() -> None:
    """attrs replaces the class by a slotted copy, and `super()` still finds it."""

    @fact(abstract=True)
    class Base:
        def word(self) -> str:
            return "base"

    @fact
    class Sub(Base):
        def word(self) -> str:
            return super().word() + " and sub"

    assert Sub().word() == "base and sub"


def test_replace_makes_a_checked_copy() -> None:
    """`replace` changes fields, leaves the original alone and checks the new values."""
    held = HeldBy("Ri")
    assert replace(held, holder="Russia") == HeldBy("Ri", "Russia")
    assert held == HeldBy("Ri")
    with pytest.raises(FieldTypeError, match=r"HeldBy\.holder: expected str, got 1 \(int\)"):
        replace(held, holder=1)
    with pytest.raises(FactDefinitionError, match=r"HeldBy has no field 'holdr'; did you mean 'holder'\?"):
        replace(held, holdr="Russia")
    with pytest.raises(NotAFactError, match="is no fact"):
        replace("Ri", holder="Russia")
    with pytest.raises(NotAFactError, match="is a class"):
        replace(HeldBy, holder="Russia")


def test_asking_for_the_fact_type_of_something_else() -> None:
    """What is no fact type says what to write."""
    with pytest.raises(NotAFactError, match="str is no fact type: put @fact above its class"):
        fact_type(str)
    with pytest.raises(NotAFactError, match="'Ri' is no fact: its class str was not made with @fact"):
        phrase("Ri")


# ---- where the names of annotations come from ------------------------------------------------------------------------


def test_local_classes_may_name_each_other() -> None:
    """Fact types inside a function find other local classes, as strings or not."""

    class Mood(enum.Enum):
        GLAD = 1

    @fact
    class Person:
        name: str

    @fact
    class Meeting:
        one: Person
        other: "Person | None"
        mood: "Mood"

    meeting = Meeting(Person("Ri"), None, Mood.GLAD)
    assert repr(meeting) == "Meeting(one=Person(name='Ri'), other=None, mood=Mood.GLAD)"
    with pytest.raises(FieldTypeError, match=r"Meeting\.one: expected Person, got 'Ri' \(str\)"):
        Meeting("Ri", None, Mood.GLAD)  # type: ignore[arg-type]


def test_a_field_may_hold_facts_of_its_own_type() -> None:
    """A fact type may name itself, directly and inside containers."""

    @fact
    class Node:
        label: str
        up: "Node | None" = None
        all: "tuple[Node, ...]" = ()

    root = Node("root")
    leaf = Node("leaf", root, (root, root))
    assert leaf.up == root
    assert hash(leaf) == hash(Node("leaf", Node("root"), (root, root)))
    with pytest.raises(FieldTypeError, match=r"Node\.up: expected Node \| None, got 'root' \(str\)"):
        Node("x", "root")  # type: ignore[arg-type]


def test_an_abstract_type_may_be_held_by_its_own_subclass() -> None:
    """A term tree: a subclass whose fields hold the abstract type."""

    @fact(abstract=True)
    class Term: ...

    @fact
    class Leaf(Term):
        name: str

    @fact
    class Both(Term):
        left: Term
        right: Term

    assert Both(Leaf("a"), Both(Leaf("b"), Leaf("c"))) == Both(Leaf("a"), Both(Leaf("b"), Leaf("c")))


def test_an_unknown_name_says_what_to_do() -> None:
    """An annotation that cannot be resolved names itself and says where to define it."""
    with pytest.raises(FactDefinitionError, match=r"^Meeting: the annotation's name 'Absentee' .*define it above"):

        @fact
        class Meeting:
            one: "Absentee"  # type: ignore[name-defined]  # noqa: F821


def test_names_of_an_outer_function_are_found_or_explained() -> None:
    """A name two functions up works if Python closes over it, and else says what to do."""

    @fact
    class Person:
        name: str

    def inner() -> None:
        @fact
        class Meeting:
            one: "Person"

    with pytest.raises(FactDefinitionError, match=r"'Person'.*in the same function"):
        inner()


# ---- abstract bases --------------------------------------------------------------------------------------------------


@fact(abstract=True)
class Stance:
    """{actor} has a stance"""

    actor: str


@fact
class Opposes(Stance):
    """{actor} opposes moving {prisoner}"""

    prisoner: str


@fact(abstract=True)
class Kind(Stance):
    """a kind stance of {actor}"""


@fact
class Supports(Kind):
    """{actor} supports it"""


def test_subclasses_have_the_fields_of_their_bases_first() -> None:
    """Inherited fields come first, and the phrase may use them."""
    assert repr(Opposes("Russia", "Ri")) == "Opposes(actor='Russia', prisoner='Ri')"
    assert str(Opposes("Russia", "Ri")) == "Russia opposes moving Ri"
    assert isinstance(Opposes("Russia", "Ri"), Stance)


def test_facts_of_two_subclasses_differ() -> None:
    """Facts are equal by exact type, also where all fields are inherited and equal."""

    @fact
    class Tolerates(Stance):
        """{actor} bears it"""

    @fact
    class Ignores(Stance):
        """{actor} does not care"""

    assert Tolerates("Kyiv") != Ignores("Kyiv")
    assert len({Tolerates("Kyiv"), Ignores("Kyiv")}) == 2


def test_abstract_types_cannot_be_made() -> None:
    """Making one says which subclasses can be made instead."""
    with pytest.raises(FactDefinitionError) as caught:
        Kind("Kyiv")
    assert str(caught.value) == "Kind is abstract: it cannot be made; make one of its subclasses: Supports"


def test_concrete_types_of_an_abstract_one() -> None:
    """All concrete fact types below are found, through abstract ones between, by name."""

    @fact(abstract=True)
    class Root: ...

    @fact(abstract=True)
    class Middle(Root): ...

    @fact
    class Zebra(Middle): ...

    @fact
    class Ant(Root): ...

    assert concrete_types(Root) == (Ant, Zebra)
    assert concrete_types(Middle) == (Zebra,)
    assert concrete_types(Zebra) == (Zebra,)


def test_concrete_types_are_final() -> None:
    """Extending a concrete fact type fails where the class is written, with @fact above it or not."""
    with pytest.raises(FactDefinitionError, match=r"Loudly extends Opposes, which is final: .*@fact\(abstract=True\)"):

        class Loudly(Opposes): ...


def test_a_subclass_without_fact_cannot_be_made() -> None:
    """A plain class below an abstract type is no fact type, and says so."""

    class Plain(Stance): ...

    with pytest.raises(FactDefinitionError, match="Plain extends an abstract fact type and lacks @fact itself"):
        Plain("Kyiv")
    assert Plain not in concrete_types(Stance)


def test_two_abstract_bases() -> None:
    """A fact type may extend several abstract ones, where Python can lay them out."""

    @fact(abstract=True)
    class Marked: ...

    @fact
    class Both(Stance, Marked):
        """{actor} is both"""

    assert concrete_types(Marked) == (Both,)
    assert str(Both("Kyiv")) == "Kyiv is both"


# ---- what is refused -------------------------------------------------------------------------------------------------


def refused(body: str) -> str:
    """Give the message with which a class is refused; `body` is its source, with `@fact` and all."""
    names: dict[str, Any] = {
        "fact": fact, "attrs": attrs, "typing": typing, "Any": Any, "HeldBy": HeldBy, "Stance": Stance, "enum": enum,
        "dt": dt,
    }  # fmt: skip
    with pytest.raises(FactDefinitionError) as caught:
        exec(body, names)  # noqa: S102 - our own source, beside the message that it gets
    assert isinstance(caught.value, PowRulesError)
    assert isinstance(caught.value, TypeError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "@fact\nclass A:\n    '{prisner} is held'\n    prisoner: str",
            "A: the phrase's placeholder {prisner} is no field; did you mean 'prisoner'? (there are: prisoner)",
        ),
        ("@fact\nclass A:\n    '{x} is held'", "A: the phrase's placeholder {x} is no field; there are none"),
        ("@fact\nclass A:\n    '{} is'\n    x: int", "A: the phrase's placeholder {} is no field; there are: x"),
        ("@fact\nclass A:\n    '{x.y}'\n    x: int", "A: the phrase's placeholder {x.y} is no field"),
        ("@fact\nclass A:\n    '{x!r}'\n    x: int", "A: the phrase's placeholder {x!r} has a conversion: leave it out"),
        ("@fact\nclass A:\n    '{x'\n    x: int", "A: the phrase '{x' cannot be read: "),
        ("@fact\nclass A:\n    '{x:.1f}'\n    x: str", "A: the phrase's placeholder {x:.1f} does not fit str: "),
        ("@fact\nclass A:\n    '{x:d}'\n    x: int | str", "A: the phrase's placeholder {x:d} does not fit str: "),
        ("@fact\nclass A:\n    x: list[str]", "A.x: list[str] is no kind of field: write a tuple, as in tuple[str, ...]"),
        ("@fact\nclass A:\n    x: set[str]", "A.x: set[str] is no kind of field: write a frozenset, as in frozenset[str]"),
        ("@fact\nclass A:\n    x: dict[str, int]", "A.x: dict[str, int] is no kind of field: write a tuple of pairs"),
        ("@fact\nclass A:\n    x: list", "A.x: list is no kind of field: write a tuple"),
        ("@fact\nclass A:\n    x: tuple", "A.x: tuple is no kind of field: write what it holds, as in tuple[str, ...]"),
        ("@fact\nclass A:\n    x: frozenset", "A.x: frozenset is no kind of field: write what it holds"),
        ("@fact\nclass A:\n    x: tuple[list[int], ...]", "A.x: list[int] is no kind of field"),
        ("@fact\nclass A:\n    x: object", "A.x: object is no kind of field: write the type itself"),
        ("@fact\nclass A:\n    x: Any", "A.x: Any is no kind of field: write the type itself"),
        ("@fact\nclass A:\n    x: typing.Literal['a']", "A.x: typing.Literal['a'] is no kind of field: write an Enum"),
        ("@fact\nclass A:\n    x: complex", "A.x: complex is no kind of field: fields hold str, int, float"),
        ("@fact\nclass A:\n    x: enum.Enum", "A.x: Enum is no kind of field: fields hold str"),
        ("@fact\nclass A:\n    x: dt.time", "A.x: time is no kind of field: fields hold str"),
        ("@fact\nclass A:\n    x: 1", "A.x: 1 is no kind of field: fields hold str"),
        ("@fact\nclass A:\n    x: 'int |'", "A: an annotation cannot be read: "),
        (
            "@fact\nclass A:\n    x: int = attrs.field(default=1)",
            "A.x is an attrs.field(): write the annotation, and a plain value for a default",
        ),
        ("@fact\nclass A:\n    x = attrs.field()", "A.x is an attrs.field(): write the annotation"),
        ("@fact\nclass A:\n    _x: int", "A has a field '_x': a field's name starts with a letter and is not 'self'"),
        ("@fact\nclass A:\n    self: int", "A has a field 'self': a field's name starts with a letter"),
        ("@fact\nclass A:\n    x: int = 1\n    y: int", "A: No mandatory attributes allowed after an attribute with a default"),
        ("@fact\nclass A(str): ...", "A extends str: a fact type may extend abstract fact types, and nothing else"),
        ("class B: ...\n@fact\nclass A(B): ...", "A extends B: a fact type may extend abstract fact types, and nothing"),
        ("@fact\nclass A(HeldBy): ...", "A extends HeldBy, which is final: extend a fact type made with @fact(abstract"),
        ("class B(Stance): ...\n@fact\nclass A(B): ...", "A extends B: a fact type may extend abstract fact types"),
        ("@fact\n@fact\nclass A: ...", "A is a fact type already"),
        ("@fact\ndef a(): ...", "@fact goes on a class, not on <function a"),
        *(
            (f"@fact\nclass A:\n    def {name}(self, *a): ...", f"A defines {name}, which @fact makes itself")
            for name in ("__init__", "__eq__", "__hash__", "__repr__", "__str__", "__lt__", "__bool__", "__len__",
                         "__attrs_post_init__", "__setattr__", "__getattr__", "__new__")
        ),
        ("@fact\nclass A:\n    __slots__ = ()", "A defines __slots__, which @fact makes itself"),
    ],
)  # fmt: skip
def test_classes_that_are_refused(body: str, message: str) -> None:
    """Each class that cannot be a fact type is refused when it is made, by name, with what to write instead."""
    assert refused(body).startswith(message)


def test_a_subclass_may_not_change_what_a_field_holds() -> None:
    """A rule on the abstract type relies on its fields' kinds: a subclass that widens or changes one is refused."""
    message = refused("@fact\nclass A(Stance):\n    actor: int")
    assert "A.actor" in message
    assert "Stance" in message
