"""Which cells the entries of a page lead to: ``floors!member=US;year=2030`` is the first such row of sheet floors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from floors.contract.results import SCENARIO, Row, Rows, Sheet
from floors.page.page import Page, Table
from floors.study.scenarios import BASE

_Key = tuple[str, ...]


class Links:
    """Links of a page, and the cells found for them while the tables are written."""

    def __init__(self, page: Page | None) -> None:
        self.cells: dict[str, str] = {}
        self._sheets: dict[str, list[str]] = defaultdict(list)
        for block in page.blocks if page is not None else ():
            lines = block.lines if isinstance(block, Table) else ()
            for link in dict.fromkeys(entry.link for line in lines for entry in line.entries if entry.link):
                self._sheets[link.partition("!")[0]].append(link)

    def watch(self, sheet: Sheet, rows: Rows) -> Rows:
        """The rows of a sheet, which are looked at as they are gone through, where links lead to it."""
        asked = self._sheets.get(sheet.name, [])
        if not asked:
            return rows
        self.cells |= dict.fromkeys(asked, f"{sheet.name}!A1")
        wanted: dict[tuple[int, ...], dict[_Key, list[str]]] = defaultdict(lambda: defaultdict(list))
        for link in asked:
            given = dict(part.partition("=")[::2] for part in link.partition("!")[2].split(";") if part)
            if SCENARIO.name in sheet.names:
                given.setdefault(SCENARIO.name, BASE)  # what the page is about
            if given and given.keys() <= set(sheet.names):
                places = tuple(sheet.names.index(name) for name in given)
                wanted[places][tuple(given.values())].append(link)
        return _Watched(rows, sheet.name, wanted, self.cells) if wanted else rows


class _Watched:
    """Rows that tell where those stand that somebody leads to."""

    def __init__(
        self,
        rows: Rows,
        name: str,
        wanted: dict[tuple[int, ...], dict[_Key, list[str]]],
        cells: dict[str, str],
    ) -> None:
        self._rows, self._name, self._wanted, self._cells = rows, name, wanted, cells

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        left = {places: dict(keys) for places, keys in self._wanted.items()}
        for number, row in enumerate(self._rows, 2):
            for places, keys in left.items():
                for link in keys.pop(tuple(str(row[place]) for place in places), ()) if keys else ():
                    self._cells[link] = f"{self._name}!A{number}"
            yield row
