"""The page of a result: question, answers and evidence in words of a newspaper reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from floors.brief.answers import answers
from floors.brief.built import built
from floors.brief.drawn import drawn
from floors.brief.facts import Facts
from floors.brief.floors_table import floors_table
from floors.brief.goods_table import goods_table
from floors.brief.headline import alarm, headline
from floors.brief.if_words import if_words
from floors.brief.limits import limits
from floors.brief.otherwise import otherwise
from floors.brief.parts import parts
from floors.brief.payers import payers
from floors.brief.question import question
from floors.brief.shares import shares
from floors.brief.sure import source, sure
from floors.brief.tables import ALONE, Family, Tables
from floors.brief.terms import terms
from floors.brief.typed import typed
from floors.brief.what_if import what_if
from floors.page.page import Block, Drawn, Entry, Page, Paragraph, Words
from floors.page.told import held_together
from floors.study.scenarios import BASE

MOST_MEMBERS = 5  # named above the headline


def page(tables: Tables, family: Family = ALONE, stamp: str = "") -> Page:
    """The page of one scenario, with what its family adds; `stamp` is the day, where it was asked for."""
    facts = Facts(tables, family)
    blocks = [
        drawn(facts),
        shares(facts),
        if_words(facts),
        built(facts),
        goods_table(facts),
        floors_table(facts),
        payers(facts),
        otherwise(facts),
        what_if(facts),
        parts(facts),
        sure(facts),
        limits(facts),
    ]
    made = held(
        Page(
            kicker=tables.study.settings.title or tables.study.name,
            where=where(facts),
            headline=headline(facts),
            question=question(facts),
            answers=answers(facts),
            blocks=tuple(block for block in blocks if block is not None),
            source=source(facts, stamp),
            alarm=alarm(facts),
        )
    )
    return replace(made, terms=terms(facts, made), typed=typed(tables))


def where(facts: Facts) -> str:
    """Bloc, years and scenario: above the headline."""
    members = facts.tables.bloc
    bloc = ", ".join(members) if len(members) <= MOST_MEMBERS else f"{len(members)} members"
    name = facts.tables.scenario
    scenario = "base case" if name == BASE else f"scenario {name}"
    return f"{bloc} · {facts.span} · {scenario}"


def assembled(
    facts: Facts,
    *,
    headline: str,
    question: str,
    answers: Iterable[Paragraph | None],
    blocks: Iterable[Block | None],
    stamp: str,
) -> Page:
    """A page of one study with what there is of answers and blocks, held together, and its terms."""
    made = held(
        Page(
            kicker=facts.tables.study.settings.title or facts.tables.study.name,
            where=where(facts),
            headline=headline,
            question=question,
            answers=tuple(one for one in answers if one is not None),
            blocks=tuple(block for block in blocks if block is not None),
            source=source(facts, stamp),
        )
    )
    return replace(made, terms=terms(facts, made))


def held(page: Page) -> Page:
    """The page with every number beside its unit."""
    return replace(
        page,
        headline=held_together(page.headline),
        question=held_together(page.question),
        answers=tuple(_paragraph(one) for one in page.answers),
        blocks=tuple(map(_block, page.blocks)),
        alarm=held_together(page.alarm),
    )


def _paragraph(one: Paragraph) -> Paragraph:
    return Paragraph(held_together(one.lead), held_together(one.text))


def _block(block: Block) -> Block:
    title = held_together(block.title)
    if isinstance(block, Words):
        return replace(block, title=title, paragraphs=tuple(map(_paragraph, block.paragraphs)))
    if isinstance(block, Drawn):
        return replace(block, title=title)
    lines = tuple(line._replace(entries=tuple(map(_entry, line.entries))) for line in block.lines)
    return replace(block, title=title, lines=lines, notes=tuple(map(held_together, block.notes)))


def _entry(entry: Entry) -> Entry:
    if not isinstance(entry.value, str):
        return entry
    return entry._replace(value=held_together(entry.value, minus=False))
