"""The page of samples: how sure floors and costs are, and which numbers should be looked up better."""

from __future__ import annotations

from floors.brief.figures import prices, typed_share
from floors.brief.likely import (
    ABOUT,
    BILL,
    CAPPED,
    MANY_FAIL,
    NINE_IN_TEN,
    NO_PLAN,
    NOTHING,
    Key,
    Likely,
    key_of,
    stays,
)
from floors.brief.names import counted
from floors.brief.page import assembled
from floors.brief.pictures.samples import COSTS, FLOORS, INDICES, between, levels, pictures
from floors.contract.results.sample import IndexRow, SampledFloorRow
from floors.page.page import LEFT, RIGHT, Block, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import listed, money, percent, three_digits

MOST = 3  # inputs named in a sentence
MOST_GOODS = 2  # commodities with a sentence of their own
MOST_LINES = 10
MOST_YEARS = 6


def page(likely: Likely, stamp: str = "") -> Page:
    """The page of samples; `stamp` is the day, where it was asked for."""
    blocks = [*_drawn(likely), _floors_table(likely), _inputs_table(likely), _sure(likely), _limits(likely)]
    facts = likely.facts
    return assembled(
        facts,
        headline=_headline(likely),
        question=_question(likely),
        answers=_answers(likely),
        blocks=blocks,
        stamp=stamp,
    )


def _quoted(name: str) -> str:
    return f"“{name}”"


def _samples(number: int) -> str:
    return f"{number:,} {'sample' if number == 1 else 'samples'}"


def _headline(likely: Likely) -> str:
    row, currency = likely.bill, likely.tables.currency
    if row is None or row.p5 is None or row.p95 is None or row.p50 is None:
        one = likely.solved == 1
        return "The one sample has no plan" if one else f"None of the {_samples(likely.solved)} has a plan"
    many = likely.failed > MANY_FAIL * likely.solved
    first = (
        f"{percent(likely.failed / likely.solved)} of the samples have no plan; in the others "
        if many
        else ""
    )
    bloc = "the bloc’s net cost" if many else "The bloc’s net cost"
    if stays(row):
        every = "" if many else " in every sample" + (" that has a plan" if likely.failed else "")
        return f"{first}{bloc} is {_money(row.p50, currency)}{every}"
    whole = "of them" if many else _whole(likely)
    often = _often(likely, (BILL, None, None, None), whole)
    return f"{first}{bloc} is {between(row.p5, row.p95, currency)} in {often}"


def _whole(likely: Likely) -> str:
    """What bands are of."""
    return "samples that have a plan" if likely.failed else "samples"


def _often(likely: Likely, key: Key, whole: str) -> str:
    """How many samples a band holds: 'nine in ten samples', '95 % of the samples', 'all samples'."""
    share = likely.held[key]
    if share == 1:
        return f"all {whole}"
    if abs(share - NINE_IN_TEN) < ABOUT:
        return f"nine in ten {whole}"
    return f"{percent(share)} {whole if whole.startswith('of') else f'of the {whole}'}"


def _money(million: float, currency: str) -> str:
    return f"{'minus ' if million < 0 else ''}{money(million, currency)}"


def _question(likely: Likely) -> str:
    facts, settings = likely.facts, likely.tables.study.settings
    price = f"{settings.currency} of {settings.price_year}" if settings.price_year else settings.currency
    rate = settings.discount_rate
    how = "by up to 20 % each" if likely.usual else "as far as sheet uncertainty says"
    count = len(likely.inputs)
    off = f"{counted(count)} numbers, or groups of numbers, are off at once, each independently of the others, {how}"
    if count == 1:
        off = f"one number, or group of numbers, is off {how.removesuffix(' each')}"
    return (
        f"Asked: how sure are floors and costs, where {off}? Solved at {likely.solved:,} random draws. Totals: "
        f"{facts.span}, {price}, {f'discounted at {typed_share(rate)}' if rate else 'not discounted'}."
    )


def _answers(likely: Likely) -> tuple[Paragraph, ...]:
    told = [_lost(likely), _bill(likely), *_floors(likely), _share(likely), _first(likely)]
    return tuple(one for one in told if one is not None)


def _lost(likely: Likely) -> Paragraph | None:
    """Samples without a plan, and what that hangs on."""
    if not likely.failed:
        return None
    lead = f"{likely.failed:,} of {_samples(likely.solved)} {'has' if likely.failed == 1 else 'have'} no plan"
    if all(row.status == "infeasible" for row in likely.failures):
        text = "whatever is paid"
    else:
        text = listed([f"{row.samples:,} {row.status.replace('_', ' ')}" for row in likely.failures])
        lead = lead.replace("no plan", "no result")
    hangs = likely.first((NO_PLAN, None, None, None), MOST)
    more = (
        f". Whether there is one hangs most on {listed([_quoted(row.input) for row in hangs])}"
        if hangs
        else ""
    )
    return Paragraph(f"{lead},", f"{text}{more}; bands are of the others alone.")


def _bill(likely: Likely) -> Paragraph | None:
    """Between what the bloc's net cost lies, and how often it is more than as typed."""
    row, currency = likely.bill, likely.tables.currency
    if row is None or row.p5 is None or row.p95 is None or row.p50 is None:
        return None
    lead = "The bloc’s net cost"
    if stays(row):
        told = f"is {_money(row.p50, currency)} in every sample that has a plan"
        base = None if row.base is None else _money(row.base, currency)
        other = base is not None and base != _money(row.p50, currency)
        return Paragraph(lead, f"{told}; with every number as it is, {base}." if other else f"{told}.")
    often = _often(likely, (BILL, None, None, None), _whole(likely))
    middle, *_ = levels(row.p50, row.p5, row.p95)
    text = f"is {between(row.p5, row.p95, currency)} in {often}, and more than {middle} {currency} in half"
    if row.base is None:
        return Paragraph(lead, f"{text}.")
    base, *_ = levels(row.base, row.p5, row.p95)
    more = sum(cost > row.base for cost in likely.costs) / len(likely.costs)
    than = f"in {_part(more)} of the {_whole(likely)} it is more"
    return Paragraph(lead, f"{text}. With every number as it is, it is {base} {currency}: {than}.")


def _part(share: float) -> str:
    return "none" if share == 0 else "all" if share == 1 else percent(share)


def _floors(likely: Likely) -> list[Paragraph]:
    """The floor of each of the first commodities that is least sure."""
    found = []
    for good in likely.goods[:MOST_GOODS]:
        row = likely.widest(good)
        if row.p5 is None or row.p95 is None or row.p50 is None:
            continue
        names = likely.facts.names
        whose = "" if len(likely.paths[good]) == 1 else f" in {names.the_place(row.member)}"
        low, middle, high = prices(row.p5, row.p50, row.p95)
        often = _often(likely, key_of(row), _whole(likely))
        base = "" if row.floor is None else f"; with every number as it is, {prices(row.floor)[0]}"
        several = len({one.year for path in likely.paths[good] for one in path.rows}) > 1
        lead = f"The floor on {names.good(good)}{whose}"
        text = f"is least sure in {row.year}: {low} to {high}" if several else f"is {low} to {high}"
        short = (
            f" In {percent(row.shortage)} of the {_whole(likely)} it is a shortage, and no floor."
            if row.shortage
            else ""
        )
        found.append(
            Paragraph(lead, f"{text} {likely.facts.per_kg} in {often}, half above {middle}{base}.{short}")
        )
    return found


def _share(likely: Likely) -> Paragraph | None:
    """What is of capped origin in what the bloc buys."""
    row = likely.bands.get((CAPPED, None, None, None))
    if row is None or row.p5 is None or row.p95 is None:
        return None
    whose = likely.facts.names.capped
    lead = f"The share of {whose} in what the bloc buys"
    if percent(row.least or 0.0) == percent(row.most or 0.0):
        return Paragraph(lead, f"is {percent(row.p5)} in every sample that has a plan.")
    low, high = percent(row.p5), percent(row.p95)
    span = high if low == high else f"{low.removesuffix(' %')} to {high}"
    return Paragraph(lead, f"is {span} in {_often(likely, (CAPPED, None, None, None), 'samples')}.")


def _first(likely: Likely) -> Paragraph | None:
    """What the bloc's net cost hangs on: what to look up first."""
    known = [(row.first_order or 0.0, row.input) for row in likely.indices.get((BILL, None, None, None), [])]
    rows = sorted((one for one in known if one[0] > NOTHING), key=lambda one: -one[0])[:MOST]
    if not rows:
        return None
    told = [f"{_quoted(name)} ({percent(share)})" for share, name in rows]
    return Paragraph(
        "Look up first:",
        f"{listed(told)}: to know it takes away so much of the variance of the bloc’s net cost.",
    )


def _drawn(likely: Likely) -> list[Block]:
    drawn = {picture.name: picture for picture in pictures(likely)}
    blocks: list[Block] = []
    if COSTS in drawn:
        blocks.append(Drawn("costs", drawn[COSTS].panels[0].title, COSTS, 0, LEFT, sheet=COSTS))
    if FLOORS in drawn:
        good = (likely.goods or list(likely.paths))[0]
        title = f"The floor on {likely.facts.names.good(good)}"
        blocks.append(Drawn("floor", title, FLOORS, 0, RIGHT if blocks else LEFT, sheet=FLOORS))
    if INDICES in drawn and len(blocks) < 2:
        blocks.append(Drawn("inputs", drawn[INDICES].panels[0].title, INDICES, 0, RIGHT, sheet=INDICES))
    return blocks


def _floors_table(likely: Likely) -> Table | None:
    """Bands of the floors of the first commodities, by year."""
    goods = likely.goods[:MOST_GOODS] or list(likely.paths)[:MOST_GOODS]
    rows = [
        (good, path.markets, row)
        for good in goods
        for path in likely.paths[good][:1]
        for row in _years(path.rows)
    ]
    if not rows:
        return None
    names = likely.facts.names
    heads = (
        Head("Floor", 12, right=False),
        Head("as it is", 4),
        Head("5th percentile", 5),
        Head("half above", 4),
        Head("95th percentile", 5),
        Head("a shortage in", 6),
    )
    lines = tuple(
        Line(
            (
                Entry(f"{names.good(good)}, {names.place(markets[0])} {row.year}"),
                *(Entry(value, "0.00") for value in (row.floor, row.p5)),
                Entry(row.p50, "0.00", strong=True),
                Entry(row.p95, "0.00"),
                Entry(row.shortage, "0 %"),
            )
        )
        for good, markets, row in rows
    )
    notes = ["Of the samples that have a plan. All floors: sheet floors."]
    if any(row.shortage for _, _, row in rows):
        notes.append("A shortage is what a buyer who goes short would pay, and no floor.")
    return Table(
        "floors", f"Floors, {likely.facts.per_kg}", heads, lines, tuple(notes), rank=3, sheet="floors"
    )


def _years(rows: list[SampledFloorRow]) -> list[SampledFloorRow]:
    """As many as are told, the first and the last among them."""
    count = min(len(rows), MOST_YEARS)
    return [rows[round(n * (len(rows) - 1) / max(1, count - 1))] for n in range(count)]


def _inputs_table(likely: Likely) -> Table | None:
    """What the bloc's net cost hangs on, with errors, and the least sure floor beside."""
    rows = likely.first((BILL, None, None, None), MOST_LINES)
    if not rows:
        return None
    names = likely.facts.names
    beside: dict[str, IndexRow] = {}
    head = ""
    if likely.goods:
        floor = likely.widest(likely.goods[0])
        beside = {row.input: row for row in likely.indices.get(key_of(floor), [])}
        head = f"floor on {names.good(floor.commodity)} {floor.year}"
    heads = (
        Head("Number, or group of numbers", 12 if beside else 18, right=False),
        Head("factors", 5, right=False),
        Head("by itself", 4),
        Head("with others", 5),
        Head("error", 4),
        *((Head(head, 6),) if beside else ()),
    )
    lines = tuple(
        Line(
            (
                Entry(row.input, strong=place < MOST),
                Entry(_factors(likely, row.input), faint=True),
                Entry(row.first_order, "0 %"),
                Entry(row.total, "0 %", strong=place < MOST),
                Entry(row.total_error, "0 %", faint=True),
                *((Entry(beside[row.input].total, "0 %"),) if beside else ()),
            )
        )
        for place, row in enumerate(rows)
    )
    notes = [
        "Shares of the variance of the bloc’s net cost: “by itself” is what knowing the number takes away, “with "
        "others” what is left when all others are known."
    ]
    left = len(likely.inputs) - len(rows)
    if left:
        notes.append(f"The other {counted(left)}: sheet indices.")
    return Table(
        "inputs",
        "Which numbers make the bloc’s net cost uncertain",
        heads,
        lines,
        tuple(notes),
        rank=4,
        sheet="indices",
    )


def _factors(likely: Likely, name: str) -> str:
    rows = likely.inputs[name]
    low, high = min(row.low for row in rows), max(row.high for row in rows)
    return f"{three_digits(low)} to {three_digits(high)}"


def _sure(likely: Likely) -> Words:
    solved = likely.solved - likely.failed
    told = []
    if solved:
        told.append(
            Paragraph(
                "Proof.",
                f"{f'Each of the {solved:,} plans' if solved > 1 else 'The plan'} passed its checks: none under its "
                "numbers is cheaper. That proves the arithmetic, not the numbers.",
            )
        )
    if 0 < likely.there < likely.solved - likely.failed:
        told.append(
            Paragraph(
                "Bands",
                f"are of {_samples(likely.there)} that are independent; the others tell which number matters.",
            )
        )
    if likely.usual:
        told.append(
            Paragraph(
                "Nobody said how sure each number is:",
                "without a sheet uncertainty a number that is hardly known moves as far as one that is well known.",
            )
        )
    else:
        told.append(Paragraph("How far each number may be off", "is what sheet uncertainty says, no more."))
    return Words("sure", "How sure", tuple(told), LEFT)


def _limits(likely: Likely) -> Words:
    told = [
        Paragraph("A sample knows its numbers:", "everybody plans for them as if they were certain."),
    ]
    if len(likely.inputs) > 1:
        told.insert(
            0,
            Paragraph(
                "Draws are independent:", "numbers that are off together belong into one group of the sheet."
            ),
        )
    if likely.failed:
        told.insert(
            0,
            Paragraph(
                "A sample without a plan",
                "is in no band: there what is asked cannot be had, or no answer was found.",
            ),
        )
    return Words("limits", "What this does not say", tuple(told), RIGHT, rank=5)
