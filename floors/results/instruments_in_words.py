"""What it costs to hold the same plan otherwise, and what grants and one tariff cannot do: in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import fsum

from floors.contract.results.instruments import GrantRow, InstrumentRow, TariffRow
from floors.results.amounts import conjoined, nothing, plain, price, share
from floors.solving.instruments import BORDER, CONTRACTS, GRANTS, GUARANTEE, TARIFF, Instruments

SAME = 1e-6  # relative: what is paid is the optimum of a linear program
TOLD = 3  # tariffs that are told
NAMES = {
    BORDER: "levies at the border",
    CONTRACTS: "contracts for difference",
    GRANTS: "grants",
    TARIFF: "one tariff",
    GUARANTEE: "a guarantee of the floors",
}


def instruments_in_words(
    held: Instruments,
    rows: Sequence[InstrumentRow],
    grants: Sequence[GrantRow],
    tariffs: Sequence[TariffRow],
    currency: str,
) -> Iterator[str]:
    """Who would pay under each instrument, whether floors cost the treasury more than grants, and what neither grants
    nor one tariff can hold; nothing where no instrument was looked at, or where nobody is in the bloc."""
    if not held.by:
        return
    places = held.by[BORDER].outcome.case.places
    members = [row for row in rows if row.region in places.members]
    if not members:
        return
    treasury = _by(members, lambda r: r.support + r.grants + r.running + r.contracts - r.levies)
    buyers, bloc = _by(members, lambda r: r.buyers), _by(members, lambda r: r.net_cost)
    scale = max(map(abs, (*treasury.values(), *buyers.values(), *bloc.values())))
    if all(_same(of, scale) for of in (treasury, buyers, bloc)):
        yield (
            "Held by contracts, grants, one tariff or a guarantee of the floors the plan costs treasuries and buyers "
            "of the bloc what it costs them with levies at the border."
        )
        return
    told = (
        _ends("its treasuries pay", treasury, scale),
        _ends("its buyers pay", buyers, scale),
        _ends("the bloc pays", bloc, scale),
    )
    yield (
        f"The same plan held otherwise (million {currency}, present value; below 0 is money taken in): "
        f"{'; '.join(told)}. Sheet instruments has each region."
    )
    yield from _floors_or_grants(members, scale, currency)
    rationed = [*_rationed(held, scale, currency)]
    yield from _beyond_grants(grants, scale, currency, bool(rationed))
    yield from rationed
    yield from _one_tariff(held, tariffs, scale, currency)


def _by(rows: Sequence[InstrumentRow], amount: Callable[[InstrumentRow], float]) -> dict[str, float]:
    """Sums over these rows by instrument."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row.instrument, []).append(amount(row))
    return {name: fsum(terms) for name, terms in found.items()}


def _same(of: Mapping[str, float], scale: float) -> bool:
    return max(of.values()) - min(of.values()) <= SAME * scale


def _ends(pays: str, of: Mapping[str, float], scale: float) -> str:
    """Which instruments cost least and most, each with its amount."""
    if _same(of, scale):
        return f"{pays} the same under each, {plain(of[BORDER], scale)}"
    least, most = min(of.values()), max(of.values())
    first, last = (
        conjoined([NAMES[name] for name, amount in of.items() if abs(amount - end) <= SAME * scale])
        for end in (least, most)
    )
    return f"{pays} least under {first} ({plain(least, scale)}), most under {last} ({plain(most, scale)})"


def _floors_or_grants(members: Sequence[InstrumentRow], scale: float, currency: str) -> Iterator[str]:
    """The finding of IMF WP 2026/072 (Bogmans and others): by floors the same as by capital subsidies, for more public
    money."""
    paid = _by(members, lambda r: r.support + r.grants + r.running + r.contracts)
    floors, grants = paid[GUARANTEE], paid[GRANTS]
    if max(abs(floors), abs(grants)) <= SAME * scale:
        return
    a_floor = "Paid out of treasuries, a floor for all who deliver costs the bloc"
    amounts = (
        f"all that they pay out: {plain(floors, scale)} against {plain(grants, scale)} million {currency}"
    )
    both = f"than grants and what these leave to pay ({amounts})"
    if floors > grants + SAME * scale:
        yield f"{a_floor} more public money {both}, as IMF working paper 2026/072 finds for rare earths."
    elif floors < grants - SAME * scale:
        yield f"{a_floor} less public money {both}; IMF working paper 2026/072 finds the opposite for rare earths."
    else:
        yield f"{a_floor} no more public money {both}; IMF working paper 2026/072 finds for rare earths that it does."


def _beyond_grants(grants: Sequence[GrantRow], scale: float, currency: str, rationed: bool) -> Iterator[str]:
    """What grants for capital leave to be paid; that they do it alone only where nothing is rationed either."""
    running = {row.process: row.running for row in grants if row.running > SAME * scale}
    if running:
        first = max(running, key=lambda name: running[name])
        total, most = (plain(a, scale) for a in (fsum(row.running for row in grants), running[first]))
        yield (
            f"Grants for capital alone do not hold the plan: without a levy {total} million {currency} go "
            f"to those who would lose even with their builds paid for, most to {first} ({most})."
        )
    elif not rationed and any((row.grant or 0.0) > 0 for row in grants):
        largest = max(grants, key=lambda row: row.share_of_charges or 0.0)
        yield (
            f"Grants for capital alone hold the plan: the largest share of charges is that of {largest.process}, built "
            f"in {largest.year_built} ({share(largest.share_of_charges or 0.0)})."
        )


def _rationed(held: Instruments, scale: float, currency: str) -> Iterator[str]:
    foregone = held.by[CONTRACTS].outcome.priced.foregone / 1000
    if foregone > SAME * scale:
        yield (
            f"Without levies there are those who want more than the plan gives them, worth {plain(foregone, scale)} "
            f"million {currency} to them: no contract and no grant holds that back."
        )


def _one_tariff(
    held: Instruments, tariffs: Sequence[TariffRow], scale: float, currency: str
) -> Iterator[str]:
    priced = held.by[TARIFF].outcome.priced
    paid, foregone = priced.make_whole / 1000, priced.foregone / 1000
    last = max((row.from_year for row in tariffs), default=0)
    rates = {row.commodity: row.tariff for row in tariffs if row.from_year == last and row.tariff > 0}
    said = conjoined(
        [f"{name} {price(rate)} {currency}/kg" for name, rate in [*rates.items()][:TOLD]] or ["none"]
    )
    more = f" and {len(rates) - TOLD} more" if len(rates) > TOLD else ""
    if paid + foregone <= SAME * scale:
        yield f"One tariff a commodity for all members and years holds the plan too ({said}{more})."
        return
    shares = ((paid, "must be paid to those who lose"), (foregone, "tempt others"))
    told = [
        f"{plain(amount, scale)} million {currency} {what}"
        for amount, what in shares
        if not nothing(amount, scale)
    ]
    yield (
        f"No one tariff a commodity for all members and years holds the plan: at the nearest ({said}{more}) "
        f"{conjoined(told)}."
    )
