"""Which chains can be solved apart: all that share nothing that binds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from floors.many.chains.arms import Arm, Found, Work
from floors.study.scenarios import BASE

Block = tuple[str, ...]
Solve = Callable[[Sequence[Block]], Sequence[Found]]
FULL = 1 - 1e-9  # of a fund: with as much spent it may bind


def solve_blocks(work: Work, solve: Solve) -> dict[str, Found]:
    """What was found of each chain, by its name. Each is solved by itself; those are solved together that share a fund
    of which together they would spend all, in any state and with or without the caps of one, and all of them where
    `support_budget` limits what they may be paid together. A limit that is not reached has no price: what is the least
    of each apart is the least of all together.
    """
    names = [chain.name for chain in work.chains]
    alone = work.study.settings.support_budget is None
    blocks: list[Block] = [(name,) for name in names] if alone else [tuple(names)]
    found = dict(zip(blocks, solve(blocks), strict=True))
    while (crowded := _crowded(found)) is not None:
        merged = tuple(name for name in names if any(name in block for block in crowded))
        found = {block: one for block, one in found.items() if block not in crowded}
        found[merged] = solve([merged])[0]
    return {name: one for block, one in found.items() for name in block}


def _crowded(found: dict[Block, Found]) -> list[Block] | None:
    """Blocks that would together spend all of a fund; None where none do."""
    states = dict.fromkeys(s for one in found.values() for arm in _arms(one) for s in arm)
    funds = dict.fromkeys(f for one in found.values() for f in one.funds)
    for fund in funds:
        sharing = [block for block, one in found.items() if fund in one.funds]
        if len(sharing) < 2:
            continue
        for state in states:
            held = {block: _spent(found[block].held, state, fund) for block in sharing}
            whole = [held] + [
                held | {block: _spent(arm, state, fund)}
                for block in sharing
                for arm in found[block].dropped.values()
            ]
            for spent in whole:
                some = [of for of in spent.values() if of is not None and of[0] > 0]
                if len(some) > 1 and sum(of[0] for of in some) > FULL * min(of[1] for of in some):
                    return sharing
    return None


def _arms(one: Found) -> Iterable[Arm]:
    yield one.held
    yield from one.dropped.values()


def _spent(arm: Arm, state: str, fund: str) -> tuple[float, float] | None:
    """Spent and there of a fund; what a shock does not strike is as in base; None without a plan."""
    return arm.get(state, arm[BASE]).spent.get(fund)
