"""What would be otherwise, as text: read, written and told; what cannot be is refused with its place."""

import json

import pytest

from data.parameters import WrongParameter
from models.forecast import Change
from reports.forecast.assumptions import changes_of, in_words, text_of

BOTH = '[{"segment": "SMB", "renewal": 0.05, "since": 2}, {"churn": 0.9, "price": -0.03}]'
CHANGES = (Change("SMB", renewal=0.05, since=2), Change(None, churn=0.9, price=-0.03))


def test_text_and_changes_are_the_same():
    assert changes_of(BOTH, ["SMB"]) == CHANGES and changes_of(text_of(CHANGES)) == CHANGES
    assert json.loads(text_of(CHANGES)) == json.loads(BOTH)
    assert changes_of(None) == changes_of(" ") == changes_of("[]") == ()


def test_they_are_told_as_people_say_them():
    assert in_words(CHANGES) == "SMB: renewal rate +5.0 points; from quarter 2 on. All accounts: churn without a term -10%; price -3.0%."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("five percent", "it is no JSON"),
        ("[" * 5000, "it is no JSON"),
        ('{"price": 0.1}', "write a list of objects"),
        ("[3]", "write a list of objects"),
        ('[{"prise": 0.1}]', "assumption 1: prise is none of segment, renewal, churn, price, since"),
        (
            '[{"price": 0.1}, {"segment": "Huge", "price": 0.1}]',
            "assumption 2: none of these accounts has the segment 'Huge'. Their segments: SMB",
        ),
        ('[{"segment": 3, "price": 0.1}]', "none of these accounts has the segment 3"),
        ('[{"price": 0.1, "since": 5}]', "since is the number of a quarter, 1 to 4"),
        ('[{"price": 0.1, "since": 1.5}]', "since is the number of a quarter"),
        ('[{"price": 0.1, "since": true}]', "since is the number of a quarter"),
        ('[{"renewal": 5}]', "renewal is a number from -1 to 1"),
        ('[{"churn": -0.1}]', "churn is a number from 0 to 10"),
        ('[{"price": "3 %"}]', "price is a number from -0.9 to 5"),
        ('[{"price": NaN}]', "price is a number"),
        ('[{"price": Infinity}]', "price is a number"),
        ('[{"price": null}]', "price is a number"),
        ('[{"segment": "SMB"}]', "assumption 1: it changes nothing"),
        ("[{}]", "it changes nothing"),
        (json.dumps([{"price": 0.1}] * 21), "at most 20 assumptions"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(text, said):
    with pytest.raises(WrongParameter, match=r"^what_if: ") as wrong:
        changes_of(text, ["SMB"])
    assert said in str(wrong.value)
