"""From the bytes of a workbook to checked cells: file gate, headers, types, references, addresses."""
