"""A conflict in words: rows that say alike are told together, numbers of the input first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floors.diagnosis.rows import DECIDED, Row
from floors.diagnosis.statements import Statements

FIRST = ("must_serve", "stock_target", "route_minimum", "process_minimum", "cap", "route_limit", "fund")
LAST = ("use", "supply", "stock_balance")  # what only says where things come from


def told_together(statements: Statements, rows: list[Row]) -> list[str]:
    """The sentences: what must be, what is allowed, what there is, and where it comes from."""
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in sorted(rows, key=_rank):
        alike.setdefault(_group(statements, row), []).append(row)
    together: dict[str, Callable[[list[Any]], str]] = {
        "must_serve": statements.needs,
        "route_limit": statements.embargoes,
        "capacity": statements.capacities,
        "build_limit": statements.build_limits,
        "use": statements.uses,
        "supply": statements.supplies,
        "stock_balance": statements.stock_balances,
    }
    return [_line(statements, together, group) for group in alike.values()]


def _line(statements: Statements, together: dict[str, Callable[[list[Any]], str]], group: list[Row]) -> str:
    kind = group[0].kind
    if kind == DECIDED:
        return statements.decided(group)
    if len(group) > 1:
        return together[kind]([row.key for row in group])
    return statements.of(group[0]).sentence


def _rank(row: Row) -> int:
    if row.kind in FIRST:
        return FIRST.index(row.kind)
    return len(FIRST) + (1 + LAST.index(row.kind) if row.kind in LAST else 0)


def _group(statements: Statements, row: Row) -> tuple[Any, ...]:
    """What rows of a kind have in common that are told together; the name of a row told by itself."""
    if row.kind == DECIDED:
        return (DECIDED,)
    routes, cells, key = statements.case.routes, statements.cells, row.key
    if row.kind == "route_limit" and routes.of[key].limit == 0:
        return row.kind, key[0], *key[2:]
    if row.kind == "use":
        piles = statements.case.stocks.at(key[0], key[1])
        return row.kind, *key[1:], *cells.origins(*key), *piles
    common: dict[str, Callable[..., tuple[Any, ...]]] = {
        "must_serve": lambda d, g, c, j, t: (c, t),
        "capacity": lambda x, t: (t,),
        "build_limit": lambda x, b: (x,),
        "supply": lambda o, c, t: (c, t),
        "stock_balance": lambda k, t, before: (k,),
    }
    return (row.kind, *common[row.kind](*key)) if row.kind in common else (row.name,)
