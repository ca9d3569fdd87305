"""The digest by mail on the page of one's own access: how often, in which language, or not at all; and which of all did not arrive."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from data.settings import current_settings
from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import StoreError
from data.viewer import NotAllowed, Viewer
from data.work import digests
from language import LANGUAGES, InLanguage, again, mark, tr
from pages.ui import text
from pages.ui.choice import Choice

RHYTHMS = InLanguage({"off": mark("Not at all"), "daily": mark("Every day"), "weekly": mark("Every Monday")})
STATES = InLanguage({"unclear": mark("not known whether it arrived; not sent again"), "refused": mark("refused by the mail server")})
LATELY = 14  # days of which it is told what did not arrive


def choose(choice: Choice, viewer: Viewer, groups: tuple[str, ...]) -> None:
    """How often and in which language; what holds now is chosen at first. groups: those that the provider says."""
    store = open_stores.store(choice.company)
    now = digests.wanted(store, viewer.person, groups)
    st.caption(tr("What changed, what is due and what was done, for the accounts that you see. A day with nothing to tell brings no mail."))
    if not (current_settings().smtp_host or current_settings().outbox):
        st.caption(tr("No mail server is set up here: nothing is sent by itself until whoever runs Holdfast names one."))
    with st.form("digest", border=True):
        left, right = st.columns(2)
        rhythm = left.selectbox(
            tr("How often"), list(RHYTHMS), list(RHYTHMS).index(now.rhythm), format_func=RHYTHMS.__getitem__, key="digest-rhythm"
        )
        spoken = right.selectbox(
            tr("Language"),
            digests.LANGUAGES,
            digests.LANGUAGES.index(now.language),
            format_func=LANGUAGES.__getitem__,
            key="digest-language",
        )
        if st.form_submit_button(tr("Save")):
            _saved(choice, viewer, rhythm, spoken)


def _saved(choice: Choice, viewer: Viewer, rhythm: str, spoken: str) -> None:
    try:
        digests.choose(open_stores.store(choice.company), viewer, rhythm, spoken)
        st.toast(tr("Saved."), icon=":material/check:")
    except (EditRefused, NotAllowed, StoreError) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")


def not_arrived(choice: Choice, viewer: Viewer) -> None:
    """For who administers people: digests of the last days that may not have arrived, and what the mail server said."""
    since = datetime.now(UTC).date() - timedelta(days=LATELY)
    found = digests.unclear(open_stores.store(choice.company), viewer, since)
    if found:
        with st.expander(tr("Digests that may not have arrived: {n}", n=len(found)), icon=":material/mark_email_unread:"):
            lines = [f"{one.person} · {text.day(one.day)} · {STATES[one.state]} · {again(one.detail)}" for one in found]
            st.markdown("\n".join(f"- {text.literal(line)}" for line in lines))
