"""Grids to checked tables: a workbook, or tables given in Python, read as a study."""
