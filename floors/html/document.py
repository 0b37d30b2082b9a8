"""The report as one HTML document: it loads nothing from anywhere, and runs no script but its own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from floors import __version__
from floors.html import stills
from floors.html.brief import Brief, paragraph
from floors.html.cells import with_input_cells
from floors.html.figures import Figures
from floors.html.made import Made
from floors.html.markup import attribute, data, text
from floors.html.read import Handed, link_of
from floors.html.tables import Packed, packed, scripts, section, that_fit
from floors.page.page import Page
from floors.page.page import Table as PageTable

ASSETS = Path(__file__).parent / "assets"
ECHARTS_VERSION = "6.1.0"
MOST_OF_ONE, MOST_OF_SEVERAL = 6_000_000, 12_000_000
"""The most bytes of a report of one scenario, and of several."""

GENERATOR = f"floors {__version__}"
_BEGIN = "document.documentElement.classList.add('scripted');"


class Document(NamedTuple):
    """The document, and the tables for which it has no room."""

    html: str
    left_out: tuple[str, ...]


def document(handed: Handed, day: str = "", done: Callable[[str], None] = lambda _: None) -> Document:
    """The report of a results workbook; `day` is printed in its foot where it is given, `done` told of each panel."""
    handed = with_input_cells(handed)
    figures = Figures(stills.available(), done)
    made = Made(handed.table, handed.scenario)
    pictures = {picture.name: picture for picture in handed.pictures}
    page = handed.page
    blocks = Brief(figures, pictures, made).blocks(page) if page else ""
    drawn = "".join(
        f'<section id="{attribute(picture.name)}"><h2>{text(picture.title)}</h2>'
        f'<p class="note">{text(picture.subtitle)}</p>{figures.picture(picture)}</section>'
        for picture in handed.pictures
    )

    def whole(kept: list[Packed], left_out: list[Packed]) -> str:
        return _whole(
            handed,
            _main(handed, blocks, drawn, made, section(kept, left_out, handed.file)),
            figures,
            kept,
            day,
        )

    tables = packed(handed.tables, handed.currency)
    most = MOST_OF_SEVERAL if handed.several else MOST_OF_ONE
    without = len(whole([], tables).encode())
    kept, left_out = that_fit(tables, most - without, _needed(page))
    return Document(whole(kept, left_out), tuple(one.table.name for one in left_out))


def _needed(page: Page | None) -> set[str]:
    """The tables that the page stands on."""
    if page is None:
        return set()
    links = [
        entry.link
        for block in page.blocks
        if isinstance(block, PageTable)
        for line in block.lines
        for entry in line.entries
        if entry.link
    ]
    return {link_of(link)[0] for link in links} | {block.sheet for block in page.blocks if block.sheet}


def _main(handed: Handed, blocks: str, drawn: str, made: Made, tables: str) -> str:
    page = handed.page
    explained = made.drawn()
    parts = [
        _answers(page) if page else _without_page(handed),
        f'<div id="brief">{blocks}</div>' if blocks else "",
        drawn,
        tables,
        f'<section id="made"><h2>How the numbers are made</h2>{explained}</section>' if explained else "",
        _words(handed),
        _terms(page),
    ]
    return "".join(parts)


def _answers(page: Page) -> str:
    answers = "".join(f"<li>{paragraph(one)}</li>" for one in page.answers)
    return f'<ol class="answers" id="answers">{answers}</ol>' if answers else ""


def _without_page(handed: Handed) -> str:
    told = _items(handed.sentences)
    why = (
        f"{handed.file} was written by floors {handed.version}, which made no page and no pictures. Solve the study "
        "again to have them; words and tables are those of the workbook."
        if handed.before
        else f"{handed.file} holds no page; its words and tables are here."
    )
    return (
        f'<p class="notice">{text(why)}</p>'
        f'<section id="answers"><h2>The result in words</h2><ul>{told}</ul></section>'
    )


def _words(handed: Handed) -> str:
    """All sentences and warnings of the workbook."""
    warned = _items(handed.warnings)
    warnings = f"<h3>Warnings</h3><ul>{warned}</ul>" if warned else ""
    if handed.page is None:
        return f'<section id="words"><h2>Warnings</h2><ul>{warned}</ul></section>' if warned else ""
    told = _items(handed.sentences)
    return (
        f'<section id="words"><h2>The result in words</h2><ul>{told}</ul>{warnings}</section>'
        if told + warned
        else ""
    )


def _items(told: Sequence[str]) -> str:
    """Sentences as items of a list; one that begins with a dash belongs to the one before."""
    found = []
    for one in told:
        words = one.strip()
        inner = words.removeprefix("- ")
        found.append(f"<li>{text(one)}</li>" if inner == words else f'<li class="within">{text(inner)}</li>')
    return "".join(found)


def _terms(page: Page | None) -> str:
    if page is None or not page.terms:
        return ""
    told = "".join(f"<dt>{text(term)}</dt><dd>{text(meaning)}</dd>" for term, meaning in page.terms)
    return f'<section id="terms"><h2>Terms</h2><dl>{told}</dl></section>'


def _navigation(main: str, handed: Handed) -> str:
    """Links to what the page has."""
    named = [("answers", "Answers"), ("brief", "Brief")]
    named += [(picture.name, _short(picture.name)) for picture in handed.pictures]
    named += [("tables", "All tables"), ("made", "How made"), ("words", "In words"), ("terms", "Terms")]
    links = "".join(
        f'<a href="#{attribute(name)}">{text(told)}</a>'
        for name, told in named
        if f'id="{attribute(name)}"' in main
    )
    return f'<nav aria-label="Sections">{links}</nav>'


def _short(name: str) -> str:
    """Name of a picture, in words: `picture_who_pays` is 'Who pays'."""
    told = name.removeprefix("picture_").replace("_", " ")
    return told[:1].upper() + told[1:]


def _head(handed: Handed) -> str:
    page = handed.page
    kicker = f"{text(page.kicker)} <span>{text(page.where)}</span>" if page else text(handed.title)
    headline = page.headline if page else handed.title
    question = f'<p class="question">{text(page.question)}</p>' if page and page.question else ""
    alarm = f'<p class="alarm" role="alert">{text(handed.alarm)}</p>' if handed.alarm else ""
    return f'<header>{alarm}<p class="kicker">{kicker}</p><h1>{text(headline)}</h1>{question}</header>'


def _foot(handed: Handed, day: str) -> str:
    source = handed.page.source if handed.page else f"floors {handed.version}, {handed.file}"
    made = f" Report of {text(day)}." if day else ""
    return (
        f"<footer><p>{text(source)}</p><p>Made from {text(handed.file)} by {text(GENERATOR)}.{made}</p>"
        f"<p>Charts: Apache ECharts {ECHARTS_VERSION}, Apache License 2.0, embedded in this file, which loads nothing "
        "from anywhere.</p></footer>"
    )


def _asset(name: str) -> str:
    """A file that the report carries."""
    return (ASSETS / name).read_text(encoding="utf-8")


def _whole(handed: Handed, main: str, figures: Figures, kept: list[Packed], day: str) -> str:
    charts = bool(figures.charts)
    running = [_BEGIN, *([_asset("echarts/echarts.min.js")] if charts else []), _asset("report.js")]
    begin, *rest = (f"<script>{one}</script>" for one in running)
    policy = (
        "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        f"script-src {' '.join(map(_hashed, running))}"
    )
    title = handed.page.headline if handed.page else handed.title
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="generator" content="{attribute(GENERATOR)}">'
        f'<meta http-equiv="Content-Security-Policy" content="{attribute(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title or handed.title)}</title><style>{_asset('report.css')}</style>{begin}</head><body>"
        f'<a class="skip" href="#main">To the answers</a>{_head(handed)}{_navigation(main, handed)}'
        f'<main id="main">{main}</main>{_foot(handed, day)}'
        f'<script type="application/json" id="charts">{data(figures.charts)}</script>'
        f'<script type="application/json" id="about">{data([one.about for one in kept])}</script>'
        f"{scripts(kept)}{''.join(rest)}</body></html>\n"
    )


def _hashed(script: str) -> str:
    """A script as a policy names it: by its content."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode('ascii')}'"
