"""Caps: which shipments count, with what weight, against which volume."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from floors.case.demand import Demand
from floors.case.places import Places
from floors.case.production import Production
from floors.errors import Problem
from floors.study.study import Study


@dataclass(frozen=True, kw_only=True)
class Cap:
    """One cap: a row of the sheet, or one of those that `each` or `national` make of it.

    `places[c]` are the destinations whose arrivals of c count, by `weights[c]`, but for those `outside` in a year
    (`places_in`); `origin` None counts by content; a `traced` one counts what is tainted, from every origin.
    `given[t]` is the number of the sheet, `limit[t]` t/yr (0 under `use`, whose share is `given`). One that is `unseen`
    binds what papers show: what leaks takes no room and is no demand.
    """

    row: int
    scope: str
    commodity: str
    segment: str | None
    origin: str | None
    basis: str
    weights: dict[str, float]
    places: dict[str, tuple[str, ...]]
    given: dict[int, float]
    limit: dict[int, float]
    outside: Mapping[int, frozenset[str]] = field(default_factory=dict)
    note: str = ""
    unseen: bool = False
    traced: bool = False

    @cached_property
    def name(self) -> str:
        """The five keys as one readable name, unique among the caps of a case."""
        keys = [self.scope, self.commodity, self.segment, self.origin and f"from {self.origin}", self.basis]
        return " ".join(key for key in keys if key) + (f" ({self.note})" if self.note else "")

    def places_in(self, c: str, t: int) -> tuple[str, ...]:
        """The destinations whose arrivals of c count in a year."""
        out = self.outside.get(t)
        return tuple(d for d in self.places[c] if d not in out) if out else self.places[c]

    def bans(self, t: int) -> bool:
        """Whether nothing that counts may come in a year."""
        return t in self.given and (self.given if self.basis == "use" else self.limit)[t] == 0


def derive_caps(
    study: Study,
    places: Places,
    production: Production,
    demand: Demand,
    problems: list[Problem],
    notes: list[Problem],
) -> tuple[Cap, ...]:
    """Sheet `caps`, with `each` and `coordination = national` spelled out."""
    caps: list[Cap] = []
    for i, row in enumerate(study.rows("caps")):
        scope, segment = row["scope"], row["segment"]
        if scope != "bloc" and scope not in places.members:
            continue
        weights = places.commodities_of(row["commodity"])
        members = places.members if scope == "bloc" else (scope,)
        base = Cap(
            row=i,
            scope=scope,
            commodity=row["commodity"],
            segment=segment,
            origin=row["origin"],
            basis=row["basis"],
            weights=weights,
            places={c: tuple(_destinations(places, members, segment, c)) for c in weights},
            given={t: number for t, number in row["years"].items() if _counts(places, scope, t)},
            limit={},
            outside=places.outside if scope == "bloc" else {},
            unseen=row["leaks"] == "unseen",
            traced=row["traced"],
        )
        if base.given:
            _check(study, base, places, production, demand, problems)
            _note_gaps(study, base, row["years"], notes)
            _note_unseen(study, base, demand, notes)
        caps.extend(part for whole in _national(study, places, demand, base) for part in _each(places, whole))
    return _told_apart(caps)


def _counts(places: Places, scope: str, t: int) -> bool:
    """Whether a cap has anybody whose arrivals count in a year."""
    if scope != "bloc":
        return places.is_member(scope, t)
    return not places.members or bool(places.members_in(t))


def _note_gaps(study: Study, cap: Cap, given: Collection[int], notes: list[Problem]) -> None:
    """A blank between two years of a cap is no cap that year: it is often a slip."""
    for t in study.years:
        if min(given) < t < max(given) and t not in given:
            message = f"blank between years that have a value: {cap.name} has no cap in {t}."
            hint = "Fill it, or leave it blank on purpose."
            notes.append(study.problem("caps", cap.row, t, message, hint, "cap_gap", "warning"))


def _note_unseen(study: Study, cap: Cap, demand: Demand, notes: list[Problem]) -> None:
    """Leaks that the cap does not see, where nothing leaks."""
    leaky = {i for i, row in enumerate(study.rows("demand")) if row["enforcement"] < 1}
    in_scope = (i for (d, _, c), i in demand.row.items() if d in cap.places.get(c, ()))
    if cap.unseen and leaky.isdisjoint(in_scope):
        message = f"{cap.name} binds what papers show, but no demand under it has enforcement below 1: nothing leaks."
        hint = "Give enforcement in sheet demand, or leave leaks blank."
        notes.append(
            study.problem("caps", cap.row, "leaks", message, hint, "unseen_without_leaks", "warning")
        )


def _told_apart(caps: list[Cap]) -> tuple[Cap, ...]:
    """The caps with names that differ: keys that hold spaces can read alike."""
    count = Counter(cap.name for cap in caps)
    return tuple(
        replace(cap, note=" ".join(n for n in (cap.note, f"row {cap.row + 2}") if n))
        if count[cap.name] > 1
        else cap
        for cap in caps
    )


def _destinations(places: Places, members: tuple[str, ...], segment: str | None, c: str) -> Iterator[str]:
    for member in members:
        if segment is None:
            yield from places.destinations(member, c)
        elif (member, segment, c) in places.markets:
            yield places.markets[member, segment, c]


def table_base(cap: Cap, demand: Demand, t: int) -> float:
    """Table demand in the scope of a cap, groups weighted, t/yr: what a share of demand is a share of; where leaks are
    unseen what of it does not leak."""
    of = demand.on_paper if cap.unseen else demand.table
    return sum(w * of(cap.places_in(c, t), c, t) for c, w in cap.weights.items())


def in_region(cap: Cap, region: str, region_of: dict[str, str]) -> Cap:
    """What of the scope of a cap is one region and its markets."""
    places = {c: tuple(d for d in found if region_of[d] == region) for c, found in cap.places.items()}
    return replace(cap, places=places)


def _limited(cap: Cap, demand: Demand) -> Cap:
    limit = {
        t: {"tonnes": value, "use": 0.0}.get(cap.basis, value * table_base(cap, demand, t))
        for t, value in cap.given.items()
    }
    return replace(cap, limit=limit)


def _national(study: Study, places: Places, demand: Demand, cap: Cap) -> Iterator[Cap]:
    """The cap itself, or under `coordination = national` one for each member in place of a bloc's."""
    if study.settings.coordination != "national" or cap.scope != "bloc":
        yield _limited(cap, demand)
        return
    for member in places.members:
        part = replace(in_region(cap, member, places.region_of), scope=member, note="national")
        part = _in_years(part, {t for t in cap.given if places.role_in(member, t) == "member"})
        if cap.basis == "tonnes":
            shares = {t: (table_base(part, demand, t), table_base(cap, demand, t)) for t in part.given}
            given = {
                t: v * shares[t][0] / shares[t][1] if v and shares[t][1] else 0.0
                for t, v in part.given.items()
            }
            part = replace(part, given=given)
        yield _limited(part, demand)


def _each(places: Places, cap: Cap) -> Iterator[Cap]:
    if cap.origin != "each":
        yield cap
        return
    for region in places.regions:
        years = {t for t in places.years if places.role_in(region, t) != "member"}
        if years and (not cap.given or not years.isdisjoint(cap.given)):
            note = " ".join(n for n in (cap.note, "each") if n)
            yield replace(_in_years(cap, years), origin=region, note=note)


def _in_years(cap: Cap, years: Collection[int]) -> Cap:
    """The cap in these years alone."""
    given, limit = ({t: v for t, v in of.items() if t in years} for of in (cap.given, cap.limit))
    return replace(cap, given=given, limit=limit)


def _check(
    study: Study, cap: Cap, places: Places, production: Production, demand: Demand, problems: list[Problem]
) -> None:
    of_table = replace(cap, unseen=False)
    if cap.basis == "demand" and not any(table_base(of_table, demand, t) for t in cap.given):
        where = cap.scope if cap.segment is None else f"{cap.scope}, segment {cap.segment}"
        problems.append(
            study.problem(
                "caps",
                cap.row,
                "commodity",
                f"a cap with basis demand is a share of table demand, and {where} has none of {cap.commodity}.",
                "Use basis `use` or `tonnes` for what only processes use.",
                code="cap_without_demand",
            )
        )
    national = study.settings.coordination == "national" and cap.scope == "bloc" and cap.basis == "tonnes"
    for t in (t for t, tonnes in cap.given.items() if national and tonnes and not table_base(cap, demand, t)):
        by = "what of demand does not leak" if cap.unseen else "table demand"
        message = (
            f"under coordination national a cap of the bloc in tonnes is shared out by {by}, and there is none of "
            f"{cap.commodity} in {t}."
        )
        hint = "Give each member a row of its own, or use basis `use`."
        problems.append(study.problem("caps", cap.row, t, message, hint, "cap_without_demand"))
    if cap.basis == "use" and len(cap.weights) > 1:
        chain = _made_of_each_other(production, set(cap.weights))
        if chain is not None:
            problems.append(
                study.problem(
                    "caps",
                    cap.row,
                    "commodity",
                    f"group {cap.commodity} holds {chain[0]} and {chain[1]}, and {chain[1]} is made from "
                    f"{chain[0]}: under basis `use` the material would count twice.",
                    "Use basis `demand` or `tonnes`, or a group without one of them.",
                    code="use_counts_twice",
                )
            )


def _made_of_each_other(production: Production, group: set[str]) -> tuple[str, str] | None:
    into: dict[str, set[str]] = {}
    for p in production.processes:
        for c in production.used(p):
            into.setdefault(c, set()).update(production.made(p))
    for c in sorted(group):
        reached, waiting = set[str](), [c]
        while waiting:
            for made in into.get(waiting.pop(), set()) - reached:
                reached.add(made)
                waiting.append(made)
        hit = sorted((reached & group) - {c})
        if hit:
            return c, hit[0]
    return None
