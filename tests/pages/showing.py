"""Pages as Streamlit runs them, without a browser."""

import json
from collections.abc import Iterator
from functools import cache

import polars as pl
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner

from tests.addresses import FILES
from tests.waiting import PATIENCE

# Each page that is shown would look through all installed packages for elements of theirs.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
_found_to_have_run = local_script_runner.require_widgets_deltas


def _waited_for(runner: local_script_runner.LocalScriptRunner, timeout: float = PATIENCE) -> None:
    """Wait for a page to have run, where Streamlit looks a thousand times a second whether it has."""
    runner._script_thread.join(timeout)
    _found_to_have_run(runner, timeout)


local_script_runner.require_widgets_deltas = _waited_for


def shown(page: str, *, language: str | None = None, **query: str | None) -> AppTest:
    """A page that has run, of the user's own company on the last day of the small one, where `query` says nothing else; None leaves out.

    language: that of its reader, English where none is named.
    """
    test = AppTest.from_file(str(FILES[page]), default_timeout=PATIENCE)
    if language:
        test.session_state["language"] = language
    asked = {"company": "own", "as_of": "2023-12-28", **query}
    test.query_params.update({name: value for name, value in asked.items() if value is not None})
    return test.run()


def everything(test: AppTest) -> str:
    """All that a page sends to the browser: texts, options, tables, charts, labels."""
    return " ".join(str(part.proto) for block in (test.main, test.sidebar) for part in _parts(block) if getattr(part, "proto", None))


def _parts(block: object) -> Iterator[object]:
    yield block
    for child in getattr(block, "children", {}).values():
        yield from _parts(child)


def grids(test: AppTest) -> dict[str, pl.DataFrame]:
    """The tables of a page as they are sent to the browser, by key: amounts in currency units, days as text."""
    sent = [
        json.loads(json.loads(part.proto.json)["json"])
        for part in test.get("bidi_component")
        if part.proto.component_name == "holdfast_grid"
    ]
    return {data["key"]: pl.DataFrame({one["name"]: one["values"] for one in data["columns"]}, strict=False) for data in sent}
