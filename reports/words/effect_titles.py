"""Titles of columns of the effect of plays, and words for its codes."""

from collections.abc import Mapping

from language import mark

OF_EFFECTS = {
    "alike": mark("Similar accounts, mean"), "apart_after": mark("Apart after matching"), "apart_before": mark("Apart before matching"),
    "arr_effect": mark("ARR kept more"), "arr_effect_high": mark("ARR kept more, at most"),
    "arr_effect_low": mark("ARR kept more, at least"), "came_of_it": mark("What came of it"), "certain_by": mark("Can be told from"),
    "compared_by": mark("Compared with"), "cost_per_arr": mark("Cost per 1 of ARR kept"), "cost_told": mark("What it cost"),
    "effect": mark("Effect"), "held_back": mark("Held out today"), "is_held_out": mark("Held out by chance"),
    "left_alone": mark("Held out now"), "held_out_until": mark("Held out until"), "holdout_state": mark("Held out or not"),
    "released": mark("Released"), "over": mark("Over"),
    "got": mark("With the play, mean"), "got_it": mark("Accounts with the play"),
    "matched": mark("With the play and a match, mean"), "nobody_alike": mark("Nobody similar"), "not_certain": mark("Not certain yet"),
    "of_what": mark("Of what"), "others": mark("All others, mean"), "play_cost": mark("Cost of the play"),
    "plays_started": mark("Starts"), "plays_told": mark("Plays of which something is told"), "risk_as": mark("Risk told as"),
    "similar_accounts": mark("Similar accounts"), "similar_arr": mark("ARR of the similar one"),
    "similar_came_of_it": mark("What came of the similar one"), "similar_day": mark("Similar on"),
    "days_to_renewal": mark("Days to renewal"),
    "similar_days_to_renewal": mark("Days to renewal of the similar one"), "similar_id": mark("Similar account id"),
    "similar_name": mark("Similar account"), "similar_risk": mark("Risk of the similar one"),
    "similar_usage_trend": mark("Usage trend of the similar one"), "similar_weight": mark("Share of the comparison"),
    "told": mark("What is known"), "unmatched_difference": mark("Against all others, no effect"),
    "with_play": mark("With the play"), "without_play": mark("Without the play"),
}  # fmt: skip
RENEWAL = {"renewed": mark("renewed"), "left": mark("left")}
CODES: Mapping[str, Mapping[str, str]] = {
    "effect": {"more": mark("more"), "less": mark("less"), "not_shown": mark("none shown"), "cannot_tell": mark("cannot tell")},
    "compared_by": {"matched": mark("similar accounts"), "by_chance": mark("accounts held out by chance")},
    "of_what": {"renewed": mark("renewals"), "arr_kept": mark("ARR kept"), "weekly_actives": mark("weekly actives")},
    "holdout_state": {"left_alone": mark("held out"), "released": mark("released"), "over": mark("over")},
    "came_of_it": RENEWAL,
    "similar_came_of_it": RENEWAL,
    "risk_as": {"health": mark("health"), "churn_probability": mark("churn probability, in %")},
    "play-effect-balance.measure": {
        "risk": mark("risk"), "arr": mark("ARR, as a logarithm"), "days_to_renewal": mark("days to the renewal"),
        "usage_trend": mark("change of usage in 30 days"),
    },
}  # fmt: skip
