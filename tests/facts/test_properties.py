"""Facts of every field kind: what must hold of all of them."""

import copy
import itertools
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pow_rules import replace
from pow_rules.facts import fact_type, row_of
from pow_rules.kinds import is_fact_class
from pow_rules.values import bare, canonical, exact_equal, keyed, normal


def same(left: Any, right: Any) -> bool:
    """Tell, as plainly as can be, whether two values have the same types and values all the way down."""
    if type(left) is not type(right):
        return False
    if type(left) is tuple:
        return len(left) == len(right) and all(itertools.starmap(same, zip(left, right, strict=True)))
    if type(left) is frozenset:
        return len(left) == len(right) and all(any(same(x, y) for y in right) for x in left)
    if is_fact_class(type(left)):
        return all(same(x, y) for x, y in zip(row_of(left), row_of(right), strict=True))
    return bool(left == right)


def pairs(data: st.DataObject, two_facts: st.SearchStrategy[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Draw two facts of one type."""
    return data.draw(two_facts, label="two facts")


@given(st.data())
def test_making_a_fact_of_its_own_values_changes_nothing(
    every_fact: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    """Values in normal form are held as they are."""
    one = data.draw(every_fact)
    again = type(one)(*row_of(one))
    assert all(same(x, y) for x, y in zip(row_of(one), row_of(again), strict=True))
    assert (again, hash(again), repr(again), str(again)) == (one, hash(one), repr(one), str(one))


@given(st.data())
def test_facts_are_equal_exactly_where_types_and_values_are(
    two_facts: st.SearchStrategy[tuple[Any, Any]], data: st.DataObject
) -> None:
    """`1`, `True` and `1.0` differ wherever they stand, and so do an Enum member and its value."""
    one, other = pairs(data, two_facts)
    assert (one == other) is same(one, other)
    assert (one != other) is not same(one, other)


@given(st.data())
def test_equal_facts_hash_and_print_alike(two_facts: st.SearchStrategy[tuple[Any, Any]], data: st.DataObject) -> None:
    """Equal facts have one hash, one repr and one phrase; different ones have different reprs."""
    one, other = pairs(data, two_facts)
    if one == other:
        assert (hash(one), repr(one), str(one)) == (hash(other), repr(other), str(other))
    else:
        assert repr(one) != repr(other)


@given(st.data())
def test_facts_of_different_types_differ(every_fact: st.SearchStrategy[Any], data: st.DataObject) -> None:
    """Two facts are equal only if they are of one type."""
    one, other = data.draw(every_fact), data.draw(every_fact)
    assert type(one) is type(other) or one != other


@given(st.data())
def test_exact_equality_is_that_of_types_and_values(
    two_facts: st.SearchStrategy[tuple[Any, Any]], data: st.DataObject
) -> None:
    """`exact_equal` agrees with a comparison that looks at every type on the way down."""
    one, other = pairs(data, two_facts)
    for left, right in zip(row_of(one), row_of(other), strict=True):
        assert exact_equal(left, right) is same(left, right)


@given(st.data())
def test_keys_are_equal_exactly_where_values_are_the_same(
    two_facts: st.SearchStrategy[tuple[Any, Any]], data: st.DataObject
) -> None:
    """A key tells apart what Python confuses, and is hashed accordingly."""
    one, other = pairs(data, two_facts)
    for left, right in zip(row_of(one), row_of(other), strict=True):
        assert (keyed(left) == keyed(right)) is same(left, right)
        assert not same(left, right) or hash(keyed(left)) == hash(keyed(right))


@given(st.data())
def test_a_key_gives_its_value_back(every_fact: st.SearchStrategy[Any], data: st.DataObject) -> None:
    """`bare` undoes `keyed`."""
    one = data.draw(every_fact)
    for value in (one, *row_of(one)):
        assert same(bare(keyed(value)), value)


@given(st.data())
def test_normal_form_is_final(every_fact: st.SearchStrategy[Any], data: st.DataObject) -> None:
    """The values of a fact are in normal form."""
    for value in row_of(data.draw(every_fact)):
        assert same(normal(value), value)
        assert canonical(normal(value)) == canonical(value)


@given(st.data())
def test_python_equal_values_without_keys_are_the_same(
    two_facts: st.SearchStrategy[tuple[Any, Any]], data: st.DataObject
) -> None:
    """A kind that is not keyed has no two values that Python confuses: its columns may hold bare values."""
    one, other = pairs(data, two_facts)
    for field in fact_type(type(one)).fields:
        left, right = getattr(one, field.name), getattr(other, field.name)
        if not field.kind.is_keyed:
            assert (left == right) is same(left, right)


@given(st.data())
def test_replace_with_own_values_is_the_same_fact(every_fact: st.SearchStrategy[Any], data: st.DataObject) -> None:
    """Replacing fields by what they hold gives an equal fact, one by one and all at once."""
    one = data.draw(every_fact)
    values = {name: getattr(one, name) for name in fact_type(type(one)).field_names}
    assert replace(one) == replace(one, **values) == one
    assert all(replace(one, **{name: value}) == one for name, value in values.items())


@given(st.data())
def test_replace_and_back(two_facts: st.SearchStrategy[tuple[Any, Any]], data: st.DataObject) -> None:
    """Replacing all fields by another fact's gives that fact; replacing them back gives the first."""
    one, other = pairs(data, two_facts)
    names = fact_type(type(one)).field_names
    assert replace(one, **{name: getattr(other, name) for name in names}) == other
    assert replace(other, **{name: getattr(one, name) for name in names}) == one


@given(st.data())
def test_copies_are_equal(every_fact: st.SearchStrategy[Any], data: st.DataObject) -> None:
    """Pickling and copying, shallow and deep, give the same fact."""
    one = data.draw(every_fact)
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):  # noqa: S301 - our own bytes
        assert same(again, one)
        assert (again, hash(again), repr(again)) == (one, hash(one), repr(one))


@given(st.lists(st.integers() | st.booleans() | st.text(max_size=3) | st.dates(), max_size=6), st.randoms())
def test_sets_print_alike_whatever_their_order(values: list[Any], random: Any) -> None:
    """A frozenset's text is independent of the order in which its items came."""
    distinct = list(frozenset(values))
    shuffled = list(distinct)
    random.shuffle(shuffled)
    assert canonical(frozenset(distinct)) == canonical(frozenset(shuffled))
    nested = (frozenset(distinct), frozenset([frozenset(distinct)]))
    assert canonical(nested) == canonical((frozenset(shuffled), frozenset([frozenset(shuffled)])))


@given(st.data())
def test_make_gives_what_the_constructor_gives(every_fact: st.SearchStrategy[Any], data: st.DataObject) -> None:
    """A fact that is made of a row without checks equals the one that was checked."""
    one = data.draw(every_fact)
    made = fact_type(type(one)).make(row_of(one))
    assert (made, hash(made), repr(made)) == (one, hash(one), repr(one))
