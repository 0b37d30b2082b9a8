"""The page and the picture of a diagnosis: what cannot hold together, and the least that would have to give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from floors.brief.names import sentence
from floors.brief.sure import values_set
from floors.contract.results import Cell
from floors.contract.results.diagnosis import FINDINGS, REMEDIES, RemedyRow
from floors.page.colours import FLOOR
from floors.page.page import (
    LEFT,
    RIGHT,
    WHOLE,
    Block,
    Drawn,
    Entry,
    Head,
    Line,
    Page,
    Paragraph,
    Table,
    Words,
)
from floors.page.picture import BAR, NAMES, Panel, Picture, Series
from floors.page.told import DASH, held_together, money, three_digits, years
from floors.study.scenarios import BASE
from floors.study.study import Study

LEAST, POLICY, ALONE = "least", "policy", "alone"
"""Choices of sheet remedies."""

PICTURE = "picture_least"
BARE = "without its policy"
"""What a message says where the study has no plan without caps and rules on floors."""
MOST = 12  # rows of a list; all are in their sheet
_DIGITS = 12  # of a hash
_QUESTIONS = {
    "optimal": "Asked: is there a plan that obeys every number of the workbook?",
    "over_budget": "Asked: why do no floors keep to the budget, and what would do?",
    "unbounded": "Asked: why does the cost have no bound?",
}
_WHY = "Asked: why does no plan obey every number of the workbook, and what is the least that would have to give?"
_CONFLICT = {"over_budget": "What the rules on floors ask for", "unbounded": "What is paid without limit"}
_WEIGHED = (
    "What gives way is weighed in money, and the least of it is shown: a tonne a year counts the highest value that a "
    "buyer gives the commodity (else its reference price), discounted; what must be met in full counts twice that."
)


@dataclass(frozen=True, kw_only=True)
class Diagnosed:
    """What a diagnosis found of a study (that of the scenario it is said of): `told` is the conflict in sentences,
    `remedies` are rows of that sheet, `recorded` is sheet run; `total_cost` in million, where there is a plan."""

    study: Study
    status: str
    message: str
    told: Sequence[str]
    remedies: Sequence[RemedyRow]
    further: bool
    policy_cannot: bool
    total_cost: float | None
    recorded: Mapping[str, Cell] = field(repr=False)

    def of(self, choice: str) -> list[RemedyRow]:
        """The changes of a choice, but those of which a single one would do that is the least anyway."""
        least = [row for row in self.remedies if row.choice == LEAST]
        same = {(row.kind, row.cells) for row in least} if choice == ALONE and len(least) == 1 else set()
        return [row for row in self.remedies if row.choice == choice and (row.kind, row.cells) not in same]


def page(found: Diagnosed) -> Page:
    """The page of a diagnosis."""
    study = found.study
    name = study.scenario_name
    scenario = "the workbook as it stands" if name == BASE else f"scenario {name}"
    return Page(
        kicker=study.settings.title or study.name,
        where=f"{years(study.years[0], study.years[-1])} · {scenario}",
        headline=held_together(_headline(found)),
        question=_QUESTIONS.get(found.status, _WHY),
        answers=tuple(
            Paragraph(held_together(lead), held_together(text)) for lead, text in _answers(found) if text
        ),
        blocks=tuple(_blocks(found)),
        source=_source(found),
    )


def _headline(found: Diagnosed) -> str:
    least = _named(found.of(LEAST))
    if found.status == "optimal":
        cost = f": it costs {_amount(found, found.total_cost)}" if found.total_cost is not None else ""
        return f"A plan obeys every number{cost}"
    if found.status == "unbounded":
        return "The cost falls without end: something is paid without limit"
    if found.status == "over_budget":
        return "The rules on floors need more support than the budget" + (f": {least}" if least else "")
    if found.status == "infeasible":
        none = "Without its policy there is no plan" if BARE in found.message else "No plan meets these rules"
        return none + (f"; least to give: {least}" if least else "")
    return "There is no result"


def _answers(found: Diagnosed) -> list[tuple[str, str]]:
    """What is found, as bold words and the rest."""
    policy, alone = found.of(POLICY), found.of(ALONE)
    instead = "Instead, any one of these would do:" if len(alone) > 1 else "This would do instead:"
    if found.status != "infeasible" or not found.told:
        return [("", found.message), (instead, _named(alone))]
    apart = " There are further conflicts, which share none of these rows." if found.further else ""
    held = (
        f"{len(found.told)} statements about the workbook contradict each other; without any one of them the others "
        f"could hold.{apart}"
        if len(found.told) > 1
        else f"{found.told[0]}{apart}"
    )
    cannot = "No change of caps, limits of routes, minimums, targets and funds alone would give a plan."
    return [
        ("No plan obeys every number.", held),
        ("If only policy gives way:", _named(policy)),
        ("Policy alone cannot do it.", cannot if found.policy_cannot else ""),
        (instead, _named(alone)),
    ]


def _named(changes: Sequence[RemedyRow]) -> str:
    """The first of some changes, and how many more there are."""
    if not changes:
        return ""
    more = len(changes) - 1
    return changes[0].sentence + (f"; and {more} more {'change' if more == 1 else 'changes'}" if more else "")


def _blocks(found: Diagnosed) -> list[Block]:
    blocks: list[Block] = []
    for picture in pictures(found):
        blocks.append(Drawn("drawn", picture.title, picture.name, place=WHOLE, rank=3, sheet=picture.name))
    least, policy, alone = found.of(LEAST), found.of(POLICY), found.of(ALONE)
    if least:
        title = (
            "A budget that would do" if found.status == "over_budget" else "The least that would have to give"
        )
        blocks.append(_changes(found, LEAST, title, least))
    if found.told:
        blocks.append(
            Words(
                "conflict",
                _CONFLICT.get(found.status, "What cannot hold together"),
                _list(found.told, FINDINGS.name),
                place=LEFT if len(alone) > 1 else WHOLE,
                rank=1,
                sheet=FINDINGS.name,
            )
        )
    if len(alone) > 1:
        words = _list([row.sentence for row in alone], REMEDIES.name)
        place = RIGHT if found.told else WHOLE
        blocks.append(
            Words(ALONE, "Any one of these would do instead", words, place=place, rank=2, sheet=REMEDIES.name)
        )
    if policy:
        blocks.append(_changes(found, POLICY, "The least if only policy gives way", policy, rank=2))
    return blocks


def _changes(found: Diagnosed, name: str, title: str, changes: Sequence[RemedyRow], rank: int = 0) -> Table:
    """Changes, the dearest first, with what each counts, where they are weighed."""
    weighed = found.status == "infeasible"
    heads = [Head("", 28 if weighed else 36, right=False)]
    heads += [Head(f"counts, million {found.study.settings.currency}", 8)] if weighed else []
    lines = [_line(row.sentence, row.counts if weighed else None, weighed) for row in changes[:MOST]]
    if weighed and len(changes) > 1:
        total = _line("all together", sum(row.counts for row in changes), weighed)
        lines.append(total._replace(total=True))
    more = [f"and {len(changes) - MOST} more: sheet {REMEDIES.name}."] if len(changes) > MOST else []
    notes = (*more, *([_WEIGHED] if weighed else []))
    return Table(name, title, tuple(heads), tuple(lines), notes, rank=rank, sheet=REMEDIES.name)


def _line(text: str, counts: float | None, weighed: bool) -> Line:
    told = Entry(held_together(_begun(text)), link=REMEDIES.name)
    return Line((told, Entry(counts, "#,##0.0"))) if weighed else Line((told,))


def _list(told: Sequence[str], sheet: str) -> tuple[Paragraph, ...]:
    more = len(told) - MOST
    lines = [*told[:MOST], *([f"and {more} more: sheet {sheet}."] if more > 0 else [])]
    return tuple(Paragraph("", held_together(_begun(line))) for line in lines)


def pictures(found: Diagnosed) -> tuple[Picture, ...]:
    """How far each number of the least change would move, in parts of itself, where several move that are not 0."""
    moves = {
        _cell(row): (row.needed - row.present) / abs(row.present)
        for row in found.of(LEAST)
        if row.present and row.needed is not None
    }
    if len(moves) < 2:
        return ()
    names = sorted(moves, key=lambda name: -abs(moves[name]))
    shown = names[:MOST]
    first = moves[names[0]]
    still = [_cell(row) for row in found.of(LEAST) if not row.present]
    notes = [
        f"The {len(shown)} of {len(names)} numbers that move most." if len(names) > MOST else "",
        f"Without one that is 0 or in no cell: {', '.join(still[:MOST])}." if still else "",
    ]
    series = Series(
        "change",
        BAR,
        FLOOR,
        tuple(moves[name] for name in shown),
        tuple(f"{'+' if moves[name] > 0 else DASH}{_percent(moves[name])}" for name in shown),
    )
    verb = "rise" if first > 0 else "fall"
    title = held_together(f"{names[0]} would have to {verb} most, by {_percent(first)} of itself")
    panel = Panel(
        "",
        "% of the number that is there",
        tuple(shown),
        NAMES,
        (series,),
        format="0%",
        description="How far each number of the least change would move, in parts of itself.",
    )
    subtitle = "The least that would have to give, by cell: change in % of the number that is there"
    return (Picture(PICTURE, title, subtitle, " ".join(filter(None, notes)), (panel,)),)


def _begun(text: str) -> str:
    """A sentence with its first letter large, but for the name of a cell."""
    return text if "!" in text.partition(" ")[0] else sentence(text)


def _percent(share: float) -> str:
    return f"{three_digits(100 * abs(share))} %"


def _cell(row: RemedyRow) -> str:
    """Where the number stands, or the row of the model where it is in no cell."""
    return row.cells.partition("; ")[0] if row.cells else row.row


def _amount(found: Diagnosed, million: float) -> str:
    sign = DASH if million < 0 else ""
    return f"{sign}{money(million, found.study.settings.currency)}, present value"


def _source(found: Diagnosed) -> str:
    """Program, file and hash."""
    digest = found.recorded.get("workbook sha256")
    told = [
        f"floors {found.recorded['floors']}",
        str(found.recorded["workbook"]),
        values_set(found.study.overrides),
        f"sha256 {str(digest)[:_DIGITS]}…" if digest else "no file",
        "every row on the sheets behind",
    ]
    return " · ".join(filter(None, told))
