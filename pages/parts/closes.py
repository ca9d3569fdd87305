"""The parts of the page of closes: the board pack's buttons, the figures then and now, and the form that closes a period."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from data.approvals.gate import NeedsConsent
from data.store import open_stores
from data.viewer import EXPORT
from language import InLanguage, again, mark, tr
from pages.ui import consent, filters, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.downloads import offer
from pages.ui.figures import Figure, row
from reports.files.board_pack import Cover, board_pack
from reports.files.exports import of_document
from reports.report import Question, Report
from reports.revenue.closes import close_period
from reports.two_at_a_time import LINE
from reports.words.titles import title as title_of

COMPANY_LONGEST, COMMENT_LONGEST = 120, 2000  # signs


def pack_form(choice: Choice) -> Cover:
    """What the pack says of itself: whose it is, a comment, what it is compared with, its currency, and money in thousands."""
    rates = loaders.currencies(choice.company, choice.viewer, choice.question)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        company = st.text_input(
            tr("Company name"), key="pack-company", max_chars=COMPANY_LONGEST, placeholder=tr("Stands on the first page")
        )
        told = _currency([*rates])
        thousands = st.toggle(
            tr("Money in thousands on paper"), value=True, key="pack-thousands", help=tr("The workbook has it to the cent.")
        )
        beside = st.toggle(
            tr("Compare"), value=choice.before is not None, key="pack-compare", disabled=choice.before is None, help=tr(COMPARE)
        )
    with right:
        comment = st.text_area(
            tr("Comment"), key="pack-comment", max_chars=COMMENT_LONGEST, placeholder=tr("What the board should know"), height=200
        )
    compared = COMPARED.get(choice.compares, "")
    return Cover(company, comment, choice.before if beside else None, compared, thousands, rates.get(told))


def _currency(others: list[str]) -> str:
    """The currency that is chosen, of those that rates are known for; where none are, what to import to have a choice."""
    if others:
        return st.selectbox(tr("Currency"), [tr(OWN), *others], key="pack-currency", help=tr(CURRENCY))
    st.caption(tr("In the currency of the pages: import exchange rates (table fx_rates) to choose another."))
    return tr(OWN)


COMPARED = InLanguage({"previous_period": mark("in the previous period"), "year_before": mark("in the year before")})
OWN = mark("As on the pages")
CURRENCY = mark("All money of the pack at the rate of the period's last day; ratios stay as they are.")
COMPARE = mark("With the period chosen in the bar above; segment, period and rules are those of the bar, too.")


def covers(choice: Choice, arr: Report) -> str:
    """Which period, accounts and money the pack is of."""
    narrowed = [f"{title_of(column)}: {', '.join(values)}" for column, values in choice.question.filters] or [filters.everybody(choice)]
    span = text.span(choice.question.start, choice.question.end)
    return tr(
        "{span} · {narrowed} · money in {currency} · {rules} rules",
        span=span,
        narrowed=" · ".join(narrowed),
        currency=arr.currency,
        rules=arr.rules,
    )


def downloads(choice: Choice, cover: Cover) -> None:
    """Buttons for the pack as PDF and Excel; it is put together when one is clicked. Nothing for who may not export it."""
    if not choice.viewer.may(EXPORT, "revenue"):
        return
    name = f"board-pack_{choice.question.start}_{choice.question.end}"
    with st.container(horizontal=True, gap="small"):
        for kind, title in (("pdf", tr("PDF")), ("xlsx", tr("Excel"))):
            offer(
                title,
                f"{name}.{kind}",
                lambda kind=kind: _pack(choice, kind, cover),
                lambda kind=kind: of_document("board-pack", choice.question, [kind]),
                choice.looking,
                on_click="rerun",
                key=f"pack-{kind}",
                icon=":material/download:",
                type="primary" if kind == "pdf" else "secondary",
            )


def _pack(choice: Choice, kind: str, cover: Cover) -> bytes:
    store = open_stores.store(choice.company)
    return LINE.answer(lambda: board_pack(store, choice.viewer, choice.question, [kind], datetime.now(UTC), cover))[kind]


def latest(choice: Choice) -> Question:
    """The question of the page, about the latest close whatever its period is."""
    return replace(choice.question, start=None, end=None)


def figures(report: Report) -> list[Figure]:
    """ARR, NRR, GRR and logo retention: as they are now, and by how much that is more than what was published."""
    was, now, currency = report.total("published_arr"), report.total("present_arr"), report.currency
    title, before = tr("ARR on {to}", to=report.parameters["to"]), _against(text.money(was, currency))
    told = [Figure(title, text.money(now, currency), text.more(now, was, currency), before)]
    for name in ("nrr", "grr", "logo_retention"):
        before, after = report.total(f"published_{name}"), report.total(f"present_{name}")
        told.append(
            Figure(title_of(name), text.percent(after), text.points(after, before), _against(text.percent(before)), text.meaning(name))
        )
    return told


def _against(published: str) -> str:
    return tr("published {published}", published=published)


def since_published(choice: Choice) -> None:
    """What changed since the latest close, and the list of all."""
    st.header(tr("What changed since it was published"))
    report = loaders.report(choice.company, "restatement", choice.viewer, latest(choice))
    if report.totals:
        _changes(report)
    else:
        st.info(_nothing_closed(choice, report))
    closed = loaders.report(choice.company, "closes", choice.viewer, choice.question)
    if closed.rows.height:
        st.header(tr("Closed periods"))
        tables.table(closed, "closes")


def _nothing_closed(choice: Choice, report: Report) -> str:
    """What to do where nothing is closed; else why no close is in sight."""
    closed = loaders.report(choice.company, "closes", choice.viewer, choice.question)
    if closed.rows.height or not choice.viewer.sees_all:
        return report.notes[0]
    return tr("Nothing is closed yet. Close a period below when its figures are published; from then on, every change is explained here.")


def _changes(report: Report) -> None:
    for note in report.notes:
        st.caption(note)
    row(figures(report))
    if report.rows.height:
        st.caption(tr("What each account changed since then, and why; every column adds up to the change above it."))
        tables.table(report, "restatement")
    else:
        st.success(tr("Nothing has changed."), icon=":material/check:")


def close_form(choice: Choice) -> None:
    """Freeze the figures of the bar's period under a name."""
    with st.form("close", border=True):
        days = text.span(choice.question.start, choice.question.end)
        st.markdown(tr("**Close {days}** under the {rules} rules, for all accounts", days=days, rules=choice.question.rules))
        who = choice.viewer.person or st.text_input(tr("Your name"), key="closed-by", max_chars=80)
        st.caption(tr("The figures stand frozen from here on. A close is listed among the imports and can be undone there."))
        if st.form_submit_button(tr("Close the period")):
            _close(choice, who.strip())


def _close(choice: Choice, who: str) -> None:
    if not who:
        st.error(tr("Give your name: it is kept with the figures."))
        return
    store = open_stores.store(choice.company)
    try:
        asked = replace(choice.question, filters=())
        done = close_period(store, asked, at=datetime.now(UTC), who=who, viewer=choice.viewer)
    except NeedsConsent as needs:
        consent.keep(store, needs, choice.viewer)
        st.rerun()
    except ValueError as error:
        st.error(again(error))
        return
    st.toast(tr("Closed as batch {batch}.", batch=done.batch))
    st.rerun()
