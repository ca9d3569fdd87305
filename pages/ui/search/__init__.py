"""Search from anywhere (Ctrl K): accounts, contacts, pages and definitions; found in the browser, so that each key answers at once."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.store import open_stores
from data.work import saved_views
from language import InLanguage, mark
from pages.ui import address, beside, filters, loaders, widget_words

WORDS = InLanguage(  # of search.html and search.js, by what stands there
    {
        str(word): word
        for word in (
            mark("Search (Ctrl K)"), mark("Search"), mark("Found"), mark("Accounts, contacts, pages, definitions"),
            mark("↑ ↓ choose · ↵ open · esc close"), mark("{left} more"), mark("Nothing found"),
            mark("Accounts and contacts could not be fetched. Close and open the search to try again."),
        )
    }
)  # fmt: skip
UNLISTED = ("account", "design")  # reached by name, and by those who know it
FOLDER = Path(__file__).parent
# What draws charts is large: it comes while somebody reads the first page, so that a page with charts need not wait for it.
CHARTS = [f"/static/js/{one.name}" for one in (Path(st.__file__).parent / "static" / "static" / "js").glob("PlotlyChart.*.js")]
HTML, CSS, SEARCH = ((FOLDER / f"search.{kind}").read_text() for kind in ("html", "css", "js"))
# On every page as the search is; and so the keyboard is kept there, and Streamlit's own elements get their words, too.
JS = "".join((FOLDER / f"{name}.js").read_text() for name in ("keyboard", "widget_words")) + SEARCH


def draw(pages: Iterable[StreamlitPage]) -> None:
    """The button and the list behind it; goes to what was chosen."""
    found = {page.url_path: page for page in pages}
    choice = filters.bar()
    listed = tuple((page.url_path, page.title) for page in found.values() if page.url_path not in UNLISTED)
    named = {one.url_path: one.title for one in found.values()}
    views = tuple(
        (f"{one.page}?company={choice.company}&view={one.view_id}", one.name, named[one.page])
        for one in saved_views.views(open_stores.store(choice.company), choice.viewer)
        if one.page in named
    )
    near, far = loaders.searched(choice.company, choice.viewer, listed, views)
    component = st.components.v2.component("holdfast_search", html=HTML, css=CSS, js=JS)
    with st.container(key="search-from-anywhere"):
        component(
            key="search",
            data={
                "near": near,
                "far": beside.page(far, "search"),
                "soon": CHARTS,
                "words": orjson.dumps(WORDS.translated()).decode(),
                "widgets": widget_words.for_the_page(),
            },
            on_chosen_change=lambda: _go(found),
            height="content",
        )


def _go(found: dict[str, StreamlitPage]) -> None:
    """To what was just chosen, before anything of the page that is left is run."""
    kind, _, name = (address.chosen_of("search") or "").partition(":")
    if kind == "account":
        address.open_account(name)
    elif kind == "page" and name in found:
        address.go_to(found[name])
    elif kind == "definition":
        address.go_to("settings/definitions.py", term=name)
