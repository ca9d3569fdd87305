"""Every choice that turns contracts into revenue, in one frozen record. No metric has a rule of its own hidden inside."""

from dataclasses import dataclass, replace
from typing import Any

from language import mark, tr
from language.formats import listed

ALL, NONE = "all", "none"


@dataclass(frozen=True)
class Rules:
    """grace_days: how long a lapsed, uncancelled line still counts.

    count_ending_discounts: whether a discount that has an end lowers ARR while it lasts. end_on_notice: whether a line stops counting
    on the day notice is given, not on its end. arr_from_mrr: ARR is twelve times the rounded MRR. free_is_churn: whether an
    account that paid is lost when its lines are worth nothing. reductions: whether recurring lines below zero lower their contract.
    count_paid_and_left: whether customer churn counts accounts that paid between two closes only. ramp: which step of a ramp counts:
    current, entrance, average or exit.
    count_paused: whose paused subscriptions count: all, none, or names of billing systems with a comma and a blank between.
    count_unpaid: whether subscriptions count whose dunning failed while they were not cancelled.
    """

    name: str
    grace_days: int = 0
    count_ending_discounts: bool = True
    end_on_notice: bool = False
    arr_from_mrr: bool = False
    free_is_churn: bool = False
    reductions: bool = True
    count_paid_and_left: bool = True
    ramp: str = "current"
    count_paused: str = NONE
    count_unpaid: bool = False


@dataclass(frozen=True)
class Choice:
    """What a field of Rules decides, and who decides it how, with the place where they say so."""

    field: str
    title: str
    meaning: str
    practice: str


CHOICES = (
    Choice(
        "grace_days",
        mark("Days of grace"),
        mark("For how many days a line that ended without notice still counts, so that a late renewal is no churn."),
        mark(
            "house: 30. ChartMogul records churn when the subscription ends (help.chartmogul.com, Churn "
            "recognition); Stripe and strict: none."
        ),
    ),
    Choice(
        "count_ending_discounts",
        mark("Discounts that end"),
        mark("Whether a discount with an end lowers ARR while it lasts."),
        mark(
            "Stripe counts a coupon only when it lasts forever (support.stripe.com, Impact of discounts and coupons on MRR). "
            "All others count it."
        ),
    ),
    Choice(
        "end_on_notice",
        mark("Notice given"),
        mark("Whether a line stops counting on the day notice is given rather than on the day it ends."),
        mark(
            "Stripe takes a subscription out at the moment it is set to cancel "
            "(support.stripe.com, Impact of subscription cancellations on MRR). "
            "ChartMogul waits for the end (help.chartmogul.com, Churn recognition)."
        ),
    ),
    Choice(
        "arr_from_mrr",
        mark("ARR from MRR"),
        mark("Whether ARR is twelve times the rounded MRR, or the annual value rounded once."),
        mark("ChartMogul multiplies (help.chartmogul.com, glossary: annual run rate = MRR x 12). The others round the annual value."),
    ),
    Choice(
        "free_is_churn",
        mark("Paying customers who become free"),
        mark("Whether an account that paid and is now on a free plan, in a free month or on a 100 % discount counts as lost."),
        mark(
            "house, strict: no, contraction and later expansion. ChartMogul keeps it (help.chartmogul.com, Free customer handling). "
            "Stripe leaves free plans out (docs.stripe.com, billing metric definitions)."
        ),
    ),
    Choice(
        "reductions",
        mark("Reductions as lines"),
        mark("Whether a recurring line below zero lowers the balance of its contract while it runs, down to nothing."),
        mark("All presets: yes. Salesforce CPQ writes a reduction as a line of negative quantity."),
    ),
    Choice(
        "count_paid_and_left",
        mark("Paid and left within a month"),
        mark(
            "Whether customer churn, and what follows from it (LTV), counts accounts that began to pay and left "
            "between two closes: among the "
            "lost and among those that could be lost."
        ),
        mark(
            "ChartMogul leaves out who joined and churned in the same period (help.chartmogul.com, Customer Churn rate, B2B formula). "
            "All others count them."
        ),
    ),
    Choice(
        "ramp",
        mark("Step of a ramp"),
        mark("Which step of a contract whose price rises by steps counts: the current one, the first, the average, or the last."),
        mark("All presets take the current step. Kellblog names entrance, average and exit ARR."),
    ),
    Choice(
        "count_paused",
        mark("Paused subscriptions"),
        mark("Whose paused subscriptions count although nothing is billed: all, none, or those of the billing systems named."),
        mark(
            "Recurly leaves them out (docs.recurly.com, Pause subscriptions), and so do ProfitWell and Zuora. ChartMogul counts those of "
            "Stripe, GoCardless, Chargebee and Chargify as past due, and not those of Recurly (help.chartmogul.com, Handling paused "
            "subscriptions). Stripe leaves a subscription active whose collection is paused (docs.stripe.com, Pause payment collection)."
        ),
    ),
    Choice(
        "count_unpaid",
        mark("Unpaid subscriptions"),
        mark("Whether a subscription counts whose payment failed for good while nobody cancelled it."),
        mark(
            "Stripe counts it as churn (docs.stripe.com, billing metric definitions). An older help page of Chargify lets service go on. "
            "All presets leave it out; past due, while payment is retried, counts under all of them."
        ),
    ),
)

PRESETS = {
    "house": Rules("house", grace_days=30),
    "strict": Rules("strict"),
    "chartmogul": Rules("chartmogul", arr_from_mrr=True, count_paid_and_left=False, count_paused="stripe, gocardless, chargebee, maxio"),
    "stripe": Rules("stripe", count_ending_discounts=False, end_on_notice=True, free_is_churn=True, count_paused="stripe"),
}
# As the presets were before closes kept the choices they were made under.
BEFORE = {"reductions": False, "free_is_churn": True, "count_paused": ALL, "count_unpaid": True}
KEPT_FREE_BEFORE = ("chartmogul",)


def preset(name: str) -> Rules:
    """The rules of a name. Raises ValueError that lists the names."""
    if name not in PRESETS:
        raise ValueError(tr("rules: there is no preset {name!r}. Presets: {known}.", name=name, known=listed(PRESETS)))
    return PRESETS[name]


def choices(rules: Rules) -> dict[str, Any]:
    """Every choice of the rules by its field, without their name."""
    return {choice.field: getattr(rules, choice.field) for choice in CHOICES}


def as_closed(name: str, kept: dict[str, Any] | None) -> Rules:
    """The rules under which a period was closed: `kept` holds the choices, None where the close is older than their being kept.

    A choice that a close does not name was made then as the presets made it before.
    """
    before = preset(name)
    old: dict[str, Any] = BEFORE | ({"free_is_churn": False} if name in KEPT_FREE_BEFORE else {})
    known = {choice.field for choice in CHOICES}
    return replace(before, **(old | {field: value for field, value in (kept or {}).items() if field in known}))


def title_of(field: str) -> str:
    """What a choice is called."""
    return tr(next(choice.title for choice in CHOICES if choice.field == field))
