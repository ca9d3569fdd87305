"""A mapping that says one thing twice, or asks for what can have no effect, is refused; one in which every entry counts is not."""

import pytest

from data.importing.contradictions import check
from data.importing.mapping import Condition, Mapping, MappingError

AMOUNT = {"amount": "mrr"}


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (Mapping("contracts", columns={"currency": "cur"}, constants={"currency": "EUR"}), "currency: it is given more than once, under [columns] and [constants]"),
        (Mapping("contracts", columns={"seats": "n"}, when={"seats": Condition("n", "unit", "users")}), "seats: it is given more than once, under [columns] and [when]"),
        (Mapping("contracts", constants={"period": "1 month"}, joined={"period": ("n", "unit")}), "period: it is given more than once, under [joined] and [constants]"),
        (Mapping("contracts", columns=AMOUNT, options={"amount_per": "seat"}), "options.amount_per = seat: nothing is mapped to seats"),
        (Mapping("contracts", columns=AMOUNT, options={"ends_on": "inclusive"}), "options.ends_on = inclusive: nothing is mapped to ends_on"),
        (Mapping("contracts", columns=AMOUNT | {"contract_id": "id"}, options={"newest_by": "updated"}), "now it is contract_id, line_id."),
        (Mapping("contracts", columns=AMOUNT, constants={"starts_on": "2024-01"}, options={"layout": "log"}), "a column of the file must say the month"),
        (Mapping("surveys", columns={"score": "nps"}, options={"newest_by": "updated"}), "now it is survey_id."),
    ],
)  # fmt: skip
def test_what_cannot_count_is_refused(mapping, told):
    with pytest.raises(MappingError) as refused:
        check(mapping)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "mapping",
    [
        Mapping("contracts", columns=AMOUNT | {"seats": "n"}, options={"amount_per": "seat"}),
        Mapping("contracts", columns=AMOUNT, options={"amount_per": "line", "ends_on": "exclusive"}),
        Mapping("contracts", columns=AMOUNT, constants={"ends_on": "2024-12-31"}, options={"ends_on": "inclusive"}),
        Mapping("contracts", key=("contract_id",), columns={"contract_id": "id"}, options={"newest_by": "updated"}),
        Mapping("accounts", columns={"account_id": "id"}, options={"newest_by": "updated"}),
    ],
)
def test_what_counts_passes(mapping):
    check(mapping)  # raises nothing
    assert Mapping.from_toml(mapping.to_toml()) == mapping
