"""The result in plain words: floors, mix, shortage, bill, payers, proof."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from floors.contract.results.border import CapRow, FloorRow
from floors.contract.results.policy import ShufflingRow
from floors.results.amounts import alike, by_name, conjoined, nothing, plain, share, signed, tonnes
from floors.results.dumping import below_cost_in_words
from floors.results.exempt_in_words import exempt_in_words, who_keeps_a_minimum
from floors.results.floors_in_words import floors_in_words
from floors.results.leaving import Moves, moves_in_words
from floors.results.levies import forced_in_words, levies_paid, others_in_words
from floors.results.links_in_words import links_in_words
from floors.results.papers import papers_in_words, unseen
from floors.results.shock import Shock, told
from floors.results.shuffling import shuffled
from floors.results.summary import Figures
from floors.solving.accounts import Accounts
from floors.solving.outcome import Outcome

BILLION = 1e-9
FULL = 1e-7  # of a cap: less room than that is none
SHORT = 1e-9  # of what a buyer asks for: less is not left unserved
PLACES = 6  # left unserved that are told one by one


def sentences(
    outcome: Outcome,
    baseline: Outcome,
    found: Figures,
    accounts: Accounts,
    baseline_accounts: Accounts,
    floors: list[FloorRow],
    caps: list[CapRow],
    shuffling: list[ShufflingRow],
    struck: Shock | None,
    moves: Moves | None,
    movable: Set[Any],
) -> list[str]:
    """What a reader should know first, one sentence a line."""
    currency, paid = outcome.case.study.settings.currency, levies_paid(outcome)
    said = list(floors_in_words(outcome, floors, paid, movable))
    said += forced_in_words(outcome, paid, found.scale, currency)
    said += others_in_words(outcome, paid, found.scale, currency)
    said += exempt_in_words(outcome, floors, found.scale, currency)
    said += links_in_words(outcome, floors, found.scale, currency)
    said += who_keeps_a_minimum(outcome, found.scale, currency)
    said += _shares(outcome, caps)
    said += papers_in_words(outcome)
    said += shuffled(outcome, baseline, shuffling)
    said += _leaks(outcome, found)
    said += _shortage(outcome, baseline, found, currency)
    said += _bill(outcome, found, accounts, baseline_accounts, currency)
    said += below_cost_in_words(outcome, found, currency)
    if moves is not None:
        said += moves_in_words(outcome, moves, found.scale, currency)
    elif struck is not None and outcome.past is not None:
        said += told(struck, outcome.past.known_from, currency)
    said += _uplift(outcome, found, currency)
    said.append(_proof(outcome, found, currency))
    return said


def _shares(outcome: Outcome, caps: list[CapRow]) -> Iterator[str]:
    """What each cap that is a share lets in, in its first and last year; those that see papers alone are told
    otherwise."""
    papers = {
        (cap.scope, cap.commodity, cap.segment, cap.origin, cap.basis) for cap in unseen(outcome).values()
    }
    kept: dict[tuple[str, str, str], list[CapRow]] = {}
    for row in caps:
        whole = row.segment is None and row.origin is None
        if (row.scope, row.commodity, row.segment, row.origin, row.basis) in papers:
            continue
        if row.basis in ("demand", "use") and whole and row.limit > 0 and not row.note:
            kept.setdefault((row.scope, row.commodity, row.basis), []).append(row)
    given: dict[tuple[str, str, str], dict[int, float]] = {}
    for cap in outcome.case.caps:
        if cap.segment is None and cap.origin is None and not cap.note:
            given.setdefault((cap.scope, cap.commodity, cap.basis), {}).update(cap.given)
    for (scope, good, basis), rows in kept.items():
        ends = rows[:1] if len(rows) == 1 else [rows[0], rows[-1]]
        allowed = given[scope, good, basis]
        weighed = " by weight" if good in outcome.case.places.groups else ""
        where = "the bloc" if scope == "bloc" else scope
        kind = "is made of capped material" if ends[0].traced else "is of capped origin"
        yield f"Of the {basis} of {good} in {where}{weighed}, {_let_in(ends, allowed, kind)}."


def _let_in(ends: list[CapRow], allowed: dict[int, float], kind: str) -> str:
    """The share of this kind in these years beside what the cap allows; no figure twice."""
    used = [share(allowed[row.year] * row.used / row.limit) for row in ends]
    most = [share(allowed[row.year]) for row in ends]
    full = [row.slack <= FULL * row.limit for row in ends]
    dates = conjoined([str(row.year) for row in ends])
    if len(set(used)) == 1 and not any(
        one == cap and not at for one, cap, at in zip(used, most, full, strict=True)
    ):
        what = "none" if used[0] == "0%" else used[0]
        caps = most[0] if len(set(most)) == 1 else conjoined(most)
        if all(full) or not any(full):
            kept = ", all that the cap allows" if all(full) else f" (cap {caps})"
            return f"{what} {kind} in {dates}{kept}"
    told = [f"{one} in {row.year}" for one, row in zip(used, ends, strict=True)]
    if all(full):
        return f"{conjoined(told)} {kind}, all that the cap allows"
    beside = [
        "all that the cap allows" if at else "a little less than the cap" if one == cap else f"cap {cap}"
        for one, cap, at in zip(used, most, full, strict=True)
    ]
    return f"{conjoined([f'{one} ({cap})' for one, cap in zip(told, beside, strict=True)])} {kind}"


def _leaks(outcome: Outcome, found: Figures) -> Iterator[str]:
    """What the papers say beside what is true, where enforcement leaks."""
    length, inside = outcome.case.calendar.length, outcome.case.places.is_member
    leaked = sum(q * length[t] for (d, _, _, t), (_, q) in outcome.case.demand.leak.items() if inside(d, t))
    if leaked and found.capped_share is not None and found.declared_share is not None:
        true, papers = share(found.capped_share), share(found.declared_share)
        if true != papers:
            yield (
                f"{tonnes(leaked)} t leak past enforcement: of what is under caps {true} is of capped origin, where "
                f"the papers say {papers}."
            )


def _shortage(outcome: Outcome, baseline: Outcome, found: Figures, currency: str) -> Iterator[str]:
    """Demand of members left unserved, in tonnes by place and commodity."""
    short, lost = _unserved(outcome)
    if not short:
        return
    before = _unserved(baseline)[1]
    amounts = {key: f"{tonnes(q)} t" for key, q in sorted(short.items(), key=lambda item: -item[1])[:PLACES]}
    more = f" and at {len(short) - PLACES} more places" if len(short) > PLACES else ""
    now, then = plain(lost, found.scale), plain(before, found.scale)
    without = "as much as" if now == then else "none" if then == "0" else then
    yield (
        f"Demand goes unserved: {by_name(amounts)}{more}; members lose {now} million {currency} of value by it "
        f"(present value), {without} without the policy."
    )
    reasons = _reasons(outcome)
    if reasons:
        some = "; ".join(list(reasons)[:PLACES])
        yield f"The most that they would pay is typed in sheet demand, with its reason: {some}."


def _reasons(outcome: Outcome) -> dict[str, None]:
    """Value and reason of those who go without, where the workbook gives one in column note_value of demand."""
    case, study = outcome.case, outcome.case.study
    written = {
        (row["region"], row["segment"], row["commodity"]): (
            row["value"],
            study.remark("demand", i, "note_value"),
        )
        for i, row in enumerate(study.rows("demand"))
    }
    found: dict[str, None] = {}
    for (d, g, c, j, t), quantity in outcome.consume.items():
        step = case.demand.steps[d, g, c, t][j]
        value, why = written.get((case.places.region_of[d], g, c), (None, ""))
        short = step.width - quantity > SHORT * step.width and not step.bends
        if why and value is not None and short and case.places.is_member(d, t):
            found[f"{g} {value:,g} {study.settings.currency}/kg ({why})"] = None
    return found


def _unserved(outcome: Outcome) -> tuple[dict[str, float], float]:
    """t by commodity and member over all years that buyers with one value go without, and that value, million at
    present value; what an elastic curve gives up is no shortage."""
    case, inside = outcome.case, outcome.case.places.is_member
    short: dict[str, float] = {}
    lost = 0.0
    for (d, g, c, j, t), quantity in outcome.consume.items():
        step = case.demand.steps[d, g, c, t][j]
        left = step.width - quantity
        if inside(d, t) and step.value is not None and not step.bends and left > SHORT * step.width:
            key = f"{c} in {case.places.region_of[d]}"
            short[key] = short.get(key, 0.0) + left * case.calendar.length[t]
            lost += case.calendar.weight[t] * step.value * left / 1000
    return short, lost


def _bill(
    outcome: Outcome, found: Figures, accounts: Accounts, before: Accounts, currency: str
) -> Iterator[str]:
    """What the policy costs bloc, world and each member against the same without it."""
    same = all(nothing(a.net_cost - before.of[key].net_cost, found.scale) for key, a in accounts.of.items())
    if same and nothing(found.more_below_cost, found.scale):
        yield "The policy costs nobody anything: every region's net cost is what it is without it."
        return
    yield _bloc_and_world(found, currency)
    by_region = _by_region(outcome, accounts, before)
    if len(by_region) > 1:
        told = {r: signed(x, found.scale) for r, x in sorted(by_region.items(), key=lambda one: -one[1])}
        yield f"By member (million {currency}): {by_name(told)}."
    if found.contract_payments is not None and found.baseline_contract_payments is not None:
        yield _contracts(found.contract_payments, found.baseline_contract_payments, found.scale, currency)


def _bloc_and_world(found: Figures, currency: str) -> str:
    bill = found.bloc_net_cost - found.baseline_bloc_net_cost
    more = found.resource_cost - found.baseline_resource_cost + found.more_below_cost
    scale = found.scale
    at_cost = "" if nothing(found.more_below_cost, scale) else ", at what they cost and not at offers"
    if nothing(bill, scale):
        first = "The policy costs the bloc nothing"
    else:
        verb = "costs" if bill > 0 else "gains"
        first = f"The policy {verb} the bloc {plain(abs(bill), scale)} million {currency} (present value)"
    if nothing(more, scale):
        second = f"the world spends as much in resources as without it{at_cost}"
    else:
        same = not nothing(bill, scale) and plain(abs(bill), scale) == plain(abs(more), scale)
        amount = "as many million" if same else f"{plain(abs(more), scale)} million"
        second = f"the world spends {amount} {'more' if more > 0 else 'less'} in resources{at_cost}"
    return f"{first} net of levies and producers' gains; {second}."


def _by_region(outcome: Outcome, accounts: Accounts, before: Accounts) -> dict[str, float]:
    """Change of net cost of each member, its markets with it, million at present value."""
    places, weight = outcome.case.places, outcome.case.calendar.weight
    found = dict.fromkeys(places.members, 0.0)
    for (d, t), account in accounts.of.items():
        if places.region_of[d] in found:
            found[places.region_of[d]] += weight[t] * (account.net_cost - before.of[d, t].net_cost)
    return found


def _contracts(now: float, then: float, scale: float, currency: str) -> str:
    if nothing(now, scale) and nothing(then, scale):
        return "Contracts for difference pay nothing, with the policy or without it."
    verb = "cost" if now >= 0 else "bring"
    amount = (
        "nothing" if nothing(now, scale) else f"{plain(abs(now), scale)} million {currency} (present value)"
    )
    said = f"Contracts for difference {verb} members {amount}"
    if plain(now, scale) == plain(then, scale):
        return f"{said}, with the policy as without it."
    other = "none" if nothing(then, scale) else plain(abs(then), scale)
    if (then < 0) != (now < 0) and not nothing(then, scale):
        other = f"{'a cost of ' if then > 0 else 'a gain of '}{other}"
    return f"{said}, against {other} without the policy."


def _uplift(outcome: Outcome, found: Figures, currency: str) -> Iterator[str]:
    """What rules on floors cost, or exempt tonnes beyond what caps allow, and how much of it anybody is paid."""
    if found.uplift <= 0:
        return
    whole, paid, foregone = (plain(x, found.scale) for x in (found.uplift, found.make_whole, found.foregone))
    free = "exempt tonnes that no levy holds back"
    who = f"The rules on floors and {free}" if outcome.rules and outcome.unheld else "The rules on floors"
    if outcome.unheld and (not outcome.rules or nothing(found.uplift - outcome.unheld, found.scale)):
        who = free[0].upper() + free[1:]
    said = f"{who} cost an uplift of {whole} million {currency} (present value): "
    if foregone == "0":
        yield f"{said}all of it must be paid to keep the plan."
    elif paid == "0":
        yield f"{said}none of it must be paid, it tempts others and is paid to nobody."
    else:
        yield f"{said}{paid} must be paid to keep the plan, {foregone} tempts others and is paid to nobody."


def _proof(outcome: Outcome, found: Figures, currency: str) -> str:
    cost = abs(1000 * found.total_cost)
    gap = max(0.0, found.gap) * outcome.size  # thousand
    part = "one part in a billion" if gap <= BILLION * cost else f"{gap / 1000:.0e} million"
    given = "duties and minimum levies" if outcome.case.border.start else "duties"
    worth = found.closing_worth or 0.0
    whole, kept = alike(found.total_cost, worth)
    left = f", {kept} for what stays in store taken off," if worth else ""
    return (
        f"The plan of the whole system costs {whole} million {currency} (present value){left} at the "
        f"{given} given, proven to within {part}: no plan that obeys the same rows and pays these costs less by more "
        "than that."
    )
