"""What `floors.sample` returns: bands, indices and failures of the samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from floors.brief.likely import Key, Likely
from floors.brief.pictures.samples import pictures
from floors.brief.sample_page import page
from floors.brief.tables import Tables
from floors.contract.results import Row, Sheet
from floors.contract.results.sample import (
    BANDS,
    FAILURES,
    FLOORS,
    INDICES,
    MOVED,
    SAMPLES,
    BandRow,
    FailureRow,
    IndexRow,
    MovedRow,
    SampledFloorRow,
    sheets_of,
)
from floors.excel.record import assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, worst
from floors.many.varied.design import LEAST_ROWS, Design
from floors.many.varied.indices import Indices, indices
from floors.many.varied.outputs import BLOC_NET_COST, FLOOR, Output, shortages_of
from floors.many.varied.sample_words import sample_in_words, sample_warnings
from floors.many.varied.solving import Varied
from floors.page.page import Page
from floors.page.picture import Picture
from floors.study.uncertainty import Input

HAS_NO_PLAN = Output("has_no_plan", unit="share")
QUANTILES = (5, 50, 95)  # percent
FEW = f"fewer than {LEAST_ROWS} rows"
CONSTANT = "does not vary"


@dataclass(frozen=True, repr=False)
class Sample(Answer):
    """A study at many draws. `sample.bands`, `sample.floors`, `sample.indices`, `sample.failures`, `sample.inputs` and
    `sample.samples` are DataFrames.

    `n` is how many solves were asked for; `drawn` the draws, `solved` what each came to, and `base` what the workbook
    as it is comes to.
    """

    n: int
    seed: int
    moved: tuple[Input, ...] = field(repr=False)
    outputs: tuple[Output, ...] = field(repr=False)
    drawn: Design = field(repr=False)
    base: Varied = field(repr=False)
    solved: tuple[Varied, ...] = field(repr=False)

    floors = Table()
    bands = Table()
    indices = Table()
    failures = Table()
    inputs = Table()
    samples = Table()
    run = Table()

    @property
    def status(self) -> str:
        """`optimal` where any sample has a plan, else what is wrong first: without a plan before stopped early."""
        found = {one.status for one in self.solved}
        return "optimal" if "optimal" in found else worst(one.status for one in self.solved)

    @property
    def values(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """The outputs of each sample [sample, output], NaN where there is no such number."""
        return self._values[:, : len(self.outputs)]

    @cached_property
    def _values(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """The same, then whether each floor is a shortage."""
        none = (None,) * (len(self.outputs) + len(shortages_of(self.outputs)))
        return np.array([one.values or none for one in self.solved], dtype=float)

    def inside(self, row: BandRow) -> float:
        """The share of the samples of a band that lie within it."""
        place = next(n for n, one in enumerate(self._by_output) if one is row)
        values = self.values[: self.drawn.independent, place]
        if row.p5 is None or row.p95 is None:
            return float("nan")
        return float(((values >= row.p5) & (values <= row.p95)).sum() / row.samples)

    @property
    def failed_share(self) -> float:
        """The share of the samples that have no plan, or no result."""
        return sum(one.status != "optimal" for one in self.solved) / len(self.solved)

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        return sample_in_words(self)

    @property
    def warnings(self) -> list[str]:
        """What a careful reader must be told."""
        return list(sample_warnings(self))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return sheets_of(
            [name for name, _, _ in self._factors], [(one.said, one.unit) for one in self.outputs]
        )

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        made: dict[str, Callable[[], Sequence[Row]]] = {
            FLOORS.name: self._floors,
            BANDS.name: self._bands,
            INDICES.name: self._indices,
            FAILURES.name: self._failures,
            MOVED.name: self._moved,
            SAMPLES: self._samples,
        }
        return made[sheet]() if sheet in made else self._run()

    def _run(self) -> Sequence[Row]:
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": self.status,
                        "n": self.n,
                        "seed": self.seed,
                        "design": "Saltelli" if self.drawn.base else "Latin hypercube",
                        "inputs": len(self.moved),
                        "samples": len(self.solved),
                        "rows of indices (m)": self.drawn.base or None,
                        "failed share": self.failed_share,
                    }
                ),
                *numbered("result", self.sentences),
                *numbered("warning", self.warnings),
                *assumed(self.study),
            ]
        )

    def _bands(self) -> list[BandRow]:
        return list(self._by_output)

    @cached_property
    def _by_output(self) -> tuple[BandRow, ...]:
        bases = self.base.values[: len(self.outputs)] or (None,) * len(self.outputs)
        independent = self.values[: self.drawn.independent].T
        return tuple(_band(*one) for one in zip(self.outputs, bases, independent, strict=True))

    def _floors(self) -> list[SampledFloorRow]:
        bands = [row for row in self._by_output if row.output == FLOOR]
        short = self._values[: self.drawn.independent, len(self.outputs) :].T
        return [
            SampledFloorRow(
                member=row.member or "",
                commodity=row.commodity or "",
                year=row.year or 0,
                floor=row.base,
                p5=row.p5,
                p50=row.p50,
                p95=row.p95,
                shortage=float(np.nanmean(of)) if row.samples else None,
                samples=row.samples,
            )
            for row, of in zip(bands, short, strict=True)
        ]

    @cached_property
    def of_each(self) -> tuple[tuple[Output, Indices], ...]:
        """The indices of each output, and first of whether there is no plan; none where they were not asked for."""
        if not self.drawn.base:
            return ()
        failed = np.array([float(one.status != "optimal") for one in self.solved])
        columns = [failed, *self.values.T]
        return tuple(
            (one, indices(column, self.drawn.base, len(self.moved), self.seed))
            for one, column in zip((HAS_NO_PLAN, *self.outputs), columns, strict=True)
        )

    def _indices(self) -> list[IndexRow]:
        return [row for one, found in self.of_each for row in self._index_rows(one, found)]

    def _index_rows(self, one: Output, found: Indices) -> list[IndexRow]:
        total = found.total
        order = range(len(self.moved))
        ranked = order if total is None else sorted(order, key=lambda i: -total[i])
        why = None if total is not None else CONSTANT if found.constant else FEW

        def at(values: Any, i: int) -> float | None:
            return None if values is None else float(values[i])

        return [
            IndexRow(
                **_named(one),
                input=self.moved[i].name,
                first_order=at(found.first_order, i),
                first_order_error=at(found.first_order_error, i),
                total=at(total, i),
                total_error=at(found.total_error, i),
                rows=found.rows,
                blank=why,
            )
            for i in ranked
        ]

    def _failures(self) -> list[FailureRow]:
        """The most frequent first."""
        failed = [(number, one) for number, one in enumerate(self.solved, 1) if one.status != "optimal"]
        first: dict[str, tuple[int, Varied]] = {}
        for number, one in failed:
            first.setdefault(one.status, (number, one))
        count = Counter(one.status for _, one in failed)
        return [
            FailureRow(
                status=status,
                samples=times,
                share=times / len(self.solved),
                first=first[status][0],
                message=first[status][1].message,
            )
            for status, times in count.most_common()
        ]

    def _moved(self) -> list[MovedRow]:
        found = []
        for one in self.moved:
            ranges = dict.fromkeys((cell.low, cell.high) for cell in one.cells)
            for low, high in ranges:
                cells = [cell for cell in one.cells if (cell.low, cell.high) == (low, high)]
                on = dict.fromkeys(f"{cell.table} {cell.column}" for cell in cells)
                found.append(
                    MovedRow(
                        input=one.name,
                        shape=one.shape,
                        low=low,
                        high=high,
                        cells=len(cells),
                        on=", ".join(on),
                    )
                )
        return found

    @cached_property
    def _factors(self) -> list[tuple[str, int, int]]:
        """Name, input and one of its cells, for each range of each input."""
        found = []
        for i, one in enumerate(self.moved):
            first = dict[tuple[float, float], int]()
            for place, cell in enumerate(one.cells):
                first.setdefault((cell.low, cell.high), place)
            for (low, high), place in first.items():
                name = one.name if len(first) == 1 else f"{one.name}, {low:g} to {high:g}"
                found.append((name, i, place))
        return found

    def _samples(self) -> list[Row]:
        inputs = [one.name for one in self.moved]
        base = self.drawn.base
        parts: list[str | None] = ["A", "B", *inputs] if base else [None]
        by_input = [one.factors(self.drawn.quantiles[:, i]) for i, one in enumerate(self.moved)]
        factors = np.array([by_input[i][:, place] for _, i, place in self._factors]).T.tolist()
        none = (None,) * len(self.outputs)
        found: list[Row] = [
            (0, None, self.base.status, self.base.message or None, *[1.0] * len(self._factors))
            + (self.base.values[: len(none)] or none)
        ]
        for number, (one, drawn) in enumerate(zip(self.solved, factors, strict=True)):
            part = parts[number // base] if base else None
            found.append(
                (
                    number + 1,
                    part,
                    one.status,
                    one.message or None,
                    *drawn,
                    *(one.values[: len(none)] or none),
                )
            )
        return found

    @cached_property
    def brief(self) -> Page:
        """The page of the samples: how sure."""
        return page(self._told)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """How often the bloc pays how much, bands of floors, and what they hang on."""
        return pictures(self._told)

    @cached_property
    def _told(self) -> Likely:
        place = next(n for n, one in enumerate(self.outputs) if one.name == BLOC_NET_COST)
        costs = self.values[: self.drawn.independent, place]
        costs = costs[~np.isnan(costs)]
        held: dict[Key, float] = {row.of: self.inside(row) for row in self._by_output if row.samples}
        return Likely(
            Tables(self.study, self.rows), len(self.solved), len(costs), tuple(costs.tolist()), held
        )

    def described(self) -> dict[str, Any]:
        """How many solves, seed, rows of indices, the share that failed, and the tables but that of samples as lists
        of objects."""
        tables = {s.name: self.records(s.name) for s in (BANDS, FLOORS, INDICES, FAILURES, MOVED)}
        return {
            "n": self.n,
            "solves": len(self.solved),
            "seed": self.seed,
            "rows": self.drawn.base,
            "failed_share": self.failed_share,
            **tables,
        }


def _named(one: Output) -> dict[str, Any]:
    return {
        "output": one.name,
        "member": one.member or None,
        "commodity": one.commodity or None,
        "year": one.year or None,
    }


def _band(one: Output, base: float | None, values: np.ndarray) -> BandRow:
    """The band of an output over the samples that have it; blank where none has."""
    there = values[~np.isnan(values)]
    blank = BandRow(
        **_named(one),
        unit=one.unit,
        base=base,
        mean=None,
        variance=None,
        least=None,
        p5=None,
        p50=None,
        p95=None,
        most=None,
        samples=int(there.size),
    )
    if not there.size:
        return blank
    p5, p50, p95 = np.percentile(there, QUANTILES).tolist()
    return blank._replace(
        mean=float(there.mean()),
        variance=float(there.var()),
        least=float(there.min()),
        p5=p5,
        p50=p50,
        p95=p95,
        most=float(there.max()),
    )
