"""Lines of the log as JSON: what they have, and what can never stand in them."""

import io
import json
import logging
import types

import httpx2
import pytest

from data.store.store import Store
from server.operation import logs
from server.operation.logs import AsJson, begin, fault, request_id, scrubbed
from tests.server.running import server

SECRET = "Alder & Sons 777.77"


@pytest.fixture
def lines():
    """What a logger says, read as JSON."""
    written, logger = io.StringIO(), logging.Logger("holdfast.test")
    handler = logging.StreamHandler(written)
    handler.setFormatter(AsJson())
    logger.addHandler(handler)
    return logger, lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_has_moment_level_logger_message_and_fields(lines):
    logger, said = lines
    logger.info("answered", extra={"fields": {"what": "page", "status": 200}})
    (line,) = said()
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "logger": "holdfast.test", "message": "answered", "what": "page", "status": 200}


def test_within_a_request_a_line_has_its_id(lines):
    logger, said = lines
    mark = request_id.set("0123456789abcdef")
    logger.warning("slow")
    request_id.reset(mark)
    logger.warning("slow")
    assert [line.get("request_id") for line in said()] == ["0123456789abcdef", None]


def test_a_fault_is_told_by_kind_and_place_and_not_in_its_words(lines):
    logger, said = lines
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(f"no number: {SECRET}") from error
    except ValueError:
        logger.exception("A file could not be read")
    (line,) = said()
    assert line["fault"]["kinds"] == ["ValueError", "KeyError"]
    assert "test_logs.py" in line["fault"]["places"][-1] and "Alder" not in json.dumps(line)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("GET /oauth2callback?code=c0de&state=s HTTP/1.1", "GET /oauth2callback?... HTTP/1.1"),
        ("https://login.example.com/token?client_secret=x'", "https://login.example.com/token?...'"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer (token)"),
        ("token hf_Ab-9_x was refused", "token (token) was refused"),
        ("ann.o'neil@mail.example.com signed in", "ann.o'(e-mail) signed in"),
        ("Grüße von ünal@bücher.example, heute", "Grüße von (e-mail), heute"),
        ("nothing of that", "nothing of that"),
    ],
)
def test_what_is_taken_out_of_a_message(said, expected):
    assert scrubbed(said) == expected


def test_a_message_is_one_line_whatever_stands_in_it(lines):
    logger, said = lines
    logger.error('first\n{"level": "forged"}')
    assert [(line["level"], line["message"]) for line in said()] == [("error", "first")]


def test_loggers_of_the_front_end_come_through_and_sentences_too(monkeypatch, capsys):
    root, own = logging.getLogger(), logging.Logger("uvicorn.of.this.test")
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    monkeypatch.setattr("threading.excepthook", lambda *_: None)
    monkeypatch.setattr(logs, "_written", "text")
    own.parent, own.propagate = root, False
    plain = logging.StreamHandler()
    own.addHandler(plain)
    vars(own)["streamlit_console_handler"] = plain
    front = types.ModuleType("front")
    vars(front)["update_formatter"] = lambda: vars(front)["setup_formatter"](own)
    logs.say("  inbox   /x")
    assert capsys.readouterr().out == "  inbox   /x\n"
    monkeypatch.setattr(logs, "LOGGING_CONFIG", {"handlers": {"default": {}}, "loggers": {}})
    monkeypatch.setattr(logs, "SERVER", ())
    begin("json", front)
    own.warning("from the front end")
    logs.say("  inbox   /x")
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["message"] for line in told] == ["from the front end", "inbox   /x"]


def test_what_caused_itself_ends():
    error = ValueError()
    error.__context__ = other = KeyError()
    other.__context__ = error
    assert len(fault(error)["kinds"]) == logs.DEPTH


@pytest.mark.long
def test_a_running_server_writes_nothing_but_objects_and_no_query(tmp_path):
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path, HOLDFAST_LOG_FORMAT="json") as running, httpx2.Client(base_url=running.url, trust_env=False) as asked:
        assert asked.get("/api/reports/arr", params={"viewer": "ann@example.com"}).status_code == 422
        assert asked.get("/ann@example.com", headers={"Accept": "text/html"}).status_code == 200
    written = (tmp_path / "server.log").read_text()
    told = [json.loads(line) for line in written.splitlines()]
    assert {"api/reports", "page"} <= {line.get("what") for line in told}
    assert any("server process" in line["message"] for line in told) and "ann" not in written and "viewer" not in written
