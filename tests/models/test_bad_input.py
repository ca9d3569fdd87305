"""Books that tell nothing, or what is broken: a plain explanation in place of a figure, never a fall."""

import json
from datetime import date

import numpy as np
import polars as pl
import pytest
import skops.io

from metrics.grace import with_grace
from metrics.rules import preset
from models.account_model import learned
from models.candidates import Model, Scale, fitted
from models.card import Card, Verdict
from models.features import features
from models.history import History
from models.keeping import NotAModel, keep, kept
from models.observations import observations
from tests.metrics.books import lines

UNTIL = date(2024, 12, 31)


def year(account: int, number: int, **other) -> dict:
    """The year number of an account's contract, by the year."""
    begin, month = 2019 + number, account % 12 + 1
    given = {
        "account_id": f"A{account}",
        "contract_id": f"{account}",
        "starts_on": date(begin, month, 1),
        "ends_on": date(begin + 1, month, 1),
    }
    return given | {"period": "1 year", "amount": "1200"} | other


def card_of(*rows: dict) -> Card:
    told = lines(*rows, rules="house").collect()
    effective = with_grace(told.lazy(), as_of=UNTIL, rules=preset("house")).collect()
    looked = observations(told, effective, since=date(2019, 1, 1), until=UNTIL, grace_days=30)
    return learned(features(looked, History(told)).with_columns(segment=pl.lit("All")), told, baselines={}).card


NOBODY_LEFT = [year(account, number) for account in range(40) for number in range(7)]
EVERYBODY_LEFT = [year(account, 0) for account in range(40)] + [year(99, 7)]
ONE_ACCOUNT = [year(1, number) for number in range(7)]
TWELVE = [year(account, number) for account in range(12) for number in range(1 + account % 2)] + [year(99, 7)]
ENDLESS = [{"account_id": f"A{account}", "starts_on": date(2020, 1 + account % 12, 1)} for account in range(40)]
NEGATIVE = [row | {"amount": "-50"} for row in NOBODY_LEFT[::7]] + [year(account, 7) for account in range(40)]


@pytest.mark.parametrize(
    ("rows", "losses"),
    [(NOBODY_LEFT, 0), (EVERYBODY_LEFT, 40), (ONE_ACCOUNT, 0), (TWELVE, 12), (ENDLESS, 0), (NEGATIVE, 0)],
    ids=["nobody left", "everybody left", "one account", "twelve renewals", "no ends", "below nothing"],
)
def test_a_book_that_tells_too_little_is_told_so(rows, losses):
    """Where nobody ever went on after an end, an end is what happened: everybody leaving is nothing that was ever renewed."""
    card = card_of(*rows)
    assert card.verdict in (Verdict.TOO_FEW_OUTCOMES, Verdict.TOO_FEW_TO_LEARN)
    assert (card.outcomes, card.model, card.measures, card.slices, card.curves) == (losses, None, (), (), ())
    assert "no model" in card.words or "none was made" in card.words
    assert Card.from_json(card.to_json()) == card


@pytest.fixture
def model() -> Model:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 1))
    return Model(fitted("additive curves", rows, (rng.random(200) < 0.3).astype(int), 60), Scale(1.0, 0.0, high=0.9), ("one",))


def test_a_file_that_was_changed_by_one_byte_is_refused(model, tmp_path):
    path = tmp_path / "a.skops"
    digest, whole = keep(model, path), path.read_bytes()
    assert kept(path, digest).scale == model.scale
    table = pl.DataFrame({"one": [-1.0, 0.0, 1.0]})
    for at in np.linspace(0, len(whole) - 1, 25).astype(int):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(NotAModel, match="not the file that was written"):
            kept(path, digest)
        try:  # of a card of before, which does not know the file: refused, or the byte told nothing
            assert kept(path).probabilities(table) == pytest.approx(model.probabilities(table))
        except NotAModel as refused:
            assert "Train anew" in str(refused)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_what_is_no_model_at_all_is_refused(content, tmp_path):
    (tmp_path / "a.skops").write_bytes(content)
    with pytest.raises(NotAModel, match="cannot be read"):
        kept(tmp_path / "a.skops")


def test_a_file_of_another_release_is_refused_and_one_that_does_not_say_is_read(model, tmp_path):
    path = tmp_path / "a.skops"
    keep(model, path)
    parts = skops.io.loads(path.read_bytes(), trusted=skops.io.get_untrusted_types(data=path.read_bytes()))
    path.write_bytes(skops.io.dumps(parts | {"made_with": "0.1"}))
    with pytest.raises(NotAModel, match=r"scikit-learn 0\.1"):
        kept(path)
    path.write_bytes(skops.io.dumps({name: part for name, part in parts.items() if name != "made_with"}))
    assert kept(path).inputs == ("one",)


def test_a_card_of_before_opens_without_what_came_later():
    card = Card(Verdict.USABLE, "", 30, 300, 1000)
    later = ("spared", "capacity", "measures", "slices", "curves", "spreads", "drift", "drift_on", "file_digest")
    old = {name: value for name, value in json.loads(card.to_json()).items() if name not in later}
    assert Card.from_json(json.dumps(old)) == card
