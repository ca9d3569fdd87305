"""Every sentence that models write is known to what tells it in another language."""

from itertools import product

import pytest

from language import speaking
from models.card import Score
from models.judging import Judged, verdict
from models.reasons import COUNTED, TOPICS
from reports.customers.model_words import of_card, reason
from tests.language.invented import OPEN, speaking_in_brackets

NAMED = ("wau", "features_used", "events", "mrr", "talks")
BEFORE = [f"{name}_before" for name in NAMED]
FIGURES = {*COUNTED, *BEFORE, "open_tickets", "oldest_open_days"}


def reasons() -> set[str]:
    """What each topic says of figures that are known, risen, and not known, with and without accounts like it."""
    known = [dict.fromkeys(FIGURES, value) for value in (12.0, None)]
    risen = dict.fromkeys(FIGURES, 12.0) | dict.fromkeys(BEFORE, 8.5)
    quiet = dict.fromkeys(FIGURES, 3.0) | {"open_tickets": 0}
    found = {topic.words(own, peers) for topic in TOPICS for own, peers in product([*known, risen, quiet], known)}
    return {one for one in found if one}


def verdicts() -> set[str]:
    score = Score("model", 0.88, 0.83, 0.93, lift=4.8, brier=0.07)
    beaten, rival = Score("base rate", 0.6, margin_low=0.1, brier=0.2), Score("rate by term", 0.9, margin_low=-0.1, brier=0.2)
    loud = Score("base rate", 0.6, margin_low=0.1, brier=0.01)
    judged = [Judged(score, (beaten,), (), None), Judged(score, (rival, beaten), (), None), Judged(score, (loud,), (), None)]
    judged += [Judged(score, (beaten,), (), "mrr_log")]
    return {
        verdict(one, held_out, "losses")[1]
        for one in judged
        for held_out in ("24 losses and 122 renewals kept", "1 loss and 1 renewal kept")
    }


@pytest.fixture
def brackets(tmp_path, monkeypatch):
    with speaking_in_brackets(tmp_path, monkeypatch):
        yield


def test_every_reason_is_told_in_the_reader_s_language(brackets):
    found = reasons()
    assert len(found) > 40
    assert [one for one in found if reason(one).count(OPEN) != one.count(";") + 1] == []


def test_every_verdict_is_told_in_the_reader_s_language(brackets):
    assert [one for one in verdicts() if not of_card(one).startswith(OPEN)] == []
    assert "⟦rate by term⟧" in "".join(of_card(one) for one in verdicts())


def test_in_english_they_are_as_they_were_kept():
    with speaking("en"):
        assert [one for one in reasons() if reason(one) != one] == []
        assert [one for one in verdicts() if of_card(one) != one] == []
