"""What `floors risk` found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from floors.many.risks.break_even_words import break_even_in_words
from floors.results.amounts import by_name, nothing, plain, share

if TYPE_CHECKING:
    from floors.many.risks.weighed import Risk

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
    return said + break_even_in_words(found.rows("break_even"), found.rows("waiting"), money)


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
    return [
        f"One path of floors for all states{free} costs an uplift of {whole} ({money}, expected): {parts}."
    ]


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
