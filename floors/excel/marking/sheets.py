"""The workbook part: which sheets there are and where, and one more put before them."""

from __future__ import annotations

from typing import NamedTuple

from floors.excel.marking.package import Package
from floors.excel.marking.spans import Edit, Odd, apply, changed_tag, insertion, parse, prefix, quoted

_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


class Book(NamedTuple):
    """`part` is the workbook's own; `sheets` maps titles, in their order, to the parts of worksheets (empty
    for a sheet of another kind)."""

    part: str
    sheets: dict[str, str]


def read_book(package: Package) -> Book:
    """Find the workbook and its sheets. Raises Odd."""
    part = package.related("", "officeDocument")
    if part is None:
        raise Odd("the file does not say which of its parts is the workbook")
    root = parse(package.read(part), "workbook")
    targets = {one.id: one for one in package.relations(part)}
    sheets: dict[str, str] = {}
    for sheet in root.need("sheets").all("sheet"):
        target = targets.get(sheet.attributes.get(f"{_RELATIONSHIP} id", ""))
        sheets[sheet.attributes["name"]] = target.part if target and target.kind == "worksheet" else ""
    return Book(part, sheets)


def add_sheet(package: Package, book: Book, name: str, content: bytes) -> None:
    """Put a sheet before the others. What counts sheets by their place counts one more."""
    part = package.free("xl/worksheets/sheet{}.xml")
    package.add(part, content, _WORKSHEET)
    relation = package.relate(book.part, "worksheet", part)
    workbook = package.read(book.part)
    root = parse(workbook, "workbook")
    sheets = root.need("sheets")
    id_ = 1 + max((int(sheet.attributes["sheetId"]) for sheet in sheets.all("sheet")), default=0)
    new = (
        f'<{prefix(workbook, sheets)}sheet xmlns:r="{_RELATIONSHIP}" name="{quoted(name)}" sheetId="{id_}" '
        f'r:id="{relation}"/>'
    )
    edits: list[Edit] = [insertion(sheets.inner, new)]
    for views in root.all("bookViews"):
        for view in views.all("workbookView"):
            active = int(view.attributes.get("activeTab", 0)) + 1
            edits.append(changed_tag(workbook, view, activeTab=str(active), firstSheet=None))
    for names in root.all("definedNames"):
        for defined in names.all("definedName"):
            if "localSheetId" in defined.attributes:
                place = int(defined.attributes["localSheetId"]) + 1
                edits.append(changed_tag(workbook, defined, localSheetId=str(place)))
    package.write(book.part, apply(workbook, edits))


def free_title(name: str, book: Book) -> str:
    """A title that no sheet has: `name`, or with a number behind it."""
    taken = {title.lower() for title in book.sheets}
    names = (name if n == 1 else f"{name} {n}" for n in range(1, len(taken) + 2))
    return next(title for title in names if title.lower() not in taken)
