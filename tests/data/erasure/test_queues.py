"""Queues of webhooks after an erasure: what is of who goes is gone from the file, what is of others is there."""

import json
from datetime import UTC, datetime

from data.erasure import queues
from data.erasure.words import Blanks
from data.kept_webhooks import Event, Kept, path_of

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def test_what_waits_of_who_goes_and_what_is_known_by_their_ids_goes(tmp_path):
    kept = Kept(path_of(tmp_path / "own.duckdb", "segment"))

    def send(said, key=""):
        kept.keep(Event("identify", json.dumps(said).encode(), key=key, made=NOW), NOW)

    send({"userId": "ann-17", "traits": {"name": "Ann"}}, "ann-17")
    kept.let_go(1, NOW)  # it is in: the queue knows her id alone
    send({"userId": "ann-17"}, "ann-17")
    send({"userId": "bob-21", "traits": {"email": "ann.lee@example.com"}}, "bob-21")
    send({"userId": "bob-21", "text": "Hello"}, "bob-21")
    send({"rows": [{"user_id": "ann-17"}, {"user_id": "bob-21"}]})  # of several: left out when it is imported
    ids, blanks = ["ann-17"], Blanks(("ann.lee@example.com",), "erased")
    assert queues.of(tmp_path / "own.duckdb", ids, blanks) == 3
    queues.clear(tmp_path / "own.duckdb", ids, blanks)
    assert [row.seq for row in kept.take(0, 9)] == [4, 5] and queues.of(tmp_path / "own.duckdb", ids, blanks) == 0
    assert kept.newest("identify", ["ann-17"], upto=0) == {}
    kept.close()
    assert b"ann.lee" not in b"".join(path.read_bytes() for path in kept.path.parent.iterdir())
