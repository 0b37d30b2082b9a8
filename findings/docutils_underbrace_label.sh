#!/usr/bin/env bash
# docutils 0.22.4: the label of \underbrace and \overbrace stands beside the brace, as an index.
#
# Guess: `\underbrace{a + b}_{n}` has n below the brace, as in LaTeX, MathJax and KaTeX: in MathML a `munder` of a
# `munder`. docutils takes the command without a warning, in display style too, where it sets the limit of a sum right.
#
# Seen: the MathML is `<msub>` of the brace and n, so that browsers draw the label behind the last letter and lower. No
# warning tells of it, and the page builds with -W. docs/model.md names terms in words.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check docutils==0.22.4
"$folder/venv/bin/python" - <<'PY'
import sys

import docutils
from docutils.utils.math.latex2mathml import tex2mathml

print("docutils", docutils.__version__)
found = {}
for tex in (r"\underbrace{a + b}_{n}", r"\overbrace{a + b}^{n}", r"\sum_{n} a"):
    found[tex] = "".join(tex2mathml(tex, as_block=True).split())
    print(tex, found[tex])
under, over, total = found.values()
if "<msub><munder" not in under or "<msup><mover" not in over or "<msub>" in total:
    sys.exit("This has changed.")
PY
