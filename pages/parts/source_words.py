"""What is said of sources: what each is, how it goes, and how events are signed."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from language import InLanguage, mark, tr, tr_n
from language.formats import moment
from pages.importing import words
from pages.ui import text
from sources.http_keys import HttpSource
from sources.keys import SECRET
from sources.listing import Listed
from sources.sql_keys import SqlSource
from sources.webhook_keys import WebhookSource

KINDS = InLanguage({"sql": mark("Database"), "http": mark("API"), "webhook": mark("Webhook")})
SIGNED = InLanguage(
    {
        "stripe": mark("As Stripe signs: the endpoint's signing secret (whsec_...) is the secret."),
        "segment": mark(
            "As Segment signs: its shared secret is the secret. Switch batching off there, since it signs the first event alone."
        ),
        "standard": mark("By Standard Webhooks: the headers webhook-id, webhook-timestamp and webhook-signature."),
        "hmac": mark("HMAC as agreed: the digest of the body in the header named in its file."),
    }
)
WEEKDAYS = InLanguage(
    {
        0: mark("Sundays"), 1: mark("Mondays"), 2: mark("Tuesdays"), 3: mark("Wednesdays"), 4: mark("Thursdays"), 5: mark("Fridays"),
        6: mark("Saturdays"),
    }
)  # fmt: skip
VENDORS = {"hubspot": "HubSpot", "posthog": "PostHog", "hubspot_tickets": "HubSpot", "intercom_conversations": "Intercom"}


DATABASES = {
    "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite", "mssql": "SQL Server", "oracle": "Oracle",
    "snowflake": "Snowflake", "bigquery": "BigQuery",
}  # fmt: skip
SENDERS = {"stripe": "Stripe", "segment": "Segment", "standard": "Standard Webhooks"}


def sender(name: str) -> str:
    """Who signs so, by the name that they have in every language."""
    return SENDERS.get(name) or tr("Another, by HMAC")


def vendor(name: str) -> str:
    """The name of a vendor as it writes itself."""
    return VENDORS.get(name, name.split("_")[0].title())


def about(one: Listed) -> str:
    """What a source is: kind, vendor or place, table."""
    source = one.source
    if source is None:
        return f"{one.name}.toml"
    said = [KINDS[source.kind]]
    if isinstance(source, HttpSource) and source.vendor:
        said.append(vendor(source.vendor))
    elif isinstance(source, HttpSource) and (host := urlsplit(source.url or "").hostname):
        said.append(host)
    if isinstance(source, WebhookSource):
        said.append(SENDERS.get(source.signature, "HMAC"))
    if isinstance(source, SqlSource) and source.url:
        dialect = source.url.partition("://")[0].partition("+")[0]
        said.append(DATABASES.get(dialect, dialect))
    said += [words.title(source.table)] if source.table else []
    return " · ".join([*said, schedule(source)])


def schedule(source: SqlSource | HttpSource | WebhookSource) -> str:
    """When it is read, in words; a schedule that has none of the usual forms as it is written."""
    if isinstance(source, WebhookSource):
        return tr("as it comes")
    return in_words(source.schedule) if source.schedule else tr("by hand")


def in_words(cron: str) -> str:
    """The usual forms of a schedule in words; any other as it is written."""
    minute, hour, day, month, weekday = cron.split()
    plain = (day, month) == ("*", "*")
    if plain and weekday == "*" and minute.startswith("*/") and minute[2:].isdecimal() and hour == "*":
        return tr_n("every minute", "every {n} minutes", int(minute[2:]))
    if plain and weekday == "*" and minute.isdecimal() and hour == "*":
        return tr("every hour, at minute {minute}", minute=int(minute))
    if plain and weekday == "*" and minute.isdecimal() and hour.startswith("*/") and hour[2:].isdecimal():
        return tr_n("every hour", "every {n} hours", int(hour[2:]))
    if minute.isdecimal() and hour.isdecimal() and plain:
        at = f"{int(hour):02}:{int(minute):02}"
        if weekday == "*":
            return tr("daily at {at}", at=at)
        if weekday == "1-5":
            return tr("Monday to Friday at {at}", at=at)
        if weekday.isdecimal():
            return tr("{day} at {at}", day=WEEKDAYS[int(weekday) % 7], at=at)
    if (month, weekday) == ("*", "*") and minute.isdecimal() and hour.isdecimal() and day.isdecimal():
        return tr("on day {day} of each month at {at}", day=int(day), at=f"{int(hour):02}:{int(minute):02}")
    return tr("by schedule {cron}", cron=cron)


def course(one: Listed, now: datetime, zone: str) -> list[str]:
    """How it goes: last, next, how much, how far behind."""
    last = one.last.pulled if one.last else None
    said = []
    is_one = bool(last and one.imported and last.batch == one.imported.batch)  # it brought rows: said in one line
    if last and not is_one:
        said.append(tr("Last read {ago}: {outcome}", ago=ago(now - last.ended_at), outcome=OUTCOMES[last.outcome]))
    if one.imported:
        rows = tr_n("{n:,} row", "{n:,} rows", one.imported.rows)
        told = {"ago": ago(now - one.imported.ended_at), "rows": rows, "batch": one.imported.batch}
        said.append(
            tr("Last read {ago}: {rows}, import {batch}", **told) if is_one else tr("Last import {ago}: {rows}, import {batch}", **told)
        )
    if (behind := one.behind(now)) is not None:
        said.append(tr("The newest row is {behind} old", behind=length(behind)))
    if one.came and one.came.events:
        said.append(tr_n("{n:,} event came and is not imported yet", "{n:,} events came and are not imported yet", one.came.events))
    if one.next_at:
        said.append(tr("Next: {at}", at=f"{moment(one.next_at.astimezone(ZoneInfo(zone)))} {zone}"))
    elif one.source and not one.source.paused and not isinstance(one.source, WebhookSource) and not one.source.schedule:
        said.append(tr("Next: when somebody asks for it"))
    return said or ([tr("Nothing came yet")] if one.source else [])


OUTCOMES = InLanguage(
    {"imported": mark("imported"), "nothing new": mark("nothing new"), "waiting": mark("waits for an answer"), "failed": mark("failed")}
)


def ago(gone: timedelta) -> str:
    """How long ago, in words."""
    days = gone.days
    return tr_n("{n:,} day ago", "{n:,} days ago", days) if days else words.ago(max(0, int(gone.total_seconds() // 60)))


def length(span: timedelta) -> str:
    """A stretch of time in its largest whole unit."""
    minutes = int(span.total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return tr_n("{n:,} day", "{n:,} days", minutes // (24 * 60))
    return tr_n("{n:,} hour", "{n:,} hours", minutes // 60) if minutes >= 120 else tr_n("{n:,} minute", "{n:,} minutes", minutes)


def missing(name: str) -> str:
    """What to do about a secret that nothing has."""
    return tr(
        "The secret {name} is missing. Set `HOLDFAST_SECRET_{name}` where Holdfast runs, or `HOLDFAST_SECRET_{name}_FILE` to a file "
        "that holds it.",
        name=name if SECRET.fullmatch(name) else text.literal(name),  # such a name has no sign that a page could take as its own
    )


def how_signed(source: WebhookSource) -> str:
    return SIGNED[source.signature]


def curl(source: WebhookSource, url: str) -> str:
    """A try of a webhook from a command line, with the secret taken from the environment."""
    secret = f'"$HOLDFAST_SECRET_{source.secret}"'
    body = 'body=\'{"id": "try-1", "type": "track", "messageId": "try-1", "userId": "ann", "event": "try"}\''
    if source.signature == "stripe":
        made = f't=$(date +%s); s=$(printf %s "$t.$body" | openssl dgst -sha256 -hmac {secret} -hex | sed "s/.* //")'
        header = '-H "Stripe-Signature: t=$t,v1=$s"'
    elif source.signature == "standard":
        key = f"$(printf %s {secret} | sed s/^whsec_// | base64 -d | xxd -p -c 200)"
        made = f't=$(date +%s); s=$(printf %s "try-1.$t.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:{key} -binary | base64)'
        header = '-H "webhook-id: try-1" -H "webhook-timestamp: $t" -H "webhook-signature: v1,$s"'
    else:
        algorithm, name, prefix = (
            ("sha1", "X-Signature", "") if source.signature == "segment" else (source.algorithm, source.header, source.prefix)
        )
        timed = bool(source.timestamp_header) and source.signature == "hmac"
        signed = "$t.$body" if timed else "$body"
        spelt = "-binary | base64" if source.encoding == "base64" and source.signature == "hmac" else '-hex | sed "s/.* //"'
        made = f'{"t=$(date +%s); " if timed else ""}s=$(printf %s "{signed}" | openssl dgst -{algorithm} -hmac {secret} {spelt})'
        header = f'-H "{name}: {prefix}$s"' + (f' -H "{source.timestamp_header}: $t"' if timed else "")
    return f"{body}\n{made}\ncurl -X POST {url} -H 'Content-Type: application/json' {header} -d \"$body\""
