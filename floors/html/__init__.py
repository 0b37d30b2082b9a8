"""The report: one HTML file that needs nothing but itself, and pictures as SVG and PNG."""
