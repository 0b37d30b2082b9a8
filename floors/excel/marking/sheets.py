"""The workbook part: which sheets there are and where, and one more put before them."""

from __future__ import annotations

from typing import NamedTuple

from floors.excel.marking.package import Package
from floors.excel.marking.spans import (
    Edit,
    Element,
    Odd,
    added,
    apply,
    changed_tag,
    insertion,
    parse,
    prefix,
    quoted,
)

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


def add_sheet(package: Package, book: Book, name: str, content: bytes, repeated: int) -> None:
    """Put a sheet before the others; every page of it begins with row `repeated`. What counts sheets by their place
    counts one more."""
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
    edits += _print_titles(workbook, root, f"'{name}'!${repeated}:${repeated}")
    package.write(book.part, apply(workbook, edits))


def _print_titles(workbook: bytes, root: Element, rows: str) -> list[Edit]:
    """Edits by which rows of the first sheet stand on each of its pages."""
    before = prefix(workbook, root)
    defined = f'<{before}definedName name="_xlnm.Print_Titles" localSheetId="0">{rows}</{before}definedName>'
    names = root.first("definedNames")
    if names is not None:
        return added(workbook, names, defined)
    after = [one for kind in ("sheets", "functionGroups", "externalReferences") for one in root.all(kind)][-1]
    return [insertion(after.end, f"<{before}definedNames>{defined}</{before}definedNames>")]


def free_title(name: str, book: Book) -> str:
    """A title that no sheet has: `name`, or with a number behind it."""
    taken = {title.lower() for title in book.sheets}
    names = (name if n == 1 else f"{name} {n}" for n in range(1, len(taken) + 2))
    return next(title for title in names if title.lower() not in taken)
