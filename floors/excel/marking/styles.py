"""Cell formats added to a workbook: its own with another fill, and those of the sheet of problems."""

from __future__ import annotations

from floors.excel.marking.spans import MAIN, Edit, Element, Odd, added, apply, copied, parse, prefix, tag_with

FILLS = {"error": "FFFFC7CE", "warning": "FFFFEB9C"}
"""Colour of a marked cell by level: the red and the yellow that spreadsheet programs call bad and neutral."""

EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()
"""A stylesheet for a workbook that has none."""

_LINK = '<{0}u/><{0}sz val="11"/><{0}color rgb="FF0563C1"/><{0}name val="Calibri"/>'
_BOLD = '<{0}b/><{0}sz val="11"/><{0}name val="Calibri"/>'


class Styles:
    """The stylesheet with what was added. Raises Odd where it has no fonts, fills or cell formats."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        root = parse(content, "styleSheet")
        self._prefix = prefix(content, root)
        self._fonts, self._fills, self._formats = (root.need(n) for n in ("fonts", "fills", "cellXfs"))
        self._own = list(self._formats.all("xf"))
        if not self._own:
            raise Odd("the stylesheet has no cell format")
        self._added: dict[str, int] = {}

    def marked(self, style: int, level: str) -> int:
        """The format `style` with the fill of a level; fonts, number formats and borders stay."""
        own = self._own[style if style < len(self._own) else 0]
        fill = str(_count(self._fills, "fill") + list(FILLS).index(level))
        tag = tag_with(self._content[own.start : own.inner], fillId=fill, applyFill="1")
        return self._place(copied(tag + self._content[own.inner : own.end]))

    @property
    def header(self) -> int:
        """Bold."""
        return self._place(self._listed(0, 'applyFont="1"'))

    @property
    def link(self) -> int:
        """Blue and underlined."""
        return self._place(self._listed(1, 'applyFont="1"'))

    @property
    def text(self) -> int:
        """Plain, and staying text when it is typed again."""
        return self._place(self._listed(None, 'quotePrefix="1"'))

    def level(self, level: str) -> int:
        """Plain, with the fill of a level."""
        fill = _count(self._fills, "fill") + list(FILLS).index(level)
        return self._place(self._listed(None, 'applyFill="1"', fill))

    def _listed(self, font: int | None, more: str, fill: int = 0) -> str:
        """A format that wraps its text, with the own font of that number or the first of the workbook."""
        p = self._prefix
        number = 0 if font is None else _count(self._fonts, "font") + font
        return (
            f'<{p}xf numFmtId="0" fontId="{number}" fillId="{fill}" borderId="0" xfId="0" {more} '
            f'applyAlignment="1"><{p}alignment vertical="top" wrapText="1"/></{p}xf>'
        )

    def _place(self, new: str) -> int:
        return self._added.setdefault(new, len(self._own) + len(self._added))

    def content(self) -> bytes:
        """The stylesheet with all that was asked for."""
        p = self._prefix
        fonts = "".join(f"<{p}font>{font.format(p)}</{p}font>" for font in (_BOLD, _LINK))
        fills = "".join(
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            for colour in FILLS.values()
        )
        edits: list[Edit] = []
        for element, name, new, more in (
            (self._fonts, "font", fonts, 2),
            (self._fills, "fill", fills, len(FILLS)),
            (self._formats, "xf", "".join(self._added), len(self._added)),
        ):
            edits += added(self._content, element, new, count=str(_count(element, name) + more))
        return apply(self._content, edits)


def _count(element: Element, name: str) -> int:
    return sum(1 for _ in element.all(name))
