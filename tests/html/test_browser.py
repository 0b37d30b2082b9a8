"""The report in a browser, without a screen: clicked through, on a desk and on a phone, with and without scripts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floors.html import stills
from floors.html.read import read
from floors.html.report import write_report
from floors.html.shown import look_of
from tests.support import handed

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

DESK: dict[str, Any] = {"viewport": {"width": 1100, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DRAWN = "() => document.querySelectorAll('.live .drawn svg').length > 4 && document.querySelector('#grid tbody tr')"

CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/\\d+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!words || !element.offsetParent || ["SCRIPT", "NOSCRIPT"].includes(element.tagName)) continue;
    const pair = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
    if ((pair[0] + 0.05) / (pair[1] + 0.05) < 4.5) weak.push(element.outerHTML.slice(0, 80));
  }
  for (const words of document.querySelectorAll(".drawn text")) {
    const fill = getComputedStyle(words).fill;
    if (fill.startsWith("rgb(") && 1.05 / (light(fill) + 0.05) < 4.5) weak.push(words.textContent);
  }
  return weak;
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    return write_report(handed.workbook(folder / "result.xlsx"), folder / "report.html").report


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Opened:
    """A report in a tab: what went wrong there, and what was asked of the network."""

    def __init__(self, browser: Any, report: Path, **how: Any) -> None:
        self.context = browser.new_context(**how)
        self.tab = self.context.new_page()
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda said: self.wrong.append(said.text) if said.type != "log" else None)
        self.tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.goto(report.as_uri())

    def drawn(self) -> Any:
        """The tab, once its charts and its table are drawn."""
        self.tab.wait_for_function(DRAWN)
        return self.tab


@pytest.fixture
def opened(browser: Any, report: Path) -> Iterator[Opened]:
    found = Opened(browser, report, **DESK)
    yield found
    found.context.close()


@pytest.fixture
def tab(opened: Opened) -> Any:
    return opened.drawn()


def shown(tab: Any, name: str) -> list[str]:
    """The panels of a picture that can be seen."""
    titles = tab.locator(f"#{name} figure:visible figcaption h3").all_inner_texts()
    return [str(title).replace("\u00a0", " ") for title in titles]


def test_nothing_goes_wrong_and_nothing_is_loaded(opened: Opened, report: Path) -> None:
    opened.drawn()
    assert opened.wrong == []
    assert opened.asked == [report.as_uri()]


def test_a_commodity_is_chosen(tab: Any) -> None:
    assert shown(tab, "picture_floors") == ["Oxide: the floor rises to 80"]
    tab.locator("#picture_floors").get_by_text("Ore", exact=True).click()
    assert shown(tab, "picture_floors") == ["Ore: the floor is China's price"]
    assert tab.locator("#chart-picture_floors-2 .drawn svg path").count() > 2


def test_a_year_is_slid_to_with_the_caps_and_without(tab: Any) -> None:
    assert shown(tab, "picture_chain") == ["2028, with the caps: of 9 t all is mined in China"]
    slider = tab.locator("#picture_chain input[type=range]")
    slider.focus()
    tab.keyboard.press("ArrowLeft")
    assert shown(tab, "picture_chain") == ["2027, with the caps: of 6 t all is mined in China"]
    assert slider.get_attribute("aria-valuetext") == "2027"
    tab.locator("#picture_chain").get_by_text("without", exact=True).click()
    assert shown(tab, "picture_chain") == ["2027, without: of 6 t all is mined in China"]


def test_a_number_opens_the_rows_that_make_it(tab: Any) -> None:
    made = tab.locator("#made-1")
    assert made.get_attribute("open") is None
    tab.locator("#brief-floors a.number").click()
    playwright.expect(made).to_have_attribute("open", "")
    assert "unit cost US works" in made.inner_text()
    made.get_by_text("Show it among all tables").click()
    playwright.expect(tab.locator("#sheet")).to_have_value("floor_parts")
    playwright.expect(tab.locator("#count")).to_contain_text("1 of ")


def test_a_floor_in_the_tables_opens_its_parts(tab: Any) -> None:
    tab.locator("#sheet").select_option("floors")
    tab.locator("#grid td button").first.click()
    playwright.expect(tab.locator("#sheet")).to_have_value("floor_parts")
    playwright.expect(tab.locator("#grid input[aria-label='Filter year']")).to_have_value("=2026")
    assert "unit cost" in tab.locator("#grid tbody").inner_text()


def test_tables_are_sorted_and_filtered(tab: Any) -> None:
    values = "() => [...document.querySelectorAll('#grid tbody tr')].map((row) => Number(row.cells[1].title))"
    order = tab.locator("#grid thead button").nth(1)
    order.click()
    assert tab.locator("#grid thead th").nth(1).get_attribute("aria-sort") == "ascending"
    up = tab.evaluate(values)
    assert len(up) > 5
    assert up == sorted(up)
    order.click()
    assert tab.evaluate(values) == sorted(up, reverse=True)
    tab.get_by_label("Filter value").fill(">100")
    assert tab.evaluate(values) == [value for value in sorted(up, reverse=True) if value > 100]
    tab.get_by_text("Clear filters").click()
    tab.get_by_label("Rows with").fill("levy_revenue")
    assert tab.locator("#grid tbody tr th, #grid tbody tr td:first-child").all_inner_texts() == [
        "levy_revenue"
    ]


def test_tables_show_numbers_as_cells_of_the_workbook_do(tab: Any, report: Path) -> None:
    book = read(report.with_name("result.xlsx"))
    compared = 0
    for name in ("floors", "accounts", "certificate", "summary"):
        table = book.table(name)
        assert table is not None
        tab.locator("#sheet").select_option(name)
        playwright.expect(tab.locator("#count")).to_have_text(f"{len(table.rows)} of {len(table.rows)} rows")
        seen = "() => [...document.querySelectorAll('#grid tbody tr')].map((row) => [...row.cells].map((one) => one.textContent))"
        tab.wait_for_function(
            f"() => document.querySelectorAll('#grid thead th').length === {len(table.columns)}"
        )
        for told, row in zip(tab.evaluate(seen), table.rows, strict=True):
            for text, value, column in zip(told, row, table.columns, strict=True):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert text == look_of(column.format).text(value), (name, column.name, value)
                    compared += 1
    assert compared > 50


def test_a_chart_says_the_number_under_the_pointer(tab: Any) -> None:
    chart = tab.locator("#chart-picture_floors-1 .drawn")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    chart.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    said = tab.locator("#chart-picture_floors-1 .drawn > div").last
    playwright.expect(said).to_contain_text("2028")
    assert "floor 72.50 USD/kg" in said.inner_text()
    assert "other worlds 52.00\u201380.00 USD/kg" in said.inner_text()


def test_a_chart_is_saved(tab: Any) -> None:
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG")):
        with tab.expect_download() as waiting:
            tab.locator(f"#chart-picture_floors-1 [data-save={kind}]").click()
        assert waiting.value.suggested_filename == f"picture_floors-1.{kind}"
        assert Path(waiting.value.path()).read_bytes().startswith(begins)


def test_the_keyboard_reaches_every_control(tab: Any) -> None:
    seen = set()
    for _ in range(150):
        tab.keyboard.press("Tab")
        seen.add(tab.evaluate("() => document.activeElement.outerHTML.slice(0, 150)"))
    reached = " ".join(seen)
    for what in (
        'class="skip"',
        'type="radio"',
        'type="range"',
        'id="sheet"',
        'id="find"',
        "#made-1",
        "<summary",
    ):
        assert what in reached, what


def test_controls_and_pictures_have_names_and_ids_are_unique(tab: Any) -> None:
    nameless = """() => [...document.querySelectorAll("button, input, select, summary, [role=img], [role=region]")]
      .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.closest("label")))
      .map((one) => one.outerHTML.slice(0, 100))"""
    assert tab.evaluate(nameless) == []
    twice = """() => { const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
      return ids.filter((id, at) => ids.indexOf(id) !== at); }"""
    assert tab.evaluate(twice) == []


def test_words_can_be_read(tab: Any) -> None:
    assert tab.evaluate(CONTRAST) == []


def test_on_a_phone_nothing_is_wider_and_nothing_is_too_small(browser: Any, report: Path) -> None:
    opened = Opened(browser, report, **PHONE)
    tab = opened.drawn()
    assert (
        tab.evaluate("() => document.documentElement.scrollWidth") <= 390
    )  # the window grows with what is in it
    wide = "() => [...document.querySelectorAll('.drawn svg')].filter((one) => one.getBoundingClientRect().right > 391).length"
    assert tab.evaluate(wide) == 0
    small = "() => [...document.querySelectorAll('.drawn text')].filter((one) => parseFloat(getComputedStyle(one).fontSize) < 10).length"
    assert tab.evaluate(small) == 0
    assert tab.evaluate("() => document.querySelector('.plot').dataset.narrow") == "true"
    assert opened.wrong == []
    opened.context.close()


@pytest.mark.skipif(not stills.available(), reason="floors[report] is not installed")
def test_without_scripts_every_picture_is_there(browser: Any, report: Path) -> None:
    opened = Opened(browser, report, java_script_enabled=False, **DESK)
    panels = 1 + sum(len(picture.panels) for picture in handed.PICTURES)
    assert opened.tab.locator(".still svg:visible").count() == panels
    assert opened.tab.get_by_text("Tables need scripts").is_visible()
    assert opened.tab.locator(".choices:visible").count() == 0
    opened.context.close()


def test_it_prints(tab: Any) -> None:
    tab.emulate_media(media="print")
    assert tab.locator("nav:visible, #tables:visible, .choices:visible, .tools:visible").count() == 0
    assert tab.locator("figure:visible").count() > 4
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_what_stands_side_by_side_prints_side_by_side(tab: Any) -> None:
    """A4 less its margins is narrower than a window in which columns stand one below the other."""
    tab.set_viewport_size({"width": 688, "height": 970})
    columns = (
        "() => getComputedStyle(document.querySelector('.columns')).gridTemplateColumns.split(' ').length"
    )
    assert tab.evaluate(columns) == 1
    tab.emulate_media(media="print")
    assert tab.evaluate(columns) == 2


def test_what_a_workbook_says_is_never_run(browser: Any, tmp_path: Path) -> None:
    hostile = "</script><img src=x onerror=\"document.title='run'\">"
    picture = handed.PICTURES[0]
    panel = picture.panels[0]
    series = tuple(one._replace(name=f"{hostile}{at}") for at, one in enumerate(panel.series))
    told = panel._replace(title=hostile, unit=hostile, series=series)
    page = handed.PAGE
    workbook = handed.workbook(
        tmp_path / "hostile.xlsx",
        page.__class__(**{**vars(page), "headline": hostile, "blocks": page.blocks[:1]}),
        (picture._replace(title=hostile, panels=(told,)),),
    )
    opened = Opened(browser, write_report(workbook, tmp_path / "hostile.html").report, **DESK)
    tab = opened.tab
    tab.wait_for_function("() => document.querySelectorAll('.live .drawn svg').length > 1")
    chart = tab.locator("#chart-picture_floors-1 .drawn")
    box = chart.bounding_box()
    chart.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    playwright.expect(tab.locator("#chart-picture_floors-1 .drawn > div").last).to_contain_text("onerror")
    assert tab.locator("img").count() == 0
    assert tab.title() == hostile
    assert opened.wrong == []
    opened.context.close()
