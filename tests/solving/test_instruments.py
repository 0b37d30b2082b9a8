"""The same plan held by levies, contracts, grants, a tariff or a guarantee: who pays, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import floors
from tests.support.studies import one, rows, settings, solve, table, years

TREASURY = ["levies", "support", "grants", "running"]
approx = pytest.approx


def plant(us_cost: float = 8, capital: float = 25, **sheets: object) -> floors.Result:
    """China offers 100 t of oxide at 10; the US runs at `us_cost` in capacity that costs `capital` a kg for a year."""
    given = {
        "regions": table("region role", ("US", "member"), ("CN", "capped")),
        "processes": table(
            "process region commodity unit_cost capacity capital_cost lifetime",
            ("CN works", "CN", "oxide", 10, 1000),
            ("US works", "US", "oxide", us_cost, None, capital, 1),
        ),
        "demand": table("region segment commodity value 2026", ("US", "all", "oxide", 200, 100)),
        "caps": table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 60)),
    }
    return solve(**{**given, **sheets})  # type: ignore[arg-type]


def row(result: floors.Result, instrument: str, region: str = "US") -> pd.Series:
    return rows(result.instruments, instrument=instrument, region=region).iloc[0]


def closes(result: floors.Result) -> None:
    """Over all regions net cost is the same under each instrument: what the plan spends and leaves unserved."""
    sums = result.instruments.groupby("instrument")["net_cost"].sum()
    spent = result.accounts.groupby("year")["net_cost"].sum()
    weight = result.outcome.case.calendar.weight
    total = sum(weight[t] * amount for t, amount in spent.items())
    assert sums.tolist() == approx([total] * 5, rel=1e-9, abs=1e-9)
    assert floors.verify(result.study, result).findings == ()


def test_a_grant_of_part_of_the_charges_does_what_a_levy_does() -> None:
    """60 t at 10 and 40 t at 33: a levy of 23; or 23 of 25 as a grant, as much by contract, and buyers pay 10."""
    result = plant()
    border, contracts, grants, tariff, guarantee = (
        row(result, name) for name in ("border", "contracts", "grants", "tariff", "guarantee")
    )
    assert border[["buyers", *TREASURY]].tolist() == approx([3.3, 1.38, 0, 0, 0])
    assert contracts[["buyers", *TREASURY]].tolist() == approx([1.0, 0, 0.92, 0, 0])
    assert grants[["buyers", *TREASURY]].tolist() == approx([1.0, 0, 0, 0.92, 0])
    assert tariff[["buyers", *TREASURY]].tolist() == approx([3.3, 1.38, 0, 0, 0])
    assert guarantee[["buyers", *TREASURY]].tolist() == approx([1.0, 0, 0.92, 0, 0])
    assert result.instruments["producers"].abs().max() == approx(0, abs=1e-12)
    grant = result.grants.iloc[0]
    assert (grant["process"], grant["year_built"], grant["kind"]) == ("US works", 2026, "process")
    assert grant[["grant", "share_of_charges", "running"]].tolist() == approx([23, 0.92, 0])
    assert result.tariffs.iloc[0].tolist() == ["oxide", 2026, approx(23), approx(23), approx(23)]
    closes(result)


def test_no_grant_keeps_a_plant_at_work_where_running_costs_more_than_the_price() -> None:
    """At 12 a kg the US loses 2 on each of 40 t beside all of its charges: 25 as a grant and 2 for running."""
    result = plant(us_cost=12)
    grants = row(result, "grants")
    assert grants[["buyers", *TREASURY]].tolist() == approx([1.0, 0, 0, 1.0, 0.08])
    assert result.grants[["grant", "share_of_charges", "running"]].iloc[0].tolist() == approx([25, 1, 0.08])
    assert row(result, "contracts")["support"] == approx(1.08)
    closes(result)


def test_old_capacity_is_kept_running_beside_what_is_built() -> None:
    """10 of the 40 t run in capacity that is there: a quarter of what is paid for running is of none that is built."""
    result = plant(
        processes=table(
            "process region commodity unit_cost capacity capital_cost lifetime",
            ("CN works", "CN", "oxide", 10, 1000),
            ("US works", "US", "oxide", 12, 10, 25, 1),
        )
    )
    table_of = result.grants
    assert one(table_of, "running", process="US works", year_built=2026) == approx(0.06)
    old = table_of[table_of["year_built"].isna()].iloc[0]
    assert old["running"] == approx(0.02) and pd.isna(old["grant"])
    assert row(result, "grants")[TREASURY].tolist() == approx([0, 0, 0.75, 0.08])
    closes(result)


def test_a_guaranteed_floor_pays_old_plants_too_and_costs_more_than_grants() -> None:
    """20 of the 40 t come from an old pit at 15: the guarantee tops 10 up to 33 on all 40 t, the grant is for 20 t and
    5 for each of the others."""
    result = plant(
        processes=table(
            "process region commodity unit_cost capacity capital_cost lifetime",
            ("CN works", "CN", "oxide", 10, 1000),
            ("US pit", "US", "oxide", 15, 20),
            ("US works", "US", "oxide", 8, None, 25, 1),
        )
    )
    assert row(result, "guarantee")["support"] == approx(0.023 * 40)
    assert row(result, "guarantee")["producers"] == approx(0.018 * 20)
    assert row(result, "grants")[TREASURY].tolist() == approx([0, 0, 0.46, 0.1])
    assert row(result, "contracts")["support"] == approx(0.56)
    assert one(result.grants, "running", process="US pit") == approx(0.1)
    closes(result)


def test_a_free_price_on_a_limit_with_room_pays_for_nothing() -> None:
    """China can sell 1,000 t and sells 60: its capacity has no price, or buyers would pay 33 to China."""
    for capacity in (1000, 61, 60.001):
        result = plant(
            processes=table(
                "process region commodity unit_cost capacity capital_cost lifetime",
                ("CN works", "CN", "oxide", 10, capacity),
                ("US works", "US", "oxide", 8, None, 25, 1),
            )
        )
        assert row(result, "contracts", "CN")["producers"] == approx(0, abs=1e-12)
        assert row(result, "contracts")["support"] == approx(0.92)


def test_a_full_capacity_has_its_rent_under_every_instrument() -> None:
    """China has the 60 t that the cap allows and no more: without a levy its rent is what the levy took."""
    result = plant(
        processes=table(
            "process region commodity unit_cost capacity capital_cost lifetime",
            ("CN works", "CN", "oxide", 10, 60),
            ("US works", "US", "oxide", 8, None, 25, 1),
        )
    )
    contracts = row(result, "contracts")
    assert contracts[["buyers", *TREASURY]].tolist() == approx([3.3, 0, 0, 0, 0])
    assert row(result, "contracts", "CN")["producers"] == approx(1.38)
    closes(result)


def test_one_tariff_for_all_years_is_too_low_in_one_or_too_high_in_the_other() -> None:
    """Levies of 20 and 30: at 20 the works of the second year lose 10 on 5 t, at 30 nobody brings the 15 t of the first
    at a price of 70. The lower total is chosen: 0.05 million."""
    result = solve(
        years=years((2026, 1), (2027, 1)),
        processes=table(
            "process region commodity unit_cost capacity first_year last_year",
            ("CN works", "CN", "oxide", 50),
            ("US old", "US", "oxide", 70, None, 2026, 2026),
            ("US new", "US", "oxide", 80, None, 2027, 2027),
        ),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 20, 20)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 15, 15)),
    )
    tariff = row(result, "tariff")
    assert result.tariffs[["tariff", "least_levy", "most_levy"]].iloc[0].tolist() == approx([20, 20, 30])
    assert tariff[["buyers", *TREASURY]].tolist() == approx([2.8, 0.6, 0.05, 0, 0])
    assert row(result, "border")[["buyers", *TREASURY]].tolist() == approx([3.0, 0.75, 0, 0, 0])
    closes(result)


@pytest.mark.parametrize(
    ("room", "told"),
    [
        (None, "0.050 million USD must be paid to those who lose."),
        (16, "0.010 million USD tempt others."),
    ],
)
def test_only_what_the_nearest_tariff_costs_is_told(room: float | None, told: str) -> None:
    """At 20 in both years the works of the second lose 10 on 5 t at a price of 70; where China can send but 1 t more than
    the cap has, a price of 80 tempts that at 10 a kg and nobody loses."""
    result = solve(
        years=years((2026, 1), (2027, 1)),
        processes=table(
            "process region commodity unit_cost capacity first_year last_year",
            ("CN works", "CN", "oxide", 50, room),
            ("US old", "US", "oxide", 70, None, 2026, 2026),
            ("US new", "US", "oxide", 80, None, 2027, 2027),
        ),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 20, 20)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 15, 15)),
    )
    (said,) = [sentence for sentence in result.sentences if sentence.startswith("No one tariff")]
    assert said.endswith(f"at the nearest (oxide 20.00 USD/kg) {told}")


def test_a_tariff_is_the_same_in_all_members() -> None:
    """Caps of their own ask for levies of 30 in the US and 10 in Japan, who use 10 t each and make 5: at 10 the works in
    the US lose 20 on 5 t."""
    result = solve(
        processes=table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", 80),
            ("JP works", "JP", "oxide", 60),
        ),
        routes=table(
            "origin destination commodity freight limit",
            ("*", "*", "*", 0, None),
            ("JP", "US", "*", 0, 0),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "a", "oxide", 200, 10),
            ("JP", "a", "oxide", 200, 10),
        ),
        caps=table("scope commodity basis 2026", ("US", "oxide", "tonnes", 5), ("JP", "oxide", "tonnes", 5)),
    )
    assert result.tariffs["tariff"].tolist() == approx([10])
    assert row(result, "tariff")["support"] == approx(0.1)
    assert row(result, "tariff", "JP")["levies"] == approx(0.05)
    closes(result)


def test_a_minimum_is_held_otherwise_at_the_plan_that_it_makes() -> None:
    """Under a minimum of 33 all 100 t are made at home at 20: without a levy at 10, the treasury pays the difference."""
    result = plant(
        processes=table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 10),
            ("US works", "US", "oxide", 20),
        ),
        caps=None,
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 33)),
        reference_prices=table("commodity 2026", ("oxide", 10)),
    )
    assert row(result, "border")[["buyers", *TREASURY]].tolist() == approx([2.0, 0, 0, 0, 0])
    assert row(result, "contracts")[["buyers", *TREASURY]].tolist() == approx([1.0, 0, 1.0, 0, 0])
    assert result.tariffs["tariff"].tolist() == approx([10])
    closes(result)


def test_a_minimum_that_material_pays_is_a_levy_that_no_contract_needs() -> None:
    """At 60 a kg nobody in the US makes any: the plan stands at 50 as it does at 70."""
    result = solve(
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 70)),
        reference_prices=table("commodity 2026", ("oxide", 50)),
    )
    assert row(result, "border")[["buyers", "levies"]].tolist() == approx([0.7, 0.2], rel=1e-3)
    for name in ("contracts", "grants", "tariff", "guarantee"):
        assert row(result, name)[["buyers", *TREASURY]].tolist() == approx([0.5, 0, 0, 0, 0], abs=1e-9)
    closes(result)


def test_without_a_levy_those_who_go_short_are_rationed_and_paid_nothing() -> None:
    """Works for 20 t beside 60 from China, 100 wanted at 200: at the border all pay 200; without a levy 10, and 20 t that
    are wanted at 10 are not had."""
    result = plant(
        processes=table(
            "process region commodity unit_cost capacity", ("CN works", "CN", "oxide", 10), ("US works", "US", "oxide", 8, 20)
        )
    )  # fmt: skip
    assert row(result, "border")[["buyers", "levies", "producers", "unserved"]].tolist() == approx(
        [16, 11.4, 3.84, 4]
    )
    for name in ("contracts", "grants"):
        found = row(result, name)
        assert found[["buyers", *TREASURY, "producers"]].tolist() == approx([0.8, 0, 0, 0, 0, 0.04])
        assert found["unserved"] == approx(4)
    closes(result)


def test_a_grant_is_money_of_the_year_in_which_it_is_paid() -> None:
    """Built in 2027 for two years at 10 % a year, charges of 21 each: the plant lacks 19 a year, 19/21 of its charges, which
    in 2027 is 19 x (1 + 1/1.1)."""
    capital = 21 * (1 / 1.1 + 1 / 1.21)
    result = plant(
        settings=settings(discount_rate=0.1),
        years=years((2026, 1), (2027, 1), (2028, 1)),
        processes=table(
            "process region commodity unit_cost capacity capital_cost lifetime first_year",
            ("CN works", "CN", "oxide", 10),
            ("US works", "US", "oxide", 8, None, capital, 2, 2027),
        ),
        demand=table(
            "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 100, 100, 100)
        ),
        caps=table("scope commodity basis 2027 2028", ("bloc", "oxide", "tonnes", 60, 60)),
    )
    assert result.grants[["process", "year_built"]].iloc[0].tolist() == ["US works", 2027]
    assert result.grants["grant"].tolist() == approx([19 * (1 + 1 / 1.1)])
    assert result.grants["share_of_charges"].tolist() == approx([19 / 21])
    assert row(result, "grants")["grants"] == approx(0.04 * 19 * (1 / 1.1 + 1 / 1.21))
    closes(result)


def test_a_plant_outside_the_bloc_is_paid_by_members_by_what_they_buy() -> None:
    """Australia makes what China may not sell: the US buys twice what Japan does, and pays two thirds."""
    result = solve(
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("AU works", "AU", "oxide", 80)),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 5)),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 7.5)),
    )  # fmt: skip
    assert row(result, "contracts")["support"] == approx(0.225 * 2 / 3)
    assert row(result, "contracts", "JP")["support"] == approx(0.225 / 3)
    assert row(result, "grants")["running"] == approx(0.15)
    closes(result)


def test_levies_that_exporters_keep_are_nobodys_under_the_others() -> None:
    result = plant(settings=settings(rent="exporter"))
    assert row(result, "border", "CN")["producers"] == approx(1.38)
    assert row(result, "tariff", "CN")["producers"] == approx(1.38)
    for name in ("contracts", "grants", "guarantee"):
        assert row(result, name, "CN")["producers"] == approx(0, abs=1e-12)
    closes(result)


def test_rules_on_floors_cost_the_border_what_the_others_do_not_know() -> None:
    """A maximum of 20 leaves 13 on 40 t to make whole; without levies it is 23 as before."""
    result = plant(floor_rules=table("commodity rule 2026", ("oxide", "maximum", 20)))
    assert row(result, "border")[["buyers", *TREASURY]].tolist() == approx([2.0, 0.6, 0.52, 0, 0])
    assert row(result, "contracts")["support"] == approx(0.92)
    closes(result)


def test_what_is_exempt_from_a_minimum_keeps_the_rent_of_a_tariff_too() -> None:
    """A minimum of 30; the pit makes 30 t at 25, and 50 of China's 70 t are exempt. The border takes 20 on the other 20
    t, a tariff of 15 would do; without either the pit loses 15 on its 30 t. The guarantee pays that with the 5 and 20
    that the border leaves the pit and who is exempt."""
    result = plant(
        processes=table(
            "process region commodity unit_cost capacity",
            ("offer", "CN", "oxide", 10),
            ("pit", "US", "oxide", 25, 30),
        ),
        caps=None,
        reference_prices=table("commodity 2026", ("oxide", 10)),
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 30)),
        exemptions=table("origin destination commodity 2026", ("CN", "US", "oxide", 50)),
    )
    of = ["buyers", *TREASURY]
    assert row(result, "border")[of].tolist() == approx([3.0, 0.4, 0, 0, 0], abs=1e-6)
    assert row(result, "contracts")[of].tolist() == approx([1.0, 0, 0.45, 0, 0], abs=1e-6)
    assert row(result, "grants")[of].tolist() == approx([1.0, 0, 0, 0, 0.45], abs=1e-6)
    assert row(result, "tariff")[of].tolist() == approx([2.5, 0.3, 0, 0, 0], abs=1e-6)
    assert row(result, "guarantee")[of].tolist() == approx([1.0, 0, 0.6 + 1.0, 0, 0], abs=1e-6)
    rents = [row(result, name, "CN")["producers"] for name in ("border", "contracts", "grants", "tariff")]
    assert rents == approx([1.0, 0, 0, 0.75], abs=1e-6)
    closes(result)


def test_after_a_surprise_the_years_before_are_the_parents() -> None:
    """The cap falls from 60 to 50 t in 2027, known only then: in 2026 the grant is for 40 t, in 2027 for 50."""
    study = floors.Study(
        plant(
            years=years((2026, 1), (2027, 1)),
            demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 100, 100)),
            caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 60, 60)),
            scenarios=table("scenario known_from", ("tight", 2027)),
            changes=table(
                "scenario sheet where column change value",
                ("tight", "caps", "commodity=oxide", "2027", "set", 50),
            ),
        ).study.tables
    ).scenario("tight")
    result = floors.solve(study)
    assert row(result, "grants")["grants"] == approx(0.92 + 1.15)
    assert row(result, "contracts")["support"] == approx(0.92 + 1.15)
    assert row(result, "contracts")["buyers"] == approx(2.0)
    assert result.tariffs["from_year"].tolist() == [2026, 2027]
    assert result.grants["year_built"].tolist() == [2026, 2027]
    closes(result)


def test_nothing_is_told_where_neither_a_cap_nor_a_minimum_is_set() -> None:
    assert plant(caps=None).instruments.empty
    assert plant(
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", None))
    ).instruments.empty
