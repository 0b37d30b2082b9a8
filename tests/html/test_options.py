"""Panels as options of ECharts: plain JSON in which every number is where its mark puts it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from floors.html.flows import flows_of
from floors.html.options import drawing
from floors.html.scales import apart, on_one_scale
from floors.page.colours import GAIN, LOSS, NET, OTHERS
from floors.page.picture import (
    BAND,
    BAR,
    LINE,
    NAMES,
    NUMBERS,
    OPPOSED,
    SHARES,
    STEP,
    TOTAL,
    YEARS,
    Panel,
    Series,
)
from tests.support.handed import FLOORS, ORE, PICTURES, STEPS, flow

PANELS = [panel for picture in PICTURES for panel in picture.panels]


def panel_of(name: str, number: int = 0) -> Panel:
    return next(picture for picture in PICTURES if picture.name == name).panels[number]


def option(panel: Panel, narrow: bool = False) -> dict[str, Any]:
    return drawing(panel, narrow=narrow).option


def values(series: dict[str, Any]) -> list[Any]:
    return [item["value"] for item in series["data"]]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_options_are_plain_json_of_the_width_asked_for(panel: Panel, narrow: bool) -> None:
    made = drawing(panel, narrow=narrow)
    assert json.loads(json.dumps(made.option, allow_nan=False)) == made.option
    assert made.width == (358 if narrow else 760)
    assert "function" not in json.dumps(made.option)


def test_lines_have_their_values_and_labels() -> None:
    china, floor = option(FLOORS)["series"][2:]
    assert values(floor) == [61.184, 72.5, 80.0]
    assert [item.get("label", {}).get("formatter") for item in floor["data"]] == ["61", None, "floor 80"]
    assert floor["data"][2]["label"]["position"] == "right"
    assert china["color"] == "#D55E00"


def test_a_band_is_its_lower_edge_and_the_rest() -> None:
    low, more = option(FLOORS)["series"][:2]
    assert values(low) == [50.0, 52.0, 55.0]
    assert values(more) == [20.0, 28.0, 35.0]
    assert low["stack"] == more["stack"]
    assert "areaStyle" not in low


def test_a_band_may_be_given_with_its_upper_edge_first() -> None:
    upside = Panel("", "", (1, 2), NUMBERS, (Series("b", BAND, "#CFE0F0", (1.0, None), low=(-3.0, None)),))
    low, more = option(upside)["series"]
    assert values(low) == [[1, -3.0], [2, None]]
    assert values(more) == [[1, 4.0], [2, None]]


def test_a_point_alone_is_seen_and_a_gap_stays_one() -> None:
    line = option(ORE)["series"][0]
    assert values(line) == [20.0, None, 21.0]
    assert all(item["symbolSize"] > 1 for item in line["data"] if item["value"] is not None)
    assert not line["connectNulls"]


def test_years_that_are_missing_take_their_room() -> None:
    uneven = Panel("", "t", (2026, 2030), YEARS, (Series("a", LINE, "#000000", (1.0, 2.0)),))
    made = option(uneven)
    assert made["xAxis"]["data"] == ["2026", "2027", "2028", "2029", "2030"]
    assert values(made["series"][0]) == [1.0, None, None, None, 2.0]
    assert made["series"][0]["connectNulls"]


def test_steps_begin_where_the_last_one_ended_and_the_total_stands_on_zero() -> None:
    under, above, below = option(STEPS)["series"]
    assert values(under) == [0, -3.0, 0]  # 0 to -5; -5 to -3, held off zero by 3; 0 to -3
    assert values(above) == [0, 0, 0]
    assert values(below) == [-5.0, -2.0, -3.0]
    assert [item["label"]["formatter"] for item in below["data"]] == ["\u20135", "+2", "\u20133"]


def test_a_step_across_zero_has_a_part_on_either_side() -> None:
    panel = Panel(
        "",
        "t",
        ("a", "b", "net"),
        NAMES,
        (Series("s", STEP, "#000000", (-5.0, 8.0, None)), Series("t", TOTAL, "#000000", (None, None, 3.0))),
    )
    under, above, below = option(panel)["series"]
    assert values(under) == [0, 0, 0]
    assert values(above) == [0, 3.0, 3.0]
    assert values(below) == [-5.0, -5.0, 0]


def test_shares_run_from_loose_to_tight() -> None:
    made = option(panel_of("picture_caps"))
    assert made["xAxis"]["inverse"]
    assert (made["xAxis"]["min"], made["xAxis"]["max"]) == (20.0, 90.0)
    assert values(made["series"][0]) == [[90.0, 0.0], [60.0, 1.0], [20.0, 9.0]]


def test_bars_of_names_lie_and_say_their_numbers() -> None:
    made = option(panel_of("picture_scenarios"))
    assert made["yAxis"]["data"] == ["as drawn up", "dear"]
    assert made["yAxis"]["inverse"]
    assert [item["label"]["formatter"] for item in made["series"][0]["data"]] == ["3", "\u20131"]


def test_shares_are_drawn_in_percent() -> None:
    panel = Panel("", "share", (2026,), YEARS, (Series("US", LINE, "#0B3C6F", (0.4,)),), format="0 %")
    made = option(panel)
    assert values(made["series"][0]) == [40.0]
    assert made["yAxis"]["axisLabel"]["formatter"] == "{value} %"


def test_more_lines_than_one_have_a_legend_unless_labels_tell_them() -> None:
    assert "legend" not in option(FLOORS)
    silent = FLOORS._replace(series=tuple(one._replace(labels=()) for one in FLOORS.series))
    assert option(silent)["legend"]["data"] == ["other worlds", "China's price", "floor"]


def test_grey_lines_that_no_legend_could_tell_apart_need_none() -> None:
    line = FLOORS.series[-1]
    grey = tuple(line._replace(name=name, colour=OTHERS, labels=()) for name in ("one", "other"))
    assert "legend" not in option(FLOORS._replace(series=(*FLOORS.series, *grey)))
    assert "legend" in option(FLOORS._replace(series=(*FLOORS.series, grey[0])))


def test_panels_of_a_group_have_one_scale() -> None:
    large = STEPS._replace(series=(Series("loss", STEP, "#000000", (-50.0, None, None)), *STEPS.series[1:]))
    both = on_one_scale(PICTURES[1]._replace(panels=(STEPS, large)))
    assert [panel.lowest for panel in both] == [-50.0, -50.0]
    assert both[0].highest == both[1].highest


def test_flows_go_from_column_to_column() -> None:
    panel = flow("2026", 1.0)
    assert [(one.source, one.target, one.value) for one in flows_of(panel)] == [
        ((0, "China"), (1, "China"), 3.0),
        ((1, "China"), (2, "Japan"), 2.0),
        ((1, "China"), (2, "China"), 1.0),
    ]
    made = option(panel)
    assert [one["text"] for one in (text["style"] for text in made["graphic"])] == [
        "mined",
        "refined",
        "bought",
    ]
    assert {one["depth"] for one in made["series"][0]["data"]} == {0, 1, 2}


def test_labels_that_would_lie_on_each_other_are_moved_apart() -> None:
    assert apart([10.0, 50.0], [15, 15], 0, 100) == [10.0, 50.0]
    assert apart([50.0, 52.0], [10, 10], 0, 100) == [46.0, 56.0]
    assert apart([99.0, 98.0, 10.0], [10, 10, 10], 0, 100) == [95.0, 85.0, 10.0]
    near = FLOORS._replace(
        series=tuple(
            Series(name, LINE, "#000000", (1.0, 2.0, end), labels=(None, None, name))
            for name, end in (("a", 50.0), ("b", 50.0))
        )
    )
    offsets = [series["data"][2]["label"]["offset"] for series in option(near)["series"]]
    assert offsets == [[0, -7.5], [0, 7.5]]


def test_axes_have_round_ends() -> None:
    axis = option(FLOORS)["yAxis"]
    assert (axis["min"], axis["max"], axis["interval"]) == (0, 100, 20)
    fixed = option(FLOORS._replace(lowest=40.0, highest=95.0))["yAxis"]
    assert (fixed["min"], fixed["max"]) == (40, 95)


def test_the_steps_of_a_waterfall_are_coloured_by_what_they_are() -> None:
    below = option(
        STEPS._replace(series=(STEPS.series[0]._replace(values=(-5.0, 2.0, None)), STEPS.series[2]))
    )
    assert [item["itemStyle"]["color"] for item in below["series"][2]["data"]] == [LOSS, GAIN, NET]


def test_a_series_may_lie_along_places_of_its_own() -> None:
    panel = Panel(
        "",
        "",
        (0.9, 0.2),
        SHARES,
        (
            Series("a", LINE, "#000000", (1.0, 3.0)),
            Series("b", LINE, "#000000", (1.0, 2.0, 4.0), along=(0.9, 0.5, 0.2)),
        ),
    )
    made = option(panel)
    assert [values(one) for one in made["series"]] == [
        [[90, 1.0], [20, 3.0]],
        [[90, 1.0], [50, 2.0], [20, 4.0]],
    ]
    years = panel._replace(along=(2026, 2028), scale=YEARS)
    years = years._replace(series=(panel.series[0], panel.series[1]._replace(along=(2026, 2027, 2028))))
    made = option(years)
    assert [values(one) for one in made["series"]] == [[1.0, None, 3.0], [1.0, 2.0, 4.0]]
    assert [one["connectNulls"] for one in made["series"]] == [True, False]


def test_bars_of_which_one_stands_at_each_place_stand_in_its_middle() -> None:
    bars = tuple(
        Series(name, BAR, "#000000", values) for name, values in (("a", (1.0, None)), ("b", (None, 2.0)))
    )
    made = option(Panel("", "", ("x", "y"), NAMES, bars))
    assert {one["barGap"] for one in made["series"]} == {"-100%"}


def test_bars_of_a_tornado_lie_over_each_other_with_a_legend() -> None:
    ends = (Series("low", OPPOSED, "#112233", (-2.0, 1.0)), Series("high", OPPOSED, "#445566", (3.0, 2.0)))
    option = drawing(Panel("costs", "USD", ("mine", "mill"), NAMES, ends)).option
    assert option["yAxis"]["data"] == ["mine", "mill"] and option["legend"]["data"] == ["low", "high"]
    assert [one["barGap"] for one in option["series"]] == ["-100%", "-100%"]
    assert all(one["itemStyle"]["opacity"] < 1 for one in option["series"])
