"""The work of `floors solve` as one script of numpy arrays and highspy: what `floors` is measured against.

    python tests/benchmarks/arrays.py INPUT.xlsx OUTPUT.xlsx [--json] [--ranges] [--leave-out]

It shares no code with the package or its tests. A feature it lacks stops it with a message; with --leave-out it solves
the study without the sheets and columns that it does not know, and names them.

Both linear programs are one matrix. The sourcing LP is min c'x, A x >= b, x >= 0. Prices y with the least
uplift are feasible (A_j'y <= c_j) and complementary to a solution: y_i = 0 where row i has slack, A_j'y = c_j
where x_j > 0. Maximising g'y over such prices is, turned round, the sourcing LP with slack rows dropped,
positive columns free, and g as its right side. So every later stage (floor_choice, sums, both ends of every
floor) is a new right side for the dual simplex method, from the basis it already has. A floor rule a'y <= v is
a column with cost v.

Inside, quantities are t a year, prices USD/kg, money thousand USD of present value in the LP.
"""
# ruff: noqa: E402

import argparse
import gc
import json
import re
import sys
from time import perf_counter

BEGAN = perf_counter()

from collections import defaultdict
from types import SimpleNamespace
from typing import Any, NoReturn

import highspy
import numpy as np
import openpyxl
import xlsxwriter

INF = float("inf")
TINY = 1e-6  # t, or thousand USD: below this a quantity is at its bound
FREE = 9  # a row without sides; else +1 is >=, -1 is <=, 0 is =
MOST_FLOORS = 200

COLUMNS = {
    "settings": "key value",
    "years": "year length",
    "regions": "region name role",
    "commodities": "commodity name stage unit",
    "reference_prices": "commodity",
    "technologies": "technology commodity coefficient",
    "processes": "process region technology commodity unit_cost capacity minimum capital_cost max_build "
    "max_total lead_time lifetime rate first_year last_year plant plant_use",
    "plants": "plant capacity capital_cost max_build max_total lead_time lifetime rate",
    "minimums": "process",
    "capacities": "process",
    "unit_costs": "process",
    "routes": "origin destination commodity freight tariff export_tax loss limit minimum content first_year "
    "last_year",
    "route_limits": "origin destination commodity",
    "route_minimums": "origin destination commodity",
    "demand": "region segment commodity value elasticity enforcement",
    "groups": "group commodity weight",
    "caps": "scope commodity segment origin basis",
    "floor_rules": "commodity rule",
    "contracts": "process commodity strike upside payer",
    "stockpiles": "stockpile region commodity opening capacity holding_cost loss fund",
    "stock_targets": "stockpile",
    "funds": "fund amount",
    "scenarios": "scenario description parent probability known_from",
    "changes": "scenario sheet where column change value",
    "sources": "source citation publisher date url",
    "uncertainty": "sheet where column low high shape group",
    "about": "",
}
YEARLY = (  # noqa: SIM905
    "reference_prices minimums capacities unit_costs route_limits route_minimums demand caps floor_rules "
    "contracts stock_targets"
).split()
NOT_READ = ("scenarios", "changes", "sources", "uncertainty", "about")
SETTINGS = (  # noqa: SIM905
    "contract title currency price_year discount_rate capital_rate coordination floor_choice support_budget "
    "demand_steps rent levy_on"
).split()

Row = dict[Any, Any]
Vector = tuple[np.ndarray, np.ndarray]  # rows and coefficients of a linear expression in prices


def stop(message: str) -> NoReturn:
    raise SystemExit(f"arrays.py: {message}")


# ---------------------------------------------------------------- the workbook


def canonical(name: object) -> str:
    return re.sub(r"[\s_-]", "", str(name)).lower()


def header(sheet: str, value: object, left_out: list[str] | None) -> str | int | None:
    """The column a header names: a field, a year, or None for the user's own and for what is left out."""
    if (isinstance(value, float) and value.is_integer()) or (
        isinstance(value, str) and value.strip().isdigit()
    ):
        value = int(value)
    if isinstance(value, int) and sheet in YEARLY:
        return value
    key = canonical(value)
    for column in COLUMNS[sheet].split():
        if canonical(column) == key:
            return column
    if key.startswith(("note", "source")):
        return None
    if left_out is None:
        stop(f"{sheet}: unknown column {value!r}")
    left_out.append(f"{sheet}.{value}")
    return None


def read(path: str, left_out: list[str] | None = None) -> dict[str, list[Row]]:
    """Sheets of a workbook as lists of rows without their blank cells. What it does not know goes to `left_out`, where
    there is such a list, and stops it where there is none."""
    known = {canonical(name): name for name in COLUMNS}
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    tables["present"] = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        if sheet.title.startswith("_"):
            continue
        name = known.get(canonical(sheet.title))
        if name is None:
            if left_out is None:
                stop(f"unknown sheet {sheet.title!r}")
            left_out.append(sheet.title)
            continue
        tables["present"].append({"sheet": name})
        if name in NOT_READ:
            continue
        lines = sheet.iter_rows(values_only=True)
        titles = next(lines, ())
        heads = [None if h is None else header(name, h, left_out) for h in titles]
        used = [h for h in heads if h is not None]
        if len(used) != len(set(used)):
            stop(f"{name}: a column occurs twice")
        for line in lines:
            row = {}
            for title, head, value in zip(titles, heads, line, strict=True):
                if isinstance(value, str):
                    value = value.strip()
                    if value.startswith("="):
                        stop(f"{name}: formulas are not supported ({value})")
                if value is None or value == "":
                    continue
                if title is None:
                    stop(f"{name}: {value!r} stands under no header")
                if head is not None:
                    row[head] = value
            if row:
                tables[name].append(row)
    return tables


def number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        stop(f"{where}: {value!r} is not a number")
    return float(value)


def field(row: Row, column: str, default: float, sheet: str) -> float:
    return number(row[column], f"{sheet}.{column}") if column in row else default


def text(row: Row, column: str, sheet: str) -> str:
    if column not in row:
        stop(f"{sheet}: {column} is blank")
    return str(row[column])


def code(index: dict[str, int], name: object, where: str) -> int:
    if str(name) not in index:
        stop(f"{where}: {name!r} is not known")
    return index[str(name)]


def by_year(row: Row, years: list[int], sheet: str) -> np.ndarray:
    """Values by year, NaN where blank."""
    for column in row:
        if isinstance(column, int) and column not in years:
            stop(f"{sheet}: {column} is not one of the years")
    return np.array([number(row[y], f"{sheet}.{y}") if y in row else np.nan for y in years])


def keyed(tables: dict[str, list[Row]], sheet: str, key: str, years: list[int]) -> dict[str, np.ndarray]:
    """A table with one row per name: values by year, NaN where blank."""
    rows = {text(row, key, sheet): by_year(row, years, sheet) for row in tables[sheet]}
    if len(rows) != len(tables[sheet]):
        stop(f"{sheet}: a {key} occurs twice")
    return rows


# ---------------------------------------------------------------- the study as arrays


def study(tables: dict[str, list[Row]]) -> SimpleNamespace:
    s = SimpleNamespace()
    given = {canonical(text(r, "key", "settings")): r.get("value") for r in tables["settings"]}
    for key in given:
        if key not in map(canonical, SETTINGS):
            stop(f"settings: unknown key {key!r}")
    s.set = {key: given.get(canonical(key)) for key in SETTINGS}
    if s.set["support_budget"] is not None:
        stop("support_budget is not supported")
    for key, choices in (
        ("coordination", ("as_given", "bloc", "national")),
        ("floor_choice", ("lowest", "steadiest")),
        ("rent", ("government", "exporter")),
        ("contract", (1,)),
    ):
        s.set[key] = choices[0] if s.set[key] is None else s.set[key]
        if s.set[key] not in choices:
            stop(f"settings: {key} is one of {choices}")
    s.rate = 0.07 if s.set["discount_rate"] is None else number(s.set["discount_rate"], "discount_rate")
    s.capital_rate = (
        s.rate if s.set["capital_rate"] is None else number(s.set["capital_rate"], "capital_rate")
    )

    order = sorted(tables["years"], key=lambda r: number(r.get("year"), "years.year"))
    s.years = [int(r["year"]) for r in order]
    s.n = np.array([field(r, "length", 1, "years") for r in order])
    s.t = np.array(s.years)
    s.w = s.n * (1 + s.rate) ** -(s.t - s.t[0])
    s.T = len(s.years)
    s.regions = [text(r, "region", "regions") for r in tables["regions"]]
    s.roles = [text(r, "role", "regions") for r in tables["regions"]]
    s.commodities = [text(r, "commodity", "commodities") for r in tables["commodities"]]
    s.R, s.C = len(s.regions), len(s.commodities)
    s.region = {r: i for i, r in enumerate(s.regions)}
    s.commodity = {c: i for i, c in enumerate(s.commodities)}
    if len(s.region) < s.R or len(s.commodity) < s.C or len(set(s.years)) < s.T:
        stop("a region, commodity or year occurs twice")
    if bad := set(s.roles) - {"member", "capped", "other"}:
        stop(f"regions: unknown role {bad}")
    s.member = np.array([role == "member" for role in s.roles])
    s.capped = np.array([role == "capped" for role in s.roles])
    s.ref = np.full((s.C, s.T), np.nan)
    for name, values in keyed(tables, "reference_prices", "commodity", s.years).items():
        s.ref[code(s.commodity, name, "reference_prices")] = values
    read_processes(s, tables)
    read_contracts(s, tables["contracts"])
    read_routes(s, tables)
    read_demand(s, tables)
    read_caps(s, tables)
    read_stocks(s, tables)
    read_rules(s, tables)
    return s


def building(s: SimpleNamespace, row: Row, sheet: str) -> SimpleNamespace | None:
    """How capacity is added: years alive per build, annual charge per unit; None where it cannot be."""
    if "capital_cost" not in row:
        return None
    q = field(row, "rate", s.capital_rate, sheet)
    life = field(row, "lifetime", 20, sheet)
    lead = field(row, "lead_time", 0, sheet)
    capital = number(row["capital_cost"], sheet)

    def charge(rate: float) -> float:
        return capital / life if rate == 0 else capital * rate / (1 - (1 + rate) ** -life)

    start = s.t[:, None] + lead
    alive = (start <= s.t) & (s.t < start + life)
    return SimpleNamespace(
        charge=charge(q),
        charge_discount=charge(s.rate),
        alive=alive,
        max_build=field(row, "max_build", INF, sheet),
        max_total=field(row, "max_total", INF, sheet),
    )


def read_processes(s: SimpleNamespace, tables: dict[str, list[Row]]) -> None:
    technology: dict[str, dict[int, float]] = defaultdict(dict)
    for row in tables["technologies"]:
        c = code(s.commodity, row.get("commodity"), "technologies")
        name = text(row, "technology", "technologies")
        if c in technology[name]:
            stop(f"technologies: {name} names a commodity twice")
        technology[name][c] = number(row.get("coefficient"), "technologies.coefficient")
    capacities = keyed(tables, "capacities", "process", s.years)
    costs = keyed(tables, "unit_costs", "process", s.years)
    minimums = keyed(tables, "minimums", "process", s.years)

    def filled(yearly: dict[str, np.ndarray], name: str, value: float) -> np.ndarray:
        values = yearly.get(name, np.full(s.T, np.nan))
        return np.where(np.isnan(values), value, values)

    s.plants, s.processes = [], []
    for row in tables["plants"]:
        name = text(row, "plant", "plants")
        capacity = filled(capacities, name, field(row, "capacity", 0, "plants"))
        build = building(s, row, "plants")
        s.plants.append(SimpleNamespace(name=name, capacity=capacity, build=build, region=None, users=[]))
    plant_of = {p.name: p for p in s.plants}
    for row in tables["processes"]:
        name = text(row, "process", "processes")
        p = SimpleNamespace(name=name, region=code(s.region, row.get("region"), f"process {name}"))
        p.technology = row.get("technology")
        if (p.technology is None) == ("commodity" not in row):
            stop(f"process {name}: give a technology or a commodity, one of them")
        if p.technology is None:
            p.makes = {code(s.commodity, row["commodity"], f"process {name}"): 1.0}
        elif str(p.technology) not in technology:
            stop(f"process {name}: unknown technology {p.technology!r}")
        else:
            p.makes = technology[str(p.technology)]
        if "unit_cost" not in row and np.isnan(costs.get(name, np.array([np.nan]))).any():
            stop(f"process {name}: unit_cost is blank")
        p.cost = filled(costs, name, field(row, "unit_cost", np.nan, "processes"))
        p.build = building(s, row, "processes")
        unlimited = INF if p.build is None else 0.0
        p.capacity = filled(capacities, name, field(row, "capacity", unlimited, "processes"))
        p.minimum = filled(minimums, name, field(row, "minimum", 0, "processes"))
        first, last = field(row, "first_year", -INF, "processes"), field(row, "last_year", INF, "processes")
        p.active = (first <= s.t) & (s.t <= last)
        p.plant = None
        if "plant" in row:
            if str(row["plant"]) not in plant_of:
                stop(f"process {name}: unknown plant {row['plant']!r}")
            p.plant = plant_of[str(row["plant"])]
            p.plant_use = field(row, "plant_use", 1, "processes")
            if p.plant.region not in (None, p.region):
                stop(f"plant {p.plant.name} is used in two regions")
            p.plant.region = p.region
            p.plant.users.append(p)
        s.processes.append(p)
    names = [p.name for p in s.processes]
    if len(set(names)) < len(names) or len(plant_of) < len(s.plants) or set(names) & set(plant_of):
        stop("a process or plant occurs twice")
    for sheet, yearly in (("capacities", capacities), ("unit_costs", costs), ("minimums", minimums)):
        if unknown := set(yearly) - set(names) - (set(plant_of) if sheet == "capacities" else set()):
            stop(f"{sheet}: unknown {sorted(unknown)[0]!r}")


def read_contracts(s: SimpleNamespace, rows: list[Row]) -> None:
    """Contracts for difference, and the minimums that they ask for; contracts for one commodity add up."""
    of = {p.name: p for p in s.processes}
    s.contracts = []
    asked: dict[tuple[str, int], np.ndarray] = defaultdict(lambda: np.zeros(s.T))
    for row in rows:
        tonnes = np.nan_to_num(by_year(row, s.years, "contracts"))
        if not tonnes.any():
            continue
        name = text(row, "process", "contracts")
        if name not in of:
            stop(f"contracts: unknown process {name!r}")
        p, made = of[name], [c for c, a in of[name].makes.items() if a > 0]
        c = code(s.commodity, row["commodity"], "contracts") if "commodity" in row else made[0]
        if c not in made or ("commodity" not in row and len(made) > 1):
            stop(f"contracts: {name} does not make that commodity alone")
        asked[name, c] += tonnes
        p.minimum = np.maximum(p.minimum, asked[name, c] / p.makes[c])
        terms = number(row.get("strike"), "contracts.strike"), field(row, "upside", 0, "contracts")
        s.contracts.append((p, c, *terms, code(s.region, row.get("payer"), "contracts"), tonnes))


def winners(s: SimpleNamespace, rows: list[Row], sheet: str, competes: list[np.ndarray]) -> np.ndarray:
    """For each origin, destination, commodity and year the row that holds there, -1 for none."""
    best = np.full((s.R, s.R, s.C, s.T), -1, dtype=np.int64)
    rank = np.full(best.shape, -1, dtype=np.int64)
    tie = np.zeros(best.shape, dtype=bool)
    roles = {
        role: np.array([i for i, x in enumerate(s.roles) if x == role], dtype=int) for role in set(s.roles)
    }
    roles |= {"*": np.arange(s.R)}
    for i, row in enumerate(rows):
        ends, score = [], 0
        for column in ("origin", "destination"):
            name = text(row, column, sheet)
            if name in s.region:
                ends.append(np.array([s.region[name]]))
                score += 100
            elif name in ("member", "capped", "other", "*"):
                ends.append(roles.get(name, np.array([], dtype=int)))
                score += name != "*"
            else:
                stop(f"{sheet}: unknown region {name!r}")
        name = text(row, "commodity", sheet)
        goods = np.arange(s.C) if name == "*" else np.array([code(s.commodity, name, sheet)])
        score += 100 * (name != "*")
        cells = np.ix_(*ends, goods, np.flatnonzero(competes[i]))
        # own shipments change only by a row that names the region twice
        allowed = (ends[0][:, None] != ends[1][None, :])[:, :, None, None]
        if len(ends[0]) == len(ends[1]) == 1 and score >= 200 and row["origin"] == row["destination"]:
            allowed = np.ones_like(allowed)
        better = allowed & (rank[cells] < score)
        tie[cells] = np.where(better, False, tie[cells] | allowed & (rank[cells] == score))
        rank[cells] = np.where(better, score, rank[cells])
        best[cells] = np.where(better, i, best[cells])
    if tie.any():
        o, d, c, t = np.argwhere(tie)[0]
        stop(f"{sheet}: two rows tie for {s.regions[o]}, {s.regions[d]}, {s.commodities[c]}, {s.years[t]}")
    return best


def read_routes(s: SimpleNamespace, tables: dict[str, list[Row]]) -> None:
    """Terms of each origin, destination, commodity and year; `open`: valid and not embargoed."""
    rows = tables["routes"]
    shape = (s.R, s.R, s.C, s.T)
    own = np.eye(s.R, dtype=bool)[:, :, None, None]
    valid = [
        (field(r, "first_year", -INF, "routes") <= s.t) & (s.t <= field(r, "last_year", INF, "routes"))
        for r in rows
    ]
    best = winners(s, rows, "routes", valid)
    covered = best >= 0 if any(p["sheet"] == "routes" for p in tables["present"]) else np.ones(shape, bool)
    covered = covered | own

    def terms(column: str, default: float) -> np.ndarray:
        values = np.array([field(r, column, default, "routes") for r in rows] + [default], dtype=float)
        return values[best]  # -1, no row, is the default at the end

    s.freight, s.loss = terms("freight", 0), terms("loss", 0)
    s.content = np.where(
        np.isnan(content := terms("content", np.nan)), s.capped[:, None, None, None], content
    )
    s.tariff = np.where(own, 0, terms("tariff", 0))
    s.tax = np.where(own, 0, terms("export_tax", 0))
    s.limit, s.least = terms("limit", INF), terms("minimum", 0)
    for sheet, target in (("route_limits", s.limit), ("route_minimums", s.least)):
        values = [by_year(r, s.years, sheet) for r in tables[sheet]]
        if values:
            win = winners(s, tables[sheet], sheet, [~np.isnan(v) for v in values])
            o, d, c, t = np.nonzero(win >= 0)
            target[o, d, c, t] = np.array(values)[win[o, d, c, t], t]
    s.open = covered & (s.limit > 0)
    if (covered & (s.least > s.limit)).any():
        stop("a route's minimum is above its limit")
    if (~covered & (s.least > 0)).any():
        stop("a route_minimum lies on a route that does not exist")
    s.least = np.where(covered, s.least, 0)


def read_demand(s: SimpleNamespace, tables: dict[str, list[Row]]) -> None:
    s.demand, s.table = [], np.zeros((s.R, s.C, s.T))
    keys = set()
    for row in tables["demand"]:
        quantity = by_year(row, s.years, "demand")
        region, segment = text(row, "region", "demand"), text(row, "segment", "demand")
        d = SimpleNamespace(region=code(s.region, region, "demand"), segment=segment)
        d.commodity = code(s.commodity, row.get("commodity"), "demand")
        if (d.region, segment, d.commodity) in keys:
            stop(f"demand: {region}, {segment} occurs twice")
        keys.add((d.region, segment, d.commodity))
        if np.isnan(quantity).all():
            continue
        if np.isnan(quantity).any():
            stop(f"demand: {region}, {segment} is blank in some years")
        if field(row, "elasticity", 0, "demand") != 0 or field(row, "enforcement", 1, "demand") != 1:
            stop("elasticity and enforcement are not supported")
        d.value = field(row, "value", np.nan, "demand")
        d.quantity = quantity
        s.demand.append(d)
        s.table[d.region, d.commodity] += quantity


def read_caps(s: SimpleNamespace, tables: dict[str, list[Row]]) -> None:
    """Cap rows spread over members (`national`) and origins (`each`); segment markets as nodes of their own."""
    groups: dict[str, np.ndarray] = {}
    for row in tables["groups"]:
        weights = groups.setdefault(text(row, "group", "groups"), np.zeros(s.C))
        weights[code(s.commodity, row.get("commodity"), "groups")] = number(
            row.get("weight"), "groups.weight"
        )
    own = {c: np.eye(s.C)[i] for c, i in s.commodity.items()}
    rows, seen = [], set()
    for row in tables["caps"]:
        scope, label = text(row, "scope", "caps"), text(row, "commodity", "caps")
        key = (scope, label, row.get("segment"), row.get("origin"), text(row, "basis", "caps"))
        if key in seen:
            stop(f"caps: {key} occurs twice")
        seen.add(key)
        if label not in own and label not in groups:
            stop(f"caps: unknown commodity {label!r}")
        if scope == "bloc":
            members = np.flatnonzero(s.member)
        else:
            members = np.array([code(s.region, scope, "caps.scope")])
            if not s.member[members[0]]:
                print(f"caps: {scope} is not a member, its row is ignored", file=sys.stderr)
                continue
        if key[4] not in ("demand", "use", "tonnes"):
            stop(f"caps: unknown basis {key[4]!r}")
        if key[3] not in (None, "each") and str(key[3]) not in s.region:
            stop(f"caps: unknown origin {key[3]!r}")
        value = by_year(row, s.years, "caps")
        weight = own[label] if label in own else groups[label]
        if (key[4] != "tonnes" and (value > 1).any()) or (value < 0).any():
            stop(f"caps: {key}: a share is above 1, or a value negative")
        if key[4] == "use" and label in groups:
            refuse_chain(s, weight, label)
        rows.append(SimpleNamespace(key=key, members=members, value=value, weight=weight))

    s.market: dict[tuple[int, str, int], int] = {}
    s.nodes, s.node_region, s.node_segment = list(s.regions), list(range(s.R)), [""] * s.R
    label_at: dict[str, int] = {}
    for row in rows:
        for d in s.demand:
            named = row.key[2] is not None and str(row.key[2]) == d.segment
            if named and d.region in row.members and row.weight[d.commodity] > 0:
                label = f"{s.regions[d.region]}/{d.segment}"
                if label not in label_at:
                    label_at[label] = len(s.nodes)
                    s.nodes.append(label)
                    s.node_region.append(d.region)
                    s.node_segment.append(d.segment)
                s.market[d.region, d.segment, d.commodity] = label_at[label]
    s.N = len(s.nodes)
    s.node_region, s.node_member = np.array(s.node_region), s.member[s.node_region]
    for d in s.demand:
        d.node = s.market.get((d.region, d.segment, d.commodity), d.region)

    s.caps, s.in_caps = [], np.zeros(s.C, dtype=bool)
    for row in rows:
        scope, label, segment, origin, basis = row.key
        s.in_caps |= row.weight > 0
        segment = None if segment is None else str(segment)
        wanted = [d for d in s.demand if segment in (None, d.segment) and row.weight[d.commodity] > 0]

        def base(members: np.ndarray, wanted: list = wanted, weight: np.ndarray = row.weight) -> np.ndarray:
            total = np.zeros(s.T)
            for d in wanted:
                if d.region in members:
                    total += weight[d.commodity] * d.quantity
            return total

        total = base(row.members)
        if basis == "demand" and not total.any():
            stop(f"caps: {row.key}: no demand in the scope")
        spread = scope == "bloc" and s.set["coordination"] == "national"
        for members in [np.array([m]) for m in row.members] if spread else [row.members]:
            share = np.divide(base(members), total, out=np.zeros(s.T), where=total > 0)
            limit = {"demand": row.value * base(members), "tonnes": row.value * (share if spread else 1)}
            nodes = np.isin(s.node_region, members)
            if segment is not None:
                nodes &= np.array(s.node_segment) == segment
            each = [s.regions[o] for o in np.flatnonzero(~s.member)] if origin == "each" else [origin]
            for one in each:
                cap = SimpleNamespace(
                    commodity=label, segment=segment, origin=one, basis=basis, weight=row.weight
                )
                cap.scope = s.regions[members[0]] if spread else scope
                cap.nodes, cap.value, cap.base = nodes, row.value, base(members)
                cap.limit = limit[basis] if basis != "use" else np.zeros(s.T)
                cap.share = row.value if basis == "use" else np.zeros(s.T)
                s.caps.append(cap)


def refuse_chain(s: SimpleNamespace, weight: np.ndarray, label: str) -> None:
    """A `use` cap on a group whose commodities are made from one another counts material twice."""
    feeds = np.zeros((s.C, s.C), dtype=bool)
    for p in s.processes:
        used, made = [c for c, a in p.makes.items() if a < 0], [c for c, a in p.makes.items() if a > 0]
        feeds[np.ix_(used, made)] = True
    for _ in range(s.C):
        feeds |= (feeds.astype(int) @ feeds.astype(int)) > 0
    if feeds[np.ix_(weight > 0, weight > 0)].any():
        stop(f"caps: `use` on group {label}, whose commodities are made from one another")


def read_stocks(s: SimpleNamespace, tables: dict[str, list[Row]]) -> None:
    targets: dict[str, list[tuple[float, float]]] = {}
    for row in tables["stock_targets"]:
        values = []
        for year in s.years:
            cell = row.get(year)
            days = re.fullmatch(r"([\d.]+)\s*d", cell) if isinstance(cell, str) else None
            tonnes = np.nan if cell is None or days else number(cell, "stock_targets")
            values.append((tonnes, float(days[1]) if days else np.nan))
        targets[text(row, "stockpile", "stock_targets")] = values
    s.stocks = []
    for row in tables["stockpiles"]:
        k = SimpleNamespace(name=text(row, "stockpile", "stockpiles"))
        k.region = code(s.region, row.get("region"), f"stockpile {k.name}")
        k.commodity = code(s.commodity, row.get("commodity"), f"stockpile {k.name}")
        k.opening = field(row, "opening", 0, "stockpiles")
        k.capacity = field(row, "capacity", INF, "stockpiles")
        k.holding = field(row, "holding_cost", 0, "stockpiles")
        k.keep = (1 - field(row, "loss", 0, "stockpiles")) ** s.n
        k.fund = row.get("fund")
        k.targets = targets.pop(k.name, [(np.nan, np.nan)] * s.T)
        s.stocks.append(k)
    s.funds = {}
    for row in tables["funds"]:
        s.funds[text(row, "fund", "funds")] = 1000 * number(row.get("amount"), "funds.amount")
    names = [k.name for k in s.stocks]
    if len(set(names)) < len(names):
        stop("a stockpile occurs twice")
    if targets or any(k.fund is not None and str(k.fund) not in s.funds for k in s.stocks):
        stop("stock_targets or stockpiles name an unknown stockpile or fund")


def read_rules(s: SimpleNamespace, tables: dict[str, list[Row]]) -> None:
    """Rules by commodity and kind; a row that names the commodity replaces `*`."""
    named: dict[tuple[str, str], np.ndarray] = {}
    for row in tables["floor_rules"]:
        key = (text(row, "commodity", "floor_rules"), text(row, "rule", "floor_rules"))
        values = by_year(row, s.years, "floor_rules")
        if key[1] not in (
            "maximum",
            "max_rise",
            "max_fall",
            "max_rise_share",
            "max_fall_share",
            "margin",
            "minimum",
        ):
            stop(f"floor_rules: unknown rule {key[1]!r}")
        if key[0] != "*":
            code(s.commodity, key[0], "floor_rules")
        if key in named:
            stop(f"floor_rules: {key} occurs twice")
        if not np.isnan(values).all():
            if key[1] == "minimum":
                stop("the minimum rule is not supported")
            named[key] = values
    s.rules = {}
    for (name, rule), values in named.items():
        for i, c in enumerate(s.commodities):
            if name == c or (name == "*" and (c, rule) not in named):
                s.rules[i, rule] = values


# ---------------------------------------------------------------- the sourcing LP


class Program:
    """Columns (all >= 0) and rows added in blocks; entries as they come."""

    def __init__(self) -> None:
        self.cost: list[np.ndarray] = []
        self.right: list[np.ndarray] = []
        self.sense: list[np.ndarray] = []
        self.entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.width = self.height = 0

    def columns(self, cost: np.ndarray) -> np.ndarray:
        self.cost.append(cost)
        self.width += len(cost)
        return np.arange(self.width - len(cost), self.width)

    def rows(self, sense: int, right: np.ndarray) -> np.ndarray:
        self.right.append(right)
        self.sense.append(np.full(len(right), sense, dtype=np.int64))
        self.height += len(right)
        return np.arange(self.height - len(right), self.height)

    def put(self, rows: Any, columns: Any, values: Any) -> None:
        self.entries.append(tuple(np.broadcast_arrays(rows, columns, np.asarray(values, dtype=float))))  # type: ignore

    def finish(self) -> None:
        """Concatenate; entries by column (CSC), also as triplets."""
        self.c, self.b = np.concatenate(self.cost), np.concatenate(self.right)
        self.kind = np.concatenate(self.sense)
        i, j, a = (np.concatenate([e[k].ravel() for e in self.entries]) for k in range(3))
        keep = a != 0
        i, j, a = i[keep], j[keep], a[keep]
        order = np.argsort(j, kind="stable")
        self.i, self.j, self.a = i[order].astype(np.int32), j[order], a[order]
        self.start = np.concatenate([[0], np.cumsum(np.bincount(j, minlength=self.width))]).astype(np.int32)


def build(s: SimpleNamespace) -> SimpleNamespace:
    """The sourcing LP: columns and rows of model.md, with the index arrays the reports need."""
    lp, m = Program(), SimpleNamespace()
    makes = np.zeros((s.R, s.C), dtype=bool)
    touched = np.zeros((s.N, s.C), dtype=bool)
    for p in s.processes:
        for c, a in p.makes.items():
            makes[p.region, c] |= a > 0
            touched[p.region, c] = True
    for d in s.demand:
        touched[d.node, d.commodity] = True
    for k in s.stocks:
        touched[k.region, k.commodity] = True
    touched[: s.R] |= (s.least > 0).any(axis=(0, 3))
    touched[: s.R] |= s.member[:, None] & s.in_caps  # where floors stand the rows of their caps do
    m.rebate = np.zeros((s.N, s.C, s.T))  # where it is above 0 what arrives is used, piled or wasted
    for cap in s.caps:
        share = np.where(np.isnan(cap.value), 0.0, cap.share)
        m.rebate += cap.nodes[:, None, None] * cap.weight[None, :, None] * share

    m.supply, m.use = np.full((s.R, s.C, s.T), -1), np.full((s.N, s.C, s.T), -1)
    for table, mask in ((m.supply, makes), (m.use, touched)):
        where = np.repeat(mask[:, :, None], s.T, axis=2)
        table[where] = lp.rows(1, np.zeros(where.sum()))
    closed = (m.use >= 0) & (m.rebate > 0)
    m.wn, m.wc, m.wt = np.nonzero(closed)
    lp.sense[-1][m.use[closed] - m.use[m.use >= 0].min()] = 0
    m.waste = lp.columns(np.zeros(len(m.wn)))
    lp.put(m.use[closed], m.waste, -1)

    # ship[o, d, c, t]: a segment market is reached by the route to its region
    reach = s.open[:, s.node_region] & makes[:, None, :, None] & touched[None, :, :, None]
    o, d, c, t = m.so, m.sd, m.sc, m.st = np.nonzero(reach)
    route = (o, s.node_region[d], c, t)
    m.freight, m.loss, m.content = s.freight[route], s.loss[route], s.content[route]
    dear = np.isnan(s.ref[c, t]) & ((s.tariff[route] > 0) | (s.tax[route] > 0))
    if dear.any():
        stop(f"reference price of {s.commodities[c[dear][0]]} is missing, a tariff or export tax needs it")
    ref = np.where(np.isnan(s.ref[c, t]), 0, s.ref[c, t])
    m.tariff, m.tax = s.tariff[route] * ref, s.tax[route] * ref
    m.ship = lp.columns(s.w[t] * (m.freight + m.tariff + m.tax))
    lp.put(m.supply[o, c, t], m.ship, -1)
    lp.put(m.use[d, c, t], m.ship, 1 - m.loss)
    for least, sense, bound in ((False, -1, s.limit), (True, 1, s.least)):
        bounded = (bound > 0) & s.open if least else np.isfinite(bound) & s.open
        row = np.full(bound.shape, -1)
        row[bounded] = lp.rows(sense, bound[bounded])
        on = row[route] >= 0
        lp.put(row[route][on], m.ship[on], 1)

    add_processes(s, lp, m)
    add_demand_and_stocks(s, lp, m)
    for cap in s.caps:
        have = ~np.isnan(cap.value)
        cap.row = np.full(s.T, -1)
        cap.row[have] = lp.rows(-1, cap.limit[have])
        sel = np.flatnonzero(cap.nodes[d] & (cap.weight[c] > 0) & have[t])
        k = m.content[sel] if cap.origin is None else (o[sel] == s.region[str(cap.origin)]).astype(float)
        seen = 1 - m.loss[sel] if cap.basis == "use" else np.ones(len(sel))
        cap.sel, cap.seen, cap.k = sel, seen, cap.weight[c[sel]] * k * seen
        cap.coefficient = cap.weight[c[sel]] * (k - cap.share[t[sel]]) * seen
        lp.put(cap.row[t[sel]], m.ship[sel], cap.coefficient)
        back = np.flatnonzero(cap.nodes[m.wn] & (cap.weight[m.wc] > 0) & have[m.wt])
        cap.back = back
        lp.put(cap.row[m.wt[back]], m.waste[back], cap.weight[m.wc[back]] * cap.share[m.wt[back]])
        for pile in s.stocks if cap.basis == "use" else ():
            if cap.nodes[pile.region] and cap.weight[pile.commodity] > 0:
                number = cap.weight[pile.commodity] * cap.share[have]
                lp.put(cap.row[have], pile.put[have], number)
                lp.put(cap.row[have], pile.take[have], -number)
    lp.finish()
    m.lp = lp
    m.constant = sum(float(s.w @ e.quantity) * e.value for e in s.demand if not np.isnan(e.value))
    return m


def add_processes(s: SimpleNamespace, lp: Program, m: SimpleNamespace) -> None:
    """Activity, builds, capacity of processes and plants, minimums."""
    for p in s.processes:
        p.at = np.flatnonzero(p.active)
        p.produce = np.full(s.T, -1)
        p.produce[p.at] = lp.columns((s.w * p.cost)[p.at])
        for c, a in p.makes.items():
            table = m.supply if a > 0 else m.use
            lp.put(table[p.region, c, p.at], p.produce[p.at], a)
        p.load = [(p, 1.0)]
        least = p.at[p.minimum[p.at] > 0]
        lp.put(lp.rows(1, p.minimum[least]), p.produce[least], 1)
    for plant in s.plants:
        plant.load = [(p, p.plant_use) for p in plant.users]
    for p in s.processes + s.plants:
        limited = np.flatnonzero(np.isfinite(p.capacity))
        p.row = np.full(s.T, -1)
        p.row[limited] = lp.rows(-1, p.capacity[limited])
        for user, share in p.load:
            at = user.at[p.row[user.at] >= 0]
            lp.put(p.row[at], user.produce[at], share)
        p.builds = np.full(s.T, -1)
        if p.build is None:
            continue
        when = np.flatnonzero(p.build.alive.any(axis=1))
        p.builds[when] = lp.columns(p.build.charge * (p.build.alive[when] @ s.w))
        b, t = np.nonzero(p.build.alive & (p.row >= 0))
        lp.put(p.row[t], p.builds[b], -1)
        if np.isfinite(p.build.max_build):
            lp.put(lp.rows(-1, p.build.max_build * s.n[when]), p.builds[when], 1)
        if np.isfinite(p.build.max_total):
            lp.put(lp.rows(-1, np.array([p.build.max_total])), p.builds[when], 1)


def add_demand_and_stocks(s: SimpleNamespace, lp: Program, m: SimpleNamespace) -> None:
    for d in s.demand:
        d.at = np.flatnonzero(d.quantity > 0)
        must = np.isnan(d.value)
        d.consume = np.full(s.T, -1)
        d.consume[d.at] = lp.columns(np.zeros(len(d.at)) if must else -(s.w * d.value)[d.at])
        lp.put(m.use[d.node, d.commodity, d.at], d.consume[d.at], -1)
        lp.put(lp.rows(0 if must else -1, d.quantity[d.at]), d.consume[d.at], 1)
    funds = {name: lp.rows(-1, np.array([amount])) for name, amount in s.funds.items()}
    inputs = defaultdict(list)
    for p in s.processes:
        for c, a in p.makes.items():
            if a < 0:
                inputs[p.region, c].append((p, a))
    for k in s.stocks:
        k.put, k.take = lp.columns(np.zeros(s.T)), lp.columns(np.zeros(s.T))
        k.stock = lp.columns(s.w * k.holding)
        use = m.use[k.region, k.commodity]
        lp.put(use, k.put, -1)
        lp.put(use, k.take, 1)
        opening = np.zeros(s.T)
        opening[0] = k.keep[0] * k.opening
        row = lp.rows(0, opening)
        lp.put(row, k.stock, 1)
        lp.put(row[1:], k.stock[:-1], -k.keep[1:])
        lp.put(row, k.put, -s.n)
        lp.put(row, k.take, s.n)
        if np.isfinite(k.capacity):
            lp.put(lp.rows(-1, np.full(s.T, k.capacity)), k.stock, 1)
        targets = list(k.targets)
        if np.isnan(targets[-1]).all():
            targets[-1] = (k.opening * float(np.prod(k.keep)), np.nan)
        for t, (tonnes, days) in enumerate(targets):
            if not np.isnan(tonnes):
                lp.put(lp.rows(1, np.array([tonnes])), k.stock[t], 1)
            elif not np.isnan(days):
                row = lp.rows(1, np.array([days / 365 * s.table[k.region, k.commodity, t]]))
                lp.put(row, k.stock[t], 1)
                for p, a in inputs[k.region, k.commodity]:
                    if p.active[t]:
                        lp.put(row, p.produce[t], a * days / 365)
        if k.fund is not None:
            if np.isnan(s.ref[k.commodity]).any():
                stop(f"fund {k.fund}: a reference price of {s.commodities[k.commodity]} is missing")
            lp.put(funds[str(k.fund)], k.put, s.n * s.ref[k.commodity])


# ---------------------------------------------------------------- floors as expressions in prices


def floors_of(s: SimpleNamespace, m: SimpleNamespace) -> list[SimpleNamespace]:
    """Where a floor exists, and what it is: price at the capped origin plus cap duals, over w."""
    stocked = np.zeros((s.R, s.C), dtype=bool)
    for k in s.stocks:
        stocked[k.region, k.commodity] |= k.opening > 0

    def room(p: SimpleNamespace, t: int) -> bool:
        b = p.build
        grown = b is not None and b.max_build > 0 and b.max_total > 0 and b.alive[:, t].any()
        return bool(p.capacity[t] > 0 or grown)

    made = np.zeros((s.R, s.C, s.T), dtype=bool)
    for t in range(s.T):
        able = [
            p for p in s.processes if p.active[t] and room(p, t) and (p.plant is None or room(p.plant, t))
        ]
        here, more = made[:, :, t], True
        while more:
            more = False
            got = stocked | here | (here[:, None, :] & s.open[:, :, :, t]).any(axis=0)
            for p in able:
                if all(a > 0 or got[p.region, c] for c, a in p.makes.items()):
                    for c, a in p.makes.items():
                        if a > 0 and not here[p.region, c]:
                            here[p.region, c] = more = True

    goods = [(n, c) for n in range(s.R) if s.member[n] for c in range(s.C)]
    goods += sorted({(node, c) for (_, _, c), node in s.market.items()})
    found = []
    for node, c in goods:
        region = s.node_region[node]
        for t in range(s.T):
            able = s.capped & made[:, c, t] & s.open[:, region, c, t]
            if not able.any():
                continue
            o = int(np.flatnonzero(able)[0])
            rows, coefficients, lift = [int(m.supply[o, c, t])], [1 / s.w[t]], False
            rebate = []
            for cap in s.caps:
                if cap.row[t] < 0 or not cap.nodes[node] or cap.weight[c] == 0:
                    continue
                k = (
                    s.content[o, region, c, t]
                    if cap.origin is None
                    else float(s.region[str(cap.origin)] == o)
                )
                lift |= k * cap.weight[c] > 0
                rows.append(int(cap.row[t]))
                seen = 1 - s.loss[o, region, c, t] if cap.basis == "use" else 1.0
                coefficients.append(-cap.weight[c] * (k - cap.share[t]) * seen / s.w[t])
                rebate.append((rows[-1], -cap.weight[c] * cap.share[t] * seen / s.w[t]))
            if not lift:
                continue
            f = SimpleNamespace(node=node, commodity=c, t=t, origin=o, rebate=rebate)
            f.vector = (np.array(rows), np.array(coefficients))
            f.kind = (c, t, s.node_segment[node])
            f.lowest = f.highest = np.nan
            found.append(f)
    return found


def rule_columns(
    s: SimpleNamespace, m: SimpleNamespace, floors: list[SimpleNamespace]
) -> list[tuple[Vector, float, bool]]:
    """Each rule as (a, v, equal): a'y <= v, or = v."""
    at = {(f.node, f.commodity, f.t): f for f in floors}

    def joined(*terms: tuple[float, Vector]) -> Vector:
        sums: dict[int, float] = defaultdict(float)
        for factor, (rows, values) in terms:
            for i, v in zip(rows.tolist(), values.tolist(), strict=True):
                sums[i] += factor * v
        kept = {i: v for i, v in sorted(sums.items()) if abs(v) > 1e-15}
        return np.array(list(kept), dtype=np.int64), np.array(list(kept.values()))

    rules: list[tuple[Vector, float, bool]] = []
    for f in floors:
        c, t = f.commodity, f.t

        def limit(rule: str, c: int = c, t: int = t) -> float | None:
            values = s.rules.get((c, rule))
            return None if values is None or np.isnan(values[t]) else float(values[t])

        if (v := limit("maximum")) is not None:
            rules.append((f.vector, v, False))
        before = at.get((f.node, c, t - 1)) if t else None
        if before is not None:
            gap = s.years[t] - s.years[t - 1]
            if (v := limit("max_rise")) is not None:
                rules.append((joined((1, f.vector), (-1, before.vector)), v * gap, False))
            if (v := limit("max_fall")) is not None:
                rules.append((joined((-1, f.vector), (1, before.vector)), v * gap, False))
            if (v := limit("max_rise_share")) is not None:
                rules.append((joined((1, f.vector), (-((1 + v) ** gap), before.vector)), 0.0, False))
            if (v := limit("max_fall_share")) is not None:
                rules.append((joined((-1, f.vector), ((1 - v) ** gap, before.vector)), 0.0, False))
        if (v := limit("margin")) is not None and f.node < s.R:
            for makes in {str(p.technology): p.makes for p in s.processes if p.technology is not None
                          and p.region == f.node and p.active[t] and p.makes.get(c, 0) > 0}.values():  # fmt: skip
                terms = []
                for other, a in makes.items():
                    floor = at.get((f.node, other, t))
                    price = (np.array([m.use[f.node, other, t]]), np.array([1 / s.w[t]]))
                    terms.append((-a, floor.vector if floor else price))
                rules.append((joined(*terms), -v * makes[c], False))
    if s.set["coordination"] == "bloc":
        first: dict[Any, SimpleNamespace] = {}
        for f in floors:
            other = first.setdefault(f.kind, f)
            apart = joined((1, f.vector), (-1, other.vector))
            if len(apart[0]):
                rules.append((apart, 0.0, True))
    distinct = {
        (a.tobytes(), x.round(12).tobytes(), v, e): ((a, x), v, e) for (a, x), v, e in rules if len(a)
    }
    if any(not len(a) and v < 0 for (a, _), v, _ in rules):
        stop("contradictory floor_rules")
    return list(distinct.values())


# ---------------------------------------------------------------- solving


class Solver:
    """HiGHS holding one matrix; right sides, senses and column bounds change between runs."""

    def __init__(self, lp: Program, kind: np.ndarray) -> None:
        self.h = highspy._core._Highs()  # Highs() itself prints a banner before it can be silenced
        self.h.setOptionValue("output_flag", False)
        self.kind, self.lower, self.upper = kind.copy(), np.zeros(lp.width), np.full(lp.width, INF)
        low, high = self.sides(lp.b)
        self.h.passModel(
            lp.width, lp.height, len(lp.a), 1, 1, 0.0, lp.c, self.lower, self.upper, low, high,
            lp.start, lp.i, lp.a, np.zeros(lp.width, dtype=np.int32),
        )  # fmt: skip
        self.runs = self.pivots = 0

    def sides(self, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        on = self.kind != FREE
        return np.where(on & (self.kind >= 0), right, -INF), np.where(on & (self.kind <= 0), right, INF)

    def run(self, trouble: str = "the solver stopped", quantities: bool = True) -> bool:
        """True: optimal. False: infeasible. Anything else stops."""
        self.h.run()
        self.runs += 1
        self.last = max(self.h.getInfo().simplex_iteration_count, 0)
        self.pivots += self.last
        status = self.h.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            solution = self.h.getSolution()
            self.y = np.array(solution.row_dual)
            if quantities:
                self.x, self.rows = np.array(solution.col_value), np.array(solution.row_value)
            return True
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        stop(f"{trouble}: {self.h.modelStatusToString(status)}")

    def add(self, vectors: list[Vector], cost: list[float], lower: list[float], upper: list[float]) -> None:
        sizes = [len(rows) for rows, _ in vectors]
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)[:-1]
        index = np.concatenate([rows for rows, _ in vectors]).astype(np.int32)
        value = np.concatenate([values for _, values in vectors])
        self.h.addCols(
            len(cost), np.array(cost), np.array(lower), np.array(upper), len(index), start, index, value
        )
        self.lower, self.upper = np.append(self.lower, lower), np.append(self.upper, upper)

    def face(self, right: np.ndarray) -> None:
        """Restrict prices to those complementary to the last run: columns off their bounds are freed, slack
        rows dropped; a column at its upper bound may from now on only fall."""
        at_lower = np.isfinite(self.lower) & (self.x <= self.lower + TINY)
        at_upper = np.isfinite(self.upper) & (self.x >= self.upper - TINY)
        self.lower = np.where(at_lower & ~at_upper, 0, -INF)
        self.upper = np.where(at_upper & ~at_lower, 0, INF)
        self.h.changeColsBounds(
            len(self.lower), np.arange(len(self.lower), dtype=np.int32), self.lower, self.upper
        )
        slack = (self.kind != 0) & (np.abs(self.rows - right) > TINY)
        self.kind[slack] = FREE

    def signs(self) -> tuple[np.ndarray, np.ndarray]:
        """Which variables of the basis must be >= 0 and which <= 0; a row's logical is its right side less its sum."""
        _, basic = self.h.getBasicVariables()
        column, row = np.maximum(basic, 0), np.maximum(-1 - basic, 0)
        rising = np.where(basic >= 0, np.isfinite(self.lower)[column], np.isin(self.kind[row], (-1, 0)))
        falling = np.where(basic >= 0, np.isfinite(self.upper)[column], np.isin(self.kind[row], (1, 0)))
        return rising, falling

    def aim_at(self, rows: np.ndarray, right: np.ndarray) -> None:
        kind = self.kind[rows]
        low = np.where((kind != FREE) & (kind >= 0), right, -INF)
        high = np.where((kind != FREE) & (kind <= 0), right, INF)
        self.h.changeRowsBounds(len(rows), rows.astype(np.int32), low, high)

    def aim(self, right: np.ndarray) -> None:
        low, high = self.sides(right)
        self.h.changeRowsBounds(len(low), np.arange(len(low), dtype=np.int32), low, high)

    def most(self, goal: np.ndarray) -> None:
        """Maximise goal'y over the face, then keep to the prices that attain it."""
        size = np.abs(goal).max()
        if size == 0:
            return
        goal = goal * (1000 / size)
        self.aim(goal)
        if not self.run():
            stop("a price stage is unbounded")
        self.face(goal)


def solve(s: SimpleNamespace, m: SimpleNamespace, clock: Any, ranges: bool) -> SimpleNamespace:
    """Plan, uplift, prices and ranges of the study with its caps and rules."""
    lp = m.lp
    r = SimpleNamespace(floors=floors_of(s, m))
    solver = Solver(lp, lp.kind)
    clock("build")
    if not solver.run():
        stop("the sourcing LP is infeasible")
    r.x, r.activity, r.basis = solver.x, solver.rows, solver.h.getBasis()
    r.cost = float(lp.c @ r.x)
    clock("sourcing")

    solver.h.setOptionValue("presolve", "off")
    rules = rule_columns(s, m, r.floors)
    if rules:
        solver.add([a for a, _, _ in rules], [v for _, v, _ in rules],
                   [-INF if e else 0.0 for _, _, e in rules], [INF] * len(rules))  # fmt: skip
        solver.run("contradictory floor_rules: no prices obey them")
        r.uplift = r.cost - float(lp.b @ solver.y)
    solver.face(lp.b)
    basis, prices, runs = solver.h.getBasis(), solver.y, solver.runs
    clock("pricing")
    if ranges or len(r.floors) <= MOST_FLOORS:
        solver.aim(np.zeros(lp.height))
        find_ranges(solver, r.floors, lp.height)
    clock("ranges")
    if solver.runs > runs:  # so that prices do not depend on whether ranges were asked for
        solver.h.setBasis(basis)
        solver.y = prices
    choose(s, m, solver, r)
    clock("pricing")
    r.runs, r.pivots = solver.runs, solver.pivots
    return r


def goal_of(vectors: list[Vector], height: int) -> np.ndarray:
    goal = np.zeros(height)
    for rows, values in vectors:
        np.add.at(goal, rows, values)
    return goal


def find_ranges(solver: Solver, floors: list[SimpleNamespace], height: int) -> None:
    """Lowest and highest of each distinct floor. Most ends need no LP: with B the basis and B z = f, the prices at
    hand already attain the greatest f'y if z, and the least if -z, has the sign its bounded columns ask."""
    known: dict[tuple[bytes, bytes], tuple[float, float]] = {}
    y, (rising, falling) = solver.y, solver.signs()
    for f in floors:
        rows, values = f.vector
        key = (rows.tobytes(), values.tobytes())
        if key not in known:
            goal = goal_of([(rows, 1000 * values)], height)
            status, z = solver.h.getBasisSolve(goal)
            if status != highspy.HighsStatus.kOk:
                stop("the solver has no basis to ask")
            up, down = z > 1e-7, z < -1e-7
            here, ends = float(values @ y[rows]), []
            for sign, wrong in (
                (-1, (rising & up) | (falling & down)),
                (1, (rising & down) | (falling & up)),
            ):
                if not wrong.any():
                    ends.append(here)
                    continue
                solver.aim_at(rows, sign * 1000 * values)
                ends.append(float(values @ solver.y[rows]) if solver.run(quantities=False) else np.nan)
                solver.aim_at(rows, 0 * values)
                if solver.last > 0:
                    if np.isnan(ends[-1]):
                        solver.run()
                    y, (rising, falling) = solver.y, solver.signs()
            known[key] = (ends[0], ends[1])
        f.lowest, f.highest = known[key]


def choose(s: SimpleNamespace, m: SimpleNamespace, solver: Solver, r: SimpleNamespace) -> None:
    """floor_choice, least sum of w x floor, least make-whole; prices, floors and the split of uplift."""
    lp = m.lp
    if s.set["floor_choice"] == "lowest":
        goal = np.zeros(lp.height)
        for d in s.demand:
            if s.member[d.region]:
                np.add.at(goal, m.use[d.node, d.commodity, d.at], -r.x[d.consume[d.at]])
        solver.most(goal)
    elif r.floors:
        steady(s, solver, r.floors)
    solver.most(-goal_of([(f.vector[0], s.w[f.t] * f.vector[1]) for f in r.floors], lp.height))
    if not hasattr(r, "uplift"):
        r.uplift = 0.0
    if r.uplift > TINY:
        solver.most(r.activity)
    r.y = solver.y
    r.reduced = lp.c - np.bincount(lp.j, lp.a * r.y[lp.i], minlength=lp.width)
    r.make_whole = float(r.x @ r.reduced)
    r.foregone = float(r.y @ (r.activity - np.where(np.isfinite(lp.b), lp.b, 0)))
    for f in r.floors:
        f.floor = float(f.vector[1] @ r.y[f.vector[0]])


def steady(s: SimpleNamespace, solver: Solver, floors: list[SimpleNamespace]) -> None:
    """Least sum of |change| / reference price / years between: a column within +- its weight per change."""
    at = {(f.node, f.commodity, f.t): f for f in floors}
    vectors, weights = [], []
    for f in floors:
        before = at.get((f.node, f.commodity, f.t - 1))
        if before is not None:
            ref = s.ref[f.commodity, f.t]
            if np.isnan(ref):
                stop(f"steadiest needs the reference price of {s.commodities[f.commodity]}")
            merged: dict[int, float] = defaultdict(float)
            for g, sign in ((f, 1), (before, -1)):
                for i, v in zip(g.vector[0].tolist(), g.vector[1].tolist(), strict=True):
                    merged[i] += sign * v
            vectors.append((np.array(list(merged)), np.array(list(merged.values()))))
            weights.append(1000 / (ref * (s.years[f.t] - s.years[f.t - 1])))
    if vectors:
        solver.add(vectors, [0.0] * len(weights), [-v for v in weights], weights)
        nothing = np.zeros(len(solver.kind))
        solver.aim(nothing)
        if not solver.run():
            stop("a price stage is unbounded")
        solver.face(nothing)


def solve_baseline(s: SimpleNamespace, m: SimpleNamespace, basis: Any, clock: Any) -> SimpleNamespace:
    """The same study without caps and floor_rules, from the basis of the capped plan."""
    lp, r = m.lp, SimpleNamespace(floors=[])
    kind = lp.kind.copy()
    for cap in s.caps:
        kind[cap.row[cap.row >= 0]] = FREE
    solver = Solver(lp, kind)
    solver.h.setBasis(basis)
    # new edge weights for a warm start cost more than they save
    solver.h.setOptionValue("simplex_dual_edge_weight_strategy", 0)
    if not solver.run():
        stop("the baseline is infeasible")
    r.x, r.activity = solver.x, solver.rows
    r.cost = float(lp.c @ r.x)
    solver.h.setOptionValue("presolve", "off")
    solver.face(lp.b)
    choose(s, m, solver, r)
    clock("baseline")
    return r


# ---------------------------------------------------------------- accounts


def accounts(s: SimpleNamespace, m: SimpleNamespace, r: SimpleNamespace) -> None:
    """What each region and market pays and gets, thousand a year [node, year]; fills r."""
    y, x = r.y, r.x
    o, d, c, t = m.so, m.sd, m.sc, m.st
    blank = np.append(y, np.nan)
    r.price, r.origin_price = blank[m.use] / s.w, blank[m.supply] / s.w
    price = np.nan_to_num(r.price)
    r.q = x[m.ship]
    r.levy = np.zeros(len(r.q))
    earned = np.zeros((s.N, s.C, s.T))  # what a kg that arrives earns, and waste and piles pay back
    for cap in s.caps:
        have = cap.row >= 0
        dual = np.where(have, -y[cap.row] / s.w, 0.0) * np.where(have, cap.share, 0.0)
        earned += cap.nodes[:, None, None] * cap.weight[None, :, None] * dual
        cap_t = t[cap.sel]
        r.levy[cap.sel] -= cap.coefficient * y[cap.row[cap_t]] / s.w[cap_t]
    lost = x * r.reduced

    def spread(node: np.ndarray, year: np.ndarray, values: np.ndarray) -> np.ndarray:
        total = np.zeros(by_node)
        np.add.at(total, (node, year), values)
        return total

    by_node = (s.N, s.T)
    a = r.accounts = {}
    unused = np.append(r.activity, 0)[m.use]
    a["outlay"] = (price * unused).sum(axis=1)
    a["unserved"] = np.zeros(by_node)
    help_demand, helped = np.zeros(by_node), np.zeros(by_node)
    for e in s.demand:
        got = x[e.consume[e.at]]
        a["outlay"][e.node, e.at] += price[e.node, e.commodity, e.at] * got
        help_demand[e.node, e.at] += lost[e.consume[e.at]] / s.w[e.at]
        if not np.isnan(e.value):
            a["unserved"][e.node, e.at] += e.value * (e.quantity[e.at] - got)
    help_demand += spread(m.wn, m.wt, lost[m.waste] / s.w[m.wt])
    a["outlay"] -= help_demand
    wasted, at = x[m.waste], (m.wn, m.wc, m.wt)
    paid_back = spread(m.wn, m.wt, wasted * earned[at])
    a["outlay"] += spread(m.wn, m.wt, wasted * price[at]) + paid_back
    for k in s.stocks:
        paid_back[k.region] += earned[k.region, k.commodity] * (x[k.put] - x[k.take])
    a["levy_revenue"] = spread(d, t, values=r.q * r.levy)
    a["tariff_revenue"] = spread(d, t, values=r.q * m.tariff)
    a["export_tax_revenue"] = spread(o, t, values=r.q * m.tax)
    surplus = spread(
        o, t, values=r.q * ((1 - m.loss) * price[d, c, t] - m.freight - m.tariff - m.tax - r.levy)
    )
    helped += spread(o, t, values=lost[m.ship] / s.w[t])
    if s.set["rent"] == "exporter":
        surplus += spread(o, t, values=r.q * r.levy)
        a["levy_revenue"] = np.zeros(by_node)
    a["levy_revenue"] += paid_back
    r.unit = r.charges = r.charges_discount = 0.0
    for p in s.processes + s.plants:
        region = p.region
        if region is None:
            continue
        if p.build is not None:
            when = np.flatnonzero(p.builds >= 0)
            added = x[p.builds[when]]
            p_alive = added @ p.build.alive[when]
            surplus[region] -= p.build.charge * p_alive
            r.charges += p.build.charge * float(s.w @ p_alive)
            r.charges_discount += p.build.charge_discount * float(s.w @ p_alive)
            alive = p.build.alive[when]
            helped[region] += (lost[p.builds[when]] / (alive @ s.w)) @ alive
    for p in s.processes:
        run = x[p.produce[p.at]]
        for k, coefficient in p.makes.items():
            if coefficient < 0:
                surplus[p.region, p.at] += price[p.region, k, p.at] * coefficient * run
        surplus[p.region, p.at] -= p.cost[p.at] * run
        r.unit += float((s.w * p.cost)[p.at] @ run)
        helped[p.region, p.at] += lost[p.produce[p.at]] / s.w[p.at]
    a["stock_cost"] = np.zeros(by_node)
    r.holding = 0.0
    for k in s.stocks:
        a["stock_cost"][k.region] += (price + earned)[k.region, k.commodity] * (
            x[k.put] - x[k.take]
        ) + k.holding * x[k.stock]
        r.holding += k.holding * float(s.w @ x[k.stock])
        helped[k.region] += (lost[k.put] + lost[k.take] + lost[k.stock]) / s.w
    a["contract_payments"] = np.zeros(by_node)
    for p, k, strike, upside, payer, tonnes in s.contracts:
        above = np.nan_to_num(r.origin_price[p.region, k]) - strike
        paid = (np.maximum(-above, 0) - upside * np.maximum(above, 0)) * tonnes
        a["contract_payments"][payer] += paid
        surplus[p.region] += paid
    a["producer_surplus"] = surplus + helped

    help_all = helped + help_demand
    a["support"] = np.zeros(by_node)
    np.add.at(a["support"], s.node_region[s.node_member], help_all[s.node_member])
    weight = np.zeros(by_node)
    np.add.at(weight, s.node_region[s.node_member], a["outlay"][s.node_member])
    outside, total = help_all[~s.node_member].sum(axis=0), weight.sum(axis=0)
    a["support"] += weight * np.divide(outside, total, out=np.zeros(s.T), where=total > 0)
    a["net_cost"] = (
        a["outlay"] + a["unserved"] + a["stock_cost"] + a["support"] + a["contract_payments"] - a["levy_revenue"]
        - a["tariff_revenue"] - a["export_tax_revenue"] - a["producer_surplus"]
    )  # fmt: skip
    r.freight = float(s.w[t] @ (r.q * m.freight))
    unserved = float(a["unserved"].sum(axis=0) @ s.w)
    r.resource = r.unit + r.charges + r.freight + r.holding
    r.balance = abs(float(a["net_cost"].sum(axis=0) @ s.w) - r.resource - unserved)
    if r.balance > 1e-6 * max(1.0, abs(r.resource) + unserved):
        stop(f"money does not balance: {r.balance} thousand")
    inside = s.node_member[d] & s.in_caps[c]
    whole = float(s.n[t[inside]] @ r.q[inside])
    r.capped_share = float((s.n[t] * m.content)[inside] @ r.q[inside]) / whole if whole else np.nan
    r.total = r.cost + m.constant


# ---------------------------------------------------------------- results


def tables_of(
    s: SimpleNamespace, m: SimpleNamespace, r: SimpleNamespace, baseline: SimpleNamespace
) -> dict[str, Any]:
    """Every results sheet as (header, rows)."""
    years, T = s.years, range(s.T)
    o, d, c, t = m.so, m.sd, m.sc, m.st
    x = r.x
    out: dict[str, tuple[str, list[list]]] = {}
    members = s.node_member

    def pv(name: str) -> float:
        return float(r.accounts[name][members].sum(axis=0) @ s.w) / 1000

    out["summary"] = (
        "metric value unit",
        [
            [name, value, "million, present value"]
            for name, value in (
                ("total_cost", r.total / 1000),
                ("resource_cost", r.resource / 1000),
                ("capital_premium", (r.charges - r.charges_discount) / 1000),
                ("unserved_cost", pv("unserved")),
                ("levy_revenue", pv("levy_revenue")),
                ("bloc_net_cost", pv("net_cost")),
                ("uplift", r.uplift / 1000),
                ("make_whole", r.make_whole / 1000),
                ("foregone", r.foregone / 1000),
                ("baseline_total_cost", baseline.total / 1000),
            )
        ]
        + [
            ["capped_share", r.capped_share, "share"],
            ["money_balance", r.balance, "thousand, present value"],
        ],
    )
    node_q = np.zeros((s.R, s.N, s.C, s.T))
    node_q[o, d, c, t] = r.q
    rows = []
    for f in r.floors:
        region, origin = s.node_region[f.node], f.origin
        at = (origin, region, f.commodity, f.t)
        capped = float(r.origin_price[origin, f.commodity, f.t])
        levy = f.floor - capped
        ref = 0.0 if np.isnan(s.ref[f.commodity, f.t]) else s.ref[f.commodity, f.t]
        landed = f.floor + s.freight[at] + (s.tariff[at] + s.tax[at]) * ref
        rebate = sum(v * r.y[i] for i, v in f.rebate)
        arrives = node_q[origin, f.node, f.commodity, f.t] > TINY
        rows.append(
            [s.nodes[f.node], s.commodities[f.commodity], years[f.t], s.regions[origin], f.floor, capped, levy,
             levy / capped if capped else None, landed, rebate, f.floor + rebate, bool(arrives and levy > TINY),
             f.lowest, f.highest, bool(levy > TINY)]
        )  # fmt: skip
    out["floors"] = (
        "member commodity year origin floor capped_price levy levy_rate landed_price rebate producer_price effective "
        "lowest highest binding",
        rows,
    )
    origin_price = np.full(r.price.shape, np.nan)
    origin_price[: s.R] = r.origin_price
    seen = np.argwhere(~np.isnan(r.price) | ~np.isnan(origin_price)).tolist()
    out["prices"] = (
        "region commodity year price origin_price",
        [[s.nodes[n], s.commodities[k], years[j], float(r.price[n, k, j]), float(origin_price[n, k, j])]
         for n, k, j in seen],
    )  # fmt: skip
    flows = np.flatnonzero(r.q > TINY)
    arrived = node_q.sum(axis=0)
    by_destination = flows[np.lexsort((o[flows], t[flows], c[flows], d[flows]))].tolist()
    share = r.q / np.maximum(arrived[d, c, t], TINY)
    cost = m.freight + m.tariff + m.tax
    q, content, levy = r.q.tolist(), m.content.tolist(), r.levy.tolist()
    names, goods = s.nodes, s.commodities
    out["sourcing"] = (
        "destination commodity year origin quantity share leak",
        [
            [names[d[i]], goods[c[i]], years[t[i]], names[o[i]], q[i], float(share[i]), False]
            for i in by_destination
        ],
    )
    out["shipments"] = (
        "origin destination commodity year quantity content levy cost",
        [[names[o[i]], names[d[i]], goods[c[i]], years[t[i]], q[i], content[i], levy[i], float(cost[i])]
         for i in flows.tolist()],
    )  # fmt: skip
    production, investment = [], []
    price, made_at = np.nan_to_num(r.price), np.nan_to_num(r.origin_price)
    for p in s.processes + s.plants:
        if p.region is None:
            continue
        built, load, margin = np.zeros(s.T), np.zeros(s.T), np.full(s.T, np.nan)
        if p.build is not None:
            when = np.flatnonzero(p.builds >= 0)
            built = x[p.builds[when]] @ p.build.alive[when]
            investment += [
                [
                    p.name,
                    s.regions[p.region],
                    years[b],
                    float(x[p.builds[b]]),
                    p.build.charge * x[p.builds[b]] / 1000,
                ]
                for b in when.tolist()
            ]
        for user, factor in p.load:
            load[user.at] += factor * x[user.produce[user.at]]
        if hasattr(p, "makes"):
            margin = -p.cost + sum(v * (made_at if v > 0 else price)[p.region, k] for k, v in p.makes.items())
        room = p.capacity + built
        for j in T:
            used = load[j] / room[j] if 0 < room[j] < INF else np.nan
            production.append(
                [
                    p.name,
                    s.regions[p.region],
                    years[j],
                    float(load[j]),
                    float(room[j]),
                    float(used),
                    float(margin[j]),
                ]
            )
    out["production"] = ("process region year activity capacity utilisation unit_margin", production)
    out["investment"] = ("process region year added annual_charge", investment)
    out["stocks"] = (
        "stockpile year put take closing fund_spent",
        [[k.name, years[j], float(x[k.put[j]]), float(x[k.take[j]]), float(x[k.stock[j]]),
          float(s.n[j] * price[k.region, k.commodity, j] * x[k.put[j]] / 1000) if k.fund else np.nan]
         for k in s.stocks for j in T],
    )  # fmt: skip
    rows = []
    for cap in s.caps:
        arrivals = np.bincount(t[cap.sel], cap.weight[c[cap.sel]] * r.q[cap.sel] * cap.seen, minlength=s.T)
        wasted = np.bincount(m.wt[cap.back], cap.weight[m.wc[cap.back]] * x[m.waste[cap.back]], minlength=s.T)
        arrivals = arrivals - (wasted if cap.basis == "use" else 0.0)
        for k in s.stocks if cap.basis == "use" else ():
            arrivals = arrivals - cap.nodes[k.region] * cap.weight[k.commodity] * (x[k.put] - x[k.take])
        used = np.bincount(t[cap.sel], cap.k * r.q[cap.sel], minlength=s.T)
        limit = cap.share * arrivals if cap.basis == "use" else cap.limit
        base = arrivals if cap.basis == "use" else cap.base
        for j in np.flatnonzero(cap.row >= 0):
            dual = -float(r.y[cap.row[j]] / s.w[j])
            rows.append([cap.scope, cap.commodity, cap.segment, cap.origin, cap.basis, years[j], float(limit[j]),
                         float(used[j]), float(limit[j] - used[j]), dual, dual * 0.01 * base[j] / 1000])  # fmt: skip
    out["caps"] = ("scope commodity segment origin basis year limit used slack levy per_point", rows)
    columns = [
        "outlay",
        "unserved",
        "levy_revenue",
        "tariff_revenue",
        "producer_surplus",
        "support",
        "contract_payments",
        "export_tax_revenue",
        "stock_cost",
        "net_cost",
    ]
    values = np.stack([r.accounts[name] for name in columns] + [baseline.accounts["net_cost"]]) / 1000
    values = np.concatenate([values, values[-2:-1] - values[-1:]])
    out["accounts"] = (
        f"region role year {' '.join(columns)} baseline_cost change",
        [
            [s.nodes[n], s.roles[s.node_region[n]], years[j], *values[:, n, j].tolist()]
            for n in range(s.N)
            for j in T
        ],
    )
    return out


def write(path: str, tables: dict[str, tuple[str, list[list]]]) -> None:
    book = xlsxwriter.Workbook(path)
    for name, (head, rows) in tables.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, head.split())
        number_at, string_at = sheet.write_number, sheet.write_string
        for i, row in enumerate(rows, start=1):
            for j, value in enumerate(row):
                if isinstance(value, str):
                    string_at(i, j, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(i, j, value)
                elif value is not None and abs(value) < INF:
                    number_at(i, j, value)
    book.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--ranges", action="store_true", help=f"also for more than {MOST_FLOORS} floors")
    parser.add_argument("--leave-out", action="store_true", help="solve without what it does not know")
    options = parser.parse_args()
    seconds: dict[str, float] = defaultdict(float)
    last = BEGAN

    def clock(phase: str) -> None:
        nonlocal last
        now = perf_counter()
        seconds[phase] += now - last
        last = now

    gc.disable()  # nothing is dropped before the end; collecting costs a quarter of reading and writing
    clock("import")
    left_out: list[str] = []
    tables = read(options.input, left_out if options.leave_out else None)
    if left_out:
        print(f"arrays.py: leaves out {', '.join(left_out)}", file=sys.stderr)
    clock("read")
    s = study(tables)
    m = build(s)
    r = solve(s, m, clock, options.ranges)
    baseline = solve_baseline(s, m, r.basis, clock)
    accounts(s, m, baseline)
    accounts(s, m, r)
    results = tables_of(s, m, r, baseline)
    clock("accounts")
    write(options.output, results)
    clock("write")
    seconds["all"] = last - BEGAN
    head, rows = results["floors"]
    keep = [
        head.split().index(k) for k in ("member", "commodity", "year", "floor", "levy", "lowest", "highest")
    ]
    floors = [
        {head.split()[k]: None if isinstance(row[k], float) and np.isnan(row[k]) else row[k] for k in keep}
        for row in rows
    ]
    answer = {
        "status": "optimal",
        "total_cost": r.total / 1000,
        "uplift": r.uplift / 1000,
        "make_whole": r.make_whole / 1000,
        "capped_share": r.capped_share,
        "baseline_cost": baseline.total / 1000,
        "bloc_net_cost": {a: b for a, b, _ in results["summary"][1]}["bloc_net_cost"],
        "columns": m.lp.width,
        "rows": m.lp.height,
        "runs": r.runs,
        "pivots": r.pivots,
        "seconds": {k: round(v, 4) for k, v in seconds.items()},
        "floors": floors,
    }
    if options.json:
        print(json.dumps(answer))
    else:
        print(f"total_cost {r.total / 1000:.6f} million, uplift {r.uplift / 1000:.6f} million")
        print(", ".join(f"{k} {v:.3f} s" for k, v in seconds.items()))


if __name__ == "__main__":
    main()
