"""What is told of a study at each factor: floors, net costs, shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from floors.brief.facts import UNMET
from floors.case.border import Floor
from floors.case.derive import Case, derive
from floors.errors import UsageError
from floors.results.concentration import bloc_shares
from floors.results.embodied import traced_shares
from floors.results.unserved import unserved
from floors.solving.accounts import Accounts
from floors.solving.floor_parts import floor_parts, hang_on_values, set_by
from floors.solving.outcome import Outcome
from floors.study.locate import nearest
from floors.study.study import Study

FLOOR, NET_COST, BLOC_NET_COST = "floor", "net_cost", "bloc_net_cost"
CAPPED_SHARE, EMBODIED_SHARE = "capped_share", "embodied_share"
SHORTAGE = "shortage"  # 1 where a floor is a buyer's value, else 0: asked for beside floors
UNSERVED = "unserved"  # t that members go short of over all years: asked for beside the others
AT_VALUE = 1e-6  # of a value: a price as near to it is it


class Output(NamedTuple):
    """A number of a result. `name` is one of the words above; blank or 0 is what it is not of."""

    name: str
    member: str = ""
    commodity: str = ""
    year: int = 0
    unit: str = ""

    @property
    def said(self) -> str:
        """What it is, such as ``floor US oxide 2030``."""
        return " ".join(str(one) for one in self[:4] if one)


def outputs_of(study: Study, case: Case | None = None) -> tuple[Output, ...]:
    """Every output of a study: floors as sheet `floors` has them, then the bloc's net cost, each member's, shares."""
    case = case or derive(study)
    currency = study.settings.currency
    money = f"million {currency}, present value"
    members = [region for region in case.places.members if region in case.places.all]
    return (
        *(Output(FLOOR, f.member, f.commodity, f.year, f"{currency}/kg") for f in case.border.origin),
        Output(BLOC_NET_COST, unit=money),
        *(Output(NET_COST, member, unit=money) for member in members),
        Output(CAPPED_SHARE, unit="share"),
        Output(EMBODIED_SHARE, unit="share"),
    )


def values_of(outcome: Outcome, accounts: Accounts, outputs: Sequence[Output]) -> tuple[float | None, ...]:
    """The outputs of an outcome, in order; None where it has no such number."""
    floors, places, weight = outcome.floor, outcome.case.places, outcome.case.calendar.weight
    net: dict[str, float] = {}
    for (d, t), account in accounts.of.items():
        if places.is_member(d, t):
            region = places.region_of[d]
            net[region] = net.get(region, 0.0) + weight[t] * account.net_cost
    shares = bloc_shares(outcome, traced_shares(outcome))
    whole: dict[str, float | None] = {
        BLOC_NET_COST: sum(net.values()),
        CAPPED_SHARE: shares.capped,
        EMBODIED_SHARE: shares.embodied,
    }

    if any(one.name == UNSERVED for one in outputs):
        whole[UNSERVED] = unserved_in_members(outcome)
    short = shortages(outcome) if any(one.name == SHORTAGE for one in outputs) else frozenset()

    def value(one: Output) -> float | None:
        if one.name in (FLOOR, SHORTAGE):
            floor = Floor(one.member, one.commodity, one.year)
            return (
                floors.get(floor) if one.name == FLOOR else float(floor in short) if floor in floors else None
            )
        return net.get(one.member) if one.name == NET_COST else whole[one.name]

    return tuple(value(one) for one in outputs)


def unserved_in_members(outcome: Outcome) -> float:
    """What buyers of members who may go without want and do not get, t over all years."""
    places, length = outcome.case.places, outcome.case.calendar.length
    return sum(
        length[t] * short for (d, _, t), (_, short, _) in unserved(outcome).items() if places.is_member(d, t)
    )


def shortages_of(outputs: Sequence[Output]) -> tuple[Output, ...]:
    """Whether each of the floors among these outputs is a shortage."""
    return tuple(one._replace(name=SHORTAGE, unit="share") for one in outputs if one.name == FLOOR)


def shortages(outcome: Outcome) -> frozenset[Floor]:
    """The floors that are a buyer's value: a shortage. Where no buyer pays its value there is none."""
    delivered = outcome.delivered
    paid = (
        delivered.get((d, c, t), 0.0) >= step.value * (1 - AT_VALUE)
        for (d, _, c, t), steps in outcome.case.demand.steps.items()
        for step in steps
        if step.value is not None and not step.bends
    )
    if not any(paid):
        return frozenset()
    if outcome.priced.gains is not None and outcome.past is None:
        hang = hang_on_values(outcome)[outcome.floors.column].tolist()
        return frozenset(floor for floor, short in zip(outcome.floors.keys, hang, strict=True) if short)
    parts = floor_parts(outcome)
    return frozenset(floor for floor in outcome.floor if set_by(parts[floor]).startswith(UNMET))


def chosen_outputs(study: Study, floors: str | Iterable[str] | None) -> tuple[Output, ...]:
    """The outputs of a study with the floors that are asked for: MEMBER/COMMODITY/YEAR, each a name or *; None is all.
    Raises UsageError for what no floor is."""
    found = outputs_of(study)
    if floors is None:
        return found
    asked = [floors] if isinstance(floors, str) else list(floors)
    wanted: set[Output] = set()
    for text in asked:
        parts = text.split("/") if isinstance(text, str) else []
        if len(parts) != 3:
            raise UsageError(
                f"expected a floor as MEMBER/COMMODITY/YEAR, such as US/magnet/2030; found {text!r}."
            )
        fits = {
            one
            for one in found
            if one.name == FLOOR
            and all(
                part in ("*", str(held))
                for part, held in zip(parts, (one.member, one.commodity, one.year), strict=True)
            )
        }
        if not fits:
            known = [f"{one.member}/{one.commodity}/{one.year}" for one in found if one.name == FLOOR]
            raise UsageError(f"there is no floor {text}. {nearest(text, known)}")
        wanted |= fits
    return tuple(one for one in found if one.name != FLOOR or one in wanted)
