"""The server's log. As text it is for people; as JSON, one object a line, for programs that gather it.

In JSON there are no cells of files, no addresses of people, no tokens and no query strings: what went wrong is told by kind and place,
without the words of the error, which can hold a value.
"""

import json
import logging
import re
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import ModuleType, TracebackType
from typing import Any

from uvicorn.config import LOGGING_CONFIG

SCRUBBED = (
    (re.compile(r"\?[^\s\"')>]*"), "?..."),  # what stands behind a question mark of an address
    (re.compile(r"\bhf_[\w-]+"), "(token)"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+"), r"\1 (token)"),
    (re.compile(r"[^\s<>\"'=:,;()]+@[^\s<>\"'=:,;()]+\.[^\s<>\"'=:,;()]+"), "(e-mail)"),
)
request_id: ContextVar[str] = ContextVar("request_id", default="")  # of the request that is being answered
DEPTH = 12  # places that a fault is told by
ACCESS = "uvicorn.access"
SERVER = ("uvicorn", "uvicorn.error", ACCESS)
log = logging.getLogger("holdfast")
_written = "text"


def say(sentence: str) -> None:
    """Tell whoever runs the server."""
    if _written == "json":
        log.info(sentence.strip())
    else:
        print(sentence, flush=True)


def scrubbed(text: str) -> str:
    """A text without what must not stand in a log."""
    for pattern, instead in SCRUBBED:
        text = pattern.sub(instead, text)
    return text


class AsJson(logging.Formatter):
    """One object a line: at, level, logger, message; request_id within a request; fields of its own; fault where something failed."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(record.getMessage().splitlines()[0] if record.getMessage() else ""),
        }
        said |= {"request_id": request_id.get()} if request_id.get() else {}
        said |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            said["fault"] = fault(record.exc_info[1])
        return json.dumps(said, ensure_ascii=False, default=str)


def fault(error: BaseException) -> dict[str, Any]:
    """What failed: its kind, those of what caused it, and the places, innermost last."""
    kinds, one = [type(error).__name__], error.__cause__ or error.__context__
    while one is not None and len(kinds) < DEPTH:
        kinds.append(type(one).__name__)
        one = one.__cause__ or one.__context__
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-DEPTH:]]
    return {"kinds": kinds, "places": places}


def begin(written: str, front_end: ModuleType) -> None:
    """Write the log as the setting says. front_end: sets up loggers of the pages' server, each with a handler of its own."""
    global _written
    _written = written
    if written != "json":
        return
    LOGGING_CONFIG["handlers"].clear()
    LOGGING_CONFIG["loggers"] = {name: {"handlers": [], "level": "INFO", "propagate": name != ACCESS} for name in SERVER}
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson())
    logging.getLogger().addHandler(handler)
    log.setLevel(logging.INFO)
    vars(front_end)["setup_formatter"] = _set_up
    vars(front_end)["update_formatter"]()
    settle()
    sys.excepthook = _ended
    threading.excepthook = lambda what: _ended(what.exc_type, what.exc_value, what.exc_traceback)


def settle() -> None:
    """Once the server has set up loggers of its own: let them pass their lines on."""
    if _written == "json":
        for name in SERVER:
            _set_up(logging.getLogger(name))


def _set_up(logger: logging.Logger) -> None:
    """Let a logger of the pages' server pass its lines on to the one handler; requests are told here, and without what they asked for."""
    vars(logger).pop("streamlit_console_handler", None)
    logger.handlers.clear()
    logger.propagate = logger.name != ACCESS


def _ended(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    log.error("A thread ended.", exc_info=(kind, error, trace) if error else None)
