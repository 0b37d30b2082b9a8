"""Contracts for difference: a member tops what a process sells up to a strike, and shares what is above."""

from __future__ import annotations

from dataclasses import dataclass, replace

from floors.case.places import Places
from floors.case.production import Production
from floors.errors import Problem
from floors.study.locate import spans
from floors.study.study import Study


@dataclass(frozen=True, kw_only=True)
class Contract:
    """`tonnes[t]` t/yr of one commodity that `process` must make, at `strike` USD/kg, paid by a region."""

    process: str
    commodity: str
    strike: float
    upside: float
    payer: str
    tonnes: dict[int, float]

    def payment(self, price: float, t: int) -> float:
        """max(strike - p, 0) x t - upside x max(p - strike, 0) x t [million a year], p at origin in USD/kg."""
        below, above = max(self.strike - price, 0.0), max(price - self.strike, 0.0)
        return (below - self.upside * above) * self.tonnes[t] / 1000


def derive_contracts(
    study: Study,
    places: Places,
    production: Production,
    problems: list[Problem],
    notes: list[Problem],
) -> tuple[Contract, ...]:
    """Sheet `contracts`, years with tonnes only.

    A payer still pays in years in which it is no member, with a note: leaving the bloc ends no contract.
    """
    found: list[Contract] = []
    first: dict[tuple[str, str, str], int] = {}
    for i, row in enumerate(study.rows("contracts")):
        p, payer = row["process"], row["payer"]
        commodity = _commodity(study, i, p, row["commodity"], production, problems)
        if commodity is None:
            continue
        earlier = first.setdefault((p, commodity, payer), i)
        if earlier != i:
            message = (
                f"{payer} has a contract with {p} for {commodity} already, at "
                f"{study.value_cell('contracts', earlier, 'process')}."
            )
            hint = "Keep one of the two rows."
            problems.append(study.problem("contracts", i, "process", message, hint, "duplicate"))
            continue
        tonnes = {t: q for t, q in row["years"].items() if q > 0}
        idle = [t for t in tonnes if t not in production.active[p]]
        if idle:
            message = f"{p} may not run in {idle[0]}, so it cannot make what is under contract."
            hint = "Empty this cell, or change first_year or last_year in sheet processes."
            problems.append(study.problem("contracts", i, idle[0], message, hint, "not_active"))
        left = [t for t in sorted(tonnes) if places.role_in(payer, t) != "member"]
        if left:
            message = f"{payer} is not a member in {spans(left)}, but still pays under this contract."
            note = study.problem("contracts", i, "payer", message, "", "not_a_member", "warning")
            as_written = all(study.base.roles[payer, t] != "member" for t in left)
            notes.append(note if as_written else study.alone(note))
        found.append(
            Contract(
                process=p,
                commodity=commodity,
                strike=row["strike"],
                upside=row["upside"],
                payer=payer,
                tonnes=dict(sorted(tonnes.items())),
            )
        )
    return tuple(found)


def _commodity(
    study: Study, i: int, process: str, named: str | None, production: Production, problems: list[Problem]
) -> str | None:
    """The commodity under contract: the one named, or the only one that the process makes."""
    made = list(production.made(process))
    if named in made:
        return named
    if named is None and len(made) == 1:
        return made[0]
    if named is None:
        said = f"expected the commodity under contract: {process} makes {', '.join(made) or 'nothing'}."
        problems.append(study.problem("contracts", i, "commodity", said, "Name one of them.", "missing"))
    else:
        said = f"{process} does not make {named}."
        hint = f"It makes {', '.join(made) or 'nothing'}."
        problems.append(study.problem("contracts", i, "commodity", said, hint, "commodity_not_made"))
    return None


def contracted_activity(
    production: Production, contracts: tuple[Contract, ...]
) -> dict[tuple[str, int], float]:
    """Least activity that keeps every contract, t/yr by (process, year).

    Contracts for one commodity add up, whoever pays: each is paid on tonnes of its own, and a tonne sold at
    one strike cannot be topped up to another as well. Contracts for several commodities do not: one tonne of
    activity makes all of its products, so the commodity that asks for most activity decides.
    """
    tonnes: dict[tuple[str, int, str], float] = {}
    for contract in contracts:
        for t, quantity in contract.tonnes.items():
            key = (contract.process, t, contract.commodity)
            tonnes[key] = tonnes.get(key, 0.0) + quantity
    least: dict[tuple[str, int], float] = {}
    for (p, t, c), quantity in tonnes.items():
        least[p, t] = max(least.get((p, t), 0.0), quantity / production.coefficient[p][c])
    return least


def keep_contracts(production: Production, contracts: tuple[Contract, ...]) -> Production:
    """Production whose minimum is the larger of its own and what its contracts ask for."""
    minimum = dict(production.minimum)
    for key, asked in contracted_activity(production, contracts).items():
        minimum[key] = max(asked, minimum.get(key, 0.0))
    return replace(production, minimum=minimum)
