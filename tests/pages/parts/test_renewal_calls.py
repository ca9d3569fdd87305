"""The dialog of a call on a renewal: prefilled, refused with a reason, told beside the renewal, and taken back."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_stores
from data.store.view import View
from tests.called_company import DAY, called_company
from tests.pages.showing import everything
from tests.waiting import PATIENCE


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    called_company(tmp_path / "own.duckdb").close()
    yield open_stores.store("own")
    open_stores.close_all()


def dialog(account="A") -> AppTest:
    test = AppTest.from_string(
        "from pages.parts import renewal_calls\n"
        "from pages.ui import filters\n"
        "choice = filters.bar()\n"
        f"due = renewal_calls.renewals_of(choice, '{account}')\n"
        f"renewal_calls.of_account(choice, due, '{account}', 'here') if due.rows.height else None\n"
        "renewal_calls._ways(choice, due, 'here')\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own"})
    test.run()
    assert not test.exception
    return test


def named(fields, label):
    return next(one for one in fields if one.label == label)


def kept(store) -> list[tuple]:
    with View(store) as view:
        rows = view.table("renewal_calls").sort("batch")
    return [(row["call"], float(row["amount"]), row["due_on"], row["called_on"], row["withdrawn_on"]) for row in rows.to_dicts()]


def test_a_call_is_made_with_the_arr_due_as_its_amount_and_taken_back(own):
    page = dialog()
    assert "No call on the renewal yet." in everything(page)
    assert page.number_input[0].value == 12_000.0
    refused = named(page.button, "Make the call").click().run()
    assert "call: takes one of" in refused.error[0].value and kept(own) == []
    named(refused.button_group, "How do you expect it to end?").set_value("at_risk")
    made = named(refused.button, "Make the call").click().run()
    assert not made.exception
    assert kept(own) == [("at_risk", 12_000.0, date(2025, 5, 1), DAY, None)]
    again = dialog()
    assert "by browser on 31 Mar 2025" in everything(again)
    assert not named(again.button, "Take the call back").click().run().exception
    assert kept(own)[0][-1] == DAY


def test_an_account_with_nothing_to_renew_says_so(own):
    page = dialog("nobody")
    assert "No renewal of this account is due any more" in everything(page)
