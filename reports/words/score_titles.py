"""Titles of columns of the health score, the feature catalogue and milestones."""

from language import mark

OF_SCORE = {
    "at_least": mark("At least"), "author": mark("Published by"), "based_on": mark("Made of version"),
    "configuration": mark("Configuration"), "is_core": mark("Core feature"), "is_hidden": mark("Noise"),
    "milestone_id": mark("Milestone id"), "override_id": mark("Override id"), "place": mark("Place"),
    "score_then": mark("Score then"), "band_then": mark("Band then"),
    "band_by_arr": mark("Band by ARR"), "band_by_count": mark("Band by count"), "frozen_on": mark("Last day as customer"),
    "in_force": mark("In force"), "in_lowest_band": mark("In the lowest band"), "known_by_arr": mark("Known, of ARR"),
    "known_by_count": mark("Known, of accounts"), "lowest": mark("Lowest account id"), "lowest_name": mark("Lowest account"),
    "lowest_score": mark("Lowest health"), "score_by_arr": mark("Health by ARR"), "score_by_count": mark("Health by count"),
    "own_band": mark("Band by the score"), "published_at": mark("Published at"), "set_by": mark("Band set by"),
    "set_reason": mark("Why the band was set"), "set_until": mark("Band set until"), "variant": mark("Counts otherwise as"),
    "version": mark("Version"), "withdrawn_on": mark("Taken back on"), "within_days": mark("Within days"),
}  # fmt: skip
OF_KINDS = {
    "behaviour": mark("Behaviour"), "configuration": mark("Score counts otherwise"), "late_data": mark("Data that came late"),
    "missing_or_known": mark("Went missing or became known"), "segment_or_lifecycle": mark("Segment or lifecycle"),
}  # fmt: skip
OF_CHANGES = {
    "weeks": mark("Weeks"),
    **{kind: words for kind, words in OF_KINDS.items() if kind not in OF_SCORE},
    "band_before": mark("Band before"), "moved": mark("Change"), "score_before": mark("Health before"),
    "since_known_at": mark("First day as known at"), "value_after": mark("Value after"), "value_before": mark("Value before"),
    "why_band": mark("Why the band is another one"),
}  # fmt: skip
OF_LIFTS = {
    "next_band": mark("Next band"), "points_gained": mark("Points gained"), "points_needed": mark("Points needed"),
    "together": mark("Measures needed"), "told": mark("In words"), "value_needed": mark("Value needed"),
}  # fmt: skip
