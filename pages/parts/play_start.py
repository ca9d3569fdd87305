"""Starting a play for an account by hand, in a dialog."""

from datetime import date

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT, VIEW, NotAllowed
from data.work import plays as deeds
from data.work.templates import Play
from language import again, mark, tr
from metrics import play_starts
from pages.parts import play_holdouts, play_words
from pages.ui import loaders, text
from pages.ui.choice import Choice
from reports.narrow import only

START = mark("Start a play")
LONGEST = 300  # signs of a reason


def may_start(choice: Choice) -> bool:
    """Whether who looks may start plays."""
    return choice.viewer.may(EDIT, "activities") and choice.viewer.may(VIEW, "plays")


def day_of(choice: Choice) -> date:
    """The day looked at: what is done on a page is done on it."""
    return choice.question.as_of or loaders.default_day(choice.company) or date.min


def start_dialog(choice: Choice, account: str, about: str = "") -> None:
    """Start a play for an account, in a dialog. about: the kind of thing on Today that led to it; its play is chosen first."""
    st.dialog(tr(START), width="medium")(_form)(choice, account, about)


def _form(choice: Choice, account: str, about: str) -> None:
    accounts = only(loaders.report(choice.company, "accounts", choice.viewer, choice.now), account)
    known = [play for play in loaders.plays(choice.company, choice.viewer).values() if not play.is_retired]
    if not accounts.rows.height or not known:
        st.info(tr("There is no play to start, or the account is not among yours."))
        return
    found = accounts.rows.row(0, named=True)
    st.markdown(f"**{text.literal(found['name'])}**")
    play = _chosen(known, found, about)
    st.caption(text.literal(play_words.words(play.meaning)))
    st.markdown("\n".join(play_words.steps(play)))
    told, key = _reason(choice, account, about)
    reason = st.text_input(
        tr("Why"), value=told, max_chars=LONGEST, key=f"play-why-{account}", help=tr("The same reason starts a play once.")
    )
    owner = _owner(choice, found["owner"])
    _runs_already(choice, account, play)
    anyway = play_holdouts.warned(choice, account, play.play_id)
    if st.button(tr("Start the play"), type="primary", key=f"play-start-{account}", disabled=anyway is False):
        _start(choice, play, account, key if key and reason.strip() == told else reason, owner, anyway=bool(anyway))


def _chosen(known: list[Play], account: dict, about: str) -> Play:
    """The play that is chosen: first those that the thing on Today starts, then those of the account's segment."""
    fits = [play for play in known if not play.segments or account.get("segment") in play.segments]
    ranked = sorted(fits or known, key=lambda play: play.trigger != about)
    names = {play.play_id: play_words.words(play.name) for play in ranked}
    chosen = st.selectbox(tr("Play"), list(names), format_func=names.__getitem__, key=f"play-of-{account['account_id']}")
    return next(play for play in ranked if play.play_id == chosen)


def _reason(choice: Choice, account: str, about: str) -> tuple[str, str]:
    """What is proposed as the reason, and the key that stands for it; both empty where nothing led to it."""
    if not about:
        return "", ""
    rows = only(loaders.report(choice.company, "today", choice.viewer, choice.now), account).rows
    left = {row["kind"]: row["days_to_end"] for row in rows.iter_rows(named=True)}
    key = play_starts.reason_of(about, left.get(about), day_of(choice))
    return play_words.reason(key), key


def _owner(choice: Choice, owner: str | None) -> str | None:
    """Whose the play is: the account's owner, unless somebody else is chosen."""
    people = loaders.people(choice.company)
    others = [one for one in people if one != owner]
    names = {owner: owner or tr("Nobody has this account"), **{one: people[one] for one in others}}
    return st.selectbox(tr("Who sees to it"), list(names), format_func=lambda one: names[one], key="play-owner")


def _runs_already(choice: Choice, account: str, play: Play) -> None:
    """Say where the play runs already."""
    rows = only(loaders.report(choice.company, "plays", choice.viewer, choice.now), account).rows
    for row in rows.iter_rows(named=True):
        if row["play_id"] == play.play_id and row["state"] == deeds.RUNNING:
            st.warning(tr("This play has run for the account since {day}.", day=text.day(row["started_on"])))


def _start(choice: Choice, play: Play, account: str, reason: str, owner: str | None, *, anyway: bool) -> None:
    store = open_stores.store(choice.company)
    renewal = loaders.report(choice.company, "arr", choice.viewer, choice.now) if any(one.before_days for one in play.steps) else None
    ends = only(renewal, account).rows["next_end"].to_list() if renewal else []
    try:
        deeds.start(
            store, choice.viewer, play.play_id, account, reason, day=day_of(choice), owner=owner, renews_on=ends[0] if ends else None,
            although_held_out=anyway,
        )  # fmt: skip
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)))
        return
    st.toast(tr("{play} is started.", play=text.literal(play_words.words(play.name))), icon=":material/check:")
    st.rerun()
