"""Which columns beside an amount are add-ons, money off, and the total of a line."""

import polars as pl
import pytest

from data.importing.amount_parts import parts_of_amount


@pytest.mark.parametrize(
    ("sample", "columns", "options"),
    [
        ({"Fee": ["100"], "Add-ons": ["30"], "Total": ["130"]}, {}, {"add_from": "Add-ons", "total_from": "Total"}),
        ({"Fee": ["100"], "addon_amount": ["25.00"]}, {}, {"add_from": "addon_amount"}),
        (
            {"Fee": ["100"], "Discount": ["10.00"], "Total": ["90"]},
            {"discount": "Discount"},
            {"less_from": "Discount", "total_from": "Total"},
        ),
        ({"Fee": ["100"], "Discount": ["0.2"]}, {"discount": "Discount"}, {}),  # a share
        ({"Fee": ["100"], "Discount": ["20%"]}, {"discount": "Discount"}, {}),
        ({"Fee": ["100"], "Discount %": ["20"]}, {"discount": "Discount %"}, {}),
        ({"Fee": ["100"], "Total": ["100"]}, {}, {}),  # a total of nothing else
        ({"Fee": ["100"], "Add-ons": ["SSO, audit"]}, {}, {}),  # names of add-ons
    ],
)
def test_what_stands_beside_an_amount(sample, columns, options):
    kept = dict(columns)
    assert parts_of_amount(kept, "Fee", list(sample), pl.DataFrame(sample)) == options
    assert ("discount" in kept) == ("discount" in columns and "less_from" not in options)
