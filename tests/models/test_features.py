"""Features as of a day: counted by hand, silent where nothing is known, and blind to everything after the day."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from metrics.account_measures import Recorded
from metrics.coverage import FEEDS, Coverage
from metrics.lines import contract_lines
from metrics.rules import preset
from models.features import COUNTS, INPUTS, features
from models.history import History
from models.observations import observations
from tests.metrics.books import book, lines
from tests.models.generated import FIRST, company, feed, kept

DAY = date(2022, 3, 10)
SINCE = date(2021, 1, 1)


def use(*events: tuple[str, str, date]) -> dict[str, pl.DataFrame]:
    """Rollups of (account, user, day) events, as the store hands them out."""
    frame = pl.DataFrame(events, schema={"account_id": pl.String, "user_id": pl.String, "day": pl.Date}, orient="row")
    bits = pl.lit(2, dtype=pl.Int64).pow(pl.col("day").dt.day().cast(pl.Int64) - 1)
    months = frame.unique().group_by("account_id", "user_id", month=pl.col("day").dt.month_start()).agg(bits=bits.sum())
    days = frame.group_by("account_id", "day", event=pl.lit("open")).agg(count=pl.len().cast(pl.Int64))
    return {"months": months, "days": days}


def seen(history: History, *days: date) -> dict:
    looked = pl.DataFrame({"account_id": "A", "as_of": list(days or (DAY,)), "lead_days": 90, "term_days": 365})
    return features(looked, history).row(0, named=True)


def back(days: int) -> date:
    return DAY - timedelta(days=days)


def test_actives_of_windows_by_hand():
    # In the last 7 days: ann. In the last 30: ann, bob. In 7 days eight weeks back (62 to 56 days): ann, bob, cat; 30 days back from there: dan too.
    events = [("A", "ann", back(0)), ("A", "ann", back(6)), ("A", "bob", back(7)), ("A", "bob", back(29)), ("A", "cat", back(30))]
    events += [("A", "ann", back(56)), ("A", "bob", back(60)), ("A", "cat", back(62)), ("A", "dan", back(85)), ("A", "eve", back(86))]
    found = seen(History(lines({"starts_on": SINCE}).collect(), **use(*events), feeds=feed(SINCE, DAY)))
    assert [found[name] for name in ("wau", "mau", "wau_before", "mau_before")] == [1, 2, 3, 4]
    assert (found["events"], found["events_before"], found["active_days"], found["days_since_use"]) == (4, 4, 4, 0)
    assert (found["features_used"], found["features_used_before"]) == (1, 1)
    assert found["usage_fell"] is True  # 1 is below three quarters of 3


def test_silence_is_zero_only_where_it_means_no_use():
    line = lines({"starts_on": SINCE}).collect()
    old = use(("A", "ann", SINCE))
    quiet = seen(History(line, **old, feeds=feed(SINCE, DAY)))
    assert (quiet["wau"], quiet["events"], quiet["days_since_use"]) == (0, 0, (DAY - SINCE).days)
    never = {"months": old["months"].clear(), "days": old["days"].clear()}
    silences = {
        "no feed": History(line, **never),
        "never tracked": History(line, **never, feeds=feed(SINCE, DAY)),
        "feed stopped": History(line, **old, feeds=feed(SINCE, back(4))),
        "not live yet": History(lines({"starts_on": back(-2)}).collect(), **old, feeds=feed(SINCE, DAY)),
    }
    for reason, history in silences.items():
        assert [seen(history)[name] for name in ("wau", "mau", "wau_before", "events", "active_days")] == [None] * 5, reason
    named = seen(History(line, **never, feeds=feed(SINCE, DAY, every=True)))
    assert (named["events"], named["wau"], named["wau_before"]) == (0, 0, None)  # who came eight weeks ago, a feed without users cannot say


def test_an_account_that_has_just_begun_has_a_present_and_no_past():
    """Live for two days and not used: nobody is active, as the report on usage says; the windows of before it paid say nothing."""
    new = seen(History(lines({"starts_on": back(2)}).collect(), **use(("A", "ann", SINCE)), feeds=feed(SINCE, DAY)))
    assert (new["wau"], new["mau"], new["features_used"]) == (0, 0, 0)
    assert [new[name] for name in ("wau_before", "mau_before", "features_used_before", "events", "active_days")] == [None] * 5


def covering(*days: date) -> Coverage:
    """One daily feed that speaks for some days, and tells of A since the first."""
    feeds = pl.DataFrame([("use", 1.0, 1.0, False)], schema=FEEDS, orient="row")
    told = pl.DataFrame({"feed": ["use"] * len(days), "day": days})
    return Coverage(feeds, told, pl.DataFrame({"account_id": ["A"], "feed": ["use"], "first_seen": [min(days)]}))


def test_a_pause_of_the_feed_is_no_silence():
    """Ann came every day that the feed covers; ten days (20 to 11 back) it does not. In the last 30 covered days are those of 0 to 10 and of
    21 to 39 back, 11 + 19; the month before ends 56 covered days ago, and is as full."""
    days = [back(n) for n in range(160) if not 11 <= n <= 20]
    line = lines({"starts_on": SINCE}).collect()
    found = seen(History(line, **use(*(("A", "ann", day) for day in days)), feeds=feed(days[-1], DAY), coverage=covering(*days)))
    assert [found[name] for name in ("events", "active_days", "events_before", "mau_before", "days_since_use")] == [30, 30, 30, 1, 0]
    assert found["events_change"] == 0
    # Who last came 25 days ago has been silent on 24 to 21 and 10 to 0 back: 4 + 11 days.
    old = seen(History(line, **use(("A", "ann", back(25))), feeds=feed(days[-1], DAY), coverage=covering(*days)))
    assert (old["days_since_use"], old["events"], old["active_days"]) == (15, 1, 1)


def test_a_late_feed_is_read_on_its_last_covered_day():
    days = [back(n) for n in range(2, 160)]
    line = lines({"starts_on": SINCE}).collect()
    found = seen(History(line, **use(*(("A", "ann", day) for day in days)), feeds=feed(days[-1], back(2)), coverage=covering(*days)))
    assert [found[name] for name in ("events", "active_days", "events_before", "days_since_use")] == [30, 30, 30, 0]
    stopped = [day for day in days if day <= back(4)]  # four days behind a daily feed: three are waited for
    gone = seen(History(line, **use(*(("A", "ann", day) for day in stopped)), feeds=feed(days[-1], back(4)), coverage=covering(*stopped)))
    assert [gone[name] for name in ("events", "active_days", "events_before", "days_since_use")] == [None] * 4


def test_an_account_first_seen_lately_has_no_past_unless_the_feed_tells_of_every_account():
    """It paid all along and was first used 20 days ago, in a feed since more than a year: 0 eight weeks ago only where all are told."""
    line, events = lines({"starts_on": SINCE}).collect(), use(("A", "ann", back(20)), ("B", "ben", SINCE))
    listed, every = (seen(History(line, **events, feeds=feed(SINCE, DAY, every=all_of_them))) for all_of_them in (False, True))
    assert [(found["events"], found["events_before"]) for found in (listed, every)] == [(1, None), (1, 0)]


def test_contracts_by_hand():
    base = {"starts_on": date(2021, 6, 1), "amount": "100", "seats": 10}
    extra = {"contract_id": "x", "starts_on": date(2022, 2, 1), "amount": "50", "seats": 5}
    gone = {"contract_id": "g", "starts_on": date(2021, 6, 1), "ends_on": date(2021, 12, 1), "amount": "20"}
    found = seen(History(lines(base, extra, gone).collect()))
    assert [found[name] for name in ("mrr", "mrr_before", "seats", "lines")] == [15000, 10000, 15, 2]  # 90 days before is 2021-12-10
    assert (found["tenure_days"], found["last_term_days"]) == ((DAY - date(2021, 6, 1)).days, 183)


def test_tickets_surveys_and_conversations_by_hand():
    at = [datetime(2022, 3, day, 12, tzinfo=UTC) for day in (1, 5, 20)]
    tickets = pl.DataFrame(
        {
            "account_id": ["A"] * 3, "opened_at": at, "resolved_at": [at[1], at[2], None], "csat": [2.0, 5.0, None],
        }
    )  # fmt: skip
    answered = [at[0], datetime(2022, 2, 1, tzinfo=UTC), at[0]]
    surveys = pl.DataFrame({"account_id": ["A"] * 3, "kind": ["nps", "nps", "csat"], "score": [9.0, 3.0, 4.0], "answered_at": answered})
    talks = pl.DataFrame(
        {"account_id": ["A"] * 2, "kind": ["conversation"] * 2, "done_on": [back(3), DAY + timedelta(days=1)]}
    ).with_columns(sentiment=pl.lit(None, pl.String))
    line, recorded = lines({"starts_on": SINCE}).collect(), {"tickets_recorded": kept(tickets, "opened_at")}
    found = seen(History(line, tickets=tickets, surveys=surveys, activities=talks, activities_recorded=kept(talks, "done_on"), **recorded))
    # The first was resolved on the 5th, the second on the 20th (open on the 10th, for 5 days), the third opened later.
    assert (found["tickets"], found["open_tickets"], found["oldest_open_days"]) == (2, 1, 5)
    # The later answer counts, and only the latest.
    assert (found["csat_rating"], found["nps_answer"], found["days_since_conversation"]) == ((2.0 + 4.0) / 2, 9.0, 3)
    bare = seen(History(line))
    assert [bare[name] for name in ("tickets", "open_tickets", "csat_rating", "nps_answer", "days_since_conversation")] == [None] * 5


def test_people_by_hand():
    """Talks 3, 80, 100, 170 and 190 days ago: two in 90 days, two in the 90 before, two people named in 180."""
    days, who = [back(n) for n in (3, 80, 100, 170, 190)] + [DAY + timedelta(days=1)], ["ann,bob", "ann", None, "bob", "cat", "dan"]
    talks = pl.DataFrame(
        {
            "account_id": ["A"] * 6,
            "kind": ["conversation"] * 6,
            "done_on": days,
            "contacts": who,
            "sentiment": [None, "positive"] + [None] * 4,
        }
    )
    gone = {"ann": None, "bob": back(1), "cat": back(190), "dan": DAY + timedelta(days=5)}
    people = pl.DataFrame({"contact_id": list(gone), "account_id": ["A"] * 4, "left_on": list(gone.values())})
    said = [
        ("ann", back(400), True),
        ("bob", back(400), True),
        ("dan", back(50), True),
        ("dan", back(10), False),
        ("ann", DAY + timedelta(1), False),
    ]
    champions = pl.DataFrame(said, schema=["contact_id", "day", "is_champion"], orient="row")
    kept_since = {"activities": talks, "activities_recorded": kept(talks, "done_on")}
    found = seen(History(lines({"starts_on": SINCE}).collect(), people=people, champions=champions, **kept_since))
    assert [found[name] for name in ("talks", "talks_before", "people_talked", "conversation_sentiment")] == [2, 2, 2, 1.0]
    # bob left yesterday, cat more than 180 days ago; of the champions ann alone is one and there, last spoken with three days ago.
    assert [found[name] for name in ("people_left", "champions", "days_since_champion_talk")] == [1, 1, 3]
    unsaid = seen(History(lines({"starts_on": SINCE}).collect(), people=people.with_columns(left_on=pl.lit(None, pl.Date)), **kept_since))
    assert [unsaid[name] for name in ("people_left", "champions", "days_since_champion_talk")] == [None] * 3
    unnamed = {"activities": talks.drop("contacts"), "activities_recorded": kept_since["activities_recorded"]}
    assert [seen(History(lines({"starts_on": SINCE}).collect(), **unnamed))[name] for name in ("talks", "people_talked")] == [2, None]


def test_replies_and_the_tickets_of_before_by_hand():
    at = [datetime(2022, 3, 1, 12, tzinfo=UTC), datetime(2022, 2, 1, 12, tzinfo=UTC), datetime(2021, 11, 1, tzinfo=UTC)]
    replied = [at[0] + timedelta(hours=3), at[1] + timedelta(hours=9), at[2] + timedelta(hours=1)]
    tickets = pl.DataFrame({"account_id": ["A"] * 3, "opened_at": at, "first_reply_at": replied, "resolved_at": replied, "csat": [4.0] * 3})
    found = seen(History(lines({"starts_on": SINCE}).collect(), tickets=tickets, tickets_recorded=kept(tickets, "opened_at")))
    assert [found[name] for name in ("tickets", "tickets_before", "reply_hours")] == [2, 1, 6.0]


def test_past_renewals_and_prices_by_hand():
    """Two years and a third: the first renewed without a gap at 100 -> 110, the second ten days late at 110 -> 121, which is told after 30 days."""
    first = {"starts_on": date(2019, 2, 1), "ends_on": date(2020, 2, 1), "amount": "100", "seats": 10}
    second = {"starts_on": date(2020, 2, 1), "ends_on": date(2021, 2, 1), "amount": "110", "seats": 10}
    third = {"starts_on": date(2021, 2, 11), "ends_on": date(2023, 2, 11), "amount": "121", "seats": 11}
    found = seen(History(lines(first, second, third).collect()))
    assert (found["renewed"], found["days_late"], found["renewed_change"]) == (2, 10, pytest.approx(np.log(1.1)))
    assert (found["mrr_year_before"], found["seats_sold"], found["seats_sold_year_before"]) == (12100, 11, 11)  # on 2021-03-10
    early = seen(History(lines(first, second, third).collect()), date(2021, 3, 2))
    assert (early["renewed"], early["days_late"], early["mrr_year_before"]) == (1, 0, 11000)
    # 121 / 110, of which a tenth is more seats: the price of a seat is what it was.
    assert early["mrr_year_change"] == pytest.approx(np.log(1.1)) and early["price_year_change"] == pytest.approx(0)
    assert seen(History(lines(first, second, third).collect()), date(2021, 3, 3))["days_late"] == 10


def test_a_discount_that_ran_out_is_a_step_of_the_price():
    line = {"starts_on": SINCE, "amount": "100", "discount": 0.2, "discount_ends_on": back(30)}
    told = contract_lines(book(line), rules=preset("house")).collect()
    assert seen(History(told))["step_change"] == pytest.approx(np.log(100 / 80))
    assert seen(History(told), back(31))["step_change"] == 0
    assert seen(History(told), back(30 - 180))["step_change"] == 0  # half a year later it is the price that one has


def test_how_accounts_of_a_kind_did_by_hand():
    """Of one kind A, B and C since 2020-01-01, of which B left on 2021-06-01; D, of another, stays. Looked at on 2022-03-10, the year is
    that up to 2022-02-08 from 2021-02-08: A and C were there for all of it, B for 113 days, D for 365."""
    other = {"account_id": "D", "amount": "90000", "starts_on": date(2020, 1, 1)}
    rows = [{"account_id": name, "starts_on": date(2020, 1, 1), "ends_on": date(2021, 6, 1) if name == "B" else None} for name in "ABC"]
    found = seen(History(lines(*rows, other).collect()))
    years, every = 2 + 113 / 365, 3 + 113 / 365
    assert found["peers_lost"] == pytest.approx((1 + 10 / every) / (years + 10))
    # 30 days after B left it is not certain yet that it did, and nobody else has; a day later it is.
    history = History(lines(*rows, other).collect())
    assert seen(history, date(2021, 6, 30))["peers_lost"] == 0 < seen(history, date(2021, 7, 1))["peers_lost"]


def test_what_all_accounts_did_is_taken_off_the_change_of_one():
    """A and B come daily; in the last 30 days everybody comes half as often as eight weeks before: nothing is left of A's own change."""
    often = [("A", "ann", back(n)) for n in range(160) if n >= 30 or n % 2 == 0]
    events = use(*often, *(("B", "ben", day) for _, _, day in often))
    both = lines({"starts_on": SINCE}, {"starts_on": SINCE, "account_id": "B"}).collect()
    found = seen(History(both, **events, feeds=feed(back(159), DAY)))
    assert (found["events"], found["events_before"]) == (15, 30)
    assert (found["use_of_all"], found["use_of_all_before"]) == (1.0, 1.0)  # of days on which anybody came
    some = use(*often, *(("B", "ben", back(n)) for n in range(160)))
    less = seen(History(both, **some, feeds=feed(back(159), DAY)))
    assert (less["use_of_all"], less["use_of_all_before"]) == (0.75, 1.0)
    assert less["events_net_change"] == pytest.approx(np.log(16 / 31) - np.log(0.75))


@pytest.mark.parametrize(("ago", "answer"), [(365, 6.0), (366, None)])
def test_an_answer_of_more_than_a_year_ago_says_nothing(ago, answer):
    at = datetime.combine(back(ago), datetime.min.time(), tzinfo=UTC)
    surveys = pl.DataFrame({"account_id": ["A"], "kind": ["nps"], "score": [6.0], "answered_at": [at]})
    assert seen(History(lines({"starts_on": SINCE}).collect(), surveys=surveys))["nps_answer"] == answer


@pytest.fixture(scope="module")
def small():
    made = company(7, accounts=250)
    who = pl.int_range(pl.len()) % 3
    talks = made.history.tickets.select(
        "account_id", kind=pl.lit("conversation"), done_on=pl.col("opened_at").dt.date(),
        sentiment=pl.when(who == 0).then(pl.lit("positive")).otherwise(pl.lit("negative")), contacts=pl.format("{}-{}", "account_id", who),
    )  # fmt: skip
    tickets = made.history.tickets.with_columns(first_reply_at=pl.col("opened_at") + pl.duration(hours=5 * who + 20))
    ends = talks.group_by("account_id").agg(pl.col("done_on").max())
    people = ends.join(pl.DataFrame({"number": [0, 1, 2]}), how="cross").select(
        "account_id", contact_id=pl.format("{}-{}", "account_id", "number"), left_on=pl.when(pl.col("number") > 0).then("done_on")
    )  # fmt: skip
    champions = pl.concat(
        people.select("contact_id", day=pl.lit(FIRST + timedelta(days=at)), is_champion=pl.col("contact_id").hash(at) % 3 == 0)
        for at in range(0, 1800, 300)
    )
    halves = made.history.lines.with_columns(half=pl.col("starts_on").dt.offset_by("45d")).filter(pl.col("half") < pl.col("ends_on"))
    later = halves.with_columns(starts_on="half", mrr=pl.col("mrr") + 777, row_key=pl.format("{} later", "row_key")).drop("half")
    lines_ = made.history.lines.join(halves.select("row_key", "half"), on="row_key", how="left").with_columns(
        ends_on=pl.coalesce("half", "ends_on")
    )
    more = {
        "activities": talks, "activities_recorded": kept(talks, "done_on"), "tickets": tickets, "people": people, "champions": champions,
        "lines": pl.concat([lines_.drop("half"), later]),
    }  # fmt: skip
    history = History(**{**made.history.__dict__, **more})
    return history, observations(history.lines, made.effective, since=FIRST, until=made.until, grace_days=30)


def changed_after(history: History, day: date) -> History:
    """The same history with everything after the day changed: later rows gone or other, later ends and answers other, too."""
    moment, later = pl.lit(day).cast(pl.Datetime("us", "UTC")) + pl.duration(days=1), date(2031, 7, 7)
    ends = pl.when(pl.col("ends_on") > day).then(pl.lit(None, dtype=pl.Date)).otherwise("ends_on")
    ours = pl.col("starts_on") <= day
    other = history.lines.filter(~ours).with_columns(mrr=pl.lit(99), starts_on=pl.lit(later), ends_on=pl.lit(None, dtype=pl.Date))
    lines_then = pl.concat(
        [history.lines.filter(ours).with_columns(ends_on=ends, cancelled_on=pl.lit(later)), other.cast({"mrr": pl.Int64})]
    )
    mask = (1 << day.day) - 1
    kept = pl.when(pl.col("month") == day.replace(day=1)).then(pl.col("bits") & mask).otherwise("bits")
    months = history.months.filter(pl.col("month") <= day).with_columns(bits=kept)
    new = pl.DataFrame(
        {"account_id": ["A0", "A1"], "user_id": ["x", "y"], "month": [later.replace(day=1)] * 2, "bits": [7, 7]}, schema=months.schema
    )
    tickets = history.tickets.filter(pl.col("opened_at") < moment).with_columns(
        resolved_at=pl.when(pl.col("resolved_at") >= moment).then(None).otherwise("resolved_at"),
        csat=pl.when(pl.col("resolved_at") >= moment).then(1.0).otherwise("csat"),
        first_reply_at=pl.when(pl.col("first_reply_at") >= moment)
        .then(pl.lit(datetime(2031, 7, 7, tzinfo=UTC)))
        .otherwise("first_reply_at"),
    )
    left = pl.when(pl.col("left_on") > day).then(pl.lit(later)).otherwise("left_on")
    told = history.champions.with_columns(is_champion=pl.when(pl.col("day") > day).then(~pl.col("is_champion")).otherwise("is_champion"))
    return History(
        lines_then, pl.concat([months, new]), history.days.filter(pl.col("day") <= day), tickets,
        history.surveys.filter(pl.col("answered_at") < moment), history.activities.filter(pl.col("done_on") <= day),
        feeds=feed(history.covers_from, day), people=history.people.with_columns(left_on=left), champions=told, **_recorded_by(history, day),
    )  # fmt: skip


def _recorded_by(history: History, day: date) -> dict[str, Recorded]:
    """When the tables were known to be kept by the day."""
    both = {"tickets_recorded": history.tickets_recorded, "activities_recorded": history.activities_recorded}
    return {name: Recorded(one.first, min(one.last, day), one.gap) for name, one in both.items()}


@pytest.mark.long
def test_the_past_that_may_not_change_a_feature_fills_every_one_of_them(small):
    history, looked = small
    unknown = [name for name in INPUTS if features(looked, history)[name].n_unique() < 2]
    assert unknown == ["lines", "csat_rating"]  # everybody has one line, and nobody is asked


@pytest.mark.parametrize("months", [8, 14, 20, 26, 33, 41, 50, 57])
def test_nothing_after_the_day_changes_a_feature(small, months):
    history, _ = small
    day = FIRST + timedelta(days=30 * months + months % 7)
    names = history.lines.filter(pl.col("starts_on") <= day)["account_id"].unique().sort()
    everybody = pl.DataFrame({"account_id": names}).with_columns(as_of=day, lead_days=90, term_days=365)
    assert everybody.height
    assert_frame_equal(features(everybody, history), features(everybody, changed_after(history, day)))


def test_a_column_from_the_future_cannot_enter(small):
    history, looked = small
    planted = looked.with_columns(left_later=pl.col("churned").cast(pl.Float64))
    wide = History(**{**history.__dict__, "lines": history.lines.with_columns(left_later=1.0)})
    found = features(planted, wide)
    assert "left_later" not in INPUTS
    assert_frame_equal(found.select(INPUTS), features(looked, history).select(INPUTS))


def test_rows_keep_their_order_and_every_input_is_a_number(small):
    history, looked = small
    mixed = looked.sample(fraction=1.0, shuffle=True, seed=3)
    found = features(mixed, history)
    assert found["case"].to_list() == mixed["case"].to_list()
    assert set(found.select(INPUTS).dtypes) == {pl.Float64}
    assert set(COUNTS) <= set(found.columns)
    assert not found.select(pl.col(INPUTS).is_nan().any() | pl.col(INPUTS).is_infinite().any()).row(0).count(True)
