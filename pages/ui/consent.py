"""Where something needs consent: what is said, and the dialog in which it is asked for."""

from datetime import UTC, date, datetime

import streamlit as st

from data.approvals import gate
from data.approvals.gate import NeedsConsent
from data.approvals.requests import Effect
from data.approvals.rules import SCORE
from data.store.edits import EditRefused
from data.store.store import Store
from data.viewer import NotAllowed, Viewer
from language import again, tr, tr_n
from language.formats import day as day_of
from pages.ui import filters, text
from reports.approvals.waiting import in_words, told, waiting_for

LONGEST = 2000


def keep(store: Store, needs: NeedsConsent, viewer: Viewer) -> None:
    """Say that something needs consent; where it can be asked for, a dialog asks for it as the page is drawn next."""
    if needs.request or viewer.rights is None:
        st.toast(text.literal(again(needs)), icon=":material/approval_delegation:", duration="long")
    else:
        filters.keep_wish((store, needs, viewer))


def offer() -> None:
    """The dialog for what was refused for want of consent just now; nothing where nothing was."""
    wish = filters.taken_wish()
    if wish:
        st.dialog(tr("This needs consent"), icon=":material/approval_delegation:")(_ask)(*wish)


def _ask(store: Store, needs: NeedsConsent, viewer: Viewer) -> None:
    wish = needs.wish
    st.markdown(f"**{text.literal(in_words(wish.kind, wish.about))}**")
    st.markdown(text.literal(again(needs)))
    effect = wish.effect
    if effect.arr_before is not None and effect.arr_after is not None:
        now, then = (text.money(value, effect.currency) for value in (effect.arr_before, effect.arr_after))
        st.caption(text.literal(tr("ARR {now} now, {then} then, without grace.", now=now, then=then)))
    if wish.kind == SCORE:
        st.caption(text.literal(of_score(effect)))
    if effect.most_on:
        most, day = text.money(effect.amount, effect.currency), day_of(date.fromisoformat(effect.most_on))
        st.caption(text.literal(tr("On other days more changes: {most} of ARR on {day}.", most=most, day=day)))
    why = st.text_area(tr("Why"), max_chars=LONGEST, key="consent-why", help=tr("Who consents reads it."))
    if st.button(tr("Ask for consent"), type="primary", key="consent-ask"):
        try:
            request = gate.ask(store, wish, viewer, why)
        except (EditRefused, NotAllowed) as refused:
            st.error(text.literal(again(refused)), icon=":material/error:")
            return
        st.toast(tr("Asked, as request {number}.", number=request.number), icon=":material/check:")
        st.rerun()


def of_score(effect: Effect) -> str:
    """What a version of the health score changes, in words: of how many accounts the band, and what they pay."""
    changed = tr_n("{n:,} account changes its band", "{n:,} accounts change their band", effect.accounts or 0)
    if not effect.day:
        return tr("There is no account yet.")
    if effect.amount is None:
        told = tr("{changed}, on {day}; the ARR of one that has no exchange rate is not known.")
        return told.format(changed=changed, day=day_of(date.fromisoformat(effect.day)))
    money = text.money(effect.amount, effect.currency)
    share = "–" if effect.share is None else text.percent(effect.share)
    told = tr("{changed}, on {day}, with {money} of ARR without grace ({share} of all).")
    return told.format(changed=changed, day=day_of(date.fromisoformat(effect.day)), money=money, share=share)


def number_waiting(store: Store, viewer: Viewer) -> int:
    """How many requests wait for a viewer now."""
    return 0 if viewer.rights is None else len(waiting_for(told(store, viewer, datetime.now(UTC))))
