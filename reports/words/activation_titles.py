"""Titles of columns of activation by day and by start, and of its milestones."""

from language import mark

OF_ACTIVATION = {
    "came": mark("As it came"), "caution": mark("To look at"), "earlier": mark("Started before"),
    "earlier_activated": mark("Of these activated"), "high_30": mark("By day 30, at most"),
    "high_90": mark("By day 90, at most"), "low_30": mark("By day 30, at least"), "low_90": mark("By day 90, at least"),
    "measured": mark("Accounts measured"), "measured_by": mark("Milestones of"), "median_days": mark("Days until half are activated"),
    "median_high": mark("Days, at most"), "median_low": mark("Days, at least"), "newer": mark("Started in the last year"),
    "newer_activated": mark("Of the newer activated"), "newer_are": mark("Newer ones are activated"),
    "newer_since": mark("Newer from"), "not_yet": mark("Not activated yet"),
    "p": mark("p of the log-rank test"), "pace": mark("Pace of the newer"), "pace_high": mark("Pace, at most"),
    "pace_low": mark("Pace, at least"), "seen_days": mark("Days seen"), "share_30": mark("Activated by day 30"),
    "share_90": mark("Activated by day 90"),
}  # fmt: skip
