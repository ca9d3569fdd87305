"""The deliveries, one below the other: how each stands, what it says of itself, and what can be done with it."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from data.store import open_stores
from data.store.store import Store, StoreError
from data.viewer import CONFIGURE, NotAllowed, Viewer
from deliveries import deeds, log
from deliveries.deeds import Listed
from deliveries.delivering import Told
from deliveries.description import AFTER_IMPORT, DescriptionWrong
from deliveries.failing import DeliveryFailed
from deliveries.journal import FAILED, NOTHING_NEW
from language import InLanguage, again, mark, mark_of, tr, tr_n
from language.formats import moment, sentences
from pages.parts import delivery_form, source_words
from pages.ui import states, text
from pages.ui.choice import Choice
from pages.ui.pills import Pill, in_line
from reports.catalogue import REPORTS
from sources.secrets import SecretMissing, secret

STATES: InLanguage[str, Pill] = InLanguage(
    {
        "wrong": Pill(mark("File cannot be used"), ":material/error:", "red"),
        "no secret": Pill(mark("Secret is missing"), ":material/key_off:", "red"),
        "failed": Pill(mark("Failed"), ":material/error:", "red"),
        "delivered": Pill(mark("Delivered"), ":material/check_circle:", "green"),
        "nothing new": Pill(mark("Nothing new"), ":material/check_circle:", "green"),
        "never": Pill(mark("Not made yet"), ":material/schedule:", "gray"),
        "paused": Pill(mark_of("a delivery", "Paused"), ":material/pause_circle:", "gray"),
    }
)
NEEDS = ("wrong", "no secret", "failed")
RUNS = 10  # shown of a delivery; all are in the log
GONE = InLanguage(
    {
        "clear": mark("What leaves the report is emptied there"), "delete": mark("What leaves the report is deleted there"),
        "keep": mark("What leaves the report stays there"),
    }
)  # fmt: skip
PLACES = InLanguage({"folder": mark("into a folder"), "table": mark("into a table"), "endpoint": mark("to an endpoint")})


def show(choice: Choice) -> None:
    """All deliveries, those with something to do first; and adding one."""
    store, viewer = open_stores.store(choice.company), choice.viewer
    found = sorted(deeds.listed(store, viewer, datetime.now(UTC)), key=lambda one: (state_of(one) not in NEEDS, one.name))
    may = viewer.may(CONFIGURE, deeds.KIND)
    with states.finding(in_sum(found)):
        if not may:
            st.caption(tr("Deliveries are added by who may configure imports."))
        elif st.button(tr("Add a delivery"), icon=":material/add:", type="primary"):
            delivery_form.add(store, viewer)
    st.caption(tr("A report that goes somewhere by itself: health and risk into the CRM, ARR into the warehouse, a file into a folder."))
    for one in found:
        with st.container(border=True, key=f"delivery-{one.name}"):
            _one(store, viewer, one, may=may)


def in_sum(found: list[Listed]) -> str:
    """How many there are, and how many have something to do."""
    if not found:
        return tr("Nothing leaves by itself yet")
    needs = sum(state_of(one) in NEEDS for one in found)
    told = tr_n("{n:,} delivery", "{n:,} deliveries", len(found))
    return tr("{told}: {n:,} to look at", told=told, n=needs) if needs else tr("{told}: all as they should be", told=told)


def state_of(one: Listed) -> str:
    """How a delivery stands."""
    if one.delivery is None:
        return "wrong"
    if one.delivery.paused:
        return "paused"
    if missing_of(one):
        return "no secret"
    return one.last.entry["outcome"] if one.last else "never"


def missing_of(one: Listed) -> str:
    """The name of the secret that it needs and nothing has; empty where there is none."""
    name = getattr(one.delivery.target, "secret", "") if one.delivery else ""
    try:
        return "" if not name or secret(name) else name
    except SecretMissing:
        return name


def _one(store: Store, viewer: Viewer, one: Listed, *, may: bool) -> None:
    """The head is drawn once what was clicked is done."""
    head = st.container(gap="small")
    below = st.container(gap="small")
    with st.container(horizontal=True, gap="small"):
        if may:
            _buttons(store, viewer, one, below)
        with st.popover(tr("Last runs"), icon=":material/history:", type="tertiary"):
            _runs(store, one.name, store.timezone)
    with head:
        _head(deeds.found(store, viewer, one.name, datetime.now(UTC)), store.timezone)


def _buttons(store: Store, viewer: Viewer, one: Listed, below: st.delta_generator.DeltaGenerator) -> None:
    name, now = one.name, datetime.now(UTC)
    if one.delivery is not None:
        if st.button(tr("Run now"), icon=":material/play_arrow:", key=f"run-{name}"):
            _say(below, tr("It is being delivered ..."), partial(deeds.run, store, viewer, name, now))
        if st.button(tr("See what would leave"), icon=":material/visibility:", key=f"try-{name}", type="tertiary"):
            _say(below, tr("The report is being worked out ..."), partial(deeds.tried, store, viewer, name, now))
        paused = one.delivery.paused
        word, icon = (tr("Resume"), ":material/resume:") if paused else (tr("Pause"), ":material/pause:")
        if st.button(word, icon=icon, key=f"pause-{name}", type="tertiary") and _done(
            below, partial(deeds.pause, store, viewer, name, paused=not paused)
        ):
            st.rerun()
    if st.button(tr("Edit"), icon=":material/edit:", key=f"change-{name}", type="tertiary"):
        delivery_form.change(store, viewer, name)


def _done(place: st.delta_generator.DeltaGenerator, deed: Callable[[], object]) -> bool:
    try:
        deed()
    except (DescriptionWrong, NotAllowed, DeliveryFailed, StoreError) as error:
        place.error(text.literal(again(error)), icon=":material/error:")
        return False
    return True


def _say(place: st.delta_generator.DeltaGenerator, doing: str, deed: Callable[[], Told]) -> None:
    """What a run came to, or would, with its first rows."""
    found: list[Told] = []
    with place, st.spinner(doing):
        if not _done(place, lambda: found.append(deed())):
            return
    told = found[0]
    with place:
        if told.gone and not told.delivery_id:  # of a try; of a run the head says so
            st.warning(text.literal(again(told.problem)), icon=":material/person_remove:")
        if told.outcome == FAILED and told.delivery_id:
            return  # the head says so
        if told.outcome == FAILED:
            st.error(text.literal(sentences(again(told.problem), again(told.what_to_do))), icon=":material/error:")
        elif told.first:
            st.info(tr("{n:,} of {of:,} rows would leave. The first of them, as they would be there:", n=told.rows, of=told.of))
            st.dataframe([_plain(row) for row in told.first], hide_index=True, placeholder=text.MISSING)
        elif told.outcome == NOTHING_NEW:
            st.success(tr("Nothing new: the target has these very rows already."), icon=":material/check:")
        else:
            st.success(tr_n("{n:,} row was delivered.", "{n:,} rows were delivered.", told.rows), icon=":material/check:")


def _plain(row: dict) -> dict:
    return {name: str(value) if isinstance(value, list | dict) else value for name, value in row.items()}


def _head(one: Listed, zone: str) -> None:
    """What leaves and where to, how it stands, when last and next, and what to do where it failed."""
    called = f"**{text.literal(one.name)}** {in_line(STATES[state_of(one)])}"
    if one.delivery is None:
        st.markdown(called)
        st.error(text.literal(again(one.wrong)), icon=":material/error:")
        return
    what, where = tr(REPORTS[one.delivery.report].title), one.delivery.where
    st.markdown(called + "  \n" + text.literal(f"{what} → {where}") + f" :gray[{PLACES[one.delivery.target.kind]}]")
    st.caption(text.literal(" · ".join(_facts(one, zone))))
    if not one.delivery.paused and (name := missing_of(one)):
        st.warning(source_words.missing(name), icon=":material/key_off:")
        return
    entry = one.last.entry if one.last else {}
    if entry.get("problem"):
        told = st.error if entry["outcome"] == FAILED else st.warning
        icon = ":material/error:" if entry["outcome"] == FAILED else ":material/warning:"
        told(text.literal(sentences(again(entry["problem"]), again(entry["what_to_do"] or ""))), icon=icon)


def _facts(one: Listed, zone: str) -> list[str]:
    delivery, last = one.delivery, one.last
    assert delivery is not None
    rows = int(last.entry["rows"] or 0) if last else 0
    return [
        tr_n("Last: {at}, {n:,} row", "Last: {at}, {n:,} rows", rows, at=_at(last.ended_at, zone)) if last else tr("Not made yet"),
        *([] if delivery.paused else [_next(one, zone)]),
        *([tr("On behalf of {person}", person=delivery.on_behalf_of)] if delivery.on_behalf_of else []),
        *([tr("Only what changed")] if delivery.only_changes else []),
        *([] if delivery.holds_all else [GONE[delivery.gone]]),
        *([tr_n("The target has {n:,} row", "The target has {n:,} rows", one.rows_there)] if one.rows_there else []),
    ]


def _at(when: datetime, zone: str) -> str:
    return f"{moment(when.astimezone(ZoneInfo(zone)))} {zone}"


def _next(one: Listed, zone: str) -> str:
    if one.next_at:
        return tr("Next: {at}", at=_at(one.next_at, zone))
    if one.delivery and one.delivery.schedule == AFTER_IMPORT:
        return tr("Next: after new data")
    return tr("Next: by hand")


def _runs(store: Store, name: str, zone: str) -> None:
    """The newest runs that said something."""
    found = log.runs(store, name, RUNS)
    if not found:
        st.caption(tr("It was not made yet."))
    for run in found:
        said = tr("{at}: {rows:,} rows, {n:,} tries", at=_at(run.began_at, zone), rows=run.rows or 0, n=run.attempts or 0)
        st.markdown(f"{in_line(STATES[run.outcome])} {text.literal(said)}")
        if run.problem:
            st.caption(text.literal(sentences(again(run.problem), again(run.what_to_do or ""))))
