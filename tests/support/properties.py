"""What properties of random studies are tried with: how many, how they are solved, and ways to change a study.

FLOORS_EXAMPLES sets the number of examples of each property; with it they are drawn at random, without it they
are few and always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from random import Random
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import strategies as st

import floors
from tests.support import mixed
from tests.support.counts import MANY
from tests.support.mixed import Record, Sheets

FEW = 4
NEAR = 1e-7
CURVED = {
    "elastic"
}  # demand along a curve is cut where its price lies, so its cost is exact to the cuts only
PLAN_BY_RULE = {"minimum"}  # the one rule that changes plans: costs under it are no optimum


def tries(test: Callable[..., None]) -> Callable[..., None]:
    """Run a property of a `random` on several studies."""
    profile = hypothesis.settings(
        max_examples=int(MANY or FEW),
        derandomize=MANY is None,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # making a failing study smaller takes minutes; its seed is printed
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    return profile(given(random=st.randoms(use_true_random=False))(test))


def draw(random: Random, without: Collection[str] = ()) -> Sheets:
    """A random study, half of them without ties."""
    return mixed.sheets(random, without=without, spread=random.choice([0.0, 0.01]))


def solve(book: Sheets, *, ranges: bool = False) -> floors.Result | None:
    """The result; None without a plan, or where rules on floors contradict each other."""
    try:
        return floors.solve(floors.Study(book), ranges=ranges)
    except floors.Infeasible:
        return None
    except floors.InputError as error:
        if {problem.code for problem in error.problems} <= {"contradictory_rules"}:
            return None
        raise AssertionError(f"{error}\n{mixed.described(book)}") from error


def must_solve(book: Sheets, *, ranges: bool = False) -> floors.Result:
    """The result; a study without one is passed over."""
    result = solve(book, ranges=ranges)
    assume(result is not None)
    assert result is not None
    return result


def cost(book: Sheets) -> float:
    """Total cost, million; infinite without a plan."""
    result = solve(book)
    return float("inf") if result is None else result.figures.total_cost


def near(a: float, b: float, scale: float = 1.0, tolerance: float = NEAR) -> bool:
    """Equal beside the larger of 1, both and `scale`."""
    return abs(a - b) <= tolerance * max(1.0, abs(a), abs(b), abs(scale))


def at_most(a: float, b: float) -> bool:
    """Not above, but for rounding."""
    return a <= b or near(a, b)


def told(*books: Sheets) -> str:
    """Studies as text for a failure."""
    return "\n---\n".join(map(mixed.described, books))


def floors_of(result: floors.Result, back: Mapping[str, str] | None = None) -> dict[Any, Record]:
    """Rows of `floors` by (member, commodity, year), under their first names."""
    names = back or {}

    def first(name: str) -> str:
        return "/".join(names.get(part, part) for part in name.split("/"))

    return {
        (first(row["member"]), first(row["commodity"]), row["year"]): row
        for row in result.floors.to_dict("records")
    }


def same_ranges(
    one: floors.Result,
    other: floors.Result,
    factor: float = 1.0,
    back: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = ("lowest", "highest"),
) -> list[Any]:
    """Floors whose range is not `factor` times the other's."""
    mine, others = floors_of(one), floors_of(other, back)
    assert set(mine) == set(others), set(mine) ^ set(others)
    wrong = []
    for key, row in mine.items():
        for column in columns:
            a, b = row[column], others[key][column]
            blank = a is None or a != a, b is None or b != b
            if blank[0] != blank[1] or (not blank[0] and not near(factor * a, b, tolerance=1e-6)):
                wrong.append((key, column, a, b))
    return wrong


def flows(result: floors.Result, back: Mapping[str, str] | None = None) -> dict[Any, float]:
    """Shipments by origin, destination, commodity and year, under their first names."""
    names = back or {}

    def first(name: str) -> str:
        return "/".join(names.get(part, part) for part in name.split("/"))

    return {(first(o), first(d), first(c), t): q for (o, d, c, t), q in result.outcome.ship.items() if q}


def same_plan(
    one: floors.Result, other: floors.Result, factor: float = 1.0, back: Mapping[str, str] | None = None
) -> bool:
    """Whether all shipments are the same, times the factor."""
    mine, others = flows(one), flows(other, back)
    return all(
        near(factor * mine.get(k, 0.0), others.get(k, 0.0), tolerance=1e-6) for k in set(mine) | set(others)
    )


PRICES = {
    "processes": ("unit_cost", "capital_cost"),
    "plants": ("capital_cost",),
    "routes": ("freight",),
    "demand": ("value",),
    "stockpiles": ("holding_cost",),
    "contracts": ("strike",),
    "funds": ("amount",),
    "reference_prices": (int,),
    "unit_costs": (int,),
    "floor_rules": (int,),
}
QUANTITIES = {
    "processes": ("capacity", "minimum", "max_build", "max_total"),
    "plants": ("capacity", "max_build", "max_total"),
    "capacities": (int,),
    "minimums": (int,),
    "routes": ("limit", "minimum"),
    "route_limits": (int,),
    "route_minimums": (int,),
    "demand": (int,),
    "caps": (int,),
    "contracts": (int,),
    "stockpiles": ("opening", "capacity"),
    "stock_targets": (int,),
    "funds": ("amount",),
}


def scaled(book: Sheets, columns: Mapping[str, tuple[Any, ...]], factor: float) -> Sheets:
    """The study with these numbers multiplied; shares and days stay as they are."""
    new = deepcopy(book)
    for name, wanted in columns.items():
        for row in new.get(name, ()):
            if str(row.get("rule")).endswith("share") or row.get("basis") in ("demand", "use"):
                continue
            for key, value in row.items():
                if (key in wanted or (int in wanted and isinstance(key, int))) and not isinstance(value, str):
                    row[key] = value * factor
    return new


NAMED = {
    "region": ("region", "origin", "destination", "scope", "payer"),
    "good": ("commodity", "group"),
    "works": ("process", "plant"),
    "technology": ("technology",),
    "segment": ("segment",),
    "pile": ("stockpile",),
    "fund": ("fund",),
}
WORDS = {"*", "bloc", "each", "member", "capped", "other"}


def renamed(book: Sheets) -> tuple[Sheets, dict[str, str]]:
    """The study under names that sort the other way round, and the way back."""
    new, back = deepcopy(book), {}
    for kind, columns in NAMED.items():
        first = list(
            dict.fromkeys(
                row[column]
                for rows in book.values()
                for row in rows
                for column in columns
                if row.get(column) is not None and row[column] not in WORDS
            )
        )
        names = {name: f"{kind} {len(first) - n:03}" for n, name in enumerate(sorted(first))}
        back |= {after: before for before, after in names.items()}
        for rows in new.values():
            for row in rows:
                for column in columns:
                    row.update({column: names[row[column]]} if row.get(column) in names else {})
    return new, back


def permuted(book: Sheets, random: Random) -> Sheets:
    """Sheets, rows and columns in another order.

    Years ascend by contract. Capped regions keep their order, which says whose price a floor stands on and
    from where leaks come.
    """
    new: Sheets = {}
    for name in random.sample(list(book), len(book)):
        rows = deepcopy(book[name])
        columns = list(dict.fromkeys(key for row in rows for key in row))
        columns = random.sample(columns, len(columns))
        if name != "years":
            rows = random.sample(rows, len(rows))
        if name == "regions":
            capped = iter([row for row in book[name] if row["role"] == "capped"])
            rows = [dict(next(capped)) if row["role"] == "capped" else row for row in rows]
        new[name] = [{key: row.get(key) for key in columns} for row in rows]
    return new


def pick(random: Random, rows: list[Record]) -> Record:
    """One of the rows; a study without any is passed over."""
    assume(rows)
    return rows[random.randint(0, len(rows) - 1)]
