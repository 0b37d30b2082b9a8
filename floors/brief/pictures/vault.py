"""What funds buy before it is known what comes, against so many days of each, and what their last money saves."""

from __future__ import annotations

from floors.brief.pictures.shared import joined, tag
from floors.brief.vault import Bought
from floors.brief.weighed import Weighed
from floors.page.colours import FLOOR, GAIN, OTHERS
from floors.page.picture import BAR, NAMES, Panel, Picture, Series
from floors.page.told import held_together, money, percent

VAULT = "picture_vault"
MOST = 16  # stockpiles of a panel
ALIKE = 1e-6  # of all that is spent: what differs by less is the same


def vault(weighed: Weighed) -> Picture | None:
    """Spending by stockpile, and what a unit of money's worth more of each would save; None where nothing is bought in
    any way."""
    bought = Bought(weighed)
    if not bought.piles or bought.plan is None:
        return None
    panels = [one for one in (_spending(bought), _margins(bought)) if one is not None]
    if not panels:
        return None
    left = len(bought.piles) - MOST
    return Picture(
        VAULT,
        held_together(_title(bought)),
        f"Stockpiles of funds, decided before it is known what comes; {weighed.on_average}",
        joined(
            "Spending is at reference prices, over all years.",
            f"{left} more are in sheet vault." if left > 0 else "",
        ),
        tuple(panels),
    )


def _title(bought: Bought) -> str:
    """On what most is spent, where that is one."""
    order = bought.by_spending
    whole = sum(row.spending for row in order)
    if whole <= 0 or (len(order) > 1 and order[0].spending - order[1].spending <= ALIKE * whole):
        return "What funds buy, and what more of each would save"
    first = order[0]
    if whole - first.spending <= ALIKE * whole:
        return f"{money(whole, bought.currency)} buys {bought.named(first)}, and nothing else"
    part = percent(first.spending / whole)
    return f"Of {money(whole, bought.currency)} that funds spend {part} buys {bought.named(first)}"


def _spending(bought: Bought) -> Panel | None:
    rows = bought.by_spending[:MOST]
    size = max((max(row.spending, row.rule_spending or 0.0) for row in rows), default=0.0)
    if size <= 0:
        return None
    chosen = tuple(row.spending for row in rows)
    series = [Series("by choice", BAR, FLOOR, chosen, tuple(map(tag, chosen)))]
    if bought.rule_days is not None and any(row.rule_spending is not None for row in rows):
        ruled = tuple(row.rule_spending for row in rows)
        labels = tuple(None if value is None else tag(value) for value in ruled)
        series.append(Series(f"{bought.rule_days:g} days of each", BAR, OTHERS, ruled, labels))
    along = tuple(bought.named(row) for row in rows)
    unit = f"million {bought.currency}"
    told = "; ".join(
        f"{one.name}: "
        + ", ".join(f"{name} {label}" for name, label in zip(along, one.labels, strict=True) if label)
        for one in series
    )
    return Panel(
        f"Spent, {unit}",
        unit,
        along,
        NAMES,
        tuple(series),
        "#,##0.0" if size < 20 else "#,##0",
        choice="spending",
        description=f"Spent on each stockpile, {unit}. {told}.",
    )


def _margins(bought: Bought) -> Panel | None:
    rows = [row for row in bought.by_margin if row.marginal_value is not None][:MOST]
    if len(rows) < 2:
        return None
    values = tuple(row.marginal_value for row in rows)
    labels = tuple(f"{value:.2f}" for value in values if value is not None)
    along = tuple(bought.named(row) for row in rows)
    unit = f"{bought.currency} for each {bought.currency}"
    told = ", ".join(f"{name} {label}" for name, label in zip(along, labels, strict=True))
    return Panel(
        held_together(f"One {bought.currency}’s worth more in store saves, beyond what it costs"),
        unit,
        along,
        NAMES,
        (Series("saved at the margin", BAR, GAIN, values, labels),),
        "0.00",
        choice="the last money",
        description=f"Saved at the margin, {unit}: {told}.",
    )
