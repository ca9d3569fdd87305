"""A click on a figure opens the rows that it is made of; their sum, or their number, is the figure."""

from data.importing.run import import_file
from tests.pages.showing import grids, shown


def opened(page: str, title: str, **query: str):
    """The table that a click on a figure opens, and the figure."""
    read = shown(page, **query)
    figure = next(one for one in read.metric if one.label == title)
    next(one for one in read.button if one.label == f"Show what {title} is made of").click().run()
    assert not read.exception
    return figure.value, next(table for key, table in grids(read).items() if key.startswith("grid-behind") or key.startswith("behind"))


def test_arr_opens_the_accounts_that_pay_and_they_add_up(small):
    value, rows = opened("accounts", "ARR")
    assert value == "$11.2K" and sorted(rows["name"]) == ["Alder", "Birch"]
    assert round(sum(rows["arr"]), 2) == 11194.44


def test_a_number_opens_as_many_rows(small):
    value, rows = opened("accounts", "Customers")
    assert (value, rows.height) == ("2", 2)


def test_what_is_due_opens_its_renewals_and_they_add_up(small, tmp_path):
    """A yearly line of 1,200 that ends on 1 February."""
    line = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,auto_renew\n9,A,Yearly,2023-02-01,2024-02-01,1200,1 year,USD,no\n"
    (tmp_path / "more.csv").write_text(line)
    assert import_file(small, tmp_path / "more.csv").batch
    value, rows = opened("renewals", "ARR due")
    assert (value, rows["arr"].to_list()) == ("$1.20K", [1200.0])


def test_arr_and_nrr_of_revenue_open_the_accounts_that_they_are_of(small):
    period = {"period": "Custom period", "from": "2023-06-30", "to": "2023-09-30"}
    value, rows = opened("revenue", "ARR", **period)
    assert value.startswith("$") and rows.height > 0
    _, cohort = opened("revenue", "NRR", **period)
    assert {"opening_mrr", "closing_mrr"} <= set(cohort.columns) and cohort.height > 0


def test_what_nothing_is_behind_cannot_be_opened(small):
    read = shown("accounts")
    assert next(one for one in read.metric if one.label == "Unused").value == "0"
    assert not [one for one in read.button if one.label == "Show what Unused is made of"]
