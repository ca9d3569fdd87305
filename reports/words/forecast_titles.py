"""Titles of columns of renewal calls, forecasts, targets, scenarios and accounts held out of plays, and words for their codes."""

from language import mark, mark_of

OF_FORECAST = {
    "amount_called": mark("ARR expected by calls"), "arr_called": mark("ARR with a call"),
    "arr_model_warns": mark("ARR where the model warns"),
    "assumptions": mark("What is otherwise"), "call": mark_of("a renewal", "Call"), "call_amount": mark("Amount of the call"),
    "call_id": mark("Call id"), "calls": mark("Calls"),
    "called_by": mark("Called by"),
    "called_on": mark("Called on"), "expected_arr": mark("ARR expected at the end"),
    "expected_arr_high": mark("ARR at the end, upper end"),
    "expected_arr_low": mark("ARR at the end, lower end"), "due_arr": mark("ARR due"), "entered_by": mark("Entered by"),
    "disagreement": mark("Call less model"), "disagrees": mark("Call and model"),
    "expected_contraction": mark("Contraction expected"), "expected_expansion": mark("Expansion expected"),
    "held_out": mark("Share held out"), "held_out_on": mark("Held out on"), "holdout_id": mark("Record id"),
    "in_board_pack": mark("In the board pack"), "is_shared": mark("Shared"), "made_on": mark("Made on"),
    "model_amount": mark("ARR expected by the model"), "model_warns": mark("Calls where the model warns"),
    "quarter": mark("Quarter"), "renewal": mark("Renewal"), "standing": mark("Call holds"), "range_level": mark("Range covers"),
    "released_by": mark("Released by"), "released_on": mark("Released on"), "renewing_arr": mark("ARR expected to renew"),
    "renewing_high": mark("Expected to renew, upper end"), "renewing_low": mark("Expected to renew, lower end"),
    "scenario_id": mark("Scenario id"), "target_id": mark("Target id"),
}  # fmt: skip
CALLS = {"commit": mark("Commit"), "likely": mark("Likely"), "at_risk": mark("At risk"), "lost": mark("Lost")}
CODES = {
    "call": CALLS,
    "standing": {"holds": mark("holds"), "replaced": mark("replaced by a later one"), "withdrawn": mark("taken back")},
    "renewal": {"due": mark_of("a renewal", "due"), "settled": mark("settled"), "moved": mark("moved: the contract was changed")},
    "disagrees": {
        "model_warns": mark("model sees more risk"), "csm_warns": mark("CSM sees more risk"), "agree": mark("agree"),
    },
}  # fmt: skip
