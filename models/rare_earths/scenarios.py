"""What else could happen: one subject a function, each a few rows of `scenarios` and `changes`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.rare_earths.book import Book, Cell
from models.rare_earths.caps import fast_path, magnet_path
from models.rare_earths.figures import Figure, Ground, Series

OWN = Ground("assumption", "medium", ("assumption",))
ALL_CAPPED = "2027-2035"
OUTSIDE = ("JP", "EU", "US", "KR", "VN", "MY", "IN", "RW")
Change = tuple[str, str, str | int, str, Cell]  # sheet, where, column, change, value
NO_CAPS: list[Change] = [("caps", "scope=*", ALL_CAPPED, "set", None)]


def add_scenarios(book: Book, demand: Mapping[str, Figure]) -> None:
    """Sheets scenarios and changes."""
    _caps(book)
    _membership(book)
    _embargoes(book)
    _vault(book)
    _dumping(book)
    _licences(book, demand)
    _supply(book)
    _evasion(book)
    _rules(book)
    _demand(book)


def _add(
    book: Book,
    name: str,
    description: str,
    changes: Iterable[Change],
    *,
    parent: str | None = None,
    known_from: int | None = None,
    probability: Figure | None = None,
    ground: Ground = OWN,
) -> None:
    book.add(
        "scenarios",
        ground=ground,
        scenario=name,
        description=description,
        parent=parent,
        probability=probability,
        known_from=known_from,
    )
    for sheet, where, column, change, value in changes:
        book.add(
            "changes",
            ground=ground,
            scenario=name,
            sheet=sheet,
            where=where,
            column=column,
            change=change,
            value=value,
        )


def _path(where: str, path: Series) -> list[Change]:
    return [("caps", where, year, "set", share) for year, share in zip(path, path.basis, strict=True)]


def _caps(book: Book) -> None:
    _add(book, "free trade", "No caps: what is Chinese without policy.", NO_CAPS)
    _add(
        book,
        "magnets only",
        "Caps on magnets, none on oxides: floors as in the base.",
        [("caps", "basis=use", ALL_CAPPED, "set", None)],
    )
    _add(
        book,
        "oxides only",
        "Caps on oxides, none on magnets but for US defence: they ask for nothing, at no cost.",
        [("caps", "scope=bloc; commodity=magnet", ALL_CAPPED, "set", None)],
    )
    _add(
        book,
        "fast path",
        "Magnets at 40 % by 2030: plants cannot be built in time.",
        _path("scope=bloc; commodity=magnet", fast_path(book)),
    )
    _add(
        book,
        "national caps",
        "Each member keeps the path by itself: what pooling is worth.",
        [("settings", "key=coordination", "value", "set", "national")],
    )
    _add(
        book,
        "one floor",
        "One floor for all members, as announced: what it costs where their links differ.",
        [("settings", "key=coordination", "value", "set", "bloc")],
    )
    _add(
        book,
        "third country 65 %",
        "The EU's rule alone: no third country over 65 % of its magnets from 2030.",
        [*NO_CAPS, ("caps", "scope=EU; origin=each", "2030-2035", "set", book.cited("crma_share"))],
        ground=book.cited("crma_share").ground,
    )


def _membership(book: Book) -> None:
    _add(
        book,
        "US alone",
        "Only the US caps its magnets, by the same path: with the offtake of 10X it does so anyway.",
        [
            ("caps", "scope=bloc", ALL_CAPPED, "set", None),
            *_path("scope=US; segment=; commodity=magnet", magnet_path(book)),
        ],
    )
    _add(
        book,
        "nine members",
        "Korea, India, the United Kingdom, Canada and Australia join.",
        [("regions", f"region={r}", "role", "set", "member") for r in ("KR", "IN", "UK", "CA", "AU")],
    )
    for region, name in (("MX", "Mexico"), ("JP", "Japan")):
        _add(
            book,
            f"{name} leaves in 2030",
            f"A surprise of 2030, after plants are built: {name} is no member any more.",
            [("roles", f"region={region}", "2030-2035", "set", "other")],
            known_from=2030,
        )
    _add(
        book,
        "Korea joins in 2030",
        "A surprise of 2030: Korea takes part in caps and floors.",
        [("roles", "region=KR", "2030-2035", "set", "member")],
        known_from=2030,
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
    _add(book, "embargo foreseen", text.format(2028, "Known from the start."), closed(2028))
    for since in (2028, 2033):
        _add(
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
    _add(
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
        ("funds", "fund=Project Vault", "loan", "set", None),
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
    _add(book, "no Vault", "No fund and no stockpiles of the Vault: what it costs without a shock.", without)


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
    _add(
        book,
        "dumping",
        "China sells at 0.6 of its prices: the levy makes up for it on magnets, not on NdPr.",
        changes,
        probability=book.assumed(
            0.2, "probability of dumping", "share", "for floors risk; nobody knows: vary it"
        ),
    )
    _add(
        book,
        "dumping without caps",
        "China sells at 0.6 of its prices, and nobody answers.",
        changes,
        parent="free trade",
    )
    _add(
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
    _add(
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
    _add(
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
        _add(
            book,
            name,
            f"Making magnets outside China costs {word}.",
            [("processes", f"plant={region} magnets", "unit_cost", "multiply", ratio) for region in OUTSIDE],
        )
    _add(
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


def _evasion(book: Book) -> None:
    half = book.assumed(
        0.5,
        "enforcement outside defence, half enforced",
        "share",
        "defence buyers are easier to check than car makers",
    )
    japan = book.assumed(
        0.9,
        "enforcement outside defence in Japan, half enforced",
        "share",
        "a fifth is Chinese there: a leak of half would waste its contracts",
    )
    segments = ("vehicles", "wind", "electronics", "industrial")
    changes: list[Change] = [
        ("demand", f"region={r}; segment={s}", "enforcement", "set", half)
        for r in ("US", "EU")
        for s in segments
    ]
    changes += [
        ("demand", f"region=MX; segment={s}", "enforcement", "set", half) for s in segments if s != "wind"
    ]
    changes += [("demand", f"region=JP; segment={s}", "enforcement", "set", japan) for s in segments]
    _add(
        book,
        "half enforced",
        "Outside defence half of demand (a tenth in Japan) evades caps and levies.",
        changes,
    )

    blocks = book.assumed(
        15000.0,
        "relabelling, blocks finished in third countries",
        "t/yr",
        "a third of what members buy from China",
    )
    content = book.assumed(
        0.9, "relabelling, Chinese content counted", "share", "what is not machining and coating"
    )
    _add(
        book,
        "relabelling",
        "From 2028 third countries finish 15 kt of Chinese blocks a year and call them their own.",
        [("capacities", "process=RW finish", "2028-2035", "set", blocks)],
    )
    _add(
        book,
        "relabelling counted",
        "The same, with magnets from there counted by content.",
        [
            ("routes", f"origin=RW; destination={r}; commodity=magnet", "content", "set", content)
            for r in ("US", "EU", "JP", "MX")
        ],
        parent="relabelling",
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
    _add(
        book,
        "NdPr at least 110",
        "The floor of the MP and Lynas contracts as a border minimum on NdPr: it holds nothing up.",
        [("floor_rules", "commodity=ndpr; rule=minimum", "years", "set", book.cited("contract_floor"))],
        ground=floor,
    )
    _add(
        book,
        "stable floors",
        "Floors rise and fall by at most 10 % a year: what stability costs.",
        [
            ("floor_rules", f"rule={rule}", "years", "set", most)
            for rule in ("max_rise_share", "max_fall_share")
        ],
    )
    _add(
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
    _add(
        book,
        "elastic demand",
        "Buyers of members use less when magnets are dearer.",
        [("demand", f"region={r}", "elasticity", "set", elastic) for r in ("US", "EU", "JP", "MX")],
    )
