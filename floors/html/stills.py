"""Pictures without a browser: a panel as SVG, drawn by ECharts in an engine for JavaScript, and SVG as PNG.

Needs floors[report], which is imported when the first picture is drawn; without it UsageError says so.
"""

from __future__ import annotations

import atexit
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from floors.errors import UsageError
from floors.html.options import Drawing, drawing
from floors.page.picture import Panel

ECHARTS = Path(__file__).parent / "assets" / "echarts" / "echarts.min.js"
EXTRA = 'pip install "floors[report]"'

_DRAW = """
function drawn(option, width, height) {
  var chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: width, height: height});
  chart.setOption(option);
  var svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
"""
_OWN_IDS = re.compile(r'((?:id|class)="|url\(#|href="#|(?<=[\s,}])\.)zr\d+-(?:(cls-)(\d+))?')


def available(*, png: bool = False) -> bool:
    """Whether pictures can be drawn here, as PNG too."""
    return all(find_spec(name) is not None for name in ("py_mini_racer", *(["resvg_py"] if png else [])))


def still(panel: Panel, *, narrow: bool = False, name: str = "p") -> str:
    """A panel as an SVG element, as wide as a page or as a phone. `name` begins its ids, which a page must not have
    twice. Raises UsageError without floors[report]."""
    return svg(drawing(panel, narrow=narrow), name)


def svg(made: Drawing, name: str = "p") -> str:
    """A drawing as an SVG element. Raises UsageError without floors[report]."""
    found: str = _engine().call("drawn", made.option, made.width, made.height)
    prefix = re.sub(r"[^a-z0-9]+", "-", name.lower())
    seen: dict[str, int] = {}  # ECharts counts on from picture to picture

    def own(match: re.Match[str]) -> str:
        number = seen.setdefault(match[3], len(seen)) if match[3] else ""
        return f"{match[1]}{prefix}-{match[2] or ''}{number}"

    return _OWN_IDS.sub(own, found)


def png(picture: str, width: int | None = None) -> bytes:
    """An SVG as PNG, twice as large or so many pixels wide. Raises UsageError without floors[report]."""
    try:
        import resvg_py
    except ImportError as error:
        raise _lacking("PNG") from error
    size: dict[str, Any] = {"width": width} if width else {"zoom": 2}
    drawn = resvg_py.svg_to_bytes(svg_string=picture, background="#ffffff", **size)
    return bytes(drawn)


def _engine() -> Any:
    """The engine with ECharts in it."""
    return _engine_of(os.getpid())


@cache
def _engine_of(process: int) -> Any:
    """One for each process: in a copy of a process its threads are gone, and calls would wait for ever."""
    try:
        from py_mini_racer import MiniRacer
    except ImportError as error:
        raise _lacking("Pictures") from error
    # Made where an event loop runs (a notebook) it would take that one for its own, and be gone with it.
    with ThreadPoolExecutor(1) as elsewhere:
        engine = elsewhere.submit(MiniRacer).result()
    atexit.register(engine.close)  # else its thread may keep the process from ending
    engine.eval(
        "var window = globalThis, self = globalThis;" + ECHARTS.read_text(encoding="utf-8") + ";" + _DRAW
    )
    return engine


def _lacking(what: str) -> UsageError:
    return UsageError(f"{what} without a browser need floors[report]: {EXTRA}.")
