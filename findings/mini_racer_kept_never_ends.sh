#!/usr/bin/env bash
# mini-racer 0.14.1: a process that keeps a MiniRacer may never end.
#
# Guess: an engine that is still there when the process ends is thrown away with it, as any other object.
#
# Seen: in nine of ten runs the process hangs after its last line. `__del__` closes the engine, which waits for its
# thread; that is a daemon, and stands still by then. `close` before the end (or by atexit) is not concerned.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mini-racer==0.14.1
program='from functools import lru_cache
from py_mini_racer import MiniRacer
engine = lru_cache(maxsize=1)(MiniRacer)
assert engine().eval("1 + 1") == 2'
hung=0
for _ in 1 2 3 4 5 6 7 8 9 10; do
    timeout 10 "$folder/venv/bin/python" -c "$program" || hung=$((hung + 1))
done
closed=0
for _ in 1 2 3 4 5 6 7 8 9 10; do
    timeout 10 "$folder/venv/bin/python" -c "$program"$'\n'"engine().close()" || closed=$((closed + 1))
done
echo "kept: $hung of 10 never ended; closed: $closed of 10"
if [ "$hung" -eq 0 ] || [ "$closed" -gt 0 ]; then
    echo "This has changed." >&2
    exit 1
fi
