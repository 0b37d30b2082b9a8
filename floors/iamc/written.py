"""Data of the IAMC as a DataFrame and as a file: long, one number a row, so that no cell is empty.

pyam (4.0) makes NaN of the empty cells of the wide form, with a column a year (pandas 3), and takes a text such as NA
in a file for none.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from floors import __version__
from floors.contract.results import Rows
from floors.errors import OutputError, UsageError
from floors.files.book import FIXED_DATE, close_book, new_book
from floors.files.targets import (
    OUR_PROPERTY,
    check_choice,
    check_workbook,
    is_ours,
    replace_atomically,
)
from floors.iamc.names import names_of
from floors.iamc.variables import Given, series
from floors.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("model", "scenario", "region", "variable", "unit", "year", "value")
SHEET = "data"
"""The sheet that pyam reads."""
MODEL = f"floors {__version__}"
MOST_ROWS = 1_048_575
# what pandas reads as a missing value (pandas.io.parsers, STR_NA_VALUES)
_NO_VALUE = frozenset(
    ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A"]
    + ["NA", "NULL", "NaN", "None", "n/a", "nan", "null"]
)


class ScenarioData(NamedTuple):
    """A scenario that has a result: its name, its study and its tables."""

    scenario: str
    study: Study
    rows: Callable[[str], Rows]


class Row(NamedTuple):
    """One number."""

    model: str
    scenario: str
    region: str
    variable: str
    unit: str
    year: int
    value: float


def records(solved: Iterable[ScenarioData], model: str = MODEL) -> Iterator[Row]:
    """The numbers of scenarios, each once. Raises InputError, UsageError for names that cannot be told apart."""
    for one in solved:
        found = series(Given(one.study, one.rows, names_of(one.study)))
        for key in sorted(found, key=lambda key: (key.variable, key.region)):
            for year, value in found[key].items():
                yield Row(model, one.scenario, key.region, key.variable, key.unit, year, value)


def data_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Numbers as pyam takes them: text, whole years, floats, in `COLUMNS`."""
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    return frame.astype({"year": "int64", "value": "float64"})


def check_file(path: Path, source: Path | None, force: bool) -> None:
    """Find out, before anything is solved, whether data can be written there. Raises UsageError, OutputError."""
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError(f"{path}: data of the IAMC go to a name that ends in .xlsx or .csv.")
    ours = is_ours if path.suffix.lower() == ".xlsx" else _is_our_csv
    check_choice(path, source, force, ours, "the input workbook")


def write(rows: Iterable[Row], path: Path, source: Path | None = None, *, force: bool = False) -> Path:
    """Write a file that pyam reads; returns where it went. Raises UsageError, OutputError."""
    check_file(path, source, force)
    kept = list(rows)
    for scenario, regions in _texts(kept).items():
        check_texts(scenario, regions)
    if path.suffix.lower() == ".csv":
        return replace_atomically(path, lambda file: _write_csv(file, kept), _check_csv)
    if len(kept) > MOST_ROWS:
        raise OutputError(
            f"{len(kept):,} numbers are more than a sheet of Excel holds, {MOST_ROWS:,}: name a .csv file."
        )
    return replace_atomically(path, lambda file: _write_book(file, kept), check_workbook)


def _texts(rows: Iterable[Row]) -> dict[str, set[str]]:
    """The regions of each scenario."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.scenario, set()).add(row.region)
    return found


def check_texts(scenario: str, regions: Iterable[str]) -> None:
    """Raises UsageError for names that no reader would find in a file."""
    for column, text in (("scenario", scenario), *(("region", region) for region in regions)):
        if text in _NO_VALUE:
            full = ": give it a full name in column name of sheet regions" if column == "region" else ""
            raise UsageError(
                f"{column} {text!r} in a file is read as a missing value, by pyam as by pandas{full}."
            )


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([name.title() for name in COLUMNS])
        writer.writerows(rows)


def _write_book(path: Path, rows: Sequence[Row]) -> None:
    made = BytesIO()
    book = new_book(made)
    book.set_properties({"created": FIXED_DATE})
    book.set_custom_property(OUR_PROPERTY, __version__, "text")
    sheet: Any = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True})
    for place, name in enumerate(COLUMNS):
        sheet.write_string(0, place, name.title(), bold)
    for line, row in enumerate(rows, 1):
        for place, text in enumerate(row[:5]):
            sheet.write_string(line, place, text)
        sheet.write_number(line, 5, row.year)
        sheet.write_number(line, 6, row.value)
    for place, width in enumerate((12, 20, 24, 44, 22, 8, 14)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    close_book(book)
    path.write_bytes(made.getvalue())


def _is_our_csv(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            header, first = next(lines, []), next(lines, [""])
    except (UnicodeDecodeError, csv.Error):
        return False
    return header == [name.title() for name in COLUMNS] and first[0].startswith("floors ")


def _check_csv(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        if next(csv.reader(file), None) != [name.title() for name in COLUMNS]:
            raise OutputError("The data were written but do not read back.")
