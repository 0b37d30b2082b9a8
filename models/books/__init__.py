"""Making an input workbook of figures that know their source: what the worked examples share."""
