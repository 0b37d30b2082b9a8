"""The page of sheet `brief` as HTML: answers, tables, words and single pictures, where the page has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from floors.html.figures import Figures
from floors.html.made import Made
from floors.html.markup import attribute, framed, text
from floors.html.shown import look_of
from floors.page.page import LEFT, RIGHT, Block, Drawn, Entry, Page, Paragraph, Table, Words
from floors.page.picture import Picture
from floors.page.told import DASH


@dataclass(frozen=True)
class Brief:
    """What draws the blocks of a page. `made` collects what its numbers are made of."""

    figures: Figures
    pictures: Mapping[str, Picture]
    made: Made

    def blocks(self, page: Page) -> str:
        """The blocks, a left and a right one that follow each other side by side."""
        drawn = [(block.place, self._block(block)) for block in page.blocks if self._is_drawn(block)]
        return "".join(_in_columns(drawn))

    def _is_drawn(self, block: Block) -> bool:
        return not isinstance(block, Drawn) or self._has(block)

    def _has(self, block: Drawn) -> bool:
        picture = self.pictures.get(block.picture)
        return picture is not None and block.panel < len(picture.panels)

    def _block(self, block: Block) -> str:
        name = f"brief-{attribute(block.name)}"
        if isinstance(block, Drawn):
            figure = self.figures.one(self.pictures[block.picture], block.panel, block.title, name)
            return f'<div class="block" id="{name}">{figure}</div>'
        inside = self._table(block) if isinstance(block, Table) else _paragraphs(block)
        return f'<section class="block" id="{name}"><h2>{text(block.title)}</h2>{inside}</section>'

    def _table(self, table: Table) -> str:
        sides = ["" if head.right else ' class="words"' for head in table.heads]
        head = "".join(
            f'<th scope="col"{side}>{text(one.text)}</th>'
            for one, side in zip(table.heads, sides, strict=True)
        )
        rows = []
        for line in table.lines:
            cells = []
            for place, (entry, side) in enumerate(zip(line.entries, sides, strict=True)):
                kind, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
                cells.append(f"<{kind}{scope}{_look(entry, side)}>{self._entry(entry)}</{kind}>")
            opening = '<tr class="total">' if line.total else "<tr>"
            rows.append(f"{opening}{''.join(cells)}</tr>")
        notes = "".join(f'<p class="note">{text(note)}</p>' for note in table.notes)
        drawn = f'<table class="page"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
        return framed(drawn, table.title) + notes

    def _entry(self, entry: Entry) -> str:
        told = text(shown(entry))
        target = self.made.target(entry.link) if entry.link else ""
        return f'<a class="number" href="#{target}">{told}</a>' if target else told


def shown(entry: Entry) -> str:
    """A cell of the page as a reader sees it."""
    if entry.value is None:
        return DASH
    return entry.value if isinstance(entry.value, str) else look_of(entry.format).text(entry.value)


def _look(entry: Entry, side: str) -> str:
    names = [
        *(["words"] if side else []),
        *(["strong"] if entry.strong else []),
        *(["faint"] if entry.faint else []),
    ]
    return f' class="{" ".join(names)}"' if names else ""


def _paragraphs(words: Words) -> str:
    return "".join(f"<p>{paragraph(one)}</p>" for one in words.paragraphs)


def paragraph(told: Paragraph) -> str:
    """Words, the first of them bold."""
    parts = [f"<b>{text(told.lead)}</b>" if told.lead else "", text(told.text)]
    return " ".join(part for part in parts if part)


def _in_columns(blocks: list[tuple[str, str]]) -> Iterator[str]:
    """Blocks; a run of left and right ones in two columns, each of its own length."""
    columns: dict[str, list[str]] = {LEFT: [], RIGHT: []}
    seen = ""
    for place, drawn in [*blocks, ("", "")]:
        begins = place == LEFT and seen == RIGHT
        if (place not in columns or begins) and any(columns.values()):
            sides = ["".join(columns[side]) for side in (LEFT, RIGHT) if columns[side]]
            both = len(sides) > 1
            inside = "".join(f'<div class="column">{side}</div>' for side in sides)
            yield f'<div class="{"columns" if both else "column"}">{inside}</div>'
            columns = {LEFT: [], RIGHT: []}
        if place in columns:
            columns[place].append(drawn)
        elif drawn:
            yield drawn
        seen = place
