"""A result weighed in fractions, on the very numbers of its LP: the plan and the prices of its own tables.

What the tables do not hold follows from what they do: consumption from what arrives, the dearest step first;
rents of limits from the prices, by an LP whose answer is weighed like everything else. The LP itself is the
package's own. Nothing is taken on trust: any prices give a bound that no plan can go below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from floors.errors import SolveError, UsageError
from floors.lp import sizes
from floors.lp.exact import ExactOptimum, check, solve_basis
from floors.lp.highs import Solver
from floors.lp.linear import Compiled, LinearProgram, Vector
from floors.solving.minimum import levied_columns
from floors.solving.outcome import Outcome
from floors.sourcing.rows import delivered_rows, variables
from floors.verification.check import Checker
from floors.verification.named import clean
from floors.verification.plan import Plan
from floors.verification.written import Book

GAP = 1e-9  # relative, as the certificate has it
BROKEN = 1e-7  # relative to the terms of rows and reduced costs, and to the largest quantity
NEAR = 1e-11  # of the highest price: levies of two solves that differ by less are the same
DIGITS = Context(prec=15)
OF_WORKBOOK = "the workbook"
OF_SOLVER = "the solver, solving again"


@dataclass(frozen=True)
class Exact:
    """One scenario, money in million at present value. `prices` says whose the prices of the bound are.

    `gap` is total_cost, and `plan_gap` the exact cost of the plan in the tables, over `bound`, relative. Rows,
    reduced costs and their signs are relative as in the certificate; `worst_row` names the row. `assumed` counts
    quantities taken to stay below `largest` t. `corner` is the exact optimum of the basis, with 15 digits, where the LP
    is small enough: `corner_optimal` tells whether the basis is optimal without a tolerance, `corner_fault` what
    is not, `corner_gap` the distance of total_cost from it, relative. Of a `baseline`, total_cost is its own.
    """

    prices: str
    total_cost: float
    plan_cost: float
    bound: float
    gap: float
    plan_gap: float
    assumed: int
    largest: float
    row_violation: float
    worst_row: str
    negative_quantity: float
    dual_sign: float
    reduced_sign: float
    corner: str | None = None
    corner_optimal: bool | None = None
    corner_fault: str = ""
    corner_gap: float | None = None
    baseline: bool = False

    def json(self) -> dict[str, Any]:
        """Names and numbers, as the command prints them; a baseline has no corner."""
        numbers = asdict(self)
        return {k: v for k, v in numbers.items() if k != "baseline" and not (self.baseline and "corner" in k)}

    def said(self, scenario: str) -> Iterator[str]:
        """The numbers in words."""
        of = (f"{scenario}: " if scenario else "") + ("baseline, " if self.baseline else "")
        taken = f" (no quantity above {self.largest:.0e} t, {self.assumed} times)" if self.assumed else ""
        yield (
            f"{of}exactly, by prices of {self.prices}: no plan costs less than {self.bound:,.9f} million{taken}; "
            f"total_cost is {self.gap:.1e} above, the plan in the tables {self.plan_gap:.1e}, relative."
        )
        yield (
            f"{of}exactly: rows broken by at most {self.row_violation:.1e}{self._where()}, quantities below 0 by "
            f"{self.negative_quantity:.1e} of the largest, prices of a wrong sign {self.dual_sign:.1e}, gains "
            f"from doing more {self.reduced_sign:.1e}."
        )
        if self.baseline:
            return
        if self.corner is None:
            yield f"{of}no exact corner: {self.corner_fault}"
        else:
            how = (
                "optimal" if self.corner_optimal else f"not optimal without a tolerance ({self.corner_fault})"
            )
            yield (
                f"{of}the exact corner of the basis costs {self.corner} million, {self.corner_gap:.1e} from "
                f"total_cost, and is {how}."
            )

    def _where(self) -> str:
        return f" ({self.worst_row})" if self.worst_row else ""


def weigh(
    outcome: Outcome, plan: Plan, book: Book, scenario: str, checker: Checker, *, baseline: bool = False
) -> Exact | None:
    """Weigh the plan and prices that results hold on the LP of the same study solved again; says what is wrong.

    `baseline`: those of sheet baseline, without an exact corner. None where the results have no such cost in
    summary, which is found elsewhere.
    """
    metric = "baseline_total_cost" if baseline else "total_cost"
    line = next((k for k in book.lines(scenario, "summary") if k["metric"] == metric), None)
    if line is None or line["value"] is None:
        return None
    compiled = _at_levies(outcome, plan)
    x = _quantities(outcome, plan)
    compiled = _held_at(outcome, compiled, x)
    found = _weighed(outcome, plan, compiled, x, line["value"])
    if baseline:
        found = replace(found, baseline=True)
    else:
        found = replace(found, **_corner(outcome, line["value"]))
    quantities, prices = ("baseline", "baseline") if baseline else ("shipments", "prices")
    checker.compared += 6
    if not abs(found.gap) <= GAP:
        rule = (
            f"{metric} is the least that any plan can cost, exactly, within {GAP:.0e} (it is {found.gap:.1e})"
        )
        checker.at(line, "value", line["value"], found.bound, rule)
    if not abs(found.plan_gap) <= GAP:
        rule = f"no plan is cheaper than that of the tables, exactly, within {GAP:.0e} ({found.plan_gap:.1e})"
        checker.say(quantities, "", "", found.plan_cost, found.bound, rule)
    for sheet, what, size in (
        (quantities, f"the plan obeys row {found.worst_row}", found.row_violation),
        (quantities, "no quantity is below 0", found.negative_quantity),
        (prices, "no price has the wrong sign", found.dual_sign),
        (prices, "nobody gains by doing more", found.reduced_sign),
    ):
        if not size <= BROKEN:
            checker.say(sheet, "", "", size, 0.0, f"{what}, exactly, within {BROKEN:.0e}")
    return found


def _weighed(outcome: Outcome, plan: Plan, compiled: Compiled, x: Vector, total: float) -> Exact:
    """The best of two bounds: that of the workbook's prices, and that of the solver's where it is better."""
    lp, tried = compiled.lp, []
    duals = _completed(outcome, plan.without_rules(), compiled)
    if duals is not None:
        tried.append((OF_WORKBOOK, duals))
    far = sizes.FAR * sizes.largest(x)
    found = [(whose, y, check(lp, x, y, largest=far)) for whose, y in tried]
    if not found or found[0][2].relative_gap > GAP:
        y = outcome.plan.dual
        found.append((OF_SOLVER, y, check(lp, x, y, largest=far)))
    whose, y, weighed = max(found, key=lambda one: one[2].bound)
    row, worst = _worst_row(lp, x)
    cost, size = Fraction(total) * 1000, Fraction(weighed.size or 1.0)
    return Exact(
        whose,
        total,
        float(weighed.cost / 1000),
        float(weighed.bound / 1000),
        float((cost - weighed.bound) / size),
        float(weighed.gap / size),
        weighed.assumed,
        weighed.largest,
        worst,
        _name(compiled, row) if worst > BROKEN else "",
        float(weighed.bound_violation) / (sizes.largest(x) or 1.0),
        float(weighed.dual_sign) / (sizes.largest(y) or 1.0),
        _worst_gain(compiled, y),
    )


def _quantities(outcome: Outcome, plan: Plan) -> Vector:
    """Every column of the LP (n) out of the tables; what is in none of them is 0."""
    m, whole, read = outcome.model, outcome.whole, _reader(outcome)
    x = np.zeros(len(whole.lp.cost))
    for variable, of in (
        (m.ship, plan.ship),
        (m.produce, plan.make),
        (m.build, plan.added),
        (m.connect, plan.connected),
        (m.put, plan.put),
        (m.take, plan.take),
        (m.stock, plan.closing),
        (m.exempt, plan.exempt),
        (m.liable, _liable(outcome, plan)),
        (m.mingled, plan.mingled),
    ):
        for key, column in whole.column_of(variable).items():
            x[column] = of.get(read(key), 0.0)
    left = whole.lp.matrix @ x
    rows, worth = delivered_rows(m, whole), outcome.case.demand.steps
    for (d, c, t), column in whole.column_of(m.passed).items():
        any_, clean = rows[d, c, t], rows[d, outcome.case.tags.clean[c], t]
        x[column] = max(left[clean], 0.0)
        left[any_], left[clean] = left[any_] + x[column], left[clean] - x[column]
    steps = []
    for (d, g, c, j, t), column in whole.column_of(m.consume).items():
        step = worth[d, g, c, t][j]
        steps.append((np.inf if step.value is None else step.value, step.width, column, rows[d, c, t]))
    for value, width, column, row in sorted(steps, key=lambda step: -step[0]):
        x[column] = width if value == np.inf else min(max(left[row], 0.0), width)
        left[row] -= x[column]
    for key, column in whole.column_of(m.waste).items():
        x[column] = max(left[rows[key]], 0.0)
    return x


def _reader(outcome: Outcome) -> Callable[[Any], Any]:
    """From a key of the model to that of the tables: what is clean has another name there."""
    case = outcome.case
    plain = case.tags.plain | dict(case.production.mode) | dict(case.stocks.clean)
    if not plain:
        return lambda key: key
    return lambda key: tuple(clean(plain[part]) if part in plain else part for part in key)


def _liable(outcome: Outcome, plan: Plan) -> dict[Any, float]:
    """What is shipped and pays levies, of the shipments of which some does not."""
    read = _reader(outcome)
    return {read(key): plan.liable(read(key)) for key in outcome.model.liable}


def _at_levies(outcome: Outcome, plan: Plan) -> Compiled:
    """The LP at the minimum levies of the tables, which another solve may leave a cent away."""
    compiled, cost = outcome.compiled, outcome.compiled.lp.cost.copy()
    for column, key, per_unit in levied_columns(outcome.model, compiled):
        solved = outcome.levies.get(key, 0.0)
        change = plan.minimum.get(_reader(outcome)(key), solved) - solved
        cost[column] += per_unit * change if abs(change) > NEAR * plan.dearest else 0.0
    return replace(compiled, lp=replace(compiled.lp, cost=cost))


def _held_at(outcome: Outcome, compiled: Compiled, x: Vector) -> Compiled:
    """Years before a surprise fixed at the quantities of the tables; their rows are the last ones."""
    if outcome.past is None:
        return compiled
    first = outcome.past.known_from
    count = sum(key[-1] < first for var in variables(outcome.model) for key in compiled.column_of(var))
    if not count:
        return compiled
    lp = compiled.lp
    lower, upper = lp.row_lower.copy(), lp.row_upper.copy()
    lower[-count:] = upper[-count:] = x[lp.matrix[-count:].indices]
    return replace(compiled, lp=replace(lp, row_lower=lower, row_upper=upper))


def _completed(outcome: Outcome, plan: Plan, compiled: Compiled) -> Vector | None:
    """Duals (m): the prices and levies of the tables at present value, and the best for all other rows.

    None where no duals of the other rows fit these prices.
    """
    m, lp, weight = outcome.model, compiled.lp, outcome.case.calendar.weight
    read = _reader(outcome)
    levy = {(plan.given.caps[i].name, t): value for (i, t), value in plan.levy.items()}
    known = np.zeros(len(lp.row_lower), dtype=bool)
    y = np.zeros(len(lp.row_lower))
    for component, of in (
        (m.supply, plan.origin),
        (m.use, plan.price),
        (m.use_or_waste, plan.price),
        (m.cap, levy),
        (m.link, plan.friction),
    ):
        for key, row in compiled.rows(component).items():
            told = of.get(read(key) if component is not m.cap else key)
            if told is not None:
                known[row], y[row] = True, told * weight[key[-1]]
    y = np.where(compiled.equality, y, np.maximum(y, 0.0))
    rest = LinearProgram(
        cost=lp.cost - y @ lp.matrix,
        offset=0.0,
        matrix=lp.matrix[~known],
        row_lower=lp.row_lower[~known],
        row_upper=lp.row_upper[~known],
        lower=lp.lower,
        upper=lp.upper,
    )
    try:
        y[~known] = Solver(rest).solve("what the prices leave").dual
    except SolveError:
        return None
    return y


def _worst_row(lp: LinearProgram, x: Vector) -> tuple[int, float]:
    """The row that is broken most, relative to its terms, and by how much; in fractions."""
    size = sizes.of_rows(lp, x).tolist()
    quantity = [Fraction(v) for v in x.tolist()]
    matrix, worst = lp.matrix, (0, Fraction(0))
    ends, columns, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    for i, (low, high) in enumerate(zip(lp.row_lower.tolist(), lp.row_upper.tolist(), strict=True)):
        inside = range(ends[i], ends[i + 1])
        activity = sum((Fraction(data[k]) * quantity[columns[k]] for k in inside), Fraction(0))
        for off, side in ((-1, low), (1, high)):
            if np.isfinite(side):
                by = off * (activity - Fraction(side)) / Fraction(size[i])
                worst = max(worst, (i, by), key=lambda one: one[1])
    return worst[0], float(worst[1])


def _worst_gain(compiled: Compiled, dual: Vector) -> float:
    """The largest reduced cost of a wrong sign, relative to its terms; in fractions."""
    lp, worst = compiled.lp, Fraction(0)
    size = sizes.of_columns(lp, dual).tolist()
    price = [Fraction(v) for v in np.where(compiled.equality, dual, np.maximum(dual, 0.0)).tolist()]
    matrix = lp.matrix.T
    ends, rows, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    for j, (cost, free) in enumerate(zip(lp.cost.tolist(), compiled.free.tolist(), strict=True)):
        inside = range(ends[j], ends[j + 1])
        reduced = Fraction(cost) - sum((Fraction(data[k]) * price[rows[k]] for k in inside), Fraction(0))
        worst = max(worst, (abs(reduced) if free else -reduced) / Fraction(size[j]))
    return float(worst)


def _name(compiled: Compiled, row: int) -> str:
    """The name of a row; one that holds a quantity of the past has none."""
    return compiled.row_names[row] or "of the past"


def _corner(outcome: Outcome, total: float) -> dict[str, Any]:
    """What the basis of the plan stands for, exactly."""
    try:
        corner: ExactOptimum = solve_basis(outcome.compiled.lp, *outcome.basic, outcome.choice.corner)
    except UsageError as error:
        return {"corner_fault": str(error)}
    cost = corner.cost / 1000
    return {
        "corner": str(DIGITS.divide(Decimal(cost.numerator), Decimal(cost.denominator))),
        "corner_optimal": corner.optimal,
        "corner_fault": corner.why,
        "corner_gap": float((Fraction(total) - cost) * 1000) / (outcome.size or 1.0),
    }
