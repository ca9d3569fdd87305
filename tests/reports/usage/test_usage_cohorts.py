"""Cohorts of use, from files to report, equal counts over the events themselves in plain SQL."""

import random
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from data.importing.run import import_file
from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import EVERYONE
from data.work.feature_catalogue import Entry, put
from reports.catalogue import run
from reports.report import Question

FIRST, LAST = date(2024, 1, 1), date(2024, 6, 20)
HEAD = "account_id,user_id,event,occurred_at"
SQL = """
with active as (select distinct {who} as who, account_id, date_trunc('month', occurred_at)::date as month from read_csv('{file}') where occurred_at < '{before}'),
firsts as (select who, account_id, min(month) as cohort from active group by all),
new as (from firsts where cohort > '2024-01-01'),
months as (select unnest(generate_series(date '2024-02-01', date '{last}', interval 1 month))::date as month)
select n.cohort, datediff('month', n.cohort, m.month) as period, count(*) as known, count(a.month) as active
from new n join months m on m.month >= n.cohort left join active a on a.who = n.who and a.account_id = n.account_id and a.month = m.month
group by all order by all"""


def company(folder, silent: int) -> Store:
    """Three accounts with users who come, go and come back. Every day somebody of each is there; of S nobody in the last `silent` days."""
    chance, days = random.Random(7), [FIRST + timedelta(days=back) for back in range((LAST - FIRST).days + 1)]
    for feed, names in (("app", ("A", "B")), ("other", ("S",))):
        rows = [HEAD]
        for name in names:
            rows += [f"{name},always,open,{day}T09:00:00Z" for day in days[: len(days) - silent * (name == "S")]]
            for user in range(30):
                begins = chance.randrange(len(days) - 30)
                rows += [
                    f"{name},u{user},open,{day}T10:00:00Z"
                    for day in days[begins : len(days) - silent * (name == "S")]
                    if chance.random() < 0.04
                ]
        (folder / f"{feed}.csv").write_text("\n".join(rows) + "\n")
    (folder / "accounts.csv").write_text("account_id,name\nA,Alder\nB,Birch\nS,Spruce\nN,Nobody\n")
    store = Store.open(folder / "own.duckdb")
    for feed in ("accounts", "app", "other"):
        assert import_file(store, folder / f"{feed}.csv", feed=feed).batch is not None
    return store


def counted(folder, who: str, feed: str, before: str, last: str) -> list[tuple]:
    return duckdb.sql(SQL.format(who=who, file=folder / f"{feed}.csv", before=before, last=last)).fetchall()


def test_cohorts_equal_plain_sql_over_the_events(tmp_path):
    """On 20 June, May is the last whole month; a question of 10 April sees nothing of what came later in April."""
    store = company(tmp_path, 0)
    for day, before, last in ((LAST, "2024-06-21", "2024-05-01"), (date(2024, 4, 10), "2024-04-11", "2024-03-01")):
        report = run("usage-cohorts", store, EVERYONE, Question(as_of=day))
        rows = (
            report.rows.filter(of="users").group_by("cohort", "period").agg(pl.col("known", "active").sum()).sort("cohort", "period").rows()
        )
        both = [counted(tmp_path, "user_id", feed, before, last) for feed in ("app", "other")]
        sums: dict[tuple, list[int]] = {}
        for cohort, period, known, active in (*both[0], *both[1]):
            sums.setdefault((cohort, period), [0, 0])
            sums[cohort, period] = [sums[cohort, period][0] + known, sums[cohort, period][1] + active]
        assert rows == [(*key, *values) for key, values in sorted(sums.items())] and len(rows) >= 3
        assert report.totals["accounts_before"] == 3 and report.totals["accounts"] == 0
    store.close()


def test_months_in_which_a_feed_was_silent_are_not_told_of_its_accounts(tmp_path):
    """The feed of S ends on 21 April: April and May are told of A and B alone."""
    store = company(tmp_path, 60)
    rows = run("usage-cohorts", store, EVERYONE, Question(as_of=LAST)).rows.filter(of="users")
    of_two = {row[:2]: row[2:] for row in counted(tmp_path, "user_id", "app", "2024-06-21", "2024-05-01")}
    late = rows.filter(pl.col("cohort").dt.offset_by(pl.format("{}mo", "period")) >= date(2024, 4, 1))
    assert late.height >= 4
    assert {(cohort, period): (known, active) for cohort, period, known, active in late.select("cohort", "period", "known", "active").rows()} == {
        key: value for key, value in of_two.items() if key[0].month + key[1] >= 4
    }  # fmt: skip
    store.close()


def test_an_empty_store_has_no_cohort(tmp_path):
    store = Store.open(tmp_path / "own.duckdb")
    report = run("usage-cohorts", store, EVERYONE, Question())
    assert report.rows.is_empty() and report.totals["users"] == 0
    store.close()


def test_cohorts_of_a_feature_equal_plain_sql_over_its_events(tmp_path):
    """Of users and accounts by the events of one feature, one of them hidden: it counts no more."""
    store, file = company(tmp_path, 0), tmp_path / "more.csv"
    chance = random.Random(3)
    days = [FIRST + timedelta(days=back) for back in range((LAST - FIRST).days + 1)]
    rows = [
        f"{account},u{user},{event},{day}T11:00:00Z"
        for account in "AB" for user in range(20) for event in ("csv", "pdf", "ping") for day in days if chance.random() < 0.01
    ]  # fmt: skip
    file.write_text("\n".join([HEAD, *rows]) + "\n")
    assert import_file(store, file, feed="app").batch
    put(store, EVERYONE, [Entry("csv", "Exports"), Entry("pdf", "Exports"), Entry("ping", "Exports", is_hidden=True)])
    file.write_text("\n".join([HEAD, *(row for row in rows if "ping" not in row)]) + "\n")
    report = run("usage-cohorts", store, EVERYONE, Question(as_of=LAST, feature="Exports"))
    for of, who in (("users", "user_id"), ("accounts", "account_id")):
        told = report.rows.filter(of=of).select("cohort", "period", "known", "active").rows()
        assert told == counted(tmp_path, who, "more", "2024-06-21", "2024-05-01")
    with pytest.raises(WrongParameter, match="no account uses 'nothing'"):
        run("usage-cohorts", store, EVERYONE, Question(as_of=LAST, feature="nothing"))


def test_a_month_that_ends_between_two_days_with_events_is_covered_once_the_next_has_come(tmp_path):
    """Events once a week from 1 January to 22 May, of a second user from 5 February on. On 20 May February, March and April are whole,
    though none of them ends on a day with events; on 30 March February alone is."""
    days = [FIRST + timedelta(days=7 * week) for week in range(21)]
    rows = [f"A,always,open,{day}T09:00:00Z" for day in days] + [f"A,new,open,{day}T09:00:00Z" for day in days[5:]]
    (tmp_path / "app.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    (tmp_path / "accounts.csv").write_text("account_id,name\nA,Alder\n")
    store = Store.open(tmp_path / "own.duckdb")
    for feed in ("accounts", "app"):
        assert import_file(store, tmp_path / f"{feed}.csv", feed=feed).batch is not None
    told = {
        day: run("usage-cohorts", store, EVERYONE, Question(as_of=day)).rows.filter(of="users").select("period", "known", "active").rows()
        for day in (date(2024, 5, 20), date(2024, 3, 30))
    }
    assert told[date(2024, 5, 20)] == [(0, 1, 1), (1, 1, 1), (2, 1, 1)]
    assert told[date(2024, 3, 30)] == [(0, 1, 1)]
    store.close()
