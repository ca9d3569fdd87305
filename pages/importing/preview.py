"""What an import would change, before it does."""

from collections.abc import Callable

import streamlit as st

from data.importing.run import Prepared
from pages.importing import words
from pages.ui import filters, loaders, tables, text
from reports.report import Report

# From here on, working out what changes takes about as long as the import; it is offered, not done unasked.
MANY_ROWS = 500_000


def ends(choice: filters.Choice, ready: Prepared) -> str | None:
    """Why a person must look at a file before it goes in; None where nobody need."""
    if not (ready.staged.snapshot or ready.staged.log):
        return None
    return loaders.snapshot_ends(choice.company, ready.draft, ready.mapping, ready.said)


def show(choice: filters.Choice, ready: Prepared) -> None:
    """What the import would change, before it does."""
    draft, staged = ready.draft, ready.staged
    st.markdown("**4 · What changes**")
    if staged.read > MANY_ROWS and not st.toggle("Work it out first; it takes about as long as the import", key=f"{draft.key}-preview"):
        return
    report = loaders.import_preview(choice.company, draft, ready.mapping, ready.said, filters.unfiltered(choice.question))
    of = report.total
    st.caption(
        f"On {report.parameters['as_of']}, for all accounts. Every figure is worked out with the file in, and nothing is kept of it yet."
    )
    arr, nrr, accounts, known = st.columns(4)
    arr.metric("ARR", text.money(of("arr_after"), report.currency), _signed_money(report), help=_before(report))
    nrr.metric("NRR", text.percent(of("nrr_after")), _signed_points(of("nrr_after"), of("nrr_before")), delta_color="off")
    accounts.metric("Accounts", f"{of('accounts_after'):,}", help=f"Now {of('accounts_before'):,}.")
    known.metric("Known already", f"{of('duplicate'):,}", help="Rows that say nothing new; they are counted once.")
    for sentence in (*_sentences(of, report.currency), *report.notes):
        st.markdown(f"- {sentence}")
    if report.rows.height:
        with st.expander(f"{words.counted(report.rows.height, 'account')} whose ARR changes"):
            tables.table(report, f"{draft.key}-changes")


def _signed_money(report: Report) -> str | None:
    now, before = report.total("arr_after"), report.total("arr_before")
    return None if now == before else text.more(now, before, report.currency)


def _signed_points(now: float | None, before: float | None) -> str | None:
    return None if now == before else text.points(now, before)


def _before(report: Report) -> str:
    now, then = (text.money_in_full(report.total(f"arr_{when}"), report.currency) for when in ("before", "after"))
    return f"Now {now}, then {then}."


def _sentences(of: Callable[[str], float | None], currency: str) -> list[str]:
    told = (
        (of("accounts_starting"), "starts paying", "start paying"),
        (of("accounts_churned"), "becomes churned", "become churned"),
    )
    found = [f"{words.counted(number, 'account')} {one if number == 1 else many}." for number, one, many in told if number]
    bare = [text.money_in_full(of(f"arr_without_grace_{when}"), currency) for when in ("before", "after")]
    if bare[0] != bare[1]:
        found.append(text.literal(f"Without grace, ARR is {bare[0]} now and {bare[1]} then."))
    if waiting := of("waiting"):
        found.append(f"Waiting for an account that no import has named yet: {words.counted(waiting, 'row')}, to join when it comes.")
    if of("overlapping_after") != of("overlapping_before"):
        found.append(f"Overlapping contract lines: {of('overlapping_after'):,}, now {of('overlapping_before'):,}.")
    return found or ["No account's ARR changes."]
