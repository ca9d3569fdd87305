"""Books that nothing can be learned from: the page says so plainly, of the model and of the try on chance."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from data.importing.run import import_file
from data.store import open_stores
from data.store.store import Store
from tests.pages.showing import shown
from tests.waiting import PATIENCE

FIRST, YESTERDAY = date(2024, 1, 1), date(2026, 11, 26)
HEAD = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency"


def line(account: int, starts: date, ends: date | None = None, period: str = "1 month") -> str:
    return f"{account} {starts},A{account},Core,{starts},{ends or ''},100,{period},USD"


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


LATE = line(1000, YESTERDAY)  # a line that starts late, so that what ended before is seen to have been lost
BOOKS = {
    "two accounts": [line(0, FIRST), line(1, FIRST, after(400)), LATE],
    "one loss": [LATE, *(line(account, after(5 * account)) for account in range(60)), line(99, FIRST, after(400))],
    "everybody lost": [LATE, *(line(account, after(5 * account), after(400 + 7 * account)) for account in range(60))],
    "all ends on one day": [LATE, *(line(account, after(3 * account), after(500), "1 year") for account in range(60))],
    "leads longer than terms": [
        line(account, after(7 * week), after(7 * week + 7), "1 week") for account in range(60) for week in range(20 + account)
    ],
    "a book that begins yesterday": [line(account, YESTERDAY) for account in range(50)],
    "one that begins yesterday and ends today": [line(account, YESTERDAY, YESTERDAY + timedelta(days=1)) for account in range(50)],
}  # fmt: skip

NOTHING_TO_FIND = ("there are no rates by which chance could be drawn", "so this says nothing about it", "usable not once")


@pytest.fixture
def page(request, tmp_path: Path, monkeypatch):
    path = tmp_path / "own.duckdb"
    file = path.with_name("contracts.csv")
    file.write_text("\n".join([HEAD, *request.param]) + "\n")
    store = Store.open(path)
    assert import_file(store, file).batch is not None
    store.close()
    monkeypatch.setenv("HOLDFAST_STORE", str(path))
    monkeypatch.setattr("reports.customers.null_world.TRIES", 1)
    yield shown("churn_model", as_of=None)
    open_stores.close_all()


@pytest.mark.parametrize("page", BOOKS.values(), ids=BOOKS.keys(), indirect=True)
def test_the_page_refuses_plainly(page):
    trained = next(button for button in page.button if button.label == "Train the model").click().run(timeout=PATIENCE)
    assert not trained.exception
    assert trained.header[0].value.startswith("No model is used")
    assert any(
        "so none was made" in text.value or "no model was made" in text.value or "not used" in text.value for text in trained.markdown
    )
    tried = next(button for button in trained.button if button.label == "Try it on chance").click().run(timeout=PATIENCE)
    assert not tried.exception
    said = [*(text.value for text in tried.info), *(text.value for text in tried.markdown)]
    assert any(answer in text for text in said for answer in NOTHING_TO_FIND)
