"""For which accounts would a play start by itself today, why, and how many does its limit let through?"""

from datetime import date

import polars as pl

from data.store.view import View
from data.work.holdouts import held_on
from data.work.templates import Play, plays
from language import mark, tr, tr_n
from metrics import play_starts as starting
from metrics.in_words import by_count, filled
from metrics.play_holdouts import is_drawn
from reports.books import Books
from reports.customers.renewals import renewal_rows
from reports.customers.today import today
from reports.definition import Answer, Definition
from reports.health.health import health_rows
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.work.plays import in_words, run_rows

COLUMNS = {
    "account_id": "text", "name": "text", "play": "text", "why": "text", "starts": "flag", "place": "count", "arr": "money",
    "segment": "text", "owner": "text", "reason": "text", "trigger": "text", "is_on": "flag", "most_a_day": "count", "is_held_out": "flag",
    "play_id": "text",
}  # fmt: skip
LIVE = ("paying", "in_grace", "trial", "free")
SHOWN = 160  # signs of a record that are told
EVERYBODY_FROM = 3  # accounts: for fewer, all of them are no surprise


def _play_starts(books: Books, question: Question) -> Answer:
    """One row per play and account for which its trigger holds on the day looked at, and for which it does not run, did not end in the 30
    days before, and was not started for the same reason; of each play the accounts of most ARR and certainty first.

    starts: whether the play's limit a day lets it start today; place: its place in line. reason: the key by which the same thing starts it
    once. is_on: whether it starts by itself at night. is_held_out: chance leaves this account alone in place of starting it, where the play
    has a share that is held out; who is held out already has no row. Totals: accounts, how many of them start, and how many are held out.
    Notes: plays that are held back, since they would start for every account and have no limit.
    """
    if books.day is None:
        return Answer(None, {"accounts": 0, "starting": 0, "held_back": 0})
    waiting = [play for play in plays(books.view).values() if play.trigger and not play.is_retired]
    held, frames = list[str](), [empty(COLUMNS)]
    found, accounts = _found(books, books.day, waiting), _accounts(books)
    for play in waiting:
        rows, note = _of_play(books, play, found, accounts, books.day)
        frames.append(rows)
        held += [note] if note else []
    rows = pl.concat(frames)
    totals = {"accounts": rows.height, "starting": rows["starts"].sum(), "held_back": rows["is_held_out"].sum()}
    return Answer(in_words(rows, "play"), totals, tuple(held))


def _accounts(books: Books) -> pl.DataFrame:
    """Accounts in scope that are customers on the day: account_id, name, segment, owner, live_on, arr (cents)."""
    money = arr_rows(books).filter(pl.col("state").is_in(LIVE)).select("account_id", "arr")
    return books.view.accounts().select("account_id", "name", "segment", "owner", "live_on").join(money, on="account_id")


def _of_play(books: Books, play: Play, found: pl.LazyFrame, accounts: pl.DataFrame, day: date) -> tuple[pl.DataFrame, str]:
    """The rows of one play, and why it is held back."""
    runs = run_rows(books, day).filter(pl.col("play_id") == play.play_id)
    own = starting.for_play(_near(found, play, day), accounts.lazy(), play.trigger or "", play.segments)
    ever = books.view.table("play_holdouts").filter(play_id=play.play_id)  # who was held out once is not drawn anew
    alone = held_on(ever, day).select("account_id")
    fresh = starting.not_started(own, runs, day).join(alone.lazy(), on="account_id", how="anti", maintain_order="left").collect()
    could = accounts.filter(pl.col("segment").is_in(list(play.segments))) if play.segments else accounts
    for_all = play.most_a_day is None and could.height > EVERYBODY_FROM and own.collect().height == could.height
    left = 0 if for_all else None if play.most_a_day is None else max(play.most_a_day - _started(books, play, day), 0)
    placed = starting.limited(fresh.lazy(), left).collect().drop("arr").join(accounts, on="account_id", maintain_order="left")
    chosen = is_drawn(placed, play.play_id, play.held_out if play.is_on else None) & ~placed["account_id"].is_in(
        ever["account_id"].implode()
    )
    told = placed.with_columns(is_held_out=pl.col("starts") & chosen, starts=pl.col("starts") & ~chosen)
    rows = told.with_columns(
        play=pl.lit(play.name), is_on=pl.lit(play.is_on), most_a_day=pl.lit(play.most_a_day, pl.Int64), play_id=pl.lit(play.play_id)
    ).select(*COLUMNS)
    if not for_all or fresh.is_empty():
        return rows, ""
    many = tr_n("{n} account", "{n} accounts", could.height)
    return rows, tr(
        "{play} would start for every account that it is for ({many}): give it a limit a day first.", play=tr(play.name), many=many
    )


def _near(found: pl.LazyFrame, play: Play, day: date) -> pl.LazyFrame:
    """Of renewals those that come up within the play's days."""
    if play.trigger != "renews_within" or play.within is None:
        return found
    ends = pl.col("reason").str.slice(len("renews_within ")).str.to_date(strict=False)
    return found.filter(pl.col("trigger") == play.trigger, (ends - pl.lit(day)).dt.total_days() <= play.within)


def _started(books: Books, play: Play, day: date) -> int:
    """For how many accounts, also out of scope, the trigger has started the play on the day, or chance has held them out."""
    with View(books.store) as view:
        runs = view.table("play_runs").filter(play_id=play.play_id, started_on=day)
        held = view.table("play_holdouts").filter(play_id=play.play_id, held_out_on=day)
    return runs.filter(pl.col("reason").str.starts_with(f"{play.trigger} ")).height + held.height


def _found(books: Books, day: date, waiting: list[Play]) -> pl.LazyFrame:
    """All that triggers have found, of those that some play waits for."""
    wanted = {play.trigger for play in waiting}
    every = today.answer(books, Question()).rows
    shown = None if every is None else every.filter(pl.col("answer").is_null())  # what somebody put aside starts nothing
    items = [starting.of_items(shown.lazy(), day)] if shown is not None else []
    others = {"renews_within": _renewals, "stakeholder_gap": _gaps, "went_live": _live, "refund_asked": _refunds}
    return pl.concat([*items, *(make(books, day, waiting) for name, make in others.items() if name in wanted)])


def _renewals(books: Books, day: date, waiting: list[Play]) -> pl.LazyFrame:
    within = max(play.within or 0 for play in waiting if play.trigger == "renews_within")
    rows = renewal_rows(books, within, health_rows(books, scorecard(books.view))).filter(pl.col("cancelled_on").is_null())
    why = by_count("days_left", tr("Renews on {day}, in {n} day"), tr("Renews on {day}, in {n} days"), day="ends_on")
    return starting.renews_within(rows.lazy(), why)


def _gaps(books: Books, day: date, waiting: list[Play]) -> pl.LazyFrame:
    contacts = books.view.table("contacts").lazy()
    return starting.stakeholder_gap(_accounts(books).lazy(), contacts, day, pl.lit(tr("No decision maker is known")))


def _live(books: Books, day: date, waiting: list[Play]) -> pl.LazyFrame:
    return starting.went_live(_accounts(books).lazy(), day, filled(tr("Went live on {day}"), day="live_on"))


def _refunds(books: Books, day: date, waiting: list[Play]) -> pl.LazyFrame:
    activities, tickets = books.view.table("activities").lazy(), books.view.table("tickets").lazy()
    noted = activities.select("account_id", said_on=pl.coalesce("done_on", "due_on"), text="body")
    subject = pl.col("subject") if "subject" in tickets.collect_schema() else pl.lit(None, pl.String)
    asked = tickets.select("account_id", said_on=pl.col("opened_at").dt.date(), text=subject)
    said = pl.concat([noted, asked]).drop_nulls().join(_accounts(books).lazy(), on="account_id", how="semi")
    return starting.refund_asked(said, day, filled(tr("{day}: {words}"), day="said_on", words=pl.col("text").str.slice(0, SHOWN)))


play_starts = Definition("play-starts", mark("Plays that would start today"), COLUMNS, _play_starts)
