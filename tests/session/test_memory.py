"""Many rounds of asserting and retracting one fact: memory stays flat."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_ROUNDS = """
import gc, resource, sys
from pow_rules import Program, Session, absent, conclude, count, fact, rule, where

@fact
class Knock:
    n: int

@fact
class Heard:
    n: int

@fact
class Answered:
    n: int

@fact
class Quiet:
    n: int

@fact
class Knocks:
    n: int

@rule
def heard(k: Knock) -> None:
    conclude(Heard, n=k.n)

@rule
def answered(h: Heard) -> None:
    conclude(Answered, n=h.n)

@rule
def heard_again(a: Answered, k: Knock) -> None:
    where(a.n == k.n)
    conclude(Heard, n=a.n)

@rule
def quiet(k: Knock) -> None:
    absent(Answered, lambda a: a.n == k.n + 1)
    conclude(Quiet, n=k.n)

@rule
def knocks() -> None:
    conclude(Knocks, n=count(Heard))

rounds, matcher = int(sys.argv[1]), sys.argv[2]
program = Program([heard, answered, heard_again, quiet, knocks], given=[Knock])
session = Session(program, [Knock(i) for i in (1, 8)], matcher=matcher)
before = session.facts()

def run(many):
    for i in range(many):
        session.assert_fact(Knock(9))
        if i % 10 == 0:
            session.what_if(without=[Knock(9)])
        session.retract_fact(Knock(9))

def blocks():
    session._base.compact(at_least=0)
    gc.collect()
    return sys.getallocatedblocks()

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

# Long enough for caches to be full.
run(rounds // 3)
first, peak_before = blocks(), peak()
run(rounds)
assert set(session.facts()) == set(before), session.facts()
print(blocks() - first, peak() - peak_before)
"""


def test_memory_stays_flat(matcher: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A hundred thousand rounds (1,500 without --soak) of asserting and retracting one fact leave memory as it was."""
    rounds = 100_000 if request.config.getoption("--soak") else 1_500
    if matcher == "durable":
        rounds //= 3
    program = tmp_path / "rounds.py"
    program.write_text(_ROUNDS)
    done = subprocess.run(
        [sys.executable, str(program), str(rounds), matcher], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    blocks, peak = map(int, done.stdout.split())
    # One block in four rounds would be too many; what is there is a handful.
    assert blocks < rounds // 4
    # In kilobytes, or in bytes on some systems: a hundred bytes for each round would be more.
    assert peak < (2_000_000 if sys.platform == "darwin" else 2_000)
