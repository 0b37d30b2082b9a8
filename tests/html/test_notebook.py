"""What a notebook shows of studies and results, and their pictures one by one."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import floors
from floors.errors import OutputError, UsageError
from floors.html import stills
from floors.html.notebook import of_page
from floors.html.plots import Plots
from floors.page.card import card
from floors.page.page import Entry, Head, Line, Paragraph, Table
from tests.support.handed import PAGE, PICTURES
from tests.support.toy import with_sheets

needs_extra = pytest.mark.skipif(
    not (find_spec("py_mini_racer") and find_spec("resvg_py")), reason="floors[report] is not installed"
)
NAME = "</p><script>x</script>&<b>"
EMPTY = {"img", "br", "hr"}


class Reader(HTMLParser):
    """Tags, each opened and closed, and the text in between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append(tag)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\u00a0", " ")


def read(html: str) -> Reader:
    """HTML that stands by itself: all that it opens it closes, and nothing in it runs."""
    found = Reader(html)
    assert not found.open and not {"script", "style", "link", "iframe"} & set(found.seen)
    return found


def drawn_apart(html: str) -> tuple[str, list[str]]:
    """The HTML without its drawings, and these."""
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return re.sub(r'src="data:[^"]+"', "", html), [base64.b64decode(one).decode() for one in found]


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """A study whose title is markup, and one result of each kind."""
    study = with_sheets(
        settings=[{"key": "title", "value": NAME}, {"key": "discount_rate", "value": 0}],
        scenarios=[{"scenario": NAME, "probability": 0.5, "kind": "shock"}],
        changes=[
            {
                "scenario": NAME,
                "sheet": "processes",
                "where": "region=CN",
                "column": "unit_cost",
                "change": "multiply",
                "value": 1.1,
            }
        ],
    )
    return {
        "Study": study,
        "Result": floors.solve(study),
        "Runs": floors.solve_many([study, study.scenario(NAME)]),
        "Sweep": floors.sweep(study, "0.9:0.5:2"),
        "Tornado": floors.tornado(study),
        "Sample": floors.sample(study, 2),
        "Coalitions": floors.coalition(study),
        "Risk": floors.risk(study),
        "Priorities": floors.priorities(study, 2),
        "Diagnosis": floors.diagnose(study),
    }


KINDS = ["Study", "Result", "Runs", "Sweep", "Tornado", "Sample", "Coalitions", "Risk", "Diagnosis"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_short_and_escaped(kind: str, answers: dict[str, Any]) -> None:
    found = answers[kind]
    assert type(found).__name__ == kind and len(repr(found)) < 100 and kind in repr(found)
    bare, _ = drawn_apart(found._repr_html_())
    shown = read(bare)
    assert NAME in shown.text and len(bare) < 12_000
    if kind != "Study":
        words = found.brief.headline if found.brief else found.sentences[0]
        assert words.replace("\u00a0", " ") in shown.text


@needs_extra
def test_the_page_in_short_has_its_table_and_its_picture() -> None:
    bare, drawings = drawn_apart(of_page(PAGE, PICTURES))
    shown = read(bare)
    tables = [block for block in PAGE.blocks if isinstance(block, Table)]
    first = next((table for table in tables if table.name == "floors"), tables[0])
    assert first.title in shown.text and all(head.text in shown.text for head in first.heads)
    assert shown.seen.count("table") == 1
    assert all(one.lead in shown.text for one in PAGE.answers)
    (svg,) = drawings
    assert svg.startswith("<svg") and "<script" not in svg


def test_without_the_extra_the_table_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "available", lambda: False)
    bare, drawings = drawn_apart(of_page(PAGE, PICTURES))
    shown = read(bare)
    assert drawings == [] and "table" in shown.seen and "floors[report]" in shown.text
    bare, _ = drawn_apart(of_page(PAGE, ()))
    assert "floors[report]" not in read(bare).text  # there is no picture to draw


def test_a_card_shows_cells_as_excel_does() -> None:
    heads = (Head(NAME, 10, right=False), Head("USD/kg", 10), Head("", 10))
    lines = (
        Line((Entry(NAME), Entry(61.183, "0.00", strong=True), Entry(None))),
        Line((Entry("all"), Entry(1234.5, "#,##0"), Entry("x", faint=True)), total=True),
    )
    table = Table("t", NAME, heads, lines, notes=(NAME,))
    html = card("k", "h", [Paragraph("a:", "40 % of it")], table, alarm="ALARM")
    shown = read(html)
    assert shown.text == f"ALARMkha: 40 % of it{NAME}{NAME}USD/kg{NAME}61.18\u2013all1,235x{NAME}"
    assert "border-top" in html and html.index("ALARM") < html.index(">k<")


# Pictures one by one


@needs_extra
def test_a_picture_is_a_slide_for_each_panel(tmp_path: Path) -> None:
    plots = Plots(PICTURES)
    assert dir(plots) == sorted(one.name.removeprefix("picture_") for one in PICTURES)
    for picture in PICTURES:
        name = picture.name.removeprefix("picture_")
        made = getattr(plots, name)()
        assert len(made.slides) == len(picture.panels)
        assert made.svg == made._repr_svg_() and made.svg.startswith("<svg")
        assert made.png.startswith(b"\x89PNG")
        _, drawings = drawn_apart(made._repr_html_())
        assert drawings == [slide.svg for slide in made.slides]
        one = getattr(plots, name)(len(picture.panels))
        assert [slide.svg for slide in one.slides] == [made.slides[-1].svg]
        written = made.save(tmp_path / f"{name}.svg")
        assert [path.read_text(encoding="utf-8") for path in written] == [slide.svg for slide in made.slides]
        assert made.save(tmp_path / f"{name}.svg") == written  # ours may be replaced
    (tmp_path / "mine.png").write_bytes(b"mine")
    made = getattr(plots, name)(1)
    with pytest.raises((UsageError, OutputError), match="mine"):
        made.save(tmp_path / "mine.png")
    assert (tmp_path / "mine.png").read_bytes() == b"mine"
    assert made.save(tmp_path / "mine.png", force=True) == (tmp_path / "mine.png",)
    assert (tmp_path / "mine.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match=r"as \.svg or \.png"):
        made.save(tmp_path / "mine.pdf")


def test_pictures_that_are_not_there_are_named() -> None:
    plots = Plots(PICTURES)
    names = ", ".join(one.name.removeprefix("picture_") for one in PICTURES)
    with pytest.raises(AttributeError, match=f"there is no picture 'flors'; there are {names}"):
        _ = plots.flors
    with pytest.raises(AttributeError, match="there is none"):
        _ = Plots(()).floors
    first = PICTURES[0]
    draw = getattr(plots, first.name.removeprefix("picture_"))
    for wrong in (0, len(first.panels) + 1, "first"):
        with pytest.raises(UsageError, match=f"has panels 1 to {len(first.panels)}; found {wrong!r}"):
            draw(wrong)


def test_without_the_extra_a_picture_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    imported = builtins.__import__

    def without(name: str, *given: Any, **more: Any) -> Any:
        if name == "py_mini_racer":
            raise ImportError(name)
        return imported(name, *given, **more)

    stills._engine_of.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"floors\[report\]"):
        getattr(Plots(PICTURES), PICTURES[0].name.removeprefix("picture_"))()


def test_a_result_has_its_pictures(answers: dict[str, Any]) -> None:
    result = answers["Result"]
    assert dir(result.plot) == sorted(one.name.removeprefix("picture_") for one in result.pictures)
