"""Every request has an id and is counted, under names that no path can add to."""

import asyncio
import logging

import pytest
from prometheus_client import REGISTRY, CollectorRegistry
from starlette.responses import PlainTextResponse

from server.operation.figures import registry
from server.operation.logs import request_id
from server.operation.requests import HEADER, Watched, kind


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/", "page"), ("/renewals", "page"), ("/ann@example.com", "page"), ("/api/reports/arr", "api/reports"),
        ("/api/imports/3/undo", "api/imports"), ("/api/ann@example.com", "api/other"), ("/api", "api/other"), ("/media/0a1b.csv", "files"),
        ("/_stcore/stream", "front end"), ("/app/static/inter.woff2", "front end"), ("/auth/login", "sign-in"),
        ("/oauth2callback", "sign-in"), ("/some/where/else", "other"), ("", "page"),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_one_of_a_few(path, what):
    assert kind(path) == what


async def _answer(scope, receive, send):
    await PlainTextResponse(request_id.get(), 418 if scope["path"] == "/teapot" else 200)(scope, receive, send)


def asked(path: str, headers: dict[str, str] | None = None, app=_answer) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer to one request."""
    sent: list[dict] = []
    given = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"token=hf_secret", "headers": given}

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    asyncio.run(Watched(app)(scope, receive, send))
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], head, b"".join(one.get("body", b"") for one in sent[1:]).decode()


def count(what: str, status: str) -> float:
    return registry.get_sample_value("holdfast_requests_total", {"what": what, "method": "GET", "status": status}) or 0


def test_a_request_is_counted_once_with_its_status_and_time():
    before, timed = count("page", "418"), registry.get_sample_value("holdfast_request_seconds_count", {"what": "page"}) or 0
    for _ in range(3):
        assert asked("/teapot")[0] == 418
    assert count("page", "418") == before + 3
    assert registry.get_sample_value("holdfast_request_seconds_count", {"what": "page"}) == timed + 3


def test_one_that_fails_counts_as_500():
    async def fails(scope, receive, send):
        raise RuntimeError("of ours")

    before = count("api/reports", "500")
    with pytest.raises(RuntimeError):
        asked("/api/reports/arr", app=fails)
    assert count("api/reports", "500") == before + 1


def test_each_has_an_id_of_its_own_or_that_of_a_proxy():
    first, second = asked("/")[1][HEADER], asked("/")[1][HEADER]
    assert first != second and len(first) == 16
    _, head, inside = asked("/", {"X-Request-Id": "0123456789abcdef0123"})
    assert head[HEADER] == inside == "0123456789abcdef0123"
    for odd in ("short", "a" * 65, 'x" injected'):
        assert asked("/", {"X-Request-Id": odd})[1][HEADER] != odd
    assert request_id.get() == ""


def test_the_log_tells_neither_path_nor_query(caplog):
    with caplog.at_level(logging.INFO, "holdfast.requests"):
        asked("/ann@example.com")
        asked("/media/0a1b.csv")
    (line,) = caplog.records
    assert {key: value for key, value in line.fields.items() if key != "seconds"} == {"what": "page", "method": "GET", "status": 200}
    assert "ann" not in str(vars(line)["fields"]) and "hf_secret" not in str(vars(line))


def test_figures_are_kept_apart_from_those_of_other_programs():
    assert isinstance(registry, CollectorRegistry) and registry is not REGISTRY
