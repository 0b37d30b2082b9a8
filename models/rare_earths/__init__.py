"""The worked example: rare earths from mine to magnet, 2026-2035, every number with its source.

    python -m models.rare_earths [OUTPUT.xlsx]

One subject a file. `figures` knows where numbers come from, `book` collects the sheets, `excel` writes them.
"""
