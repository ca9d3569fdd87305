"""What is done with saved views: saving one, changing, sharing and removing, and with which one a page opens."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import StoreError
from data.viewer import EDIT, NotAllowed
from data.work import saved_views as kept
from data.work.saved_views import EVERYBODY, Choices, SavedView
from language import again, tr
from pages.ui import address, text
from pages.ui.choice import Choice
from pages.ui.choice_words import name_of, said_in_words


def show(choice: Choice, page: StreamlitPage, here: Sequence[SavedView], changed: SavedView | None, chosen: Choices) -> None:
    """The views of a page, and what is done with them. changed: the open one, where what is chosen differs."""
    _list(choice, here)
    if not choice.viewer.may(EDIT, "views"):
        return
    if changed and kept.may_change(choice.viewer, changed):
        _update(choice, changed, chosen)
    with st.expander(tr("Save this view"), icon=":material/bookmark_add:", expanded=not here):
        _save(choice, page.url_path, chosen)
    own = [one for one in here if kept.may_change(choice.viewer, one)]
    if own:
        with st.expander(tr("Change, share or remove"), icon=":material/edit:"):
            _manage(choice, own)
    if gone := [one for one in kept.removed(open_stores.store(choice.company), choice.viewer) if one.page == page.url_path]:
        with st.expander(tr("Removed"), icon=":material/restore_from_trash:"):
            _removed(choice, gone)
    if here:
        _opens_with(choice, page.url_path, here)


def _list(choice: Choice, here: Sequence[SavedView]) -> None:
    """Each view as a link: it opens as one that was sent, and nothing of what was chosen before stays."""
    if not here:
        st.caption(tr("Save what is chosen here under a name: to open it again, from the search too, or to share it."))
        return
    st.html(f'<nav class="views" aria-label="{escape(tr("Views"))}">{"".join(_link(choice, one) for one in here)}</nav>')


def _link(choice: Choice, view: SavedView) -> str:
    own = view.owner == kept.me(choice.viewer)
    told = [one for one in ("" if own else view.owner, _with_whom(view.shared_with) if own and view.shared_with else "") if one]
    about = f" <small>{escape(' · '.join(told))}</small>" if told else ""
    return f'<a href="{escape(link(choice, view))}" target="_self">{escape(view.name)}{about}</a>'


def link(choice: Choice, view: SavedView) -> str:
    """The address of a view, below that of the server."""
    return f"./{view.page}?company={choice.company}&view={view.view_id}"


def _with_whom(shared_with: str) -> str:
    return tr("Everybody") if shared_with == EVERYBODY else tr("Team {team}", team=shared_with) if shared_with else tr("Only me")


def _opens_with(choice: Choice, page: str, here: Sequence[SavedView]) -> None:
    """With which view the page opens, for this person alone."""
    store, names = open_stores.store(choice.company), {one.view_id: one.name for one in here}
    now = kept.opens_with(store, choice.viewer, page)
    chosen = st.selectbox(
        tr("This page opens with"), list(names), index=list(names).index(now) if now in names else None, format_func=names.__getitem__,
        key=f"view-default-{page}-{now}", placeholder=tr("Nothing chosen"),
        help=tr("For you alone, where you come to this page by the menu."),
    )  # fmt: skip
    if chosen != now and (chosen or now in names):
        _done(lambda: kept.open_with(store, choice.viewer, page, chosen))


def _update(choice: Choice, view: SavedView, chosen: Choices) -> None:
    """The button that lets a view say what is chosen now."""
    label = tr("Save the changes to “{name}”", name=text.literal(view.name))
    if st.button(label, key="view-update", icon=":material/save:") and _done(
        lambda: kept.change(open_stores.store(choice.company), choice.viewer, view, choices=chosen)
    ):
        st.rerun()


def _save(choice: Choice, page: str, chosen: Choices) -> None:
    st.caption(text.literal(in_words(chosen)))
    name = st.text_input(tr("Name"), key="view-name", max_chars=kept.LONGEST)
    shared = _shared(choice, "", "view-shared")
    is_default = st.checkbox(tr("This page opens with it, for me"), key="view-is-default")
    if st.button(tr("Save"), type="primary", key="view-save-now") and _done(lambda: _saved(choice, name, page, chosen, shared, is_default)):
        st.rerun()


def _saved(choice: Choice, name: str, page: str, chosen: Choices, shared: str, is_default: bool) -> None:
    store = open_stores.store(choice.company)
    saved = kept.save(store, choice.viewer, name, page, chosen, shared)
    found = next(one.view_id for one in kept.views(store, choice.viewer) if one.batch == saved)
    if is_default:
        kept.open_with(store, choice.viewer, page, found)
    address.name_view(found)


def in_words(chosen: Choices) -> str:
    """What is saved: each name once, with its values."""
    names = dict.fromkeys(name for name, _ in chosen)
    told = [f"{name_of(name)}: {', '.join(said_in_words(name, value) for one, value in chosen if one == name)}" for name in names]
    return " · ".join(told) or tr("Nothing narrows this page: the view opens it as it is at first.")


def _shared(choice: Choice, now: str, key: str) -> str:
    """With whom a view is shared; not asked where nobody else is."""
    if choice.viewer.rights is None:
        return now
    teams = kept.teams(open_stores.store(choice.company), choice.viewer)
    options = list(dict.fromkeys(("", *teams, EVERYBODY, now)))
    return st.selectbox(
        tr("Who sees it"), options, index=options.index(now), key=key, format_func=_with_whom,
        help=tr("What it shows is, for each reader, of the accounts that they see."),
    )  # fmt: skip


def _manage(choice: Choice, own: Sequence[SavedView]) -> None:
    names = {one.view_id: one for one in own}
    chosen = names[st.selectbox(tr("View"), list(names), format_func=lambda one: names[one].name, key="view-managed")]
    store, of = open_stores.store(choice.company), chosen.view_id
    st.caption(text.literal(in_words(chosen.choices)))
    name = st.text_input(tr("Name"), chosen.name, key=f"view-name-{of}", max_chars=kept.LONGEST)
    shared = _shared(choice, chosen.shared_with, f"view-shared-{of}")
    st.caption(tr("Its link:"))
    st.code(f"{address.site()}{link(choice, chosen)[1:]}", language=None, wrap_lines=True)
    with st.container(horizontal=True):
        is_saved = st.button(tr("Save"), type="primary", key="view-change")
        is_removed = st.button(tr("Remove"), icon=":material/delete:", key="view-remove")
    if is_saved and _done(lambda: kept.change(store, choice.viewer, chosen, name=name, shared_with=shared)):
        st.rerun()
    if is_removed and _done(lambda: kept.remove(store, choice.viewer, chosen)):
        st.rerun()


def _removed(choice: Choice, gone: Sequence[SavedView]) -> None:
    """One's own removed views of the page, each with a button that brings it back."""
    for one in gone:
        label = tr("Bring back “{name}”", name=text.literal(one.name))
        if st.button(label, key=f"back-{one.view_id}", icon=":material/undo:") and _done(
            partial(kept.bring_back, open_stores.store(choice.company), choice.viewer, one)
        ):
            st.rerun()


def _done(deed: Callable[[], object]) -> bool:
    """Whether something was done; where it was refused, that is said and what was typed stays."""
    try:
        deed()
    except (EditRefused, NotAllowed, StoreError) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return False
    return True
