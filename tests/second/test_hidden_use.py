"""Actives on random days, and cohorts of use, of a random company: they equal plain SQL over its events, hidden ones left out.

Written from docs/GLOSSARY.md; the one thing that is taken from files of the product is how they are imported.
"""

import random
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import duckdb
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from data.work.feature_catalogue import Entry, put
from reports.catalogue import run
from reports.report import Question

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 10)
DAY = timedelta(days=1)
HIDDEN = ("ping", "mail_sent")
EVENTS = ("open", "export", "share", *HIDDEN)
HEAD = "account_id,user_id,event,occurred_at"
FEEDS = {  # days of each on which files tell nothing, as (first, last)
    "web": [(date(2024, 3, 4), date(2024, 3, 20)), (date(2024, 8, 1), date(2024, 8, 2))],
    "app": [(date(2024, 10, 20), LAST)],  # it stopped
    "batch": [],
}
ACCOUNTS = {"web": 8, "app": 5, "batch": 6}
COUNTED = """select count(distinct user_id) from events where account_id = ? and occurred_at::date between ? and ?
    and event not in ('ping', 'mail_sent')"""
COHORTS = """with active as (select distinct user_id as who, account_id, date_trunc('month', occurred_at)::date as month from read_csv('{file}', header = true)
        where event not in ('ping', 'mail_sent') and user_id is not null and occurred_at < '{before}'),
    firsts as (select who, account_id, min(month) as cohort from active group by all), new as (from firsts where cohort > '{began}'),
    months as (select unnest(generate_series(date '2024-01-01', date '{last}', interval 1 month))::date as month)
    select n.cohort, datediff('month', n.cohort, m.month) as period, count(*) as known, count(a.month) as active
    from new n join months m on m.month >= n.cohort and m.month not in ({silent})
    left join active a on a.who = n.who and a.account_id = n.account_id and a.month = m.month group by all order by all"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A store, its folder, and the days on which each feed has an event. Files overlap, and some events come after they were hidden."""
    folder, chance = tmp_path_factory.mktemp("hidden"), random.Random(20_241)
    days = [FIRST + DAY * turn for turn in range((LAST - FIRST).days + 1)]
    store = Store.open(folder / "own.duckdb")
    names = {feed: [f"{feed}{number}" for number in range(count)] for feed, count in ACCOUNTS.items()}
    every = [name for own in names.values() for name in own]
    texts = {
        "accounts": ["account_id,name,live_on", *(f"{name},{name.title()},2024-01-01" for name in every)],
        "contracts": ["contract_id,account_id,product,starts_on,amount,period,currency,seats"]
        + [f"{name},{name},Basic,2023-01-01,100,1 month,USD,9" for name in every],
    }
    for table, lines in texts.items():
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n")
        assert import_file(store, folder / f"{table}.csv", table=table).batch
    told = {}
    for feed, silent in FEEDS.items():
        open_days = [day for day in days if not any(first <= day <= last for first, last in silent)]
        rows = [_row(chance, name, day) for name in names[feed] for day in open_days for _ in range(chance.randrange(4))]
        told[feed] = sorted({date.fromisoformat(row.split(",")[3][:10]) for row in rows})
        (folder / f"{feed}.csv").write_text("\n".join([HEAD, *rows]) + "\n")
        for number, part in enumerate((rows[: len(rows) * 2 // 3], rows[len(rows) // 2 :])):
            (folder / f"{feed}-{number}.csv").write_text("\n".join([HEAD, *part]) + "\n")
        assert import_file(store, folder / f"{feed}-0.csv", table="usage_events", feed=feed).batch
    put(store, EVERYONE, [Entry(event, is_hidden=True) for event in HIDDEN])
    for feed in FEEDS:
        assert import_file(store, folder / f"{feed}-1.csv", table="usage_events", feed=feed).batch
    with closing(store):
        yield store, folder, told


def _row(chance: random.Random, account: str, day: date) -> str:
    user = f"u{day.month + chance.randrange(6)}"  # some go, others come
    moment = f"{day}T{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}Z"
    return f"{account},{user},{chance.choices(EVENTS, (4, 2, 1, 6, 3))[0]},{moment}"


def _gap(days: list[date]) -> float:
    return float(median([(right - left).days for left, right in pairwise(days)]))


def _covered(days: list[date], until: date) -> list[date]:
    """Those with an event up to a day, and those between two of them that lie at most three usual gaps apart."""
    known, gap = [day for day in days if day <= until], _gap(days)
    found = set(known)
    for left, right in pairwise(known):
        if (right - left).days <= 3 * gap:
            found |= {left + DAY * turn for turn in range((right - left).days)}
    return sorted(found)


def _window(covered: list[date], length: int) -> tuple[date, date] | None:
    kept = covered[-length:]
    slack = 3 if length > 1 else 0
    return (kept[0], kept[-1]) if len(kept) >= length - slack and (kept[-1] - kept[0]).days < 2 * length else None


def test_actives_of_200_random_accounts_and_days_equal_plain_sql(company):
    store, folder, told = company
    chance, every = random.Random(7), [(feed, f"{feed}{number}") for feed, count in ACCOUNTS.items() for number in range(count)]
    asked = {FIRST + DAY * turn: every for turn in chance.sample(range(40, (LAST - FIRST).days + 1), 11)}  # 19 accounts on each
    events, compared = duckdb.connect(), 0
    files = [str(folder / f"{feed}.csv") for feed in FEEDS]
    events.execute("create table events as from read_csv(?, header = true)", [files])
    for day, accounts in asked.items():
        rows = {row["account_id"]: row for row in run("usage", store, EVERYONE, Question(as_of=day)).rows.to_dicts()}
        for feed, account in accounts:
            row, covered = rows[account], _covered(told[feed], day)
            if (day - covered[-1]).days > 3 * _gap(told[feed]):
                assert (row["state"], row["dau"], row["wau"], row["mau"]) == ("feed_stopped", None, None, None)
                continue
            for name, length in (("dau", 1), ("wau", 7), ("mau", 30)):
                window = _window(covered, length)
                expected = events.execute(COUNTED, [account, *window]).fetchall()[0][0] if window else None
                assert row[name] == expected, (day, account, name)
            compared += 1
    assert compared >= 200 - 5 * 5  # the app's five, on days after its end


@pytest.mark.parametrize("feed", [*FEEDS])
def test_cohorts_of_users_equal_plain_sql(company, feed):
    """By the cohorts of each feed's accounts alone; months with a day that the feed does not cover are told of nobody."""
    store, folder, told = company
    names = tuple(f"{feed}{number}" for number in range(ACCOUNTS[feed]))
    question = Question(as_of=LAST, filters=(("name", tuple(name.title() for name in names)),))
    rows = run("usage-cohorts", store, EVERYONE, question).rows.filter(of="users").select("cohort", "period", "known", "active").rows()
    covered = {*_covered(told[feed], LAST)}
    months = sorted({day.replace(day=1) for day in covered})
    whole = [month for month in months if all(day in covered for day in _days_of(month))]
    silent = ", ".join(f"'{month}'" for month in months if month not in whole) or "'1970-01-01'"
    sql = COHORTS.format(file=folder / f"{feed}.csv", before=LAST + DAY, began=FIRST, last=whole[-1], silent=silent)
    expected = duckdb.sql(sql).fetchall()
    assert rows == expected and len(expected) > 20


def _days_of(month: date) -> list[date]:
    found, day = [], month
    while day.month == month.month:
        found, day = [*found, day], day + DAY
    return found
