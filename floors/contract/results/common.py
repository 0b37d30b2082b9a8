"""Columns that results of several studies have in common: said once, so that they mean the same everywhere."""

from __future__ import annotations

from typing import Annotated

from floors.contract.results.columns import MILLION_PV, flag, key, money, price, text

Member = Annotated[str, key("Member, or segment market of one.")]
Commodity = Annotated[str, key("Commodity.")]
Floor = Annotated[float, price("Price floor, ex works at the capped origin.")]
Levy = Annotated[float, price("Floor less the price of the capped origin.")]
Effective = Annotated[bool, flag("TRUE where capped material arrives and pays the levy.")]
SetBy = Annotated[
    str, text("What sets the floor; 'unserved' names a buyer's value, a shortage and not a floor.", 26)
]

BlocNetCost = Annotated[float | None, money("Sum of the net costs of the members.", MILLION_PV)]
TotalCost = Annotated[float | None, money("Cost of the whole system at offer prices.", MILLION_PV)]
WorldCostAtBasis = Annotated[
    float | None,
    money("What the world spends at what goods cost, and leaves unserved; transfers apart.", MILLION_PV),
]
LevyRevenue = Annotated[float | None, money("Levies that the members take in.", MILLION_PV)]
MakeWhole = Annotated[float | None, money("What must be paid for the plan to be kept.", MILLION_PV)]
Movable = Annotated[
    bool | None,
    flag("TRUE where shipments into the bloc can change place at no cost, and what hangs on them with it."),
]
Message = Annotated[str | None, text("Why there is no result.", 40)]
