"""One period: it ends by the day looked at, opens and closes on the same balance days in every report, and is labelled where it is not over."""

from datetime import UTC, date, datetime

import pytest

from data.importing.run import import_file
from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from reports.revenue.closes import close_period

# Two years of two accounts. Birch's year ends on 2027-01-15 and nobody has renewed it yet; the files came in on the day of the test.
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency
1,A,Core,2025-01-01,,100,1 month,USD
2,B,Core,2025-01-15,2027-01-15,900,1 month,USD
3,C,Core,2026-10-01,,50,1 month,USD
"""
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("periods")
    (folder / "contracts.csv").write_text(CONTRACTS)
    with_contracts = Store.open(folder / "own.duckdb")
    assert import_file(with_contracts, folder / "contracts.csv", table="contracts").batch
    yield with_contracts
    with_contracts.close()


def ask(store, name: str, **asked):
    return run(name, store, EVERYONE, Question(**{"as_of": DAY, **asked}))


def test_the_default_period_is_the_twelve_months_to_the_end_of_the_last_full_month(store):
    """On 20 November: 31 October 2025 to 31 October 2026. C came on 1 October 2026: it is new, and no part of the cohort."""
    kept, moved = ask(store, "retention"), ask(store, "movements")
    for report in (kept, moved):
        assert (report.parameters["from"], report.parameters["to"]) == (date(2025, 10, 31), date(2026, 10, 31))
    assert kept.totals["nrr"] == 1.0 and (moved.totals["opening"], moved.totals["new"], moved.totals["closing"]) == (100000, 5000, 105000)
    on_the_last_day = ask(store, "retention", as_of=date(2026, 10, 31))
    assert on_the_last_day.parameters["to"] == date(2026, 10, 31)  # the month is over on its last day


def test_a_period_opens_on_one_balance_day_in_every_report(store):
    """From 1 October: C's 50.00 begins on that day, so it is in the opening of every report, and new in none."""
    asked = {"start": date(2026, 10, 1), "end": date(2026, 10, 31)}
    kept, moved = ask(store, "retention", **asked), ask(store, "movements", **asked)
    assert kept.totals["opening_mrr"] == moved.totals["opening"] == 10000 + 90000 + 5000
    assert kept.rows["opens_on"].to_list() == moved.rows["opens_on"].to_list() == [date(2026, 10, 1)]
    assert kept.rows["closes_on"].to_list() == moved.rows["closes_on"].to_list() == [date(2026, 10, 31)]
    assert moved.totals["new"] == 0 and "give from=2026-09-30" in " ".join(moved.notes)
    whole = ask(store, "movements", start=date(2026, 9, 30), end=date(2026, 10, 31))
    assert (whole.totals["opening"], whole.totals["new"]) == (100000, 5000)
    for name in ("movement-accounts", "movement-lines", "retention-accounts"):
        rows = ask(store, name, **asked).rows
        assert set(rows["opens_on"]) == {date(2026, 10, 1)} and set(rows["closes_on"]) == {date(2026, 10, 31)}


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("month", [date(2026, 8, 20), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 15)]),
        ("quarter", [date(2026, 8, 20), date(2026, 9, 30), date(2026, 11, 15)]),
        ("year", [date(2026, 8, 20), date(2026, 11, 15)]),
    ],
)
def test_steps_make_up_just_the_period(store, every, days):
    moved = ask(store, "movements", start=days[0], end=days[-1], every=every)
    assert moved.rows["opens_on"].to_list() == days[:-1] and moved.rows["closes_on"].to_list() == days[1:]
    assert (moved.totals["opening"], moved.totals["new"], moved.totals["closing"]) == (100000, 5000, 105000)


@pytest.mark.parametrize("name", ["retention", "movements", "renewal-rate", "unit-economics", "retention-series", "arr", "cohorts"])
def test_a_period_that_ends_after_the_day_looked_at_is_refused(store, name):
    with pytest.raises(WrongParameter, match="to: 2027-03-31 lies after 2026-11-20, the day looked at"):
        ask(store, name, end=date(2027, 3, 31))


def test_what_is_signed_beyond_is_asked_for_and_labelled(store):
    """A 100, B 900: on 2027-03-31 only A is signed: NRR 100 of 1,000 = 10 %, and the answer says what that is."""
    report = ask(store, "retention", start=date(2026, 3, 31), end=date(2027, 3, 31), booked=True)
    assert report.totals["nrr"] == 0.1 and report.parameters["booked"] is True
    assert report.title == "Retention, as booked" and report.notes[0].startswith("Booked: the period ends on 2027-03-31, after 2026-11-20")
    with pytest.raises(WrongParameter, match="booked: it asks for a period that ends after 2026-11-20"):
        ask(store, "retention", end=date(2026, 10, 31), booked=True)


SIGNED = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,booked_on
1,A,Core,2025-01-01,,100,1 month,USD,2024-12-20
2,B,Core,2025-01-15,2027-01-15,900,1 month,USD,2025-01-10
4,B,Core,2027-01-15,2028-01-15,950,1 month,USD,2026-12-28
5,D,Core,2027-02-01,,30,1 month,USD,2026-11-19
6,E,Core,2027-02-01,,70,1 month,USD,2026-11-21
7,F,Core,2027-02-01,,20,1 month,USD,
8,G,Core,2026-11-01,,10,1 month,USD,2026-12-01
"""


def test_what_is_signed_after_the_day_looked_at_is_not_signed_by_now(tmp_path):
    """Seen from 20 November 2026. A runs (100), G runs and was written down later (10), D is signed (30): 140 on 2027-03-31. B's renewal and
    E are signed later, and of F nothing says that it was. Seen from 28 December B's renewal and E count, too: 140 + 950 + 70."""
    (tmp_path / "contracts.csv").write_text(SIGNED)
    store = Store.open(tmp_path / "own.duckdb")
    assert import_file(store, tmp_path / "contracts.csv", table="contracts").batch
    period = {"start": date(2026, 3, 31), "end": date(2027, 3, 31), "booked": True}
    for as_of, closing in ((DAY, 140_00), (date(2026, 12, 28), 1160_00)):
        moved, on_the_last_day = (ask(store, name, as_of=as_of, **period).totals for name in ("movements", "arr"))
        assert moved["closing"] == on_the_last_day["mrr"] == closing and on_the_last_day["carr"] == 12 * closing
    store.close()


def test_a_later_end_moves_the_day_looked_at_up_to_the_last_import_and_no_further(store):
    """The store has no usage, so the day looked at is that of the last import, today; with a known day of usage it moves up to that."""
    imported = datetime.now(UTC).date()
    report = run("retention", store, EVERYONE, Question(end=imported))
    assert report.parameters["as_of"] == report.parameters["to"] == imported
    with pytest.raises(WrongParameter, match="lies after"):
        run("retention", store, EVERYONE, Question(end=date(2199, 12, 31)))


def test_arr_beside_a_period_is_that_of_its_last_day(store):
    """On 30 September 2026: 12 x (100 + 900) = 12,000; on 20 November C's 50 makes 12,600. A year before the close: 12,000."""
    asked = {"start": date(2025, 9, 30), "end": date(2026, 9, 30)}
    report, moved = ask(store, "arr", **asked), ask(store, "movements", **asked)
    assert report.totals["arr"] == 1200000 and report.totals["mrr"] == moved.totals["closing"] == 100000
    assert report.totals["opening_arr"] == 1200000 and report.parameters["to"] == date(2026, 9, 30)
    assert report.rows.filter(account_id="C")["state"].item() == "prospect"
    assert ask(store, "arr").totals["arr"] == 1260000 and ask(store, "arr").parameters["to"] == DAY


def test_a_close_never_lies_ahead(store):
    """Neither after the day looked at, nor after the day on which it is made, whatever day is looked at."""
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for asked in (Question(as_of=DAY, end=date(2027, 3, 31)), Question(as_of=date(2027, 3, 31), end=date(2027, 3, 31))):
        with pytest.raises(ValueError, match="to: 2027-03-31"):
            close_period(store, asked, at=at, who="Ann")
    assert run("closes", store, EVERYONE, Question()).rows.is_empty()


PASSING = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on
1,A,Core,2025-01-01,,100,1 month,USD,
2,P,Core,2026-02-03,2026-02-20,40,1 month,USD,2026-02-05
3,Q,Core,2026-01-01,2026-02-10,60,1 month,USD,2026-02-01
4,L,Core,2025-10-25,2026-10-25,300,1 month,USD,
"""


@pytest.fixture(scope="module")
def passing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("passing")
    (folder / "contracts.csv").write_text(PASSING)
    opened = Store.open(folder / "own.duckdb")
    assert import_file(opened, folder / "contracts.csv", table="contracts").batch
    yield opened
    opened.close()


def test_who_pays_and_leaves_between_two_closes_is_counted_beside_the_bridge_and_named(passing):
    """P paid 40.00 from 3 to 20 February, noticed on the 5th: at neither end. Q paid at the opening: it is churn, 60.00."""
    asked = {"start": date(2026, 1, 31), "end": date(2026, 2, 28)}
    moved, named = ask(passing, "movements", **asked), ask(passing, "paid-and-left", **asked)
    assert (moved.totals["new"], moved.totals["churn"]) == (0, 6000)
    assert (moved.totals["paid_and_left"], moved.totals["paid_and_left_mrr"]) == (1, 4000)
    assert named.rows.select("account_id", "paid_from", "left_on", "mrr").rows() == [("P", date(2026, 2, 3), date(2026, 2, 20), 4000)]
    assert ask(passing, "movement-accounts", **asked).rows["account_id"].to_list() == ["A", "L", "Q"]


def test_customer_churn_counts_who_paid_and_left_unless_the_rules_say_otherwise(passing):
    """Openings of March 2025 to February 2026: A 12, L (from November on) 4, Q (in February) 1: 17. Lost: Q, and P within the month,
    which could be lost as well: 2 of 18. ChartMogul leaves P out: 1 of 17."""
    asked = {"start": date(2026, 1, 31), "end": date(2026, 2, 28)}
    house, chartmogul = (ask(passing, "unit-economics", rules=rules, **asked).totals for rules in ("house", "chartmogul"))
    assert (house["churned_accounts"], house["paid_and_left"], house["opening_accounts"]) == (1, 1, 17)
    assert (house["lost_accounts"], house["exposed_accounts"], house["customer_churn"]) == (2, 18, 2 / 18)
    assert (chartmogul["lost_accounts"], chartmogul["exposed_accounts"], chartmogul["customer_churn"]) == (1, 17, 1 / 17)


def test_what_is_in_grace_stands_beside_the_figure_without_it(passing):
    """L ended on 25 October and may renew until 24 November: with grace it pays, without it is lost. Cohort of October 2025: L alone."""
    asked = {"start": date(2026, 9, 30), "end": date(2026, 10, 31)}
    economics = ask(passing, "unit-economics", **asked).rows.row(-1, named=True)
    assert economics["arpa"] == (10000 + 30000) / 2 and economics["arpa_without_grace"] == 10000
    assert economics["customer_churn_without_grace"] > economics["customer_churn"]
    cohort = ask(passing, "cohorts", end=date(2026, 10, 31)).rows.filter(cohort=date(2025, 10, 1)).row(-1, named=True)
    assert (cohort["period"], cohort["logo"], cohort["logo_without_grace"]) == (12, 1.0, 0.0)
    assert (cohort["net"], cohort["net_without_grace"]) == (1.0, 0.0)
    average = ask(passing, "cohort-averages", end=date(2026, 10, 31)).rows.filter(period=12).row(0, named=True)
    assert (average["cohorts"], average["logo"], average["logo_without_grace"]) == (2, 1.0, 0.5)  # A, and L


def test_months_without_enough_history_say_so(passing):
    """The first month that closed is January 2025: its counts are told, and why churn is not."""
    rows = ask(passing, "unit-economics", start=date(2024, 12, 31), end=date(2025, 4, 30)).rows
    assert rows["customer_churn"].is_null().to_list() == [True, True, False, False]
    assert rows["why_null"].to_list() == ["told from 3 closed months on"] * 2 + ["LTV is told from 5 lost accounts on"] * 2
    assert rows["opening_accounts"].to_list() == [0, 1, 2, 3]  # one a month, summed


def test_the_same_word_counts_the_same_accounts(passing):
    """On 31 October A pays and L is in grace: two paying accounts, one of them in grace, on the bridge and beside ARR."""
    asked = {"start": date(2026, 9, 30), "end": date(2026, 10, 31)}
    beside, moved, economics = (ask(passing, name, **asked) for name in ("arr", "movements", "unit-economics"))
    assert beside.totals["accounts_paying"] == moved.rows["accounts"][-1] == economics.totals["accounts"] == 2
    assert beside.totals["accounts_in_grace"] == 1
    used, listed = ask(passing, "usage"), ask(passing, "accounts")
    assert used.rows.filter("customer").height == listed.totals["customers"] == 2  # P and Q left
    assert sum(used.totals.values()) == 2 and used.totals["unused"] == listed.totals["unused"]


LAPSED_FREE = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency
1,A,Core,2025-01-01,,100,1 month,USD
2,B,Core,2025-01-01,2026-07-01,80,1 month,USD
3,B,Core,2026-07-01,2026-11-10,0,1 month,USD
4,C,Core,2025-01-01,2026-11-15,60,1 month,USD
"""


def test_a_free_account_in_grace_is_no_paying_account(tmp_path):
    """On 20 November A pays 100, C is in grace at 60, and B, which was free since July, is in grace at nothing: two pay, one of them in grace."""
    (tmp_path / "contracts.csv").write_text(LAPSED_FREE)
    store = Store.open(tmp_path / "own.duckdb")
    assert import_file(store, tmp_path / "contracts.csv", table="contracts").batch
    beside = ask(store, "arr")
    moved = ask(store, "movements", start=date(2026, 10, 31), end=DAY)
    assert dict(beside.rows.select("account_id", "state").rows()) == {"A": "paying", "B": "in_grace", "C": "in_grace"}
    assert beside.totals["mrr"] == moved.totals["closing"] == 160_00
    assert beside.totals["accounts_paying"] == moved.rows["accounts"][-1] == 2
    assert (beside.totals["accounts_in_grace"], beside.totals["accounts_free"]) == (1, 1)
    store.close()
