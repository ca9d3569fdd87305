"""What a person is told by mail: what changed, is due, was done. From the reports that pages show, so that their counts are equal.

Each line has its way back, a path with what the page is asked. Made for one viewer: reports hand out nothing beyond their scope.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import VIEW, Viewer
from language import tr, tr_n
from language.formats import day as day_of
from language.formats import money as money_of
from metrics.tasks import OPEN
from reports.catalogue import run
from reports.look import as_of
from reports.report import Question, Report
from reports.rights import KIND_OF

MOST = 10  # lines of a part; the page has the rest
RENEWAL_DAYS = 30
TASK_DAYS = 7  # days ahead in which a task is due
OLD_AFTER = 2  # days after which it is said that data are old
LONGEST = 180  # signs of what is told of one line


Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One line: where it leads, what stands first, and what is told of it."""

    path: str
    title: str
    told: str = ""


@dataclass(frozen=True)
class Part:
    """One part: its head with the count, where that leads, its lines, and how many more there are. is_news: whether a mail is worth it."""

    head: str
    path: str
    lines: Sequence[Line] = ()
    more: int = 0
    is_news: bool = True


@dataclass(frozen=True)
class Digest:
    """All of it. parts: those with something in them. is_empty: nothing changed, is due or was done. counts: the totals that it tells, by
    report. notes: what must be known to read it."""

    day: date
    since: date
    parts: Sequence[Part]
    is_empty: bool
    counts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class _Asked:
    """Whose digest is made: the reports of the day looked at, and of the day since which it tells."""

    store: Store
    viewer: Viewer
    question: Question
    since: date

    def report(self, name: str, **more: Any) -> Report | None:
        """None for what the viewer may not view."""
        return run(name, self.store, self.viewer, replace(self.question, **more)) if self.viewer.may(VIEW, KIND_OF[name]) else None

    def to(self, page: str, **more: object) -> str:
        """The path of a page of the day looked at."""
        return f"/{page}?{urlencode({'company': 'own', **more, 'as_of': self.question.as_of})}"

    def account(self, account_id: str) -> str:
        return self.to("account", account=account_id)


def digest(store: Store, viewer: Viewer, day: date, since: date) -> Digest:
    """The digest of a day for one viewer, who sees accounts. since: the day after which something is news.

    The day looked at is the newest one that data are of, up to `day`, as on the pages."""
    with View(store) as whole:
        newest = as_of(whole, Question())
    looked = min(day, newest) if newest else None
    if looked is None:
        return Digest(day, since, (), True, notes=(tr("Nothing is imported yet."),))
    asked = _Asked(store, viewer, Question(as_of=looked), min(since, looked))
    today, tasks, renewals = asked.report("today"), asked.report("tasks"), asked.report("renewals", within=RENEWAL_DAYS)
    parts = [_changed(asked, today), _tasks(asked, tasks), _renewals(asked, renewals), _done_tasks(asked, tasks), _conversations(asked)]
    found = [one for one in parts if one]
    counts = {one.name: one.totals for one in (today, tasks, renewals) if one}
    whole = [*found[:1], *filter(None, [_owners(asked)]), *found[1:]]
    return Digest(looked, asked.since, whole, not any(one.is_news and one.lines for one in found), counts, _notes(day, looked))


def _notes(day: date, looked: date) -> tuple[str, ...]:
    """That the figures are old, where they are."""
    age, newest = (day - looked).days, day_of(looked)
    return (tr("Nothing newer than {day} is imported: these figures are {n} days old.", day=newest, n=age),) if age > OLD_AFTER else ()


def _needing(report: Report | None) -> pl.DataFrame | None:
    """What needs somebody, without what was put aside."""
    return None if report is None else report.rows.filter(pl.col("answer").is_null())


def _changed(asked: _Asked, report: Report | None) -> Part | None:
    """What came onto Today since then, and how much of what stood there is gone; the head counts all that stands there now."""
    now, before = _needing(report), _needing(asked.report("today", as_of=asked.since))
    if report is None or now is None or before is None:
        return None
    new, gone = (a.join(b, on=["account_id", "kind"], how="anti", maintain_order="left") for a, b in ((now, before), (before, now)))
    items, arr = report.totals["items"], _money(report, report.totals["arr"])
    since = tr("Since {day}: {new} new, {gone} gone", day=day_of(asked.since), new=new.height, gone=gone.height)
    first = Line(asked.to(""), since, tr("{n} accounts, {arr} ARR", n=report.totals["accounts"], arr=arr) if items else "")
    part = _part(asked, tr_n("{n} thing needs somebody on Today", "{n} things need somebody on Today", items), "", new, _new)
    return replace(part, lines=(first, *part.lines), is_news=bool(new.height or gone.height))


def _new(item: Row) -> tuple[str, ...]:
    return _named(item), _short(item["why"])


def _owners(asked: _Asked) -> Part | None:
    """Who has how much of it, where the viewer sees accounts of several owners."""
    report = asked.report("today-by-owner")
    if report is None or report.rows["owner"].n_unique() < 2:
        return None
    rows = [_owner(asked, report, one) for one in report.rows.head(MOST).iter_rows(named=True)]
    return Part(tr("By owner"), asked.to(""), rows, max(report.rows.height - MOST, 0))


def _owner(asked: _Asked, report: Report, row: Row) -> Line:
    told = tr("{items} things, {n} accounts, {arr} ARR", items=row["items"], n=row["accounts"], arr=_money(report, row["arr"]))
    where = {"owner": row["owner"]} if row["owner"] else {}
    return Line(asked.to("", **where), row["owner"] or tr("Without an owner"), told)


def _tasks(asked: _Asked, report: Report | None) -> Part | None:
    """Open tasks: those that are overdue or due soon."""
    if report is None or not report.totals["tasks"]:
        return None
    said = _joined(*(_of_state(state, report.totals[state]) for state in OPEN if report.totals[state]))
    near = report.rows.filter(pl.col("state").is_in(OPEN), pl.col("days_left") <= TASK_DAYS)
    head = tr_n("{n} open task", "{n} open tasks", report.totals["tasks"])
    return _part(asked, tr("{what}: {how_many}", what=head, how_many=said), "", near, _open)


def _open(task: Row) -> tuple[str, ...]:
    due = day_of(task["due_on"])
    until = tr("overdue since {day}", day=due) if task["state"] == "overdue" else tr("due {day}", day=due)
    return task["title"] or tr("Task"), _named(task), until, task["owner"] or ""


def _of_state(state: str, n: int) -> str:
    """How many tasks stand so, in words."""
    if state == "overdue":
        return tr("{n} overdue", n=n)
    if state == "due_today":
        return tr("{n} due today", n=n)
    return tr("{n} ahead", n=n) if state == "ahead" else tr("{n} without a day", n=n)


def _renewals(asked: _Asked, report: Report | None) -> Part | None:
    if report is None or not report.rows.height:
        return None

    def told(row: Row) -> tuple[str, ...]:
        ends = tr("ends {day}", day=day_of(row["ends_on"]))
        return _named(row), ends, _money(report, row["arr"]), tr("at risk") if row["at_risk"] else ""

    n, arr = report.totals["renewals"], _money(report, report.totals["arr"])
    head = tr("{n} renewals within {days} days, {arr} ARR", n=n, days=RENEWAL_DAYS, arr=arr)
    return replace(_part(asked, head, "renewals", report.rows, told), path=asked.to("renewals", within=RENEWAL_DAYS))


def _done_tasks(asked: _Asked, report: Report | None) -> Part | None:
    if report is None:
        return None
    done = report.rows.filter(pl.col("state") == "done", pl.col("done_on") > asked.since)
    head = tr_n("{n} task done since {day}", "{n} tasks done since {day}", done.height, day=day_of(asked.since))
    return _part(asked, head, "", done, _done) if done.height else None


def _done(task: Row) -> tuple[str, ...]:
    return task["title"] or tr("Task"), _named(task), day_of(task["done_on"]), task["done_by"] or ""


def _conversations(asked: _Asked) -> Part | None:
    report = asked.report("activities")
    if report is None:
        return None
    held = report.rows.filter(pl.col("kind") == "conversation", pl.col("done_on") > asked.since, pl.col("done_on") <= asked.question.as_of)
    if held.is_empty():
        return None
    names = run("accounts", asked.store, asked.viewer, asked.question).rows.select("account_id", "name")
    head = tr_n("{n} conversation since {day}", "{n} conversations since {day}", held.height, day=day_of(asked.since))
    return _part(asked, head, "", held.join(names, on="account_id", how="left", maintain_order="left"), _talk)


def _talk(row: Row) -> tuple[str, ...]:
    return _named(row), day_of(row["done_on"]), row["owner"] or "", _short(row["body"])


def _part(asked: _Asked, head: str, page: str, rows: pl.DataFrame, told: Callable[[Row], tuple[str, ...]]) -> Part:
    """A part whose lines are the first of some rows, each leading to its account. told: what stands first, and the rest."""
    shown = rows.head(MOST).iter_rows(named=True)
    lines = [Line(asked.account(row["account_id"]), words[0], _joined(*words[1:])) for row in shown if (words := told(row))]
    return Part(head, asked.to(page), lines, max(rows.height - MOST, 0))


def _named(row: Row) -> str:
    return row["name"] or row["account_id"]


def _joined(*said: str) -> str:
    return " · ".join(one for one in said if one)


def _money(report: Report, cents: int | None) -> str:
    return money_of(report.shown("arr", cents), report.currency)


def _short(text: str | None) -> str:
    plain = " ".join((text or "").split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
