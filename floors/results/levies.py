"""Who pays levies: which shipments, how much, and out of whose pocket where nobody chose to ship."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from floors.results.amounts import conjoined, plain, price, tonnes, years
from floors.solving.outcome import Outcome

EXACTLY = 1e-9  # of a minimum: what is shipped beyond is no more than asked for
ALL = 1e-6  # of a levy: what producers bear of it is all but so much


class Paid(NamedTuple):
    """Levies that one origin pays on one commodity in one region: t, million at present value, rates in USD/kg.

    `forced`: a take-or-pay asks for the shipments and costs the origin something; `capped`: whether the origin is
    capped in these years; `borne` is what of the levies comes out of the surplus of its producers, at the prices of
    the plan.
    """

    origin: str
    region: str
    commodity: str
    forced: bool
    capped: bool
    years: tuple[int, ...]
    tonnes: float
    present: float
    least: float
    most: float
    borne: float


def levies_paid(outcome: Outcome) -> list[Paid]:
    """Levies paid on what is shipped, by origin, region and commodity, in the order of shipments."""
    case, found = outcome.case, dict[tuple[str, str, str, bool, bool], Paid]()
    weight, length, plain = case.calendar.weight, case.calendar.length, case.tags.plain
    levies = outcome.levy_column[outcome.shipping].tolist()
    liable = outcome.liable_column[outcome.shipping].tolist()
    for (o, d, c, t), shipped, levy in zip(outcome.ship, liable, levies, strict=True):
        if levy <= outcome.binds or not shipped:
            continue
        region, c = case.places.region_of[d], plain.get(c, c)
        cost = outcome.commitment.get((o, region, c, t), 0.0)
        forced = cost > outcome.binds
        capped = case.places.role_in(o, t) == "capped"
        key = o, region, c, forced, capped
        before = found.get(key) or Paid(*key, (), 0.0, 0.0, levy, levy, 0.0)
        found[key] = before._replace(
            years=tuple(dict.fromkeys((*before.years, t))),
            tonnes=before.tonnes + length[t] * shipped,
            present=before.present + weight[t] * shipped * levy / 1000,
            least=min(before.least, levy),
            most=max(before.most, levy),
            borne=before.borne + weight[t] * shipped * min(levy, cost) / 1000,
        )
    return list(found.values())


def forced_in_words(outcome: Outcome, paid: list[Paid], scale: float, currency: str) -> Iterator[str]:
    """A sentence for each take-or-pay that makes an origin pay a levy: how much, and out of whose pocket.

    Not where exporters keep the levy: there it moves from nobody.
    """
    calendar = outcome.case.calendar.years
    for one in paid:
        if not one.forced or outcome.case.exporter_keeps:
            continue
        low, high = price(one.least), price(one.most)
        rate = f"{low} {currency}/kg" if low == high else f"{low} to {high} {currency}/kg"
        said = (
            f"{one.commodity}: {one.origin} pays a levy of {rate} on {tonnes(one.tonnes)} t that a take-or-pay makes "
            f"it ship to {one.region} in {years(one.years, calendar)}; the treasury of {one.region} takes in "
            f"{plain(one.present, scale)} million {currency} (present value)"
        )
        if one.borne >= one.present * (1 - ALL):
            yield f"{said}, all of it out of the surplus of producers in {one.origin}."
        else:
            yield (
                f"{said}, of which {plain(one.borne, scale)} is out of the surplus of producers in {one.origin} and "
                f"the rest out of what buyers pay."
            )


def others_in_words(outcome: Outcome, paid: list[Paid], scale: float, currency: str) -> Iterator[str]:
    """A sentence for each commodity on which origins pay levies whose role is another, unless they are forced."""
    by_good: dict[str, dict[str, float]] = {}
    for one in paid:
        if not one.capped and not one.forced:
            of = by_good.setdefault(one.commodity, {})
            of[one.origin] = of.get(one.origin, 0.0) + one.present
    for good, of in by_good.items():
        yield (
            f"{good}: shipments from {conjoined(list(of))}, whose role is not capped, pay levies of "
            f"{plain(sum(of.values()), scale)} million {currency} (present value)."
        )
