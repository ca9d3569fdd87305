"""How a column of each unit is shown in tables."""

from pages.ui import tables


def test_a_ratio_has_one_decimal_of_percent():
    shown = tables.column("nrr", "ratio")["type_config"]
    # 0.001 of a ratio is 0.1 of a percent
    assert (shown["format"], shown["step"]) == ("percent", 1 / 1000)


def test_negative_money_has_a_sign_and_no_brackets():
    assert tables.column("difference", "money")["type_config"]["format"] == "%,.2f"


def test_reasons_have_room_to_be_read():
    assert tables.column("reasons", "")["width"] == "large"
    assert tables.column("name", "")["width"] is None
