"""The bloc's policy: caps, places for rules on floors, Project Vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.books.book import Book
from models.books.figures import DEFINITION, YEARS, Figure, Ground, Series, weakest

MAGNETS = {
    2027: 0.68,
    2028: 0.67,
    2029: 0.65,
    2030: 0.61,
    2031: 0.57,
    2032: 0.53,
    2033: 0.49,
    2034: 0.45,
    2035: 0.40,
}
OXIDES = {
    2027: 0.90,
    2028: 0.82,
    2029: 0.73,
    2030: 0.65,
    2031: 0.60,
    2032: 0.55,
    2033: 0.50,
    2034: 0.45,
    2035: 0.40,
}
FAST = {2027: 0.66, 2028: 0.60, 2029: 0.50} | dict.fromkeys(range(2030, 2036), 0.40)
INERT = "inert: a place for scenarios"
FREIGHT = {c: f"freight of {c} oxide" for c in ("ndpr", "dy", "tb")} | {"magnet": "freight of magnets"}


def add_policy(book: Book, reference: Mapping[str, Sequence[Figure]]) -> None:
    """Sheets caps, floor_rules, stockpiles, releases, stock_targets and funds."""
    _add_caps(book)
    _add_rules(book)
    _add_vault(book, reference)
    _add_reserve_of_japan(book)


def magnet_path(book: Book) -> Series:
    """The base cap on magnets, share of demand."""
    why = "from what is Chinese without policy to 40 %, slowly while plants are built; agreed by nobody"
    return book.path(MAGNETS, "cap on magnets", "share", why)


def fast_path(book: Book) -> Series:
    """A cap on magnets that reaches 40 % in 2030, share of demand."""
    return book.path(FAST, "cap on magnets, fast", "share", "40 % by 2030")


def _add_caps(book: Book) -> None:
    book.add(
        "caps", scope="bloc", commodity="magnet", basis="demand", series=magnet_path(book), note="pooled"
    )
    why = "65 % in 2030 as in the EU's regulation, 40 % in 2035; agreed by nobody"
    oxides = book.path(OXIDES, "cap on each oxide and on metal", "share", why)
    for commodity in ("ndpr", "metal", "dy", "tb"):
        note = "with the cap on magnets, or use would shrink instead"
        book.add("caps", scope="bloc", commodity=commodity, basis="use", series=oxides, note=note)
    banned = book.cited("dfars_share")
    book.add(
        "caps",
        scope="US",
        commodity="magnet",
        segment="defence",
        basis="demand",
        series=Series({year: banned for year in YEARS if year >= 2027}, (banned,), "from 2027"),
        note="a ban; the rule goes back to the mine, this cap only to the magnet",
    )
    book.add("caps", ground=DEFINITION, note=INERT, scope="US", commodity="magnet", basis="demand")
    book.add(
        "caps", ground=DEFINITION, note=INERT, scope="EU", commodity="magnet", origin="each", basis="demand"
    )


def _add_rules(book: Book) -> None:
    for commodity, rule in (
        ("ndpr", "minimum"),
        ("magnet", "maximum"),
        ("*", "max_rise_share"),
        ("*", "max_fall_share"),
    ):
        book.add("floor_rules", ground=DEFINITION, note=INERT, commodity=commodity, rule=rule)


def _add_vault(book: Book, reference: Mapping[str, Sequence[Figure]]) -> None:
    loan, private, days = book.cited("vault_loan"), book.cited("vault_private"), book.cited("vault_days")
    total = book.derived(
        loan + private, "Project Vault, in all", "M USD", "10,000 + 1,670, for all minerals", loan, private
    )
    rate = book.assumed(
        0.05,
        "Project Vault, rate of the loan",
        "per year",
        "not published; some half a point over ten-year bonds",
        "low",
    )
    private_rate = book.assumed(
        0.1, "Project Vault, return on private capital", "per year", "not published", "low"
    )
    book.add(
        "funds",
        fund="Project Vault",
        amount=total,
        rate=rate,
        private=private,
        private_rate=private_rate,
        note="for all critical minerals, 10,000 of it lent by EXIM for 15 years; rare earths take a small part",
    )
    storage = book.cited("storage")
    quarter = book.assumed(
        0.25,
        "Project Vault, cover added a year",
        "share",
        "no schedule is known: nothing was bought by October 2026; full in the fourth year, 2030",
        "medium",
    )
    rooms = {
        c: book.assumed(
            value, f"Project Vault, room for {c}", unit, f"60 days of US use in 2035 are {days_of}", "medium"
        )
        for c, value, unit, days_of in (
            ("ndpr", 1200.0, "t", "some 700 t, and more with more plants"),
            ("dy", 40.0, "t", "some 20 t"),
            ("tb", 8.0, "t", "some 5 t"),
            ("magnet", 3000.0, "t", "2,445 t; without a limit it would import ahead of each tighter cap"),
        )
    }
    vault_status = Ground("assumption", "medium", ("vault_status_2026", "assumption"))
    worth = {
        row["commodity"]: book.derived(
            float(row[YEARS[-1]] or 0) - (sold := book.figures[FREIGHT[str(row["commodity"])]]),
            f"Project Vault, worth of {row['commodity']} at the end",
            "USD/kg",
            "its reference price of 2035 less freight",
            *reference[str(row["commodity"])],
            sold,
        )
        for row in book.sheets["reference_prices"]
        if row["commodity"] in reference
    }
    for commodity in ("ndpr", "dy", "tb", "magnet"):
        name = f"Vault {commodity}"
        book.add(
            "stockpiles",
            ground=DEFINITION,
            stockpile=name,
            region="US",
            commodity=commodity,
            capacity=rooms[commodity],
            holding_cost=storage,
            closing_value=worth[commodity],
            fund="Project Vault",
            note="opens empty: actual stocks are not published; worth at the end what China asks",
        )
        book.add(
            "releases",
            dict.fromkeys(YEARS, 0),
            ground=vault_status,
            stockpile=name,
            note="a reserve for an emergency: nothing is let go in the base, a shock opens it",
        )
        book.add(
            "stock_targets",
            ground=weakest(
                (days.ground, quarter.ground, Ground("retrieved", "medium", ("vault_status_2026",)))
            ),
            note="60 days are announced; none before 2027; a quarter more each year until then is assumed",
            stockpile=name,
        )
        book.sheets["stock_targets"][-1] |= {
            year: f"{days * min(1.0, quarter * (year - YEARS[0])):g} d" for year in YEARS[1:]
        }


def _add_reserve_of_japan(book: Book) -> None:
    """NdPr oxide that Japan holds for an emergency, filled from 2026 to 2028."""
    days, plants = book.cited("jogmec_days"), book.figures["Japan, magnets and blocks made"]
    abroad, per = book.cited("vn_shin_etsu"), book.cited("ndpr_per_magnet")
    full = book.derived(
        days / 365 * (plants + abroad) * per,
        "Japan, reserve of NdPr oxide",
        "t",
        "180 days of what its plants at home and in Vietnam use: 12,700 t x 0.35",
        days,
        plants,
        abroad,
        per,
        confidence="low",
    )
    third = book.assumed(
        1 / 3,
        "Japan, reserve filled a year",
        "share",
        "what is there is secret: as if it began empty in 2026",
    )
    room = book.derived(full * 1.01, "Japan, room of its reserve", "t", "a hundredth above it", full)
    name = "Japan ndpr"
    worth = book.figures["Project Vault, worth of ndpr at the end"]
    book.add(
        "stockpiles",
        stockpile=name,
        region="JP",
        commodity="ndpr",
        capacity=room,
        holding_cost=book.cited("storage"),
        closing_value=worth,
        note="a reserve of the state: most of it can only be oxide of Lynas",
    )
    book.add(
        "releases",
        dict.fromkeys(YEARS, 0),
        ground=third.ground,
        stockpile=name,
        note="for an emergency: a shock opens it",
    )
    values = {year: full * min(1.0, third * (year - YEARS[0] + 1)) for year in YEARS}
    book.add(
        "stock_targets",
        stockpile=name,
        series=Series(values, (full, third), "a third of 180 days more each year to 2028"),
    )
