"""The languages of the pages, at the foot of the navigation: a click, and everything is in the other one."""

from html import escape
from urllib.parse import quote

import streamlit as st

from language import LANGUAGES, language, tr
from pages.ui import address


def draw(page: str) -> None:
    """A link for each language that is not spoken now, at the foot of the navigation."""
    with st.sidebar:
        here(page)


def here(page: str) -> None:
    """A link for each language that is not spoken now; it comes back to this page as it is."""
    back = quote(f"{page}{address.in_address()}")
    links = [
        f'<a lang="{code.replace("_", "-")}" href="language?to={code}&back={back}" target="_self">{escape(name)}</a>'
        for code, name in LANGUAGES.items()
        if code != language()
    ]
    title = escape(tr("Language"))
    st.html(f'<nav class="languages" aria-label="{title}">{" ".join(links)}</nav>')
