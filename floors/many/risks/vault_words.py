"""What funds buy before it is known what comes, what their next money avoids, and the rule of thumb, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from floors.contract.results.vault import FREE, MORE, PLANNED, RULE, RULE_DAYS
from floors.results.amounts import by_name, full, nothing, plain, price

if TYPE_CHECKING:
    from floors.many.risks.weighed import Risk

MOST = 4  # stockpiles told one by one
SAME = 1e-9  # of a unit of money: what saves less saves nothing
FUND_PRICE = "fund_shadow_price"


def vault_in_words(found: Risk, money: str, scale: float) -> Iterator[str]:
    """One sentence a line; nothing without a fund that buys for a stockpile. The system costs `scale` million."""
    piles = found.records("vault")
    ways = {(row["way"], row["fund"]): row for row in found.records("vault_plans")}
    if not ways:
        return
    weighed = ", as the states are weighed" if found.aversion.weight else " on average"
    for fund in dict.fromkeys(row["fund"] for row in piles):
        yield _buys(found, fund, [row for row in piles if row["fund"] == fund])
        yield from _next(found, fund, ways, f"{weighed} ({money})", scale)
    yield from _margins(found, piles, weighed)
    yield from _rule(ways, money, weighed, scale)


def _buys(found: Risk, fund: str, piles: list[dict[str, Any]]) -> str:
    """What a fund spends of what it has, and on what most."""
    amount = next(row["amount"] for row in found.study.rows("funds") if row["fund"] == fund)
    spending = {row["stockpile"]: row for row in piles if not nothing(row["spending"], amount)}
    if not spending:
        return f"{fund} buys nothing that stays; it has {full(amount)} million {found.currency}."
    first = sorted(spending.values(), key=lambda row: -row["spending"])[:MOST]
    each = ", ".join(f"{row['stockpile']} {plain(row['spending'], amount)}{_lasts(row)}" for row in first)
    most = "most of it on " if len(spending) > MOST else "on "
    whole = plain(sum(row["spending"] for row in piles), amount)
    return (
        f"Of {full(amount)} million {found.currency} {fund} spends {whole} at reference prices, expected and "
        f"undiscounted, {most}{each}."
    )


def _lasts(row: dict[str, Any]) -> str:
    return "" if row["days"] is None else f" ({row['days']:,.0f} days of use)"


def _next(
    found: Risk, fund: str, ways: dict[tuple[str, str | None], dict[str, Any]], measured: str, scale: float
) -> Iterator[str]:
    """What the next money of a fund avoids, which was solved for; and the last, where the next avoids anything."""
    more, plan = ways[MORE, fund], ways[PLANNED, None]
    if more["beyond_plan"] is None or plan["risk_objective"] is None:
        return
    avoided, step = -more["beyond_plan"], full(more["amount"] - plan["amount"])
    if nothing(avoided, scale):
        yield f"Another {step} million {found.currency} in {fund} would change nothing."
    elif avoided > 0:
        yield f"The next {step} million {found.currency} in {fund} would avoid {plain(avoided, scale)}{measured}."


def _margins(found: Risk, piles: list[dict[str, Any]], weighed: str) -> Iterator[str]:
    """What a unit of money's worth more in store saves, where it saves most and where it saves least."""
    known = [row for row in piles if row["marginal_value"] is not None]
    if len(known) < 2:
        return
    order = sorted(known, key=lambda row: -row["marginal_value"])
    shown = order if len(order) <= MOST + 1 else [*order[:MOST], order[-1]]
    told = by_name({row["stockpile"]: _cents(row["marginal_value"]) for row in shown})
    least = f", of {len(order)} stockpiles the first {MOST} and the last" if len(shown) < len(order) else ""
    yield (
        f"At the margin one {found.currency}'s worth more in store saves{weighed}, beyond what it costs{least}: {told}."
    )


def _cents(value: float) -> str:
    """Money saved for each unit of money: rounding is nothing."""
    return price(0.0 if abs(value) < SAME else value)


def _rule(
    ways: dict[tuple[str, str | None], dict[str, Any]], money: str, weighed: str, scale: float
) -> Iterator[str]:
    """The plan, the same without targets, and the rule of thumb, each against nothing bought."""
    plan, free, rule = (ways.get((way, None)) for way in (PLANNED, FREE, RULE))
    if rule is not None and rule["days"] == 0:
        yield f"The rule of thumb, {RULE_DAYS} days of each, cannot be held, nor can a single day of each."
    known = [row for row in (plan, free, rule) if row is not None and row["avoided"] is not None]
    if plan not in known or not any(row["spending"] for row in known):
        return
    said = f"Against nothing bought {_avoids(plan, 'the plan', scale)}"
    if free in known:
        said += f"; {_avoids(free, 'the same without targets', scale)}"
    if rule in known and rule["days"]:
        most = ""
        if rule["days"] < RULE_DAYS:
            why = "the fund affords" if rule["limited_by"] == "fund" else "supply, room or releases allow"
            most = f", of which {why} {rule['days']:,.0f}"
        said += f"; {_avoids(rule, f'the rule of thumb, {RULE_DAYS} days of each{most},', scale)}"
    yield f"{said} ({money},{weighed.removeprefix(',')}; spending undiscounted)."


def _avoids(row: dict[str, Any], who: str, scale: float) -> str:
    """What a way avoids, or costs more, for what it spends."""
    avoided, spending = row["avoided"], plain(row["spending"], scale)
    if avoided < 0 and not nothing(avoided, scale):
        return f"{who} costs {plain(-avoided, scale)} more, with spending of {spending}"
    return f"{who} avoids {plain(avoided, scale)} for {spending}"
