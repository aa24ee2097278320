"""The schema: which relation holds which fact type, and how facts become rows and rows facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.engine.clauses import RelationSpec
from pow_rules.facts import FactType, concrete_types, fact_type
from pow_rules.values import bare, keyed

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Schema"]


class Schema:
    """The fact types of a program, numbered.

    A column whose kind mixes types that Python holds equal (`int | bool`) stores keys in place of bare values.

    Attributes:
        types: the concrete fact types, by relation number.
        numbers: the relation number of each.
    """

    def __init__(self, classes: Iterable[type]) -> None:
        concrete = dict.fromkeys(c for cls in classes for c in concrete_types(cls))
        self.types: tuple[FactType, ...] = tuple(fact_type(cls) for cls in concrete)
        self.numbers: dict[type, int] = {described.cls: i for i, described in enumerate(self.types)}
        self._keyed = tuple(tuple(field.kind.is_keyed for field in described.fields) for described in self.types)
        self._any_keyed = tuple(map(any, self._keyed))

    def specs(self) -> list[RelationSpec]:
        """Give the relations, as the engine knows them."""
        return [RelationSpec(described.name, described.field_names) for described in self.types]

    def relations(self, cls: type) -> tuple[int, ...]:
        """Give the relations of a fact type: one, or those of an abstract type's subclasses."""
        if cls in self.numbers:
            return (self.numbers[cls],)
        return tuple(self.numbers[c] for c in concrete_types(cls) if c in self.numbers)

    def is_keyed(self, relation: int, column: int) -> bool:
        """Tell whether a column stores keys."""
        return self._keyed[relation][column]

    def row(self, relation: int, value: Any) -> tuple[Any, ...]:
        """Give a fact's row."""
        row = self.types[relation].row(value)
        if self._any_keyed[relation]:
            return tuple([keyed(v) if is_keyed else v for v, is_keyed in zip(row, self._keyed[relation], strict=True)])
        return row

    def fact(self, relation: int, row: tuple[Any, ...]) -> Any:
        """Give a row's fact."""
        if self._any_keyed[relation]:
            row = tuple([bare(v) if is_keyed else v for v, is_keyed in zip(row, self._keyed[relation], strict=True)])
        return self.types[relation].make(row)
