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
