"""The stockpiles: what lies in each at the end of every year, with the policy and without."""

from __future__ import annotations

from typing import Any

from floors.brief.names import Names, sentence
from floors.brief.pictures.shared import NO_TONNES, at, joined, tag
from floors.brief.tables import Family, Tables
from floors.contract.results import BASELINE, STOCKS
from floors.contract.results.trade import StockRow
from floors.page.colours import FLOOR, INK
from floors.page.picture import BAR, DASHED, YEARS, Panel, Picture, Series
from floors.page.told import listed, three_digits


def picture(tables: Tables, family: Family) -> Picture | None:
    """Closing stocks; None where there is no stockpile."""
    rows = tables.read(STOCKS)
    if not rows:
        return None
    of: dict[str, list[StockRow]] = {}
    for row in sorted(rows, key=lambda row: row.year):
        of.setdefault(row.stockpile, []).append(row)
    filled = {name: found for name, found in of.items() if max(row.closing for row in found) > NO_TONNES}
    bare = [name for name in of if name not in filled]
    goods = {row["stockpile"]: row for row in tables.study.rows("stockpiles")}
    if not filled:
        return None
    panels = [_panel(tables, name, found, goods[name]) for name, found in filled.items()]
    panels.sort(key=lambda panel: -max(value or 0.0 for value in panel.series[0].values))
    dashed = any(series.mark == DASHED for panel in panels for series in panel.series)
    return Picture(
        "picture_stock",
        _title(tables, filled, goods),
        "What lies in each stockpile at the end of the year, t"
        + ("; dashed: without the policy" if dashed else ""),
        joined(
            f"Nothing lies in {listed(bare)}." if bare else "",
            "Each panel has a scale of its own." if len(panels) > 1 else "",
        ),
        tuple(panels),
    )


def _panel(tables: Tables, name: str, rows: list[StockRow], stockpile: dict[str, Any]) -> Panel:
    along = tuple(row.year for row in rows)
    values = tuple(row.closing for row in rows)
    top = max(range(len(values)), key=lambda place: values[place])
    told = {along[top]: tag(values[top]), along[-1]: tag(values[-1])}
    series = [Series("closing stock", BAR, FLOOR, values, at(along, told))]
    without = {
        row.year: row.value for row in tables.read(BASELINE) if (row.item, row.name) == ("closing", name)
    }
    if tables.read(BASELINE):
        before = tuple(without.get(year, 0.0) for year in along)
        if max(abs(a - b) for a, b in zip(before, values, strict=True)) > 0.005 * max(*values, *before):
            series.append(Series("without the policy", DASHED, INK, before))
    good = Names(tables).good(stockpile["commodity"])
    title = f"{name}: {good}" if good.lower() not in name.lower() else name
    return Panel(
        sentence(title),
        "t",
        along,
        YEARS,
        tuple(series),
        choice=name,
        description=f"{title}: {tag(values[top])} t in {along[top]} at most, {tag(values[-1])} t in {along[-1]}.",
    )


def _title(tables: Tables, filled: dict[str, list[StockRow]], goods: dict[str, dict[str, Any]]) -> str:
    """The largest stock, of the commodity of most tonnes."""
    name, rows = max(filled.items(), key=lambda item: max(row.closing for row in item[1]))
    top = max(rows, key=lambda row: row.closing)
    good = Names(tables).good(goods[name]["commodity"])
    return f"The largest stock is {three_digits(top.closing)} t of {good}, at the end of {top.year}"
