"""The results workbook of `floors tornado`: its sheets."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    ANY,
    COUNT,
    FACTOR,
    YEAR,
    Sheet,
    flag,
    key,
    number,
    sheet_of,
    text,
    tonnes,
)

VALUE = "In the unit of the row: {currency}/kg, million {currency} at present value, or a share."


class BarRow(NamedTuple):
    """What each input moves: one bar for each number of the results and input, the widest first."""

    output: Annotated[str, key("floor, bloc_net_cost, net_cost, capped_share or embodied_share.", 18)]
    member: Annotated[str | None, key("Whose floor or net cost; blank: of the bloc.")]
    commodity: Annotated[str | None, key("Commodity of a floor.")]
    year: Annotated[int | None, number("", "Year of a floor.", YEAR, 8, key=True)]
    unit: Annotated[str, text("Unit of the numbers of the row.", 30)]
    rank: Annotated[
        int, number("", "1 is what moves it most; an input with an end without a plan comes first.", COUNT, 8)
    ]
    input: Annotated[str, key("Group, or sheet, column and where of the row.", 40)]
    at_low: Annotated[
        float | None, number("of the row", "With all cells of the input at low, all else as it is.", ANY, 14)
    ]
    base: Annotated[float | None, number("of the row", "With every number as it is.", ANY, 14)]
    at_high: Annotated[
        float | None, number("of the row", "With all cells of the input at high, all else as it is.", ANY, 14)
    ]
    range: Annotated[
        float | None,
        number("of the row", "The largest of these three less the least; of those that there are.", ANY, 14),
    ]
    status_low: Annotated[str, text("Of the solve at low: optimal, infeasible ...", 14)]
    status_high: Annotated[str, text("Of the solve at high.", 14)]
    shortage_low: Annotated[
        bool | None,
        flag(
            "TRUE where the floor at low is what a buyer who goes short would pay, and no floor; blank of what is no "
            "floor, and without one."
        ),
    ]
    shortage_base: Annotated[bool | None, flag("The same with every number as it is.")]
    shortage_high: Annotated[bool | None, flag("The same at high.")]


TORNADO = sheet_of("tornado", BarRow)


class InputRow(NamedTuple):
    """What was moved, in the order of sheet uncertainty."""

    input: Annotated[str, key("Group, or sheet, column and where of the row.", 40)]
    sheet: Annotated[str, key("Sheet of the cells.")]
    cells: Annotated[str, key("Cells moved, of each column from the first to the last row.", 40)]
    number_of_cells: Annotated[int, number("", "How many cells these are.", COUNT, 8)]
    low: Annotated[float, number("factor", "Least factor on these cells.", FACTOR, 10)]
    high: Annotated[float, number("factor", "Largest factor on these cells.", FACTOR, 10)]
    shape: Annotated[str, text("How factors spread from low to high.", 12)]
    status_low: Annotated[str, text("Of the solve with the input at low.", 14)]
    status_high: Annotated[str, text("Of the solve with the input at high.", 14)]
    unserved_low: Annotated[
        float | None,
        tonnes("With the input at low, what buyers in members want and do not get, over all years.", "t"),
    ]
    unserved_base: Annotated[float | None, tonnes("The same with every number as it is.", "t")]
    unserved_high: Annotated[float | None, tonnes("The same with the input at high.", "t")]
    message_low: Annotated[str | None, text("Why there is no result at low.", 40)] = None
    message_high: Annotated[str | None, text("Why there is no result at high.", 40)] = None


INPUTS = sheet_of("inputs", InputRow)

SHEETS: tuple[Sheet, ...] = (TORNADO, INPUTS, RUN)
