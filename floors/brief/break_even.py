"""From which probability of a shock a policy pays, and what waiting is worth, on the page of weighed states."""

from __future__ import annotations

from floors.brief.figures import typed_share
from floors.brief.weighed import Weighed
from floors.contract.results.break_even import BreakEvenRow
from floors.page.page import Entry, Head, Line, Paragraph, Table
from floors.page.told import listed, money

MOST_ROWS = 8
MOST_SHOCKS = 3


def pays_from(weighed: Weighed) -> Paragraph | None:
    """From which probability on of each shock the first policy pays, the likeliest first: the caps where there are
    any."""
    known = [row for row in weighed.break_even if row.answer not in ("", "no difference")]
    if not known:
        return None
    rows = sorted(
        (row for row in known if row.policy == known[0].policy and row.name == known[0].name),
        key=lambda one: (one.answer == "never", -one.probability),
    )
    name, alone, shown = _name(rows[0]), "one shock at a time, and nobody expects it", rows[:MOST_SHOCKS]
    more = f"; {len(rows) - len(shown)} more: sheet break_even" if len(rows) > len(shown) else ""
    if all(row.answer == "never" for row in rows):
        shocks = listed([weighed.named(row.scenario) for row in shown])
        which = shocks if len(shown) == 1 else f"one of {shocks}"
        return Paragraph(f"To the bloc {name} do not pay,", f"however likely {which} is{more}: {alone}.")
    told = "; ".join(f"{_pays(weighed, row)} (typed in: {typed_share(row.probability)})" for row in shown)
    return Paragraph(f"To the bloc {name} pay", f"{told}{more}: {alone}.")


def _pays(weighed: Weighed, row: BreakEvenRow) -> str:
    """At which probability of a shock a policy pays."""
    shock = weighed.named(row.scenario)
    if row.answer == "always":
        return f"however likely {shock} is"
    if row.answer == "never" or row.break_even_probability is None:
        return f"not for {shock}, however likely it is"
    side = "at least" if row.answer == "from" else "at most"
    return f"where {shock} is {side} {typed_share(row.break_even_probability)} likely"


def _name(row: BreakEvenRow) -> str:
    return f"contracts with {row.name}" if row.policy == "contract" else row.name


def waits(weighed: Weighed) -> Paragraph | None:
    """What it is worth to wait until a shock is known, where that is most."""
    known = [(row.value_of_waiting, row) for row in weighed.waiting if row.value_of_waiting is not None]
    told = [(worth, row) for worth, row in known if not weighed.nothing(worth)]
    if not told:
        return None
    worth, row = max(told, key=lambda one: abs(one[0]))
    verb = "saves" if worth > 0 else "costs"
    return Paragraph(
        f"To build nothing in {row.decided} and wait",
        f"until it is known whether {weighed.named(row.scenario)} comes {verb} all countries together "
        f"{money(abs(worth), weighed.tables.currency)} on average.",
    )


def break_even_table(weighed: Weighed) -> Table | None:
    """Each shock and policy: what it costs and saves, and from which probability it pays."""
    rows = [row for row in weighed.break_even if row.answer != "no difference"]
    if not rows:
        return None
    heads = (
        Head("Shock", 9, right=False),
        Head("policy", 9, right=False),
        Head("costs without it", 5),
        Head("saves with it", 5),
        Head("pays", 4),
        Head("typed in", 4),
    )
    shown = rows[:MOST_ROWS]
    lines = tuple(
        Line(
            (
                Entry(row.scenario),
                Entry(row.name),
                Entry(row.premium, "#,##0.0"),
                Entry(row.saved, "#,##0.0"),
                Entry(_when(row), strong=True),
                Entry(typed_share(row.probability)),
            )
        )
        for row in shown
    )
    notes = ["One shock at a time; all that is decided before it is known is decided as if it never came."]
    if len(shown) < len(rows):
        notes.append(f"{len(shown)} of {len(rows)}; all are in sheet break_even.")
    title = f"From which probability of a shock a policy pays for the bloc, million {weighed.tables.currency}"
    return Table("break_even", title, heads, lines, tuple(notes), rank=4, sheet="break_even")


def _when(row: BreakEvenRow) -> str:
    if row.answer in ("from", "until") and row.break_even_probability is not None:
        return f"{row.answer} {typed_share(row.break_even_probability)}"
    return row.answer or row.status
