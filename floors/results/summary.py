"""Sheet summary."""

from __future__ import annotations

from dataclasses import dataclass

from floors.case.places import Places
from floors.contract.results.policy import SupportRow
from floors.contract.results.whole import SummaryRow
from floors.results.concentration import BlocShares
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.below_cost import below_cost
from floors.solving.friction import link_charges
from floors.solving.no_stocks import WithoutStocks
from floors.solving.outcome import Outcome

LEVELS = (
    *("outlay", "baseline_outlay", "baseline_unserved_cost", "baseline_world_cost"),
    *("below_cost", "baseline_below_cost", "world_cost_at_basis", "baseline_world_cost_at_basis"),
)
"""What changes are told beside; they stand after them."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Headline numbers, million at present value unless a share."""

    total_cost: float
    resource_cost: float
    world_cost: float  # what the world spends and the value that it leaves unserved, transfers apart
    capital_premium: float
    unserved_cost: float
    levy_revenue: float
    bloc_net_cost: float
    baseline_bloc_net_cost: float
    baseline_total_cost: float
    baseline_resource_cost: float
    uplift: float
    make_whole: float
    foregone: float
    least_make_whole: float
    capped_share: float | None
    embodied_share: float | None
    baseline_capped_share: float | None
    declared_share: float | None
    traced_share: float | None  # of what is tagged; None without traced caps
    gap: float
    consumer_surplus_change: float  # of the bloc's buyers: less outlay, and less value left unserved
    deadweight_loss: float  # what the world spends more and leaves unserved, transfers apart
    outlay: float  # of the bloc's buyers
    baseline_outlay: float
    baseline_unserved_cost: float
    baseline_world_cost: float
    below_cost: float  # what sellers everywhere cost above their offers: no cost at offer prices holds it
    baseline_below_cost: float
    link_cost: float | None = None  # annual charges of links, in resource_cost; None where none is needed
    closing_worth: float | None = None  # of what is left in store at the end; None without a closing value
    contract_payments: float | None = None  # of members; None without contracts
    baseline_contract_payments: float | None = None

    @property
    def world_cost_at_basis(self) -> float:
        """What the world spends at what things cost, and leaves unserved."""
        return self.world_cost + self.below_cost

    @property
    def baseline_world_cost_at_basis(self) -> float:
        """The same without policy."""
        return self.baseline_world_cost + self.baseline_below_cost

    @property
    def more_below_cost(self) -> float:
        """By how much the policy has sellers lose more by what they sell below cost."""
        return self.below_cost - self.baseline_below_cost

    @property
    def scale(self) -> float:
        """The largest of the costs, million: what others are told beside."""
        return max(
            abs(cost)
            for cost in (
                self.total_cost,
                self.world_cost,
                self.bloc_net_cost,
                self.baseline_bloc_net_cost,
                self.baseline_total_cost,
            )
        )


def present(outcome: Outcome, yearly: dict[int, float]) -> float:
    """Sum of weight x yearly amount."""
    return sum(outcome.case.calendar.weight[t] * amount for t, amount in yearly.items())


def bloc_total(outcome: Outcome, accounts: Accounts, name: str, places: Places | None = None) -> float:
    """Present value of one column of the accounts over the members of each year and their markets, million; `places`
    says who they are where it is not the outcome."""
    inside, weight = (places or outcome.case.places).is_member, outcome.case.calendar.weight
    amounts: list[float] = [weight[t] * getattr(a, name) for (d, t), a in accounts.of.items() if inside(d, t)]
    return sum(amounts)


def resource_cost(outcome: Outcome, accounts: Accounts) -> float:
    """What was really spent, million at present value: no transfers, no unserved value."""
    unserved: dict[int, float] = {}
    for (_, t), account in accounts.of.items():
        unserved[t] = unserved.get(t, 0.0) + account.unserved
    return present(outcome, {t: spent - unserved[t] for t, spent in accounts.resources.items()})


def capital_premium(outcome: Outcome) -> float:
    """Annual charges at the hurdle rate less those at the discount rate, million at present value."""
    expansions, weight, links = (
        outcome.case.production.expansion,
        outcome.case.calendar.weight,
        outcome.case.links,
    )
    built = sum(
        added * (expansions[x].charge - expansions[x].social) * sum(weight[t] for t in expansions[x].alive[b])
        for (x, b), added in outcome.build.items()
    )
    linked = sum(
        added * (links.charge(*key) - links.social(*key)) * sum(weight[t] for t in links.alive(*key))
        for key, added in outcome.connect.items()
    )
    return (built + linked) / 1000


def link_cost(outcome: Outcome) -> float:
    """Annual charges of links, million at present value."""
    weight = outcome.case.calendar.weight
    return sum(weight[t] * charge for (*_, t), charge in link_charges(outcome).items())


def closing_worth(outcome: Outcome) -> float | None:
    """What is left in store at the end, by its closing value, million at present value; None where none has one."""
    stocks, calendar = outcome.case.stocks.piles, outcome.case.calendar
    last = calendar.years[-1]
    worth = [
        calendar.weight[last] * pile.worth_a_year(outcome.stock[k, last], last, calendar)
        for k, pile in stocks.items()
        if pile.closing_value is not None
    ]
    return sum(worth) if worth else None


def figures(
    outcome: Outcome,
    baseline: Outcome,
    accounts: Accounts,
    baseline_accounts: Accounts,
    shares: BlocShares,
    baseline_shares: BlocShares,
    support: list[SupportRow],
) -> Figures:
    """All headline numbers of a result; under a surprise uplift counts that of the years before as well."""
    priced = outcome.priced
    then_paid = sum(row.make_whole for row in support if row.year < outcome.first)
    then_foregone = sum(row.foregone for row in support if row.year < outcome.first)
    contracts = bool(outcome.case.contracts)
    return Figures(
        total_cost=outcome.plan.objective / 1000,
        resource_cost=resource_cost(outcome, accounts),
        world_cost=present(outcome, accounts.resources),
        capital_premium=capital_premium(outcome),
        unserved_cost=bloc_total(outcome, accounts, "unserved"),
        levy_revenue=bloc_total(outcome, accounts, "levy_revenue"),
        bloc_net_cost=bloc_total(outcome, accounts, "net_cost"),
        baseline_bloc_net_cost=bloc_total(baseline, baseline_accounts, "net_cost"),
        baseline_total_cost=baseline.plan.objective / 1000,
        baseline_resource_cost=resource_cost(baseline, baseline_accounts),
        uplift=priced.uplift / 1000 + then_paid + then_foregone,
        make_whole=priced.make_whole / 1000 + then_paid,
        foregone=priced.foregone / 1000 + then_foregone,
        least_make_whole=priced.least_make_whole / 1000,
        capped_share=shares.capped,
        embodied_share=shares.embodied,
        baseline_capped_share=baseline_shares.capped,
        declared_share=shares.declared,
        traced_share=shares.traced,
        gap=outcome.gap,
        consumer_surplus_change=_paid_or_missed(baseline, baseline_accounts)
        - _paid_or_missed(outcome, accounts),
        deadweight_loss=present(outcome, accounts.resources) - present(baseline, baseline_accounts.resources),
        outlay=bloc_total(outcome, accounts, "outlay"),
        baseline_outlay=bloc_total(baseline, baseline_accounts, "outlay"),
        baseline_unserved_cost=bloc_total(baseline, baseline_accounts, "unserved"),
        baseline_world_cost=present(baseline, baseline_accounts.resources),
        below_cost=below_cost_total(outcome),
        baseline_below_cost=below_cost_total(baseline),
        link_cost=link_cost(outcome) if outcome.case.links.any else None,
        closing_worth=closing_worth(outcome),
        contract_payments=bloc_total(outcome, accounts, "contract_payments") if contracts else None,
        baseline_contract_payments=bloc_total(baseline, baseline_accounts, "contract_payments")
        if contracts
        else None,
    )


def below_cost_total(outcome: Outcome) -> float:
    """What is sold below cost in all regions, million at present value."""
    weight = outcome.case.calendar.weight
    return sum(weight[t] * amount for (_, t), amount in below_cost(outcome).items())


def _paid_or_missed(outcome: Outcome, accounts: Accounts) -> float:
    """What the bloc's buyers pay and the value they go without, million at present value."""
    return bloc_total(outcome, accounts, "outlay") + bloc_total(outcome, accounts, "unserved")


def summary_table(found: Figures, currency: str) -> list[SummaryRow]:
    """One row per metric."""
    money = f"million {currency}, present value"
    told: dict[str, float | None] = {}
    for name in Figures.__dataclass_fields__:
        if name in ("gap", "consumer_surplus_change", "deadweight_loss", *LEVELS):
            continue
        where_any = ("contract_payments", "closing_worth", "traced_share", "link_cost")
        if name.endswith(where_any) and getattr(found, name) is None:
            continue
        told[name] = getattr(found, name)
    told["change_in_consumer_surplus"] = found.consumer_surplus_change
    told["deadweight_loss"] = found.deadweight_loss
    told["change_in_bloc_net_cost"] = found.bloc_net_cost - found.baseline_bloc_net_cost
    told["change_in_resource_cost"] = found.resource_cost - found.baseline_resource_cost
    told |= {name: getattr(found, name) for name in LEVELS}
    return [
        SummaryRow(metric=name, value=value, unit="share" if name.endswith("_share") else money)
        for name, value in told.items()
    ]


def without_stocks_rows(found: WithoutStocks, currency: str) -> list[SummaryRow]:
    """Costs of the same study and policy without its stockpiles; blank where there is no such plan."""
    costs: tuple[float | None, float | None] = (None, None)
    if found.outcome is not None:
        net = bloc_total(found.outcome, keep_accounts(found.outcome), "net_cost")
        costs = (found.outcome.plan.objective / 1000, net)
    names = ("no_stockpiles_total_cost", "no_stockpiles_bloc_net_cost")
    money = f"million {currency}, present value"
    return [SummaryRow(metric=name, value=cost, unit=money) for name, cost in zip(names, costs, strict=True)]
