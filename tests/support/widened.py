"""A column more in the middle of one sheet, put there before anything has imported its rows; then what is said."""

from __future__ import annotations

import re
import sys
import typing
from collections import namedtuple
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

NEW = "inserted"
PLACE = 1  # so that all columns but the first are elsewhere than they were
DECLARED = tuple(f"floors.contract.results.{name}" for name in ("whole", "border", "trade", "policy"))
ELSEWHERE = tuple(
    f"floors.contract.results.{name}"
    for name in (
        "risk",
        "break_even",
        "sweep",
        "grid",
        "coalition",
        "diagnosis",
        "alternatives",
        "tornado",
        "sample",
        "priorities",
    )
)


def sheets() -> list[str]:
    """Every sheet that the contract declares, as MODULE.NAME; sheet coalitions, whose columns follow from data, last."""
    from floors.contract.results import SheetOf

    found = [
        f"{module}.{name}"
        for module in (*DECLARED, *ELSEWHERE)
        for name, value in vars(import_module(module)).items()
        if isinstance(value, SheetOf) and value.made.__module__ == module
    ]
    return [*found, "floors.contract.results.coalition.coalitions_sheet"]


def forget() -> None:
    """Let the product, and the tests' helpers that hold it, be imported anew."""
    for name in [name for name in sys.modules if name == "floors" or name.startswith(("floors.", "tests."))]:
        if name != __name__:
            del sys.modules[name]
    for clear in typing._cleanups:  # type: ignore[attr-defined]
        clear()  # early 3.11 takes Annotated[...] out of a cache by equality, with what is said by classes of before


def widen(*places: str) -> None:
    """Insert a text column into these sheets. Their rows can then be made by keyword alone."""
    columns = import_module("floors.contract.results.columns")
    for one in (*DECLARED, *ELSEWHERE):
        import_module(one)
    _fill_by_itself(columns)
    for place in places:
        _widen(columns, *place.rsplit(".", 1))


def _widen(columns: Any, module: str, name: str) -> None:
    if name == "coalitions_sheet":
        home: Any = import_module(module)
        of = home.coalitions_sheet
        home.coalitions_sheet = lambda players: _wider(columns, of(players))
        return
    sheet = getattr(import_module(module), name)
    before, old = sheet.columns, sheet.made
    wide = _row_class(old)
    for loaded in [found for key, found in sys.modules.items() if key.startswith("floors.contract.results")]:
        for attribute, value in list(vars(loaded).items()):
            if value is old:
                setattr(loaded, attribute, wide)
            for one in value if isinstance(value, tuple) else ():
                if isinstance(one, columns.Sheet) and one is not sheet and one.columns[1:] == before:
                    one.__dict__.update(columns=(one.columns[0], *_wider(columns, sheet).columns))
    sheet.__dict__.update(columns=_wider(columns, sheet).columns, made=wide)
    for known in ("names", "keys"):
        sheet.__dict__.pop(known, None)


def _wider(columns: Any, sheet: Any) -> Any:
    new = columns.column(NEW, columns.Kind.TEXT, columns.text("Inserted."))
    return columns.Sheet(sheet.name, sheet.meaning, (*sheet.columns[:PLACE], new, *sheet.columns[PLACE:]))


def _row_class(old: Any) -> Any:
    base: Any = namedtuple(old.__name__, (*old._fields[:PLACE], NEW, *old._fields[PLACE:]))
    own = {name: value for name, value in vars(old).items() if not name.startswith("_")}
    own = {name: value for name, value in own.items() if name not in old._fields}

    def made(cls: Any, **cells: Any) -> Any:
        return base.__new__(cls, **{NEW: NEW}, **old._field_defaults | cells)

    return type(old.__name__, (base,), own | {"__slots__": (), "__new__": made})


def _fill_by_itself(columns: Any) -> None:
    """Rows made of columns or of a mapping hold the new column too."""
    from_columns, row = columns.SheetOf.from_columns, columns.Sheet.row

    def filled(sheet: Any, **given: Any) -> Any:
        lists = {name: list(cells) for name, cells in given.items()}
        if NEW in sheet.names and NEW not in lists:
            lists[NEW] = [NEW] * max(map(len, lists.values()))
        return from_columns(sheet, **lists)

    columns.SheetOf.from_columns = filled
    columns.Sheet.row = lambda sheet, **cells: row(
        sheet, **({NEW: NEW} if NEW in sheet.names else {}) | cells
    )


def told(folder: Path) -> dict[str, Any]:
    """What solving, verifying and reporting small studies says: words, pictures, findings, and every written column but
    the new one; `new` counts that."""
    import floors
    from floors.many import solve_scenarios
    from floors.verification import verify_files
    from tests.support import everything, several
    from tests.support.candidates import bloc
    from tests.support.chained import chained
    from tests.support.studies import table

    everything.study().to_excel(folder / "study.xlsx", force=True)
    study, small = floors.read(folder / "study.xlsx"), several.case("no cap", "shock")
    result, runs = floors.solve(study), solve_scenarios(small)
    likely = table("scenario probability", ("dear home", 0.25))
    risk = floors.risk(floors.Study({**several.case("dear home").tables, "scenarios": likely}))
    sweep, coalition = floors.sweep(small, "0.6:0.4:3"), floors.coalition(small, members=["US"])
    diagnosis = floors.diagnose(several.case("starved").scenario("starved"))
    families = {"one": result, "several": runs, "risk": risk, "sweep": sweep, "coalition": coalition}
    families["diagnosis"] = diagnosis
    families["candidates"] = floors.coalition(bloc({"US": 300, "JP": 400}), candidates=["JP"], n=2)
    families["alternatives"] = floors.alternatives(small)
    families["sample"] = floors.sample(small, 8)
    families["grid"] = floors.sweep(small, "0.6:0.4:2", offer="CN:0.9:1.1:2")
    families["tornado"] = floors.tornado(small)
    families["priorities"] = floors.priorities(chained(), 2)
    found: dict[str, Any] = {
        "pictures": (result.pictures, runs.pictures),
        "summary": asdict(result.figures),
        "new": 0,
    }
    for name, of in families.items():
        found[name] = (of.sentences, of.warnings)
        columns = list(_written(of.to_excel(folder / f"{name}.xlsx", force=True)))
        found[f"{name} written"] = [cells for cells in columns if cells[1] != NEW]
        found["new"] += sum(cells[1] == NEW for cells in columns)
    reports = (
        floors.verify(study, result),
        floors.verify(small, runs),
        verify_files(folder / "study.xlsx", folder / "one.xlsx", exact=True),
    )
    return found | {"verified": [(report.ok, [*map(str, report.findings)]) for report in reports]}


def _written(path: Path) -> Iterator[list[Any]]:
    """Every column of every sheet, after the name of the sheet; without the fingerprint of the new one."""
    import openpyxl

    for page in openpyxl.load_workbook(path):
        yield from ([page.title, *(_told(cell.value) for cell in column)] for column in page.columns)


def _told(value: Any) -> Any:
    return re.sub(rf"\b{NEW}:\w+ ?", "", value).rstrip() if isinstance(value, str) else value


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What is said otherwise, or that there is no new column."""
    said = [
        f"{what}: {before[what]!r} | {after[what]!r}"
        for what in before
        if what != "new" and before[what] != after[what]
    ]
    return [*(text[:2000] for text in said), *([] if after["new"] else ["no sheet has a column more"])]
