"""Work on many rows at once, where a loop over them one by one would take longer.

A large bucket is looked up as a whole, in C. A join that is the same for all new rows with one key is made once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.expressions import Column, Constant
from pow_rules.engine.plan import Emit, Probe, Trigger

if TYPE_CHECKING:
    from pow_rules.engine.expressions import Expression
    from pow_rules.engine.source import Source

__all__ = ["is_plain", "sharing", "write_bulk", "write_shared"]

_MANY = 8
"""How many rows a bucket must have for doing all of it at once to be quicker."""

_ROOM = 65_536
"""How many partial matches are kept for other new rows."""


def is_plain(text: Source, probe: Probe) -> bool:
    """Tell whether nothing is left to do after a probe but to conclude, from values that differ from row to row."""
    steps = text.plan.steps
    last = steps[-1]
    if steps[-2:] != (probe, last) or not isinstance(last, Emit) or last.head.can_raise:
        return False
    if text.copied(last.head) is not None or not all(isinstance(v, Column | Constant) for v in last.head.values):
        return False
    return any(_varies(value, probe) for value in last.head.values)


def _varies(value: Expression, probe: Probe) -> bool:
    """Tell whether a value is another one for each row of a bucket: what the key fixes is not."""
    if not isinstance(value, Column) or value.slot != probe.pattern.slot:
        return False
    return not isinstance(_fixed(probe).get(value.column), Column)


def _fixed(probe: Probe) -> dict[int, Expression]:
    """Give what the columns of a probe's key are equal to."""
    return dict(zip(probe.access.columns, probe.access.keys, strict=True))


def write_bulk(text: Source, probe: Probe, limit: str | None) -> None:
    """Do all rows of a large bucket at once: conclusions that are known are found without a loop of ours."""
    emit, slot = text.plan.steps[-1], probe.pattern.slot
    assert isinstance(emit, Emit)  # noqa: S101 - see `is_plain`
    condition = f"len(bucket) >= {_MANY}"
    if limit is not None:
        condition += f" and bucket[-1] < {text.local(f'old{slot}', limit)}"
    text.line(f"if {condition}:")
    text.depth += 1
    parts: list[str] = []
    for value in emit.head.values:
        if isinstance(value, Column) and _varies(value, probe):
            parts.append(f"map({text.column(probe.pattern.relation, value.column)}.__getitem__, bucket)")
        else:
            key = _fixed(probe)[value.column] if isinstance(value, Column) and value.slot == slot else value
            parts.append(f"repeat({text.expression(key)})")
    rows = f"zip({', '.join(parts)})"
    known = text.of(emit.head.relation, "get", "ids.get")
    find, rows_of = text.of(emit.head.relation, "find", "ids.setdefault"), text.rows(emit.head.relation)
    text.line(f"found = [*map({known}, {rows})]")
    text.line("if None in found:")
    text.line(f"    for at, row in enumerate({rows}):")
    text.line("        if found[at] is None:")
    text.line(f"            c = found[at] = {find}(row, len({rows_of}))")
    text.line(f"            if c == len({rows_of}):")
    text.line(f"                {text.of(emit.head.relation, 'add', 'rows.append')}(row)")
    text.line(f"    {text.local('n', f'len({rows_of})')} = len({rows_of})")
    text.line("out.conclusions.fromlist(found)")
    for i, pattern in enumerate(text.plan.clause.patterns):
        ids = "bucket" if pattern.slot == slot else f'array("i", (i{pattern.slot},)) * len(bucket)'
        text.line(f"out.premises[{i}].extend({ids})")
    text.line("continue")
    text.depth -= 1


def sharing(text: Source, probe: Probe) -> Probe | None:
    """Give the probe after this one, if both depend on one key of the trigger.

    Then what the two find is the same for all new rows with that key: most rows that the first finds may have no
    match in the second, and are looked at once.
    """
    steps = text.plan.steps
    match steps:
        case (Trigger(trigger), first, Probe() as second, Emit()) if first is probe and is_plain(text, second):
            slots = [[key.slot if isinstance(key, Column) else -1 for key in p.access.keys] for p in (probe, second)]
            is_chain = set(slots[0]) == {trigger.slot} and set(slots[1]) == {probe.pattern.slot}
            whole = [text.whole_row(p.pattern.relation, p.access) for p in (probe, second)]
            return second if is_chain and whole == [None, None] else None
    return None


def write_shared(text: Source, probe: Probe, inner: Probe) -> None:
    """Join two patterns once for all new rows with one key; `room` bounds how much of that is kept."""
    slot, relation = probe.pattern.slot, probe.pattern.relation
    key, shared, room = text.key(probe.access), text.local("shared", "{}"), text.local("room", str(_ROOM))
    text.line(f"pairs = {shared}.get({key})")
    text.line("if pairs is None:")
    text.line(f"    ids = {text.index(relation, probe.access.columns)}.get({key}, ())")
    if probe.old:
        limit = text.local(f"old{slot}", f"old[{text.plan.clause.patterns.index(probe.pattern)}]")
        text.line(f"    ids = ids[:bisect_left(ids, {limit})]")
    columns = [k.column for k in inner.access.keys if isinstance(k, Column)]
    keys = [f"map({text.column(relation, column)}.__getitem__, ids)" for column in columns]
    among = keys[0] if len(keys) == 1 else f"zip({', '.join(keys)})"
    found = f"map({text.index(inner.pattern.relation, inner.access.columns)}.get, {among})"
    text.line(f"    pairs = [pair for pair in zip(ids, {found}) if pair[1] is not None]")
    text.line(f"    {room} -= len(pairs)")
    text.line(f"    if {room} < 0:")
    text.line(f"        {shared}.clear()")
    text.line(f"        {room} = {_ROOM}")
    text.line(f"    {shared}[{key}] = pairs")
    text.line(f"for i{slot}, bucket in pairs:")
    text.depth += 1
    text.has_bucket = True
    text.bind(slot, relation, _fixed(probe), _concluded(text, inner))


def _concluded(text: Source, inner: Probe) -> set[Column]:
    """Give the columns that a conclusion is made of, once both probes have been made."""
    emit, found = text.plan.steps[-1], set[Column]()
    for value in emit.head.values if isinstance(emit, Emit) else ():
        key = (
            _fixed(inner).get(value.column) if isinstance(value, Column) and value.slot == inner.pattern.slot else value
        )
        if isinstance(key, Column):
            found.add(key)
    return found
