"""Titles of columns of calls, of forecasts against what happened, and of targets, and words for their codes."""

from language import mark, mark_of

OF_CALLS = {
    "adds": mark("Adds if it renews"), "amount_called": mark("ARR expected by calls"), "arr_called": mark("ARR with a call"),
    "arr_model_warns": mark("ARR where the model warns"), "as_set": mark("As it was set"),
    "bias": mark("Bias"), "bias_share": mark("Bias, share of due"),
    "call": mark_of("a renewal", "Call"), "call_amount": mark("Amount of the call"), "called": mark("With a call"),
    "calls": mark("Calls"), "calls_growth": mark("Growth by calls"), "calls_renewing": mark("Expected to renew by calls"),
    "certain": mark("Known what happened"), "disagreement": mark("Call less model"), "disagrees": mark("Call and model"),
    "due_at_risk": mark("Due, called at risk"), "due_called": mark("Due with a call"), "due_commit": mark("Due, called commit"),
    "due_likely": mark("Due, called likely"), "due_lost": mark("Due, called lost"), "due_not_called": mark("Due without a call"),
    "due_not_told": mark("Due, amount of the call not known"),
    "error": mark("Error"), "error_share": mark("Error, share of due"), "expected_amount": mark("Expected"),
    "expected_high": mark("Expected, upper end"), "expected_low": mark("Expected, lower end"), "expected_rate": mark("Rate expected"),
    "forecast_on": mark("Forecast made on"), "forecasts": mark("Forecasts"), "gap": mark("Gap in ARR"),
    "gap_left": mark("Gap left after it"), "gap_rate": mark("Gap, rate"),
    "gap_state": mark("Gap"), "in_range": mark("Within the range"), "measure": mark("Measure"),
    "model_amount": mark("ARR expected by the model"), "model_called": mark("Forecast of the same"),
    "model_not_called": mark("Forecast of the rest"), "model_warns": mark("Calls where the model warns"),
    "movable": mark("Can still be moved"), "movable_adds": mark("What they add"), "moved": mark("Contract changed"),
    "needed": mark("Needed to close it"), "not_called": mark("Without a call"), "not_told": mark("Amount of the call not known"),
    "not_certain": mark("Not certain yet"),
    "not_closable": mark("Not by renewals alone"), "quarters": mark("Quarters"), "quarters_ahead": mark("Quarters ahead"),
    "rate_high": mark("Rate, upper end"), "rate_low": mark("Rate, lower end"), "renewal": mark("Renewal"), "renewed": mark("Renewed"),
    "said_at_risk": mark("Said, at risk"), "said_commit": mark("Said, commit"), "said_likely": mark("Said, likely"),
    "standing": mark("Call holds"), "target_amount": mark("Target"), "target_rate": mark("Target rate"), "targets": mark("Targets"),
    "with_range": mark("With a range"), "within_range": mark("Quarters within the range"),
}  # fmt: skip
MEASURES = {"arr": mark("ARR"), "renewed_arr": mark("Renewed ARR"), "nrr": mark("NRR"), "grr": mark("GRR")}
SOURCES = {"model": mark("churn model"), "past_rates": mark("past rates"), "calls": mark("calls")}
CALLS = {"commit": mark("Commit"), "likely": mark("Likely"), "at_risk": mark("At risk"), "lost": mark("Lost")}
UNCERTAIN = {"ahead": mark("not over yet"), "in_grace": mark("in grace"), "open": mark("open: change of plan or addition?")}
GAPS = {
    "closed": mark("no gap"), "closable": mark("can be closed"), "not_closable": mark("not by renewals alone"),
    "not_known": mark("not known"), "over": mark("over"),
}  # fmt: skip
CODES = {
    "not_certain": UNCERTAIN,
    "gap_state": GAPS,
    "forecast-gap.measure": MEASURES,
    "forecast-gap-accounts.measure": MEASURES,
    "forecast-log.source": SOURCES,
    "forecast-accuracy.source": SOURCES,
    "forecast-past.source": SOURCES,
    "call": CALLS,
    "standing": {"holds": mark("holds"), "replaced": mark("replaced by a later one"), "withdrawn": mark("taken back")},
    "renewal": {"due": mark_of("a renewal", "due"), "settled": mark("settled"), "moved": mark("moved: the contract was changed")},
    **{f"forecast-{name}.owner": {"*": mark("whole company")} for name in ("log", "accuracy", "past", "gap")},
    "disagrees": {
        "model_warns": mark("model sees more risk"), "csm_warns": mark("CSM sees more risk"), "agree": mark("agree"),
    },
}  # fmt: skip
