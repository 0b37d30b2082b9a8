#!/usr/bin/env bash
# Pyomo 6.10.1: who has imported pyomo.core and then imports scipy.sparse gets scipy.stats, scipy.optimize and
# others too.
#
# Guess: Pyomo defers what it only may need ("deferred imports"), so that scipy costs nothing until Pyomo uses
# it; and `import scipy.sparse` loads scipy.sparse. Neither needs scipy.stats, which takes most of the time of
# the three.
#
# Seen: `pyomo.core` loads nothing of scipy, `scipy.sparse` nothing of scipy.stats; both, in either order,
# load scipy.stats with all that it needs: 6.5 times as many modules of scipy as scipy.sparse alone. A hook of
# Pyomo in `sys.meta_path` waits for the first import of scipy, whoever does it, and then imports what Pyomo
# may want of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyomo==6.10.1 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import subprocess
import sys
from importlib.metadata import version

COUNT = (
    "import sys; print(sum(n.split('.')[0] == 'scipy' for n in sys.modules), 'scipy.stats' in sys.modules)"
)


def loaded(code):
    """Modules of scipy after this code in a fresh Python, and whether scipy.stats is one of them."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{COUNT}"], capture_output=True, text=True, check=True
    )
    modules, stats = done.stdout.split()
    return int(modules), stats == "True"


print("Pyomo", version("pyomo"), "scipy", version("scipy"))
codes = ["import pyomo.core", "import scipy.sparse"]
codes += [f"{codes[0]}; {codes[1]}", f"{codes[1]}; {codes[0]}"]
found = [loaded(code) for code in codes]
for code, (modules, stats) in zip(codes, found, strict=True):
    among = "with" if stats else "without"
    print(f"{code}: {modules} modules of scipy, {among} scipy.stats")
if [stats for _, stats in found] != [False, False, True, True]:
    sys.exit("This has changed.")
PY
