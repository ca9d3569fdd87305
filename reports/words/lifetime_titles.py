"""Titles of columns of survival and lifetimes, and words for their codes."""

from collections.abc import Mapping

from language import mark

_STAYS = {
    1: mark("Still there after 1 year"), 2: mark("After 2 years"),
    3: mark("After 3 years"), 5: mark("After 5 years"),
}  # fmt: skip
_LEAST = {
    1: mark("After 1 year, at least"),
    2: mark("After 2 years, at least"),
    3: mark("After 3 years, at least"),
    5: mark("After 5 years, at least"),
}
_MOST = {
    1: mark("After 1 year, at most"),
    2: mark("After 2 years, at most"),
    3: mark("After 3 years, at most"),
    5: mark("After 5 years, at most"),
}
OF_LIFETIME = {
    **{f"year_{year}{limit}": words for limit, all_ in (("", _STAYS), ("_low", _LEAST), ("_high", _MOST)) for year, words in all_.items()},
    "accounts_now": mark("Accounts there now"), "alpha": mark("Alpha"), "beta": mark("Beta"), "came_up": mark("Came up"),
    "chi2": mark("Chi-squared"), "curve": mark("By the curve"), "curve_fits": mark("Curve fits"),
    "curve_high": mark("By the curve, at most"), "curve_low": mark("By the curve, at least"),
    "curve_renewal": mark("Renew, by the curve"), "days_before": mark("Days before it was followed"),
    "degrees": mark("Degrees of freedom"), "expected_lost": mark("Lost if all were alike"), "exposed_accounts": mark("Account-months"),
    "first_mrr": mark("MRR on the first day"),
    "first_paid": mark("First paid on"), "first_renewal": mark("Renew the first time"), "from_days": mark("Told from day"),
    "groups_are": mark("Groups"), "half_after": mark("Renewals until half are lost"), "is_projected": mark("Foreseen"),
    "later_renewal": mark("Renew the fifth time"), "life": mark("Account is"),
    "lifetime_high": mark("Terms, at most"), "lifetime_low": mark("Terms, at least"), "lost_accounts": mark("Lost accounts"),
    "ltv_discounted_high": mark("LTV discounted, at most"),
    "ltv_discounted_low": mark("LTV discounted, at least"), "margin_ahead": mark("Margin after five years"),
    "margin_ahead_high": mark("After five years, at most"), "margin_ahead_low": mark("After five years, at least"),
    "margin_high": mark("Margin, at most"), "margin_low": mark("Margin, at least"),
    "median_months_high": mark("Months, at most"), "median_months_low": mark("Months, at least"), "misfit": mark("By chance so far off"),
    "month_of_life": mark("Month of life"), "months": mark("Months"), "months_by_churn": mark("Months by churn"),
    "months_by_churn_discounted": mark("Months by churn, discounted"), "months_by_renewal": mark("Months by renewal"),
    "months_discounted": mark("Months discounted"), "months_seen": mark("Months seen"), "payback_is": mark("Payback is"),
    "renewals_due": mark("Renewals that came up"), "renewals_passed": mark("Renewals"),
    "renewals_unseen": mark("Renewals before it was followed"),
    "residual_high": mark("Still to be paid, at most"), "residual_low": mark("Still to be paid, at least"),
    "residual_value": mark("What that is worth"),
    "revenue_discounted_high": mark("Revenue discounted, at most"),
    "revenue_discounted_low": mark("Revenue discounted, at least"), "seen_days": mark("Told to day"), "seen_from": mark("Followed from"),
    "seen_to": mark("Followed to"), "term_months": mark("Term in months"),
    "times_expected": mark("Times as many"), "why_no_margin": mark("Why no margin"), "why_not_by_churn": mark("Why not by churn"),
    "why_not_by_renewal": mark("Why not by renewal"), "why_not_discounted": mark("Why not discounted"),
    "with_term": mark("Account-months with a term"), "followed_until": mark("Followed to"), "came_back": mark("Came back later"),
    "cohorts_seen": mark("Cohorts that paid back"), "cohorts_foreseen": mark("Cohorts that will have"),
    "cohorts_not_within": mark("Cohorts not within five years"), "cohorts_unknown": mark("Cohorts not known"),
}  # fmt: skip
LIVES = {"lost": mark("lost"), "there": mark("still there"), "not_followed": mark("not followed")}
FITS = {"well": mark("well"), "badly": mark("badly"), "cannot_tell": mark("cannot tell")}
DIFFER = {"differ": mark("differ"), "no_difference": mark("no difference to be seen"), "too_few": mark("too few losses")}
PAID_BACK = {
    "seen": mark("paid back"), "foreseen": mark("foreseen"), "not_within": mark("not within five years"), "unknown": mark("not known"),
}  # fmt: skip
CODES: Mapping[str, Mapping[str, str]] = {"life": LIVES, "curve_fits": FITS, "groups_are": DIFFER, "payback_is": PAID_BACK}
