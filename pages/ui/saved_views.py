"""Saved views on every page: opened by name, from the search, by a link, or as what a page opens with; saved, changed and shared.

A link names a view by its id. Whoever opens it is asked about first: whether the view is theirs to open, and its page; then the address
says what was chosen, so that what is on can be read, changed and sent on.
"""

from collections.abc import Mapping, Sequence
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.store import open_stores
from data.store.store import Store
from data.viewer import Viewer
from data.work import saved_views as kept
from data.work.saved_views import SavedView
from language import tr
from pages.ui import address, filters, loaders, rights, text, view_dialogs
from pages.ui.choice import Choice
from pages.ui.choice_words import NAMED, name_of, said_in_words
from reports.words.titles import title as title_of

NO_COLUMNS = (*NAMED, "against", "account", "view", "look_as", *filters.UNSAID)


def settle(page: StreamlitPage, pages: Sequence[StreamlitPage], viewer: Viewer) -> None:
    """Before a page is drawn: open the view that the address names, or the one with which the page opens for this viewer."""
    has_come = address.arrived(page.url_path)
    if has_come:
        address.forget_not_there()
    named, company = next(iter(address.asked("view")), ""), address.company()
    if named:
        _settle_named(named, {one.url_path: one for one in pages}, viewer)
    elif has_come and filters.narrows_nothing(company, viewer):
        _open_default(page, viewer)


def _settle_named(named: str, pages: Mapping[str, StreamlitPage], viewer: Viewer) -> None:
    found = kept.view_of(_store(), viewer, named)
    if found is None:
        _stop(tr("This view was removed, or is not shared with you."))
    if found.page not in pages or not rights.opens(viewer, found.page):
        rights.told_of(viewer, {"page": found.page})
        _stop(tr("This view is of a page that is not open to you. Nothing of it is shown."))
    if outside := beyond(found, viewer):
        told = ", ".join(outside)
        _stop(tr("This view names what lies outside of the accounts that you see, or is gone ({what}). Nothing of it is shown.", what=told))
    says_nothing = not [one for one, _ in address.pairs() if one not in (*filters.UNSAID, "view")]
    if address.is_fresh() and says_nothing and found.choices:
        _open(found, pages[found.page])
    for name in {one for one, _ in found.choices if one not in NO_COLUMNS} - {*filters.columns(address.company(), viewer)}:
        address.no_longer(name, [value for one, value in found.choices if one == name])


def beyond(view: SavedView, viewer: Viewer) -> list[str]:
    """Titles of columns of which another's view names values that a viewer of a part of the company does not see. Whether there are such
    values is not said: they may be gone."""
    if viewer.sees_all or view.owner == kept.me(viewer):
        return []
    company, columns = address.company(), [(("owner" if one == "viewer" else one), value) for one, value in view.choices]
    asked = [(one, value) for one, value in columns if one not in NO_COLUMNS]
    return list(dict.fromkeys(_column(one) for one, value in asked if value not in loaders.values(company, one, viewer)))


def _column(name: str) -> str:
    """A column's title; one of others' own is not named."""
    return title_of(name) if name in (*filters.FRONT, *filters.FOLDED) else tr("a column")


def _open_default(page: StreamlitPage, viewer: Viewer) -> None:
    view_id = kept.opens_with(_store(), viewer, page.url_path)
    if view_id is None:
        return
    if found := kept.view_of(_store(), viewer, view_id):
        if outside := beyond(found, viewer):
            address.no_longer(tr("The view with which this page opens for you"), outside)
        elif address.is_fresh():
            _open(found, page)
        else:
            filters.take(found.choices, (address.company(), viewer))
            address.name_view(found.view_id)
    else:
        address.no_longer(tr("The view with which this page opens for you"), [tr("removed, or not shared with you any more")])


def _open(view: SavedView, page: StreamlitPage) -> None:
    """In a window in which nothing was drawn yet: from its address, everything takes what it says."""
    said: dict[str, list[str]] = {"view": [view.view_id]}
    for name, value in view.choices:
        said.setdefault(name, []).append(said_in_words(name, value))
    address.open_anew(page, said)


def draw(page: StreamlitPage) -> None:
    """What of the address does not hold any more, and the button of the views."""
    choice = filters.bar()
    with filters.under():
        _told(choice)
    listed, chosen = kept.views(_store(), choice.viewer), filters.chosen(choice.company, choice.viewer)
    here = [one for one in listed if one.page == page.url_path]
    current = next((one for one in here if one.view_id in address.asked("view")), None)
    is_changed = current is not None and sorted(current.choices) != sorted(chosen)
    with filters.views_place():
        if st.button(_label(current, is_changed), icon=":material/bookmarks:", type="tertiary", key="views"):
            st.dialog(tr("Views of {page}", page=page.title))(view_dialogs.show)(
                choice, page, here, current if is_changed else None, chosen
            )


def _label(current: SavedView | None, is_changed: bool) -> str:
    if current is None:
        return tr("Views")
    name = text.literal(current.name if len(current.name) <= 30 else f"{current.name[:29]}…")
    return tr("{name} · changed", name=name) if is_changed else name


def _told(choice: Choice) -> None:
    """Which choices of the address do not hold: without them, other data are shown."""
    gone = address.not_there()
    if not gone:
        return
    told = "; ".join(f"{name_of(name)}: {', '.join(values)}" for name, values in gone.items())
    rest = (
        tr("What is left of it is shown.")
        if choice.question.filters
        else tr("No filter is left: {whose} are shown.", whose=filters.everybody(choice))
    )
    st.warning(
        text.literal(tr("Of what the link or view asks for, this is not there: {told}.", told=told) + " " + rest),
        icon=":material/filter_alt_off:",
    )


def _stop(why: str) -> NoReturn:
    """What is said in place of a view that does not open; nothing of it is drawn."""
    st.title(tr("This view does not open"), anchor=False)
    st.info(why, icon=":material/lock:")
    address.link("today.py", tr("Go to Today"), ":material/wb_sunny:")
    st.stop()


def _store() -> Store:
    return open_stores.store(address.company())
