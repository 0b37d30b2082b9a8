"""What a detour through a third country would save: the plan never takes it, a trader might."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from floors.case.border import Floor
from floors.case.routes import Route
from floors.outcome import Outcome

Row = tuple[Any, ...]
TEMPTS = 1e-6  # USD/kg


def temptation_table(outcome: Outcome) -> list[Row]:
    """For each floor with a levy, the third countries through which capped material would come cheaper.

    temptation = landed cost straight from the capped origin, levy in, less landed cost by the detour, per kg
    arriving; the hub's shipment pays the levy of its own declared content. Largest first within a floor.
    """
    rows: list[Row] = []
    for floor, o in outcome.case.border.origin.items():
        found = sorted(_detours(outcome, floor, o), key=lambda row: -row[-1])
        rows.extend(row for row in found if row[-1] > TEMPTS)
    return rows


def _detours(outcome: Outcome, floor: Floor, o: str) -> Iterator[Row]:
    case = outcome.case
    m, c, t = floor
    home = case.places.region_of[m]
    direct = case.routes.of[o, home, c, t]
    price = outcome.origin_price[o, c, t]
    levy = outcome.levy_on(o, m, c, t)
    if levy <= TEMPTS:
        return
    straight = (price + _carriage(outcome, direct, c, t) + levy) / (1 - direct.loss)
    for hub in case.places.regions:
        first, second = case.routes.get(o, hub, c, t), case.routes.get(hub, home, c, t)
        if hub in (o, home) or first is None or second is None or not (first.open and second.open):
            continue
        at_hub = (price + _carriage(outcome, first, c, t)) / (1 - first.loss)
        on_board = at_hub + _carriage(outcome, second, c, t)
        detour = (on_board + outcome.levy_on(hub, m, c, t)) / (1 - second.loss)
        extra = on_board / (1 - second.loss) - (straight - levy / (1 - direct.loss))
        yield (m, c, t, o, hub, levy, extra, straight - detour)


def _carriage(outcome: Outcome, route: Route, c: str, t: int) -> float:
    """Freight, tariff and export tax, USD/kg shipped."""
    return route.freight + (route.tariff + route.export_tax) * outcome.case.reference.get((c, t), 0.0)
