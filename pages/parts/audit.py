"""The audit as a page: filters, the newest entries in sentences, all of them as a file, and whether it is as it was written."""

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st

from data.audit.entries import ACTIONS
from data.audit.keys import KeyUnreadable
from data.store import open_stores
from data.viewer import ADMINISTER, EXPORT, KINDS
from language import again, tr, tr_n
from pages.ui import tables, text
from pages.ui.choice import Choice
from pages.ui.downloads import offer
from pages.ui.rights import KINDS as KIND_WORDS
from reports.checks.audit import KIND, Filters, audit, everybody, whole
from reports.files.exports import Export, of_report
from reports.files.tables import as_csv, as_xlsx
from reports.report import Report
from reports.words.deeds import ACTIONS as ACTION_WORDS
from reports.words.deeds import WAYS

SHOWN = 1_000  # entries on the page; a file has all
COLUMNS = ("done_at", "who", "said", "roles", "scope", "way", "seq")
FILES = (("csv", as_csv, ":material/csv:"), ("xlsx", as_xlsx, ":material/table:"))


def filters_of(choice: Choice) -> Filters | None:
    """Which entries are asked for; None where the days are the wrong way round, which is said."""
    known = everybody(open_stores.store(choice.company), choice.viewer)
    with st.container(horizontal=True, gap="small", key="audit-filters"):
        who = st.selectbox(tr("Who"), known, None, lambda one: WAYS.get(one) or one, placeholder=tr("Everybody"), key="audit-who")
        action = st.selectbox(tr("What"), ACTIONS, None, ACTION_WORDS.__getitem__, placeholder=tr("Everything"), key="audit-action")
        kind = st.selectbox(tr("Of what kind"), [*KINDS], None, KIND_WORDS.__getitem__, placeholder=tr("Of every kind"), key="audit-kind")
        since = st.date_input(tr("From day"), None, key="audit-from", format="YYYY-MM-DD")
        until = st.date_input(tr("To day"), None, key="audit-to", format="YYYY-MM-DD")
    if since and until and until < since:
        st.info(tr("The last day lies before the first. Choose a later one."), icon=":material/event_busy:")
        return None
    return Filters(who, action, kind, _day(since), _day(until), SHOWN)


def _day(given: object) -> date | None:
    return given if isinstance(given, date) else None


def show(choice: Choice, asked: Filters) -> None:
    """The newest entries, and how many there are; where there is none, why."""
    store = open_stores.store(choice.company)
    report = audit(store, choice.viewer, asked)
    entries = int(report.total("entries") or 0)
    if not entries:
        _nothing(asked)
        return
    told = tr_n("{n} entry, the newest first; days and moments in UTC.", "{n} entries, the newest first; days and moments in UTC.", entries)
    st.caption(told)
    if entries > SHOWN:
        _all(choice, asked, entries)
    tables.table(report, "audit", columns=COLUMNS)


def _nothing(asked: Filters) -> None:
    if asked == Filters(most=SHOWN):
        st.info(tr("No entry yet: the audit begins with the next import, sign-in, export or change."))
    else:
        st.info(tr("No entry is like that. Clear a filter."))


def _all(choice: Choice, asked: Filters, entries: int) -> None:
    """The way to all entries, where the page shows the newest."""
    st.caption(tr("The newest {shown:,} are shown. Narrow the filters, or take all {entries:,} as a file.", shown=SHOWN, entries=entries))
    if not choice.viewer.may(EXPORT, KIND):
        return
    with st.container(horizontal=True, gap="small"):
        for kind, make, icon in FILES:
            told: list[Report] = []
            content = partial(_made, choice, asked, make, told)
            export = partial(_told, told, kind)
            offer(tr("All as {kind}", kind=kind.upper()), f"audit.{kind}", content, export, choice.looking, icon=icon, key=f"all-{kind}")


def _made(choice: Choice, asked: Filters, make: Callable[[Report], bytes], told: list[Report]) -> bytes:
    """A file of all entries; the report that it was made of is told on."""
    viewer = choice.viewer.for_whole_company(EXPORT, KIND)
    told[:] = [audit(open_stores.store(choice.company), viewer, whole(asked)).exported_by(viewer)]
    return make(told[0])


def _told(told: list[Report], kind: str) -> Export:
    return of_report(told[0], [kind])


def verified(choice: Choice) -> None:
    """Whether the audit is as it was written, looked at when somebody asks; what it proves is in the docs."""
    with st.expander(tr("Is the audit as it was written?"), icon=":material/verified:"):
        st.markdown(
            tr(
                "Each entry is sealed over the one before, with a key that lies beside the store. Compare all seals with the log, "
                "closes and the heads that were kept. Who has the store, the key and every copy of the heads can write it anew: keep a "
                "copy of the heads elsewhere."
            )
        )
        if st.button(tr("Compare now"), key="verify-audit", icon=":material/fact_check:"):
            _compared(choice)


def _compared(choice: Choice) -> None:
    choice.viewer.for_whole_company(ADMINISTER, KIND)
    try:
        found = open_stores.store(choice.company).verified()
    except KeyUnreadable as error:
        st.error(text.literal(again(error)), icon=":material/error:")
        return
    counts = tr("{entries:,} entries, {heads:,} heads", entries=found.entries, heads=found.heads)
    if not found.faults:
        st.success(tr("{counts}: the audit is as it was written.", counts=counts), icon=":material/verified:")
    else:
        first = "" if found.first is None else tr("The first entry that is wrong: {first}.", first=found.first)
        st.error(tr("{counts}: it is not as it was written. {first}", counts=counts, first=first), icon=":material/error:")
    for sentence in (*found.faults[:20], *found.remarks):
        st.markdown(f"- {text.literal(again(sentence))}")
