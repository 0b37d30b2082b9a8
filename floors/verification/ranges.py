"""Ends of ranges, in sheets floors, sourcing and sensitivity: they take a solver; what they must contain does not."""

from __future__ import annotations

from math import fsum, inf

from floors.verification.check import About, Checker, Either, Row, Unknown
from floors.verification.money import Accounts
from floors.verification.plan import Plan
from floors.verification.written import Line

FLOORS = "lowest and highest in floors: that no lower or higher floor keeps the plan"
SHARES = (
    "least_share, most_share, least_share_1pc and most_share_1pc in sourcing: that no plan of that cost has a "
    "smaller or larger share (--exact finds them)"
)
MEMBERS = (
    "least_net_cost and most_net_cost in members_range: that no plan of that cost has a lower or higher one (--exact "
    "finds them)"
)
REACH = (
    "holds_from and holds_to in sensitivity, and saves_more and costs_less where they are not the levy: "
    "how far a price holds takes a solver (--exact finds it)"
)
LEVIES = "lowest_levy and highest_levy in caps: how far a levy may go takes a solver (--exact finds it)"
AVERAGES = "average in caps: what the plan would cost without that cap takes a solver (--exact finds it)"
BINDS = 1e-8  # of the highest price: worth less is worth nothing
NEAR = 1e-6  # relative: ends are optima of linear programs, slopes their duals
OF_SHARE = 1e-9
FULL = 2e-6  # of the volumes, or of the largest quantity: a cap with less slack may have a row without a levy


def check_floors(lines: list[Line], checker: Checker) -> None:
    """Lowest and highest are on either side of the floor."""
    for line in lines:
        floor = line["floor"] or 0.0
        near = NEAR * abs(floor)
        if line["lowest"] is not None:
            checker.between(line, "lowest", -inf, floor + near, "not above the floor")
        if line["highest"] is not None:
            checker.between(line, "highest", floor - near, inf, "not below the floor")
    if lines:
        checker.unknown[FLOORS] = None


def check_shares(lines: list[Line], checker: Checker) -> None:
    """0 <= least <= share <= most <= 1, the wider range around the narrower."""
    rule = "0 <= least <= share <= most <= 1, and 1pc around both"
    for line in lines:
        low = high = line["share"] or 0.0
        for near in ("", "_1pc"):
            least, most = f"least_share{near}", f"most_share{near}"
            if line[least] is None and line[most] is None:
                continue
            checker.between(line, least, -OF_SHARE, low + OF_SHARE, rule)
            checker.between(line, most, high - OF_SHARE, 1 + OF_SHARE, rule)
            low, high = min(low, line[least] or 0.0), max(high, line[most] or 0.0)
            checker.unknown[SHARES] = None


def check_members(accounts: Accounts, lines: list[Line], checker: Checker) -> None:
    """A row for each member, whose net cost in this plan, its markets in it, lies between the two ends."""
    world, weight = accounts.given.world, accounts.given.calendar.weight
    checker.table("members_range", lines, [((member,), {}) for member in world.members])
    for line in lines:
        places = [d for d, region in world.region.items() if region == line["member"]]
        keys = [(d, t) for d in places for t in weight]
        cost = fsum(weight[t] * accounts.sum(d, t, "net_cost") for d, t in keys)
        near = NEAR * fsum(weight[t] * accounts.scale(d, t, "net_cost") for d, t in keys)
        rule = "least_net_cost <= net cost of this plan <= most_net_cost"
        if line["least_net_cost"] is not None:
            checker.between(line, "least_net_cost", -inf, cost + near, rule)
        if line["most_net_cost"] is not None:
            checker.between(line, "most_net_cost", cost - near, inf, rule)
        checker.unknown[MEMBERS] = None


def check_slopes(plan: Plan, capped: list[Line], found: list[Line], left: int, checker: Checker) -> None:
    """What a tonne under each cap is worth: the levy, from where to where that holds.

    Every cap with a levy has a row, but so many as are `left` out; a full one without a levy may have one. What is
    past is fixed, and nothing under its caps is worth anything any more.
    """
    rows: dict[tuple[object, ...], list[Line]] = {}
    keys: dict[tuple[object, ...], list[Line]] = {}
    for cap in capped:
        keys.setdefault(cap.key, []).append(cap)
    expected: list[Row] = []
    worth = 1000 * BINDS * plan.dearest
    for line in found:
        rows.setdefault(line.key, []).append(line)
    for cap in capped:
        there = rows.get(cap.key)
        if there and len(keys[cap.key]) > 1:  # two caps of one key: a row is of the one whose limit it has
            there = [line for line in there if _off(line, cap) <= min(_off(line, c) for c in keys[cap.key])]
        past = _is_past(cap, plan)
        if not there and 1000 * (cap["levy"] or 0.0) > worth and not past:
            if left > 0:
                left -= 1
                continue
            expected.append((cap.key, {}))
        if there and (1000 * (cap["levy"] or 0.0) > worth or _full(plan, cap)):
            expected.append((cap.key, _restated(cap, there[0])))
            _slopes(there[0], past, worth, checker)
            rows[cap.key].remove(there[0])
    checker.table("sensitivity", found, expected)


def check_averages(plan: Plan, capped: list[Line], before: list[Line], checker: Checker) -> None:
    """Costs are convex in the limits of a cap: it costs no more on average than its highest levy, and nothing where it
    has none. Years before a surprise keep what they cost in the scenario `before`, where its rows are there."""
    worth, highest = BINDS * plan.dearest, dict[tuple[object, ...], float]()
    then: dict[tuple[object, ...], list[float | None]] = {}
    for line in before:
        then.setdefault(line.key, []).append(line["average"])
    for line in capped:
        if _is_past(line, plan):
            continue
        of = line.key[:-1]
        highest[of] = max(highest.get(of, 0.0), line["levy"] or 0.0)
    for line in capped:
        was = then.get(line.key, [])
        if _is_past(line, plan) and was:
            checker.cell(
                line, "average", Either(tuple(v if v is None else About(v, 0.0, NEAR * v) for v in was))
            )
        elif _is_past(line, plan):
            checker.unknown[AVERAGES] = None
        elif line["average"] is not None:
            rule = "a cap costs no more on average than its highest levy"
            most = highest[line.key[:-1]]
            checker.between(line, "average", 0.0, most + worth + NEAR * most, rule)
            checker.unknown[AVERAGES] = None


def _is_past(cap: Line, plan: Plan) -> bool:
    """Whether a row is of a year before the surprise."""
    return cap["year"] is None or bool(cap["year"] < plan.given.known_from)


def check_levies(plan: Plan, capped: list[Line], checker: Checker) -> None:
    """The ends of a levy lie on either side of it; those of a percentage point are to them as it is to the levy."""
    worth = BINDS * plan.dearest
    for line in capped:
        levy, point = line["levy"] or 0.0, line["per_point"] or 0.0
        near = worth + NEAR * levy
        for end, low, high in (("lowest", 0.0, levy + near), ("highest", levy - near, inf)):
            found, of_point = line[f"{end}_levy"], f"{end}_per_point"
            if found is None:
                checker.cell(line, of_point, None)
                continue
            checker.between(line, f"{end}_levy", low, high, "lowest_levy <= levy <= highest_levy")
            if levy > worth or not found:
                checker.cell(line, of_point, found * point / levy if found else 0.0)
            checker.unknown[LEVIES] = None


def _off(line: Line, cap: Line) -> float:
    """How far the limit in a row is from that of a cap."""
    return abs(float(cap["limit"] or 0.0) - float(line["limit"] or 0.0))


def _full(plan: Plan, cap: Line) -> bool:
    limit, used = cap["limit"] or 0.0, cap["used"] or 0.0
    return bool(abs(limit - used) <= FULL * max(limit + used, plan.largest))


def _restated(cap: Line, line: Line) -> dict[str, object]:
    limit, levy = cap["limit"] or 0.0, cap["levy"] or 0.0
    return {
        "limit": About(limit, limit),
        "levy": levy,
        "per_tonne": 1000 * levy,
        "per_point": cap["per_point"],
        "holds_from": limit if line["costs_less"] is None else Unknown(REACH),
    }


def _slopes(line: Line, past: bool, worth: float, checker: Checker) -> None:
    limit, levy = line["limit"] or 0.0, 1000 * (line["levy"] or 0.0)
    saves, near = line["saves_more"] or 0.0, 1.1 * worth + NEAR * abs(levy)
    rule = "a tonne more saves no more than the levy"
    checker.between(line, "saves_more", 0.0, inf if past else levy + near, rule)
    if line["costs_less"] is not None:
        rule = "a tonne less costs no less than the levy, nor than what one more saves"
        least = max(0.0 if past else levy, saves)
        checker.between(line, "costs_less", least - 1.1 * worth - NEAR * abs(least), inf, rule)
    near = NEAR * abs(limit)
    if line["holds_from"] is not None:
        checker.between(line, "holds_from", -inf, limit + near, "not above the limit")
    if line["holds_to"] is not None:
        checker.between(line, "holds_to", limit - near, inf, "not below the limit")
