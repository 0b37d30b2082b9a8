"""The phases of a run, by function: of floors, and of the script of bare arrays that it is measured against."""

from __future__ import annotations

PIPELINE = ("read", "derive", "build", "compile", "solve", "pricing")

FLOORS: dict[str, tuple[str, ...]] = {
    "read": ("floors.study.study:read",),
    "derive": (
        "floors.case.derive:derive",
        "floors.case.consistency:without_row",
        "floors.case.doubts:doubtful",
    ),
    "build": ("floors.sourcing.build:build",),
    "compile": ("floors.lp.linear:compile_model", "floors.lp.highs:Solver.__init__"),
    "solve": ("floors.solving.minimum:settle_minimum",),
    "pricing": (
        "floors.solving.bloc:floor_rows",
        "floors.solving.bloc:floor_rules",
        "floors.pricing.choosing:choose",
    ),
    "accounts": ("floors.solving.accounts:keep_accounts",),
    "certificate": ("floors.solving.certificate:certify",),
    "sensitivity": ("floors.solving.slopes:cap_slopes",),
    "mix": ("floors.solving.mix:find_mix",),
    "floor_parts": ("floors.solving.floor_parts:floor_parts",),
    "traced": ("floors.results.embodied:traced_shares",),
    "caps": ("floors.results.border:caps_table",),
    "floors": ("floors.results.border:floors_table",),
    "sourcing": ("floors.results.plan:sourcing_table",),
    "shipments": ("floors.results.plan:shipments_table",),
    "production": ("floors.results.plan:production_table",),
    "concentration": ("floors.results.concentration:concentration_table",),
    "shuffling": ("floors.results.shuffling:shuffling_table",),
    "temptation": ("floors.results.temptation:temptation_table",),
    "baseline": ("floors.results.baseline:baseline_table",),
    "fingerprints": ("floors.results.record:fingerprints",),
    "sentences": ("floors.results.words:sentences", "floors.results.warned:warnings"),
    "write": ("floors.excel.report:write",),
}
FLOORS_CONTAINERS = {
    "other reports": "floors.results.result:make_result",
    "outcome": "floors.solving.run:solve_both",
}

ARRAYS: dict[str, tuple[str, ...]] = {
    name: tuple(f"tests.benchmarks.arrays:{function}" for function in functions)
    for name, functions in {
        "read": ("read",),
        "derive": ("study",),
        "build": ("build",),
        "compile": ("Solver.__init__",),
        "solve": ("Solver.run",),
        "pricing": ("floors_of", "rule_columns", "Solver.face", "find_ranges", "choose"),
        "accounts": ("accounts",),
        "other reports": ("tables_of",),
        "write": ("write",),
    }.items()
}
ARRAYS_CONTAINERS = {
    "pricing": "tests.benchmarks.arrays:solve",
    "pricing ": "tests.benchmarks.arrays:solve_baseline",
}

REPORTS = tuple(name for name in FLOORS if name not in (*PIPELINE, "write")) + ("other reports", "outcome")
OPTIONAL = ("sensitivity", "mix", "floor_parts")  # one LP, or one system of equations, for many of their rows
