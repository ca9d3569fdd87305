"""What columns and codes of requests for features are called."""

from language import InLanguage, mark, mark_of

TITLES = {
    "rank": mark("Rank"), "decision": mark("The formula says"), "decided": mark("Decided"),
    "decision_reason": mark("Why it was decided so"),
    "exposure": mark("ARR that renews in 90 days"), "renewing": mark("Customers that renew in 90 days"), "brings": mark("What it brings"),
    "points": mark("Points"), "reach_points": mark("Points for reach"), "value_points": mark("Points for value"),
    "effort_points": mark("Points for effort"), "arithmetic": mark("How the points come about"),
    "unranked": mark("Why there is no priority"),
    "topic": mark("Topic"), "former_customers": mark("Former customers"), "prospects": mark("Prospects"),
    "without_account": mark("Names without an account"), "votes": mark("Votes without names"), "duplicates": mark("Duplicates"),
    "not_right": mark("What is not right"), "shipped_on": mark("Shipped on"), "to_tell": mark("To be told"),
    "value_note": mark("How much it brings"), "description": mark("Description"), "link": mark("Link"), "request_id": mark("Request id"),
    "merged": mark("Merged into it"), "merged_batches": mark("Imports of what is merged"), "merged_into": mark("Merged into"),
    "next_renewal": mark("Next renewal"),
    "asked_on": mark("Asked on"),
    "asked_as": mark("Asked for as"), "told_on": mark("Told on"), "told_by": mark("Told by"), "vote_id": mark("Vote id"),
    "who_asked": mark("Who asked"), "votes_asked": mark("Votes"), "votes_told": mark("Votes told"), "is_told": mark("Told"),
    "rule": mark("Rule"),
    "in_words": mark("In words"), "setting": mark("Setting"), "as_shipped": mark("As it came"), "own": mark("Set by the team"),
    "is_changed": mark("Changed by the team"),
    "requests": mark("To be decided"), "p0": mark("Of P0"), "p1": mark("Of P1"), "p2": mark("Of P2"), "p3": mark("Of P3"),
    "no_priority": mark("Without a priority"), "shipped": mark("Shipped"), "declined": mark("Declined"),
    "votes_of_no_request": mark("Votes for no request that is there"), "accounts_asked": mark("Accounts that asked"),
    "priority_before": mark("Priority before"), "decision_before": mark("The formula said before"),
}  # fmt: skip
VALUES = InLanguage(
    {
        "efficiency": mark("efficiency"), "frequency": mark("frequency"), "scope": mark_of("a request", "scope"),
        "single customer": mark("single customer"), "experience": mark("experience"),
    }
)  # fmt: skip
DECISIONS = InLanguage(
    {"now": mark("now"), "next quarter": mark("next quarter"), "paid work": mark("paid work"), "later": mark_of("a decision", "later")}
)
STATUSES = InLanguage(
    {
        "open": mark_of("a request", "open"), "under review": mark("under review"), "planned": mark("planned"),
        "in progress": mark("in progress"),
        "shipped": mark("shipped"), "declined": mark("declined"),
    }
)  # fmt: skip
UNRANKED = InLanguage(
    {"value_not_said": mark("value not said"), "no_estimate": mark("no estimate"), "nobody_asks": mark("no customer asks")}
)
CODES = {
    "brings": VALUES, "decided": DECISIONS, "decision": DECISIONS, "decision_before": DECISIONS, "unranked": UNRANKED,
    "feature-requests.status": STATUSES, "request-votes.status": STATUSES,
}  # fmt: skip
