"""Goods of one technology or group that are in different units, and quantities that jump from year to year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median_low

from floors.case.apart import FAR, Cell, is_said, spot, times
from floors.case.derive import Case
from floors.case.in_print import in_print
from floors.contract.input_columns import Key
from floors.errors import Problem
from floors.study.study import Study

# t, as labels of commodities write it; what a label says beside it, such as REO or LCE, is not looked into
MASSES = {
    "t": 1.0, "tonne": 1.0, "tonnes": 1.0, "tpa": 1.0, "kg": 1e-3, "kgs": 1e-3, "kilogram": 1e-3, "kilograms": 1e-3,
    "g": 1e-6, "gram": 1e-6, "grams": 1e-6, "lb": 4.5359237e-4, "lbs": 4.5359237e-4, "pound": 4.5359237e-4,
    "pounds": 4.5359237e-4, "mtu": 1e-2, "stu": 9.0718474e-3, "kt": 1e3, "ktpa": 1e3, "ktonnes": 1e3, "mt": 1e6,
}  # fmt: skip
BY_YEAR = ("capacities", "minimums", "route_limits", "route_minimums", "exemptions", "contracts", "releases")


def same_units(case: Case) -> Iterator[Problem]:
    """Warnings; in a scenario where it set one of the two cells."""
    yield from _labels(case.study)
    yield from _coefficients(case.study)
    yield from _years(case.study)


def mass(label: object) -> float | None:
    """t of a unit such as `kg`, `kt` or `t REO`; None of what is no mass."""
    word = re.match(r"[A-Za-z]+", str(label).strip())
    return MASSES.get(word[0].lower()) if word else None


def _labels(study: Study) -> Iterator[Problem]:
    """Goods joined by coefficients or weights, t per t, whose labels are different masses."""
    goods = {
        row["commodity"]: (i, row["unit"], mass(row["unit"]))
        for i, row in enumerate(study.rows("commodities"))
    }
    for table, key in (("technologies", "technology"), ("groups", "group")):
        first: dict[str, tuple[int, str]] = {}
        for i, row in enumerate(study.rows(table)):
            name, c = row[key], row["commodity"]
            line, label, size = goods[c]
            if size is None:
                continue
            _, other = first.setdefault(name, (i, c))
            if goods[other][2] == size:
                continue
            cells = Cell("commodities", line, "unit"), Cell("commodities", goods[other][0], "unit")
            if not is_said(study, *cells):
                continue
            what = "coefficient" if table == "technologies" else "weight"
            at = Cell(table, i, what)
            message = (
                f"{c} is in {label} and {other} in {goods[other][1]} ({spot(study, cells[1])}), and {key} {name} "
                f"joins them by t per t ({spot(study, at)})."
            )
            hint = "Every quantity is read in t and every price per kg, whatever the label: write both in t."
            found = study.problem(*cells[0], message, hint, "units_differ", "warning")
            yield found._replace(also=(spot(study, cells[1]), spot(study, at)))
            break


def _coefficients(study: Study) -> Iterator[Problem]:
    """Technologies that make 200 times what they use, or of one thing 200 times what others make of it."""
    rows: dict[str, list[tuple[int, str, float]]] = {}
    for i, row in enumerate(study.rows("technologies")):
        rows.setdefault(row["technology"], []).append((i, row["commodity"], row["coefficient"]))
    yields: dict[tuple[str, str], dict[tuple[Cell, Cell], float]] = {}
    for name, parts in rows.items():
        made = [part for part in parts if part[2] > 0]
        used = [part for part in parts if part[2] < 0]
        if not made or not used:
            continue
        out, into = sum(a for _, _, a in made), -sum(a for _, _, a in used)
        top, most = max(made, key=lambda part: part[2]), min(used, key=lambda part: part[2])
        cells = Cell("technologies", top[0], "coefficient"), Cell("technologies", most[0], "coefficient")
        if out >= FAR * into and is_said(study, *cells):
            output, inputs = in_print(out, into)
            message = (
                f"technology {name} makes {output} t, {times(out / into)} the {inputs} t that it uses "
                f"({spot(study, cells[1])})."
            )
            yield _coefficient(study, cells, message)
            continue
        for i, c, a in made:
            for k, u, b in used:
                cells = Cell("technologies", k, "coefficient"), Cell("technologies", i, "coefficient")
                yields.setdefault((c, u), {})[cells] = -b / a
    for (c, u), of in yields.items():
        usual = median_low(of.values())
        like = min(of, key=lambda cells: abs(of[cells] - usual))
        for cells, ratio in of.items():
            if (ratio < FAR * usual and ratio > usual / FAR) or not is_said(study, *cells, *like):
                continue
            here, there = in_print(ratio, usual)
            message = (
                f"here {here} t of {u} make 1 t of {c}, {times(ratio / usual)} the {there} t of another technology "
                f"({spot(study, like[0])})."
            )
            yield _coefficient(study, (cells[0], like[0]), message)


def _coefficient(study: Study, cells: tuple[Cell, Cell], message: str) -> Problem:
    hint = "Coefficients are t per t: check that none is of kg or of ore where metal is meant, unless it is meant."
    found = study.problem(*cells[0], message, hint, "coefficient_far_off", "warning")
    return found._replace(also=(spot(study, cells[1]),))


def _years(study: Study) -> Iterator[Problem]:
    """Demand that moves by 200 times in a year, and other quantities that do for one year and back."""
    for i, row in enumerate(study.rows("demand")):
        for (t, x), (u, y) in pairwise(_filled(row["years"])):
            if (y >= FAR * x or y <= x / FAR) and (found := _jump(study, "demand", i, t, u, y / x)):
                yield found
                break
    for table in BY_YEAR:
        for i, row in enumerate(study.rows(table)):
            years = _filled(row["years"])
            for k in range(1, len(years) - 1):
                (t, x), (u, y), (_, z) = years[k - 1 : k + 2]
                if (y >= FAR * max(x, z) or y <= min(x, z) / FAR) and (
                    found := _jump(study, table, i, t, u, y / x)
                ):
                    yield found
                    break


def _filled(years: dict[int, float]) -> list[tuple[int, float]]:
    return [(t, x) for t, x in sorted(years.items()) if x > 0]


def _jump(study: Study, table: str, i: int, t: Key, u: Key, ratio: float) -> Problem | None:
    before, here = Cell(table, i, t), Cell(table, i, u)
    if not is_said(study, before, here):
        return None
    value, other = in_print(*(study.rows(table)[i]["years"][year] for year in (u, t)))
    message = f"{value} t in {u} is {times(ratio)} that of {t}, {other} ({spot(study, before)})."
    hint = "Quantities are t/yr: check that neither is in kg or kt, unless it is meant."
    found = study.problem(table, i, u, message, hint, "quantity_far_off", "warning")
    return found._replace(also=(spot(study, before),))
