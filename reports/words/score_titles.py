"""Titles of columns of the health score, the feature catalogue and milestones."""

from language import mark

OF_SCORE = {
    "at_least": mark("At least"), "author": mark("Published by"), "based_on": mark("Made of version"),
    "configuration": mark("Configuration"), "is_core": mark("Core feature"), "is_hidden": mark("Noise"),
    "milestone_id": mark("Milestone id"), "override_id": mark("Override id"), "place": mark("Place"),
    "published_at": mark("Published at"), "version": mark("Version"), "withdrawn_on": mark("Taken back on"),
    "within_days": mark("Within days"),
}  # fmt: skip
