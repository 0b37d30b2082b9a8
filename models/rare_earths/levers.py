"""Scenarios of what a ministry can do, or fail to do: enforcement, membership by year, origin, law, links."""

from __future__ import annotations

from models.books.book import Book
from models.books.changes import Change, add_scenario
from models.books.figures import Figure

MEMBERS = ("US", "EU", "JP", "MX")
SEGMENTS = {
    "vehicles": ("vehicles",),
    "wind": ("wind",),
    "consumer goods": ("electronics",),
    "all but defence": ("vehicles", "wind", "electronics", "industrial"),
}


def add_leaving(book: Book) -> None:
    """Who leaves, or joins, after plants are built."""
    for region, name in (("MX", "Mexico"), ("JP", "Japan")):
        add_scenario(
            book,
            f"{name} leaves in 2030",
            f"A surprise of 2030, after plants are built: {name} is no member any more.",
            [("roles", f"region={region}", "2030-2035", "set", "other")],
            known_from=2030,
        )
    add_scenario(
        book,
        "Korea joins in 2030",
        "A surprise of 2030: Korea takes part in caps and floors.",
        [("roles", "region=KR", "2030-2035", "set", "member")],
        known_from=2030,
    )


def add_evasion(book: Book) -> None:
    """Caps that are evaded, counted and not, and Chinese blocks under other names."""
    half = book.assumed(
        0.5,
        "enforcement, half enforced",
        "share",
        "defence buyers are easier to check than makers of electric cars",
    )
    japan = book.assumed(
        0.9,
        "enforcement in Japan, half enforced and counted",
        "share",
        "a fifth is Chinese there: a leak of half would waste its contracts",
    )
    whole = SEGMENTS["all but defence"]
    add_scenario(
        book,
        "half enforced",
        "Outside defence half of demand (a tenth in Japan) evades caps and levies; the caps are kept all the same.",
        [*_enforced(half, whole, ("US", "EU", "MX")), *_enforced(japan, whole, ("JP",))],
    )
    unseen: list[Change] = [("caps", "scope=bloc; commodity=magnet", "leaks", "set", "unseen")]
    for name, segments in SEGMENTS.items():
        add_scenario(
            book,
            f"half on paper, {name}",
            f"Half of demand ({name}) evades, and the cap binds what papers show; defence is tight.",
            [*_enforced(half, segments, MEMBERS), *unseen],
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
    add_scenario(
        book,
        "relabelling",
        "From 2028 third countries finish 15 kt of Chinese blocks a year and call them their own.",
        [("capacities", "process=RW finish", "2028-2035", "set", blocks)],
    )
    add_scenario(
        book,
        "relabelling counted",
        "The same, with magnets from there counted by content.",
        [
            ("routes", f"origin=RW; destination={r}; commodity=magnet", "content", "set", content)
            for r in MEMBERS
        ],
        parent="relabelling",
    )


def _enforced(share: Figure, segments: tuple[str, ...], regions: tuple[str, ...]) -> list[Change]:
    """Mexico has no wind."""
    return [
        ("demand", f"region={r}; segment={s}", "enforcement", "set", share)
        for r in regions
        for s in segments
        if (r, s) != ("MX", "wind")
    ]


def add_rules_of_law(book: Book) -> None:
    """Origin traced to the mine, and contracts of before that pay no levy."""
    defence = "scope=US; segment=defence; commodity=magnet"
    add_scenario(
        book,
        "defence traced",
        "US defence takes no magnet that holds Chinese material, from the mine on, as procurement law has it.",
        [("caps", defence, "traced", "set", "TRUE")],
    )
    add_scenario(
        book,
        "magnets traced",
        "The caps on magnets count every magnet that holds Chinese material, whoever made it.",
        [("caps", where, "traced", "set", "TRUE") for where in ("scope=bloc; commodity=magnet", defence)],
    )
    changes: list[Change] = []
    for region in MEMBERS:
        link = book.figures[f"link for magnets, CN>{region}"]
        for year, share in zip(range(2027, 2033), (0.6, 0.5, 0.4, 0.3, 0.2, 0.1), strict=True):
            part = book.assumed(
                share,
                f"contracts of before, share in {year}",
                "share",
                "contracts run for some years; the polysilicon proclamation exempts those signed before it",
            )
            exempt = book.derived(
                link * part,
                f"exempt magnets, CN>{region}, {year}",
                "t/yr",
                f"{link:,.0f} t x {share:g}",
                link,
                part,
            )
            changes.append(("exemptions", f"origin=CN; destination={region}", year, "set", exempt))
    add_scenario(
        book,
        "old contracts exempt",
        "Magnets under contracts signed before pay no levy: 60 % of what came in 2027, a tenth less each year.",
        changes,
    )


def add_duty(book: Book) -> None:
    """The United States without its further duty on Chinese magnets."""
    add_scenario(
        book,
        "no section 301",
        "Chinese magnets pay the ordinary US duty of 2.1 %, without the 25 % of section 301.",
        [("routes", "origin=CN; destination=US; commodity=magnet", "tariff", "set", book.cited("us_mfn"))],
    )


def add_friction(book: Book) -> None:
    """Links that cost half and twice as much, and take half and twice as long."""
    for name, factor in (("links at half", 0.5), ("links at twice", 2.0)):
        ratio = book.assumed(
            factor, f"{name}, over the base", "ratio", "7-30 USD/kg against 15, 1-4 years against 2"
        )
        add_scenario(
            book,
            name,
            f"Qualifying a link costs and takes {factor:g} times what it does in the base.",
            [
                ("routes", f"commodity={c}", column, "multiply", ratio)
                for c in ("magnet", "ndpr", "metal", "dy", "tb")
                for column in ("qualify_cost", "qualify_time")
            ],
        )
