"""Plants outside China that stand and did not run."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book
from models.books.figures import Figure, between
from models.books.production import add_process
from models.critical_minerals.goods import MOTOR, REGIONS, Good, summed
from models.critical_minerals.prices import capital_of, charge, running_cost
from models.critical_minerals.steps import made_by, step_of


def add_idle(book: Book, good: Good, feeds: tuple[Good, ...], made: Mapping[str, Figure]) -> None:
    """It would run at what brings it back, else at what brings a new plant."""
    for region, idle in _idle(book, good, made).items():
        add_process(
            book,
            f"{region} idle {good.label}",
            region,
            **made_by(good),
            cost=_brings_back(book, good, feeds, region),
            capacity=between({2024: idle}),
            note="did not run in 2024: runs at what brings it back, else at what brings a new plant",
        )


def _idle(book: Book, good: Good, made: Mapping[str, Figure]) -> dict[str, Figure]:
    """t/yr that stood outside China and did not run."""
    found = dict(summed(book, "idle", good, "idle capacity"))
    capacities = summed(book, "capacity", good, "capacity")
    outside = book.known(f"{good.name}_capacity_outside")
    if outside is not None:
        ran = {r: t for r, t in made.items() if r != "CN"}
        capacities = {
            region: book.derived(
                tonnes * outside / sum(ran.values()),
                f"{good.title}, capacity, {REGIONS[region]}",
                "t/yr",
                f"{outside:,g} outside China, in proportion to what was made",
                outside,
                *ran.values(),
                confidence="low",
            )
            for region, tonnes in ran.items()
        }
    for region, capacity in capacities.items():
        ran_there = made.get(region)
        if region == "CN" or capacity <= (ran_there or 0.0):
            continue
        found[region] = (
            capacity
            if ran_there is None
            else book.derived(
                capacity - ran_there,
                f"{good.title}, idle, {REGIONS[region]}",
                "t/yr",
                f"{capacity:,g} less {ran_there:,g} that ran",
                capacity,
                ran_there,
            )
        )
    return found


def _brings_back(book: Book, good: Good, feeds: tuple[Good, ...], region: str) -> Figure:
    """USD/kg at which what is idle runs: what is known, else what a new plant needs; of a step, it and a start."""
    back = book.known(f"{good.name}_restart_{region}") or book.known(f"{good.name}_incentive")
    step, capital = book.known(f"{good.name}_convert"), capital_of(book, good)
    if not feeds or step is None or capital is None or good.name == MOTOR:
        return step_of(book, good, feeds, back or running_cost(book, good, region))
    yearly, share = charge(book, good, capital), book.cited("restart_share")
    return book.derived(
        step + share * yearly,
        f"{good.title}, step of an idle plant",
        "USD/kg",
        f"{step:.4g} and {share:.0%} of {yearly:.4g} that a new one's capital takes",
        step,
        share,
        yearly,
    )
