"""The page of the health score: edited in place, previewed, published, gone back, brought as a file; read by who may not edit."""

from datetime import UTC, datetime

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.approvals.gate import NeedsConsent
from data.store import open_stores
from data.store.edits import commit_frame
from data.store.view import View
from data.viewer import EVERYONE
from pages.parts.health_draft import Draft
from pages.ui import consent, loaders, who
from reports.health.scorecard import from_toml, in_force
from reports.health.versions import publish
from tests.data.approvals.firm import ADA, EXECUTIVES, firm, rules
from tests.pages.showing import everything, grids, shown
from tests.waiting import PATIENCE

AT = datetime(2024, 1, 2, 9, tzinfo=UTC)
USAGE_ALONE = """
least_known = 0
[bands]
at_risk = {first}
watch = 75
healthy = 100
[groups.usage]
weight = 40
[groups.usage.seat_use]
weight = 60
scale = [[0, 0], [0.4, 100]]
"""


def test_nothing_published_says_so_and_what_to_do(own):
    page = shown("health_score")
    assert not page.exception
    said = everything(page)
    assert "The score of the file is in force; no version is published yet" in said and "As it came with the product." in said
    assert "Nothing is changed yet" in said and "Usage trend" in said


@pytest.fixture
def mine(small, tmp_path, monkeypatch):
    """The small company under one measure: A uses 1 of 5 seats and has 50 points, B 1 of 9 and 28."""
    (tmp_path / "mine.toml").write_text(USAGE_ALONE.format(first=20))
    monkeypatch.setenv("HOLDFAST_HEALTH", str(tmp_path / "mine.toml"))
    return small


def now(store):
    with View(store) as view:
        return in_force(view)


def click(page, **key):
    found = page.button(**key).click().run()
    assert not found.exception
    return found


def typed(page, key, value):
    found = page.number_input(key=key).set_value(value).run()
    assert not found.exception
    return found


def draft(page):
    return page.session_state["draft-own-health-score"].card


def at(part):
    return shown("health_score", part=part)


def form(of, card):
    """A page of what a dialog draws, of a window whose draft is a score."""
    test = AppTest.from_string(
        "import streamlit as st\n"
        "from pages.parts import health_draft, health_preview, health_versions\n"
        "from pages.ui import doing, filters\n"
        "edit = health_draft.opened(filters.bar())\n"
        "seen = st.session_state.setdefault('seen', doing.Seen(edit.now.newest))\n"
        f"{of}\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": "2023-12-28"})
    test.session_state["draft-own-health-score"] = Draft(from_toml(card), 0, 0)
    test.run()
    assert not test.exception
    return test


def test_a_draft_is_told_in_words_with_whom_it_moves_and_published_with_a_note(mine):
    """At risk up to 30 instead of 20: B's 28 points are at risk, with twelve months of 777.77 and 55.00."""
    page = typed(at("Bands and exceptions"), "score-0-upper-0", 30.0)
    said = everything(page).replace("\\", "")
    assert "At risk up to 30, before 20" in said and "**1 of 2 accounts** would change its band" in said
    assert "Into At risk: 1 account with ARR $9.99K." in said
    page.segmented_control(key="part").set_value("change").run()
    moves = grids(page)["score-moves"]
    assert moves.select("name", "band_now", "band_then").rows() == [("Birch", "watch", "at_risk")]
    assert "Whose band changes" in everything(page) and "**1**" in everything(page)


def test_it_is_published_with_a_note(mine):
    asked = click(form("health_preview.publish_form(edit, seen)", USAGE_ALONE.format(first=30)), key="publish-now")
    assert "note: say why the score is changed" in asked.error[0].value and now(mine).version == 0
    asked.text_area(key="publish-note").set_value("Few seats are a warning")
    click(asked, key="publish-now")
    assert now(mine).card.bands[0] == ("at_risk", 30)
    assert "Version 1 is in force" in everything(shown("health_score"))


def test_weights_curves_and_measures_are_edited_and_a_draft_is_discarded(mine):
    page = shown("health_score", measure="seat_use")
    page = typed(page, "score-0-curve-seat_use-1-value", 50.0)
    assert "Seat use: 40% now gives 80 points (100 before)" in everything(page)
    page = click(page, key="score-0-curve-seat_use-add")
    assert page.number_input(key="score-1-curve-seat_use-1-value").value == 25, "between 0 and 50 %"
    page = typed(page, "score-1-curve-seat_use-1-value", 60.0)
    assert "the values rising" in page.error[0].value, "it goes back on itself"
    page = click(page, key="score-1-curve-seat_use-1-gone")
    page = click(page, key="score-2-add-usage-stickiness")
    assert "Stickiness added, weight 50" in everything(page) and not page.error
    page = typed(page, "score-3-weight-of-usage", 0.0)
    assert "weight of Usage 40 → 0" in everything(page)
    page = click(page, key="discard-score")
    assert "Nothing is changed yet" in everything(page)


def test_exceptions_and_what_counts_otherwise_are_edited(mine):
    page = click(at("Bands and exceptions"), key="score-0-limit-add")
    page = typed(page, "score-1-limit-value-0-seat_use", 15.0)
    assert "new: Seat use below 15%: at most Watch" in everything(page)
    assert draft(page).limits[0].name == "Seat use below 15%", "what accounts that it holds for are told"
    page.segmented_control(key="part").set_value("whom").run()
    page = click(page, key="score-1-variant-add")
    page = page.selectbox(key="score-2-segment-0").set_value("Large").run()
    page = typed(page, "score-2-variant-group-0-usage", 5.0)
    assert "new for Large, while onboarding: weight of Usage 40 → 5" in everything(page)
    assert draft(page).variants[0].name == "Large, while onboarding"
    page = click(page, key="score-2-variant-add-0-seat_use")
    page = page.checkbox(key="score-3-own-curve-0-seat_use").check().run()
    page = typed(page, "score-3-own-0-seat_use-1-points", 90.0)
    assert "40% now gives 90 points (100 before)" in everything(page)
    page = click(page, key="score-3-variant-out-0")
    assert "while onboarding" not in page.markdown[0].value


def test_what_somebody_else_published_meanwhile_is_told_before_and_at_the_click(mine):
    page = typed(at("Bands and exceptions"), "score-0-upper-0", 30.0)
    publish(mine, EVERYONE, USAGE_ALONE.format(first=45), "Stricter", 0, at=AT)
    page = page.run()
    assert "Version 1 was published since you began" in page.warning[0].value
    page = form("health_preview.publish_form(edit, seen)", USAGE_ALONE.format(first=30))
    page.text_area(key="publish-note").set_value("Mine")
    publish(mine, EVERYONE, USAGE_ALONE.format(first=46), "Stricter still", 1, at=AT)
    page = click(page, key="publish-now")
    assert "Nothing was written" in page.warning[0].value and "version 2 of browser: Stricter still" in page.caption[-1].value
    click(page, key="publish-now")
    assert now(mine).version == 3 and now(mine).card.bands[0][1] == 30


def test_versions_say_what_changed_and_one_goes_back(mine):
    for number, first in enumerate((30, 45)):
        publish(mine, EVERYONE, USAGE_ALONE.format(first=first), f"To {first}", number, at=AT)
    page = at("Versions and files")
    said = everything(page)
    assert "At risk up to 45, before 30" in said and "At risk up to 30, before 20" in said and "To 45" in said
    page = form(f"health_versions.back_form(edit, 1, {USAGE_ALONE.format(first=30)!r}, seen)", USAGE_ALONE.format(first=30))
    assert "At risk up to 30, before 45" in page.markdown[1].value
    click(page, key="back-now")
    assert now(mine).version == 3 and now(mine).card.bands[0][1] == 30
    past = shown("health_score", part="Versions and files", known_at=str(mine.version() - 1))
    assert "Version 2 is in force" in everything(past) and "You look at a past moment" in everything(past)
    assert not [one for one in past.button if one.label in ("Publish", "Go back to it", "Open as draft")]


def test_a_file_that_cannot_be_used_names_the_entry_and_one_that_can_becomes_the_draft(mine):
    page = at("Versions and files")
    wrong = page.file_uploader(key="score-0-upload").set_value(("mine.toml", b"[bands]\nat_risk = 50\n", KIND)).run()
    assert "groups: there is no measure" in wrong.error[0].value and now(mine).version == 0
    given = USAGE_ALONE.format(first=30).encode()
    page = at("Versions and files")
    page = page.file_uploader(key="score-0-upload").set_value(("mine.toml", given, KIND)).run()
    assert not page.exception and "At risk up to 30, before 20" in everything(page)


KIND = "application/toml"


def test_a_version_of_a_newer_product_is_named_and_an_older_one_stays_in_force(mine):
    publish(mine, EVERYONE, USAGE_ALONE.format(first=30), "Fine", 0, at=AT)
    row = {"version": [2], "configuration": ["format = 99\n"], "author": ["dana"], "published_at": [AT], "note": ["Newer"], "based_on": [1]}
    commit_frame(mine, "score_versions", pl.DataFrame(row), "app", "dana", edit=True)
    page = at("Versions and files")
    assert not page.exception
    assert "Version 1 is in force" in everything(page) and "Version 2 cannot be used here" in page.warning[0].value
    assert "What it changed cannot be told" in everything(page)


def test_a_warning_names_what_holds_for_nobody(mine):
    page = at("Versions and files")
    given = (
        USAGE_ALONE.format(first=20)
        + "[groups.support]\n[groups.support.open_tickets]\nscale = [[0, 100], [6, 0]]\n[segments.Tiny]\nusage = 1\n"
    )
    page = page.file_uploader(key="score-0-upload").set_value(("mine.toml", given.encode(), KIND)).run()
    assert [warning.value for warning in page.warning] == [
        "No account is of the segment Tiny: what counts otherwise for it holds for nobody.",
        "Known of no account today, so that the weight goes to the others: Open tickets.",
    ]


def test_a_file_that_cannot_be_read_is_told_and_a_version_holds_in_its_place(mine, tmp_path, monkeypatch):
    (tmp_path / "broken.toml").write_text("[bands]\nat_risk = 50\n")
    batch = publish(mine, EVERYONE, USAGE_ALONE.format(first=30), "Fine", 0, at=AT).batch
    monkeypatch.setenv("HOLDFAST_HEALTH", str(tmp_path / "broken.toml"))
    page = at("Versions and files")
    assert not page.exception and "Version 1 is in force" in everything(page)
    assert "groups: there is no measure" in page.warning[0].value
    mine.undo(batch, "test")
    page = shown("health_score")
    assert not page.exception and "groups: there is no measure" in page.error[0].value


@pytest.fixture
def team(tmp_path, monkeypatch):
    for name, value in {"STORE": "own.duckdb", "SAMPLE_STORE": "none.duckdb", "ROLES": "roles.toml"}.items():
        monkeypatch.setenv(f"HOLDFAST_{name}", str(tmp_path / value))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    firm(tmp_path).close()
    yield open_stores.store("own")
    open_stores.close_all()


def seen_by(monkeypatch, person, **more):
    monkeypatch.setattr(who, "rights", lambda company, *_: loaders.rights(company, person, ()))
    return shown("health_score", as_of="2026-10-31", **more)


def test_who_may_not_edit_reads_and_where_consent_is_needed_it_is_asked_for(team, monkeypatch):
    read = seen_by(monkeypatch, EXECUTIVES[0], measure="seat_use")
    assert not read.exception and "Who may edit plays can change it" in everything(read)
    assert all(one.disabled for one in read.number_input) and not [one for one in read.button if one.label == "Publish"]
    rules(team, '[[score]]\nlevels = [{ roles = ["executive"] }]\n')
    monkeypatch.setattr(who, "rights", lambda company, *_: loaders.rights(company, ADA, ()))
    page = form("health_preview.publish_form(edit, seen)", USAGE_ALONE.format(first=40))
    page.text_area(key="publish-note").set_value("Fewer at risk")
    wishes = []
    monkeypatch.setattr(consent, "keep", lambda _store, needs, _viewer: wishes.append(needs))
    click(page, key="publish-now")
    assert isinstance(wishes[0], NeedsConsent) and now(team).version == 0
