"""Sheet `uncertainty`: how far each number may be off, by the confidence of its row.

A range is a factor on what the row holds. Its ends are judgements of this study, made once for each confidence and
not number by number; what they rest on stands beside them in sheet `_figures`. What a row holds is this study's best
guess, and so the likeliest: factors are triangular.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.books.book import ASSUMED, Book, Row
from models.books.figures import CONFIDENCES, Ground
from models.books.ranges import CERTAIN, factors

YEARS = "years"
LATER = "2030-2035"
"""Room before stands, is being built, or was counted from what must run and is under contract: it is not moved; nor is
that of magnets in other countries, which ship under contract what they can."""

Where = Callable[[Row], str]


@dataclass(frozen=True)
class Group:
    """Rows that are off together: those of a sheet that `holds` says, in these columns. What China makes and uses is
    one: its quotas follow what its plants ask for."""

    name: str
    sheet: str
    column: str
    holds: Callable[[Row], bool]
    where: str = ""  # of all these rows together, where one confidence is that of each


def _process(*parts: str, china: bool | None = None, but: tuple[str, ...] = ()) -> Callable[[Row], bool]:
    """Processes with one of these words in their name."""

    def holds(row: Row) -> bool:
        name = str(row.get("process") or row.get("plant"))
        inside = name.startswith("CN ")
        return (
            (china is None or inside == china)
            and any(part in name for part in parts)
            and not any(part in name for part in but)
        )

    return holds


def _of(**cells: str) -> Callable[[Row], bool]:
    return lambda row: all(row.get(key) == value for key, value in cells.items())


def _makes(commodity: str, *technologies: str, used: bool) -> Callable[[Row], bool]:
    """Coefficients of what technologies, by the beginning of their names, use or make."""

    def holds(row: Row) -> bool:
        coefficient = row["coefficient"]
        return (
            row["commodity"] == commodity
            and str(row["technology"]).startswith(technologies)
            and isinstance(coefficient, float)
            and (coefficient < 0) == used
        )

    return holds


SEPARATION = ("separate", "Lynas", "Mountain Pass b", "White Mesa m", "Silmet", "Eneabba m", "IREL", "SRC m")
SEPARATION = (*SEPARATION, "separation", "Nolans", "clay feed", "heavy")
MAGNETS = ("magnets", "blocks", "finish")
MADE = ("magnet", "block")
FEEDS = (
    "separate cn_",
    "separate monazite",
    "separate clay",
)  # that of bastnaesite is under contract as NdPr
GROUPS = (
    Group("cost of mining in China", "processes", "unit_cost", _process(" mine ", china=True)),
    Group("cost of mining outside China", "processes", "unit_cost", _process(" mine", china=False)),
    Group("cost of separation in China", "processes", "unit_cost", _process("separate", china=True)),
    Group(
        "cost of separation outside China",
        "processes",
        "unit_cost",
        _process(*SEPARATION, china=False, but=(" mine",)),
    ),
    Group("cost of recycling", "processes", "unit_cost", _process("recycling")),
    Group("cost of recycling", "unit_costs", YEARS, _process("recycling")),
    Group("cost of making metal", "processes", "unit_cost", _process(" metal")),
    Group("cost of magnets in China", "processes", "unit_cost", _process(*MAGNETS, china=True)),
    Group("cost of magnets outside China", "processes", "unit_cost", _process(*MAGNETS, china=False)),
    Group(
        "capital cost of mines and separation",
        "processes",
        "capital_cost",
        _process("", china=False, but=(*MAGNETS, " metal")),
    ),
    Group("capital cost of mines and separation", "plants", "capital_cost", _process("", but=MAGNETS)),
    Group("capital cost of magnets and metal", "processes", "capital_cost", _process(" metal")),
    Group("capital cost of magnets and metal", "plants", "capital_cost", _process("magnets")),
    Group("later room of mines outside China", "capacities", LATER, _process(" mine", china=False)),
    Group(
        "later room of separation outside China",
        "capacities",
        LATER,
        _process("", china=False, but=(" mine", *MAGNETS, "metal", "recycling")),
    ),
    Group("size of China's industry", "capacities", YEARS, _process("", china=True)),
    Group("size of China's industry", "demand", YEARS, _of(region="CN"), "region=CN"),
    Group("room of recycling in the bloc", "capacities", YEARS, _process("recycling", china=False)),
    Group(
        "later room of magnet plants outside China",
        "capacities",
        LATER,
        _process("magnets", china=False, but=("RW ",)),
    ),
    Group("yield of NdPr", "technologies", "coefficient", _makes("ndpr", *FEEDS, used=False)),
    *(
        Group("yield of Dy and Tb", "technologies", "coefficient", _makes(good, "separate", used=False))
        for good in ("seg", "hre")
    ),
    *(
        Group("NdPr in a magnet", "technologies", "coefficient", _makes(good, *MADE, used=True))
        for good in ("ndpr", "metal")
    ),
    *(
        Group("Dy and Tb in a magnet", "technologies", "coefficient", _makes(good, *MADE, used=True))
        for good in ("dy", "tb")
    ),
    Group("prices in China", "reference_prices", YEARS, lambda _: True),
    *(
        Group(f"demand for {segment}", "demand", YEARS, _of(segment=segment), f"segment={segment}")
        for segment in ("defence", "vehicles", "wind", "electronics", "industrial")
    ),
    Group(
        "demand of other countries",
        "demand",
        YEARS,
        lambda row: row["segment"] == "all" and row["region"] != "CN",
    ),
    Group("value of going short", "demand", "value", lambda _: True, "segment=*"),
    Group("cost of a new link", "routes", "qualify_cost", lambda _: True),
    Group("freight", "routes", "freight", lambda _: True),
)


def add_uncertainty(book: Book) -> None:
    """A row for each row that may be off, by its confidence; rows of routes as one, by their lowest."""
    ends = factors(book)
    for name, group in _by_name(GROUPS):
        rows = [(one, where, confidence) for one in group for where, confidence in _rows(book, one)]
        if not rows:
            raise ValueError(f"uncertainty: nothing is in group {name}")
        for one, where, confidence in rows:
            low, high = ends[confidence]
            book.add(
                "uncertainty",
                ground=Ground(ASSUMED, confidence, (ASSUMED,)),
                sheet=one.sheet,
                where=where,
                column=one.column,
                low=low,
                high=high,
                shape="triangular",
                group=name,
            )


def _by_name(groups: Iterable[Group]) -> list[tuple[str, list[Group]]]:
    found: dict[str, list[Group]] = {}
    for one in groups:
        found.setdefault(one.name, []).append(one)
    return list(found.items())


def _rows(book: Book, group: Group) -> list[tuple[str, str]]:
    """Which rows of the sheet are meant, and the confidence of each."""
    found: dict[str, str] = {}
    for row in book.sheets[group.sheet]:
        some = any(isinstance(key, int) and row[key] for key in row)
        confidence = str(row["source_confidence"])
        if not group.holds(row) or not (some if group.column in (YEARS, LATER) else row.get(group.column)):
            continue
        if confidence == CERTAIN:
            continue
        where = _where(group.sheet, row)
        found[where] = max((confidence, found.get(where, confidence)), key=CONFIDENCES.index)
    if group.where and len({*found.values()}) == 1:
        return [(group.where, next(iter(found.values())))]
    return list(found.items())


def _where(sheet: str, row: Row) -> str:
    """The words of column where that match this row; all of routes."""
    keys = {
        "processes": ("process",),
        "unit_costs": ("process",),
        "capacities": ("process",),
        "plants": ("plant",),
        "technologies": ("technology", "commodity"),
        "reference_prices": ("commodity",),
        "demand": ("region", "segment"),
    }.get(sheet)
    return "commodity=*" if keys is None else "; ".join(f"{key}={row[key]}" for key in keys)
