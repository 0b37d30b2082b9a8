"""HTML out of texts: nothing of a workbook is ever taken for markup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from floors.page.told import held_together

TRUE_FALSE = {True: "TRUE", False: "FALSE"}


def text(told: str) -> str:
    """A text of the page, its numbers and units held together."""
    return escape(held_together(told))


def attribute(told: str) -> str:
    """A text as the value of an attribute, in double quotes."""
    return escape(told)


def data(found: Any) -> str:
    """JSON that can stand in a script element whatever texts are in it."""
    told = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return told.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], name: str, first_is_head: bool = True) -> str:
    """A table of texts that are markup already, in a frame that scrolls by itself."""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = []
    for row in rows:
        cells = list(row)
        first = f'<th scope="row">{cells[0]}</th>' if first_is_head else f"<td>{cells[0]}</td>"
        body.append(f"<tr>{first}{''.join(f'<td>{cell}</td>' for cell in cells[1:])}</tr>")
    return framed(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>", name)


def framed(table: str, name: str) -> str:
    """A table in a frame of its own that can be scrolled by keyboard."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{attribute(name)}">{table}</div>'
