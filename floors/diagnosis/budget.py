"""Over budget: which rules on floors ask for how much make-whole, and what budget would do."""

from __future__ import annotations

from floors.case.border import Border
from floors.diagnosis.cells import Cells
from floors.diagnosis.diagnosis import Cell, Change, Diagnosis, Finding
from floors.diagnosis.phrases import number, said, up
from floors.pricing.choosing import least_make_whole as least_of
from floors.pricing.dual import Rule
from floors.solving.scene import Scene

COORDINATION = ("coordination", "")


def over_budget(scene: Scene, message: str) -> Diagnosis:
    """Each rule with what it adds to the least make-whole, those without which the budget would do, and the
    budget that would do with all of them; money in million at present value."""
    settings, cells = scene.case.study.settings, Cells(scene.case)
    budget = settings.support_budget or 0.0
    least = least_make_whole(scene, scene.rules) / 1000
    found, changes = [], []
    for source in dict.fromkeys(rule.source or COORDINATION for rule in scene.rules):
        name, where = _told(scene, cells, source)
        rest = [rule for rule in scene.rules if (rule.source or COORDINATION) != source]
        without = least_make_whole(scene, rest) / 1000
        money = f"million {settings.currency}"
        told = f"{name}{said(where)} adds {number(least - without, 4)} {money} to the least make-whole"
        found.append(Finding("floor_rule", name, f"{told}: {number(without, 4)} without it.", where))
        if without <= budget * (1 + 1e-9) + 1e-12:
            sentence = f"remove or loosen {name}{said(where)}"
            changes.append(Change("floor_rule", name, least - without, money, None, None, sentence, where))
    needed = up(least, by=least - budget)
    at = _setting(scene, cells, "support_budget")
    sentence = f"raise support_budget from {number(budget)} to {number(needed)} million {settings.currency}{said(at)}"
    raised = Change(
        "support_budget",
        "support_budget",
        least - budget,
        f"million {settings.currency}",
        budget,
        needed,
        sentence,
        at,
    )
    return Diagnosis(
        scene.case.study,
        "over_budget",
        message,
        relaxation=(raised,),
        conflict=tuple(found),
        alternatives=tuple(changes),
    )


def least_make_whole(scene: Scene, rules: tuple[Rule, ...] | list[Rule]) -> float:
    """The least make-whole that any floors under these rules need [thousand, PV]."""
    assert scene.plan is not None and scene.floors is not None
    return least_of(scene.compiled, scene.plan, scene.floors, rules)


def _told(scene: Scene, cells: Cells, source: tuple[str, str]) -> tuple[str, tuple[Cell, ...]]:
    """What a rule is called, and its cells."""
    if source == COORDINATION:
        return "one floor for the bloc", _setting(scene, cells, "coordination")
    border: Border = scene.case.border
    rule, commodity = source
    years = border.rules[rule][commodity]
    row = border.rule_row[source]
    return f"{rule} {commodity}", tuple(cells.at("floor_rules", row, t) for t in years)


def _setting(scene: Scene, cells: Cells, key: str) -> tuple[Cell, ...]:
    rows = scene.case.study.rows("settings")
    return tuple(cells.at("settings", i, "value") for i, row in enumerate(rows) if row["key"] == key)
