"""The engine against the naive reference on fixed programs in which everything meets everything."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pow_rules import Program, Session, absent, conclude, count, fact, present, rule, where
from pow_rules.testing import naive_model


@fact
class Edge:
    """{a} to {b}"""

    a: int
    b: int


@fact
class Path:
    """path from {a} to {b}"""

    a: int
    b: int


@fact
class Back:
    """{a} and back"""

    a: int


@fact
class Off:
    """{a} is off"""

    a: int


@fact
class Open:
    """{a} is open"""

    a: int


@fact
class Far:
    """{a} is far, {n} times"""

    a: int
    n: int


@rule
def edge_is_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def paths_join(p: Path, q: Path) -> None:
    """Two paths that meet are one."""
    where(p.b == q.a)
    conclude(Path, a=p.a, b=q.b)


@rule
def there_and_back(p: Path, q: Path) -> None:
    """Whoever can go and return is back."""
    where(p.a == q.b, p.b == q.a)
    conclude(Back, a=p.a)


@rule
def backs_are_linked(x: Back, y: Back, p: Path) -> None:
    """A path between two that return goes both ways."""
    where(p.a == x.a, p.b == y.a)
    conclude(Path, a=y.a, b=x.a)


@rule
def open_unless_off(x: Back) -> None:
    """What returns is open unless it is off."""
    absent(Off, lambda o: o.a == x.a)
    conclude(Open, a=x.a)


@rule
def open_ones_spread(o: Open, p: Path) -> None:
    """What an open one reaches and is not off is open."""
    where(o.a == p.a)
    absent(Off, lambda f: f.a == p.b)
    conclude(Open, a=p.b)


@rule
def far_ones(o: Open) -> None:
    """An open one with paths is as far as it has paths, where any path leads to it."""
    present(Path, lambda p: p.b == o.a)
    conclude(Far, a=o.a, n=count(Path, lambda p: p.a == o.a))


PROGRAM = Program(
    [edge_is_path, paths_join, there_and_back, backs_are_linked, open_unless_off, open_ones_spread, far_ones],
    given=[Edge, Off, Path, Back, Open],
)
NODES = st.integers(0, 3)
FACTS = st.lists(
    st.builds(Edge, NODES, NODES)
    | st.builds(Edge, NODES, NODES)
    | st.builds(Off, NODES)
    | st.builds(Path, NODES, NODES)
    | st.builds(Back, NODES)
    | st.builds(Open, NODES),
    max_size=8,
)


@given(st.lists(FACTS, max_size=3))
def test_batches_give_the_perfect_model_with_every_derivation_once(batches: list[list[Any]]) -> None:
    """After each batch the session is the naive model of all facts so far, and its log holds every firing once."""
    session = Session(PROGRAM)
    so_far: list[Any] = []
    for batch in batches:
        session.assert_facts(batch)
        so_far += batch
        model = naive_model(PROGRAM, so_far)
        assert set(session.facts()) == model.facts
        derivations = [d for f in session.facts() for d in session.derivations(f)]
        assert len(derivations) == len(set(derivations)) == session.derivation_count
        assert set(derivations) == model.derivations
