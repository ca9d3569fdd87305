"""Titles of columns; first those that two reports use of different things: of the whole book, and of the accounts of its opening."""

from language import InLanguage, mark
from metrics.registry import METRICS
from reports.words.activation_titles import OF_ACTIVATION
from reports.words.call_titles import OF_CALLS
from reports.words.column_titles import OF_COLUMNS, OF_OUTWARD, OF_TABLES, OF_WORK
from reports.words.effect_titles import OF_EFFECTS
from reports.words.forecast_titles import OF_FORECAST
from reports.words.foresight_titles import OF_FORESIGHT
from reports.words.growth_titles import OF_GROWTH
from reports.words.lab_words import OF_LAB
from reports.words.lifetime_titles import OF_LIFETIME
from reports.words.portfolio_titles import OF_PORTFOLIO
from reports.words.request_words import TITLES as OF_REQUESTS
from reports.words.score_titles import OF_CHANGES, OF_LIFTS, OF_SCORE
from reports.words.similar_titles import OF_SIMILAR
from reports.words.support_titles import OF_SUPPORT, VERDICTS
from reports.words.usage_titles import OF_USAGE

BALANCES = {
    "opening": mark("Opening MRR"),
    "closing": mark("Closing MRR"),
    "opening_mrr": mark("Opening MRR of the cohort"),
    "closing_mrr": mark("Closing MRR of the cohort"),
    "retained_mrr": mark("Retained MRR of the cohort"),
    "paid_and_left": mark("Paid and left between closes"),
    "paid_and_left_mrr": mark("MRR that came and left"),
    "why_null": mark("What is missing"),
    "accounts": mark("Paying accounts"),
}
# Titles of columns that are no metric of the registry under that very name.
TITLES = InLanguage(
    {
        **OF_EFFECTS,
        **OF_SIMILAR,
        **OF_FORECAST,
        **OF_CALLS,
        **OF_FORESIGHT,
        **OF_LIFETIME,
        **OF_GROWTH,
        **{code.replace(" ", "_"): word for code, word in VERDICTS.items() if code.replace(" ", "_") not in OF_SUPPORT},
        **OF_TABLES,
        **OF_SUPPORT,
        **OF_WORK,
        **OF_OUTWARD,
        **OF_COLUMNS,
        **OF_REQUESTS,
        **OF_SCORE,
        **OF_USAGE,
        **OF_CHANGES,
        **OF_ACTIVATION,
        **OF_LAB,
        **OF_LIFTS,
        **OF_PORTFOLIO,
        "account_id": mark("Account id"),
        "arr_without_grace": mark("ARR without grace"),
        "dau": mark("Daily actives"),
        "fx": mark("FX"),
        "next_end": mark("Next renewal"),
        "score": mark("Health"),
        "owner": mark("Owner (CSM)"),
        "csat": mark("CSAT"),
        "trend": mark("Usage trend"),
        "usage_state": mark("Usage"),
        "nrr_without_grace": mark("NRR without grace"),
        "is_trial": mark("Trial"),
        "effective_weight": mark("Weight"),
        "known_since": mark("Amount known since"),
        "health_band": mark("Health"),
        "ends_on": mark("Ends on"),
        "arr_at_risk": mark("ARR at risk"),
        "overall": mark("Of all"),
        "spent": mark("Sales and marketing"),
        "exception": mark("Warning"),
        "risk_from": mark("Risk from"),
        "mau_before": mark("Monthly actives before"),
        "events_before": mark("Events before"),
        "covered_to": mark("Covered to"),
        "unprepared": mark("No conversation"),
        "new_paid_for": mark("New accounts"),
        "arr_one": mark("ARR, first rules"),
        "arr_other": mark("ARR, other rules"),
        "mrr_one": mark("MRR, first rules"),
        "mrr_other": mark("MRR, other rules"),
        "finance": mark("Finance's ARR"),
        "weekly_actives": mark("Weekly actives"),
        "count": mark("Last 30 days"),
        "count_before": mark("30 days before"),
        "wau": mark("Weekly actives"),
        "event": mark("Event"),
        "kept": mark("Still pays"),
        "written": mark("Name in files"),
        "says": mark("Columns filled"),
        "account_says": mark("Filled in the one that stays"),
        "fits": mark("Accounts that fit"),
        "tables": mark("In"),
        "imported_on": mark("Imported"),
        "emptier": mark("Emptier columns"),
        "main_reason": mark("Mostly because"),
        "batch": mark("Import"),
        **BALANCES,
    }
)
SYNONYMS = {"gross": "cohort_gross", "net": "cohort_net", "logo": "cohort_logo", "trend": "usage_trend", "score": "health"}


def title(name: str) -> str:
    """A column's title: that of the table above, else the registry's, else the name spelt out."""
    named = METRICS.get(SYNONYMS.get(name, name))
    return TITLES.get(name) or (named.title if named else name.replace("_", " ").capitalize())
