"""Accounts and their health from files to report: what is not known, what contradicts, and whom the list puts first."""

from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.activities import log_activity
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.customers.unseen import little_known
from reports.health.scorecard import in_file
from reports.report import Question

START, DAY = date(2024, 1, 1), date(2024, 6, 30)
NAMES = ("good", "leaving", "lapsed", "young", "back", "silent")
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats,cancelled_on
1,good,Pro,2023-07-01,2025-07-01,12000,1 year,USD,4,
2,leaving,Pro,2023-07-01,2024-09-01,2400,1 year,USD,4,2024-06-10
3,lapsed,Pro,2023-06-20,2024-06-20,1200,1 year,USD,4,
4,young,Pro,2024-06-10,2025-06-10,3600,1 year,USD,4,
5,back,Pro,2023-01-01,2023-06-01,100,1 month,USD,4,2023-05-01
6,back,Pro,2024-06-15,2025-06-15,100,1 month,USD,4,
7,silent,Pro,2023-07-01,2025-07-01,6000,1 year,USD,4,
"""
TICKETS = "ticket_id,account_id,opened_at,resolved_at\n" + "".join(
    f"t{back},good,{DAY - timedelta(days=back)}T09:00:00Z,{DAY - timedelta(days=back)}T10:00:00Z\n" for back in range(0, 200, 9)
)


def usage(until: date = DAY) -> str:
    """Four people of every account but one, each day from START on, ten features."""
    days = [START + timedelta(days=n) for n in range((until - START).days + 1)]
    rows = [
        f"{name},{name}{n},f{(n + day.day) % 10},{day}T10:00:00Z" for name in NAMES if name != "silent" for day in days for n in range(4)
    ]
    return "\n".join(["account_id,user_id,event,occurred_at", *rows]) + "\n"


def stored(folder, events: str = usage()) -> Store:
    opened = Store.open(folder / "own.duckdb")
    accounts = "account_id,name,owner\n" + "".join(f"{name},{name.title()},one@example.com\n" for name in NAMES)
    for name, text in (("accounts", accounts), ("contracts", CONTRACTS), ("usage", events), ("tickets", TICKETS)):
        (folder / f"{name}.csv").write_text(text)
        assert import_file(opened, folder / f"{name}.csv").batch, name
    return opened


@pytest.fixture
def store(tmp_path):
    opened = stored(tmp_path)
    yield opened
    opened.close()


def health(store: Store, day: date = DAY) -> dict[str, dict]:
    return {row["account_id"]: row for row in run("health", store, EVERYONE, Question(as_of=day)).rows.to_dicts()}


def test_notice_and_a_lapsed_renewal_cap_the_band_visibly(store):
    """All are used alike, to the full: without their contracts, `leaving` and `lapsed` would be as healthy as `good` is."""
    found = health(store)
    assert found["good"]["score"] == found["leaving"]["score"] == found["lapsed"]["score"] > 75
    assert [found[name]["band"] for name in ("good", "leaving", "lapsed")] == ["healthy", "at_risk", "watch"]
    assert [found[name]["exception"] for name in ("good", "leaving", "lapsed")] == [
        None, "Notice given on 2024-06-10", "Not renewed since 2024-06-20",
    ]  # fmt: skip


def test_a_change_needs_two_scores_of_a_customer(store):
    """30 days before the 30th of June `young` was no customer yet, and `back` had left a year before."""
    assert {name: row["change"] for name, row in health(store).items()} == {
        "good": 0.0, "leaving": 0.0, "lapsed": 0.0, "young": None, "back": None, "silent": None,
    }  # fmt: skip


def test_a_score_from_tickets_alone_is_little_known(store):
    """Of `silent` only that it has no open ticket is known: half of support's 15 of 100."""
    silent = health(store)["silent"]
    assert (silent["score"], silent["band"], silent["known_weight"]) == (100.0, "little_known", 0.075)


def test_usage_that_stopped_makes_nobody_at_risk_and_is_said(tmp_path):
    """Usage ends ten days before the day looked at: the four that were seen are little known, but for the one that gave notice."""
    store = stored(tmp_path, usage(DAY - timedelta(days=10)))
    now, then = (run("accounts", store, EVERYONE, Question(as_of=day)) for day in (DAY, DAY - timedelta(days=10)))
    bands = dict(now.rows.filter(pl.col("band").is_not_null()).select("account_id", "band").rows())
    assert bands == {"leaving": "at_risk"} | dict.fromkeys(("good", "lapsed", "young", "back", "silent"), "little_known")
    assert (then.totals["at_risk"], now.totals["at_risk"], now.totals["unseen"]) == (1, 1, 5)
    assert now.rows["change"].null_count() == 6
    assert now.notes[:2] == (
        "Usage is covered until 2024-06-20, 10 days before the day looked at.",
        "The usage of 5 of 6 customers cannot be seen: their feed has stopped, and it lowers no score.",
    )
    assert "health_fell" not in run("today", store, EVERYONE, Question(as_of=DAY)).rows["kind"]
    assert now.notes[:2] == run("today", store, EVERYONE, Question(as_of=DAY)).notes[1:3]
    store.close()


def test_a_conversation_that_is_logged_moves_no_score_and_what_it_said_does(store):
    before = health(store)["good"]["score"]
    log_activity(store, Viewer("one@example.com"), "good", "conversation", DAY, "Talked", None)
    assert health(store)["good"]["score"] == before
    log_activity(store, Viewer("one@example.com"), "good", "conversation", DAY, "Unhappy with the price", None, "negative")
    assert health(store)["good"]["score"] < before
    parts = {part["name"]: part for part in health(store)["good"]["components"]}
    assert (parts["conversation_sentiment"]["value"], parts["conversation_sentiment"]["score"]) == (-1.0, 0.0)


def test_those_at_risk_stand_first_and_are_those_that_the_total_counts(store):
    report = run("accounts", store, EVERYONE, Question(as_of=DAY))
    assert report.rows.row(0, named=True)["account_id"] == "leaving"
    assert report.rows.select("at_risk", "risk", "risk_from").row(0) == (True, 1.0, "notice")
    assert report.totals["at_risk"] == report.rows["at_risk"].sum() == 1
    assert report.totals["arr_at_risk"] == report.rows.filter("at_risk")["arr"].sum() == 240_000
    rest = report.rows.filter(~pl.col("at_risk") & pl.col("risk").is_not_null())
    assert rest["risk"].to_list() == sorted(rest["risk"].to_list(), reverse=True)
    assert rest.filter(pl.col("account_id") == "good")["risk"].item() == pytest.approx(1 - health(store)["good"]["score"] / 100)


HEALTH = {
    "accounts": "account_id,name,live_on,seats\nA1,Full,2024-01-01,10\nA2,Churned,2024-01-01,10\nA3,NoData,2024-01-01,10\nA4,OnlyNps,2024-01-01,\n",
    "contracts": "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on\n"
    "C1,A1,Core,2024-01-01,,12000,1 year,USD,\nC2,A2,Core,2024-01-01,2025-01-01,12000,1 year,USD,2024-11-01\n"
    "C3,A3,Core,2024-01-01,,12000,1 year,USD,\nC4,A4,Core,2024-01-01,,12000,1 year,USD,\n",
    "events": "event_id,account_id,user_id,event,occurred_at\n"
    + "".join(f"e{day}-{n},A1,A1u{n},report,{date(2024, 12, 1) + timedelta(days=day)}T10:00:00Z\n" for day in range(0, 87, 3) for n in range(8)),
    "nps": "survey_id,account_id,kind,score,answered_at\nN1,A1,nps,10,2025-02-01\nN2,A4,nps,10,2025-02-01\nN3,A2,nps,10,2024-12-15\n",
}  # fmt: skip


def test_who_left_has_no_score_and_what_is_missing_gives_up_its_weight_by_name(tmp_path):
    """A2 left with notice; of A3 nothing is known; of A4 its answer alone, 15 of 100: little known, whatever it says."""
    store = Store.open(tmp_path / "own.duckdb")
    for name, text in HEALTH.items():
        (tmp_path / f"{name}.csv").write_text(text)
        assert import_file(store, tmp_path / f"{name}.csv", options={"ends_on": "exclusive"} if name == "contracts" else {}).batch, name
    found = health(store, date(2025, 2, 25))
    store.close()
    assert {name: (row["score"], row["band"]) for name, row in found.items() if name != "A1"} == {
        "A2": (None, None), "A3": (None, None), "A4": (100.0, "little_known"),
    }  # fmt: skip
    missing = {part["name"] for part in found["A1"]["components"] if part["missing"]}
    assert missing == {"open_tickets", "csat_rating", "conversation_sentiment"}
    assert (found["A1"]["measured"], found["A4"]["known_weight"]) == (5 / 8, 0.15)
    seat_use = next(part["value"] for part in found["A1"]["components"] if part["name"] == "seat_use")
    assert seat_use == 8 / 10


def test_the_weekly_actives_of_twelve_weeks_are_told_the_latest_last(tmp_path):
    """Four people a day until 9 June, then one of one account. Weeks end on 30, 23, 16, 9 June and eight times seven days before."""
    after = [date(2024, 6, 10) + timedelta(days=n) for n in range(21)]
    opened = stored(tmp_path, usage(date(2024, 6, 9)) + "".join(f"good,good0,f1,{day}T10:00:00Z\n" for day in after))
    rows = run("accounts", opened, EVERYONE, Question(as_of=DAY)).rows
    told = dict(rows.select("account_id", "weekly_actives").rows())
    opened.close()
    assert told["good"] == [4] * 9 + [1, 1, 1]
    assert told["leaving"] == [4] * 9 + [0, 0, 0]
    assert told["silent"] is None


def test_scores_that_rest_on_little_are_counted_in_a_note(store):
    """Of `silent` 7.5 % is known, of the others more than the 40 % that a score needs."""
    found = [note for note in run("accounts", store, EVERYONE, Question(as_of=DAY)).notes if "little known" in note]
    assert found == ["1 score is little known: less than 40% of the weight is known, or the usage feed has stopped."]
    rows = pl.DataFrame({"band": ["little_known", "little_known", "healthy"], "at_risk": [True, False, True]})
    assert little_known(rows, in_file()) == (
        "2 scores are little known: less than 40% of the weight is known, or the usage feed has stopped. 1 of them counts as at risk.",
    )
