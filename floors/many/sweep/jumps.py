"""Where floors jump as a cap gets tighter, and who sets them before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from floors.contract.results.sweep import JumpRow, SweptFloorRow
from floors.many.sweep.points import Point

TOLD = 3  # commodities
ALIKE = 1e-6  # of a jump: members whose floors jump together
NEAR = 1e-7  # of a share: a bend as near to a cap is at it
JUMPS = 0.01  # of the larger of two floors: one that moves by less stays


def jumps(points: Sequence[Point], bends: Sequence[float]) -> list[JumpRow]:
    """A row for every floor that jumps between two caps that follow each other; `points` from no cap to the tightest,
    `bends` where cost bends, as far as floors move there alone. In the order of sheet floors."""
    solved = [point for point in points if point.figures is not None]
    order = {key: place for point in solved for place, key in enumerate(_floors(point))}
    found = [row for looser, tighter in pairwise(solved) for row in _between(looser, tighter, bends)]
    return sorted(found, key=lambda row: order[row.member, row.commodity, row.year])


def _floors(point: Point) -> dict[tuple[str, str, int], SweptFloorRow]:
    return {(row.member, row.commodity, row.year): row for row in point.floors}


def _between(looser: Point, tighter: Point, bends: Sequence[float]) -> Iterator[JumpRow]:
    before, low = _floors(looser), tighter.share
    if low is None:
        return
    high = 1.0 if looser.share is None else looser.share
    within = [bend for bend in bends if low + NEAR < bend <= high + NEAR]
    for key, row in _floors(tighter).items():
        was = before.get(key)
        if was is None or abs(row.floor - was.floor) <= JUMPS * max(abs(row.floor), abs(was.floor)):
            continue
        yield JumpRow(
            member=row.member,
            commodity=row.commodity,
            year=row.year,
            looser=looser.share,
            tighter=low,
            bends_at=within[0] if len(within) == 1 and looser.share is not None else None,
            floor_from=was.floor,
            floor_to=row.floor,
            jump=row.floor - was.floor,
            set_by_from=was.set_by,
            set_by_to=row.set_by,
        )


def jumps_in_words(rows: Sequence[JumpRow], currency: str) -> Iterator[str]:
    """The largest jump of each commodity, of as many as are told, the largest beside its floor first."""
    largest: dict[str, JumpRow] = {}
    for row in rows:
        most = largest.get(row.commodity)
        if most is None or abs(row.jump) > abs(most.jump):
            largest[row.commodity] = row
    for row in sorted(largest.values(), key=_size, reverse=True)[:TOLD]:
        same = [
            other.member
            for other in rows
            if other[1:5] == row[1:5] and abs(other.jump - row.jump) <= ALIKE * abs(row.jump)
        ]
        more = f" and {len(same) - 1} more" if len(same) > 1 else ""
        looser = "no cap" if row.looser is None else f"a cap of {row.looser:.4g}"
        bend = "" if row.bends_at is None else f" (at {row.bends_at:.4g})"
        yield (
            f"The floor of {row.commodity} jumps most in {row.year}, between {looser} and {row.tighter:.4g}{bend}: "
            f"from {row.floor_from:.2f} to {row.floor_to:.2f} {currency}/kg ({row.member}{more}), set by "
            f"{row.set_by_from}, then by {row.set_by_to}."
        )


def _size(row: JumpRow) -> float:
    return abs(row.jump) / max(abs(row.floor_from), abs(row.floor_to))
