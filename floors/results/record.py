"""Sheet run: how the result was made, so that it can be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from floors.contract import results as tables
from floors.contract.fingerprints import SHEET, TEXTS, fingerprint, fingerprint_of_texts
from floors.contract.results import Cell, Row
from floors.contract.results.whole import LONG, RunRow
from floors.excel.record import UNASKED, Asked, assumed, made_with, numbered, recorded, sealed
from floors.solving.largest import Held
from floors.solving.no_stocks import WithoutStocks
from floors.solving.outcome import Outcome
from floors.sourcing.rows import ROW_KINDS
from floors.study.study import Study

FURTHER = "further rows of the model"
WITHOUT_STOCKS = "without stockpiles"
LEFT_OUT = "left out of "
NO_ANSWER = "no answer in "


def record(
    study: Study,
    outcome: Outcome,
    warnings: list[str],
    partly: Iterable[Held] = (),
    without_stocks: WithoutStocks | None = None,
    asked: Asked = UNASKED,
) -> list[RunRow]:
    """Versions, workbook, scenario, solver, sizes, settings, every default used, warnings; and of tables
    that hold only a part, how much they leave out; `asked` is the call."""
    lp = outcome.compiled.lp
    told: dict[str, Cell] = {
        "status": "optimal",
        "sourcing LP rows": lp.matrix.shape[0],
        "sourcing LP columns": lp.matrix.shape[1],
        "sourcing LP nonzeros": int(lp.matrix.nnz),
        "solves for the minimum rule": outcome.solves,
        "number of floors": len(outcome.case.border.origin),
        "distinct floors": outcome.floors.count,
        "rules on floors": len(outcome.rules),
    }
    further = further_rows(outcome)
    if further:
        names = ", ".join(further)
        told[FURTHER] = f"{sum(further.values())} of {names}"
    if without_stocks is not None:
        told[WITHOUT_STOCKS] = without_stocks.why or "solved"
    partly = [*partly]
    told |= {f"{LEFT_OUT}{held.table}": held.left_out for held in partly if held.left_out}
    told |= {f"{NO_ANSWER}{held.table}": held.failed for held in partly if held.failed}
    rows = [*made_with(study, asked), *recorded(told), *assumed(study), *numbered("warning", warnings)]
    return sealed(rows)


def fingerprints(rows: Mapping[str, Sequence[Row]]) -> list[RunRow]:
    """What tells of every sheet, by column, whether a number or a text was changed later; side_by_side has scenarios
    down here."""
    names = {sheet.name: sheet.names for sheet in (*tables.RESULTS, tables.COMPARISON)}
    names |= {tables.SIDE_BY_SIDE: LONG}
    told = {SHEET + sheet: fingerprint(names[sheet], filled) for sheet, filled in rows.items()}
    told |= {TEXTS + sheet: fingerprint_of_texts(names[sheet], filled) for sheet, filled in rows.items()}
    return recorded({key: text for key, text in told.items() if text})


def further_rows(outcome: Outcome) -> dict[str, int]:
    """Rows by name of each component that a model has and the standard one has not."""
    import pyomo.core as pyo

    found: dict[str, int] = {}
    for component in outcome.model.component_objects(pyo.Constraint, active=True):
        if component.name not in ROW_KINDS and (count := len(outcome.whole.rows(component))):
            found[component.name] = count
    return found
