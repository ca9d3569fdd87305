"""Words for the codes of accounts: their bands and states, what is told of them, and what stands open with them."""

from language import mark, mark_of

BANDS = {
    "at_risk": mark("At risk"),
    "watch": mark("Watch"),
    "healthy": mark("Healthy"),
    "little_known": mark("Little known"),
    "not_known": mark("Not known"),
}
STATES = {
    "paying": mark("Paying"),
    "in_grace": mark("In grace"),
    "trial": mark("Trial"),
    "churned": mark("Churned"),
    "prospect": mark("Prospect"),
    "free": mark("Free time"),
    "paying, no rate": mark("Paying, no exchange rate"),
    "on_time": mark("On time"),
    "late": mark_of("a renewal", "Late"),
    "open": mark("Open"),
    "lost": mark("Lost"),
    "used": mark_of("usage", "Used"),
    "unused": mark("Unused"),
    "not_tracked": mark("Not tracked"),
    "feed_stopped": mark("Feed stopped"),
    "not_live": mark("Not live"),
    "activated": mark("Activated"),
    "on_the_way": mark("On the way"),
    "not_started": mark("Not started"),
    "not_measured": mark("Not measured"),
    # of stakeholders
    "in_touch": mark("In touch"),
    "quiet": mark("Quiet"),
    "not_known": mark("Not known"),
    "left": mark("Left"),
    # of feeds
    "fresh": mark("fresh"),
    "stopped": mark("stopped"),
    "no days": mark("no days"),
    # of imports
    "as usual": mark("as usual"),
    "more rejected": mark("more rejected"),
    "days missing": mark("days missing"),
    "columns emptier": mark("columns emptier"),
    "more rejected than accepted": mark("more rejected than accepted"),
    # of names
    "suggested": mark("suggested"),
    "nothing fits": mark("nothing fits"),
    "perhaps the same company": mark("perhaps the same company"),
    "confirmed": mark("confirmed"),
    # of tasks
    "overdue": mark("overdue"),
    "due_today": mark("due today"),
    "ahead": mark("ahead"),
    "no_day": mark("no due day"),
    "done": mark("done"),
    # beside finance's list
    "matched": mark("matched"),
    "different": mark("different"),
    "only finance": mark("only finance"),
    "only ours": mark("only ours"),
}
KINDS = {
    "notice_given": mark("Notice given"),
    "renewal_unprepared": mark("Renewal without a conversation"),
    "risk_rose": mark("Risk rose"),
    "health_fell": mark("Health fell"),
    "usage_fell": mark("Usage fell"),
    "never_started": mark("Never started"),
    "tickets_rising": mark("Tickets rising"),
    "champion_silent": mark("Champion silent"),
    "seats_full": mark("Seats full"),
    "plan_full": mark("Plan full"),
    "limit_near": mark("Near a monthly limit"),
    "higher_plan_used": mark("Uses a higher plan"),
    "volume_grew": mark("Volume grew"),
    "new_team": mark("New team"),
    "headcount_grew": mark("Headcount grew"),
    "sla_breached": mark("Service level missed"),
    "call_against_model": mark("Call and model differ"),
    "recurring": mark("recurring"),
    "usage": mark("usage"),
    "one_off": mark("one-off"),
    "adjustment": mark("adjustment"),
    "conversation": mark("conversation"),
    "task": mark("task"),
    "play": mark("play"),
    "note": mark("note"),
    "nps": mark("NPS"),
    "csat": mark("CSAT"),
    "ticket rating": mark("ticket rating"),
}
GAPS = {
    "no_contacts": mark("No contacts are known"), "everyone_left": mark("Everybody who was known has left"),
    "roles_unknown": mark("Nobody's role is known"), "no_decision_maker": mark("No decision maker known"),
    "only_one_person": mark("Only one person known"), "champion_lost": mark("Champion lost"), "no_champion": mark("No champion known"),
    "champion_quiet": mark("Champion quiet"), "decision_maker_quiet": mark("Decision maker quiet"),
}  # fmt: skip
GOAL_STATES = {"open": mark("Open"), "reached": mark("Reached"), "missed": mark("Missed"), "dropped": mark("Dropped")}
HELD = {"has": mark("Has"), "in_trial": mark("In trial"), "had": mark("Had"), "never": mark("Never had")}
