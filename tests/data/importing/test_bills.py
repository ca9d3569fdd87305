"""Which rows of a list of what recurs are bills, and so no revenue."""

import polars as pl

from data.importing.bills import with_bills_left_out
from data.importing.mapping import Mapping

LINES = Mapping("contracts", columns={"account_id": "Customer", "amount": "Amount"})


def left_out(mapping: Mapping = LINES, *, later: tuple[str, ...] = (), **columns: str) -> Mapping:
    sample = pl.DataFrame({"Customer": ["A"], "Amount": ["10"]} | {name: [cell] for name, cell in columns.items()})
    return with_bills_left_out(mapping, sample, lambda names: {name: [columns[name], *later] for name in names})


def test_bills_pay_nothing_also_where_they_come_later_in_the_file():
    for words, later in (("Invoice", ("Bill",)), ("ACCREC", ("ACCPAY",)), ("Bill", ())):
        found = left_out(later=later, Kind=words)
        assert found.columns["status"] == "Kind"
        assert (found.values["status"]["bill"], found.values["status"]["invoice"]) == ("never_paid", "paying")


def test_invoices_alone_other_words_and_a_status_of_its_own_change_nothing():
    own = Mapping("contracts", columns={**LINES.columns, "status": "State"})
    assert left_out(Kind="Invoice", later=("Sales receipt",)) == LINES
    assert left_out(Kind="Subscription", later=("Bill",)) == LINES  # nothing in the first rows is a document
    assert left_out(own, Kind="Invoice", later=("Bill",), State="active") == own
