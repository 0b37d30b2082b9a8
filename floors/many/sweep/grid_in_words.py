"""What a reader should know first of caps and answers: what neither side leaves, and who gains by committing first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from floors.contract.results.grid import FirstRow, GridRow
from floors.many.sweep.answers import OFFER, Answers
from floors.many.sweep.best import Game
from floors.results.amounts import conjoined, nothing, plain

TOLD = 3  # cells


def grid_in_words(
    answers: Answers, rows: Sequence[GridRow], first: Sequence[FirstRow], game: Game, currency: str
) -> Iterator[str]:
    """One sentence a line; `rows` and `first` are those of sheets grid and first."""
    solved = [row for row in rows if row.bloc_net_cost is not None]
    yield f"{len(solved)} of {len(rows)} cells of caps and answers have a plan."
    yield from _cause(answers, rows)
    if not solved:
        return
    unit = f"million {currency}, present value"
    yield from _stays(answers, solved, game, unit)
    for _, rows_of in groupby(first, key=lambda row: row.first):
        yield from _first(answers, [*rows_of], game.size, unit)
    surpluses = [row.region_surplus or 0.0 for row in solved]
    if min(surpluses) < 0 and not nothing(min(surpluses), game.size):
        yield (
            f"The surplus of {answers.region} counts what its own buyers bear and what it loses by selling below cost, "
            "so that it may lie below 0 and still be more than at no cap and no answer."
        )
    yield (
        f"This takes {answers.region} to want the largest surplus for itself, and the bloc the least net cost: a state "
        "that wants something else, such as its share of the market or that others do not build, may answer otherwise."
    )


def _cause(answers: Answers, rows: Sequence[GridRow]) -> Iterator[str]:
    """What stands in the way of a plan, of one cell without."""
    for row in rows:
        if row.cause is not None:
            yield (
                f"At {place(answers, row.cap, row.answer)} these cannot hold together, and without any one of them the "
                f"others could: {row.cause}."
            )


def place(answers: Answers, cap: float, answer: float) -> str:
    """A cell in words."""
    return f"a cap of {cap:.4g} and {_answer(answers, answer)}"


def _answer(answers: Answers, answer: float) -> str:
    return f"{_lever(answers)} {answer:.4g}"


def _lever(answers: Answers) -> str:
    if answers.lever == OFFER:
        return "offer prices times"
    return "an export limit (share of exports without a policy) of"


def _stays(answers: Answers, solved: Sequence[GridRow], game: Game, unit: str) -> Iterator[str]:
    """Cells that neither side leaves; that they lie at the edge, where they do."""
    region, both = answers.region, [row for row in solved if row.neither_moves]
    if not both:
        yield f"There is no cell in which both sides would stay: in each the bloc or {region} does better by moving."
        return
    named = [place(answers, row.cap, row.answer) for row in both[:TOLD]]
    more = f" and in {len(both) - TOLD} more cell{'s' if len(both) > TOLD + 1 else ''}" if both[TOLD:] else ""
    lead = f"Neither the bloc nor {region} does better by moving alone at {'; at '.join(named)}{more}"
    if game.settled is None:
        yield f"{lead}: these pay the two sides differently, and nothing here says which it will be."
    else:
        row = both[0]
        bears, gains = (
            f"{plain(one or 0.0, game.size)}{_more(change, game.size)}"
            for one, change in (
                (row.bloc_net_cost, row.change_of_bloc_net_cost),
                (row.region_surplus, row.change_of_region_surplus),
            )
        )
        each = "each time " if len(both) > 1 else ""
        yield f"{lead}: {each}the bloc bears {bears}, and the surplus of {region} is {gains} ({unit})."
    edges = [row for row in both if row.at_edge_cap or row.at_edge_answer]
    if edges:
        what = [
            name
            for name, there in (
                ("the caps", any(row.at_edge_cap for row in edges)),
                ("the answers", any(row.at_edge_answer for row in edges)),
            )
            if there
        ]
        whose = "It lies" if len(both) == 1 else "They lie" if edges == both else f"{len(edges)} of them lie"
        yield f"{whose} at the edge of {conjoined(what)} tried: what is beyond was not looked at."


def _more(change: float | None, size: float) -> str:
    """How much more an amount is than at no cap and no answer, where that is known."""
    if change is None:
        return ""
    if nothing(change, size):
        return " (as at no cap and no answer)"
    return f" ({plain(abs(change), size)} {'more' if change > 0 else 'less'} than at no cap and no answer)"


def _first(answers: Answers, rows: Sequence[FirstRow], size: float, unit: str) -> Iterator[str]:
    """What a side has that commits first, and whether that is more than where neither moves; `rows` are its choices,
    which pay it alike."""
    row, region, bloc = rows[0], answers.region, rows[0].first == "bloc"
    payoff, choices = plain(row.payoff, size), " or ".join(f"{one.choice:.4g}" for one in rows)
    what = "a cap of" if bloc else _lever(answers)
    met = ""
    if len(rows) == 1:
        met = f", met by {_answer(answers, row.reply) if bloc else f'a cap of {row.reply:.4g}'},"
    if bloc:
        told = f"If the bloc commits first, {what} {choices}{met} leaves it the least net cost: {payoff}"
    else:
        told = f"If {region} commits first, {what} {choices}{met} leaves it the largest surplus: {payoff}"
    if row.worth is None:
        yield f"{told} ({unit})."
    elif nothing(row.worth, size):
        yield f"{told}, as much as where neither moves ({unit})."
    else:
        better = (row.worth < 0) == bloc
        more = f"{plain(abs(row.worth), size)} {'better' if better else 'worse'}"
        yield f"{told}, {more} than where neither moves ({unit})."
