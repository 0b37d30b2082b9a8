"""A worksheet that takes a table row by row as text of the file, without an object for each cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import isfinite
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

AT_ONCE = 500


class BulkSheet(Worksheet):
    """xlsxwriter's worksheet; the table of `write_rows` goes from the second row of the sheet on."""

    text: list[str] | None = None
    beside = 0

    def write_rows(
        self, rows: Sequence[Sequence[Any]], number: Sequence[Any], words: Any, truth: Any
    ) -> list[int]:
        """Take the rows of a table (numbers, texts, flags, None); the longest text of each column."""
        width = len(number)
        letters = [xl_col_to_name(k) for k in range(width)]
        begin_number = [f' s="{f._get_xf_index()}"><v>' for f in number]
        begin_text = f' s="{words._get_xf_index()}" t="s"><v>'
        begin_truth = f' s="{truth._get_xf_index()}" t="b"><v>'
        index, longest = self.str_table._get_shared_string_index, [0] * width
        self.text, left, row_number = [], iter(rows), 1
        places = range(width)
        while some := list(islice(left, AT_ONCE)):
            parts = []
            for row in some:
                row_number += 1
                parts.append(f'<row r="{row_number}">')
                for k, value in zip(places, row, strict=True):
                    kind = value.__class__
                    if kind is float:
                        if not isfinite(value):
                            raise ValueError(f"{value} is not a number that can be reported")
                        parts.append(f'<c r="{letters[k]}{row_number}"{begin_number[k]}{value!r}</v></c>')
                    elif kind is str:
                        parts.append(f'<c r="{letters[k]}{row_number}"{begin_text}{index(value)}</v></c>')
                        longest[k] = max(longest[k], len(value))
                    elif kind is bool:
                        parts.append(f'<c r="{letters[k]}{row_number}"{begin_truth}{value:d}</v></c>')
                    elif value is not None:
                        parts.append(f'<c r="{letters[k]}{row_number}"{begin_number[k]}{value}</v></c>')
                parts.append("</row>")
            self.text.append("".join(parts))
        self._check_dimensions(row_number - 1, width - 1)
        return longest

    def _write_rows(self) -> None:
        if self.text is None:
            super()._write_rows()
            return
        last, self.dim_rowmax = self.dim_rowmax, 0
        super()._write_rows()
        self.dim_rowmax = last
        for text in self.text:
            self.fh.write(text)
        self.text = []
