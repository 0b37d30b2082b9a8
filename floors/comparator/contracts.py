"""The same plan held by contracts instead of the border levy: who would pay.

What is assumed, and nothing else:

- The plan stays: every quantity and every price at origin is that of the result. Cheaper buying would make
  elastic buyers want more, and capped origins are held to the plan by volume; neither is modelled.
- No levy is charged and no rebate paid. Where a floor is held up, the delivered price falls by the levy on
  the capped origin's shipment, so that buyers pay what its material costs delivered without the levy. Where
  buyers pay less than floor and freight, it falls no further than to that cost. Where a rebate pays for use, it
  rises to 0.
- Whoever delivers into the bloc, or makes something of what is delivered there, is kept at the surplus that
  it has under the levy by two-sided contracts: topped up for what it sells for less, and paying back what it
  saves on its inputs. The capped origin of a floor gets its price at origin in both, so nothing is owed to it.
- Contracts are paid as support is: by the member where the producer is; for a producer outside the bloc by
  members in proportion to their outlay. Stocks are bought and sold at the new delivered prices.
- A rent that `rent = exporter` leaves to exporters goes with the levy; no contract replaces it.

Summed over regions net cost is the same as under the levy, since the plan is: what moves is who pays. Buyers
and the treasury of one member exchange the levy, and members that make what others use pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floors.contract.results import ACCOUNTS, frame
from floors.errors import CertificateFailed, UsageError
from floors.lp.linear import Vector
from floors.results.policy import accounts_table
from floors.solving.accounts import Accounts, keep_accounts, payers
from floors.solving.outcome import Outcome
from floors.study.locate import shown

if TYPE_CHECKING:
    import pandas as pd

    from floors.results.result import Result

BALANCED = 1e-9  # relative, as in the certificate


def fiscal(result: Result) -> pd.DataFrame:
    """The accounts of the plan held by contracts, million a year: one row per region and year.

    Columns are those of sheet `accounts`, but for `levy_cost`, the net cost under the border levy, in place of
    `baseline_cost`; `change` is net cost less that. `contract_payments` holds the contracts of the workbook and
    those that replace the levy. Raises CertificateFailed where the money does not balance, UsageError for anything
    but a result of one study.
    """
    from floors.results.result import Result

    if not isinstance(result, Result):
        raise UsageError(
            f"floors.comparator.fiscal expects a Result, from floors.solve(study); found {shown(result)}."
        )
    outcome = result.outcome
    levied = keep_accounts(outcome)
    held = held_by_contracts(outcome, levied)
    off = held.imbalance()
    if off > BALANCED:
        raise CertificateFailed(f"held by contracts, the money is off balance by {off:.2e} of what is spent.")
    rows = accounts_table(outcome, held, levied)
    return frame(ACCOUNTS, rows).rename(columns={"baseline_cost": "levy_cost"})


def held_by_contracts(outcome: Outcome, levied: Accounts) -> Accounts:
    """Accounts without levies, with contracts that keep every producer at its surplus in `levied`."""
    same = {f.name: getattr(outcome, f.name) for f in fields(Outcome)}
    books = keep_accounts(_WithoutLevy(**same, under=outcome))
    owed = {
        key: levied.of[key].producer_surplus - account.producer_surplus for key, account in books.of.items()
    }
    if outcome.case.exporter_keeps:
        saved = outcome.exempt_column * outcome.relief_column
        levies = (outcome.levy_column * outcome.ship_column - saved)[outcome.shipping].tolist()
        for key, taken in zip(outcome.ship, levies, strict=True):
            owed[key[0], key[-1]] -= taken / 1000
    for (place, t), amount in owed.items():
        books.of[place, t].producer_surplus += amount
        for payer, share in payers(outcome, books.of, place, t).items() if amount else ():
            books.of[payer, t].contract_payments += share * amount
    return books


def levy_drop(outcome: Outcome) -> dict[tuple[str, str, int], float]:
    """What the levy adds to the delivered price, USD/kg by (place, commodity, year) with a floor.

    The levy on the capped origin's shipment over what arrives of a kg, but no more than what the delivered
    price is above that shipment's cost without the levy.
    """
    routes, ways = outcome.case.routes, outcome.case.ways_of(outcome.floor)
    price, left = outcome.origin_price_at[ways.o, ways.c, ways.t], 1 - routes.at(routes.loss, *ways.route)
    untaxed = (price + routes.carriage(*ways.route)) / left
    above = outcome.delivered_at[ways.d, ways.c, ways.t] - untaxed
    drop = np.maximum(0.0, np.minimum((np.array([*outcome.floor.values()]) - price) / left, above))
    return {(f.member, f.commodity, f.year): k for f, k in zip(outcome.floor, drop.tolist(), strict=True)}


@dataclass(frozen=True)
class _WithoutLevy(Outcome):
    """The same plan and prices at origin as `under` the levy, no levies, and delivered prices without them."""

    under: Outcome = field(kw_only=True, repr=False)

    @cached_property
    def levy_column(self) -> Vector:
        return np.zeros(len(self.case.arcs))

    @cached_property
    def earned(self) -> Vector:
        return np.zeros_like(self.under.earned)

    @cached_property
    def delivered(self) -> dict[Any, float]:
        drop = levy_drop(self.under)
        paid = self.case.arcs.axes.at(self.under.delivered, "dct")
        earned = self.under.earned[paid] > 0
        return {
            key: price - drop.get(key, 0.0) if price >= 0 or not rebate else 0.0
            for (key, price), rebate in zip(self.under.delivered.items(), earned.tolist(), strict=True)
        }
