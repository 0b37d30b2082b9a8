"""What other choices and shocks would do: bills with the policy and without it, floors, and who stays outside."""

from __future__ import annotations

from floors.brief.facts import Facts
from floors.page.page import Table


def what_if(facts: Facts) -> Table | None:
    """None where nothing was solved beside."""
    return None
