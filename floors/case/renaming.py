"""Chains of technologies that only rename a commodity under a cap: they would launder its origin."""

from __future__ import annotations

from typing import NamedTuple

from floors.case.caps import Cap
from floors.case.places import Places
from floors.case.production import Production
from floors.errors import Problem
from floors.study.study import Study

RENAMES = 0.99
Edge = tuple[float, str]  # tonnes made per tonne used, process
Edges = dict[str, dict[str, Edge]]  # from what is used to what is made of it


class Recipe(NamedTuple):
    """A process with a single input: t of `used` per t of activity, and what it makes of it."""

    process: str
    used: str
    quantity: float
    made: dict[str, float]


def check_renaming(
    study: Study, places: Places, production: Production, caps: tuple[Cap, ...], problems: list[Problem]
) -> None:
    """Refuse a chain outside capped regions that gives back a capped commodity it used, nearly in full.

    A cap sees the country of the last process, so such a chain would make capped material one's own.
    Where no cap covers the commodity the chain is a depot, and fine; a traced cap sees through it.
    """
    outside_capped = {
        p
        for p in production.processes
        if any(places.role_in(production.region[p], t) != "capped" for t in production.active[p])
    }
    edges: Edges = {}
    for p in production.processes:
        if p not in outside_capped:
            continue
        for used, a in production.used(p).items():
            for made, b in production.made(p).items():
                if b / a > edges.setdefault(used, {}).get(made, (0.0, ""))[0]:
                    edges[used][made] = (b / a, p)
    outside = [
        Recipe(p, *next(iter(production.used(p).items())), production.made(p))
        for p in production.processes
        if p in outside_capped and len(production.used(p)) == 1
    ]
    covered = {c: cap.row for cap in reversed(caps) if cap.given and not cap.traced for c in cap.weights}
    for commodity, row in covered.items():
        chain = way_back(edges, commodity) or split_and_joined(outside, commodity)
        if chain is not None:
            ratio, steps = chain
            problems.append(
                study.problem(
                    "caps",
                    row,
                    "commodity",
                    f"{commodity} is under this cap, and {' -> '.join(steps)} gives back {ratio:.4g} t of it for "
                    "each tonne used, outside the capped regions: the chain only renames it and would launder "
                    "its origin.",
                    "Give the technologies their real losses, or drop one of the processes.",
                    code="renaming_chain",
                )
            )


def way_back(edges: Edges, start: str, least: float = RENAMES) -> tuple[float, list[str]] | None:
    """The chain of fewest steps from `start` back to it that keeps `least` or more, with its names."""
    best: dict[str, tuple[float, list[str]]] = {start: (1.0, [start])}
    for _ in range(len(edges) + 1):
        longer: dict[str, tuple[float, list[str]]] = {}
        for commodity, (ratio, names) in best.items():
            for made, (gain, process) in edges.get(commodity, {}).items():
                if ratio * gain > longer.get(made, (0.0, []))[0]:
                    longer[made] = (ratio * gain, [*names, f"({process})", made])
        if start in longer and longer[start][0] >= least:
            return longer[start]
        best = longer
    return None


def split_and_joined(
    recipes: list[Recipe], start: str, least: float = RENAMES
) -> tuple[float, list[str]] | None:
    """What splitting a commodity into several and joining them again gives back, where that is `least` or more.

    Of processes with a single input, so that all that comes back is what went in: for each commodity the most
    that one tonne can give back, each process's products together, improved as often as there are steps.
    """
    back: dict[str, float] = {start: 1.0}
    way: dict[str, str] = {}
    for _ in range(len(recipes)):
        better = dict(back)
        for recipe in recipes:
            gives = sum(a * back.get(c, 0.0) for c, a in recipe.made.items()) / recipe.quantity
            if recipe.used != start and gives > better.get(recipe.used, 0.0):
                better[recipe.used], way[recipe.used] = gives, recipe.process
        if better == back:
            break
        back = better
    for recipe in recipes:
        gives = sum(a * back.get(c, 0.0) for c, a in recipe.made.items()) / recipe.quantity
        if recipe.used == start and gives >= least:
            parts = [c for c in recipe.made if back.get(c, 0.0) > 0]
            steps = [f"{c} ({way[c]})" for c in parts if c in way]
            return gives, [start, f"({recipe.process})", " + ".join(steps or parts), start]
    return None
