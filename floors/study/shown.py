"""What a notebook shows of a study: who takes part, and how many rows each sheet has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floors.contract.inputs import TABLES
from floors.page.card import card
from floors.page.page import Paragraph
from floors.page.told import listed, years
from floors.study.roles import told_with_role
from floors.study.scenarios import BASE

if TYPE_CHECKING:
    from floors.study.study import Study

_ROLES = {"member": "Members", "capped": "Capped", "other": "Others"}
_MOST = 12  # names of a kind


def in_notebook(study: Study) -> str:
    """A study in short, as HTML."""
    regions = [row["region"] for row in study.rows("regions")]
    told = [
        Paragraph(f"{words}:", _named(told_with_role(study.roles, role, regions, study.years)))
        for role, words in _ROLES.items()
    ]
    told.append(Paragraph("Commodities:", _named([row["commodity"] for row in study.rows("commodities")])))
    told.append(Paragraph("Scenarios:", _named([BASE, *study.scenario_names])))
    sheets = [f"{table.name} {len(study.rows(table.name)):,}" for table in TABLES if study.has(table.name)]
    told.append(Paragraph("Rows:", ", ".join(sheets)))
    scenario = (
        "the workbook as it stands" if study.scenario_name == BASE else f"scenario {study.scenario_name}"
    )
    return card(
        f"{study.name} · {years(study.years[0], study.years[-1])} · {scenario}",
        study.settings.title or study.name,
        [one for one in told if one.text],
    )


def _named(names: list[str]) -> str:
    more = len(names) - _MOST
    return listed(names) if more <= 0 else f"{', '.join(names[:_MOST])} and {more} more"
