"""The page of growth: what it finds, and the dialogs in which offers are made and ended."""

from shutil import copy

import pytest

from data.importing.run import import_file
from data.store import open_stores
from data.store.store import Store
from tests.pages.showing import everything, shown

CONTRACTS = """contract_id,account_id,product,starts_on,amount,period,currency,seats
1,a,Core,2023-01-01,1000,1 month,USD,48
2,a,Reports,2023-01-01,100,1 month,USD,
3,b,Core,2023-01-01,50,1 month,USD,5
"""
OFFERS = """offer_id,account_id,title,amount,currency,stage,made_on,result,closed_on
open,b,More seats,600,USD,proposal,2023-12-01,,
won,a,Reports,1200,USD,,2023-05-01,won,2023-06-01
bad,a,No price,,USD,,2023-05-01,,
"""
FILES = {
    "accounts": "account_id,name,plan,owner\na,Alder,Basic,one@example.com\nb,Birch,Pro,two@example.com\n",
    "contracts": CONTRACTS,
    "offers": OFFERS,
    "plan_steps": "plan,place,seats\nBasic,1,50\nPro,2,\n",
    "referrals": "referral_id,account_id,asked_on,given_on,referred,result,closed_on\n1,a,2023-03-01,2023-03-05,Southwind,won,2023-06-01\n",
}


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grown")
    store = Store.open(folder / "own.duckdb")
    for table, text in FILES.items():
        (folder / f"{table}.csv").write_text(text)
        assert import_file(store, folder / f"{table}.csv", table=table).batch is not None
    store.close()
    return folder / "own.duckdb"


@pytest.fixture
def store(grown, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    for found in grown.parent.glob("own.*"):
        copy(found, tmp_path / found.name)
    yield open_stores.store("own")
    open_stores.close_all()


def test_it_says_who_could_grow_what_was_offered_and_what_counts_nowhere(store):
    page = shown("growth")
    assert not page.exception
    assert page.header[0].value == "1 account shows a signal of growth, \\$13.2K ARR"
    said = everything(page)
    for words in (
        "48 of at most 50 seats of Basic bought", "More seats", "1 offer is left out of every figure: no amount above zero.",
        "1 asked for, 1 of them given (100.0%).", "Usage of 2 customers is not known",
    ):  # fmt: skip
        assert words in said, words


def test_an_offer_is_made_from_a_signal_and_ended_in_dialogs_that_know_what_led_to_it(store):
    """What they write is tried in tests/data/work/test_offers.py: without a browser a dialog is gone with the click that ends it."""
    page = shown("growth")
    page.button(key="offer-a").click().run()
    chosen = {one.label: one.value for one in (*page.selectbox, *page.text_input, *page.number_input)}
    assert not page.exception
    assert (chosen["Where the idea came from"], chosen["Who makes it"], chosen["Currency"]) == ("plan_full", "one@example.com", "USD")
    assert chosen["What is offered"] == "" and chosen["How much more a year"] is None
    page = shown("growth")
    page.button(key="end-open").click().run()
    assert not page.exception and any(one.key.startswith("FormSubmitter:end-offer-") for one in page.button)


def test_in_an_empty_store_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    open_stores.store("own")
    page = shown("growth", as_of=None)
    open_stores.close_all()
    assert not page.exception and "0 signals" not in everything(page)


def test_it_is_read_in_chinese(store):
    page = shown("growth", language="zh_Hans")
    assert page.header[0].value == "1 家客户出现增长信号，ARR US\\$1.32万"
    assert "升级路径" in everything(page)
