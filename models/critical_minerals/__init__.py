"""The bloc's critical minerals, 2026-2035: many chains of goods in one workbook, one Vault."""
