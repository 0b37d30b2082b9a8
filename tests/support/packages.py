"""Workbook files as packages of parts: read raw, rewritten, and rich ones to be marked."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def parts(content: bytes) -> dict[str, bytes]:
    """Every part, unpacked, in the order of the file."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: bytes) -> dict[str, bytes]:
    """Every part as its compressed bytes lie in the file."""
    found = {}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for info in archive.infolist():
            at = info.header_offset
            name, extra = (int.from_bytes(content[at + n : at + n + 2], "little") for n in (26, 28))
            start = at + 30 + name + extra
            found[info.filename] = content[start : start + info.compress_size]
    return found


def package(contents: Mapping[str, bytes | str]) -> bytes:
    """A file of these parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A file with parts changed; those for which None is returned are left out."""
    made = {name: change(name, part) for name, part in parts(content).items()}
    return package({name: part for name, part in made.items() if part is not None})


def bare(sheet: str, styles: str = "") -> bytes:
    """As little as makes a workbook: one sheet `demand` as given, and styles only where given."""
    related = f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/>' if styles else ""
    contents = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_SPREADSHEET}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_SPREADSHEET}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="demand" sheetId="7" '
        f'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>{related}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return package(contents | ({"xl/styles.xml": styles} if styles else {}))


def sheet(data: str, around: str = "{}", mark: str = "") -> str:
    """A sheet part with these rows; `around` has a place for the rows and room for other elements."""
    declared = f'xmlns:{mark[:-1]}="{MAIN}"' if mark else f'xmlns="{MAIN}"'
    rows = f"<{mark}sheetData>{data}</{mark}sheetData>"
    return f'<{mark}worksheet {declared} xmlns:r="{OFFICE}">{around.format(rows)}</{mark}worksheet>'


def rich(path: Path) -> bytes:
    """A workbook with all that a copy could lose: formulas and their results, charts, tables, validations,
    sparklines, shapes, comments, conditional formats, names, hidden and protected sheets, merged cells."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": datetime(2000, 1, 1)})
    grey = book.add_format({"bg_color": "#CCCCCC", "num_format": "0.00", "bold": True})
    for title in ("demand", "caps & co", "it's", "quiet"):
        page = book.add_worksheet(title)
        for row in range(1, 8):
            page.write_row(row, 0, [f"r{row}", row, row * 1.5])
        page.write_formula("D2", "=SUM(B2:B8)", grey, 28)
        page.write_formula("D3", "=D2*2", grey, 56)
        page.write_string("E2", "=1+1")
    page = book.get_worksheet_by_name("demand")
    page.set_column("G:G", 30, grey)
    page.set_row(9, 25, grey)
    page.write_comment("B3", "mine")
    page.write_comment("F9", "mine too")
    page.data_validation("C2:C8", {"validate": "decimal", "criteria": ">", "value": 0})
    page.conditional_format("B2:B8", {"type": "data_bar", "data_bar_2010": True})
    page.add_sparkline("H2", {"range": "demand!B2:C2"})
    page.add_table("A1:C8", {"columns": [{"header": "name"}, {"header": "n"}, {"header": "x"}]})
    page.insert_textbox("J2", "a shape")
    page.merge_range("I12:J13", "merged")
    page.autofilter("K1:L3")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=demand!$B$2:$B$8"})
    page.insert_chart("J10", chart)
    book.get_worksheet_by_name("quiet").hide()
    book.get_worksheet_by_name("caps & co").protect("secret")
    book.get_worksheet_by_name("it's").activate()
    book.define_name("'caps & co'!local", "='caps & co'!$A$1")
    book.define_name("everywhere", "=demand!$B$2")
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"values": "=demand!$B$2:$B$8"})
    book.add_chartsheet("picture").set_chart(bars)
    book.close()
    return path.read_bytes()


def converted(path: Path, kind: str, folder: Path) -> Path:
    """A workbook opened and saved by LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    subprocess.run(
        [office, "--headless", home, "--convert-to", kind, "--outdir", str(folder), str(path)],
        check=True,
        capture_output=True,
    )
    return folder / f"{path.stem}.{kind}"
