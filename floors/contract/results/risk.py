"""The results workbook of `floors risk`: its sheets."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results import BY_NAME, CERTIFICATE, FLOOR_PARTS, RUN, SCENARIO, SUMMARY
from floors.contract.results.break_even import BREAK_EVEN, WAITING
from floors.contract.results.columns import (
    MILLION_PV,
    PER_KG,
    PRICE,
    SHARE,
    YEAR,
    Kind,
    Sheet,
    column,
    flag,
    key,
    money,
    number,
    scenario,
    sheet_of,
    text,
    year,
)
from floors.contract.results.vault import VAULT, VAULT_PLANS


class StateRow(NamedTuple):
    """Each state of the world: what it costs under each way to plan, and what the floors are worth in it."""

    scenario: Annotated[str, scenario()]
    probability: Annotated[float, number("", "How likely it is; base has what is left to 1.", SHARE, 12)]
    weight: Annotated[
        float,
        number("", "What it counts for in plan and prices: its probability, more in the tail.", SHARE, 12),
    ]
    known_from: Annotated[
        int | None,
        number("year", "Until then nobody can tell it from its parent; blank: known at once.", YEAR, 12),
    ]
    total_cost: Annotated[
        float | None,
        money("Cost of the system with the floors, capacity decided for all states.", MILLION_PV, 16),
    ]
    bloc_net_cost: Annotated[
        float | None, money("Net cost of the members, in the same plan.", MILLION_PV, 16)
    ]
    known_beforehand: Annotated[
        float | None, money("Cost of the system with the floors if this state were certain.", MILLION_PV, 16)
    ]
    mean_plan: Annotated[
        float | None,
        money("Cost of the system, capacity decided for the mean of the states.", MILLION_PV, 16),
    ]
    base_plan: Annotated[
        float | None,
        money(
            "Cost of the system, capacity decided for base (else the likeliest state) alone.", MILLION_PV, 16
        ),
    ]
    without_policy: Annotated[
        float | None,
        money("Cost of the system without caps and rules, capacity decided for base alone.", MILLION_PV, 16),
    ]
    without_policy_bloc: Annotated[
        float | None, money("Net cost of the members, in the same plan.", MILLION_PV, 16)
    ]
    without_policy_hedged: Annotated[
        float | None,
        money("Cost of the system without caps and rules, capacity decided for all states.", MILLION_PV, 16),
    ]
    without_policy_hedged_bloc: Annotated[
        float | None, money("Net cost of the members, in the same plan.", MILLION_PV, 16)
    ]
    worth: Annotated[
        float | None,
        money(
            "Without policy less total cost: what the floors save the system in this state.", MILLION_PV, 16
        ),
    ]
    worth_bloc: Annotated[float | None, money("The same of the members' net cost.", MILLION_PV, 16)]
    worth_hedged: Annotated[
        float | None,
        money("What the floors save the system against no policy with the same foresight.", MILLION_PV, 16),
    ]
    worth_hedged_bloc: Annotated[float | None, money("The same of the members' net cost.", MILLION_PV, 16)]
    make_whole: Annotated[
        float | None, money("What must be paid in this state to keep the plan.", MILLION_PV, 16)
    ]
    foregone: Annotated[
        float | None, money("What tempts others in this state, and nobody is paid.", MILLION_PV, 16)
    ]


STATES = sheet_of("states", StateRow)


class PathRow(NamedTuple):
    """One path of floors for all states, and the levy that tops each state's price up to it."""

    scenario: Annotated[str, scenario()]
    member: Annotated[str, key("Member or segment market.")]
    commodity: Annotated[str, key("Commodity.")]
    year: Annotated[int, year("Year.")]
    origin: Annotated[str, text("Capped origin.", 10)]
    floor: Annotated[
        float, number(PER_KG, "The floor, decided before the state is known: the same in all.", PRICE, 10)
    ]
    capped_price: Annotated[float, number(PER_KG, "Price at the capped origin in this state.", PRICE, 14)]
    levy: Annotated[float, number(PER_KG, "What is added to it in this state.", PRICE, 10)]
    border_price: Annotated[
        float, number(PER_KG, "The two together: the floor, or more where no levy is needed.", PRICE, 14)
    ]
    floor_alone: Annotated[
        float | None, number(PER_KG, "What the floor would be if this state were certain.", PRICE, 14)
    ]
    set_by: Annotated[
        str, text("What sets the floor of all states: a process, a rule, or a buyer's value.", 22)
    ]
    held_up: Annotated[bool, flag("TRUE where a cap binds in this state, or a minimum is levied.")]


FLOORS = sheet_of("floors", PathRow)


class FrontierRow(NamedTuple):
    """The plan at each weight of the tail, where more than one was asked for: what it costs on average and at worst."""

    aversion: Annotated[float, number("", "Weight of the tail.", SHARE, 12, key=True)]
    expected_cost: Annotated[float, money("Expected cost of the system.", MILLION_PV, 16)]
    cvar: Annotated[
        float, money("Mean cost of the worst share of what may come, risk_tail of it.", MILLION_PV, 16)
    ]
    risk_objective: Annotated[
        float, money("The two as they are weighed: what the plan is the least of.", MILLION_PV, 16)
    ]
    dearest_state: Annotated[str, text("State that costs most.", 18)]
    dearest_cost: Annotated[float, money("What it costs.", MILLION_PV, 16)]
    charges: Annotated[float, money("Capital charges of all that is built.", MILLION_PV, 16)]


FRONTIER = sheet_of("frontier", FrontierRow)

RISK_PREMIUM = column(
    "risk_premium",
    Kind.NUMBER,
    number(
        "{currency} per kg/yr",
        "What owners are paid for the risk: annual charge less the rent expected by probability.",
        PRICE,
        14,
    ),
)
_PREMIUM = {"investment": RISK_PREMIUM}

BY_STATE = ("own_levies", "prices", "shipments", "production", "investment", "stocks", "caps", "accounts")


def _of_state(name: str) -> Sheet:
    sheet = BY_NAME[name].after(SCENARIO)
    return sheet.before(_PREMIUM[name]) if name in _PREMIUM else sheet


INVESTMENT = _of_state("investment")
_FUNDS = BY_NAME["vault"].after(SCENARIO)
VAULT_YEARS = Sheet("vault_years", _FUNDS.meaning, _FUNDS.columns)

SHEETS: tuple[Sheet, ...] = (
    SUMMARY,
    STATES,
    FLOORS,
    FRONTIER,
    BREAK_EVEN,
    WAITING,
    VAULT,
    VAULT_PLANS,
    FLOOR_PARTS,
    *(_of_state(name) for name in BY_STATE),
    VAULT_YEARS,
    CERTIFICATE,
    RUN,
)
