#!/usr/bin/env bash
# iam-units 2026.8.5: a bare USD is a dollar of 2005, and the last year that it knows is 2022.
#
# Guess: money without a year has no fixed worth, so that USD to USD_2005 is refused; USD of any year up to the
# release, August 2026, or at least to 2025, can be asked for; EUR of a year is some USD of that year.
#
# Seen: 1 USD is 1 USD_2005. USD_2023 and later are not defined. EUR and USD are of different dimensions until
# `configure_currency` is called for a year, and EUR is known for 2000, 2005, 2010, 2020 and 2024.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check iam-units==2026.8.5
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import pint
from iam_units import registry

bare = registry("1 USD").to("USD_2005").magnitude
print(f"1 USD = {bare:g} USD_2005; 1 USD_2020 = {registry('1 USD_2020').to('USD_2005').magnitude:.3f} USD_2005")
known = []
for year in range(2000, 2027):
    for money in ("USD", "EUR"):
        try:
            registry(f"{money}_{year}")
        except pint.UndefinedUnitError:
            continue
        known.append((money, year))
last = max(year for money, year in known if money == "USD")
print("USD up to", last, "- EUR of", *(year for money, year in known if money == "EUR"))
try:
    registry("1 EUR_2020").to("USD_2020")
    apart = False
except pint.DimensionalityError as error:
    apart = True
    print(error)
if (bare, last, apart) != (1, 2022, True):
    sys.exit("This has changed.")
PY
