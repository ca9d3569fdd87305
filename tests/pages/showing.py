"""Pages as Streamlit runs them, without a browser."""

from collections.abc import Iterator

from streamlit.testing.v1 import AppTest

from tests.waiting import PATIENCE


def shown(page: str, **query: str | None) -> AppTest:
    """A page that has run, of the user's own company on the last day of the small one, where `query` says nothing else; None leaves out."""
    test = AppTest.from_file(f"../../pages/{page}.py", default_timeout=PATIENCE)
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
