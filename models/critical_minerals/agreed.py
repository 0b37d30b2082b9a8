"""Routes, links and contracts of rare earths: as the full study has them, by the goods that are left."""

from __future__ import annotations

from models.books.book import Book, Cell, Row
from models.books.figures import Figure
from models.critical_minerals.condensed import Condensed, ground, number, together
from models.critical_minerals.goods import HEAVIES, MAGNET, NDPR, Good
from models.critical_minerals.trade import add_limits, add_routes

ELEMENTS = ("dy", "tb")
CONTRACTS = {"US Mountain Pass bastnaesite": "US Mountain Pass", "MY Lynas monazite": "MY Lynas"}


def add_condensed_trade(book: Book, full: Condensed, good: Good) -> None:
    """Sheets routes, route_limits, route_minimums, qualified and contracts."""
    if good.name == MAGNET:
        for row in full.rows("routes", lambda row: row["commodity"] == MAGNET):
            if row["origin"] == "PH" and row["destination"] != "KR":
                continue  # Japan has a row of its own
            changed: dict[str, Cell] = {"origin": "JP" if row["origin"] == "PH" else row["origin"]}
            if row.get("price") is None or _is_agreed(full, row):
                full.copy("routes", row, changed)
            elif row["origin"] == row["destination"]:  # its other years are named, so these must be too
                full.copy("routes", row, changed | {"price": None})
        add_limits(book, good)
    else:
        add_routes(book, good)
        stopped = full.rows("routes", lambda row: row["commodity"] == NDPR and row.get("limit") == 0)
        for row in stopped:
            full.copy("routes", row, {"commodity": good.label})
    _add_agreed(book, full, good)
    if good.name == NDPR:
        for row in full.rows("contracts"):
            full.copy("contracts", row, {"process": f"{CONTRACTS[str(row['process'])]} {NDPR}"})


def _is_agreed(full: Condensed, row: Row) -> bool:
    """True where something must be taken in the years of a price."""
    pair = (row["origin"], row["destination"], MAGNET)
    return any(
        (agreed.get(year) or 0) > 0
        for agreed in full.rows("route_minimums")
        if (agreed["origin"], agreed["destination"], agreed["commodity"]) == pair
        for year in range(int(number(row["first_year"])), int(number(row["last_year"])) + 1)
    )


def _add_agreed(book: Book, full: Condensed, good: Good) -> None:
    """Take-or-pay flows and links; those that go through the Philippines are Japan's, metal is its oxide."""
    for sheet in ("route_minimums", "qualified"):
        found: dict[tuple[str, str], list[Row]] = {}
        for row in full.rows(sheet):
            pair = _pair(good, row, sheet)
            if pair is not None:
                found.setdefault(pair, []).append(row)
        for (origin, destination), rows in found.items():
            cells: dict[str, Cell] = {"origin": origin, "destination": destination, "commodity": good.label}
            if sheet == "route_minimums":
                what = f"{good.title}, {origin}>{destination} agreed"
                parts = [full.years(row, _what(what, row, rows), sheet) for row in rows]
                note = "; ".join(dict.fromkeys(str(row["note"]) for row in rows))
                book.add(sheet, cells, series=together(parts, f"as in inputs/rare_earths.xlsx: {note}"))
                continue
            for column in ("t", "before"):
                parts_of = [_link(book, full, row, column) for row in rows if row.get(column) is not None]
                cells[column] = _sum(book, f"{good.title}, {origin}>{destination}, {column}", parts_of)
            book.add(sheet, cells, note="as in inputs/rare_earths.xlsx")


def _pair(good: Good, row: Row, sheet: str) -> tuple[str, str] | None:
    origin, destination = str(row["origin"]), str(row["destination"])
    commodity = row["commodity"]
    if good.name == HEAVIES and commodity in ELEMENTS:
        return origin, destination
    if good.name == MAGNET and commodity == MAGNET:
        pair = ("JP" if origin == "PH" else origin, destination)
        return None if sheet == "qualified" and pair[0] == pair[1] else pair
    if good.name == NDPR and commodity == NDPR:  # Lynas's oxide is made into metal in Vietnam, for Japan
        return (origin, "JP" if destination == "VN" else destination)
    if good.name == NDPR and commodity == "metal":  # of US oxide where it is not Lynas's
        return ("US" if origin == "VN" else origin, destination)
    return None


def _what(what: str, row: Row, rows: list[Row]) -> str:
    return what if len(rows) == 1 else f"{what}, {row['origin']} {row['commodity']}"


def _link(book: Book, full: Condensed, row: Row, column: str) -> Figure:
    what = f"link for {row['commodity']}, {row['origin']}>{row['destination']}, {column}"
    link = book.take(Figure(number(row[column]), what, "t/yr", ground(row), str(row["note"])))
    if row["commodity"] != "metal":
        return link
    oxide = book.cited("metal_to_oxide")
    return book.derived(link * oxide, f"{what}, as oxide", "t/yr", f"{link:,g} x {oxide:g}", link, oxide)


def _sum(book: Book, what: str, parts: list[Figure]) -> Figure | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return book.derived(sum(parts), what, "t/yr", " + ".join(f"{part:,g}" for part in parts), *parts)
