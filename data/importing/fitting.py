"""Which columns of a file can be which columns of a table: by their names, in the order of trust, held against the values."""

from collections.abc import Callable
from dataclasses import dataclass, field

from data.importing.headers import UNKNOWN, header_words, meanings
from data.importing.own_names import own_names
from data.schema import Column, Table

Believes = Callable[[Column, str], bool]

# Other names under which exports carry a column, in the order of trust.
SYNONYMS = {
    "account_id": ("account id", "customer id", "company id", "organization id", "accountid", "customer"),
    "name": ("account name", "company name", "customer name"),
    "parent_id": ("parent account id", "parentid"),
    "plan": ("plan tier", "plan name", "edition"),
    "region": ("country", "country region", "billingcountry"),
    "owner": ("csm", "account owner", "company owner", "customer success manager"),
    "created_on": ("signup date", "create date", "created at", "created date", "date of birth"),
    "live_on": ("go live date", "onboarded on"),
    "seats": ("users", "quantity", "licenses"),
    "unit": ("unit of measure", "uom", "quantity unit", "seat unit"),
    "contract_id": ("subscription id", "contract", "subscription"),
    "line_id": ("subscription item id", "line item id"),
    "product": ("product name", "plan tier", "plan name", "plan", "plan id"),
    "starts_on": ("start date", "start", "contract start", "current term start", "start date utc"),
    "ends_on": ("end date", "end", "contract end", "renewal date", "current term end"),
    "auto_renew": ("auto renew flag", "auto renewal"),
    "cancelled_on": ("cancelled at", "canceled at", "cancelled at utc", "canceled at utc", "cancel date"),
    "churn_event_id": ("churn id",),
    "churned_on": ("churn date",),
    "reason": ("reason code", "churn reason"),
    "refund": ("refund amount usd", "refund amount"),
    "comment": ("feedback text", "feedback", "body", "text", "comments", "verbatim"),
    "event_id": ("usage id", "insert id", "uuid", "message id"),
    "user_id": ("visitor id", "distinct id", "userid"),
    "event": ("feature name", "event name", "event type", "feature", "event type id", "action", "action name", "event action"),
    "occurred_at": ("timestamp", "ts", "event timestamp", "logged at", "happened at", "usage date", "event time", "time", "event date"),
    "quantity": ("usage count", "count", "num events", "event count", "event value"),
    "ticket_id": ("ticket", "conversation id", "case number", "casenumber", "case id", "issue key", "ticket number", "number"),
    "opened_at": (
        "submitted at",
        "created at",
        "opened",
        "created",
        "created time",
        "createdat",
        "create date",
        "created date",
        "createddate",
        "created on",
        "date opened",
        "opened on",
        "open date",
        "submitted",
    ),
    "resolved_at": (
        "closed at",
        "solved at",
        "resolved",
        "resolved time",
        "resolution date",
        "resolved date",
        "resolved on",
        "solved",
        "closed time",
        "closedat",
        "close date",
        "closed date",
        "closeddate",
        "closed on",
        "date closed",
        "archived at",
        "completed",
        "completed at",
    ),
    "updated_at": (
        "updated",
        "updatedat",
        "last update time",
        "last updated",
        "last updated at",
        "last update",
        "last modified date",
        "lastmodifieddate",
        "userupdatedat",
        "modified",
        "last modified",
        "modified time",
        "updated on",
    ),
    "status": ("ticket status", "state", "case status"),
    "first_reply_at": ("first response at", "first reply at"),
    "reopened": ("reopens", "reopen count", "times reopened", "reopened count"),
    "csat": ("satisfaction score", "csat score", "rating"),
    "survey_id": ("response id", "responseid", "respondent id", "answer id", "submission id"),
    "score": ("rating", "nps score", "nps rating", "answer"),
    "answered_at": (
        "date received",
        "responded at",
        "responded",
        "responded on",
        "response date",
        "response time",
        "survey response time",
        "submit date utc",
        "submit date",
        "submitted at",
        "date submitted",
        "submission date",
        "submitted",
        "submitted on",
        "answered",
        "answered on",
        "recorded date",
        "recordeddate",
        "completed at",
        "end date",
        "enddate",
        "date",
        "timestamp",
        "created at",
    ),
    "contact_id": ("person id", "end user id"),
    "kind": ("survey type", "question type"),
    "is_champion": ("champion",),
    "anonymous_id": (
        "anonymous user id",
        "anonymousid",
        "anon id",
        "device id",
        "deviceid",
        "visitor id",
        "visitorid",
        "cookie id",
        "user pseudo id",
    ),
    "other_user_id": ("previous user id", "previous id", "previousid", "old user id", "former user id", "merged user id"),
}
OWN_ID = {"accounts": "account_id", "contacts": "contact_id", "tickets": "ticket_id", "surveys": "survey_id", "contracts": "contract_id"}
BARE_IDS = ("id", "record id")
OF_A_PERSON = ("full name", "contact name", "person name", "display name")  # beside a person, an account name is that of the account

OF_YOUR_PEOPLE = {
    "email": ("e mail", "mail", "email address", "e mail address", "work email", "user name", "username", "邮箱"),
    "name": ("full name", "display name", "person", "姓名"),
    "role": ("roles", "角色"),
    "team": ("department", "团队"),
    "manager": ("manager email", "manager e mail", "reports to", "supervisor", "line manager", "上级"),
    "owner": ("owner name", "account owner"),
    "is_active": ("active", "enabled", "account enabled"),
}


@dataclass(frozen=True)
class Said:
    """What the words of a header must say to name a column: all of one of `cores`, and beside them nothing but what is in `beside`."""

    cores: tuple[frozenset[str], ...]
    beside: frozenset[str] = field(default_factory=frozenset)

    def by(self, told: frozenset[str]) -> bool:
        return any(core <= told <= core | self.beside for core in self.cores)


def _said(*cores: str, beside: str = "") -> Said:
    return Said(tuple(frozenset(core.split()) for core in cores), frozenset(beside.split()))


_CUSTOMER = (_said("customer id", beside="contract"), _said("customer"), _said("customer name"))
_LASTS = "contract date term service billing product"
# The columns that are known by the words of their headers, each in the order of trust; other columns of a table by their names alone.
BY_WORDS: dict[str, dict[str, tuple[Said, ...]]] = {
    "contracts": {
        "account_id": (*_CUSTOMER, _said("name"), _said("email", beside="customer person")),
        "contract_id": (_said("contract id", beside="customer"), _said("contract"), _said("contract name")),
        "line_id": (_said("line id", beside="contract"), _said("line")),
        "product": (_said("product", beside="name"), _said("product", beside="name id contract"), _said("price name"), _said("line name"), _said("service", beside="name")),
        "starts_on": (_said("start", beside=_LASTS), _said("activated", beside="contract date"), _said("start customer", beside="date"), _said("created", beside="date contract")),
        "ends_on": (_said("end", beside=_LASTS), _said("renewal", beside="contract date next"), _said("due renewal", beside="date contract next"), _said("churned", beside="date")),
        "currency": (_said("currency", beside="contract billing product id amount price"), _said("currency", beside="year month amount price arr mrr acv tcv"), _said("currency customer")),
        "seats": (_said("seats", beside="contract product id count person"), _said("seats unit")),
        "booked_on": (_said("signed", beside="contract date"),),
        "auto_renew": (_said("auto renewal", beside="contract"),),
        "notice_days": (_said("notice", beside="period term contract date"),),
        "cancelled_on": (_said("cancelled", beside="contract date"),),
        "churn_reason": (_said("reason", beside="churned cancelled"),),
        "status": (_said("status contract"), _said("status", beside="product service"), _said("status customer")),
        "discount": (_said("discount"),),
        "is_trial": (_said("trial"),),
        "trial_ends_on": (_said("trial end", beside="date contract period term"),),
        "paused_on": (_said("paused start", beside="date contract"), _said("paused", beside="date contract")),
        "resumes_on": (_said("paused end", beside="date contract"), _said("resumed", beside="date contract")),
        "discount_ends_on": (_said("discount end", beside="date"),),
        "kind": (_said("type", beside="line product price contract billing revenue recurring"), _said("recurring", beside="line price")),
    },
    "accounts": {
        "account_id": (_said("customer id"), _said("id")),
        "name": (_said("customer name"), _said("customer"), _said("name")),
        "parent_id": (_said("parent", beside="id customer"),),
        "segment": (_said("segment", beside="customer"),),
        "plan": (_said("product", beside="name"),),
        "industry": (_said("industry", beside="customer"),),
        "region": (_said("region", beside="name"),),
        "owner": (_said("owner", beside="name customer"),),
        "team": (_said("team", beside="owner"),),
        "created_on": (_said("created", beside="date customer"), _said("start customer", beside="date")),
        "live_on": (_said("live", beside="date"),),
        "lifecycle": (_said("lifecycle", beside="customer"),),
        "seats": (_said("seats", beside="count"),),
    },
    "activities": {
        "account_id": _CUSTOMER,
        "done_on": (_said("date"), _said("meeting", beside="date")),
        "activity_id": (_said("meeting id"),),
        "kind": (_said("type", beside="meeting"), _said("meeting", beside="type"), _said("meeting method")),
        "owner": (_said("owner", beside="name"),),
        "body": (_said("note", beside="meeting"),),
    },
    "contacts": {
        "account_id": _CUSTOMER,
        "contact_id": (_said("person id"),),
        "name": (_said("person name"), _said("name"), _said("person")),
        "email": (_said("email", beside="person"),),
    },
    "churn_events": {
        "account_id": _CUSTOMER,
        "churned_on": (_said("churned", beside="date"), _said("cancelled", beside="date"), _said("end", beside="date")),
        "reason": (_said("reason", beside="churned cancelled"),),
        "comment": (_said("note"),),
        "churn_event_id": (_said("churned id"),),
        "refund": (_said("refund", beside="amount"),),
    },
    "tickets": {
        "account_id": _CUSTOMER,
        "ticket_id": (_said("ticket id"), _said("ticket")),
        "opened_at": (_said("created", beside="date ticket"), _said("submitted date", beside="ticket")),
        "first_reply_at": (_said("reply", beside="date ticket"),),
        "resolved_at": (_said("resolved", beside="date ticket"),),
        "updated_at": (_said("updated", beside="date ticket previous"),),
        "status": (_said("status", beside="ticket"),),
        "priority": (_said("priority", beside="ticket"),),
        "csat": (_said("rated", beside="ticket score"),),
        "subject": (_said("subject", beside="ticket"), _said("ticket name")),
    },
    "surveys": {
        "account_id": _CUSTOMER,
        "survey_id": (_said("answer id"), _said("survey id")),
        "contact_id": (_said("person id"),),
        "score": (_said("score"), _said("rated score")),
        "comment": (_said("note"),),
        "answered_at": (_said("date"), _said("submitted date", beside="answer survey")),
    },
    "usage_events": {
        "account_id": _CUSTOMER,
        "user_id": (_said("person id"), _said("person"), _said("email", beside="person")),
        "event": (_said("event name"), _said("event"), _said("event type")),
        "occurred_at": (_said("date"), _said("occurred date", beside="event"), _said("event date")),
        "quantity": (_said("count", beside="event occurred"),),
        "event_id": (_said("event id"),),
    },
    "costs": {"month": (_said("month", beside="date"),), "kind": (_said("type", beside="price"),), "amount": (_said("amount", beside="price"),)},
    "fx_rates": {"day": (_said("date"),), "currency": (_said("currency"),), "rate": (_said("exchange"),)},
    "account_aliases": {"account_id": _CUSTOMER, "alias": (_said("alias", beside="customer name"),)},
}  # fmt: skip
TWICE = {  # may come from the column that the other comes from
    ("accounts", "account_id"): "name",
    ("contacts", "contact_id"): "email",
    ("feature_requests", "request_id"): "title",
    ("feature_requests", "title"): "request_id",
}


def fit(table: Table, header: list[str], believes: Believes) -> dict[str, str]:
    """For each column of a table that a file has, the file's column: by the same name, by another that exports use, by its words."""
    free = {header_words(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    for names_of in (lambda name: (header_words(name),), lambda name: _other_names(table, name)):
        for name in table.names:
            fitting = (said for said in names_of(name) if said in free and name not in found and believes(table.column(name), free[said]))
            if (said := next(fitting, None)) is not None:
                found[name] = free.pop(said)
    return found | _by_words(table, found, [name for name in header if name in {*free.values()}], believes)


def _other_names(table: Table, name: str) -> tuple[str, ...]:
    if (table.name, name) == ("contacts", "name"):
        return OF_A_PERSON
    if table.of_team:
        return OF_YOUR_PEOPLE.get(name, ())
    if table.by_name:
        return own_names(table.name, name)
    return (*SYNONYMS.get(name, ()), *(BARE_IDS if OWN_ID.get(table.name) == name else ()))


def _by_words(table: Table, found: dict[str, str], free: list[str], believes: Believes) -> dict[str, str]:
    told = {name: meanings(name) for name in free if UNKNOWN not in meanings(name)}
    more: dict[str, str] = {}
    for target, rules in BY_WORDS.get(table.name, {}).items():
        if target in found:
            continue
        fitting = (name for rule in rules for name in told if rule.by(told[name]) and believes(table.column(target), name))
        if (source := next(fitting, None)) is not None:
            more[target] = source
            told.pop(source)
    return more | _twice(table, found | more)


def _twice(table: Table, found: dict[str, str]) -> dict[str, str]:
    """Columns that nothing else names come from one that is taken: a list without ids knows its accounts by their names."""
    return {
        target: found[other] for (name, target), other in TWICE.items() if name == table.name and target not in found and other in found
    }
