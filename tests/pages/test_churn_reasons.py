"""The page of churn reasons, and where the product asks for them: on Today and on the account."""

from datetime import date
from shutil import copy

import pytest

from data.importing.run import import_file
from data.store import open_stores
from data.store.view import View
from data.viewer import EVERYONE
from data.work.churn_reasons import Given, answer, reasons
from pages.parts.churn_reason_list import effect_of
from tests.churned_company import churned_company
from tests.house.test_scope import FOREIGN
from tests.pages.showing import everything, grids, shown


@pytest.fixture(scope="module")
def churned(tmp_path_factory):
    """The path of the company with churns."""
    path = tmp_path_factory.mktemp("churned") / "own.duckdb"
    churned_company(path).close()
    return path


@pytest.fixture
def store(churned, tmp_path, monkeypatch):
    """A copy of it, open where pages look."""
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    for found in churned.parent.glob("own.*"):
        copy(found, tmp_path / found.name)
    yield open_stores.store("own")
    open_stores.close_all()


def page(name="churn_reasons", **query):
    return shown(name, as_of="2023-12-31", **query)


def test_it_runs_and_a_csm_sees_nothing_foreign(own):
    test = shown("churn_reasons")
    assert not test.exception and test.title
    found = everything(shown("churn_reasons", viewer="one@example.com"))
    assert not [word for word in FOREIGN if word in found]


def test_the_finding_and_the_figures(store):
    answer(store, EVERYONE, [Given("A", date(2023, 6, 15), "price.budget_cut")])
    test = page()
    assert not test.exception
    assert test.header[0].value == r"6 churns took \$5.05K ARR; most for Price, 23.8%; 76.2% not asked yet"  # 1,201.20 of 5,047.80
    said = {one.label: one.value for one in test.metric}
    assert said["With a reason"] == "1 of 6" and said["Could have been prevented"] == "$0"
    rows = grids(test)["reasons"]
    assert rows["reason"].to_list() == ["Price", "Not asked yet"] and rows["arr"].to_list() == [1201.2, 3846.6]


def test_nobody_churned_is_said(small):
    test = shown("churn_reasons", period="Custom period", **{"from": "2023-09-30", "to": "2023-10-31"})
    assert test.header[0].value == "No account churned in this period" and not test.exception


def test_today_and_the_account_ask(store):
    assert "churn without a reason" in everything(page("today"))  # F on 5 November; the others are older than 90 days
    test = page("account", account="C")
    assert "Why it churned" in [one.value for one in test.header]
    assert [one.label for one in test.button if one.label == "Say why"] == ["Say why"] * 2  # it churned twice
    assert "Why it churned" not in [one.value for one in page("account", account="E").header]


def test_the_dialog_offers_the_reason_of_just_the_name_that_the_file_says_and_writes_nothing(store):
    for account, offered in (("A", "price.budget_cut"), ("B", None)):  # "Budget was cut"; "switched" is none of the list's names
        test = page("account", account=account)
        next(one for one in test.button if one.label == "Say why").click().run()
        assert next(one for one in test.selectbox if one.label == "Reason").value == offered
        assert next(one for one in test.radio if one.label == "Who says so?").value is None
    with View(store) as view:
        assert view.table("churn_answers").is_empty()


def test_an_answer_that_is_none_any_more_is_told(store, tmp_path):
    answer(store, EVERYONE, [Given("A", date(2023, 6, 15), "price.budget_cut")])
    late = tmp_path / "late.csv"
    late.write_text("contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n9,A,Basic,2023-06-15,,100.10,1 month,USD\n")
    assert import_file(store, late, table="contracts").batch
    assert "1 answer of a churn that is none any more" in everything(page())
    assert "is kept and not counted" in everything(page("account", account="A"))


def test_moving_a_reason_says_what_it_does_to_answers(store):
    with View(store) as view:
        row = reasons(view).filter(reason_id="price.budget_cut").to_dicts()[0]
    told = row | {"answers": 2, "reason": row["name"], "reason_group": "Price"}
    places = {"": "The first level", "customer": "The customer's own business"}
    said = effect_of(told, {"parent_id": "customer"}, places)
    assert said.startswith("2 answers keep this reason.") and "below “The customer's own business” from now on" in said
    assert effect_of(told, {"name": "Other"}, places) == "2 answers keep this reason."
    assert effect_of(told | {"answers": 0}, {"parent_id": "customer"}, places) == ""


def test_the_page_in_chinese(store):
    test = page(language="zh_Hans")
    assert not test.exception and "流失" in test.header[0].value


def test_who_saw_it_coming_tells_each_loss_and_what_warnings_were_worth(store):
    """Notice of A was given 45 days ahead: its score warned 30 days before, after notice alone."""
    test = page(part="seen")
    assert not test.exception
    assert "losses were warned of before notice" in test.header[0].value
    said = {one.label: one.value for one in test.metric}
    assert (
        sum(int(said[title]) for title in ("Warned of before notice", "After notice alone", "Nobody warned", "Nothing had been said")) == 6
    )
    rows = grids(test)["losses-seen"]
    assert rows.height == 6 and dict(rows.select("name", "was_seen").rows())["Alder"] == "after_notice"
    told = everything(test)
    assert "Churn model: had said nothing of any of them by then." in told and "CSM: had said nothing of any of them by then." in told


def test_that_nobody_churned_is_said_there_too(small):
    test = shown("churn_reasons", part="seen", period="Custom period", **{"from": "2023-09-30", "to": "2023-10-31"})
    assert not test.exception and test.header[0].value == "No account churned in this period"
    assert "nothing that could have been seen" in everything(test)
