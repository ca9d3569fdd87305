"""Tables of feature requests: what customers ask for, who asks, and how it is ranked."""

from data.schema.columns import ACCOUNT_ID, Column, Table

FEATURE_REQUESTS = Table(
    "feature_requests",
    "Feature requests",
    "One row per thing that customers ask you to build.",
    (
        Column("request_id", "id", "The request's id.", required=True, example="FR-1"),
        Column("title", "text", "What is asked for.", required=True, example="Approval flow"),
        Column("description", "text", "What it is to do, and for whom.", example="Two people approve before a report goes out"),
        Column(
            "status",
            "choice",
            "How it stands.",
            choices=("open", "under review", "planned", "in progress", "shipped", "declined"),
            example="open",
        ),
        Column(
            "value",
            "choice",
            "What it brings: work done faster, used often, open to more people, one customer's need alone, a better feel.",
            choices=("efficiency", "frequency", "scope", "single customer", "experience"),
            example="efficiency",
        ),
        Column("value_note", "text", "How much of it, in words.", example="Saves a third of the time of a close"),
        Column("effort_days", "number", "Person-days of work that it takes.", example="5"),
        Column("merged_into", "id", "The request that says the same, where it is a duplicate.", example="FR-7"),
        Column(
            "decision",
            "choice",
            "What was decided, where that is not what the ranking says.",
            choices=("now", "next quarter", "paid work", "later"),
            example="now",
        ),
        Column("decision_reason", "text", "Why it was decided so.", example="Promised in the contract of A-1001"),
        Column("created_on", "day", "The day on which it was first asked for.", example="2024-05-02"),
        Column("shipped_on", "day", "The day on which customers had it.", example="2024-09-01"),
        Column("topic", "text", "What part of the product it is about: a board, component or category.", example="exports"),
        Column("link", "text", "Where your tool shows it.", example="https://tracker.example/FR-1"),
        Column("votes", "integer", "Votes that your tool counts, where it does not say whose.", example="12"),
    ),
    key=("request_id",),
    by_account=False,
    by_name=True,
    begun_by="title",
)

REQUEST_VOTES = Table(
    "request_votes",
    "Who asks for features",
    "One row per customer, or person there, who asks for a feature.",
    (
        Column("vote_id", "id", "The record's id.", required=True, example="V-1"),
        Column("request_id", "id", "The request.", required=True, example="FR-1"),
        ACCOUNT_ID,
        Column("contact_id", "id", "Who asked.", example="C-1"),
        Column("asked_on", "day", "The day on which they asked.", example="2024-05-02"),
        Column("note", "text", "What they said.", example="We copy it by hand every month"),
        Column("ticket_id", "id", "The ticket in which they asked.", example="T-1"),
        Column("told_on", "day", "The day on which they were told that it is there.", example="2024-09-03"),
        Column("told_by", "text", "Who told them.", example="dana@example.com"),
    ),
    key=("vote_id",),
    known_by_content=True,
    by_name=True,
    begun_by="request_id",
)

REQUEST_RULES = Table(
    "request_rules",
    "How requests are ranked",
    "One row per number or decision of the formula that your team changed; the others are as they came with the product.",
    (
        Column("rule", "id", "What of the formula it is.", required=True, example="value.efficiency"),
        Column(
            "setting",
            "text",
            "What it is to be: points, a number of customers, a decision, or none where a step is gone.",
            required=True,
            example="3",
        ),
    ),
    key=("rule",),
    by_account=False,
    in_app=True,
)
