"""What an infeasible study is told, kind of row by kind: sentences, cells and quantities worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from floors.diagnosis import Change, Diagnosis
from tests.support import studies
from tests.support.studies import settings, table, years

MUST = table("region segment commodity value 2026", ("US", "all", "oxide", None, 10))
SMALL = table(
    "process region commodity unit_cost capacity",
    ("CN works", "CN", "oxide", 50, None),
    ("US works", "US", "oxide", 80, 3),
)
AT_HOME = table("process region commodity unit_cost capacity minimum", ("US works", "US", "oxide", 80, 3, 0))
ASIDE = table("origin destination commodity", ("CN", "JP", "oxide"))
PILE = table("stockpile region commodity opening", ("pile", "US", "oxide", 0))
NEED = "US (all) must get all 10 t of oxide in 2026 (demand!E2), with no value at which to go without (demand!D2 (blank))."
ROOM = "In 2026 there is room for 3 t of US works (processes!E3)."
FROM_BOTH = "What US uses of oxide in 2026 comes from US and CN alone."
FROM_PILE = "What US uses of oxide in 2026 comes from US and stockpile pile alone."
MADE = "What is shipped of oxide in 2026 is made where it comes from: in US by US works (processes!A3)."


def raise_home(needed: str, cell: str = "E3") -> str:
    return f"raise the capacity of US works in 2026 from 3 t to {needed} t (processes!{cell})"


def go_short(by: str) -> str:
    return (
        f"let US (all) go without {by} its 10 t of oxide in 2026 (demand!E2): give demand!D2 (blank) a value, the "
        "most a buyer would pay"
    )


def diagnose(**sheets: Any) -> Diagnosis:
    found = floors.diagnose(studies.study(**sheets))
    assert found.status == "infeasible" and found.exit_code == 3 and found.total_cost is None
    return found


def sentences(changes: tuple[Change, ...]) -> list[str]:
    return [change.sentence for change in changes]


Kind = tuple[dict[str, Any], list[str], str, list[str], tuple[str, float, float | None, float | None]]

KINDS: dict[str, Kind] = {
    # 3 t at home and 4 of 10 from China: 3 t are missing
    "cap on demand": (
        {"demand": MUST, "processes": SMALL, "caps": studies.cap("bloc", "oxide", "demand", 0.4)},
        [
            NEED,
            "caps!D2 limits oxide of capped origin into the bloc in 2026 to 40 % of demand, 4 t of 10 t (demand!E2).",
            ROOM,
            FROM_BOTH,
            MADE,
        ],
        "raise caps!D2 from 40 % to 70 % (oxide of capped origin into the bloc in 2026: 3 t more)",
        [raise_home("6"), go_short("3 t of")],
        ("cap[bloc oxide demand,2026]", 3, 0.4, 0.7),
    ),
    "cap in tonnes": (
        {"demand": MUST, "processes": SMALL, "caps": studies.cap("bloc", "oxide", "tonnes", 4)},
        [NEED, "caps!D2 limits oxide of capped origin into the bloc in 2026 to 4 t.", ROOM, FROM_BOTH, MADE],
        "raise caps!D2 from 4 t to 7 t (oxide of capped origin into the bloc in 2026)",
        [raise_home("6"), go_short("3 t of")],
        ("cap[bloc oxide tonnes,2026]", 3, 4, 7),
    ),
    # beside 3 t at home 40 % of arrivals are 2 t: 5 t go short, or 7 of 10 come from China
    "cap on use": (
        {"demand": MUST, "processes": SMALL, "caps": studies.cap("bloc", "oxide", "use", 0.4)},
        [
            NEED,
            "caps!D2 limits oxide of capped origin into the bloc in 2026 to 40 % of what arrives there.",
            ROOM,
            FROM_BOTH,
            MADE,
        ],
        "raise caps!D2 from 40 % to 70 % (oxide of capped origin into the bloc in 2026: 3 t more)",
        [raise_home("6"), go_short("5 t of")],
        ("cap[bloc oxide use,2026]", 3, 0.4, 0.7),
    ),
    "cap on each": (
        {
            "demand": MUST,
            "processes": SMALL,
            "caps": table("scope commodity basis origin 2026", ("bloc", "oxide", "demand", "each", 0.2)),
        },
        [
            NEED,
            "caps!E2 limits oxide from CN into the bloc in 2026 to 20 % of demand, 2 t of 10 t (demand!E2).",
            ROOM,
            FROM_BOTH,
            MADE,
        ],
        "raise caps!E2 from 20 % to 70 % (oxide from CN into the bloc in 2026: 5 t more)",
        [raise_home("8"), go_short("5 t of")],
        ("cap[bloc oxide from CN demand (each),2026]", 5, 0.2, 0.7),
    ),
    # a tenth of 10 t leaks: 9 t are in question, and 3 t of room are left under the cap
    "cap with a leak": (
        {
            "demand": table(
                "region segment commodity value enforcement 2026", ("US", "all", "oxide", None, 0.9, 10)
            ),
            "processes": SMALL,
            "caps": studies.cap("bloc", "oxide", "demand", 0.4),
        },
        [
            "US (all) must get all 9 t of oxide in 2026 (demand!F2), with no value at which to go without (demand!D2 "
            "(blank)).",
            "caps!D2 limits oxide of capped origin into the bloc in 2026 to 40 % of demand, 4 t of 10 t, of which 1 t "
            "leak past enforcement (demand!F2, E2).",
            ROOM,
            FROM_BOTH,
            MADE,
        ],
        "raise caps!D2 from 40 % to 70 % (oxide of capped origin into the bloc in 2026: 3 t more)",
        [
            raise_home("6"),
            "let US (all) go without 3 t of its 9 t of oxide in 2026 (demand!F2): give demand!D2 (blank) a value, the "
            "most a buyer would pay",
        ],
        ("cap[bloc oxide demand,2026]", 3, 0.4, 0.7),
    ),
    "cap on a group and a segment": (
        {
            "demand": table("region segment commodity value 2026", ("US", "defence", "oxide", None, 10)),
            "processes": SMALL,
            "groups": table("group commodity weight", ("rare", "oxide", 0.5)),
            "caps": table(
                "scope commodity basis segment origin 2026", ("US", "rare", "tonnes", "defence", "CN", 1)
            ),
        },
        [
            "US/defence must get all 10 t of oxide in 2026 (demand!E2), with no value at which to go without (demand!D2 "
            "(blank)).",
            "caps!F2 limits group rare from CN into US, segment defence in 2026 to 1 t.",
            ROOM,
            "What US/defence uses of oxide in 2026 comes from US and CN alone.",
            MADE,
        ],
        # 7 t at a weight of a half are 3.5 t under the cap
        "raise caps!F2 from 1 t to 3.5 t (group rare from CN into US, segment defence in 2026)",
        [
            raise_home("8"),
            "let US/defence go without 5 t of its 10 t of oxide in 2026 (demand!E2): give demand!D2 (blank) a value, "
            "the most a buyer would pay",
        ],
        ("cap[US rare defence from CN tonnes,2026]", 2.5, 1, 3.5),
    ),
    # 30 t of oxide for 10 t of magnets would be 300 % of a demand of 10 t
    "cap that no share would loosen enough": (
        {
            "demand": table("region segment commodity value 2026", ("US", "all", "magnet", None, 10)),
            "processes": table(
                "process region commodity technology unit_cost",
                ("CN magnets", "CN", "magnet", None, 1),
                ("CN oxides", "CN", "oxide", None, 1),
                ("US press", "US", None, "press", 1),
            ),
            "technologies": table(
                "technology commodity coefficient", ("press", "oxide", -3), ("press", "magnet", 1)
            ),
            "routes": table("origin destination commodity", ("CN", "US", "oxide")),
            "groups": table("group commodity weight", ("both", "oxide", 1), ("both", "magnet", 1)),
            "caps": studies.cap("bloc", "both", "demand", 0.5),
        },
        [
            "US (all) must get all 10 t of magnet in 2026 (demand!E2), with no value at which to go without (demand!D2 "
            "(blank)).",
            "caps!D2 limits group both of capped origin into the bloc in 2026 to 50 % of demand, 5 t of 10 t (demand!E2).",
            "What US uses of magnet in 2026 comes from US alone.",
            "What US uses of oxide in 2026 comes from CN alone (routes!A2).",
            "What is shipped of magnet in 2026 is made where it comes from: in US by US press (processes!A4).",
        ],
        # 25 t of oxide at 1 USD/kg, or 5 / 3 of 10 t of magnets go on, and what must be met counts twice
        "let US (all) go without 8.334 t of its 10 t of magnet in 2026 (demand!E2): give demand!D2 (blank) a value, "
        "the most a buyer would pay",
        [
            "empty caps!D2, so that there is no cap (group both of capped origin into the bloc in 2026: 25 t more)"
        ],
        ("must_serve[US,all,magnet,0,2026]", 25 / 3, 10, 5 / 3),
    ),
    "capacity by default": (
        {
            "demand": MUST,
            "processes": table(
                "process region commodity unit_cost capital_cost max_build",
                ("US works", "US", "oxide", 80, 50, 4),
            ),
        },
        [
            NEED,
            "In 2026 there is room for 0 t of US works besides what is built (processes row 2 (no capacity)): 0 by "
            "default.",
            "At most 4 t a year can be added to US works in 2026 (processes!F2).",
            "What US uses of oxide in 2026 comes from US alone.",
            MADE.replace("A3", "A2"),
        ],
        "raise the capacity of US works in 2026 from 0 t to 6 t (processes row 2 (no capacity))",
        ["raise max_build of US works from 4 t to 10 t (processes!F2)", go_short("6 t of")],
        ("capacity[US works,2026]", 6, 0, 6),
    ),
    "build_total": (
        {
            "demand": MUST,
            "processes": table(
                "process region commodity unit_cost capacity capital_cost max_total",
                ("US works", "US", "oxide", 80, 0, 50, 4),
            ),
        },
        [
            NEED,
            "At most 4 t can be added to US works in all (processes!G2).",
            "In 2026 there is room for 0 t of US works besides what is built (processes!E2).",
            "What US uses of oxide in 2026 comes from US alone.",
            MADE.replace("A3", "A2"),
        ],
        "raise the capacity of US works in 2026 from 0 t to 6 t (processes!E2)",
        ["raise max_total of US works from 4 t to 10 t (processes!G2)", go_short("6 t of")],
        ("capacity[US works,2026]", 6, 0, 6),
    ),
    "capacity that comes too late": (
        {
            "demand": MUST,
            "processes": table(
                "process region commodity unit_cost capacity capital_cost lead_time",
                ("US works", "US", "oxide", 80, None, 50, 3),
            ),
        },
        [
            NEED,
            "In 2026 there is room for 0 t of US works (processes!E2 (blank)): 0 by default. Nothing built from 2026 on "
            "runs by then in US works (processes!G2).",
            "What US uses of oxide in 2026 comes from US alone.",
            MADE.replace("A3", "A2"),
        ],
        "raise the capacity of US works in 2026 from 0 t to 10 t (processes!E2 (blank))",
        [go_short("all")],
        ("capacity[US works,2026]", 10, 0, 10),
    ),
    "process_minimum": (
        {"processes": [AT_HOME[0] | {"minimum": 5}]},
        ["US works must run at least 5 t in 2026 (processes!F2).", ROOM.replace("E3", "E2")],
        "lower what US works must run in 2026 from 5 t to 3 t (processes!F2)",
        [raise_home("5", "E2")],
        ("process_minimum[US works,2026]", 2, 5, 3),
    ),
    "a contract": (
        {
            "processes": [AT_HOME[0] | {"minimum": 2}],
            "contracts": table("process strike payer 2026", ("US works", 90, "US", 4)),
        },
        ["US works must run at least 4 t in 2026 under contract (contracts!D2).", ROOM.replace("E3", "E2")],
        "lower what US works must run in 2026 from 4 t to 3 t (contracts!D2)",
        [raise_home("4", "E2")],
        ("process_minimum[US works,2026]", 1, 4, 3),
    ),
    "route_limit": (
        {
            "demand": MUST,
            "processes": SMALL,
            "routes": table("origin destination commodity limit", ("CN", "US", "oxide", 5)),
        },
        [
            NEED,
            "CN may ship at most 5 t of oxide to US in 2026 (routes!D2).",
            ROOM,
            f"{FROM_BOTH[:-1]} (routes!A2).",
            MADE,
        ],
        "raise what CN may ship of oxide to US in 2026 from 5 t to 7 t (routes!D2)",
        [raise_home("5"), go_short("2 t of")],
        ("route_limit[CN,US,oxide,2026]", 2, 5, 7),
    ),
    "an embargo": (
        {
            "demand": MUST,
            "processes": SMALL,
            "routes": table("origin destination commodity", ("CN", "*", "*")),
            "route_limits": table("origin destination commodity 2026", ("CN", "member", "oxide", 0)),
        },
        [
            NEED,
            "CN may ship no oxide to US in 2026, an embargo (route_limits!D2).",
            ROOM,
            f"{FROM_BOTH[:-1]} (routes!A2).",
            MADE,
        ],
        "raise what CN may ship of oxide to US in 2026 from 0 t to 7 t (route_limits!D2), whose row is for more than "
        "that; or give CN, US, oxide a row in route_limits",
        [raise_home("10"), go_short("7 t of")],
        ("route_limit[CN,US,oxide,2026]", 7, 0, 7),
    ),
    "route_minimum": (
        {
            "processes": table(
                "process region commodity unit_cost capacity", ("CN works", "CN", "oxide", 50, 7)
            ),
            "routes": table("origin destination commodity minimum", ("CN", "US", "oxide", 9)),
        },
        [
            "CN must ship at least 9 t of oxide to US in 2026 (routes!D2).",
            "In 2026 there is room for 7 t of CN works (processes!E2).",
            "What is shipped of oxide in 2026 is made where it comes from: in CN by CN works (processes!A2).",
        ],
        "lower what CN must ship of oxide to US in 2026 from 9 t to 7 t (routes!D2)",
        ["raise the capacity of CN works in 2026 from 7 t to 9 t (processes!E2)"],
        ("route_minimum[CN,US,oxide,2026]", 2, 9, 7),
    ),
    "nobody makes it": (
        {
            "demand": MUST,
            "processes": table(
                "process region commodity unit_cost last_year first_year",
                ("US works", "US", "oxide", 80, 2025, None),
                ("JP works", "JP", "oxide", 3, None, 2030),
            ),
        },
        [
            NEED,
            "US can get no oxide in 2026: no process makes it. JP works and US works may not run in 2026 (processes!F3, "
            "E2).",
        ],
        go_short("all"),
        [],
        ("must_serve[US,all,oxide,0,2026]", 10, 10, 0),
    ),
    "no way there": (
        {
            "demand": MUST,
            "processes": table("process region commodity unit_cost", ("AU works", "AU", "oxide", 80)),
            "routes": table("origin destination commodity", ("AU", "JP", "oxide")),
        },
        [NEED, "US can get no oxide in 2026: sheet routes opens no way there from AU, where it is made."],
        go_short("all"),
        [],
        ("must_serve[US,all,oxide,0,2026]", 10, 10, 0),
    ),
    "stock_capacity": (
        {
            "stockpiles": table("stockpile region commodity opening capacity", ("pile", "US", "oxide", 5, 4)),
            "stock_targets": table("stockpile 2026", ("pile", 5)),
        },
        [
            "Stockpile pile must hold 5 t at the end of 2026 (stock_targets!B2).",
            "Stockpile pile has room for 4 t in 2026 (stockpiles!E2).",
        ],
        "lower what stockpile pile must hold at the end of 2026 from 5 t to 4 t (stock_targets!B2)",
        ["raise the capacity of stockpile pile from 4 t to 5 t (stockpiles!E2)"],
        ("stock_target[pile,2026]", 1, 5, 4),
    ),
    "a target by default": (
        {"stockpiles": table("stockpile region commodity opening capacity", ("pile", "US", "oxide", 5, 4))},
        [
            "Stockpile pile must hold 5 t at the end of 2026, what is left of its opening stock (stockpiles!D2).",
            "Stockpile pile has room for 4 t in 2026 (stockpiles!E2).",
        ],
        "give stockpile pile a target of 4 t for 2026 in sheet stock_targets, in place of 5 t by default (stockpiles!D2)",
        ["raise the capacity of stockpile pile from 4 t to 5 t (stockpiles!E2)"],
        ("stock_target[pile,2026]", 1, 5, 4),
    ),
    "stock_target": (
        {
            "processes": SMALL,
            "routes": ASIDE,
            "stockpiles": PILE,
            "stock_targets": table("stockpile 2026", ("pile", 6)),
        },
        [
            "Stockpile pile must hold 6 t at the end of 2026 (stock_targets!B2).",
            ROOM,
            "Stockpile pile begins with 0 t of oxide (stockpiles!D2).",
            FROM_PILE,
            MADE,
        ],
        "lower what stockpile pile must hold at the end of 2026 from 6 t to 3 t (stock_targets!B2)",
        [raise_home("6"), "raise the opening stock of pile from 0 t to 3 t (stockpiles!D2)"],
        ("stock_target[pile,2026]", 3, 6, 3),
    ),
    # 146 days of 10 t a year are 4 t, and 3 t can be had: 109.5 days
    "a target in days": (
        {
            "processes": SMALL,
            "routes": ASIDE,
            "stockpiles": PILE,
            "stock_targets": table("stockpile 2026", ("pile", "146 d")),
        },
        [
            "Stockpile pile must hold 146 d of what is demanded and used there, 4 t or more, at the end of 2026 "
            "(stock_targets!B2).",
            ROOM,
            "Stockpile pile begins with 0 t of oxide (stockpiles!D2).",
            FROM_PILE,
            MADE,
        ],
        "lower stock_targets!B2 from 146 d to 109.5 d (pile in 2026: 1 t less)",
        [raise_home("4"), "raise the opening stock of pile from 0 t to 1 t (stockpiles!D2)"],
        ("stock_target[pile,2026]", 1, 146, 109.5),
    ),
    # 3 t at home and 5 of the 9 that lie there: 2 t are missing
    "release": (
        {
            "demand": MUST,
            "processes": SMALL,
            "routes": ASIDE,
            "stockpiles": [PILE[0] | {"opening": 9}],
            "stock_targets": table("stockpile 2026", ("pile", 0)),
            "releases": table("stockpile 2026", ("pile", 5)),
        },
        [
            NEED,
            "At most 5 t a year may be taken from stockpile pile in 2026 (releases!B2).",
            ROOM,
            FROM_PILE,
            MADE,
        ],
        "raise what may be taken from stockpile pile in 2026 from 5 t to 7 t (releases!B2)",
        [raise_home("5"), go_short("2 t of")],
        ("release[pile,2026]", 2, 5, 7),
    ),
    # 6 t at 50 USD/kg are 0.3 million
    "fund": (
        {
            "reference_prices": table("commodity 2026", ("oxide", 50)),
            "stockpiles": table(
                "stockpile region commodity opening fund", ("pile", "US", "oxide", 0, "vault")
            ),
            "stock_targets": table("stockpile 2026", ("pile", 6)),
            "funds": table("fund amount", ("vault", 0.1)),
        },
        [
            "Stockpile pile must hold 6 t at the end of 2026 (stock_targets!B2).",
            "Fund vault may spend 0.1 million USD in all, at reference prices (funds!B2).",
            "Stockpile pile begins with 0 t of oxide (stockpiles!D2).",
        ],
        "raise fund vault from 0.1 to 0.3 million USD (funds!B2)",
        [
            "raise the opening stock of pile from 0 t to 4 t (stockpiles!D2)",
            "lower what stockpile pile must hold at the end of 2026 from 6 t to 2 t (stock_targets!B2)",
        ],
        ("fund[vault]", 0.2, 0.1, 0.3),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_conflict_and_what_would_do(kind: str) -> None:
    sheets, told, relaxed, others, (row, by, present, needed) = KINDS[kind]
    found = diagnose(**sheets)
    assert list(found.told) == told
    assert sentences(found.relaxation) == [relaxed]
    (change,) = found.relaxation
    assert (change.row, change.by, change.present, change.needed) == (
        row,
        approx(by),
        present,
        needed if needed is None else approx(needed),
    )
    assert sentences(tuple(c for c in found.alternatives if c.row != row)) == others
    assert not found.further
    asked = change.kind in (
        "capacity",
        "must_serve",
    )  # then policy alone is a second answer, where it can be one
    can = kind == "cap that no share would loosen enough"
    assert (found.policy is not None, found.policy_cannot) == (asked and can, asked and not can)
    assert found.sentences[0] == "The workbook as it stands: no plan obeys every number of the input."
    alone = ["Instead, any one of these would do:", *(f"  - {line}" for line in others)] if others else []
    assert found.sentences[-len(alone) :] == alone or not alone
    with pytest.raises(floors.Infeasible, match="The least that would have to give: ") as caught:
        floors.solve(studies.study(**sheets))
    assert f"have to give: {relaxed}. `floors diagnose` says why." in str(caught.value)


def test_a_study_with_a_plan() -> None:
    """10 t at 50 from China cost 0.5 million."""
    found = floors.diagnose(studies.study())
    assert (found.status, found.exit_code, found.total_cost) == ("optimal", 0, approx(0.5))
    assert found.sentences == [
        "The workbook as it stands: a plan exists; it costs 0.5 million USD, present value."
    ]
    assert found.conflict == () and found.relaxation == () and found.short == ""


def test_only_a_study_can_be_diagnosed() -> None:
    with pytest.raises(floors.UsageError, match=r"floors\.diagnose expects a Study"):
        floors.diagnose("study.xlsx")  # type: ignore[arg-type]


def two_conflicts() -> dict[str, Any]:
    """Japan lacks oxide, and the US mill has a minimum of magnets above its capacity: nothing in common."""
    return {
        "demand": table("region segment commodity value 2026", ("JP", "all", "oxide", None, 10)),
        "processes": table(
            "process region commodity unit_cost capacity minimum",
            ("AU works", "AU", "oxide", 50, 8, 0),
            ("US mill", "US", "magnet", 80, 3, 5),
        ),
    }


def test_two_conflicts_are_relaxed_together_and_one_is_explained() -> None:
    """No single number would do, and the reader is told that there is more."""
    found = diagnose(**two_conflicts())
    assert {c.row: c.by for c in found.relaxation} == {
        "capacity[AU works,2026]": approx(2),
        "process_minimum[US mill,2026]": approx(2),
    }
    assert found.further and found.alternatives == ()
    rows = {finding.row for finding in found.conflict}
    assert rows in (
        {"capacity[US mill,2026]", "process_minimum[US mill,2026]"},
        {
            "must_serve[JP,all,oxide,0,2026]",
            "capacity[AU works,2026]",
            "use[JP,oxide,2026]",
            "supply[AU,oxide,2026]",
        },
    )
    assert "There are further conflicts, which share none of these rows." in found.sentences
    assert found.policy_cannot and "No change of policy alone would do." in found.sentences


def test_policy_alone_is_a_second_answer_where_capacity_is_cheaper() -> None:
    """Half of what comes from China is lost: 7 t of capacity, or a limit 14 t higher, at the 80 USD/kg of home."""
    found = diagnose(
        demand=MUST,
        processes=SMALL,
        routes=table("origin destination commodity loss limit", ("CN", "US", "oxide", 0.5, 0)),
    )
    assert sentences(found.relaxation) == [raise_home("10")]
    assert found.policy is not None and not found.policy_cannot
    assert sentences(found.policy) == [
        "raise what CN may ship of oxide to US in 2026 from 0 t to 14 t (routes!E2)"
    ]
    assert (found.relaxation[0].counts, found.policy[0].counts) == (approx(1.05 * 0.56), approx(1.01 * 1.12))
    at = found.sentences.index(
        "The least that would have to give (it counts 0.588 million USD, present value):"
    )
    assert found.sentences[at + 2 : at + 4] == [
        "The least if only policy gives way, caps, limits of routes, minimums, targets, funds (it counts 1.131 million USD, "
        "present value):",
        f"  - {found.policy[0].sentence}",
    ]


def test_money_decides_what_gives_way() -> None:
    """2 t of magnets at 900 USD/kg or 5 t of oxide at 200: the oxide is less money, though more tonnes."""
    sheets: dict[str, Any] = {
        "demand": table(
            "region segment commodity value 2026",
            ("JP", "all", "oxide", 200, 1),
            ("JP", "all", "magnet", 900, 1),
        ),
        "processes": table(
            "process region commodity technology unit_cost capacity minimum",
            ("US mine", "US", "oxide", None, 1, 5, 0),
            ("US press", "US", None, "press", 1, None, 4),
        ),
        "technologies": table(
            "technology commodity coefficient", ("press", "oxide", -2.5), ("press", "magnet", 1)
        ),
        "routes": table("origin destination commodity", ("JP", "AU", "oxide")),
    }
    found = diagnose(**sheets)
    assert sentences(found.relaxation) == [
        "raise the capacity of US mine in 2026 from 5 t to 10 t (processes!F2)"
    ]
    assert found.policy is not None and [(c.row, c.by) for c in found.policy] == [
        ("process_minimum[US press,2026]", approx(2))
    ]
    for value in (400, 100):  # what the dearest of its buyers would pay counts
        other = sheets["demand"][0] | {"segment": "other", "value": value}
        (change,) = diagnose(**sheets | {"demand": [*sheets["demand"], other]}).relaxation
        assert change.kind == ("process_minimum" if value == 400 else "capacity")


def test_later_years_count_less() -> None:
    """At 100 % a year a tonne of 2027 counts half: the reserve is missed then and not built up before."""
    found = diagnose(
        settings=settings(discount_rate=1.0),
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 1, 1)),
        processes=table("process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, 3)),
        capacities=table("process 2026 2027", ("US works", 3, 3)),
        stockpiles=PILE,
        stock_targets=table("stockpile 2026 2027", ("pile", None, 8)),
    )
    (change,) = found.relaxation
    assert change.row == "stock_target[pile,2027]" and change.by == approx(2)
    raised = [c for c in found.alternatives if c.kind == "capacity"]
    assert [c.cells[0].place for c in raised] == ["capacities!B2", "capacities!C2"]
    assert [c.sentence for c in raised] == [
        "raise the capacity of US works in 2026 from 3 t to 5 t (capacities!B2)",
        "raise the capacity of US works in 2027 from 3 t to 5 t (capacities!C2)",
    ]


def test_needs_of_one_commodity_and_year_are_told_together() -> None:
    """Five of them by their regions alone; 3 t at home for 5 t."""
    names = ("defence", "cars", "wind", "phones", "drives")
    demand = table("region segment commodity value 2026", *(("US", name, "oxide", None, 1) for name in names))
    processes = table("process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, 3))
    found = diagnose(demand=demand, processes=[processes[0] | {"capacity": 4.5}])
    assert found.told[0] == (
        "US together must get all 5 t of oxide in 2026 (demand!E2:E6), with no value at which to go without (demand!D2:D6 "
        "blank)."
    )
    assert len([one for one in found.conflict if one.kind == "must_serve"]) == 5
    few = diagnose(demand=demand[:4], processes=processes)
    assert few.told[0].startswith(
        "US (defence), US (cars), US (wind) and US (phones) together must get all 4 t"
    )


def test_what_is_shipped_from_and_to_several_is_told_together() -> None:
    """7 t made in two regions, 6 t needed in each of two others, and China may ship to none."""
    found = diagnose(
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 6),
            ("JP", "all", "oxide", None, 6),
        ),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("AU works", "AU", "oxide", 80, 3),
            ("MY works", "MY", "oxide", 80, 4),
        ),
        routes=table(
            "origin destination commodity limit", ("CN", "member", "*", 0), ("other", "member", "*", None)
        ),
    )
    assert list(found.told) == [
        "US (all) and JP (all) together must get all 12 t of oxide in 2026 (demand!E2:E3), with no value at which to go "
        "without (demand!D2:D3 blank).",
        "CN may ship no oxide to US and JP in 2026, an embargo (routes!D2).",
        "In 2026 there is room for 3 t of AU works (processes!E3) and 4 t of MY works (processes!E4).",
        "What US and JP use of oxide in 2026 comes from CN, AU and MY alone (routes!A2:A3).",
        "What is shipped of oxide in 2026 is made where each comes from: in AU by AU works (processes!A3) and in MY by MY "
        "works (processes!A4).",
    ]


def test_a_limit_in_routes_for_several_years_is_said_to_be_for_more() -> None:
    found = diagnose(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", None, 1, 9)),
        processes=SMALL,
        routes=table("origin destination commodity limit", ("CN", "US", "oxide", 5)),
    )
    (change,) = found.relaxation
    assert change.sentence == (
        "raise what CN may ship of oxide to US in 2027 from 5 t to 6 t (routes!D2), whose row is for more than that; or "
        "give CN, US, oxide a row in route_limits"
    )
    home = next(c for c in found.alternatives if c.kind == "capacity")
    assert home.sentence == (
        "raise the capacity of US works in 2027 from 3 t to 4 t (processes!E3), which holds for every year; or give 2027 "
        "alone in sheet capacities"
    )


def test_a_limit_of_which_part_leaks() -> None:
    """1 of 10 t leaks through a limit of 5: 4 t are left for the 9 in question, and 3 t are made at home."""
    found = diagnose(
        demand=table(
            "region segment commodity value enforcement 2026", ("US", "all", "oxide", None, 0.9, 10)
        ),
        processes=SMALL,
        routes=table("origin destination commodity limit", ("CN", "US", "oxide", 5)),
    )
    assert found.told[1] == (
        "CN may ship at most 5 t of oxide to US in 2026, of which 1 t leak past enforcement (routes!D2, demand!E2)."
    )
    assert sentences(found.relaxation) == [
        "raise what CN may ship of oxide to US in 2026 from 5 t to 7 t (routes!D2)"
    ]


def test_what_leaks_must_be_made() -> None:
    """5 t leak, and China can make 4."""
    found = diagnose(
        demand=table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.5, 10)),
        processes=table("process region commodity unit_cost capacity", ("CN works", "CN", "oxide", 50, 4)),
    )
    assert list(found.told) == [
        "In 2026 there is room for 4 t of CN works (processes!E2).",
        "What is shipped of oxide in 2026 is made where it comes from: in CN by CN works, less 5 t that leak past "
        "enforcement (processes!A2, demand!E2).",
    ]
    assert sentences(found.relaxation) == [
        "raise the capacity of CN works in 2026 from 4 t to 5 t (processes!E2)"
    ]


def test_periods_and_what_is_built_in_each() -> None:
    """2 t a year over 3 and 2 years are 10 t: by 2029 4 t more are needed, of any one year."""
    found = diagnose(
        years=years((2026, 3), (2029, 2)),
        demand=table(
            "region segment commodity value 2026 2029",
            ("US", "all", "oxide", 200, 1, None),
            ("US", "must", "oxide", None, None, 14),
        ),
        processes=table(
            "process region commodity unit_cost capacity capital_cost max_build",
            ("US works", "US", "oxide", 80, 0, 50, 2),
        ),
    )
    assert (
        "At most 2 t a year can be added to US works in 2026 (3 years) and 2029 (2 years) (processes!G2)."
        in found.told
    )
    raised = next(c for c in found.alternatives if c.kind == "build_limit")
    assert raised.sentence == "raise max_build of US works from 2 t to 2.8 t (processes!G2)"


def test_stock_carried_from_year_to_year_is_told_together() -> None:
    """3 t a year for a reserve of 10 t at the end of the third year: 1 t is missing."""
    found = diagnose(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        demand=table("region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 1, 1, 1)),
        processes=table("process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, 3)),
        stockpiles=PILE,
        stock_targets=table("stockpile 2028", ("pile", 10)),
    )
    assert found.told[-1] == (
        "What stockpile pile holds in 2027 and 2028 was there the year before or is put there (stockpiles!A2)."
    )
    assert [(c.row, c.by) for c in found.relaxation] == [("stock_target[pile,2028]", approx(1))]


def test_more_opening_stock_that_must_stay_is_no_way_out() -> None:
    """By default the last stock is the opening one: a larger pile feeds nobody."""
    sheets: dict[str, Any] = {
        "demand": MUST,
        "processes": SMALL,
        "routes": ASIDE,
        "stockpiles": [PILE[0] | {"opening": 5}],
    }
    assert {c.kind for c in diagnose(**sheets).alternatives} == {"capacity", "must_serve"}
    free = diagnose(**sheets, stock_targets=table("stockpile 2026", ("pile", 0)))
    (opening,) = (c for c in free.alternatives if c.kind == "stock_opening")
    assert opening.by == approx(2) and opening.needed == approx(7)


def test_days_of_what_processes_use() -> None:
    """A press that must run 10 t uses 20 t of oxide: 36.5 days are 2 t, and 1 t of 21 can be put away."""
    found = diagnose(
        demand=table("region segment commodity value 2026", ("US", "all", "magnet", 500, 1)),
        processes=table(
            "process region commodity technology unit_cost capacity minimum",
            ("US mine", "US", "oxide", None, 1, 21, 0),
            ("US press", "US", None, "press", 1, None, 10),
        ),
        technologies=table(
            "technology commodity coefficient", ("press", "oxide", -2), ("press", "magnet", 1)
        ),
        routes=ASIDE,
        stockpiles=PILE,
        stock_targets=table("stockpile 2026", ("pile", "36.5 d")),
    )
    target = next(c for c in (*found.relaxation, *found.alternatives) if c.kind == "stock_target")
    assert target.sentence == "lower stock_targets!B2 from 36.5 d to 18.25 d (pile in 2026: 1 t less)"
    assert found.told[0] == (
        "Stockpile pile must hold 36.5 d of what is demanded and used there at the end of 2026 (stock_targets!B2)."
    )


def test_a_share_is_of_the_largest_base_where_one_cell_makes_several_caps() -> None:
    """National caps of half of 10 t and of 4 t; 3 t at home: the US lacks 2 t of 10, Japan 2 t of 4."""
    found = diagnose(
        settings=settings(coordination="national"),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 10),
            ("JP", "all", "oxide", None, 4),
        ),
        processes=SMALL,
        routes=table("origin destination commodity", ("CN", "*", "*")),
        caps=studies.cap("bloc", "oxide", "demand", 0.5),
    )
    assert found.policy is not None
    (change,) = found.policy
    assert (
        change.sentence
        == "raise caps!D2 from 50 % to 100 % (oxide of capped origin into US in 2026: 5 t more)"
    )
    assert change.needed == approx(1.0)


def test_tonnes_of_the_bloc_that_are_parted_among_members() -> None:
    """7 t are parted as 5 and 2: for 7 t that the US lacks beside its own 3, the bloc's must be 9.8."""
    found = diagnose(
        settings=settings(coordination="national"),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 10),
            ("JP", "all", "oxide", 200, 4),
        ),
        processes=SMALL,
        routes=table("origin destination commodity", ("CN", "*", "*")),
        caps=studies.cap("bloc", "oxide", "tonnes", 7),
    )
    (change,) = found.relaxation
    assert change.needed == approx(9.8) and "(oxide of capped origin into US in 2026)" in change.sentence


@pytest.mark.parametrize(("at_home", "needed", "lacking"), [(5, 0.75, "JP"), (30, 0.5, "US")])
def test_a_share_of_arrivals_must_do_for_every_member_whose_cap_one_cell_makes(
    at_home: int, needed: float, lacking: str
) -> None:
    """The US needs 10 t and makes 5; Japan 20 and makes 5, or enough: 5 of 10 and 15 of 20 t are Chinese."""
    given: dict[str, Any] = {
        "settings": settings(coordination="national"),
        "demand": table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 10),
            ("JP", "all", "oxide", None, 20),
        ),
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 80, 5),
            ("JP works", "JP", "oxide", 80, at_home),
        ),
        "routes": table("origin destination commodity", ("CN", "member", "oxide")),
    }
    found = diagnose(**given, caps=studies.cap("bloc", "oxide", "use", 0.2))
    (change,) = found.policy or found.relaxation
    assert change.needed == approx(needed)
    assert change.sentence.startswith(
        f"raise caps!D2 from 20 % to {100 * needed:g} % (oxide of capped origin"
    )
    assert f" into {lacking} in 2026: " in change.sentence
    studies.solve(**given, caps=studies.cap("bloc", "oxide", "use", needed))
    with pytest.raises(floors.Infeasible):
        studies.solve(**given, caps=studies.cap("bloc", "oxide", "use", 0.99 * needed))


def test_room_that_lacks_in_several_years_is_one_number() -> None:
    found = diagnose(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        stockpiles=table("stockpile region commodity opening capacity", ("pile", "US", "oxide", 5, 4)),
        stock_targets=table("stockpile 2026 2027", ("pile", 5, 5)),
    )
    (change,) = found.relaxation
    assert change.sentence == "raise the capacity of stockpile pile from 4 t to 5 t (stockpiles!E2)"


def test_a_share_of_arrivals_counts_what_leaks() -> None:
    """1 of 10 t leaks; beside 3 t at home 6 of the 9 in question must be Chinese: 7 of 10 t that arrive."""
    found = diagnose(
        demand=table(
            "region segment commodity value enforcement 2026", ("US", "all", "oxide", None, 0.9, 10)
        ),
        processes=SMALL,
        caps=studies.cap("bloc", "oxide", "use", 0.4),
    )
    (change,) = found.relaxation
    assert change.needed == approx(0.7)
    assert (
        change.sentence
        == "raise caps!D2 from 40 % to 70 % (oxide of capped origin into the bloc in 2026: 3 t more)"
    )
    cap = next(line for line in found.told if line.startswith("caps!D2"))
    assert cap == (
        "caps!D2 limits oxide of capped origin into the bloc in 2026 to 40 % of what arrives there (demand!E2)."
    )
