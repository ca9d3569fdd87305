"""Requests for features in a store: counts, ARR and exposure against plain SQL, bad input named, scope, as of, and the formula's preview."""

from contextlib import closing
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from data.work.request_formula import change
from reports.catalogue import run
from reports.report import Question
from reports.requests.formula import would_change

DAY = date(2024, 6, 30)
SOON, LATE, PAST = DAY + timedelta(days=90), DAY + timedelta(days=91), DAY - timedelta(days=40)
# Account, owner, what its lines are: starts, ends, money a year. A9 has a name and no line; A3's only line ended before.
LINES = [
    ("A1", "one", date(2023, 1, 1), SOON, 1200), ("A1", "one", date(2023, 1, 1), DAY + timedelta(days=1), 60), ("A2",
    "one", date(2023, 1, 1), LATE, 2400),
    ("A3", "two", date(2023, 1, 1), PAST, 500), ("A4", "two", date(2023, 1, 1), DAY + timedelta(days=30), 360), ("A5",
    "two", date(2024, 2, 1), None, 720),
    *((f"B{at}", "two", date(2023, 1, 1), None, 120) for at in range(8)),
]  # fmt: skip
ACCOUNTS = sorted({(account, owner) for account, owner, *_ in LINES} | {("A9", "two")})
BIG = [f"B{at}" for at in range(8)]
REQUESTS = [  # id, title, status, value, days, merged_into, created, shipped, votes
    ("R1", "Approval flow", "open", "efficiency", 5.0, None, date(2024, 1, 5), None, 12), ("R2", "Approvals", "open", None, None,
    "R1", date(2024, 2, 5), None, 3),
    ("R3", "Excel export", None, "frequency", 3.0, None, None, None, None), ("R4", "Mobile", "shipped",
    "scope", 30.0, None, date(2024, 1, 5), date(2024, 6, 1), None),
    ("R5", "One report", "planned", "single customer", 20.0, None, date(2024, 1, 5), None, None),
    ("R6", "Zero", "open", "scope", 0.0, "R6", date(2024, 1, 5), None, None), ("R7", "Unsaid", "open", None, 4.0,
    "R99", date(2024, 1, 5), None, None),
    ("R8", "Not yet", "open", "scope", 4.0, None, date(2024, 7, 1), None, None), ("R9", "Later", "shipped",
    "scope", 4.0, None, date(2024, 1, 5), date(2024, 7, 2), None),
    ("RA", "No", "declined", "scope", 4.0, None, date(2024, 1, 5), None, None), ("RB", "Left", "shipped", "scope", 4.0,
    "RC", date(2024, 1, 5), None, None),
    ("RC", "Right", "open", "experience", -2.0, "RB", date(2024, 1, 5), None, None),
]  # fmt: skip
VOTES = [  # request, account, day, contact
    ("R1", "A1", date(2024, 1, 5), "C1"), ("R2", "A1", date(2024, 2, 5), None), ("R2", "A2", None, None), ("R1", "A3", date(2024, 1, 5),
    "U-7"), ("R1", "A9", date(2024, 1, 5), None),
    ("R1", "Nobody Ltd", date(2024, 1, 5), None), ("R1", "A5", DAY + timedelta(days=1), None), ("R3",
    "A4", DAY, None), *(("R3", one, DAY, None) for one in BIG),
    ("R4", "A1", date(2024, 1, 5), "ANN@a1.example"), ("R4", "A3", date(2024, 1, 6), "boss@a3.example"), ("R5",
    "A4", date(2024, 1, 5), None), ("R6", "A2", date(2024, 1, 5), None),
    ("R7", "A2", date(2024, 1, 5), None), ("R9", "A2", date(2024, 1, 5), None), ("R99", "A2", date(2024, 1, 5), None),
]  # fmt: skip


def of(rows, *names):
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("requests")
    with closing(Store.open(folder / "own.duckdb")) as opened:
        accounts = of([(account, f"Name {account}", owner) for account, owner in ACCOUNTS], "account_id", "name", "owner")
        commit_frame(opened, "accounts", accounts, "crm", "analyst")
        lines = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,notice_days\n" + "".join(
            f"{at},{account},P{at},{starts},{ends or ''},{money},1 year,USD,{30 if ends else ''}\n"
            for at, (account, _, starts, ends, money) in enumerate(LINES)
        )
        (folder / "contracts.csv").write_text(lines)
        assert import_file(opened, folder / "contracts.csv").batch
        commit_frame(
            opened, "contacts", of([("C1", "A1", "Ann", "ann@a1.example")], "contact_id", "account_id", "name", "email"), "crm", "analyst"
        )
        names = ("request_id", "title", "status", "value", "effort_days", "merged_into", "created_on", "shipped_on", "votes")
        commit_frame(opened, "feature_requests", of(REQUESTS, *names), "tool", "analyst")
        votes = [(f"V{at}", *row) for at, row in enumerate(VOTES)]
        commit_frame(opened, "request_votes", of(votes, "vote_id", "request_id", "account_id", "asked_on", "contact_id"), "tool", "analyst")
        yield opened


@pytest.fixture(scope="module")
def report(store):
    return run("feature-requests", store, EVERYONE, Question(as_of=DAY))


def rows(report):
    return {row["request_id"]: row for row in report.rows.to_dicts()}


BY_SQL = """
with asks as (select distinct coalesce(r.merged_into, r.request_id) as head, v.account_id
        from votes v join requests r using (request_id) where (v.asked_on is null or v.asked_on <= $day) and r.request_id in ('R1', 'R2', 'R3', 'R5')),
    worth as (select account_id, sum(money) * 100 as arr from lines where starts_on <= $day and (ends_on is null or ends_on > $day) group by 1),
    soon as (select distinct account_id from lines where ends_on > $day and ends_on <= $day + 90)
select head, count(arr), coalesce(sum(arr), 0)::bigint, count(soon.account_id), coalesce(sum(arr) filter (soon.account_id is not null), 0)::bigint
from asks left join worth using (account_id) left join soon using (account_id) group by 1 order by 1"""


def test_customers_arr_and_exposure_equal_plain_sql(report):
    """A1 renews within 90 days with two lines and counts its 1,260 once; A2 renews a day too late; A4 in 30 days."""
    lines, requests, votes = (
        of(LINES, "account_id", "owner", "starts_on", "ends_on", "money"),
        of([(one[0], one[5]) for one in REQUESTS], "request_id", "merged_into"), of(VOTES, "request_id", "account_id", "asked_on",
        "contact_id"),
    )  # fmt: skip
    assert lines.height and requests.height and votes.height
    expected = duckdb.sql(BY_SQL, params={"day": DAY}).fetchall()
    told = rows(report)
    found = [(one, *(told[one][name] for name in ("customers", "arr", "renewing", "exposure"))) for one in ("R1", "R3", "R5")]
    assert found == expected
    assert expected[0] == ("R1", 2, 366_000, 1, 126_000)  # by hand: A1 1,260 and A2 2,400; of them A1 renews


def test_former_customers_prospects_and_names_without_account_are_apart_and_votes_are_added_to_nothing(report):
    told = rows(report)["R1"]
    assert (told["former_customers"], told["prospects"], told["without_account"], told["votes"]) == (1, 1, 1, 15)
    assert told["duplicates"] == ["Approvals"] and told["created_on"] == date(2024, 1, 5)
    assert rows(report)["R3"]["votes"] is None


def test_the_order_and_what_has_no_priority(report):
    """Nine customers, 3 days, frequency: 4 + 7 + 3. Two, 5 days, efficiency: 2 + 8 + 3. One, 4 days, scope: 0 + 6 + 3. One, 20 days: 0 + 5 + 1."""
    told = report.rows.select("request_id", "rank", "points", "priority", "decision", "unranked", "status").rows()
    assert told == [
        ("R3", 1, 14, "P0", "now", None, "open"), ("R1", 2, 13, "P1", "next quarter", None, "open"),
        ("R9", 3, 9, "P2", "paid work", None, "in progress"), ("R5", 4, 6, "P2", "paid work", None, "planned"),
        ("R6", None, None, None, None, "no_estimate", "open"), ("R7", None, None, None, None, "value_not_said", "open"),
        ("RC", None, None, None, None, "nobody_asks", "open"), ("RB", None, None, None, None, None, "shipped"),
        ("R4", None, None, None, None, None, "shipped"), ("RA", None, None, None, None, None, "declined"),
    ]  # fmt: skip


def test_bad_input_is_named(report):
    told = {one: row["not_right"] for one, row in rows(report).items()}
    assert told["R6"] == ["It is merged into itself, and stands for itself.", "The effort is zero or less: that is no estimate."]
    assert told["R7"] == ["It is merged into a request that is not there, and stands for itself."]
    assert told["RB"] == ["It is merged in a circle, and stands for itself.", "It is shipped, and nobody has said when."]
    assert told["RC"] == ["It is merged in a circle, and stands for itself."]
    assert told["R1"] == ["1 name that asks for it is no account."] and told["R3"] == []
    assert "1 vote is for no request that is there." in report.notes


def test_totals_count_each_account_once(report):
    """To be decided: R1, R3, R5, R6, R7, R9, RC. Customers who ask for them: A1, A2, A4 and the eight: 1,260 + 2,400 + 360 + 960."""
    of_all = report.totals
    assert (of_all["requests"], of_all["p0"], of_all["p1"], of_all["p2"], of_all["p3"], of_all["no_priority"]) == (7, 1, 1, 2, 0, 3)
    assert (of_all["customers"], of_all["arr"], of_all["renewing"], of_all["exposure"]) == (11, 498_000, 2, 162_000)
    assert (of_all["shipped"], of_all["declined"], of_all["merged"], of_all["to_tell"], of_all["votes_of_no_request"]) == (2, 1, 1, 2, 1)


def test_the_arithmetic_says_how_the_points_come_about(report):
    assert rows(report)["R1"]["arithmetic"] == [
        "reach: 2 customers ask: 2", "value: efficiency: 8", "effort: 5 person-days: 3", "13 points: P1 (11 or more)",
        "P1, asked for by more than 1 customer: next quarter",
    ]  # fmt: skip


def test_who_sees_own_accounts_alone_sees_their_counts_and_is_told_so(store):
    one = run("feature-requests", store, Viewer(owner="one"), Question(as_of=DAY))
    told = rows(one)
    assert (told["R1"]["customers"], told["R1"]["former_customers"], told["R1"]["without_account"]) == (2, 0, 0)
    assert told["R3"]["customers"] == 0 and told["R3"]["unranked"] == "nobody_asks"
    assert any("of the accounts that you see" in note for note in one.notes)
    asked = run("request-votes", store, Viewer(owner="one"), Question(as_of=DAY))
    assert set(asked.rows["account_id"]) == {"A1", "A2"}
    narrowed = run("feature-requests", store, EVERYONE, Question(as_of=DAY, filters=(("owner", ("one",)),)))
    assert rows(narrowed)["R1"]["customers"] == 2 and any("filters" in note for note in narrowed.notes)


def test_an_earlier_day_knows_what_was_asked_and_shipped_by_then(store):
    told = rows(run("feature-requests", store, EVERYONE, Question(as_of=date(2024, 1, 20))))
    assert told["R4"]["status"] == "in progress" and told["R1"]["customers"] == 3  # A1, A3 who left later, A2 of whom no day is known
    assert "R8" not in told


def test_votes_name_the_request_that_they_count_for_and_who_asked(store):
    found = run("request-votes", store, EVERYONE, Question(as_of=DAY))
    told = found.rows.filter(account_id="A1").select("request_id", "asked_as", "contact", "email", "next_renewal").rows()
    assert told == [("R1", None, "Ann", "ann@a1.example", DAY + timedelta(days=1)), ("R1",
    "Approvals", None, None, DAY + timedelta(days=1)),
                    ("R4", None, "Ann", "ann@a1.example", DAY + timedelta(days=1))]  # fmt: skip
    assert found.totals == {"votes": found.rows.height, "accounts": 13}  # A1 to A4, A9 and the eight


def test_who_is_named_by_an_address_is_the_contact_who_has_it_and_who_is_no_contact_is_called_as_written(store):
    rows = run("request-votes", store, EVERYONE, Question(as_of=DAY)).rows
    told = {
        (one["request_id"], one["account_id"]): (one["contact"], one["email"])
        for one in rows.filter(pl.col("account_id").is_in(["A1", "A3"])).to_dicts()
    }
    assert told["R4", "A1"] == ("Ann", "ann@a1.example") and told["R4", "A3"] == (None, "boss@a3.example")
    assert told["R1", "A3"] == ("U-7", None)


def test_whom_to_tell_are_the_accounts_that_asked_for_what_is_shipped(store):
    found = run("request-follow-up", store, EVERYONE, Question(as_of=DAY))
    told = found.rows.select("request_id", "account_id", "who_asked", "owner", "is_told").rows()
    assert told == [("R4", "A1", ["Ann <ann@a1.example>"], "one", False), ("R4", "A3", ["<boss@a3.example>"], "two", False)]
    assert found.totals == {"accounts_asked": 2, "to_tell": 2}


def test_a_preview_tells_whose_priority_another_formula_would_change(store):
    """R1 has 13 points: from 13 on it is P0. Nothing else has 13."""
    moved, notes = would_change(store, EVERYONE, Question(as_of=DAY), {"priority.P0": 13})
    assert notes == ()
    assert moved.rows() == [("Approval flow", "P1", "P0", "next quarter", "now", "R1")]
    assert would_change(store, EVERYONE, Question(as_of=DAY), {"reach.20": 8})[0].is_empty()
    assert "that you see" in would_change(store, Viewer(owner="one"), Question(as_of=DAY), {"reach.20": 8})[1][0]


def test_the_formula_is_told_in_words(store):
    found = run("request-formula", store, EVERYONE, Question())
    told = dict(found.rows.select("rule", "in_words").rows())
    assert told["reach.1"] == "From 1 customer who asks: 0 points" and told["effort.10"] == "Up to 10 person-days: 2 points"
    assert told["priority.P1"] == "P1 from 11 points on" and told["individual_decision.P2"] == "P2: paid work"
    assert told["individual.up_to"] == "Asked for by 1 customer or fewer" and told["value.scope"] == "scope: 6 points"
    assert found.totals == {"changed": 0} and not found.rows["is_changed"].any()


def test_a_step_that_was_taken_out_is_told_and_put_back(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as own:
        commit_frame(own, "accounts", pl.DataFrame({"account_id": ["A"]}), "crm", "analyst")
        done = change(own, EVERYONE, {"effort.20": None, "value.scope": 7}, {})
        told = {row["rule"]: row for row in run("request-formula", own, EVERYONE, Question()).rows.to_dicts()}
        gone, other = told["effort.20"], told["value.scope"]
        assert (gone["setting"], gone["as_shipped"], gone["own"], gone["is_changed"], gone["batch"]) == (
            None,
            "1",
            "none",
            True,
            done.batch,
        )
        assert gone["in_words"] == "Taken out: Up to 20 person-days: 1 point"
        assert (other["setting"], other["as_shipped"], other["own"], other["is_changed"]) == ("7", "6", "7", True)
        seen = {rule: row["batch"] for rule, row in told.items() if row["batch"]}
        change(own, EVERYONE, {"effort.20": 1, "value.scope": 6}, seen)
        assert run("request-formula", own, EVERYONE, Question()).totals == {"changed": 0}


def test_an_empty_store_answers_nothing(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as empty:
        for name in ("feature-requests", "request-votes", "request-follow-up", "request-formula"):
            assert run(name, empty, EVERYONE, Question()).rows.is_empty()
