"""Names as they stand in a sentence: regions with their article, commodities without what stands in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from floors.brief.tables import Tables
from floors.page.told import listed

MOST_NAMED = 3  # capped regions that are told by name
FEW = 4  # of a list

_WITH_ARTICLE = re.compile(
    r"^(US|USA|EU|UK|UAE|Netherlands|Philippines|United .*|[Rr]est of .*"
    r"|.* (Union|States|Republic|Islands|Emirates|Kingdom))$"
)
_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_ASIDE = re.compile(r"\s*[,(].*$", re.DOTALL)


def counted(number: int) -> str:
    """'four', '13'."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def few(names: Sequence[str], most: int = FEW) -> str:
    """Names in a sentence, or the first of many and how many more there are."""
    more = len(names) - most
    return listed([*names[:most], f"{counted(more)} more"]) if more > 1 else listed(list(names))


def the(name: str) -> str:
    """A name with its article, where English has one: 'the United States', 'Japan'."""
    return f"the {_lower(name)}" if _WITH_ARTICLE.match(name) else name


def of(name: str) -> str:
    """'the United States’', 'Japan’s'."""
    told = the(name)
    return f"{told}’" if told.endswith("s") else f"{told}’s"


def sentence(text: str) -> str:
    """A text that begins a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def _lower(name: str) -> str:
    return f"rest{name[4:]}" if name.startswith("Rest of ") else name


class Names:
    """The names of one study. A region has its full name, a commodity its name up to the first comma or bracket."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        study = tables.study
        self._goods = {
            row["commodity"]: _ASIDE.sub("", row["name"] or "") or row["commodity"]
            for row in study.rows("commodities")
        }
        told = list(self._goods.values())
        # Names that are told apart by an aside alone keep it.
        for row in study.rows("commodities"):
            if told.count(self._goods[row["commodity"]]) > 1:
                self._goods[row["commodity"]] = row["name"] or row["commodity"]
        self._regions = {row["region"]: row["name"] or row["region"] for row in study.rows("regions")}

    def good(self, commodity: str) -> str:
        """A commodity, or a group of them."""
        found: str = self._goods.get(commodity, commodity)
        return found

    def region(self, region: str) -> str:
        """A region as it stands in a table."""
        found: str = self._regions.get(region, region)
        return found

    def the(self, region: str) -> str:
        """A region in a sentence."""
        return the(self.region(region))

    def of(self, region: str) -> str:
        """What is a region's, in a sentence."""
        return of(self.region(region))

    def place(self, market: str) -> str:
        """A region, or a market of one, in a table: 'United States, defence'."""
        region, _, segment = market.partition("/")
        return f"{self.region(region)}, {segment}" if segment else self.region(region)

    def the_place(self, market: str) -> str:
        """A region, or a market of one, in a sentence: 'defence in the United States'."""
        region, _, segment = market.partition("/")
        return f"{segment} in {self.the(region)}" if segment else self.the(region)

    def regions(self, chosen: list[str]) -> str:
        """Regions in a sentence."""
        return listed([self.the(region) for region in chosen])

    def buyer(self, name: str) -> str:
        """A buyer, `region/segment`, in a table; its region alone where all buyers there are of one kind."""
        region, _, segment = name.partition("/")
        kinds = {row["segment"] for row in self._tables.study.rows("demand") if row["region"] == region}
        return self.place(name) if segment and len(kinds) > 1 else self.region(region)

    @property
    def capped(self) -> str:
        """The capped regions in a sentence: by name, or together where there are many."""
        capped = self._tables.capped
        return self.regions(capped) if 0 < len(capped) <= MOST_NAMED else "the capped countries"

    def verb(self, many: str, one: str) -> str:
        """A verb that agrees with the capped regions."""
        return many if len(self._tables.capped) > 1 else one
