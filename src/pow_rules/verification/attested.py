"""What a document says of who gives a fact, read back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pow_rules.scales import Likelihood
from pow_rules.sources import Attestation, Given, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_attestations"]


def read_attestations(step: Mapping[str, Any], fact: Any) -> tuple[Attestation, ...]:
    """Read who gives a fact.

    Args:
        step: a step with sources and attestations.
        fact: its fact.

    Returns:
        What is said of the fact, one thing for each source. It is for the caller to compare it with the step: nothing
        is checked here but that there can be such sources, hedges and likelihoods.

    Raises:
        Exception: of any kind, where there can be none such.
    """
    sources = [_source(data) for data in step["sources"]]
    made: dict[Source | None, Attestation] = {}
    for data in step["attestations"]:
        number, likelihood = data["source"], data["likelihood"]
        source = None if number is None else sources[number]
        said = Given(
            fact, source, hedge=data["hedge"], likelihood=None if likelihood is None else Likelihood(**likelihood)
        )
        made[source] = Attestation(said.source, said.hedge, said.likelihood)
    return tuple(made.values())


def _source(data: Mapping[str, Any]) -> Source:
    fields = dict(data)
    fields["date"] = None if data["date"] is None else dt.date.fromisoformat(data["date"])
    return Source(**fields)
