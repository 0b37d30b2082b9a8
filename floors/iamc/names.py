"""What regions, goods and money of a study are called in data of the IAMC, or why they cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from floors.errors import InputError, Problem
from floors.study.study import Study

BLOC = "Bloc"
"""The region of sums over the members of the year."""

_TONNES = frozenset({"t", "tonne", "tonnes", "tpa"})
_CURRENCY = re.compile(r"([A-Za-z]{3})(?:[ _]?(\d{4}))?")
# Of nomenclature ; : " `, with what means something else here or in a filter: a level, a direction, anything.
_APART = re.compile(r"""[;:"`|>*\s\x00-\x1f\x7f]+""")


@dataclass(frozen=True)
class Names:
    """`money` is a currency with its year, such as USD_2026; `region` and `commodity` by their short names."""

    money: str
    region: Mapping[str, str]
    commodity: Mapping[str, str]

    def region_of(self, place: str) -> str:
        """The short name of the region of a place, which may be a market `region/segment`."""
        return place if place in self.region else place.partition("/")[0]

    def place(self, place: str) -> str:
        """What a region, or a market `region/segment`, is called."""
        if place in self.region:
            return self.region[place]
        region, _, segment = place.partition("/")
        return f"{self.region[region]}/{_plain(segment)}"


def names_of(study: Study) -> Names:
    """The names of a study. Raises InputError with every cell that stands in the way, and what to write there."""
    problems: list[Problem] = []
    found = Names(_money(study, problems), _regions(study, problems), _goods(study, problems))
    if problems:
        raise InputError(problems)
    return found


def _plain(text: str) -> str:
    """A text as one level of a name."""
    return _APART.sub(" ", text).strip()


def _money(study: Study, problems: list[Problem]) -> str:
    settings = study.settings
    rows = {row["key"]: i for i, row in enumerate(study.rows("settings"))}

    def lacks(key: str, message: str, hint: str) -> None:
        if key in rows:
            problems.append(study.problem("settings", rows[key], "value", message, hint, "iamc_money"))
        else:
            problems.append(Problem("settings", "", None, message, hint, "iamc_money"))

    said = _CURRENCY.fullmatch(settings.currency.strip())
    if said is None:
        lacks(
            "currency",
            f"{settings.currency!r} is no currency that data of the IAMC can name.",
            "Write the three letters of ISO 4217, such as USD or EUR, and the year of prices under price_year.",
        )
        return ""
    code, year = said[1].upper(), int(said[2]) if said[2] else None
    if settings.price_year is None and year is None:
        lacks(
            "price_year",
            f"of what year the {code} of the study are is not said, and {code} without a year would be taken for "
            "that of 2005.",
            "Add a row to sheet settings: price_year, and the year of whose money the prices are.",
        )
    elif settings.price_year is not None and year not in (None, settings.price_year):
        lacks(
            "currency",
            f"{settings.currency!r} is of another year than price_year, {settings.price_year}.",
            "Leave the year out of currency.",
        )
    return f"{code}_{settings.price_year or year}"


def _regions(study: Study, problems: list[Problem]) -> dict[str, str]:
    found = {row["region"]: _plain(str(row["name"] or row["region"])) for row in study.rows("regions")}
    cells = ["name" if row["name"] else "region" for row in study.rows("regions")]
    problems += _refused(study, "regions", list(found.values()), cells, {BLOC.casefold()})
    return found


def _goods(study: Study, problems: list[Problem]) -> dict[str, str]:
    rows, found = study.rows("commodities"), {}
    for i, row in enumerate(rows):
        label = str(row["unit"]).strip()
        word = re.match(r"[A-Za-z]+", label)
        if word is None or word[0].lower() not in _TONNES:
            message = f"{row['commodity']} is in {label!r}, and data of the IAMC would say kt."
            hint = "Every quantity is read in t, whatever the label: write t, or leave the cell blank, where it is."
            problems.append(study.problem("commodities", i, "unit", message, hint, "iamc_unit"))
        levels = str(row["iamc"]).split("|") if row["iamc"] else [str(row["commodity"])]
        found[row["commodity"]] = "|".join(map(_plain, levels))
    cells = ["iamc" if row["iamc"] else "commodity" for row in rows]
    problems += _refused(study, "commodities", list(found.values()), cells, set())
    return found


def _refused(
    study: Study, table: str, names: list[str], columns: list[str], taken: set[str]
) -> Iterator[Problem]:
    """Problems for names with an empty level, and for those that another has."""
    first: dict[str, int] = {}
    for i, (name, column) in enumerate(zip(names, columns, strict=True)):
        write = "iamc" if table == "commodities" else "name"
        hint = f"Write another into column {write}."
        before = first.setdefault(name.casefold(), i)
        if not all(name.split("|")):
            message = f"in data of the IAMC its name would be {name!r}, with a part that is empty."
        elif name.casefold() in taken:
            message = f"in data of the IAMC {name!r} is the sum over the bloc."
        elif before != i:
            message = f"in data of the IAMC it would be {name!r}, and so would record {before + 2}."
        else:
            continue
        yield study.problem(table, i, column, message, hint, "iamc_name")
