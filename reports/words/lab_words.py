"""Titles of columns of the health lab, and words for its codes."""

from collections.abc import Mapping

from language import mark

OF_LAB = {
    "auc_in_force": mark("AUC of the one in force"), "auc_now": mark("AUC now"), "auc_proposed": mark("AUC as proposed"),
    "bin": mark("Fifth"), "called_share": mark("Share called"), "capacity": mark("Accounts called in a month"),
    "caught_share": mark("Share of churns found"), "days_ahead": mark("Predicts days ahead"), "difference_high": mark("Difference at most"),
    "difference_low": mark("Difference at least"), "found": mark("What it tells"), "gain": mark("Gain"), "gain_high": mark("Gain at most"),
    "gain_low": mark("Gain at least"), "held_out_churned": mark("Churned later"), "held_out_from": mark("Judged from"),
    "needed": mark("Churns needed"), "renewed_high": mark("Renewed at most"), "renewed_low": mark("Renewed at least"),
    "renewed_share": mark("Share renewed"), "score_high": mark("Score to"),
    "score_low": mark("Score from"), "tested": mark("What was tried"),
    "tried": mark("Tried"),
    "value_high": mark("Value at most"), "value_low": mark("Value at least"),
    "unknown": mark("Unknown"), "weight_now": mark("Weight now"), "weight_proposed": mark("Weight proposed"),
}  # fmt: skip
FOUND = {
    "predicts": mark("predicts"), "does_not_predict": mark("does not predict"), "against": mark("points the wrong way"),
    "may_be_luck": mark("may be luck"), "too_few": mark("too few renewals"), "better": mark("better"), "worse": mark("worse"),
    "cannot_tell": mark("cannot tell"), "in_force": mark("in force"),
}  # fmt: skip
PROPOSED = {
    "gains": mark("tells more"), "gain_may_be_chance": mark("may be chance"), "nothing_foretells": mark("nothing foretells"),
    "too_few": FOUND["too_few"],
}  # fmt: skip
CODES: Mapping[str, Mapping[str, str]] = {
    "found": FOUND,
    "health-lab.verdict": FOUND,
    "health-lab-proposal.verdict": PROPOSED,
    "tested": {"score": mark("score"), "group": mark("group"), "measure": mark("measure")},
}
