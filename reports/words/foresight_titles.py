"""Titles of columns of what was said before losses, and words for their codes."""

from collections.abc import Mapping

from language import mark
from reports.words.call_titles import CALLS

OF_FORESIGHT = {
    "accounts_after_notice": mark("Accounts warned of after notice alone"),
    "accounts_kept": mark("Accounts kept"), "accounts_seen": mark("Accounts lost that somebody warned of"),
    "accounts_unseen": mark("Accounts lost that nobody warned of"), "arr_after_notice": mark("ARR warned of after notice alone"),
    "arr_not_known": mark("ARR of which nothing had been said"), "arr_seen": mark("ARR warned of before notice"),
    "arr_unseen": mark("ARR that nobody warned of"),
    "call_90": mark("Call 90 days before"), "call_60": mark("Call 60 days before"), "call_30": mark("Call 30 days before"),
    "cases_kept": mark("Kept"), "cases_lost": mark("Lost"), "characteristic": mark("What they may share"),
    "compared_with": mark("Compared with"),
    "csm_90": mark("CSM 90 days before"), "csm_60": mark("CSM 60 days before"), "csm_30": mark("CSM 30 days before"),
    "first_warning": mark("First warning, days before"), "is_reconstructed": mark("Score is a reconstruction"),
    "kept_fine": mark("Kept, not warned of"), "kept_not_known": mark("Kept, not known"), "kept_warned": mark("Kept, warned of"),
    "losses": mark("Losses"), "losses_after_notice": mark("Warned of after notice alone"),
    "losses_not_known": mark("Nothing had been said"), "losses_seen": mark("Warned of before notice"),
    "losses_unseen": mark("Nobody warned"), "lost_after_notice": mark("Lost, warned of after notice alone"),
    "lost_fine": mark("Lost, not warned of"), "lost_not_known": mark("Lost, not known"), "lost_warned": mark("Lost, warned of"),
    "model_90": mark("Model 90 days before"), "model_60": mark("Model 60 days before"), "model_30": mark("Model 30 days before"),
    "notice_on": mark("Notice on"), "others": mark("Others"), "others_high": mark("Share of others, at most"),
    "others_low": mark("Share of others, at least"), "others_share": mark("Share of others"), "others_with": mark("Others with it"),
    "p_alone": mark("p by itself"), "p_corrected": mark("p among all compared"), "reconstructed": mark("Scores reconstructed"),
    "score_90": mark("Score 90 days before"), "score_60": mark("Score 60 days before"), "score_30": mark("Score 30 days before"),
    "seen_high": mark("Share of losses warned of, at most"), "seen_low": mark("Share of losses warned of, at least"),
    "seen_share": mark("Share of losses warned of"), "stands": mark("Does it stand out"), "things_compared": mark("Things compared"),
    "true_high": mark("Share of warnings that came true, at most"), "true_low": mark("Share of warnings that came true, at least"),
    "true_share": mark("Share of warnings that came true"), "unseen": mark("Unseen losses"),
    "unseen_high": mark("Share of unseen losses, at most"), "unseen_low": mark("Share of unseen losses, at least"),
    "unseen_share": mark("Share of unseen losses"), "unseen_with": mark("Unseen losses with it"), "warned_first": mark("Warned first"),
    "was_seen": mark("Was it seen"),
}  # fmt: skip
SAYS = {"warned": mark("warned"), "fine": mark("said it was fine"), "not_known": mark("not known")}
SOURCES = {"score": mark("Health score"), "model": mark("Churn model"), "csm": mark("CSM"), "anybody": mark("Any of the three")}
VERDICTS = {
    "seen": mark("warned of before notice"), "after_notice": mark("warned of after notice alone"), "unseen": mark("nobody warned"),
    "not_known": mark("nothing had been said"),
}  # fmt: skip
STANDS = {
    "stands_out": mark("stands out"), "rarer": mark("rarer than among the others"), "no_difference": mark("no difference beyond chance"),
    "too_few_to_say": mark("too few to say"),
}  # fmt: skip
TENURES = {
    "1: under a year": mark("1: under a year"), "2: one to two years": mark("2: one to two years"),
    "3: two years and more": mark("3: two years and more"),
}  # fmt: skip
CHARACTERISTICS = {
    "segment": mark("Segment"), "plan": mark("Plan"), "owner": mark("Owner (CSM)"), "size_band": mark("Size band"),
    "tenure": mark("Tenure"),
    "missing_measure": mark("Measure not known"), "reason": mark("Churn reason"),
}  # fmt: skip
CODES: Mapping[str, Mapping[str, str]] = {
    **{f"{source}_{days}": SAYS for source in ("score", "model", "csm") for days in (90, 60, 30)},
    **{f"call_{days}": CALLS for days in (90, 60, 30)},
    "was_seen": VERDICTS,
    "warned_first": SOURCES,
    "warnings.source": SOURCES,
    "stands": STANDS,
    "compared_with": {"kept": mark("accounts kept"), "seen": mark("losses warned of")},
    "characteristic": CHARACTERISTICS,
}
