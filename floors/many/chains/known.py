"""How well the inputs of a chain are known, by the user's own columns source_status and source_confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from floors.contract.inputs import BY_NAME
from floors.many.chains.arms import PARTED
from floors.many.chains.chains import Chain, Goods
from floors.study.study import Study

STATUS, CONFIDENCE = "source_status", "source_confidence"
NOT_SAID = "not said"
STATUSES = ("retrieved", "derived", "memory", "assumption", "gap")
CONFIDENCES = ("high", "medium-high", "medium", "low-medium", "low")
"""From the best to the weakest."""
WEAK = frozenset({"assumption", "gap", "low"})
MOST = 0.5  # of the rows that say so: with more weak ones the chain is weak
POLICY = (
    "commodities",
    "groups",
    "caps",
    "floor_rules",
    "contracts",
    "releases",
    "stock_targets",
    "funds",
    "exemptions",
)
COUNTED = tuple(table for table in PARTED if table not in POLICY)
"""Sheets that hold what is known of the world."""


@dataclass(frozen=True)
class Known:
    """How many rows of a chain have which status and confidence."""

    rows: Counter[tuple[str, str]]

    @property
    def said(self) -> int:
        """Rows that say anything."""
        return sum(n for of, n in self.rows.items() if set(of) != {NOT_SAID})

    @property
    def weak_share(self) -> float | None:
        """Share of weak rows in those that say anything; None where none does."""
        return sum(n for of, n in self.rows.items() if is_weak(of)) / self.said if self.said else None

    @property
    def weak(self) -> bool | None:
        """Whether weak rows dominate; None where no row says anything."""
        return None if self.weak_share is None else self.weak_share > MOST

    @property
    def weakest(self) -> tuple[str, str]:
        """The weakest status and confidence."""
        return _weakest((s for s, _ in self.rows), STATUSES), _weakest((c for _, c in self.rows), CONFIDENCES)


def is_weak(of: tuple[str, str]) -> bool:
    """Whether a row of this status and confidence is weak."""
    return not WEAK.isdisjoint(word.lower() for word in of)


def _weakest(found: Iterable[str], order: tuple[str, ...]) -> str:
    """The last in the order; where none is in it, what is said, else that nothing is."""
    words = list(dict.fromkeys(found))
    ranked = [word for word in words if word.lower() in order]
    if ranked:
        return max(ranked, key=lambda word: order.index(word.lower()))
    return next((word for word in words if word != NOT_SAID), NOT_SAID)


def known_of(study: Study, chain: Chain) -> Known:
    """What is said of the rows of a chain that hold a number."""
    records = Goods(study).records(chain.goods, [t for t in COUNTED if study.has(t)])
    found = Counter[tuple[str, str]]()
    for table, rows in records.items():
        held = study.rows(table)
        for i in rows:
            if _has_number(study, table, i, held[i]):
                found[
                    study.remark(table, i, STATUS) or NOT_SAID, study.remark(table, i, CONFIDENCE) or NOT_SAID
                ] += 1
    return Known(found)


def _has_number(study: Study, table: str, i: int, row: dict[str, Any]) -> bool:
    numbers = [column.name for column in BY_NAME[table].columns if column.kind == "number"]
    return bool(row.get("years")) or any(study.holds(table, i, name) is not None for name in numbers)
