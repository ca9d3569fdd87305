"""Tables of growth: what is sold in which plan, what was offered to customers, and whom they recommend you to."""

from data.schema.columns import ACCOUNT_ID, Column, Table

OFFERS = Table(
    "offers",
    "Offers",
    "One row per offer of more to a customer: an upgrade, seats, an addition.",
    (
        Column("offer_id", "id", "The offer's id.", required=True, example="O-1"),
        ACCOUNT_ID,
        Column("title", "text", "What was offered.", required=True, example="Upgrade from Pro to Enterprise"),
        Column(
            "kind", "choice", "What sort of growth it is.", choices=("upgrade", "seats", "addition", "volume", "other"), example="upgrade"
        ),
        Column("product", "text", "The product or plan offered.", example="Enterprise"),
        Column("amount", "money", "How much more a year it would bring, in `currency`.", example="12000.00"),
        Column("currency", "currency", "The currency of the amount.", example="USD"),
        Column("stage", "text", "How far it has come, in your own words.", example="negotiation"),
        Column("source", "text", "Where the idea came from: a signal, a play, the customer, a campaign.", example="seats_full"),
        Column("owner", "text", "Who makes the offer.", example="dana@example.com"),
        Column("made_on", "day", "The day on which it was made.", required=True, example="2024-05-02"),
        Column("result", "choice", "How it ended; empty while it is open.", choices=("won", "lost"), example="won"),
        Column("closed_on", "day", "The day on which it was won or lost.", example="2024-06-10"),
        Column("reason", "text", "Why it was won or lost.", example="No budget this year"),
    ),
    key=("offer_id",),
    known_by_content=True,
    by_name=True,
)

REFERRALS = Table(
    "referrals",
    "Referrals",
    "One row per request to a customer to recommend you to another company.",
    (
        Column("referral_id", "id", "The record's id.", required=True, example="RF-1"),
        ACCOUNT_ID,
        Column("contact_id", "id", "Who was asked.", example="C-1"),
        Column("asked_on", "day", "The day on which it was asked for.", required=True, example="2024-05-02"),
        Column("given_on", "day", "The day on which the customer named somebody.", example="2024-05-20"),
        Column("referred", "text", "The company that was named.", example="Southwind Ltd"),
        Column("result", "choice", "How it ended; empty while it is open.", choices=("won", "lost", "declined"), example="won"),
        Column("closed_on", "day", "The day on which it ended.", example="2024-08-01"),
        Column("referred_account_id", "id", "The account that the company became.", example="A-1044"),
        Column("amount", "money", "What it brings a year, in `currency`.", example="9000.00"),
        Column("currency", "currency", "The currency of the amount.", example="USD"),
        Column("owner", "text", "Who asked.", example="dana@example.com"),
    ),
    key=("referral_id",),
    known_by_content=True,
    by_name=True,
)

PLAN_STEPS = Table(
    "plan_steps",
    "Upgrade path",
    "One row per plan that you sell, in the order in which customers grow.",
    (
        Column("plan", "text", "The plan, as the accounts have it.", required=True, example="Pro"),
        Column("place", "integer", "Its place on the way up, from 1; plans of one place are side by side.", required=True, example="2"),
        Column("seats", "integer", "Seats that it has at most; empty means no limit.", example="50"),
        Column("is_retired", "bool", "Whether it is on the path no more.", example="false"),
    ),
    key=("plan",),
    by_account=False,
    by_name=True,
)

PLAN_FEATURES = Table(
    "plan_features",
    "Features of plans",
    "One row per feature and plan: from which plan on it is sold, and how much of it in a month.",
    (
        Column("feature", "text", "The event that shows its use.", required=True, example="report_created"),
        Column("plan", "text", "A plan that has it.", required=True, example="Pro"),
        Column("monthly_limit", "number", "How much of it the plan has in a calendar month; empty means no limit.", example="1000"),
        Column("is_retired", "bool", "Whether the plan has it no more.", example="false"),
    ),
    key=("feature", "plan"),
    by_account=False,
    by_name=True,
)
