"""Search from anywhere (Ctrl K): accounts, contacts, pages and definitions; found in the browser, so that each key answers at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from metrics.registry import METRICS
from pages.ui import filters, loaders

UNLISTED = ("Account", "Design")  # reached by name, and by those who know it
FOLDER = Path(__file__).parent
HTML, CSS, JS = ((FOLDER / f"search.{kind}").read_text() for kind in ("html", "css", "js"))


def draw(pages: Iterable[StreamlitPage]) -> None:
    """The button and the list behind it; goes to what was chosen."""
    found = {page.url_path: page for page in pages}
    choice = filters.bar()
    items = [*_accounts(choice), *_pages(found.values()), *_definitions()]
    component = st.components.v2.component("holdfast_search", html=HTML, css=CSS, js=JS)
    with st.container(key="search-from-anywhere"):
        chosen = component(key="search", data={"items": items}, on_chosen_change=lambda: None, height="content").chosen
    kind, _, name = (chosen or "").partition(":")
    if kind == "account":
        filters.open_account(name)
    elif kind == "page" and name in found:
        filters.go_to(found[name])
    elif kind == "definition":
        filters.go_to("definitions.py", term=name)


def _accounts(choice: filters.Choice) -> Iterator[dict[str, str]]:
    """Accounts and their contacts, of those that the viewer sees."""
    accounts, contacts = loaders.names(choice.company, choice.viewer)
    for account, name, domain in accounts:
        yield {"id": f"account:{account}", "label": name, "kind": "Account", "more": f"{account} {domain or ''}"}
    of = {account: name for account, name, _ in accounts}
    for account, name, email in contacts:
        yield {"id": f"account:{account}", "label": name, "kind": f"Contact at {of.get(account, account)}", "more": email or ""}


def _pages(pages: Iterable[StreamlitPage]) -> Iterator[dict[str, str]]:
    for page in pages:
        if page.title not in UNLISTED:
            yield {"id": f"page:{page.url_path}", "label": page.title, "kind": "Page"}


def _definitions() -> Iterator[dict[str, str]]:
    for metric in METRICS.values():
        yield {"id": f"definition:{metric.title}", "label": metric.title, "kind": "Definition", "more": metric.name}
