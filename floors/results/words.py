"""The result in plain words: floors, mix, shortage, bill, payers, proof."""

from __future__ import annotations

from collections.abc import Iterator

from floors.contract.results.border import CapRow, FloorRow
from floors.contract.results.policy import ShufflingRow
from floors.results.shock import Shock, told
from floors.results.shuffling import shuffled
from floors.results.summary import Figures
from floors.solving.outcome import Outcome

SHOWN = 0.05  # million: smaller amounts are not worth a word
BILLION = 1e-9
RULES = ("minimum", "maximum", "max_rise", "max_fall", "max_rise_share", "max_fall_share", "margin")


def sentences(
    outcome: Outcome,
    baseline: Outcome,
    found: Figures,
    changes: dict[str, float],
    floors: list[FloorRow],
    caps: list[CapRow],
    baseline_unserved: float,
    shuffling: list[ShufflingRow],
    struck: Shock | None,
) -> list[str]:
    """What a reader should know first, one sentence a line; `changes` by member in million (present value)."""
    currency = outcome.case.study.settings.currency
    said = list(_floors(outcome, floors, currency))
    said += _shares(outcome, caps)
    said += shuffled(outcome, baseline, shuffling)
    said += _leaks(outcome, found)
    said += _shortage(outcome, found, baseline_unserved, currency)
    said += _bill(outcome, found, changes, currency)
    if struck is not None and outcome.past is not None:
        said += told(struck, outcome.past.known_from, currency)
    if found.uplift > 0:
        said.append(
            f"The rules on floors cost an uplift of {found.uplift:,.3f} million: {found.make_whole:,.3f} must be paid "
            f"to keep the plan, {found.foregone:,.3f} tempts others and is paid to nobody."
        )
    proof = "one part in a billion" if found.gap <= BILLION else f"{found.gap:.0e} of its value"
    said.append(
        f"The plan of the whole system costs {found.total_cost:,.3f} million, proven to within {proof}: no plan "
        "that obeys the same rows costs less by more than that."
    )
    return said


def _floors(outcome: Outcome, floors: list[FloorRow], currency: str) -> Iterator[str]:
    if not floors:
        yield "No floor exists: no cap or minimum meets a capped origin that can supply a member."
        return
    by_good: dict[str, dict[str, list[FloorRow]]] = {}
    for row in floors:
        by_good.setdefault(row.commodity, {}).setdefault(row.member, []).append(row)
    for good, by_member in by_good.items():
        paths: dict[tuple[tuple[int, float], ...], list[str]] = {}
        for member, rows in by_member.items():
            paths.setdefault(tuple((row.year, round(row.floor, 2)) for row in rows), []).append(member)
        regions = [paths_of for paths_of in paths.values() if any("/" not in m for m in paths_of)]
        for path, members in paths.items():
            if len(regions) == 1 and members is not regions[0]:
                continue  # the markets of a bloc whose regions agree: sheet floors shows them
            who = good if len(regions) == 1 else f"{good} in {', '.join(members)}"
            yield _floor(outcome, who, good, by_member[members[0]], path, currency)


def _floor(
    outcome: Outcome,
    who: str,
    good: str,
    rows: list[FloorRow],
    path: tuple[tuple[int, float], ...],
    currency: str,
) -> str:
    levels = [level for _, level in path]
    least = {t for t, _ in path if outcome.case.border.rule("minimum", good, t) is not None}
    if least and not any(row.effective for row in rows if row.year in least):
        most = max(outcome.case.border.rule("minimum", good, t) or 0.0 for t in least)
        return f"{who}: a minimum of {most:,.2f} {currency}/kg is set, but nobody pays it: no capped material arrives."
    if not any(row.binding for row in rows):
        rules = sorted({row.set_by for row in rows if row.set_by.split(" ")[0] in RULES})
        span = _span(levels, currency)
        if rules:
            return f"{who}: the levy is 0 in every year; {' and '.join(rules)} sets the floor ({span})."
        return (
            f"{who}: the levy is 0 in every year, so the floor ({span}) is the capped origin's own "
            "price and holds nothing up."
        )
    short = [str(row.year) for row in rows if row.binding and row.set_by.startswith("unserved")]
    shortage = f" In {', '.join(short)} this is a buyer's value: a shortage, not a floor." if short else ""
    binding = [row for row in rows if row.binding]
    first, last = binding[0], binding[-1]
    if max(levels) - min(levels) < 0.005:
        span = f"{first.year} to {last.year}" if first is not last else f"in {first.year}"
        return f"{who}: the floor is {levels[0]:,.2f} {currency}/kg, {span}.{shortage}"
    turn = ""
    for extreme, word in (
        (min(binding, key=lambda row: row.floor), "lowest"),
        (max(binding, key=lambda row: row.floor), "highest"),
    ):
        low, high = sorted((first.floor, last.floor))
        if extreme.year not in (first.year, last.year) and not low <= extreme.floor <= high:
            turn += f", {extreme.floor:,.2f} at its {word} in {extreme.year}"
    return (
        f"{who}: the floor is {first.floor:,.2f} {currency}/kg in {first.year}{turn} and {last.floor:,.2f} in "
        f"{last.year}; the capped origin's price is {first.capped_price:,.2f} and {last.capped_price:,.2f}, the rest "
        f"is the levy.{shortage}"
    )


def _span(levels: list[float], currency: str) -> str:
    low, high = min(levels), max(levels)
    return f"{low:,.2f} {currency}/kg" if high - low < 0.005 else f"{low:,.2f} to {high:,.2f} {currency}/kg"


def _shares(outcome: Outcome, caps: list[CapRow]) -> Iterator[str]:
    """What each cap that is a share lets in, in its first and last year."""
    kept: dict[tuple[str, str, str], list[CapRow]] = {}
    for row in caps:
        whole = row.segment is None and row.origin is None
        if row.basis in ("demand", "use") and whole and row.limit > 0 and not row.note:
            kept.setdefault((row.scope, row.commodity, row.basis), []).append(row)
    given: dict[tuple[str, str, str], dict[int, float]] = {}
    for cap in outcome.case.caps:
        if cap.segment is None and cap.origin is None and not cap.note:
            given.setdefault((cap.scope, cap.commodity, cap.basis), {}).update(cap.given)
    for (scope, good, basis), rows in kept.items():
        ends = rows[:1] if len(rows) == 1 else [rows[0], rows[-1]]
        share = given[scope, good, basis]
        told = " and ".join(
            f"{share[row.year] * row.used / row.limit:.1%} in {row.year} (cap {share[row.year]:.0%})"
            for row in ends
        )
        yield f"Capped origins supply {told} of the {basis} of {good} in {'the bloc' if scope == 'bloc' else scope}."


def _leaks(outcome: Outcome, found: Figures) -> Iterator[str]:
    """What the papers say beside what is true, where enforcement leaks."""
    length, bloc = outcome.case.calendar.length, outcome.case.places.bloc
    leaked = sum(q * length[key[-1]] for key, (_, q) in outcome.case.demand.leak.items() if key[0] in bloc)
    if leaked and found.capped_share is not None and found.declared_share is not None:
        yield (
            f"{leaked:,.0f} t leak past enforcement: of what is under caps {found.capped_share:.1%} is of capped "
            f"origin, where the papers say {found.declared_share:.1%}."
        )


def _shortage(outcome: Outcome, found: Figures, baseline: float, currency: str) -> Iterator[str]:
    """Demand of members left unserved, in tonnes by place and commodity."""
    short: dict[str, float] = {}
    bloc = set(outcome.case.places.bloc)
    for (d, g, c, j, t), quantity in outcome.consume.items():
        step = outcome.case.demand.steps[d, g, c, t][j]
        if d in bloc and step.value is not None and not step.bends and step.width - quantity > 1e-6:
            key = f"{c} in {outcome.case.places.region_of[d]}"
            short[key] = short.get(key, 0.0) + (step.width - quantity) * outcome.case.calendar.length[t]
    if short:
        told = "; ".join(
            f"{q:,.0f} t of {key}" for key, q in sorted(short.items(), key=lambda item: -item[1])[:6]
        )
        yield (
            f"Demand goes unserved: {told}; members lose {found.unserved_cost:,.1f} million {currency} of value by it "
            f"(present value), {baseline:,.1f} without the policy."
        )


def _bill(outcome: Outcome, found: Figures, changes: dict[str, float], currency: str) -> Iterator[str]:
    bill = found.bloc_net_cost - found.baseline_bloc_net_cost
    more = found.resource_cost - found.baseline_resource_cost
    if max(abs(bill), abs(more), *(abs(v) for v in changes.values()), 0.0) < SHOWN / 10:
        yield "The policy costs nobody anything: the plan and its prices are those without it."
        return
    yield (
        f"The policy costs the bloc {round(bill, 1) + 0.0:,.1f} million {currency} (present value) net of levies and "
        f"producers' gains; the world spends {round(more, 1) + 0.0:,.1f} million more in resources."
    )
    by_region: dict[str, float] = {}
    for place, change in changes.items():
        region = outcome.case.places.region_of[place]
        by_region[region] = by_region.get(region, 0.0) + change
    payers = sorted((r for r in by_region if abs(by_region[r]) >= SHOWN), key=lambda r: -by_region[r])
    if payers:
        yield "By member: " + "; ".join(f"{r} {by_region[r]:+,.1f}" for r in payers) + " million."
    if found.contract_payments is not None:
        yield (
            f"Contracts for difference cost members {found.contract_payments:,.1f} million {currency} (present value), "
            f"against {found.baseline_contract_payments:,.1f} without the policy."
        )
