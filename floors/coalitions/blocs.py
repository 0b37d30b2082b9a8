"""What a coalition is: the study in which it is the bloc, and the case of it, made from what all share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from floors.case.border import derive_border
from floors.case.caps import derive_caps
from floors.case.demand import Key, derive_demand
from floors.case.derive import Arc, Case, derive, wanted_at
from floors.case.places import derive_places
from floors.case.reach import derive_reach
from floors.case.routes import Route, Routes, derive_routes
from floors.errors import InputError, Problem, UsageError
from floors.study import Study

Bloc = frozenset[str]
Pair = tuple[str, str, bool, bool]  # origin and destination region, and which of them are in
Of = dict[Arc, Route]  # origin region, destination region, commodity, year


def players_of(study: Study, members: Iterable[str] | None) -> tuple[str, ...]:
    """The regions that may join, in sheet order: those named, or the members of the study.

    Raises UsageError for a region that is not there, is capped, or where there is none.
    """
    role = {row["region"]: row["role"] for row in study.rows("regions")}
    named = {r for r, is_now in role.items() if is_now == "member"} if members is None else set(members)
    for region in sorted(named - role.keys()):
        raise UsageError(f"there is no region {region!r}; regions are {', '.join(role)}.")
    for region in sorted(r for r in named if role[r] == "capped"):
        raise UsageError(f"{region} is capped: it cannot be a member of the bloc.")
    if not named:
        raise UsageError("there is no member: a coalition needs regions with the role member.")
    return tuple(r for r in role if r in named)


def study_of(study: Study, players: Sequence[str], bloc: Bloc) -> Study:
    """The study in which `bloc` is the bloc: its regions are members, every other member becomes `other`.

    A cap in tonnes on the bloc becomes a part of it, by the bloc's table demand in that of all players.
    Raises InputError where such a cap cannot be split.
    """
    regions = [
        row | {"role": "member" if row["region"] in bloc else _outside(row["role"])}
        for row in study.rows("regions")
    ]
    caps = [_part(study, i, row, players, bloc) for i, row in enumerate(study.rows("caps"))]
    return study.with_rows(regions=regions, caps=caps)


def _outside(role: str) -> str:
    return "other" if role == "member" else role


def _part(study: Study, i: int, row: dict[str, Any], players: Sequence[str], bloc: Bloc) -> dict[str, Any]:
    """A row of `caps` for the bloc; only one in tonnes on the whole bloc changes."""
    if row["scope"] != "bloc" or row["basis"] != "tonnes" or bloc == frozenset(players):
        return row
    years: dict[int, float] = {}
    for t, tonnes in row["years"].items():
        whole = _table_demand(study, row, players, t)
        if tonnes and not whole:
            message = (
                f"a cap of the bloc in tonnes is shared out by table demand, and there is none of "
                f"{row['commodity']} in {t} in {', '.join(players)}."
            )
            hint = "Give each member a row of its own, or use basis `use`."
            raise InputError([study.problem("caps", i, t, message, hint, "cap_without_demand")])
        years[t] = tonnes * _table_demand(study, row, bloc, t) / whole if tonnes else 0.0
    return row | {"years": years}


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
class Common:
    """What the cases of all coalitions share.

    `whole` is the case of all players and `none` that of none; `routes[o, d, o in, d in]` are the routes of a
    pair of regions by which of them are in; `reaches` is False where what can be made where depends on who is
    in. `cuts` are where curves of demand are cut.
    """

    study: Study
    players: tuple[str, ...]
    whole: Case
    none: Case
    routes: dict[Pair, Of]
    alike: bool
    cuts: dict[Key, tuple[float, ...]]

    def recut(self, cuts: dict[Key, tuple[float, ...]]) -> Common:
        """The same with curves of demand cut at further prices as well."""
        merged = self.cuts | {key: self.cuts.get(key, ()) + prices for key, prices in cuts.items()}
        whole = derive(self.whole.study, cuts=merged)
        return replace(self, whole=whole, none=_none(self.study, self.players, merged), cuts=merged)


def make_common(study: Study, players: tuple[str, ...]) -> Common:
    """Everything that coalitions share. Raises InputError where the study of all or of none is at fault."""
    whole = derive(study_of(study, players, frozenset(players)))
    routes: dict[Pair, Of] = {}
    for bloc in (frozenset[str](), *(frozenset((i,)) for i in players), frozenset(players)):
        fresh: set[Pair] = set()
        for o, d in product(whole.places.regions, repeat=2):
            pair = (o, d, o in bloc, d in bloc)
            if pair not in routes:
                routes[pair] = {}
                fresh.add(pair)
        for key, route in _routes(study, players, bloc, whole).of.items():
            pair = (key[0], key[1], key[0] in bloc, key[1] in bloc)
            if pair in fresh:
                routes[pair][key] = route
    return Common(study, players, whole, _none(study, players, {}), routes, _open_alike(routes), {})


def _none(study: Study, players: Sequence[str], cuts: dict[Key, tuple[float, ...]]) -> Case:
    """The case of the empty coalition: no bloc, so no caps."""
    return derive(study_of(study, players, frozenset()).with_rows(caps=()), cuts=cuts)


def _routes(study: Study, players: tuple[str, ...], bloc: Bloc, whole: Case) -> Routes:
    """The routes of one bloc; which row is meant by a pair depends on the roles of that pair alone."""
    problems: list[Problem] = []
    one = study_of(study, players, bloc)
    found = derive_routes(one, whole.calendar, derive_places(one, []), whole.commodities, problems)
    if problems:
        raise InputError(problems)
    return found


def _open_alike(routes: dict[Pair, Of]) -> bool:
    """Whether the same routes are open whoever is in."""
    seen: dict[tuple[str, str], set[Arc]] = {}
    for (o, d, _, _), of in routes.items():
        now = {key for key, route in of.items() if route.open}
        if seen.setdefault((o, d), now) != now:
            return False
    return True


def routes_of(common: Common, bloc: Bloc) -> Routes:
    """The routes when `bloc` is the bloc."""
    found: Of = {}
    for o, d in product(common.whole.places.regions, repeat=2):
        found.update(common.routes[o, d, o in bloc, d in bloc])
    return Routes(found)


def case_of(
    common: Common, bloc: Bloc, arcs: Callable[[set[tuple[str, str, int]]], dict[Arc, Route]]
) -> Case:
    """The case in which `bloc` is the bloc; `arcs` gives its shipments, told what is wanted where."""
    whole = common.whole
    study = study_of(common.study, common.players, bloc)
    places = derive_places(study, [])
    routes = routes_of(common, bloc)
    production, calendar = whole.production, whole.calendar
    reach = whole.reach if common.alike else derive_reach(study, calendar, places, production, routes)
    # A cap on a share of demand is 0 for a bloc that demands none, as it is for such a member under `national`.
    known: list[Problem] = []
    demand = derive_demand(study, calendar, places, routes, reach, whole.reference, common.cuts, known, [])
    caps = derive_caps(study, places, production, demand, known, [])
    border = derive_border(
        study, calendar, places, whole.commodities, routes, reach, caps, whole.reference, known
    )
    problems = [problem for problem in known if problem.code != "cap_without_demand"]
    if problems:
        raise InputError(problems)
    wanted = wanted_at(calendar, production, demand, whole.stocks, caps, border)
    return replace(
        whole,
        study=study,
        places=places,
        routes=routes,
        reach=reach,
        demand=demand,
        caps=caps,
        border=border,
        arcs=arcs(wanted),
        notes=(),
        cuts=common.cuts,
    )
