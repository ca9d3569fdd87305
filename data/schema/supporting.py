"""Tables of support: tickets, and what is promised for them. Hours of a calendar are in its own time zone."""

from data.schema.columns import ACCOUNT_ID, Column, Table

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
        Column("subject", "text", "What it is about, in a line.", example="Export to Excel stops at 10,000 rows"),
        Column("topic", "text", "The subject that it is filed under: a category, type or tag.", example="exports"),
        Column("reopened", "integer", "How often it was opened again after it had been resolved.", example="1"),
        Column("kind", "text", "What sort of ticket it is, in your tool's words: question, incident, problem, task.", example="incident"),
        Column("channel", "text", "How it came in: e-mail, chat, phone, web.", example="email"),
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

SLA_TARGETS = Table(
    "sla_targets",
    "Service-level targets",
    "One row per target: how soon a ticket of a priority and plan is to be answered and resolved.",
    (
        Column("target_id", "id", "The target's id.", required=True, example="urgent-enterprise"),
        Column("priority", "text", "The tickets' priority that it is for; empty means every one.", example="urgent"),
        Column("plan", "text", "The accounts' plan that it is for; empty means every one.", example="Enterprise"),
        Column("first_reply_hours", "number", "Hours until the first reply; empty means none is promised.", example="1"),
        Column("resolution_hours", "number", "Hours until it is resolved; empty means none is promised.", example="8"),
        Column("calendar", "id", "The calendar in whose hours they are counted; empty means around the clock.", example="office"),
        Column("starts_on", "day", "The first day on which tickets opened fall under it; empty means always before.", example="2024-01-01"),
        Column("ends_on", "day", "The last such day; empty means that it goes on.", example="2024-12-31"),
        Column("is_removed", "bool", "Whether it was taken out on a page.", example="false"),
    ),
    key=("target_id",),
    by_account=False,
    by_name=True,
)

SUPPORT_CALENDARS = Table(
    "support_calendars",
    "Business hours",
    "One row per calendar of business hours: its time zone, and the hours of each day of the week.",
    (
        Column("calendar", "id", "The calendar's name.", required=True, example="office"),
        Column("time_zone", "text", "The time zone of its hours and holidays.", required=True, example="Europe/Berlin"),
        Column("monday", "text", "Its hours, several with commas between; empty means closed.", example="09:00-12:00, 13:00-17:00"),
        Column("tuesday", "text", "As of Monday.", example="09:00-17:00"),
        Column("wednesday", "text", "As of Monday.", example="09:00-17:00"),
        Column("thursday", "text", "As of Monday.", example="09:00-17:00"),
        Column("friday", "text", "As of Monday.", example="09:00-15:00"),
        Column("saturday", "text", "As of Monday.", example=""),
        Column("sunday", "text", "As of Monday.", example=""),
        Column("is_removed", "bool", "Whether it was taken out on a page.", example="false"),
    ),
    key=("calendar",),
    by_account=False,
    by_name=True,
)

HOLIDAYS = Table(
    "holidays",
    "Holidays",
    "One row per calendar and day on which nobody works.",
    (
        Column("calendar", "id", "The calendar of business hours, whose time zone the day is in.", required=True, example="office"),
        Column("day", "day", "The day.", required=True, example="2024-12-25"),
        Column("name", "text", "What is celebrated.", example="Christmas Day"),
        Column("is_removed", "bool", "Whether it was taken out on a page.", example="false"),
    ),
    key=("calendar", "day"),
    by_account=False,
    by_name=True,
)
