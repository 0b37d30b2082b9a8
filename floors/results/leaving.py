"""Who gains where a member leaves the bloc, or joins it, after others have built on it, and what would keep it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from floors.case.places import Places
from floors.contract.results.whole import SummaryRow
from floors.results.amounts import by_name, conjoined, nothing, plain, price, signed
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.members_range import Range, ends_of, net_costs, same
from floors.solving.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class Mover:
    """A region that is a member with the scenario and not without it, or the other way round, from a year on.

    `before` and `now` are its net cost over all years, million at present value, and `ends` their least and most in
    plans of the same cost: None where that is not known.
    """

    region: str
    year: int
    leaves: bool
    before: float
    now: float
    ends: tuple[Range | None, Range | None]

    @property
    def gain(self) -> float:
        """What it gains by it."""
        return self.before - self.now

    @property
    def settled(self) -> bool:
        """Whether the gain is the same whichever of the plans that cost as little are taken."""
        return all(ends is not None and same(*ends) for ends in self.ends)


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What a scenario known only later changes in who is a member, against its parent; million at present value.

    `alone`: it changes nothing else. `stay` are the members of all later years in both, `change` the change of net
    cost of every region, `policy` what the policy costs those who stay, before and now, and `contracts` what contracts
    for difference do.
    """

    movers: tuple[Mover, ...]
    parent: str
    alone: bool
    stay: tuple[str, ...]
    change: dict[str, float]
    policy: tuple[float, float]
    contracts: tuple[float, float] | None

    @property
    def leaver(self) -> Mover | None:
        """The one region that leaves where nothing else changes: it alone can be kept in by a side payment."""
        one = self.movers[0]
        return one if self.alone and len(self.movers) == 1 and one.leaves else None

    @property
    def lost(self) -> float:
        """What those who stay lose by it."""
        return sum(self.change[region] for region in self.stay)


def membership_moves(
    outcome: Outcome,
    accounts: Accounts,
    baseline: Outcome,
    baseline_accounts: Accounts,
    ends: dict[str, Range | None],
    ranges: bool | None,
) -> Moves | None:
    """Who leaves or joins with a scenario that nobody foresaw; None where nobody does. `ends` are those of the net
    costs of members in it."""
    if outcome.past is None or baseline.past is None:
        return None
    then, bare_then = outcome.past.outcome, baseline.past.outcome
    now, before = outcome.case.places, then.case.places
    turned = {r: t for t in reversed(now.years) for r in now.regions if _turns(now, before, r, t)}
    if not turned:
        return None
    books, bare_books = keep_accounts(then), keep_accounts(bare_then)
    regions = now.regions
    costs, was = net_costs(outcome, accounts, regions), net_costs(then, books, regions)
    stay = tuple(
        r
        for r in regions
        if all(p.is_member(r, t) for p in (now, before) for t in now.years if t >= outcome.first)
    )
    movers = tuple(
        Mover(
            region=r,
            year=t,
            leaves=before.is_member(r, t),
            before=was[r],
            now=costs[r],
            ends=(None, None) if ranges is False else (ends_of(then, books, r), ends.get(r)),
        )
        for r, t in turned.items()
    )
    own = net_costs(baseline, baseline_accounts, regions), net_costs(bare_then, bare_books, regions)
    study = outcome.case.study
    changes = study.lineage(study.scenario_name)[study.scenario_name]
    return Moves(
        movers=movers,
        parent=then.case.study.scenario_name,
        alone=all(change.table == "roles" for change in changes)
        and {r for (r, t), role in now.roles.items() if role != before.roles[r, t]} <= turned.keys(),
        stay=stay,
        change={r: costs[r] - was[r] for r in regions},
        policy=(sum(was[r] - own[1][r] for r in stay), sum(costs[r] - own[0][r] for r in stay)),
        contracts=_contracts(outcome, (books, accounts), stay) if outcome.case.contracts else None,
    )


def _turns(now: Places, before: Places, region: str, t: int) -> bool:
    return now.is_member(region, t) != before.is_member(region, t)


def _contracts(
    outcome: Outcome, books: tuple[Accounts, Accounts], stay: tuple[str, ...]
) -> tuple[float, float]:
    """What contracts cost those who stay, before and now."""
    region_of, weight = outcome.case.places.region_of, outcome.case.calendar.weight
    before, now = (
        sum(weight[t] * a.contract_payments for (d, t), a in of.of.items() if region_of[d] in stay)
        for of in books
    )
    return before, now


def moves_rows(found: Moves, money: str) -> list[SummaryRow]:
    """Rows of sheet `summary`: what the one who leaves gains, and what those who stay lose."""
    if found.leaver is None:
        return []
    return [
        SummaryRow(metric="gain_of_leaving", value=found.leaver.gain, unit=money),
        SummaryRow(metric="loss_of_those_who_stay", value=found.lost, unit=money),
    ]


def moves_in_words(outcome: Outcome, found: Moves, scale: float, currency: str) -> Iterator[str]:
    """Who leaves or joins and gains by it, what keeps it in, and what it costs the others."""
    amount = _amount(scale)
    for mover in found.movers:
        yield "".join(_mover(found, mover, amount, currency))
    changed = {
        region: f"{signed(-change, scale)}"
        for region, change in sorted(found.change.items(), key=lambda one: one[1])
        if not nothing(change, scale)
    }
    if changed:
        yield f"Gains against {found.parent} (million {currency}, present value): {by_name(changed)}."
    if found.stay:
        yield _of_those_who_stay(outcome, found, amount, currency)


def _amount(scale: float) -> Callable[[float], str]:
    return lambda money: plain(abs(money), scale)


def _mover(found: Moves, mover: Mover, amount: Callable[[float], str], currency: str) -> Iterator[str]:
    """What leaving or joining brings one region, and what would keep it in."""
    verb = "leaves" if mover.leaves else "joins"
    others = [one.region for one in found.movers if one is not mover and one.leaves == mover.leaves]
    beside = f", as {conjoined(others)} do{'es' if len(others) == 1 else ''}" if others else ""
    more = "" if found.alone else ", and more changes with it"
    yield f"{mover.region} {verb} the bloc in {mover.year}, unforeseen{beside}{more}: "
    told = amount(mover.gain)
    if told == "0":
        yield "its net cost stays what it was"
    else:
        yield f"that {'gains' if mover.gain > 0 else 'costs'} it {told} million {currency} (present value)"
    if found.leaver is mover:
        yield from _side_payment(found, mover, told, amount)
    if not mover.settled and mover.ends != (None, None):
        yield _otherwise(mover, amount)
    yield "."


def _side_payment(found: Moves, mover: Mover, told: str, amount: Callable[[float], str]) -> Iterator[str]:
    if told == "0" or mover.gain < 0:
        yield ": leaving does not pay, and no side payment is needed to keep it in"
        return
    yield ", and a side payment of as much keeps it in"
    lost = amount(found.lost)
    if not found.stay:
        return
    if lost == "0":
        yield "; those who stay lose nothing by its leaving, and so have no reason to pay it"
    elif found.lost < 0:
        yield f"; those who stay gain {lost} by its leaving, and so have no reason to pay it"
    elif found.lost >= mover.gain:
        yield f"; those who stay lose {lost} by its leaving, and so can pay it and be better off"
    else:
        yield f"; those who stay lose {lost} by its leaving, less than that"


def _otherwise(mover: Mover, amount: Callable[[float], str]) -> str:
    """How far the net cost of a mover hangs on which of equal plans were taken."""
    ways = ("as a member", "outside") if mover.leaves else ("outside", "as a member")
    told = []
    for ends, cost, way in zip(mover.ends, (mover.before, mover.now), ways, strict=True):
        if ends is None:
            told.append(f"an unknown amount {way}")
        elif same(*ends):
            told.append(f"{_with_sign(cost, amount)} {way}")
        else:
            told.append(f"{_with_sign(ends[0], amount)} to {_with_sign(ends[1], amount)} {way}")
    return f" (at these plans; in others of the same cost its net cost is {' and '.join(told)})"


def _with_sign(cost: float, amount: Callable[[float], str]) -> str:
    told = amount(cost)
    return f"-{told}" if cost < 0 and told != "0" else told


def _of_those_who_stay(outcome: Outcome, found: Moves, amount: Callable[[float], str], currency: str) -> str:
    """What the policy, floors and contracts then cost those who stay."""
    before, now = (_with_sign(cost, amount) for cost in found.policy)
    who, unit = conjoined(found.stay), f"million {currency}"
    said = f"To those who stay ({who}) the policy then costs {now} {unit}{_against(before, now, found)}"
    if found.contracts is not None:
        then, paid = (_with_sign(cost, amount) for cost in found.contracts)
        said += f"; their contracts for difference cost them {paid}{_against(then, paid, found)}"
    return f"{said}; {_floors(outcome, found.stay)}."


def _against(before: str, now: str, found: Moves) -> str:
    return f", as in {found.parent}" if before == now else f", against {before} in {found.parent}"


def _floors(outcome: Outcome, stay: tuple[str, ...]) -> str:
    """The floor of those who stay that moves most."""
    assert outcome.past is not None
    then, region_of = outcome.past.outcome.floor, outcome.case.places.region_of
    moved = {
        floor: abs(level - then[floor])
        for floor, level in outcome.floor.items()
        if floor.year >= outcome.first and floor in then and region_of[floor.member] in stay
    }
    most = max(moved, key=lambda floor: moved[floor], default=None)
    if most is None:
        return "none of them has a floor in both"
    old, new = price(then[most]), price(outcome.floor[most])
    if old == new:
        return "none of their floors moves"
    said = f"of their floors that of {most.commodity} in {most.member} moves most"
    return f"{said}, from {old} to {new} a kg in {most.year}"
