"""Tables of customers: who they are, what they do in the product, what they answer."""

from data.schema.columns import ACCOUNT_ID, Column, Table

ACCOUNTS = Table(
    "accounts",
    "Accounts",
    "One row per customer company.",
    (
        ACCOUNT_ID,
        Column("name", "text", "The name people use for the account.", example="Northwind Ltd"),
        Column("parent_id", "id", "The account that this one belongs to.", example="A-1000"),
        Column("segment", "text", "Size or market segment.", example="Enterprise"),
        Column("plan", "text", "The plan or edition sold.", example="Pro"),
        Column("industry", "text", "The customer's industry.", example="Logistics"),
        Column("region", "text", "Sales region or country.", example="EMEA"),
        Column("owner", "text", "The customer success manager (CSM) in charge.", example="dana@example.com"),
        Column("team", "text", "The team of the owner.", example="CS North"),
        Column("created_on", "day", "The day the account was created or signed up.", example="2024-03-01"),
        Column("live_on", "day", "The day the account went live; usage is expected from here.", example="2024-04-01"),
        Column("lifecycle", "text", "The stage in your own words.", example="onboarding"),
        Column("seats", "integer", "Seats bought, where the contracts do not say.", example="50"),
        Column("headcount", "integer", "People who work there, where that is known.", example="800"),
    ),
    key=("account_id",),
    state_keys=(("account_id",),),
)

ACCOUNT_ALIASES = Table(
    "account_aliases",
    "Other names of accounts",
    "One row per name under which files know an account: its display name, domain, e-mail, or the id of an entry merged into it.",
    (
        Column("alias", "id", "The account as files name it, letter by letter.", required=True, example="northwind.example"),
        Column(
            "account_id",
            "id",
            "The account that is meant; the alias itself where it is an account of its own.",
            required=True,
            example="A-1001",
        ),
        Column("reason", "text", "Why it is the same company.", example="same domain"),
    ),
    key=("alias",),
    by_account=False,
)

CONTACTS = Table(
    "contacts",
    "Contacts",
    "One row per person at an account.",
    (
        Column("contact_id", "id", "The person's id.", required=True, example="C-1"),
        ACCOUNT_ID,
        Column("name", "text", "The person's name.", example="Sam Lee"),
        Column("email", "text", "The person's e-mail address.", example="sam@example.com"),
        Column(
            "role", "choice", "What part the person plays.", choices=("user", "manager", "technical", "decision maker"), example="manager"
        ),
        Column("department", "text", "The team or department of the person.", example="Finance"),
        Column("is_champion", "bool", "Whether the person speaks up for your product.", example="true"),
        Column("left_on", "day", "The day on which the person left the customer, or has no part in it any more.", example="2024-06-30"),
    ),
    key=("contact_id",),
)

CHURN_EVENTS = Table(
    "churn_events",
    "Churn events",
    "One row per churn that your team recorded, with its reason.",
    (
        Column("churn_event_id", "id", "The record's id.", required=True, example="CE-1"),
        ACCOUNT_ID,
        Column("churned_on", "day", "The day of the churn.", required=True, example="2024-11-01"),
        Column("reason", "text", "The reason given.", example="price"),
        Column("refund", "money", "Money paid back.", example="50.00"),
        Column("comment", "text", "What the customer said.", example="moved to another tool"),
    ),
    key=("churn_event_id",),
    known_by_content=True,
)

USAGE_EVENTS = Table(
    "usage_events",
    "Usage events",
    "One row per thing a user did in the product.",
    (
        Column("event_id", "id", "The event's own id, where the export has one.", example="9f1c"),
        Column("account_id", "id", "The account, or give the contract instead.", example="A-1001"),
        Column("contract_id", "id", "The contract from which the account is found.", example="S-2001"),
        Column("user_id", "id", "The user; an id is unique within its account only.", example="u-17"),
        Column("event", "text", "What was done: the feature's or event's name.", required=True, example="report_created"),
        Column("occurred_at", "instant", "When it was done, in UTC.", required=True, example="2024-05-02T09:30:00Z"),
        Column("quantity", "number", "How often or how much, where one row stands for more than one.", example="1"),
        Column("person_id", "id", "The person, where a tool knows one person by several user ids; such count once.", example="p-9"),
        Column("anonymous_id", "id", "The device or visitor before sign-in: that of the first user who signs in on it.", example="anon-3"),
        Column("other_user_id", "id", "Another user id of the same person; of a list of ids, each.", example="old@example.com"),
    ),
    key=("event_id",),
    required_one_of=("account_id", "contract_id"),
)

SURVEYS = Table(
    "surveys",
    "Surveys",
    "One row per answer to a survey.",
    (
        Column("survey_id", "id", "The answer's id.", required=True, example="N-1"),
        ACCOUNT_ID,
        Column("contact_id", "id", "Who answered.", example="C-1"),
        Column("kind", "choice", "nps (0 to 10) or csat (1 to 5).", choices=("nps", "csat"), required=True, example="nps"),
        Column("score", "number", "The score given.", required=True, example="9"),
        Column("comment", "text", "What was written.", example="Saves us a day a week"),
        Column("answered_at", "instant", "When it was answered.", required=True, example="2024-06-01T12:00:00Z"),
    ),
    key=("survey_id",),
    known_by_content=True,
)

SURVEY_REQUESTS = Table(
    "survey_requests",
    "Surveys sent",
    "One row per person who was asked to answer a survey, whether or not they did.",
    (
        Column("request_id", "id", "The request's id.", required=True, example="SR-1"),
        ACCOUNT_ID,
        Column("contact_id", "id", "Who was asked.", example="C-1"),
        Column("kind", "choice", "nps or csat.", choices=("nps", "csat"), required=True, example="nps"),
        Column("asked_at", "instant", "When it was sent.", required=True, example="2024-05-30T08:00:00Z"),
        Column("survey_id", "id", "The answer that came of it, where your tool says which.", example="N-1"),
    ),
    key=("request_id",),
    known_by_content=True,
    by_name=True,
)
