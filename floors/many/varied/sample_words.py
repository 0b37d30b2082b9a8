"""Samples in plain words: how many have a plan, between what floors and costs lie, and what makes them uncertain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from floors.contract.results.sample import BandRow, FailureRow, IndexRow, SampledFloorRow
from floors.many.varied.design import LEAST_ROWS, least_solves
from floors.many.varied.outputs import BLOC_NET_COST, CAPPED_SHARE, EMBODIED_SHARE, FLOOR
from floors.results.amounts import conjoined, plain, price, share

if TYPE_CHECKING:
    from floors.many.varied.sampled import Sample

TOLD = 3  # floors, inputs
MANY_FAIL = 0.05
FEW = 40  # samples: with fewer a 5th percentile is hardly more than the least
STAYS = 1e-9  # of a number, or of 1: what moves by no more does not
HELD, ABOUT = 0.9, 0.015  # what a band holds of many samples; so near to it is about that
NOTHING = 0.005  # a share of variance that is none


def sample_in_words(found: Sample) -> list[str]:
    """What a reader should know first, one sentence a line."""
    bands = [row for row in found.rows("bands") if isinstance(row, BandRow) and row.samples]
    told = [_plans(found)]
    if not found.study.has("uncertainty"):
        told.append(
            "There is no sheet uncertainty: unit and capital costs, values, tariffs and demand move by up to 20%."
        )
    shares = [row for row in bands if row.output in (CAPPED_SHARE, EMBODIED_SHARE)]
    if len(shares) == 2 and shares[0]._replace(output="") == shares[1]._replace(output=""):
        shares = shares[:1]  # nothing of it is traced elsewhere
    costs = [row for row in bands if row.output == BLOC_NET_COST]
    told += [_lies(found, row) for row in (*costs, *shares)]
    short: dict[tuple[object, ...], float | None] = {
        row.where: row.shortage for row in found.rows("floors") if isinstance(row, SampledFloorRow)
    }
    told += [_lies(found, row, short[row.of[1:]]) for row in widest(bands)]
    return [*told, *_which([row for row in found.rows("indices") if isinstance(row, IndexRow)], bands)]


def sample_warnings(found: Sample) -> Iterator[str]:
    """What a careful reader must be told, that many samples fail first."""
    failed = [one for one in found.solved if one.status != "optimal"]
    if len(failed) > MANY_FAIL * len(found.solved):
        yield (
            f"{share(found.failed_share)} of the samples have no plan or no result ({_by_status(found)}): means, "
            "bands and indices are of the others alone, and say nothing of these."
        )
    if failed:
        yield f"the first of them: {failed[0].message}"
    if found.base.status != "optimal":
        yield f"with every number as it is the workbook has no result: {found.base.status}: {found.base.message}"
    if found.drawn.base and found.drawn.base < LEAST_ROWS:
        yield (
            f"indices are blank: {found.n} solves are {_counted(found.drawn.base, 'row')} of "
            f"{_counted(len(found.moved), 'input')}, and fewer than {LEAST_ROWS} say nothing; "
            f"--n {least_solves(len(found.moved))} is enough."
        )
    elif found.drawn.base and any(of.rows < LEAST_ROWS for _, of in found.of_each):
        fewest = min((of.rows, one.said) for one, of in found.of_each)
        yield (
            f"some indices are blank: too many samples failed to leave {LEAST_ROWS} rows in which nothing is missing "
            f"({fewest[0]} of {found.drawn.base} are left of {fewest[1]}); a larger --n leaves more."
        )
    there = sum(one.status == "optimal" for one in found.solved[: found.drawn.independent])
    if 0 < there < FEW:
        yield (
            f"bands are of {_counted(there, 'sample')} alone: a 5th and a 95th percentile are then hardly more than "
            "the least and the most."
        )


def widest(bands: Sequence[BandRow]) -> list[BandRow]:
    """Of each commodity the floor whose band is widest beside its middle, the widest first, as many as are told."""
    most: dict[str | None, BandRow] = {}
    for row in bands:
        if row.output == FLOOR and not stays(row) and row.commodity is not None:
            best = most.get(row.commodity)
            if best is None or relative(row) > relative(best):
                most[row.commodity] = row
    return sorted(most.values(), key=lambda row: -relative(row))[:TOLD]


def relative(row: BandRow) -> float:
    """How wide a band is beside its middle."""
    if row.p5 is None or row.p50 is None or row.p95 is None:
        return 0.0
    return (row.p95 - row.p5) / abs(row.p50) if row.p50 else float(row.p95 > row.p5)


def stays(row: BandRow) -> bool:
    """Whether a number is the same in all samples."""
    if row.least is None or row.most is None:
        return True
    return row.most - row.least <= STAYS * max(1.0, abs(row.most), abs(row.least))


def _plans(found: Sample) -> str:
    count = len(found.solved)
    failed = sum(one.status != "optimal" for one in found.solved)
    whole = f"{_counted(count, 'sample')} of {_counted(len(found.moved), 'input')}"
    if not failed:
        return f"Every one of {whole} has a plan." if count > 1 else f"{whole} has a plan."
    if failed == count:
        return f"None of {whole} has a plan: {_by_status(found)}."
    return f"Of {whole} {count - failed:,} have a plan and {share(failed / count)} have not: {_by_status(found)}."


def _by_status(found: Sample) -> str:
    return conjoined(
        [f"{row.samples:,} {row.status}" for row in found.rows("failures") if isinstance(row, FailureRow)]
    )


def _lies(found: Sample, row: BandRow, short: float | None = None) -> str:
    """Between what a number lies, and what it is as typed; in how many samples it is a shortage."""
    name = _name(row)
    scale = max(abs(x) for x in (row.least, row.most, row.base) if x is not None)
    unit = "" if row.unit == "share" else f" {row.unit}"
    base = "" if row.base is None else f"; with every number as it is, {_amount(row, row.base, scale)}"
    least, most, middle, typed = (_amount(row, x, scale) for x in (row.least, row.most, row.p50, row.base))
    if stays(row) or least == most:
        return f"{name} is {middle}{unit} in every sample that has a plan{base if typed != middle else ''}."
    lack = f"; in {share(short)} of the samples it is a shortage, and no floor" if short else ""
    low, high = (_amount(row, x, scale) for x in (row.p5, row.p95))
    return (
        f"{name}: {_inside(found, row)} of the samples that have a plan lie between {low} and {high}{unit}, half above "
        f"{middle}{base}{lack}."
    )


def _inside(found: Sample, row: BandRow) -> str:
    """The share of its samples that its band holds."""
    held = found.inside(row)
    return "about 90%" if abs(held - HELD) < ABOUT else share(round(held, 2))


def _name(row: BandRow) -> str:
    told = {
        BLOC_NET_COST: "The bloc's net cost",
        CAPPED_SHARE: "Capped content in what the bloc buys",
        EMBODIED_SHARE: "Capped content in what the bloc uses, traced",
        FLOOR: f"The floor of {row.commodity} in {row.year} ({row.member})",
    }
    return told[row.output]


def _amount(row: BandRow, value: float | None, scale: float) -> str:
    if value is None:
        return "unknown"
    return (
        price(value) if row.output == FLOOR else share(value) if row.unit == "share" else plain(value, scale)
    )


def _which(rows: Sequence[IndexRow], bands: Sequence[BandRow]) -> Iterator[str]:
    """The inputs that make the bloc's net cost, the widest floor and failures uncertain, largest first."""
    asked: list[tuple[tuple[Any, ...], str]] = [
        (("has_no_plan", None, None, None), "whether there is a plan")
    ]
    asked += [((BLOC_NET_COST, None, None, None), "the bloc's net cost")]
    asked += [(row.of, _name(row).replace("The", "the", 1)) for row in widest(bands)[:1]]
    told = []
    for key, name in asked:
        named = [row for row in rows if row.of == key and row.total is not None and row.total > NOTHING]
        if named:
            told.append(f"{name}: {conjoined([_index(row) for row in named[:TOLD]])}")
    if told:
        yield f"What each hangs on most, by total index (share of its variance) and its 95% error: {'; '.join(told)}."


def _index(row: IndexRow) -> str:
    return f"{row.input} {row.total:.2f} ± {row.total_error:.2f}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
