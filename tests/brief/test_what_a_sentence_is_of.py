"""Sentences name what they are of: the commodity, the years, the cap and the payer of this study and of no other."""

from __future__ import annotations

from typing import Any

import floors
from tests.support.paged import answers_of, block, cells, paragraphs, plain, text_of, told
from tests.support.studies import settings, study, table, years
from tests.support.told_studies import CN, US, cap, chained, demand, fund, members, rules, two_years, works


def text(given: floors.Study) -> str:
    return told(floors.solve(given).brief)


def leaky(region: str = "US", **sheets: Any) -> floors.Study:
    """Buyers of a region evade a third of it."""
    wanted = table(
        "region segment commodity value enforcement 2026",
        *((one, "all", "oxide", 200, 0.7 if one == region else 1, 10) for one in ("US", "AU")),
    )
    return study(**{"demand": wanted, **sheets})


# Who evades, and who keeps


def test_evasion_counts_where_buyers_of_the_bloc_evade_a_cap_alone() -> None:
    assert "Evasion counts against the cap" in text(leaky(caps=cap(5, basis="tonnes")))
    assert "Evasion" not in text(leaky("AU", caps=cap(5, basis="tonnes")))
    price = table("commodity 2026", ("oxide", 50))
    assert "Evasion" not in text(leaky(floor_rules=rules(("minimum", 70)), reference_prices=price))


def test_nothing_evades_a_levy_that_there_is_none_of() -> None:
    assert "the difference evades the levy under other names" in text_of("leaks")
    slack = text(leaky(caps=cap(10, basis="tonnes")))
    assert "On paper" in slack
    assert "the difference comes in under other names" in slack


def test_exporters_who_keep_the_levies_are_told() -> None:
    kept = study(caps=cap(0.5), settings=settings(rent="exporter"))
    assert "Exporters keep the levies. Net loss" in text(kept)
    assert "Exporters keep" not in text_of("half")


# What the cap counts


def test_a_cap_that_counts_some_of_it_is_not_said_to_count_all() -> None:
    assert "more come from CN than the cap counts:" in text_of("chained")
    given = chained()
    of = {name: given.tables[name].to_dict("records") for name in ("technologies", "processes", "demand")}
    wanted = [*of.pop("demand"), {**given.tables["demand"].to_dict("records")[0], "segment": "defence"}]
    some = [{"scope": "bloc", "commodity": "magnet", "segment": "defence", "basis": "demand", 2026: 0.5}]
    said = text(study(**of, demand=wanted, caps=some))
    assert "more come from CN than arrive under its name:" in said
    assert "than the cap counts" not in said


# Years that stand for several


def test_totals_go_to_the_end_of_the_last_period() -> None:
    result = floors.solve(two_years(0.8, 0.5, years=years((2026, 1), (2027, 3))))
    assert "Totals: 2026–2029, USD" in plain(result.brief.question)
    assert result.brief.where == "US, JP · 2026–2029 · base case"
    assert "2026–2029, against no caps" in plain(block(result.brief, "payers").title)
    picture = next(one for one in result.pictures if one.name == "picture_who_pays")
    assert "present value 2026–2029;" in plain(picture.subtitle)


def test_years_between_that_are_in_no_period_are_not_in_the_totals() -> None:
    given = two_years(
        0.8,
        caps=[{"scope": "bloc", "commodity": "oxide", "basis": "demand", 2026: 0.8, 2030: 0.5}],
        years=years((2026, 1), (2030, 1)),
        demand=demand(("US", 200, 10, 10), years="2026 2030"),
    )
    assert "Totals: 2 of the years 2026–2030, USD" in text(given)


def test_a_shortage_of_a_period_is_of_all_its_years() -> None:
    given = study(
        years=years((2026, 3)), demand=demand(("US", 60, 10)), caps=cap(0.5), processes=works(CN, US)
    )
    page = floors.solve(given).brief
    assert plain(page.headline).startswith("In 2026–2028 the bloc goes short of 15 t of oxide")
    assert answers_of(page)[0].startswith("15 t are not delivered in 2026–2028, 50 % of demand")


# Said once


def test_who_bears_all_of_a_loss_is_told_it_once() -> None:
    half = members(caps=cap(0.5, scope="US"))
    (said,) = [one for one in answers_of(floors.solve(half).brief) if "bears" in one]
    assert said.startswith(
        "The US bears all of the net loss, 150 thousand; its buyers alone lose 300 thousand."
    )
    alone = members(caps=cap(0.0, scope="US"))
    (said,) = [one for one in answers_of(floors.solve(alone).brief) if "bears" in one]
    assert said == "The US bears all of the net loss, 300 thousand; all of that is lost by its buyers."


def test_a_fund_that_buys_nothing_is_told_so() -> None:
    idle = study(
        **{
            name: fund(0.2).tables[name].to_dict("records")
            for name in ("reference_prices", "stockpiles", "funds")
        },
    )
    said = paragraphs(block(floors.solve(idle).brief, "built"))
    assert "vault buys nothing; it has 200 thousand USD." in said


def test_plants_are_told_with_what_they_make_and_none_is_left_out() -> None:
    capacity = works(CN, (*US, 100))
    said = text(two_years(0.8, 0.5, processes=capacity))
    assert "Plants for oxide in the US run at 2 % of capacity in 2026 and 5 % in 2027." in said
    beside = works(CN, ("US works", "US", "oxide", 80, 1), ("US bench", "US", "oxide", 85, None))
    assert "Plants for oxide" not in text(two_years(0.95, 0.5, processes=beside))


def test_what_buyers_go_without_is_in_the_title_of_who_pays() -> None:
    pictures = floors.solve(study(caps=cap(0.5), demand=demand(("US", 60, 10)))).pictures
    (title,) = [plain(one.title) for one in pictures if one.name == "picture_who_pays"]
    assert title.startswith("Buyers lose 100 thousand USD by what they pay and go without")


def test_a_price_that_buyers_elsewhere_set_is_told_as_theirs() -> None:
    """China's price is what buyers in AU would pay for more of it; the cap has room."""
    short = study(
        processes=works((*CN, 12), US),
        demand=demand(("US", 200, 10), ("AU", 65, 10)),
        routes=table("origin destination commodity freight", ("*", "*", "*", 0), ("US", "AU", "oxide", 99)),
        caps=cap(1.0),
    )
    table_of = block(floors.solve(short).brief, "floors")
    (line,) = cells(table_of)
    assert line[-1] == "a shortage: AU"
    assert "Where a shortage sets it" in plain(table_of.notes[0])
