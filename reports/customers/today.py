"""What needs me today, and why?"""

from datetime import date, timedelta

import polars as pl

from data.store.view import View
from data.viewer import VIEW
from language import mark, tr
from language.formats import listed, money
from metrics import today as kinds
from metrics.answers import PUT_ASIDE, answered
from metrics.renewal_calls import CSM_WARNS, DUE, HOLDS, LOST, MODEL_WARNS
from metrics.tasks import ordinary
from metrics.usage import TRACKED
from metrics.windows import last_active
from reports.books import Books
from reports.customers.renewals import NONE_YET, conversations_logged, renewal_rows
from reports.customers.risk import churn_risk
from reports.customers.unseen import unseen
from reports.definition import Answer, Definition
from reports.forecast.calls import COLUMNS as CALLED
from reports.forecast.calls import call_rows
from reports.growth.signals import growth_items
from reports.health.health import health_rows
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.support.judged import past_due
from reports.units import empty
from reports.usage.activation import not_started_rows
from reports.usage.milestones import wanted
from reports.usage.usage import usage_rows
from reports.words.call_titles import CALLS as CALL_WORDS

RECENT = 30
CHAMPION_DAYS = 180  # a champion who has not been seen for longer was lost long ago, and is no news
COLUMNS = {
    "account_id": "text", "name": "text", "owner": "text", "team": "text", "kind": "text", "why": "text", "figure": "text", "arr": "money",
    "days_to_end": "count", "certainty": "ratio", "priority": "money", "urgency": "text", "state": "text",
    "answer": "text", "until": "day", "by": "text", "reason": "text", "handed_to": "text", "answered_on": "day", "came_back": "text",
    "basis": "text", "measure": "number", "worse_from": "number", "answer_batch": "count", "seen": "count", "task_id": "text",
}  # fmt: skip
BY_OWNER = {"owner": "text", "team": "text", "accounts": "count", "items": "count", "arr": "money"}


def _today(books: Books, question: Question) -> Answer:
    """One row per thing that needs somebody, the most urgent account first, its items together.

    why: one line with its numbers; figure: the figure that shows it. priority = ARR x nearness of the account's next end x
    certainty; urgency: now, soon or later. answer: what somebody has said that takes it off the list (snoozed, handed_over, wrong; see
    metrics/answers.py), until when, by whom and why; null for what needs somebody, and those stand first, ranked by themselves. came_back:
    the answer that held and holds no more. basis, measure, worse_from: see metrics/today.py; seen: the batch of what was said last, 0 where
    nothing was.
    Totals are of what needs somebody, without what was put aside: items, accounts concerned and their arr (each account once), the accounts
    and their arr of each urgency, the number of each kind, and the accounts of which health or usage fell (each once). Beside them the
    items put aside: snoozed, handed_over, wrong.
    """
    day = books.day
    every = _seen_by(books, item_rows(books, day) if day else empty(COLUMNS))
    rows = every.filter(pl.col("answer").is_null())
    once = rows.unique("account_id")
    totals = {"items": rows.height, "accounts": once.height, "arr": once["arr"].sum()}
    for urgency in kinds.URGENCY:
        of = once.filter(pl.col("urgency") == urgency)
        totals |= {f"accounts_{urgency}": of.height, f"arr_{urgency}": of["arr"].sum()}
    totals |= {kind: (rows["kind"] == kind).sum() for kind in kinds.KINDS}
    totals["health_or_usage_fell"] = rows.filter(pl.col("kind").is_in(kinds.FELL))["account_id"].n_unique()
    totals |= {answer: (every["answer"] == answer).sum() for answer in PUT_ASIDE}
    return Answer(every, totals, (*_not_looked_at(books), *_not_seen(books)) if books.day else ())


def _today_by_owner(books: Books, question: Question) -> Answer:
    """One row per owner (CSM): accounts that need somebody, items, and the ARR of those accounts; the most ARR first. Without what was put
    aside."""
    whole = _today(books, question)
    found = empty(COLUMNS) if whole.rows is None else whole.rows.filter(pl.col("answer").is_null())
    rows = (
        found.group_by("owner", "team", "account_id", "arr").agg(items=pl.len().cast(pl.Int64))
        .group_by("owner", "team").agg(accounts=pl.len().cast(pl.Int64), items=pl.col("items").sum(), arr=pl.col("arr").sum())
        .select(*BY_OWNER)
        .sort("arr", "owner", descending=[True, False], nulls_last=True)
    )  # fmt: skip
    return Answer(rows, {name: whole.totals[name] for name in ("items", "accounts", "arr")}, whole.notes)


def _seen_by(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without what was said, and by whom, for who may view no conversations and tasks; that something is put aside is told."""
    if books.viewer.may(VIEW, "activities"):
        return rows
    return rows.with_columns(pl.lit(None, rows.schema[name]).alias(name) for name in ("reason", "by", "handed_to", "task_id"))


def _not_looked_at(books: Books) -> tuple[str, ...]:
    """What is not kept here at all, so that nothing from it is no good news."""
    kept = {
        tr("conversations"): books.view.recorded("activities", "done_on", "conversation")[0],
        tr("tickets"): books.view.recorded("tickets", "opened_at")[0],
        tr("usage"): books.view.last_covered_day(),
    }
    missing = [name for name, since in kept.items() if since is None]
    none = (tr("Not looked at, since none is imported: {what}.", what=listed(missing)),) if missing else ()
    is_early = kept[tr("conversations")] is not None and not conversations_logged(books)
    return (*none, tr(NONE_YET)) if is_early else none


def _not_seen(books: Books) -> tuple[str, ...]:
    """Whose usage cannot be seen, so that nothing of it is no good news."""
    return unseen(books, arr_rows(books).select("account_id", "state"))


def item_rows(books: Books, day: date) -> pl.DataFrame:
    """The rows of the report with all that was said to them, from books that are open."""
    paying = arr_rows(books)
    ends = paying.lazy().select("account_id", "arr", days_to_end=(pl.col("next_end") - pl.lit(day)).dt.total_days())
    named = books.view.accounts().lazy().select("account_id", "name", "owner", "team")
    about = named.join(paying.lazy().select("account_id", "state"), on="account_id")
    found = books.once("today", lambda of: pl.concat(_items(of, day)).collect(), repr((scorecard(books.view), wanted(books.view))))
    found = pl.concat([found, _calls(books, day)])
    tasks = ordinary(books.view.table("activities").lazy(), day=day)
    items = answered(found.lazy(), books.view.table("item_answers").lazy(), tasks, day=day).collect().lazy()
    stands, aside = (kinds.ranked(items.filter(one), ends) for one in (pl.col("answer").is_null(), pl.col("answer").is_not_null()))
    ranked = pl.concat([stands, aside])
    return ranked.join(about, on="account_id", how="left", maintain_order="left").select(*COLUMNS).collect()


def _calls(books: Books, day: date) -> pl.DataFrame:
    """Calls that hold and that the churn model contradicts, as items; worked out apart, since calls are the day's work."""
    rows = call_rows(books, day) if books.view.table("renewal_calls").height else empty(CALLED)
    apart = rows.filter(standing=HOLDS, renewal=DUE).filter(pl.col("disagrees").is_in([MODEL_WARNS, CSM_WARNS]))
    words = [
        (tr(CALL_WORDS[call]), _worth(None if call == LOST else said, books.currency), _worth(expected, books.currency))
        for call, said, expected in apart.select("call", "amount", "model_amount").rows()
    ]
    told = apart.select("account_id", "call_id", "churn_probability", apart=pl.col("disagreement").abs() / pl.col("arr")).with_columns(
        pl.Series(name, [one[at] for one in words], dtype=pl.String) for at, name in enumerate(("call", "amount", "expected"))
    )
    return kinds.call_against_model(told.lazy()).collect()


def _worth(cents: int | None, currency: str) -> str | None:
    return None if cents is None else money(cents / 100, currency)


def _items(books: Books, day: date) -> list[pl.LazyFrame]:
    health = health_rows(books, scorecard(books.view))
    renewals = renewal_rows(books, kinds.UNPREPARED_WITHIN, health).lazy()
    usage = usage_rows(books).lazy()
    items = [
        kinds.notice_given(renewals),
        kinds.notice_elsewhere(renewals, health.lazy()),
        kinds.risk_rose(_risk(books, day)),
        kinds.health_fell(health.lazy()),
        kinds.usage_fell(usage),
        growth_items(books, day).lazy().filter("is_clear").drop("is_clear"),
        kinds.never_started(
            not_started_rows(books).lazy().with_columns(days_seen=(pl.col("covered_to") - pl.col("started_on")).dt.total_days())
        ),
        kinds.tickets_rising(_tickets(books, day)),
        kinds.sla_breached(past_due(books, day)),
        kinds.champion_silent(_champions(books.view, day, usage)),
    ]
    # Where nobody logs conversations at all, that none is logged says nothing of an account.
    return [*items, kinds.renewals_without_conversation(renewals)] if conversations_logged(books) else items


def _risk(books: Books, day: date) -> pl.LazyFrame:
    """Churn probabilities on the day and 30 days before; empty where no model may be used."""
    now, before = (
        churn_risk(books.view, looked).lazy().select("account_id", "churn_probability") for looked in (day, day - timedelta(days=RECENT))
    )
    return now.join(before.rename({"churn_probability": "churn_probability_before"}), on="account_id")


def _tickets(books: Books, day: date) -> pl.LazyFrame:
    since, before = day - timedelta(days=RECENT), day - timedelta(days=2 * RECENT)
    opened = pl.col("opened_at").dt.date()
    tickets = books.view.table("tickets").lazy().filter(opened > before, opened <= day)
    return tickets.group_by("account_id").agg(
        opened=(opened > since).sum().cast(pl.Int64), opened_before=(opened <= since).sum().cast(pl.Int64)
    )


def _champions(view: View, day: date, usage: pl.LazyFrame) -> pl.LazyFrame:
    """Champions by contact id or e-mail address among the users: account_id, name, silent_days (to the last day that the account's feeds
    cover). Without those of accounts that cannot be seen. usage: account_id, state, covered_to."""
    contacts = view.table("contacts").filter(pl.col("is_champion")).lazy()
    named = pl.concat([contacts.select("account_id", "name", user_id=pl.col(column)) for column in ("contact_id", "email")])
    months = view.usage_months(day - timedelta(days=CHAMPION_DAYS), day, ids=True).lazy()
    seen = last_active(months.join(named, on=["account_id", "user_id"], how="semi"), item="user_id", until=day)
    last = named.join(seen, on=["account_id", "user_id"]).group_by("account_id", "name").agg(pl.col("last_day").max())
    covered = usage.filter(pl.col("state").is_in(TRACKED)).select("account_id", "covered_to")
    silent = (pl.col("covered_to") - pl.col("last_day")).dt.total_days()
    return last.join(covered, on="account_id").select("account_id", "name", silent_days=silent)


today = Definition("today", mark("Today"), COLUMNS, _today, {f"arr_{urgency}": "money" for urgency in kinds.URGENCY})
today_by_owner = Definition("today-by-owner", mark("Today, by owner"), BY_OWNER, _today_by_owner)
