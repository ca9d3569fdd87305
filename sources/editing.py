"""Changing one thing in a source's file and leaving all else as a person wrote it, comments too."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import tomli_w

ACCEPT = "accept"
HEADER = re.compile(r"(?m)^\s*\[")


def with_paused(text: str, paused: bool) -> str:
    """The text of a source that is paused, or is so no longer."""
    line = f"paused = {'true' if paused else 'false'}"
    edited, n = re.subn(r"(?m)^paused\s*=.*$", line, text, count=1)
    return _checked(edited if n else _before_tables(text, line), text, {"paused": paused})


def with_answers(text: str, answers: Mapping[str, str]) -> str:
    """The text of a source with more answers, each in place of an earlier one. `table` and `mapping` are keys of the source itself, and
    `accept` is one more name of what is accepted."""
    if ACCEPT in answers:
        text = _with_accepted(text, answers[ACCEPT])
        answers = {name: value for name, value in answers.items() if name != ACCEPT}
    if not answers:
        return text
    own = {name: value for name, value in answers.items() if name in ("table", "mapping")}
    rest = {name: value for name, value in answers.items() if name not in own}
    known = tomllib.loads(text)
    wanted = own | ({"answers": known.get("answers", {}) | rest} if rest else {})
    if own or "answers" in known:  # what stands there already is written anew
        return tomli_w.dumps(known | wanted, multiline_strings=True)
    return _checked(f"{text.rstrip()}\n\n[answers]\n{tomli_w.dumps(rest)}", text, wanted)


def _with_accepted(text: str, name: str) -> str:
    before = tomllib.loads(text).get(ACCEPT, [])
    wanted = {ACCEPT: [*before, *([] if name in before else [name])]}
    line = f"{ACCEPT} = {json.dumps(wanted[ACCEPT], ensure_ascii=False)}"
    edited, n = re.subn(rf"(?m)^{ACCEPT}\s*=.*$", lambda _: line, text, count=1)
    return _checked(edited if n else _before_tables(text, line), text, wanted)


def _before_tables(text: str, line: str) -> str:
    found = HEADER.search(text)
    at = found.start() if found else len(text)
    return f"{text[:at].rstrip()}\n{line}\n\n{text[at:].lstrip()}" if found else f"{text.rstrip()}\n{line}\n"


def _checked(edited: str, text: str, wanted: dict[str, Any]) -> str:
    """The edited text where it says just what is wanted; else all of it written anew, as where a line of a query looked like a key."""
    expected = tomllib.loads(text) | wanted
    try:
        if tomllib.loads(edited) == expected:
            return edited
    except tomllib.TOMLDecodeError:
        pass
    return tomli_w.dumps(expected, multiline_strings=True)
