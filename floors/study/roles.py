"""Who is a member, capped or other in which year: sheet `regions`, and over it sheet `roles`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from floors.contract.input_columns import Key
from floors.study.scenarios import BASE, ChangePlan

Roles = dict[tuple[str, int], str]


def roles_by_year(
    role: Mapping[str, str], by_year: Iterable[tuple[str, Mapping[int, str]]], years: Sequence[int]
) -> Roles:
    """The role of each region in each year: that of the year, or else that of the region."""
    found = {(region, t): one for region, one in role.items() for t in years}
    for region, roles in by_year:
        found |= {(region, t): one for t, one in roles.items() if (region, t) in found}
    return found


def told_with_role(roles: Roles, role: str, regions: Sequence[str], years: Sequence[int]) -> list[str]:
    """Those that have a role in any year, in this order, with the years in which they do where these are not all."""
    told = []
    for region in regions:
        inside = [t for t in years if roles[region, t] == role]
        if len(inside) == len(years):
            told.append(region)
        elif inside:
            told.append(f"{region} ({_spans(inside, years)})")
    return told


def _spans(inside: Sequence[int], years: Sequence[int]) -> str:
    """Years as `from 2030`, `to 2029`, or each span of them."""
    spans: list[list[int]] = []
    for t in inside:
        if spans and years.index(t) == years.index(spans[-1][1]) + 1:
            spans[-1][1] = t
        else:
            spans.append([t, t])
    if len(spans) == 1 and spans[0][0] == years[0]:
        return f"to {spans[0][1]}"
    if len(spans) == 1 and spans[0][1] == years[-1]:
        return f"from {spans[0][0]}"
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in spans)


def joining(
    plan: ChangePlan, scenario: str, surprises: frozenset[str], regions: Sequence[Key | None]
) -> frozenset[str]:
    """The regions that surprises which start from a scenario make members: `regions` of the records of sheet roles.

    What was decided before such a surprise has to be known by the places that there are after it.
    """
    found: set[str] = set()
    for one, lineage in plan.lineage.items():
        parent = lineage[-2] if len(lineage) > 1 else BASE
        if one not in surprises or parent != scenario:
            continue
        for change in plan.changes:
            if change.scenario == one and change.table == "roles" and change.value == "member":
                found.update(str(regions[row]) for row in change.rows)
        found |= joining(plan, one, surprises, regions)
    return frozenset(found)
