"""A conflict in words: rows that say alike are told together, numbers of the input first."""

from __future__ import annotations

from typing import Any

from floors.diagnosis.kinds import WORDS
from floors.diagnosis.rows import DECIDED, OWN, Row
from floors.diagnosis.statements import Statements
from floors.sourcing.rows import ROW_KINDS, Gives

ORDER = {kind: i for i, kind in enumerate(WORDS)}


def told_together(statements: Statements, rows: list[Row]) -> list[str]:
    """The sentences: what must be, what is allowed, what there is, and where it comes from."""
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in sorted(rows, key=_rank):
        alike.setdefault(_group(statements, row), []).append(row)
    return [_line(statements, group) for group in alike.values()]


def _line(statements: Statements, group: list[Row]) -> str:
    kind = group[0].kind
    if kind == DECIDED:
        return statements.decided(group)
    if kind == OWN:
        return statements.own(group[0])
    return WORDS[kind].says(statements, [row.key for row in group])


def _rank(row: Row) -> tuple[int, int]:
    """What must be and what is allowed by kind, then what there is and was as found, last what gives no way."""
    gives = Gives.PHYSICS if row.kind in (OWN, DECIDED) else ROW_KINDS[row.kind].gives
    if gives is Gives.PHYSICS:
        return 1, 0
    return (2 if gives is None else 0), ORDER[row.kind]


def _group(statements: Statements, row: Row) -> tuple[Any, ...]:
    """What rows of a kind have in common that are told together; the name of a row told by itself."""
    if row.kind == DECIDED:
        return (DECIDED,)
    common = None if row.kind == OWN else WORDS[row.kind].alike(statements, *row.key)
    return (row.name,) if common is None else (row.kind, *common)
