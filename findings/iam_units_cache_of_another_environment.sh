#!/usr/bin/env bash
# iam-units 2026.8.5 with pint 0.25.3: what one environment leaves in the cache stops another from importing it.
#
# Guess: the cache of parsed definitions holds what was parsed, by the contents of the files; an environment that is
# made anew parses again, or takes what is there.
#
# Seen: the cache, one for all environments of a user, holds the paths of pint's own files in the environment that filled
# it. Once that one is deleted, `import iam_units` in another raises FileNotFoundError, until the cache is deleted or
# IAM_UNITS_CACHE names another folder.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export IAM_UNITS_CACHE="$folder/cache" # in place of that of whoever runs this
for one in first second; do
    "${PYTHON:-python3}" -m venv "$folder/$one"
    "$folder/$one/bin/pip" install --quiet --disable-pip-version-check iam-units==2026.8.5 pint==0.25.3
done
ask() { "$folder/$1/bin/python" -W ignore -c 'import iam_units; print(iam_units.registry("1 kt").to("t"))'; }
ask first
rm -rf "$folder/first"
if ask second 2>"$folder/said"; then
    echo "This has changed."
    exit 1
fi
tail -n 1 "$folder/said" | sed "s#$folder#...#"
grep -q "^FileNotFoundError: .*/first/" "$folder/said" || { echo "This has changed."; exit 1; }
IAM_UNITS_CACHE="$folder/own" ask second
