"""What a surprise costs after the policy and without it: the policy as insurance against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from floors.contract.results.whole import SummaryRow
from floors.results.amounts import nothing, plain, share
from floors.results.summary import below_cost_total, bloc_total, present
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.outcome import Outcome

NONE_AVOIDED = 1e-6  # of the larger loss
ROUNDING = 1e-9  # of the cost itself


@dataclass(frozen=True)
class Insurance:
    """Four costs of a surprise, million at present value over the whole horizon.

    `policy`, `bare`: with and without the policy, had the shock not come (the parent and its baseline);
    `policy_struck`, `bare_struck`: with the shock.
    """

    policy: float
    bare: float
    policy_struck: float
    bare_struck: float

    @property
    def policy_cost(self) -> float:
        """What the policy costs where the shock does not come."""
        return self.policy - self.bare

    @property
    def loss(self) -> float:
        """What the shock costs after the policy."""
        return self.policy_struck - self.policy

    @property
    def loss_without_policy(self) -> float:
        """What the shock costs where there was no policy."""
        return self.bare_struck - self.bare

    @property
    def loss_avoided(self) -> float:
        """By how much the policy lowers the loss."""
        return self.loss_without_policy - self.loss

    @property
    def free(self) -> bool:
        """Whether the policy costs nothing, or less."""
        return self.policy_cost <= ROUNDING * abs(self.bare)

    @property
    def idle(self) -> bool:
        """Whether nothing differs with and without the policy."""
        return max(abs(self.policy_cost), abs(self.loss_avoided)) <= ROUNDING * abs(self.bare)

    @property
    def premium(self) -> float | None:
        """Cost of the policy over the loss avoided; None where none is avoided.

        It is the probability of the shock from which on the policy pays for itself as insurance against it
        alone: with it, expected costs with and without the policy are equal.
        """
        scale = max(abs(self.loss), abs(self.loss_without_policy))
        return None if self.loss_avoided <= NONE_AVOIDED * scale else self.policy_cost / self.loss_avoided


@dataclass(frozen=True)
class Shock:
    """`bloc`: by the bloc's net cost. `world`: by what is spent, at what things cost, and left unserved everywhere,
    without transfers."""

    bloc: Insurance
    world: Insurance


def shock(
    outcome: Outcome, baseline: Outcome, accounts: Accounts, baseline_accounts: Accounts
) -> Shock | None:
    """The shock of a scenario that nobody foresaw; None for any other. The bloc is that of the scenario, before the
    shock and after it."""
    if outcome.past is None or baseline.past is None:
        return None
    books = [(one, keep_accounts(one)) for one in (outcome.past.outcome, baseline.past.outcome)]
    books += [(outcome, accounts), (baseline, baseline_accounts)]
    return Shock(
        Insurance(*(bloc_total(*one, "net_cost", outcome.case.places) for one in books)),
        Insurance(*(present(one, of.resources) + below_cost_total(one) for one, of in books)),
    )


def shock_rows(found: Shock, money: str) -> list[SummaryRow]:
    """Rows of sheet `summary`, first for the bloc, then for the world."""
    rows: list[SummaryRow] = []
    for of, costs in (("", found.bloc), ("world_", found.world)):
        told = {
            "policy_cost": costs.policy_cost,
            "shock_loss": costs.loss,
            "shock_loss_without_policy": costs.loss_without_policy,
            "loss_avoided": costs.loss_avoided,
        }
        rows += [SummaryRow(metric=f"{of}{name}", value=value, unit=money) for name, value in told.items()]
        rows.append(SummaryRow(metric=f"{of}implied_premium", value=costs.premium, unit="share"))
    return rows


def told(found: Shock, year: int, currency: str) -> Iterator[str]:
    """What the shock costs bloc and world, and from which probability on the policy pays as insurance."""
    for who, costs in (("the bloc", found.bloc), ("the world", found.world)):
        scale = max(map(abs, (costs.policy, costs.bare, costs.policy_struck, costs.bare_struck)))
        said = f"The shock of {year}, unforeseen, {_costs(costs.loss, who, scale, f' million {currency}')}"
        if costs.idle:
            yield f"{said} (present value)."
        else:
            yield f"{said} (present value) after the policy{_without(costs, scale)}{_verdict(costs, scale)}."


def _costs(amount: float, who: str, scale: float, unit: str) -> str:
    """What something costs somebody; a gain where it is below 0."""
    if nothing(amount, scale):
        return f"costs {who} nothing"
    return f"{'costs' if amount > 0 else 'gains'} {who} {plain(abs(amount), scale)}{unit}"


def _without(costs: Insurance, scale: float) -> str:
    """What the shock costs without the policy, unless it is as much."""
    if nothing(costs.loss_avoided, scale):
        return " and as much without it"
    if nothing(costs.loss_without_policy, scale):
        return " and nothing without it"
    turned = (costs.loss_without_policy < 0) != (costs.loss < 0)
    words = ("gains " if costs.loss_without_policy < 0 else "costs ") if turned else ""
    return f", {words}{plain(abs(costs.loss_without_policy), scale)} without it"


def _verdict(costs: Insurance, scale: float) -> str:
    """Whether the policy pays as insurance against this shock alone."""
    premium, avoided = costs.premium, costs.loss_avoided
    if premium is None:
        if nothing(avoided, scale) or avoided > 0:
            return ": the policy avoids none of the loss"
        if nothing(costs.loss_without_policy, scale):
            return ": it is the policy that makes it costly"
        return f": the policy makes the loss {plain(-avoided, scale)} larger"
    cost = costs.policy_cost
    price = "nothing" if nothing(cost, scale) else plain(abs(cost), scale)
    verb = "gains" if cost < 0 and price != "nothing" else "costs"
    said = f": {plain(avoided, scale)} less, for a policy that {verb} {price} without the shock"
    if costs.free:
        return f"{said}, and so pays in any case"
    if premium >= 1:
        return (
            f"{said}: as insurance against this shock alone it does not pay, even if the shock were certain"
        )
    return f"{said}: as insurance it pays where the shock has a probability of {share(premium)} or more"
