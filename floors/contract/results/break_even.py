"""Sheets `break_even` and `waiting` of `floors risk`."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import (
    MILLION_PV,
    SHARE,
    YEAR,
    key,
    money,
    number,
    scenario,
    sheet_of,
    text,
)

Parent = Annotated[str, text("What comes where the shock does not: it starts from there.", 14)]
KnownFrom = Annotated[int, number("year", "The first year in which the shock is known.", YEAR, 12)]
Probability = Annotated[float, number("", "How likely the shock is, of sheet scenarios.", SHARE, 12)]


class BreakEvenRow(NamedTuple):
    """From which probability of a shock a policy pays for the bloc: one shock at a time, the others never, and all that
    is decided before it is known as if it never came."""

    scenario: Annotated[str, scenario()]
    policy: Annotated[str, key("caps (with the rules on floors), stock (reserve targets) or contract.", 10)]
    name: Annotated[str, key("Which: of a contract process and commodity.", 26)]
    parent: Parent
    known_from: KnownFrom
    probability: Probability
    held: Annotated[
        float | None, money("Net cost of the members with the policy, without the shock.", MILLION_PV, 14)
    ]
    held_struck: Annotated[
        float | None, money("Net cost of the members with the policy, with the shock.", MILLION_PV, 14)
    ]
    dropped: Annotated[
        float | None, money("Net cost of the members without the policy or the shock.", MILLION_PV, 14)
    ]
    dropped_struck: Annotated[
        float | None, money("Net cost of the members without the policy, with the shock.", MILLION_PV, 16)
    ]
    premium: Annotated[
        float | None,
        money("What the policy costs the members where the shock does not come.", MILLION_PV, 14),
    ]
    saved: Annotated[
        float | None, money("What the policy saves the members where the shock comes.", MILLION_PV, 14)
    ]
    break_even_probability: Annotated[
        float | None,
        number(
            "",
            "premium / (premium + saved): the policy costs and saves the members the same; blank outside 0 to 1.",
            "0.0000",
            22,
        ),
    ]
    answer: Annotated[
        str,
        text("The policy pays from this probability, until it, always, never, or makes no difference.", 14),
    ]
    gain: Annotated[
        float | None,
        money(
            "What the policy saves the members on average, at the probability of the shock.", MILLION_PV, 14
        ),
    ]
    foreseen_from: Annotated[
        float | None,
        number(
            "",
            "With the same foresight and without the policy: from this probability the cheapest plan prepares for the "
            "shock by itself; 1: never; blank: not known.",
            "0.0000",
            14,
        ),
    ]
    status: Annotated[
        str, text("optimal, or why a cost is blank: the status of the first without a plan.", 14)
    ]


BREAK_EVEN = sheet_of("break_even", BreakEvenRow)


class WaitingRow(NamedTuple):
    """What it is worth to wait until a shock is known with what would be built in the year before: costs of the system
    with the policy, on average over the shock and what comes without it."""

    scenario: Annotated[str, scenario()]
    parent: Parent
    decided: Annotated[int, number("year", "The last year in which the shock is not known.", YEAR, 12)]
    known_from: KnownFrom
    probability: Probability
    now: Annotated[
        float | None,
        money("Expected cost with all capacity decided before the shock is known.", MILLION_PV, 14),
    ]
    wait: Annotated[
        float | None,
        money(
            "Expected cost with nothing built in that year, and from the next on by what is known.",
            MILLION_PV,
            14,
        ),
    ]
    value_of_waiting: Annotated[
        float | None, money("now less wait: above 0 it is better to wait.", MILLION_PV, 16)
    ]
    both_allowed: Annotated[
        float | None,
        money("Expected cost with building in that year and, by what is known, later.", MILLION_PV, 14),
    ]
    option_value: Annotated[
        float | None,
        money("now less both allowed: what it is worth to decide some of it later.", MILLION_PV, 14),
    ]
    waiting_pays_until: Annotated[
        float | None,
        number(
            "",
            "The probability of the shock at which waiting is worth 0, until or from which it pays; blank: at none.",
            "0.0000",
            18,
        ),
    ]
    answer: Annotated[
        str, text("Waiting pays until this probability, from it, always, never, or makes no difference.", 14)
    ]
    status: Annotated[str, text("optimal, or why a cost is blank.", 14)]


WAITING = sheet_of("waiting", WaitingRow)
