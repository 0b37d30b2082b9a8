"""One plan and what is told of it, as a task for any executor."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isnan
from typing import NamedTuple

from floors.case.border import Floor
from floors.case.leaks import leaked_to
from floors.contract.results.alternatives import LEAST_COST, NearFloorRow, ShareRangeRow
from floors.diagnosis.explained import explain, explaining
from floors.errors import FloorsError, OverBudget, SolveError
from floors.lp.aims import Best
from floors.many.shared import Shared
from floors.results.border import floor_levies
from floors.results.concentration import bloc_shares
from floors.results.embodied import traced_shares
from floors.results.summary import bloc_total
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.certificate import certify_near, certify_policy, require
from floors.solving.contrasts import Arrivals, arrivals, contrast, limit_of
from floors.solving.floor_parts import floor_parts, set_by
from floors.solving.largest import Held
from floors.solving.near_shares import reached
from floors.solving.outcome import Outcome
from floors.solving.run import How, name_numbers, price_dearer, solve_policy
from floors.sourcing.build import build
from floors.study.study import Study

NONE = 1e-12  # of all that arrives: less is rounding


class Quantity(NamedTuple):
    """What one number of a plan is of, as in sheet `plans`."""

    kind: str
    origin: str
    destination: str | None
    commodity: str | None
    year: int


class Place(NamedTuple):
    """What a share of an origin is of, as in sheet `mix`."""

    destination: str
    commodity: str
    year: int


@dataclass(frozen=True, kw_only=True)
class PlanFigures:
    """What a plan is like: `cost` in million at present value, shares of what arrives in members, `built_t` in t."""

    cost: float
    capped_share: float | None
    embodied_share: float | None
    domestic_share: float | None
    hhi: float | None
    built_t: float


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What holding a plan costs, million at present value."""

    uplift: float
    make_whole: float
    foregone: float
    own_levies: float
    levy_revenue: float
    bloc_net_cost: float


@dataclass(frozen=True, kw_only=True)
class NearPlan:
    """One plan: `status` is a word of the contract, `message` why it has no floors, or is none. `origins` are t by
    region over all years, `mix` shares by destination, commodity and year, then by origin; `quantities` all numbers of
    the plan but 0."""

    name: str
    status: str = "optimal"
    message: str = ""
    figures: PlanFigures | None = None
    holding: Holding | None = None
    origins: dict[str, float] = field(default_factory=dict, repr=False)
    mix: dict[Place, dict[str, float]] = field(default_factory=dict, repr=False)
    quantities: dict[Quantity, float] = field(default_factory=dict, repr=False)
    floors: tuple[NearFloorRow, ...] = field(default=(), repr=False)


class Near(Shared):
    """A study and how much more a plan may cost, with its plan of least cost once it was asked for."""

    def __init__(self, study: Study, within: float, how: How) -> None:
        super().__init__(study, within, how)
        self.study, self.within, self.how = study, within, how

    @cached_property
    def least(self) -> Outcome:
        """The plan of least cost with its prices. Raises SolveError, and says why."""
        try:
            with explaining():
                return solve_policy(self.study, build, self.how)[0]
        except SolveError as error:
            name_numbers(error, self.study)
            raise

    @cached_property
    def arriving(self) -> Arrivals:
        """What arrives in members in any plan."""
        return arrivals(self.least)


def solve_plan(task: tuple[Near, str]) -> NearPlan:
    """The plan of this name. Raises what the plan of least cost raises; what goes wrong with another is told in it."""
    near, name = task
    least = near.least
    if name == LEAST_COST:
        accounts = keep_accounts(least)
        require(certify_policy(least, accounts, _parts(least)))
        return _told(near, name, least, accounts)
    best: Best | None = None
    try:
        best = contrast(least, name, near.within)
        outcome = price_dearer(least, best.x, near.how)
        accounts = keep_accounts(outcome)
        limit = limit_of(least.plan.objective, near.within)
        require(certify_near(outcome, accounts, _parts(outcome), best, limit))
        return _told(near, name, outcome, accounts)
    except FloorsError as error:
        explain(error)
        found = NearPlan(name=name, status=error.status, message=str(error))
        if best is None or not isinstance(error, OverBudget):
            return found
        cost = float(least.compiled.lp.cost @ best.x) + least.compiled.lp.offset
        unpriced = replace(least, plan=replace(least.plan, x=best.x, objective=cost))
        return replace(_described(near, name, unpriced), status=error.status, message=str(error))


def find_ranges(task: tuple[Near, str]) -> tuple[list[ShareRangeRow], Held]:
    """Rows of sheet `share_ranges` of a member, or of the bloc, and how many were looked for."""
    near, destination = task
    found = reached(near.least, destination, near.within, near.how.ranges)
    rows = [
        ShareRangeRow(
            destination=destination,
            commodity=one.of.commodity,
            year=one.of.year,
            quantity=one.quantity,
            least_cost=one.share,
            least=one.least,
            most=one.most,
        )
        for one in found.shares
    ]
    return rows, found.held


def _told(near: Near, name: str, outcome: Outcome, accounts: Accounts) -> NearPlan:
    """A plan with its prices."""
    priced = outcome.priced
    holding = Holding(
        uplift=priced.uplift / 1000,
        make_whole=priced.make_whole / 1000,
        foregone=priced.foregone / 1000,
        own_levies=float(priced.own @ outcome.plan.x) / 1000,
        levy_revenue=bloc_total(outcome, accounts, "levy_revenue"),
        bloc_net_cost=bloc_total(outcome, accounts, "net_cost"),
    )
    return replace(_described(near, name, outcome), holding=holding, floors=_floors(name, outcome))


def _described(near: Near, name: str, outcome: Outcome) -> NearPlan:
    """A plan by itself."""
    x, arriving, length = outcome.plan.x, near.arriving, outcome.case.calendar.length
    none = NONE * arriving.over(x)
    origins = {o: t if t > none else 0.0 for o, t in arriving.from_each(x).items()}
    total = sum(origins.values())
    shares = bloc_shares(outcome, traced_shares(outcome))
    capped = (float(arriving.content @ x) + arriving.leaked_content) / total if total > 0 else None
    return NearPlan(
        name=name,
        figures=PlanFigures(
            cost=outcome.plan.objective / 1000,
            capped_share=capped,
            embodied_share=shares.embodied,
            domestic_share=float(arriving.domestic @ x) / total if total > 0 else None,
            hhi=sum((100 * t / total) ** 2 for t in origins.values()) if total > 0 else None,
            built_t=sum(length[t] * added for (_, t), added in outcome.build.items()),
        ),
        origins=origins,
        mix=_mix(outcome),
        quantities=_quantities(outcome),
    )


def _parts(outcome: Outcome) -> dict[Floor, float]:
    """What the parts of each floor add up to."""
    return {floor: sum(part.amount for part in of) for floor, of in floor_parts(outcome).items()}


def _floors(name: str, outcome: Outcome) -> tuple[NearFloorRow, ...]:
    parts = floor_parts(outcome)
    return tuple(
        NearFloorRow(
            plan=name,
            member=floor.member,
            commodity=floor.commodity,
            year=floor.year,
            floor=level,
            lowest=_known(outcome.lowest.get(floor)),
            highest=_known(outcome.highest.get(floor)),
            levy=levy,
            effective=effective,
            set_by=set_by(parts[floor]),
        )
        for floor, (level, levy, effective) in zip(outcome.floor, floor_levies(outcome), strict=True)
    )


def _known(end: float | None) -> float | None:
    return None if end is None or isnan(end) else end


def _mix(outcome: Outcome) -> dict[Place, dict[str, float]]:
    """Shares of origins in what arrives in members."""
    case, plain = outcome.case, outcome.case.tags.plain
    inside = case.places.is_member
    found: dict[Place, dict[str, float]] = {}
    for (o, d, c, t), quantity in outcome.ship.items():
        if quantity and inside(d, t):
            of = found.setdefault(Place(d, plain.get(c, c), t), {})
            of[o] = of.get(o, 0.0) + quantity
    for (d, c, t), leaks in leaked_to(case).items():
        if inside(d, t):
            of = found.setdefault(Place(d, c, t), {})
            for o, quantity in leaks.items():
                of[o] = of.get(o, 0.0) + quantity
    return {
        place: {o: quantity / sum(of.values()) for o, quantity in of.items()} for place, of in found.items()
    }


def _quantities(outcome: Outcome) -> dict[Quantity, float]:
    """Shipments, production, builds, links and closing stocks, tags and modes together."""
    case, found = outcome.case, dict[Quantity, float]()
    plain, data = case.tags.plain, case.production

    def add(kind: str, origin: str, to: str | None, good: str | None, year: int, amount: float) -> None:
        if amount:
            key = Quantity(kind, origin, to, good, year)
            found[key] = found.get(key, 0.0) + amount

    for (o, d, c, t), quantity in outcome.ship.items():
        add("shipment", o, d, plain.get(c, c), t, quantity)
    for (q, t), quantity in outcome.produce.items():
        add("production", data.process(q), None, None, t, quantity)
    for (x, t), quantity in outcome.build.items():
        add("build", x, None, None, t, quantity)
    for (o, r, c, t), quantity in outcome.connect.items():
        add("link", o, r, c, t, quantity)
    for (k, t), quantity in outcome.stock.items():
        add("closing stock", case.stocks.clean.get(k, k), None, None, t, quantity)
    return found
