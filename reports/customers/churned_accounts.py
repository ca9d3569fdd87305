"""Which accounts churned, what did they take with them, and why, as far as somebody has said it?"""

from datetime import date

import polars as pl

from data.viewer import VIEW
from data.work.churn_reasons import reasons, shipped
from language import mark, tr, tr_n
from metrics.churns import churns
from metrics.foresight import BEFORE
from metrics.unrated import all_states
from reports.books import Books
from reports.customers.said_before import looks_at, versions
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty, schema_of

UNKNOWN = "not_known"
SAID = {
    "reason_group": "text", "reason": "text", "evidence": "text", "said_by": "text", "is_preventable": "flag",
    "said_preventable": "flag", "given_by": "text",
    "logged_at": "instant",
}  # fmt: skip
BEFOREHAND = {f"health_{days}": "text" for days in BEFORE} | {f"probability_{days}": "ratio" for days in BEFORE}
COLUMNS = {
    "account_id": "text", "name": "text", "churned_on": "day", "arr": "money", "mrr": "money", **SAID, "file_says": "text", **BEFOREHAND,
    "segment": "text", "owner": "text", "cohort": "month", "paid_since": "day", "kind": "text", "month": "month", "opens_on": "day",
    "closes_on": "day", "reason_id": "text", "parent_id": "text", "batch": "count",
}  # fmt: skip
UNEXPLAINED = {"account_id": "text", "name": "text", "owner": "text", "churned_on": "day", "arr": "money", "mrr": "money"}
STALE = {
    "account_id": "text", "name": "text", "churned_on": "day", **SAID, "reason_id": "text", "state": "text", "batch": "count",
}  # fmt: skip


def _churned_accounts(books: Books, question: Question) -> Answer:
    """One row per churn of the period, the newest first: those of `movements` and of `paid-and-left` of the same days, by month.

    churned_on: the day as states of ARR have it. arr, mrr: what was lost, as the movements count it. reason: as the list calls it now
    (empty: not asked yet), reason_group the one of the first level that it belongs to. is_preventable: as said of this churn
    (said_preventable), else of its reason. file_says: the reasons that contracts of that time and recorded churns have. health_90 ...: the
    band of the score so many days before, under the version in force then, worked out with what is known now of that day;
    probability_90 ...: what a churn model that might be used said by then, no older than 45 days; not_known, or empty, where there was
    none. Totals: arr, mrr, churns, unanswered and arr_unanswered.
    """
    rows = churned_rows(books, question).select(*COLUMNS)
    open_ones = rows.filter(pl.col("reason_id").is_null())
    totals = {name: rows[name].sum() for name in ("arr", "mrr")} | {"churns": rows.height}
    totals |= {"unanswered": open_ones.height, "arr_unanswered": open_ones["arr"].sum()}
    stale = _stale_rows(books, question).height
    return Answer(rows, totals, (*books.notes, *((_not_counted(stale),) if stale else ())))


def _unexplained(books: Books, question: Question) -> Answer:
    """One row per churn of the period of which nobody has said a reason, the newest first; as `churned-accounts` has it, without what was
    said before it. Totals: churns, arr, mrr."""
    start, end = books.period(question)
    if start is None or end is None:
        return Answer(empty(UNEXPLAINED), {"churns": 0, "arr": 0, "mrr": 0})
    given = books.view.table("churn_answers").filter(pl.col("reason_id").is_not_null()).select("account_id", "churned_on")
    found = churns(books.effective, start=start, end=end, **books.money).collect().join(given, on=["account_id", "churned_on"], how="anti")
    named = found.join(books.view.accounts().select("account_id", "name", "owner"), on="account_id", how="left")
    rows = named.sort("churned_on", "arr", "account_id", descending=[True, True, False]).select(*UNEXPLAINED)
    return Answer(rows, {"churns": rows.height, "arr": rows["arr"].sum(), "mrr": rows["mrr"].sum()}, books.notes)


def _not_counted(count: int) -> str:
    return tr_n(
        "{n:,} answer is of a day on which no account churns any more, by what is known now: it is kept, and counted nowhere.",
        "{n:,} answers are of days on which no account churns any more, by what is known now: they are kept, and counted nowhere.",
        count,
    )


def churned_rows(books: Books, question: Question) -> pl.DataFrame:
    """The rows of the report, from books that are open."""
    start, end = books.period(question)
    if start is None or end is None:
        return empty(COLUMNS)
    found = books.once("churned accounts", lambda of: _found(of, start, end), start, end, versions(books))
    rows = found.join(_answers(books), on=["account_id", "churned_on"], how="left")
    ordered = rows.sort("churned_on", "arr", "account_id", descending=[True, True, False])
    return ordered.select(pl.col(name).cast(dtype) for name, dtype in schema_of(COLUMNS).items())


def _found(books: Books, start: date, end: date) -> pl.DataFrame:
    """The churns with all that comes from files and models; what people say of them is not kept along with it."""
    accounts = books.view.accounts().select("account_id", "name", "segment", "owner")
    found = churns(books.effective, start=start, end=end, **books.money).collect()
    told = found.join(accounts, on="account_id", how="left").with_columns(cohort=pl.col("first_paid").dt.month_start())
    for beside in (_in_files(books, found), _beforehand(books, found)):
        told = told.join(beside, on=["account_id", "churned_on"], how="left")
    return told.with_columns(pl.col(f"health_{days}").fill_null(UNKNOWN) for days in BEFORE)


def called(listed: pl.DataFrame) -> pl.DataFrame:
    """The list with its names in the language spoken now, where they are the product's own."""
    own = dict(shipped().select("reason_id", "name").rows())
    told = [tr(name) if own.get(reason) == name else name for reason, name in listed.select("reason_id", "name").rows()]
    return listed.with_columns(name=pl.Series("name", told, dtype=pl.String))


def _answers(books: Books) -> pl.DataFrame:
    """What was said of churns, by account and day, each with its reason as the list has it now; one that the list lost keeps its name. Of
    two that were said of accounts that were merged since the newest counts. What it rests on and who said it is told to who may view
    activities."""
    listed = called(reasons(books.view))
    names = listed.select("reason_id", "parent_id", listed_name="name", usually="is_preventable")
    tops = listed.filter(pl.col("parent_id").is_null()).select(parent_id="reason_id", top_name="name")
    given = books.view.table("churn_answers").select(
        "account_id", "churned_on", "reason_id", "reason_name", "evidence", "said_by", "is_preventable", "given_by", "batch"
    )  # fmt: skip
    given = given.sort("batch").unique(["account_id", "churned_on"], keep="last")
    times = books.store.imports().select("batch", logged_at="imported_at")
    joined = given.join(names, on="reason_id", how="left").join(tops, on="parent_id", how="left").join(times, on="batch", how="left")
    name = pl.coalesce("listed_name", "reason_name", "reason_id")
    hidden = () if books.viewer.may(VIEW, "activities") else ("evidence", "said_by", "given_by")
    return joined.with_columns(
        *(pl.lit(None, pl.String).alias(one) for one in hidden),
        reason=name,
        reason_group=pl.coalesce("top_name", "parent_id", name),
        said_preventable="is_preventable",
        is_preventable=pl.coalesce("is_preventable", "usually"),
    ).drop("listed_name", "reason_name", "top_name", "usually")


def _in_files(books: Books, found: pl.DataFrame) -> pl.DataFrame:
    """What files say of each churn: account_id, churned_on, file_says; the words with their day where that is not the day of the churn."""
    key = ["account_id", "churned_on"]
    spells = found.sort("churned_on").select(*key, "paid_since").with_columns(
        until=pl.col("paid_since").shift(-1).over("account_id", order_by="churned_on")
    )  # fmt: skip
    lines = books.view.contracts().select("account_id", day="ends_on", words="churn_reason")
    events = books.view.table("churn_events").select("account_id", day="churned_on", words="reason")
    said = pl.concat([lines, events]).filter(pl.col("words").str.strip_chars() != "").unique()
    within = said.join(spells, on="account_id").filter(
        (pl.col("day").fill_null(pl.col("churned_on")) > pl.col("paid_since")),
        pl.col("until").is_null() | (pl.col("day").fill_null(pl.col("churned_on")) <= pl.col("until")),
    )
    own = pl.col("day").is_null() | (pl.col("day") == pl.col("churned_on"))
    words = pl.when(own).then("words").otherwise(pl.format("{} ({})", "words", pl.col("day").cast(pl.String)))
    first = within.with_columns(~own, said=words).sort("day", "said", nulls_last=True)
    return first.group_by(key, maintain_order=True).agg(file_says=pl.col("said").unique(maintain_order=True).str.join("; "))


def _beforehand(books: Books, found: pl.DataFrame) -> pl.DataFrame:
    """The band of each churned account's score, and what the churn model said, so many days before it left."""
    looks = looks_at(books, found.rename({"churned_on": "on"})).rename({"on": "churned_on"})
    kinds = {"health": "band", "probability": "probability"}
    return looks.group_by("account_id", "churned_on").agg(
        pl.col(value).filter(pl.col("before") == days).first().alias(f"{name}_{days}") for name, value in kinds.items() for days in BEFORE
    )


def _uncounted(books: Books, question: Question) -> Answer:
    """One row per answer of the period that is of no churn, by what is known now: what was renewed late, or came of an import that was
    undone. state: what the account is on the last day of the period."""
    return Answer(_stale_rows(books, question).select(*STALE))


def _stale_rows(books: Books, question: Question) -> pl.DataFrame:
    start, end = books.period(question)
    if start is None or end is None:
        return empty(STALE)
    given = _answers(books).filter(pl.col("churned_on") > start, pl.col("churned_on") <= end)
    left = given.join(churned_rows(books, question), on=["account_id", "churned_on"], how="anti")
    states = all_states(books.lines, books.effective, books.apart, day=end, rules=books.rules).select("account_id", "state").collect()
    named = left.join(books.names().collect(), on="account_id", how="left").join(states, on="account_id", how="left")
    return named.sort("churned_on", "account_id", descending=[True, False])


churned_accounts = Definition(
    "churned-accounts", mark("Churned accounts"), COLUMNS, _churned_accounts, {"arr_unanswered": "money"}, of_period=True
)
unexplained_churns = Definition("unexplained-churns", mark("Churns without a reason"), UNEXPLAINED, _unexplained, of_period=True)
uncounted_answers = Definition(
    "uncounted-churn-answers", mark("Answers of churns that are none any more"), STALE, _uncounted, of_period=True
)
