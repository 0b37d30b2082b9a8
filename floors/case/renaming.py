"""Chains of technologies that only rename a commodity under a cap: they would launder its origin."""

from __future__ import annotations

from floors.case.caps import Cap
from floors.case.places import Places
from floors.case.production import Production
from floors.errors import Problem
from floors.study import Study

RENAMES = 0.99
Edge = tuple[float, str]  # tonnes made per tonne used, process


def check_renaming(
    study: Study, places: Places, production: Production, caps: tuple[Cap, ...], problems: list[Problem]
) -> None:
    """Refuse a chain outside capped regions that gives back a capped commodity it used, nearly in full.

    A cap sees the country of the last process, so such a chain would make capped material one's own.
    Where no cap covers the commodity the chain is a depot, and fine.
    """
    edges: dict[str, dict[str, Edge]] = {}
    for p in production.processes:
        if places.role[production.region[p]] == "capped":
            continue
        for used, a in production.used(p).items():
            for made, b in production.made(p).items():
                if b / a > edges.setdefault(used, {}).get(made, (0.0, ""))[0]:
                    edges[used][made] = (b / a, p)
    covered = {c: cap.row for cap in reversed(caps) if cap.given for c in cap.weights}
    for commodity, row in covered.items():
        chain = _way_back(edges, commodity)
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


def _way_back(edges: dict[str, dict[str, Edge]], start: str) -> tuple[float, list[str]] | None:
    """The chain of fewest steps from `start` back to it that keeps RENAMES or more, with its names."""
    best: dict[str, tuple[float, list[str]]] = {start: (1.0, [start])}
    for _ in range(len(edges) + 1):
        longer: dict[str, tuple[float, list[str]]] = {}
        for commodity, (ratio, names) in best.items():
            for made, (gain, process) in edges.get(commodity, {}).items():
                if ratio * gain > longer.get(made, (0.0, []))[0]:
                    longer[made] = (ratio * gain, [*names, f"({process})", made])
        if start in longer and longer[start][0] >= RENAMES:
            return longer[start]
        best = longer
    return None
