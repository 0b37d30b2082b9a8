"""The same plan by grants or payments, without levies: who would pay, and whether floors cost treasuries more."""

from __future__ import annotations

from collections.abc import Callable
from math import fsum

from floors.brief.facts import Facts
from floors.contract.results.instruments import INSTRUMENTS, InstrumentRow
from floors.page.page import Paragraph, Words
from floors.page.told import amount, money


def otherwise(facts: Facts) -> Words | None:
    """Against levies at the border; None where no instrument was looked at, or nobody would pay anything else."""
    members = set(facts.members)
    rows = [row for row in facts.tables.read(INSTRUMENTS) if row.region in members]
    if not rows or not facts.policy:
        return None

    def total(instrument: str, of: Callable[[InstrumentRow], float]) -> float:
        return fsum(of(row) for row in rows if row.instrument == instrument)

    def paid(row: InstrumentRow) -> float:
        return row.support + row.grants + row.running + row.contracts

    def treasury(row: InstrumentRow) -> float:
        return paid(row) - row.levies

    buyers, treasuries = (
        total("grants", of) - total("border", of) for of in (lambda row: row.buyers, treasury)
    )
    floors, grants = total("guarantee", paid), total("grants", paid)
    if all(facts.nothing(x) for x in (buyers, treasuries, floors, grants)):
        return None
    said = f"buyers pay {_more(facts, buyers)}, treasuries {_more(facts, treasuries)}."
    built = not facts.nothing(total("grants", lambda row: row.grants))
    lead = "By grants, without levies:" if built else "By payments to those who would lose, without levies:"
    told = Paragraph(lead, f"{said} {_floors(facts, floors, grants, built)}".rstrip())
    return Words("otherwise", "The same plan held otherwise", (told,), rank=6, sheet="instruments")


def _more(facts: Facts, million: float) -> str:
    if facts.nothing(million):
        return "as much"
    return f"{money(abs(million), facts.currency)} {'more' if million > 0 else 'less'}"


def _floors(facts: Facts, floors: float, grants: float, built: bool) -> str:
    """The finding of IMF WP 2026/072, either way; not where treasuries would be paid."""
    if any(x < 0 and not facts.nothing(x) for x in (floors, grants)):
        return ""
    floors, grants = (0.0 if facts.nothing(x) else x for x in (floors, grants))
    if floors == grants == 0:
        return ""
    whose = "With floors that treasuries pay to all who deliver they pay out"
    if amount(floors) == amount(grants):
        these = "grants" if built else "these payments, none of them a grant for capital"
        return f"{whose} as much as with {these}; IMF WP 2026/072 finds more for rare earths."
    these = (
        "grants and what these leave to pay" if built else "these payments, none of them a grant for capital,"
    )
    both = f"{amount(floors)}, with {these} {amount(grants)}"
    if floors > grants:
        return f"{whose} {both}: more, as IMF WP 2026/072 finds for rare earths."
    return f"{whose} {both}: less; IMF WP 2026/072 finds the opposite for rare earths."
