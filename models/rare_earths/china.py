"""China: mines in tiers, clay at quota, recycling as the marginal supply, separation."""

from __future__ import annotations

from dataclasses import dataclass

from models.books.book import Book
from models.books.figures import ONE, YEARS, Figure, Series, grow
from models.books.production import add_process
from models.rare_earths.prices import Prices
from models.rare_earths.technologies import Recipe

TIERS = (
    # name, share of light ore, cost in steps from the average (0) to the marginal (1) producer
    ("Bayan Obo", 0.3, -1),
    ("Sichuan", 0.5, 0),
    ("other", 0.2, 1),
)


@dataclass(frozen=True)
class Separation:
    """USD per kg REO, or per kg of Dy and Tb, in China."""

    light: Figure
    clay: Figure
    heavy: Figure


def add_china(book: Book, prices: Prices, recipe: Recipe) -> None:
    """Every Chinese process up to oxides."""
    cost = Separation(
        book.assumed(
            5.0,
            "separation of light concentrate, China",
            "USD/kg REO",
            "part of the 35-55 USD/kg NdPr; about 26 of it",
        ),
        book.assumed(4.0, "separation of clay, China", "USD/kg REO", "no cracking"),
        book.assumed(
            20.0, "separation of heavy feed, China", "USD/kg Dy+Tb", "order of magnitude; far below the price"
        ),
    )
    growth = book.derived(
        (book.cited("iea_cn_2030") / book.cited("iea_cn_2024")) ** (1 / 6) - 1,
        "growth of Chinese mining",
        "per year",
        "(81,127 / 73,757)^(1/6) - 1: refined magnet rare earths, 2024 to 2030",
        book.cited("iea_cn_2030"),
        book.cited("iea_cn_2024"),
    )
    _add_mines(book, recipe, cost, growth)
    _add_recycling(book, prices)
    for feed, each in (
        ("cn_light", cost.light),
        ("monazite", cost.light),
        ("cn_clay", cost.clay),
        ("clay", cost.clay),
    ):
        add_process(
            book,
            f"CN separate {feed}",
            "CN",
            technology=f"separate {feed}",
            cost=each,
            note="capacity never binds",
        )
    add_process(
        book,
        "CN metal",
        "CN",
        technology="metal",
        cost=book.cited("metal_margin_cn"),
        note="for makers in Japan and Vietnam; that of Chinese makers is in their own cost; capacity never binds",
    )
    for feed in ("seg", "hre"):
        add_process(
            book,
            f"CN separate {feed}",
            "CN",
            technology=f"separate {feed}",
            cost=cost.heavy,
            note="capacity never binds",
        )


def _add_mines(book: Book, recipe: Recipe, cost: Separation, growth: Figure) -> None:
    average, marginal = book.cited("cost_cn_average"), book.cited("cost_cn_marginal")
    quota, mined = book.cited("clay_quota"), book.cited("mined_cn")
    light = book.derived(mined - quota, "China, light ore, 2025", "t REO", "270,000 - 19,150", mined, quota)
    for name, share, side in TIERS:
        of_ndpr = book.derived(
            average + side * (marginal - average),
            f"China, cost of NdPr from {name}",
            "USD/kg NdPr",
            "average 45, marginal 55, and as much below the average",
            average,
            marginal,
        )
        part = book.assumed(
            share,
            f"China, share of light ore from {name}",
            "share",
            "tiers of the cost curve; all of them pay at these prices",
        )
        unit = book.derived(
            of_ndpr * recipe.ndpr_yield["cn_light"] - cost.light,
            f"China, mining cost of {name}",
            "USD/kg REO",
            "cost of NdPr x NdPr per t of concentrate - separation",
            of_ndpr,
            recipe.ndpr_yield["cn_light"],
            cost.light,
            confidence="low-medium",
        )
        size = book.derived(
            light * part, f"China, light ore from {name}, 2025", "t REO", "light ore x share", light, part
        )
        add_process(
            book, f"CN mine {name}", "CN", commodity="cn_light", cost=unit, capacity=grow(size, growth, 2025)
        )
    add_process(
        book,
        "CN mine clay",
        "CN",
        commodity="cn_clay",
        cost=book.assumed(
            12.0, "clay mining, China", "USD/kg REO", "order of magnitude; far below the price"
        ),
        capacity=quota,
        note="quota; what is mined beside it is not known",
    )


def _add_recycling(book: Book, prices: Prices) -> None:
    recycled, growth = (
        book.cited("recycled_ndpr"),
        book.assumed(0.04, "growth of Chinese scrap", "per year", "as demand", "low-medium"),
    )
    heavies = prices.heavies_recycled
    credit = book.derived(
        heavies["dy"] * prices.dy + heavies["tb"] * prices.tb,
        "value of Dy and Tb with a kg of recycled NdPr",
        "USD/kg NdPr",
        "0.0268 x Dy + 0.0060 x Tb",
        heavies["dy"],
        heavies["tb"],
        prices.dy,
        prices.tb,
    )
    average = book.cited("cost_cn_average")
    parts = {
        "base": book.assumed(
            0.5,
            "recycled at average cost, over output of 2024",
            "share",
            "scrap of magnet makers comes whatever the price",
        ),
        "swing": book.assumed(
            0.65,
            "recycled at the market price, over output of 2024",
            "share",
            "the rest and what came in 2023: priced by NdPr, its last tonne is China's marginal cost",
        ),
    }
    sizes = {
        name: book.derived(
            recycled * part, f"China, recycling, {name}, 2024", "t NdPr", "26,504 t x share", recycled, part
        )
        for name, part in parts.items()
    }
    base_cost = book.derived(
        average + credit,
        "China, recycling, base",
        "USD/kg NdPr",
        "45 and the value of the heavies with it",
        average,
        credit,
    )
    add_process(
        book,
        "CN recycling base",
        "CN",
        technology="recycle",
        cost=base_cost,
        capacity=grow(sizes["base"], growth, 2024),
    )
    swing = Series(
        {year: prices.ndpr[year] + credit for year in YEARS},
        (*prices.ndpr.basis, credit),
        "reference path of NdPr, and the value of the heavies with it",
    )
    add_process(
        book,
        "CN recycling swing",
        "CN",
        technology="recycle",
        cost=swing,
        capacity=grow(sizes["swing"], growth, 2024),
        note="marginal Chinese supply: it puts NdPr at the reference path in every year",
    )


def make_conversion(book: Book, recipe: Recipe, vat: Figure) -> Figure:
    """What Chinese makers add to the value of oxides, USD/kg magnet."""
    parts = {"ndpr": recipe.ndpr, "dy": recipe.dy, "tb": recipe.tb}
    prices = {c: book.cited(f"{c}_fob_2024") for c in parts}
    value = book.cited("magnet_export_2024")
    return book.derived(
        value - sum(parts[c] * prices[c] for c in parts) / (1 + vat),
        "making magnets, China",
        "USD/kg magnet",
        "export value 49.2 of 2024 less its oxides without VAT (rebated on magnets)",
        value,
        *parts.values(),
        *prices.values(),
        vat,
        confidence="medium",
    )


def make_magnet_price(book: Book, prices: Prices, recipe: Recipe, conversion: Figure) -> Series:
    """Reference price of magnets: conversion and oxides, USD/kg."""
    heavy = recipe.dy * prices.dy + recipe.tb * prices.tb
    return Series(
        {year: conversion + recipe.ndpr * prices.ndpr[year] + heavy for year in YEARS},
        (conversion, recipe.ndpr, recipe.dy, recipe.tb, *prices.ndpr.basis, prices.dy, prices.tb),
        "making magnets and the oxides in them: 0.35 NdPr, 0.0107 Dy, 0.0020 Tb",
    )


def block_share(book: Book) -> Figure:
    """What a block costs over what a finished magnet does."""
    return book.assumed(
        0.8, "cost of a block over that of a finished magnet", "share", "machining and coating left out"
    )


def make_metal_price(book: Book, prices: Prices) -> Series:
    """Reference price of NdPr metal, ex works China without VAT, USD/kg."""
    oxide, margin = book.cited("metal_to_oxide"), book.cited("metal_margin_cn")
    return Series(
        {year: oxide * prices.ndpr[year] + margin for year in YEARS},
        (oxide, margin, *prices.ndpr.basis),
        "1.2 x NdPr oxide and 3.5",
    )


def add_blocks(book: Book, conversion: Figure) -> None:
    """Blocks for relabelling: made in China's magnet plants, finished elsewhere; open only in scenarios."""
    share = block_share(book)
    cost = book.derived(
        conversion * share, "making blocks, China", "USD/kg block", "making magnets x 0.8", conversion, share
    )
    add_process(
        book, "CN blocks", "CN", technology="block standard", cost=cost, plant="CN magnets", plant_use=ONE
    )
    finishing = book.assumed(
        6.0, "finishing blocks, rest of world", "USD/kg magnet", "machining, coating and new papers"
    )
    closed = book.assumed(
        0.0,
        "finishing of Chinese blocks elsewhere",
        "t/yr",
        "none known; a place for scenarios of relabelling",
        "low",
    )
    add_process(book, "RW finish", "RW", technology="finish", cost=finishing, capacity=closed)
    blocks, loss = book.cited("jp_ph_blocks"), book.figures["blocks per finished magnet"]
    machined = book.derived(
        10 * (blocks / loss // 10),
        "Philippines, blocks of Japan machined",
        "t/yr",
        "4,333 / 1.05, rounded down to tens",
        blocks,
        loss,
    )
    room = book.derived(
        machined + 10,
        "Philippines, room to machine blocks",
        "t/yr",
        "the same, rounded up: a plant that could not machine all blocks would have them for nothing",
        machined,
    )
    add_process(
        book,
        "PH finish",
        "PH",
        technology="finish",
        cost=finishing,
        capacity=room,
        note="Japanese-owned plants: blocks come from Japan and go back, or on to the EU and Korea",
    )
    book.add("capacities", ground=closed.ground, note="inert: a place for scenarios", process="RW finish")
