"""The grid: a table in the browser, cards on a phone. It sorts, searches and chooses columns there, so that each key answers at once.

Streamlit's own table is drawn on a canvas: it has lines between columns, no links of ours, no badges with icons, no total, no cards.
"""

from pathlib import Path
from typing import Any

import orjson
import streamlit as st

from language import InLanguage, language, mark
from pages.ui import address, beside

AT_FIRST = 400  # rows that come with the page; of more, the others are fetched where somebody searches, sorts or scrolls

LOCALES = {"en": "en-US", "zh_Hans": "zh-CN"}
WORDS = InLanguage(  # of grid.html and grid.js, by what stands there
    {
        str(word): word
        for word in (
            mark("Search"), mark("Sort"), mark("To the cent"), mark("Show amounts to the cent"), mark("Columns"), mark("Yes"), mark("No"),
            mark("{day}, {time} UTC"), mark("From {first} to {last}, at most {most}"), mark("Search in {title}"), mark("{found} of {of}"),
            mark("{of} row"), mark("{of} rows"), mark("The first {of} of {whole}; all are in the download"), mark("As given"),
            mark("{title}, up"), mark("{title}, down"), mark("As at first"), mark("Actions"), mark("No row has these words."),
            mark("Sort by {title}"), mark("Total"), mark("Show {some} more of {left}"), mark("{rest} more"),
        )
    }
)  # fmt: skip
FOLDER = Path(__file__).parent
HTML, CSS, JS = ((FOLDER / f"grid.{kind}").read_text() for kind in ("html", "css", "js"))


def draw(data: dict[str, Any], key: str) -> tuple[list[Any] | None, list[str] | None]:
    """The grid of `data` (see pages/ui/columns.py): the cell that is picked (row, column, stamp), and what was just asked to be done with
    an account: the title of the action, and the account's id. A click on an account goes to its page before anything of this one is run.
    """
    component = st.components.v2.component("holdfast_grid", html=HTML, css=CSS, js=JS)
    said = component(
        key=key, data=sent(data, key), on_opened_change=lambda: address.open_clicked(key), on_picked_change=_heard, on_acted_change=_heard,
        height="content",
    )  # fmt: skip
    return said.picked, said.acted


def sent(data: dict[str, Any], key: str) -> dict[str, str]:
    """The data as one text: Streamlit writes out twice what it is given, once to send and once to tell it apart, and a text is quick."""
    reader = {"locale": LOCALES[language()], "words": WORDS.translated()}
    return {"json": orjson.dumps(_at_first(data) | {"rest": _rest(data, key), "reader": reader}).decode()}


def _at_first(data: dict[str, Any]) -> dict[str, Any]:
    """What comes with the page: all, but of the rows only the first."""
    link = data["link"] and data["link"] | {"ids": data["link"]["ids"][:AT_FIRST]}
    return data | {"link": link, "columns": [column | {"values": column["values"][:AT_FIRST]} for column in data["columns"]]}


def _rest(data: dict[str, Any], key: str) -> str | None:
    """Where the other rows are fetched; None where there are none."""
    if data["count"] <= AT_FIRST:
        return None
    values = [column["values"][AT_FIRST:] for column in data["columns"]]
    return beside.page(orjson.dumps({"values": values, "ids": data["link"] and data["link"]["ids"][AT_FIRST:]}), key)


def _heard() -> None:
    """What was clicked comes with the answer of `draw`."""
