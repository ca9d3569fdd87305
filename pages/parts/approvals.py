"""Requests for consent: each with what it would change, and what can be said to it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from data.access.provider import is_configured
from data.approvals import deciding
from data.approvals.requests import Request
from data.approvals.rules import SCORE
from data.settings import current_settings
from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import StoreError
from data.viewer import NotAllowed
from language import InLanguage, again, mark, tr, tr_n
from language.formats import day, listed, moment
from pages.ui import consent, text
from pages.ui.choice import Choice
from reports.approvals.effects import changes_of
from reports.approvals.waiting import Told, told
from reports.health.versions import moved_by
from reports.words.codes import called

SHOWN = 20  # decided requests; the list of all is `approvals list` and the API
NAMED = 8  # accounts of a request, the largest changes first
LONGEST = 2000
STATES = InLanguage(
    {
        "waiting": mark(":orange[◐ Waits at level {level} of {levels}]"),
        "consented": mark(":blue[● Consented to; who asked can do it now]"),
        "done": mark(":green[✓ Done]"), "refused": mark(":red[✕ Refused]"), "withdrawn": mark(":gray[‖ Withdrawn]"),
        "outdated": mark(":gray[‖ Outdated]"),
    }
)  # fmt: skip
WORDS = InLanguage(
    {
        mark("Request"): mark("A deed that needs consent, asked for with a reason. Nothing changes while it waits."),
        mark("Level"): mark("Who consents, one level after the other; each level takes another person, and nobody consents to their own."),
        mark("Deputy"): mark("Who consents in somebody's place. Both count as having spoken."),
        mark("Outdated"): mark(
            "What was asked for would change something else by now, or others have to consent: it is done by nobody. Ask anew."
        ),
    }
)


def where_nobody_signs_in(_choice: Choice) -> None:
    """Says that nobody else could consent where one person works alone."""
    if not is_configured(current_settings()):
        st.info(
            tr(
                "Nobody signs in here, so that nobody else could consent: what the file of approvals names is refused. See docs/SIGN_IN.md."
            ),
            icon=":material/person:",
        )


def words() -> None:
    """What the words of the page mean."""
    for word, meaning in WORDS.items():
        st.markdown(f"**{tr(word)}**: {meaning}")


def seen(choice: Choice) -> list[Told]:
    """The requests that the viewer may see, newest first."""
    return told(open_stores.store(choice.company), choice.viewer, datetime.now(UTC))


def waiting(choice: Choice, found: list[Told]) -> None:
    """What waits for the viewer, what they have asked for, and what waits for others."""
    still = [one for one in found if one.request.is_open]
    for_me, mine = [one for one in still if one.for_me], [one for one in still if one.mine]
    others = [one for one in still if not one.for_me and not one.mine]
    st.header(tr("Waiting for me"), anchor=False)
    if not for_me:
        st.caption(tr("Nothing waits for your consent."))
    for title, some in (("", for_me), (tr("Asked by me"), mine), (tr("Waiting for others"), others)):
        if some and title:
            st.header(title, anchor=False)
        for one in some:
            _request(choice, one)


def decided(found: list[Told]) -> None:
    """What was decided, newest first."""
    over = [one for one in found if not one.request.is_open]
    if not over:
        st.caption(tr("Nothing was decided yet."))
    for one in over[:SHOWN]:
        with st.container(border=True, key=f"request-{one.request.number}"):
            _head(one)
            _ended(one.request)
    if len(over) > SHOWN:
        st.caption(tr_n("{n:,} older one is in the list of the API.", "{n:,} older ones are in the list of the API.", len(over) - SHOWN))


def _request(choice: Choice, one: Told) -> None:
    with st.container(border=True, key=f"request-{one.request.number}"):
        _head(one)
        _effect(choice, one.request)
        with st.container(horizontal=True, gap="small"):
            _buttons(choice, one)


def _head(one: Told) -> None:
    """What was asked, by whom and why, how it stands, and for whom it waits."""
    request = one.request
    state = STATES[request.state].format(level=request.level + 1, levels=len(request.levels))
    st.markdown(f"**{request.number} · {text.literal(one.what)}**  \n{state}")
    asked = tr("Asked by {who}, {at}: {reason}", who=request.asked_by, at=moment(request.asked_at), reason=request.reason)
    st.markdown(text.literal(asked))
    for level, named in enumerate(one.levels):
        st.caption(text.literal(_level(request, level, named)))
    if one.waits_for:
        late = tr("Reminder: it waits for {names}.", names=listed(one.waits_for))
        st.caption(text.literal(late if one.is_due else tr("It waits for {names}.", names=listed(one.waits_for))))


def _level(request: Request, level: int, named: str) -> str:
    if level >= len(request.voices):
        return tr("Level {n}: {named}", n=level + 1, named=named)
    voice = request.voices[level]
    if voice.instead_of:
        return tr("Level {n}: {who} consented in the place of {other}", n=level + 1, who=voice.who, other=voice.instead_of)
    return tr("Level {n}: {who} consented", n=level + 1, who=voice.who)


def _ended(request: Request) -> None:
    said = [
        tr("{who}, {at}", who=request.ended_by, at=moment(request.ended_at)) if request.ended_at else "",
        again(request.why), tr("import {batch}", batch=request.came_of) if request.came_of else "",
    ]  # fmt: skip
    st.caption(text.literal(" · ".join(part for part in said if part)))


def _effect(choice: Choice, request: Request) -> None:
    """What it would change: ARR before and after, and the accounts."""
    effect = request.effect
    if effect.arr_before is not None and effect.arr_after is not None:
        with st.container(horizontal=True, gap="medium"):
            st.metric(tr("ARR now"), text.money(effect.arr_before, effect.currency), width=200)
            moved = text.more(effect.arr_after, effect.arr_before, effect.currency) if effect.arr_after != effect.arr_before else None
            st.metric(tr("ARR then"), text.money(effect.arr_after, effect.currency), moved, width=200)
        changed = tr_n("{n:,} account changes", "{n:,} accounts change", effect.accounts or 0)
        rows = tr_n("{n:,} row differs", "{n:,} rows differ", effect.rows or 0)
        st.caption(tr("{changed}, without grace, on {day}; {rows}.", changed=changed, day=_day(effect.day), rows=rows))
        if effect.most_on:
            most = text.money(effect.amount, effect.currency)
            st.caption(text.literal(tr("On other days more changes: {most} of ARR on {day}.", most=most, day=_day(effect.most_on))))
    if request.kind == SCORE:
        st.caption(text.literal(consent.of_score(effect)))
    if effect.accounts:
        with st.expander(tr("The accounts"), key=f"accounts-{request.number}", on_change="rerun") as opened:
            if opened.open:
                _accounts(choice, request)


def _day(written: str | None) -> str:
    """An ISO day as the reader's language writes it; empty for none."""
    return day(date.fromisoformat(written)) if written else ""


def _accounts(choice: Choice, request: Request) -> None:
    """The accounts as they would change now, the largest first; of a score, those that move the furthest first."""
    try:
        lines = (_bands if request.kind == SCORE else _money)(choice, request)
    except (EditRefused, StoreError) as error:
        st.info(text.literal(again(error)))
        return
    for line in lines[:NAMED]:
        st.markdown(f"- {text.literal(line)}")
    if len(lines) > NAMED:
        st.caption(tr_n("and {n:,} more", "and {n:,} more", len(lines) - NAMED))


def _money(choice: Choice, request: Request) -> list[str]:
    found = changes_of(open_stores.store(choice.company), request, datetime.now(UTC))
    told = []
    for row in found.rows.iter_rows(named=True):
        was, then = (text.money(found.shown(name, row[name]), found.currency) for name in ("arr_before", "arr_after"))
        told.append(f"{row['name']}: {was} → {then}")
    return told


def _bands(choice: Choice, request: Request) -> list[str]:
    found = moved_by(open_stores.store(choice.company), request, datetime.now(UTC))
    none = tr("no score")
    told = []
    for name, *bands in found.select("name", "band_before", "band_after").iter_rows():
        was, then = (called(band) if band else none for band in bands)
        told.append(f"{name}: {was} → {then}")
    return told


def _buttons(choice: Choice, one: Told) -> None:
    number = one.request.number
    if one.for_me:
        if st.button(tr("Consent"), key=f"consent-{number}", type="primary", icon=":material/check:"):
            _said(choice, deciding.consent, number)
        if st.button(tr("Refuse"), key=f"refuse-{number}", icon=":material/close:"):
            st.dialog(tr("Refuse it?"))(_refusal)(choice, number)
    if one.mine:
        if st.button(tr("Withdraw"), key=f"withdraw-{number}", icon=":material/undo:"):
            _said(choice, deciding.withdraw, number)
        if st.button(tr("Remind"), key=f"remind-{number}", type="tertiary", icon=":material/notifications:"):
            _said(choice, deciding.remind, number)


def _refusal(choice: Choice, number: int) -> None:
    why = st.text_area(tr("Why"), max_chars=LONGEST, key=f"why-{number}", help=tr("Who asked reads it."))
    if st.button(tr("Refuse"), type="primary", key=f"refuse-now-{number}"):
        _said(choice, deciding.refuse, number, why)


def _said(choice: Choice, say: Callable[..., Request], *about: Any) -> None:
    """Say something to a request; what refuses it is told, and the page is drawn anew."""
    try:
        request = say(open_stores.store(choice.company), about[0], choice.viewer, *about[1:])
    except (EditRefused, NotAllowed, StoreError) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return
    done = tr("Done, as import {batch}.", batch=request.came_of) if request.came_of else tr("Said.")
    st.toast(done, icon=":material/check:")
    st.rerun()
