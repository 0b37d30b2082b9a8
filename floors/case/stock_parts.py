"""Stockpiles of what is tagged, in two parts: what of them is tainted, or of any tag, and what is clean."""

from __future__ import annotations

from dataclasses import replace

from floors.case.stocks import Stocks
from floors.case.tags import Tags, clean_name
from floors.study.study import Study


def in_parts(study: Study, stocks: Stocks, tags: Tags) -> Stocks:
    """Stockpiles in two parts where they hold what is tagged: each with its part of the opening stock, the first with
    the capacity, the targets and the releases that bind both."""
    if not tags.clean:
        return stocks
    piles, price, clean = {}, dict[tuple[str, int], float](), dict[str, str]()
    content = {row["stockpile"]: row["opening_content"] for row in study.rows("stockpiles")}
    for k, pile in stocks.piles.items():
        for c, share in tags.split(pile.commodity, content[k]):
            name, part = k, replace(pile, commodity=c, opening=share * pile.opening)
            if c != pile.commodity:
                name = clean_name(k, {*stocks.piles})
                clean[name] = k
                part = replace(part, name=name, capacity=None, target={}, cover={}, release={})
            piles[name] = part
            price |= {(name, t): p for (of, t), p in stocks.price.items() if of == k}
    return replace(stocks, piles=piles, price=price, clean=clean)
