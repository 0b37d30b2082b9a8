"""From the mine to the buyer: where the bloc's main commodity and what it is made of come from, stage by stage.

The stages follow from the technologies. What is followed is one material, in tonnes of it: the input of most weight of
what makes the main commodity. Its content in a feed is what the processes that use the feed make of it; its content in
a good made of it is what the makers in each region put in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from floors.brief.names import Names, sentence
from floors.brief.pictures.shared import NO_TONNES, by_weight, joined, name_beside, years_of
from floors.brief.tables import Family, Tables, region_of
from floors.contract.results import BASELINE, PRODUCTION, SHIPMENTS, SOURCING
from floors.page.colours import OTHERS
from floors.page.picture import FLOW, NAMES, Panel, Picture, Series
from floors.page.told import listed, percent

_MOST_YEARS = 10
_OTHERS = "others"

Link = tuple[int, str, str]
"""Column of the origin, origin, destination (in the next column)."""


class Chain(NamedTuple):
    """The commodities on the way, by column: feeds of the material followed, itself, what is made of it up to the last.

    `content` is t of the material in a t of a feed, 1 of itself; `uses` what a process uses of a commodity of the chain
    and which it makes of it: t of activity of the process times the first number are used, times the second made.
    """

    material: str
    good: str
    column: Mapping[str, int]
    content: Mapping[str, float]
    uses: Mapping[str, list[tuple[str, str, float, float]]]


class Plan(NamedTuple):
    """Shipments by origin, destination and commodity, and activity by process, of one year."""

    shipped: dict[tuple[str, str, str], float]
    activity: dict[str, float]


def picture(tables: Tables, family: Family) -> Picture | None:
    """Flows of every year, with the policy and without; None where nothing is bought."""
    demanded = {row["commodity"] for row in tables.study.rows("demand")}
    good = next((one for one in by_weight(tables) if one in demanded), None)
    if good is None:
        return None
    ruled, names = bool(tables.read(BASELINE)), Names(tables)
    plans = [("with the policy" if ruled else "", _plans(tables)), ("without the policy", _baseline(tables))]
    chain = _without_idle(chain_of(tables, good), [plan for _, of in plans for plan in of.values()])
    panels = [
        panel
        for title, of in plans
        for year, plan in of.items()
        if (panel := _panel(tables, chain, year, title, plan)) is not None
    ]
    if not panels:
        return None
    grey = [names.the(region) for region, colour in tables.colour.items() if colour == OTHERS]
    last = names.good(good)
    followed = names.good(chain.material)
    fed = any(at < chain.column[chain.material] for at in chain.column.values())
    where = f"{' in what it is made of,' if fed else ''} as itself and in {last}," if followed != last else ""
    return Picture(
        "picture_flow",
        f"From the mine to the buyers of {last}"
        if len(set(chain.column.values())) > 1
        else f"Who sells {last} to whom",
        f"{sentence(followed)},{where} t/yr, for buyers everywhere, by where each stage is done",
        joined(
            f"Others: {listed(grey)}." if len(grey) > 1 else "",
            "Losses on the way and what is put into stock are left out; what is made from nothing that is bought, as "
            "scrap, begins where it is made.",
        ),
        tuple(panels),
        screen_only=True,
    )


def chain_of(tables: Tables, good: str) -> Chain:
    """The chain of a commodity. Feeds are followed up as long as each technology uses one of them alone."""
    recipes: dict[str, dict[str, float]] = defaultdict(dict)
    for row in tables.study.rows("technologies"):
        recipes[row["technology"]][row["commodity"]] = row["coefficient"]
    material = _material(recipes, good)
    below = _below(recipes, material, good)
    content, depth = {material: 1.0}, {material: 0}
    ahead = [material]
    while ahead:
        into = ahead.pop(0)
        for feed, found in _feeds(recipes, into, {*content, *below}).items():
            content[feed] = content[into] * sum(found) / len(found)
            depth[feed] = depth[into] - 1
            ahead.append(feed)
    first = min(depth.values())
    column = {one: at - first for one, at in (depth | below).items()}
    uses: dict[str, list[tuple[str, str, float, float]]] = defaultdict(list)
    for process in tables.study.rows("processes"):
        recipe = recipes.get(process["technology"], {})
        for used, coefficient in recipe.items():
            made = [
                one
                for one in recipe
                if recipe[one] > 0 and column.get(one, -1) > column.get(used, len(column))
            ]
            if coefficient < 0 and made:
                to = max(made, key=lambda one: recipe[one])
                uses[process["process"]].append((used, to, -coefficient, recipe[to]))
    return Chain(material, good, column, content, uses)


def _without_idle(chain: Chain, plans: Iterable[Plan]) -> Chain:
    """The chain without what nobody ships in any of the plans."""
    busy = {
        shipped for plan in plans for (_, _, shipped), tonnes in plan.shipped.items() if tonnes > NO_TONNES
    }
    kept = {one: at for one, at in chain.column.items() if one in busy or one in (chain.material, chain.good)}
    places = {at: place for place, at in enumerate(sorted(set(kept.values())))}
    uses = {
        process: [use for use in found if use[0] in kept and use[1] in kept]
        for process, found in chain.uses.items()
    }
    return chain._replace(column={one: places[at] for one, at in kept.items()}, uses=uses)


def _material(recipes: Mapping[str, Mapping[str, float]], good: str) -> str:
    """What most recipes of a good take most of, and of what is made of another such the other; the good itself where
    nothing is put in."""
    weight: dict[str, tuple[int, float]] = {}
    for recipe in recipes.values():
        if recipe.get(good, 0.0) > 0:
            for used, coefficient in recipe.items():
                if coefficient < 0:
                    count, amount = weight.get(used, (0, 0.0))
                    weight[used] = count + 1, amount - coefficient / recipe[good]
    made = {one: _made_of(recipes, one) - {one} for one in weight}
    first = [one for one in weight if not made[one] & set(weight)] or list(weight)
    return max(first, key=lambda one: (weight[one], one), default=good)


def _made_of(recipes: Mapping[str, Mapping[str, float]], start: str) -> set[str]:
    """Everything that a commodity is made of, step by step."""
    found, ahead = set[str](), [start]
    while ahead:
        made = ahead.pop()
        used = {
            one
            for recipe in recipes.values()
            if recipe.get(made, 0.0) > 0
            for one in recipe
            if recipe[one] < 0
        }
        ahead += used - found
        found |= used
    return found


def _below(recipes: Mapping[str, Mapping[str, float]], material: str, good: str) -> dict[str, int]:
    """What is made of the material on the way to the good, by how many steps at most."""
    makes = {
        (used, made)
        for recipe in recipes.values()
        for used in recipe
        for made in recipe
        if recipe[used] < 0 < recipe[made]
    }
    leads, grown = {good}, True
    while grown:
        more = {used for used, made in makes if made in leads and used != good} - leads
        grown = bool(more - {material}) and bool(more)
        leads |= more
    steps, ahead = {material: 0}, [material]
    while ahead:
        used = ahead.pop(0)
        for start, made in sorted(makes):
            on_the_way = start == used and made in leads and made != material
            if on_the_way and steps.get(made, 0) < steps[used] + 1 <= len(leads):
                steps[made] = steps[used] + 1
                if made != good:
                    ahead.append(made)
    del steps[material]
    return steps


def _feeds(
    recipes: Mapping[str, Mapping[str, float]], into: str, known: Iterable[str]
) -> dict[str, list[float]]:
    """What is made of a t of each feed that is not known yet, by the technologies that use it alone."""
    found: dict[str, list[float]] = defaultdict(list)
    for recipe in recipes.values():
        used = [one for one in recipe if recipe[one] < 0]
        if recipe.get(into, 0.0) > 0 and len(used) == 1 and used[0] not in known:
            found[used[0]].append(recipe[into] / -recipe[used[0]])
    return found


def _plans(tables: Tables) -> dict[int, Plan]:
    """What is shipped and made under the policy, of the years that are drawn."""
    plans = {year: Plan(defaultdict(float), defaultdict(float)) for year in _years(tables)}
    for row in tables.read(SHIPMENTS):
        if row.year in plans:
            plans[row.year].shipped[row.origin, row.destination, row.commodity] += row.quantity
    for made in tables.read(PRODUCTION):
        if made.year in plans:
            plans[made.year].activity[made.process] += made.activity
    return _with_leaks(tables, plans)


def _baseline(tables: Tables) -> dict[int, Plan]:
    """The same without the policy; none where there is no policy."""
    rows = tables.read(BASELINE)
    plans = {year: Plan(defaultdict(float), defaultdict(float)) for year in _years(tables)} if rows else {}
    for row in rows:
        plan = plans.get(row.year)
        if plan is None:
            continue
        if row.item == "shipment" and row.destination is not None and row.commodity is not None:
            plan.shipped[row.name, row.destination, row.commodity] += row.value
        elif row.item == "activity":
            plan.activity[row.name] += row.value
    return _with_leaks(tables, plans)


def _with_leaks(tables: Tables, plans: dict[int, Plan]) -> dict[int, Plan]:
    """What evades caps and levies is the same with the policy and without."""
    for row in tables.read(SOURCING):
        if row.leak and row.year in plans:
            plans[row.year].shipped[row.origin, row.destination, row.commodity] += row.quantity
    return plans


def _years(tables: Tables) -> list[int]:
    """The years that are drawn: all, or of many the first, the last and others in even steps between."""
    along = years_of(tables)
    if len(along) <= _MOST_YEARS:
        return list(along)
    places = {round(step * (len(along) - 1) / (_MOST_YEARS - 1)) for step in range(_MOST_YEARS)}
    return [along[place] for place in sorted(places)]


def flows_of(tables: Tables, chain: Chain, plan: Plan) -> dict[Link, float]:
    """Tonnes of the material from region to region, column by column."""
    home = {row["process"]: row["region"] for row in tables.study.rows("processes")}
    used: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    made: dict[tuple[str, str], float] = defaultdict(float)
    for process, activity in plan.activity.items():
        for feed, good, takes, gives in chain.uses.get(process, ()):
            used[feed, home[process]][good] += activity * takes
            made[good, home[process]] += activity * gives
    content: dict[tuple[str, str], float] = {}
    into: dict[tuple[str, str], float] = defaultdict(float)
    links: dict[Link, float] = defaultdict(float)
    arrived: dict[tuple[str, str], float] = defaultdict(float)
    for (_, destination, shipped), quantity in plan.shipped.items():
        arrived[shipped, region_of(destination)] += quantity
    last = max(chain.column.values())
    for commodity in sorted(chain.column, key=lambda one: chain.column[one]):
        at = chain.column[commodity]
        for (origin, destination, shipped), quantity in plan.shipped.items():
            if shipped != commodity or quantity <= NO_TONNES:
                continue
            there = region_of(destination)
            holds = chain.content.get(commodity)
            if holds is None:
                holds = content.get((commodity, origin), 0.0)
            if commodity == chain.good:
                _add(links, at, last, origin, there, quantity * holds)
                continue
            goods = used.get((commodity, there), {})
            whole = sum(goods.values())
            if whole <= NO_TONNES:
                continue
            tonnes = quantity * holds * min(1.0, whole / arrived[commodity, there])
            for good, taken in goods.items():
                _add(links, at, chain.column[good] - 1, origin, there, tonnes * taken / whole)
                into[good, there] += tonnes * taken / whole
        for good, there in list(made):
            if chain.column[good] == at + 1 and good not in chain.content and made[good, there] > NO_TONNES:
                content[good, there] = into[good, there] / made[good, there]
    return {link: tonnes for link, tonnes in links.items() if tonnes > NO_TONNES}


def _add(links: dict[Link, float], start: int, before: int, origin: str, there: str, tonnes: float) -> None:
    """A flow to the next column; and through every one that it passes over, at its destination."""
    links[start, origin, there] += tonnes
    for column in range(start + 1, before + 1):
        links[column, there, there] += tonnes


def _panel(tables: Tables, chain: Chain, year: int, with_or_without: str, plan: Plan) -> Panel | None:
    links = flows_of(tables, chain, plan)
    if not links:
        return None
    heads, names = _heads(tables, chain), Names(tables)
    shown: dict[tuple[int, str, str], float] = defaultdict(float)
    colour: dict[str, str] = {_OTHERS: OTHERS}
    for (column, origin, there), tonnes in links.items():
        pair = [
            _OTHERS if tables.colour[one] == OTHERS else name_beside(tables, one) for one in (origin, there)
        ]
        colour[pair[0]] = tables.colour[origin]
        shown[column, pair[0], pair[1]] += tonnes
    groups: dict[tuple[int, str], list[tuple[str, float]]] = defaultdict(list)
    for (column, origin, there), tonnes in sorted(shown.items()):
        groups[column, origin].append((f"{origin} > {there}", tonnes))
    series = tuple(
        Series(
            f"{heads[column]} > {heads[column + 1]}",
            FLOW,
            colour[origin],
            tuple(tonnes for _, tonnes in found),
            along=tuple(along for along, _ in found),
        )
        for (column, origin), found in sorted(groups.items())
    )
    title = f"{year}, {with_or_without}" if with_or_without else str(year)
    ends: dict[str, float] = defaultdict(float)
    for (column, origin, _), tonnes in links.items():
        if column == 0:
            ends[origin] += tonnes
    described = f"{title}."
    if ends:  # a stage may be passed by: what is bought then begins later
        first = max(ends, key=lambda region: ends[region])
        share = percent(ends[first] / sum(ends.values()))
        described = f"{title}: of what begins at the first stage, {share} in {names.the(first)}."
    return Panel(title, "t/yr", (), NAMES, series, choice=title, description=described)


def _heads(tables: Tables, chain: Chain) -> list[str]:
    """What each column is called: the commodity made there, the stage where there are several; last the buyers."""
    stage = {row["commodity"]: row["stage"] for row in tables.study.rows("commodities")}
    names, heads = Names(tables), []
    for column in range(max(chain.column.values()) + 1):
        there = [one for one, at in chain.column.items() if at == column]
        stages = {stage[one] for one in there}
        if len(there) == 1:
            heads.append(sentence(names.good(there[0])))
        elif len(stages) == 1 and None not in stages:
            heads.append(sentence(str(stages.pop())))
        else:
            heads.append(f"Stage {column + 1}")
    return [*heads, "Bought in"]
