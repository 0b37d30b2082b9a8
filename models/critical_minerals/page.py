"""python -m models.critical_minerals.page [NAME ...]: write the tables of docs/minerals.md, all or those named.

Each stands between a line `<!-- run: NAME -->` and the next `<!-- end -->`; tests compare.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from models.books.figures import Figure, read_cited
from models.critical_minerals import facts
from models.critical_minerals.answers import answers, costs, payers
from models.critical_minerals.experiments import AFTER, SHOCK, Trial, controls, duty
from models.critical_minerals.goods import Good, region_of
from models.critical_minerals.study import MAIN, WORKBOOKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "minerals.md"
PAST = re.compile(r"_past_(\d{4})(?:_(\w+))?$")
SEEN = re.compile(r"_seen_([A-Z]{2})_([A-Z]{2})$")
MARKED = re.compile(r"(<!-- run: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
SEEN_YEARS = range(2021, 2027)
DAY = re.compile(r"(?:(?:\d{1,2}|late) )?[A-Z][a-z]+(?= \d{4}$)|end(?= of \d{4}$)")


def table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    lines = [list(headers), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def figures() -> dict[str, Figure]:
    """Every figure of the minerals, by name."""
    files = {name for one in WORKBOOKS for name in one.files if name.startswith("minerals/")}
    return read_cited(sorted(files))


def every_good() -> Iterator[Good]:
    for workbook in WORKBOOKS:
        yield from workbook.goods


def number(value: float) -> str:
    """Three digits and a mark of thousands."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def share(value: float) -> str:
    return f"{value:.0%}".replace("%", " %")


def goods() -> str:
    """What is in the two workbooks, and China's part of what was made in 2024."""
    known = figures()
    rows = []
    for good in every_good():
        made = {
            name.removeprefix(f"{good.name}_made_"): value
            for name, value in known.items()
            if re.fullmatch(rf"{good.name}_made_[A-Z]{{2}}", name)
        }
        total = sum(made.values())
        china = sum(v for place, v in made.items() if region_of(place) == "CN")
        rows.append(
            (
                f"`{good.label}`",
                good.title,
                " and ".join(good.of) or "-",
                number(total) if total else "from the full study",
                share(china / total) if total else "-",
            )
        )
    return table(("commodity", "what a tonne is", "made of", "made in 2024, t", "China"), rows)


def prices() -> str:
    """Prices seen, by good, place and year, USD/kg; a date where it is not a mean of a year."""
    known, rows = figures(), dict[tuple[str, str], dict[int, str]]()
    for good in every_good():
        for name, value in known.items():
            if not name.startswith(f"{good.name}_"):
                continue
            rest = name.removeprefix(good.name)
            past = PAST.fullmatch(rest)
            if past:
                what = [part.strip() for part in value.what.split(",")]
                when = DAY.search(value.what)
                day = f" ({when[0]})" if when and "mean of" not in value.what else ""
                place = ", ".join(what[1:-1]) or "market"
                cells = rows.setdefault((good.label, place), {})
                year = int(past[1])
                cells[year] = f"{cells[year]}; " if year in cells else ""
                cells[year] += f"{number(value)}{day}"
            elif rest in ("_price_2026", "_market_2026"):
                place = "China, used here" if rest == "_price_2026" else "outside China, beside the model"
                rows.setdefault((good.label, place), {})[2026] = (
                    f"**{number(value)}** ({value.ground.status})"
                )
    return table(
        ("good", "where", *map(str, SEEN_YEARS)),
        ((good, place, *(cells.get(y, "") for y in SEEN_YEARS)) for (good, place), cells in rows.items()),
    )


def customs() -> str:
    """Customs of 2024 that hold more or less than the good: seen, and not in the workbook."""
    known = figures()
    rows: dict[tuple[str, str], list[str]] = {}
    notes: dict[tuple[str, str], str] = {}
    for good in every_good():
        for name, value in known.items():
            found = SEEN.fullmatch(name.removeprefix(good.name)) if name.startswith(f"{good.name}_") else None
            if found:
                key = (good.label, found[1])
                rows.setdefault(key, []).append(
                    f"{found[2]} {share(value) if value.unit == 'share' else number(value)}"
                )
                notes.setdefault(key, value.note)
    return table(
        ("good", "to", "from, t or share", "what it is"),
        ((good, to, ", ".join(cells), notes[good, to]) for (good, to), cells in rows.items()),
    )


def closing() -> str:
    """Goods whose balance does not close, and by how much China's output is cut."""
    rows = [
        (name.removesuffix("_closing"), f"{value:.3f}", value.note)
        for name, value in figures().items()
        if name.endswith("_closing")
    ]
    return table(("good", "of China's output is used", "how"), rows)


def beside() -> str:
    """Model beside fact, a good after the other."""
    return "\n".join(facts.tables()) + "\n"


def misses() -> str:
    """Facts that the model is further from than it may be, and why."""
    rows = [
        (
            f"`{good.label}`",
            fact.name,
            facts.shown(fact.found, fact.unit),
            facts.shown(fact.known, fact.unit),
            fact.apart or "**not known**",
        )
        for workbook in WORKBOOKS
        for good, fact in facts.facts(workbook)
        if not fact.holds
    ]
    return table(("good", "2026, no policy", "model", "fact", "why"), rows)


def magnesium() -> str:
    """The experiment of the anti-dumping duty."""
    known, trials = figures(), duty(facts.read(MAIN.name))
    rows = [
        (
            "seen, mean of 2025",
            number(known["magnesium_past_2025_US"]),
            number(known["magnesium_past_2025_EU"]),
            "",
        ),
        *(
            (f"model, 2026, {one.name}", *(number(one.price[r, SHOCK]) for r in ("US", "EU", "CN")))
            for one in trials
        ),
        ("workbook: what brings the idle US smelter back", number(known["magnesium_restart_US"]), "", ""),
    ]
    return table(("USD/kg", "United States", "EU", "China"), rows)


def left_over(good: str) -> float:
    """What part of its exports China let go after its controls."""
    known = figures()
    if good == "antimony":
        return float(known["antimony_seen_exports_2025"])
    return known["gallium_seen_exports_2024"] / known["gallium_seen_exports_2022"]


def gap_rows(good: str, trials: Iterable[Trial]) -> Iterator[tuple[str, ...]]:
    for one in trials:
        yield (
            good,
            f"model, {one.name}",
            *(f"{one.price[r, y]:,.4g} ({one.gap(r, y):.2f})" for y in (SHOCK, AFTER) for r in ("US", "EU")),
        )


def bans() -> str:
    """Gallium and antimony under China's controls."""
    study = facts.read(MAIN.name)
    rows = [
        row
        for good in ("gallium", "antimony")
        for row in gap_rows(good, controls(study, good, good, left_over(good)))
    ]
    year = [f"{place}, {when}" for when in ("first year", "second year") for place in ("US", "EU")]
    return table(("good", "exports of China", *year), rows)


def says() -> str:
    """By good: what comes from China without policy, and the levy with it."""
    free, base = (facts.solved(MAIN.name, name) for name in (facts.FREE, "base"))
    return table(
        (
            "good",
            "China without policy 2026",
            "2030",
            "2035",
            "levy 2030, USD/kg",
            "2035",
            "first levy",
            "set by",
        ),
        answers(MAIN.goods, free, base),
    )


def pays() -> str:
    """Who pays, base against no policy."""
    return table(
        ("million USD, present value", "buyers", "levies", "duties", "makers", "in all"),
        payers(facts.solved(MAIN.name, "base")),
    )


def scenarios() -> str:
    """What the scenarios change."""
    return table(
        ("scenario", "levies of 2030, USD/kg", "levies of 2035", "cost to members", "short of, 2028", "2030"),
        costs(MAIN.goods, lambda name: facts.solved(MAIN.name, name)),
    )


CHEAP: dict[str, Callable[[], str]] = {
    "goods": goods,
    "prices": prices,
    "customs": customs,
    "closing": closing,
}
SOLVED: dict[str, Callable[[], str]] = {
    "beside": beside,
    "misses": misses,
    "magnesium": magnesium,
    "bans": bans,
    "says": says,
    "pays": pays,
    "scenarios": scenarios,
}
MADE = CHEAP | SOLVED


def written(text: str) -> dict[str, str]:
    """The tables as they stand in the page, by name."""
    return {found[2]: found[0][len(found[1]) : -len(found[3])] for found in MARKED.finditer(text)}


def made(text: str, names: Iterable[str]) -> str:
    """The page with these tables as they come out. Raises KeyError for a table that nothing makes."""
    kept = set(names)
    return MARKED.sub(
        lambda found: f"{found[1]}{MADE[found[2]]()}{found[3]}" if found[2] in kept else found[0], text
    )


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text(encoding="utf-8"), sys.argv[1:] or MADE), encoding="utf-8")
