"""Results in the data format of the IAMC: model, scenario, region, variable, unit, year, value (docs/iamc.md)."""
