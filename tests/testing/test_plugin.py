"""`--rule-coverage`, in runs of pytest inside a run of pytest."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest

import pytest_pow_rules
from pow_rules import Program, Session, absent, conclude, fact, rule
from pow_rules.session.updates import Updates
from pow_rules.testing.watching import Watching, told_of

RULES = '''
from pow_rules import Program, absent, conclude, fact, rule

@fact
class Guest:
    """{name} is a guest"""
    name: str

@fact
class Banned:
    """{name} is banned"""
    name: str

@fact
class Enters:
    """{name} enters"""
    name: str

@fact
class Gone:
    """{name} is gone"""
    name: str

@rule
def guest_enters(g: Guest) -> None:
    """A guest enters who is not banned."""
    absent(Banned, lambda b: b.name == g.name)
    conclude(Enters, name=g.name)

@rule
def banned_stays(b: Banned) -> None:
    """Who is banned is no guest for long."""
    absent(Enters, lambda e: e.name == b.name)
    conclude(Gone, name=b.name)

program = Program([guest_enters, banned_stays], given=[Guest, Banned])
other = Program([guest_enters], given=[Guest, Banned])
'''.strip()

TESTS = """
from pow_rules import Session
from rules_of_mine import *

def test_guest():
    session = Session(program, [Guest("Ada")])
    assert Enters("Ada") in session

def test_what_if():
    assert Session(program).what_if(assuming=[Banned("Ada")]).concluded == (Gone("Ada"),)
"""

MORE = """
import pytest
from pow_rules import Session
from rules_of_mine import *

def test_ban_that_is_undone():
    session = Session(program)
    with pytest.raises(KeyError), session.transaction():
        session.assert_facts([Guest("Ada"), Banned("Ada")])
        raise KeyError
    assert not session.facts()
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give a project with rules and tests."""
    # Loaded by name: whether the entry point of an installation is there as well makes no difference.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # A run in another folder must find the same library, also where the path to it is relative.
    monkeypatch.setenv("PYTHONPATH", str(Path(pytest_pow_rules.__file__).parent))
    pytester.makepyfile(rules_of_mine=RULES, test_first=TESTS)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest with the plugin."""
    return project.runpytest_inprocess("-p", "pytest_pow_rules", *arguments)


def section(result: pytest.RunResult) -> list[str]:
    """Give what is told of rules."""
    lines = result.outlines
    start = next(i for i, line in enumerate(lines) if " rule coverage " in line)
    end = next(i for i in range(start + 1, len(lines)) if lines[i].startswith("="))
    return [line for line in lines[start + 1 : end] if line]


LINES = RULES.split("\n")
# A rule's line is that of its decorator.
GUEST, BANNED = (LINES.index(f"def {name}) -> None:") for name in ("guest_enters(g: Guest", "banned_stays(b: Banned"))


def test_off_it_does_nothing(project: pytest.Pytester) -> None:
    """Without the option nothing is watched or told."""
    before = Updates.run
    result = run(project)
    result.assert_outcomes(passed=2)
    assert "rule coverage" not in result.stdout.str()
    assert Updates.run is before


def test_what_was_never_used_is_told(project: pytest.Pytester) -> None:
    """Rules that never fired and absences that never blocked are listed with file and line; what-ifs do not count."""
    result = run(project, "--rule-coverage")
    assert result.ret == 0
    assert section(result) == [
        f"program of 2 rules, the first at rules_of_mine.py:{GUEST}: 1 of 2 rules fired, 0 of 2 absences blocked",
        "  never fired:",
        f"    rules_of_mine.py:{BANNED}: banned_stays",
        "  never blocked:",
        f"    rules_of_mine.py:{GUEST}: guest_enters: no Banned(name=g.name)",
        f"    rules_of_mine.py:{BANNED}: banned_stays: no Enters(name=b.name)",
    ]
    assert "watched" not in Updates.run.__qualname__


def test_what_was_undone_counts(project: pytest.Pytester) -> None:
    """What a transaction did counts, though it was undone; several tests are taken together."""
    project.makepyfile(test_second=MORE)
    result = run(project, "--rule-coverage")
    result.assert_outcomes(passed=3)
    assert section(result) == [
        f"program of 2 rules, the first at rules_of_mine.py:{GUEST}: 2 of 2 rules fired, 1 of 2 absences blocked",
        "  never blocked:",
        f"    rules_of_mine.py:{BANNED}: banned_stays: no Enters(name=b.name)",
    ]


def test_programs_by_name(project: pytest.Pytester) -> None:
    """Of programs that are named, those without any session are told of as well, and others are not."""
    result = run(project, "--rule-coverage=rules_of_mine:other", "--rule-coverage=rules_of_mine:other")
    assert section(result) == [
        "rules_of_mine:other: 0 of 1 rule fired, 0 of 1 absence blocked",
        "  never fired:",
        f"    rules_of_mine.py:{GUEST}: guest_enters",
        "  never blocked:",
        f"    rules_of_mine.py:{GUEST}: guest_enters: no Banned(name=g.name)",
    ]


def test_a_program_that_is_not_there(project: pytest.Pytester) -> None:
    """A name that leads to no program fails the run, and is told."""
    for name, why in (
        ("rules_of_mine:programs", "AttributeError: module 'rules_of_mine' has no attribute 'programs'"),
        ("rules_of_yours:program", "ModuleNotFoundError: No module named 'rules_of_yours'"),
        ("rules_of_mine:guest_enters", "TypeError: expected a Program, got <Rule guest_enters>"),
    ):
        result = run(project, f"--rule-coverage={name}")
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        assert section(result) == [f"--rule-coverage={name}: {why}"]


def test_options_that_make_no_sense(project: pytest.Pytester) -> None:
    """A path taken for a name, and an option without the other, are usage errors."""
    result = run(project, "--rule-coverage", "test_first.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--rule-coverage=test_first.py: expected MODULE:PROGRAM, as in *"])
    result = run(project, "--rule-coverage-fail")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--rule-coverage-fail needs --rule-coverage*"])


def test_the_run_can_be_made_to_fail(project: pytest.Pytester) -> None:
    """With the option to, a rule that never fired fails the run, and an absence that never blocked does not."""
    assert run(project, "--rule-coverage", "--rule-coverage-fail").ret == pytest.ExitCode.TESTS_FAILED
    project.makepyfile(test_second=MORE)
    assert run(project, "--rule-coverage", "--rule-coverage-fail").ret == pytest.ExitCode.OK


def test_no_sessions(project: pytest.Pytester) -> None:
    """Without sessions there is nothing to tell."""
    project.makepyfile(test_first="def test_nothing(): pass")
    assert section(run(project, "--rule-coverage")) == ["no session was made"]


def test_many_programs(project: pytest.Pytester) -> None:
    """Of very many programs the first are listed, and the others counted."""
    project.makepyfile(
        test_first="""
        from pow_rules import Program, Session
        from rules_of_mine import *

        def made(i):
            @rule
            def named(g: Guest) -> None:
                conclude(Enters, name=g.name)
            return named

        def test_many():
            for n in range(55):
                exec("\\n" * n + "@rule\\ndef named(g: Guest) -> None:\\n    conclude(Enters, name=g.name)", globals())
                Session(Program([named]), [Guest("Ada")])
        """
    )
    found = section(run(project, "--rule-coverage"))
    assert len(found) == 51
    assert found[-1] == "and 5 more programs: name those that matter, as in --rule-coverage=shop.rules:program"


@pytest.mark.parametrize("name", ["", "=rules_of_mine:program"])
def test_workers_of_xdist(project: pytest.Pytester, name: str) -> None:
    """What the workers of pytest-xdist see is taken together."""
    pytest.importorskip("xdist")
    project.makepyfile(test_second=MORE)
    result = project.runpytest_subprocess(
        "-p", "pytest_pow_rules", "-p", "xdist.plugin", "-n2", f"--rule-coverage{name}", "--rule-coverage-fail"
    )
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    head = f"program of 2 rules, the first at rules_of_mine.py:{GUEST}" if not name else "rules_of_mine:program"
    assert section(result) == [
        f"{head}: 2 of 2 rules fired, 1 of 2 absences blocked",
        "  never blocked:",
        f"    rules_of_mine.py:{BANNED}: banned_stays: no Enters(name=b.name)",
    ]


def test_loading_the_plugin_imports_no_library() -> None:
    """The module that every run of pytest loads does not import the package."""
    code = "import sys, pytest_pow_rules; print([m for m in sys.modules if m.startswith(('pow_rules', 'attr'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---- watching --------------------------------------------------------------------------------------------------------


@fact
class Asked:
    who: str


@fact
class Silent:
    who: str


@fact
class Heard:
    who: str


def made() -> Program:
    """Make a program, whose rules nothing else knows."""

    @rule
    def asking_is_heard(a: Asked) -> None:
        absent(Silent, lambda s: s.who == a.who)
        conclude(Heard, who=a.who)

    return Program([asking_is_heard])


@pytest.fixture
def watching() -> Any:
    """Watch, and stop in any case."""
    found = Watching()
    found.start()
    yield found
    found.stop()


def test_every_state_between_calls_is_seen(watching: Watching) -> None:
    """What held only between two calls was seen, also of sessions and programs that are gone."""
    program = made()
    told, gone = told_of(program), weakref.ref(program)
    session = Session(program)
    assert (watching.seen[told].fired, watching.seen[told].blocked) == ([False], [[False]])
    session.assert_fact(Asked("Ada"))
    session.retract_fact(Asked("Ada"))
    assert (watching.seen[told].fired, watching.seen[told].blocked) == ([True], [[False]])
    fork = session.fork()
    fork.assert_facts([Asked("Ada"), Silent("Ada")])
    fork.retract_facts(list(fork.facts()))
    assert watching.seen[told].blocked == [[True]]
    del program, session, fork
    gc.collect()
    assert gone() is None
    assert watching.seen[told].fired == [True]


def test_what_another_process_saw_is_added(watching: Watching) -> None:
    """What was seen in one process or the other was seen."""
    program, other = made(), Watching()
    Session(program, [Asked("Ada")])
    Session(program, [Asked("Ada"), Silent("Ada")])
    other.add(watching.plain())
    told = told_of(program)
    assert (other.seen[told].fired, other.seen[told].blocked) == ([True], [[True]])


def test_calls_fail_as_before(watching: Watching) -> None:
    """What a call raises is raised, and nothing is seen of what was undone by it."""
    program = made()
    session = Session(program)
    with pytest.raises(TypeError):
        session.assert_facts([Asked("Ada"), "Ben"])
    assert watching.seen[told_of(program)].fired == [False]
    watching.stop()
    watching.stop()
    session.assert_fact(Asked("Ada"))
    assert watching.seen[told_of(program)].fired == [False]
