"""Make-whole by payee: who loses under the floors, and by how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from floors.case.derive import Case
from floors.lp.linear import Compiled
from floors.pricing.choosing import Payees
from floors.solving.outcome import Outcome, quantities
from floors.sourcing.rows import COLUMN_KINDS, Holder, RowKind, variables


@dataclass(frozen=True, kw_only=True)
class Payment:
    """`amount` in million a year, `present` in million of present value, to one payee in one year."""

    kind: str
    name: str
    place: str
    year: int
    amount: float
    present: float


class Agent(NamedTuple):
    """Who is paid, or tempted: `kind` and `name` as in sheet `support`, and the place where it is."""

    kind: str
    name: str
    place: str


KINDS = ("process", "plant", "route", "demand", "stockpile", "waste", "pool")
AGENTS: dict[Holder, Callable[..., Agent]] = {
    Holder.PLANT: lambda case, x, *_: Agent(
        "plant" if x in case.production.plants else "process",
        case.production.process(x),
        case.production.region[x],
    ),
    Holder.ROUTE: lambda case, o, d, c, t: Agent("route", f"{o} > {d} {case.tags.plain.get(c, c)}", o),
    Holder.BUYER: lambda case, d, g, c, j, t: Agent(
        "demand", f"{d} {c}" if case.places.is_market(d) else f"{d}/{g} {c}", d
    ),
    Holder.STOCKPILE: lambda case, k, *_: Agent(
        "stockpile", case.stocks.pile(k), case.stocks.piles[k].region
    ),
    Holder.PLACE: lambda case, d, c, t: Agent("waste", f"{d} {case.tags.plain.get(c, c)}", d),
    Holder.POOL: lambda case, d, c, t: Agent("pool", f"{d} {c}", d),
}
"""Of a case and a key: the owner of a column or row, by who holds it; what nobody owns is not here."""


def named_in_support(case: Case, kind: RowKind, key: tuple[Any, ...]) -> tuple[str, str]:
    """What sheet `support` calls a row, kind and name: its owner, or itself where nobody owns it."""
    if kind.holder in AGENTS:
        return AGENTS[kind.holder](case, *key)[:2]
    if kind.holder is Holder.SELLER:
        seller, good, _ = key
        return "route", f"{seller} > abroad {good}"
    plain = case.tags.plain if "c" in kind.key else {}
    return kind.name, " ".join(str(plain.get(part, part)) for i, part in enumerate(key) if i != kind.year)


def agent_of_column(case: Case, m: Any) -> list[tuple[Any, Any, Agent]]:
    """(variable, key, owner) for every variable, in sheet order."""
    return [
        (variable, key, AGENTS[kind.holder](case, *key))
        for kind in COLUMN_KINDS.values()
        for variable in [getattr(m, kind.name)]
        for key in variable
    ]


def payees(case: Case, m: Any, compiled: Compiled, x: np.ndarray) -> Payees:
    """The owners of columns for `pricing.choose`; `size` is what each sells over the horizon, t."""
    owned = agent_of_column(case, m)
    order = sorted(dict.fromkeys(agent for _, _, agent in owned), key=lambda a: KINDS.index(a.kind))
    number = {agent: i for i, agent in enumerate(order)}
    agent = np.full(compiled.lp.matrix.shape[1], -1)
    capped = np.zeros(len(agent), dtype=bool)
    size = np.zeros(len(order))
    places = {id(v): compiled.column_of(v) for v in variables(m)}
    for variable, key, who in owned:
        column = places[id(variable)].get(key)
        if column is None:
            continue
        agent[column] = number[who]
        capped[column] = case.places.role_in(who.place, key[-1]) == "capped"
        if variable not in (
            m.build,
            m.connect,
            m.stock,
            m.exempt,
            m.liable,
        ):  # ship is the sum of the last two
            per_unit = sum(case.production.made(key[0]).values()) if variable is m.produce else 1.0
            size[number[who]] += case.calendar.length[key[-1]] * per_unit * x[column]
    for key, load in _plant_loads(case, m, compiled, x).items():
        size[number[Agent("plant", key[0], case.production.region[key[0]])]] += load
    return Payees(
        agent=agent,
        names=tuple(order),
        size=size,
        capped=capped,
        route=np.array([a.kind == "route" for a in order], dtype=bool),
    )


def _plant_loads(case: Case, m: Any, compiled: Compiled, x: np.ndarray) -> dict[tuple[str, int], float]:
    """t a plant handles in each year, for plants that can be expanded (others have no column to pay)."""
    produced = quantities(compiled, m.produce, x)
    expandable = {key[0] for key in m.build} & set(case.production.plants)
    return {
        (plant, t): case.calendar.length[t]
        * sum(load * produced.get((p, t), 0.0) for p, load in case.production.load[plant].items())
        for plant in expandable
        for t in case.calendar.years
    }


def alive_in(case: Case, kind: str, key: tuple[Any, ...]) -> tuple[int, ...]:
    """The years in which a column of this kind is of use: those in which what is built, or qualified, is alive."""
    if kind == "build":
        return case.production.expansion[key[0]].alive[key[1]]
    return case.links.alive(*key) if kind == "connect" else (key[-1],)


def made_whole(outcome: Outcome) -> dict[tuple[str, str, int], float]:
    """Make-whole by (kind, name, year), million of present value, of years decided before a surprise too."""
    found: dict[tuple[str, str, int], float] = {}
    for payment in payments(outcome):
        key = payment.kind, payment.name, payment.year
        found[key] = found.get(key, 0.0) + payment.present
    return found


def payments(outcome: Outcome, built: bool | None = None) -> list[Payment]:
    """Make-whole by payee and year; a build's and a link's as equal yearly amounts over the years it is alive.
    `built`: that of builds alone, or of all else."""
    past = outcome.past
    earlier = [p for p in payments(past.outcome, built) if p.year < past.known_from] if past else []
    if outcome.priced.uplift == 0:
        return earlier
    case, m, weight = outcome.case, outcome.model, outcome.case.calendar.weight
    paid = {id(v): outcome.paid_for(v) for v in variables(m)}
    total: dict[tuple[str, str, str, int], float] = {}
    for variable, key, (kind, name, place) in agent_of_column(case, m):
        amount = paid[id(variable)].get(key, 0.0)
        if amount == 0.0 or built not in (None, variable is m.build):
            continue
        years = alive_in(case, variable.local_name, key)
        span = sum(weight[t] for t in years)
        for t in years:
            total[kind, name, place, t] = total.get((kind, name, place, t), 0.0) + amount / span
    return earlier + [
        Payment(
            kind=kind, name=name, place=place, year=t, amount=yearly / 1000, present=yearly * weight[t] / 1000
        )
        for (kind, name, place, t), yearly in sorted(
            total.items(), key=lambda item: (KINDS.index(item[0][0]), item[0][3])
        )
    ]
