"""Every figure of what customers say, against SQL over the rows of the store that was written from docs/GLOSSARY.md alone."""

from contextlib import closing
from datetime import date, timedelta
from math import sqrt

import duckdb
import pytest

from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from tests.asked_company import DAY, asked_company

PERIODS = [(date(2023, 6, 30), DAY), (date(2022, 6, 30), date(2023, 3, 31)), (date(2024, 3, 31), DAY)]
# Each request with the first of those by which it was reminded (NPS, a known person, 14 days); each answer with the one it belongs to.
LINKED = """
create table asked as select *, coalesce(contact_id, '') as who, asked_at::timestamp as moment from survey_requests where asked_at::timestamp::date <= $day;
create table steps as select *, case when kind = 'nps' and who <> '' and moment - lag(moment) over (partition by account_id, who, kind order by moment, request_id) <= interval 14 days then 0 else 1 end as starts from asked;
create table turns as select *, sum(starts) over (partition by account_id, who, kind order by moment, request_id) as turn from steps;
create table firsts as select *, first_value(request_id) over (partition by account_id, who, kind, turn order by moment, request_id) as first from turns;
create table said as select survey_id, account_id, contact_id, kind, score, answered_at::timestamp as moment from surveys where answered_at::timestamp::date <= $day
    union all select ticket_id, account_id, null, 'ticket rating', csat, resolved_at::timestamp from tickets where csat is not null and resolved_at::timestamp::date <= $day;
create table answers as select s.*, coalesce(
    (select max_by(f.first, (f.moment, f.request_id)) from firsts f where f.survey_id = s.survey_id and f.kind = s.kind),
    (select max_by(f.first, (f.moment, f.request_id)) from firsts f where f.account_id = s.account_id and f.who = coalesce(s.contact_id, '')
        and f.kind = s.kind and f.moment <= s.moment and s.moment - f.moment <= interval 90 days)) as request from said s;
create table scaled as select * from answers where score = floor(score) and case kind when 'nps' then score between 0 and 10 else score between 1 and 5 end
"""
COUNTING = """with inside as (select *, case when kind = 'nps' and contact_id is not null then account_id || '/' || contact_id
        else coalesce(request, account_id || '/' || survey_id) end as unit from scaled where moment::date > $since and moment::date <= $until),
    counting as (select * from inside qualify row_number() over (partition by kind, unit order by moment desc, survey_id desc) = 1)"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with closing(Store.open(asked_company(tmp_path_factory.mktemp("were_asked") / "own.duckdb"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def sql(store):
    """A database of its own, with the rows of the store's tables and what belongs together."""
    with View(store, EVERYONE) as view, duckdb.connect() as database:
        for table in ("surveys", "survey_requests", "tickets", "contacts"):
            frame = view.table(table)
            database.register("handed", frame)
            database.execute(f"create table {table} as select * from handed")
        database.register("handed", view.accounts())
        database.execute("create table accounts as select * from handed")
        for statement in LINKED.split(";"):
            database.execute(statement, {"day": DAY} if "$day" in statement else None)
        yield lambda query, **given: database.execute(query, given).fetchall()


def asked(store, name, since, until, **more):
    return run(name, store, EVERYONE, Question(as_of=DAY, start=since, end=until, **more))


@pytest.mark.parametrize("period", PERIODS)
def test_nps(store, sql, period):
    ((n, p, d),) = sql(
        f"{COUNTING} select count(*), count(*) filter (score >= 9), count(*) filter (score <= 6) from counting where kind = 'nps'",
        since=period[0], until=period[1],
    )  # fmt: skip
    row = asked(store, "nps", *period).rows.row(0, named=True)
    assert (row["answers"], row["promoters"], row["detractors"]) == (n, p, d) and n > 50
    assert row["nps"] == pytest.approx(100 * (p - d) / n)
    assert row["nps_margin"] == pytest.approx(195.9964 * sqrt(((p + d) / n - ((p - d) / n) ** 2) / n), rel=1e-6)


@pytest.mark.parametrize("period", PERIODS)
def test_csat_of_surveys_and_of_tickets_each_by_itself(store, sql, period):
    told = sql(
        f"{COUNTING} select kind, count(*), count(*) filter (score >= 4), avg(score) from counting where kind <> 'nps' group by kind order by kind",
        since=period[0], until=period[1],
    )  # fmt: skip
    rows = asked(store, "csat", *period).rows
    assert rows.select("kind", "answers", "satisfied").rows() == [one[:3] for one in told]
    assert rows["csat_mean"].to_list() == pytest.approx([one[3] for one in told])


RATE = """select count(distinct f.first), count(distinct f.first) filter (f.first in (select request from answers)) from firsts f
    where f.request_id = f.first and f.kind = $kind and f.moment::date > $since and f.moment::date <= $until and f.moment::date <= $last"""


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("kind", ["nps", "csat"])
def test_who_answered_of_those_who_were_asked(store, sql, period, kind):
    ((n, met),) = sql(RATE, kind=kind, since=period[0], until=period[1], last=DAY - timedelta(days=14))
    row = asked(store, kind, *period).rows.row(0, named=True)
    assert (row["were_asked"], row["answered"]) == (n, met) and n > met > 5
    assert row["response_rate"] == pytest.approx(met / n)
    ((spontaneous, off),) = sql(
        """select count(*) filter (request is null), (select count(*) from answers a where kind = $kind and moment::date > $since and moment::date <= $until
            and not exists (select 1 from scaled s where s.survey_id = a.survey_id and s.kind = a.kind))
        from answers where kind = $kind and moment::date > $since and moment::date <= $until""",
        kind=kind, since=period[0], until=period[1],
    )  # fmt: skip
    assert (row["unasked"], row["off_scale"]) == (spontaneous, off) and off > 0


@pytest.mark.parametrize(
    ("by", "column"),
    [("segment", "a.segment"), ("plan", "a.plan"), ("owner", "a.owner"), ("parent", "coalesce(p.name, a.name)"), ("role", "c.role")],
)
def test_by_whatever_it_is_split(store, sql, by, column):
    since, until = PERIODS[0]
    joined = """join accounts a using (account_id) left join accounts p on p.account_id = a.parent_id
        left join contacts c on c.contact_id = s.contact_id and c.account_id = s.account_id"""
    told = sql(
        f"{COUNTING} select {column}, count(*), count(*) filter (score >= 9) - count(*) filter (score <= 6) from counting s {joined} where s.kind = 'nps' group by all",
        since=since, until=until,
    )  # fmt: skip
    rows = asked(store, "nps", since, until, by=by).rows
    assert {row["group"]: (row["answers"], row["promoters"] - row["detractors"]) for row in rows.iter_rows(named=True)} == {
        group: (n, points) for group, n, points in told
    }
    assert rows["were_asked"].sum() == asked(store, "nps", since, until).totals["were_asked"]


def test_the_distribution_and_the_answers_one_by_one_are_those_of_the_figures(store, sql):
    since, until = PERIODS[0]
    told = sql(f"{COUNTING} select kind, score::int, count(*) from counting group by all", since=since, until=until)
    rows = asked(store, "survey-scores", since, until).rows.filter(answers=0).height, asked(store, "survey-scores", since, until).rows
    assert {row[:2]: row[2] for row in rows[1].filter(rows[1]["answers"] > 0).select("kind", "score_given", "answers").rows()} == {
        (kind, score): n for kind, score, n in told
    }
    answers = asked(store, "survey-answers", since, until)
    ((every, off),) = sql(
        """select count(*), count(*) - (select count(*) from scaled where moment::date > $since and moment::date <= $until) from answers
        where moment::date > $since and moment::date <= $until""",
        since=since, until=until,
    )  # fmt: skip
    assert (answers.rows.height, answers.totals["off_scale"]) == (every, off)
    assert answers.rows["counts"].sum() == sum(n for *_, n in told)
    assert answers.rows.filter(kind="nps")["was_asked"].sum() == sql(
        "select count(request) from answers where kind = 'nps' and moment::date > $since and moment::date <= $until", since=since, until=until
    )[0][0]  # fmt: skip


@pytest.mark.parametrize(("segment", "months"), [(None, 1), ("SMB", 3)])
def test_the_trend(store, sql, segment, months):
    """Of all accounts every month has 30 answers or more, of a third of them some have fewer: then each month stands for three."""
    filters = (("segment", (segment,)),) if segment else ()
    rows = asked(store, "nps-trend", date(2023, 6, 30), DAY, filters=filters).rows
    assert rows["month"].to_list() == [date(2023, month, 1) for month in range(7, 13)] + [date(2024, month, 1) for month in range(1, 7)]
    assert set(rows["window_months"]) == {months} and (rows["answers"].min() < 30 * months) == (months == 3)
    for month, n, value, change in rows.select("month", "answers", "nps", "nps_change").rows():
        (counted, points), (_, before) = (_points(sql, month, back, months, segment) for back in (0, months))
        assert (n, value, change) == (counted, pytest.approx(points), pytest.approx(points - before))


def _points(sql, month: date, back: int, months: int, segment: str | None) -> tuple[int, float]:
    """Answers and NPS of the months that end so many months before that of `month`."""
    (days,) = sql(
        "select ($month - to_months($first) - interval 1 day)::date, ($month - to_months($last) - interval 1 day)::date",
        month=month, first=back + months - 1, last=back - 1,
    )  # fmt: skip
    (found,) = sql(
        f"""{COUNTING} select count(*), 100.0 * (count(*) filter (score >= 9) - count(*) filter (score <= 6)) / count(*)
        from counting join accounts using (account_id) where kind = 'nps' and ($segment is null or segment = $segment)""",
        since=days[0], until=days[1], segment=segment,
    )  # fmt: skip
    return found


def test_by_account(store, sql):
    since, until = PERIODS[0]
    told = sql(
        f"""{COUNTING} select account_id, count(*) filter (kind = 'nps'), count(*) filter (kind = 'csat'), count(*) filter (kind = 'ticket rating')
        from counting group by all""",
        since=since, until=until,
    )  # fmt: skip
    rows = asked(store, "survey-accounts", since, until).rows
    found = {row[0]: row[1:] for row in rows.select("account_id", "nps_answers", "csat_answers", "ticket_answers").rows()}
    assert found == {**dict.fromkeys(found, (0, 0, 0)), **{account: tuple(counts) for account, *counts in told}}
    assert rows["were_asked"].sum() == sum(
        sql(RATE, kind=kind, since=since, until=until, last=DAY - timedelta(days=14))[0][0] for kind in ("nps", "csat")
    )


@pytest.mark.parametrize("days", [30, 180])
def test_whom_nobody_asked(store, sql, days):
    """Every tenth account is no customer any more."""
    gone = {f"A{n}" for n in range(60) if n % 10 == 9}
    heard = "select account_id, {0} moment from asked union all select account_id, {0} moment from answers where kind <> 'ticket rating'"
    accounts = dict(sql(f"select account_id, max(moment)::date from ({heard.format('')}) group by all"))
    people = {(one, who): last for one, who, last in sql(f"select account_id, contact_id, max(moment)::date from ({heard.format('contact_id,')}) group by all")}  # fmt: skip
    limit = DAY - timedelta(days=days)
    rows = run("not-asked", store, EVERYONE, Question(as_of=DAY, unasked=days)).rows
    ids = {f"A{n}" for n in range(60)} - gone
    assert set(rows["account_id"]) == {one for one in ids if accounts.get(one, date.min) <= limit}
    contacts = run("contacts-not-asked", store, EVERYONE, Question(as_of=DAY, unasked=days))
    long_ago = {(one, f"{one}-{moment}") for one in ids for moment in range(3) if people.get((one, f"{one}-{moment}"), date.min) <= limit}
    assert set(contacts.rows.select("account_id", "contact_id").rows()) == long_ago and long_ago
    assert contacts.totals["never_asked"] == len([one for one in long_ago if one not in people])
    never = contacts.rows["days_unasked"].is_null().to_list()
    assert never == sorted(never, reverse=True)
