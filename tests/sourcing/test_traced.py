"""Traced caps: what is made of capped material counts wherever it was made, and each plant keeps its classes apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pytest import approx

import floors
from floors.contract.results import BY_NAME
from floors.many import solve_scenarios
from floors.solving.tag_balances import tags_close
from tests.support.planted import Copy
from tests.support.studies import floor, levy, metric, one, refused, rows, settings, study, table, total

CN_OXIDE, AU_OXIDE, VN_WORK, US_WORK, CN_WORK = 9, 21, 7, 24, 5
USED = 1.5  # t of oxide for a t of magnet
CLEAN = USED * AU_OXIDE + VN_WORK  # what a clean magnet costs at VN: 38.5
OWN = USED * CN_OXIDE + CN_WORK  # what a Chinese one costs: 18.5
DIRTY = USED * CN_OXIDE + VN_WORK  # a magnet of VN out of Chinese oxide: 20.5
CAPS = "scope commodity basis traced 2026"
MAKES = "process region commodity unit_cost capacity technology"
PROCESSES: tuple[tuple[Any, ...], ...] = (
    ("cn ox", "CN", "oxide", CN_OXIDE, 1000, None),
    ("au ox", "AU", "oxide", AU_OXIDE, 1000, None),
    ("vn", "VN", None, VN_WORK, 1000, "sinter"),
    ("us", "US", None, US_WORK, 1000, "sinter"),
)
CN_MAKES = ("cn", "CN", None, CN_WORK, 1000, "sinter")


def tables_of(*more: tuple[Any, ...], cap: float = 0.3, header: str = MAKES, **sheets: Any) -> dict[str, Any]:
    """The US wants 80 t of magnets, of which a share `cap` may be of Chinese material; `more` processes."""
    given = {
        "regions": table("region role", ("US", "member"), ("VN", "other"), ("AU", "other"), ("CN", "capped")),
        "commodities": table("commodity", ("oxide",), ("magnet",)),
        "technologies": table(
            "technology commodity coefficient", ("sinter", "oxide", -USED), ("sinter", "magnet", 1)
        ),
        "processes": table(header, *PROCESSES, *more),
        "demand": table("region segment commodity value 2026", ("US", "a", "magnet", 300, 80)),
        "caps": table(CAPS, ("bloc", "magnet", "demand", True, cap)),
    }
    return given | sheets


def chain(*more: tuple[Any, ...], **options: Any) -> floors.Study:
    """The study of these tables."""
    return study(**tables_of(*more, **options))


def tonnes(result: floors.Result, **where: Any) -> float:
    """Tonnes of shipments."""
    return total(result.shipments, "quantity", **where)


def traced_share(result: floors.Result) -> float:
    """What of the bloc's magnets is counted."""
    return float(one(result.concentration, "traced_share", commodity="magnet", scope="bloc", year=2026))


def checked(tables: floors.Study, **options: Any) -> floors.Result:
    """A result that verifies."""
    result = floors.solve(tables, **options)
    report = floors.verify(tables, result)
    assert report.ok, report.findings
    assert "proven least" in report.proof[0]
    return result


def test_a_magnet_of_chinese_oxide_counts_wherever_it_is_sintered() -> None:
    """24 t from CN at 18.5, 56 t from VN out of oxide of AU at 38.5; the floor is what the clean one costs."""
    result = checked(chain(CN_MAKES))
    assert metric(result, "total_cost") == approx((24 * OWN + 56 * CLEAN) / 1000)
    assert (floor(result, commodity="magnet"), levy(result, commodity="magnet")) == approx(
        (CLEAN, CLEAN - OWN)
    )
    assert tonnes(result, origin="CN", destination="US", tag="tainted") == approx(24)
    assert tonnes(result, origin="VN", destination="US", tag="clean") == approx(56)
    assert traced_share(result) == approx(0.3) == metric(result, "traced_share")
    assert metric(result, "embodied_share") == approx(0.3)
    assert set(rows(result.caps, commodity="magnet")["traced"]) == {True}


def test_papers_see_the_country_of_the_last_process_alone() -> None:
    """The same caps without tracing: 56 t from VN are Chinese through and through, and no sheet has a tag."""
    caps = table(CAPS, ("bloc", "magnet", "demand", False, 0.3))
    result = checked(chain(CN_MAKES, caps=caps))
    assert metric(result, "total_cost") == approx((24 * OWN + 56 * DIRTY) / 1000)
    assert metric(result, "embodied_share") == approx(1.0)
    assert result.shipments["tag"].isna().all() and result.production["mode"].isna().all()
    assert result.concentration["traced_share"].isna().all()
    assert "traced_share" not in set(result.summary["metric"])


def test_a_scenario_may_trace_and_another_not() -> None:
    tables = chain(
        CN_MAKES,
        scenarios=table("scenario", ("papers",)),
        changes=table(
            "scenario sheet where column change value",
            ("papers", "caps", "commodity=magnet", "traced", "set", False),
        ),
    )
    costs = {run.scenario: metric(run, "total_cost") for run in solve_scenarios(tables)}
    assert costs == approx({"base": (24 * OWN + 56 * CLEAN) / 1000, "papers": (24 * OWN + 56 * DIRTY) / 1000})


def test_where_the_capped_origin_makes_none_there_is_a_levy_and_no_floor() -> None:
    """CN makes no magnets: VN's 24 t of its oxide pay what clean ones cost more, and no floor stands."""
    result = checked(chain())
    assert metric(result, "total_cost") == approx((24 * DIRTY + 56 * CLEAN) / 1000)
    assert result.floors.empty
    assert one(result.shipments, "levy", origin="VN", destination="US", tag="tainted") == approx(
        CLEAN - DIRTY
    )
    assert one(result.accounts, "levy_revenue", region="US") == approx(24 * (CLEAN - DIRTY) / 1000)
    assert (traced_share(result), metric(result, "capped_share")) == (approx(0.3), 0)
    modes = rows(result.production, process="vn")
    assert dict(zip(modes["mode"], modes["activity"], strict=True)) == approx({"any": 24, "clean": 56})
    assert list(modes["capacity"]) == [1000, 1000] and list(modes["utilisation"]) == approx([0.08, 0.08])
    assert one(result.prices, "clean_price", region="VN", commodity="oxide") == approx(AU_OXIDE)
    assert one(result.prices, "price", region="VN", commodity="oxide") == approx(CN_OXIDE)
    assert one(result.prices, "clean_origin_price", region="VN", commodity="magnet") == approx(CLEAN)
    assert one(result.prices, "origin_price", region="VN", commodity="magnet") == approx(DIRTY)


def test_members_own_tainted_goods_pay_the_levy_at_home() -> None:
    """VN is closed: the US makes all itself, 24 t of them out of Chinese oxide, and these pay the levy in the US."""
    routes = table("origin destination commodity limit", ("*", "*", "*", None), ("VN", "US", "*", 0))
    result = checked(chain(routes=routes))
    premium = USED * (AU_OXIDE - CN_OXIDE)
    assert one(result.shipments, "levy", origin="US", destination="US", tag="tainted") == approx(premium)
    assert tonnes(result, origin="US", destination="US", tag="tainted") == approx(24)
    assert one(result.accounts, "levy_revenue", region="US") == approx(24 * premium / 1000)


def test_a_share_of_each_input_may_come_from_any() -> None:
    """With de_minimis of 0.2 a clean magnet holds 0.2 x 1.5 t of Chinese oxide: it is cheaper, and so is the floor."""
    result = checked(chain(CN_MAKES, settings=settings(de_minimis=0.2)))
    mixed = USED * (0.8 * AU_OXIDE + 0.2 * CN_OXIDE) + VN_WORK
    assert floor(result, commodity="magnet") == approx(mixed)
    assert metric(result, "total_cost") == approx((24 * OWN + 56 * mixed) / 1000)
    assert traced_share(result) == approx(0.3)
    assert metric(result, "embodied_share") == approx(0.3 + 0.2 * 0.7)


def test_all_products_of_a_plant_are_tagged_alike() -> None:
    """Ore gives 0.2 nd and 0.1 dy; of nd 30 t may be tainted, and clean ore gives 10 t. For the sake of dy 10 t more
    of tainted nd are made, and stay where they are."""
    tables = study(
        regions=table("region role", ("US", "member"), ("MY", "other"), ("AU", "other"), ("CN", "capped")),
        commodities=table("commodity", ("ore",), ("nd",), ("dy",)),
        technologies=table(
            "technology commodity coefficient", ("sep", "ore", -1), ("sep", "nd", 0.2), ("sep", "dy", 0.1)
        ),
        processes=table(
            MAKES,
            ("cn ore", "CN", "ore", 1, 1000, None),
            ("au ore", "AU", "ore", 4, 50, None),
            ("sep", "MY", None, 2, 1000, "sep"),
            ("us nd", "US", "nd", 50, 1000, None),
            ("us dy", "US", "dy", 80, 1000, None),
        ),
        demand=table(
            "region segment commodity value 2026", ("US", "a", "nd", 300, 60), ("US", "a", "dy", 300, 25)
        ),
        caps=table(CAPS, ("bloc", "nd", "tonnes", True, 30)),
    )
    result = checked(tables)
    modes = rows(result.production, process="sep")
    assert dict(zip(modes["mode"], modes["activity"], strict=True)) == approx({"any": 200, "clean": 50})
    assert tonnes(result, origin="US", commodity="nd") == approx(20)
    assert tonnes(result, origin="MY", commodity="nd") == approx(40)
    assert tonnes(result, origin="MY", commodity="dy") == approx(25)
    assert metric(result, "total_cost") == approx((200 * 1 + 50 * 4 + 250 * 2 + 20 * 50) / 1000)
    assert result.shipments.loc[result.shipments["commodity"] == "dy", "tag"].isna().all()


def test_only_the_clean_part_of_a_stock_makes_clean_magnets() -> None:
    """A ban; 30 t of oxide in the US, 0.4 of it Chinese: 12 t of magnets out of the clean 18 t, VN makes the rest."""
    piles = table("stockpile region commodity opening opening_content", ("pile", "US", "oxide", 30, 0.4))
    targets = table("stockpile 2026", ("pile", 0))
    cheap = ("us", "US", None, VN_WORK, 1000, "sinter")
    tables = chain(
        cap=0,
        processes=table(MAKES, *PROCESSES[:3], cheap),
        stockpiles=piles,
        stock_targets=targets,
    )
    result = checked(tables)
    assert metric(result, "total_cost") == approx((80 * CLEAN - 18 * AU_OXIDE) / 1000)
    left = {row.tag: row.closing for row in result.stocks.itertuples()}
    assert left["clean"] == approx(0)
    assert left["tainted"] + total(result.stocks, "take", tag="tainted") == approx(12)
    assert rows(result.shipments, destination="US", tag="tainted", commodity="magnet").empty


def test_recycling_renews() -> None:
    """A recycler's oxide has the origin of its own region, whatever scrap it used."""
    header = f"{MAKES} renews"
    technologies = table(
        "technology commodity coefficient",
        *(("sinter", "oxide", -USED), ("sinter", "magnet", 1)),
        *(("recycle", "scrap", -1), ("recycle", "oxide", 0.3)),
    )
    parts: dict[str, Any] = {
        "header": header,
        "commodities": table("commodity", ("scrap",), ("oxide",), ("magnet",)),
        "technologies": technologies,
        "cap": 0,
    }
    scrap = ("cn scrap", "CN", "scrap", 0.5, 60, None)
    saved = []
    for renews in (True, False):
        recycler = ("recycler", "VN", None, 1, 1000, "recycle", renews)
        result = checked(chain(scrap, recycler, **parts))
        assert tonnes(result, origin="VN", commodity="magnet", tag="clean") == approx(80)
        saved.append(80 * CLEAN / 1000 - metric(result, "total_cost"))
    assert saved == approx([0.3 * 60 * AU_OXIDE / 1000 - 60 * 1.5 / 1000, 0])


def test_content_above_de_minimis_taints_what_is_shipped_clean() -> None:
    """On a route of content 0.25 what VN makes clean arrives tainted: the clean part comes from the US."""
    routes = table("origin destination commodity content", ("*", "*", "*", None), ("VN", "US", "*", 0.25))
    result = checked(chain(routes=routes))
    us = USED * AU_OXIDE + US_WORK
    assert metric(result, "total_cost") == approx((24 * DIRTY + 56 * us) / 1000)
    assert set(rows(result.shipments, origin="VN", destination="US")["tag"]) == {"tainted"}
    none = checked(chain(routes=routes, settings=settings(de_minimis=0.25)))
    assert "clean" in set(rows(none.shipments, origin="VN", destination="US")["tag"])


def test_what_is_clean_at_its_origin_may_leave_as_tainted() -> None:
    """VN mines its own oxide, which is clean, on a route that makes it tainted: it counts, and the rest is Australian."""
    routes = table("origin destination commodity content", ("*", "*", "*", None), ("VN", "US", "*", 0.25))
    tables = chain(
        processes=table(
            MAKES, ("vn ox", "VN", "oxide", 5, 1000, None), ("au ox", "AU", "oxide", AU_OXIDE, 1000, None)
        ),
        demand=table("region segment commodity value 2026", ("US", "a", "oxide", 300, 80)),
        caps=table(CAPS, ("bloc", "oxide", "demand", True, 0.3)),
        routes=routes,
    )
    result = checked(tables)
    assert metric(result, "total_cost") == approx((24 * 5 + 56 * AU_OXIDE) / 1000)
    assert tonnes(result, origin="VN", tag="tainted") == approx(24)
    assert one(result.shipments, "levy", origin="VN") == approx(AU_OXIDE - 5)


def test_one_region_may_be_the_class() -> None:
    """Caps that name CN do not count what is made of Russian oxide, capped as it is."""
    regions = table(
        "region role",
        *(("US", "member"), ("VN", "other"), ("AU", "other"), ("CN", "capped"), ("RU", "capped")),
    )
    russian = ("ru ox", "RU", "oxide", 10, 1000, None)
    caps = table("scope commodity origin basis traced 2026", ("bloc", "magnet", "CN", "demand", True, 0.3))
    result = checked(chain(russian, regions=regions, caps=caps))
    assert metric(result, "total_cost") == approx((24 * DIRTY + 56 * (USED * 10 + VN_WORK)) / 1000)
    assert one(result.shipments, "tag", origin="RU", commodity="oxide") == "clean"
    whole = table("scope commodity basis traced 2026", ("bloc", "magnet", "demand", True, 0.3))
    both = checked(chain(russian, regions=regions, caps=whole))
    assert metric(both, "total_cost") == approx((24 * DIRTY + 56 * CLEAN) / 1000)


def test_other_caps_do_not_see_tags() -> None:
    """Beside the traced cap one on what VN itself sells counts its tainted and its clean magnets together."""
    caps = table(
        "scope commodity origin basis traced 2026",
        ("bloc", "magnet", None, "demand", True, 0.3),
        ("bloc", "magnet", "VN", "tonnes", False, 50),
    )
    result = checked(chain(CN_MAKES, caps=caps))
    assert tonnes(result, origin="VN", destination="US") == approx(50)
    us = USED * AU_OXIDE + US_WORK
    assert metric(result, "total_cost") == approx((24 * OWN + 50 * CLEAN + 6 * us) / 1000)


def test_limits_and_minimums_bind_both_tags_together() -> None:
    """A route of 40 t, a take-or-pay of 70 t, a process that must run 60 t, a plant with room for 40."""
    limited = chain(
        routes=table("origin destination commodity limit", ("*", "*", "*", None), ("VN", "US", "*", 40))
    )
    assert tonnes(checked(limited), origin="VN", destination="US") == approx(40)
    header = "origin destination commodity minimum"
    bound = chain(
        CN_MAKES,
        cap=0.5,
        routes=table(header, ("*", "*", "*", None), ("VN", "US", "magnet", 70)),
    )
    assert tonnes(checked(bound), origin="VN", destination="US") == approx(70)
    running = chain(
        processes=table(f"{MAKES} minimum", *PROCESSES[:3], (*PROCESSES[3], 60), CN_MAKES), cap=0.5
    )
    assert total(checked(running).production, "activity", process="us") == approx(60)
    small = chain(
        processes=table(MAKES, *PROCESSES[:2], ("vn", "VN", None, VN_WORK, 40, "sinter"), PROCESSES[3])
    )
    assert total(checked(small).production, "activity", process="vn") == approx(40)


def test_what_is_used_counts_by_tag_too() -> None:
    """A cap on use: 24 t of the 80 t that are used; levies of the tainted pay the rebate of the clean."""
    result = checked(chain(CN_MAKES, caps=table(CAPS, ("bloc", "magnet", "use", True, 0.3))))
    assert metric(result, "total_cost") == approx((24 * OWN + 56 * CLEAN) / 1000)
    assert metric(result, "levy_revenue") == approx(0, abs=1e-9)
    dual = CLEAN - OWN
    assert one(result.shipments, "levy", origin="CN", destination="US") == approx(0.7 * dual)
    assert one(result.shipments, "levy", origin="VN", destination="US", tag="clean") == approx(-0.3 * dual)


def test_leaks_are_tainted() -> None:
    """A quarter of 80 t evades the cap: 20 of the 24 t that it allows are gone."""
    demand = table("region segment commodity value enforcement 2026", ("US", "a", "magnet", 300, 0.75, 80))
    result = checked(chain(CN_MAKES, demand=demand))
    assert tonnes(result, origin="CN", destination="US", tag="tainted") == approx(4)
    assert traced_share(result) == approx(0.3)
    assert one(result.sourcing, "tag", leak=True) == "tainted"


def test_a_stockpile_has_room_for_both_tags_together() -> None:
    years = table("year length", (2026, 1), (2027, 1))
    demand = table("region segment commodity value 2026 2027", ("US", "a", "magnet", 300, 80, 80))
    processes = table(f"{MAKES} last_year", *PROCESSES[:1], (*PROCESSES[1], 2026), *PROCESSES[2:])
    piles = table("stockpile region commodity opening capacity", ("pile", "VN", "oxide", 0, 60))
    caps = table("scope commodity basis traced 2026 2027", ("bloc", "magnet", "demand", True, 0.3, 0.3))
    result = checked(chain(years=years, demand=demand, processes=processes, stockpiles=piles, caps=caps))
    assert total(result.stocks, "closing", year=2026) == approx(60)
    assert tonnes(result, destination="US", year=2027, tag="clean") == approx(60 / USED)


@pytest.mark.parametrize("rule", ["maximum", "max_fall"])
def test_rules_on_floors_keep_the_money_in_balance(rule: str) -> None:
    """With rules that cost uplift, prices of what is clean and of any are others: who pays is booked all the same."""
    years = table("year length", (2026, 1), (2027, 1))
    demand = table("region segment commodity value 2026 2027", ("US", "a", "magnet", 300, 80, 80))
    caps = table("scope commodity basis traced 2026 2027", ("bloc", "magnet", "demand", True, 0.3, 1))
    rules = table("rule commodity 2026 2027", (rule, "magnet", *((30, 30) if rule == "maximum" else (2, 2))))
    tables = chain(CN_MAKES, years=years, demand=demand, caps=caps, floor_rules=rules)
    result = floors.solve(tables)
    report = floors.verify(tables, result)
    assert report.ok, report.findings
    if rule == "maximum":
        assert metric(result, "make_whole") > 0


REFUSED = {
    "traced_each": {
        "caps": table(
            "scope commodity origin basis traced 2026", ("bloc", "magnet", "each", "demand", True, 0.3)
        )
    },
    "traced_classes": {
        "caps": table(
            "scope commodity origin basis traced 2026",
            ("bloc", "magnet", "CN", "demand", True, 0.3),
            ("bloc", "oxide", "VN", "tonnes", True, 30),
        )
    },
}


@pytest.mark.parametrize("code", REFUSED)
def test_one_class_a_workbook(code: str) -> None:
    (problem,) = refused(**tables_of(CN_MAKES, **REFUSED[code]))
    assert (problem.sheet, problem.code) == ("caps", code)
    assert problem.cell == ("C2" if code == "traced_each" else "C3")


LOOPS = {
    "two steps": (
        ("sinter", "oxide", -1),
        ("sinter", "magnet", 1),
        ("melt", "magnet", -1),
        ("melt", "oxide", 0.99),
    ),
    "split and joined": (
        *(("sinter", "oxide", -1), ("sinter", "magnet", 0.5), ("sinter", "dust", 0.49)),
        *(("melt", "magnet", -1), ("melt", "oxide", 1), ("wash", "dust", -1), ("wash", "oxide", 1)),
    ),
}


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(("share", "found"), [(0.02, True), (0.0, False), (0.004, False)])
def test_a_loop_would_make_clean_of_tainted_alone(loop: str, share: float, found: bool) -> None:
    """Of 0.99 t that come back 0.98 x 0.98 need be clean: the rest is tainted. With no share a loop does no harm."""
    names = dict.fromkeys(name for name, _, _ in LOOPS[loop])
    problems = refused(
        **tables_of(
            processes=table(
                MAKES,
                ("cn ox", "CN", "oxide", CN_OXIDE, 1000, None),
                ("au ox", "AU", "oxide", AU_OXIDE, 1000, None),
                *((f"{name} plant", "VN", None, 1, 1000, name) for name in names),
            ),
            commodities=table("commodity", ("oxide",), ("magnet",), ("dust",)),
            technologies=table("technology commodity coefficient", *LOOPS[loop]),
            settings=settings(de_minimis=share),
        )
    )
    assert [(p.sheet, p.cell, p.code) for p in problems] == [("settings", "B3", "de_minimis_chain")] * found
    if found:
        assert "(melt plant)" in problems[0].message and "0.02" in problems[0].message


def test_renewing_nearly_all_would_make_clean_of_tainted() -> None:
    """What gives back 0.995 t of oxide out of a magnet's oxide and renews is no recycler but a laundry."""
    technologies = table(
        "technology commodity coefficient",
        *(("sinter", "oxide", -1), ("sinter", "magnet", 1), ("melt", "magnet", -1), ("melt", "oxide", 0.995)),
    )
    for technology_renews, found in ((True, ["renewing_chain"]), (False, [])):
        melt = ("melt", "VN", None, 1, 1000, "melt", technology_renews)
        sheets = tables_of(CN_MAKES, melt, header=f"{MAKES} renews", technologies=technologies)
        assert [problem.code for problem in refused(**sheets)] == found


def test_numbers_that_nothing_reads_are_noted() -> None:
    """de_minimis and opening_content without a traced cap, renews where nothing tagged is used; not where a scenario
    traces a cap."""
    plain = table(CAPS, ("bloc", "magnet", "demand", False, 0.3))
    piles = table("stockpile region commodity opening opening_content", ("pile", "US", "oxide", 0, 0.4))
    unread: dict[str, Any] = {
        "header": f"{MAKES} renews",
        "processes": table(f"{MAKES} renews", (*PROCESSES[0], True), (*PROCESSES[1], True), *PROCESSES[2:]),
        "settings": settings(de_minimis=0.1),
        "stockpiles": piles,
    }
    codes = {"de_minimis_unused", "renews_unused", "content_unused"}

    def noted(**sheets: Any) -> list[str]:
        notes = floors.solve(chain(**(unread | sheets))).outcome.case.notes
        return sorted(note.code for note in notes if note.code in codes)

    assert noted(caps=plain) == ["content_unused", "de_minimis_unused", "renews_unused", "renews_unused"]
    assert noted() == ["renews_unused", "renews_unused"]
    traces = table(
        "scenario sheet where column change value",
        ("traced", "caps", "commodity=magnet", "traced", "set", True),
    )
    assert noted(caps=plain, scenarios=table("scenario", ("traced",)), changes=traces) == []


def test_the_certificate_says_that_tags_close() -> None:
    """Clean goods that are sent are made clean, and what must be clean is there: one tonne too many is seen."""
    result = checked(chain())
    checks = {check.check: check for check in result.checks}
    assert checks["tags_close"].passed and checks["baseline tags_close"].passed
    outcome = result.outcome
    tainted = outcome.case.arcs.table.keys.index(("VN", "US", "magnet", 2026))
    clean = outcome.case.arcs.table.keys.index(("VN", "US", "magnet (clean)", 2026))
    tonnes = outcome.ship_column.copy()
    tonnes[clean] += tonnes[tainted]
    tonnes[tainted] = 0.0
    swapped = replace(outcome)
    vars(swapped)["ship_column"] = tonnes
    assert tags_close(swapped) == approx(24 / (56 + 80), rel=1e-6)


TAMPERED: dict[str, tuple[str, str, Any]] = {
    "a tainted shipment as clean": ("shipments", "tag", "clean"),
    "a tainted arrival as clean": ("sourcing", "tag", "clean"),
    "what any inputs make as clean": ("production", "mode", "clean"),
    "a cheaper clean price": ("prices", "clean_price", 1.0),
    "a cheaper clean price at origin": ("prices", "clean_origin_price", 1.0),
    "less that is counted": ("concentration", "traced_share", 0.1),
    "a cap that sees papers": ("caps", "traced", False),
    "a stock that is clean": ("stocks", "tag", "clean"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_verify_sees_what_is_tampered_with(what: str) -> None:
    sheet, column, wrong = TAMPERED[what]
    piles = table("stockpile region commodity opening opening_content", ("pile", "VN", "oxide", 15, 0.4))
    tables = chain(stockpiles=piles, stock_targets=table("stockpile 2026", ("pile", 0)))
    result = checked(tables)
    copy = Copy(result, False)
    place = BY_NAME[sheet].names.index(column)
    rows_of = copy.rows(sheet)
    first = next(row for row in rows_of if row[place] not in (None, wrong, "clean") and _of_vn(sheet, row))
    first[place] = wrong
    assert not floors.verify(tables, copy).ok


def _of_vn(sheet: str, row: list[Any]) -> bool:
    """Rows whose numbers bear on what VN makes."""
    return sheet in ("concentration", "caps", "stocks") or "VN" in row or "vn" in row


def test_words_say_what_is_counted_and_why_the_average_differs() -> None:
    """Of clean magnets 0.2 is Chinese material under de_minimis; without it nothing is said."""
    apart = "is tainted, which its traced caps count"
    mixed = "\n".join(checked(chain(CN_MAKES, settings=settings(de_minimis=0.2))).sentences)
    assert (
        "Of the magnet that arrives in the bloc 30% is tainted, which its traced caps count, and 44%" in mixed
    )
    assert (
        "20% of what counts as clean is capped material (de_minimis lets them hold 20% of each input)"
        in mixed
    )
    alone = checked(chain(CN_MAKES))
    assert not any(apart in said for said in alone.sentences)
    assert any("30% is made of capped material" in said for said in alone.sentences)


def test_words_say_who_pays_a_levy_without_a_floor_and_at_home() -> None:
    no_floor = "\n".join(checked(chain()).sentences)
    assert (
        "magnet: no floor stands, since no capped origin can supply a member; the levy, 18.00 USD/kg"
        in no_floor
    )
    assert "lies on what VN makes of capped material" in no_floor
    header = "origin destination commodity limit"
    closed = table(header, ("*", "*", "*", None), ("VN", "US", "*", 0))
    home = "\n".join(checked(chain(routes=closed)).sentences)
    assert "what US makes of capped material and uses at home pays levies of 0.43 million" in home
    floor_there = "\n".join(checked(chain(CN_MAKES)).sentences)
    assert "no floor stands" not in floor_there and "at home" not in floor_there


def test_a_contract_is_paid_at_what_both_tags_fetch() -> None:
    """60 t under contract at a strike of 30: 24 t tainted at 20.5 and 56 t clean at 38.5 fetch 33.1 on average."""
    contracts = table("process strike upside payer 2026", ("vn", 30, 1, "US", 60))
    result = checked(chain(contracts=contracts))
    fetched = (24 * DIRTY + 56 * CLEAN) / 80
    assert total(result.accounts, "contract_payments", region="US") == approx(60 * (30 - fetched) / 1000)


def test_what_a_plan_without_policy_taints_is_not_asked() -> None:
    """Where clean oxide is as cheap as Chinese the plan taints no more than it must, whatever the cap lets in."""
    processes = table(MAKES, PROCESSES[0], ("au ox", "AU", "oxide", CN_OXIDE, 1000, None), *PROCESSES[2:])
    assert traced_share(checked(chain(cap=0.9, processes=processes))) == 0


def test_a_diagnosis_names_what_must_be_clean() -> None:
    """All must be served, and there is oxide of AU for 20 of the 56 t that must be clean: the cap gives way by 36 t."""
    tables = chain(
        processes=table(MAKES, PROCESSES[0], ("au ox", "AU", "oxide", AU_OXIDE, 30, None), *PROCESSES[2:]),
        demand=table("region segment commodity 2026", ("US", "a", "magnet", 80)),
    )
    told = floors.diagnose(tables).sentences
    assert "  - What US uses of magnet (clean) in 2026 comes from US and VN alone." in told
    most = "magnet made of material of capped origin into the bloc in 2026: 36 t more"
    assert f"  - raise caps!E2 from 30 % to 75 % ({most})" in told
    assert "  - raise the capacity of au ox in 2026 from 30 t to 84 t (processes!E3)" in told
