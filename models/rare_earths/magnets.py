"""Magnet plants: all grades of a maker share one plant."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import ONE, Figure, Series, between, grow
from models.books.production import Growth, add_plant, add_process
from models.rare_earths.china import block_share
from models.rare_earths.technologies import GRADES_CHINA, GRADES_ELSEWHERE, OF_METAL, Recipe

BUY_METAL = ("JP", "VN")


def add_magnets(book: Book, recipe: Recipe, china: Figure) -> None:
    """Every magnet plant; `china` is what Chinese makers add to oxides, USD/kg."""
    size = book.assumed(
        330000.0,
        "China, magnet capacity, 2026",
        "t",
        "made 300 kt in 2024, with capacity to spare; never binds",
        "medium",
    )
    more = book.assumed(
        0.045, "China, growth of magnet capacity", "per year", "above demand; never binds", "medium"
    )
    _makers(book, "CN", grow(size, more, 2026), china, recipe, None)
    costs = _conversion(book, china)
    _add_blocks_of_japan(book, costs["JP"])
    plants = _capacities(book)
    growth = _growth(book)
    for region, capacity in plants.items():
        _makers(book, region, capacity, costs[region], recipe, growth.get(region))


def _makers(
    book: Book, region: str, capacity: Series, cost: Figure, recipe: Recipe, growth: Growth | None
) -> None:
    name = f"{region} magnets"
    home = region == "CN"
    add_plant(book, name, capacity, growth)
    extras = recipe.extra_china if home else recipe.extra_elsewhere
    form = OF_METAL if region in BUY_METAL else ""
    for grade in GRADES_CHINA if home else GRADES_ELSEWHERE:
        unit = cost
        if grade in extras:
            unit = book.derived(
                cost + extras[grade],
                f"making magnets, {region}, grade {grade}",
                "USD/kg magnet",
                f"{cost:g} + {extras[grade]:g}",
                cost,
                extras[grade],
            )
        add_process(
            book,
            f"{name} {grade}",
            region,
            technology=f"magnet {grade}{form}",
            cost=unit,
            plant=name,
            plant_use=ONE,
        )


def _conversion(book: Book, china: Figure) -> dict[str, Figure]:
    """USD/kg outside China: the most important number of the study, and the least known."""
    low, high, recalled = book.cited("premium_low"), book.cited("premium_high"), book.cited("conversion_band")
    accepted = book.derived(
        china + (low + high) / 2,
        "making magnets outside China, by what buyers accept",
        "USD/kg magnet",
        "China's and the middle of a premium of 10-30; shows 50 to be the right size, and no more",
        china,
        low,
        high,
        confidence="low-medium",
    )
    europe = book.derived(
        5 * round((accepted + recalled) / 10),
        "making magnets, EU",
        "USD/kg magnet",
        "recalled centre 50 and 48 by the premium, to the nearest 5",
        accepted,
        recalled,
        confidence="low",
    )
    found = {"EU": europe}
    for region, step, why in (
        ("US", 2.0, "new plants, dearer labour"),
        ("JP", -4.0, "old plants with scale"),
        ("KR", -4.0, "as Japan"),
        ("MY", -4.0, "as Korea, cheaper labour, new"),
        ("IN", -4.0, "as Malaysia, less practice"),
        ("RW", -4.0, "as Japan"),
        ("VN", -9.0, "Japanese plant, cheap labour"),
    ):
        above = book.assumed(step, f"making magnets, {region} against EU", "USD/kg magnet", why)
        name = f"making magnets, {region}"
        if region in BUY_METAL:
            metal, share = metal_costs(book)[region], book.figures["NdPr metal per finished magnet"]
            found[region] = book.derived(
                europe + above - share * metal,
                name,
                "USD/kg magnet",
                f"{europe:g} {step:+g}, less {share:.3g} x {metal:g} of making metal, which is bought",
                europe,
                above,
                share,
                metal,
            )
        else:
            found[region] = book.derived(
                europe + above, name, "USD/kg magnet", f"{europe:g} {step:+g}", europe, above
            )
    return found


def metal_costs(book: Book) -> dict[str, Figure]:
    """USD/kg of making NdPr metal outside China."""
    high, low = book.cited("metal_cost_high"), book.cited("metal_cost_low")
    return {"JP": high, "VN": low, "RW": low}


def _add_blocks_of_japan(book: Book, cost: Figure) -> None:
    """Blocks sintered in Japan's plants, which the Philippines machine."""
    share = block_share(book)
    add_process(
        book,
        "JP blocks",
        "JP",
        technology=f"block standard{OF_METAL}",
        cost=book.derived(
            cost * share,
            "making blocks, JP",
            "USD/kg block",
            "making magnets x 0.8",
            cost,
            share,
        ),
        plant="JP magnets",
        plant_use=ONE,
        note="machined in the Philippines",
    )


def _capacities(book: Book) -> dict[str, Series]:
    cited, assumed, derived = book.cited, book.assumed, book.derived

    def at(region: str, year: int, value: float, why: str) -> Figure:
        return assumed(value, f"{region}, magnet capacity, {year}", "t/yr", why)

    none = {
        r: assumed(0.0, f"{r}, magnet capacity, before it opens", "t/yr", "not running yet", "high")
        for r in ("MY", "IN")
    }
    parts = [cited(f"us_{p}") for p in ("10x", "independence", "evac", "small")]
    us = derived(
        sum(parts),
        "US, magnet capacity, 2030",
        "t/yr",
        "10X 7,000, Independence 2,000, eVAC 2,000, others 1,000",
        *parts,
    )
    eu = derived(
        cited("eu_narva") + cited("eu_vac"),
        "EU, magnet capacity, 2027",
        "t/yr",
        "Narva 2,000 and VAC 1,500",
        cited("eu_narva"),
        cited("eu_vac"),
    )
    russia = at("RW", 2026, 1000.0, "Russia, United Kingdom and others")
    rest = derived(
        russia + cited("my_th_jp"),
        "RW, magnet capacity, with Japanese-owned plants",
        "t/yr",
        "1,000 and what Malaysia and Thailand sent to Japan",
        russia,
        cited("my_th_jp"),
    )
    return {
        "JP": between(
            {2026: at("JP", 2026, 13500.0, f"alloy {cited('jp_alloy'):,g} t in 2020, 12-15 kt since")}
        ),
        "EU": between({2026: at("EU", 2026, 2600.0, "Narva in its second year"), 2027: eu}),
        "US": between(
            {
                2026: at("US", 2026, 2000.0, "Independence and eVAC starting"),
                2027: at("US", 2027, 3500.0, "ramp"),
                2028: at("US", 2028, 5000.0, "ramp"),
                2029: at("US", 2029, 8500.0, "half of 10X"),
                2030: us,
            }
        ),
        "KR": between({2026: cited("kr_makers"), 2028: at("KR", 2028, 3000.0, "JS Link and LS starting")}),
        "VN": between({2026: cited("vn_shin_etsu")}),
        "MY": between({2026: none["MY"], 2027: none["MY"], 2029: cited("my_jslink")}),
        "IN": between(
            {
                2026: none["IN"],
                2027: none["IN"],
                2028: at("IN", 2028, 1000.0, "first plants of the scheme"),
                2030: at("IN", 2030, 2000.0, "a third of the scheme"),
            }
        ),
        "RW": between({2026: rest}),
    }


def _growth(book: Book) -> dict[str, Growth]:
    cited, assumed, derived = book.cited, book.assumed, book.derived
    lead = assumed(
        2.0, "years to build a plant on an existing site", "years", "eVAC and Narva took about two", "medium"
    )
    us = derived(
        cited("us_capex") / cited("us_10x") * 1000,
        "magnet plant, US, capital",
        "USD per kg/yr",
        "1,250 M USD / 7,000 t",
        cited("us_capex"),
        cited("us_10x"),
    )
    narva = derived(
        cited("narva_capex") / cited("eu_narva") * 1000,
        "Narva, capital per kg",
        "USD per kg/yr",
        "75 M USD / 2,000 t",
        cited("narva_capex"),
        cited("eu_narva"),
    )
    eu = assumed(
        80.0,
        "magnet plant, EU, capital",
        "USD per kg/yr",
        f"twice Narva's {narva:g}, brownfield and without metal",
    )
    asia = assumed(
        100.0, "magnet plant, Japan, Korea, India, capital", "USD per kg/yr", "between Narva and 10X"
    )
    vn = assumed(60.0, "magnet plant, Vietnam, capital", "USD per kg/yr", "extension of a running plant")
    rest = derived(
        cited("in_scheme") - 2000,
        "India, rest of its scheme",
        "t/yr",
        "6,000 - 2,000 committed",
        cited("in_scheme"),
    )

    def most(region: str, value: float, why: str) -> Figure:
        return assumed(value, f"most magnet capacity built a year, {region}", "t/yr per year", why)

    return {
        "US": Growth(us, lead, most("US", 2000.0, "a plant of eVAC's size every year")),
        "EU": Growth(eu, lead, most("EU", 1500.0, "three quarters of Narva every year")),
        "JP": Growth(asia, lead, most("JP", 1000.0, "slow for twenty years")),
        "KR": Growth(asia, lead, most("KR", 1000.0, "as Japan")),
        "IN": Growth(asia, lead, most("IN", 1000.0, "scheme of 6,000 t in seven years"), rest),
        "VN": Growth(vn, lead, most("VN", 700.0, "the running plant, a third more a year")),
    }
