"""The tables of a page close, leave out what is nothing, and show no digits that are not known."""

from __future__ import annotations

from random import Random

import pytest

import floors
from floors.brief.floors_table import told_years
from floors.brief.page import page
from floors.contract.results import BY_NAME
from floors.page.page import Table
from floors.page.written import brief_rows, page_of
from tests.support import mixed
from tests.support.goods import of_goods
from tests.support.paged import block, cells, heads, plain, solved, text_of, with_rows
from tests.support.studies import study, table
from tests.support.told_studies import CN, SOLVED, US, cap, demand, members, works

# Floors


def floor_rows(*floors_: tuple[int, float, str]) -> list:
    blank = dict.fromkeys(BY_NAME["floors"].names)
    return [
        BY_NAME["floors"].made(**(blank | {"year": year, "floor": floor, "set_by": setter}))
        for year, floor, setter in floors_
    ]


def test_the_years_told_are_the_ends_and_where_the_floor_leaves_a_straight_line() -> None:
    path = [65.79, 63.9, 62.7, 61.18, 64.74, 78.17, 78.3, 79.4, 90.33]
    rows = floor_rows(*((2027 + i, floor, "x") for i, floor in enumerate(path)))
    assert told_years(rows) == [2027, 2030, 2032, 2035]


def test_a_straight_path_has_no_year_between_its_ends_but_where_another_sets_it() -> None:
    straight = [(2027 + i, 60.0 + i, "x") for i in range(5)]
    assert told_years(floor_rows(*straight)) == [2027, 2031]
    turned = [(year, floor, "y" if year >= 2029 else "x") for year, floor, _ in straight]
    assert told_years(floor_rows(*turned)) == [2027, 2029, 2031]


def test_one_year_is_one_line() -> None:
    assert told_years(floor_rows((2026, 80.0, "x"))) == [2026]


def test_a_floor_stands_beside_the_price_it_lifts_and_what_it_is_made_of() -> None:
    found = block(solved("half").brief, "floors")
    assert found.title.endswith(" – the same for all members – and what each is made of")
    assert heads(found) == ["Year", "CN’s price", "+ levy", "= floor", "making it", "set by makers in"]
    assert cells(found) == [[2026, 50.0, 30.0, 80.0, 80.0, "the US"]]
    assert found.lines[0].entries[3].link == "floor_parts!member=US;commodity=oxide;year=2026"


def test_floors_that_differ_stand_with_their_places() -> None:
    apart = members(
        caps=[*cap(0.5, scope="US"), *cap(0.5, scope="JP")],
        processes=works(CN, ("US works", "US", "oxide", 80), ("JP works", "JP", "oxide", 95)),
        routes=table("origin destination commodity limit", ("*", "*", "*"), ("US", "JP", "oxide", 0)),
    )
    found = block(floors.solve(apart).brief, "floors")
    assert heads(found)[0] == "Where" and [row[0] for row in cells(found)] == ["US", "JP"]
    assert "the same for all members" not in found.title


@pytest.mark.parametrize(
    ("name", "setter"),
    [
        ("slack cap", "CN’s price"),
        ("unmet", "a shortage: US"),
        ("a minimum", "the rule minimum"),
        ("a maximum", "the rule maximum"),
    ],
)
def test_what_sets_a_floor_is_told_in_words(name: str, setter: str) -> None:
    assert cells(block(solved(name).brief, "floors"))[0][-1] == setter


def test_a_buyers_value_is_said_to_be_no_floor() -> None:
    said = "Where a shortage sets it, the number is what a buyer would pay, and no floor."
    assert said in text_of("unmet")
    assert said not in text_of("half")


def test_a_study_without_floors_has_no_table_of_them() -> None:
    assert block(solved("no policy").brief, "floors") is None
    assert block(solved("no policy").brief, "payers") is None


def test_what_duties_of_others_do_to_a_floor_is_told_where_it_is_much() -> None:
    # The bloc's cap is met where the US, with a duty of 20 % on China, gives way: JP needs so much less of a floor.
    given = study(
        caps=cap(0.5),
        processes=works(CN, US),
        reference_prices=table("commodity 2026", ("oxide", 50)),
        routes=table(
            "origin destination commodity tariff",
            ("*", "*", "*", 0),
            ("CN", "US", "oxide", 0.2),
            ("CN", "JP", "oxide", 0),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("JP", "all", "oxide", 200, 4),
        ),
    )
    said = text_of_study(given)
    assert (
        "For JP duties of others (first the US’s) are \u221210.00 of the 70.00 in 2026: so much less floor is needed."
        in said
    )
    assert "duties of others" not in text_of("half")


def text_of_study(given: floors.Study) -> str:
    return plain("\n".join(floors.solve(given).brief.texts))


# The largest parts of a floor


def test_parts_of_a_floor_close_and_name_their_cells() -> None:
    found = block(solved("half").brief, "parts")
    assert cells(found) == [["unit cost US works", 80.0, "processes!D3"], ["Floor", 80.0, ""]]


def test_no_parts_are_told_of_a_shortage_or_without_a_levy() -> None:
    assert block(solved("unmet").brief, "parts") is None
    assert block(solved("slack cap").brief, "parts") is None


# Who pays


def test_who_pays_has_the_members_the_bloc_and_all_others_and_no_column_of_nothing() -> None:
    found = block(solved("half").brief, "payers")
    assert found.title == "Who gains (+) and who loses (–), million USD, 2026, against no caps"
    assert heads(found) == ["", "buyers pay", "levies received", "net"]
    assert [row[0] for row in cells(found)] == ["US", "JP", "The bloc", "All others"]
    assert cells(found)[2] == pytest.approx(["The bloc", -0.3, 0.15, -0.15])
    assert found.lines[2].total and not found.lines[0].total
    assert plain(found.notes[0]).startswith("Rounded, so sums may differ by 0.001.")


def test_one_member_has_no_sum_of_its_own() -> None:
    assert [row[0] for row in cells(block(solved("one member").brief, "payers"))] == ["US", "All others"]


def test_what_buyers_go_without_is_in_the_head() -> None:
    assert "buyers pay, miss" in heads(block(solved("unmet").brief, "payers"))
    assert "buyers pay, miss" not in heads(block(solved("half").brief, "payers"))


def test_every_row_and_column_of_who_pays_closes_in_mixed_studies() -> None:
    seen = 0
    for seed in range(12):
        try:
            told = floors.solve(floors.Study(mixed.sheets(Random(seed)))).brief
        except floors.SolveError:
            continue
        assert page_of(brief_rows(told)) == told
        found = block(told, "payers")
        if found is None or "The bloc" not in [row[0] for row in cells(found)]:
            continue
        seen += 1
        net = heads(found).index("net")
        rows = cells(found)
        unit = max(1e-6, *(abs(row[column]) for row in rows for column in range(1, net + 1))) / 100
        for row in rows:  # what is left out is less than what is shown can say
            assert sum(row[1:net]) == pytest.approx(row[net], abs=3 * unit)
        *each, bloc = [row for row in rows if row[0] != "All others"]
        for column in range(1, net + 1):
            assert sum(row[column] for row in each) == pytest.approx(bloc[column], abs=1e-9)
    assert seen > 5


def payers(*rows: dict, result: floors.Result | None = None) -> object:
    nothing = dict.fromkeys(
        ("buyers", "levies", "tariffs", "export_taxes", "producers", "stockpiles", "contracts", "net"), 0.0
    )
    given = result or solved("half of two members")
    return block(page(with_rows(given, who_pays=[nothing | row for row in rows])), "payers")


def test_a_range_is_told_where_it_is_one_and_a_dash_where_ends_agree() -> None:
    found = payers(
        {
            "region": "US",
            "role": "member",
            "buyers": -600.0,
            "net": -600.0,
            "least_net": -650.0,
            "most_net": -600.0,
        },
        {
            "region": "JP",
            "role": "member",
            "buyers": -400.0,
            "net": -400.0,
            "least_net": -400.2,
            "most_net": -399.9,
        },
    )
    assert [row[-1] for row in cells(found)] == ["–650 to –600", None, None]
    assert "“May be”" in plain(found.notes[0])


def test_ends_that_nobody_looked_for_are_no_range() -> None:
    found = payers(
        {"region": "US", "role": "member", "buyers": -600.0, "net": -600.0},
        {"region": "JP", "role": "member", "buyers": -400.0, "net": -400.0},
    )
    assert "net may be" not in heads(found)
    assert "was not looked for (--ranges)" in plain(found.notes[0])


def test_of_many_members_those_that_gain_or_lose_most_are_told_and_none_is_left_out_of_the_sum() -> None:
    many = [{"region": f"M{i}", "role": "member", "buyers": -float(i), "net": -float(i)} for i in range(20)]
    bloc = table("region role", *((row["region"], "member") for row in many), ("CN", "capped"))
    homes = study(regions=bloc, processes=works(CN), demand=demand(("M0", 200, 10)), caps=cap(1.0))
    found = payers(*many, result=floors.solve(homes))
    names = [row[0] for row in cells(found)]
    assert names[-2:] == ["9 other members", "The bloc"] and len(names) == 13
    assert cells(found)[-1][-1] == -sum(range(20))


# Shares


def test_shares_by_member_stand_beside_those_without_caps() -> None:
    found = block(solved("keeps CN out of JP").brief, "shares")
    assert found.title == "CN’s share by member"
    assert [row[0] for row in cells(found)] == ["US", "JP", "Both"]
    assert cells(found)[1][:2] == ["JP", 0.0]
    assert "no caps" in heads(found)


def test_every_small_study_has_a_page_that_survives_the_workbook() -> None:
    for name in SOLVED:
        told = solved(name).brief
        assert told.headline and told.source and page_of(brief_rows(told)) == told
        assert all(
            len(line.entries) == len(one.heads)
            for one in told.blocks
            if hasattr(one, "lines")
            for line in one.lines
        )
        assert "nan" not in text_of(name) and "None" not in text_of(name)


# Many commodities, terms


def test_floors_of_up_to_five_goods_are_told_in_a_line() -> None:
    said = text_of_study(of_goods(5))
    assert "Other floors, USD/kg: good 3: levy up to 30 (floor 80 in 2026)" in said
    assert (
        "Holding CN to 50 % of the bloc’s good 4 in 2026 takes a floor of 80 USD/kg (CN sells at 50)" in said
    )
    assert "Floors on all" not in said


def test_floors_of_more_stand_in_a_table() -> None:
    """Nine goods: that of most levy times tonnes first, the one whose cap asks for nothing last."""
    made = floors.solve(of_goods(9, good_2=1.0)).brief
    assert made.headline == (
        "The caps need levies on eight of nine goods and cost the bloc 1.71 million USD: good 8 weighs most, "
        "with a floor of 80 USD/kg in 2026 (CN sells at 50)"
    ).replace(" million", "\u00a0million").replace(" USD/kg", "\u00a0USD/kg")
    (goods,) = [block for block in made.blocks if isinstance(block, Table) and block.name == "goods"]
    assert [line.entries[0].value for line in goods.lines] == [
        f"Good {i}" for i in (8, 7, 6, 5, 4, 3, 1, 0, 2)
    ]
    first, last = goods.lines[0].entries, goods.lines[-1].entries
    assert [entry.value for entry in first[1:]] == pytest.approx([50, 30, 80, 0.6, 18 * 30 / 1000, 1, 0.5])
    assert [entry.value for entry in last[1:]] == [50, None, 50, None, None, 1, 1]
    assert goods.title.replace("\u00a0", " ").startswith(
        "Floors on all nine goods in 2026, USD/kg at CN’s factory gate"
    )
    assert "A dash: no levy" in goods.notes[0] and "Left out" not in goods.notes[0]
    said = text_of_study(of_goods(9))
    assert (
        "A dash: no levy" not in said
        and "Other floors" not in said
        and "The caps need levies on all nine" in said
    )
    assert "which floors keep good 0, good 1, good 2, good 3 and five more from CN within 50 %" in said


def test_of_more_than_twenty_goods_those_left_out_are_counted() -> None:
    made = floors.solve(of_goods(23)).brief
    (goods,) = [block for block in made.blocks if isinstance(block, Table) and block.name == "goods"]
    assert len(goods.lines) == 20
    assert goods.title.startswith("Floors on the 20 of 23 goods that weigh most in 2026")
    assert "Left out, as they weigh least: good 2, good 1 and good 0 (sheet floors)." in goods.notes[0]
    assert "No levy either" not in goods.notes[0]


def test_of_goods_without_a_levy_twelve_lines_are_filled() -> None:
    free = {f"good_{i}": 1.0 for i in range(2, 15)}
    (goods,) = [
        block
        for block in floors.solve(of_goods(15, **free)).brief.blocks
        if isinstance(block, Table) and block.name == "goods"
    ]
    assert [line.entries[2].value is None for line in goods.lines] == [False] * 2 + [True] * 10
    assert "No levy either on good 4, good 3 and good 2 (sheet floors)." in goods.notes[0]
    assert "Left out" not in goods.notes[0] and "that weigh most in 2026" in goods.title


def test_the_cell_of_a_rule_that_sets_a_floor_is_named() -> None:
    assert "Rules: maximum of floor_rules!C2." in text_of("a maximum")
    assert "Rules:" not in text_of("half")


def test_terms_are_those_that_the_page_uses() -> None:
    terms = {term.term for term in solved("half").brief.terms}
    assert {"floor", "levy", "net", "no caps, no policy"} <= terms
    assert "shortage" not in terms and "other worlds" not in terms and "discounted" not in terms
    assert "shortage" in {term.term for term in solved("unmet").brief.terms}


# Funds


def test_a_fund_is_held_against_what_it_has_at_reference_prices() -> None:
    # 4 t at 50 USD/kg of a fund of 2 million; at a reference price of 40 the fund uses less than is paid.
    assert "vault buys for 200 thousand of the 2 million USD it has (10 %), at reference prices." in text_of(
        "a fund with room"
    )
    assert (
        "vault buys for 160 thousand of the 170 thousand USD it has (94 %), at reference prices, and 200 thousand at those "
        "of the day."
    ) in text_of("a fund at higher prices")
