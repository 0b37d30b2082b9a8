"""Mines outside China: what runs, what is planned, what could be built."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import Figure, Series, between
from models.books.production import Growth, add_process


def add_mines(book: Book, monazite_yield: Figure) -> None:
    """Every mine outside China."""
    _add_mountain_pass(book)
    _add_monazite(book, monazite_yield)
    _add_clay(book)
    _add_browns_range(book)


def _year_zero(book: Book, what: str, unit: str = "t/yr") -> Figure:
    return book.assumed(0.0, f"{what}, before it opens", unit, "not running yet", "high")


def _steps(points: dict[int, Figure], note: str) -> Series:
    """Each value from its year on, without a line between."""
    years = between({min(points): points[min(points)]})
    values = {year: points[max(k for k in points if k <= year)] for year in years}
    return Series(values, points.values(), note)


def _add_mountain_pass(book: Book) -> None:
    now, target, kept = book.cited("mined_us"), book.cited("mp_target"), book.cited("mp_concentrate_2025")
    cost = book.assumed(2.0, "mining, Mountain Pass", "USD/kg REO", "order of magnitude")
    name = "US mine Mountain Pass"
    add_process(
        book, name, "US", commodity="bastnaesite", cost=cost, capacity=between({2026: now, 2028: target})
    )
    book.add(
        "minimums",
        process=name,
        series=between({2026: kept}),
        note="ore is mined ahead of separation and kept; what is not separated is disposed of at no cost",
    )


def _add_monazite(book: Book, monazite_yield: Figure) -> None:
    lynas, feed = book.cited("lynas_2026"), book.cited("weld_feed")
    ndpr = book.derived(
        book.cited("weld_pr") + book.cited("weld_nd"),
        "NdPr in Mt Weld ore",
        "share of TREO",
        "5.16 + 18.13 %",
        book.cited("weld_pr"),
        book.cited("weld_nd"),
    )
    now = book.derived(
        1.01 * lynas / monazite_yield,
        "Mt Weld, mined in 2026",
        "t REO",
        "7,260 t NdPr / 0.22 and a hundredth, so that the plant binds and not both; the survey has 29,000 t for 2025",
        lynas,
        monazite_yield,
        confidence="medium",
    )
    later = book.derived(
        feed / ndpr,
        "Mt Weld, mined after expansion",
        "t REO",
        "12,000 t NdPr / 23.3 %",
        feed,
        ndpr,
        confidence="medium",
    )
    cost = book.assumed(3.5, "mining, Mt Weld", "USD/kg REO", "order of magnitude; part of Lynas's cost")
    add_process(
        book,
        "AU mine Mt Weld",
        "AU",
        commodity="monazite",
        cost=cost,
        capacity=between({2026: now, 2028: later}),
    )

    full = book.cited("eneabba_reo")
    half = book.derived(full / 2, "Eneabba, first year", "t REO", "half of 17,500 t", full)
    stock = book.assumed(2.0, "reclaiming the Eneabba stockpile", "USD/kg REO", "already mined")
    zero = _year_zero(book, "Eneabba")
    add_process(
        book,
        "AU mine Eneabba stockpile",
        "AU",
        commodity="monazite",
        cost=stock,
        capacity=_steps(
            {2026: zero, 2028: half, 2029: full},
            "from 2028, in full from 2029: commissioning 2027 and a year of start-up",
        ),
    )
    zero = _year_zero(book, "new monazite")
    capital = book.assumed(
        30.0, "new monazite mine", "USD per kg/yr REO", "mineral sands, of which monazite is a part"
    )
    lead = book.assumed(
        3.0,
        "years to open a mine or build separation",
        "years",
        "permits in hand; 7-15 without",
        "low-medium",
    )
    for region, name, unit, yearly, total, projects in (
        ("AU", "AU mine mineral sands", 5.0, 3000.0, 12000.0, "Donald, Wimmera and similar"),
        (
            "RW",
            "RW mine monazite new",
            4.5,
            4000.0,
            24000.0,
            "Toliara and similar, feed of White Mesa phase 2: 5,000 t NdPr / 0.22",
        ),
    ):
        add_process(
            book,
            name,
            region,
            commodity="monazite",
            cost=book.assumed(unit, f"mining, {name}", "USD/kg REO", projects),
            capacity=zero,
            growth=Growth(
                capital,
                lead,
                book.assumed(yearly, f"most built a year, {name}", "t/yr per year", projects),
                book.assumed(total, f"most built in all, {name}", "t/yr", projects),
            ),
            note=projects,
        )
    sands = book.assumed(4.0, "mining, beach sands and other monazite", "USD/kg REO", "order of magnitude")
    add_process(
        book, "IN mine beach sands", "IN", commodity="monazite", cost=sands, capacity=book.cited("mined_in")
    )
    parts = [book.cited(f"mined_{c}") for c in ("mg", "ng", "ru", "other")]
    rest = book.derived(
        sum(parts),
        "rest of world, monazite and loparite",
        "t REO",
        "Madagascar, Nigeria, Russia and others",
        *parts,
    )
    add_process(book, "RW mine monazite", "RW", commodity="monazite", cost=sands, capacity=rest)


def _add_clay(book: Book) -> None:
    low = book.assumed(
        9.0,
        "clay mining, Myanmar, Laos, Thailand",
        "USD/kg REO",
        "order of magnitude; 18-24 USD/kg gross is paid at the Chinese border",
    )
    add_process(book, "MM mine clay", "MM", commodity="clay", cost=low, capacity=book.cited("mined_mm"))
    gross = book.cited("laos_gross")
    content = book.assumed(
        0.42,
        "REO in shipments of rare-earth compounds",
        "share",
        "carbonate holds about half; not in the survey",
    )
    laos = book.derived(gross * content, "Laos, ionic clay", "t REO", "10,748 t gross x 0.42", gross, content)
    thailand = book.cited("mined_th")
    both = book.derived(
        thailand + laos, "Thailand and Laos, ionic clay", "t REO", "4,800 and Laos", thailand, laos
    )
    add_process(book, "RW mine clay", "RW", commodity="clay", cost=low, capacity=both)
    high = book.assumed(14.0, "clay mining, Vietnam and Malaysia", "USD/kg REO", "order of magnitude")
    add_process(book, "VN mine", "VN", commodity="clay", cost=high, capacity=book.cited("mined_vn"))
    more = book.assumed(
        2000.0, "Malaysia, ionic clay, 2030", "t REO", "raw exports are banned; pilots for Lynas"
    )
    add_process(
        book,
        "MY mine clay",
        "MY",
        commodity="clay",
        cost=high,
        capacity=between({2026: book.cited("mined_my"), 2030: more}),
    )
    leaving, full = book.cited("serra_exit_2026"), book.cited("serra_2027")
    now = book.derived(
        leaving / 2,
        "Serra Verde, 2026",
        "t REO",
        "from nearly nothing in 2025 (2.5 M USD of revenue, though the survey has 2,000 t) to a rate of 4,000 at "
        "end-2026",
        leaving,
        confidence="low-medium",
    )
    ramp = book.derived(
        (leaving + full) / 2,
        "Serra Verde, 2027",
        "t REO",
        "mean of the rates of end-2026 and end-2027",
        leaving,
        full,
    )
    cost = book.assumed(10.0, "clay mining, Serra Verde", "USD/kg REO", "order of magnitude")
    add_process(
        book,
        "BR mine Serra Verde",
        "BR",
        commodity="clay",
        cost=cost,
        capacity=between({2026: now, 2027: ramp, 2028: full}),
    )
    loan = book.cited("serra_loan")
    capital = book.derived(
        loan / full * 1000,
        "new clay mine",
        "USD per kg/yr REO",
        "465 M USD / 6,400 t",
        loan,
        full,
        confidence="low",
    )
    projects = "Carina (191 t Dy and Tb, 2028), Caldeira, Colossus"
    add_process(
        book,
        "BR mine clay new",
        "BR",
        commodity="clay",
        cost=book.assumed(13.0, "clay mining, new in Brazil", "USD/kg REO", projects),
        capacity=_year_zero(book, "new clay"),
        growth=Growth(
            capital,
            book.assumed(
                3.0,
                "years to open a mine or build separation",
                "years",
                "permits in hand; 7-15 without",
                "low-medium",
            ),
            book.assumed(2500.0, "most built a year, BR mine clay new", "t/yr per year", projects),
            book.assumed(20000.0, "most built in all, BR mine clay new", "t/yr", projects),
        ),
        note=projects,
    )


def _add_browns_range(book: Book) -> None:
    rate = book.assumed(0.66, "US dollars per Australian dollar", "USD/AUD", "0.65-0.70 in 2025-26", "medium")
    treo, capital, running = book.cited("browns_treo"), book.cited("browns_capex"), book.cited("browns_opex")
    share = book.assumed(
        0.072,
        "Dy and Tb in TREO of Browns Range",
        "share",
        "xenotime: about 8 % of the world's Dy and Tb, 310 t",
    )
    size = book.derived(treo * share, "Browns Range, Dy and Tb", "t/yr", "4,350 t x 7.2 %", treo, share)
    add_process(
        book,
        "AU mine Browns Range",
        "AU",
        commodity="hre",
        cost=book.derived(
            running * rate / share,
            "Browns Range, cost",
            "USD/kg Dy+Tb",
            "31.25 AUD x 0.66 / 7.2 %",
            running,
            rate,
            share,
        ),
        capacity=_year_zero(book, "Browns Range"),
        growth=Growth(
            book.derived(
                capital * rate / size * 1000,
                "Browns Range, capital per kg",
                "USD per kg/yr Dy+Tb",
                "592 M AUD x 0.66 / 313 t",
                capital,
                rate,
                size,
            ),
            book.assumed(
                3.0,
                "years to open a mine or build separation",
                "years",
                "permits in hand; 7-15 without",
                "low-medium",
            ),
            total=size,
        ),
        note="no earlier than 2029; all cost on Dy and Tb",
    )
