"""How sure the numbers are: proof, what would change them nearest, other plans; and where they come from."""

from __future__ import annotations

from floors.brief.facts import Facts
from floors.contract import results as sheets
from floors.page.page import LEFT, Paragraph, Words

SHOWN = 12  # digits of a hash
BOUND = "lower bound"  # in the name of the check that holds the plan against what is proven
BILLIONTH = 1e-9


def sure(facts: Facts) -> Words:
    """Proof, and what moves."""
    told = [proof(facts)]
    return Words("sure", "How sure", tuple(one for one in told if one is not None), LEFT)


def proof(facts: Facts) -> Paragraph | None:
    """The certificate; None where it did not pass, for then something else is said."""
    checks = facts.tables.read(sheets.CERTIFICATE)
    if not checks or facts.tables.failed or not all(check.passed for check in checks):
        return None
    tight = all(check.value <= BILLIONTH for check in checks if BOUND in check.check)
    than = "no plan under these inputs is cheaper by one part in a billion" if tight else "no plan is cheaper"
    return Paragraph(
        "Proof.",
        f"All {len(checks)} checks passed: {than}. That proves the arithmetic, not the inputs.",
    )


def source(facts: Facts, stamp: str) -> str:
    """The last line: program, file, scenario, hash, solver, and the day where it was asked for."""
    recorded = facts.tables.recorded
    digest = recorded.get("workbook sha256")
    told = [
        f"floors {recorded['floors']}" if recorded.get("floors") else "floors",
        str(recorded.get("workbook") or facts.tables.study.name),
        f"scenario {facts.tables.scenario}",
        f"sha256 {str(digest)[:SHOWN]}…" if digest else "no file",
        f"HiGHS (highspy {recorded['highspy']})" if recorded.get("highspy") else "HiGHS",
        "words explained on sheet “terms”; every figure on the sheets behind",
        stamp,
    ]
    return " · ".join(filter(None, told))
