"""Metrics of a shock that nobody foresaw: what it costs with the policy and without it.

Four costs are behind them: with the shock, which the sheets of the scenario hold, and without it, which are
those of the scenario from which it starts. Where that one is not among the results, two of the numbers are
taken as they are and the others follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from floors.verification.check import About, Either, Unknown

PARENT = (
    "shock_loss and shock_loss_without_policy in summary: the scenario before the shock is not among the results "
    "(--exact solves it)"
)
LOSSES = ("shock_loss", "shock_loss_without_policy")
NONE_AVOIDED = 1e-6  # of the larger loss
EDGE = 1e-9  # of the larger loss: so near the threshold either answer goes
OF_WHOM = ("", "world_")

Summary = Mapping[str, Any]


@dataclass(frozen=True)
class Struck:
    """Million at present value, after the shock: with the policy and without."""

    policy: About
    bare: About


def shock_metrics(
    bloc: Struck, world: Struck, found: Summary, parent: Summary | None
) -> Iterator[tuple[str, Any]]:
    """(metric, expected) in order; `found` and `parent` are the summaries of the scenario and of its parent."""
    for of, struck in zip(OF_WHOM, (bloc, world), strict=True):
        before = None if parent is None else _before(of, parent)
        yield from _metrics(of, struck, found, before)


def _before(of: str, parent: Summary) -> tuple[float, float] | None:
    """What the parent costs with and without policy; None where its summary does not hold it."""
    if of:
        policy, more = parent.get("world_cost"), parent.get("deadweight_loss")
        return None if policy is None or more is None else (policy, policy - more)
    policy, bare = parent.get("bloc_net_cost"), parent.get("baseline_bloc_net_cost")
    return None if policy is None or bare is None else (policy, bare)


def _metrics(
    of: str, struck: Struck, found: Summary, before: tuple[float, float] | None
) -> Iterator[tuple[str, Any]]:
    loss, bare_loss = (float(found.get(of + name) or 0.0) for name in LOSSES)
    policy, bare = before or (struck.policy.value - loss, struck.bare.value - bare_loss)
    scale = struck.policy.scale + struck.bare.scale + abs(policy) + abs(bare)
    yield f"{of}policy_cost", About(policy - bare, scale)
    losses = struck.policy.value - policy, struck.bare.value - bare
    for name, value in zip(LOSSES, losses, strict=True):
        yield of + name, Unknown(PARENT) if before is None else About(value, scale)
    yield f"{of}loss_avoided", About(losses[1] - losses[0], scale)
    yield f"{of}implied_premium", _premium(of, found)


def _premium(of: str, found: Summary) -> Any:
    """Cost of the policy over the loss avoided, as they stand; None where none is avoided."""
    cost, avoided = (float(found.get(of + name) or 0.0) for name in ("policy_cost", "loss_avoided"))
    size = max(abs(float(found.get(of + name) or 0.0)) for name in LOSSES)
    ratio = cost / avoided if avoided else None
    if abs(avoided - NONE_AVOIDED * size) <= EDGE * size:
        return Either((ratio, None))
    return ratio if avoided > NONE_AVOIDED * size else None
