"""What a notebook shows of a result: the headline, the answers, the table and the picture of its page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from floors.html import stills
from floors.page.card import card
from floors.page.page import Drawn, Page, Paragraph, Table
from floors.page.picture import Panel, Picture
from floors.page.told import held_together

FLOORS = "floors"  # the table of a page that is shown, where it has it
MOST = 8  # sentences of what has no page
WITHOUT = f"The picture is drawn where floors[report] is installed: {stills.EXTRA}."


def of_page(page: Page, pictures: Sequence[Picture]) -> str:
    """The page in short: the table of floors, else the first, and the first of the pictures that stand on it."""
    tables = [block for block in page.blocks if isinstance(block, Table)]
    tables.sort(key=lambda table: table.name != FLOORS)
    title, panel = _panel(page, pictures)
    figure = figure_of(title, panel) if panel is not None and stills.available() else ""
    return card(
        f"{page.kicker} · {page.where}",
        page.headline,
        [Paragraph("", page.question), *page.answers],
        tables[0] if tables else None,
        figure,
        [WITHOUT] if panel is not None and not figure else [],
        page.alarm,
    )


def of_words(title: str, scenario: str, sentences: Sequence[str]) -> str:
    """What has no page: its first sentences."""
    more = len(sentences) - MOST
    rest = [f"... and {more} more: .sentences"] if more > 0 else []
    return card(title, scenario, [Paragraph("", one) for one in sentences[:MOST]], notes=rest)


def figure_of(title: str, panel: Panel) -> str:
    """A panel with a title above it."""
    head = f'<p style="font-weight:bold;margin:8px 0 2px">{escape(held_together(title))}</p>'
    return head + image(stills.still(panel), panel.description or title)


def image(svg: str, description: str) -> str:
    """A drawing that stays by itself: no script in it runs, and no name in it meets another of the page."""
    content = base64.b64encode(svg.encode()).decode()
    told = escape(description)
    return f'<img alt="{told}" style="max-width:100%" src="data:image/svg+xml;base64,{content}">'


def _panel(page: Page, pictures: Sequence[Picture]) -> tuple[str, Panel | None]:
    """The panel that stands on the page, else the first of all, with its title."""
    named = {picture.name: picture for picture in pictures}
    for block in page.blocks:
        if isinstance(block, Drawn) and block.picture in named:
            panels = named[block.picture].panels
            if block.panel < len(panels):
                return block.title, panels[block.panel]
    first = next((picture for picture in pictures if picture.panels), None)
    return (first.title, first.panels[0]) if first else ("", None)
