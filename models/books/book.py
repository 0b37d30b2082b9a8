"""The workbook as it grows: rows of sheets, each with its ground, and every figure used."""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping

from models.books.figures import (
    CONFIDENCES,
    STATUSES,
    Figure,
    Ground,
    Series,
    read_cited,
    read_sources,
    weakest,
)

Cell = str | float | int | None
Row = dict[str | int, Cell]
ASSUMED = "assumption"


class Book:
    """Sheets by name, and the figures behind them. Numbers only enter a sheet with a ground.

    `files` of models/figures are those whose figures may be cited.
    """

    def __init__(self, files: Iterable[str] = ()) -> None:
        self.sheets: dict[str, list[Row]] = {}
        self.figures: dict[str, Figure] = {}
        self.used_in: dict[str, list[str]] = {}
        self._cited = read_cited(files)

    def names(self) -> KeysView[str]:
        """Short names of the figures that may be cited."""
        return self._cited.keys()

    def cited(self, name: str) -> Figure:
        """A figure of models/figures."""
        return self._keep(self._cited[name])

    def known(self, name: str) -> Figure | None:
        """A figure of models/figures where there is one of that name."""
        return self.cited(name) if name in self._cited else None

    def define(self, name: str, figure: Figure) -> Figure:
        """Let a figure of this book be cited by a short name."""
        if name in self._cited:
            raise ValueError(f"figure {name} stands twice")
        self._cited[name] = figure
        return self._keep(figure)

    def take(self, figure: Figure) -> Figure:
        """A figure of another book."""
        return self._keep(figure)

    def derived(
        self, value: float, what: str, unit: str, formula: str, *inputs: Figure, confidence: str = ""
    ) -> Figure:
        """Arithmetic on other figures; their sources, and their lowest confidence unless another is given."""
        ground = weakest(figure.ground for figure in inputs)
        return self._keep(
            Figure(
                value, what, unit, Ground("derived", confidence or ground.confidence, ground.sources), formula
            )
        )

    def assumed(self, value: float, what: str, unit: str, why: str, confidence: str = "low") -> Figure:
        """A number of this study's own, with its reason."""
        return self._keep(Figure(value, what, unit, Ground("assumption", confidence, (ASSUMED,)), why))

    def add(
        self,
        sheet: str,
        more: Mapping[str, Cell] | None = None,
        /,
        *,
        ground: Ground | None = None,
        note: str = "",
        series: Series | None = None,
        **cells: Cell,
    ) -> None:
        """One row. A number must be a Figure, or `ground` must say what the whole row rests on.

        `series` fills the years; `more` are cells given as a mapping.
        """
        cells |= more or {}
        figures = [cell for cell in cells.values() if isinstance(cell, Figure)]
        bare = [
            key
            for key, cell in cells.items()
            if isinstance(cell, int | float) and not isinstance(cell, Figure)
        ]
        if bare and ground is None:
            raise ValueError(f"{sheet}: {', '.join(bare)} have no source in {cells}")
        figures += series.basis if series is not None else ()
        grounds = [figure.ground for figure in figures] + ([ground] if ground else [])
        if not grounds:
            raise ValueError(f"{sheet}: the row {cells} has no source")
        together = weakest(grounds)
        row: Row = {key: float(cell) if isinstance(cell, Figure) else cell for key, cell in cells.items()}
        for year, value in (series or {}).items():
            row[year] = value
        row["source"] = "; ".join(together.sources)
        row["source_status"], row["source_confidence"] = together.status, together.confidence
        row["note"] = "; ".join(filter(None, (note, series.note if series is not None else ""))) or None
        self.sheets.setdefault(sheet, []).append(row)
        for figure in figures:
            self.used_in.setdefault(figure.what, []).append(sheet)

    def path(self, values: Mapping[int, float], what: str, unit: str, why: str) -> Series:
        """Assumed values of single years."""
        marks = {
            year: self.assumed(value, f"{what}, {year}", unit, why, "medium")
            for year, value in values.items()
        }
        return Series(marks, marks.values(), "")

    def tables(self) -> dict[str, list[Row]]:
        """All sheets in the order of the contract, then sources and `_figures`."""
        sources: list[Row] = [{key: cell or None for key, cell in row.items()} for row in read_sources()]
        used = {source for figure in self.figures.values() for source in figure.ground.sources} | {
            source
            for rows in self.sheets.values()
            for row in rows
            for source in str(row["source"]).split("; ")
        }
        return self.sheets | {
            "sources": [row for row in sources if row["source"] in used],
            "_figures": [self._line(figure) for figure in self.figures.values()],
        }

    def _line(self, figure: Figure) -> Row:
        return {
            "what": figure.what,
            "value": float(figure),
            "unit": figure.unit,
            "status": figure.ground.status,
            "confidence": figure.ground.confidence,
            "source": "; ".join(figure.ground.sources),
            "formula or reason": figure.note or None,
            "used in": ", ".join(dict.fromkeys(self.used_in.get(figure.what, []))) or "other figures",
        }

    def _keep(self, figure: Figure) -> Figure:
        if figure.ground.status not in STATUSES or figure.ground.confidence not in CONFIDENCES:
            raise ValueError(
                f"{figure.what}: status {figure.ground.status}, confidence {figure.ground.confidence}"
            )
        held = self.figures.setdefault(figure.what, figure)
        if held != figure:
            raise ValueError(f"two figures are called {figure.what}: {held:g} and {figure:g}")
        return held
