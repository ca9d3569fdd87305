"""Titles of columns of renewal calls, forecasts, targets, scenarios and accounts held out of plays."""

from language import mark

OF_FORECAST = {
    "assumptions": mark("What is otherwise"), "call": mark("Call"), "call_id": mark("Call id"), "called_by": mark("Called by"),
    "called_on": mark("Called on"), "expected_arr": mark("ARR expected at the end"), "expected_arr_high": mark("ARR at the end, upper end"),
    "expected_arr_low": mark("ARR at the end, lower end"), "due_arr": mark("ARR due"), "entered_by": mark("Entered by"),
    "expected_contraction": mark("Contraction expected"), "expected_expansion": mark("Expansion expected"),
    "held_out": mark("Share held out"), "held_out_on": mark("Held out on"), "holdout_id": mark("Record id"),
    "in_board_pack": mark("In the board pack"), "is_shared": mark("Shared"), "made_on": mark("Made on"),
    "quarter": mark("Quarter"), "range_level": mark("Range covers"),
    "released_by": mark("Released by"), "released_on": mark("Released on"), "renewing_arr": mark("ARR expected to renew"),
    "renewing_high": mark("Expected to renew, upper end"), "renewing_low": mark("Expected to renew, lower end"),
    "at_stake": mark("ARR at stake"), "expected_loss": mark("Loss expected"),
    "grr_high": mark("GRR, upper end"), "grr_low": mark("GRR, lower end"),
    "nrr_high": mark("NRR, upper end"), "nrr_low": mark("NRR, lower end"), "opening_arr": mark("ARR at the beginning"),
    "past_quarters": mark("Past quarters learned from"), "past_renewals": mark("Past renewals learned from"),
    "quarter_spread": mark("Spread between quarters"), "renewal_probability": mark("Renewal probability"), "rests_on": mark("Rests on"),
    "today_arr": mark("ARR today"), "what_if": mark("Assumptions, as text"),
    "scenario_id": mark("Scenario id"), "target_id": mark("Target id"),
}  # fmt: skip
