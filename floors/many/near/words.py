"""What `floors alternatives` found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from floors.contract.results.alternatives import (
    BLOC,
    FEWEST_PLANTS,
    LEAST_CAPPED,
    LEAST_COST,
    MOST_DOMESTIC,
    MOST_EVEN,
    spread,
    widest,
)
from floors.results.amounts import conjoined, nothing, plain, share, tonnes

if TYPE_CHECKING:
    from floors.contract.results.alternatives import PlanRow, ShareRangeRow
    from floors.many.near.alternatives import Alternatives

MOST_GOODS = 3
WIDE = 0.01  # of a share: what moves by less is not told


def alternatives_in_words(found: Alternatives) -> list[str]:
    """What a reader should know first, one sentence a line."""
    rows = {row.plan: row for row in found.plan_rows}
    scale = abs(found.least_cost)
    return [
        _limit(found),
        *_reach(found),
        *(_plan(found, row, rows[LEAST_COST], scale) for row in found.plan_rows[1:] if row.cost is not None),
        *_no_caps(found),
    ]


def warned(found: Alternatives) -> Iterator[str]:
    """What a careful reader must be told, failures apart."""
    if any(row["rule"] == "minimum" and row["years"] for row in found.study.rows("floor_rules")):
        yield "in every plan the levies of the minimum rule are those of the plan of least cost."


def _limit(found: Alternatives) -> str:
    least, money = found.least_cost, f"million {found.currency}, present value"
    scale = abs(least)
    told = f"{plain(least, scale)} {money}"
    if not found.within:
        return f"Looked at are plans that cost no more than the least, {told}."
    if nothing(found.limit - least, scale):
        return f"Looked at are plans that cost no more than the least, {told}, of which a share is nothing."
    more = f"{share(found.within)}{' of its size' if least < 0 else ''} more than the least ({told})"
    return f"Looked at are plans that cost at most {more}: {plain(found.limit - least, scale)} more."


def _plan(found: Alternatives, row: PlanRow, least: PlanRow, scale: float) -> str:
    if row.same_as == LEAST_COST:
        return f"{_title(row)}: that is the plan of least cost."
    if row.same_as is not None:
        return f"{_title(row)}: the same plan as {row.same_as}."
    dearer = row.dearer_by or 0.0
    more = "nothing more" if nothing(dearer, scale) else f"{plain(dearer, scale)} more"
    return f"{_title(row)}: {_fact(found, row, least)}, and it costs {more}{_held(row, scale)}."


def _title(row: PlanRow) -> str:
    return row.plan.capitalize()


def _fact(found: Alternatives, row: PlanRow, least: PlanRow) -> str:
    """What the plan aims at, and what that is at least cost."""
    goods = f"what members buy of {_goods(found)}"
    if row.plan == FEWEST_PLANTS:
        before = tonnes(least.built_t or 0.0)
        built = row.built_t or 0.0
        what = f"{tonnes(built)} t are built" if built else "nothing is built"
        return f"{what} ({before} t in the plan of least cost)"
    told = {
        LEAST_CAPPED: ("of {} is of capped origin", row.capped_share, least.capped_share),
        MOST_DOMESTIC: ("of {} is made in members", row.domestic_share, least.domestic_share),
        MOST_EVEN: ("of {} comes from one region at most", row.largest_share, least.largest_share),
    }[row.plan]
    words, now, then = told
    if now is None or then is None:
        return f"nothing arrives of {_goods(found)}"
    return f"{share(now)} {words.format(goods)} ({share(then)} in the plan of least cost)"


def _held(row: PlanRow, scale: float) -> str:
    """What it takes to hold it."""
    if row.uplift is None:
        return "; no floors within support_budget hold it"
    if nothing(row.uplift, scale):
        return "; prices and levies hold it without uplift"
    paid = plain(row.make_whole or 0.0, scale)
    return (
        f"; beside levies, holding it takes an uplift of {plain(row.uplift, scale)}, {paid} of it to be paid"
    )


def _goods(found: Alternatives) -> str:
    goods = found.goods
    if 0 < len(goods) <= MOST_GOODS:
        return conjoined(goods)
    return f"{len(goods)} commodities under caps" if found.under_caps else f"all {len(goods)} commodities"


def _reach(found: Alternatives) -> Iterator[str]:
    """How far the capped share goes over all plans within the limit: of everything, and where it goes farthest."""
    rows = [row for row in found.share_range_rows if spread(row) > WIDE]
    for row in rows:
        if row.year is None:
            yield (
                f"Of what members buy of {_goods(found)} anywhere from {_ends(row)} may be of capped origin at no more "
                f"cost than that ({share(row.least_cost or 0.0)} in the plan of least cost)."
            )
    far = widest(rows)
    if far is not None:
        who = "members buy" if far.destination == BLOC else f"{far.destination} buys"
        yield (
            f"Farthest goes what {who} of {far.commodity} in {far.year}: anywhere from {_ends(far)} of it may be of "
            "capped origin, all limits kept."
        )


def _ends(row: ShareRangeRow) -> str:
    return f"{share(row.least or 0.0)} to {share(row.most or 0.0)}"


def _no_caps(found: Alternatives) -> Iterator[str]:
    if not found.under_caps:
        yield "Sheet caps names no commodity: shares are of all that arrives in members."
