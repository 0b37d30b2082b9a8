"""The page where no scenario has a result: which were tried, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from floors.brief.sure import values_set
from floors.page.page import Page, Paragraph, Words
from floors.page.told import held_together, years
from floors.study.study import Study

MOST = 5  # answers; the others stand in a block below
NO_PLAN = {"infeasible": "no plan meets its rules", "over_budget": "no plan keeps to its budget"}
SHOWN = 12  # characters of a hash


class Missing(NamedTuple):
    """Why a scenario has no result: a status of the contract, and what was said."""

    status: str
    message: str


def page_without(study: Study, missing: Mapping[str, Missing]) -> Page:
    """The page of scenarios of which none has a result."""
    told = [Paragraph(f"{name}: {_said(one.status)}.", _first(one.message)) for name, one in missing.items()]
    more = Words("others", "The other scenarios", tuple(told[MOST:]), sheet="comparison")
    return Page(
        kicker=study.settings.title or study.name,
        where=years(study.years[0], study.years[-1]),
        headline=_headline(missing),
        question="",
        answers=tuple(told[:MOST]),
        blocks=(more,) if more.paragraphs else (),
        source=_source(study),
    )


def _headline(missing: Mapping[str, Missing]) -> str:
    count = len(missing)
    if all(one.status == "infeasible" for one in missing.values()):
        where = "" if count == 1 else f" in any of the {count} scenarios"
        return f"No plan meets these rules{where}: no floor can be told"
    return "There is no result" if count == 1 else f"None of the {count} scenarios has a result"


def _said(status: str) -> str:
    return NO_PLAN.get(status, f"no result ({status})")


def _first(message: str) -> str:
    line = message.partition("\n")[0].strip()
    return held_together(line[:1].upper() + line[1:])


def _source(study: Study) -> str:
    told = [
        "floors",
        study.path.name if study.path else study.name,
        values_set(study.overrides),
        f"sha256 {study.sha256[:SHOWN]}…" if study.sha256 else "no file",
        "why: floors diagnose",
    ]
    return " · ".join(filter(None, told))
