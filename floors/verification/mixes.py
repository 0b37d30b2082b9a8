"""Ranges of shares in sheet sourcing: their ends take a solver; what they must contain does not."""

from __future__ import annotations

from math import inf

from floors.verification.check import About, Checker, Left, agrees
from floors.verification.plan import Plan
from floors.verification.written import Line

ENDS = (
    "least_share, most_share, least_share_1pc and most_share_1pc in sourcing: that no plan of that cost has a "
    "smaller or larger share (--exact finds them)"
)
RANGES = (("least_share", "most_share"), ("least_share_1pc", "most_share_1pc"))
NEAR = 1e-9
ENTERS = 1e-6  # USD/kg: a route that loses more is in no plan of least cost
STILL = 1e-7  # of a share that cannot move

Place = tuple[str, str, int]


def check_ranges(plan: Plan, lines: list[Line], pinned: bool, left: Left, checker: Checker) -> None:
    """0 <= least <= share <= most <= 1, the wider range around the narrower; all the share where nothing moves.

    `pinned`: whether the prices prove what no plan of least cost does; under an uplift they prove less. So many
    shares as are `left` out may have no range, if they are less money than those that have one.
    """
    asked = [any(line[least] is not None for line in lines) for least, _ in RANGES]
    still = _still(plan, lines) if pinned else set()
    blank: list[Line] = []
    for line in lines:
        share, inside = line["share"] or 0.0, (inf, -inf)
        of_bloc = line["destination"] in plan.given.world.bloc
        for wanted, (least, most) in zip((asked[0], asked[1] and of_bloc), RANGES, strict=True):
            checker.compared += 2
            low, high = line[least], line[most]
            no_route = line["leak"] and not _shipped(lines, line)
            if wanted and left.rows and least == "least_share" and low is None and high is None:
                blank.append(line)
                continue
            if not wanted or (no_route and low is None and high is None):
                for column in (least, most):
                    if line[column] is not None:
                        checker.at(line, column, line[column], None, "a range for all arrivals or for none")
                continue
            outer = min(share, inside[0]), max(share, inside[1])
            _end(line, least, 0.0, outer[0], checker)
            _end(line, most, outer[1], 1.0, checker)
            if least == "least_share" and (line["destination"], line["commodity"], line["year"]) in still:
                for column in (least, most):
                    if not agrees(line[column], About(share, 0.0, STILL)):
                        checker.at(
                            line,
                            column,
                            line[column],
                            share,
                            "the share, where nothing that arrives can move",
                        )
            inside = (low if low is not None else inf), (high if high is not None else -inf)
    _check_blank(plan, lines, blank, still, left, checker)
    if any(asked):
        checker.unknown[ENDS] = None


def _check_blank(
    plan: Plan, lines: list[Line], blank: list[Line], still: set[Place], left: Left, checker: Checker
) -> None:
    """Those without a range are no more than said, can change, and are less money than those that can and have one."""
    rule = "the shares without a range are the least money of those that can change, and no more than sheet run says"
    money = [
        _money(plan, line) for line in lines if line["least_share"] != line["most_share"] and not line["leak"]
    ]
    least = min(money, default=inf)
    shipped = [line for line in blank if not line["leak"]]
    for line in shipped[left.rows :]:
        checker.at(line, "least_share", None, "a number", rule)
    for line in shipped[: left.rows]:
        place = line["destination"], line["commodity"], line["year"]
        if left.least_money and (place in still or _money(plan, line) > least * (1 + NEAR) + NEAR):
            checker.at(line, "least_share", None, "a number", rule)


def _money(plan: Plan, line: Line) -> float:
    place = line["destination"], line["commodity"], line["year"]
    weight = plan.given.calendar.weight.get(line["year"], 0.0)
    return float((line["quantity"] or 0.0) * plan.price.get(place, 0.0) * weight)


def _end(line: Line, column: str, low: float, high: float, checker: Checker) -> None:
    value = line[column]
    if value is None or not low - NEAR <= value <= high + NEAR:
        said = f"from {low:.10g} to {high:.10g}"
        checker.at(line, column, value, said, "0 <= least <= share <= most <= 1, and 1pc around both")


def _shipped(lines: list[Line], leak: Line) -> bool:
    """Whether anything is shipped to where a leak arrives."""
    return any(not line["leak"] and line.key[:3] == leak.key[:3] for line in lines)


def _still(plan: Plan, lines: list[Line]) -> set[Place]:
    """Where no arrival is movable, and no other route could bring any without a loss at the plan's prices."""
    places: dict[Place, set[str]] = {}
    moving: set[Place] = set()
    for line in lines:
        place = line["destination"], line["commodity"], line["year"]
        origins = places.setdefault(place, set())
        if not line["leak"]:
            origins.add(line["origin"])
        if line["movable"]:
            moving.add(place)
    return {
        place for place, used in places.items() if place not in moving and not _another(plan, place, used)
    }


def _another(plan: Plan, place: Place, used: set[str]) -> bool:
    g, (d, c, t) = plan.given, place
    if d not in g.world.region:
        return True  # a place that is not there is told of elsewhere
    for o in g.world.role:
        road = g.road(o, d, c, t)
        if o in used or road is None or (o, c, t) not in plan.origin or not g.world.takes(d, c):
            continue
        loss = road.cost + plan.levy_on(o, d, c, t) + plan.origin[o, c, t]
        if loss - (1 - road.loss) * plan.price.get(place, 0.0) <= ENTERS and road.limit != 0:
            return True
    return False
