"""Words that are blanked out of what people wrote in requests for consent, which can be read as before."""

from contextlib import closing
from datetime import UTC, datetime

import polars as pl

from data.approvals.requests import REFUSE, REFUSED, Effect, Event, add, asked, requests
from data.approvals.rules import UNDO, Level
from data.erasure.erasing import FIGURES, erase
from data.erasure.subjects import PERSON, Subject
from data.erasure.words import Blanks
from data.viewer import EVERYONE, Actor
from tests.erased import EMAIL, NAME, company, everything

NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
NOW = datetime(2026, 1, 2, tzinfo=UTC)
ADA, LEVELS = "ada@x.org", (Level(("executive",), ("e1@x.org",)),)


def test_reason_about_and_answer_are_blanked_out(tmp_path):
    about = {"action": "undo", "batch": 3, "file": f"{NAME}.csv", "more": [f"of {EMAIL}"]}
    first = asked(1, UNDO, about, LEVELS, Effect("f"), f"On the list:\n{NAME}\t{EMAIL}", ADA, NOW)
    answer = Event(1, REFUSE, NOW, "e1@x.org", {"why": f'"No",\n{NAME.upper()} said'})
    with closing(company(tmp_path / "own.duckdb")) as store:
        with store.writing() as cursor:
            for event in (first, answer):
                add(cursor, event, UNDO, Actor(event.who), store.path)
        erase(store, EVERYONE, Subject(PERSON, EMAIL), lambda _store, _accounts: NO_CLOSES)
        request = requests(store)[1]
        assert (request.reason, request.why) == ("On the list:\nerased-1\terased-1", '"No",\nerased-1 said')
        assert request.about == {"action": "undo", "batch": 3, "file": "erased-1.csv", "more": ["of erased-1"]}
        assert (request.state, request.asked_by, request.levels) == (REFUSED, ADA, LEVELS)
        assert store.check() == []
    assert not [row for row in everything(tmp_path / "own.duckdb") if NAME.lower() in row.lower() or EMAIL in row]


def test_texts_within_json_are_looked_at_as_they_were():
    blanks = Blanks({NAME, EMAIL, "J\u00f6rg \u00c4hre"}, "erased-1")
    assert blanks.value('{"a": "x\\nZelda Quirrel", "people": ["zelda@quirrel.example"]}') == (
        '{"a": "x\\nerased-1", "people": ["zelda@quirrel.example"]}'
    )
    assert blanks.value('{"a": {"Zelda\\tQuirrel": 1}}') == '{"a": {"erased-1": 1}}'
    assert blanks.value('["J\\u00f6rg \\u00c4hre"]') == '["erased-1"]'
    assert blanks.value("{not JSON, of Zelda Quirrel") == "{not JSON, of erased-1"
    assert blanks.value('{"a":1,  "b":"nobody"}') == '{"a":1,  "b":"nobody"}', "as it was where there is nothing to blank out"
