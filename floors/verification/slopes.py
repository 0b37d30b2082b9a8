"""Sheet sensitivity: what a tonne under each cap is worth; levies pin most of it, the solver the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from floors.verification.check import About, Checker, Left, Unknown
from floors.verification.limits import Cap
from floors.verification.plan import Plan
from floors.verification.written import Line

Row = dict[str, Any]
BINDS = 1e-3  # USD/t: worth less is worth nothing
FULL = 2e-6  # of the volumes: a cap with less slack may have a row without a levy
NEAR = 1e-6  # relative: slopes are duals of linear programs
REACH = (
    "holds_from and holds_to in sensitivity, and saves_more and costs_less where they are not the levy: "
    "how far a price holds takes a solver (--exact finds it)"
)
KEYS = ("scope", "commodity", "segment", "origin", "basis", "year")


def sensitivity(plan: Plan, capped: list[Line], found: list[Line], left: int = 0) -> Iterator[Row]:
    """A row for each cap with a levy; for a full cap without one where there is a row; what follows from `capped`,
    the rows of sheet caps, and from the row's own numbers. So many as are `left` out have none."""
    rows: dict[tuple[Any, ...], list[Line]] = {}
    levies: dict[tuple[Any, ...], list[Line]] = {}
    for lines, of in ((found, rows), (capped, levies)):
        for line in lines:
            of.setdefault(line.key, []).append(line)
    for i, cap in enumerate(plan.given.caps):
        for t in sorted(cap.given):
            key = (cap.scope, cap.commodity, cap.segment, cap.origin, cap.basis, t)
            told = levies[key].pop(0) if levies.get(key) else None
            if told is None:
                continue
            levy = 1000 * plan.levy.get((i, t), 0.0)
            row = rows[key][0] if rows.get(key) else None
            if row is None and t < plan.given.known_from:
                continue  # what is past is fixed: nothing under its caps is worth anything any more
            if row is None and left > 0 and levy > BINDS:
                left -= 1
                continue
            if levy <= BINDS and (row is None or not _full(told)):
                continue
            if row is not None:
                rows[key].pop(0)
            yield dict(zip(KEYS, key, strict=True)) | _worth(plan, cap, t, levy, told, row)


def _full(told: Line) -> bool:
    limit, used = told["limit"] or 0.0, told["used"] or 0.0
    return bool(abs(limit - used) <= FULL * (1 + limit + used))


def _worth(plan: Plan, cap: Cap, t: int, levy: float, told: Line, line: Line | None) -> Row:
    limit = told["limit"] or 0.0
    saves, costs = (None, None) if line is None else (line["saves_more"], line["costs_less"])
    return {
        "limit": About(limit, limit),
        "levy": levy / 1000,
        "per_tonne": levy,
        "per_point": told["per_point"],
        "holds_from": limit if line is not None and costs is None else Unknown(REACH),
        "note": "; ".join(_notes(plan, cap, t, levy, float(saves or 0.0), costs)),
    }


def _notes(plan: Plan, cap: Cap, t: int, levy: float, saves: float, costs: float | None) -> Iterator[str]:
    if costs is None:
        yield "less is not possible"
    elif abs(costs - saves) > BINDS:
        yield "not one price: a tonne less costs more than a tonne more saves, and the levy lies between"
    elif abs(levy - saves) > BINDS:
        yield "rules on floors move the levy away from what a tonne saves"
    if cap.basis == "use":
        yield "a tonne above the share of arrivals, which may change; a point is one of the plan's arrivals"
    if plan.given.borders.levied:
        yield "at the levies of the minimum rule as they are"
    if cap.basis != "use" and cap.limit(plan.given.buying, t) == 0:
        yield "a ban"


def check_left_out(plan: Plan, capped: list[Line], found: list[Line], left: Left, checker: Checker) -> None:
    """What is left out is less money, levy x what counts at present value, than what is there."""
    if not left.rows or not left.least_money:
        return
    there, weight = {line.key for line in found}, plan.given.calendar.weight
    money = {
        line.key: weight.get(line["year"], 0.0) * (line["levy"] or 0.0) * (line["used"] or 0.0)
        for line in capped
    }
    least = min((money.get(key, 0.0) for key in there), default=0.0)
    for line in capped:
        if line.key not in there and not _past(plan, line) and money[line.key] > least * (1 + NEAR) + NEAR:
            rule = "the caps left out of sensitivity are less money than those in it"
            checker.at(line, "levy", f"{money[line.key]:.10g} thousand", f"at most {least:.10g}", rule)


def check_slopes(plan: Plan, lines: list[Line], checker: Checker) -> None:
    """A tonne more saves no more than the levy, and one less costs no less, but for rules on floors; and the
    limits to which that holds are on either side of the limit."""
    g = plan.given
    ruled = bool(g.borders.rules) or g.study.settings.coordination == "bloc"
    for line in lines:
        checker.compared += 4
        limit, levy = line["limit"] or 0.0, 1000 * (line["levy"] or 0.0)
        saves, costs = line["saves_more"], line["costs_less"]
        least, most = (0.0, None) if ruled or _past(plan, line) else (levy, levy)
        if saves is None or saves < 0 or (most is not None and saves > _up(most)):
            said = "0 or more" if most is None else f"from 0 to {most:.10g}"
            checker.at(line, "saves_more", saves, said, "a tonne more saves no more than the levy")
        floor = max(least, saves or 0.0)
        if costs is not None and floor > _up(costs):
            rule = "a tonne less costs no less than the levy, nor than what one more saves"
            checker.at(line, "costs_less", costs, f"at least {floor:.10g}", rule)
        near = NEAR * (1 + abs(limit))
        if line["holds_from"] is not None and line["holds_from"] > limit + near:
            checker.at(line, "holds_from", line["holds_from"], f"at most {limit:.10g}", "not above the limit")
        if line["holds_to"] is not None and line["holds_to"] < limit - near:
            checker.at(line, "holds_to", line["holds_to"], f"at least {limit:.10g}", "not below the limit")


def _past(plan: Plan, line: Line) -> bool:
    """Years before a surprise: their levies are the parent's, and all is fixed."""
    return line["year"] is not None and line["year"] < plan.given.known_from


def _up(amount: float) -> float:
    return amount + 1.1 * BINDS + NEAR * abs(amount)
