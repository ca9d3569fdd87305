"""Words for the codes in rows and totals, for people who read another language: files and pages say them, scripts get the codes.

In English a code stands as it is: it is its own word. What is imported is no code and stays in any language.
"""

from collections.abc import Mapping
from typing import Any

from data.work.templates import ITEMS as TRIGGERS
from language import InLanguage, again, mark, mark_of, tr
from language.catalogue import ENGLISH, language
from language.retold import retold
from reports.words.call_titles import CODES as OF_CALLS
from reports.words.deeds import OF_ACTIONS
from reports.words.effect_titles import CODES as OF_EFFECTS
from reports.words.foresight_titles import CODES as OF_FORESIGHT
from reports.words.lab_words import CODES as OF_LAB
from reports.words.lifetime_titles import CODES as OF_LIFETIME
from reports.words.portfolio_titles import DIRECTIONS, MOVED_BY, OUTSIDE
from reports.words.request_words import CODES as REQUESTS
from reports.words.score_titles import OF_KINDS
from reports.words.similar_titles import CODES as OF_SIMILAR
from reports.words.support_titles import CODES as OF_SUPPORT
from reports.words.titles import title

BANDS = {
    "at_risk": mark("At risk"),
    "watch": mark("Watch"),
    "healthy": mark("Healthy"),
    "little_known": mark("Little known"),
    "not_known": mark("Not known"),
}
STATES = {
    "paying": mark("Paying"),
    "in_grace": mark("In grace"),
    "trial": mark("Trial"),
    "churned": mark("Churned"),
    "prospect": mark("Prospect"),
    "free": mark("Free time"),
    "paying, no rate": mark("Paying, no exchange rate"),
    "on_time": mark("On time"),
    "late": mark_of("a renewal", "Late"),
    "open": mark("Open"),
    "lost": mark("Lost"),
    "used": mark_of("usage", "Used"),
    "unused": mark("Unused"),
    "not_tracked": mark("Not tracked"),
    "feed_stopped": mark("Feed stopped"),
    "not_live": mark("Not live"),
    "activated": mark("Activated"),
    "on_the_way": mark("On the way"),
    "not_started": mark("Not started"),
    "not_measured": mark("Not measured"),
    # of stakeholders
    "in_touch": mark("In touch"),
    "quiet": mark("Quiet"),
    "not_known": mark("Not known"),
    "left": mark("Left"),
    # of feeds
    "fresh": mark("fresh"),
    "stopped": mark("stopped"),
    "no days": mark("no days"),
    # of imports
    "as usual": mark("as usual"),
    "more rejected": mark("more rejected"),
    "days missing": mark("days missing"),
    "columns emptier": mark("columns emptier"),
    "more rejected than accepted": mark("more rejected than accepted"),
    # of names
    "suggested": mark("suggested"),
    "nothing fits": mark("nothing fits"),
    "perhaps the same company": mark("perhaps the same company"),
    "confirmed": mark("confirmed"),
    # of tasks
    "overdue": mark("overdue"),
    "due_today": mark("due today"),
    "ahead": mark("ahead"),
    "no_day": mark("no due day"),
    "done": mark("done"),
    # beside finance's list
    "matched": mark("matched"),
    "different": mark("different"),
    "only finance": mark("only finance"),
    "only ours": mark("only ours"),
}
KINDS = {
    "notice_given": mark("Notice given"),
    "renewal_unprepared": mark("Renewal without a conversation"),
    "risk_rose": mark("Risk rose"),
    "health_fell": mark("Health fell"),
    "usage_fell": mark("Usage fell"),
    "never_started": mark("Never started"),
    "tickets_rising": mark("Tickets rising"),
    "champion_silent": mark("Champion silent"),
    "seats_full": mark("Seats full"),
    "plan_full": mark("Plan full"),
    "limit_near": mark("Near a monthly limit"),
    "higher_plan_used": mark("Uses a higher plan"),
    "volume_grew": mark("Volume grew"),
    "new_team": mark("New team"),
    "headcount_grew": mark("Headcount grew"),
    "sla_breached": mark("Service level missed"),
    "call_against_model": mark("Call and model differ"),
    "recurring": mark("recurring"),
    "usage": mark("usage"),
    "one_off": mark("one-off"),
    "adjustment": mark("adjustment"),
    "conversation": mark("conversation"),
    "task": mark("task"),
    "play": mark("play"),
    "note": mark("note"),
    "nps": mark("NPS"),
    "csat": mark("CSAT"),
    "ticket rating": mark("ticket rating"),
}
CAUSES = {
    # what sets two rules apart
    "in grace": mark("in grace"),
    "discount that ends": mark("discount that ends"),
    "notice given": mark("notice given"),
    "ARR from MRR": mark("ARR from MRR"),
    "free customer": mark("free customer"),
    "reduction": mark("reduction"),
    "paid and left within a month": mark("paid and left within a month"),
    "ramp": mark("ramp"),
    "paused subscription": mark("paused subscription"),
    "unpaid subscription": mark("unpaid subscription"),
    "several choices together": mark("several choices together"),
    # what moved a figure since
    "accounts changed": mark("accounts changed"),
    "erased": mark("erased"),
    "contracts changed": mark("contracts changed"),
    "exchange rates changed": mark("exchange rates changed"),
    "contracts changed, exchange rates changed": mark("contracts changed, exchange rates changed"),
    "rules changed": mark("rules changed"),
    "seen on a later day: grace, renewals and notice": mark("seen on a later day: grace, renewals and notice"),
}
CHECKS = {
    "usage outside its contract": mark("usage outside its contract"),
    "churn record against contract": mark("churn record against contract"),
    "overlapping lines": mark("overlapping lines"),
    "duplicated lines": mark("duplicated lines"),
    "short gaps": mark("short gaps"),
    "contracts without an account": mark("contracts without an account"),
    "currency without a rate": mark("currency without a rate"),
    "lines without a value": mark("lines without a value"),
    "notice without an end": mark("notice without an end"),
    "change of plan or addition": mark("change of plan or addition"),
    "reductions below zero": mark("reductions below zero"),
    "accounts that belong to themselves": mark("accounts that belong to themselves"),
    "reused event ids": mark("reused event ids"),
    "rows waiting for an account": mark("rows waiting for an account"),
}
REASONS = {
    "the same but for upper and lower case": mark("the same but for upper and lower case"),
    "the short form of its id": mark("the short form of its id"),
    "the same as in another of its columns": mark("the same as in another of its columns"),
    "a contact's e-mail address": mark("a contact's e-mail address"),
    "the same name": mark("the same name"),
    "the same domain": mark("the same domain"),
    "the same name but for its legal form": mark("the same name but for its legal form"),
    "the domain is its name": mark("the domain is its name"),
    "nearly the same spelling": mark("nearly the same spelling"),
}
SECTIONS = {
    # of the migration report
    "Came in": mark("Came in"),
    "Rejected, and why": mark("Rejected, and why"),
    "Duplicates, counted once": mark("Duplicates, counted once"),
    "The files' own totals": mark("The files' own totals"),
    "Names unified": mark("Names unified"),
    "Said of the files": mark("Said of the files"),
    "Open": mark("Open"),
    "Signed off": mark("Signed off"),
    # of the churn model's card
    "verdict": mark("verdict"),
    "data": mark("data"),
    "candidate": mark("candidate"),
    "model": mark("model"),
    "rival": mark("rival"),
    "input": mark("input"),
    "measure": mark("measure"),
    "quarter": mark("quarter"),
    "segment": mark("segment"),
    "curve": mark("curve"),
    "drift": mark("drift"),
    "cannot_say": mark("cannot be said"),
    "reliability": mark("reliability"),
    "warning": mark("warning"),
}
UNITS = {
    "money": mark("money"),
    "ratio": mark("ratio"),
    "count": mark("count"),
    "number": mark("number"),
    "score": mark("score"),
    "points": mark("points"),
    "days": mark("days"),
    "months": mark("months"),
    "percent": mark("percent"),
}
ANSWERS = {"snoozed": mark("put off"), "handed_over": mark("handed over"), "wrong": mark("marked as wrong")}
FORECAST_BY = {
    "model": mark("churn model"),
    "past_rates": mark("past rates"),
    "notice": mark("notice given"),
    "unknown": mark("not known"),
}
OTHERS: dict[str, Mapping[str, str]] = {
    **OF_SUPPORT,
    **OF_EFFECTS,
    **OF_SIMILAR,
    **OF_LAB,
    **OF_CALLS,
    **OF_FORESIGHT,
    **OF_LIFETIME,
    "urgency": {"now": mark("now"), "soon": mark("soon"), "later": mark("later")},
    "risk_from": {"notice": mark("notice"), "model": mark("churn model"), "health": mark("health")},
    "resolved_by": {"recorded": mark("recorded"), "last update": mark("last update"), "status alone": mark("status alone")},
    "change_kind": {
        "starts paying": mark("starts paying"),
        "becomes churned": mark("becomes churned"),
        "grows": mark("grows"),
        "shrinks": mark("shrinks"),
    },
    "answer": {"change": mark("change of plan"), "addition": mark("addition"), **ANSWERS},
    "came_back": ANSWERS,
    "newer_are": {
        "faster": mark("sooner"),
        "slower": mark("later"),
        "no_difference": mark("cannot be told: chance allows for both"),
        "too_few": mark("cannot be told: too few"),
    },
    "activation-curve.of": {"all": mark("all"), "newer": mark("started in the last year"), "earlier": mark("started before")},
    "part": {"changed": mark("What changed"), "due": mark("What is due"), "done": mark("What was done")},
    "day-summary.what": {
        **KINDS,
        "overdue": mark("tasks overdue"),
        "due_today": mark("tasks due today"),
        "due_soon": mark("tasks due in 7 days"),
        "renewals": mark("renewals in 30 days"),
        "tasks_done": mark("tasks done"),
        "conversations": mark("conversations held"),
    },
    "owner_is": {
        "listed": mark("on the list"),
        "left": mark("has left"),
        "not_listed": mark("not on the list"),
        "nobody": mark("nobody"),
    },
    "role": {
        "user": mark("user"),
        "manager": mark("manager"),
        "technical": mark("technical"),
        "decision maker": mark("decision maker"),
    },
    "product": {"no product": mark("no product"), "rounding of currencies": mark("rounding of currencies")},
    "every": {"month": mark("month"), "quarter": mark("quarter"), "year": mark("year")},
    "unit": UNITS,
    "said_by": {
        "customer": mark_of("who says why", "customer"),
        "csm": mark_of("who says why", "CSM"),
        "finance": mark_of("who says why", "finance"),
        "other": mark_of("who says why", "somebody else"),
    },
    "health-change-parts.kind": OF_KINDS,
    "churned-accounts.kind": {"churned": mark_of("a churn", "churned"), "paid and left": mark("paid and left")},
    "forecast-renewals.kind": {
        "renewal": mark("renewal"),
        "in grace": mark("in grace"),
        "no term": mark("no term"),
        "nothing due": mark("nothing due"),
    },
    "forecast.source": FORECAST_BY,
    "forecast-renewals.source": FORECAST_BY,
    "level": {"account": mark("account"), "parent": mark("parent")},
    "source": {  # of a definition or a published case; the others are names
        "house": mark("house"),
        "a public calculator": mark("a public calculator"),
        "an article on B2B product management, 2025": mark("an article on B2B product management, 2025"),
    },
    "trigger": {  # of a play; the others are kinds of things on Today
        **{name: KINDS[name] for name in KINDS if name in TRIGGERS},
        "renews_within": mark("Renewal ahead"),
        "stakeholder_gap": mark("No decision maker known"),
        "went_live": mark("Went live"),
        "refund_asked": mark("Refund asked for"),
    },
    "asks": {"root_cause": mark("Root cause")},
    "role_title": {  # of the roles that come with the product; others are called as their administrators call them
        "Viewer": mark_of("a role", "Viewer"),
        "CSM": mark_of("a role", "CSM"),
        "Manager": mark_of("a role", "Manager"),
        "Executive": mark_of("a role", "Executive"),
        "Analyst": mark_of("a role", "Analyst"),
        "Administrator": mark_of("a role", "Administrator"),
    },
    "segments": {"now": mark("now"), "then": mark("then")},
    "per": {"month": mark("month"), "quarter": mark("quarter"), "year": mark("year")},
    "group": {
        "1: under 1K": mark("1: under 1K"),
        "2: 1K to 10K": mark("2: 1K to 10K"),
        "3: 10K to 50K": mark("3: 10K to 50K"),
        "4: 50K to 250K": mark("4: 50K to 250K"),
        "5: 250K and more": mark("5: 250K and more"),
    },
}
# What the product itself wrote to the log, by the name that stands where a file's does; and whoever has no name of their own.
FILES = {
    "churn model": mark("churn model"),
    "sign-offs": mark("sign-offs"),
    "closes": mark("closes"),
    "account matching": mark("account matching"),
    "logged in the app": mark("logged in the app"),
    "changes of plan and additions": mark("changes of plan and additions"),
}
WHO = {
    "browser": mark("browser"),
    "local": mark("command line"),
    "inbox": mark("inbox"),
    "sample": mark("sample"),
    "by itself": mark("by itself"),
}
WAYS = {
    "page": mark("page"), "api": mark("API"), "command line": mark("command line"), "inbox": mark("inbox"), "delivery": mark("delivery"),
    "source": mark("source"),
}  # fmt: skip
# What a role may do, and with what.
RIGHTS = {
    "operation": {
        "view": mark("view"),
        "edit": mark("edit"),
        "import": mark("import"),
        "export": mark("export"),
        "undo": mark("undo"),
        "approve": mark("approve"),
        "delete": mark("delete"),
        "configure": mark("configure"),
        "administer": mark("administer"),
    },
    "object": {
        "accounts": mark("accounts"),
        "activities": mark("activities"),
        "plays": mark("plays"),
        "views": mark("views"),
        "revenue": mark("revenue"),
        "closes": mark("closes"),
        "imports": mark("imports"),
        "model": mark("model"),
        "definitions": mark("definitions"),
        "people": mark("people"),
        "tokens": mark("tokens"),
        "store": mark("store"),
    },
}
# What the card of a churn model names; inputs that are measures of the registry have their titles.
OF_THE_MODEL = {
    "learned from": mark("learned from"),
    "held out": mark("held out"),
    "not yet certain when the test began": mark("not yet certain when the test began"),
    "base rate": mark("base rate"),
    "all that is known without a model": mark("all that is known without a model"),
    "rate by term": mark("rate by term"),
    "rate by tenure": mark("rate by tenure"),
    "rate by calendar month": mark("rate by calendar month"),
    "rate by plan": mark("rate by plan"),
    "health score alone": mark("health score alone"),
    "logistic regression, held back hard": mark("logistic regression, held back hard"),
    "logistic regression, held back": mark("logistic regression, held back"),
    "logistic regression": mark("logistic regression"),
    "logistic regression, held back hard, of all inputs": mark("logistic regression, held back hard, of all inputs"),
    "logistic regression, held back, of all inputs": mark("logistic regression, held back, of all inputs"),
    "logistic regression, of all inputs": mark("logistic regression, of all inputs"),
    "average_precision": mark("average precision"),
    "brier": mark("Brier score"),
    "recall": mark("share of losses called"),
    "recall_by_amount": mark("share of lost ARR called"),
    "recall_by_chance": mark("share of losses called at random"),
    "additive curves": mark("additive curves"),
    "gradient boosting": mark("gradient boosting"),
    "warning": mark("warning"),
}
USAGE_FELL = mark("usage fell by {share} %")
OTHERS |= {
    "score_group": {
        "promoter": mark("promoter"),
        "passive": mark("passive"),
        "detractor": mark("detractor"),
        "satisfied": mark("satisfied"),
        "neutral": mark_of("a score", "neutral"),
        "dissatisfied": mark("dissatisfied"),
        "off the scale": mark("off the scale"),
    },
    "compared": {"higher": mark("higher"), "lower": mark("lower"), "no change": mark("no change"), "not known": mark("not known")},
    "follow_up": {
        "due": mark_of("an answer to a customer", "due"),
        "closed": mark_of("an answer to a customer", "closed"),
        "not known": mark("not known"),
    },
    "silence": {"asked and silent": mark("asked and silent"), "not asked": mark("not asked"), "not known": mark("not known")},
    "plays.state": {"running": mark("Running"), "done": mark("Done"), "stopped": mark("Stopped early")},
    "play-steps.status": {"open": mark("Open"), "done": mark("Done"), "skipped": mark("Left out")},
    "started_by": WHO,
    "done_by": WHO,
}
GAPS = {
    "no_contacts": mark("No contacts are known"), "everyone_left": mark("Everybody who was known has left"),
    "roles_unknown": mark("Nobody's role is known"), "no_decision_maker": mark("No decision maker known"),
    "only_one_person": mark("Only one person known"), "champion_lost": mark("Champion lost"), "no_champion": mark("No champion known"),
    "champion_quiet": mark("Champion quiet"), "decision_maker_quiet": mark("Decision maker quiet"),
}  # fmt: skip
OFFER_STATES = {"open": mark_of("an offer", "Open"), "won": mark("Won"), "lost": mark_of("an offer", "Lost")}
REFERRAL_STATES = {
    "asked": mark("Asked for"), "given": mark("Named"),
    "won": mark("Won"), "lost": mark_of("an offer", "Lost"), "declined": mark("Declined"),
}  # fmt: skip
OFFER_KINDS = {
    "upgrade": mark("Upgrade"), "seats": mark("Seats"), "addition": mark("Addition"), "volume": mark("Volume"), "other": mark("Other"),
}  # fmt: skip
SPLITS = {
    "all": mark("All"), "source": mark("Source"), "plan": mark("Plan"), "owner": mark("Owner (CSM)"), "kind": mark("Kind"),
}  # fmt: skip
OFFER_FAULTS = {
    "no_amount": mark("No amount"), "no_rate": mark("No exchange rate"), "closed_before_made": mark("Ended before it was made"),
    "no_close_day": mark("Result without its day"), "no_result": mark("Ended without a result"),
    "given_before_asked": mark("Given before it was asked for"), "closed_before_asked": mark("Ended before it was asked for"),
}  # fmt: skip
HELD = {"has": mark("Has"), "in_trial": mark("In trial"), "had": mark("Had"), "never": mark("Never had")}
GOAL_STATES = {"open": mark("Open"), "reached": mark("Reached"), "missed": mark("Missed"), "dropped": mark("Dropped")}
WORDS: InLanguage[str, Mapping[str, str]] = InLanguage(
    {
        "state": STATES,
        "feeds.state": {**STATES, "late": mark_of("a feed", "Late")},
        "gap": GAPS,
        "goals.state": GOAL_STATES,
        "offers.state": OFFER_STATES,
        "offers.kind": OFFER_KINDS,
        "referrals.state": REFERRAL_STATES,
        "whitespace.state": HELD,
        "fault": OFFER_FAULTS,
        "split": SPLITS,
        "offer-conversion.what": {**KINDS, **SPLITS},
        "offers.source": KINDS,
        "usage_state": STATES,
        "account_state": STATES,
        "about": KINDS,
        "band": BANDS,
        "health_band": BANDS,
        "band_now": BANDS,
        "band_then": BANDS,
        "band_before": {**BANDS, **OUTSIDE},
        "band_after": {**BANDS, **OUTSIDE},
        "direction": DIRECTIONS,
        "moved_by": MOVED_BY,
        "health_90": BANDS,
        "health_60": BANDS,
        "health_30": BANDS,
        "kind": KINDS,
        "cause": CAUSES,
        "check": CHECKS,
        "reason": REASONS,
        "section": SECTIONS,
        "next_product": OTHERS["product"],
        "file": FILES,
        "who": WHO,
        "undone_by": WHO,
        "way": WAYS,
        "audit.action": OF_ACTIONS,
        "audit.kind": RIGHTS["object"],
        **RIGHTS,
        **REQUESTS,
        **OTHERS,
    }
)


def said(column: str, code: Any, report: str = "") -> Any:
    """What a value of a column is called in the language spoken now; anything that is no code of ours stays as it is."""
    if language() == ENGLISH or not isinstance(code, str):
        return code
    if column == "figure":
        return title(code)
    if column == "name" and report == "churn-model":
        return of_the_model(code)
    if column == "main_reason":
        return again(code)
    return (WORDS.get(f"{report}.{column}") or WORDS.get(column, {})).get(code, code)


def of_the_model(name: str) -> str:
    """What the card of a model calls by a name."""
    return tr(OF_THE_MODEL[name]) if name in OF_THE_MODEL else retold(name, (USAGE_FELL,))


def told(column: str, values: list, report: str = "") -> list:
    """A column's values as pages show them: its codes in words, in whichever language is spoken now."""
    known = WORDS.get(f"{report}.{column}") or WORDS.get(column, {})
    if language() == ENGLISH:
        return [known.get(value, value) if isinstance(value, str) else value for value in values] if known else values
    return [said(column, value, report) for value in values] if known or column in ("figure", "name") else values


SHORT = ("arr", "csat", "mrr", "nps")  # what is always in capitals


def called(name: str) -> str:
    """A measure or a band in a sentence: its name spelt out in English, its title in other languages."""
    if language() == ENGLISH:
        return " ".join(word.upper() if word in SHORT else word for word in name.split("_"))
    return WORDS["band"].get(name) or title(name)
