"""Series that have places of their own: each value stands at its own, in the drawing and in the table of numbers."""

from __future__ import annotations

from html.parser import HTMLParser

from floors.html.figures import Figures
from floors.html.options import drawing
from floors.page.picture import LINE, POINT, SHARES, Panel, Picture, Series

PANEL = Panel(
    "Cost",
    "million USD",
    (0.9, 0.6, 0.3),
    SHARES,
    (
        Series("bloc", LINE, "#0B4F8A", (0.0, 5.0, 9.0)),
        Series("whole supply", POINT, "#59636E", (1.0, 2.0), along=(0.8, 0.3)),
    ),
)


class Cells(HTMLParser):
    """The rows of the tables of a page, as texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data.replace("\u00a0", " ")


def test_points_stand_at_their_own_places() -> None:
    first, second = drawing(PANEL).option["series"][:2]
    assert [item["value"] for item in first["data"]] == [[90.0, 0.0], [60.0, 5.0], [30.0, 9.0]]
    assert [item["value"] for item in second["data"]] == [[80.0, 1.0], [30.0, 2.0]]


def test_the_table_has_every_place_once() -> None:
    html = Figures(drawn=False).picture(Picture("picture_cost", "Cost", "", "", (PANEL,)))
    rows = [row for row in Cells(html).rows if row]
    assert rows == [
        ["share", "bloc", "whole supply"],
        ["90 %", "0", ""],
        ["80 %", "", "1"],
        ["60 %", "5", ""],
        ["30 %", "9", "2"],
    ]
