"""What a coalition is: the study in which it is the bloc, and the case of it, made from what all share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from floors.case.arcs import Arcs
from floors.case.border import derive_border
from floors.case.caps import derive_caps
from floors.case.counted import Scopes
from floors.case.demand import Key, Step, derive_demand
from floors.case.derive import Case, Works, check_tariffs, derive, derive_works, shipped, sold_at
from floors.case.links import Links, derive_links
from floors.case.places import derive_places
from floors.case.reach import derive_reach
from floors.case.routes import NUMBERS, ROWS, Routes, derive_routes
from floors.errors import InputError, Problem, UsageError
from floors.lp.labels import Vector
from floors.study.roles import Roles
from floors.study.study import Study

Bloc = frozenset[str]
Made = Callable[[Bloc], Study]  # the study of a coalition


def players_of(study: Study, members: Iterable[str] | None) -> tuple[str, ...]:
    """The regions that may join, in sheet order: those named, or the members of the study.

    Raises UsageError for a region that is not there, is always capped, or where there is none.
    """
    held: dict[str, set[str]] = {row["region"]: set() for row in study.rows("regions")}
    for (region, _), role in study.roles.items():
        held[region].add(role)
    named = (
        {r for r, roles in held.items() if "member" in roles}
        if members is None
        else set(regions_of("members", members))
    )
    for region in sorted(named - held.keys()):
        raise UsageError(f"there is no region {region!r}; regions are {', '.join(held)}.")
    for region in sorted(r for r in named if held[r] == {"capped"}):
        raise UsageError(f"{region} is capped: it cannot be a member of the bloc.")
    if not named:
        raise UsageError("there is no member: a coalition needs regions with the role member.")
    return tuple(r for r in held if r in named)


def regions_of(what: str, given: object) -> list[str]:
    """Names of regions in a list. Raises UsageError for a text, which is one name, and for what is no list of texts."""
    listed = isinstance(given, Iterable) and not isinstance(given, str)
    named = list(given) if isinstance(given, Iterable) else []
    if not listed or not all(isinstance(name, str) for name in named):
        raise UsageError(f"{what} expects a list of regions, such as ['US', 'JP']; found {given!r}.")
    return named


def study_of(study: Study, players: Sequence[str], bloc: Bloc, *, split: bool = True) -> Study:
    """The study in which `bloc` is the bloc: its regions are members, every other member becomes `other`.

    A region that the study makes a member in some years is one of the bloc's in these alone; one that is never, in
    all years in which it is not capped. With `split`, a cap in tonnes on the bloc becomes a part of it, by the bloc's
    table demand in that of all players; else it stays what it is. Raises InputError where such a cap cannot be split.
    """
    roles = _roles(study, bloc)
    regions = [row | {"role": roles[row["region"], study.years[0]]} for row in study.rows("regions")]
    turning = [
        {"region": row["region"], "years": {t: roles[row["region"], t] for t in study.years}}
        for row in regions
        if any(roles[row["region"], t] != row["role"] for t in study.years)
    ]
    if not split:
        return study.with_rows(regions=regions, roles=turning)
    caps = [_part(study, i, row, players, bloc) for i, row in enumerate(study.rows("caps"))]
    return study.with_rows(regions=regions, roles=turning, caps=caps)


def _roles(study: Study, bloc: Bloc) -> Roles:
    """The role of each region in each year when `bloc` is the bloc."""
    given = study.roles
    ever = {r for (r, _), role in given.items() if role == "member"}

    def role_in(region: str, t: int) -> str:
        role = given[region, t]
        if region not in bloc:
            return "other" if role == "member" else role
        return "member" if region not in ever and role != "capped" else role

    return {(region, t): role_in(region, t) for region, t in given}


def _part(study: Study, i: int, row: dict[str, Any], players: Sequence[str], bloc: Bloc) -> dict[str, Any]:
    """A row of `caps` for the bloc; only one in tonnes on the whole bloc changes."""
    if row["scope"] != "bloc" or row["basis"] != "tonnes" or bloc == frozenset(players):
        return row
    years: dict[int, float] = {}
    everyone, own = (_roles(study, frozenset(of)) for of in (players, bloc))
    for t, tonnes in row["years"].items():
        whole = _table_demand(study, row, _members(everyone, players, t), t)
        if tonnes and not whole:
            message = (
                f"a cap of the bloc in tonnes is shared out by table demand, and there is none of "
                f"{row['commodity']} in {t} in {', '.join(players)}."
            )
            hint = "Give each member a row of its own, or use basis `use`."
            raise InputError([study.problem("caps", i, t, message, hint, "cap_without_demand")])
        inside = _members(own, bloc, t)
        years[t] = tonnes * _table_demand(study, row, inside, t) / whole if tonnes else 0.0
    return row | {"years": years}


def _members(roles: Roles, among: Iterable[str], t: int) -> list[str]:
    return [r for r in among if roles[r, t] == "member"]


def _table_demand(study: Study, cap: dict[str, Any], regions: Iterable[str], t: int) -> float:
    """Table demand under a cap of these regions, groups weighted, t/yr."""
    group = {r["commodity"]: r["weight"] for r in study.rows("groups") if r["group"] == cap["commodity"]}
    weights = group or {cap["commodity"]: 1.0}
    inside = set(regions)
    return float(
        sum(
            weights[row["commodity"]] * row["years"].get(t, 0.0)
            for row in study.rows("demand")
            if row["region"] in inside
            and row["commodity"] in weights
            and cap["segment"] in (None, row["segment"])
        )
    )


@dataclass(frozen=True)
class RoutesByRole:
    """The routes of every coalition. Which rows of the sheets are meant by a pair depends on the roles of that pair
    alone, so there are four of each: neither, the destination, the origin, or both are in.

    `alike` are the arrays that are the same in all four, `varied` the others, stacked in this order.
    """

    alike: dict[str, Any]
    varied: dict[str, Vector]

    def of(self, bloc: Bloc) -> Routes:
        """The routes when `bloc` is the bloc."""
        axes = self.alike["axes"]
        inside = np.array([region in bloc for region in axes.regions], dtype=int)
        way, here = 2 * inside[:, None] + inside, np.arange(len(inside))
        picked = {name: four[way, here[:, None], here] for name, four in self.varied.items()}
        return Routes(**self.alike, **picked)


@dataclass(frozen=True, kw_only=True)
class Common:
    """What the cases of all coalitions share.

    `made` is the study of a coalition, `whole` the case of all players; `ships` are the shipments that some coalition
    may have, on routes that cost nothing; `open_alike` says that the same routes are open whoever is in, so that what
    can be made where does not depend on it. `cuts` are where curves of demand are cut, and `steps` those of every place
    that some coalition has, nothing leaking.
    """

    study: Study
    players: tuple[str, ...]
    made: Made
    whole: Case
    routes: RoutesByRole
    works: Works
    ships: Arcs
    open_alike: bool
    cuts: dict[Key, tuple[float, ...]]
    steps: dict[Key, tuple[Step, ...]]

    def at(self, cuts: dict[Key, tuple[float, ...]]) -> Common:
        """The same with curves of demand cut at these prices."""
        return replace(self, cuts=cuts, steps=_steps(self.made, self.players, self.whole, cuts))


def make_common(study: Study, players: tuple[str, ...], *, split: bool = True) -> Common:
    """Everything that coalitions share. Raises InputError where the study of all or of none is at fault."""
    made = partial(study_of, study, players, split=split)
    whole = derive(made(frozenset(players)))
    derive(made(frozenset()).with_rows(caps=()))
    routes = _routes_by_role(made, players, whole)
    works = derive_works(whole.arcs.axes, whole.production)
    return Common(
        study=study,
        players=players,
        made=made,
        whole=whole,
        routes=routes,
        works=works,
        ships=_ships(whole, routes, works),
        open_alike="there" not in routes.varied
        and not _opened(routes.varied.get("limit"))
        and not (whole.links.any and "by_row" in routes.varied),
        cuts={},
        steps=_steps(made, players, whole, {}),
    )


def _opened(limits: Vector | None) -> bool:
    """Whether a limit is 0 for some roles only."""
    return limits is not None and bool(((limits == 0) != (limits[0] == 0)).any())


def _routes_by_role(made: Made, players: tuple[str, ...], whole: Case) -> RoutesByRole:
    axes = whole.arcs.axes
    neither, both = (_routes(made, bloc, whole) for bloc in (frozenset[str](), frozenset(players)))
    alone = {axes.place[i]: _routes(made, frozenset((i,)), whole) for i in players}
    alike: dict[str, Any] = {"axes": axes, "reference": whole.routes.reference}
    varied: dict[str, Vector] = {}
    for name in (*NUMBERS, *ROWS):
        first = getattr(neither, name)
        if first is None:
            alike[name] = None
            continue
        single = {at: getattr(routes, name) for at, routes in alone.items()}
        shape = np.broadcast_shapes(first.shape, *(of.shape for of in single.values()))
        destination, origin = (np.broadcast_to(first, shape).copy() for _ in range(2))
        for at, of in single.items():
            destination[:, at] = of[:, at]
            origin[at] = of[at]
        four = np.stack(np.broadcast_arrays(first, destination, origin, getattr(both, name)))
        if (four == four[0]).all():
            alike[name] = first
        else:
            varied[name] = four
    return RoutesByRole(alike, varied)


def _routes(made: Made, bloc: Bloc, whole: Case) -> Routes:
    problems: list[Problem] = []
    one = made(bloc)
    found = derive_routes(one, whole.arcs.axes, derive_places(one, []), whole.reference, problems)
    if problems:
        raise InputError(problems)
    return found


def _ships(whole: Case, routes: RoutesByRole, works: Works) -> Arcs:
    """From where a commodity is made to every place that can hold it, where some coalition has a route."""
    axes, of = whole.arcs.axes, routes.varied | routes.alike
    there = of["there"] if "there" in routes.alike else of["there"].any(axis=0)
    size = (len(axes.regions),) * 2 + (len(axes.commodities), 1)
    free = {name: np.full(size, np.inf if name in ("limit", "price") else 0.0) for name in NUMBERS}
    free |= {"there": there, "by_row": np.full(size, -1), "reference": whole.routes.reference}
    made, (plain, clean) = works.made.copy(), axes.tagged
    if len(whole.mingled):
        made[:, plain] |= made[:, clean]
    reaching = there[:, axes.home] & made[:, None] & sold_at(axes, whole.places)[..., None]
    return works.arcs(Routes(axes=axes, **free, limit_row=None, minimum_row=None), reaching)


def links_of_any(common: Common) -> Links:
    """Where some coalition may need a link, and in every period from which one may stand: its terms are those of each
    coalition."""
    axes, whole = common.ships.axes, common.whole
    blocs = [frozenset[str](), frozenset(common.players), *(frozenset((i,)) for i in common.players)]
    found = [derive_links(common.made(bloc), axes, whole.calendar, common.routes.of(bloc)) for bloc in blocs]
    some = [one for one in found if one.any]
    if not some:
        return whole.links
    bound = np.any([one.bound for one in some], axis=0)
    first, ever = some[0], np.triu(np.ones((len(axes.years),) * 2, dtype=bool))
    priced = int(np.flatnonzero(np.isfinite(first.terms.charge))[0])
    pairs = np.broadcast_to(bound.any(axis=3, keepdims=True), bound.shape)
    terms = replace(first.terms, alive=first.terms.alive | ever)
    return replace(first, bound=bound, row=np.where(pairs, priced, -1), terms=terms)


def _steps(
    made: Made, players: Sequence[str], whole: Case, cuts: dict[Key, tuple[float, ...]]
) -> dict[Key, tuple[Step, ...]]:
    """The steps of demand wherever it may stand: in the markets of members, and in the regions of outsiders."""
    steps: dict[Key, tuple[Step, ...]] = {}
    for bloc in (frozenset[str](), frozenset(players)):
        one = made(bloc)
        one = one.with_rows(demand=[row | {"enforcement": 1.0} for row in one.rows("demand")])
        places = derive_places(one, [])
        known = whole.calendar, places, whole.routes, whole.reach, whole.reference
        steps |= derive_demand(one, *known, cuts, [], []).steps
    return steps


def case_of(common: Common, bloc: Bloc) -> tuple[Case, Vector]:
    """The case in which `bloc` is the bloc, and which of `common.ships` its shipments are. Raises InputError where
    its sheets contradict each other."""
    whole, ships, axes = common.whole, common.ships, common.ships.axes
    study = common.made(bloc)
    places = derive_places(study, [])
    routes = common.routes.of(bloc)
    production, calendar = whole.production, whole.calendar
    links = derive_links(study, axes, calendar, routes)
    reach = whole.reach if common.open_alike else derive_reach(study, axes, production, routes, links)
    known: list[Problem] = []
    demand = derive_demand(study, calendar, places, routes, reach, whole.reference, common.cuts, known, [])
    caps = derive_caps(study, places, production, demand, known, [])
    scopes = Scopes(caps, axes)
    border = derive_border(
        study, calendar, places, whole.commodities, routes, links, reach, scopes, whole.reference, known
    )
    wanted = shipped(places, common.works, routes, demand, whole.stocks, scopes, border)
    which = np.flatnonzero(wanted[ships.o, ships.d, ships.c, ships.t])
    arcs = Arcs(routes, axes, ships.o[which], ships.d[which], ships.c[which], ships.t[which])
    check_tariffs(arcs, whole.reference, known)
    # A cap on a share of demand is 0 for a bloc that demands none, as it is for such a member under `national`.
    problems = [problem for problem in known if problem.code != "cap_without_demand"]
    if problems:
        raise InputError(problems)
    case = replace(
        whole,
        study=study,
        places=places,
        routes=routes,
        links=links,
        reach=reach,
        demand=demand,
        caps=caps,
        border=border,
        arcs=arcs,
        notes=(),
        cuts=common.cuts,
    )
    return case, which
