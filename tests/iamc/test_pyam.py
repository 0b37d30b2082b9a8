"""pyam and iam-units themselves take what is written. pyam stands in the extra `iamc`, and .ci/run has an environment for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import floors
from floors.iamc.written import records, write
from tests.support.places import ROOT
from tests.support.studies import settings, study, table, years

units: Any = pytest.importorskip("iam_units", reason="iam-units is in the extra dev")


@pytest.fixture(scope="module")
def pyam() -> Any:
    """The library; loading it takes seconds."""
    return pytest.importorskip(
        "pyam", reason="pyam is in the extra iamc: it and dev want other versions of one package"
    )


@pytest.fixture(scope="module")
def result() -> floors.Result:
    """Two years, a cap, a stock, something built and recycled: every variable there is."""
    return floors.solve(
        study(
            settings=settings(price_year=2020),
            years=years((2026, 1), (2027, 1)),
            commodities=table(
                "commodity iamc", ("ore",), ("oxide", "Non-Ferrous Metals|Nickel"), ("magnet",)
            ),
            caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.4, 0.2)),
            processes=table(
                "process region commodity unit_cost capacity capital_cost renews",
                ("CN works", "CN", "oxide", 50, None, None, False),
                ("US works", "US", "oxide", 80, 4, 100, False),
                ("US shredder", "US", "oxide", 20, 1, None, True),
            ),
            stockpiles=table("stockpile region commodity opening", ("Vault", "US", "oxide", 1)),
            demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 900, 10, 12)),
        )
    )


def test_every_unit_is_known(result: floors.Result) -> None:
    """By the registry of iam-units, and of what it should be."""
    kinds = {
        "USD_2020/t": "[currency] / [mass]",
        "kt": "[mass]",
        "kt/yr": "[mass] / [time]",
        "kt/yr/yr": "[mass] / [time] ** 2",
        "million USD_2020/yr": "[currency] / [time]",
    }
    written = set(result.to_iamc()["unit"])
    assert written == set(kinds)
    for unit in written:
        assert units.registry(unit).dimensionality == units.registry.get_dimensionality(kinds[unit])
    # 1 USD/kg in 2020 is 1000 USD_2020/t; a bare USD is another
    assert units.registry("1 USD_2020/kg").to("USD_2020/t").magnitude == pytest.approx(1000)
    assert units.registry("1 USD").to("USD_2005").magnitude == 1
    assert units.registry("1 USD_2020").to("USD_2005").magnitude < 0.8


def test_every_variable_is_on_the_page(result: floors.Result) -> None:
    page = (ROOT / "docs" / "iamc.md").read_text(encoding="utf-8").replace("\\|", "|")
    for variable in set(result.to_iamc()["variable"]):
        kind = variable.replace("Non-Ferrous Metals|Nickel", "{good}")
        base, _, second = kind.rpartition("|Secondary")
        assert f"`{kind}`" in page or (base and not second and f"`{base}|Primary`, `|Secondary`" in page), (
            variable
        )


def test_pyam_takes_the_frame(pyam: Any, result: floors.Result) -> None:
    frame = result.to_iamc()
    data = pyam.IamDataFrame(frame)
    keys = ["model", "scenario", "region", "variable", "unit", "year"]
    told = frame.set_index(keys)["value"].sort_index()
    read = data.data.set_index(keys)["value"].sort_index()
    assert read.to_dict() == told.to_dict()
    assert data.year == [2026, 2027]
    assert (
        data.filter(region="Bloc", variable="Production|Non-Ferrous Metals|Nickel", year=2026)
        .data["value"]
        .sum()
        > 0
    )


@pytest.mark.parametrize("name", ["data.xlsx", "data.csv"])
def test_pyam_reads_the_file(pyam: Any, result: floors.Result, tmp_path: Path, name: str) -> None:
    path = write(records(result.iamc_scenarios), tmp_path / name)
    data = pyam.IamDataFrame(path)
    assert data.equals(pyam.IamDataFrame(result.to_iamc()))
    assert not data.data["value"].isna().any()


def test_parts_add_up_for_pyam(pyam: Any, result: floors.Result) -> None:
    """Primary and secondary are all of it; net exports come to nothing over all regions."""
    data = pyam.IamDataFrame(result.to_iamc())
    assert data.check_aggregate("Production|Non-Ferrous Metals|Nickel") is None
    ours = [region for region in data.region if region != "Bloc" and ">" not in region]
    world = data.filter(region=ours).aggregate_region(
        "Trade|Non-Ferrous Metals|Nickel [Volume]", region="World"
    )
    assert list(world.data["value"]) == pytest.approx([0, 0])


def test_pyam_converts_by_the_year_of_money(pyam: Any, result: floors.Result) -> None:
    data = pyam.IamDataFrame(result.to_iamc()).filter(
        variable="Price|Production|Non-Ferrous Metals|Nickel", region="CN"
    )
    price = data.convert_unit("USD_2020/t", "USD_2010/kg").data["value"].iloc[0]
    assert price == pytest.approx(50 * 0.9186 / 1.0869)  # the deflators of iam-units
    given = data.convert_unit("USD_2020/t", "USD_2026/t", factor=1.25).data["value"].iloc[0]
    assert given == pytest.approx(62_500)
