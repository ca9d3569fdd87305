"""Why health changed, from files to report: what is told of each kind of change, and that both scores are those that the others tell."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.parameters import WrongParameter
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from language.catalogue import CHINESE, speaking
from metrics.health_change import KINDS
from reports.catalogue import run
from reports.health.change_words import band_in_words, change_in_words, rounded
from reports.health.scorecard import in_file, to_toml
from reports.report import Question
from tests.reports.customers.test_accounts import DAY, NAMES, START, stored, usage

NPS = "survey_id,account_id,kind,score,answered_at\nS1,good,nps,10,2024-02-01\nS2,lapsed,nps,10,2023-06-10\nS3,good,nps,2,2024-06-20\n"


def imported(store: Store, folder, name: str, text: str) -> int:
    (folder / f"{name}.csv").write_text(text)
    done = import_file(store, folder / f"{name}.csv", table="surveys").batch
    return done.batch if done else 0


def published(store: Store, at: datetime, version: int, **groups: float) -> None:
    """A version of the file's score in which some groups weigh otherwise."""
    card = in_file()
    other = replace(card, groups=tuple(replace(one, weight=groups.get(one.name, one.weight)) for one in card.groups))
    row = {"version": version, "configuration": to_toml(other), "note": "", "author": "dana", "published_at": at, "based_on": 0}
    commit_frame(store, "score_versions", pl.DataFrame([row]), "app", "dana")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A version that weighs sentiment four times as much is published between the days; `good` answers 10 and then 2, and the answer of
    `lapsed` becomes a year old between them."""
    folder = tmp_path_factory.mktemp("why")
    with closing(stored(folder)) as opened:
        imported(opened, folder, "surveys", NPS)
        published(opened, datetime(2024, 6, 15, 9, tzinfo=UTC), 1, sentiment=60)
        yield opened


def told(store: Store, **asked) -> dict[str, dict]:
    return {row["account_id"]: row for row in run("health-change", store, EVERYONE, Question(as_of=DAY, **asked)).rows.to_dicts()}


def parts(store: Store, **asked) -> pl.DataFrame:
    return run("health-change-parts", store, EVERYONE, Question(as_of=DAY, **asked)).rows


def test_the_score_is_that_of_health_and_parts_add_up(store):
    found, health = told(store), run("health", store, EVERYONE, Question(as_of=DAY)).rows
    assert {name: row["score"] for name, row in found.items()} == dict(health.select("account_id", "score").rows())
    sums = dict(parts(store).group_by("account_id").agg(pl.col("points").sum()).rows())
    moved = {name: row["moved"] for name, row in found.items() if row["moved"] is not None}
    assert set(moved) == {"good", "leaving", "lapsed", "silent"}
    for name, change in moved.items():
        assert change == pytest.approx(found[name]["score"] - found[name]["score_before"], abs=1e-9)
        assert sums.get(name, 0.0) == pytest.approx(change, abs=1e-9)
        assert sum(found[name][kind] for kind in KINDS) == pytest.approx(change, abs=1e-9)


def test_configuration_is_told_apart_from_what_health_calls_its_change(store):
    """Of `good` usage (40), adoption (20), support (7.5 of 15 known; the group keeps its 15) and sentiment (15) were known: 90 of weight.
    All but the answer are as they were; the version makes the weights 135. The answer falls from 100 points to 13.333, with 60 of 135."""
    good, health = told(store)["good"], run("health", store, EVERYONE, Question(as_of=DAY)).rows.filter(account_id="good")
    assert good["behaviour"] == pytest.approx((100 * 2 / 15 - 100) * 60 / 135, abs=1e-5)
    assert good["moved"] - good["configuration"] == pytest.approx(health["change"].item(), abs=1e-9)
    assert good["configuration"] > 0, "an answer of 10 that counts more"
    assert "NPS answer 10 to 2 (−3" in good["why"]
    assert "the score counts otherwise since (+" in good["why"]


def test_an_answer_that_grew_too_old_is_no_longer_known(store):
    lapsed = told(store)["lapsed"]
    assert "no longer known: NPS answer" in lapsed["why"]
    assert parts(store).filter(account_id="lapsed", kind="missing_or_known").select("figure", "value_before", "value_after").rows() == [
        ("nps_answer", 10.0, None)
    ]
    assert lapsed["behaviour"] == 0


def test_who_has_no_score_is_told_why(store):
    found = told(store)
    assert found["young"]["why"] == "No score on 2024-05-31: it was no customer."
    assert (found["young"]["moved"], found["young"]["behaviour"], found["young"]["why_band"]) == (None, None, "")
    assert "young" not in parts(store)["account_id"]
    assert told(store, since=date(2022, 1, 1))["good"]["why"] == "No score on 2022-01-01: it was no customer."


def test_bands_that_an_exception_moves(store):
    """`leaving` gave notice on 10 June, what `lapsed` paid for ended on the 20th: both scores stay high."""
    found = told(store)
    assert found["leaving"]["why_band"] == "Band healthy to at risk: Notice given on 2024-06-10, whatever the score."
    assert found["lapsed"]["why_band"] == "Band healthy to watch: Not renewed since 2024-06-20, whatever the score."
    assert found["silent"]["why_band"] == ""


def test_a_band_that_is_set_by_hand_is_told(tmp_path):
    with closing(stored(tmp_path)) as other:
        row = {
            "override_id": "O",
            "account_id": "good",
            "band": "watch",
            "reason": "New CFO.",
            "owner": "dana",
            "starts_on": date(2024, 6, 10),
            "ends_on": date(2024, 6, 25),
        }
        commit_frame(other, "score_overrides", pl.DataFrame([row]), "app", "dana")
        during = run("health-change", other, EVERYONE, Question(as_of=date(2024, 6, 20))).rows.filter(account_id="good")
        after = run("health-change", other, EVERYONE, Question(as_of=DAY, since=date(2024, 6, 20))).rows.filter(account_id="good")
    assert during["why_band"].item() == "Band healthy to watch: set by dana until 2024-06-25 (New CFO)."
    assert after["why_band"].item() == "Band watch to healthy: what dana had set holds no more."
    assert during["moved"].item() == after["moved"].item() == 0


def side(band: str, own: str, exception: str | None = None) -> dict:
    return {"band": band, "own": own, "exception": exception, "set_by": None, "known_weight": 1.0, "stopped": False, "same_bands": True}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (side("watch", "watch"), side("at_risk", "at_risk", "Not renewed"), "by the score"),
        (side("healthy", "healthy"), side("watch", "healthy", "Not renewed"), "Not renewed, whatever the score"),
        (side("watch", "healthy", "Not renewed"), side("healthy", "healthy"), "this holds no more: Not renewed"),
        (side("watch", "watch", "Not renewed"), side("healthy", "healthy"), "by the score"),
        (side("watch", "healthy", "Not renewed"), side("at_risk", "at_risk", "Not renewed"), "by the score"),
        (side("watch", "healthy", "Not renewed"), side("at_risk", "healthy", "Notice given"), "Notice given, whatever the score"),
    ],
)
def test_an_exception_is_the_reason_only_where_it_holds_the_band_down(before, after, why):
    assert band_in_words(before, after).endswith(f": {why}.")


def test_both_days_are_asked_for(store):
    report = run("health-change", store, EVERYONE, Question(as_of=DAY, since=date(2024, 6, 16)))
    assert report.parameters["since"] == date(2024, 6, 16) and report.rows["configuration"].sum() == 0
    assert run("health-change", store, EVERYONE, Question(as_of=DAY)).parameters["since"] == DAY - timedelta(days=30)
    with pytest.raises(WrongParameter, match="since: 2024-06-30 does not lie before 2024-06-30"):
        told(store, since=DAY)


def test_a_stopped_feed_went_missing_and_is_no_behaviour(tmp_path):
    with closing(stored(tmp_path, usage(DAY - timedelta(days=10)))) as store:
        good = told(store)["good"]
        found = parts(store).filter(account_id="good")
    assert good["behaviour"] == 0 and set(found["kind"]) == {"missing_or_known"}
    assert found["figure"].to_list() == ["usage_trend"], "the others gave 100 points, as what their weight went to"
    assert "usage cannot be seen since its feed has stopped" in good["why"]
    assert good["why_band"] == "Band healthy to little known: usage cannot be seen, since its feed has stopped."


def test_data_that_came_late(tmp_path):
    """What was known of 31 May is asked for as of the imports before the survey, which says of May what nobody knew then."""
    with closing(stored(tmp_path)) as store:
        before = imported(store, tmp_path, "surveys", "survey_id,account_id,kind,score,answered_at\nS0,good,nps,5,2022-06-01\n")
        imported(store, tmp_path, "late", "survey_id,account_id,kind,score,answered_at\nS1,good,nps,0,2024-05-01\n")
        good, plain = told(store, since_known_at=before)["good"], told(store)["good"]
        found = parts(store, since_known_at=before).filter(account_id="good")
    assert found.select("kind", "figure", "value_before", "value_after").rows() == [("late_data", "nps_answer", None, 0.0)]
    assert good["moved"] == pytest.approx(good["late_data"], abs=1e-9) and good["late_data"] < 0 == plain["moved"]
    assert f"data of {DAY - timedelta(days=30)} that came later" in good["why"]


def test_an_account_that_moved_to_another_segment(tmp_path):
    """Since 15 June `good` is Large, where support alone counts: what it is healthy by does not."""
    with closing(stored(tmp_path)) as store:
        for day, segment in ((date(2024, 1, 1), "Small"), (date(2024, 6, 15), "Large")):
            text = "account_id,name,segment\n" + "".join(f"{name},{name.title()},{segment}\n" for name in NAMES)
            (tmp_path / "states.csv").write_text(text)
            done = import_file(
                store, tmp_path / "states.csv", table="accounts", options={"rows": "state", "covers": str(day), "snapshot": "no"}
            )
            assert done.batch, done
        card = replace(in_file(), segments={"Large": {"usage": 0, "adoption": 0}})
        row = {"version": 1, "configuration": to_toml(card), "author": "d", "published_at": datetime(2024, 1, 1, tzinfo=UTC)}
        commit_frame(store, "score_versions", pl.DataFrame([row]), "app", "dana")
        good = told(store)["good"]
    assert good["segment_or_lifecycle"] == pytest.approx(good["moved"]) and good["moved"] != 0
    assert "segment Small to Large (" in good["why"]


def test_an_empty_store(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        for name in ("health-change", "health-change-parts"):
            report = run(name, store, EVERYONE, Question())
            assert (report.rows.height, report.parameters["since"]) == (0, None)


@pytest.mark.parametrize(
    ("values", "total", "expected"),
    [((-9.4, -3.4, -1.4), -14, [-10, -3, -1]), ((-0.4, 0.4), 0, [0, 0]), ((2.6, -2.6), 0, [3, -3]), ((0.6, 0.6, 0.6), 2, [0, 1, 1])],
)
def test_whole_points_add_up(values, total, expected):
    """-9.4, -3.4, -1.4 are -14.2: rounded each they are -13, one too many; all are off by as much, and the first gives way."""
    assert rounded(values, total) == expected


def test_the_sentence_names_three_and_sums_the_others():
    about = {"stopped": False, "day": START, "places": ""}
    moved = [
        ("seat_use", 0.62, 0.41, -9.0),
        ("open_tickets", 0, 2, -3.0),
        ("nps_answer", 9, 6, -2.0),
        ("csat_rating", 4.25, 4, -1.0),
        ("stickiness", 0.5, 0.45, -1.0),
    ]
    rows = [{"kind": "behaviour", "name": name, "value_before": a, "value_after": b, "points": points} for name, a, b, points in moved]
    assert change_in_words(-16.0, rows, about) == (
        "−16: seat use 62% to 41% (−9), open tickets 0 to 2 (−3), NPS answer 9 to 6 (−2), others (−2)"
    )
    assert change_in_words(0.0, [], about) == "No change."
    with speaking(CHINESE):
        assert change_in_words(-16.0, rows, about).startswith("−16：席位使用率从 62% 变为 41%（−9）、")
