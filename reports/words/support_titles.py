"""Titles of columns and totals of support, and words for its codes."""

from language import mark, mark_of

OF_SUPPORT = {
    "accounts_concerned": mark("Accounts concerned"), "accounts_past_due": mark("Accounts with tickets past due"), "age": mark("Age"),
    "backlog": mark("Open at the end"), "below_days": mark("Below days"), "breached": mark("Breached"),
    "breached_now": mark("Past due now"), "breached_open": mark("Past due, still open"), "calendar": mark("Calendar"),
    "churned_share": mark("Churned, share"), "concerns": mark("Concerns"), "decided": mark("Decided"),
    "feed_has_stopped": mark("Feed has stopped"), "fell": mark("What fell"), "finding": mark("What is wrong"),
    "first_reply_breached_open": mark("First replies past due"), "first_reply_decided": mark("First replies decided"),
    "first_reply_high": mark("First replies in time, at most"), "first_reply_hours": mark("Hours to the first reply"),
    "first_reply_low": mark("First replies in time, at least"), "first_reply_met": mark("First replies met"),
    "first_reply_share": mark("First replies in time"), "friday": mark("Friday"), "from_days": mark("From days"),
    "has_churned": mark("Churned"), "health_fell_share": mark("Health fell, share"), "health_known": mark("Health known"),
    "high": mark("Share at most"), "hours": mark("Hours promised"), "hours_before": mark("Hours to the first reply before"),
    "hours_late": mark("Hours late"), "hours_left": mark("Hours left"), "hours_then": mark("Hours to the first reply then"),
    "is_removed": mark("Taken out"), "known_to": mark("Known up to"), "longest_late": mark("Longest late, hours"),
    "low": mark("Share at least"), "met": mark("Met"), "met_share": mark("Share met"), "monday": mark("Monday"),
    "oldest_days": mark("Oldest, days"), "opened": mark("Opened"), "past_due": mark("Past due"), "plan_known": mark("Plan as of"),
    "problem": mark("Problem"), "problems": mark("Problems"), "promise": mark("Promise"), "recurring": mark("That recur"),
    "reopen_known": mark("Told whether reopened"), "reopen_rate": mark("Reopen rate"), "reopened": mark("Reopened"),
    "replies": mark("First replies"), "resolution_breached_open": mark("Resolutions past due"),
    "resolution_decided": mark("Resolutions decided"), "resolution_high": mark("Resolved in time, at most"),
    "resolution_hours": mark("Hours to the resolution"), "resolution_low": mark("Resolved in time, at least"),
    "resolution_met": mark("Resolutions met"), "resolution_share": mark("Resolved in time"),
    "resolved": mark("Resolved"), "saturday": mark("Saturday"), "score_after": mark("Health 90 days later"),
    "share_before": mark("Share met before"), "share_then": mark("Share met then"), "sunday": mark("Sunday"),
    "sla_breached": mark("Service level missed"), "support_was": mark("Support"), "target_id": mark("Target"), "thursday": mark("Thursday"),
    "time_zone": mark("Time zone"),
    "tickets_before": mark("Tickets before"), "tickets_per_seat": mark("Tickets per seat"),
    "todo": mark("What to do"),
    "counted_by": mark("Counted by"), "tuesday": mark("Tuesday"), "wednesday": mark("Wednesday"), "without": mark("Without a subject"),
    "without_verdict": mark("Without a verdict"),
}  # fmt: skip
VERDICTS = {
    "met": mark("met"),
    "breached": mark("breached"),
    "past due": mark("past due"),
    "running": mark("running"),
    "no target": mark("no target"),
    "two targets": mark("two targets"),
    "not promised": mark("not promised"),
    "no calendar": mark("calendar cannot be used"),
    "times contradict": mark("times contradict each other"),
    "no reply recorded": mark("no reply recorded"),
    "feed does not tell": mark("feed does not tell"),
    "moment not known": mark("moment not known"),
}
PROMISES = {"first reply": mark("first reply"), "resolution": mark("resolution")}
PROBLEMS = {
    "zone": mark("time zone"),
    "hours": mark("hours"),
    "never open": mark("never open"),
    "holidays without calendar": mark("holidays without a calendar"),
    "calendar missing": mark("calendar is missing"),
    "no hours": mark("nothing promised"),
    "hours not positive": mark("hours of zero"),
    "ends before it starts": mark("ends before it starts"),
    "two targets": mark("two targets"),
    "gap": mark("gap"),
    "priority unknown": mark("priority of no ticket"),
    "plan unknown": mark("plan of no account"),
    "no target": mark("no target"),
    "times": mark("times contradict each other"),
}
FALLS = {"share fell": mark("share met"), "reply rose": mark("first reply"), "both": mark("both")}
# By column of a report.
CODES = {
    "sla-tickets.verdict": VERDICTS,
    "promise": PROMISES,
    "problem": PROBLEMS,
    "plan_known": {"then": mark_of("a plan", "then"), "first known": mark("first known")},
    "ticket-subjects.counted_by": {"topic": mark("topic"), "subject": mark("words of the subject")},
    "support_was": {"fell": mark("fell"), "did not fall": mark("did not fall")},
    "support-fallen.fell": FALLS,
}
