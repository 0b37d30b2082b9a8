"""The whole command against a script of bare arrays that does the same work, start-up included.

python tests/benchmarks/compare.py [WORKBOOK] [RUNS]

Runs the two in turn, so that a slow moment of the machine hits both, and prints the median seconds of each and
the median of the ratios pair by pair. The script writes fewer sheets (no floor_parts, support, concentration,
certificate or run) and does not look for what can move at no cost.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORKBOOK = HERE.parents[1] / "inputs" / "rare_earths.xlsx"


def seconds(command: list[str]) -> float:
    """Wall time of a command that must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main(workbook: Path, runs: int) -> None:
    """Print medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        ours = [
            sys.executable,
            "-m",
            "floors",
            "solve",
            str(workbook),
            "-o",
            f"{folder}/floors.xlsx",
            "--quiet",
        ]
        arrays = [sys.executable, str(HERE / "arrays.py"), str(workbook), f"{folder}/arrays.xlsx"]
        seconds(ours), seconds(arrays)
        pairs = [(seconds(ours), seconds(arrays)) for _ in range(runs)]
    for name, times in zip(("floors", "arrays"), zip(*pairs, strict=True), strict=True):
        print(f"{name}: median {statistics.median(times):.2f} s, {min(times):.2f} to {max(times):.2f}")
    print(f"ratio: median {statistics.median(a / b for a, b in pairs):.2f} of {runs} pairs")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else WORKBOOK,
        int(sys.argv[2]) if len(sys.argv) > 2 else 9,
    )
