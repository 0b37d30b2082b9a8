"""`floors sweep`: cost against cap, its bends against hand and brute force, and how the command tells them."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from pytest import approx

import floors
from floors.cli.main import run
from tests.support import mixed, several, studies
from tests.support.books import tables_in
from tests.support.counts import few
from tests.support.studies import Table, cap, one, study, table

WORKS = table(
    "process region commodity unit_cost capacity",
    ("CN works", "CN", "oxide", 50),
    ("US works", "US", "oxide", 80, 4),
    ("US dear", "US", "oxide", 100, 3),
)
BUYER = table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10))
MUST = table("region segment commodity value 2026", ("US", "all", "oxide", None, 10))
BENDS = (0.6, 0.3)  # 4 t at 80, 3 t at 100, and 3 t that only China makes


def steps(demand: Table = BUYER, caps: Table | None = None, **sheets: Table | None) -> floors.Study:
    """10 t wanted: China offers oxide at 50, the US makes 4 t at 80 and 3 t at 100; the buyer pays up to 200."""
    return study(processes=WORKS, demand=demand, caps=caps or cap("bloc", "oxide", "demand", 0.5), **sheets)


def rows(found: floors.Sweep, **where: Any) -> list[dict[str, Any]]:
    """Rows of sheet `sweep`."""
    return [row for row in found.described()["sweep"] if all(row[k] == v for k, v in where.items())]


def grid(found: floors.Sweep) -> dict[float, dict[str, Any]]:
    """Rows of the sheet by cap."""
    return {row["cap"]: row for row in rows(found)}


def test_cost_along_the_cap_by_hand() -> None:
    found = floors.sweep(steps(), "0.9:0.2:8")
    assert found.status == "optimal" and found.exit_code == 0
    by_cap = grid(found)
    assert list(by_cap) == [None, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    thousand = {None: 500, 0.9: 530, 0.6: 620, 0.5: 670, 0.3: 770, 0.2: 920}
    for share, cost in thousand.items():
        assert 1000 * by_cap[share]["total_cost"] == approx(cost)
        assert 1000 * by_cap[share]["cost_of_cap"] == approx(cost - 500)
    # A percentage point is 0.1 t, at 30, 50 and 150 USD/kg more; at a bend, what it costs below.
    for share, more in {0.9: 3, 0.7: 3, 0.6: 5, 0.5: 5, 0.4: 5, 0.3: 15, 0.2: 15}.items():
        assert 1000 * by_cap[share]["marginal_cost"] == approx(more), share
    assert by_cap[None]["marginal_cost"] == 0


def test_bends_by_hand() -> None:
    found = floors.sweep(steps(), "0.95:0.15:2")
    assert found.kinks == approx(BENDS)
    bends = rows(found, kink=True)
    assert [row["cap"] for row in bends] == approx(BENDS)
    assert [1000 * row["total_cost"] for row in bends] == approx([620, 770])
    assert [1000 * row["marginal_cost"] for row in bends] == approx([5, 15])
    assert all(row["uplift"] is None and row["status"] == "optimal" for row in bends)
    assert [row["cap"] for row in rows(found)[1:]] == approx([0.95, 0.6, 0.3, 0.15])


def test_a_bend_on_the_grid_is_one_row() -> None:
    found = floors.sweep(steps(), [0.8, 0.6, 0.4])
    assert [row["cap"] for row in rows(found, kink=True)] == [0.6]
    assert len(rows(found)) == 4 and grid(found)[0.6]["uplift"] == 0


def test_straight_cost_has_no_bends() -> None:
    found = floors.sweep(steps(), "0.9:0.7:3")
    assert found.exact and found.kinks == ()
    assert list(found.sweep["kink"]) == [False] * 4
    assert any("nowhere" in line for line in found.sentences)


def test_floors_at_each_cap() -> None:
    told = floors.sweep(steps(), [0.8, 0.5, 0.2]).floors
    assert list(told.columns) == [
        *("cap", "member", "commodity", "year", "floor", "levy", "effective", "set_by")
    ]
    assert dict(zip(told["cap"], told["floor"], strict=True)) == approx({0.8: 80, 0.5: 100, 0.2: 200})
    assert dict(zip(told["cap"], told["levy"], strict=True)) == approx({0.8: 30, 0.5: 50, 0.2: 150})


def test_who_sets_a_floor_and_where_it_jumps() -> None:
    """4 t at 80 last until 0.6, 3 t at 100 until 0.3; then the buyer goes short."""
    found = floors.sweep(steps(), "0.9:0.1:5")
    setters = dict(zip(found.floors["cap"], found.floors["set_by"], strict=True))  # alike for both members
    assert [setters[cap] for cap in (0.9, 0.5, 0.1)] == ["US works", "US dear", "unserved US/all"]
    told = [
        list(row)
        for row in found.jumps[found.jumps["member"] == "US"]
        .drop(columns=["member", "commodity", "year"])
        .itertuples(index=False)
    ]
    assert [row[:2] for row in told] == [approx([0.7, 0.5]), approx([0.3, 0.1])]
    assert [row[2] for row in told] == approx(list(BENDS))
    assert [row[3:6] for row in told] == [
        approx([80, 100, 20]),
        approx([100, 200, 100]),
    ]
    assert told[0][6:] == ["US works", "US dear"] and told[1][7] == "unserved US/all"
    assert found.sentences[-1] == (
        "The floor of oxide jumps most in 2026, between a cap of 0.3 and 0.1 (at 0.3): from 100.00 to 200.00 "
        "USD/kg (US and 1 more), set by US dear, then by unserved US/all."
    )


def test_a_floor_that_stays_jumps_nowhere() -> None:
    found = floors.sweep(steps(), "0.9:0.7:3")
    assert found.jumps.empty and len(found.floors) == 6


def test_under_rules_on_floors_no_jump_is_held_against_a_bend() -> None:
    rules = table("commodity rule 2026", ("oxide", "maximum", 300))
    found = floors.sweep(steps(floor_rules=rules), "0.9:0.1:5")
    assert len(found.jumps) == 4 and found.jumps["bends_at"].isna().all()


def test_a_cap_without_a_plan_stops_no_other() -> None:
    found = floors.sweep(steps(MUST), "0.9:0.1:5")
    status = [row["status"] for row in rows(found) if not row["kink"]]
    assert status == ["optimal"] * 5 + ["infeasible"]
    assert (found.status, found.exit_code) == ("infeasible", 3)
    assert found.tightest == approx(0.3)
    last = rows(found)[-1]
    assert last["total_cost"] is None and "no solution" in last["message"]
    assert found.kinks == approx((0.6,))
    assert len(found.warnings) == 1 and found.warnings[0].startswith("0.1: infeasible")
    assert any("tightest" in line and "0.3" in line for line in found.sentences)


def test_nothing_has_a_plan() -> None:
    short = table("process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, 4))
    found = floors.sweep(study(processes=short, demand=MUST, caps=cap("bloc", "oxide", "demand", 0.5)), [0.5])
    assert found.tightest is None and found.kinks == () and found.exit_code == 3
    assert [row["status"] for row in rows(found)] == ["infeasible", "infeasible"]


def test_what_nobody_makes_is_told_at_each_cap() -> None:
    wanted = [*MUST, *table("region segment commodity value 2026", ("US", "all", "ore", None, 1))]
    found = floors.sweep(steps(wanted), [0.9, 0.5])
    assert found.tightest is None and found.kinks == () and found.exit_code == 3
    assert [row["status"] for row in rows(found)] == ["infeasible"] * 3
    assert len(found.warnings) == 1 and "no cap and 2 more" in found.warnings[0]


def test_leaks_bound_the_tightest_cap() -> None:
    leaky = table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.75, 10))
    found = floors.sweep(steps(leaky), [0.5, 0.2])
    assert found.tightest == approx(0.25)
    assert [row["status"] for row in rows(found, kink=False)] == ["optimal", "optimal", "infeasible"]


@pytest.mark.parametrize("seed", few(range(12), 5))
def test_line_of_costs_against_brute_force(seed: int) -> None:
    """Between the corners cost is straight, and at each corner that bends it bends: many shares solved one by one."""
    unsuited = {"elastic", "minimum", "use", "must", "takes", "contracts"}
    random = Random(seed)
    book = mixed.sheets(random, without=unsuited, spread=0.01)
    if not book.get("caps"):
        pytest.skip("no caps in this study")
    found = floors.sweep(floors.Study(book), [0.95, 0.05])
    if not found.corners:
        pytest.skip("no plan between these caps")
    from floors.many.sweep.points import at_share, swept_rows

    base = floors.Study(book)
    chosen = swept_rows(base, None)

    def cost(share: float) -> float:
        return floors.solve(at_share(base, chosen, share), ranges=False).figures.total_cost

    corners = found.corners
    for a, b in pairwise(corners):
        share = a.share + (b.share - a.share) * random.uniform(0.2, 0.8)
        part = (share - a.share) / (b.share - a.share)
        assert cost(share) == approx(a.cost + part * (b.cost - a.cost), rel=1e-7, abs=1e-7)
        assert a.right == approx((b.cost - a.cost) / (b.share - a.share), rel=1e-6, abs=1e-6)
    slopes = [corners[0].right, *(c.right for c in corners[1:-1])]
    assert all(a < b for a, b in pairwise(slopes)), slopes


@pytest.mark.parametrize("basis", ["demand", "use"])
def test_the_levy_is_the_slope(basis: str) -> None:
    """The marginal cost is the sum of levies x base, and lies between the slopes on both sides."""
    book = steps(caps=cap("bloc", "oxide", basis, 0.5))
    found = grid(floors.sweep(book, [0.46, 0.45, 0.44]))
    below = found[0.44]["total_cost"] - found[0.45]["total_cost"]
    above = found[0.45]["total_cost"] - found[0.46]["total_cost"]
    assert above - 1e-9 <= found[0.45]["marginal_cost"] <= below + 1e-9
    result = floors.solve(steps(caps=cap("bloc", "oxide", basis, 0.45)))
    assert found[0.45]["marginal_cost"] == approx(result.caps["per_point"].sum())


def test_use_is_a_grid() -> None:
    found = floors.sweep(steps(caps=cap("bloc", "oxide", "use", 0.5)), "0.9:0.2:3")
    assert not found.exact and found.kinks == () and found.tightest is None
    assert any("basis use" in line for line in found.sentences)
    assert grid(found)[0.2]["cost_of_cap"] > grid(found)[0.9]["cost_of_cap"] > 0


def test_tonnes_become_a_share_of_table_demand() -> None:
    tonnes = floors.sweep(steps(caps=cap("bloc", "oxide", "tonnes", 7)), [0.9, 0.5])
    assert rows(tonnes) == rows(floors.sweep(steps(), [0.9, 0.5]))


def test_only_years_with_a_value_and_rows_on_all_buyers() -> None:
    two = table(
        "region segment commodity value 2026 2027",
        ("US", "defence", "oxide", 200, 4, 4),
        ("US", "cars", "oxide", 200, 6, 6),
    )
    caps = table(
        "scope commodity segment origin basis 2026 2027",
        ("bloc", "oxide", None, None, "demand", None, 0.5),
        ("US", "oxide", "defence", None, "demand", 0.1, 0.1),
        ("bloc", "oxide", None, "each", "demand", 0.95, 0.95),
        ("US", "oxide", None, None, "demand", None, None),
    )
    from floors.many.sweep.points import at_share, swept_rows

    book = steps(two, caps, years=studies.years((2026, 1), (2027, 1)))
    assert swept_rows(book, None) == (0,)
    swept = at_share(book, (0,), 0.3).rows("caps")
    assert [row["years"] for row in swept] == [
        {2027: 0.3},
        {2026: 0.1, 2027: 0.1},
        {2026: 0.95, 2027: 0.95},
        {},
    ]
    assert at_share(book, (0,), None).rows("caps")[0]["years"] == {}


def test_where_only_segments_are_capped_they_are_swept() -> None:
    caps = table("scope commodity segment basis 2026", ("bloc", "oxide", "all", "demand", 0.5))
    assert grid(floors.sweep(steps(caps=caps), [0.8]))[0.8]["cost_of_cap"] == approx(0.06)


def test_one_commodity_of_several() -> None:
    caps = table("scope commodity basis 2026", ("bloc", "ore", "tonnes", 1), ("bloc", "oxide", "demand", 0.5))
    found = floors.sweep(steps(caps=caps), [0.8], commodity="oxide")
    assert grid(found)[0.8]["cost_of_cap"] == approx(0.06)
    assert studies.one(found.run, "value", key="swept commodity") == "oxide"


@pytest.mark.parametrize(
    ("caps", "says"),
    [
        ("0.9:0.2", "FIRST:LAST:POINTS"),
        ("0.9:0.2:x", "FIRST:LAST:POINTS"),
        ("0.9:0.2:3:1", "FIRST:LAST:POINTS"),
        ("0.9:0.2:1", "FIRST:LAST:POINTS"),
        ("0.9:0.2:2000", "at most 1000"),
        ("90:20:3", "from 0 to 1, found 90"),
        ([], "found none"),
        ([0.5, float("nan")], "from 0 to 1, found nan"),
        ([n / 2000 for n in range(1500)], "at most 1000"),
        (None, "a list of shares, or a text such as '0.9:0.2:15'; found None"),
        (0.5, "a list of shares, or a text such as"),
        ([None], "from 0 to 1, found None"),
        (["half"], "from 0 to 1, found 'half'"),
        ([True], "from 0 to 1, found True"),
    ],
)
def test_what_is_no_share_is_refused(caps: Any, says: str) -> None:
    with pytest.raises(floors.UsageError, match=says):
        floors.sweep(steps(), caps)


def test_what_cannot_be_swept_is_refused() -> None:
    with pytest.raises(floors.UsageError, match=r"no row of caps of ore has a value.*Capped are oxide"):
        floors.sweep(steps(), commodity="ore")
    with pytest.raises(floors.UsageError, match="no row of caps has a value"):
        floors.sweep(study())
    late = steps(
        years=studies.years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        scenarios=table("scenario known_from", ("late", 2027)),
    )
    with pytest.raises(floors.UsageError, match="a surprise of 2027"):
        floors.sweep(late.scenario("late"))


def test_shares_are_sorted_and_tried_once() -> None:
    found = floors.sweep(steps(), [0.2, 0.9, 0.2])
    assert [row["cap"] for row in rows(found, kink=False)] == [None, 0.9, 0.2]


def test_an_executor_gives_the_same() -> None:
    told: list[float | None] = []
    with ProcessPoolExecutor(2) as executor:
        found = floors.sweep(steps(), [0.9, 0.5], executor=executor, done=lambda p: told.append(p.share))
    assert told == [None, 0.9, 0.5]
    assert found.described() == floors.sweep(steps(), [0.9, 0.5]).described()


def test_rules_are_kept_and_their_uplift_is_told() -> None:
    rules = table("commodity rule 2026", ("oxide", "maximum", 90))
    found = grid(floors.sweep(steps(floor_rules=rules), [0.8, 0.5]))
    assert found[0.8]["uplift"] == 0 and found[0.5]["uplift"] > 0
    assert found[0.5]["marginal_cost"] == approx(0.005)  # of the plan, which no rule on floors changes


def saved(tmp_path: Path, book: floors.Study) -> Path:
    """The study as a workbook."""
    path = tmp_path / "steps.xlsx"
    book.to_excel(path)
    return path


def test_the_command_writes_tables_and_charts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = saved(tmp_path, steps()), tmp_path / "out.xlsx"
    assert run(["sweep", str(source), "--cap", "0.9:0.2:3", "-o", str(target)]) == 0
    said = capsys.readouterr()
    assert said.out == "" and "Cost bends at 0.6, 0.3." in said.err
    book = openpyxl.load_workbook(target)
    assert tables_in(book) == ["sweep", "optimum", "floors", "jumps", "run"]
    table_rows = list(book["sweep"].iter_rows(min_row=2, max_col=4, values_only=True))
    assert [row[:3] for row in table_rows] == [
        (None, False, "optimal"),
        (0.9, False, "optimal"),
        (approx(0.6), True, "optimal"),
        (0.55, False, "optimal"),
        (approx(0.3), True, "optimal"),
        (0.2, False, "optimal"),
    ]
    assert book.sheetnames[:3] == ["brief", "picture_cost", "picture_floors"]
    drawn = [chart for name in ("picture_cost", "picture_floors") for chart in book[name]._charts]
    assert [type(chart).__name__ for chart in drawn] == ["ScatterChart"] * 3
    assert not book["sweep"]._charts and not book["floors"]._charts


def test_the_command_prints_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = saved(tmp_path, steps(MUST)), tmp_path / "out.xlsx"
    arguments = ["sweep", str(source), "--cap", "0.8:0.1:2", "-o", str(target), "--json", "--quiet"]
    assert run([*arguments, "--commodity", "oxide"]) == 3
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert said.err == "" and target.exists()
    best = {
        "cap_of_least_bloc_net_cost",
        "cap_of_least_world_cost",
        "worth_of_the_difference",
        "costs_the_world",
    }
    tables = {"sweep", "optimum", "floors", "jumps"}
    assert set(told) == {"workbook", "status", "output", *tables, "kinks", "tightest", *best, "message"}
    assert (
        told["status"] == "infeasible" and told["tightest"] == approx(0.3) and told["kinks"] == approx([0.6])
    )
    assert [row["status"] for row in told["sweep"]] == ["optimal", "optimal", "optimal", "infeasible"]


def test_the_command_documents_its_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sweep", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "{workbook, status, output, sweep, optimum, floors, jumps, kinks, tightest, cap_of_least_bloc_net_cost, "
        "cap_of_least_world_cost, worth_of_the_difference, costs_the_world, message}" in told
    )
    assert "--scenario" in told and "--commodity" in told


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--cap", "2:1:3"], 2, "from 0 to 1"),
        (["--commodity", "tin"], 2, "no row of caps of tin"),
        (["--scenario", "nowhere"], 2, "no scenario"),
        (["-o", "steps.xlsx"], 2, "steps.xlsx"),
    ],
)
def test_the_command_refuses(
    arguments: list[str],
    code: int,
    says: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    saved(folder, steps())
    assert run(["sweep", "steps.xlsx", "--json", *arguments]) == code
    said = capsys.readouterr()
    assert says in json.loads(said.out)["message"] and says in said.err
    assert [path.name for path in folder.iterdir()] == ["steps.xlsx"]


def test_a_foreign_target_needs_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = saved(tmp_path, steps()), tmp_path / "theirs.xlsx"
    openpyxl.Workbook().save(target)
    arguments = ["sweep", str(source), "--cap", "0.9:0.8:2", "-o", str(target)]
    assert run(arguments) == 2 and "--force" in capsys.readouterr().err
    assert run([*arguments, "--force"]) == 0


def test_a_scenario_is_swept(tmp_path: Path) -> None:
    book = steps(
        scenarios=table("scenario", ("dear",)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=US works", "unit_cost", "set", 90),
        ),
    )
    assert grid(floors.sweep(book.scenario("dear"), [0.8]))[0.8]["cost_of_cap"] == approx(0.08)
    target = tmp_path / "out.xlsx"
    assert (
        run(
            [
                "sweep",
                str(saved(tmp_path, book)),
                "--cap",
                "0.8:0.8:1",
                "--scenario",
                "dear",
                "-o",
                str(target),
                "--quiet",
            ]
        )
        == 0
    )
    assert openpyxl.load_workbook(target)["sweep"]["E3"].value == approx(0.08)


def test_names_are_loaded_when_used() -> None:
    code = "import sys, floors; from floors.many.sweep.sweeping import Sweep; assert callable(floors.sweep) and floors.Sweep is Sweep"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_figures_are_those_of_solve() -> None:
    found, alone = grid(floors.sweep(steps(), [0.5]))[0.5], floors.solve(steps())
    for name in ("total_cost", "resource_cost", "bloc_net_cost", "levy_revenue", "uplift", "make_whole"):
        assert found[name] == approx(one(alone.summary, "value", metric=name))
    for name in ("capped_share", "embodied_share"):
        assert found[name] == approx(one(alone.summary, "value", metric=name))


@pytest.mark.parametrize("seed", [25, 54, 134])
def test_floors_under_rules_are_those_of_a_solve(seed: int) -> None:
    """Rules ask for levies of their own on what a plan ships: the first of equal plans may have other floors."""
    from floors.many.sweep.points import at_share, swept_rows

    given = floors.Study(mixed.sheets(Random(seed), without=("elastic", "minimum")))
    found, chosen = floors.sweep(given, [0.83, 0.6]), swept_rows(given, None)
    for share in (0.83, 0.6):
        told = {row[1:4]: row[4] for row in found.rows("floors") if row[0] == share}
        solved = floors.solve(at_share(given, chosen, share), ranges=False).rows("floors")
        assert {row[:3]: row[4] for row in solved} == approx(told)


def test_of_bends_nothing_is_said_where_no_cap_has_a_plan() -> None:
    none = floors.sweep(several.case("starved").scenario("starved"), "0.5:0.4:2")
    assert none.status == "infeasible"
    assert not any("bend" in said for said in none.sentences)
    some = floors.sweep(several.case(), "0.5:0.4:2")
    assert any("Cost bends" in said for said in some.sentences)
