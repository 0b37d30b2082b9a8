"""What else could happen: caps, members, controls, prices, building, embargoes."""

from __future__ import annotations

from collections.abc import Sequence

from models.books.book import Book
from models.books.changes import NO_CAPS, Change, add_scenario
from models.books.figures import Figure
from models.critical_minerals.goods import CANDIDATES, MEMBERS, MOTOR, Good
from models.critical_minerals.motors import add_motor_scenarios
from models.critical_minerals.prices import freight_of, price_points

EMBARGOES = (2028, 2033)
CONTROLLED = ("gallium", "germanium", "antimony")
"""What China's ban of December 2024 on exports to the United States named, suspended to 27 November 2026."""

NOTE_OF_BANS = (
    "as the study stands gallium is dearer in the United States in 2027 alone, and no levy is higher: others have idle "
    "plants, and sell to them"
)
NOTE_OF_BUILDING = (
    "no floor is higher, as the study stands: known from the start, plants are begun so much sooner, and are paid for "
    "from when they stand"
)


def add_scenarios(book: Book, goods: Sequence[Good]) -> None:
    """Sheets scenarios and changes. States of the world are an embargo on one chain from the first year, or on all."""
    _policy(book, goods)
    if any(good.name == MOTOR for good in goods):
        add_motor_scenarios(book)
    _members(book)
    _controls(book, goods)
    _supply(book, goods)
    _embargoes(book, goods)


def _policy(book: Book, goods: Sequence[Good]) -> None:
    add_scenario(book, "no policy", "No caps and no Vault: what is Chinese without them.", NO_CAPS)
    ores = [good for good in goods if good.stage == "ore" and good.capped]
    if ores:
        add_scenario(
            book,
            "processing only",
            "Caps on refined goods alone, none on what is mined: "
            + ", ".join(good.label for good in ores)
            + ".",
            [("caps", f"commodity={good.label}", "2027-2035", "set", None) for good in ores],
            note="the base to the dollar, as the study stands: members buy less of these from China than caps let in",
        )
    add_scenario(
        book,
        "third country 65 %",
        "No third country, China or another, over 65 % of any good from 2030, and no other cap.",
        [*NO_CAPS, ("caps", "scope=bloc; origin=each", "2030-2035", "set", book.cited("crma_share"))],
        ground=book.cited("crma_share").ground,
    )
    weak = book.cited("weak_enforcement")
    leaking = [good for good in goods if good.final and good.capped and not good.spread]
    made_into_others = {feed for good in goods for feed in good.of}
    add_scenario(
        book,
        "half on paper",
        "Half of what civil buyers use of goods that China makes most of is not controlled, and Chinese: papers "
        "show the cap, the truth is another.",
        [
            *(
                ("demand", f"segment=civil; commodity={good.label}", "enforcement", "set", weak)
                for good in leaking
            ),
            *(
                ("caps", f"scope=bloc; commodity={good.label}; origin=''", "leaks", "set", "unseen")
                for good in leaking
                if good.name not in made_into_others
            ),
        ],
        ground=weak.ground,
    )


def _members(book: Book) -> None:
    add_scenario(
        book,
        "nine members",
        "Korea, India, the United Kingdom, Canada and Australia join.",
        [("regions", f"region={r}", "role", "set", "member") for r in CANDIDATES],
    )
    add_scenario(
        book,
        "US alone",
        "The United States hold the caps alone.",
        [("regions", f"region={r}", "role", "set", "other") for r in MEMBERS if r != "US"],
    )
    add_scenario(
        book,
        "Japan leaves in 2030",
        "Japan is a member until 2029.",
        [("roles", "region=JP", "2030-2035", "set", "other")],
    )


def _controls(book: Book, goods: Sequence[Good]) -> None:
    controlled = [good for good in goods if good.name in CONTROLLED]
    if controlled:
        rows = [
            ("route_limits", f"origin=CN; destination=US; commodity={good.label}", "2027-2035", "set", 0)
            for good in controlled
        ]
        add_scenario(
            book,
            "controls back",
            "China's bans on exports to the United States are in force again from 2027: "
            + ", ".join(good.label for good in controlled)
            + ".",
            rows,
            ground=book.cited("ban_us_suspended").ground,
            note=NOTE_OF_BANS if any(good.name == "gallium" for good in controlled) else "",
        )
    if any(good.name == "cobalt_ore" for good in goods):
        _no_quota(book, next(good for good in goods if good.name == "cobalt_ore"))
    if any(good.name == "nickel" for good in goods):
        share = book.cited("nickel_chinese_owned_ID")
        add_scenario(
            book,
            "ownership counts",
            "Nickel from plants in Indonesia that Chinese firms own counts as Chinese.",
            [("routes", "origin=ID; commodity=nickel", "content", "set", share)],
            ground=share.ground,
        )


def _no_quota(book: Book, ore: Good) -> None:
    """DR Congo as in 2024: what it mined, at what was paid."""
    last, before = book.cited("cobalt_quota_last"), book.cited("cobalt_past_2024_LME")
    step, freight = book.cited("cobalt_convert_CN"), freight_of(book, ore)
    asked = book.derived(
        before - step - freight,
        f"{ore.title}, DR Congo, asked without a quota",
        "USD/kg",
        f"{before:.4g} of the metal in 2024, less {step:g} of the step to it and {freight:.3g} of freight",
        before,
        step,
        freight,
    )
    worth = book.derived(
        before - freight,
        "Project Vault, worth of cobalt at the end, without a quota",
        "USD/kg",
        f"{before:.4g} less {freight:.3g} of freight",
        before,
        freight,
    )
    add_scenario(
        book,
        "no Congolese quota",
        "DR Congo lets all go that it mined in 2024, and asks what was paid in that year.",
        [
            (
                "capacities",
                "process=CD cobalt_ore",
                f"2026-{last:g}",
                "set",
                book.cited("cobalt_ore_made_CD"),
            ),
            ("unit_costs", "process=CD cobalt_ore", "2026-2035", "set", asked),
            ("stockpiles", "stockpile=Vault cobalt", "closing_value", "set", worth),
        ],
        ground=book.cited("cobalt_quota_CD").ground,
    )


def _supply(book: Book, goods: Sequence[Good]) -> None:
    cut = book.cited("dumping_factor")
    for good in goods:
        if not good.final:
            continue
        price = price_points(book, good)[2030]
        less = book.derived(
            (cut - 1) * price,
            f"{good.title}, what China asks less while it undersells",
            "USD/kg",
            f"{1 - cut:.0%} of {price:.4g}, off what it asks for making it",
            cut,
            price,
        )
        add_scenario(
            book,
            f"dumping of {good.label}",
            f"China asks {1 - cut:.0%} less for {good.title} from 2028.",
            [("unit_costs", f"process=CN {good.label}", "2028-2035", "add", less)],
            ground=cut.ground,
        )
    late = book.cited("late_years")
    add_scenario(
        book,
        "slow build-out",
        f"New plants outside China take {late:g} years longer.",
        [
            (sheet, f"{key}={row[key]}", "lead_time", "add", late)
            for sheet, key in (("processes", "process"), ("plants", "plant"))
            for row in book.sheets.get(sheet, ())
            if row.get("lead_time") is not None
        ],
        ground=late.ground,
        note="" if any(good.weak for good in goods) else NOTE_OF_BUILDING,
    )


def _closed(book: Book, goods: Sequence[Good], since: int) -> list[Change]:
    """What China ships is shut, the Vault is open, and who must deliver need not."""
    years = f"{since}-2035"
    changes: list[Change] = []
    for good in goods:
        changes.append(("route_limits", f"origin=CN; commodity={good.label}", years, "set", 0))
        if good.final and good.kept:
            changes.append(("releases", f"stockpile=Vault {good.label}", years, "set", None))
        changes += [
            ("minimums", f"process={row['process']}", years, "set", None)
            for row in book.sheets.get("minimums", ())
            if str(row["process"]).endswith(f" {good.label}")
        ]
        changes += [
            ("route_minimums", f"origin={r}; destination={r}; commodity={good.label}", years, "set", None)
            for r in MEMBERS
            if book.known(f"{good.name}_contracted") is not None
            and any(
                (row["origin"], row["destination"], row["commodity"]) == (r, r, good.label)
                for row in book.sheets.get("route_minimums", ())
            )
        ]
    return changes


def _embargoes(book: Book, goods: Sequence[Good]) -> None:
    chains = dict.fromkeys(good.chain for good in goods)
    for since in EMBARGOES:
        for chain in chains:
            add_scenario(
                book,
                f"embargo on {chain} {since}",
                f"Nothing of {chain} leaves China from {since}; the Vault may be used. A surprise, after the caps.",
                _closed(book, [good for good in goods if good.chain == chain], since),
                known_from=since,
                probability=_chance(book, f"{chain}, from {since}") if since == EMBARGOES[0] else None,
            )
        add_scenario(
            book,
            f"embargo on all {since}",
            f"None of these goods leaves China from {since}; the Vault may be used. A surprise, after the caps.",
            _closed(book, goods, since),
            known_from=since,
            probability=_chance(book, f"all, from {since}", name="embargo_all_chance"),
        )


def _chance(book: Book, of: str, name: str = "embargo_chance") -> Figure:
    chance = book.cited(name)
    return book.derived(chance, f"probability of an embargo on {of}", "share", f"{chance:g} each", chance)
