"""The minimum rule: a levy at each origin that tops its price up to the minimum, both at once.

Levies L and prices p at origin belong together where p are prices of the plan that is cheapest at L, and every
|max(0, minimum - p) - L| <= 0.01 USD/kg.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle import links
from tests.oracle.lp import NoSolution, Program
from tests.oracle.reading import Data

Origin = tuple  # region, commodity, year; of a pair with a link origin, region, commodity, year
Levies = Mapping[Origin, float]
NEAR = 0.01
PRICE = 1e-6  # USD/kg


class Unsettled(Exception):
    """Levies and prices at origin that are no fixed point of the rule."""


def payers(data: Data) -> dict[Origin, float]:
    """The minimum, USD/kg, at every origin that pays it: capped regions, or all that are no members, where they can
    make the commodity."""
    everyone = data.settings.levy_on == "non_members"
    return {
        levy_key(data, o, r, c, t): least
        for (c, t), least in data.rule("minimum").items()
        for o in data.role
        if data.is_charged(o, t, everyone) and (o, c, t) in data.can_make
        for r in [r for r in data.role if data.is_member(r, t)] or [o]
    }


def levy_key(data: Data, o: str, r: str, c: str, t: int) -> Origin:
    """Whose levy it is: the origin's, or that of a pair that needs a link."""
    return (o, r, c, t) if links.needs(data, o, r, c, t) else (o, c, t)


def pays(data: Data, levies: Levies, o: str, r: str, c: str, t: int) -> float:
    """What a kg from o to region r pays: the levy times its content, or the whole levy where all non-members pay."""
    route = data.route(o, r, c, t)
    key = levy_key(data, o, r, c, t)
    if route is None or not data.is_member(r, t) or key not in levies:
        return 0.0
    return levies[key] * (1.0 if data.settings.levy_on == "non_members" else route.content)


def prove(data: Data, lp: Program, levies: Levies, price: Mapping[Origin, float]) -> None:
    """Raises Unsettled where these levies and prices at origin do not belong together; `lp` is at these levies."""
    asked = payers(data)
    if asked.keys() != levies.keys():
        raise Unsettled(f"levies at other origins: {asked.keys() ^ levies.keys()}")
    for key, least in asked.items():
        gap = max(0.0, least - price[key]) - levies[key]
        if abs(gap) > NEAR + 1e-9:
            raise Unsettled(f"{key}: a levy of {levies[key]} on {price[key]}, with a minimum of {least}")
    dual = lp.dual()
    dual.hold(dual.solve())
    for key, p in price.items():
        o, *_, c, t = key
        asked_: dict[tuple, float] = {("supply", o, c, t): 1.0}
        if len(key) == 4 and ("link", *key) in lp.rows:
            asked_["link", *key] = -1.0
        w = data.weight[t]
        dual.row(("claimed", *key), w * (p - PRICE), asked_, w * (p + PRICE))
    try:
        dual.solve({})
    except NoSolution:
        raise Unsettled(f"no prices of the cheapest plan are {price}") from None
