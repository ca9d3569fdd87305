"""The time line of accounts: what happened, a row each, with the figures that tell it. Words are put to it by who shows it.

Every function returns ENTRY: account_id, day, kind (of KINDS), code (what happened), name and detail (whom or what it is about), before
and after (figures: cents of `currency`, points, users), seats_before and seats_after, currency, until (a day that belongs to it), who
(of one's own people), source (the table, or the report), batch and line (of the row that tells it; null where it was worked out).
"""

from datetime import date

import polars as pl

from metrics.health import LITTLE_KNOWN
from metrics.tasks import IS_THERE, SAYS_DONE
from metrics.today import FEWEST_ACTIVES, FEWEST_EVENTS, HEALTH_FALL, USAGE_FALL

KINDS = (
    "money",
    "health",
    "usage",
    "tickets",
    "surveys",
    "people",
    "conversations",
    "notes",
    "tasks",
    "plays",
    "goals",
    "offers",
    "imports",
)
ENTRY: dict[str, type[pl.DataType]] = {
    "account_id": pl.String, "day": pl.Date, "kind": pl.String, "code": pl.String, "name": pl.String, "detail": pl.String,
    "before": pl.Float64, "after": pl.Float64, "seats_before": pl.Int64, "seats_after": pl.Int64, "currency": pl.String, "until": pl.Date,
    "who": pl.String, "source": pl.String, "batch": pl.Int64, "line": pl.Int64,
}  # fmt: skip
ONE_THING = ["account_id", "product", "is_trial", "currency"]
OF_ACTIVITIES = {"conversation": "conversations", "note": "notes", "task": "tasks", "play": "plays"}


def time_line(dated: list[pl.LazyFrame], logged: list[pl.LazyFrame], until: date, logged_until: date | None) -> pl.LazyFrame:
    """Entries up to a day, the newest first; those of a day in the order of KINDS.

    logged: those whose day is that on which the log was told of them, which may lie after the day that is looked at: up to logged_until;
    None for all.
    """
    here = [*(one.filter(pl.col("day") <= until) for one in dated)]
    here += logged if logged_until is None else [one.filter(pl.col("day") <= logged_until) for one in logged]
    order = pl.col("kind").replace_strict({kind: at for at, kind in enumerate(KINDS)}, return_dtype=pl.Int64)
    every = pl.concat(here)
    by = ["day", "account_id", "order", "code", "name", "detail", "batch", "line"]
    return every.with_columns(order=order).sort(by, descending=[True] + [False] * 7, nulls_last=True).select(*ENTRY)


def entries(rows: pl.LazyFrame, kind: str | pl.Expr, source: str, **told: pl.Expr | str) -> pl.LazyFrame:
    """Rows as entries; those without a day are none. told: the columns of ENTRY that they have, as a column of theirs or an expression."""
    said = {"kind": pl.lit(kind) if isinstance(kind, str) else kind, "source": pl.lit(source), "account_id": pl.col("account_id")} | told
    full = {name: said.get(name, pl.lit(None)) for name in ENTRY}
    typed = {name: (pl.col(value) if isinstance(value, str) else value).cast(ENTRY[name]) for name, value in full.items()}
    return rows.select(**typed).filter(pl.col("day").is_not_null())


def of_money(lines: pl.LazyFrame) -> pl.LazyFrame:
    """What began, ended, was renewed, or changed in price or seats, of each product of an account; and notice that was given.

    lines: contract_lines; recurring ones and trials. Lines of one product and currency that run on a day count together, so that one that
    follows another is a renewal (equal) or a change. code: starts, ends, renewed, changed, notice; before, after: ARR in cents.
    """
    recurring = lines.filter(pl.col("kind") == "recurring")
    return pl.concat([_turns(recurring), _notices(recurring)])


def _turns(lines: pl.LazyFrame) -> pl.LazyFrame:
    days = pl.concat([lines.select(*ONE_THING, day="starts_on"), lines.select(*ONE_THING, day="ends_on")]).drop_nulls("day").unique()
    held = days.join(lines, on=ONE_THING, nulls_equal=True)
    day, starts, ends = pl.col("day"), pl.col("starts_on"), pl.col("ends_on")
    then = (starts < day) & (ends.is_null() | (ends >= day))
    now = (starts <= day) & (ends.is_null() | (ends > day))
    begins = (starts == day) & now
    told = held.sort("starts_on", "batch", "line").group_by(*ONE_THING, "day").agg(
        lines_before=then.sum(), lines_after=now.sum(), begun=begins.sum(),
        **{f"arr_{name}": pl.col("arr").filter(on).sum() for name, on in (("before", then), ("after", now))},
        **{f"seats_{name}": _seats(on) for name, on in (("before", then), ("after", now))},
        **{name: pl.coalesce(pl.col(name).filter(begins).last(), pl.col(name).filter(ends == day).last()) for name in ("batch", "line")},
    )  # fmt: skip
    same = (pl.col("arr_before") == pl.col("arr_after")) & pl.col("seats_before").eq_missing(pl.col("seats_after"))
    code = (
        pl.when((pl.col("lines_before") == 0) & (pl.col("lines_after") > 0)).then(pl.lit("starts"))
        .when((pl.col("lines_before") > 0) & (pl.col("lines_after") == 0)).then(pl.lit("ends"))
        .when((pl.col("lines_before") > 0) & ~same).then(pl.lit("changed"))
        .when((pl.col("lines_before") > 0) & (pl.col("begun") > 0)).then(pl.lit("renewed"))
    )  # fmt: skip
    known = told.with_columns(code=code).filter(pl.col("code").is_not_null())
    return entries(
        known, "money", "contracts", day="day", code="code", name="product", detail=_trial(), before="arr_before", after="arr_after",
        seats_before="seats_before", seats_after="seats_after", currency="currency", batch="batch", line="line",
    )  # fmt: skip


def _seats(on: pl.Expr) -> pl.Expr:
    """Seats of the lines that hold; null where none of them says any."""
    held = pl.col("seats").filter(on)
    return pl.when(held.count() > 0).then(held.sum())


def _trial() -> pl.Expr:
    return pl.when("is_trial").then(pl.lit("trial"))


def _notices(lines: pl.LazyFrame) -> pl.LazyFrame:
    noticed = lines.filter(pl.col("cancelled_on").is_not_null()).sort("starts_on", "line")
    once = noticed.unique([*ONE_THING, "cancelled_on"], keep="last", maintain_order=True)
    return entries(
        once, "money", "contracts", day="cancelled_on", code=pl.lit("notice"), name="product", detail=_trial(),
        until=pl.coalesce("line_ends_on", "ends_on"), batch="batch", line="line",
    )  # fmt: skip


def of_churns(churns: pl.LazyFrame) -> pl.LazyFrame:
    """Churns that were recorded, with their reason."""
    return entries(churns, "money", "churn_events", day="churned_on", code=pl.lit("churn"), detail="reason", batch="batch", line="line")


def of_health(scores: pl.LazyFrame) -> pl.LazyFrame:
    """Changes of the band, and falls of HEALTH_FALL points or more, from one day of `scores` to the next.

    scores: account_id, day, score, band (null where the account was no customer). Not told from or to what is little known.
    """
    then = scores.sort("account_id", "day").with_columns(
        pl.col("score", "band").shift().over("account_id", order_by="day").name.suffix("_before")
    )
    known = pl.all_horizontal((pl.col(name) != LITTLE_KNOWN).fill_null(False) for name in ("band", "band_before"))
    moved, fell = pl.col("band") != pl.col("band_before"), pl.col("score_before") - pl.col("score") >= HEALTH_FALL
    code = pl.when(pl.col("score") < pl.col("score_before")).then(pl.lit("fell")).otherwise(pl.lit("rose"))
    return entries(
        then.filter(known & (moved | fell)), "health", "health", day="day", code=code, name="band_before", detail="band",
        before="score_before", after="score",
    )  # fmt: skip


def of_usage(used: pl.LazyFrame, spans: pl.LazyFrame, now: pl.LazyFrame) -> pl.LazyFrame:
    """First use, falls, and where the feed has stopped.

    used: account_id, day, mau, mau_before, events, events_before, trend (null where windows cannot be compared). spans: account_id,
    first_seen. now: account_id, state, covered_to. Of people and events the one that fell more; by USAGE_FALL or more in 30 days.
    """
    people, volume = (1 - pl.col(after) / pl.col(before) for after, before in (("mau", "mau_before"), ("events", "events_before")))
    left = pl.when(pl.col("mau_before") >= FEWEST_ACTIVES, people >= USAGE_FALL).then(people).fill_null(0.0)
    less = pl.when(pl.col("events_before") >= FEWEST_EVENTS, volume >= USAGE_FALL).then(volume).fill_null(0.0)
    fell = used.filter(pl.col("trend").is_not_null()).with_columns(left=left, less=less).filter((pl.col("left") > 0) | (pl.col("less") > 0))
    of_people = pl.col("left") >= pl.col("less")
    return pl.concat([
        entries(spans, "usage", "usage", day="first_seen", code=pl.lit("first_use")),
        entries(
            fell, "usage", "usage", day="day", code=pl.when(of_people).then(pl.lit("actives_fell")).otherwise(pl.lit("events_fell")),
            before=pl.when(of_people).then("mau_before").otherwise("events_before"),
            after=pl.when(of_people).then("mau").otherwise("events"),
        ),
        entries(now.filter(pl.col("state") == "feed_stopped"), "usage", "usage", day="covered_to", code=pl.lit("feed_stopped")),
    ])  # fmt: skip


def of_tickets(tickets: pl.LazyFrame) -> pl.LazyFrame:
    """Tickets on the day they were opened; until: the day they were resolved. tickets: as they are known on the day looked at."""
    return entries(
        tickets, "tickets", "tickets", day=pl.col("opened_at").dt.date(), code=pl.lit("ticket"), name=pl.coalesce("subject", "ticket_id"),
        detail="priority", until=pl.col("resolved_at").dt.date(), batch="batch", line="line",
    )  # fmt: skip


def of_surveys(surveys: pl.LazyFrame, names: pl.LazyFrame) -> pl.LazyFrame:
    """Answers to surveys. names: contact_id, contact."""
    named = surveys.join(names, on="contact_id", how="left")
    return entries(
        named, "surveys", "surveys", day=pl.col("answered_at").dt.date(), code="kind", name="contact", detail="comment", after="score",
        batch="batch", line="line",
    )  # fmt: skip


def of_activities(activities: pl.LazyFrame, names: pl.LazyFrame) -> pl.LazyFrame:
    """Conversations, notes, tasks and plays on the day they were done, or where that is not known on the day they were due; open tasks on
    that too; name: who took part.

    code: channel of a conversation, done or due. names: contact_id, contact. Tasks that were taken back are none (metrics.tasks.IS_THERE).
    """
    took_part = (
        activities.select("activity_id", contact_id=pl.col("contacts").str.split(",")).explode("contact_id")
        .with_columns(pl.col("contact_id").str.strip_chars()).join(names, on="contact_id", maintain_order="left")
        .group_by("activity_id", maintain_order=True).agg(people=pl.col("contact").unique(maintain_order=True).str.join(", "))
    )  # fmt: skip
    named = activities.filter((pl.col("kind") != "task") | IS_THERE).join(took_part, on="activity_id", how="left")
    done = pl.when(pl.col("done_on").is_not_null() | SAYS_DONE).then(pl.lit("done")).otherwise(pl.lit("due"))
    talked = pl.col("kind") == "conversation"
    kind = pl.col("kind").replace_strict(OF_ACTIVITIES, default="notes", return_dtype=pl.String)
    return entries(
        named, kind, "activities", day=pl.when(talked).then("done_on").otherwise(pl.coalesce("done_on", "due_on")),
        code=pl.when(talked).then(pl.coalesce("channel", pl.lit("conversation"))).otherwise(done), name="people", detail="body",
        who=pl.coalesce("done_by", "owner"), batch="batch", line="line",
    )  # fmt: skip


def of_plays(runs: pl.LazyFrame, steps: pl.LazyFrame) -> pl.LazyFrame:
    """Plays on the day they were started and on that on which they ended, and their steps on the day they were done.

    runs: play_runs. steps: metrics.plays.steps_of. detail: of a start its reason, of an end its outcome, of a step what was done.
    """
    common = {"name": "name", "batch": "batch"}
    done = steps.filter(pl.col("status") == "done")
    return pl.concat([
        entries(runs, "plays", "play_runs", day="started_on", code=pl.lit("play_started"), detail="reason", who="started_by", **common),
        entries(runs, "plays", "play_runs", day="ended_on", code=pl.lit("play_") + pl.col("state"), detail="outcome", who="owner",
                **common),
        entries(done, "plays", "play_steps", day="done_on", code=pl.lit("step_done"), name="play", detail="title",
                who=pl.coalesce("done_by", "owner"), batch="batch"),
    ])  # fmt: skip


def of_goals(goals: pl.LazyFrame) -> pl.LazyFrame:
    """Goals on the day they were set, and on that on which they were reached, missed or dropped; detail: the evidence."""
    return pl.concat([
        entries(goals, "goals", "goals", day="set_on", code=pl.lit("goal_set"), name="title", detail="target", until="due_on", who="owner",
                batch="batch"),
        entries(goals, "goals", "goals", day="closed_on", code=pl.lit("goal_") + pl.col("state"), name="title", detail="evidence",
                who="owner", batch="batch"),
    ])  # fmt: skip


def of_offers(offers: pl.LazyFrame) -> pl.LazyFrame:
    """Offers on the day they were made, and on that on which they were won or lost; after: the amount in cents of `currency`;
    detail: of the end its reason. offers: as imported."""
    cents = (pl.col("amount") * 100).round()
    row = {"name": "title", "after": cents, "currency": "currency", "who": "owner", "batch": "batch", "line": "line"}
    closed = offers.filter(pl.col("result").is_not_null())
    return pl.concat([
        entries(offers, "offers", "offers", day="made_on", code=pl.lit("offer_made"), **row),
        entries(closed, "offers", "offers", day="closed_on", code=pl.lit("offer_") + pl.col("result"), detail="reason", **row),
    ])  # fmt: skip


def of_leaving(contacts: pl.LazyFrame) -> pl.LazyFrame:
    """Contacts on the day they left. contacts: account_id, contact, left_on, batch, line."""
    return entries(contacts, "people", "contacts", day="left_on", code=pl.lit("left"), name="contact", batch="batch", line="line")


def of_people(contacts: pl.LazyFrame, came: pl.LazyFrame, champions: pl.LazyFrame, owners: pl.LazyFrame) -> pl.LazyFrame:
    """Contacts that came, champions that became one or are none any more, and who looks after the account, as the log was told.

    contacts: account_id, contact_id, contact. came, champions: contact_id, day, batch, line; of champions also
    is_champion (see metrics.contact_changes). owners: account_id, day, before, after.
    """
    about = contacts.select("account_id", "contact_id", "contact")
    turned = champions.join(about, on="contact_id")
    champion = pl.when("is_champion").then(pl.lit("champion")).otherwise(pl.lit("no_champion"))
    row = {"name": "contact", "batch": "batch", "line": "line"}
    return pl.concat([
        entries(came.join(about, on="contact_id"), "people", "contacts", day="day", code=pl.lit("came"), **row),
        entries(turned, "people", "contacts", day="day", code=champion, **row),
        entries(owners, "people", "accounts", day="day", code=pl.lit("owner"), name="old", detail="new"),
    ])  # fmt: skip


def of_imports(rows: pl.LazyFrame, batches: pl.LazyFrame) -> pl.LazyFrame:
    """Files whose rows tell of an account now, on the day they came in. rows: account_id, table, batch, a row each of what stands. batches:
    batch, file, day, who, edit. after: how many rows of the account it is; detail: their table."""
    counted = rows.group_by("account_id", "batch", "table").agg(rows=pl.len())
    from_files = batches.filter(~pl.col("edit"))
    return entries(
        counted.join(from_files, on="batch"), "imports", "imports", day="day", code=pl.lit("import"), name="file", detail="table",
        after="rows", who="who", batch="batch",
    )  # fmt: skip
