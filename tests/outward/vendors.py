"""Vendors' APIs, imitated: their pages, their refusals and the rows of their documentation, from lists that a test changes as it likes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.outward.api import Answering, Asked, Reply

Rows = Callable[[], list[dict[str, Any]]]


def seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp())


def let_in(answering: Answering, header: str, value: str, refused: Any) -> Answering:
    """Answers who brings the header, and refuses everybody else as the vendor does."""
    return lambda asked: answering(asked) if asked.headers.get(header) == value else Reply(refused, 401)


def stripe(subscriptions: Rows, size: int = 3) -> Answering:
    """GET /v1/subscriptions: newest first, without those canceled unless `status=all`, at most `limit` (here `size`) a page."""

    def answering(asked: Asked) -> Reply:
        assert asked.path == "/v1/subscriptions" and asked.headers["stripe-version"] == "2025-03-31.basil"
        assert asked.query["status"] == "all" and int(asked.query["limit"]) <= 100
        found = sorted(subscriptions(), key=lambda one: -one["created"])
        after = asked.query.get("starting_after")
        start = next((n + 1 for n, one in enumerate(found) if one["id"] == after), 0)
        return Reply(
            {"object": "list", "url": "/v1/subscriptions", "has_more": start + size < len(found), "data": found[start : start + size]}
        )

    refused = {"error": {"message": "Invalid API Key provided: sk_test_***", "type": "invalid_request_error"}}
    return let_in(answering, "authorization", "Bearer k3y", refused)


def subscription(
    name: str, customer: str, *items: dict[str, Any], status: str = "active", created: str = "2025-06-01", **more: Any
) -> dict[str, Any]:
    """A subscription as Stripe's API has it, with `customer` and `discounts` expanded."""
    return {
        "id": f"sub_{name}", "object": "subscription", "created": seconds(created), "start_date": seconds(created), "status": status,
        "customer": {"id": customer, "object": "customer", "email": f"{customer}@example.com", "discount": None}, "currency": "usd",
        "cancel_at": None, "cancel_at_period_end": False, "canceled_at": None, "ended_at": None, "trial_end": None, "discounts": [],
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "items": {"object": "list", "has_more": False, "data": list(items)},
    } | more  # fmt: skip


def item(
    name: str, cents: str | None, interval: str = "month", quantity: int | None = 1, currency: str = "usd", **price: Any
) -> dict[str, Any]:
    """An item of a subscription as Stripe's API has it."""
    return {
        "id": f"si_{name}", "object": "subscription_item", "quantity": quantity, "discounts": [], "current_period_end": seconds("2026-04-01"),
        "price": {
            "id": f"price_{name}", "product": f"prod_{name}", "currency": currency, "unit_amount_decimal": cents, "billing_scheme": "per_unit",
            "transform_quantity": None, "recurring": {"interval": interval, "interval_count": 1, "usage_type": "licensed"},
        } | price,
    }  # fmt: skip


def coupon(**told: Any) -> dict[str, Any]:
    """A discount as Stripe's API has it, with its coupon."""
    end = told.pop("end", None)
    return {
        "id": "di_1",
        "object": "discount",
        "end": end,
        "coupon": {"percent_off": None, "amount_off": None, "duration": "forever"} | told,
    }


def chargebee(subscriptions: Rows, size: int = 2) -> Answering:
    """GET /api/v2/subscriptions, oldest first; `next_offset` is a text that only Chargebee reads."""

    def answering(asked: Asked) -> Reply:
        assert asked.path == "/api/v2/subscriptions" and asked.query["sort_by[asc]"] == "created_at"
        start = json.loads(asked.query.get("offset", "[0]"))[0]
        found = sorted(subscriptions(), key=lambda one: one["created_at"])
        page = [
            {"subscription": one, "customer": {"id": one["customer_id"], "email": "a@example.com"}} for one in found[start : start + size]
        ]
        return Reply({"list": page} | ({"next_offset": f"[{start + size}]"} if start + size < len(found) else {}))

    refused = {"message": "Sorry, authentication failed.", "type": "operation_failed", "api_error_code": "api_authentication_failed"}
    return let_in(answering, "authorization", "Basic azN5Og==", refused)  # base64 of k3y:


def hubspot(path: str, records: Rows, size: int = 2) -> Answering:
    """GET /crm/v3/objects/...: the properties that are asked for alone, and the next page's cursor where there is one."""

    def answering(asked: Asked) -> Reply:
        assert asked.path == path
        start, found = asked.number("after", 0), records()
        named = asked.query["properties"].split(",")
        page = [one | {"properties": {name: one["properties"].get(name) for name in named}} for one in found[start : start + size]]
        more = {"paging": {"next": {"after": str(start + size), "link": "?"}}} if start + size < len(found) else {}
        return Reply({"results": page} | more)

    refused = {"status": "error", "message": "Authentication credentials not found.", "category": "INVALID_AUTHENTICATION"}
    return let_in(answering, "authorization", "Bearer k3y", refused)


def salesforce(accounts: Rows, size: int = 2, good_for: int = 2) -> Answering:
    """The REST API's query resource: tokens that end without a word, pages by `nextRecordsUrl`, and moments as SOQL takes them."""
    tokens: dict[str, int] = {}
    found: list[dict[str, Any]] = []

    def answering(asked: Asked) -> Reply:
        if asked.path == "/services/oauth2/token":
            if asked.body != {"grant_type": "client_credentials", "client_id": "consumer", "client_secret": "k3y"}:
                return Reply({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)
            tokens[f"00D{len(tokens)}"] = 0
            return Reply({"access_token": [*tokens][-1], "instance_url": "https://x.my.salesforce.com", "token_type": "Bearer"})
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in tokens or tokens[token] >= good_for:
            return Reply([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401)
        tokens[token] += 1
        return _records(asked)

    def _records(asked: Asked) -> Reply:
        start = 0
        if asked.path.endswith("/query"):
            since = asked.query["q"].split("SystemModstamp >= ")[1].split(" ")[0]
            found[:] = [one for one in accounts() if one["SystemModstamp"] >= since.replace("Z", "+0000")]
        else:
            start = int(asked.path.rsplit("-", 1)[1])
        page = [{"attributes": {"type": "Account", "url": "/x"}} | one for one in found[start : start + size]]
        more = {} if start + size >= len(found) else {"nextRecordsUrl": f"/services/data/v62.0/query/01g-{start + size}"}
        return Reply({"totalSize": len(found), "done": not more, "records": page} | more)

    return answering


def zendesk(tickets: Rows, size: int = 2, a_minute: int = 3) -> Answering:
    """The incremental export by cursor: what changed since, in the order of changes; every `a_minute` requests one is too many."""
    count = [0]

    def answering(asked: Asked) -> Reply:
        count[0] += 1
        if count[0] % (a_minute + 1) == 0:
            return Reply(
                {"error": "APIRateLimitExceeded", "description": "Number of allowed incremental ticket export API requests exceeded"},
                429,
                {"Retry-After": "11"},
            )
        assert asked.path == "/api/v2/incremental/tickets/cursor.json" and ("start_time" in asked.query) != ("cursor" in asked.query)
        at = tuple(json.loads(asked.query["cursor"])) if "cursor" in asked.query else (float(asked.query["start_time"]), 0)
        found = sorted((one for one in tickets() if _changed(one) > at), key=_changed)
        after = _changed(found[:size][-1]) if found else at
        cursor = json.dumps(after)
        page = [
            one if asked.query.get("include") == "metric_sets" else {k: v for k, v in one.items() if k != "metric_set"}
            for one in found[:size]
        ]
        return Reply({"tickets": page, "after_cursor": cursor, "after_url": "https://x", "end_of_stream": size >= len(found)})

    return let_in(answering, "authorization", "Basic YWRhQGV4YW1wbGUuY29tL3Rva2VuOmszeQ==", {"error": "Couldn't authenticate you"})


def _changed(ticket: dict[str, Any]) -> tuple[float, int]:
    return datetime.fromisoformat(ticket["updated_at"]).timestamp(), ticket["id"]


def intercom_companies(companies: Rows, size: int = 2) -> Answering:
    """The scroll: one at a time, whose cursor stays the same while its place moves on; an empty page ends it."""
    place = [0]

    def answering(asked: Asked) -> Reply:
        assert asked.path == "/companies/scroll"
        place[0] = 0 if "scroll_param" not in asked.query else place[0] + size
        return Reply({"type": "list", "data": companies()[place[0] : place[0] + size], "pages": None, "scroll_param": "7f1c"})

    return let_in(
        answering,
        "authorization",
        "Bearer k3y",
        {"type": "error.list", "errors": [{"code": "unauthorized", "message": "Access Token Invalid"}]},
    )


def intercom_conversations(conversations: Rows, size: int = 2) -> Answering:
    """POST /conversations/search with a filter on updated_at, newest first."""

    def answering(asked: Asked) -> Reply:
        assert (asked.method, asked.path) == ("POST", "/conversations/search")
        query, start = asked.body["query"], int(asked.body["pagination"].get("starting_after", 0))
        assert (query["field"], query["operator"]) == ("updated_at", ">") and asked.body["pagination"]["per_page"] <= 150
        found = sorted((one for one in conversations() if one["updated_at"] > query["value"]), key=lambda one: -one["updated_at"])
        pages = {"type": "pages", "next": {"starting_after": str(start + size)}} if start + size < len(found) else {"type": "pages"}
        return Reply({"type": "conversation.list", "conversations": found[start : start + size], "total_count": len(found), "pages": pages})

    return let_in(
        answering,
        "authorization",
        "Bearer k3y",
        {"type": "error.list", "errors": [{"code": "unauthorized", "message": "Access Token Invalid"}]},
    )


def mixpanel(events: Rows) -> Answering:
    """The raw export: lines of JSON of whole days, which may repeat; nothing at all where there was no event."""

    def answering(asked: Asked) -> Reply:
        assert asked.path == "/api/2.0/export" and asked.query["project_id"] == "77"
        first, last = seconds(asked.query["from_date"]), seconds(asked.query["to_date"]) + 86400
        return Reply("".join(json.dumps(one) + "\n" for one in events() if first <= one["properties"]["time"] < last))

    return let_in(answering, "authorization", "Basic YWRhOmszeQ==", "Unauthorized")  # base64 of ada:k3y


def posthog(events: Rows) -> Answering:
    """The query API: the columns of the query, in the order of their moments."""
    columns = ["uuid", "event", "timestamp", "distinct_id", "person_id", "properties", "$group_0"]

    def answering(asked: Asked) -> Reply:
        assert asked.path == "/api/projects/42/query/" and asked.body["query"]["kind"] == "HogQLQuery"
        said = asked.body["query"]["query"]
        since, until = (part.split("')")[0] for part in said.split("toDateTime('")[1:])
        start = int(said.rsplit(" ", 1)[1])
        found = sorted((one for one in events() if since <= one["timestamp"] < until), key=lambda one: (one["timestamp"], one["uuid"]))
        return Reply(
            {
                "columns": columns,
                "results": [[one.get(name) for name in columns] for one in found[start : start + 3]],
                "error": None,
                "hasMore": True,
            }
        )

    return let_in(answering, "authorization", "Bearer k3y", {"type": "authentication_error", "detail": "Invalid personal API key."})
