"""Every template of a sentence is said of a study in which it is true, and not of one in which it would be false."""

from __future__ import annotations

import re

import pytest

from tests.support.templates import templates
from tests.support.told import told

PAIRS: dict[str, tuple[str, str]] = {
    # floors
    "No floor exists: ": ("no policy", "half"),
    ": the levy on {} is 0 {}": ("slack cap", "half"),
    "so the floor ({}) is its own price and holds nothing up": ("slack cap", "other origins are levied"),
    "; the floor ({}) is its own price.": ("other origins are levied", "slack cap"),
    "; {} sets the floor ({})": ("a maximum below China's price", "slack cap"),
    "in every year": ("slack in every year", "loosening"),
    "{}: the floor is {} {}/kg in {}.": ("half", "slack cap"),
    "the capped origin's price is {}, the rest is the levy": ("tightening, home dearer later", "tightening"),
    "{} {}/kg in {}{} and {} in {}": ("tightening, home dearer later", "tightening"),
    "{} {}/kg in {} and in {}{}": ("the same floor, another in between", "tightening, home dearer later"),
    ", {} at its {} in {}": ("the same floor, another in between", "tightening, home dearer later"),
    "a buyer's value: a shortage": ("unmet", "half"),
    "there is no levy: the floor ({}) is the capped origin's own": ("loosening", "tightening"),
    "pays the levy: {}": ("a ban", "half"),
    "pays the levy {}: {}": ("keeps CN out of JP alone", "a ban"),
    "it keeps them all out": ("a ban", "a minimum, home at half of it"),
    "in this plan, while others": ("a fifth of two members", "keeps CN out of JP alone"),
    "others of the same cost bring some capped": (
        "a fifth of two members",
        "keeps CN out of JP alone",
    ),
    "none would come without it either": ("a minimum, home at half of it", "a ban"),
    "a cap of 0 is a ban": ("a ban", "half"),
    "no levy on what comes from {}: the floor is its price there{}": ("slack cap", "half"),
    ", and holds nothing up": ("slack cap", "one member"),
    "nobody pays it: the levy keeps all capped material out": ("a ban", "a minimum, home at half of it"),
    "nobody pays it: no capped material would arrive": ("a minimum, home at half of it", "one member"),
    "other floors keep this plan too: see lowest and highest": ("slack cap", "half"),
    "it keeps all out but what is exempt": ("a dear minimum, some exempt", "a ban"),
    "what comes is exempt": ("a minimum, all exempt in 2026", "half, some exempt"),
    "more may come exempt, and no levy keeps it out": ("a ban, and some exempt", "half, some exempt"),
    "nobody pays it: more may come exempt": ("half, and more exempt", "half, some exempt"),
    "all capped material that comes is exempt": ("a minimum, all exempt in 2026", "half, some exempt"),
    " but what is exempt": ("a dear minimum, some exempt", "a ban"),
    # what pays no levy
    "are exempt and pay no levy": ("half, some exempt", "half"),
    "million {} (present value) that the levy would take": ("half, some exempt", "a minimum, all exempt"),
    "the floor bites in no year in {}": ("a minimum, all exempt", "a minimum, all exempt in 2026"),
    "exemptions delay the floor in {}": ("a minimum, all exempt in 2026", "half, some exempt"),
    "the floor in {} first bites in {}, exempt tonnes apart": ("half, some exempt", "a minimum, all exempt"),
    "The levies of the minimum come to {}": ("a minimum", "half"),
    "exporters keep them, as settings!rent says": ("a minimum kept by exporters", "a minimum"),
    "the treasuries take them, as settings!rent says": ("a minimum", "a minimum kept by exporters"),
    "no levy holds back all exempt tonnes": ("two members, one exempt beyond its cap", "half, some exempt"),
    "rules on floors bind": ("a maximum for two members", "two members, one exempt beyond its cap"),
    "The rules on floors": ("uplift that is paid", "half, and more exempt"),
    "nobody pays it: {}": ("a minimum, all exempt in 2026", "one member"),
    "exempt tonnes that no levy holds back": ("exempt beyond a cap under a rule", "half, some exempt"),
    "The rules on floors and {}": ("exempt beyond a cap under a rule", "half, and more exempt"),
    # links
    "{}/kg of the floor in {} is friction": ("a full link", "a link with room"),
    "the price of the link from {} to {}; the levy is less by it.": ("a full link", "half"),
    "a tax on a scarcity rent: the link alone": ("a link as full as its cap", "a link with room"),
    "million {} (present value) in {} are a tax on a scarcity": ("a link as full as its cap", "a full link"),
    "full links alone would hold the plan, and {}": ("a link as full as its cap", "a link with room"),
    "they go from exporters to treasuries": (
        "a link as full as its cap",
        "a link as full as its cap, exporters keep",
    ),
    "they stay with exporters": ("a link as full as its cap, exporters keep", "a link as full as its cap"),
    "the minimum takes nothing of what {} ships to {}": ("a full link under a minimum", "a full link"),
    "its link is full, and its seller keeps": ("a full link under a minimum", "a minimum"),
    "{} t a year of links are qualified in all beside the": ("a link that is built", "a full link"),
    "senders pay {} million": ("a link that is built", "a full link"),
    "demand grows in {}, where it is made too": ("links and growth", "a link with room"),
    "so that growth favours it": ("links and growth", "half"),
    # who pays levies
    "that a take-or-pay makes it ship to": ("forced", "levied on others"),
    "all of it out of the surplus of producers in {}.": ("forced", "forced in part"),
    "and the rest out of what buyers pay": ("forced in part", "forced"),
    "whose role is not capped, pay levies": ("levied on others", "forced"),
    # caps
    "Of the {} of {} in {}{}, {}.": ("half", "no policy"),
    "is made of capped material": ("a traced cap", "half"),
    ", all that the cap allows": ("half", "roomy cap"),
    "all that the cap allows": ("one of two years is full", "roomy cap"),
    "is of capped origin": ("one of two years is full", "a traced cap"),
    "a little less than the cap": ("nearly full", "half"),
    "t leak past enforcement": ("leaks", "half"),
    "the papers show {} {} in {}{}; with what leaks": ("leaks unseen", "leaks"),
    "which that cap does not see, it is": ("leaks unseen", "leaks"),
    "trade changes places": ("sent elsewhere", "half"),
    "One more tonne {} saves": ("half", "roomy cap"),
    "of {} from {} in {} (cap: {})": ("half", "roomy cap"),
    "; less is not possible.": ("no room for less", "half"),
    "; one less costs as much": ("half", "slack cap"),
    ", true as far": ("half", "a looser cap"),
    "so the levy is not the only one": ("slack cap", "half"),
    "On average over {} each tonne of {} from {} that would": ("two works at home", "roomy cap"),
    "come beyond its cap ({}) costs {} {} to keep": ("two works at home", "slack cap"),
    "floors: no levy is due on {} from capped origins in any year": (
        "scenarios with slack caps",
        "scenarios",
    ),
    "caps: of {} most of what is kept from the bloc goes to": ("scenarios that shuffle", "scenarios"),
    "less is not possible": ("no room for less", "half"),
    "a tonne above the share of use": ("use", "half"),
    "at the levies of the minimum rule as they are": ("a minimum and a cap", "half"),
    "not one price: ": ("slack cap", "half"),
    # shortage and bill
    "Demand goes unserved": ("unmet", "half"),
    " and at {} more places": ("unmet at eight places", "unmet"),
    "The most that they would pay is typed in sheet demand, with": ("unmet, and why", "unmet"),
    "as much as": ("unmet as much without the policy", "unmet"),
    "The policy costs nobody anything": ("slack cap", "small"),
    "net of levies and producers' gains": ("small", "slack cap"),
    "The policy costs the bloc nothing": ("the bloc gains what it loses", "half"),
    "The policy {} the bloc {} million": ("small", "slack cap"),
    "the world spends as much in resources": ("forced", "half"),
    "the world spends {} {} in resources": ("half", "slack cap"),
    "as many million": ("half", "unmet"),
    "By member (million {}): ": ("half", "one member"),
    "Contracts for difference {} members {}": ("a contract", "half"),
    "against {} without the policy": ("a contract", "a contract whose price stays"),
    "with the policy as without it.": ("a contract whose price stays", "a contract"),
    "Contracts for difference pay nothing": ("a contract at the price", "a contract"),
    "cost an uplift of {} million": ("uplift that is paid", "half"),
    "all of it must be paid to keep the plan": ("uplift that is paid", "uplift of both kinds"),
    "none of it must be paid": ("uplift that is foregone", "uplift of both kinds"),
    "must be paid to keep the plan, {} tempts others": ("uplift of both kinds", "uplift that is paid"),
    "Selling below cost costs {} {} that its net cost": ("below cost", "above cost"),
    "others gain by cheaper offers is no gain of the world": ("below cost", "half"),
    "costs {} less than it is offered at": ("above cost", "below cost"),
    "not in its net cost, which is at offers.": ("above cost", "half"),
    ", at what they cost and not at offers": ("below cost", "half"),
    "at what things cost ({} at offers)": ("scenarios with dumping", "scenarios"),
    "The plan of the whole system costs {} million": ("half", "a sweep"),
    "for what stays in store taken off": ("a fund that gains", "a fund with room"),
    "one part in a billion": ("half", "a gap"),
    "duties and minimum levies": ("a minimum", "half"),
    # shocks
    "The shock of {}, unforeseen,": ("insurance that pays", "half"),
    "after the policy{}{}.": ("insurance that pays", "a shock with nothing to compare"),
    "less, for a policy that": ("insurance that pays", "a shock made larger"),
    "as insurance it pays where": ("insurance that pays", "insurance that does not pay"),
    "even if the shock were certain": ("insurance that does not pay", "insurance that pays"),
    "and so pays in any case": ("insurance that costs nothing", "insurance that pays"),
    "and as much without it": ("a shock as large", "insurance that pays"),
    "and nothing without it": ("a shock made by the policy", "a shock made larger"),
    "the policy avoids none of the loss": ("a shock as large", "a shock made larger"),
    "the policy makes the loss {} larger": ("a shock made larger", "a shock as large"),
    "it is the policy that makes it costly": ("a shock made by the policy", "a shock made larger"),
    # who leaves
    "{} {} the bloc in {}, unforeseen{}{}: ": ("a member leaves", "insurance that pays"),
    "its net cost stays what it was": ("one joins", "a member leaves"),
    "that {} it {} million {} (present value)": ("a member leaves", "one joins"),
    ", and more changes with it": ("a member leaves, and more", "a member leaves"),
    "leaving does not pay, and no side payment": ("a member that does not want to", "a member leaves"),
    ", and a side payment of as much keeps it in": ("a member leaves", "a member that does not want to"),
    "those who stay lose nothing by its leaving": ("a member leaves", "a member leaves room"),
    "those who stay gain {} by its leaving": ("a member leaves room", "a member leaves"),
    "and so can pay it and be better off": (
        "a member takes room with it",
        "a dear member takes room with it",
    ),
    "by its leaving, less than that": ("a dear member takes room with it", "a member takes room with it"),
    "(at these plans; in others of the same cost": ("a member leaves for what it has", "a member leaves"),
    "an unknown amount {}": ("ends unknown", "a member leaves for what it has"),
    "Gains against {} (million {}, present value): {}.": ("a member leaves", "one joins"),
    "To those who stay ({}) the policy then costs": ("a member leaves", "two leave"),
    "; their contracts for difference cost them {}": ("a member leaves its contracts", "a member leaves"),
    "none of them has a floor in both": ("one stays without a floor", "a member leaves"),
    "none of their floors moves": ("a member leaves", "a member leaves room"),
    "of their floors that of {} in {} moves most": ("a member leaves room", "a member leaves"),
    ", from {} to {} a kg in {}": ("a member leaves room", "a member leaves"),
    # the mix
    "is the only one at this cost": ("half", "half of two members"),
    "The sourcing mix is not the only one": ("half of two members", "half"),
    "the bloc could buy what it does not buy": ("worth as much as it costs", "half"),
    "place at no cost. Widest": ("half of two members", "half"),
    "at least (--ranges finds the ends)": ("many ties", "half of two members"),
    "place at no cost (--ranges finds how far)": ("ties without ranges", "half of two members"),
    "at no cost, and no share of an origin": ("a share that stays", "half of two members"),
    "was seen to change with them": ("shares not looked at that stay", "a share that stays"),
    # warnings
    "marked movable can change place": ("half of two members", "half"),
    ", and {} {} with them{}": ("half of two members", "two origins alike"),
    "may change with them": ("ties without ranges", "half of two members"),
    "; the net cost of no member changes": ("two origins alike", "half of two members"),
    "; the sum of net costs does not": ("half of two members", "a duty on one of two"),
    "the net cost of {} (see members_range)": ("half of two members", "two origins alike"),
    "the {}, {} to {} million at present value": ("a duty on one of two", "half of two members"),
    "support: with another plan of the same cost": ("a maximum for two members", "a maximum"),
    "is the one found first, whatever plan_choice says": ("no steady plan", "half"),
    "of make-whole (present value) goes to capped origins": ("a maximum below China's price", "a maximum"),
    "tariffs, funds and curves use the reference price": ("reference price away", "half"),
    "nobody pays the minimum of": ("a minimum, home at half of it", "forced"),
    "has spent all of its": ("a fund that is spent", "a fund with room"),
    "million more at delivered prices": ("a fund at higher prices", "a fund that is spent"),
    "holds capped material traced through the chain": ("chained", "a group without a chain"),
    "a cap sees the country of the last process": ("chained", "a traced cap, some of any"),
    "what counts as clean may hold some": ("a traced cap, some of any", "chained"),
    # funds and contracts at prices of their own
    "it buys for {} and sells for {} at delivered prices": ("a fund that gains", "half"),
    "has {} in hand": ("a fund that gains", "a fund that loses what is lent"),
    "it comes out even": ("a fund that comes out even", "a fund that gains"),
    "all of it borne by private capital": (
        "a fund that loses what is private",
        "a fund that loses what is lent",
    ),
    "all of it borne by the treasury": (
        "a fund that loses what is lent",
        "a fund that loses what is private",
    ),
    "borne by private capital and {} by the treasury": (
        "a fund that loses both",
        "a fund that loses what is lent",
    ),
    "settle at prices of their own": ("a contract at its own price", "forced"),
    ", and so on for {} more pairs": ("six contracts at their own prices", "a contract at its own price"),
    # other instruments
    "the plan costs treasuries and buyers": ("slack cap", "half"),
    "The same plan held otherwise": ("half", "slack cap"),
    "{} the same under each, {}": ("half", "slack cap"),
    "{} least under {} ({}), most under": ("half", "slack cap"),
    "its treasuries pay": ("half", "slack cap"),
    "its buyers pay": ("half", "slack cap"),
    "the bloc pays": ("half", "slack cap"),
    "all that they pay out: {}": ("half", "slack cap"),
    "Paid out of treasuries, a floor": ("half", "slack cap"),
    "than grants and what these leave to pay": ("half", "slack cap"),
    "more public money {}, as IMF": ("an old pit beside a new plant", "half"),
    "less public money {}; IMF": ("a guarantee that saves on inputs", "half"),
    "no more public money {}; IMF": ("half", "an old pit beside a new plant"),
    "Grants for capital alone do not hold": ("half", "a new plant"),
    "those who would lose even with": ("half", "a new plant"),
    "Grants for capital alone hold": ("a new plant", "half"),
    "worth {} ": ("unmet", "half"),
    "no contract and no grant holds": ("unmet", "half"),
    "One tariff a commodity for all members": ("half", "tightening, home dearer later"),
    "No one tariff a commodity for": ("tightening, home dearer later", "half"),
    "must be paid to those who lose": ("tightening, home dearer later", "half"),
    # tables that hold a part
    "largest by money of": ("tables cut short", "tables in full"),
    "unasked, each a solve by itself": ("a table not begun", "tables cut short"),
    "the solver gave no answer for": ("tables cut short", "tables in full"),
    # several scenarios
    "the policy {} the bloc {} and {}the world {}": ("scenarios in which the bloc gains", "scenarios"),
    "the policy {} bloc and world {} each": ("scenarios", "scenarios in which the bloc gains"),
    "the policy costs bloc and world nothing": ("scenarios without policy", "scenarios"),
    "against base, net cost of the bloc{} and cost of the world": ("scenarios", "scenarios that differ"),
    "against base, net cost of the bloc{} {}, cost of the world": ("scenarios that differ", "scenarios"),
    # coalitions
    "coalitions of {} have a plan": ("a coalition that holds", "half"),
    "would leave, and would stay if paid": ("a coalition that cannot pay", "a coalition that holds"),
    "gains by leaving, as a free rider": ("a coalition that holds", "a coalition that cannot pay"),
    "of {}, who alone are known,": ("a coalition half known", "a coalition that holds"),
    "The others gain enough to pay it": ("leaving, and others gain more", "leaving, and others gain less"),
    "The others gain just enough": ("leaving, and others gain as much", "leaving, and others gain more"),
    "The others gain nothing": ("leaving, and others gain nothing", "leaving, and others gain less"),
    "They are all of its members": ("all leave", "leaving, and others gain nothing"),
    "The others gain {} less than that": (
        "leaving, and others gain less",
        "leaving, and others gain nothing",
    ),
    "The duals do not share out": ("a coalition under rules", "a coalition that holds"),
    "The Owen allocation {}: no coalition": ("a coalition that holds", "a coalition under rules"),
    "is in the core": ("a coalition that holds", "a coalition half known"),
    "passes, as far as that is known": ("a coalition half known", "a coalition that holds"),
    "The Owen allocation is not in the core": ("an allocation with an objection", "a coalition that holds"),
    "the core is empty; {}": ("an empty core", "a core"),
    "the core is not empty": ("a core", "an empty core"),
    "no coalition solved shows that": ("a core as far as known", "a core"),
    "; the largest objection is 0": ("a core without room", "a core"),
    "the largest objection is {} {}": ("an empty core", "a core"),
    "every coalition solved gains at least": ("a core", "a core without room"),
    "coalitions ({}{}) shipments can change place": ("a coalition that cannot pay", "a coalition that holds"),
    "net costs in column not_settled": ("a coalition that cannot pay", "a coalition that holds"),
    "what is counted from them": ("a coalition that cannot pay", "a coalition that holds"),
    "allocation of the least core that moves least": (
        "a least core shared at will",
        "a coalition that holds",
    ),
    # sweeps
    "caps ({}{}; column movable) shipments": ("a sweep of two members", "a sweep"),
    "Against no cap the system costs {}": ("a sweep", "a sweep of caps that cost nothing"),
    "costs the system nothing": ("a sweep of caps that cost nothing", "a sweep"),
    "caps have a plan": ("a sweep", "half"),
    "The tightest cap that has a plan is": ("a sweep", "a sweep under use"),
    "the bends of cost are not looked for": ("a sweep under use", "a sweep"),
    "Cost bends at": ("a sweep with a bend", "a sweep"),
    "The floor of {} jumps most in {}": ("a sweep with a bend", "a sweep"),
    "Cost bends nowhere": ("a sweep", "a sweep with a bend"),
    # risk
    "decided before it is known which": ("a risk", "half"),
    "The system is expected to cost": ("a risk", "half"),
    "Knowing the state beforehand": ("a risk", "half"),
    "be worth nothing": ("a risk of which nothing need be known", "a risk"),
    "Planning for the mean of the states": ("a risk", "a risk without a mean"),
    "alone, and being surprised": ("a risk", "a risk without a plan for base"),
    "Against no policy {}": ("a risk with caps", "a risk"),
    "with the same foresight": ("a risk with caps", "a risk in which foresight is dearer"),
    "with capacity decided for": ("a risk in which foresight is dearer", "a risk with caps"),
    ", the better of two ways for": ("a risk with caps", "a risk without a mean"),
    "One path of floors for all states{} costs": ("a risk with uplift", "a risk"),
    "all of it to be paid": ("a risk whose uplift is paid", "a risk with uplift"),
    "all of it foregone": ("a risk whose uplift is foregone", "a risk with uplift"),
    "{} to be paid, {} foregone": ("a risk with uplift", "a risk whose uplift is paid"),
}
"""Part of a template -> a study of which it is said, and one of which it would be false."""


def expression(template: str) -> re.Pattern[str]:
    """What a template makes, wherever it stands in a line."""
    return re.compile(".*?".join(re.escape(part) for part in template.split("{}")))


def of(part: str) -> list[str]:
    """Templates that hold a part."""
    return [template for _, template in templates() if part in template]


def test_shares_of_two_years_are_told_with_their_years_and_one_with_its_own() -> None:
    assert "80% in 2026 and 50% in 2027 is of capped origin, all that the cap allows." in told("tightening")
    assert "50% is of capped origin in 2026, all that the cap allows." in told("half")


def test_every_template_has_a_study_in_which_it_would_be_false() -> None:
    without = [template for _, template in templates() if not any(part in template for part in PAIRS)]
    assert not without
    assert not [part for part in PAIRS if not of(part)]


@pytest.mark.parametrize("part", PAIRS)
def test_it_is_said_where_it_is_true_and_not_where_it_would_be_false(part: str) -> None:
    true, false = PAIRS[part]
    assert any(expression(template).search(told(true)) for template in of(part)), told(true)
    assert not any(expression(template).search(told(false)) for template in of(part)), told(false)
