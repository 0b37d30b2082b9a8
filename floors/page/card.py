"""A short page in a notebook: HTML without scripts, and without styles that could reach beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from floors.page.colours import ALARM, FLOOR, GREY, INK, RULE
from floors.page.page import Entry, Paragraph, Table
from floors.page.shown import shown
from floors.page.told import DASH, held_together

_ALL = f"font-family:Arial,'Liberation Sans',sans-serif;font-size:13px;color:{INK};max-width:62em"
_CELL = "padding:1px 8px 1px 0;text-align:"


def card(
    kicker: str,
    headline: str,
    paragraphs: Sequence[Paragraph] = (),
    table: Table | None = None,
    figure: str = "",
    notes: Sequence[str] = (),
    alarm: str = "",
) -> str:
    """Words, a table and a figure (markup already) below one another."""
    parts = [
        _part("p", alarm, f"color:{ALARM};font-weight:bold;margin:0"),
        _part("p", kicker, f"color:{GREY};margin:0"),
        _part("p", headline, f"color:{FLOOR};font-size:16px;font-weight:bold;margin:2px 0 6px"),
        *(_paragraph(one) for one in paragraphs),
        _table(table) if table is not None else "",
        figure,
        *(_part("p", note, f"color:{GREY};margin:4px 0 0") for note in notes),
    ]
    return f'<div style="{_ALL}">{"".join(parts)}</div>'


def _part(tag: str, words: str, style: str) -> str:
    return f'<{tag} style="{style}">{_text(words)}</{tag}>' if words else ""


def _paragraph(one: Paragraph) -> str:
    lead = f"<b>{_text(one.lead)}</b> " if one.lead else ""
    return f'<p style="margin:2px 0">{lead}{_text(one.text)}</p>'


def _table(table: Table) -> str:
    """A table as notebooks show them, with its title above and its notes below."""
    sides = ["right" if head.right else "left" for head in table.heads]
    heads = "".join(
        f'<th scope="col" style="{_CELL}{side}">{_text(head.text)}</th>'
        for head, side in zip(table.heads, sides, strict=True)
    )
    rows = []
    for line in table.lines:
        look = f' style="border-top:1px solid {RULE}"' if line.total else ""
        cells = "".join(
            f'<td style="{_CELL}{side}{_look(entry)}">{_text(_shown(entry))}</td>'
            for entry, side in zip(line.entries, sides, strict=True)
        )
        rows.append(f"<tr{look}>{cells}</tr>")
    title = _part("p", table.title, "font-weight:bold;margin:8px 0 2px")
    notes = "".join(_part("p", note, f"color:{GREY};margin:2px 0") for note in table.notes)
    drawn = '<table style="font-size:13px;border-collapse:collapse">'
    return f"{title}{drawn}<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>{notes}"


def _look(entry: Entry) -> str:
    return (";font-weight:bold" if entry.strong else "") + (f";color:{GREY}" if entry.faint else "")


def _shown(entry: Entry) -> str:
    """A cell as a reader sees it."""
    if entry.value is None:
        return DASH
    return entry.value if isinstance(entry.value, str) else shown(entry.value, entry.format)


def _text(words: str) -> str:
    return escape(held_together(words))
