"""What else could happen: one subject a function, each a few rows of `scenarios` and `changes`."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book
from models.books.changes import ALL_CAPPED, NO_CAPS, Change, add_scenario
from models.books.figures import Figure, Ground, Series
from models.rare_earths.caps import fast_path
from models.rare_earths.levers import add_duty, add_evasion, add_friction, add_leaving, add_rules_of_law

OUTSIDE = ("JP", "EU", "US", "KR", "VN", "MY", "IN", "RW")


def add_scenarios(book: Book, demand: Mapping[str, Figure]) -> None:
    """Sheets scenarios and changes."""
    _caps(book)
    _membership(book)
    add_leaving(book)
    _embargoes(book)
    _vault(book)
    _dumping(book)
    _licences(book, demand)
    _supply(book)
    add_evasion(book)
    add_rules_of_law(book)
    add_duty(book)
    add_friction(book)
    _rules(book)
    _demand(book)


def _path(where: str, path: Series) -> list[Change]:
    return [("caps", where, year, "set", share) for year, share in zip(path, path.basis, strict=True)]


def _caps(book: Book) -> None:
    add_scenario(book, "free trade", "No caps: what is Chinese without policy.", NO_CAPS)
    add_scenario(
        book,
        "magnets only",
        "Caps on magnets, none on oxides and metal: floors as in the base.",
        [("caps", "basis=use", ALL_CAPPED, "set", None)],
    )
    add_scenario(
        book,
        "oxides only",
        "Caps on oxides and metal, none on magnets but for US defence: they ask for nothing.",
        [("caps", "scope=bloc; commodity=magnet", ALL_CAPPED, "set", None)],
    )
    add_scenario(
        book,
        "fast path",
        "Magnets at 40 % by 2030: plants cannot be built in time.",
        _path("scope=bloc; commodity=magnet", fast_path(book)),
    )
    add_scenario(
        book,
        "national caps",
        "Each member keeps the path by itself: what pooling is worth.",
        [("settings", "key=coordination", "value", "set", "national")],
    )
    add_scenario(
        book,
        "one floor",
        "One floor for all members, as announced: what it costs where their links differ.",
        [("settings", "key=coordination", "value", "set", "bloc")],
    )
    add_scenario(
        book,
        "third country 65 %",
        "The EU's rule alone: no third country over 65 % of its magnets from 2030.",
        [*NO_CAPS, ("caps", "scope=EU; origin=each", "2030-2035", "set", book.cited("crma_share"))],
        ground=book.cited("crma_share").ground,
    )


def _membership(book: Book) -> None:
    add_scenario(
        book,
        "nine members",
        "Korea, India, the United Kingdom, Canada and Australia join.",
        [("regions", f"region={r}", "role", "set", "member") for r in ("KR", "IN", "UK", "CA", "AU")],
    )


def _embargoes(book: Book) -> None:
    def closed(since: int) -> list[Change]:
        years = f"{since}-2035"
        return [
            ("route_limits", "origin=CN", years, "set", 0),
            ("stock_targets", "stockpile=*", years, "set", None),
            ("releases", "stockpile=*", years, "set", None),
            ("route_minimums", "origin=JP; destination=JP; commodity=magnet", years, "set", None),
        ]

    text = "Nothing leaves China from {}; reserves may be used, and Japan's makers need not deliver. {}"
    add_scenario(book, "embargo foreseen", text.format(2028, "Known from the start."), closed(2028))
    for since in (2028, 2033):
        add_scenario(
            book,
            f"embargo {since}",
            text.format(since, "A surprise, after the caps."),
            closed(since),
            known_from=since,
            probability=book.assumed(
                0.1,
                f"probability of an embargo from {since}",
                "share",
                "for floors risk; nobody knows: vary it",
            ),
        )
    add_scenario(
        book,
        "embargo 2033 without caps",
        text.format(2033, "A surprise, after free trade: what the caps are worth as insurance."),
        closed(2033),
        parent="free trade",
        known_from=2033,
    )


def _vault(book: Book) -> None:
    without: list[Change] = [
        ("funds", "fund=Project Vault", "amount", "set", 0),
        ("funds", "fund=Project Vault", "private", "set", None),
        *(
            change
            for c in ("ndpr", "dy", "tb", "magnet")
            for change in (
                ("stockpiles", f"stockpile=Vault {c}", "capacity", "set", 0),
                ("stock_targets", f"stockpile=Vault {c}", "years", "set", None),
            )
        ),
    ]
    add_scenario(
        book,
        "Vault trades",
        "The Vault may sell whatever is above its target: a fund that trades, not a reserve.",
        [("releases", f"stockpile=Vault {c}", "years", "set", None) for c in ("ndpr", "dy", "tb", "magnet")],
    )
    add_scenario(
        book, "no Vault", "No fund and no stockpiles of the Vault: what it costs without a shock.", without
    )


def _dumping(book: Book) -> None:
    cut = book.assumed(
        0.6,
        "dumping, Chinese prices over those of the base",
        "ratio",
        "NdPr fell by more between 2022 and 2024",
    )
    changes: list[Change] = [
        ("processes", "region=CN", "unit_cost", "multiply", cut),
        ("unit_costs", "process=CN recycling swing", "years", "multiply", cut),
        ("reference_prices", "commodity=*", "years", "multiply", cut),
    ]
    add_scenario(
        book,
        "dumping",
        "China sells at 0.6 of its prices, which are then below its costs: the levy makes up for it on magnets.",
        changes,
        probability=book.assumed(
            0.2, "probability of dumping", "share", "for floors risk; nobody knows: vary it"
        ),
    )
    add_scenario(
        book,
        "dumping without caps",
        "China sells at 0.6 of its prices, and nobody answers.",
        changes,
        parent="free trade",
    )
    add_scenario(
        book,
        "dumping, NdPr at least 110",
        "The same with a minimum on NdPr: nobody in the bloc buys Chinese NdPr, so nobody pays it.",
        [("floor_rules", "commodity=ndpr; rule=minimum", "years", "set", book.cited("contract_floor"))],
        parent="dumping",
    )


def _licences(book: Book, demand: Mapping[str, Figure]) -> None:
    half = book.assumed(
        0.5,
        "heavy licences, magnets let out over demand of 2025",
        "ratio",
        "magnets that hold Dy or Tb need a licence; about half do not",
    )
    changes: list[Change] = [
        ("route_limits", f"destination=member; commodity={c}", ALL_CAPPED, "set", 0) for c in ("dy", "tb")
    ]
    for region in ("US", "EU", "JP", "MX"):
        let_out = book.derived(
            demand[region] * half,
            f"heavy licences, magnets to {region}",
            "t/yr",
            "demand of 2025 x 0.5",
            demand[region],
            half,
        )
        changes.append(
            ("route_limits", f"destination={region}; commodity=magnet", ALL_CAPPED, "set", let_out)
        )
    add_scenario(
        book,
        "heavy licences",
        "China licenses no Dy and Tb for members from 2027, and magnets only for half their demand of 2025.",
        changes,
        ground=Ground("assumption", "low", ("assumption", "license_2025")),
    )


def _supply(book: Book) -> None:
    slow = book.assumed(
        0.5,
        "slow build-out, yearly building over the base",
        "ratio",
        "permits, skills, equipment that China no longer exports",
    )
    add_scenario(
        book,
        "slow build-out",
        "Half as much can be built in a year.",
        [
            (sheet, f"{key}=*", "max_build", "multiply", slow)
            for sheet, key in (("processes", "process"), ("plants", "plant"))
        ],
    )
    for name, factor, word in (("cheap conversion", 0.8, "20 % less"), ("dear conversion", 1.2, "20 % more")):
        ratio = book.assumed(
            factor,
            f"{name}, cost over the base",
            "ratio",
            "the least known number that matters: 40-70 USD/kg",
        )
        add_scenario(
            book,
            name,
            f"Making magnets outside China costs {word}.",
            [("processes", f"plant={region} magnets", "unit_cost", "multiply", ratio) for region in OUTSIDE],
        )
    add_scenario(
        book,
        "without the 10X offtake",
        "Only 1,200 t of US magnets are bought under contract: what the signed offtake of 10X does.",
        [
            (
                "route_minimums",
                "origin=US; destination=US; commodity=magnet",
                "2029-2035",
                "set",
                book.figures["magnets under contract, US to US"],
            )
        ],
        ground=Ground("assumption", "medium", ("mp_8k_2025", "assumption")),
    )


def _rules(book: Book) -> None:
    floor = book.cited("contract_floor").ground
    most = book.assumed(0.1, "stable floors, change a year", "share", "round number", "medium")
    ceiling = book.assumed(
        85.0,
        "ceiling on floors, magnets",
        "USD/kg",
        "between what the base floors reach in 2034 and 2035",
        "medium",
    )
    add_scenario(
        book,
        "NdPr at least 110",
        "The floor of the MP and Lynas contracts as a border minimum on NdPr: it holds nothing up.",
        [("floor_rules", "commodity=ndpr; rule=minimum", "years", "set", book.cited("contract_floor"))],
        ground=floor,
    )
    add_scenario(
        book,
        "stable floors",
        "Floors rise and fall by at most 10 % a year: what stability costs.",
        [
            ("floor_rules", f"rule={rule}", "years", "set", most)
            for rule in ("max_rise_share", "max_fall_share")
        ],
    )
    add_scenario(
        book,
        "ceiling on floors",
        "No floor on magnets above 85 USD/kg.",
        [("floor_rules", "commodity=magnet; rule=maximum", "years", "set", ceiling)],
    )


def _demand(book: Book) -> None:
    elastic = book.assumed(
        -0.3,
        "elasticity of magnet demand",
        "",
        "motors can be built with less, or without; little in the short run",
    )
    add_scenario(
        book,
        "elastic demand",
        "Buyers of members use less when magnets are dearer.",
        [("demand", f"region={r}", "elasticity", "set", elastic) for r in ("US", "EU", "JP", "MX")],
    )
