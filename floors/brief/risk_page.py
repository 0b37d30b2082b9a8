"""The page of a plan that weighs what may come: what foresight saves, what floors do, and the one path of them."""

from __future__ import annotations

from dataclasses import replace

from floors.brief.break_even import break_even_table, pays_from, waits
from floors.brief.facts import UNMET
from floors.brief.figures import decimals_for, prices, signed_format, typed_share
from floors.brief.floors_table import setter
from floors.brief.headline import alarm
from floors.brief.names import counted, sentence
from floors.brief.page import held, where
from floors.brief.pictures.risk import ON_AVERAGE, RISK, odds, pictures, title
from floors.brief.question import totals_alone
from floors.brief.sure import source
from floors.brief.terms import terms
from floors.brief.vault import vault_paragraph, vault_table
from floors.brief.weighed import Weighed
from floors.page.page import LEFT, RIGHT, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import listed, money

MOST_ANSWERS = 5
MOST_STATES = 12  # rows of the table
MOST_LEVIES = 4  # states told beside the path of floors
MOST_YEARS = 5
SAME = 1e-9  # relative: weights that differ by less are the same


def page(weighed: Weighed, stamp: str = "") -> Page:
    """The page of a weighed plan; `stamp` is the day, where it was asked for."""
    facts = weighed.facts
    evidence = (
        *(_drawn(weighed), _states(weighed), vault_table(weighed)),
        *(_path(weighed), break_even_table(weighed)),
    )
    blocks = [*evidence, _sure(weighed), _limits(weighed)]
    told = (
        _floors(weighed),
        vault_paragraph(weighed),
        pays_from(weighed),
        _foresight(weighed),
        _worst(weighed),
        _surprised(weighed),
        _knowing(weighed),
        waits(weighed),
        _uplift(weighed),
    )
    made = held(
        Page(
            kicker=facts.tables.study.settings.title or facts.tables.study.name,
            where=where(facts).rpartition(" · ")[0] + f" · {len(weighed.states)} states",
            headline="This result is not proven" if alarm(facts) else title(weighed),
            question=_question(weighed),
            answers=tuple(one for one in told if one is not None)[:MOST_ANSWERS],
            blocks=tuple(block for block in blocks if block is not None),
            source=source(facts, stamp),
            alarm=alarm(facts),
        )
    )
    return replace(made, terms=terms(facts, made))


def _question(weighed: Weighed) -> str:
    floors = " and which one path of floors" if weighed.policy else ""
    many = len(weighed.states) > MOST_STATES
    states = f"{len(weighed.states)} states of the world" if many else odds(weighed)
    which = "it is known which of them comes" if len(weighed.states) > 1 else "it comes"
    least = "least on average"
    if weighed.aversion:
        worst = f"the worst {typed_share(weighed.tail)} counting for {typed_share(weighed.aversion)}"
        least = f"least, {worst} and the average for the rest,"
    return (
        f"Asked: which capacity{floors}, decided before {which}, cost{'' if weighed.policy else 's'} {least} "
        f"over {states}? Totals: {totals_alone(weighed.facts)}."
    )


def _floors(weighed: Weighed) -> Paragraph | None:
    """What the floors save and cost the bloc by state, against no policy with the same foresight."""
    average = weighed.average(weighed.floors)
    if average is None or not weighed.policy:
        return None
    currency = weighed.tables.currency
    saves = {name: x for name, x in weighed.floors.items() if x > 0 and not weighed.nothing(x)}
    costs = {name: -x for name, x in weighed.floors.items() if x < 0 and not weighed.nothing(x)}
    verb = "save" if average > 0 else "cost"
    lead = f"The floors {verb} the bloc {money(average, currency)} on average,"
    if weighed.nothing(average):
        lead = "The floors cost and save the bloc nothing on average,"
    text = "against no policy with the same foresight."
    told = []
    for word, of in (("save", saves), ("cost", costs)):
        if of:
            names = sorted(of, key=lambda one: -of[one])[:MOST_LEVIES]
            amounts = listed([f"{money(of[one], currency)} in {weighed.named(one)}" for one in names])
            told.append(f"{word} {amounts}")
    return Paragraph(lead, f"{text} They {' and '.join(told)}." if told else text)


def _foresight(weighed: Weighed) -> Paragraph | None:
    """What knowing that any may come saves the bloc without a policy."""
    average = weighed.average(weighed.foresight)
    if average is None or weighed.nothing(average) or len(weighed.states) == 1:
        return None
    currency = weighed.tables.currency
    best = max(weighed.foresight, key=lambda one: weighed.foresight[one])
    verb = "saves" if average > 0 else "costs"
    lead = f"Without any policy foresight {verb} the bloc {money(average, currency)} on average,"
    text = f"against capacity decided for {weighed.named(weighed.leader)} alone"
    gain = weighed.foresight[best]
    if gain > 0 and not weighed.nothing(gain):
        text += f"; most in {weighed.named(best)}, {money(gain, currency)}"
    return Paragraph(lead, f"{text}.")


def _worst(weighed: Weighed) -> Paragraph | None:
    """What the worst costs where it counts for more than its probability, and which states it is."""
    worst, average = weighed.expected("cvar"), weighed.expected("expected_cost")
    if not weighed.aversion or worst is None or average is None or len(weighed.states) == 1:
        return None
    currency = weighed.tables.currency
    more = [row for row in weighed.states if row.weight > row.probability * (1 + SAME)]
    text = f"against {money(average, currency)} on average"
    if more:
        names = [
            f"{weighed.named(row.scenario)} with {typed_share(row.weight)}"
            for row in sorted(more, key=lambda row: -row.weight)[:MOST_LEVIES]
        ]
        text += f"; prices count {listed(names)}"
    return Paragraph(
        f"The worst {typed_share(weighed.tail)} costs all countries together {money(worst, currency)},",
        f"{text}.",
    )


def _surprised(weighed: Weighed) -> Paragraph | None:
    """What weighing the states saves all, with the floors."""
    value = weighed.expected("value_over_base_plan")
    if value is None or len(weighed.states) == 1:
        return None
    lead = f"Planning for {weighed.named(weighed.leader)} alone, and being surprised,"
    if weighed.nothing(value):
        return Paragraph(lead, "would cost all countries together nothing more.")
    way = "more" if value > 0 else "less"
    why = "" if value > 0 else " Under a rule of minimum floors no plan is the cheapest there is."
    told = money(value, weighed.tables.currency)
    return Paragraph(
        lead,
        f"would cost all countries together {told} {way}{_measured(weighed)} than weighing the states.{why}",
    )


def _knowing(weighed: Weighed) -> Paragraph | None:
    """What it would be worth to know the state beforehand."""
    value = weighed.expected("value_of_perfect_information")
    if value is None or value <= 0 or weighed.nothing(value):
        return None
    return Paragraph(
        "To know beforehand which of them comes",
        f"would save all countries together {money(value, weighed.tables.currency)} {weighed.on_average}: no forecast "
        "is worth more.",
    )


def _uplift(weighed: Weighed) -> Paragraph | None:
    """What one path for all costs beside the plan."""
    whole = weighed.expected("uplift")
    if whole is None or weighed.nothing(whole) or whole <= 0:
        return None
    currency = weighed.tables.currency
    paid = weighed.expected("make_whole") or 0.0
    parts = f", {money(paid, currency)} of it to be paid out" if paid > 0.01 * whole else ""
    free = any(row["years"] for row in weighed.tables.study.rows("exemptions"))
    who = f"One path of floors for all states{', with what is exempt,' if free else ''}"
    return Paragraph(who, f"costs {money(whole, currency)} {weighed.on_average}{parts}.")


def _measured(weighed: Weighed) -> str:
    return f", {weighed.on_average}," if weighed.aversion else ""


# ----------------------------------------------------------------- evidence


def _drawn(weighed: Weighed) -> Drawn | None:
    if RISK not in {picture.name for picture in pictures(weighed)}:
        return None
    return Drawn("states", "What foresight and the floors save, by state", RISK, 0, LEFT, rank=2, sheet=RISK)


def _states(weighed: Weighed) -> Table | None:
    """Each state: the bloc's bill, what foresight saves it, and what the floors do on top."""
    shown = weighed.states[:MOST_STATES]
    rows: list[tuple[str, float | None, float | None, float | None, float | None]] = [
        (
            row.scenario,
            row.probability,
            row.bloc_net_cost,
            weighed.foresight.get(row.scenario),
            weighed.floors.get(row.scenario) if weighed.policy else None,
        )
        for row in shown
    ]
    rows.append(
        (
            ON_AVERAGE,
            None,
            weighed.expected("bloc_net_cost"),
            weighed.average(weighed.foresight),
            weighed.average(weighed.floors) if weighed.policy else None,
        )
    )
    changes = [abs(x) for row in rows for x in row[3:] if x is not None]
    fine = decimals_for(max(changes, default=0.0))
    whole = all(abs(100 * row.probability - round(100 * row.probability)) < 1e-6 for row in shown)
    odds_format = "0 %" if whole else "0.0 %"
    plain, signs = f"#,##0.{'0' * fine}" if fine else "#,##0", signed_format(fine)
    heads = [Head("State of the world", 12, right=False), Head("how likely", 5), Head("the bloc’s bill", 6)]
    heads += [Head("foresight saves it", 6), *([Head("floors on top", 7)] if weighed.policy else [])]
    lines = [
        Line(
            (
                Entry(name, strong=total),
                Entry("" if chance is None else chance, odds_format),
                Entry(bill, plain),
                Entry(saved, signs),
                *((Entry(own, signs, strong=True),) if weighed.policy else ()),
            ),
            total=total,
        )
        for name, chance, bill, saved, own in rows
        for total in (name == ON_AVERAGE,)
    ]
    notes = [
        f"Foresight: without a policy, capacity decided knowing what may come, against capacity for "
        f"{weighed.named(weighed.leader)} alone.",
    ]
    if weighed.policy:
        notes.append(
            "Floors on top: against no policy with the same foresight; the bill is that with the floors."
        )
    if len(shown) < len(weighed.states):
        notes.append(f"{len(shown)} of {len(weighed.states)} states; all are in sheet states.")
    title_ = f"The bloc in each state, million {weighed.tables.currency}: saved (+) or lost (–)"
    return Table("states", title_, tuple(heads), tuple(lines), tuple(notes), sheet="states")


def _path(weighed: Weighed) -> Table | None:
    """The one path of floors, and the levy that tops each state up to it."""
    if weighed.main is None:
        return None
    good, member = weighed.main
    facts, path = weighed.facts, weighed.path[weighed.main]
    years = sorted(path)
    count = min(len(years), MOST_YEARS)
    chosen = sorted({years[round(n * (len(years) - 1) / max(1, count - 1))] for n in range(count)})
    states = [row.scenario for row in weighed.states][:MOST_LEVIES]
    share = 18 // len(states)
    heads = (
        Head("Year", 4, right=False),
        Head("floor", 5),
        *(Head(f"levy, {state}", share) for state in states),
        Head("set by", 36 - 9 - share * len(states), right=True),
    )
    short = any(path[year].set_by.startswith(UNMET) for year in chosen)
    lines = tuple(
        Line(
            (
                Entry(str(year)),
                Entry(path[year].floor, "0.00", strong=True),
                *(Entry(weighed.levies[good, member, year].get(state), "0.00") for state in states),
                Entry(setter(facts, path[year].set_by), faint=True),
            )
        )
        for year in chosen
    )
    others = {at[1] for at in weighed.path if at[0] == good}
    whose = f" in {facts.names.the_place(member)}" if len(others) > 1 else ""
    notes = [
        "The floor is the same in all states; the levy makes up what is missing. A dash: not told apart yet, or no "
        "floor there."
    ]
    if short:
        notes.append("A shortage is what a buyer would pay, and no floor.")
    if len(others) > 1:
        notes.append("Other members: sheet floors.")
    return Table(
        "path",
        f"One path of floors on {facts.names.good(good)}{whose}, {facts.per_kg}",
        heads,
        lines,
        tuple(notes),
        rank=3,
        sheet="floors",
    )


def _sure(weighed: Weighed) -> Words:
    told = [Paragraph("The probabilities", "are typed in, and all averages hang on them.")]
    if not alarm(weighed.facts):
        told.append(
            Paragraph(
                "Proof.",
                f"All checks passed: no plan decided before is cheaper {weighed.on_average}. That proves the "
                "arithmetic, not the inputs.",
            )
        )
    if weighed.main is not None:
        good, _ = weighed.main
        path = weighed.path[weighed.main]
        first, last = min(path), max(path)
        low, high = prices(path[first].floor, path[last].floor)
        if first < last and not any(row.set_by.startswith(UNMET) for row in path.values()):
            name = weighed.facts.names.good(good)
            told.insert(
                0,
                Paragraph(
                    f"The floor on {name}",
                    f"is {low} {weighed.facts.per_kg} in {first} and {high} in {last}.",
                ),
            )
    return Words("sure", "How sure", tuple(told), LEFT)


def _limits(weighed: Weighed) -> Words:
    number = sentence(counted(len(weighed.states)))
    many = len(weighed.states) > 1
    averse = Paragraph(
        "How much the worst counts", "is a choice: --aversion draws what more of it costs on average."
    )
    told = (
        Paragraph(
            f"{number} {'states' if many else 'state'} of the world",
            f"{'are' if many else 'is'} all that may come here; others are not weighed.",
        ),
        averse
        if weighed.aversion
        else Paragraph("The average counts alone:", "nobody pays more to be spared the worst."),
        Paragraph("Nobody has market power,", "and the capped origin does not answer the floor."),
    )
    return Words("limits", "What this does not say", told, RIGHT, rank=5)
