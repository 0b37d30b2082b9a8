"""The accounts of a plan that treasuries hold by guaranteeing the floors: `guarantee` of sheet instruments, by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floors.contract.results import ACCOUNTS, frame
from floors.errors import CertificateFailed, UsageError
from floors.results.policy import accounts_table
from floors.solving.accounts import keep_accounts
from floors.solving.instruments import CONTRACTS, guaranteed, held_by
from floors.study.locate import shown

if TYPE_CHECKING:
    import pandas as pd

    from floors.results.result import Result

BALANCED = 1e-9  # relative, as in the certificate


def fiscal(result: Result) -> pd.DataFrame:
    """The accounts of the plan held by contracts that keep everybody at the surplus of the result, million a year: one
    row per region and year.

    Buyers pay as without levies (`contracts` of sheet instruments). Columns are those of sheet `accounts`, but for
    `levy_cost`, the net cost under the border levy, in place of `baseline_cost`; `change` is net cost less that.
    `contract_payments` holds the contracts of the workbook and those that replace the levy. Raises CertificateFailed
    where the money does not balance, UsageError for anything but a result of one study.
    """
    from floors.results.result import Result

    if not isinstance(result, Result):
        raise UsageError(
            f"floors.comparator.fiscal expects a Result, from floors.solve(study); found {shown(result)}."
        )
    outcome = result.outcome
    levied = keep_accounts(outcome)
    held = guaranteed(outcome, levied, held_by(outcome, CONTRACTS))
    for account in held.of.values():
        account.contract_payments, account.support = account.contract_payments + account.support, 0.0
    off = held.imbalance()
    if off > BALANCED:
        raise CertificateFailed(f"held by contracts, the money is off balance by {off:.2e} of what is spent.")
    rows = accounts_table(outcome, held, levied)
    return frame(ACCOUNTS, rows).rename(columns={"baseline_cost": "levy_cost"})
