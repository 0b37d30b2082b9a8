"""The result of a study: one table per sheet of the contract, its words, warnings and certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from floors.brief.page import page
from floors.brief.pictures.all import pictures
from floors.brief.tables import Tables
from floors.contract.fingerprints import SENTENCES, fingerprint_of_sentences
from floors.contract.results import Row
from floors.contract.results.whole import CheckRow, RunRow
from floors.excel.record import UNASKED, Asked
from floors.excel.tabled import Answer, kept
from floors.page.page import Page
from floors.page.picture import Picture
from floors.results.baseline import baseline_table
from floors.results.border import caps_table, floors_table, own_levies_table, parts_table, prices_table
from floors.results.concentration import bloc_shares, concentration_table
from floors.results.embodied import traced_shares
from floors.results.floor_kinds import floor_kinds_table
from floors.results.instruments import grants_table, instruments_table, tariffs_table
from floors.results.instruments_in_words import instruments_in_words
from floors.results.leaving import membership_moves, moves_rows
from floors.results.links import links_table
from floors.results.mix import mix_in_words
from floors.results.owed_in_words import settled_in_words, vault_in_words
from floors.results.plan import (
    investment_table,
    production_table,
    shipments_table,
    sourcing_table,
    stocks_table,
)
from floors.results.policy import accounts_table, members_table, support_table
from floors.results.record import fingerprints, record
from floors.results.scenario_tables import ScenarioTables
from floors.results.sensitivity import (
    averages_in_words,
    nearest_table,
    sensitivity_in_words,
    sensitivity_table,
)
from floors.results.shock import shock, shock_rows
from floors.results.shuffling import shuffling_table
from floors.results.structural import structural
from floors.results.summary import Figures, figures, summary_table, without_stocks_rows
from floors.results.temptation import temptation_table
from floors.results.traced_in_words import traced_in_words
from floors.results.unserved import unserved_table
from floors.results.use_in_words import use_in_words, use_warnings
from floors.results.vault import vault_table
from floors.results.warned import warnings
from floors.results.who_pays import baseline_accounts_table, who_pays_table
from floors.results.words import sentences
from floors.solving.accounts import keep_accounts
from floors.solving.averages import cap_averages
from floors.solving.certificate import Check, certify, require
from floors.solving.floor_parts import floor_parts
from floors.solving.instruments import instruments
from floors.solving.members_range import change_range, members_range
from floors.solving.mix import find_mix
from floors.solving.nearest import NOT_LOOKED_FOR, Nearest
from floors.solving.no_stocks import WithoutStocks
from floors.solving.outcome import Outcome
from floors.solving.slopes import cap_slopes
from floors.steps import stage
from floors.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from floors.iamc.written import ScenarioData


class Solved(NamedTuple):
    """The two solutions that a result is of, each with its model."""

    policy: Outcome
    baseline: Outcome


@dataclass(frozen=True, repr=False)
class Result(ScenarioTables, Answer):
    """A solved study. `result.floors`, `result.sourcing` and so on are DataFrames, one per results sheet.

    `figures` holds the headline numbers in million at present value; `sentences` and `warnings` are words,
    `structural` what of the sentences is of the shape of the study; `members` the bloc's members and their segment
    markets; `failed` is True where a certificate did not pass and the result was accepted all the same. A copy, in
    this process or another, has all but the model.
    """

    figures: Figures
    sentences: list[str]
    warnings: list[str]
    checks: list[Check]
    members: list[str] = field(repr=False)
    _rows: dict[str, Sequence[Row]] = field(repr=False)
    _model: Solved | None = field(repr=False, compare=False)
    structural: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """`optimal`, or `failed` where a check of the certificate did not pass."""
        return "failed" if self.failed else "optimal"

    @property
    def failed(self) -> bool:
        """True where a check of the certificate did not pass."""
        return any(not check.passed for check in self.checks)

    @property
    def outcome(self) -> Outcome:
        """The solution by the names of the model. Raises UsageError for a copy, which is without its model."""
        return kept(self._model, "outcome").policy

    @property
    def baseline_outcome(self) -> Outcome:
        """The solution without policy. Raises UsageError for a copy, which is without its model."""
        return kept(self._model, "baseline_outcome").baseline

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        return self._rows[sheet]

    def to_iamc(self, model: str | None = None) -> pd.DataFrame:
        """The result in the data format of the IAMC, long, as `pyam.IamDataFrame` takes it: model, scenario, region,
        variable, unit, year and value, prices in money per t, quantities in kt (docs/iamc.md).

        `model`: the name under which it goes; `floors` and its version if not given. Raises InputError where currency,
        price year or names of the study cannot be written, CertificateFailed where a check did not pass.
        """
        from floors.iamc.written import MODEL, data_frame, records

        require(self.checks)
        return data_frame(records(self.iamc_scenarios, model or MODEL))

    @property
    def iamc_scenarios(self) -> list[ScenarioData]:
        """What `to_iamc` holds: this scenario; nothing where its certificate failed."""
        from floors.iamc.written import ScenarioData

        return [] if self.failed else [ScenarioData(self.scenario_name, self.study, self.rows)]

    @cached_property
    def brief(self) -> Page:
        """The page of the result."""
        return page(self._tables)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of the result."""
        return pictures(self._tables)

    @cached_property
    def _tables(self) -> Tables:
        return Tables(self.study, self.rows, self.failed)


def check_rows(checks: Sequence[Check]) -> list[CheckRow]:
    """Rows of sheet `certificate`."""
    return [CheckRow(check=c.check, value=c.value, tolerance=c.tolerance, passed=c.passed) for c in checks]


@stage("tables")
def make_result(
    study: Study,
    outcome: Outcome,
    baseline: Outcome,
    near: Nearest = NOT_LOOKED_FOR,
    *,
    accept_failed: bool = False,
    ranges: bool | None = None,
    without_stocks: WithoutStocks | None = None,
    asked: Asked = UNASKED,
) -> Result:
    """Fill every table; raises CertificateFailed where a check does not pass, unless `accept_failed`.

    `near`: what caps one point lower would change; `ranges`: the ranges of shares in sheet sourcing (None: at the
    least cost, where few can move). `without_stocks`: the same without stockpiles, where it was looked for.
    `asked`: the call that made it.
    """
    with stage("accounts"):
        accounts, base_accounts = keep_accounts(outcome), keep_accounts(baseline)
        traced, base_traced = traced_shares(outcome), traced_shares(baseline)
        parts = floor_parts(outcome)
    checks = certify(outcome, accounts, baseline, base_accounts, parts)
    if not accept_failed:
        require(checks)
    shares, base_shares = bloc_shares(outcome, traced), bloc_shares(baseline, base_traced)
    support = support_table(outcome, accounts)
    found = figures(outcome, baseline, accounts, base_accounts, shares, base_shares, support)
    struck = shock(outcome, baseline, accounts, base_accounts)
    average = cap_averages(outcome, ranges)
    mix, capped = find_mix(outcome, ranges), caps_table(outcome, average.of)
    slopes = cap_slopes(outcome, ranges)
    by_member = members_range(outcome, accounts, frozenset(mix.seen), ranges)
    changes = change_range(outcome, baseline, by_member, base_accounts, ranges)
    by_others = instruments(outcome, accounts, ranges)
    held_rows, grant_rows = instruments_table(by_others), grants_table(by_others)
    tariff_rows = tariffs_table(by_others)
    moves = membership_moves(outcome, accounts, baseline, base_accounts, by_member.of, ranges)
    sensitivity = sensitivity_table(outcome, capped, slopes.of)
    floors = floors_table(outcome, parts, mix.movable)
    concentration = concentration_table(outcome, baseline, traced, base_traced)
    shuffling = shuffling_table(outcome, baseline)
    stocks, vault = stocks_table(outcome), vault_table(outcome)
    sourcing = sourcing_table(outcome, mix)
    rows: dict[str, Sequence[Row]] = {
        "summary": [
            *summary_table(found, study.settings.currency),
            *(without_stocks_rows(without_stocks, study.settings.currency) if without_stocks else ()),
            *(shock_rows(struck, f"million {study.settings.currency}, present value") if struck else ()),
            *(moves_rows(moves, f"million {study.settings.currency}, present value") if moves else ()),
        ],
        "floors": floors,
        "floor_parts": parts_table(parts),
        "floor_kinds": floor_kinds_table(outcome, parts),
        "own_levies": own_levies_table(outcome),
        "prices": prices_table(outcome),
        "sourcing": sourcing,
        "shipments": shipments_table(outcome),
        "production": production_table(outcome),
        "investment": investment_table(outcome),
        "links": links_table(outcome),
        "stocks": stocks,
        "vault": vault,
        "unserved": unserved_table(outcome, baseline),
        "caps": capped,
        "sensitivity": sensitivity,
        "nearest": nearest_table(study, near),
        "support": support,
        "accounts": accounts_table(outcome, accounts, base_accounts),
        "baseline_accounts": baseline_accounts_table(baseline, base_accounts),
        "who_pays": who_pays_table(outcome, accounts, base_accounts, changes.of),
        "members_range": members_table(by_member),
        "instruments": held_rows,
        "grants": grant_rows,
        "tariffs": tariff_rows,
        "concentration": concentration,
        "shuffling": shuffling,
        "temptation": temptation_table(outcome),
        "baseline": baseline_table(outcome, baseline, study.settings.currency),
        "certificate": check_rows(checks),
    }
    said = warnings(outcome, baseline, found, floors, traced, stocks, sourcing, by_member)
    partly = (
        *([outcome.ranged] if ranges is not False else []),
        mix.held,
        by_member.held,
        changes.held,
        slopes.held,
        average.held,
        near.held,
        by_others.held,
    )
    words = sentences(
        outcome,
        baseline,
        found,
        accounts,
        base_accounts,
        floors,
        capped,
        shuffling,
        struck,
        moves,
        mix.movable,
    )
    said += use_warnings(outcome)
    words[-1:-1] = [
        *traced_in_words(outcome, traced, found.scale),
        *use_in_words(outcome),
        *settled_in_words(outcome, found.scale, study.settings.currency),
        *vault_in_words(vault, study.settings.currency),
        *instruments_in_words(by_others, held_rows, grant_rows, tariff_rows, study.settings.currency),
        *mix_in_words(outcome, mix),
        *sensitivity_in_words(outcome, sensitivity),
        *averages_in_words(outcome, capped, sensitivity),
    ]
    words[-1:-1] = filter(None, (held.said for held in partly))
    told = fingerprint_of_sentences([*words, *said])
    sealed = [*fingerprints(rows), RunRow.of(SENTENCES, told)]
    rows["run"] = [*record(study, outcome, said, partly, without_stocks, asked), *sealed]
    members = list(outcome.case.places.bloc)
    shape = tuple(structural(outcome, baseline, floors, shuffling))
    return Result(
        study, found, words, said, checks, members, rows, Solved(outcome, baseline), shape, asked=asked
    )
