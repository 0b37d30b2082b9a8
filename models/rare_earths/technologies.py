"""What is made of what: yields of ores, the split of heavy feeds, recipes of magnet grades."""

from __future__ import annotations

from dataclasses import dataclass

from models.books.book import Book
from models.books.figures import DEFINITION, ONE, Figure, Ground
from models.rare_earths.prices import Prices

LIGHT = ("cn_light", "bastnaesite", "monazite")
GRADES_CHINA = ("standard", "dysprosium", "terbium", "low", "free")
GRADES_ELSEWHERE = ("standard", "low", "free")
OF_METAL = " of metal"  # where magnet makers buy NdPr as metal, and say from whom


@dataclass(frozen=True)
class Recipe:
    """Yields in t NdPr per t REO; oxides per t of magnet; extra cost of grades in USD/kg magnet."""

    ndpr_yield: dict[str, Figure]
    heavy_yield: dict[str, Figure]
    ndpr: Figure
    dy: Figure
    tb: Figure
    extra_china: dict[str, Figure]
    extra_elsewhere: dict[str, Figure]


def add_regions(book: Book) -> None:
    """Sheets regions and commodities."""
    names = {
        "US": ("United States", "member"),
        "EU": ("European Union", "member"),
        "JP": ("Japan", "member"),
        "MX": ("Mexico", "member"),
        "CN": ("China", "capped"),
        "AU": ("Australia", "other"),
        "MY": ("Malaysia", "other"),
        "KR": ("Korea", "other"),
        "IN": ("India", "other"),
        "UK": ("United Kingdom", "other"),
        "CA": ("Canada", "other"),
        "BR": ("Brazil", "other"),
        "MM": ("Myanmar", "other"),
        "VN": ("Vietnam", "other"),
        "PH": ("Philippines", "other"),
        "RW": ("Rest of world", "other"),
    }
    talks = Ground("retrieved", "medium", ("forge_2026",))
    for region, (name, role) in names.items():
        note = "price-floor talks of February to April 2026" if role == "member" else ""
        book.add(
            "regions", region=region, name=name, role=role, ground=talks if note else DEFINITION, note=note
        )
    for commodity, name, stage in (
        ("cn_light", "light ore concentrate of China (Bayan Obo, Sichuan), REO", "concentrate"),
        ("cn_clay", "ionic-clay concentrate of China, REO", "concentrate"),
        ("bastnaesite", "concentrate of Mountain Pass, REO", "concentrate"),
        ("monazite", "monazite concentrate (Mt Weld, mineral sands), REO", "concentrate"),
        ("clay", "ionic-clay carbonate of other countries, REO", "concentrate"),
        ("seg", "heavy feed of light ores, contained Dy and Tb", "heavy feed"),
        ("hre", "heavy feed of clay and xenotime, contained Dy and Tb", "heavy feed"),
        ("ndpr", "NdPr oxide", "oxide"),
        ("metal", "NdPr metal, bought by makers in Japan and Vietnam", "metal"),
        ("dy", "Dy oxide", "oxide"),
        ("tb", "Tb oxide", "oxide"),
        ("block", "sintered blocks, to be machined elsewhere", "block"),
        ("magnet", "NdFeB magnets, finished", "magnet"),
    ):
        book.add("commodities", commodity=commodity, name=name, stage=stage, unit="t", ground=DEFINITION)


def add_roles(book: Book) -> None:
    """Sheet roles, blank: where a scenario lets a member leave, or another join, in some year."""
    for region in ("JP", "MX", "KR"):
        book.add(
            "roles", ground=DEFINITION, region=region, note="inert: a place for scenarios; role as in regions"
        )


def make_recipe(book: Book, prices: Prices) -> Recipe:
    """Every coefficient, and sheet technologies."""
    ndpr, heavy = _yields(book)
    made = book.derived(
        book.cited("made_cn_2024") * (finishing := _finishing(book)),
        "China, finished magnets, 2024",
        "t",
        "300,000 t x finishing yield of 0.8: the source does not say whether blank or finished",
        book.cited("made_cn_2024"),
        finishing,
    )
    content = {
        c: book.derived(
            book.cited(f"{c}_cn_2024") / made,
            f"{c} oxide per finished magnet",
            "t/t",
            f"China's {c} output / its finished magnets",
            book.cited(f"{c}_cn_2024"),
            made,
        )
        for c in ("dy", "tb")
    }
    recipe = Recipe(
        ndpr,
        heavy,
        book.cited("ndpr_per_magnet"),
        content["dy"],
        content["tb"],
        *_extras(book, prices, content),
    )
    _add_separation(book, recipe)
    _add_recycling(book, prices)
    _add_grades(book, prices, recipe)
    return recipe


def _finishing(book: Book) -> Figure:
    return book.assumed(
        0.8, "finished magnets per blank", "t/t", "machining losses; closes NdPr output with magnets made"
    )


def _yields(book: Book) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """t NdPr and t of Dy and Tb per t REO of each feed."""
    recovery = book.assumed(
        0.85,
        "recovery of rare earths, from ore concentrate or clay",
        "share",
        "common in feasibility studies",
        "medium",
    )
    pass_recovery = book.assumed(
        0.89,
        "recovery of NdPr at Mountain Pass",
        "share",
        "3,900 t from half of the concentrate",
        "low-medium",
    )
    cited, derived = book.cited, book.derived

    def mean(what: str, formula: str, *shares: Figure, parts: int) -> Figure:
        return derived(sum(shares) / parts * recovery, what, "t/t", formula, *shares, recovery)

    clays = [cited(f"{clay}_ndpr") for clay in ("xunwu", "xinfeng", "longnan")]
    clay_heavies = [cited(f"{clay}_{e}") for clay in ("xunwu", "xinfeng", "longnan") for e in ("dy", "tb")]
    serra = [cited("serra_ndpr"), cited("xunwu_ndpr"), cited("xinfeng_ndpr")]
    made = (cited("lynas_2025") + cited("lynas_2026")) / 2
    seen = book.assumed(
        0.22,
        "NdPr per t of monazite concentrate",
        "t/t",
        f"Mt Weld holds 23.3 %; Lynas made {made:,.0f} t (mean of years 2025 and 2026) from 29,000 t REO, "
        "more than they hold: recovery is high, or the ore figure low",
        "low-medium",
    )
    return (
        {
            "cn_light": mean(
                "NdPr per t of Chinese light concentrate",
                "mean of Bayan Obo 24.7 % and Sichuan 19.6 % x 0.85",
                *(cited(f"{mine}_{e}") for mine in ("bayan", "sichuan") for e in ("pr", "nd")),
                parts=2,
            ),
            "cn_clay": mean(
                "NdPr per t of Chinese clay", "mean of Xunwu, Xinfeng and Longnan x 0.85", *clays, parts=3
            ),
            "bastnaesite": derived(
                cited("pass_ndpr") * pass_recovery,
                "NdPr per t of Mountain Pass concentrate",
                "t/t",
                "15.7 % x 0.89",
                cited("pass_ndpr"),
                pass_recovery,
            ),
            "monazite": seen,
            "clay": derived(
                (serra[0] + (serra[1] + serra[2]) / 2) / 2 * recovery,
                "NdPr per t of other clay",
                "t/t",
                "mean of Serra Verde and Myanmar (as the mean of Xunwu and Xinfeng) x 0.85",
                *serra,
                recovery,
            ),
        },
        {
            "cn_light": book.assumed(
                0.001,
                "Dy and Tb per t of Chinese light concentrate",
                "t/t",
                "baskets hold 0.2-0.3 %, printed with one digit, not all taken out; closes China's Dy output",
            ),
            "cn_clay": mean(
                "Dy and Tb per t of Chinese clay",
                "mean of Xunwu, Xinfeng and Longnan x 0.85",
                *clay_heavies,
                parts=3,
            ),
            "bastnaesite": derived(
                cited("pass_heavy") / cited("mp_concentrate_2025"),
                "Dy and Tb per t of Mountain Pass concentrate",
                "t/t",
                "36 t / 50,692 t",
                cited("pass_heavy"),
                cited("mp_concentrate_2025"),
            ),
            "monazite": derived(
                (cited("weld_dy") + cited("weld_tb")) / cited("mined_au"),
                "Dy and Tb per t of monazite concentrate",
                "t/t",
                "(58 + 21) t / 29,000 t",
                cited("weld_dy"),
                cited("weld_tb"),
                cited("mined_au"),
            ),
            "clay": derived(
                ((cited("serra_dy") + cited("serra_tb")) + (sum(clay_heavies[:4])) / 2) / 2 * recovery,
                "Dy and Tb per t of other clay",
                "t/t",
                "mean of Serra Verde and Myanmar (as the mean of Xunwu and Xinfeng) x 0.85",
                cited("serra_dy"),
                cited("serra_tb"),
                *clay_heavies[:4],
                recovery,
            ),
        },
    )


def _extras(
    book: Book, prices: Prices, content: dict[str, Figure]
) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """Extra cost of grades with less heavy rare earths: the steps that hold up the prices of Dy and Tb."""
    saved = (
        content["dy"] + prices.swap * content["tb"]
    ) / 2  # t of Dy, Tb counted as Dy, per half of the heavies
    inputs = (content["dy"], content["tb"], prices.swap)
    gbd = book.cited("gbd_low"), book.cited("gbd_high")
    elsewhere = book.assumed(
        3.5,
        "grade with half the heavies, outside China",
        "USD/kg magnet",
        f"{gbd[0]:.0%} to {gbd[1]:.0%} more processing; a step at Dy of 370 USD/kg",
    )
    return (
        {
            "low": book.derived(
                saved * prices.dy,
                "grade with half the heavies (grain-boundary diffusion), China",
                "USD/kg magnet",
                "value of the heavies saved: pins Dy at its price; 8 % of processing, published 5-15 %",
                *inputs,
                prices.dy,
                confidence="low-medium",
            ),
            "free": book.derived(
                saved * (prices.dy + prices.dy_scarce),
                "grade without heavies, China",
                "USD/kg magnet",
                "the second half saved at Dy of 800",
                *inputs,
                prices.dy,
                prices.dy_scarce,
                confidence="low",
            ),
        },
        {
            "low": elsewhere,
            "free": book.derived(
                elsewhere + saved * prices.dy_scarce,
                "grade without heavies, outside China",
                "USD/kg magnet",
                "the second half saved at Dy of 800",
                *inputs,
                elsewhere,
                prices.dy_scarce,
                confidence="low",
            ),
        },
    )


def _technology(
    book: Book, name: str, made: dict[str, Figure], used: dict[str, Figure], note: str = ""
) -> None:
    for commodity, figure in used.items():
        minus = Figure(-figure, figure.what, figure.unit, figure.ground)
        book.add("technologies", technology=name, commodity=commodity, coefficient=minus, note=note)
    for commodity, figure in made.items():
        book.add("technologies", technology=name, commodity=commodity, coefficient=figure, note=note)


def _add_separation(book: Book, recipe: Recipe) -> None:
    for feed, ndpr in recipe.ndpr_yield.items():
        heavy = "hre" if feed.endswith("clay") else "seg"
        _technology(book, f"separate {feed}", {"ndpr": ndpr, heavy: recipe.heavy_yield[feed]}, {feed: ONE})
    for feed, share, why in (
        ("seg", 0.75, "Dy:Tb of 3:1 in the heavy feed of light ores (MP Materials, Mt Weld)"),
        ("hre", 0.83, "Dy:Tb of 4.9:1 in clays (Xunwu, Xinfeng, Serra Verde)"),
    ):
        dy = book.assumed(share, f"Dy in {feed}", "share", why, "medium")
        tb = book.derived(1 - dy, f"Tb in {feed}", "share", "1 - Dy", dy)
        _technology(book, f"separate {feed}", {"dy": dy, "tb": tb}, {feed: ONE})
    basket = book.derived(
        book.cited("nolans_heavy") / book.cited("nolans_ndpr"),
        "Dy and Tb per t of NdPr, Nolans",
        "t/t",
        "0.41 % / 26.4 %",
        book.cited("nolans_heavy"),
        book.cited("nolans_ndpr"),
    )
    _technology(book, "nolans", {"ndpr": ONE, "seg": basket}, {}, "mine and separation in one project")


def _add_recycling(book: Book, prices: Prices) -> None:
    _technology(
        book,
        "recycle",
        {"ndpr": ONE, **prices.heavies_recycled},
        {},
        "scrap is not a commodity here: capacity limits it",
    )


def _add_grades(book: Book, prices: Prices, recipe: Recipe) -> None:
    ndpr, dy, tb = recipe.ndpr, recipe.dy, recipe.tb
    halves = {
        c: book.derived(full / 2, f"{c} oxide per magnet, low grade", "t/t", "half", full)
        for c, full in (("dy", dy), ("tb", tb))
    }
    all_dy = book.derived(
        dy + prices.swap * tb, "dy oxide per magnet without Tb", "t/t", "Dy + 4 x Tb", dy, tb, prices.swap
    )
    shift = book.assumed(
        0.002, "Tb put in place of Dy in a terbium grade", "t/t", "as much again as in the standard grade"
    )
    more_tb = book.derived(tb + shift, "tb oxide per magnet, terbium grade", "t/t", "Tb + 0.002", tb, shift)
    less_dy = book.derived(
        dy - prices.swap * shift,
        "dy oxide per magnet, terbium grade",
        "t/t",
        "Dy - 4 x 0.002",
        dy,
        prices.swap,
        shift,
    )
    one = {"magnet": ONE}
    _technology(book, "magnet standard", one, {"ndpr": ndpr, "dy": dy, "tb": tb})
    _technology(book, "magnet dysprosium", one, {"ndpr": ndpr, "dy": all_dy}, "pins Tb at 4 x Dy from above")
    _technology(
        book,
        "magnet terbium",
        one,
        {"ndpr": ndpr, "dy": less_dy, "tb": more_tb},
        "pins Tb at 4 x Dy from below",
    )
    _technology(book, "magnet low", one, {"ndpr": ndpr, **halves}, "grain-boundary diffusion")
    _technology(book, "magnet free", one, {"ndpr": ndpr}, "larger or cooler motor")
    oxide = book.cited("metal_to_oxide")
    metal = book.derived(
        ndpr / oxide, "NdPr metal per finished magnet", "t/t", "0.35 oxide / 1.2", ndpr, oxide
    )
    _technology(book, "metal", {"metal": ONE}, {"ndpr": oxide}, "electrolysis of the oxide")
    for grade, heavies in (("standard", {"dy": dy, "tb": tb}), ("low", halves), ("free", {})):
        _technology(book, f"magnet {grade}{OF_METAL}", one, {"metal": metal, **heavies})
    _technology(
        book,
        f"block standard{OF_METAL}",
        {"block": ONE},
        {"metal": metal, "dy": dy, "tb": tb},
        "Japanese blocks, machined in the Philippines",
    )
    _technology(
        book,
        "block standard",
        {"block": ONE},
        {"ndpr": ndpr, "dy": dy, "tb": tb},
        "only for scenarios of relabelling",
    )
    loss = book.assumed(
        1.05, "blocks per finished magnet", "t/t", "machining loss, the scrap of which goes back"
    )
    _technology(book, "finish", one, {"block": loss}, "machining and coating")
