"""Compares two folders of kept_results.py: exit codes, what was said, and every cell of every sheet.

Workbooks are compared sheet by sheet in their order, each cell with its number format, and every other part of
the file (notes, charts, tables, widths) as text. Numbers are equal within NEAR times the larger of the two or 1,
in cells, in JSON and in the parts; what is said in words must be the same to the letter. LEFT_OUT (in
same_workbooks.py) names all that does not count, and how often each rule was used is told. Where a plan has ties, OPEN lists the splits that may
differ with equal sums; they are shown apart. Nothing compared is no equality: a sheet, a file or a kind of
command without anything compared counts as a difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tests.by_hand.same_workbooks import LEFT_OUT, Found, compare_workbooks, same

MANIFEST = "manifest.json"
KINDS = (
    "check",
    "diagnose",
    "solve",
    "verify",
    "solve_all",
    "sweep",
    "tornado",
    "sample",
    "coalition",
    "risk",
    "model",
    "help",
    "template",
)
SECONDS = re.compile(r"\b\d[\d,]*\.\d+ s\b")


def compare(before: Path, after: Path, only: str = "*", most: int = 20) -> int:
    """Compare two folders and say what differs; returns 0 where nothing does, else 1."""
    found = compare_folders(before, after, only, most)
    for text in found.differences:
        print(text)
    for text in found.splits:
        print(f"open split, not counted: {text}")
    for (kind, sheet), count in sorted(found.cells.items()):
        print(f"compared: {kind}, {sheet}: {count:,}")
    for rule, count in found.left_out.items():
        print(f"left out: {rule}: {count:,} times; {LEFT_OUT[rule]}")
    wrong = f"{len(found.differences)} lines of differences" if found.differences else "no differences"
    splits = f", {len(found.splits)} open splits with equal sums" if found.splits else ""
    print(f"{sum(found.cells.values()):,} cells and lines compared: {wrong}{splits}.")
    return 1 if found.differences else 0


def compare_folders(before: Path, after: Path, only: str = "*", most: int = 20) -> Found:
    """Compare all runs whose name matches; `most` differences are told of each file."""
    found = Found()
    a, b = (json.loads((folder / MANIFEST).read_text(encoding="utf-8")) for folder in (before, after))
    print(f"before: {a['code']}\nafter: {b['code']}")
    runs = sorted(where for where in {*a["runs"], *b["runs"]} if fnmatch(where, only))
    for where in runs:
        mine, theirs = a["runs"].get(where), b["runs"].get(where)
        if mine is None or theirs is None:
            found.differences.append(f"{where}: only {'after' if mine is None else 'before'}")
            continue
        place = where.rpartition("/")[0] + ".xlsx"
        if a["inputs"].get(place) != b["inputs"].get(place):
            found.differences.append(f"{where}: the input is not the same; make with --as")
            continue
        told = [*_run(before / "runs" / where, after / "runs" / where, mine, theirs, found)]
        found.differences += [f"{where}: {text}" for text in told[:most]]
        if len(told) > most:
            found.differences.append(f"{where}: ... and {len(told) - most} more")
    compared = {kind for (kind, _), count in found.cells.items() if count}
    for kind in KINDS if only == "*" else ():
        if kind not in compared:
            found.differences.append(f"nothing was compared of {kind}")
    if not compared:
        found.differences.append("nothing was compared")
    return found


def _run(a: Path, b: Path, mine: dict[str, Any], theirs: dict[str, Any], found: Found) -> Iterator[str]:
    kind = mine["kind"]
    for part in ("kind", "words", "exit"):
        if mine[part] != theirs[part]:
            yield f"{part}: {mine[part]} | {theirs[part]}"
    if mine["exit"] is None or theirs["exit"] is None:
        yield "was stopped, so nothing is known of it"
    found.cells[kind, "exit code"] += 1
    for name in sorted({*mine["files"], *theirs["files"]}):
        if name not in mine["files"] or name not in theirs["files"]:
            yield f"{name}: only {'after' if name in theirs['files'] else 'before'}"
        elif name.endswith(".xlsx"):
            yield from (f"{name}, {text}" for text in compare_workbooks(a / name, b / name, kind, found))
        else:
            yield from (f"{name}: {text}" for text in _texts(a / name, b / name, kind, found))


def _texts(a: Path, b: Path, kind: str, found: Found) -> Iterator[str]:
    """What was said: JSON by its values, else line by line."""
    mine, theirs = (_without_progress(path.read_text(encoding="utf-8")) for path in (a, b))
    if mine.startswith("{") and theirs.startswith("{"):
        yield from _json(json.loads(mine), json.loads(theirs), "", (kind, f"{a.name}, JSON"), found)
        return
    for number, lines in enumerate(zip_longest(mine.splitlines(), theirs.splitlines()), 1):
        found.cells[kind, a.name] += 1
        one, other = lines
        if one != other and one is not None and other is not None:
            one, other = (SECONDS.sub("(seconds)", line) for line in lines)
            found.left_out["seconds"] += 1
        if one != other:
            yield f"line {number}: {one!r} | {other!r}"


def _without_progress(text: str) -> str:
    """What was said but for what was being done, which is said of what takes long."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("... "))


def _json(a: Any, b: Any, place: str, counted: tuple[str, str], found: Found) -> Iterator[str]:
    if isinstance(a, dict) and isinstance(b, dict):
        if [*a] != [*b]:
            yield f"{place}: keys {[*a]} | {[*b]}"
        for key in a:
            if key == "seconds":
                found.left_out["seconds"] += 1
            elif key in b:
                yield from _json(a[key], b[key], f"{place}.{key}", counted, found)
    elif isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            yield f"{place}: {len(a)} | {len(b)} of them"
        for i, (one, other) in enumerate(zip(a, b, strict=False)):
            yield from _json(one, other, f"{place}[{i}]", counted, found)
    else:
        found.cells[counted] += 1
        if not same(a, b):
            yield f"{place}: {a!r} | {b!r}"
