"""What may not stand beside traced caps, since it would make clean of what is tainted; and what has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from floors.case.production import Production
from floors.case.renaming import RENAMES, Edges, Recipe, split_and_joined, way_back
from floors.case.tags import Tags
from floors.errors import Problem
from floors.study.study import Study

ROUNDING = 1e-12


def check_tags(
    study: Study, production: Production, tags: Tags, problems: list[Problem], notes: list[Problem]
) -> None:
    """Chains that launder, as errors; numbers that nothing reads, as notes. `production` is that of the sheets."""
    if tags.clean:
        problems += _chains(study, production, tags)
        problems += _renewed(study, production, tags)
    notes += _unused(study, production, tags)


def _chains(study: Study, production: Production, tags: Tags) -> Iterator[Problem]:
    """Chains of k processes that give back a tagged commodity they used, with a product of coefficients of (1 - e)^k
    and more: what is clean may hold a share e of any at each step, and so nothing else is left of it in the end."""
    keep = 1 - tags.most
    if keep == 1:
        return
    edges: Edges = {}
    recipes: list[Recipe] = []
    for p in production.processes:
        if production.region[p] in tags.regions:
            continue
        used = {c: a for c, a in production.used(p).items() if c in tags.clean}
        made = {c: b / keep for c, b in production.made(p).items() if c in tags.clean}
        for c, a in used.items():
            for other, b in made.items():
                if b / a > edges.setdefault(c, {}).get(other, (0.0, ""))[0]:
                    edges[c][other] = (b / a, p)
        if len(used) == 1:
            recipes += [Recipe(p, c, a, made) for c, a in used.items()]
    told: set[frozenset[str]] = set()
    for c in tags.clean:
        chain = way_back(edges, c, 1 - ROUNDING) or split_and_joined(recipes, c, 1 - ROUNDING)
        if chain is None or frozenset(chain[1]) in told:
            continue
        told.add(frozenset(chain[1]))
        yield problem(
            study,
            f"of each tagged input {tags.most:g} may come from any, and {' -> '.join(chain[1])} gives back so much of "
            f"{c} that what is clean could be made of what is tainted alone.",
            "Give the technologies their real losses, drop one of the processes, or lower de_minimis.",
            "de_minimis_chain",
        )


def _renewed(study: Study, production: Production, tags: Tags) -> Iterator[Problem]:
    """Processes that renew and, with others, give back nearly all of what they used: nothing would stay tainted."""
    edges: Edges = {}
    for p in production.processes:
        for c, a in production.used(p).items():
            for other, b in production.made(p).items():
                if b / a > edges.setdefault(c, {}).get(other, (0.0, ""))[0]:
                    edges[c][other] = (b / a, p)
    for i, row in enumerate(study.rows("processes")):
        p = row["process"]
        if not row["renews"] or production.region[p] in tags.regions:
            continue
        for c in (c for c in production.used(p) if c in tags.clean):
            through = {u: dict(made) for u, made in edges.items()}
            through[c] = {m: (b / production.used(p)[c], p) for m, b in production.made(p).items()}
            chain = way_back(through, c, RENAMES)
            if chain is None:
                continue
            ratio, steps = chain
            message = (
                f"{p} renews, and {' -> '.join(steps)} gives back {ratio:.4g} t of {c} for each tonne used: all that "
                "is tainted would become clean."
            )
            hint = "Give the technologies their real losses, or leave renews blank."
            yield study.problem("processes", i, "renews", message, hint, "renewing_chain")
            break


def _unused(study: Study, production: Production, tags: Tags) -> Iterator[Problem]:
    """de_minimis, renews and opening_content where nothing is tagged, unless a scenario traces a cap."""
    scenarios = any(row["sheet"] == "caps" and row["column"] == "traced" for row in study.rows("changes"))
    if not tags.clean and scenarios:
        return
    if study.settings.de_minimis and not tags.clean:
        message = "no cap is traced, so that nothing is clean or tainted: it has no effect."
        hint = "Set traced of a row of caps to TRUE, or leave it blank."
        yield problem(study, message, hint, "de_minimis_unused", "warning")
    capped = {r for (r, _), role in study.roles.items() if role == "capped"}
    for i, row in enumerate(study.rows("processes")):
        if not row["renews"]:
            continue
        p = row["process"]
        if production.region[p] in (tags.regions or capped):
            message = (
                f"{p} stands in a capped region, where all that is made is tainted: renews has no effect."
            )
        elif not any(c in tags.clean for c in production.used(p)):
            message = f"{p} uses nothing that a traced cap tags: renews has no effect."
        else:
            continue
        yield study.problem("processes", i, "renews", message, "Leave it blank.", "renews_unused", "warning")
    for i, row in enumerate(study.rows("stockpiles")):
        if row["opening_content"] and row["commodity"] not in tags.clean:
            message = f"no traced cap tags {row['commodity']}: opening_content has no effect."
            hint = "Leave it blank, or trace a cap on what is made of it."
            yield study.problem(
                "stockpiles", i, "opening_content", message, hint, "content_unused", "warning"
            )


def problem(study: Study, message: str, hint: str, code: str, level: str = "error") -> Problem:
    """A problem of setting de_minimis."""
    rows = [i for i, row in enumerate(study.rows("settings")) if row["key"] == "de_minimis"]
    if rows:
        return study.problem("settings", rows[0], "value", message, hint, code, level)
    return Problem("settings", "", None, message, hint, code, level)
