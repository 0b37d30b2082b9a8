"""What is built, where and when, what the fund spends of what it has, and what the stockpiles are worth."""

from __future__ import annotations

from collections import defaultdict

from floors.brief.facts import Facts
from floors.brief.shortage import missing
from floors.contract import results as sheets
from floors.contract.results.trade import InvestmentRow
from floors.page.page import RIGHT, Paragraph, Words
from floors.page.told import amount, listed, money, percent, three_digits, years

MOST = 4  # places told one by one
LEAST = 1e-6  # t/yr
NONE = 1e-6  # of the largest sum of a fund: less is rounding
CLOSE = 0.02  # of what a fund uses: prices of the day that differ by less are the same


def built(facts: Facts) -> Words | None:
    """New capacity for the commodity of the page, how full plants run, funds and stockpiles; None without any."""
    told = [_capacity(facts), _running(facts), _met(facts), *_funds(facts)]
    found = tuple(one for one in told if one is not None)
    title = (
        "What gets built, and what the fund buys" if facts.tables.study.rows("funds") else "What gets built"
    )
    return Words("built", title, found, RIGHT, rank=9, sheet="investment") if found else None


def _makes(facts: Facts) -> dict[str, set[str]]:
    """What each process and plant makes."""
    study = facts.tables.study
    of_technology: dict[str, set[str]] = defaultdict(set)
    for row in study.rows("technologies"):
        if row["coefficient"] > 0:
            of_technology[row["technology"]].add(row["commodity"])
    found: dict[str, set[str]] = defaultdict(set)
    for row in study.rows("processes"):
        goods = of_technology[row["technology"]] if row["technology"] else {row["commodity"]}
        found[row["process"]] |= goods
        if row["plant"]:
            found[row["plant"]] |= goods
    return found


def _capacity(facts: Facts) -> Paragraph | None:
    rows = [row for row in facts.tables.read(sheets.INVESTMENT) if row.added > LEAST]
    if not rows:
        can = any(
            row["capital_cost"] is not None
            for name in ("processes", "plants")
            for row in facts.tables.study.rows(name)
        )
        if not can:
            return None
        enough = not missing(facts)
        return (
            Paragraph("Nothing is built:", "the capacity at hand is enough.")
            if enough
            else Paragraph("Nothing is built.", "")
        )
    makes = _makes(facts)
    mine = [row for row in rows if facts.main in makes.get(row.process, ())]
    others = [row for row in rows if row not in mine]
    said = []
    if mine and facts.main is not None:
        home = [row for row in mine if row.region in facts.members]
        away = [row for row in mine if row not in home]
        inside, outside = _by_region(facts, home), _by_region(facts, away)
        said.append(
            f"For {facts.names.good(facts.main)}: {inside or 'nothing in the bloc'}{_outside(outside)}."
        )
    if others:
        goods = sorted({facts.names.good(good) for row in others for good in makes.get(row.process, ())})
        named = listed(goods) if len(goods) <= MOST else f"{len(goods)} {'other ' if said else ''}goods"
        said.append(f"{'Also for' if said else 'For'} {named} (sheet investment).")
    return Paragraph("New capacity, by year of decision.", " ".join(said))


def _outside(told: str) -> str:
    return f"; outside the bloc {told}" if told else ""


def _by_region(facts: Facts, rows: list[InvestmentRow]) -> str:
    of: dict[str, list[InvestmentRow]] = defaultdict(list)
    for row in rows:
        of[row.region].append(row)
    sums = {region: sum(row.added for row in found) for region, found in of.items()}
    largest = sorted(sums, key=lambda region: -sums[region])
    told = [
        f"{facts.names.region(region)} {three_digits(sums[region])} t/yr "
        f"({years(min(row.year for row in of[region]), max(row.year for row in of[region]))})"
        for region in largest[:MOST]
    ]
    more = largest[MOST:]
    return listed([*told, *([f"{len(more)} more"] if more else [])])


def _running(facts: Facts) -> Paragraph | None:
    """How full plants for the commodity of the page are in the first and the last year with a floor; of the member in
    which that changes most."""
    rows = [row for place in facts.floors.get(facts.main or "", {}).values() for row in place]
    if not rows or facts.main is None:
        return None
    makes, first, last = _makes(facts), min(row.year for row in rows), max(row.year for row in rows)
    loads: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    plants = {row["process"]: row["plant"] for row in facts.tables.study.rows("processes")}
    beside: set[str] = set()  # where some make it without a capacity
    for row in facts.tables.read(sheets.PRODUCTION):
        if row.region not in facts.members or facts.main not in makes.get(row.process, ()):
            continue
        if plants.get(row.process):
            continue  # its plant has a row of its own
        if row.capacity is None and row.activity > LEAST:
            beside.add(row.region)
        if row.capacity:
            load = loads[row.region, row.year]
            load[0], load[1] = load[0] + row.activity, load[1] + row.capacity
    use = {
        region: (loads[region, first], loads[region, last])
        for region, year in loads
        if year == first and (region, last) in loads and region not in beside
    }
    parts = {region: (a[0] / a[1], b[0] / b[1]) for region, (a, b) in use.items()}
    if not parts or first == last:
        return None
    region = max(parts, key=lambda one: abs(parts[one][1] - parts[one][0]))
    then, now = parts[region]
    if percent(then) == percent(now):
        return None
    where = facts.names.the(region)
    run = f"run at {percent(then)} of capacity in {first} and {percent(now)} in {last}"
    return Paragraph("", f"Plants for {facts.names.good(facts.main)} in {where} {run}.")


def _met(facts: Facts) -> Paragraph | None:
    """That nobody goes short; not said where buyers answer prices, for then some give up."""
    demand = [row for row in facts.tables.study.rows("demand") if row["region"] in facts.members]
    told = demand and not any(row["elasticity"] for row in demand) and not missing(facts)
    return Paragraph("", "All demand is met.") if told else None


def _funds(facts: Facts) -> list[Paragraph]:
    """What each fund has and uses: at reference prices, by which it is bounded, and at those of the day."""
    study = facts.tables.study
    pile = {row["stockpile"]: row for row in study.rows("stockpiles")}
    price = {
        (row["commodity"], t): p for row in study.rows("reference_prices") for t, p in row["years"].items()
    }
    used: dict[str, float] = defaultdict(float)
    spent: dict[str, float] = defaultdict(float)
    for row in facts.tables.read(sheets.STOCKS):
        of = pile[row.stockpile]
        if of["fund"]:
            bought = facts.length[row.year] * row.put * price.get((of["commodity"], row.year), 0.0) / 1000
            used[of["fund"]], spent[of["fund"]] = (
                used[of["fund"]] + bought,
                spent[of["fund"]] + row.fund_spent,
            )
    told = []
    for fund in study.rows("funds"):
        uses, has, paid = used[fund["fund"]], fund["amount"], spent[fund["fund"]]
        part = f" ({percent(uses / has)})" if has else ""
        day = f", and {amount(paid)} at those of the day" if abs(paid - uses) > CLOSE * abs(uses) else ""
        if not uses and not paid:
            told.append(Paragraph(fund["fund"], f"buys nothing; it has {money(has, facts.currency)}."))
            continue
        text = f"buys for {amount(uses)} of the {money(has, facts.currency)} it has{part}, at reference prices{day}."
        told.append(Paragraph(fund["fund"], f"{text}{_outcome(facts, fund['fund'])}"))
    return told


def _outcome(facts: Facts, fund: str) -> str:
    """What a fund gains or loses once it has sold what it sells, and who bears a loss; nothing where it is neither."""
    rows = [row for row in facts.tables.read(sheets.VAULT) if row.fund == fund]
    if not rows or rows[-1].result is None:
        return ""
    last, sold = rows[-1], sum(row.sales for row in rows)
    size = max(sold, *(abs(row.balance) for row in rows), rows[-1].closing_worth or 0.0)
    if abs(rows[-1].result) <= NONE * size:
        return ""
    sells = f"It sells for {amount(sold)}, and" if sold > NONE * size else "It sells nothing, and"
    held = f"what it holds in the end is worth {amount(last.closing_worth or 0.0)}"
    if rows[-1].result > 0:
        return f" {sells} {held}: a gain of {amount(rows[-1].result)} after interest."
    private, treasury = last.borne_by_private or 0.0, last.borne_by_treasury or 0.0
    if treasury <= NONE * size:
        whose = "private capital"
    elif private <= NONE * size:
        whose = "the treasury"
    else:
        whose = f"private capital ({amount(private)}) and the treasury ({amount(treasury)})"
    return f" {sells} {held}: a loss of {amount(-rows[-1].result)} after interest, borne by {whose}."
