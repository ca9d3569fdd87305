"""Words for the codes in rows and totals, for people who read another language: files and pages say them, scripts get the codes.

In English a code stands as it is: it is its own word. What is imported is no code and stays in any language.
"""

from collections.abc import Mapping
from typing import Any

from data.work.templates import ITEMS as TRIGGERS
from language import InLanguage, again, mark, mark_of
from language.catalogue import ENGLISH, language
from reports.words.account_codes import BANDS, GAPS, GOAL_STATES, HELD, KINDS, STATES
from reports.words.call_titles import CODES as OF_CALLS
from reports.words.deeds import OF_ACTIONS
from reports.words.effect_titles import CODES as OF_EFFECTS
from reports.words.figure_codes import CAUSES, CHECKS, UNITS
from reports.words.foresight_titles import CODES as OF_FORESIGHT
from reports.words.lab_words import CODES as OF_LAB
from reports.words.lifetime_titles import CODES as OF_LIFETIME
from reports.words.log_codes import FILES, REASONS, RIGHTS, WAYS, WHO
from reports.words.model_codes import FORECAST_BY, of_the_model
from reports.words.offer_codes import OFFER_FAULTS, OFFER_KINDS, OFFER_STATES, REFERRAL_STATES, SPLITS
from reports.words.portfolio_titles import DIRECTIONS, MOVED_BY, OUTSIDE
from reports.words.request_words import CODES as REQUESTS
from reports.words.score_titles import OF_KINDS
from reports.words.similar_titles import CODES as OF_SIMILAR
from reports.words.support_titles import CODES as OF_SUPPORT
from reports.words.titles import title

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
ANSWERS = {"snoozed": mark("put off"), "handed_over": mark("handed over"), "wrong": mark("marked as wrong")}
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
OF_PULLS = {
    "imported": mark("imported"), "nothing new": mark("nothing new"), "waiting": mark("waits for an answer"), "failed": mark("failed"),
}  # fmt: skip
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
        "source-pulls.outcome": OF_PULLS,
        "audit.action": OF_ACTIONS,
        "audit.kind": RIGHTS["object"],
        **RIGHTS,
        **REQUESTS,
        **OTHERS,
    }
)


KEPT_IN_ENGLISH = {"source-pulls.problem", "source-pulls.what_to_do"}  # sentences of the log


def said(column: str, code: Any, report: str = "") -> Any:
    """What a value of a column is called in the language spoken now; anything that is no code of ours stays as it is."""
    if language() == ENGLISH or not isinstance(code, str):
        return code
    if column == "figure":
        return title(code)
    if column == "name" and report == "churn-model":
        return of_the_model(code)
    if column == "main_reason" or f"{report}.{column}" in KEPT_IN_ENGLISH:
        return again(code)
    return (WORDS.get(f"{report}.{column}") or WORDS.get(column, {})).get(code, code)


def told(column: str, values: list, report: str = "") -> list:
    """A column's values as pages show them: its codes in words, in whichever language is spoken now."""
    known = WORDS.get(f"{report}.{column}") or WORDS.get(column, {})
    if language() == ENGLISH:
        return [known.get(value, value) if isinstance(value, str) else value for value in values] if known else values
    is_said = known or column in ("figure", "name") or f"{report}.{column}" in KEPT_IN_ENGLISH
    return [said(column, value, report) for value in values] if is_said else values


SHORT = ("arr", "csat", "mrr", "nps")  # what is always in capitals


def called(name: str) -> str:
    """A measure or a band in a sentence: its name spelt out in English, its title in other languages."""
    if language() == ENGLISH:
        return " ".join(word.upper() if word in SHORT else word for word in name.split("_"))
    return WORDS["band"].get(name) or title(name)
