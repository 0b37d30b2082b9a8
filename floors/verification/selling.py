"""Sheet shuffling: where each capped origin sells, with the policy and without."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum
from typing import Any

from floors.verification.check import About
from floors.verification.plan import Plan

Sale = tuple[str, int, str]  # commodity, year, origin
BUYERS = ("members", "others", "home")


def shuffling(plan: Plan, baseline: Plan) -> Iterator[dict[str, Any]]:
    """One row per commodity, year and capped origin that sells, with the policy or without."""
    g = plan.given
    now, before = sales(plan), sales(baseline)
    for c in g.commodities:
        for t in g.calendar.years:
            for o in g.world.of_role("capped"):
                key = c, t, o
                if key in now or key in before:
                    yield {"commodity": c, "year": t, "origin": o} | _row(now.get(key), before.get(key))


def sales(plan: Plan) -> dict[Sale, dict[str, list[float]]]:
    """t a year, before loss, of what leaves the gates of capped origins, to each kind of buyer."""
    g, found = plan.given, dict[Sale, dict[str, list[float]]]()
    flows = [(key, q) for key, q in plan.ship.items() if g.world.role[key[0]] == "capped"]
    flows += [((o, d, c, t), q) for (d, _, c, t), (o, q) in g.buying.leak.items()]
    for (o, d, c, t), q in flows:
        if q:
            buyer = g.world.region[d]
            other = "members" if g.world.role[buyer] == "member" else "others"
            of = found.setdefault((c, t, o), {name: [] for name in BUYERS})
            of["home" if buyer == o else other].append(q)
    return found


def _row(now: dict[str, list[float]] | None, before: dict[str, list[float]] | None) -> dict[str, About]:
    after, then = ({name: fsum((of or {}).get(name, ())) for name in BUYERS} for of in (now, before))
    row = {name: About(q, q) for name, q in after.items()}
    row |= {f"baseline_{name}": About(q, q) for name, q in then.items()}
    moved = min(then["members"] - after["members"], after["others"] - then["others"])
    return row | {"redirected": About(max(0.0, moved), sum(after.values()) + sum(then.values()))}
