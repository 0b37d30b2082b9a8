"""The page of a sweep: what a tighter cap costs, which floors it takes, where they jump and who sets them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from floors.brief.facts import UNMET
from floors.brief.figures import decimals_for, prices, signed_format, typed_share
from floors.brief.floors_table import setter
from floors.brief.names import counted
from floors.brief.page import held, where
from floors.brief.pictures.sweep import COST, FLOORS, cost_title, pictures, shown_years
from floors.brief.question import goods_of
from floors.brief.sure import source
from floors.brief.swept import Swept
from floors.brief.terms import terms
from floors.contract.results.sweep import JumpRow, SweepRow, SweptFloorRow
from floors.page.page import LEFT, RIGHT, Block, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import amount, listed, money, three_digits, years

MOST_CAPS = 8  # rows of the table of costs
MOST_JUMPS = 6
MOST_ANSWERS = 5


def page(swept: Swept, stamp: str = "") -> Page:
    """The page of a sweep; `stamp` is the day, where it was asked for."""
    blocks = [*_drawn(swept), _table(swept), _jumps(swept), _sure(swept), _limits(swept)]
    facts = swept.facts
    made = held(
        Page(
            kicker=facts.tables.study.settings.title or facts.tables.study.name,
            where=where(facts),
            headline=_headline(swept),
            question=_question(swept),
            answers=_answers(swept),
            blocks=tuple(block for block in blocks if block is not None),
            source=source(facts, stamp),
        )
    )
    return replace(made, terms=terms(facts, made))


def _headline(swept: Swept) -> str:
    if not swept.solved:
        caps = [row.cap for row in swept.asked if row.cap is not None]
        span = (
            typed_share(caps[0]) if len(caps) == 1 else f"{typed_share(caps[0])} to {typed_share(caps[-1])}"
        )
        return f"No cap of {span} has a plan"
    if not swept.costs:
        return f"{len(swept.solved)} of {len(swept.asked)} caps have a plan"
    return cost_title(swept)


def _question(swept: Swept) -> str:
    facts, settings = swept.facts, swept.tables.study.settings
    caps = swept.tables.study.rows("caps")
    goods = listed(list(dict.fromkeys(goods_of(facts, caps[i]["commodity"]) for i in swept.rows)))
    shares = [row.cap for row in swept.asked if row.cap is not None]
    span = (
        f"from {typed_share(shares[0])} to {typed_share(shares[-1])}"
        if len(shares) > 1
        else f"to {typed_share(shares[0])}"
    )
    origin = {caps[i]["origin"] for i in swept.rows}
    whose = facts.names.capped if origin == {None} else "the origins that the caps name"
    of = {"use": "use", "demand": "demand", "tonnes": "demand"}
    base = listed(list(dict.fromkeys(of[caps[i]["basis"]] for i in swept.rows)))
    papers = [caps[i]["leaks"] == "unseen" for i in swept.rows]
    shown = (
        " (as papers show it)" if all(papers) else " (of some caps as papers show it)" if any(papers) else ""
    )
    kept = {year for i in swept.rows for year in caps[i]["years"]}
    price = f"{settings.currency} of {settings.price_year}" if settings.price_year else settings.currency
    rate = settings.discount_rate
    return (
        f"Asked: what does it cost to hold {whose} to one share of the {base} of {goods}{shown}, the same in "
        f"{years(min(kept), max(kept))}, {span}? Totals: {facts.span}, {price}, "
        f"{f'discounted at {typed_share(rate)}' if rate else 'not discounted'}, against the same without these caps."
    )


def _answers(swept: Swept) -> tuple[Paragraph, ...]:
    told = [_no_plan(swept), _short(swept), _best(swept), _slope(swept), _whole(swept), *_moves(swept)]
    return tuple(one for one in told if one is not None)[:MOST_ANSWERS]


def _no_plan(swept: Swept) -> Paragraph | None:
    """Caps without a plan."""
    lost = [row for row in swept.asked if row.status != "optimal"]
    if not lost or not swept.solved:
        return None
    first = typed_share(lost[0].cap or 0.0)
    if swept.exact and swept.tightest is not None:
        return Paragraph(
            f"Below {three_digits(100 * swept.tightest)} % there is no plan,", "whatever is paid."
        )
    if all(row.status == "infeasible" for row in lost):
        return Paragraph(f"At {first} there is no plan,", "whatever is paid.")
    return Paragraph(f"{len(lost)} of {len(swept.asked)} caps have no result,", f"the first of them {first}.")


def _short(swept: Swept) -> Paragraph | None:
    """The loosest cap at which a floor is what a buyer who goes short would pay."""
    short = [
        row
        for caps in swept.floors.values()
        for row in caps.values()
        if row.set_by.startswith(UNMET) and row.commodity in swept.goods
    ]
    if not short:
        return None
    loosest = max(row.cap or 0.0 for row in short)
    rows = [row for row in short if row.cap == loosest]
    goods = listed([swept.facts.names.good(good) for good in dict.fromkeys(row.commodity for row in rows)])
    when = sorted({row.year for row in rows})
    told = str(when[0]) if len(when) == 1 else f"{when[0]} first"
    first = swept.solved[0].cap == loosest
    lead = f"Already at {typed_share(loosest)} a" if first else f"At {typed_share(loosest)} the first"
    return Paragraph(
        f"{lead} buyer would go short:",
        f"in {told}, the price of {goods} there is what a buyer would pay rather than do without, and no floor.",
    )


def _best(swept: Swept) -> Paragraph | None:
    """The bloc's best cap, where it is not the world's, and what the difference is worth."""
    bloc, world = swept.best.get("bloc"), swept.best.get("world")
    if bloc is None or world is None or bloc.cap is None or world.cap is None or len(swept.solved) < 2:
        return None
    worth, price = world.bloc_bears_more, bloc.world_bears_more
    if bloc.cap == world.cap or swept.nothing(worth):
        return None
    currency = swept.tables.currency
    more = "as much" if swept.nothing(price) else f"{money(price, currency)} more"
    return Paragraph(
        f"Of these caps {typed_share(bloc.cap)} is the cheapest for the bloc, {typed_share(world.cap)} for the world:",
        f"the bloc bears {money(worth, currency)} less at its own than at the world’s, and the world {more}, tariffs "
        "and what goes unserved counted.",
    )


def _slope(swept: Swept) -> Paragraph | None:
    """What a point costs from where the cap costs anything."""
    paid = [(cap, cost) for cap, cost in swept.costs if swept.idle is None or cap <= swept.idle]
    if len(paid) < 2 or swept.nothing(paid[-1][1] - paid[0][1]):
        return None
    steps = [(a, b, (b[1] - a[1]) / (a[0] - b[0]) / 100) for a, b in pairwise(paid)]
    a, b, most = max(steps, key=lambda step: step[2])
    mean = (paid[-1][1] - paid[0][1]) / (paid[0][0] - paid[-1][0]) / 100
    if mean <= 0 or most <= 0:
        return None
    currency = swept.tables.currency
    span = f"from {typed_share(paid[0][0])} to {typed_share(paid[-1][0])}"
    first = f"{span} a point less costs the bloc {money(mean, currency)} on average"
    if len(steps) > 1 and most > 1.1 * mean:
        first += f", and {amount(most)} where it costs most, from {typed_share(a[0])} to {typed_share(b[0])}"
    return Paragraph("What a point costs:", f"{first}.")


def _whole(swept: Swept) -> Paragraph | None:
    """Cost of the whole supply at the tightest cap."""
    if not swept.costs:
        return None
    row = swept.solved[-1]
    if row.cost_of_cap is None or swept.nothing(row.cost_of_cap):
        return None
    verb = "more" if row.cost_of_cap > 0 else "less"
    told = money(row.cost_of_cap, swept.tables.currency)
    return Paragraph(
        f"At {typed_share(row.cap or 0.0)} the whole supply costs {told} {verb},",
        "tariffs and what goes unserved counted, all countries together.",
    )


def _moves(swept: Swept) -> list[Paragraph]:
    """Where the floors of the first two commodities jump most, and who sets them."""
    found = []
    for good in swept.goods[:2]:
        rows = [row for row in swept.jumps if row.commodity == good and row.looser is not None]
        if not rows:
            continue
        row = max(rows, key=lambda one: abs(one.jump))
        low, high = prices(row.floor_from, row.floor_to)
        at = f", at {typed_share(row.bends_at)}" if row.bends_at is not None else ""
        whose = "" if len(swept.members(good)) == 1 else f" in {swept.facts.names.the_place(row.member)}"
        lead = f"The floor on {swept.facts.names.good(good)}{whose} jumps most in {row.year}:"
        found.append(
            Paragraph(
                lead,
                f"from {low} to {high} {swept.facts.per_kg} between caps of {typed_share(row.looser or 0.0)} and "
                f"{typed_share(row.tighter)}{at}, {_before_and_after(swept, row)}.",
            )
        )
    return found


def _before_and_after(swept: Swept, row: JumpRow) -> str:
    before, after = (_who(swept, name) for name in (row.set_by_from, row.set_by_to))
    return f"set by {before} at both" if before == after else f"set by {before}, then by {after}"


def _who(swept: Swept, name: str) -> str:
    """Who sets a floor; a rule by its name."""
    told = setter(swept.facts, name)
    if not told:
        return "costs elsewhere"
    return f"“{told}”" if told == name else told


def _drawn(swept: Swept) -> list[Block]:
    names = {picture.name for picture in pictures(swept)}
    blocks: list[Block] = []
    if COST in names:
        blocks.append(Drawn("cost", "What the cap costs", COST, 0, LEFT, sheet=COST))
    if FLOORS in names:
        good = swept.facts.names.good(swept.goods[0])
        blocks.append(Drawn("floor", f"The floor on {good}", FLOORS, 0, RIGHT, sheet=FLOORS))
    return blocks


def _chosen(rows: list[SweepRow]) -> list[SweepRow]:
    """As many as are told, the first and the last among them."""
    count = min(len(rows), MOST_CAPS)
    return [rows[round(n * (len(rows) - 1) / max(1, count - 1))] for n in range(count)]


def _table(swept: Swept) -> Table | None:
    """Costs, levies and some floors by cap."""
    if not swept.costs:
        return None
    good = swept.goods[0] if swept.goods else None
    member = swept.members(good)[0] if good else ""
    told = shown_years(swept, good, member)[-3:] if good else []
    currency, rows = swept.tables.currency, _chosen(swept.solved)
    size = max(abs(row.change_of_bloc_net_cost or 0.0) for row in rows)
    fine = decimals_for(size)
    shape = signed_format(fine)
    heads = [
        Head("Cap", 4, right=False),
        Head("costs the bloc", 6),
        Head("the whole supply", 7),
        Head("levies received", 6),
        *(Head(f"floor {year}", (36 - 23) // len(told)) for year in told),
    ]
    lines = []
    for row in rows:
        floors: list[SweptFloorRow | None] = [
            swept.floors.get((member, good or "", year), {}).get(row.cap or 0.0) for year in told
        ]
        lines.append(
            Line(
                (
                    Entry(typed_share(row.cap or 0.0)),
                    Entry(row.change_of_bloc_net_cost, shape, strong=True),
                    Entry(row.cost_of_cap, shape),
                    Entry(row.levy_revenue, f"#,##0.{'0' * fine}" if fine else "#,##0"),
                    *(Entry(None if one is None else one.floor, "0.00") for one in floors),
                )
            )
        )
    notes = [
        f"Million {currency}, present value: costs against the same without these caps (+ more, – less)."
    ]
    if good:
        names = swept.facts.names
        whose = "" if len(swept.members(good)) == 1 else f" in {names.the_place(member)}"
        notes.append(
            f"Floors on {names.good(good)}{whose}, {currency}/kg at the factory gate of the capped origin."
        )
    return Table(
        "costs",
        "What each cap costs, and the floors it takes",
        tuple(heads),
        tuple(lines),
        tuple(notes),
        sheet="sweep",
    )


def _jumps(swept: Swept) -> Table | None:
    """The largest jumps of the first commodity, and who sets its floor before and after."""
    if not swept.goods:
        return None
    good = swept.goods[0]
    members = swept.members(good)
    rows = [
        row
        for row in swept.jumps
        if row.commodity == good and row.member in members and row.looser is not None
    ]
    rows = sorted(rows, key=lambda row: -abs(row.jump))[:MOST_JUMPS]
    if not rows:
        return None
    name = swept.facts.names
    several = len(members) > 1
    heads = (
        Head("Year", 3, right=False),
        Head("between caps of", 6, right=False),
        Head("floor from", 4),
        Head("to", 4),
        Head("set by", 9),
        Head("then by", 10),
    )
    lines = tuple(
        Line(
            (
                Entry(f"{row.year}{f', {name.place(row.member)}' if several else ''}"),
                Entry(f"{typed_share(row.looser or 0.0)} and {typed_share(row.tighter)}"),
                Entry(row.floor_from, "0.00"),
                Entry(row.floor_to, "0.00", strong=True),
                Entry(_who(swept, row.set_by_from), faint=True),
                Entry(_who(swept, row.set_by_to), faint=True),
            )
        )
        for row in rows
    )
    title = f"Where the floor on {name.good(good)} jumps most, {swept.facts.per_kg}"
    return Table(
        "jumps", title, heads, lines, ("All jumps of over 1 %: sheet jumps.",), rank=3, sheet="jumps"
    )


def _sure(swept: Swept) -> Words:
    proven = len(swept.solved)
    told = []
    if proven:
        told.append(
            Paragraph(
                "Proof.",
                f"{f'Each of the {proven} caps' if proven > 1 else 'The cap'} with a plan passed its checks: no plan "
                "under it is cheaper. That proves the arithmetic, not the inputs.",
            )
        )
    bends = sum(row.kink for row in swept.sweep)
    if not swept.exact:
        told.append(
            Paragraph("Between the caps", "cost and floors were not looked at: lines join what was solved.")
        )
    elif bends:
        ruled = any(row["years"] for row in swept.tables.study.rows("floor_rules"))
        moved = "" if ruled else "; floors move there too"
        caps = "one cap" if bends == 1 else f"{counted(bends)} caps"
        told.append(Paragraph("Between the caps", f"cost bends at {caps} (sheet sweep, kink){moved}."))
    return Words("sure", "How sure", tuple(told), LEFT)


def _limits(swept: Swept) -> Words:
    told = [
        Paragraph("One share in every year.", "A cap that falls from year to year costs something else."),
        Paragraph("Nobody has market power,", "and the capped origin does not answer the floor."),
    ]
    if any(row.movable for row in swept.solved):
        told.insert(
            0,
            Paragraph(
                "Who trades with whom",
                "is not settled at every cap: plans of the same cost differ, and shares and money of the bloc do "
                "so too.",
            ),
        )
    return Words("limits", "What this does not say", tuple(told), RIGHT, rank=5)
