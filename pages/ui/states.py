"""What a page says when it has little to show, or cannot show it."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from data.access.provider import is_configured
from data.settings import current_settings, on_this_machine_only
from data.store import open_stores
from data.store.store import StoreError, StoreHeld
from data.viewer import ADMINISTER, NOBODY, NotAllowed
from language import again, tr
from pages.ui import address, filters, loaders, rights, text
from pages.ui.choice import Choice
from reports.report import Report

SAMPLE_OLD_AFTER = 14  # days from which the made-up company looks deserted: its renewals pass, and nothing new comes in


def open_to_network() -> None:
    """On a server that other machines reach, although nobody signs in: say so, on every page."""
    settings = current_settings()
    if settings.open_to_network and not is_configured(settings) and not on_this_machine_only(st.get_option("server.address")):
        st.caption(tr(":material/lan: Open to the network without sign-in: whoever reaches this address sees and changes everything here."))


def stop_where_held() -> None:
    """Where another process holds the store: a page that says so, what to do, and the other company to look at meanwhile."""
    name = address.company()
    try:
        open_stores.store(name)
        return
    except StoreError as error:
        st.title(tr("The data are in use elsewhere") if isinstance(error, StoreHeld) else tr("The data cannot be opened"))
        st.error(tr("{error} Nothing was lost.", error=text.literal(again(error))), icon=":material/lock:")
    with st.container(horizontal=True, gap="small"):
        st.button(tr("Try again"), type="primary", icon=":material/refresh:")
        if name == "own" and open_stores.path_of("sample").exists():
            st.button(tr("Look at the sample company meanwhile"), on_click=address.use_sample)
    st.stop()


def old_sample(choice: Choice) -> None:
    """Where the sample company was made weeks ago: say so, and offer to make it anew, up to yesterday."""
    last = loaders.default_day("sample") if choice.company == "sample" else None
    age = (datetime.now(UTC).date() - last).days if last else 0
    if age <= SAMPLE_OLD_AFTER:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="old-sample"):
        said = tr("The made-up company ends {age:,} days ago: its next renewals have passed, and nothing new comes in.", age=age)
        st.caption(f":material/history: {said}", width="content")
        if open_stores.can_make("sample") and choice.viewer.may(ADMINISTER, "store"):
            about = tr("Takes about 15 seconds. What you noted or undid in the sample company goes; your own data stay.")
            if st.button(tr("Make it anew, up to yesterday"), icon=":material/refresh:", type="tertiary", help=about):
                _make_sample()


def _make_sample() -> None:
    bar = st.progress(0.0, tr("Making the sample company"))
    open_stores.make_anew("sample", lambda share, doing: bar.progress(share, again(doing)))
    loaders.forget()
    st.rerun()


def to_sample(key: str = "to-sample") -> None:
    """The way back to the sample company, where there is one."""
    if open_stores.path_of("sample").exists():
        about = tr("Look at the made-up company again; your own data stay.")
        st.button(tr("Sample company"), key=key, on_click=address.use_sample, type="tertiary", icon=":material/domain:", help=about)


@st.fragment
def record(choice: Choice) -> None:
    """How the health score did on past renewals, behind one quiet button; a score is never shown without it.

    Worked out once it is opened: it looks at the score on hundreds of past days, and nothing else of the page waits for it.
    """
    button = st.popover(tr("Score tested on the past"), icon=":material/fact_check:", type="tertiary", key="record", on_change="rerun")
    if button.open:
        with button:
            for note in loaders.report(choice.company, "health-record", choice.viewer, choice.question).notes:
                st.write(note)
            address.link("settings/health_lab.py", tr("Open the health lab"), ":material/science:")


@contextmanager
def finding(words: str) -> Generator[None]:
    """What the page has found, with what belongs to it quietly in the same line: what is drawn within."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="finding", gap="small"):
        st.header(text.literal(words), anchor=False, width="content")
        with st.container(horizontal=True, width="content", gap="small"):
            yield


def unknown(report: Report) -> None:
    """What a report could not look at, behind one quiet button; nothing where it saw everything."""
    if report.notes:
        with st.popover(tr("What is not known"), icon=":material/visibility_off:", type="tertiary"):
            notes(report)


def notes(report: Report) -> None:
    """What a report says of its figures, a line each: what cannot be seen, and what they leave out."""
    for note in report.notes:
        st.caption(f":material/info: {text.literal(note)}")


def empty(choice: Choice, report: Report) -> bool:
    """Say what to do when there is no account; true when that was said."""
    if report.rows.height:
        return False
    if choice.question.filters or not choice.viewer.sees_all:
        st.info(tr("No account fits the filters above. Clear one of them."), icon=":material/filter_alt_off:")
        filters.clear_all(choice, tr("Clear all filters"), "clear-all-filters")
        return True
    st.info(
        tr("Nothing is imported yet. Bring accounts, then contracts, then usage: each makes more of the pages work."),
        icon=":material/upload_file:",
    )
    with st.container(horizontal=True, gap="small"):
        address.link("imports.py", tr("Import files"), ":material/upload_file:", main=True)
        to_sample("empty-to-sample")
    return True


@contextmanager
def said_where_it_fails(page: str) -> Generator[None]:
    """Where a page fails: say so, that nothing is lost, and what to do; what happened goes to the server's log, not to the page."""
    try:
        yield
    except NotAllowed as error:
        rights.told_of(looking.viewer if (looking := filters.looking()) else NOBODY, {"page": page})
        st.info(again(error), icon=":material/lock:")
    except Exception:
        logging.getLogger(__name__).exception(tr("The page %s could not be drawn"), page)
        st.error(
            tr(
                "The page {page} could not be drawn to its end. Nothing was lost or changed. Try again; if it stays so, the "
                "cause is in the log of the server, for whoever runs it.",
                page=page,
            ),
            icon=":material/error:",
        )
        with st.container(horizontal=True, gap="small"):
            st.button(tr("Try again"), type="primary", icon=":material/refresh:", key="try-again")
            address.link("today.py", tr("Go to Today"), ":material/wb_sunny:")
