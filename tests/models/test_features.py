"""Features as of a day: counted by hand, silent where nothing is known, and blind to everything after the day."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.features import COUNTS, INPUTS, features
from models.history import History
from models.observations import observations
from tests.metrics.books import lines
from tests.models.generated import FIRST, company

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
    # In the last 7 days: ann. In the last 28: ann, bob. In 7 days eight weeks back (62 to 56 days): ann, bob, cat; 28 days back from there: dan too.
    events = [("A", "ann", back(0)), ("A", "ann", back(6)), ("A", "bob", back(7)), ("A", "bob", back(27)), ("A", "cat", back(28))]
    events += [("A", "ann", back(56)), ("A", "bob", back(60)), ("A", "cat", back(62)), ("A", "dan", back(63)), ("A", "eve", back(84))]
    found = seen(History(lines({"starts_on": SINCE}).collect(), **use(*events), covers=(SINCE, DAY)))
    assert [found[name] for name in ("weekly_actives", "monthly_actives", "weekly_actives_before", "monthly_actives_before")] == [
        1,
        2,
        3,
        4,
    ]
    assert (found["events"], found["events_before"], found["active_days"], found["days_since_use"]) == (4, 4, 4, 0)
    assert (found["features_used"], found["features_used_before"]) == (1, 1)
    assert found["usage_fell"] is True  # 1 is below three quarters of 3


def test_silence_is_zero_only_where_it_means_no_use():
    line = lines({"starts_on": SINCE}).collect()
    old = use(("A", "ann", SINCE))
    quiet = seen(History(line, **old, covers=(SINCE, DAY)))
    assert (quiet["weekly_actives"], quiet["events"], quiet["days_since_use"]) == (0, 0, (DAY - SINCE).days)
    never = {"months": old["months"].clear(), "days": old["days"].clear()}
    silences = {
        "no feed": History(line, **never),
        "never tracked": History(line, **never, covers=(SINCE, DAY)),
        "feed stopped": History(line, **old, covers=(SINCE, back(4)), stops_after=3),
        "not paying yet": History(lines({"starts_on": back(2)}).collect(), **old, covers=(SINCE, DAY)),
    }
    for reason, history in silences.items():
        assert seen(history)["weekly_actives"] is None, reason
    named = seen(History(line, **never, covers=(SINCE, DAY), complete=True))
    assert (named["events"], named["weekly_actives"]) == (0, None)


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
    surveys = pl.DataFrame({"account_id": ["A"] * 2, "kind": ["nps", "csat"], "score": [9.0, 4.0], "answered_at": [at[0]] * 2})
    talks = pl.DataFrame({"account_id": ["A"] * 2, "kind": ["conversation"] * 2, "done_on": [back(3), DAY + timedelta(days=1)]})
    found = seen(History(lines({"starts_on": SINCE}).collect(), tickets=tickets, surveys=surveys, activities=talks))
    # The first was resolved on the 5th, the second on the 20th (open on the 10th, for 5 days), the third opened later.
    assert (found["tickets"], found["tickets_open"], found["oldest_open_days"]) == (2, 1, 5)
    assert (found["csat"], found["nps"], found["days_since_conversation"]) == ((2.0 + 4.0) / 2, 9.0, 3)
    bare = seen(History(lines({"starts_on": SINCE}).collect()))
    assert [bare[name] for name in ("tickets", "tickets_open", "csat", "nps", "days_since_conversation")] == [None] * 5


@pytest.fixture(scope="module")
def small():
    made = company(7, accounts=250)
    talks = made.history.tickets.select("account_id", kind=pl.lit("conversation"), done_on=pl.col("opened_at").dt.date())
    history = History(**{**made.history.__dict__, "activities": talks})
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
    )
    return History(
        lines_then, pl.concat([months, new]), history.days.filter(pl.col("day") <= day), tickets,
        history.surveys.filter(pl.col("answered_at") < moment), history.activities.filter(pl.col("done_on") <= day),
        covers=(history.covers[0], day),
    )  # fmt: skip


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
