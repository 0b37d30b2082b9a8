"""What is said of links: what a pair of regions can ship, and what it can qualify beside."""

from __future__ import annotations

from dataclasses import replace

from floors.diagnosis.advice import Advice, Asked
from floors.diagnosis.cells import Cells, Found
from floors.diagnosis.diagnosis import Change
from floors.diagnosis.phrases import apart, listed, number, said, tonnes, up
from floors.diagnosis.statements import Keys, Statements


def link_cells(cells: Cells, o: str, r: str, c: str, t: int) -> Found:
    """What stands of a link; the cost by which one is needed, and the time where it is too long."""
    rows = cells.study.rows("qualified")
    standing = [
        cells.at("qualified", i, "t")
        for i, row in enumerate(rows)
        if (row["origin"], row["destination"], row["commodity"]) == (o, r, c)
    ]
    route, _, _ = cells.case.routes.rows(o, r, c, t)
    assert route is not None, "a pair has a link from a row of routes"
    terms = ("qualify_cost",) if _built(cells, o, r, c, t) else ("qualify_cost", "qualify_time")
    return (*standing, *(cells.at("routes", route, column) for column in terms))


def limit_cells(cells: Cells, o: str, r: str, c: str, b: int) -> Found:
    """The most that can be qualified a year."""
    return (cells.at("routes", cells.case.links.built(o, r, c, b), "qualify_limit"),)


def _built(cells: Cells, o: str, r: str, c: str, t: int) -> bool:
    """Whether a link built within the horizon can stand in t."""
    links = cells.case.links
    periods = (b for b in cells.case.calendar.years if links.built(o, r, c, b) >= 0)
    return any(t in links.alive(o, r, c, b) for b in periods)


def link(statements: Statements, o: str, r: str, c: str, t: int) -> str:
    """What a pair is qualified for, and whether more can stand by then."""
    cells = statements.cells
    standing = tonnes(cells.case.links.stands(o, r, c))
    more = " besides what it qualifies" if _built(cells, o, r, c, t) else ""
    late = "" if more else " No link that is built from the first year on stands then."
    return f"{o} can ship {standing} of {c} to {r} in {t}{more}{said(link_cells(cells, o, r, c, t))}.{late}"


def limits(statements: Statements, keys: Keys) -> str:
    """What one pair can qualify, period by period."""
    case, (o, r, c, _) = statements.case, keys[0]
    length = case.calendar.length
    most = case.links.terms.limit[case.links.built(*keys[0])]
    periods = [
        f"{b}" if length[b] == 1 else f"{b} ({number(length[b])} years)"
        for *_, b in sorted(keys, key=lambda key: int(key[3]))
    ]
    cells = limit_cells(statements.cells, *keys[0])
    return f"At most {tonnes(most)} a year of {c} from {o} to {r} can be qualified in {listed(periods)}{said(cells)}."


def pair_and_row(statements: Statements, o: str, r: str, c: str, b: int) -> tuple[object, ...]:
    """What is told together: one pair by one row of sheet routes."""
    return o, r, c, statements.case.links.built(o, r, c, b)


def raise_link(advice: Advice, asked: Asked) -> Change:
    """What stands of a link; of a pair without a row in sheet qualified, that it is given one."""
    o, r, c, _ = asked.key
    present, cells = advice.case.links.stands(o, r, c), asked.cells[:1]
    needed = up(present + asked.by, by=asked.by)
    before, after = apart(present, needed)
    if cells[0].sheet.lower() == "qualified":
        told = f"raise what {o} can ship of {c} to {r} from {before} t to {after} t{said(cells)}"
        return asked.change("t/yr", present, needed, told, cells)
    told = f"give {o}, {r}, {c} a row in sheet qualified, t {after}{said(cells)}"
    written = tuple(replace(cell, record=None) for cell in cells)
    return asked.change("t/yr", present, needed, told, written)


def raise_limit(advice: Advice, asked: Asked) -> Change:
    """The most that can be qualified a year."""
    o, r, c, b = asked.key
    present = float(advice.case.links.terms.limit[advice.case.links.built(o, r, c, b)])
    cells, needed = asked.cells[:1], up(present + asked.by, by=asked.by)
    before, after = apart(present, needed)
    which = (
        f"of {c} from {o} to {r}" if len({key[:3] for key in asked.felt}) <= 1 else "by each pair of the row"
    )
    told = f"raise what can be qualified a year {which} from {before} t to {after} t{said(cells)}"
    return asked.change("t/yr per year", present, needed, told, cells)
