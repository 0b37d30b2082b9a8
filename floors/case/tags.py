"""Tags: what is made of material of capped origin, wherever it was made, kept apart from what is clean.

A tagged commodity has two keys in the LP. Its own name is what is tainted at its origin, and any of it where it has
arrived; its `clean` name is what is clean. What is clean may be used as any; a process outside the class that uses
what is tagged and makes what is tagged has two modes on one capacity, and all that it makes is tagged alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from floors.case.places import Places
from floors.case.production import Production
from floors.errors import Problem
from floors.lp.labels import KeyTable
from floors.study.study import Study

CLEAN, TAINTED, ANY = "clean", "tainted", "any"


@dataclass(frozen=True, kw_only=True)
class Tags:
    """The class of regions whose material is `tainted`; `clean[c]` the name of what is clean of a tagged commodity;
    `most` the share of each tagged input that may come from any in what counts as clean."""

    regions: frozenset[str] = frozenset()
    clean: Mapping[str, str] = field(default_factory=dict)
    most: float = 0.0

    @cached_property
    def plain(self) -> dict[str, str]:
        """The commodity behind each name of what is clean."""
        return {name: c for c, name in self.clean.items()}

    def tag(self, key: str) -> str | None:
        """What a name of the LP is tagged; None where it is not."""
        if key in self.clean:
            return TAINTED
        return CLEAN if key in self.plain else None

    def names(self, commodity: str) -> tuple[str, ...]:
        """A commodity, and the name of what is clean where it is tagged."""
        return (commodity, self.clean[commodity]) if commodity in self.clean else (commodity,)

    def split(self, commodity: str, content: float) -> tuple[tuple[str, float], ...]:
        """The names of a commodity with their shares, where this share of it is tainted."""
        if commodity not in self.clean:
            return ((commodity, 1.0),)
        return ((commodity, content), (self.clean[commodity], 1 - content))

    def own(self, region: str, commodity: str) -> str:
        """The name of what a region makes of its own material."""
        return commodity if region in self.regions else self.clean.get(commodity, commodity)


NO_TAGS = Tags()


def class_of(places: Places, origin: str | None) -> frozenset[str]:
    """The regions whose material a traced row counts."""
    return frozenset(places.capped if origin is None else (origin,))


def derive_tags(study: Study, places: Places, production: Production, problems: list[Problem]) -> Tags:
    """What traced rows of sheet `caps` tag: their commodities, and whatever these are made of."""
    rows = study.rows("caps")
    lines = [i for i, row in enumerate(rows) if row["traced"]]  # blank or not: a surprise may fill one
    if not lines:
        return NO_TAGS
    first = class_of(places, rows[lines[0]]["origin"])
    _check_capped(study, places, lines[0], problems)
    for i in lines:
        origin = rows[i]["origin"]
        if origin == "each":
            message = (
                "a traced cap counts one class of material, and each would make one of every non-member."
            )
            hint = "Leave origin blank for all capped regions, or name one region."
            problems.append(study.problem("caps", i, "origin", message, hint, "traced_each"))
        elif class_of(places, origin) != first:
            at = study.value_cell("caps", lines[0], "origin")
            message = (
                f"this traced cap counts {origin or 'all capped regions'}, the one at {at} another class: "
                "material is tainted or clean, of one class in a workbook."
            )
            hint = "Give all traced caps the same origin, or trace one of them in another scenario."
            problems.append(study.problem("caps", i, "origin", message, hint, "traced_classes"))
    under = {c for i in lines for c in places.commodities_of(rows[i]["commodity"])}
    tagged = made_of(production, under)
    order = [row["commodity"] for row in study.rows("commodities") if row["commodity"] in tagged]
    taken = {row["commodity"] for row in study.rows("commodities")}
    return Tags(
        regions=first,
        clean={c: clean_name(c, taken) for c in order},
        most=study.settings.de_minimis,
    )


def _check_capped(study: Study, places: Places, traced: int, problems: list[Problem]) -> None:
    """Where row `traced` of sheet caps traces origin, a region is capped in all years or in none: what lies in stock
    cannot turn."""
    turning = {row["region"]: i for i, row in enumerate(study.rows("roles"))}
    for region in places.capped:
        free = [t for t in places.years if places.role_in(region, t) != "capped"]
        if not free:
            continue
        turned = study.rows("roles")[turning[region]]["years"]
        where = next((t for t in free if t in turned), next(iter(turned)))
        sheet, cell, _ = study.place("caps", traced, "traced")
        message = f"{region} is capped, but not in {free[0]}, and a cap traces origin ({sheet}!{cell}): what it made "
        message += "earlier would be of another origin from one year to the next."
        hint = "Let it be capped in every year or in none, or leave traced blank."
        problems.append(study.problem("roles", turning[region], where, message, hint, "capped_some_years"))


def clean_name(name: str, taken: set[str]) -> str:
    """The name of what is clean, or of the mode that makes it, which is nobody else's."""
    found = f"{name} ({CLEAN})"
    while found in taken:
        found += "'"
    return found


def paired(table: KeyTable, tags: Tags) -> KeyTable:
    """The keys (place, tagged commodity, year) of a table in which what is clean of it stands too."""
    keys = set(table.keys) if tags.clean else set()
    found = [(d, c, t) for d, c, t in keys if c in tags.clean and (d, tags.clean[c], t) in keys]
    order = {key: i for i, key in enumerate(table.keys)} if found else {}
    return table.labels.table(sorted(found, key=order.__getitem__), 3)


def made_of(production: Production, commodities: set[str]) -> set[str]:
    """These commodities and whatever goes into them, by any process."""
    found, waiting = set(commodities), list(commodities)
    while waiting:
        c = waiting.pop()
        for p in production.processes:
            if c in production.made(p):
                waiting += set(production.used(p)) - found
                found |= set(production.used(p))
    return found


def with_modes(study: Study, production: Production, tags: Tags) -> Production:
    """Production with a clean mode beside each process that can run in two.

    In the class a process makes what is tainted. Outside, one that uses nothing tagged, or that `renews`, makes what is
    clean. Any other has two modes, with one capacity, minimum and cost: any inputs for tainted outputs, or clean inputs
    (but for the share that may come from any) for clean ones.
    """
    if not tags.clean:
        return production
    renews = {row["process"]: row["renews"] for row in study.rows("processes")}
    taken = {*production.processes, *production.plants}
    coefficient: dict[str, dict[str, float]] = {}
    modes: dict[str, str] = {}
    for p, io in production.coefficient.items():
        tagged = [c for c in io if c in tags.clean]
        if production.region[p] in tags.regions or not any(io[c] > 0 for c in tagged):
            coefficient[p] = io
            continue
        clean = {tags.clean.get(c, c) if a > 0 else c: a for c, a in io.items()}
        if renews[p] or not any(io[c] < 0 for c in tagged):
            coefficient[p] = clean
            continue
        modes[clean_name(p, taken)] = p
        coefficient[p] = io
        coefficient[clean_name(p, taken)] = _clean_inputs(clean, tags)
    loads = {
        x: {q: load[p] for p in load for q in (p, *(q for q, of in modes.items() if of == p))}
        for x, load in production.load.items()
    }
    return replace(
        production,
        coefficient=coefficient,
        region=production.region | {q: production.region[p] for q, p in modes.items()},
        active=production.active | {q: production.active[p] for q, p in modes.items()},
        technology=production.technology | {q: production.technology[p] for q, p in modes.items()},
        unit_cost=production.unit_cost | _of_modes(production, modes, production.unit_cost),
        basis=production.basis | _of_modes(production, modes, production.basis),
        load=loads,
        mode=modes,
        plain=production,
    )


def _of_modes(
    production: Production, modes: Mapping[str, str], costs: Mapping[tuple[str, int], float]
) -> dict[tuple[str, int], float]:
    """What a mode costs: as much as its process."""
    return {(q, t): costs[p, t] for q, p in modes.items() for t in production.active[p] if (p, t) in costs}


def _clean_inputs(io: Mapping[str, float], tags: Tags) -> dict[str, float]:
    """Inputs of a clean mode: of each tagged one as much from any as may be, since any is never dearer than clean."""
    found: dict[str, float] = {}
    for c, a in io.items():
        if a > 0 or c not in tags.clean:
            found[c] = a
            continue
        found[tags.clean[c]] = (1 - tags.most) * a
        if tags.most:
            found[c] = tags.most * a
    return found
