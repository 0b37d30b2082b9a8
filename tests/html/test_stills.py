"""Pictures without a browser, and the library that draws them."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from hashlib import sha256
from html import unescape
from importlib.util import find_spec
from xml.etree import ElementTree

import pytest

from floors.errors import UsageError
from floors.html import stills
from floors.html.slides import slides
from floors.page.picture import LINE, NAMES, Panel, Picture, Series
from tests.support.handed import FLOORS, PICTURES

needs_extra = pytest.mark.skipif(
    not (find_spec("py_mini_racer") and find_spec("resvg_py")), reason="floors[report] is not installed"
)
STOCK = "b66b25aeb4df84e33199dc21694014d336d222cbd9deb0e5a7c14bd6aa0d0fd0"


def test_echarts_is_the_stock_file_of_its_version_with_its_licences_beside_it() -> None:
    folder = stills.ECHARTS.parent
    assert sha256(stills.ECHARTS.read_bytes()).hexdigest() == STOCK
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert (folder / "NOTICE").read_text(encoding="utf-8").startswith("Apache ECharts")
    assert "Copyright" in (folder / "LICENSE-d3").read_text(encoding="utf-8")


@needs_extra
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("panel", [p for one in PICTURES for p in one.panels], ids=lambda panel: panel.title)
def test_every_panel_is_drawn(panel: Panel, narrow: bool) -> None:
    svg = stills.still(panel, narrow=narrow, name="Some panel")
    root = ElementTree.fromstring(svg)
    assert root.get("width") == ("358" if narrow else "760")
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) > 2
    ids = re.findall(r'id="([^"]+)"', svg)
    assert all(one.startswith("some-panel-") for one in ids)


@needs_extra
def test_a_still_says_its_labels() -> None:
    svg = unescape(stills.still(FLOORS))
    assert all(f">{label}<" in svg for label in ("floor 80", "China 50", "61", "2027", "2029"))


@needs_extra
def test_pictures_are_drawn_where_an_event_loop_runs() -> None:
    stills._engine_of.cache_clear()

    async def drawn() -> str:
        return stills.still(FLOORS)

    assert asyncio.run(drawn()).startswith("<svg")


@needs_extra
def test_a_process_that_drew_ends_by_itself() -> None:
    program = "from tests.support.handed import FLOORS; from floors.html import stills; print(stills.still(FLOORS)[:4])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "<svg\n"


@needs_extra
def test_names_are_never_markup() -> None:
    name = "</svg><script>x</script>&<b>"
    panel = Panel(
        "", "", (name, "b"), NAMES, (Series(name, LINE, "#000000", (1.0, 2.0), labels=(name, name)),)
    )
    for svg in (stills.still(panel), next(slides(Picture("p", name, name, name, (panel,)))).svg):
        root = ElementTree.fromstring(svg)
        assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
        assert "<b>" not in svg


@needs_extra
def test_slides_have_title_note_and_one_size() -> None:
    made = list(slides(PICTURES[0]))
    assert [slide.name for slide in made] == ["floors_1", "floors_2"]
    for slide, title in zip(
        made, ("Oxide: the floor rises to 80", "Ore: the floor is China's price"), strict=True
    ):
        told = unescape(slide.svg)
        assert ">The floor jumps once plants are filled<" in told
        assert f">{title}<" in told
        assert ">Shaded: others.<" in told
        assert ElementTree.fromstring(slide.svg).get("viewBox") == "0 0 1280 720"
    png = made[0].png()
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1920, 1080)


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    stills._engine_of.cache_clear()
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(UsageError, match=r"floors\[report\]"):
        stills.still(FLOORS)
    with pytest.raises(UsageError, match=r"floors\[report\]"):
        stills.png("<svg/>")
