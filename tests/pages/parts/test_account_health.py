"""Why this health, on the account page: the band in a sentence, what changed since a day that is chosen, and what would lift it."""

from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_stores
from data.store.edits import commit_frame
from metrics.health_change import KINDS
from pages.parts.account_health import _line
from tests.pages.showing import shown
from tests.reports.customers.test_accounts import DAY, stored
from tests.waiting import PATIENCE

PART = (
    "from pages.parts import account_health as part\n"
    "from pages.parts.account_asked import of\n"
    "from pages.ui import filters\n"
    "choice = filters.bar()\n"
    "part.changed(choice, 'good')\n"
    "part.lift(choice, 'good')\n"
    "part._table(of(choice, 'health-change-parts', 'good'))\n"
)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """That of the reports' tests, where `good` answered 10 in February and 0 in June, and there was a talk in between."""
    folder = tmp_path_factory.mktemp("health")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(folder / "own.duckdb"))
        store = stored(folder)
        answers = {"survey_id": ["S1", "S2"], "account_id": ["good"] * 2, "kind": ["nps"] * 2, "score": [10.0, 0.0]}
        commit_frame(store, "surveys", pl.DataFrame(answers | {"answered_at": [date(2024, 2, 1), date(2024, 6, 20)]}), "s", "a")
        talk = {"activity_id": ["T"], "account_id": ["good"], "kind": ["conversation"], "done_on": [date(2024, 6, 25)], "body": ["Hi"]}
        commit_frame(store, "activities", pl.DataFrame(talk), "c", "a")
        store.close()
        yield
        open_stores.close_all()


def words(test: AppTest) -> list[str]:
    assert not test.exception
    return [one.value for one in (*test.markdown, *test.caption)]


def part() -> AppTest:
    test = AppTest.from_string(PART, default_timeout=PATIENCE)
    test.query_params.update({"company": "own", "as_of": f"{DAY}"})
    return test.run()


def test_what_changed_since_a_day_that_is_chosen(company):
    """Usage 92 x 40, adoption 100 x 20, support and the answer 100 x 15 each, of 90: 96.44; the answer takes 16.67 of it."""
    test = part()
    said = words(test)
    assert "**Since 31 May 2024, 96.4 to 79.8.** −17: NPS answer 10 to 0 (−17)" in said
    chosen = next(one for one in test.get("button_group") if "Last conversation" in one.options)
    assert any("| NPS answer | 10 | 0 | −16.7 | Behaviour |" in one for one in said)
    assert chosen.options == ["30 days", "Last conversation", "Quarter"]
    assert "**Since 25 Jun 2024, 79.8 to 79.8.** No change." in words(chosen.set_value("conversation").run())


def test_what_holds_it_back_is_said_in_place_of_what_would_lift_it(company):
    test = shown("account", account="leaving", as_of=f"{DAY}")
    said = words(test)
    assert any(one.endswith("with 96 of 100. What costs it the most: usage trend 0% (−4).") for one in said)
    assert "Notice given on 10 Jun 2024: this caps the band, whatever the score." in said
    assert "Band healthy to at risk: Notice given on 10 Jun 2024, whatever the score." in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_every_kind_has_its_line(kind):
    row = {"figure": "seat_use", "kind": kind, "value_before": 0.62, "value_after": None, "points": -3.04}
    assert _line(row).startswith("| Seat use | 62% | – | −3.0 | ")


def test_what_became_known_and_what_went_missing():
    row = {"figure": "nps_answer", "kind": "missing_or_known", "value_before": None, "value_after": 9.0, "points": 2.0}
    assert _line(row) == "| NPS answer | – | 9 | +2.0 | Became known |"
    assert _line(row | {"value_before": 9.0, "value_after": None}).endswith("| Went missing |")
