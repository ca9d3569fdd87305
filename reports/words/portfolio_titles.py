"""Titles of columns of portfolio health, and words for its codes."""

from language import mark, mark_of

OF_PORTFOLIO = {
    "arr_at_risk_share": mark("ARR at risk, share"), "arr_at_risk_share_before": mark("ARR at risk, share before"),
    "arr_at_stake": mark("ARR at stake"), "at_risk_accounts": mark("At risk"), "at_risk_accounts_before": mark("At risk before"),
    "at_risk_arr": mark("ARR at risk"), "at_risk_arr_before": mark("ARR at risk before"), "at_risk_share": mark("At risk, share"),
    "at_risk_share_before": mark("At risk, share before"), "band_after": mark("Band after"), "band_before": mark("Band before"),
    "better_known_accounts": mark("Accounts better known"), "better_known_arr": mark("ARR of accounts better known"),
    "came_accounts": mark("Accounts that came"), "closing_arr": mark("Closing ARR"),
    "came_arr": mark("ARR of accounts that came"),
    "customers_after": mark("Customers after"),
    "customers_before": mark("Customers before"), "direction": mark("Direction"), "fell_accounts": mark_of("an account", "Fell"),
    "fell_arr": mark("ARR of accounts that fell"), "health_after": mark("Health after"), "health_before": mark("Health before"),
    "health_change": mark("Change of health"), "healthy_accounts": mark("Healthy"), "healthy_accounts_before": mark("Healthy before"),
    "healthy_arr": mark("ARR healthy"), "healthy_arr_before": mark("ARR healthy before"), "left_accounts": mark("Accounts that left"),
    "left_arr": mark("ARR of accounts that left"), "less_known_accounts": mark("Accounts less known"),
    "less_known_arr": mark("ARR of accounts less known"), "little_known_accounts": mark("Little known"),
    "little_known_accounts_before": mark("Little known before"), "little_known_arr": mark("ARR little known"),
    "little_known_arr_before": mark("ARR little known before"), "median_score": mark("Median health"),
    "median_score_before": mark("Median health before"), "moved_by": mark("Moved by"),
    "moved_by_data_accounts": mark("Fell or rose by what is known"),
    "moved_by_score": mark("In another band since the score was changed"),
    "not_scored_accounts": mark("Not scored"), "not_scored_accounts_before": mark("Not scored before"),
    "not_scored_arr": mark("ARR not scored"), "not_scored_arr_before": mark("ARR not scored before"),
    "rose_accounts": mark_of("an account", "Rose"),
    "rose_arr": mark("ARR of accounts that rose"), "stayed_accounts": mark("Accounts that stayed"),
    "stayed_arr": mark("ARR of accounts that stayed"), "watch_accounts": mark("On watch"), "watch_accounts_before": mark("On watch before"),
    "watch_arr": mark("ARR on watch"), "watch_arr_before": mark("ARR on watch before"),
}  # fmt: skip
OUTSIDE = {  # where customers come from and go to that are in no band
    "not_scored": mark("Not scored"), "new": mark_of("an account", "New"), "came_back": mark_of("an account", "Came back"),
    "churned": mark("Churned"),
    "trial_ended": mark("Trial ended"),
}  # fmt: skip
DIRECTIONS = {
    "fell": mark_of("an account", "Fell"), "left": mark_of("an account", "Left"), "less_known": mark("Less known"),
    "rose": mark_of("an account", "Rose"), "better_known": mark("Better known"), "came": mark_of("an account", "Came"),
    "stayed": mark_of("an account", "Stayed"),
}  # fmt: skip
MOVED_BY = {  # what moved an account from one place to another, for the most part
    "behaviour": mark("behaviour"), "data": mark("what is known"), "place": mark("segment or lifecycle"), "warning": mark("a warning"),
    "contract": mark("its contract"), "hand": mark("a band set by hand"),
}  # fmt: skip
