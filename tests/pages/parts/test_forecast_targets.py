"""Targets on the page Forecast: set in a dialog, told with what is missing, and taken back; forecasts kept by a button; calls in a sentence."""

from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_stores
from data.store.edits import commit_frame
from data.store.view import View
from data.work import targets
from tests.forecast_company import forecast_company
from tests.pages.showing import everything
from tests.waiting import PATIENCE


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    forecast_company(tmp_path / "own.duckdb").close()
    yield open_stores.store("own")
    open_stores.close_all()


def shown(*lines: str) -> AppTest:
    head = ("from pages.parts import forecast_calls, forecast_log, forecast_targets", "from pages.ui import filters, loaders",
            "choice = filters.bar()")  # fmt: skip
    test = AppTest.from_string("\n".join([*head, *lines]) + "\n", default_timeout=PATIENCE)
    test.query_params.update({"company": "own"})
    test.run()
    assert not test.exception
    return test


def named(fields, label):
    return next(one for one in fields if one.label == label)


def test_a_target_is_set_told_with_what_is_missing_and_removed(own):
    form = shown(
        "report = loaders.report(choice.company, 'forecast-gap', choice.viewer, choice.now)",
        "forecast_targets._form(choice, report, None, forecast_targets.Seen(0))",
    )
    named(form.number_input, "ARR, USD").set_value(1_000_000.0)
    named(form.selectbox, "Quarter").select_index(1)  # the first is the one of the day looked at, the last of its quarter
    assert not named(form.button, "Save").click().run().exception
    with View(own) as view:
        row = targets.standing(view).row(0, named=True)
    assert (str(row["quarter"]), row["measure"], row["amount"]) == ("2025-04-01", "renewed_arr", 1_000_000.0)
    page = shown("forecast_targets.show(choice)")
    said = everything(page)
    assert "Q2 2025 · Renewed ARR · whole company" in said and "Cannot be closed by renewals alone" in said and "ARR missing" in said
    assert not named(page.button, "Remove").click().run().exception
    assert "No target is set" in everything(shown("forecast_targets.show(choice)"))


def test_a_stored_target_that_cannot_be_is_shown_with_why_and_is_changed(own):
    row = {"target_id": "T1", "quarter": date(9999, 10, 1), "measure": "nrr", "amount": 1e308, "entered_by": "x", "is_removed": False}
    commit_frame(own, "targets", pl.DataFrame([row]), "targets", "analyst")
    page = shown("forecast_targets.show(choice)")
    assert "which no target can be: change it, or remove it" in everything(page) and "Not known" in everything(page)
    assert not named(page.button, "Change").click().run().exception
    assert not named(page.button, "Remove").click().run().exception
    assert "No target is set" in everything(shown("forecast_targets.show(choice)"))


def test_a_forecast_is_kept_by_the_button_once(own):
    page = shown("forecast_log.show(choice)")
    assert "No forecast is kept yet" in everything(page)
    kept = named(page.button, "Keep this forecast").click().run()
    assert [one.value for one in kept.toast] == ["Kept."]
    again = named(kept.button, "Keep this forecast").click().run()
    assert "kept already" in again.toast[0].value


def test_calls_say_what_has_none(own):
    page = shown("forecast_calls.show(choice)")
    # Each of the 16 accounts that are left comes up once: 1 to 20 thousand without those lost (4, 12, 8, 15), and 13 pays 10 for 14
    assert "No call: 16 renewals, $167K." in everything(page).replace("\\", "")
