"""Writes inputs/smallest.xlsx: the five sheets that a model needs, ten rows.

    python -m models.smallest [OUTPUT.xlsx]

One buyer, three sellers, two years, no policy: everything comes from the cheapest. Add a sheet `caps` with
the row bloc, magnet, demand and a share for 2030, and a floor comes out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from models.books.book import Row
from models.books.excel import write_workbook
from models.books.figures import tidy
from models.rare_earths.study import make_tables

OUTPUT = Path(__file__).resolve().parents[1] / "inputs" / "smallest.xlsx"
YEARS = (2026, 2030)
FROM = "rare_earths.xlsx, sheet {}"


def make_smallest() -> dict[str, list[Row]]:
    """Magnets for the European Union, with the numbers of the worked example."""
    full = make_tables()
    price = float(_row(full, "reference_prices", commodity="magnet")[2030] or 0)
    oxides = price - _cost(full, "CN magnets standard")
    demand = [row for row in full["demand"] if row["region"] == "EU"]
    return {
        "years": [{"year": year} for year in YEARS],
        "regions": [
            {"region": "EU", "name": "European Union", "role": "member"},
            {"region": "CN", "name": "China", "role": "capped"},
            {"region": "JP", "name": "Japan", "role": "other"},
        ],
        "commodities": [{"commodity": "magnet", "name": "NdFeB magnets"}],
        "processes": [
            _process("China", "CN", price, None, FROM.format("reference_prices, magnet, 2030")),
            *(
                _process(
                    f"{region} magnets",
                    region,
                    oxides + _cost(full, f"{region} magnets standard") + metal,
                    float(_row(full, "capacities", process=f"{region} magnets")[2030] or 0),
                    FROM.format("processes, and the oxides in a Chinese magnet of 2030"),
                )
                for region, metal in (("EU", 0.0), ("JP", _metal(full)))
            ),
        ],
        "demand": [
            {
                "region": "EU",
                "segment": "all",
                "commodity": "magnet",
                "value": 300.0,
                **{year: tidy(sum(float(row[year] or 0) for row in demand)) for year in YEARS},
                "source": FROM.format("demand, EU, all segments"),
            }
        ],
    }


def _row(tables: dict[str, list[Row]], sheet: str, **key: str) -> Row:
    """The one row with this key."""
    (found,) = [row for row in tables[sheet] if all(row[name] == value for name, value in key.items())]
    return found


def _metal(full: dict[str, list[Row]]) -> float:
    """USD a kg of magnet of making the metal in it, where it is bought."""
    use = _row(full, "technologies", technology="magnet standard of metal", commodity="metal")["coefficient"]
    return -float(use or 0) * _cost(full, "VN metal")


def _cost(tables: dict[str, list[Row]], process: str) -> float:
    return float(_row(tables, "processes", process=process)["unit_cost"] or 0)


def _process(name: str, region: str, cost: float, capacity: float | None, source: str) -> Row:
    return {
        "process": name,
        "region": region,
        "commodity": "magnet",
        "unit_cost": tidy(cost),
        "capacity": capacity,
        "source": source,
    }


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    write_workbook(make_smallest(), (), path)
    print(path)
