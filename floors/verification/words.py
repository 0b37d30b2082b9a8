"""By which rule each number is expected, in words; and the words that results themselves hold."""

from __future__ import annotations

CHANGED = (
    "the numbers of this column are those of the solve, by their fingerprint in sheet run; --exact says which"
)
_RULES: dict[tuple[str, str], str] = {
    ("floors", "origin"): "the first capped region in regions that can supply the member",
    ("floors", "floor"): "price at the capped origin + coefficient x levy of every cap + minimum levy",
    ("floors", "capped_price"): "origin_price of the capped origin in sheet prices",
    ("floors", "levy"): "floor - capped_price",
    ("floors", "levy_rate"): "levy / capped_price",
    ("floors", "landed_price"): "floor + export tax + freight + tariff",
    ("floors", "rebate"): "share x levy of every use cap",
    ("floors", "producer_price"): "floor + rebate",
    ("floors", "effective"): "TRUE where over 1e-6 t of capped material arrives and pays a levy",
    ("floors", "lowest"): "not above the floor; blank for all floors or for none",
    ("floors", "highest"): "not below the floor",
    ("floors", "set_by"): "the rule or shortage among the parts, else the largest owner",
    ("floors", "binding"): "TRUE where the levy is above 1e-6",
    ("floors", "note"): "what the numbers beside it say",
    ("floor_parts", "amount"): "coefficient x the number that the part names",
    (
        "prices",
        "price",
    ): "a delivered price wherever something can arrive, is used, bought or piled, never below 0",
    ("prices", "origin_price"): "a price ex works wherever a process can make it, never below 0",
    ("sourcing", "quantity"): "what sheet shipments sends there, or what leaks",
    ("sourcing", "share"): "quantity over all that is sent there, leaks in",
    ("shipments", "content"): "content of the route: 1 from a capped region unless given",
    ("shipments", "levy"): "coefficient x levy of every cap + minimum levy",
    ("shipments", "cost"): "freight + tariff + export tax of the route",
    ("production", "region"): "where the process or plant stands",
    ("production", "activity"): "load of the plant's processes",
    ("production", "capacity"): "what exists and what was built and is alive",
    ("production", "utilisation"): "activity / capacity",
    ("production", "unit_margin"): "prices x coefficients - unit cost",
    ("production", "note"): "what the numbers beside it say",
    ("investment", "region"): "where the process or plant stands",
    ("investment", "annual_charge"): "annuity of the capital cost x added",
    ("stocks", "closing"): "what is left of the last stock + length x (put - take)",
    ("stocks", "fund_spent"): "length x delivered price x put",
    ("caps", "limit"): "share x table demand, tonnes as given, or share x arrivals under use",
    ("caps", "used"): "coefficient x shipments and leaks in scope",
    ("caps", "slack"): "limit - used",
    ("caps", "per_point"): "levy x 0.01 x base / 1000",
    ("caps", "note"): "what the cap is",
    ("support", "paid_by"): "the member where the payee is, else members with outlay",
    ("accounts", "role"): "role in sheet regions",
    ("accounts", "outlay"): "delivered price x purchases + cost of leaks - make-whole of demand",
    ("accounts", "unserved"): "value of demand left unserved",
    ("accounts", "levy_revenue"): "levies on what arrives, unless exporters keep them",
    ("accounts", "tariff_revenue"): "tariffs on what arrives",
    (
        "accounts",
        "producer_surplus",
    ): "sales less inputs, costs, charges and duties, plus support and contracts",
    ("accounts", "support"): "make-whole paid, from sheet support",
    ("accounts", "contract_payments"): "max(strike - p, 0) x t - upside x max(p - strike, 0) x t",
    ("accounts", "export_tax_revenue"): "export taxes on what is sent",
    ("accounts", "stock_cost"): "delivered price x (put - take) + holding",
    ("accounts", "net_cost"): "all costs less all revenues and the producers' surplus",
    ("accounts", "baseline_cost"): "net cost recomputed from sheet baseline",
    ("accounts", "change"): "net_cost - baseline_cost",
    ("concentration", "hhi"): "sum of squared shares of origins in per cent",
    ("concentration", "capped_share"): "content x arrivals, leaks in, over arrivals before loss",
    ("concentration", "embodied_share"): "capped content traced through the flows, over arrivals",
    (
        "concentration",
        "redirected",
    ): "half of (sum of |change| by destination - |change in total|), by origin",
    ("concentration", "top_origin"): "the largest origin",
    ("concentration", "top_share"): "share of the largest origin",
    ("temptation", "origin"): "the capped origin of the floor",
    ("temptation", "levy"): "levies on the straight way",
    ("temptation", "detour_cost"): "cost through the hub less cost of the straight way, levies apart",
    ("temptation", "hubs"): "how many third countries it would pay through",
    ("temptation", "temptation"): "levy saved less cost of the detour, per kg arriving",
    ("baseline", "unit"): "unit of the item",
    ("certificate", "value"): "recomputed from the tables, as far as they hold it",
    ("certificate", "tolerance"): "the tolerance of this check",
    ("certificate", "passed"): "TRUE where value is within tolerance",
    ("comparison", "difference"): "value less that of base",
    ("summary", "unit"): "unit of the metric",
    ("comparison", "unit"): "unit of the metric",
    ("comparison", "note"): "whose floor it is, and whether it is a shortage",
}
_METRICS = {
    "total_cost": "unit costs, charges, freight, duties, minimum levies, holding and unserved value, discounted",
    "resource_cost": "the same without duties, levies and unserved value",
    "capital_premium": "charges at the hurdle rate less those at the discount rate",
    "uplift": "make_whole + foregone",
    "make_whole": "sum of make_whole in sheet support",
    "foregone": "sum of foregone in sheet support",
    "least_make_whole": "between 0 and make_whole; 0 without rules",
    "capped_share": "content x arrivals over arrivals of what caps name, years by length",
    "embodied_share": "the same, traced",
    "declared_share": "content x arrivals without leaks, over arrivals with them",
    "world_cost": "resources and unserved value of the world, discounted",
    "policy_cost": "cost without the shock, less the same without policy",
    "shock_loss": "cost with the shock less that of the scenario before it",
    "shock_loss_without_policy": "the same without policy",
    "loss_avoided": "shock_loss_without_policy - shock_loss",
    "implied_premium": "policy_cost / loss_avoided; blank where no loss is avoided",
    "change_in_consumer_surplus": "baseline outlay and unserved value less those of the policy, bloc",
    "deadweight_loss": "resources and unserved value less those of the baseline",
    "change_in_bloc_net_cost": "bloc_net_cost - baseline_bloc_net_cost",
    "change_in_resource_cost": "resource_cost - baseline_resource_cost",
}


def rule_of(sheet: str, column: str) -> str:
    """The rule by which a cell is expected."""
    return _RULES.get((sheet, column), f"{column} as the tables make it")


def metric_rule(metric: str) -> str:
    """The rule by which a metric of the summary is expected."""
    if metric in _METRICS:
        return _METRICS[metric]
    if metric.removeprefix("world_") in _METRICS:
        return f"of the world: {_METRICS[metric.removeprefix('world_')]}"
    if metric.startswith("baseline_"):
        return f"{metric.removeprefix('baseline_')} recomputed from sheet baseline"
    return f"present value of {metric.removeprefix('bloc_')} over members and their markets"


def floor_note(
    *, ban: bool, setter: str, binding: bool, paying: bool, kept_out: bool, apart: float | None
) -> str:
    """The note of a floor."""
    said = []
    if ban:
        said.append("a cap of 0 is a ban: the floor has no upper end")
    if setter.startswith("unserved"):
        said.append("a buyer's value: a shortage, not a floor")
    if not binding:
        said.append("no levy: the cap costs nothing here, and the floor holds nothing up")
    elif not paying and kept_out:
        said.append("nobody pays it: the levy keeps all capped material out")
    elif not paying:
        said.append("nobody pays it: no capped material arrives, so the floor holds nothing up")
    if apart is not None and apart > 0.005:
        said.append("not unique: see lowest and highest")
    return "; ".join(said)


def loss_note(*, asked: float, least: float, paid: bool) -> str:
    """Why a process runs although it loses by it."""
    if asked and asked >= (least or 1e-6):
        return "runs at a loss: kept by a contract"
    if least:
        return "runs at a loss: kept by its minimum"
    if paid:
        return "runs at a loss under the floor rules: see support"
    return "runs at a loss: kept by a take-or-pay route, or made with something that pays"


def contract_note(payer: str, amount: float, tonnes: float, c: str, strike: float, price: float) -> str:
    """What a contract pays."""
    flows = "pays" if amount >= 0 else "gets back"
    return (
        f"{payer} {flows} {abs(amount):,.3f} million under its contract: {tonnes:,.6g} t of {c}, "
        f"strike {strike:,.6g}, price {price:,.4f}"
    )
