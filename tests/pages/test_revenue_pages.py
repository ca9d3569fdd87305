"""The pages beside Revenue: self-check, rules side by side, reconciliation, board pack and closes."""

import pytest

from data.importing.run import import_file
from tests.house.test_scope import FOREIGN
from tests.pages.showing import everything, grids, shown

PAGES = ["self_check", "compare_rules", "reconcile", "closes"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_run_and_a_csm_sees_nothing_foreign(own, page):
    test = shown(page)
    assert not test.exception
    assert test.title
    found = everything(shown(page, viewer="one@example.com"))
    assert not [word for word in FOREIGN if word in found]


def test_the_self_check_says_how_many_agree(own):
    said = shown("self_check").header[0].value
    agree, cases = said.removesuffix(" agree").split(" of ")
    assert agree == cases and int(cases) > 30


def test_before_an_import_it_is_said_what_is_missing(empty):
    assert "Nothing is imported yet" in shown("closes").info[0].value
    assert "account_id, day, amount" in shown("reconcile").info[0].value


def test_a_period_is_closed_and_stands(small):
    test = shown("closes")
    test.text_input(key="closed-by").input("Finance")
    next(button for button in test.button if button.label == "Close the period").click().run()
    assert not test.exception
    assert "Nothing has changed." in [element.value for element in test.success]
    assert any(caption.value.startswith("Closed by Finance on ") for caption in test.caption)
    assert small.imports()["table"][0] == "closes"


def test_finance_s_list_is_set_beside_ours(small, tmp_path):
    file = tmp_path / "finance.csv"
    file.write_text("account_id,day,amount\nA,2023-12-28,1201.20\nB,2023-12-28,1\n")
    assert import_file(small, file, table="finance_arr").batch is not None
    assert shown("reconcile").header[0].value == "1 of 2 accounts agree on 28 Dec 2023"


def test_every_figure_of_the_page_is_of_the_period_that_was_chosen(small):
    """The third quarter, looked at on 28 December: A 100.10 + B 777.77 = 877.87 on its last day, 12 times that is ARR 10,534.44 (the 55.00 of
    November are no part of it). 911.20 opened; C's 33.33 churned on 1 August."""
    test = shown("revenue", period="Custom period", **{"from": "2023-06-30", "to": "2023-09-30"})
    assert not test.exception
    said = {metric.label: f"{metric.value} {metric.help}" for metric in test.metric}
    assert "$10,534.44" in said["ARR"] and "2 paying accounts" in said["ARR"]
    assert "877.87 of 911.2" in said["NRR"] and "877.87 of 911.2" in said["GRR"] and "2 of 3" in said["Logo retention"]
    moves = grids(test)["movements"]
    assert (moves["churn"].sum(), moves["expansion"].sum()) == (33.33, 0) and moves["closing"].to_list()[-1] == 877.87


def test_the_pack_offers_the_currencies_that_rates_are_known_for_else_says_what_to_import(small, tmp_path):
    assert any("import exchange rates" in one.value for one in shown("closes").caption)
    (tmp_path / "fx_rates.csv").write_text("day,currency,rate\n2023-01-01,EUR,1.25\n")
    assert import_file(small, tmp_path / "fx_rates.csv").batch
    choices = [one.options for one in shown("closes").selectbox if one.label == "Currency"]
    assert choices == [["As on the pages", "EUR"]]
