"""Native charts show what is declared: the numbers of sheet picture_values, under their names, in their colours."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from floors.excel.axis import Axis, axis_of, nice, steps
from floors.excel.picture_sheets import sheets_of
from floors.page.colours import GAIN, LOSS, NET
from floors.page.picture import (
    BAND,
    BAR,
    DASHED,
    LAYER,
    LINE,
    NAMES,
    OPPOSED,
    OUTLINE,
    POINT,
    SHARES,
    STEP,
    TOTAL,
    YEARS,
    Panel,
    Picture,
    Series,
)
from tests.support.drawn import charts_in, descriptions_in, draw

FLOORS = Panel(
    "Magnets",
    "USD/kg",
    (2027, 2028, 2030),
    YEARS,
    (
        Series("range", BAND, "#CFE0F0", (70.5, None, 113.0), low=(48.25, None, 57.0)),
        Series("China's price", LINE, "#D55E00", (65.0, 60.0, 57.47), (None, "China 60", None)),
        Series("floor", DASHED, "#0B4F8A", (65.5, None, 90.33), ("66", None, "90")),
    ),
    description="The floor rises to 90.33.",
)
MIX = Panel(
    "Bought",
    "t",
    (2027, 2028),
    YEARS,
    (
        Series("China", LAYER, "#D55E00", (30.0, 20.0), (None, "China 20")),
        Series("Japan", LAYER, "#007A5E", (5.0, 15.0), (None, "Japan 15")),
        Series("without", DASHED, "#1B2129", (31.0, 33.0), ("without", None)),
    ),
)
FALL = Panel(
    "The bloc",
    "million",
    ("buyers", "levies", "makers", "net"),
    NAMES,
    (
        Series("steps", STEP, GAIN, (-10.0, 25.0, -3.0, None), ("-10", "+25", "-3", None)),
        Series("net", TOTAL, NET, (None, None, None, 12.0), (None, None, None, "+12")),
    ),
)
PLANTS = Panel(
    "US",
    "t",
    (2027, 2028),
    YEARS,
    (
        Series("made", BAR, "#0B3C6F", (1.0, 2.0), (None, "2")),
        Series("capacity", OUTLINE, "#DDE2E7", (4.0, 4.0)),
    ),
)
BARS = Panel(
    "Worlds",
    "million",
    ("base", "dear", "embargo"),
    NAMES,
    (
        Series("base", BAR, "#1B2129", (16.0, None, None), ("16", None, None)),
        Series("world", BAR, "#0B4F8A", (None, -24.0, None), (None, "-24", None)),
        Series("shock", BAR, "#A7AFB8", (None, None, 4.0), (None, None, "4")),
    ),
)
SWEEP = Panel(
    "Cost",
    "billion",
    (0.9, 0.5, 0.2),
    SHARES,
    (Series("loss", POINT, "#0B4F8A", (0.0, 2.5, 9.8), (None, None, "the bloc loses 9.8")),),
)


def picture(*panels: Panel, name: str = "picture_test") -> Picture:
    return Picture(name, "A finding", "USD/kg", "What to know.", panels)


def test_series_point_to_the_declared_numbers(tmp_path: Path) -> None:
    panels = (FLOORS, MIX, PLANTS, BARS, SWEEP)
    path = draw([picture(*panels)], tmp_path / "drawn.xlsx")
    for panel, chart in zip(panels, charts_in(path), strict=True):
        assert chart.title == panel.title
        drawn = {series.name: series for series in chart.series}
        for declared in panel.series:
            if declared.mark == BAND:
                continue
            series = drawn[declared.name]
            assert series.colour == declared.colour
            assert series.sheet == "picture_values"
            assert tuple(series.values) == declared.values
            assert tuple(series.kept) == declared.values
            if panel is not MIX:
                assert tuple(series.along) == panel.along
                told = [text for text in declared.labels if text]
                assert [text for text in series.labels if text] == told


def test_a_band_is_an_area_from_its_lowest_to_its_highest(tmp_path: Path) -> None:
    band = FLOORS.series[0]._replace(values=(70.5, 80.0, 113.0), low=(48.25, -2.0, 57.0))
    whole = FLOORS._replace(series=(band, *FLOORS.series[1:]))
    (chart,) = charts_in(draw([picture(whole)], tmp_path / "drawn.xlsx"))
    lowest, width, *lines = chart.series
    assert (lowest.kind, width.kind, {line.kind for line in lines}) == (
        "areaChart",
        "areaChart",
        {"lineChart"},
    )
    assert (lowest.colour, width.colour) == ("", "#CFE0F0")  # the lower is filled with nothing
    assert lowest.values == [48.25, -2.0, 57.0]
    assert width.values == [22.25, 82.0, 56.0]


def test_a_band_with_a_missing_year_has_a_gap_there(tmp_path: Path) -> None:
    """An area would fall to zero."""
    (chart,) = charts_in(draw([picture(FLOORS)], tmp_path / "drawn.xlsx"))
    _, base, _, width = chart.series[:4]
    assert (base.values, width.values) == ([48.25, None, 57.0], [22.25, None, 56.0])
    assert {one.kind for one in chart.series[:4]} == {"barChart"}


def test_layers_are_named_beside_the_last_column(tmp_path: Path) -> None:
    (chart,) = charts_in(draw([picture(MIX)], tmp_path / "drawn.xlsx"))
    assert [series.kind for series in chart.series] == ["barChart", "barChart", *["lineChart"] * 3]
    china, japan = chart.series[-2:]
    assert (china.labels, china.values) == (["China 20"], [None, None, 10.0])
    assert (japan.labels, japan.values) == (["Japan 15"], [None, None, 27.5])
    assert chart.series[0].along == ["2027", "2028", " "]


def test_layers_too_thin_for_their_names_have_them_apart(tmp_path: Path) -> None:
    layers = tuple(
        Series(f"region {n}", LAYER, "#A7AFB8", (100.0 if n == 0 else 0.5,), (f"region {n}",))
        for n in range(6)
    )
    thin = Panel("Bought", "t", (2027,), YEARS, layers)
    (chart,) = charts_in(draw([picture(thin)], tmp_path / "drawn.xlsx"))
    heights = [series.values[-1] for series in chart.series if series.name.startswith("label of")]
    assert len(heights) == 6
    assert min(b - a for a, b in pairwise(heights)) > 2.0


def test_a_waterfall_goes_across_zero(tmp_path: Path) -> None:
    assert steps(FALL) == [(0.0, -10.0), (-10.0, 15.0), (15.0, 12.0), (0.0, 12.0)]
    (chart,) = charts_in(draw([picture(FALL)], tmp_path / "drawn.xlsx"))
    base_below, base_above, below, above, label = chart.series
    assert base_below.values == [0.0, 0.0, 0.0, 0.0]
    assert base_above.values == [0.0, 0.0, 12.0, 0.0]
    assert below.values == [-10.0, -10.0, 0.0, 0.0]
    assert above.values == [0.0, 15.0, 3.0, 12.0]
    assert (label.values, label.labels) == ([0.0, 15.0, 15.0, 12.0], ["-10", "+25", "-3", "+12"])
    for colour in (GAIN, LOSS, NET):
        assert colour[1:] in chart.xml


def test_a_use_stands_before_its_capacity(tmp_path: Path) -> None:
    (chart,) = charts_in(draw([picture(PLANTS)], tmp_path / "drawn.xlsx"))
    assert [series.name for series in chart.series] == ["capacity", "made"]
    assert '<c:overlap val="100"/>' in chart.xml


def test_bars_lie_with_the_first_on_top_and_repeated_ones_have_a_legend(tmp_path: Path) -> None:
    repeated = Panel(
        "States",
        "million",
        ("base", "embargo"),
        NAMES,
        (Series("with", BAR, "#0B4F8A", (1.0, 2.0)), Series("without", BAR, "#007A5E", (-1.0, 3.0))),
    )
    lying, standing = charts_in(draw([picture(BARS, repeated)], tmp_path / "drawn.xlsx"))
    assert '<c:barDir val="bar"/>' in lying.xml
    assert '<c:orientation val="maxMin"/>' in lying.xml
    assert "<c:legend>" not in lying.xml
    assert '<c:barDir val="col"/>' in standing.xml
    assert "<c:legend>" in standing.xml


def test_long_names_of_many_bars_are_cut_in_the_middle_and_stay_apart(tmp_path: Path) -> None:
    names = tuple(
        f"A scenario of a name that says at length what is different in it, number {n}" for n in range(40)
    )
    many = BARS._replace(
        along=names, series=(Series("worlds", BAR, "#0B4F8A", tuple(map(float, range(40)))),)
    )
    (chart,) = charts_in(draw([picture(many, BARS)], tmp_path / "drawn.xlsx"))[:1]
    shown = chart.series[0].along
    assert len(set(shown)) == 40
    assert all(text.startswith("A scen") and "\u2026" in text for text in shown)
    assert shown[39].endswith("number 39")
    assert chart.series[0].values == list(map(float, range(40)))


def test_shares_run_from_loose_to_tight_with_the_axis_of_values_left(tmp_path: Path) -> None:
    (chart,) = charts_in(draw([picture(SWEEP)], tmp_path / "drawn.xlsx"))
    assert chart.series[0].along == [0.9, 0.5, 0.2]
    assert '<c:orientation val="maxMin"/>' in chart.xml
    assert '<c:crosses val="max"/>' in chart.xml


def test_those_who_cannot_see_are_told(tmp_path: Path) -> None:
    path = draw([picture(FLOORS, MIX)], tmp_path / "drawn.xlsx")
    assert descriptions_in(path) == ["The floor rises to 90.33.", "Bought"]


def test_title_subtitle_and_note_stand_on_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(draw([picture(FLOORS)], tmp_path / "drawn.xlsx"))
    page = book["picture_test"]
    texts = [cell.value for row in page.iter_rows() for cell in row if cell.value]
    assert texts == ["A finding", "USD/kg", "What to know."]
    assert page["A1"].font.size == 18
    assert (page.page_setup.orientation, page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (
        "landscape",
        None,
        None,
    )
    assert page.sheet_properties.pageSetUpPr.fitToPage


def test_a_failed_certificate_stands_first_on_every_sheet(tmp_path: Path) -> None:
    path = draw([picture(*[FLOORS] * 13)], tmp_path / "drawn.xlsx", alarm="CERTIFICATE FAILED")
    book = openpyxl.load_workbook(path)
    for name in ("picture_test", "picture_test_2"):
        assert book[name]["A1"].value == "CERTIFICATE FAILED"
        assert book[name]["A2"].value == "A finding"
        assert book[name].oddFooter.left.text == "study"
    notes = [cell.value for row in book["picture_test_2"].iter_rows() for cell in row if cell.value]
    assert notes[-1] == "What to know. Sheet 2 of 2."


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (12, [12]), (13, [7, 6]), (60, [12] * 5), (0, [0])])
def test_many_panels_go_to_several_sheets_and_none_is_left_out(count: int, sizes: list[int]) -> None:
    found = sheets_of(picture(*[FLOORS] * count))
    assert [len(part) for _, part in found] == sizes
    assert [number for _, part in found for number in part] == list(range(count))
    assert len({name for name, _ in found}) == len(found)


def test_a_group_is_drawn_on_one_scale(tmp_path: Path) -> None:
    small = FALL._replace(
        title="Small", group="members", series=(FALL.series[0]._replace(values=(-1.0, 0.5, 0.0, None)),)
    )
    large = FALL._replace(title="Large", group="members")
    drawn = charts_in(draw([picture(small, large)], tmp_path / "drawn.xlsx"))
    ends = [
        [chart.xml.partition(f"<c:{end} val=")[2].partition("/>")[0] for end in ("min", "max")]
        for chart in drawn
    ]
    assert ends[0] == ends[1]


def test_axes_have_round_ends() -> None:
    assert nice(0.0, 94.8, 5) == Axis(0.0, 100.0, 20.0)
    assert nice(-5100.0, 180.0, 5) == Axis(-6000.0, 2000.0, 2000.0)
    assert nice(0.0, 0.011, 4).format("0.00") == "#,##0.000;\u2013#,##0.000;0"
    assert nice(0.0, 94.8, 5).format("0.00") == "#,##0;\u2013#,##0;0"


def test_years_that_are_not_evenly_apart_are_drawn_to_scale(tmp_path: Path) -> None:
    even = FLOORS._replace(title="Even", along=(2027, 2028, 2029))
    uneven, steady = charts_in(draw([picture(FLOORS, even)], tmp_path / "drawn.xlsx"))
    assert "<c:dateAx>" in uneven.xml and '<c:min val="2027"/>' in uneven.xml
    assert "<c:dateAx>" not in steady.xml


def test_a_band_of_one_year_is_a_column(tmp_path: Path) -> None:
    cut = tuple(
        one._replace(values=one.values[:1], low=one.low[:1], labels=one.labels[:1]) for one in FLOORS.series
    )
    alone = FLOORS._replace(along=(2027,), series=cut)
    (chart,) = charts_in(draw([picture(alone)], tmp_path / "drawn.xlsx"))
    *columns, price, _ = chart.series
    assert [(one.kind, one.values) for one in columns] == [
        ("barChart", [0.0]),
        ("barChart", [48.25]),
        ("barChart", [0.0]),
        ("barChart", [22.25]),
    ]
    assert price.values == [65.0]
    assert '<c:symbol val="circle"/>' in chart.xml  # a line of one point is seen by its marker alone


def test_text_like_a_reference_stays_text(tmp_path: Path) -> None:
    odd = FLOORS._replace(
        title="=data!A1", series=(Series("=x!A1", LINE, "#0B4F8A", (1.0, 2.0, 3.0), ("x!B2",) * 3),)
    )
    (chart,) = charts_in(draw([picture(odd)], tmp_path / "drawn.xlsx"))
    assert chart.title == "=data! A1"
    assert chart.series[0].labels == ["x! B2"] * 3


@pytest.mark.parametrize("height", [120, 160, 300])
def test_over_a_line_there_is_room_for_its_labels(height: int) -> None:
    """A floor just over the price it stands on has its label above, never on that of the price."""
    floor = Series("floor", LINE, GAIN, (34.0, 34.5), (None, "floor 35"))
    axis = axis_of([Panel("Oxide", "USD/kg", (2026, 2027), YEARS, (floor,))], height)
    assert (axis.highest - 34.5) / (axis.highest - axis.lowest) * (height - 60) >= 16


def test_bars_of_a_tornado_lie_over_each_other_however_few_they_are(tmp_path: Path) -> None:
    ends = (Series("low", OPPOSED, "#112233", (-2.0, None)), Series("high", OPPOSED, "#445566", (3.0, 1.0)))
    panel = Panel("costs", "USD", ("mine", "mill"), NAMES, ends)
    (chart,) = charts_in(draw([picture(panel)], tmp_path / "drawn.xlsx"))
    assert '<c:barDir val="bar"/>' in chart.xml and '<c:overlap val="100"/>' in chart.xml
    assert "<c:legend>" in chart.xml
    assert [series.values for series in chart.series] == [[-2.0, None], [3.0, 1.0]]
