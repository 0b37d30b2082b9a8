"""The result of a study: one table per sheet of the contract, its words, warnings and certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors.contract import results as tables
from floors.contract.fingerprints import SENTENCES, fingerprint_of_sentences
from floors.results.baseline import baseline_table
from floors.results.border import caps_table, floors_table, parts_table, prices_table
from floors.results.concentration import bloc_shares, concentration_table
from floors.results.embodied import traced_shares
from floors.results.mix import find_mix, mix_in_words
from floors.results.plan import (
    investment_table,
    production_table,
    shipments_table,
    sourcing_table,
    stocks_table,
)
from floors.results.policy import accounts_table, change_by_member, support_table
from floors.results.record import fingerprints, record
from floors.results.sensitivity import sensitivity_in_words, sensitivity_table
from floors.results.shock import shock, shock_rows
from floors.results.shuffling import shuffling_table
from floors.results.summary import Figures, bloc_total, figures, summary_table, warnings
from floors.results.temptation import temptation_table
from floors.results.words import sentences
from floors.solving.accounts import keep_accounts
from floors.solving.certificate import Check, certify, require
from floors.solving.floor_parts import floor_parts
from floors.solving.outcome import Outcome
from floors.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    """A solved study. `result.floors`, `result.sourcing` and so on are DataFrames, one per results sheet.

    `figures` holds the headline numbers in million at present value; `sentences` and `warnings` are words;
    `failed` is True where a certificate did not pass and the result was accepted all the same.
    """

    study: Study
    figures: Figures
    sentences: list[str]
    warnings: list[str]
    checks: list[Check]
    outcome: Outcome = field(repr=False)
    baseline_outcome: Outcome = field(repr=False)
    _rows: dict[str, list[Row]] = field(repr=False)
    status: str = "optimal"

    @property
    def title(self) -> str:
        """Title of the study."""
        return self.study.settings.title or self.study.name

    @property
    def currency(self) -> str:
        """Currency of the study."""
        return self.study.settings.currency

    @property
    def scenario_name(self) -> str:
        """`base`, or the scenario solved."""
        return self.study.scenario_name

    @property
    def members(self) -> list[str]:
        """Members and their segment markets."""
        return list(self.outcome.case.places.bloc)

    @property
    def failed(self) -> bool:
        """True where a check of the certificate did not pass."""
        return any(not check.passed for check in self.checks)

    def rows(self, sheet: str) -> list[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        return self._rows[sheet]

    def frame(self, sheet: str) -> pd.DataFrame:
        """A results sheet as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self._rows[sheet], columns=list(tables.BY_NAME[sheet].names))

    def __getattr__(self, name: str) -> pd.DataFrame:
        """The DataFrame of a results sheet."""
        if name in tables.BY_NAME:
            return self.frame(name)
        raise AttributeError(f"a Result has no {name!r}; its tables are {', '.join(tables.BY_NAME)}")

    def to_excel(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the results workbook; returns where it went. Raises OutputError or UsageError."""
        from floors.excel.report import write
        from floors.files.beside import drop
        from floors.files.targets import check_target

        check_target(Path(path), self.study.path, force)
        written = write(self, Path(path), force=force, keep=self.failed)
        drop(written)
        return written


def make_result(
    study: Study,
    outcome: Outcome,
    baseline: Outcome,
    *,
    accept_failed: bool = False,
    ranges: bool | None = None,
) -> Result:
    """Fill every table; raises CertificateFailed where a check does not pass, unless `accept_failed`.

    `ranges`: the ranges of shares in sheet sourcing (None: at the least cost, where few can move).
    """
    accounts, base_accounts = keep_accounts(outcome), keep_accounts(baseline)
    traced, base_traced = traced_shares(outcome), traced_shares(baseline)
    parts = floor_parts(outcome)
    checks = certify(outcome, accounts, baseline, base_accounts, parts)
    failed = not all(check.passed for check in checks)
    if not accept_failed:
        require(checks)
    shares, base_shares = bloc_shares(outcome, traced), bloc_shares(baseline, base_traced)
    support = support_table(outcome, accounts)
    found = figures(outcome, baseline, accounts, base_accounts, shares, base_shares, support)
    struck = shock(outcome, baseline, accounts, base_accounts)
    mix, capped = find_mix(outcome, ranges), caps_table(outcome)
    sensitivity = sensitivity_table(outcome, capped, ranges)
    floors = floors_table(outcome, parts)
    concentration = concentration_table(outcome, baseline, traced, base_traced)
    shuffling = shuffling_table(outcome, baseline)
    stocks = stocks_table(outcome)
    changes = change_by_member(outcome, accounts, base_accounts)
    rows: dict[str, list[Row]] = {
        "summary": [
            *summary_table(found, study.settings.currency),
            *(shock_rows(struck, f"million {study.settings.currency}, present value") if struck else ()),
        ],
        "floors": floors,
        "floor_parts": parts_table(parts),
        "prices": prices_table(outcome),
        "sourcing": sourcing_table(outcome, mix),
        "shipments": shipments_table(outcome),
        "production": production_table(outcome),
        "investment": investment_table(outcome),
        "stocks": stocks,
        "caps": capped,
        "sensitivity": sensitivity.rows,
        "support": support,
        "accounts": accounts_table(outcome, accounts, base_accounts),
        "concentration": concentration,
        "shuffling": shuffling,
        "temptation": temptation_table(outcome),
        "baseline": baseline_table(outcome, baseline, study.settings.currency),
        "certificate": [(c.check, c.value, c.tolerance, c.passed) for c in checks],
    }
    said = warnings(outcome, baseline, floors, concentration, stocks, rows["sourcing"])
    partly = (*([outcome.ranged] if ranges is not False else []), mix.held, sensitivity.held)
    words = sentences(
        outcome,
        baseline,
        found,
        changes,
        floors,
        capped,
        bloc_total(baseline, base_accounts, "unserved"),
        shuffling,
        struck,
    )
    words[-1:-1] = [*mix_in_words(outcome, mix), *sensitivity_in_words(outcome, sensitivity.rows)]
    words[-1:-1] = filter(None, (held.said for held in partly))
    told = fingerprint_of_sentences([*words, *said])
    rows["run"] = [*record(study, outcome, said, partly), *fingerprints(rows), (SENTENCES, told)]
    return Result(
        study,
        found,
        words,
        said,
        checks,
        outcome,
        baseline,
        rows,
        "failed" if failed else "optimal",
    )
