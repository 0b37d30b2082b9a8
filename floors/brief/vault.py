"""What funds buy before it is known which state comes, on the page of weighed states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from floors.brief.figures import decimals_for
from floors.brief.weighed import Weighed
from floors.contract.results.vault import (
    FREE,
    PLANNED,
    RULE,
    RULE_DAYS,
    VAULT,
    VAULT_PLANS,
    SpendingRow,
    StockpileRow,
)
from floors.page.page import Entry, Head, Line, Paragraph, Table
from floors.page.told import amount, money

MOST_ROWS = 12


@dataclass(frozen=True)
class Bought:
    """The stockpiles of funds, and ways to spend what the funds have."""

    weighed: Weighed

    @property
    def currency(self) -> str:
        return self.weighed.tables.currency

    @cached_property
    def piles(self) -> list[StockpileRow]:
        return self.weighed.tables.read(VAULT)

    @cached_property
    def _ways(self) -> dict[str, SpendingRow]:
        return {row.way: row for row in self.weighed.tables.read(VAULT_PLANS)}

    @property
    def plan(self) -> SpendingRow | None:
        return self._ways.get(PLANNED)

    @property
    def free(self) -> SpendingRow | None:
        """The plan without targets, where the stockpiles have any."""
        found, plan = self._ways.get(FREE), self.plan
        known = found is not None and plan is not None and None not in (found.avoided, plan.avoided)
        return found if known else None

    @property
    def rule(self) -> SpendingRow | None:
        """The rule of thumb, where it has a plan of at least a day of each."""
        found = self._ways.get(RULE)
        return found if found is not None and found.days and found.avoided is not None else None

    @property
    def rule_days(self) -> float | None:
        return None if self.rule is None else self.rule.days

    @cached_property
    def by_spending(self) -> list[StockpileRow]:
        """On which most is spent first."""
        return sorted(self.piles, key=lambda row: (-row.spending, -(row.rule_spending or 0.0)))

    @cached_property
    def by_margin(self) -> list[StockpileRow]:
        """Of which more would save most first."""
        known = [row for row in self.piles if row.marginal_value is not None]
        return sorted(known, key=lambda row: -(row.marginal_value or 0.0))

    def named(self, row: StockpileRow) -> str:
        """What lies there, where no other stockpile holds it; else its own name."""
        alone = sum(one.commodity == row.commodity for one in self.piles) == 1
        return self.weighed.facts.names.good(row.commodity) if alone else row.stockpile


def vault_paragraph(weighed: Weighed) -> Paragraph | None:
    """What the funds spend and avoid, and the rule of thumb beside it."""
    bought = Bought(weighed)
    plan, rule = bought.plan, bought.rule
    if plan is None or not plan.spending or plan.avoided is None:
        return None
    currency = bought.currency
    lead = f"What is bought for {money(plan.spending, currency)}"
    text = f"avoids {money(plan.avoided, currency)} {weighed.on_average}, against nothing bought"
    if weighed.nothing(plan.avoided):
        text = "avoids nothing, against nothing bought"
    elif plan.avoided < 0:
        more = money(-plan.avoided, currency)
        text = f"costs {more} more {weighed.on_average} than it avoids, against nothing bought"
    free = bought.free
    if free is not None and free.spending is not None and free.avoided is not None:
        avoids = amount(free.avoided) if free.avoided > 0 and not weighed.nothing(free.avoided) else "nothing"
        told = (
            f"{avoids} would be avoided for {amount(free.spending)}"
            if free.spending
            else "nothing would be bought"
        )
        text += f"; without targets {told}"
    if rule is not None and rule.spending is not None and rule.avoided is not None:
        short = "" if rule.days == RULE_DAYS else f", of {RULE_DAYS}, which are more than can be had,"
        avoid = f"avoid {amount(rule.avoided)}"
        if weighed.nothing(rule.avoided):
            avoid = "avoid nothing"
        elif rule.avoided < 0:
            avoid = f"cost {amount(-rule.avoided)} more than they avoid,"
        text += f"; {rule.days:g} days of each{short} {avoid} for {amount(rule.spending)}"
    return Paragraph(lead, f"{text}.")


def vault_table(weighed: Weighed) -> Table | None:
    """Each stockpile of a fund: what is bought, how long it lasts, and what more would save; most money first."""
    bought = Bought(weighed)
    if not bought.piles:
        return None
    shown = bought.by_spending[:MOST_ROWS]
    rule = bought.rule_days
    heads = [Head("In store", 11, right=False), Head("bought, t", 6), Head("spent", 5), Head("days", 4)]
    heads.append(Head("saved by one more", 5))
    heads += [Head(f"{rule:g} days: spent", 5)] if rule is not None else []
    fine = decimals_for(max(row.spending for row in shown))
    spent = f"#,##0.{'0' * fine}" if fine else "#,##0"
    lines = tuple(
        Line(
            (
                Entry(bought.named(row)),
                Entry(row.put, "#,##0"),
                Entry(row.spending, spent, strong=True),
                Entry("" if row.days is None else row.days, "#,##0"),
                Entry("" if row.marginal_value is None else row.marginal_value, "0.00"),
                *((Entry(row.rule_spending, spent),) if rule is not None else ()),
            )
        )
        for row in shown
    )
    currency = bought.currency
    notes = [
        f"Spent, million {currency} at reference prices, over all years. Days: the largest stock of base, of what is "
        f"used there. Saved by one more {currency}’s worth in store, beyond what it costs."
    ]
    if len(shown) < len(bought.piles):
        notes.append(f"{len(shown)} of {len(bought.piles)}; all are in sheet vault.")
    title = "What is bought before it is known what comes, most money first"
    return Table("vault", title, tuple(heads), lines, tuple(notes), rank=2, sheet="vault")
