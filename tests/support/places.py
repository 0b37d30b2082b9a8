"""Where things are: the project, its inputs, and the cases with known answers."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ROOT / "floors"
INPUTS = ROOT / "inputs"
CASES = ROOT / "tests" / "cases"
TOY = CASES / "toy.xlsx"
RARE_EARTHS = INPUTS / "rare_earths.xlsx"
