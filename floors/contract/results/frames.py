"""A sheet as a DataFrame, whose types follow from its columns alone: those of any two results fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floors.contract.results.columns import Kind, Rows, Sheet

if TYPE_CHECKING:
    import pandas as pd

DTYPES: dict[Kind, Any] = {
    Kind.TEXT: "string",
    Kind.WHOLE: "Int64",
    Kind.NUMBER: "Float64",
    Kind.FLAG: "boolean",
}


def frame(sheet: Sheet, rows: Rows) -> pd.DataFrame:
    """Rows of a sheet as columns of nullable types, `DTYPES`, with rows or without; blank and NaN are NA.

    Raises KeyError for a sheet in which a column holds numbers and texts.
    """
    import pandas as pd

    by_column = list(zip(*rows, strict=True)) or [()] * len(sheet.columns)
    return pd.DataFrame(
        {
            column.name: _array(column.kind, cells)
            for column, cells in zip(sheet.columns, by_column, strict=True)
        }
    )


def _array(kind: Kind, cells: tuple[Any, ...]) -> Any:
    import numpy as np
    import pandas as pd

    if kind is Kind.NUMBER:  # by numpy: many times faster than cell by cell
        numbers = np.array(cells, dtype=float)
        return pd.arrays.FloatingArray(numbers, np.isnan(numbers))
    return pd.array(cells, dtype=DTYPES[kind])
