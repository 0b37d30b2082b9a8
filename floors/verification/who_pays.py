"""Sheet who_pays: what each region gains and loses by the policy, out of both accounts."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, inf
from typing import Any

from floors.verification.check import About, Checker, Row
from floors.verification.money import Accounts
from floors.verification.written import Line

GAINED = {
    "buyers": ("outlay", "unserved"),
    "levies": ("levy_revenue",),
    "tariffs": ("tariff_revenue",),
    "export_taxes": ("export_tax_revenue",),
    "producers": ("producer_surplus",),
    "stockpiles": ("stock_cost",),
    "contracts": ("contract_payments", "support"),
}
"""Column -> columns of the accounts: it is their rise where they are gains, their fall where they are costs."""
REVENUES = ("levies", "tariffs", "export_taxes", "producers")
NEAR = 1e-6  # relative: ends are optima of linear programs
RANGES = (
    "least_net and most_net in who_pays: that in no plans of these costs a member gains less or more (--exact finds "
    "them)"
)


def check_who_pays(
    accounts: Accounts, baseline: Accounts, members: list[Line], lines: list[Line], checker: Checker
) -> None:
    """Every column of every region; its ends reach at least as far as those of sheet members_range alone."""
    checker.table("who_pays", lines, _rows(accounts, baseline))
    ends = {line["member"]: line for line in members}
    another = accounts.given.has_policy or accounts.given.surprise  # else there is one plan, and nobody gains
    for line in lines:
        if line["least_net"] is None and line["most_net"] is None:
            continue
        region = str(line["region"])
        net, before = line["net"] or 0.0, present(baseline, region, ("net_cost",)).value
        now = present(accounts, region, ("net_cost",))
        near, there = NEAR * now.scale, ends.get(line["region"])
        least = most = net
        if there is not None and there["least_net_cost"] is not None and another:
            least = min(net, before - there["most_net_cost"])
            most = max(net, before - there["least_net_cost"])
        rule = "what a member gains: all plans of these costs, with the policy and without it"
        checker.between(line, "least_net", -inf, least + near, rule)
        checker.between(line, "most_net", most - near, inf, rule)
        checker.unknown[RANGES] = None


def _rows(accounts: Accounts, baseline: Accounts) -> Iterator[Row]:
    world = accounts.given.world
    for region in world.regions:
        row: dict[str, Any] = {"role": world.told_role(region)}
        parts = {}
        for column, names in GAINED.items():
            sign = 1 if column in REVENUES else -1
            now, before = present(accounts, region, names), present(baseline, region, names)
            parts[column] = About(sign * (now.value - before.value), now.scale + before.scale)
        net = About(fsum(part.value for part in parts.values()), fsum(part.scale for part in parts.values()))
        row |= parts | {"net": net}
        if region not in world.members:
            row |= {"least_net": None, "most_net": None}
        yield (region,), row


def present(accounts: Accounts, region: str, names: tuple[str, ...]) -> About:
    """Present value of columns of the accounts over a region and its markets, million."""
    world, weight = accounts.given.world, accounts.given.calendar.weight
    keys = [(d, t, c) for d, r in world.region.items() if r == region for t in weight for c in names]
    return About(
        fsum(weight[t] * accounts.sum(d, t, c) for d, t, c in keys),
        fsum(weight[t] * accounts.scale(d, t, c) for d, t, c in keys),
    )
