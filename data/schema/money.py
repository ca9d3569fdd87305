"""Tables of money: what is sold, what it costs, and what was published of it."""

from data.schema.columns import ACCOUNT_ID, Column, Table

CONTRACTS = Table(
    "contracts",
    "Contracts",
    "One row per contract line: what is paid, for what, from when to when.",
    (
        Column("contract_id", "id", "The contract's or subscription's id.", example="S-2001"),
        Column("line_id", "id", "The line's id within the contract.", example="1"),
        ACCOUNT_ID,
        Column("product", "text", "What was sold.", example="Pro plan"),
        Column(
            "kind",
            "choice",
            "Recurring lines make ARR; usage, one-off and adjustment lines do not.",
            choices=("recurring", "usage", "one_off", "adjustment"),
            example="recurring",
        ),
        Column("starts_on", "day", "The first day covered.", required=True, example="2024-01-01"),
        Column("ends_on", "day", "The first day no longer covered; empty means open-ended.", example="2025-01-01"),
        Column("amount", "money", "What is paid for one period, before any mapped discount.", required=True, example="1200.00"),
        Column(
            "period",
            "period",
            "What the amount pays for: 1 month, 3 month, 1 year, 1 week, 1 day, or term.",
            required=True,
            example="1 year",
        ),
        Column("currency", "currency", "ISO code of the amount's currency.", example="USD"),
        Column("seats", "integer", "Seats that the line allows.", example="25"),
        Column("unit", "text", "What the seats count, where products are sold in several units.", example="users"),
        Column("discount", "fraction", "Discount as a fraction of the amount, 0 to 1.", example="0.2"),
        Column("discount_amount", "money", "Discount as money off the amount.", example="100.00"),
        Column("discount_ends_on", "day", "The first day without the discount; empty means it lasts.", example="2024-07-01"),
        Column("booked_on", "day", "The day the contract was signed.", example="2023-12-15"),
        Column("auto_renew", "bool", "Whether the line renews unless notice is given.", example="true"),
        Column("notice_days", "integer", "Days before the end by which notice must be given.", example="30"),
        Column("cancelled_on", "day", "The day notice was given; the end date still rules.", example="2024-11-01"),
        Column("churn_reason", "text", "Why notice was given.", example="price"),
        Column("renews_contract", "id", "The contract that this line goes on with, where the export says it.", example="S-1001"),
        Column("is_trial", "bool", "Whether the line is a trial; trials are not paying.", example="false"),
        Column("changed_on", "day", "The day since which the line has been as it is now, where the export says it.", example="2024-03-15"),
        Column("has_ended", "bool", "Whether the line has ended, where the export does not say when.", example="false"),
        Column(
            "status",
            "choice",
            "What the subscription is on the day of the export; trial, not_begun and never_paid pay nothing, paused and unpaid by the rules.",
            choices=("paying", "trial", "planned", "not_begun", "never_paid", "paused", "unpaid", "ended"),
            example="paying",
        ),
        Column("trial_ends_on", "day", "The first day after the trial; nothing is paid before it.", example="2024-01-15"),
        Column("paused_on", "day", "The first day of a pause, in which nothing is billed.", example="2024-06-01"),
        Column("resumes_on", "day", "The first day after the pause; empty while nobody knows.", example="2024-08-01"),
        Column("billing_system", "text", "The system that bills the line, where rules treat its pauses as its own.", example="chargebee"),
    ),
    key=("contract_id", "line_id"),
    alternative_keys=(
        ("contract_id",),
        ("contract_id", "product", "starts_on"),  # keys with the contract first: what is of another contract is another line
        ("contract_id", "starts_on"),
        ("contract_id", "product"),
        ("account_id", "product", "starts_on"),
        ("account_id", "starts_on"),
        ("account_id", "product", "starts_on", "amount"),
    ),
    state_keys=(
        ("contract_id", "line_id"),
        ("contract_id",),
        ("contract_id", "product"),
        ("account_id",),
        ("account_id", "product"),
    ),
)

COSTS = Table(
    "costs",
    "Costs",
    "One row per month and kind of cost.",
    (
        Column("month", "month", "The month.", required=True, example="2024-05"),
        Column(
            "kind",
            "choice",
            "What the money was spent on.",
            choices=("sales", "marketing", "cost of revenue"),
            required=True,
            example="sales",
        ),
        Column("amount", "money", "Money spent, in the reporting currency.", required=True, example="20000.00"),
    ),
    key=("month", "kind"),
    by_account=False,
)

FX_RATES = Table(
    "fx_rates",
    "Exchange rates",
    "One row per day and currency: what one unit of it is worth in the reporting currency.",
    (
        Column("day", "day", "The day from which the rate holds.", required=True, example="2024-05-01"),
        Column("currency", "currency", "ISO code.", required=True, example="EUR"),
        Column("rate", "number", "Units of the reporting currency for one unit of this one.", required=True, example="1.08"),
    ),
    key=("day", "currency"),
    by_account=False,
)

FINANCE_ARR = Table(
    "finance_arr",
    "Finance's ARR list",
    "One row per account and day: the ARR that finance has in its books, to compare with.",
    (
        Column("account_id", "id", "The account's id, as in the other tables.", required=True, example="A-1001"),
        Column("day", "day", "The day on which finance's figure holds.", required=True, example="2024-06-30"),
        Column("amount", "money", "Finance's ARR of the account, in the reporting currency.", required=True, example="12000.00"),
    ),
    key=("account_id", "day"),
    by_account=False,
)

CLOSES = Table(
    "closes",
    "Closed periods",
    "One row per period that was closed: its figures as they were published.",
    (
        Column("close_id", "id", "The close's id.", required=True, example="2023-12-31/2024-03-31"),
        Column("opens_on", "day", "The opening balance day.", required=True, example="2023-12-31"),
        Column("closes_on", "day", "The closing balance day.", required=True, example="2024-03-31"),
        Column("as_of", "day", "The day looked at.", required=True, example="2024-04-05"),
        Column("rules", "text", "The rules.", required=True, example="house"),
        Column("closed_by", "text", "Who closed it.", required=True, example="finance@example.com"),
        Column(
            "closed_at", "instant", "When; what the log held then is what was published.", required=True, example="2024-04-05T09:30:00Z"
        ),
        Column("data_version", "integer", "The number of log entries that were there.", example="17"),
        Column("figures", "text", "The figures, as JSON.", required=True, example="{}"),
        Column("audit_head", "text", "Number and seal of the newest entry of the audit when it was closed.", example="17 9f2c"),
    ),
    key=("close_id",),
    by_account=False,
    by_program=True,
)

SIGN_OFFS = Table(
    "sign_offs",
    "Sign-offs",
    "One row per time that somebody looked at what came in and agreed to it.",
    (
        Column("sign_off_id", "id", "The sign-off's id.", required=True, example="2024-04-05T09:30:00"),
        Column("signed_by", "text", "Who.", required=True, example="finance@example.com"),
        Column(
            "signed_at", "instant", "When; what the log held then is what was agreed to.", required=True, example="2024-04-05T09:30:00Z"
        ),
        Column("last_batch", "integer", "The newest import that was looked at.", required=True, example="17"),
        Column("comment", "text", "What was said with it.", example="ARR agrees with the books of March"),
    ),
    key=("sign_off_id",),
    by_account=False,
    by_program=True,
)

PRODUCT_PAIRS = Table(
    "product_pairs",
    "Changes of plan and additions",
    "One row per pair of products: whether the second, where it starts when the first ends, takes its place or is an addition.",
    (
        Column("product", "text", "The product that ends.", required=True, example="Basic"),
        Column("next_product", "text", "The product that starts then.", required=True, example="Pro"),
        Column("answer", "choice", "What that is.", choices=("change", "addition"), required=True, example="change"),
    ),
    key=("product", "next_product"),
    by_account=False,
    by_program=True,
)
