"""Caps against what the capped seller answers: one study at every cap and every answer, and what either side would do.

**Who answers.** One capped region, in one of two ways. `offer`: it offers all that it makes at a factor on its unit
costs (sheets processes and unit_costs), and the reference prices of these commodities follow. `export`: it ships abroad
at most a share of what it ships without `caps` and `floor_rules`, by commodity and year; the rent of that is its own,
so that it is in the price which a floor tops up.

**What each side wants.** The bloc the least sum of its members' net costs; the region the most surplus: less its net
cost and less what selling below cost costs it. What else a state may want is not in it.

**What is found.** Each cell is solved as a cap of a sweep is. A best answer is any within a billionth of the best; a
cell that is one for both sides neither leaves alone (there may be none, or several). Who commits first is taken to
meet, of answers that suit the other side alike, the worst. A cell without a plan is nobody's best answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from floors.brief.answered import Answered
from floors.brief.grid_page import page
from floors.brief.pictures.grid import pictures
from floors.brief.tables import Tables
from floors.contract.results import Row, Sheet
from floors.contract.results.grid import (
    FIRST,
    FLOORS,
    GRID,
    MEMBERS,
    SHEETS,
    FirstRow,
    GridFloorRow,
    GridMemberRow,
    GridRow,
)
from floors.errors import UsageError
from floors.excel.record import assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, less, without_result, worst
from floors.many.executors import executor_of, in_order
from floors.many.sweep.answers import OFFER, Answers, studies_of
from floors.many.sweep.best import ALIKE, Cell, First, Game
from floors.many.sweep.cells import Cause, CellFigures, CellTask, GridCell, cause_of, solve_cells
from floors.many.sweep.grid_in_words import grid_in_words
from floors.many.sweep.lps import MovedLP
from floors.many.sweep.points import swept_rows
from floors.page.page import Page
from floors.page.picture import Picture
from floors.steps import stage
from floors.study.study import Study

AT_ONCE = 4  # caps of one task: each task carries the study, and a process keeps its LP from one to the next
MOST_CELLS = 10_000


@dataclass(frozen=True, repr=False)
class Grid(Answer):
    """A study at every cap and every answer; `grid.grid`, `grid.first`, `grid.members`, `grid.floors` are DataFrames.

    `shares` from the loosest cap to the tightest, `answers.tried` from least to most, `cells` by cap, then by answer;
    `free` is that of no cap and no answer.
    """

    commodity: str | None
    answers: Answers
    shares: tuple[float, ...]
    free: GridCell = field(repr=False)
    cells: tuple[GridCell, ...] = field(repr=False)
    cause: Cause | None = None

    grid = Table()
    first = Table()
    members = Table()
    floors = Table()
    run = Table()

    @property
    def status(self) -> str:
        """`optimal` where every cell is, else what is wrong first: without a plan before stopped early."""
        return worst(cell.status for cell in (self.free, *self.cells))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return SHEETS

    @cached_property
    def game(self) -> Game:
        """Both sides and what each cell pays them: rows are caps, columns answers."""
        bloc: dict[Cell, float] = {}
        region: dict[Cell, float] = {}
        size = 0.0
        for place, one in self._solved():
            bloc[place], region[place] = -one.bloc_net_cost, one.region_surplus
            size = max(size, abs(one.total_cost), abs(one.bloc_net_cost))
        return Game(len(self.shares), len(self.answers.tried), bloc, region, size)

    def _change(self, value: float, free: float | None) -> float | None:
        """What is more than at no cap and no answer, where that is known: 0 where the two are alike."""
        change = less(value, free)
        return 0.0 if change is not None and abs(change) <= ALIKE * self.game.size else change

    def _solved(self) -> Iterator[tuple[Cell, CellFigures]]:
        for number, cell in enumerate(self.cells):
            if cell.figures is not None:
                yield divmod(number, len(self.answers.tried)), cell.figures

    @property
    def warnings(self) -> list[str]:
        """What hangs on ties, and cells without a result, the first of each message."""
        tied, said = [cell for cell in self.cells if cell.movable], []
        if tied:
            said.append(
                f"in {len(tied)} of {len(self.cells)} cells (column movable) shipments into the bloc can change place "
                "at no cost: what buyers, treasuries and the seller have of it may be other amounts in another plan of "
                "the same cost, and best answers with them."
            )
        return said + without_result(
            (_named(cell), cell.status, cell.message) for cell in (self.free, *self.cells)
        )

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        return [*grid_in_words(self.answers, self._grid, self._first, self.game, self.currency)]

    @cached_property
    def brief(self) -> Page:
        """The page of caps against answers."""
        return page(self._told)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """Who loses what in each cell."""
        return pictures(self._told)

    @cached_property
    def _told(self) -> Answered:
        chosen = swept_rows(self.study, self.commodity)
        return Answered(Tables(self.study, self.rows), chosen, self.answers.lever, self.answers.region)

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        if sheet == GRID.name:
            return self._grid
        if sheet == FIRST.name:
            return self._first
        if sheet == MEMBERS.name:
            return self._members
        if sheet == FLOORS.name:
            return self._floors
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": self.status,
                        "swept commodity": self.commodity or "all",
                        "answer": self.told_lever,
                        "plan_choice at each cap": "any where no rule stands on floors",
                    }
                ),
                *numbered("result", self.sentences),
                *numbered("warning", self.warnings),
                *assumed(self.study),
            ]
        )

    @property
    def told_lever(self) -> str:
        """What the answers are."""
        of = self.answers
        if of.lever == OFFER:
            return f"{of.region} multiplies its offer prices"
        return f"{of.region} sells abroad at most a share of what it sells without a policy"

    @cached_property
    def _grid(self) -> list[GridRow]:
        game, free = self.game, self.free.figures
        rows = []
        for number, cell in enumerate(self.cells):
            place: Cell = divmod(number, len(self.answers.tried))
            assert cell.share is not None and cell.answer is not None
            row = GridRow(
                cap=cell.share, answer=cell.answer, status=cell.status, message=cell.message or None
            )
            if self.cause is not None and self.cause.cell is cell:
                row = row._replace(cause=self.cause.told)
            one = cell.figures
            if one is not None:
                edge_cap, edge_answer = game.edges(place)
                row = row._replace(
                    **{name: value for name, value in vars(one).items() if name != "members"},
                    change_of_bloc_net_cost=self._change(
                        one.bloc_net_cost, free.bloc_net_cost if free else None
                    ),
                    change_of_region_surplus=self._change(
                        one.region_surplus, free.region_surplus if free else None
                    ),
                    bloc_best=place in game.row_best,
                    region_best=place in game.column_best,
                    neither_moves=place in game.neither_moves,
                    at_edge_cap=edge_cap,
                    at_edge_answer=edge_answer,
                    movable=cell.movable,
                )
            rows.append(row)
        return rows

    @cached_property
    def _first(self) -> list[FirstRow]:
        of, game = self.answers, self.game
        return [
            *self._committed("bloc", game.row_first, self.shares, of.tried, -1.0, game.row_payoff),
            *self._committed(of.region, game.column_first, of.tried, self.shares, 1.0, game.column_payoff),
        ]

    def _committed(
        self,
        who: str,
        first: First | None,
        own: Sequence[float],
        other: Sequence[float],
        sign: float,
        payoff: Any,
    ) -> Iterator[FirstRow]:
        """Rows of who goes first; of the bloc payoffs are costs with the sign turned."""
        if first is None:
            return
        settled = self.game.settled
        together = None if settled is None else sign * payoff[settled]
        for choice, reply in zip(first.choices, first.replies, strict=True):
            yield FirstRow(
                first=who,
                choice=own[choice],
                reply=other[reply],
                payoff=sign * first.payoff,
                payoff_if_ties_favour=sign * first.favoured,
                payoff_where_neither_moves=together,
                worth=less(sign * first.payoff, together),
            )

    @cached_property
    def _members(self) -> list[GridMemberRow]:
        free = self.free.figures.members if self.free.figures else {}
        return [
            GridMemberRow(
                cap=cell.share,
                answer=cell.answer,
                member=member,
                net_cost=cost,
                change=self._change(cost, free.get(member)),
            )
            for cell in self.cells
            if cell.figures is not None and cell.share is not None and cell.answer is not None
            for member, cost in cell.figures.members.items()
        ]

    @cached_property
    def _floors(self) -> list[GridFloorRow]:
        return [
            GridFloorRow(cap=cell.share, answer=cell.answer, **told)
            for cell in self.cells
            if cell.share is not None and cell.answer is not None
            for told in cell.floors
        ]

    def described(self) -> dict[str, Any]:
        """The tables as lists of objects, best answers of either side, and what committing first is worth."""
        of, game = self.answers, self.game
        tables = {sheet.name: self.records(sheet.name) for sheet in (GRID, FIRST, MEMBERS, FLOORS)}
        row_best = [
            [self.shares[i] for i, k in sorted(game.row_best) if k == j] for j in range(len(of.tried))
        ]
        own_best = [
            [of.tried[j] for k, j in sorted(game.column_best) if k == i] for i in range(len(self.shares))
        ]
        worth = {row.first: row.worth for row in self._first}
        return {
            "lever": of.lever,
            "region": of.region,
            **tables,
            "best_cap": [{"answer": a, "caps": caps} for a, caps in zip(of.tried, row_best, strict=True)],
            "best_answer": [{"cap": s, "answers": a} for s, a in zip(self.shares, own_best, strict=True)],
            "neither_moves": [
                {
                    "cap": self.shares[i],
                    "answer": of.tried[j],
                    "at_edge_cap": game.edges((i, j))[0],
                    "at_edge_answer": game.edges((i, j))[1],
                }
                for i, j in game.neither_moves
            ],
            "worth_of_committing_first": {"bloc": worth.get("bloc"), "region": worth.get(of.region)},
        }


def solve_grid(
    study: Study,
    commodity: str | None,
    shares: tuple[float, ...],
    answers: Answers,
    executor: object,
    done: Callable[[GridCell], None] | None,
) -> Grid:
    """The study at every cap and answer; see `floors.sweep`."""
    where = executor_of(executor)
    chosen = swept_rows(study, commodity)
    if len(shares) * len(answers.tried) > MOST_CELLS:
        raise UsageError(
            f"expected at most {MOST_CELLS} cells of caps and answers, found {len(shares) * len(answers.tried)}."
        )
    free = MovedLP(study, chosen)  # a fault of the study is no fault of a cell
    with stage("answers"):
        studies = studies_of(study, answers)
    tasks = _tasks(free, studies, answers, shares, 1 if where is None else AT_ONCE)
    found: list[GridCell] = []
    with stage("cells", 1 + len(shares) * len(studies)) as here:
        for cells in in_order(solve_cells, tasks, where):
            for cell in cells:
                found.append(cell)
                here.finished(_named(cell))
                if done:
                    done(cell)
    by_place = {(cell.share, cell.answer): cell for cell in found}
    ordered = tuple(by_place[share, answer] for share in shares for answer in answers.tried)
    return Grid(
        study, commodity, answers, shares, found[0], ordered, cause_of(ordered, studies, answers, chosen)
    )


def _tasks(
    free: MovedLP, studies: Sequence[Study], answers: Answers, shares: tuple[float, ...], at_once: int
) -> Iterator[CellTask]:
    """That of no cap and no answer, then some caps each of every answer, whose LP is made when its turn comes."""
    yield CellTask(free, answers.region, None, ())
    for study, answer in zip(studies, answers.tried, strict=True):
        lp = MovedLP(study, free.chosen)
        for n in range(0, len(shares), at_once):
            yield CellTask(lp, answers.region, answer, shares[n : n + at_once])


def _named(cell: GridCell) -> str:
    cap = "no cap" if cell.share is None else f"cap {cell.share:.4g}"
    return f"{cap}, {'no answer' if cell.answer is None else f'answer {cell.answer:.4g}'}"


__all__ = ["Grid", "GridCell", "solve_grid"]
