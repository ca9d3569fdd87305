"""What an import would change, before it does."""

from collections.abc import Callable

import streamlit as st

from data.importing.run import Prepared
from language import tr, tr_n
from pages.importing import words
from pages.ui import loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from reports.report import Report

# From here on, working out what changes takes about as long as the import; it is offered, not done unasked.
MANY_ROWS = 500_000


def ends(choice: Choice, ready: Prepared) -> str | None:
    """Why a person must look at a file before it goes in; None where nobody need."""
    if not (ready.staged.snapshot or ready.staged.log):
        return None
    return loaders.snapshot_ends(choice.company, ready.draft, ready.mapping, ready.said)


def show(choice: Choice, ready: Prepared) -> None:
    """What the import would change, before it does."""
    draft, staged = ready.draft, ready.staged
    st.markdown(tr("**4 · What changes**"))
    if staged.read > MANY_ROWS and not st.toggle(tr("Work it out first; it takes about as long as the import"), key=f"{draft.key}-preview"):
        return
    report = loaders.import_preview(choice.company, draft, ready.mapping, ready.said, unfiltered(choice.question))
    of = report.total
    st.caption(
        tr(
            "On {as_of}, for all accounts. Every figure is worked out with the file in, and nothing is kept of it yet.",
            as_of=report.parameters["as_of"],
        )
    )
    arr, nrr, accounts, known = st.columns(4)
    arr.metric(tr("ARR"), text.money(of("arr_after"), report.currency), _signed_money(report), help=_before(report))
    nrr.metric(tr("NRR"), text.percent(of("nrr_after")), _signed_points(of("nrr_after"), of("nrr_before")), delta_color="off")
    accounts.metric(tr("Accounts"), f"{of('accounts_after'):,}", help=tr("Now {accounts_before:,}.", accounts_before=of("accounts_before")))
    known.metric(tr("Known already"), f"{of('duplicate'):,}", help=tr("Rows that say nothing new; they are counted once."))
    for sentence in (*_sentences(of, report.currency), *report.notes):
        st.markdown(f"- {sentence}")
    if report.rows.height:
        with st.expander(tr("{height} whose ARR changes", height=words.counted(report.rows.height, "account"))):
            tables.table(report, f"{draft.key}-changes")


def _signed_money(report: Report) -> str | None:
    now, before = report.total("arr_after"), report.total("arr_before")
    return None if now == before else text.more(now, before, report.currency)


def _signed_points(now: float | None, before: float | None) -> str | None:
    return None if now == before else text.points(now, before)


def _before(report: Report) -> str:
    now, then = (text.money_in_full(report.total(f"arr_{when}"), report.currency) for when in ("before", "after"))
    return tr("Now {now}, then {then}.", now=now, then=then)


def _sentences(of: Callable[[str], float | None], currency: str) -> list[str]:
    starting, churned = of("accounts_starting"), of("accounts_churned")
    found = [tr_n("{n:,} account starts paying.", "{n:,} accounts start paying.", starting)] if starting else []
    found += [tr_n("{n:,} account becomes churned.", "{n:,} accounts become churned.", churned)] if churned else []
    bare = [text.money_in_full(of(f"arr_without_grace_{when}"), currency) for when in ("before", "after")]
    if bare[0] != bare[1]:
        found.append(text.literal(tr("Without grace, ARR is {bare} now and {bare_2} then.", bare=bare[0], bare_2=bare[1])))
    if waiting := of("waiting"):
        found.append(
            tr(
                "Waiting for an account that no import has named yet: {waiting}, to join when it comes.",
                waiting=words.counted(waiting, "row"),
            )
        )
    if erased := of("erased"):
        found.append(tr("Left out, since they are of somebody who was erased: {rows}.", rows=words.counted(erased, "row")))
    if too_old := of("too_old"):
        found.append(tr("Left out, since events of that time are kept as rollups only: {rows}.", rows=words.counted(too_old, "row")))
    if of("overlapping_after") != of("overlapping_before"):
        found.append(
            tr(
                "Overlapping contract lines: {overlapping_after:,}, now {overlapping_before:,}.",
                overlapping_after=of("overlapping_after"),
                overlapping_before=of("overlapping_before"),
            )
        )
    return found or [tr("No account's ARR changes.")]
