"""An LP as its user states it, under names that every reader of LP and MPS files takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from floors.lp.linear import Compiled, Placed, Vector
from floors.lp.sparse import Matrix

LONGEST = 100  # characters of a name: CBC takes no more in an LP file, GLPK and HiGHS 255
OBJECTIVE, CONSTANT = "cost", "constant"

# In any case, alone: sections and words of the two formats. At the beginning: what C reads as a number.
_SECTIONS = (
    "min minimize minimise minimum max maximize maximise maximum subject to such that st s_t bound bounds general "
    "generals gen integer integers int binary binaries bin semi semis semi_continuous sos sos1 sos2 s1 s2 free end "
    "lazy user cuts constraints usercuts lazyconstraints pwl gencons quadobj qmatrix qsection csection indicators "
    "name rows columns rhs ranges objsense objname objsection endata obj marker intorg intend negative "
    "lo up fx fr mi pl bv li ui sc"
)
_WORDS = frozenset(_SECTIONS.split())
_NUMBER = re.compile(r"inf|nan|e[0-9]|e$", re.IGNORECASE)
_OTHER = re.compile(r"[^A-Za-z0-9]+")


class Name(NamedTuple):
    """A row or column of a file: its safe `name`, and the component, key there and side (of a row with two) it is."""

    name: str
    component: str
    key: tuple[Any, ...] = ()
    side: str = ""
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class Stated:
    """cost @ x + offset minimised or maximised, rows matrix @ x `sense` side, lower <= x <= upper.

    `sense` is of "<=", ">=", "="; a row with two sides is two rows.
    """

    maximised: bool
    cost: Vector
    offset: float
    matrix: Matrix
    sense: list[str]
    side: Vector
    lower: Vector
    upper: Vector
    rows: list[Name]
    columns: list[Name]


def state(compiled: Compiled) -> Stated:
    """The LP before it was brought into priced form: rows as they were written, bounds as bounds."""
    lp, sign = compiled.lp, np.where(compiled.flipped, -1.0, 1.0)
    rows, columns = _labels(compiled.constraints, len(sign)), _labels(compiled.variables, len(lp.cost))
    named = np.array([row is not None for row in rows], dtype=bool)
    lower, upper = lp.lower.copy(), lp.upper.copy()
    bound = np.flatnonzero(~named)
    at, of = lp.matrix.indptr[bound], lp.matrix.indices
    for i, j in zip(bound.tolist(), of[at].tolist(), strict=True):
        number = lp.row_lower[i] * sign[i] + 0.0
        if compiled.equality[i]:
            lower[j] = upper[j] = number
        elif compiled.flipped[i]:
            upper[j] = number
        else:
            lower[j] = number
    which, turn = np.flatnonzero(named), -1.0 if compiled.maximised else 1.0
    senses = np.where(compiled.equality, "=", np.where(compiled.flipped, "<=", ">="))
    safe = _Safe()
    return Stated(
        maximised=compiled.maximised,
        cost=lp.cost * turn + 0.0,
        offset=lp.offset * turn + 0.0,
        matrix=lp.matrix[which].scaled(sign[which]),
        sense=senses[which].tolist(),
        side=lp.row_lower[which] * sign[which] + 0.0,
        lower=lower,
        upper=upper,
        rows=[safe.named(label) for label in _sided(rows, compiled.flipped)],
        columns=[safe.named(label) for label in columns if label is not None],
    )


def _labels(parts: Iterable[Placed], count: int) -> list[Name | None]:
    """What each place is in the model; None where it has no name there."""
    found: list[Name | None] = [None] * count
    for part in parts:
        one = part.component
        listed, name, doc = getattr(one, "listed", False), str(one.name), getattr(one, "doc", None) or ""
        for which in (part.at, *([] if part.other is None else [part.other])):
            at = np.flatnonzero(which >= 0)
            for i, key in zip(which[at].tolist(), part.spelled(at), strict=True):
                if listed:
                    found[i] = Name("", key)
                else:
                    index = key if isinstance(key, tuple) else () if key is None else (key,)
                    found[i] = Name("", name, index, "", doc)
    return found


def _sided(rows: list[Name | None], flipped: Vector) -> Iterable[Name]:
    """The rows that have a name; of two of one constraint each says which side it is."""
    seen: dict[tuple[str, tuple[Any, ...]], int] = {}
    for row in rows:
        if row is not None:
            seen[row[1:3]] = seen.get(row[1:3], 0) + 1
    for row, is_upper in zip(rows, flipped.tolist(), strict=True):
        if row is not None:
            yield row if seen[row[1:3]] == 1 else row._replace(side="upper" if is_upper else "lower")


class _Safe:
    """Gives names: letters, digits and underscores, each once whatever its case, no word of a format, no number."""

    def __init__(self) -> None:
        self._next = {OBJECTIVE: 2, CONSTANT: 2}

    def named(self, label: Name) -> Name:
        """The label with its name."""
        words = (label.component, *map(str, label.key), *([label.side] if label.side else []))
        name = _OTHER.sub("_", "_".join(words)).strip("_")
        if not name[:1].isalpha() or name.lower() in _WORDS or _NUMBER.match(name):
            name = f"n_{name}" if name else "n"
        return label._replace(name=self._once(name[:LONGEST]))

    def _once(self, name: str) -> str:
        found, number = name, self._next.get(name.lower(), 1)
        while found.lower() in self._next:
            found, number = f"{name[: LONGEST - 8]}_{number}", number + 1
        self._next[name.lower()] = max(number, 2)
        self._next[found.lower()] = 2
        return found
