"""What goods, regions and money are called in data of the IAMC, and what is refused at which cell."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.iamc.names import names_of
from tests.support.studies import settings, study, table

IN_2020 = settings(price_year=2020)


def problems(**sheets: Any) -> list[tuple[str, str]]:
    """Place and code of every fault."""
    with pytest.raises(floors.InputError) as refused:
        names_of(study(**({"settings": IN_2020} | sheets)))
    return [(problem.place, problem.code) for problem in refused.value.problems]


def test_money_has_its_year() -> None:
    assert names_of(study(settings=IN_2020)).money == "USD_2020"
    assert names_of(study(settings=settings(price_year=2020, currency="eur"))).money == "EUR_2020"
    for written in ("USD_2020", "USD 2020", "USD2020"):
        assert names_of(study(settings=settings(currency=written))).money == "USD_2020"
        assert names_of(study(settings=settings(currency=written, price_year=2020))).money == "USD_2020"


def test_money_without_a_year_is_refused() -> None:
    with pytest.raises(floors.InputError, match="price_year, and the year of whose money") as refused:
        floors.solve(study()).to_iamc()
    assert [(one.place, one.code) for one in refused.value.problems] == [("settings", "iamc_money")]
    assert problems(settings=settings(currency="US$", price_year=2020)) == [("settings!B3", "iamc_money")]
    assert problems(settings=settings(currency="kUSD", price_year=2020)) == [("settings!B3", "iamc_money")]
    assert problems(settings=settings(currency="USD_2015", price_year=2020)) == [
        ("settings!B3", "iamc_money")
    ]


def test_goods_are_in_tonnes() -> None:
    fine = table("commodity unit", ("ore", "t REO"), ("oxide", None), ("magnet", "tonnes"))
    assert set(names_of(study(settings=IN_2020, commodities=fine)).commodity) == {"ore", "oxide", "magnet"}
    odd = table("commodity unit", ("ore", "kt"), ("oxide", "t"), ("magnet", "pieces"))
    assert problems(commodities=odd) == [("commodities!B2", "iamc_unit"), ("commodities!B4", "iamc_unit")]


def test_goods_are_called_by_the_template_or_by_their_short_names() -> None:
    goods = table("commodity iamc", ("ore", "Non-Ferrous Metals | Nickel Ore"), ("oxide", None), ("magnet",))
    names = names_of(study(settings=IN_2020, commodities=goods))
    assert names.commodity == {"ore": "Non-Ferrous Metals|Nickel Ore", "oxide": "oxide", "magnet": "magnet"}


def test_signs_that_mean_something_else_are_spaces() -> None:
    goods = table("commodity", ("a|b: 'x*'",), ("oxide",), ("magnet",))
    regions = table(
        "region name role", ("US", "U.S.; all", "member"), ("JP", None, "member"), ("CN", 'China > "HK"', "capped"),
        ("AU", "Côte d’Ivoire | West", "other"), ("MY", "Malaysia & more", "other"),
    )  # fmt: skip
    names = names_of(study(settings=IN_2020, commodities=goods, regions=regions))
    assert names.commodity["a|b: 'x*'"] == "a b 'x '"
    assert names.region == {
        "US": "U.S. all",
        "JP": "JP",
        "CN": "China HK",
        "AU": "Côte d’Ivoire West",
        "MY": "Malaysia & more",
    }
    assert (names.place("US/cars"), names.region_of("US/cars"), names.region_of("JP")) == (
        "U.S. all/cars",
        "US",
        "JP",
    )


def test_names_alike_are_refused() -> None:
    goods = table("commodity iamc", ("ore", "Nickel"), ("oxide", "nickel"), ("magnet", "A||B"))
    assert problems(commodities=goods) == [("commodities!B3", "iamc_name"), ("commodities!B4", "iamc_name")]
    regions = table(
        "region name role", ("US", "bloc", "member"), ("JP", "China", "member"), ("CN", "China", "capped"),
        ("AU", None, "other"), ("MY", "||", "other"),
    )  # fmt: skip
    assert problems(regions=regions) == [
        ("regions!B2", "iamc_name"),
        ("regions!B4", "iamc_name"),
        ("regions!B6", "iamc_name"),
    ]


def test_variables_alike_are_refused() -> None:
    """Recycled nickel is nickel's secondary; a commodity of that very name would be the same series."""
    goods = table("commodity iamc", ("ore", None), ("oxide", "Nickel"), ("magnet", "Nickel|Secondary"))
    made = table(
        "process region commodity unit_cost capacity renews",
        ("CN works", "CN", "oxide", 50, None, False),
        ("US shredder", "US", "oxide", 20, 3, True),
        ("US magnets", "US", "magnet", 20, 3, False),
    )
    wanted = table("region segment commodity 2026", ("US", "all", "oxide", 10), ("US", "all", "magnet", 1))
    result = floors.solve(study(settings=IN_2020, commodities=goods, processes=made, demand=wanted))
    with pytest.raises(
        floors.UsageError, match=r"two series would be 'Production\|Nickel\|Secondary' of 'US'"
    ):
        result.to_iamc()
