"""Answers about money: what the policy costs the bloc, and which member bears it."""

from __future__ import annotations

from typing import Any, NamedTuple

from floors.brief.facts import Facts
from floors.brief.names import sentence
from floors.contract import results as sheets
from floors.page.page import Paragraph
from floors.page.told import amount, listed, money, percent

SMALL = 0.02  # of the largest item: what is less is no clause of its own
HALF = 0.5
ALL = 0.005  # of a net loss: what is off by less is all of it


class _Item(NamedTuple):
    """A column of who pays: how a gain and a loss of it are told; `{}` is the amount."""

    name: str
    gain: str
    loss: str


ITEMS = (
    _Item("levies", "levies return {}", "rebates out of the levies cost {}"),
    _Item("producers", "the bloc’s own makers gain {}", "the bloc’s own makers lose {}"),
    _Item("tariffs", "ordinary tariffs bring {} more", "{} of ordinary tariffs is no longer collected"),
    _Item("export_taxes", "export taxes bring {} more", "{} of export taxes is no longer collected"),
    _Item("stockpiles", "stockpiles cost {} less", "stockpiles cost {} more"),
    _Item("contracts", "contracts and support cost {} less", "contracts and support cost {} more"),
)


ACCOUNTS: dict[str, tuple[tuple[str, int], ...]] = {
    "buyers": (("outlay", -1), ("unserved", -1)),
    "levies": (("levy_revenue", 1),),
    "producers": (("producer_surplus", 1),),
    "tariffs": (("tariff_revenue", 1),),
    "export_taxes": (("export_tax_revenue", 1),),
    "stockpiles": (("stock_cost", -1),),
    "contracts": (("contract_payments", -1), ("support", -1)),
}
"""Column of who_pays -> columns of the accounts, and whether it is their rise or their fall."""


def _bloc(facts: Facts, column: str) -> float:
    """What the bloc gains in a column of who_pays; of members in some years alone what is of these."""
    if not facts.tables.turns:
        amounts: list[float] = [getattr(row, column) for row in facts.payers if row.role == "member"]
        return sum(amounts)
    now, before = facts.tables.read(sheets.ACCOUNTS), facts.tables.read(sheets.BASELINE_ACCOUNTS)
    booked: list[tuple[int, Any]] = [*((1, row) for row in now), *((-1, row) for row in before)]
    booked_in: list[float] = [
        side * sign * facts.weight[row.year] * getattr(row, name)
        for side, row in booked
        if facts.tables.inside(row.region, row.year)
        for name, sign in ACCOUNTS[column]
    ]
    return sum(booked_in)


def costs(facts: Facts) -> Paragraph | None:
    """What the bloc pays and what comes back, and what is left of it."""
    if not facts.payers or not facts.policy or facts.nothing(facts.loss):
        return None
    items = {item: _bloc(facts, item.name) for item in ITEMS}
    buyers = _bloc(facts, "buyers")
    largest = max(abs(buyers), *map(abs, items.values()))
    large = [(x, item) for item, x in items.items() if abs(x) > SMALL * largest]
    found = sorted(large, key=lambda one: -abs(one[0]))
    gains = [item.gain.format(amount(x)) for x, item in found if x > 0]
    losses = [item.loss.format(amount(x)) for x, item in found if x < 0]
    said = []
    if abs(buyers) > SMALL * largest:
        told = money(abs(buyers), facts.currency)
        if facts.buyers_pay_alone:
            said.append(f"Buyers pay {told} {'more' if buyers < 0 else 'less'}.")
        else:
            said.append(f"Buyers {'lose' if buyers < 0 else 'gain'} {told} by what they pay and go without.")
    lost = facts.loss > 0
    if gains and losses:
        said.append(f"{sentence(listed(gains))}, but {listed(losses)}.")
    elif gains or losses:
        said.append(f"{sentence(listed(gains or losses))}.")
    if facts.tables.study.settings.rent == "exporter" and facts.charged:
        said.append("Exporters keep the levies.")
    said.append(f"Net {'loss' if lost else 'gain'}: {amount(facts.loss)}.")
    lead = "It costs more than it brings back." if lost else "It brings back more than it costs."
    return Paragraph(lead, " ".join(said))


LOST = {
    "buyers": ("{} of that is lost by its buyers", "its buyers alone lose {}"),
    "tariffs": ("{} of that is its own lost tariff revenue", "its lost tariff revenue alone is {}"),
    "producers": ("{} of that is what its own makers lose", "its own makers alone lose {}"),
    "stockpiles": ("{} of that is what its stockpiles cost more", "its stockpiles alone cost {} more"),
    "contracts": (
        "{} of that is what it pays more under contracts and as support",
        "contracts and support alone cost it {} more",
    ),
    "export_taxes": ("{} of that is its own lost export taxes", "its lost export taxes alone are {}"),
    "levies": ("{} of that is rebates that it pays out of levies", "its rebates out of levies alone are {}"),
}
"""How the largest loss of a member is told: as a part of its net loss, and where it is more than that."""


def bears(facts: Facts) -> Paragraph | None:
    """Who bears more than half of a net loss in every plan of the same cost."""
    members = [row for row in facts.payers if row.role == "member"]
    if len(members) < 2 or facts.loss <= 0 or facts.nothing(facts.loss) or facts.tables.turns:
        return None
    worst = min(members, key=lambda row: row.net)
    if worst.least_net is None or worst.most_net is None:
        return None
    least, most = -worst.most_net / facts.loss, -worst.least_net / facts.loss
    name = facts.names.the(worst.region)
    if most <= HALF:
        return None
    if least <= HALF:
        lead = (
            f"{sentence(name)} bears between {percent(max(0.0, least))} and {percent(most)} of the net loss,"
        )
        return Paragraph(lead, "which the model cannot tell: plans of the same cost differ in it.")
    share = -worst.net / facts.loss
    lead = f"{sentence(name)} bears {percent(share)} of the net loss,"
    said = [f"{amount(-worst.net, fine=True)} of {amount(facts.loss, fine=True)}"]
    if percent(share) == "100 %":
        lead = f"{sentence(name)} bears all of the net loss,"
        said = [amount(facts.loss, fine=True)]
    elif share > 1:
        lead = f"{sentence(name)} loses more than the bloc does,"
        said = [f"{amount(-worst.net, fine=True)} beside {amount(facts.loss, fine=True)}"]
    part, column = min((getattr(worst, column), column) for column in LOST)
    if part < -SMALL * abs(worst.net):
        whole = abs(part - worst.net) <= ALL * abs(worst.net)
        said.append(
            LOST[column][0].format("all")
            if whole
            else LOST[column][-part > abs(worst.net)].format(amount(part))
        )
    return Paragraph(lead, "; ".join(said) + "." + _others(facts, members, worst))


def _others(facts: Facts, members: list[Any], worst: Any) -> str:
    """Whose buyers pay most, and who gains."""
    paying = sorted((row for row in members if row.buyers < 0), key=lambda row: row.buyers)[:2]
    said = ""
    if paying and worst not in paying:
        who = listed([f"in {facts.names.the(row.region)} ({amount(row.buyers)})" for row in paying])
        said += f" The buyers who {'pay' if facts.buyers_pay_alone else 'lose'} most are {who}."
    gaining = [row for row in members if row.net > 0 and not facts.nothing(row.net)]
    if gaining:
        told = listed([f"{facts.names.the(row.region)} gains {amount(row.net)}" for row in gaining[:2]])
        said += f" {sentence(told)}."
    return said
