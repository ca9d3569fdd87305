"""The health lab through the whole store, on companies made so that the answer is known."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from metrics.scorecard import Scorecard
from reports.books import opened_books
from reports.catalogue import run
from reports.health.looks import bands_before, held_against
from reports.health.scorecard import from_toml, scorecard
from reports.health.versions import publish
from reports.report import Question
from tests.reports.health.renewing import AS_OF, accounts, renewing

FIRST, SECOND = date(2023, 7, 1), date(2024, 3, 1)
OF_USAGE = """
[bands]
at_risk = 50
healthy = 100
[groups.usage]
weight = {usage}
[groups.usage.seat_use]
scale = {scale}
[groups.support]
weight = {support}
[groups.support.open_tickets]
scale = [[0, 100], [2, 0]]
"""


def asked(store: Store, name: str, viewer: Viewer = EVERYONE, **more: object):
    return run(name, store, viewer, Question(as_of=AS_OF, **more))


def card(usage: int, support: int, scale: str = "[[0, 0], [1, 100]]") -> Scorecard:
    return from_toml(OF_USAGE.format(usage=usage, support=support, scale=scale))


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """40 of 100 leave on one day: all that are quiet but four, and none of the others."""
    made = accounts(SECOND, 40, 60, lambda at, leaves: (leaves and at >= 0) or at >= 96)
    store = renewing(tmp_path_factory.mktemp("planted"), made)
    yield store
    store.close()


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """20 of 50 leave in each of two years, the quiet ones; every second one has open tickets, whoever leaves. The score in force goes by
    tickets, and little by usage."""
    some = [one for ends in (FIRST, SECOND) for one in accounts(ends, 20, 30, lambda _, leaves: leaves, lambda at: 2 * (at % 2))]
    store = renewing(tmp_path_factory.mktemp("two"), some)
    publish(store, EVERYONE, card(10, 90), "By tickets", 0, at=datetime(2022, 1, 1, tzinfo=UTC))
    yield store
    store.close()


def test_what_was_planted_is_found_with_the_share_of_each_band(planted):
    """Of the quiet 44, one of four seats in use, 4 renewed; of the 56 others all. Wilson of 4 of 44: 3.6 % to 21.2 %; of 56: 93.6 %.
    Pairs: 56 of 60 who renewed lie above all 40 who left, and 4 are as low: (56 + 4 / 2) / 60."""
    found = asked(planted, "health-lab")
    told = {(row["lead_days"], row["band"]): row for row in found.rows.iter_rows(named=True)}
    low, high = told[90, "watch"], told[90, "healthy"]
    assert [(row["observations"], row["renewed"]) for row in (low, high)] == [(44, 4), (56, 56)]
    assert [round(low[name], 3) for name in ("renewed_low", "renewed_high")] == [0.036, 0.212]
    assert round(high["renewed_low"], 3) == 0.936
    assert found.totals["auc"] == pytest.approx(58 / 60)
    assert (found.totals["verdict"], found.totals["days_ahead"]) == ("predicts", 90)
    assert "Your healthy accounts renew 100 % (n = 56, 94 to 100), watch 9 % (n = 44, 4 to 21)." in found.notes


def test_the_sentence_of_the_record_says_the_same(planted):
    record, lab = asked(planted, "health-record").totals, asked(planted, "health-lab").totals
    assert {name: record[name] for name in ("observations", "churned", "auc")} == {
        name: lab[name] for name in ("observations", "churned", "auc")
    }


def test_each_measure_is_tried_and_what_calls_find_is_told(planted):
    """One pile of 100 looks in a month, of which 10 are called, all of them quiet: 40 of 44 leave, against 40 of 100."""
    found = asked(planted, "health-lab-measures", capacity=10)
    told = {(row["tested"], row["name"], row["lead_days"]): row for row in found.rows.iter_rows(named=True)}
    use = told["measure", "seat_use", 90]
    assert (use["found"], use["observations"], use["churned"], use["unknown"]) == ("predicts", 100, 40, 0)
    assert (use["lift"], use["called_share"]) == (pytest.approx((40 / 44) / (40 / 100)), pytest.approx(0.1))
    assert found.totals["capacity"] == 10
    assert "as asked" in found.notes[1]


def test_by_segment_every_row_has_its_group(planted):
    told = asked(planted, "health-lab", by="cohort_month").rows
    assert {*told["group"]} == {"2023-03"}
    assert told.drop("group").equals(asked(planted, "health-lab").rows.drop("group"))


def test_where_nothing_was_planted_the_score_does_not_predict(tmp_path):
    """Every second account is quiet, of those that leave and of those that stay."""
    store = renewing(tmp_path, accounts(SECOND, 40, 60, lambda at, _: at % 2 == 0))
    found, measures = asked(store, "health-lab"), asked(store, "health-lab-measures")
    store.close()
    assert (found.totals["verdict"], found.totals["auc"]) == ("does_not_predict", 0.5)
    assert "does not predict" in found.totals["words"]
    assert not {"predicts", "against"} & {*measures.rows["found"]}


def test_ten_accounts_are_refused_with_what_is_missing_and_when_it_is_there(tmp_path):
    """4 of 10 left. 26 more that leave and 24 more that renew are needed; 7 are due, N and those who renewed, which is too few."""
    store = renewing(tmp_path, accounts(SECOND, 4, 6, lambda _, leaves: leaves))
    found, measures, proposal, scores = (asked(store, f"health-lab{name}") for name in ("", "-measures", "-proposal", "-calibration"))
    store.close()
    assert (found.totals["verdict"], found.totals["auc"]) == ("too_few", None)
    assert {*measures.rows["found"]} == {"too_few"}
    assert (proposal.totals["verdict"], proposal.totals["configuration"]) == ("too_few", None)
    assert scores.rows.is_empty() and "150 are needed" in scores.notes[0]
    words = found.totals["words"]
    assert "10 were looked at 90 days ahead, 4 left and 6 renewed; 30 of each kind are needed" in words
    assert "26 more that leave are needed: the 7 that are due by 2025-07-15 bring about 3 at the rate so far, which is too few" in words


def test_an_empty_store_says_nothing_is_known(tmp_path):
    store = Store.open(tmp_path / "own.duckdb")
    found = run("health-lab", store, EVERYONE, Question())
    store.close()
    assert found.rows.is_empty()
    assert found.totals["verdict"] == "too_few"


def test_weights_are_learned_from_the_first_year_and_judged_on_the_second(two_years):
    """Tickets tell nothing: nine tenths of the score. In the second year usage would have told all 20 from all 30."""
    found = asked(two_years, "health-lab-proposal")
    told, weights = found.totals, {row["name"]: row for row in found.rows.iter_rows(named=True)}
    assert (told["verdict"], told["churned"], told["held_out_churned"]) == ("gains", 20, 20)
    assert told["held_out_from"] == date(2023, 12, 2)  # 90 days before 2024-03-01
    assert told["auc_proposed"] == 1.0
    assert told["gain"] == pytest.approx(1.0 - told["auc_now"])
    assert told["gain_low"] > 0
    assert weights["seat_use"]["weight_now"] == pytest.approx(0.1)
    assert weights["seat_use"]["weight_proposed"] > 0.6
    drafted = from_toml(told["configuration"])
    assert sum(group.weight for group in drafted.groups) == 100
    assert [one.scale for one in drafted.measures] == [one.scale for one in card(10, 90).measures]


def test_weights_that_gain_by_chance_are_not_proposed(tmp_path):
    """Who is quiet, and who has tickets, tells nothing of who leaves, in either year; what was learned is shown, and no file of it."""
    some = [one for ends in (FIRST, SECOND) for one in accounts(ends, 20, 30, lambda at, _: at % 2 == 0, lambda at: at % 3)]
    store = renewing(tmp_path, some)
    told = asked(store, "health-lab-proposal").totals
    store.close()
    assert told["verdict"] in ("gain_may_be_chance", "nothing_foretells")
    assert told["configuration"] is None
    assert told["words"].startswith("No weights are proposed")


def test_a_version_is_held_against_the_one_in_force_on_renewals_after_both(two_years):
    """The next version turns usage round; the one after it goes by usage alone. Held against it, from its publishing on: 50 looks of the
    second year, all pairs right against all wrong; the file's knows as much. What is published after the last look has too few."""
    publish(two_years, EVERYONE, card(100, 0, "[[0, 100], [1, 0]]"), "Turned round", 1, at=datetime(2022, 2, 1, tzinfo=UTC))
    publish(two_years, EVERYONE, card(100, 0), "By usage", 2, at=datetime(2023, 9, 1, tzinfo=UTC))
    told = {row["version"]: row for row in asked(two_years, "health-lab-versions").rows.iter_rows(named=True)}
    assert {name: row["found"] for name, row in told.items()} == {3: "in_force", 2: "too_few", 1: "too_few", 0: "too_few"}
    assert (told[2]["observations"], told[2]["churned"], told[2]["since"]) == (50, 20, date(2023, 9, 1))
    publish(two_years, EVERYONE, replace(card(100, 0), least_known=0.1), "The same", 3, at=datetime(2024, 5, 1, tzinfo=UTC))
    assert asked(two_years, "health-lab-versions").rows["observations"].to_list() == [None, 0, 0, 0, 0]


def test_versions_on_enough_later_renewals(planted):
    publish(planted, EVERYONE, card(100, 0, "[[0, 100], [1, 0]]"), "Turned round", 0, at=datetime(2022, 2, 1, tzinfo=UTC))
    publish(planted, EVERYONE, card(100, 0), "By usage", 1, at=datetime(2023, 9, 1, tzinfo=UTC))
    told = {row["version"]: row for row in asked(planted, "health-lab-versions").rows.iter_rows(named=True)}
    assert {name: row["found"] for name, row in told.items()} == {2: "in_force", 1: "worse", 0: "cannot_tell"}
    assert told[1]["difference"] == pytest.approx(2 / 60 - 58 / 60)
    assert told[0]["difference"] == pytest.approx(0)


def test_what_happened_after_the_look_changes_nothing(tmp_path):
    """The same company with much use in the last 89 days before the renewal, by those that leave: seen from 90 days ahead it is the same."""
    made = accounts(SECOND, 4, 6, lambda _, leaves: leaves)
    first = renewing(tmp_path / "a", made)
    before = asked(first, "health-lab").rows
    leavers, days = [one.name for one in made if one.leaves], range(1, 9)
    late = [f"{name},u{at},feature{at},2024-02-0{day}T10:00:00Z" for name in leavers for at in range(4) for day in days]
    (tmp_path / "late.csv").write_text("\n".join(["account_id,user_id,event,occurred_at", *late]) + "\n")
    assert import_file(first, tmp_path / "late.csv").batch is not None
    after = asked(first, "health-lab").rows
    first.close()
    ahead = [frame.filter(frame["lead_days"] == 90) for frame in (before, after)]
    assert ahead[0].equals(ahead[1])


def test_the_band_that_a_forecast_takes_is_the_one_that_the_score_is_tried_on(two_years):
    with opened_books(two_years, EVERYONE, Question()) as books:
        tried = held_against(books, scorecard(books.view)).filter(pl.col("lead_days") == 60, pl.col("kind") == "renewal")
        taken = bands_before(books, scorecard(books.view), 60)
    assert taken.height == 100  # 50 accounts, an end a year
    assert taken.sort(taken.columns).equals(tried.select(taken.columns).sort(taken.columns))
