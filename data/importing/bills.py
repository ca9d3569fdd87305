"""Rows that are bills in a list of what recurs: what is paid to others is no revenue."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from data.importing.believing import filled
from data.importing.choice_words import bare
from data.importing.mapping import Mapping

# What accounting systems call what they bill, and what they are billed.
INVOICES = ("invoice", "accrec", "sales receipt", "sales invoice", "statement charge", "rechnung", "ausgangsrechnung", "facture client")
BILLS = (
    "bill", "accpay", "vendor bill", "supplier bill", "purchase invoice", "purchase order", "expense", "check", "cheque", "vendor credit",
    "bill payment", "credit card charge", "eingangsrechnung", "lieferantenrechnung", "facture fournisseur",
)  # fmt: skip
PAID_TO_OTHERS = {bare(word) for word in BILLS}
OF_DOCUMENTS = PAID_TO_OTHERS | {bare(word) for word in INVOICES}


def with_bills_left_out(mapping: Mapping, sample: pl.DataFrame, values: Callable[[list[str]], dict[str, list[str]]]) -> Mapping:
    """The mapping under which rows that are bills pay nothing, where a column tells invoices from bills and nothing else is a status.

    sample: the first rows; values: gives what columns of the whole file hold, each value once.
    """
    if mapping.table != "contracts" or "status" in mapping.given or "layout" in mapping.options:
        return mapping
    spare = [name for name in sample.columns if name not in mapping.sources]
    told = [name for name in spare if any(bare(cell) in OF_DOCUMENTS for cell in filled(sample[name]))]
    for name, cells in (values(told) if told else {}).items():
        if {bare(cell) for cell in cells} & PAID_TO_OTHERS:
            meant = dict.fromkeys(INVOICES, "paying") | dict.fromkeys(BILLS, "never_paid")
            return replace(mapping, columns={**mapping.columns, "status": name}, values={**mapping.values, "status": meant})
    return mapping
