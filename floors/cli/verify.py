"""`floors verify`: every number of a results workbook against its input, by an evaluator of its own."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.shared import Talk, named, print_json
from floors.stopping import Deadline

MOST_SAID = 200


@click.command()
@click.argument("workbook", metavar="INPUT", type=options.INPUT)
@click.argument("output", metavar="OUTPUT", type=options.INPUT)
@click.option(
    "--exact",
    is_flag=True,
    help="Weigh the proof in exact fractions as well, and solve the study again. Loads the model and the solver, "
    "which the check without it never does. The LP is the package's own; quantities are those of OUTPUT, with "
    "consumption from what arrives, the dearest step first; prices and levies are those of OUTPUT (without "
    "rules on floors), with the best rents of all other limits at these prices, or the solver's where these prove "
    "less. Proven: total_cost and the cost of the plan are within 1e-9 of what no plan can go below; "
    "no row, bound or reduced cost is broken by more than 1e-7. Up to 4,000 rows also the exact corner of the "
    "basis: whether it is optimal without any tolerance (a last bit may make it not so: said, no fault), and its "
    "cost. Compared with the second solve: lowest, highest, least_make_whole, movable, the ends of shares, what a "
    "tonne under each cap saves or costs and how far that holds, the losses of a shock. Of results of a --model "
    "with rows of its own nothing of this is checked, and that is said.",
)
@options.time_limit
@options.as_json(
    "{ok, compared, findings: [{sheet, cell, column, found, expected, "
    "rule, key}], not_checked: [text], proof: [text], exact}. exact holds, under --exact, an object for each scenario: "
    "{prices (whose), total_cost, plan_cost, bound (million, present value), gap, plan_gap (relative to the bound), "
    "assumed (quantities taken to stay below largest t), largest, row_violation, worst_row, negative_quantity, "
    "dual_sign, reduced_sign, corner (text of 15 digits, or null where the LP is too large), corner_optimal, "
    "corner_fault, corner_gap, baseline (the same of the plan without policy, but for corners, where it is another)}.",
)
@options.silent
@options.debug
def verify(
    workbook: Path,
    output: Path,
    exact: bool,
    time_limit: float | None,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Check the results workbook OUTPUT against INPUT: which number is wrong where, and by which rule.

    Every sheet is recomputed from the tables, without the model and without the solver. What sheet run of OUTPUT
    records as set (--set) is set in INPUT. Exit code 0 where nothing is wrong; 6 where something is, also where OUTPUT
    was made of another INPUT; 2 where one of the two cannot be read; 4 where --exact had no time to solve.
    """
    from floors.verification import verify_files

    limit = Deadline(time_limit)
    talk = Talk(quiet, progress=not as_json)
    with talk.showing(), limit:
        report = verify_files(workbook, output, exact=exact)
    if exact:  # without it nothing is solved
        limit.require("all was solved again")
    if as_json:
        print_json(
            {
                "ok": report.ok,
                "compared": report.compared,
                "findings": [finding._asdict() for finding in report.findings],
                "not_checked": list(report.not_checked),
                "proof": list(report.proof),
                "exact": dict(report.exact),
            }
        )
    elif not quiet:
        for finding in report.findings[:MOST_SAID]:
            talk.complain(str(finding))
        if len(report.findings) > MOST_SAID:
            talk.complain(f"... and {len(report.findings) - MOST_SAID} more; --json lists all.")
        for line in report.proof:
            talk.say(line)
        for line in report.not_checked:
            talk.say(f"not checked: {line}.")
        wrong = f"{len(report.findings)} wrong" if report.findings else "nothing wrong"
        talk.say(f"{named(output)}: {report.compared:,} numbers and rows compared, {wrong}.")
    if not report.ok:
        raise click.exceptions.Exit(6)
