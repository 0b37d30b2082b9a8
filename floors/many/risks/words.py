"""What `floors risk` found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from floors.many.risks.averse import NEUTRAL, Aversion, Tail
from floors.many.risks.break_even_words import break_even_in_words
from floors.many.risks.states import State
from floors.many.risks.vault_words import FUND_PRICE, vault_in_words
from floors.results.amounts import by_name, conjoined, nothing, plain, price, share

if TYPE_CHECKING:
    from floors.many.risks.weighed import Risk

SAME = 1e-9  # relative: what differs by less is the same

SAME_FORESIGHT = "with the same foresight"


def risk_in_words(found: Risk) -> list[str]:
    """What a reader should know first, one sentence a line."""
    money, scale = f"million {found.currency}, present value", _scale(found.expected)
    told = by_name({s.name: share(s.probability) for s in found.weighed})
    cost = plain(found.expected["total_cost"] or 0.0, scale)
    said = [
        f"Capacity and floors are decided before it is known which of these comes true: {told}.",
        f"The system is expected to cost {cost} {money}.",
    ]
    if found.aversion.weight:
        said += _tail(found, money, scale)
    said += [*_funds(found), *vault_in_words(found, money, scale)]
    knowing = found.value_of_perfect_information
    if knowing is not None:
        # Under a minimum rule no plan is the cheapest there is, and each of these may be below 0.
        worth = "be worth nothing" if nothing(knowing, scale) else f"be worth {plain(knowing, scale)}"
        if knowing < 0 and not nothing(knowing, scale):
            worth = f"cost {plain(-knowing, scale)}"
        said.append(f"Knowing the state beforehand would {worth} (EVPI).")
    for value, what, name in (
        (found.value_of_stochastic_solution, "Planning for the mean of the states", " (VSS)"),
        (found.value_over_base_plan, f"Planning for {found.leader.name} alone, and being surprised,", ""),
    ):
        if value is not None:
            way = "more" if value > 0 else "less"
            more = "nothing more" if nothing(value, scale) else f"{plain(abs(value), scale)} {way}"
            said.append(f"{what} would cost {more}{name}.")
    if found.rows("floors"):
        said += _insurance(found, scale)
    said += _uplift(found, money, scale)
    policies = break_even_in_words(found.rows("break_even"), found.rows("waiting"), money)
    return [*said, *_frontier(found, money, scale), *policies]


def _frontier(found: Risk, money: str, scale: float) -> list[str]:
    """What the most weight of the tail asked for costs more than the least, and takes off the worst."""
    rows = found.records("frontier")
    if len(rows) < 2:
        return []
    first, last = rows[0], rows[-1]
    mean, worst = (
        f"from {plain(first[name], scale)} to {plain(last[name], scale)}"
        for name in ("expected_cost", "cvar")
    )
    return [
        f"From a weight of {first['aversion']:g} to {last['aversion']:g} of the tail the expected cost goes {mean}, "
        f"the mean of the worst {share(found.aversion.tail)} {worst} ({money}): sheet frontier."
    ]


def _scale(expected: Mapping[str, float | None]) -> float:
    """The largest of the expected costs, million."""
    return max(abs(cost) for cost in expected.values() if cost is not None)


def _uplift(found: Risk, money: str, scale: float) -> list[str]:
    if nothing(found.uplift, scale):
        return []
    paid, foregone = (plain(x, scale) for x in (found.make_whole, found.foregone))
    if foregone == "0":
        parts = "all of it to be paid"
    elif paid == "0":
        parts = "all of it foregone"
    else:
        parts = f"{paid} to be paid, {foregone} foregone"
    whole = plain(found.uplift, scale)
    free = ", with what is exempt," if any(row["years"] for row in found.study.rows("exemptions")) else ""
    mean = "as weighed" if found.aversion.weight else "expected"
    return [f"One path of floors for all states{free} costs an uplift of {whole} ({money}, {mean}): {parts}."]


def _tail(found: Risk, money: str, scale: float) -> list[str]:
    """What the worst counts for: in the plan, in prices, and to the owners of what is built."""
    a, b = found.aversion.weight, found.aversion.tail
    told = [
        f"The worst {share(b)} of what may come, on average {plain(found.cvar['total_cost'] or 0.0, scale)} {money}, "
        f"counts for {share(a)} in what the plan is the least of, the expected cost for the rest; values of knowing "
        "more and of weighing are by the same measure."
    ]
    more = {
        s.name: f"{share(s.weight)} (its probability is {share(s.probability)})"
        for s in found.weighed
        if s.weight > s.probability * (1 + SAME)
    }
    if more:
        told.append(f"Plan and prices count {by_name(more)}; money is told by probability.")
    return [*told, *_premium(found)]


def _premium(found: Risk) -> list[str]:
    """The largest risk premium of what is built, a kg/yr."""
    each = [
        (one["risk_premium"], 1000 * one["annual_charge"] / one["added"], one)
        for one in found.records("investment")
    ]
    premium, charge, one = max(each, key=lambda row: row[0], default=(0.0, 0.0, {}))
    if premium <= SAME * charge:
        return []
    return [
        f"By probability the capacity of {one['process']} built in {one['year']} earns {price(charge - premium)} of "
        f"the {price(charge)} {found.currency} per kg/yr that it costs: {price(premium)} is what its owners are paid "
        "for the risk, the most of all that is built."
    ]


def _funds(found: Risk) -> list[str]:
    """What one more unit of money in a fund would save, where it would save anything."""
    prices = {
        row["metric"].removeprefix(FUND_PRICE).strip() or "the fund": row["value"]
        for row in found.records("summary")
        if row["metric"].startswith(FUND_PRICE) and row["value"] is not None and row["value"] > SAME
    }
    weighed = ", as the states are weighed" if found.aversion.weight else " on average"
    return [
        f"One {found.currency} more in {name} would save {price(value)}{weighed}, at the margin."
        for name, value in prices.items()
    ]


def tail_notes(states: Sequence[State], aversion: Aversion, tail: Tail | None) -> list[str]:
    """What is to be known of the tail: that it is one state, or that its edge leaves the weights open."""
    told = []
    least = min(s.probability for s in states)
    asked = aversion.weight > 0 or aversion.tail != NEUTRAL.tail
    if asked and aversion.tail < least:
        told.append(
            f"risk_tail ({share(aversion.tail)}) is below the least probability of a state ({share(least)}): the tail "
            "is the worst state alone."
        )
    if tail is not None and tail.open:
        told.append(
            f"{conjoined(tail.edge)} cost the same at the edge of the tail: other weights of "
            f"{conjoined(tail.open)}, and the prices that follow, hold the plan up too."
        )
    return told


def _insurance(found: Risk, scale: float) -> list[str]:
    """What floors and what is built behind them are worth, to the system and to the bloc, each against the better of
    two ways to do without them."""
    alone = f"with capacity decided for {found.leader.name} alone"
    ways = {SAME_FORESIGHT: "worth_hedged", alone: "worth"}
    return [
        sentence
        for who, suffix in (("the system", ""), ("the bloc", "_bloc"))
        for sentence in _against_the_better(
            found, who, {way: f"{w}{suffix}" for way, w in ways.items()}, scale
        )
    ]


def _against_the_better(found: Risk, who: str, ways: Mapping[str, str], scale: float) -> list[str]:
    """The worth against that of the ways that is expected to cost least without policy."""
    known = {way: worth for way, name in ways.items() if (worth := found.expected[name]) is not None}
    if not known:
        return []
    alike = nothing(max(known.values()) - min(known.values()), scale)
    way = next(iter(known)) if alike else min(known, key=lambda one: known[one])
    average, by_state = known[way], found.costs[ways[way]].items()
    told_of = {name: w for name, w in by_state if w is not None}
    better = f", the better of two ways for {who}," if not alike else ""
    word = "save" if average > 0 else "cost"
    amount = "nothing" if nothing(average, scale) else plain(abs(average), scale)
    said = f"Against no policy {way}{better} floors and what is built behind them {word} {who} {amount} on average"
    saves = {name: plain(w, scale) for name, w in told_of.items() if w > 0 and not nothing(w, scale)}
    costs = {name: plain(-w, scale) for name, w in told_of.items() if w < 0 and not nothing(w, scale)}
    told = [f"they {verb} in {by_name(of)}" for verb, of in (("save", saves), ("cost", costs)) if of]
    if len(told_of) == 1 or not told:
        return [f"{said}."]
    return [f"{said}: {', and '.join(told)}."]
