"""Portfolio health of a company of nine accounts in which every band, every cell of the flow and every sum is known by hand."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from data.work.writing import write
from metrics.health_flow import DIRECTIONS
from reports.catalogue import run
from reports.report import Question
from tests.built import copied

OPENS, CLOSES = date(2024, 3, 31), date(2024, 6, 30)
PERIOD = Question(as_of=CLOSES, start=OPENS, end=CLOSES)
# Ten points for each point of an NPS answer of 60 days; what CSAT adds is too little to be called healthy by itself.
SCORE = """
least_known = 0.5
[bands]
at_risk = {at_risk}
watch = {watch}
healthy = 100
[groups.said]
weight = 100
[groups.said.nps_answer]
weight = 60
max_age_days = 60
scale = [[0, 0], [10, 100]]
[groups.said.csat_rating]
weight = 40
scale = [[1, 0], [5, 100]]
"""
ACCOUNTS = """account_id,name,owner,segment,parent_id
A,Alder,one@example.com,SMB,B
B,Birch,one@example.com,SMB,
C,Cedar,one@example.com,SMB,A
D,Dogwood,one@example.com,Large,
E,Elm,two@example.com,Large,
F,Fir,two@example.com,Large,
G,Ginkgo,two@example.com,Large,
H,Hazel,two@example.com,Large,
I,Ivy,two@example.com,Large,
J,Juniper,two@example.com,Large,
"""
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on
1,A,P,2023-01-01,2025-01-01,1200,1 year,USD,
2,B,P,2023-01-01,2025-01-01,2400,1 year,USD,
3,B,Q,2024-05-01,2025-05-01,1200,1 year,USD,
4,C,P,2023-01-01,2025-01-01,600,1 year,USD,
5,D,P,2024-05-01,2025-05-01,4800,1 year,USD,
6,E,P,2023-05-01,2024-05-01,1000,1 year,USD,2024-04-10
7,F,P,2023-01-01,2025-01-01,500,1 year,USD,
8,G,P,2023-01-01,2025-01-01,300,1 year,USD,
9,H,P,2022-07-01,2023-07-01,650,1 year,USD,2023-06-01
10,H,P,2024-04-15,2025-04-15,700,1 year,USD,
11,I,P,2023-01-01,2025-01-01,900,1 year,USD,
"""
SURVEYS = """survey_id,account_id,kind,score,answered_at
1,A,nps,9,2024-03-15T10:00:00Z
2,A,nps,3,2024-06-01T10:00:00Z
3,B,nps,3,2024-03-15T10:00:00Z
4,B,nps,7,2024-06-01T10:00:00Z
5,C,nps,7,2024-03-15T10:00:00Z
6,C,nps,7,2024-06-01T10:00:00Z
7,D,nps,9,2024-06-01T10:00:00Z
8,E,nps,7,2024-03-15T10:00:00Z
9,F,csat,5,2024-03-15T10:00:00Z
10,F,nps,10,2024-06-01T10:00:00Z
11,H,csat,4,2024-06-01T10:00:00Z
12,I,nps,9,2024-03-15T10:00:00Z
13,I,csat,4,2024-03-15T10:00:00Z
"""
FILES = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "surveys": SURVEYS}
FLOW = {  # before, after: accounts, ARR of both days
    ("healthy", "at_risk"): (1, 1200, 1200),  # A, 90 to 30
    ("at_risk", "watch"): (1, 2400, 3600),  # B, 30 to 70
    ("watch", "watch"): (1, 600, 600),  # C
    ("new", "healthy"): (1, 0, 4800),  # D, 90
    ("watch", "churned"): (1, 1000, 0),  # E, 70
    ("little_known", "healthy"): (1, 500, 500),  # F: of CSAT alone 40 % of the weight is known; then 100 and 100
    ("not_scored", "not_scored"): (1, 300, 300),  # G
    ("came_back", "little_known"): (1, 0, 700),  # H
    ("healthy", "little_known"): (1, 900, 900),  # I, 0.6 x 90 + 0.4 x 75 = 84; then CSAT alone
}


def imported(store: Store, folder, files: dict[str, str]) -> None:
    for table, text in files.items():
        (folder / f"{table}.csv").write_text(text)
        assert import_file(store, folder / f"{table}.csv", table=table).batch is not None


def published(store: Store, version: int, day: date, **bands: int) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    row = {"version": version, "configuration": SCORE.format(**bands), "author": "me", "published_at": at}
    write(store, EVERYONE, "score_versions", [row])


def made(folder) -> None:
    with closing(Store.open(folder / "own.duckdb")) as store:
        imported(store, folder, FILES)
        published(store, 1, date(2024, 1, 10), at_risk=20, watch=65)
        published(store, 2, date(2024, 5, 15), at_risk=50, watch=75)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = copied("portfolio of nine", made, tmp_path_factory.mktemp("portfolio"))
    with closing(Store.open(folder / "own.duckdb")) as opened:
        yield opened


TOTAL = {"before": "opening_arr", "after": "closing_arr"}


def cells(report) -> dict:
    rows = report.rows.iter_rows(named=True)
    return {(row["band_before"], row["band_after"]): (row["customers"], row["opening_arr"] / 100, row["closing_arr"] / 100) for row in rows}


def test_every_account_is_in_the_one_cell_that_arithmetic_gives(store):
    report = run("health-flow", store, EVERYONE, PERIOD)
    assert cells(report) == FLOW
    assert (report.total("customers_before"), report.total("customers_after")) == (7, 8)
    assert (report.total("opening_arr"), report.total("closing_arr")) == (6900, 12600)
    counted = {way: (report.total(f"{way}_accounts"), report.total(f"{way}_arr")) for way in DIRECTIONS}
    assert counted == {
        "fell": (1, 1200), "left": (1, 1000), "less_known": (1, 900), "rose": (1, 3600), "better_known": (1, 500), "came": (2, 5500),
        "stayed": (2, 900),
    }  # fmt: skip


def test_what_moved_by_a_new_version_of_the_score_alone_is_told_apart(store):
    """Under the first version C was shown as healthy (70 is above 65); it has the same answers on both days. B was shown on watch, and is."""
    report = run("health-flow", store, EVERYONE, PERIOD)
    assert report.totals["moved_by_score"] == 1
    assert [note[:38] for note in report.notes] == ["1 account is in another band than was "]


@pytest.mark.parametrize(("side", "day"), [("before", OPENS), ("after", CLOSES)])
def test_sums_are_those_of_arr_and_health_on_both_days(store, side, day):
    report = run("health-flow", store, EVERYONE, PERIOD)
    for seen in (Question(as_of=CLOSES, end=day), Question(as_of=day)):
        assert report.totals[TOTAL[side]] == run("arr", store, EVERYONE, seen).totals["arr"]
    counted = run("health", store, EVERYONE, Question(as_of=day)).totals
    for band in ("at_risk", "watch", "healthy", "little_known"):
        assert report.rows.filter(report.rows[f"band_{side}"] == band)["customers"].sum() == counted[band], band
    money = run("portfolio-health", store, EVERYONE, PERIOD)
    assert money.totals["arr" if side == "after" else "opening_arr"] == report.totals[TOTAL[side]]


def test_each_who_moved_is_told_with_why_and_what_is_at_stake(store):
    report = run("health-moves", store, EVERYONE, PERIOD)
    told = [
        (row["account_id"], row["direction"], row["health_change"], row["arr_at_stake"] / 100) for row in report.rows.iter_rows(named=True)
    ]
    assert told == [
        ("A", "fell", -60, 1200), ("E", "left", None, 1000), ("I", "less_known", -9, 900), ("B", "rose", 40, 3600),
        ("F", "better_known", 0, 500), ("D", "came", None, 4800), ("H", "came", None, 700),
    ]  # fmt: skip
    said = dict(report.rows.select("account_id", "why").rows())
    assert said["A"] == "−60: NPS answer 9 to 3 (−60)"
    assert said["I"] == "no longer known: NPS answer"
    assert dict(report.rows.select("account_id", "moved_by").rows()) == {
        "A": "behaviour", "B": "behaviour", "D": "contract", "E": "contract", "F": "data", "H": "contract", "I": "data"
    }  # fmt: skip
    assert said["E"] == "It is no customer any more"
    assert report.rows.filter(report.rows["account_id"] == "B")["next_end"].to_list() == [date(2025, 1, 1)]


def test_groups_have_their_bands_shares_and_medians(store):
    report = run("portfolio-health", store, EVERYONE, replace(PERIOD, by="segment"))
    small, large = report.rows.to_dicts()
    expected = {
        "group": "SMB", "customers": 3, "arr": 540000, "at_risk_accounts": 1, "at_risk_arr": 120000, "watch_accounts": 2,
        "watch_arr": 420000, "healthy_accounts": 0, "little_known_accounts": 0, "not_scored_accounts": 0, "median_score": 70,
        "at_risk_share": 1 / 3, "arr_at_risk_share": 1200 / 5400, "customers_before": 3, "opening_arr": 420000,
        "at_risk_accounts_before": 1, "at_risk_arr_before": 240000, "at_risk_share_before": 1 / 3, "median_score_before": 70, "fell_accounts": 1,
        "fell_arr": 120000, "rose_accounts": 1,
    }  # fmt: skip
    assert {name: small[name] for name in expected} == pytest.approx(expected)
    expected = {
        "group": "Large", "customers": 5, "arr": 720000, "at_risk_accounts": 0, "healthy_accounts": 2, "healthy_arr": 530000,
        "little_known_accounts": 2, "little_known_arr": 160000, "not_scored_accounts": 1, "not_scored_arr": 30000, "median_score": 95,
        "at_risk_share": 0, "customers_before": 4, "opening_arr": 270000, "watch_accounts_before": 1, "healthy_accounts_before": 1,
        "little_known_accounts_before": 1, "median_score_before": 77, "fell_accounts": 0, "rose_accounts": 0,
    }  # fmt: skip
    assert {name: large[name] for name in expected} == pytest.approx(expected)
    whole = run("portfolio-health", store, EVERYONE, PERIOD)
    assert whole.rows["group"].to_list() == [None] and whole.rows["customers"].to_list() == [8]
    assert whole.totals["at_risk_share"] == pytest.approx(1 / 5)  # of A, B, C, D and F


def test_a_parent_is_a_group_of_all_below_it(store):
    """Cedar belongs to Alder, and Alder to Birch."""
    report = run("portfolio-health", store, EVERYONE, replace(PERIOD, by="parent"))
    counted = {row["group"]: (row["customers"], row["arr"] / 100, row["at_risk_accounts"]) for row in report.rows.to_dicts()}
    assert counted["Birch"] == (3, 5400, 1) and counted["Dogwood"] == (1, 4800, 0) and "Alder" not in counted
    assert report.parameters["by"] == "parent"


def test_a_csm_sees_the_own_portfolio_alone(store):
    own = Viewer("one@example.com")
    assert cells(run("health-flow", store, own, PERIOD)) == {
        cell: FLOW[cell] for cell in (("healthy", "at_risk"), ("at_risk", "watch"), ("watch", "watch"), ("new", "healthy"))
    }
    assert set(run("health-moves", store, own, PERIOD).rows["account_id"]) == {"A", "B", "D"}
    assert run("portfolio-health", store, own, PERIOD).totals["customers"] == 4
    narrowed = run("health-flow", store, EVERYONE, replace(PERIOD, filters=(("segment", ("SMB",)),)))
    assert narrowed.totals["customers_after"] == 3


@pytest.mark.parametrize("name", ["health-flow", "health-moves", "portfolio-health"])
def test_an_empty_store_has_no_rows(name, tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as empty:
        assert run(name, empty, EVERYONE, Question()).rows.is_empty()


def test_a_period_of_no_days_moves_nobody(store):
    report = run("health-flow", store, EVERYONE, Question(as_of=CLOSES, start=CLOSES, end=CLOSES))
    assert report.totals["stayed_accounts"] == report.totals["customers_after"] == 8
    assert run("health-moves", store, EVERYONE, Question(as_of=CLOSES, start=CLOSES, end=CLOSES)).rows.is_empty()


def test_a_band_that_was_set_by_hand_moves_by_hand(tmp_path):
    """C stays at 70, and is at risk since the first of June all the same: what was known before is not kept."""
    folder = copied("portfolio of nine", made, tmp_path / "own")
    with closing(Store.open(folder / "own.duckdb")) as store:
        assert "C" not in run("health-moves", store, EVERYONE, PERIOD).rows["account_id"]
        days = {"starts_on": date(2024, 6, 1), "ends_on": date(2024, 8, 1)}
        row = {"account_id": "C", "band": "at_risk", "reason": "New CFO.", "owner": "dana", **days}
        write(store, EVERYONE, "score_overrides", [row])
        moved = run("health-moves", store, EVERYONE, PERIOD)
        (found,) = moved.rows.filter(moved.rows["account_id"] == "C").to_dicts()
        assert (found["band_before"], found["band_after"], found["health_change"], found["moved_by"]) == ("watch", "at_risk", 0, "hand")
        assert found["why"] == "set by dana until 2024-08-01 (New CFO)"
        assert run("portfolio-health", store, EVERYONE, PERIOD).totals["at_risk_accounts"] == 2


@pytest.mark.parametrize(("answer", "by"), [(3, "behaviour"), (9, "warning")])
def test_a_warning_moved_an_account_only_where_it_holds_the_band_down(tmp_path, answer, by):
    """Notice for all makes A at risk, whatever it says: 90 points held down; 30 points are at risk by themselves."""
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        contracts = CONTRACTS.replace(
            "1,A,P,2023-01-01,2025-01-01,1200,1 year,USD,", "1,A,P,2023-01-01,2025-01-01,1200,1 year,USD,2024-05-20"
        )
        surveys = SURVEYS.replace("2,A,nps,3,", f"2,A,nps,{answer},")
        imported(store, tmp_path, {"accounts": ACCOUNTS, "contracts": contracts, "surveys": surveys})
        published(store, 1, date(2024, 1, 10), at_risk=50, watch=75)
        moved = run("health-moves", store, EVERYONE, PERIOD).rows
        (found,) = moved.filter(moved["account_id"] == "A").to_dicts()
        assert (found["band_before"], found["band_after"], found["moved_by"]) == ("healthy", "at_risk", by)
        assert ("Notice given on 2024-05-20" in found["why"]) is (by == "warning")


def of_fir(text: str) -> str:
    """The header and the lines of F, but for its second answer."""
    head, *lines = text.splitlines()
    return "\n".join([head, *(line for line in lines if ",F," in f",{line}," and not line.startswith("10,"))]) + "\n"


def test_one_account_of_which_little_is_known_is_at_risk_nowhere(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        imported(store, tmp_path, {name: of_fir(text) for name, text in FILES.items()})
        published(store, 1, date(2024, 1, 10), at_risk=50, watch=75)
        assert cells(run("health-flow", store, EVERYONE, PERIOD)) == {("little_known", "little_known"): (1, 500, 500)}
        found = run("portfolio-health", store, EVERYONE, PERIOD)
        assert (found.totals["little_known_accounts"], found.totals["at_risk_share"], found.totals["median_score"]) == (1, None, None)
        assert run("health-moves", store, EVERYONE, PERIOD).rows.is_empty()
