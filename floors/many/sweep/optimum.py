"""The cap that is best for the bloc, that which is best for the world, and what the difference is worth.

A large buyer moves the prices that it buys at, so that the two need not be one. Both are among the caps that were
tried; of caps that cost the same the loosest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from floors.contract.results.sweep import OptimumRow
from floors.many.sweep.points import CapFigures, Point
from floors.results.amounts import plain

ALIKE = 1e-9  # of the least: costs that differ by less are one


@dataclass(frozen=True)
class Optimum:
    """`bloc` and `world`: share and figures of the cap of least bloc net cost, and of least world cost; `at_cost` that
    of least world cost with goods at what they cost and not at offers; million of present value."""

    bloc: tuple[float, CapFigures]
    world: tuple[float, CapFigures]
    at_cost: tuple[float, CapFigures]

    @property
    def worth(self) -> float:
        """What the bloc bears more at the world's cap than at its own."""
        return self.world[1].bloc_net_cost - self.bloc[1].bloc_net_cost

    @property
    def costs_the_world(self) -> float:
        """What the world bears more at the bloc's cap than at its own."""
        return self.bloc[1].total_cost - self.world[1].total_cost


def optimum_of(points: Sequence[Point]) -> Optimum | None:
    """Among these caps, from the loosest to the tightest; None where none has a plan."""
    known = [(p.share, p.figures) for p in points if p.share is not None and p.figures is not None]
    if not known:
        return None
    return Optimum(*(_least(known, name) for name in ("bloc_net_cost", "total_cost", "world_cost_at_basis")))


def _least(known: Sequence[tuple[float, CapFigures]], name: str) -> tuple[float, CapFigures]:
    costs = [getattr(figures, name) for _, figures in known]
    least = min(costs)
    return next(one for one, cost in zip(known, costs, strict=True) if cost - least <= ALIKE * abs(least))


def optimum_rows(found: Optimum | None, free: CapFigures | None) -> Iterator[OptimumRow]:
    """The bloc's cap, the world's, and no cap, each against the least of both."""
    if found is None:
        return
    told = [("bloc", *found.bloc), ("world", *found.world)]
    for least, cap, figures in (*told, *([("no cap", None, free)] if free is not None else ())):
        yield OptimumRow(
            best_for=least,
            cap=cap,
            bloc_net_cost=figures.bloc_net_cost,
            total_cost=figures.total_cost,
            world_cost_at_basis=figures.world_cost_at_basis,
            bloc_bears_more=figures.bloc_net_cost - found.bloc[1].bloc_net_cost,
            world_bears_more=figures.total_cost - found.world[1].total_cost,
        )


def optimum_in_words(points: Sequence[Point], free: CapFigures | None, currency: str) -> Iterator[str]:
    """Where several caps have a plan: the best of them for each side, and what the difference is worth."""
    found, solved = optimum_of(points), [p.figures for p in points if p.figures is not None]
    if found is None or len(solved) < 2:
        return
    scale = max(abs(one.total_cost) for one in solved)
    (bloc, least), (world, _), (at_cost, _) = found.bloc, found.world, found.at_cost
    unit = f"million {currency}, present value"
    if bloc == world:
        yield f"Of the caps tried {bloc:.4g} costs the bloc least, and the world too."
    else:
        more, world_more = (plain(amount, scale) for amount in (found.worth, found.costs_the_world))
        yield (
            f"Of the caps tried {bloc:.4g} costs the bloc least and {world:.4g} the world: at the world's cap the bloc "
            f"bears {more} more, at the bloc's cap the world {world_more} more ({unit})."
        )
    if at_cost != world:
        yield (
            f"With goods at what they cost, and not at offers, a cap of {at_cost:.4g} costs the world least "
            "(sheet sweep, world_cost_at_basis)."
        )
    if free is not None:
        change = plain(abs(least.bloc_net_cost - free.bloc_net_cost), scale)
        verb = "less" if least.bloc_net_cost < free.bloc_net_cost else "more"
        told = "as much as" if change == "0" else f"{change} {verb} than"
        yield f"At {bloc:.4g} the bloc bears {told} at no cap{'' if change == '0' else f' ({unit})'}."
