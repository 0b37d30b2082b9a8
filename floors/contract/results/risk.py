"""The results workbook of `floors risk`: its sheets."""

from __future__ import annotations

from floors.contract.results import (
    BOOL,
    BY_NAME,
    MILLION_PV,
    MONEY,
    PER_KG,
    PRICE,
    RUN,
    SCENARIO,
    SHARE,
    TEXT,
    YEAR,
    Column,
    Sheet,
)


def _money(name: str, meaning: str) -> Column:
    return Column(name, MILLION_PV, meaning, MONEY, max(16, len(name) + 4))


STATES = Sheet(
    "states",
    "Each state of the world: what it costs under each way to plan, and what the floors are worth in it.",
    (
        SCENARIO,
        Column("probability", "", "How likely it is; base has what is left to 1.", SHARE, 12),
        Column(
            "known_from",
            "year",
            "Until then nobody can tell it from its parent; blank: known at once.",
            YEAR,
            12,
        ),
        _money("total_cost", "Cost of the system with the floors, capacity decided for all states."),
        _money("bloc_net_cost", "Net cost of the members, in the same plan."),
        _money("known_beforehand", "Cost of the system with the floors if this state were certain."),
        _money("mean_plan", "Cost of the system, capacity decided for the mean of the states."),
        _money(
            "base_plan", "Cost of the system, capacity decided for base (else the likeliest state) alone."
        ),
        _money(
            "without_policy", "Cost of the system without caps and rules, capacity decided for base alone."
        ),
        _money("without_policy_bloc", "Net cost of the members, in the same plan."),
        _money(
            "without_policy_hedged",
            "Cost of the system without caps and rules, capacity decided for all states.",
        ),
        _money("worth", "Without policy less total cost: what the floors save the system in this state."),
        _money("worth_bloc", "The same of the members' net cost."),
        _money("make_whole", "What must be paid in this state to keep the plan."),
        _money("foregone", "What tempts others in this state, and nobody is paid."),
    ),
)

FLOORS = Sheet(
    "floors",
    "One path of floors for all states, and the levy that tops each state's price up to it.",
    (
        SCENARIO,
        Column("member", "", "Member or segment market.", TEXT, 14, True),
        Column("commodity", "", "Commodity.", TEXT, 14, True),
        Column("year", "", "Year.", YEAR, 8, True),
        Column("origin", "", "Capped origin.", TEXT, 10),
        Column("floor", PER_KG, "The floor, decided before the state is known: the same in all.", PRICE, 10),
        Column("capped_price", PER_KG, "Price at the capped origin in this state.", PRICE, 14),
        Column("levy", PER_KG, "What is added to it in this state.", PRICE, 10),
        Column(
            "border_price", PER_KG, "The two together: the floor, or more where no levy is needed.", PRICE, 14
        ),
        Column("floor_alone", PER_KG, "What the floor would be if this state were certain.", PRICE, 14),
        Column(
            "set_by",
            "",
            "What sets the floor of all states: a process, a rule, or a buyer's value.",
            TEXT,
            22,
        ),
        Column("held_up", "", "TRUE where a cap binds in this state, or a minimum is levied.", BOOL, 12),
    ),
)

_BY_STATE = ("prices", "shipments", "production", "investment", "stocks", "caps", "accounts")
SHEETS: tuple[Sheet, ...] = (
    BY_NAME["summary"],
    STATES,
    FLOORS,
    BY_NAME["floor_parts"],
    *(BY_NAME[name]._replace(columns=(SCENARIO, *BY_NAME[name].columns)) for name in _BY_STATE),
    BY_NAME["certificate"],
    RUN,
)
