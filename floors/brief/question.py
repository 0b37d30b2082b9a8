"""The question that a study asks, in a sentence made from its caps and rules."""

from __future__ import annotations

from typing import NamedTuple

from floors.brief.facts import Asked, Facts
from floors.brief.figures import typed_share
from floors.brief.names import counted, few
from floors.brief.shortage import spans
from floors.page.told import listed, three_digits

MOST = 3  # caps told one by one
EACH = "each"


class _Alike(NamedTuple):
    """Caps of several commodities that differ in nothing else."""

    first: Asked
    goods: list[str]


def question(facts: Facts) -> str:
    """What was asked, and what totals are of."""
    return f"Asked: {_asked(facts)} Totals: {totals(facts)}."


def totals(facts: Facts) -> str:
    """Years, money, discounting, and what all changes are against."""
    return f"{totals_alone(facts)}{f', against {without(facts)}' if facts.policy else ''}"


def totals_alone(facts: Facts) -> str:
    """Years, money and discounting."""
    settings = facts.tables.study.settings
    money = f"{settings.currency} of {settings.price_year}" if settings.price_year else settings.currency
    rate = settings.discount_rate
    discounted = f"discounted at {typed_share(rate)}" if rate else "not discounted"
    return f"{facts.span}, {money}, {discounted}"


def without(facts: Facts) -> str:
    """What a result is held against: the same without its policy."""
    if not facts.rules:
        return "no caps"
    return "no caps and no rules on floors" if facts.asked else "no rules on floors"


def _asked(facts: Facts) -> str:
    if not facts.policy:
        return "how is the bloc supplied without caps and without rules on floors?"
    if not facts.asked:
        return f"what do the bloc’s rules on floors bring about ({_rules(facts)})?"
    alike = _alike(facts)
    bans = [one for one in alike if _aside(one, alike)]
    told = [one for one in alike if one not in bans]
    clauses = [_clause(facts, one, [ban for ban in bans if set(ban.goods) <= set(one.goods)]) for one in told]
    more = len(told) - MOST
    if more > 0:
        clauses = [*clauses[:MOST], f"{counted(more)} more {'cap' if more == 1 else 'caps'} (sheet caps)"]
    rules = f", under rules on floors ({_rules(facts)})" if facts.rules else ""
    return f"which floors keep {_joined(clauses)}{rules}?"


def _joined(clauses: list[str]) -> str:
    return ", and ".join(filter(None, [", ".join(clauses[:-1]), clauses[-1]]))


def _alike(facts: Facts) -> list[_Alike]:
    found: list[_Alike] = []
    for one in facts.asked:
        same = next((other for other in found if _but_for_goods(other.first, one)), None)
        if same:
            same.goods.append(one.commodity)
        else:
            found.append(_Alike(one, [one.commodity]))
    return found


def _but_for_goods(one: Asked, other: Asked) -> bool:
    return one._replace(commodity="") == other._replace(commodity="")


def _aside(one: _Alike, alike: list[_Alike]) -> bool:
    """Whether a cap is a ban for one kind of buyers, told in brackets behind the cap on all."""
    first = one.first
    banned = first.segment is not None and first.origin is None and not any(first.given.values())
    return banned and any(
        other.first.segment is None and other.first.origin is None and set(one.goods) <= set(other.goods)
        for other in alike
    )


def _clause(facts: Facts, one: _Alike, bans: list[_Alike]) -> str:
    first, goods = one.first, few([goods_of(facts, good) for good in one.goods])
    whose = f"{goods} {'made of material ' if first.traced else ''}from {origin_of(facts, first)}"
    if not any(first.given.values()):
        kept = f"{whose} out of {_where(facts, first)} in {_when(facts, first)}"
    else:
        kept = f"{whose} within {_levels(facts, first, _of_what(facts, one))}"
    asides = [f"none for {ban.first.segment} in {_scope(facts, ban.first)}" for ban in bans]
    return f"{kept} ({'; '.join(asides)})" if asides else kept


def goods_of(facts: Facts, capped: str) -> str:
    """A commodity, or a group, which is counted by weight."""
    return f"{facts.names.good(capped)} (by weight)" if capped in facts.in_group else facts.names.good(capped)


def origin_of(facts: Facts, cap: Asked) -> str:
    """Whom a cap is on."""
    if cap.origin is None:
        return facts.names.capped
    return "any one country outside the bloc" if cap.origin == EACH else facts.names.the(cap.origin)


def level(cap: Asked, year: int) -> str:
    """'40 %', or '1,000 t a year'; 'on paper' where that is all that it binds."""
    typed = (
        f"{three_digits(cap.given[year])} t a year" if cap.basis == "tonnes" else typed_share(cap.given[year])
    )
    return f"{typed} on paper" if cap.on_paper else typed


def _levels(facts: Facts, cap: Asked, what: str) -> str:
    """The cap in its first and last year, of what it is a share; and where it is beyond both between them."""
    first, last = min(cap.given), max(cap.given)
    if first == last or len(set(cap.given.values())) == 1:
        return f"{level(cap, first)} {what} in {_when(facts, cap)}"
    least, most = sorted((cap.given[first], cap.given[last]))
    away = {year: max(least - x, x - most) for year, x in cap.given.items()}
    far = max(away, key=lambda year: away[year])
    between = [f"{level(cap, far)} in {far}"] if away[far] > 0 else []
    return f"{level(cap, first)} {what} in {first}{listed(['', *between, f'{level(cap, last)} in {last}'])}"


def _when(facts: Facts, cap: Asked) -> str:
    """The years that a cap holds in."""
    return spans(sorted(cap.given), facts.years, {year: year for year in facts.years})


def _of_what(facts: Facts, one: _Alike) -> str:
    cap = one.first
    if cap.basis == "tonnes":
        return f"into {_where(facts, cap)}"
    if cap.basis == "use":
        return f"of {'its' if len(one.goods) == 1 else 'their'} use in {_where(facts, cap)}"
    return f"of {_demand(facts, cap)}"


def _demand(facts: Facts, cap: Asked) -> str:
    buyers = f"{cap.segment} demand" if cap.segment else "demand"
    if cap.scope != "bloc":
        return f"{facts.names.of(cap.scope)} {buyers}"
    if len(facts.members) == 1:
        return f"{facts.names.of(facts.members[0])} {buyers}"
    if facts.tables.study.settings.coordination == "national":
        return f"each member’s own {buyers}"
    return f"the {counted(len(facts.members))} members’ joint {buyers}"


def _where(facts: Facts, cap: Asked) -> str:
    national = cap.scope == "bloc" and facts.tables.study.settings.coordination == "national"
    scope = "each member" if national and len(facts.members) > 1 else _scope(facts, cap)
    return f"{scope} ({cap.segment})" if cap.segment else scope


def _scope(facts: Facts, cap: Asked) -> str:
    return "the bloc" if cap.scope == "bloc" else facts.names.the(cap.scope)


def _rules(facts: Facts) -> str:
    told: dict[str, list[str]] = {}
    for row in facts.rules:
        whose = "all goods" if row["commodity"] == "*" else facts.names.good(row["commodity"])
        told.setdefault(row["rule"].replace("_", " "), []).append(whose)
    return "; ".join(f"{rule} for {listed(goods)}" for rule, goods in told.items())
