"""What `floors risk` found, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floors.many.risks.weighed import Risk

SHOWN = 0.05  # million: smaller amounts are not worth a word


def risk_in_words(found: Risk) -> list[str]:
    """What a reader should know first, one sentence a line."""
    money = f"million {found.currency}, present value"
    told = ", ".join(f"{s.name} {s.probability:.0%}" for s in found.weighed)
    said = [
        f"Capacity and floors are decided before it is known which of these comes true: {told}.",
        f"The system is expected to cost {found.expected['total_cost']:,.1f} {money}.",
    ]
    for value, words in (
        (found.value_of_perfect_information, "Knowing the state beforehand would be worth {} (EVPI)."),
        (
            found.value_of_stochastic_solution,
            "Planning for the mean of the states would cost {} more (VSS).",
        ),
        (
            found.value_over_base_plan,
            f"Planning for {found.leader.name} alone, and being surprised, would cost {{}} more.",
        ),
    ):
        if value is not None:
            said.append(words.format(f"{value:,.1f}"))
    said += _insurance(found, money)
    if found.uplift:
        said.append(
            f"One path of floors for all states costs an uplift of {found.uplift:,.1f}: {found.make_whole:,.1f} to be "
            f"paid, {found.foregone:,.1f} foregone ({money}, expected)."
        )
    return said


def _insurance(found: Risk, money: str) -> list[str]:
    """What the floors are worth in each state: where they save, and where they cost."""
    worth = {name: w for name, w in found.costs["worth"].items() if w is not None}
    if not worth:
        return []
    saves = [f"{name} {w:,.1f}" for name, w in worth.items() if w > SHOWN]
    costs = [f"{name} {-w:,.1f}" for name, w in worth.items() if w < -SHOWN]
    said = []
    if saves:
        said.append(
            f"As an insurance the floors and what is built behind them save the system: {'; '.join(saves)}."
        )
    if costs:
        said.append(f"They cost, as a premium: {'; '.join(costs)} ({money}).")
    average = found.expected["worth"]
    if average is not None:
        word = "save" if average >= 0 else "cost"
        said.append(
            f"On average they {word} {abs(average):,.1f}, against no policy and capacity decided for "
            f"{found.leader.name} alone."
        )
    return said
