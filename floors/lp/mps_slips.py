"""Slips in an MPS file of which HiGHS 1.16 says nothing: it reads another LP, and answers that all is well."""

from __future__ import annotations

import gzip
from pathlib import Path

from floors.errors import UsageError

_SECTIONS = (b"NAME", b"OBJSENSE", b"OBJNAME", b"ROWS", b"COLUMNS", b"RHS", b"RANGES", b"BOUNDS", b"ENDATA")
_PAIRS = (b"COLUMNS", b"RHS", b"RANGES")
_WITHOUT_NUMBER = (b"FR", b"MI", b"PL", b"BV")


def check_mps(path: Path) -> None:
    """Raise UsageError for a third pair on a line, a number followed by something else, and a bound on a column that is
    nowhere; each by its line. Raises OSError."""
    section, columns = b"", set[bytes]()
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if not words or line.startswith(b"*"):
                continue
            if words[0] in _SECTIONS and not line[:1].isspace():
                section = words[0]
                continue
            slip = ""
            if section in _PAIRS and b"'MARKER'" not in words:
                if section == b"COLUMNS":
                    columns.add(words[0])
                if len(words) > 5:
                    slip = f"expected at most two pairs of row and number; found {len(words)} words"
                else:
                    slip = _no_number(words[-1:] if len(words) < 4 else (words[-3], words[-1]))
            elif section == b"BOUNDS":
                if not columns.intersection(words[1:3]):
                    slip = f"no column {words[min(2, len(words) - 1)].decode(errors='replace')} in section COLUMNS"
                elif words[0].upper() not in _WITHOUT_NUMBER:
                    slip = _no_number(words[-1:])
            if slip:
                raise UsageError(f"{path}, line {number}: {slip}.")


def _no_number(words: list[bytes] | tuple[bytes, ...]) -> str:
    for word in words:
        try:
            if b"_" not in word:
                float(word)
                continue
        except ValueError:
            pass
        return f"expected a number; found {word.decode(errors='replace')}"
    return ""
