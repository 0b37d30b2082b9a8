"""A page and pictures as rows of tables, and back: what a workbook keeps of them for whoever draws them again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from floors.contract.results.handed import BriefRow, PictureRow, PictureValueRow, WordRow
from floors.page.page import Block, Drawn, Entry, Head, Line, Page, Paragraph, Table, Term, Typed, Words
from floors.page.picture import Panel, Picture, Place, Series

SENTENCE, WARNING = "sentence", "warning"
_TEXTS = ("alarm", "kicker", "where", "headline", "question")
_KINDS: dict[str, type[Table] | type[Words] | type[Drawn]] = {"table": Table, "words": Words, "drawn": Drawn}


def word_rows(sentences: Iterable[str], warnings: Iterable[str]) -> list[WordRow]:
    """Rows of sheet words."""
    told = ((SENTENCE, sentences), (WARNING, warnings))
    return [WordRow(kind, place, text) for kind, texts in told for place, text in enumerate(texts, 1)]


def brief_rows(page: Page) -> list[BriefRow]:
    """Rows of sheet brief_text."""
    rows: list[BriefRow] = []

    def add(block: str, kind: str, **cells: Any) -> None:
        given = {"line": None, "column": None, "lead": None, "text": None, "value": None} | cells
        look = given.pop("look", None)
        rows.append(
            BriefRow(place=len(rows) + 1, block=block, kind=kind, look=_json(look) if look else None, **given)
        )

    for name in _TEXTS:
        if getattr(page, name):
            add(name, name, text=getattr(page, name))
    for answer in page.answers:
        add("answer", "answer", lead=answer.lead or None, text=answer.text or None)
    for block in page.blocks:
        about = {"place": block.place, "rank": block.rank, "sheet": block.sheet}
        if isinstance(block, Drawn):
            add(
                block.name,
                "drawn",
                text=block.title,
                look=about | {"picture": block.picture, "panel": block.panel},
            )
        elif isinstance(block, Words):
            add(block.name, "words", text=block.title, look=about)
            for one in block.paragraphs:
                add(block.name, "paragraph", lead=one.lead or None, text=one.text or None)
        else:
            add(block.name, "table", text=block.title, look=about)
            for column, head in enumerate(block.heads, 1):
                add(
                    block.name,
                    "head",
                    column=column,
                    text=head.text or None,
                    look={"share": head.share, "right": head.right},
                )
            for number, line in enumerate(block.lines, 1):
                for column, entry in enumerate(line.entries, 1):
                    number_there = entry.value if isinstance(entry.value, int | float) else None
                    words_there = entry.value if isinstance(entry.value, str) else None
                    look = {
                        "format": entry.format,
                        "strong": entry.strong,
                        "faint": entry.faint,
                        "link": entry.link,
                        "total": line.total,
                        "dash": entry.value is None,
                    }
                    add(
                        block.name,
                        "cell",
                        line=number,
                        column=column,
                        text=words_there,
                        value=number_there,
                        look={key: told for key, told in look.items() if told and told != "General"},
                    )
            for note in block.notes:
                add(block.name, "note", text=note)
    add("source", "source", text=page.source)
    for term in page.terms:
        add("term", "term", lead=term.term, text=term.meaning)
    for cell in page.typed:
        add("typed", "typed", lead=cell.part, text=cell.cell, value=cell.year)
    return rows


def page_of(rows: Iterable[BriefRow]) -> Page:
    """The page that rows of sheet brief_text are of. Raises ValueError for rows of none."""
    texts: dict[str, str] = {}
    answers: list[Paragraph] = []
    terms: list[Term] = []
    typed: list[Typed] = []
    blocks: list[Block] = []
    parts: list[list[BriefRow]] = []
    for row in rows:
        if row.kind in (*_TEXTS, "source"):
            texts[row.kind] = row.text or ""
        elif row.kind == "answer":
            answers.append(Paragraph(row.lead or "", row.text or ""))
        elif row.kind == "term":
            terms.append(Term(row.lead or "", row.text or ""))
        elif row.kind == "typed":
            typed.append(Typed(row.lead or "", None if row.value is None else int(row.value), row.text or ""))
        elif row.kind in _KINDS:
            parts.append([row])
        elif parts:
            parts[-1].append(row)
        else:
            raise ValueError(f"brief_text: a {row.kind} stands before any block.")
    blocks = [_block(part) for part in parts]
    missing = [name for name in ("headline", "source") if name not in texts]
    if missing:
        raise ValueError(f"brief_text has no {' and no '.join(missing)}.")
    given = {"alarm": "", "kicker": "", "where": "", "question": ""} | texts
    return Page(answers=tuple(answers), blocks=tuple(blocks), terms=tuple(terms), typed=tuple(typed), **given)


def _block(rows: list[BriefRow]) -> Block:
    first, rest = rows[0], rows[1:]
    about = _look(first)
    given = {"name": first.block, "title": first.text or "", **about}
    if first.kind == "drawn":
        return Drawn(**given)
    if first.kind == "words":
        return Words(paragraphs=tuple(Paragraph(row.lead or "", row.text or "") for row in rest), **given)
    heads = [Head(row.text or "", **_look(row)) for row in rest if row.kind == "head"]
    lines: dict[int, list[Entry]] = defaultdict(list)
    totals: set[int] = set()
    for row in rest:
        if row.kind != "cell" or row.line is None:
            continue
        look = _look(row)
        if look.pop("total", False):
            totals.add(row.line)
        dash = look.pop("dash", False)
        # An empty text is a blank cell of the sheet.
        value = None if dash else row.value if row.value is not None else (row.text or "")
        lines[row.line].append(Entry(value, **look))
    notes = tuple(row.text or "" for row in rest if row.kind == "note")
    made = tuple(Line(tuple(entries), number in totals) for number, entries in lines.items())
    return Table(heads=tuple(heads), lines=made, notes=notes, **given)


def picture_rows(pictures: Iterable[Picture]) -> Iterator[PictureRow]:
    """Rows of sheet pictures."""
    for picture in pictures:
        for number, panel in enumerate(picture.panels, 1):
            look = {
                name: getattr(panel, name)
                for name in ("format", "lowest", "highest", "group", "choice", "description", "large")
                if getattr(panel, name) != Panel._field_defaults[name]
            } | ({"screen_only": True} if picture.screen_only else {})
            for place, series in enumerate(panel.series, 1):
                yield PictureRow(
                    picture=picture.name,
                    panel=number,
                    series=place,
                    title=picture.title,
                    subtitle=picture.subtitle,
                    note=picture.note or None,
                    panel_title=panel.title,
                    unit=panel.unit,
                    scale=panel.scale,
                    name=series.name,
                    mark=series.mark,
                    colour=series.colour,
                    look=_json(look | ({"own": True} if series.along else {})),
                )


def picture_value_rows(pictures: Iterable[Picture]) -> Iterator[PictureValueRow]:
    """Rows of sheet picture_values."""
    for picture in pictures:
        for number, panel in enumerate(picture.panels, 1):
            for place, series in enumerate(panel.series, 1):
                along = series.along or panel.along
                for spot, (at, value) in enumerate(zip(along, series.values, strict=True)):
                    yield PictureValueRow(
                        picture=picture.name,
                        panel=number,
                        series=place,
                        place=spot + 1,
                        along=at if isinstance(at, str) else None,
                        at=None if isinstance(at, str) else float(at),
                        value=value,
                        low=series.low[spot] if series.low else None,
                        label=series.labels[spot] if series.labels else None,
                    )


def pictures_of(rows: Iterable[PictureRow], values: Iterable[PictureValueRow]) -> tuple[Picture, ...]:
    """The pictures that rows of the sheets pictures and picture_values are of. Raises ValueError where a series has no
    values."""
    of: dict[tuple[str, int, int], list[PictureValueRow]] = defaultdict(list)
    for value in values:
        of[value.picture, value.panel, value.series].append(value)
    by_picture: dict[str, dict[int, list[PictureRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_picture[row.picture][row.panel].append(row)
    return tuple(
        _picture(name, [_panel(found, of) for found in panels.values()], next(iter(panels.values()))[0])
        for name, panels in by_picture.items()
    )


def _picture(name: str, panels: list[Panel], first: PictureRow) -> Picture:
    only = bool(json.loads(first.look or "{}").get("screen_only"))
    return Picture(name, first.title, first.subtitle, first.note or "", tuple(panels), only)


def _panel(rows: list[PictureRow], of: dict[tuple[str, int, int], list[PictureValueRow]]) -> Panel:
    first = rows[0]
    look = json.loads(first.look or "{}")
    look.pop("screen_only", None)
    look.pop("own", None)
    along: tuple[Place, ...] = ()
    series: list[Series] = []
    for row in rows:
        found = of.get((row.picture, row.panel, row.series))
        if not found:
            raise ValueError(f"picture_values has nothing of {row.picture}, panel {row.panel}, {row.name}.")
        places = tuple(_place(value) for value in found)
        own = json.loads(row.look or "{}").get("own", False)
        along = along if own else places
        labels = tuple(value.label for value in found)
        low = tuple(value.low for value in found)
        series.append(
            Series(
                row.name,
                row.mark,
                row.colour,
                tuple(value.value for value in found),
                labels if any(label is not None for label in labels) else (),
                low if any(edge is not None for edge in low) else (),
                places if own else (),
            )
        )
    return Panel(first.panel_title, first.unit, along, first.scale, tuple(series), **look)


def _place(value: PictureValueRow) -> Place:
    if value.along is not None:
        return value.along
    at = value.at
    if at is None:
        raise ValueError(f"picture_values: {value.picture} has a place without a name or a number.")
    return int(at) if float(at).is_integer() else at


def _json(look: Any) -> str:
    return json.dumps(look, ensure_ascii=False, separators=(",", ":"))


def _look(row: BriefRow) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.look or "{}")
    return found
