"""Sources over HTTP against small servers on loopback: pages, secrets, faults and bad input. No test waits: sleeping is taken away."""

import json
import random
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.work.pulls import Pulled
from sources.fetched import INSTANT, Cursor, Fetched, SourceFailed, SourceWaits
from sources.http import check, fetch
from sources.http_keys import HttpSource
from sources.keys import SourceError
from sources.pulling import pull
from sources.secrets import SecretMissing
from tests.new_store import new_store
from tests.outward.api import Api, Asked, Reply, api, encrypted

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "sk_very_secret_123"
ROWS = [{"id": f"r{n:03}", "at": f"2026-02-{1 + n // 10:02}T{n % 10:02}:00:00Z", "n": n} for n in range(95)]


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_SECRET_API_KEY", KEY)


def source(url: str, **keys: Any) -> HttpSource:
    return HttpSource.model_validate({"name": "things", "url": f"{url}/rows", "timeout_seconds": 5} | keys)


def pulled(one: HttpSource, folder: Path, since: Cursor | None = None, **more: Any) -> Fetched:
    return fetch(one, since, folder, **({"now": NOW, "sleep": lambda seconds: None, "rng": random.Random(1)} | more))


def rows(fetched: Fetched) -> list[dict]:
    return [json.loads(line) for line in fetched.path.read_text().splitlines()] if fetched.path else []


def by_cursor(asked: Asked, all_rows: list[dict] = ROWS) -> Reply:
    start, size = asked.number("after", 0), asked.number("limit", 20)
    more = {"next": {"after": str(start + size)}} if start + size < len(all_rows) else {}
    return Reply({"results": all_rows[start : start + size], "paging": more})


def by_last(asked: Asked) -> Reply:
    start = next((n + 1 for n, row in enumerate(ROWS) if row["id"] == asked.query.get("starting_after")), 0)
    return Reply({"data": ROWS[start : start + 20], "has_more": start + 20 < len(ROWS)})


def by_page(asked: Asked) -> Reply:
    page = asked.number("page", 1)
    return Reply({"results": ROWS[20 * page - 20 : 20 * page], "total": 95})


def by_offset(asked: Asked) -> Reply:
    start = asked.number("offset", 0)
    return Reply({"results": ROWS[start : start + 20]})


def by_link(asked: Asked) -> Reply:
    start = asked.number("at", 0)
    return Reply({"results": ROWS[start : start + 20], "next": f"/rows?at={start + 20}" if start + 20 < len(ROWS) else None})


def by_header(asked: Asked) -> Reply:
    start = asked.number("at", 0)
    told = {"Link": f'</rows?at={start + 20}>; rel="next", </rows?at=0>; rel="first"'} if start + 20 < len(ROWS) else {}
    return Reply(ROWS[start : start + 20], headers=told)


CURSOR = {"records": "results", "parameters": {"limit": 20, "after": "{next}"}, "paging": {"by": "cursor", "path": "paging.next.after"}}
LAST = {"records": "data", "parameters": {"starting_after": "{next}"}, "paging": {"by": "last", "path": "id", "more": "has_more"}}
PAGES = {
    "cursor": (by_cursor, CURSOR),
    "last": (by_last, LAST),
    "page": (by_page, {"records": "results", "parameters": {"page": "{page}"}, "paging": {"by": "page", "total": "total"}}),
    "offset": (by_offset, {"records": "results", "parameters": {"offset": "{offset}"}, "paging": {"by": "offset"}}),
    "link": (by_link, {"records": "results", "paging": {"by": "link", "path": "next"}}),
    "link header": (by_header, {"paging": {"by": "link header"}}),
}


@pytest.mark.parametrize("way", PAGES)
def test_every_way_of_paging_gives_each_row_once_and_in_its_order(way, tmp_path):
    answering, keys = PAGES[way]
    with api(answering) as running:
        found = pulled(source(running.url, cursor="at", **keys), tmp_path)
    assert rows(found) == ROWS
    assert found.rows == 95
    assert found.path == tmp_path / "things-2026-03-01.jsonl"
    assert found.cursor == Cursor(INSTANT, "2026-02-10T04:00:00+00:00")  # row 94: day 1 + 9, hour 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["things-2026-03-01.jsonl", "things-2026-03-01.marks"]
    marks = pl.read_parquet(found.marks.path)
    assert marks["line"].to_list() == [*range(1, 96)] and marks["mark"][94] == str(found.cursor)


@pytest.mark.parametrize("way", PAGES)
@pytest.mark.parametrize("seed", [1, 2])
def test_three_faults_in_ten_answers_change_nothing(way, seed, tmp_path):
    answering, keys = PAGES[way]
    with api(answering, share=0.3, seed=seed) as running:
        found = pulled(source(running.url, tries=20, timeout_seconds=0.25, **keys), tmp_path)
    assert rows(found) == ROWS
    assert found.retries >= len(running.faults) > 0 or not running.faults


def test_an_empty_list_is_no_file_and_no_cursor(tmp_path):
    with api(lambda asked: Reply({"results": [], "paging": {}})) as running:
        found = pulled(source(running.url, cursor="at", **CURSOR), tmp_path)
    assert (found.path, found.rows, found.cursor, found.requests) == (None, 0, None, 1)
    assert not [*tmp_path.iterdir()]


def test_a_check_asks_for_one_page_and_says_what_it_has(tmp_path):
    with api(by_cursor) as running:
        assert check(source(running.url, **CURSOR)) == ["The API answers. Its first page has 20 rows.", "Their columns: id, at, n."]
    assert len(running.asked) == 1
    with api(lambda asked: Reply({}, 404)) as running, pytest.raises(SourceFailed, match="nothing at"):
        check(source(running.url, **CURSOR))


def test_a_second_scroll_waits_until_the_first_is_forgotten(tmp_path):
    slept: list[float] = []
    answers = iter(
        [
            Reply({"errors": [{"code": "scroll_exists", "message": "scroll already exists"}]}, 400),
            Reply({"data": [{"id": 1}], "s": "x"}),
            Reply({"data": [], "s": "x"}),
        ]
    )
    keys = {"records": "data", "parameters": {"s": "{next}"}, "paging": {"by": "scroll", "path": "s"}}
    with api(lambda asked: next(answers)) as running:
        assert rows(pulled(source(running.url, **keys), tmp_path, sleep=slept.append)) == [{"id": 1}]
    assert 65 <= sum(slept) < 66


# How a secret goes along.


@pytest.mark.parametrize(
    ("auth", "header", "expected"),
    [
        ({"by": "bearer"}, "authorization", f"Bearer {KEY}"),
        ({"by": "header", "header": "X-Api-Key"}, "x-api-key", KEY),
        ({"by": "basic", "user": "me"}, "authorization", "Basic bWU6c2tfdmVyeV9zZWNyZXRfMTIz"),  # base64 of me:sk_very_secret_123
        ({"by": "basic", "secret_is": "user"}, "authorization", "Basic c2tfdmVyeV9zZWNyZXRfMTIzOg=="),  # of sk_very_secret_123:
    ],
)
def test_the_secret_goes_in_a_header(auth, header, expected, tmp_path):
    with api(by_cursor) as running:
        pulled(source(running.url, secret="API_KEY", auth=auth, **CURSOR), tmp_path)
    assert {asked.headers[header] for asked in running.asked} == {expected}


def tokens(lasts: int | None, good_for: int) -> tuple[Any, list[str]]:
    """An API whose tokens are good for so many requests, and say how long they last."""
    given: list[str] = []
    used: dict[str, int] = {}

    def answering(asked: Asked) -> Reply:
        if asked.path == "/token":
            assert asked.body == {"grant_type": "client_credentials", "client_id": "me", "client_secret": KEY, "scope": "read"}
            given.append(f"t{len(given)}")
            return Reply({"access_token": given[-1], "token_type": "Bearer"} | ({"expires_in": lasts} if lasts else {}))
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        used[token] = used.get(token, 0) + 1
        return by_cursor(asked) if token in given and used[token] <= good_for else Reply([{"errorCode": "INVALID_SESSION_ID"}], 401)

    return answering, given


def oauth(url: str) -> dict[str, Any]:
    return {"secret": "API_KEY", "auth": {"by": "oauth", "token_url": f"{url}/token", "client_id": "me", "scope": "read"}}


def test_a_token_is_had_anew_when_it_is_refused(tmp_path):
    answering, given = tokens(None, good_for=2)
    with api(answering) as running:
        found = pulled(source(running.url, **oauth(running.url), **CURSOR), tmp_path)
    assert rows(found) == ROWS
    assert given == ["t0", "t1", "t2"]  # five pages, two a token


def test_a_token_is_had_anew_before_it_ends(tmp_path):
    answering, given = tokens(100, good_for=99)
    ticks = iter(range(0, 100_000, 15))
    with api(answering) as running:
        found = pulled(source(running.url, most_seconds=100_000, **oauth(running.url), **CURSOR), tmp_path, clock=lambda: next(ticks))
    assert rows(found) == ROWS
    assert len(given) > 1
    assert not [asked for asked in running.asked if asked.headers.get("authorization") == ""]


def test_a_token_that_is_refused_for_ever_is_said(tmp_path):
    answering, _ = tokens(None, good_for=0)
    with api(answering) as running, pytest.raises(SourceFailed, match="401") as failed:
        pulled(source(running.url, tries=3, **oauth(running.url), **CURSOR), tmp_path)
    assert KEY not in f"{failed.value.reason}{failed.value.what_to_do}"


def test_a_missing_secret_is_named_and_nothing_is_asked(tmp_path, monkeypatch):
    monkeypatch.delenv("HOLDFAST_SECRET_API_KEY")
    with api(by_cursor) as running, pytest.raises(SecretMissing, match="HOLDFAST_SECRET_API_KEY"):
        pulled(source(running.url, secret="API_KEY", auth={"by": "bearer"}, **CURSOR), tmp_path)
    assert running.asked == []


# What is not tried again.


@pytest.mark.parametrize(
    ("status", "reason", "what_to_do"),
    [
        (401, "does not accept the secret API_KEY", "new key"),
        (403, "does not let the secret API_KEY read", "right to read"),
        (404, "nothing at 127.0.0.1/rows", "url"),
        (400, "refuses the request .400.", "documentation"),
    ],
)
def test_a_refusal_is_asked_once_and_says_what_to_do(status, reason, what_to_do, tmp_path):
    told = {"error": {"message": f"Invalid key {KEY}"}}
    with api(lambda asked: Reply(told, status)) as running, pytest.raises(SourceFailed, match=reason) as failed:
        pulled(source(running.url, secret="API_KEY", auth={"by": "bearer"}, **CURSOR), tmp_path)
    assert what_to_do in failed.value.what_to_do
    assert (len(running.asked), failed.value.requests, failed.value.retries) == (1, 1, 0)
    assert KEY not in failed.value.reason
    assert "Invalid key ***" in failed.value.reason


def refused(answering: Any, folder: Path, match: str, keys: dict[str, Any] = CURSOR, **more: Any) -> tuple[SourceFailed, Api]:
    """The failure of a pull, which leaves nothing behind."""
    with api(answering) as running, pytest.raises(SourceFailed, match=match) as failed:
        pulled(source(running.url, **keys), folder, **more)
    assert not [*folder.iterdir()]
    assert failed.value.what_to_do
    return failed.value, running


def test_a_web_page_is_no_answer(tmp_path):
    _, running = refused(
        lambda asked: Reply("<!DOCTYPE html><html>Sign in</html>", headers={"Content-Type": "text/html"}), tmp_path, "web page"
    )
    assert len(running.asked) == 1


def test_a_web_page_after_good_pages_takes_nothing(tmp_path):
    refused(lambda asked: by_cursor(asked) if asked.number("after", 0) < 40 else Reply("<html>"), tmp_path, "web page")


@pytest.mark.parametrize("fault", ["half", "cut", "reset"])
def test_half_a_page_for_ever_takes_nothing(fault, tmp_path):
    def answering(asked: Asked) -> Reply:
        return Reply(by_cursor(asked).body, fault=fault if asked.number("after", 0) == 60 else "")

    failed, running = refused(answering, tmp_path, "4 times in a row", CURSOR | {"tries": 4})
    assert len(running.asked) == 3 + 4
    assert failed.retries == 3


def test_the_same_cursor_for_ever_is_noticed(tmp_path):
    def answering(asked: Asked) -> Reply:
        n = asked.number("after", 0)
        return Reply({"results": [{"id": n, "try": len(running.asked)}], "paging": {"next": {"after": "7"}}})

    with api(answering) as running, pytest.raises(SourceFailed, match="read already"):
        pulled(source(running.url, **CURSOR), tmp_path)
    assert len(running.asked) == 2


def test_the_same_rows_for_ever_are_noticed_though_the_cursor_moves(tmp_path):
    _, running = refused(
        lambda asked: Reply({"results": ROWS[:20], "paging": {"next": {"after": str(asked.number("after", 0) + 1)}}}),
        tmp_path,
        "same page again",
    )
    assert len(running.asked) == 2


def test_an_api_that_does_not_know_of_pages_is_noticed(tmp_path):
    refused(
        lambda asked: Reply({"results": ROWS}),
        tmp_path,
        "same page again",
        {"records": "results", "parameters": {"page": "{page}"}, "paging": {"by": "page"}},
    )


def test_rows_that_vanish_while_they_are_read_make_it_begin_anew(tmp_path):
    left = [*ROWS]

    def answering(asked: Asked) -> Reply:
        if len(running.asked) == 3:
            left.pop(5)  # all rows behind move up by one: without care, one would be skipped
        start = asked.number("offset", 0)
        return Reply({"results": left[start : start + 20]})

    with api(answering) as running:
        found = pulled(source(running.url, **PAGES["offset"][1]), tmp_path)
    assert rows(found) == left
    assert len(left) == 94


def test_a_total_that_changes_while_pages_are_read_makes_it_begin_anew(tmp_path):
    def answering(asked: Asked) -> Reply:
        left = ROWS if len(running.asked) < 3 else ROWS[1:]
        page = asked.number("page", 1)
        return Reply({"results": left[20 * page - 20 : 20 * page], "total": len(left)})

    with api(answering) as running:
        found = pulled(source(running.url, **PAGES["page"][1]), tmp_path)
    assert rows(found) == ROWS[1:]


def test_fewer_rows_than_the_answer_says_are_not_taken_for_all(tmp_path):
    """Six rows are said to be there. A row in front is deleted after the first page, so that one moves over the border: 5 of 6 come. And
    an empty page comes too early: 4 of 6."""
    keys = PAGES["page"][1]

    def moved(asked: Asked) -> Reply:
        page = asked.number("page", 1)
        return Reply({"results": (ROWS[:6] if page == 1 else ROWS[1:6])[3 * page - 3 : 3 * page], "total": 6})

    refused(moved, tmp_path, "says that there are 6 rows, and gave 5, 3 times in a row", keys)

    def ended(asked: Asked) -> Reply:
        page = asked.number("page", 1)
        return Reply({"results": ROWS[2 * page - 2 : 2 * page] if page < 3 else [], "total": "6"})

    refused(ended, tmp_path, "says that there are 6 rows, and gave 4", keys)
    refused(
        lambda asked: Reply({"results": ROWS[:2], "total": 5}), tmp_path, "are 5 rows, and gave 2", keys | {"paging": {"total": "total"}}
    )


def test_fewer_rows_than_there_are_once_are_read_anew(tmp_path):
    def answering(asked: Asked) -> Reply:
        page = asked.number("page", 1)
        return Reply({"results": ROWS[:4][2 * page - 2 : 2 * page] if page == 1 or len(running.asked) > 2 else [], "total": 4})

    with api(answering) as running:
        assert rows(pulled(source(running.url, **PAGES["page"][1]), tmp_path)) == ROWS[:4]


@pytest.mark.parametrize(("total", "match"), [(None, "No answer says at total"), ("many", "“many”, which is no number")])
def test_a_total_that_is_none_is_said(total, match, tmp_path):
    refused(
        lambda asked: Reply({"results": ROWS[:2], "total": total}), tmp_path, match, {"records": "results", "paging": {"total": "total"}}
    )


def test_the_total_of_days_is_that_of_each_request(tmp_path):
    keys = {"records": "results", "paging": {"by": "days", "days": 1, "total": "total"}, "begin": "2026-02-27"}
    keys["parameters"] = {"day": "{from_day}"}
    there = {"2026-02-27": ROWS[:2], "2026-02-28": [], "2026-03-01": ROWS[2:3]}
    with api(lambda asked: Reply({"results": there[asked.query["day"]], "total": len(there[asked.query["day"]])})) as running:
        assert rows(pulled(source(running.url, **keys), tmp_path)) == ROWS[:3]
    (tmp_path / "more").mkdir()
    refused(lambda asked: Reply({"results": ROWS[:2], "total": 3}), tmp_path / "more", "are 3 rows, and gave 2", keys)


def inserted(running: Api, asked: Asked) -> Reply:
    """Pages of three, the newest first. Before the second page of the first reading a row is added in front."""
    page = asked.number("page", 1)
    there = ROWS[:6] if len(running.asked) == 1 else [ROWS[9], *ROWS[:6]]
    return Reply({"results": there[3 * page - 3 : 3 * page]})


NO_TOTAL = PAGES["page"][1] | {"paging": {"by": "page"}}


def test_a_row_that_comes_again_at_the_border_of_two_pages_has_the_list_read_anew(tmp_path):
    with api(lambda asked: inserted(running, asked)) as running:
        found = rows(pulled(source(running.url, **NO_TOTAL), tmp_path))
    assert found == [ROWS[9], *ROWS[:6]]  # seven rows, each once


def test_rows_that_come_again_each_time_are_asked_about_unless_an_id_tells(tmp_path):
    pages = [ROWS[:3], ROWS[1:4], []]  # two rows come again: four in all
    answering = lambda asked: Reply({"results": pages[asked.number("page", 1) - 1]})  # noqa: E731
    failed, _ = refused(answering, tmp_path, "begins with the rows with which the one before ended", NO_TOTAL)
    assert isinstance(failed, SourceWaits) and failed.accept == "equal rows"
    with api(answering) as running:
        assert len(rows(pulled(source(running.url, id="id", **NO_TOTAL), tmp_path))) == 4
        assert "equal rows" in source(running.url).may_accept and not source(running.url, id="id").may_accept
        assert len(rows(pulled(source(running.url, accept=("equal rows",), **NO_TOTAL), tmp_path))) == 6
        assert len(rows(pulled(source(running.url, table="tickets", **NO_TOTAL), tmp_path))) == 6  # its key tells


def test_a_list_that_never_stands_still_is_not_taken(tmp_path):
    refused(lambda asked: Reply({"results": [{"id": random.random()} for _ in range(3)]}), tmp_path, "changed 3 times", PAGES["offset"][1])


def test_more_that_never_comes_is_noticed(tmp_path):
    refused(lambda asked: Reply({"data": [], "has_more": True}), tmp_path, "gives none", LAST)
    refused(
        lambda asked: Reply({"results": [], "paging": {"next": {"after": str(asked.number("after", 0) + 1)}}}),
        tmp_path,
        "20 pages|21 pages",
    )


@pytest.mark.parametrize("said", [True, 1, "true", "True"])
def test_more_is_read_however_it_is_written(said, tmp_path):
    def answering(asked: Asked) -> Reply:
        n = asked.number("starting_after", -1) + 1
        return Reply({"data": [{"id": n}], "has_more": said if n < 2 else ("false" if isinstance(said, str) else 0)})

    with api(answering) as running:
        assert [row["id"] for row in rows(pulled(source(running.url, **LAST), tmp_path))] == [0, 1, 2]


@pytest.mark.parametrize(("body", "said"), [({}, "nothing"), ({"has_more": None}, "nothing"), ({"has_more": "soon"}, "“soon”")])
def test_a_page_that_does_not_say_whether_there_are_more_is_not_taken_for_the_last(body, said, tmp_path):
    refused(lambda asked: Reply({"data": ROWS[:20], **body}), tmp_path, f"At has_more an answer has {said}", LAST)
    done = LAST | {"paging": {"by": "last", "path": "id", "done": "has_more"}}
    refused(lambda asked: Reply({"data": ROWS[:20], **body}), tmp_path, f"At has_more an answer has {said}", done)


def test_an_empty_page_in_between_is_none_at_the_end(tmp_path):
    def answering(asked: Asked) -> Reply:
        n = asked.number("after", 0)
        return Reply({"results": [] if n == 1 else [ROWS[n]], "paging": {"next": {"after": str(n + 1)}} if n < 3 else {}})

    with api(answering) as running:
        assert rows(pulled(source(running.url, **CURSOR), tmp_path)) == [ROWS[0], ROWS[2], ROWS[3]]
    assert len(running.asked) == 4


def test_a_failure_inside_a_200_is_a_failure(tmp_path):
    refused(lambda asked: Reply({"error": "quota exceeded", "results": []}), tmp_path, "quota exceeded", CURSOR | {"error": "error"})
    refused(lambda asked: Reply({"status": "error"}), tmp_path, "no list of rows at results")
    refused(lambda asked: Reply({"results": [1, 2]}), tmp_path, "have no names")


def test_rows_as_lists_take_the_names_of_the_columns(tmp_path):
    with api(lambda asked: Reply({"results": [[1, "a"], [2, None]], "columns": ["n", "word"]})) as running:
        found = pulled(source(running.url, records="results", columns="columns"), tmp_path)
    assert rows(found) == [{"n": 1, "word": "a"}, {"n": 2, "word": None}]


def test_rows_as_lists_that_do_not_fit_their_columns_are_not_taken(tmp_path):
    keys = {"records": "results", "columns": "columns"}
    refused(lambda asked: Reply({"results": [[1]], "columns": ["n", "word"]}), tmp_path, "do not have the columns", keys)


def test_an_answer_may_only_be_so_large(tmp_path):
    refused(lambda asked: Reply({"results": ["x" * 1_100_000]}), tmp_path, "larger than 1 MB", CURSOR | {"most_megabytes": 1})


def test_there_may_only_be_so_many_pages(tmp_path):
    refused(by_cursor, tmp_path, "more than 3 pages", CURSOR | {"most_pages": 3})


def test_a_pull_may_only_take_so_long(tmp_path):
    ticks = iter(range(0, 10_000, 10))
    refused(by_cursor, tmp_path, "longer than 60 seconds", CURSOR | {"most_seconds": 60}, clock=lambda: next(ticks))


def test_a_pull_that_is_given_up_leaves_nothing(tmp_path):
    asked_so_far = iter([False, False, False, True, True, True])
    refused(by_cursor, tmp_path, "given up", ended=lambda: next(asked_so_far))


# Waiting.


def slow_down(told: dict[str, str], times: int = 1) -> Any:
    left = [times]

    def answering(asked: Asked) -> Reply:
        left[0] -= 1
        return Reply({}, 429, told) if left[0] >= 0 else by_cursor(asked)

    return answering


def waited(told: dict[str, str], folder: Path, times: int = 1, **keys: Any) -> float:
    slept: list[float] = []
    with api(slow_down(told, times)) as running:
        assert rows(pulled(source(running.url, **CURSOR, **keys), folder, sleep=slept.append)) == ROWS
    return sum(slept)


def test_as_long_is_waited_as_the_server_asks(tmp_path):
    assert 7 <= waited({"Retry-After": "7"}, tmp_path) <= 7.5


def test_a_moment_to_wait_for_counts_by_the_servers_own_clock(tmp_path):
    theirs = datetime(2031, 1, 1, tzinfo=UTC)
    told = {"Date": format_datetime(theirs, usegmt=True), "Retry-After": format_datetime(theirs + timedelta(seconds=9), usegmt=True)}
    assert 9 <= waited(told, tmp_path) <= 9.5


def test_waits_double_and_differ_by_chance(tmp_path):
    slept = waited({}, tmp_path, times=4)  # 1, 2, 4 and 8 seconds, each by a half more or less
    assert 7.5 <= slept <= 22.5
    assert slept != 15


def test_a_long_wait_is_left_to_the_next_pull(tmp_path):
    with api(slow_down({"Retry-After": "3600"})) as running, pytest.raises(SourceFailed, match="3,600 seconds") as failed:
        pulled(source(running.url, **CURSOR), tmp_path)
    assert failed.value.try_again_at == NOW + timedelta(hours=1)


# Who gets the secret.


def test_another_host_gets_no_secret(tmp_path):
    with api(by_cursor) as other:
        moved = other.url.replace("127.0.0.1", "localhost")
        with api(lambda asked: Reply({}, 302, {"Location": f"{moved}/rows?limit=100"})) as running:
            one = source(running.url, secret="API_KEY", auth={"by": "header", "header": "X-Key"}, headers={"X-Own": "1"}, **CURSOR)
            assert rows(pulled(one, tmp_path)) == ROWS
    assert {asked.headers.get("x-key") for asked in running.asked} == {KEY}
    assert [asked.headers.get("x-key") or asked.headers.get("x-own") for asked in other.asked] == [None]


def test_the_same_host_gets_it_again(tmp_path):
    def answering(asked: Asked) -> Reply:
        return by_cursor(asked) if asked.path == "/new" else Reply({}, 308, {"Location": "/new?limit=100"})

    with api(answering) as running:
        assert rows(pulled(source(running.url, secret="API_KEY", auth={"by": "bearer"}, **CURSOR), tmp_path)) == ROWS
    assert {asked.headers.get("authorization") for asked in running.asked} == {f"Bearer {KEY}"}


def test_no_end_of_moves_is_noticed(tmp_path):
    refused(lambda asked: Reply({}, 302, {"Location": "/rows"}), tmp_path, "from one address to the next")


def test_a_next_page_on_another_host_is_not_asked(tmp_path):
    keys = {"records": "results", "paging": {"by": "link", "path": "next"}}
    refused(lambda asked: Reply({"results": [{"id": 1}], "next": "https://elsewhere.example/rows"}), tmp_path, "elsewhere.example", keys)


@pytest.mark.parametrize("location", ["http://api.example/rows", "ftp://api.example/rows"])
def test_no_open_address_is_followed(location, tmp_path):
    refused(lambda asked: Reply({}, 302, {"Location": location}), tmp_path, "not encrypted")


def test_only_encrypted_addresses_are_taken_but_on_this_machine():
    with pytest.raises(ValueError, match="not encrypted"):
        HttpSource.model_validate({"name": "a", "url": "http://api.example/rows"})
    assert HttpSource.model_validate({"name": "a", "url": "http://api.example/rows", "plain_http": True}).plain_http
    assert HttpSource.model_validate({"name": "a", "url": "http://localhost:80/rows"})
    with pytest.raises(ValueError, match="without user and password"):
        HttpSource.model_validate({"name": "a", "url": "https://me:secret@api.example/rows"})


@pytest.mark.parametrize("where", ["headers", "parameters"])
@pytest.mark.parametrize("name", ["Authorization", "X-Api-Key", "api_key", "access_token", "key", "PRIVATE-TOKEN"])
def test_no_secret_stands_in_the_file(where, name):
    with pytest.raises(ValueError, match="may be a secret") as refused:
        HttpSource.model_validate({"name": "a", "url": "https://api.example/rows", where: {name: KEY}})
    assert KEY not in str(refused.value)
    assert HttpSource.model_validate({"name": "a", "url": "https://api.example/rows", where: {name: "{next}", "limit": "1"}})


def test_a_certificate_that_is_not_valid_is_said_and_nothing_is_sent(tmp_path):
    with encrypted() as (url, asked, _), pytest.raises(SourceFailed, match="certificate of localhost is not valid") as failed:
        pulled(source(url, secret="API_KEY", auth={"by": "bearer"}), tmp_path)
    assert "certificates" in failed.value.what_to_do
    assert asked == []


def test_an_authority_of_ones_own_is_named(tmp_path):
    with encrypted() as (url, asked, certificate):
        assert pulled(source(url, certificates=certificate, timeout_seconds=5), tmp_path).rows == 0
    assert asked == ["/rows"]
    (tmp_path / "empty.pem").write_text("")
    for name in ("none.pem", "empty.pem"):
        with pytest.raises(SourceError, match=rf"certificates: .*{name} cannot be read"):
            pulled(source(url, certificates=str(tmp_path / name)), tmp_path)


# Cursors.


def since_at(asked: Asked) -> Reply:
    """Rows at or after `from`, a moment."""
    return by_cursor(asked, [row for row in ROWS if row["at"] >= asked.query.get("from", "")])


INCREMENTAL = {**CURSOR, "parameters": CURSOR["parameters"] | {"from": "{since}"}, "cursor": "at"}


def test_the_next_pull_asks_from_the_cursor_on(tmp_path):
    with api(since_at) as running:
        one = source(running.url, **INCREMENTAL)
        everything = pulled(one, tmp_path)
        again = pulled(one, tmp_path, everything.cursor)
    assert "from" not in running.asked[0].query
    assert running.asked[-1].query["from"] == "2026-02-10T04:00:00.000Z"
    assert rows(again) == [ROWS[94]]


@pytest.mark.parametrize(
    ("written_as", "value"),
    [("seconds", "1770696000"), ("milliseconds", "1770696000000"), ("day", "2026-02-10"), ("moment", "2026-02-10T04:00:00.000Z")],
)
def test_a_cursor_is_written_as_the_api_takes_it(written_as, value, tmp_path):
    # 2026-02-10T04:00:00Z: 20,494 days since 1970 are 1,770,681,600 seconds, and 4 hours 14,400 more
    with api(by_cursor) as running:
        pulled(source(running.url, since_as=written_as, **INCREMENTAL), tmp_path, Cursor(INSTANT, "2026-02-10T04:00:00+00:00"))
    assert running.asked[0].query["from"] == value


@pytest.mark.parametrize(
    ("written_as", "value"), [("seconds", 1770696000), ("milliseconds", 1770696000000), ("moment", "2026-02-10T05:00:00.000+0100")]
)
def test_a_cursor_is_read_as_the_api_writes_it(written_as, value, tmp_path):
    found_rows = [{"id": 1, "at": value}, {"id": 2, "at": None}, {"id": 3, "at": "soon"}]
    with api(lambda asked: Reply({"results": found_rows})) as running:
        found = pulled(source(running.url, cursor="at", cursor_as=written_as, records="results"), tmp_path)
    assert found.cursor == Cursor(INSTANT, "2026-02-10T04:00:00+00:00")
    assert rows(found) == found_rows


def test_where_an_api_cannot_be_asked_for_what_is_new_the_rest_is_left_out(tmp_path):
    since = Cursor(INSTANT, "2026-02-10T00:00:00+00:00")
    with api(by_cursor) as running:
        found = pulled(source(running.url, cursor="at", filter_after=True, **CURSOR), tmp_path, since)
    assert rows(found) == ROWS[90:]
    assert found.cursor == Cursor(INSTANT, "2026-02-10T04:00:00+00:00")


def test_rows_that_are_older_than_the_cursor_come_in_all_the_same(tmp_path):
    """An API may give more than it was asked for, such as rows that came late: they are rows, and move no cursor back."""
    with api(lambda asked: Reply({"results": ROWS[:1]})) as running:
        found = pulled(source(running.url, records="results", cursor="at"), tmp_path, Cursor(INSTANT, "2026-02-10T00:00:00+00:00"))
    assert rows(found) == ROWS[:1]


def test_a_cursor_of_the_vendors_own_is_kept_as_it_is(tmp_path):
    def answering(asked: Asked) -> Reply:
        start = int(asked.query.get("cursor", "c0")[1:])
        assert ("start" in asked.query) == (start == 0)
        return Reply({"results": ROWS[start : start + 40], "after": f"c{min(start + 40, 95)}", "end": start + 40 >= 95})

    keys = {"records": "results", "parameters": {"start": "{since}", "cursor": "{next}"}, "first_only": ["start"], "begin": "2020-01-01"}
    keys |= {"paging": {"by": "cursor", "path": "after", "done": "end"}, "cursor_in_answer": "after"}
    with api(answering) as running:
        first = pulled(source(running.url, **keys), tmp_path)
        second = pulled(source(running.url, **keys), tmp_path, first.cursor)
    assert first.cursor == Cursor("text", "c95")
    assert (rows(second), second.cursor) == ([], first.cursor)
    assert [asked.query.get("cursor") for asked in running.asked] == [None, "c40", "c80", "c95"]


def test_days_are_asked_for_a_few_at_a_time(tmp_path):
    def answering(asked: Asked) -> Reply:
        return Reply("".join(json.dumps(row) + "\n" for row in ROWS if asked.query["a"] <= row["at"][:10] <= asked.query["b"]))

    keys = {"lines": True, "parameters": {"a": "{from_day}", "b": "{to_day}"}, "paging": {"by": "days", "days": 4}, "begin": "2026-02-01"}
    with api(answering) as running:
        found = pulled(source(running.url, **keys), tmp_path)
    assert rows(found) == ROWS
    asked = [(one.query["a"], one.query["b"]) for one in running.asked]
    assert asked[:2] == [("2026-02-01", "2026-02-04"), ("2026-02-05", "2026-02-08")]
    assert asked[-1] == ("2026-03-01", "2026-03-01")  # the day of the pull is the last
    assert found.cursor == Cursor(INSTANT, NOW.isoformat())


@pytest.mark.parametrize("body", ['{"n": 1}\n{"n": ', '{"n": 1}\nterminated early\n'])
def test_lines_that_break_off_are_tried_again(body, tmp_path):
    answers = iter([body, '{"n": 1}\n{"n": 2}\n'])
    with api(lambda asked: Reply(next(answers))) as running:
        assert rows(pulled(source(running.url, lines=True), tmp_path)) == [{"n": 1}, {"n": 2}]


def test_lines_that_do_not_say_where_they_end_are_not_taken(tmp_path):
    refused(
        lambda asked: Reply('{"n": 1}\n', headers={"Content-Length": "", "Connection": "close"}), tmp_path, "where it ends", {"lines": True}
    )


# What a row is.


@pytest.mark.parametrize(
    "number",
    ["123456789012345678901234567890", "9007199254740993", "18446744073709551617", "-1234567890123456789", "0.12345678901234567", "12.5"],
)
@pytest.mark.parametrize("lines", [False, True])
def test_numbers_keep_all_their_digits(number, lines, tmp_path):
    body = f'{{"id": {number}, "text": "{number}", "nested": {{"more": [{number}]}}}}'
    with api(lambda asked: Reply(body if lines else f"[{body}]")) as running:
        found = pulled(source(running.url, lines=lines, id="id"), tmp_path)
    assert found.path.read_text().replace('"', "").count(number) == 3


def test_what_is_no_number_is_empty(tmp_path):
    with api(lambda asked: Reply('[{"id": 1, "n": NaN}]')) as running:
        assert rows(pulled(source(running.url), tmp_path)) == [{"id": 1, "n": None}]


def test_a_record_with_parts_is_a_row_for_each(tmp_path):
    record = {"id": "s1", "items": {"data": [{"id": "a", "q": 2}, {"id": "b", "q": 1}]}, "tags": []}
    with api(lambda asked: Reply({"data": [record, {"id": "s2"}]})) as running:
        found = pulled(
            source(running.url, records="data", each="items.data", fields={"half": {"path": "items.data.q", "over": 4}}), tmp_path
        )
    assert [(row["id"], row.get("items", {}).get("data", {}).get("id"), row["half"]) for row in rows(found)] == [
        ("s1", "a", "0.5"),
        ("s1", "b", "0.25"),
        ("s2", None, None),
    ]
    assert not any(line.endswith("]}") for line in found.path.read_text().splitlines())


def test_an_id_that_no_record_has_is_said(tmp_path):
    refused(lambda asked: Reply(ROWS[:2]), tmp_path, "No record has uuid, by which they are to be told apart", {"id": "uuid"})


def test_records_whose_id_is_empty_are_not_taken_for_one(tmp_path):
    with api(lambda asked: Reply('[{"id": "", "n": 1}, {"id": "", "n": 2}, {"id": null}, {"id": 0}]')) as running:
        assert pulled(source(running.url, id="id"), tmp_path).rows == 4


def test_an_id_is_the_same_as_number_and_as_text(tmp_path):
    with api(lambda asked: Reply('[{"id": 1}, {"id": "1"}, {"id": 1.0}, {"id": 2}]')) as running:
        assert pulled(source(running.url, id="id"), tmp_path).rows == 2


def test_a_body_is_read_in_the_encoding_that_it_names(tmp_path):
    body, told = '{"name": "Zoë"}\n'.encode("latin-1"), {"Content-Type": "application/json; charset=latin-1"}
    with api(lambda asked: Reply(body, headers=told)) as running:
        assert rows(pulled(source(running.url, lines=True), tmp_path)) == [{"name": "Zoë"}]
    with api(lambda asked: Reply(b"[" + body + b"]", headers=told)) as running:
        assert rows(pulled(source(running.url), tmp_path)) == [{"name": "Zoë"}]


def test_a_body_in_an_encoding_that_it_does_not_name_is_said(tmp_path):
    body = '[{"name": "Zoë"}]'.encode("latin-1")
    _, running = refused(lambda asked: Reply(body), tmp_path, "not in UTF-8", {})
    assert len(running.asked) == 1
    refused(lambda asked: Reply(body), tmp_path, "not in UTF-8", {"lines": True})


def test_a_body_that_drips_takes_no_longer_than_a_pull_may(tmp_path):
    ticks = count()
    drip = Reply("[" + " " * 150 + "]", fault="drip")  # one and a half seconds, in which the clock of the test is asked 150 times
    refused(lambda asked: drip, tmp_path, "longer than 20 seconds", {"most_seconds": 20}, clock=lambda: next(ticks))
    refused(
        lambda asked: Reply(drip.body, 400, fault="drip"),
        tmp_path,
        "longer than 20 seconds",
        {"most_seconds": 20},
        clock=lambda: next(ticks),
    )


def test_rows_without_a_cursor_that_can_be_read_are_said(tmp_path):
    told = [{"id": 1, "at": 1717236000}, {"id": 2}, {"id": 3, "at": "2026-02-01T00:00:00Z"}]
    with api(lambda asked: Reply(told)) as running:
        found = pulled(source(running.url, cursor="at"), tmp_path)
    assert len(found.notes) == 1 and found.notes[0].startswith("Rows whose at is left out, or not written as moment: 2.")


def test_a_number_with_a_fraction_is_a_cursor_also_beside_a_long_id(tmp_path):
    with api(lambda asked: Reply('[{"id": 900719925474099312, "at": 1717236000.5}]')) as running:
        assert pulled(source(running.url, cursor="at", cursor_as="number"), tmp_path).cursor == Cursor("number", "1717236000.5")


def test_the_newest_of_a_record_that_came_twice_counts(tmp_path):
    """Where rows move while pages are read, one may come twice; of two versions the later one is the newer."""
    pages = {0: [{"id": 1, "n": 1}, {"id": 2, "n": 1}], 1: [{"id": 2, "n": 2}, {"id": 3, "n": 1}]}

    def answering(asked: Asked) -> Reply:
        n = asked.number("after", 0)
        return Reply({"results": pages[n], "paging": {"next": {"after": "1"}} if n == 0 else {}})

    with api(answering) as running:
        found = pulled(source(running.url, id="id", **CURSOR), tmp_path)
    assert rows(found) == [{"id": 1, "n": 1}, {"id": 2, "n": 2}, {"id": 3, "n": 1}]
    assert found.rows == 3


def test_what_a_record_leaves_open_waits_for_a_person(tmp_path):
    wait = {
        "name": "coupons",
        "when": [{"path": "coupons"}],
        "text": "A coupon says not what it takes off.",
        "what_to_do": 'Add accept = ["coupons"].',
    }
    rows_of_two = [{"id": "s1", "coupons": []}, {"id": "s2", "coupons": [{"id": "ten"}]}]
    failed, _ = refused(
        lambda asked: Reply(rows_of_two), tmp_path, "A coupon says not what it takes off. The first is s2.", {"waits": [wait]}
    )
    assert failed.what_to_do == 'Add accept = ["coupons"].'
    with api(lambda asked: Reply(rows_of_two)) as running:
        assert rows(pulled(source(running.url, waits=[wait], accept=["coupons"]), tmp_path)) == rows_of_two


def test_settings_stand_where_they_are_named():
    with pytest.raises(ValueError, match="settings: site is missing"):
        HttpSource.model_validate({"name": "a", "url": "https://{site}.example/rows"})
    assert HttpSource.model_validate({"name": "a", "url": "https://{site}.example/rows", "settings": {"site": "x"}})


def test_no_connection_is_tried_again_and_said(tmp_path):
    with api(by_cursor) as running:
        pass
    with pytest.raises(SourceFailed, match=r"No connection to 127\.0\.0\.1, 3 times"):
        pulled(source(running.url, tries=3, **CURSOR), tmp_path)


# A store, pulled into while the source changes.


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory):
    """A store with the accounts that rows are of; every test takes a source of its own, and so a feed."""
    opened = new_store(tmp_path_factory.mktemp("http") / "own.duckdb")
    commit_frame(opened, "accounts", pl.DataFrame({"account_id": ["A"], "name": ["A"]}), "crm", "analyst")
    yield opened
    opened.close()


WAYS: dict[str, dict[str, Any]] = {
    "cursor": {"parameters": {"at": "{next}"}, "paging": {"by": "cursor", "path": "next"}},
    "offset": {"parameters": {"at": "{offset}"}, "paging": {"by": "offset"}},
    "last": {"parameters": {"after": "{next}"}, "paging": {"by": "last", "path": "ticket_id", "more": "more"}},
}
EXAMPLES = count(1)
START = 1_772_000_000  # 25 February 2026, in seconds


def tickets(store: Any) -> dict[str, tuple]:
    with View(store) as view:
        found = view.table("tickets").select("ticket_id", "subject", "opened_at").rows()
    return {name: (subject, int(opened.timestamp())) for name, subject, opened in found}


def tickets_from(url: str, name: str, way: str, **more: Any) -> HttpSource:
    keys = WAYS[way] | {
        "parameters": WAYS[way]["parameters"] | {"from": "{since}"},
        "timeout_seconds": 5,
        "tries": 40,
        "overlap": "30 minutes",
    }
    return source(
        url,
        **keys
        | {"name": name, "table": "tickets", "records": "rows", "id": "ticket_id", "cursor": "updated_at", "cursor_as": "seconds"}
        | more,
    )


def ticket(number: int, moment: int, subject: str = "s") -> dict[str, Any]:
    return {"ticket_id": str(number), "account_id": "A", "opened_at": START, "updated_at": moment, "subject": subject, "status": "open"}


def of_tickets(held: dict[int, dict[str, Any]], size: int, way: str) -> Any:
    def answering(asked: Asked) -> Reply:
        found = sorted(
            (row for row in held.values() if row["updated_at"] >= asked.number("from", 0)),
            key=lambda row: (row["updated_at"], row["ticket_id"]),
        )
        start = asked.number("at", 0)
        if way == "last":
            start = next((n + 1 for n, row in enumerate(found) if row["ticket_id"] == asked.query.get("after")), 0)
        more = start + size < len(found)
        return Reply({"rows": found[start : start + size], "next": start + size if more else None, "more": more})

    return answering


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_happens_the_store_has_what_the_source_holds(data, empty_store):
    """Pages of any size, three faults in ten answers, rows that are late by up to half an hour, changed rows, pulls that overlap."""
    held: dict[int, dict[str, Any]] = {}
    size, seed, way = data.draw(st.integers(1, 7)), data.draw(st.integers(0, 999)), data.draw(st.sampled_from([*WAYS]))
    first = 1_000 * next(EXAMPLES)  # ids of this example alone: the store is one for all
    with api(of_tickets(held, size, way), share=0.3, seed=seed, kinds=("500", "429", "reset", "half", "cut")) as running:
        one = tickets_from(running.url, f"example {first}", way)
        for hour in range(1, 4):
            now = START + hour * 3600
            for number in data.draw(st.lists(st.integers(0, 20), max_size=12)):
                held[number] = ticket(first + number, now - data.draw(st.integers(0, 1800)), f"s{data.draw(st.integers(0, 3))}")
            fetch_ = partial(fetch, sleep=lambda wait: None, rng=random.Random(seed))
            ended = pull(empty_store, one, lambda now=now: datetime.fromtimestamp(now, UTC), fetch=fetch_)
            assert ended.outcome in ("imported", "nothing new"), ended
    found = {name: told for name, told in tickets(empty_store).items() if first <= int(name) < first + 1_000}
    assert found == {row["ticket_id"]: (row["subject"], START) for row in held.values()}


def pulled_into(store: Any, one: HttpSource, seconds: int) -> Pulled:
    return pull(store, one, lambda: datetime.fromtimestamp(START + seconds, UTC), fetch=partial(fetch, sleep=lambda wait: None))


def test_a_row_of_the_future_hides_none_that_comes_meanwhile(empty_store):
    held = {1: ticket(1, START), 2: ticket(2, START + 10**8)}
    with api(of_tickets(held, 5, "cursor")) as running:
        one = tickets_from(running.url, "skewed", "cursor")
        first = pulled_into(empty_store, one, 600)
        held[3] = ticket(3, START + 700)
        second = pulled_into(empty_store, one, 1200)
    assert "still to come" in first.problem and "3" in tickets(empty_store), (first, second)
    assert int(running.asked[-1].query.get("from", 0)) <= START + 700  # from the start, where the clock of the API is ahead of this one


def test_a_column_of_another_type_turns_its_rows_away_by_name(empty_store):
    """A moment that becomes an object from the second page on: those rows cannot be read, are told, and the others are in."""
    held = {n: ticket(20 + n, START + n) for n in range(4)}
    held[2] |= {"opened_at": {"iso": "2026-02-25"}}
    with api(of_tickets(held, 2, "cursor")) as running:
        first = pulled_into(empty_store, tickets_from(running.url, "typed", "cursor"), 600)
    assert first.outcome == "imported" and "Rows that were turned away: 1" in first.problem, first
    assert {"20", "21", "23"} <= {*tickets(empty_store)} and "22" not in tickets(empty_store)


def test_what_holds_at_the_moment_of_a_pull_holds_on_the_stores_own_day(tmp_path):
    """At 20:00 UTC of 1 March it is the 2nd in Shanghai: an account's segment that is read then is that of the 2nd."""
    one = source("http://127.0.0.1", name="crm", table="accounts", answers={"rows": "state"})
    with closing(Store.open(tmp_path / "own.duckdb", timezone="Asia/Shanghai")) as store:
        for day, segment in ((1, "Small"), (8, "Large")):
            answering = json.dumps({"account_id": "A", "name": "A", "segment": segment}) + "\n"
            (tmp_path / "rows.jsonl").write_text(answering)
            fetched = Fetched(tmp_path / "rows.jsonl", 1)
            ended = pull(
                store, one, lambda day=day: datetime(2026, 3, day, 20, tzinfo=UTC), fetch=lambda *asked, told=fetched, **more: told
            )
            assert ended.outcome == "imported", ended
        with View(store) as view:
            held = view.account_history("segment")
    assert date(2026, 3, 9) in held.select(cs.date()).to_series().to_list(), held


def test_a_page_that_breaks_off_for_ever_takes_nothing_and_the_next_pull_goes_on_where_the_last_one_ended(empty_store):
    held = {n: ticket(40 + n, START + n) for n in range(6)}
    good, broken = of_tickets(held, 2, "cursor"), [False]

    def answering(asked: Asked) -> Reply:
        return Reply(good(asked).body, fault="half" if broken[0] and asked.number("at", 0) == 2 else "")

    with api(answering) as running:
        one = tickets_from(running.url, "broken", "cursor", tries=3)
        assert pulled_into(empty_store, one, 600).outcome == "imported"
        held |= {n: ticket(40 + n, START + 4000 + n) for n in range(6, 10)}
        broken[0] = True
        failed = pulled_into(empty_store, one, 4600)
        assert (failed.outcome, failed.cursor_to, failed.batch) == ("failed", None, None) and "46" not in tickets(empty_store)
        broken[0] = False
        mended = pulled_into(empty_store, one, 5200)
    assert (mended.outcome, mended.cursor_from) == ("imported", failed.cursor_from), mended
    assert {str(n) for n in range(40, 50)} <= {*tickets(empty_store)}


def test_the_file_of_a_source_with_a_key_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Extra inputs"):
        HttpSource.model_validate({"name": "a", "url": "https://api.example", "pageing": {}})


TWO = [{"id": "A", "name": "new", "at": "2026-02-02T00:00:00Z"}, {"id": "B", "name": "b", "at": "2026-02-01T12:00:00Z"}]
OLD = {"id": "A", "name": "old", "at": "2026-02-01T00:00:00Z"}


@pytest.mark.parametrize("listed", [[*TWO, OLD], [OLD, *TWO]], ids=["newest first", "oldest first"])
def test_of_two_records_of_an_id_the_one_with_the_greater_cursor_counts_however_they_are_listed(listed, tmp_path):
    with api(lambda asked: Reply({"results": listed})) as running:
        found = pulled(source(running.url, records="results", id="id", cursor="at"), tmp_path)
    assert [row["name"] for row in rows(found)] == ["b", "new"]  # 1 February at noon, then 2 February
    assert found.rows == 2


def test_rows_are_handed_on_in_the_order_of_their_cursors_and_equal_ones_as_they_were_listed(tmp_path):
    at = {"a": "2026-02-03", "b": "2026-02-01", "c": None, "d": "2026-02-01", "e": "2026-02-02"}
    listed = [{"name": name, "at": day and f"{day}T00:00:00Z"} for name, day in at.items()]
    with api(lambda asked: Reply({"results": listed})) as running:
        found = pulled(source(running.url, records="results", cursor="at"), tmp_path)
    assert "".join(row["name"] for row in rows(found)) == "cbdea"
