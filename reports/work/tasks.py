"""What is to be done for accounts, by whom and until when; and what was done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from data.access.people import same
from data.access.rights import is_out, known_people
from data.store.store import Store
from data.work.colleagues import who_sees
from language import mark, tr
from metrics.tasks import OPEN, STATES, as_they_stand, of_plays, ordinary, recently_done
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.work.plays import in_words, step_rows

COLUMNS = {
    "task_id": "text", "account_id": "text", "name": "text", "owner": "text", "title": "text", "due_on": "day", "days_left": "count",
    "state": "text", "done_on": "day", "done_by": "text", "play": "text", "about": "text", "arr": "money", "account_state": "text",
    "owner_is": "text", "in_the_way": "list", "batch": "count",
}  # fmt: skip
LISTED, LEFT, NOT_LISTED, NOBODY = "listed", "left", "not_listed", "nobody"


def _tasks(books: Books, question: Question) -> Answer:
    """One row per task, imported or set in the app, and per step of a started play; open ones first, the longest overdue first.

    state: overdue, due_today, ahead, no_day (open, and nobody said until when) or done; as of the day looked at: what was done later is
    open, and a play that was started later has no steps; nor is a task there that was set
    later; of imported ones nobody knows since when they are. days_left: to the due day, negative
    where that is over. play: the started play, null for a task of its own. owner: of an open step whose owner has left, who stands in.
    about: the kind of thing on Today that led to it. account_state: as in arr. owner_is: listed (on the list of people), left (disabled,
    or taken off it), not_listed, nobody; null where there is no list. in_the_way: what keeps it from being done, in words. batch: the
    import by which the task was written last.
    Totals: open tasks, those of each state, those done on the day and in the 7 days that end with it, the accounts with open tasks and
    their arr (each once).
    """
    rows = task_rows(books)
    waiting = rows.filter(pl.col("state").is_in(OPEN)).unique("account_id")
    count = rows["state"].value_counts() if rows.height else None
    of = dict(count.rows()) if count is not None else {}
    totals: dict[str, Any] = {"tasks": sum(of.get(state, 0) for state in OPEN)} | {state: of.get(state, 0) for state in STATES}
    totals |= _done(rows, books.day) | {"accounts": waiting.height, "arr": waiting["arr"].sum()}
    return Answer(rows, totals)


def _done(rows: pl.DataFrame, day: date | None) -> dict[str, int]:
    if day is None:
        return {"done_today": 0, "done_lately": 0}
    return {
        "done_today": rows.filter(pl.col("state") == "done", pl.col("done_on") == day).height,
        "done_lately": rows.filter(recently_done(day)).height,
    }


def task_rows(books: Books) -> pl.DataFrame:
    """The rows of the report, from books that are open."""
    day = books.day
    return empty(COLUMNS) if day is None else _rows(books, day)


def _rows(books: Books, day: date) -> pl.DataFrame:
    tasks = as_they_stand(_every(books, day), day=day).collect()
    money = arr_rows(books).select("account_id", "arr", account_state="state")
    owners = _owners_are(books.store, tasks["owner"].unique().to_list())
    told = pl.DataFrame({"owner": list(owners), "owner_is": list(owners.values())}, schema={"owner": pl.String, "owner_is": pl.String})
    return (
        tasks.join(books.names().collect(), on="account_id", maintain_order="left")
        .join(money, on="account_id", how="left", maintain_order="left")
        .join(told, on="owner", how="left", maintain_order="left", nulls_equal=True)
        .join(_unseen(books, tasks), on=["account_id", "owner"], how="left", maintain_order="left")
        .with_columns(in_the_way=_in_the_way())
        .select(*COLUMNS)
    )


def _every(books: Books, day: date) -> pl.LazyFrame:
    steps = in_words(step_rows(books, day), "play", "title")
    return pl.concat([ordinary(books.view.table("activities").lazy(), day=day), of_plays(steps.lazy(), day=day)])


def _unseen(books: Books, tasks: pl.DataFrame) -> pl.DataFrame:
    """account_id, owner, is_unseen: true where whose a task is does not see its account, as after the account was given away."""
    pairs = tasks.select("account_id", "owner").unique().drop_nulls()
    seen = who_sees(books.store, books.view.accounts(), pairs["owner"])
    return pairs.with_columns(
        is_unseen=pl.Series([owner in seen and account not in seen[owner] for account, owner in pairs.rows()], dtype=pl.Boolean)
    )


def _owners_are(store: Store, owners: list[str | None]) -> Mapping[str | None, str | None]:
    """What the list of people says of owners; nothing where there is no list."""
    found, _ = known_people(store)
    if not found.by_email and not found.removed:
        return {owner: None if owner else NOBODY for owner in owners}
    listed = {named: one for one in found.by_email.values() for named in (one.email, same(one.owns_as))}

    def of(owner: str | None) -> str:
        if not owner:
            return NOBODY
        person = listed.get(same(owner))
        return (LEFT if is_out(found, owner) else NOT_LISTED) if person is None else LISTED if person.is_active else LEFT

    return {owner: of(owner) for owner in owners}


def _in_the_way() -> pl.Expr:
    """What stands in the way of an open task, in words."""
    said = (
        (pl.col("state") == "no_day", tr("No due day is set.")),
        (pl.col("owner_is") == NOBODY, tr("Nobody has it.")),
        (pl.col("owner_is") == LEFT, tr("Whose it is has left: give it to somebody else.")),
        (pl.col("owner_is") == NOT_LISTED, tr("Whose it is stands not on the list of people.")),
        (pl.col("is_unseen") & (pl.col("owner_is") == LISTED), tr("Whose it is does not see the account: give it to somebody else.")),
        (pl.col("account_state") == "churned", tr("The account has churned.")),
    )
    words = pl.concat_list(pl.when(holds.fill_null(False)).then(pl.lit(words)) for holds, words in said).list.drop_nulls()
    return pl.when(pl.col("state") == "done").then(pl.lit([], pl.List(pl.String))).otherwise(words)


tasks = Definition("tasks", mark("Tasks"), COLUMNS, _tasks)
