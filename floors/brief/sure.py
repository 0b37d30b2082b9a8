"""How sure the numbers are: proof, what would change them nearest, other plans; and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floors.brief.facts import UNMET, Facts
from floors.brief.figures import typed_share
from floors.brief.names import counted, few
from floors.contract import results as sheets
from floors.contract.results.trade import SourcingRow
from floors.page.page import LEFT, Paragraph, Words
from floors.page.told import percent, three_digits
from floors.study.locate import listed
from floors.study.overrides import recorded as overrides_in

SHOWN = 12  # digits of a hash
BOUND = "lower bound"  # in the name of the check that holds the plan against what is proven
BILLIONTH = 1e-9


def sure(facts: Facts) -> Words:
    """Proof, and what moves."""
    told = [nearest(facts), other_plans(facts), proof(facts), _without_result(facts), _not_varied(facts)]
    return Words("sure", "How sure", tuple(one for one in told if one is not None), LEFT)


def _without_result(facts: Facts) -> Paragraph | None:
    """Scenarios that were asked for and have none, each with its status."""
    found = [f"“{name}” ({status.replace('_', ' ')})" for name, status in facts.family.without.items()]
    return Paragraph("Without a result:", f"{few(found)}.") if found else None


def _not_varied(facts: Facts) -> Paragraph | None:
    """That the numbers are those of one set of inputs; not said where floors carry a band over others."""
    if facts.bands:
        return None
    told = "were not varied here: every number is for these alone. `floors tornado` says which of them to look up."
    return Paragraph("Inputs", told)


def proof(facts: Facts) -> Paragraph | None:
    """The certificate; None where it did not pass, for then something else is said."""
    checks = facts.tables.read(sheets.CERTIFICATE)
    if not checks or facts.tables.failed or not all(check.passed for check in checks):
        return None
    tight = all(check.value <= BILLIONTH for check in checks if BOUND in check.check)
    than = "no plan under these inputs is cheaper by one part in a billion" if tight else "no plan is cheaper"
    return Paragraph(
        "Proof.",
        f"All {len(checks)} checks passed: {than}. That proves the arithmetic, not the inputs.",
    )


def values_set(overrides: Sequence[str]) -> str:
    """What was set in place of cells of the workbook; empty where nothing was."""
    return f"{listed(overrides, 2)} set in place of its cells" if overrides else ""


def source(facts: Facts, stamp: str) -> str:
    """The last line: program, file, scenario, hash, solver, and the day where it was asked for."""
    recorded = facts.tables.recorded
    digest = recorded.get("workbook sha256")
    told = [
        f"floors {recorded['floors']}" if recorded.get("floors") else "floors",
        str(recorded.get("workbook") or facts.tables.study.name),
        values_set(overrides_in(recorded)),
        f"scenario {facts.tables.scenario}",
        f"sha256 {str(digest)[:SHOWN]}…" if digest else "no file",
        f"HiGHS (highspy {recorded['highspy']})" if recorded.get("highspy") else "HiGHS",
        "words: sheet “terms”",
        stamp,
    ]
    return " · ".join(filter(None, told))


MOVED = 0.01  # of a floor: less is no change


def nearest(facts: Facts) -> Paragraph | None:
    """The floor that moves most where a cap is one point tighter; solved, and never read off a slope."""
    rows = facts.rows("nearest")
    if not rows:
        return None
    hopeless = [row for row in rows if row.status != "optimal"]
    moved = [
        row for row in rows if row.status == "optimal" and row.floor_then is not None and _move(row) > MOVED
    ]
    if not moved:
        if hopeless:
            return Paragraph("Nearest change.", f"{_tighter(hopeless[0], facts)} leaves no plan at all.")
        partly = facts.tables.recorded.get("left out of nearest")
        which = "any one cap"
        if partly:
            several = len(rows) > 1
            which = f"any of {counted(len(rows))} caps and years" if several else "the one cap and year"
            which += " that were tried" if several else " that was tried"
        bases = {row.basis == "tonnes" for row in rows}
        less = {(True,): "One per cent", (False,): "One point"}.get(
            (*bases,), "One point, or per cent of tonnes,"
        )
        return Paragraph(
            "Nearest change.",
            f"{less} less under {which} moves no floor on what it caps by more than 1 % in that year.",
        )
    row = next((one for one in moved if one.step is not None), None) or max(moved, key=_move)
    now, then = three_digits(row.floor), three_digits(row.floor_then)
    verb = "lifts" if row.floor_then > row.floor else "lowers"
    short = str(row.set_by_then or "").startswith(UNMET)
    what = f"{_whose(facts, row)} from {now} to {then} {facts.per_kg}"
    said = f"{_tighter(row, facts)} {verb} {what}" + (": a buyer goes short" if short else "")
    if row.step is not None and row.step_floor is not None and row.step < 1:
        unit = "per cent" if row.basis == "tonnes" else "point"
        said += f"; {three_digits(row.step)} {unit} is enough for {three_digits(row.step_floor)}"
    first = f"{_tighter(hopeless[0], facts)} leaves no plan at all. " if hopeless else ""
    return Paragraph("Nearest change.", f"{first}{said}.")


def _move(row: Any) -> float:
    """By how much a floor moves, of the larger of the two, as step is looked for."""
    size = max(abs(row.floor_then), abs(row.floor))
    return float(abs(row.floor_then - row.floor) / size) if size else 0.0


def _tighter(row: Any, facts: Facts) -> str:
    """'One point less in 2031 (56 for 57 %)'."""
    good = facts.names.good(row.commodity)
    of = "" if facts.main is not None and row.commodity == facts.main else f" of {good}"
    if row.basis == "tonnes":
        return f"One per cent less{of} in {row.year}"
    less, limit = typed_share(row.tightened), typed_share(row.limit)
    return f"One point less{of} in {row.year} ({less.removesuffix(' %')} for {limit})"


def _whose(facts: Facts, row: Any) -> str:
    """The floor that moves, and whose it is where floors differ."""
    key = row.floor_commodity, row.year
    levels = [one.floor for one in facts.tables.read(sheets.FLOORS) if (one.commodity, one.year) == key]
    alike = max(levels) - min(levels) <= MOVED * max(map(abs, levels))
    where = "" if alike else f" in {facts.names.the_place(row.floor_member)}"
    on = "" if row.floor_commodity == facts.main else f" on {facts.names.good(row.floor_commodity)}"
    return f"that year’s floor{on}{where}"


LARGE = 0.10  # of what the bloc buys: places that buy less are no example
WIDE = 0.10  # of a share


def other_plans(facts: Facts) -> Paragraph | None:
    """The share that moves most in plans up to 1 % dearer; where ranges were asked for."""
    good = facts.main
    if good is None:
        return None
    total: dict[int, float] = {}
    for (_, c, year), quantity in facts.bought.items():
        if c == good:
            total[year] = total.get(year, 0.0) + quantity
    best: SourcingRow | None = None
    width, years = WIDE, facts.capped_years(good) or list(facts.years)
    for row in facts.tables.read(sheets.SOURCING):
        if row.commodity != good or row.origin not in facts.tables.capped:
            continue
        if row.least_share_1pc is None or row.most_share_1pc is None:
            continue
        large = facts.bought.get((row.destination, good, row.year), 0.0) >= LARGE * total.get(row.year, 0.0)
        wide = row.most_share_1pc - row.least_share_1pc
        if (
            large
            and row.year in years
            and (wide > width or (best is not None and wide == width and row.year > best.year))
        ):
            best, width = row, wide
    if best is None or best.least_share_1pc is None or best.most_share_1pc is None:
        return None
    where = facts.names.the_place(best.destination)
    low, high = percent(best.least_share_1pc).removesuffix(" %"), percent(best.most_share_1pc)
    return Paragraph(
        "Other plans.",
        f"At 1 % more total cost the share of {facts.names.the(best.origin)} in {facts.names.good(good)} bought in "
        f"{where} in {best.year} can be anything from {low} to {high}.",
    )
