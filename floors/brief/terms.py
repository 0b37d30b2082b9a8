"""Terms of art, each explained where the page uses it."""

from __future__ import annotations

import re

from floors.brief.facts import Facts
from floors.page.page import Page, Term
from floors.page.told import percent


def terms(facts: Facts, page: Page) -> tuple[Term, ...]:
    """Those that the page uses."""
    said = "\n".join(page.texts).lower()
    rate = facts.tables.study.settings.discount_rate
    seller = facts.names.capped if facts.tables.capped else "the capped origin"
    known = (
        (
            r"\bfloors?\b",
            "floor",
            f"The lowest price at which goods from {seller} may enter the bloc, counted at the factory gate there: "
            "the price asked there plus the levy.",
        ),
        (
            r"\blev(y|ies)\b",
            "levy",
            "The adjustable tariff that lifts that price to the floor. The buyer pays it, and the treasury of the "
            "country that buys keeps it."
            if facts.tables.study.settings.rent == "government"
            else "What lifts that price to the floor. The buyer pays it, and the exporter keeps it.",
        ),
        (r"ordinary tariffs", "ordinary tariffs", "Customs duties that exist with the policy or without it."),
        (
            r"no caps|no policy|without a policy|without any policy|no rules on floors",
            "no caps, no policy",
            "The same workbook solved without caps and without rules on floors. Every gain and loss is against it.",
        ),
        (
            r"discounted at",
            "discounted",
            f"A sum over all years in which money of next year counts {percent(rate)} less than money of this year.",
        ),
        (
            r"may be|may share",
            "may be",
            "The least and the most over all plans that cost exactly the same: the model cannot say which of them "
            "comes about.",
        ),
        (
            r"other worlds",
            "other worlds",
            "Scenarios that change costs, demand, routes or behaviour, and leave caps, rules and members as they are. "
            "Shocks are not among them.",
        ),
        (
            r"what each is made of",
            "made of",
            "The floor, split by what its setter pays: making it, the yearly charge of a plant still to be built, "
            "what it is made of, and tariffs and freight that one side pays on its way and the other does not.",
        ),
        (
            r"set by",
            "set by",
            "Whose costs the floor is made of first of all: its largest part, or a rule, or a buyer’s value.",
        ),
        (
            r"\bnet\b",
            "net",
            "Gains less losses: buyers, levies, tariffs, producers, stockpiles and contracts together.",
        ),
        (
            r"own producers|own makers",
            "own producers",
            "What makers earn after inputs, running costs and the yearly charge of new plants.",
        ),
        (
            r"not delivered|goes short|shortage|short of",
            "shortage",
            "Demand that is not met. Its value is an assumption, and it is never called a floor.",
        ),
        (
            r"’s bill\b|\bbills?\b",
            "the bloc’s bill",
            "All that members pay, less what their treasuries and makers take in.",
        ),
        (
            r"traced back",
            "traced back",
            "Counted through the chain: what something is made of, and what that is made of.",
        ),
        (
            r"free rider",
            "free rider",
            "A country outside a bloc that the others keep: it has no cap and pays no levy, and trades with them.",
        ),
        (
            r"foresight",
            "foresight",
            "Capacity is decided knowing that each of the states may come and how likely it is, not for one of them.",
        ),
        (
            r"states? of the world",
            "state of the world",
            "The base case, or a scenario with a probability. Until they are told apart, all of them decide alike.",
        ),
        (
            r"one path of floors",
            "one path of floors",
            "Floors that are decided before it is known which state comes, and are the same in all.",
        ),
    )
    return tuple(Term(term, meaning) for pattern, term, meaning in known if re.search(pattern, said))
