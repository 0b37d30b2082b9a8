"""Several studies: solved on one process or many, kept small, compared, and written into one workbook."""

from floors.many.runs import Run, Runs
from floors.many.solving import solve_many, solve_scenarios

__all__ = ["Run", "Runs", "solve_many", "solve_scenarios"]
