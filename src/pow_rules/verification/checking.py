"""Every step of a document checked against the program, the givens and the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.decoding import DecodingError, decoded_fact
from pow_rules.encoding import encoded_fact
from pow_rules.near import did_you_mean
from pow_rules.render.encoded_rules import encoded_rule
from pow_rules.render.json import said_by
from pow_rules.sources import in_order
from pow_rules.verification.agreement import check_agreement
from pow_rules.verification.attested import read_attestations
from pow_rules.verification.comparing import below, told
from pow_rules.verification.firings import check_firing
from pow_rules.verification.grounding import unexplained, ungrounded
from pow_rules.verification.model import Model, NoModelError
from pow_rules.verification.outline import outlined
from pow_rules.verification.strengths import check_strength, strength_steps
from pow_rules.verification.verdict import Findings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pow_rules.limits import Limits
    from pow_rules.program import Program
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation
    from pow_rules.verification.document import Document

__all__ = ["Checking"]


class Checking:
    """A document while it is being checked.

    Args:
        document: the document.
        program: the program.
        given: what is said of each given, and by whom; None if the givens are not known.
        limits: how much the model may hold, and how long it may take.

    Attributes:
        found: what was found so far.
        steps: the steps.
        parents: of each step, the number of the one that it stands below; -1 for the first.
        children: of each step, the numbers of those one level below it.
        rules: of each rule in the document, the program's, where it is the same.
        facts: of each step, its fact, where it has one that can be read.
        aside: the numbers of the steps that tell of the strength.
        main: the numbers of all others.
    """

    def __init__(
        self,
        document: Document,
        program: Program,
        given: Mapping[Any, tuple[Attestation, ...]] | None,
        limits: Limits,
    ) -> None:
        self.found = Findings()
        self.document = document
        self.steps = document.steps
        self.program = program
        self.given = given
        self._types = {cls.__name__: cls for cls in program.fact_types}
        self._limits = limits
        self._model: Model | NoModelError | None = None
        self.parents: list[int] = []
        self.children: list[list[int]] = []
        self.rules: list[Rule | None] = []
        self.facts: list[Any] = []
        self.aside = strength_steps(self.steps)
        self.main: list[int] = []

    def check(self) -> None:
        """Check all of it."""
        self.facts = [self._fact(at) if "fact" in step else None for at, step in enumerate(self.steps)]
        outline = outlined(self.steps, self.found)
        if outline is None:
            return
        self.parents, self.children = outline
        if self.aside:
            self.children[0].remove(1)
        self.main = [at for at in range(len(self.steps)) if at not in self.aside]
        self.rules = [self._rule(at, data) for at, data in enumerate(self.document.rules)]
        for at in self.main:
            step = self.steps[at]
            if step["type"] in _CHECK:
                _CHECK[step["type"]](self, at, step)
        check_agreement(self)
        for at in ungrounded(self):
            self.found.fault(
                f"/steps/{at}", "a derivation that comes down to givens", "one that rests on the fact itself"
            )
        if self.aside:
            check_strength(self)
        self._cut()

    def ask(self, pointer: str, what: str, question: Callable[[Model], None], *, of_told: bool = False) -> None:
        """Ask something of the model; without one, note what is left unchecked.

        Args:
            pointer: where the document says it.
            what: what it says.
            question: what to ask.
            of_told: whether to ask it, where the givens are not known, of the facts that the document itself tells:
                what one fact rules out, it rules out whatever else there is.
        """
        if self.given is None:
            self.found.leave(pointer, what)
            if not of_told:
                return
        try:
            question(self._found_model())
        except RecursionError:
            raise
        except NoModelError as error:
            if self.given is not None:
                self.found.leave(pointer, f"{what}: {error}")
        except Exception as error:  # noqa: BLE001 - a rule's function may refuse what stands in a document
            self.found.fault(pointer, what, f"{type(error).__name__}: {error}")

    def _found_model(self) -> Model:
        """Give all that follows from the givens, or what the document tells, if they are not known."""
        if self._model is None:
            try:
                if self.given is None:
                    told_facts = dict.fromkeys(fact for fact in self.facts if fact is not None)
                    self._model = Model((), told_facts, self._limits)
                else:
                    self._model = Model(self.program.rules, self.given, self._limits)
            except NoModelError as error:
                self._model = error
        if isinstance(self._model, NoModelError):
            raise self._model
        return self._model

    # ---- facts and rules -----------------------------------------------------------------------------------------

    def _fact(self, at: int) -> Any:
        """Read a step's fact: nothing but what the fact would be written as is taken for it."""
        pointer, data = f"/steps/{at}/fact", self.steps[at]["fact"]
        try:
            fact = decoded_fact(data, self._types)
            written = encoded_fact(fact)
        except DecodingError as error:
            for key in error.path:
                pointer = below(pointer, key)
            expected, _, got = error.what.removeprefix("expected ").partition(", got ")
            self.found.fault(pointer, expected if got else "a fact of the program", got or error.what)
            return None
        except Exception as error:  # noqa: BLE001 - a phrase's format may refuse a value
            self.found.fault(pointer, "a fact that can be written", f"{type(error).__name__}: {error}")
            return None
        return fact if self.found.same(pointer, written, data) else None

    def _rule(self, at: int, data: Mapping[str, Any]) -> Rule | None:
        """Give the program's rule that one in the document is; None if it is none."""
        name = data.get("name")
        rule = next((rule for rule in self.program.rules if rule.name == name), None)
        if rule is None:
            names = [rule.name for rule in self.program.rules]
            got = f"{told(name)}{did_you_mean(name[:50], names) if isinstance(name, str) else ''}"
            self.found.fault(f"/rules/{at}/name", "a rule of the program", got)
            return None
        return rule if self.found.same(f"/rules/{at}", encoded_rule(rule), dict(data)) else None

    # ---- steps -------------------------------------------------------------------------------------------------

    def given_step(self, at: int, step: Mapping[str, Any]) -> None:
        """Check a given fact: that it is given, by whom, and whether it is concluded as well."""
        fact, pointer = self.facts[at], f"/steps/{at}"
        if fact is None:
            return
        self._attested(at, step, is_given=True)

        def concluded(model: Model) -> None:
            self.found.same(f"{pointer}/concluded", bool(model.derivations.get(fact)), step["concluded"])

        self.ask(f"{pointer}/concluded", f"that {'a' if step['concluded'] else 'no'} rule concludes it", concluded)

    def conclusion_step(self, at: int, step: Mapping[str, Any]) -> None:
        """Check a conclusion but for its rules, which are steps of their own."""
        fact, pointer, shown = self.facts[at], f"/steps/{at}", self.children[at]
        self.found.same(f"{pointer}/shown", len(shown), step["shown"])
        rules = [self.named(i) for i in shown]
        if None not in rules:
            hedges = list(dict.fromkeys(rule.hedge for rule in rules if rule is not None))
            self.found.same(f"{pointer}/hedges", hedges, step["hedges"])
        first: dict[tuple[Any, ...], int] = {}
        for i in shown:
            if first.setdefault(self._derivation(i), i) != i:
                self.found.fault(f"/steps/{i}", "another derivation than those above", "the same once more")
        if not shown:
            self.found.fault(pointer, "a rule below it", "none")
        if fact is None:
            return
        self._attested(at, step, is_given=step["given"])

        def counted(model: Model) -> None:
            # Where the fact does not even hold, what it rests on is at fault.
            if fact in model:
                self.found.same(f"{pointer}/derivations", len(model.derivations.get(fact, ())), step["derivations"])

        if step["derivations"] < len(shown):
            self.found.fault(f"{pointer}/derivations", f"{len(shown)} or more", told(step["derivations"]))
        else:
            self.ask(f"{pointer}/derivations", "that there are so many derivations of it", counted)

    def _derivation(self, at: int) -> tuple[Any, ...]:
        """Give what tells a derivation from another of the same fact: its rule and premises."""
        return (self.steps[at].get("number"), *(self.facts[i] for i in self.children[at] if "fact" in self.steps[i]))

    def _attested(self, at: int, step: Mapping[str, Any], *, is_given: bool) -> None:
        """Compare whether a fact is given, by whom and how strongly."""
        fact, pointer = self.facts[at], f"/steps/{at}"
        if self.given is None:
            what = "that it is given, and by whom" if is_given else "that it is not given"
            self.found.leave(pointer if is_given else f"{pointer}/given", f"{what}: {fact}")
            try:
                said = read_attestations(step, fact) if is_given else ()
            except Exception as error:  # noqa: BLE001 - a document may say anything
                self.found.fault(pointer, "sources and attestations of a fact", f"{type(error).__name__}: {error}")
            else:
                self._said(pointer, step, said)
                if is_given and not said:
                    self.found.fault(f"{pointer}/attestations", "one or more", "none")
            return
        if is_given != (fact in self.given):
            expected, got = ("a fact that is given", told(str(fact)))
            if not is_given:
                expected, got = "true: the fact is given as well", "false"
            self.found.fault(pointer if is_given else f"{pointer}/given", expected, got)
            return
        self._said(pointer, step, self.given.get(fact, ()))

    def _said(self, pointer: str, step: Mapping[str, Any], attestations: tuple[Attestation, ...]) -> None:
        for name, expected in said_by(in_order(attestations)).items():
            self.found.same(f"{pointer}/{name}", expected, step[name])

    def named(self, at: int) -> Rule | None:
        """Give the rule that a step names, where it is the program's."""
        number = self.steps[at]["number"]
        return self.rules[number] if number < len(self.rules) else None

    def rule_step(self, at: int, step: Mapping[str, Any]) -> None:
        """Check a rule step: that its rule is the program's, and fires."""
        pointer, rules = f"/steps/{at}", self.document.rules
        if step["number"] >= len(rules):
            self.found.fault(f"{pointer}/number", f"the place of one of {len(rules)} rules", told(step["number"]))
            return
        if self.found.same(f"{pointer}/rule", rules[step["number"]].get("name"), step["rule"]):
            rule = self.named(at)
            if rule is not None:
                check_firing(self, at, rule)

    def seen_step(self, at: int, step: Mapping[str, Any]) -> None:
        """Check that a fact is explained where the document says so."""
        to, pointer = step["at"], f"/steps/{at}/at"
        if to >= at or self.steps[to]["type"] != "conclusion" or to in self.aside:
            self.found.fault(pointer, "the number of a conclusion further up", told(to))
        elif self.facts[to] is not None and self.facts[at] is not None and self.facts[to] != self.facts[at]:
            self.found.fault(pointer, f"the number of the step that explains {told(str(self.facts[at]))}", told(to))

    def cut_step(self, at: int, _: Mapping[str, Any]) -> None:
        """Check that a conclusion holds whose derivation is not shown."""
        fact = self.facts[at]

        def held(model: Model) -> None:
            if not model.derivations.get(fact):
                self.found.fault(f"/steps/{at}/fact", "a conclusion that holds", told(str(fact)))

        if fact is not None:
            self.ask(f"/steps/{at}", f"that it is concluded: {fact}", held)

    def _cut(self) -> None:
        """Compare how many conclusions are said to be left out with those that are seen to be."""
        least, said = len(unexplained(self)), self.document.cut
        if (least == 0) != (said == 0) or said < least:
            self.found.fault("/cut", f"{least} or more" if least else "0", told(said))
        elif said:
            self.found.leave("/cut", "that so many conclusions are left unexplained")


_CHECK: dict[str, Callable[[Checking, int, Mapping[str, Any]], None]] = {
    "given": Checking.given_step,
    "conclusion": Checking.conclusion_step,
    "rule": Checking.rule_step,
    "seen": Checking.seen_step,
    "cut": Checking.cut_step,
}
"""How steps are checked; what else stands below a rule is checked with the rule."""
