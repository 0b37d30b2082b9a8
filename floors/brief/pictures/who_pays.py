"""Who pays: the policy's gains and losses step by step, of the bloc and of each member on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from floors.brief.facts import Facts
from floors.brief.names import Names, sentence
from floors.brief.pictures.shared import Amount, joined
from floors.brief.tables import Family, Tables
from floors.contract.results.policy import WHO_PAYS, WhoPaysRow
from floors.page.colours import GAIN, NET
from floors.page.picture import NAMES, STEP, TOTAL, Panel, Picture, Series
from floors.page.told import DASH, listed, money

_TELLING = 0.1  # of the largest amount: less is not told in words
_NOTHING = 1e-6  # million
_EVEN = 0.005  # of the largest amount: less is nothing
_MOST_TOLD = 4  # amounts that a title tells


class _Part(NamedTuple):
    """An amount of sheet who_pays: its name under a step, and in words where it is a loss and where it is a gain."""

    column: str
    step: str
    short: str
    loss: str
    gain: str


_PARTS = (
    _Part("buyers", "buyers", "buyers", "buyers pay {} more", "buyers pay {} less"),
    _Part("levies", "levies", "levies", "rebates take {}", "levies return {}"),
    _Part(
        "producers", "producers", "makers", "the bloc\u2019s makers lose {}", "the bloc\u2019s makers gain {}"
    ),
    _Part("tariffs", "tariffs", "tariffs", "{} of tariffs is lost", "tariffs bring {} more"),
    _Part(
        "export_taxes", "export taxes", "exports", "{} of export taxes is lost", "export taxes bring {} more"
    ),
    _Part("stockpiles", "stockpiles", "stocks", "stockpiles cost {} more", "stockpiles cost {} less"),
    _Part("contracts", "contracts", "support", "contracts cost {} more", "contracts cost {} less"),
)

_PAY_AND_MISS = _PARTS[0]._replace(
    loss="buyers lose {} by what they pay and go without",
    gain="buyers gain {} by what they pay and go without",
)
"""The buyers where some go short or answer prices."""


def picture(tables: Tables, family: Family) -> Picture | None:
    """Gains and losses; None where the policy moves no money in the bloc."""
    rows = tables.read(WHO_PAYS)
    members = [row for row in rows if row.role == "member"]
    most = max((abs(getattr(row, part.column)) for row in members for part in _PARTS), default=0.0)
    if most <= _NOTHING:
        return None
    names = Names(tables)
    parts = [part for part in _PARTS if any(abs(getattr(row, part.column)) > _NOTHING for row in members)]
    bloc = {part.column: sum(getattr(row, part.column) for row in members) for part in parts}
    net = sum(row.net for row in members)
    unit, told = f"million {tables.currency}", Amount.for_largest(max(most, *map(abs, bloc.values())))
    panels = []
    if len(members) > 1:
        steps = [(part.step, bloc[part.column]) for part in parts]
        panels.append(_panel("The bloc", steps, net, unit, told)._replace(large=True))
    for row in sorted(members, key=lambda row: row.net):
        steps = [(part.short, getattr(row, part.column)) for part in parts]
        panels.append(_panel(names.region(row.region), steps, row.net, unit, told)._replace(group="members"))
    scale = "; the members on one scale" if len(members) > 1 else ""
    return Picture(
        "picture_who_pays",
        _title(tables, parts, bloc, net),
        f"Gains (+, blue) and losses ({DASH}, brown) against the same without the policy, {unit}, present value "
        f"{Facts(tables).span}; black: what is left{scale}",
        joined(
            _ranges(members, names, told),
            _outside(rows, told),
            "Rounded, so sums may differ in the last digit.",
        ),
        tuple(panels),
    )


def _panel(name: str, steps: Sequence[tuple[str, float]], net: float, unit: str, amount: Amount) -> Panel:
    along = (*(step for step, _ in steps), "net")
    values = tuple(value for _, value in steps)
    told = tuple(amount.signed(value) for value in values)
    spoken = [f"{step} {text}" for (step, _), text in zip(steps, told, strict=True)]
    return Panel(
        f"{name}: {amount.signed(net)}",
        unit,
        along,
        NAMES,
        (
            Series("gains and losses", STEP, GAIN, (*values, None), (*told, None)),
            Series(
                "net", TOTAL, NET, (*[None] * len(values), net), (*[None] * len(values), amount.signed(net))
            ),
        ),
        choice=name,
        description=f"{name}, {unit}: {', '.join(spoken)}, net {amount.signed(net)}.",
    )


def _title(tables: Tables, parts: Sequence[_Part], bloc: dict[str, float], net: float) -> str:
    """The amounts that count, the largest first, then what is left; a plain noun where members' cancel out."""
    most = max(map(abs, bloc.values()))
    if most <= _NOTHING:
        return "Who gains and who loses by the policy"
    telling = [part for part in parts if abs(bloc[part.column]) >= _TELLING * most]
    telling.sort(key=lambda part: -abs(bloc[part.column]))
    alone = Facts(tables).buyers_pay_alone
    told = [part if alone or part.column != "buyers" else _PAY_AND_MISS for part in telling[:_MOST_TOLD]]
    clauses = [
        (part.gain if bloc[part.column] > 0 else part.loss).format(money(bloc[part.column], tables.currency))
        for part in told
    ]
    left = f"the bloc {'gains' if net > 0 else 'loses'} {money(net, tables.currency)}"
    if abs(net) < _EVEN * most:
        left = "for the bloc they come to nothing"
    return f"{sentence(listed(clauses))}; {left}"


def _ranges(members: Sequence[WhoPaysRow], names: Names, amount: Amount) -> str:
    """Members whose net amount other plans of the same cost could change."""
    told = [
        f"{names.region(row.region)} {amount.signed(row.least_net)} to {amount.signed(row.most_net)}"
        for row in members
        if row.least_net is not None
        and row.most_net is not None
        and row.most_net - row.least_net > amount.least
    ]
    return f"Other plans of the same cost could make it {', '.join(told)}; the sum stays." if told else ""


def _outside(rows: Sequence[WhoPaysRow], amount: Amount) -> str:
    others = sum(row.net for row in rows if row.role != "member")
    return f"Outside the bloc {amount.signed(others)}." if abs(others) >= amount.least else ""
