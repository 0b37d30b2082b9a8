"""What a tonne in store is worth by the prices: nobody gains by holding more, nor loses by what is held.

It is worth its price there where it may be taken. Where as much is taken as may be, it may be worth less: what it
brings later, or what it cost before. Everything is thousand at present value per t.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from floors.verification.balances import target
from floors.verification.gain import Gain
from floors.verification.plan import Plan

Ends = tuple[float, float]
ANY: Ends = (-inf, inf)


def holding(plan: Plan, k: str) -> Iterator[tuple[int, Gain]]:
    """What a t of a stockpile gains until the next year: what is left of it is worth so much then, or its value at the
    end, less what it is worth now and what holding costs."""
    worth = in_store(plan, k)
    for t in plan.given.calendar.years:
        kept = _kept(plan, k, t, worth)
        yield t, Gain(kept.value - worth[t].value, kept.terms + worth[t].terms)


def in_store(plan: Plan, k: str) -> dict[int, Gain]:
    """What a t in store is worth in each year; of a tagged stockpile, of this part of it."""
    g = plan.given
    parts, weight, length = g.parts(k), g.calendar.weight, g.calendar.length
    price = {
        part: {
            t: plan.wasting(heap.region, heap.commodity, t).times(-weight[t] / length[t])
            for t in g.calendar.years
        }
        for part, heap in ((part, g.heaps[part]) for part in parts)
    }
    if not any(_is_held_back(plan, part, t) for part in parts for t in g.heaps[part].most):
        return price[k]
    may = {part: _possible(plan, part, price[part]) for part in parts}
    found: dict[str, dict[int, Gain]] = {part: {} for part in parts}
    before = dict.fromkeys(parts, ANY)
    for t in g.calendar.years:
        ends = {part: _within(may[part][t], before[part]) for part in parts}
        level = _level(plan, t, may, ends) if len(parts) > 1 else None
        if len(parts) > 1:
            ends = _shared(plan, t, {part: price[part][t].value for part in parts}, may, ends, level)
        for part, (_, worth) in ends.items():
            found[part][t] = Gain(worth, price[part][t].terms)
            before[part] = _asks(plan, part, t, worth, level)
    return found[k]


def _possible(plan: Plan, k: str, price: dict[int, Gain]) -> dict[int, Ends]:
    """From what to what a t may be worth in each year so that later ones have something that holds."""
    may, g = dict[int, Ends](), plan.given
    for t in reversed(g.calendar.years):
        own = (-inf if _is_held_back(plan, k, t) else price[t].value, price[t].value)
        may[t] = _within(own, _bounds(plan, k, t, _brings(plan, k, t, may)))
    return may


def _level(plan: Plan, t: int, may: dict[str, dict[int, Ends]], ends: dict[str, Ends]) -> float | None:
    """What holding gains in whatever part of a tagged stockpile something lies, where room or a target binds both: a
    loss only at a target, a gain only where it is full; None where neither binds, or nothing lies there."""
    first = next(iter(ends))
    full, low = is_full(plan, first, t), _is_at_target(plan, first, t)
    if t < plan.given.known_from or not (full or low):
        return None
    brings = {part: _brings(plan, part, t, may[part]) for part in ends}
    held = [part for part in ends if _is_held(plan, part, t)]
    sure = [part for part in held if len({*ends[part]}) == len({*brings[part]}) == 1]
    level = max((brings[part][1] - ends[part][1] for part in sure or held), default=None)
    return None if level is None else min(max(level, -inf if low else 0.0), inf if full else 0.0)


def _shared(
    plan: Plan,
    t: int,
    price: dict[str, float],
    may: dict[str, dict[int, Ends]],
    ends: dict[str, Ends],
    level: float | None,
) -> dict[str, Ends]:
    """What each part of a tagged stockpile may be worth, where room, targets and releases bind both: what lies there
    gains as much in both by being held, and what is taken as much by being taken."""
    if level is not None:
        for part in ends:
            low, high = _brings(plan, part, t, may[part])
            if _is_held(plan, part, t):
                ends |= {part: _within(ends[part], (low - level, high - level))}
    if any(_is_held_back(plan, part, t) for part in ends):
        level = max(price[part] - ends[part][1] for part in ends)
        for part in ends:
            most = price[part] - level if _is_some(plan, plan.take.get((part, t), 0.0)) else inf
            ends |= {part: _within(ends[part], (price[part] - level, most))}
    return ends


def _is_held(plan: Plan, k: str, t: int) -> bool:
    return _is_some(plan, plan.closing.get((k, t), 0.0))


def _is_some(plan: Plan, quantity: float) -> bool:
    return quantity > 10 * plan.lost(quantity)


def is_full(plan: Plan, k: str, t: int) -> bool:
    """Whether no more can be held."""
    room, closing = plan.given.heaps[k].room, plan.in_both(plan.closing, k, t)
    return room is not None and closing >= room - plan.lost(room)


def is_low(plan: Plan, k: str, t: int) -> bool:
    """Whether no less can be held."""
    return _is_at_target(plan, k, t) or not _is_held(plan, k, t)


def _is_at_target(plan: Plan, k: str, t: int) -> bool:
    least = target(plan, k, t)
    return least is not None and plan.in_both(plan.closing, k, t) <= least + 10 * plan.lost(least)


def _is_held_back(plan: Plan, k: str, t: int) -> bool:
    """Whether as much is taken as may be, and nothing put away: it may be worth less in store than its price."""
    most, taken = plan.given.heaps[k].most.get(t), plan.in_both(plan.take, k, t)
    if most is None or taken < most - plan.lost(most):
        return False
    return plan.put.get((k, t), 0.0) <= plan.lost(most)


def _kept(plan: Plan, k: str, t: int, worth: dict[int, Gain]) -> Gain:
    """What holding a t until the next year brings, where it is worth so much, or at the end its value."""
    later = plan.given.calendar.after(t)
    kept = Gain.of() if later is None else worth[later]
    share, rest = _carried(plan, k, t)
    return Gain(share * kept.value + sum(rest), share * kept.terms + sum(map(abs, rest)))


def _carried(plan: Plan, k: str, t: int) -> tuple[float, tuple[float, float]]:
    """What is left of a t in the next year; what a t is worth at the end, and what holding it costs, below 0."""
    g = plan.given
    heap, weight, length = g.heaps[k], g.calendar.weight, g.calendar.length
    later, cost = g.calendar.after(t), -weight[t] * heap.holding
    if later is None:
        return 0.0, ((heap.value or 0.0) * weight[t] / length[t], cost)
    return (1 - heap.loss) ** length[later], (0.0, cost)


def _brings(plan: Plan, k: str, t: int, may: dict[int, Ends]) -> Ends:
    """From what to what holding a t brings, where what is left of it may be worth so much in the next year."""
    later = plan.given.calendar.after(t)
    share, rest = _carried(plan, k, t)
    low, high = (share * end if share else 0.0 for end in ((0.0, 0.0) if later is None else may[later]))
    return low + sum(rest), high + sum(rest)


def _bounds(plan: Plan, k: str, t: int, brings: Ends) -> Ends:
    """What a t may be worth where holding it brings so much: as much; no more where no more can be held, no less where
    no less can. What was decided before a shock holds at no price of today."""
    if t < plan.given.known_from:
        return ANY
    return (
        -inf if is_full(plan, k, t) else brings[0],
        inf if is_low(plan, k, t) else brings[1],
    )


def _asks(plan: Plan, k: str, t: int, worth: float, level: float | None) -> Ends:
    """What a t may be worth in the next year, where it is worth so much now; `level` is what holding it gains where
    room or a target binds it and another part."""
    share, rest = _carried(plan, k, t)
    if not share or t < plan.given.known_from:
        return ANY
    found = (worth - sum(rest) + (level or 0.0)) / share
    if level is not None:
        return found if _is_held(plan, k, t) else -inf, found
    return -inf if is_low(plan, k, t) else found, inf if is_full(plan, k, t) else found


def _within(own: Ends, others: Ends) -> Ends:
    """What both allow; where nothing is, what of the first is nearest."""
    low, high = max(own[0], others[0]), min(own[1], others[1])
    if low <= high:
        return low, high
    return (own[1], own[1]) if others[0] > own[1] else (own[0], own[0])
