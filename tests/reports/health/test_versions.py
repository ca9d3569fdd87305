"""Versions of the health score: published, told, gone back to, with the consent of others, and passed over where they cannot be used."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from data.approvals import deciding, gate, undoing
from data.approvals.deciding import Outdated
from data.approvals.gate import NeedsConsent
from data.approvals.requests import DONE, requests
from data.store.edits import EditRefused, commit_frame
from data.store.view import View
from data.viewer import EVERYONE, NotAllowed
from data.work.writing import ChangedSince
from reports.approvals.waiting import what
from reports.catalogue import run
from reports.health.scorecard import ScorecardError, from_toml, in_force, scorecard, to_toml
from reports.health.versions import back_to, moved_by, publish, text_of, versions
from reports.report import Question
from tests.data.approvals.firm import ADA, CSM, EXECUTIVES, as_, firm, levels, rules

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
CARD = """
least_known = 0
[bands]
at_risk = {first}
watch = 75
healthy = 100
[groups.sentiment]
weight = 1
[groups.sentiment.nps_answer]
scale = [[0, 0], [10, 100]]
"""
IN_FILE, OTHER = CARD.format(first=50), CARD.format(first=65)
NEWER = "format = 99\n" + OTHER


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The firm, whose NPS of 4, 6 and 9 makes scores of 40, 60 and 90, by a file that the settings name."""
    (tmp_path / "mine.toml").write_text(IN_FILE)
    monkeypatch.setenv("HOLDFAST_HEALTH", str(tmp_path / "mine.toml"))
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = firm(tmp_path)
    answers = [(f"s{n}", f"a{n}", "nps", score, datetime(2026, 10, 1, tzinfo=UTC)) for n, score in ((1, 4.0), (2, 6.0), (3, 9.0))]
    frame = pl.DataFrame(answers, schema=["survey_id", "account_id", "kind", "score", "answered_at"], orient="row")
    commit_frame(opened, "surveys", frame, "surveys", "test")
    yield opened
    opened.close()


def bands(store) -> dict[str, str]:
    return dict(run("health", store, EVERYONE, Question()).rows.select("account_id", "band").iter_rows())


def listed(store) -> list[tuple]:
    with View(store) as view:
        return versions(view).select("version", "author", "note", "based_on", "in_force", "problem").rows()


def put(store, text=OTHER, seen=0, note="More are at risk", viewer=EVERYONE, **more):
    return publish(store, viewer, text, note, seen, at=AT, **more)


def test_a_version_holds_from_then_on_for_everybody(store):
    assert bands(store) == {"a1": "at_risk", "a2": "watch", "a3": "healthy"} and listed(store) == []
    put(store, viewer=as_(store)(ADA))
    assert bands(store) == {"a1": "at_risk", "a2": "at_risk", "a3": "healthy"}
    assert listed(store) == [(1, ADA, "More are at risk", 0, True, None)]
    with View(store) as view:
        assert versions(view)["published_at"].to_list() == [AT]
        assert in_force(view).version == 1 and in_force(view).file.name == "mine.toml"


def test_one_can_go_back_to_any_and_to_the_file(store):
    put(store)
    back_to(store, EVERYONE, 0, 1, at=AT)
    assert bands(store)["a2"] == "watch"
    back_to(store, EVERYONE, 1, 2, at=AT, note="It was right")
    told = [(number, note, based_on, now) for number, _, note, based_on, now, _ in listed(store)]
    assert told == [(3, "It was right", 1, True), (2, "Back to the file", 0, False), (1, "More are at risk", 0, False)]
    with View(store) as view:
        assert text_of(view, 1) == text_of(view, 3) == OTHER and from_toml(text_of(view, 0)) == from_toml(IN_FILE)


def test_a_scorecard_is_published_as_its_file_states_it(store):
    card = replace(from_toml(IN_FILE), least_known=0.25)
    publish(store, EVERYONE, card, "Less is enough", 0, at=AT)
    with View(store) as view:
        assert scorecard(view) == card and text_of(view, 1) == to_toml(card)


def test_whoever_comes_second_is_told(store):
    put(store)
    with pytest.raises(ChangedSince, match="browser changed this"):
        put(store, CARD.format(first=70))
    undoing.undo(store, store.imports()["batch"].max(), EVERYONE, "test")
    with pytest.raises(ChangedSince, match="taken back"):
        put(store, CARD.format(first=70), seen=1)
    put(store, CARD.format(first=70))  # a number that was taken back is not given again
    assert [row[0] for row in listed(store)] == [2]


WRONG = [
    (OTHER, "  ", EditRefused, "note: say why"),
    (OTHER, "x" * 501, EditRefused, "500 characters"),
    (CARD, "why", ScorecardError, "This is no TOML"),
    (OTHER + "[caps]\nrumours = 'watch'", "why", ScorecardError, "caps.rumours"),
    (NEWER, "why", ScorecardError, "format: 99 is of a newer Holdfast"),
    ("#" * 200_001, "why", ScorecardError, "at most 200,000 characters"),
]


def test_what_cannot_be_used_is_not_published(store):
    for text, note, error, said in WRONG:
        with pytest.raises(error, match=said):
            put(store, text, note=note)
    assert listed(store) == []


def test_nothing_is_published_twice_running_and_by_nobody_without_the_right(store):
    put(store)
    with pytest.raises(EditRefused, match="Nothing is changed: this is version 1"):
        put(store, f"# the same, with a remark\n{OTHER}", seen=1)
    with pytest.raises(NotAllowed):
        put(store, IN_FILE, seen=1, viewer=as_(store)(CSM))
    with pytest.raises(EditRefused, match="there is no version 7"):
        back_to(store, EVERYONE, 7, 1, at=AT)


def written(store, version: int, text: str) -> None:
    """A version as a newer product would have left it."""
    row = {"version": version, "configuration": text, "author": "them", "published_at": AT, "note": "", "based_on": 0}
    commit_frame(store, "score_versions", pl.DataFrame([row]), "test", "test", edit=True)


def test_a_version_that_cannot_be_used_is_told_and_the_one_before_stays_in_force(store):
    written(store, 1, NEWER)
    assert bands(store)["a2"] == "watch"
    notes = run("health", store, EVERYONE, Question()).notes
    assert any(
        "Version 1 of the health score cannot be used here (format: 99" in one and "mine.toml stays in force" in one for one in notes
    )
    put(store, seen=1)
    written(store, 3, "[bands")
    assert bands(store)["a2"] == "at_risk"
    found = listed(store)
    assert [(number, now, bool(problem)) for number, _, _, _, now, problem in found] == [
        (3, False, True),
        (2, True, False),
        (1, False, True),
    ]
    assert any("Version 3" in one and "Version 2 stays in force" in one for one in run("health", store, EVERYONE, Question()).notes)


def test_with_consent_it_is_published_in_the_name_of_who_asked(store):
    """Band of a2 alone changes: ARR 2,400 of 12,000."""
    by = as_(store)
    rules(store, f"[[score]]\n{levels(1)}when = {{ share_above = 0.19 }}\n")
    with pytest.raises(NeedsConsent) as needs:
        put(store, viewer=by(ADA))
    effect = needs.value.wish.effect
    assert (effect.accounts, effect.amount, effect.share, effect.segments) == (1, 2400.0, pytest.approx(0.2), ("Small",))
    request = gate.ask(store, needs.value.wish, by(ADA), "as agreed")
    assert what(request) == "Publish a version of the health score: More are at risk"
    assert moved_by(store, request, AT).select("account_id", "band_before", "band_after").rows() == [("a2", "watch", "at_risk")]
    with pytest.raises(NotAllowed):
        deciding.consent(store, request.number, by(CSM))
    assert listed(store) == []
    assert deciding.consent(store, request.number, by(EXECUTIVES[0])).state == DONE
    assert [row[:3] for row in listed(store)] == [(1, ADA, "More are at risk")] and bands(store)["a2"] == "at_risk"


def test_below_the_share_nobody_is_asked_and_taking_back_is_the_same_kind_of_deed(store):
    by = as_(store)
    rules(store, f"[[score]]\n{levels(1)}when = {{ amount_above = 2400 }}\n")
    batch = put(store, viewer=by(ADA)).batch
    rules(store, f"[[score]]\n{levels(1)}")
    with pytest.raises(NeedsConsent) as needs:
        undoing.undo(store, batch, by(ADA), "test")
    assert needs.value.wish.effect.amount == 2400.0
    request = gate.ask(store, needs.value.wish, by(ADA), "it was wrong")
    assert moved_by(store, request, AT).select("band_before", "band_after").rows() == [("at_risk", "watch")]
    deciding.consent(store, request.number, by(EXECUTIVES[0]))
    assert listed(store) == []


def test_a_request_is_outdated_once_another_version_is_published(store):
    by = as_(store)
    rules(store, f"[[score]]\n{levels(1)}")
    with pytest.raises(NeedsConsent) as needs:
        put(store, viewer=by(ADA))
    request = gate.ask(store, needs.value.wish, by(ADA), "as agreed")
    rules(store, "")
    put(store, CARD.format(first=70))
    rules(store, f"[[score]]\n{levels(1)}")
    with pytest.raises(Outdated, match="changed this"):
        deciding.consent(store, request.number, by(EXECUTIVES[0]))
    assert requests(store)[request.number].state == "outdated"
