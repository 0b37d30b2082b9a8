"""The results workbook of `floors sweep`: its sheets."""

from __future__ import annotations

from floors.contract.results import (
    BOOL,
    MILLION_PV,
    MONEY,
    PER_KG,
    PRICE,
    RUN,
    SHARE,
    TEXT,
    YEAR,
    Column,
    Sheet,
)

_FINE = "0.00%"


def _money(name: str, meaning: str) -> Column:
    return Column(name, MILLION_PV, meaning, MONEY, max(14, len(name) + 4))


_CAP = Column("cap", "share", "Share the swept rows of `caps` are set to; blank: no cap.", _FINE, 10, True)

SWEEP = Sheet(
    "sweep",
    "What the study costs at each cap, and at each cap where its cost bends.",
    (
        _CAP,
        Column("kink", "", "TRUE where the cost bends: it rises faster below this cap.", BOOL, 9),
        Column("status", "", "As for a scenario: optimal, infeasible ...", TEXT, 12),
        _money("total_cost", "Cost of the whole system at offer prices."),
        _money("cost_of_cap", "Total cost less that without the swept caps."),
        _money("marginal_cost", "What one percentage point of cap less costs more; at a kink, below it."),
        _money("resource_cost", "What is really spent, transfers and unserved value apart."),
        _money("bloc_net_cost", "Sum of the net costs of the members."),
        _money("change_of_bloc_net_cost", "Net cost of the bloc less that without the swept caps."),
        _money("levy_revenue", "Levies that the members take in."),
        Column("capped_share", "share", "Capped content in what the bloc buys.", SHARE, 15),
        Column("embodied_share", "share", "The same, traced through production.", SHARE, 17),
        _money("uplift", "Cost less what the prices are worth: make-whole and foregone."),
        _money("make_whole", "What must be paid for the plan to be kept."),
        Column("message", "", "Why there is no result.", TEXT, 40),
    ),
)

FLOORS = Sheet(
    "floors",
    "The floors at each cap of the sweep.",
    (
        _CAP,
        Column("member", "", "Member, or segment market of one.", TEXT, 14, True),
        Column("commodity", "", "Commodity.", TEXT, 14, True),
        Column("year", "", "Year of the study.", YEAR, 8, True),
        Column("floor", PER_KG, "Price floor, ex works at the capped origin.", PRICE, 11),
        Column("levy", PER_KG, "Floor less the price of the capped origin.", PRICE, 11),
        Column("effective", "", "TRUE where capped material arrives and pays the levy.", BOOL, 13),
    ),
)

SHEETS = (SWEEP, FLOORS, RUN)
