"""The table contract: which tables Holdfast keeps, their columns, and what each one means.

Every other room takes the names of tables and columns from here. Columns may be added; the meaning of one never changes.
"""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl
from polars.datatypes import DataType, DataTypeClass

PolarsDataType = DataType | DataTypeClass
DTYPES: dict[str, PolarsDataType] = {
    "id": pl.String,  # untouched text: 00123 and 1e5 are ids, not numbers
    "text": pl.String,
    "choice": pl.String,
    "currency": pl.String,
    "period": pl.String,  # "1 month", "3 month", "1 year", "1 week", "1 day" or "term"
    "day": pl.Date,
    "month": pl.Date,  # its first day
    "instant": pl.Datetime("us", "UTC"),
    "money": pl.Decimal(18, 4),
    "number": pl.Float64,
    "fraction": pl.Float64,
    "integer": pl.Int64,
    "bool": pl.Boolean,
}


@dataclass(frozen=True)
class Column:
    """One column of a table: `kind` is a key of DTYPES; `meaning` is the sentence that people read."""

    name: str
    kind: str
    meaning: str
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def dtype(self) -> PolarsDataType:
        return DTYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table: `key` is its natural key, `by_account` says whether rows belong to an account."""

    name: str
    title: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    alternative_keys: tuple[tuple[str, ...], ...] = ()
    state_keys: tuple[tuple[str, ...], ...] = ()  # by which rows of a state may go: ids and what is sold, never what changes
    by_account: bool = True
    required_one_of: tuple[str, ...] = ()
    by_program: bool = False  # written by Holdfast itself, never proposed for a file
    of_team: bool = False  # of your own people, not of customers: never proposed for a file by itself, and no feed
    known_by_content: bool = False  # rows without an id of their own get one made of what they say

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def lacking(self, given: Collection[str]) -> list[str]:
        """The columns that a file must have and that are not among those given; an id that can be made of the content need not be."""
        made = self.key if self.known_by_content else ()
        return [name for name in self.required if name not in given and name not in made]


ACCOUNT_ID = Column("account_id", "id", "The account's id in your systems, kept as text.", required=True, example="A-1001")

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
        Column("is_champion", "bool", "Whether the person speaks up for your product.", example="true"),
    ),
    key=("contact_id",),
)

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
        ("account_id", "product", "starts_on"),
        ("account_id", "starts_on"),
        ("contract_id", "product"),
        ("contract_id", "starts_on"),
        ("contract_id", "product", "starts_on"),
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

TICKETS = Table(
    "tickets",
    "Tickets",
    "One row per support ticket.",
    (
        Column("ticket_id", "id", "The ticket's id.", required=True, example="T-1"),
        ACCOUNT_ID,
        Column("opened_at", "instant", "When it was opened.", required=True, example="2024-05-02T09:30:00Z"),
        Column("first_reply_at", "instant", "When it was first answered.", example="2024-05-02T10:00:00Z"),
        Column(
            "resolved_at",
            "instant",
            "When it was resolved; empty means open, unless its status says otherwise.",
            example="2024-05-03T09:00:00Z",
        ),
        Column("priority", "text", "Its priority.", example="high"),
        Column("status", "text", "Its status in your tool: whether it is resolved, where that is said.", example="solved"),
        Column("csat", "number", "The customer's rating of the answer, 1 to 5.", example="4"),
        Column("updated_at", "instant", "When it was last changed in your tool.", example="2024-05-03T09:00:00Z"),
    ),
    key=("ticket_id",),
)

# Words of support tools (Zendesk, Freshdesk, Help Scout, HubSpot, Intercom, Jira, Salesforce) for the status of a ticket, in lower case.
RESOLVED_STATUSES = frozenset({
    "solved", "closed", "resolved", "done", "complete", "completed", "finished", "cancelled", "canceled", "declined", "rejected", "spam",
    "deleted", "merged", "archived", "won't fix", "wontfix", "duplicate", "gelöst", "geschlossen", "erledigt", "fermé", "résolu", "clos",
    "cerrado", "resuelto", "fechado", "resolvido", "gesloten", "opgelost", "已解决", "已关闭", "已完成", "已完结", "已办结", "已取消", "已解決", "已關閉", "完了", "解決済み",
})  # fmt: skip
OPEN_STATUSES = frozenset({
    "new", "open", "opened", "reopened", "re-opened", "pending", "hold", "on hold", "on-hold", "active", "snoozed", "waiting",
    "in progress", "in review", "working", "escalated", "assigned", "unassigned", "triage", "to do", "todo", "backlog", "work in progress",
    "waiting for customer", "waiting for support", "waiting on customer", "waiting on contact", "waiting on us", "waiting on third party",
    "awaiting reply", "awaiting customer", "customer responded", "pending customer", "under review", "neu", "offen", "in bearbeitung",
    "wartend", "nouveau", "ouvert", "en attente", "en cours", "nuevo", "abierto", "pendiente", "novo", "aberto", "pendente", "nieuw",
    "wachtend", "in behandeling", "新建", "进行中", "待处理", "处理中", "待受理", "已受理", "待回复", "待客户反馈", "待反馈", "待分配", "已分配", "跟进中", "挂起", "重新打开", "已重开", "處理中", "待處理", "新規", "対応中",
})  # fmt: skip

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

ACTIVITIES = Table(
    "activities",
    "Activities",
    "One row per conversation, task, play or note with an account.",
    (
        Column("activity_id", "id", "The record's id.", required=True, example="AC-1"),
        ACCOUNT_ID,
        Column("kind", "choice", "What it is.", choices=("conversation", "task", "play", "note"), required=True, example="conversation"),
        Column("owner", "text", "Who did it or is to do it.", example="dana@example.com"),
        Column("status", "text", "open or done.", example="done"),
        Column("due_on", "day", "The day it is due.", example="2024-06-01"),
        Column("done_on", "day", "The day it was done.", example="2024-06-01"),
        Column("body", "text", "What was said or is to be done.", example="Agreed the renewal scope"),
        Column(
            "sentiment", "choice", "How the customer took a conversation.", choices=("positive", "neutral", "negative"), example="positive"
        ),
    ),
    key=("activity_id",),
    known_by_content=True,
)

PREDICTIONS = Table(
    "predictions",
    "Predictions",
    "One row per account, day of looking and day looked ahead to: what a churn model said, and in the end what happened.",
    (
        ACCOUNT_ID,
        Column("as_of", "day", "The day on which the model looked; nothing after it was used.", required=True, example="2024-05-01"),
        Column("due_on", "day", "The renewal, or the end of the stretch looked ahead.", required=True, example="2024-07-30"),
        Column("lead_days", "integer", "Days from as_of to due_on.", required=True, example="90"),
        Column(
            "purpose",
            "choice",
            "outlook: what is ahead; test: held-out past on which the model was tried.",
            required=True,
            choices=("outlook", "test"),
            example="outlook",
        ),
        Column("probability", "number", "The probability of churn, 0 to 1.", required=True, example="0.12"),
        Column("reasons", "text", "What stands out, with numbers; an association, never a cause.", example="weekly actives 42 -> 18"),
        Column("churned", "bool", "What happened, for the held-out past.", example="false"),
        Column("model_version", "id", "The model that said it.", required=True, example="churn-2024-05-01-1a2b3c4d"),
    ),
    key=("account_id", "as_of", "due_on", "purpose", "model_version"),
    by_program=True,
)

CHURN_MODELS = Table(
    "churn_models",
    "Churn models",
    "One row per churn model that was trained: how it did, and whether it may be used.",
    (
        Column("model_version", "id", "The model's version.", required=True, example="churn-2024-05-01-1a2b3c4d"),
        Column("trained_as_of", "day", "The last day that training looked at.", required=True, example="2024-05-01"),
        Column("verdict", "text", "usable, or why it is not.", required=True, example="usable"),
        Column("card", "text", "The card, as JSON.", required=True, example="{}"),
        Column("learned_from", "text", "The batches that stood when it was trained, with commas between.", example="1,2,3"),
    ),
    key=("model_version",),
    by_account=False,
    by_program=True,
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

PEOPLE = Table(
    "people",
    "People",
    "One row per person of your own team who uses Holdfast: role, team, and to whom they report.",
    (
        Column("email", "id", "The person's e-mail address, as they sign in.", required=True, example="dana@example.com"),
        Column("name", "text", "The person's name.", example="Dana Ito"),
        Column("role", "text", "The role or, with commas between, roles.", example="csm"),
        Column("team", "text", "The team.", example="North"),
        Column("manager", "id", "The e-mail address of whom the person reports to.", example="lee@example.com"),
        Column("owner", "text", "What accounts say as owner where they are this person's; else the e-mail address.", example="D. Ito"),
        Column("is_active", "bool", "Whether the person may sign in; empty means yes.", example="true"),
        Column("is_removed", "bool", "Whether the person was taken off the list; empty means no.", example="false"),
    ),
    key=("email",),
    by_account=False,
    of_team=True,
)

COVERS = Table(
    "covers",
    "Holiday cover",
    "One row per time in which a person's accounts are lent to another.",
    (
        Column("cover_id", "id", "The cover's id.", required=True, example="CO-1"),
        Column("email", "id", "Whose accounts are lent.", required=True, example="dana@example.com"),
        Column("covered_by", "id", "To whom.", required=True, example="kim@example.com"),
        Column("starts_on", "day", "The first day.", required=True, example="2024-07-01"),
        Column("until", "day", "The last day.", required=True, example="2024-07-14"),
    ),
    key=("cover_id",),
    by_account=False,
    by_program=True,
    of_team=True,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ACCOUNTS, CONTACTS, CONTRACTS, CHURN_EVENTS, USAGE_EVENTS, TICKETS, SURVEYS, COSTS, FX_RATES, ACTIVITIES, PREDICTIONS, CHURN_MODELS,
        FINANCE_ARR, CLOSES, ACCOUNT_ALIASES, SIGN_OFFS, PRODUCT_PAIRS, PEOPLE, COVERS,
    )
}  # fmt: skip

IMPORTED_TABLES = tuple(name for name, table in TABLES.items() if not table.by_program)
PROPOSED_TABLES = tuple(name for name in IMPORTED_TABLES if not TABLES[name].of_team)
KEYED_TABLES = tuple(name for name in TABLES if name != "usage_events")
