"""The head of every page, one line: its title, and quietly which company and who looks; behind a button how fresh the data are."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from data.schema import PROPOSED_TABLES
from data.viewer import Viewer
from language import tr
from pages.ui import address, filters, loaders, states, text
from pages.ui.choice import Choice
from reports.report import Report
from reports.words.titles import title as title_of

OLD_AFTER = 2  # days
NAMED = 3  # values of a scope that are named; of more, their number


def show(choice: Choice, title: str, report: Report | None = None) -> None:
    """The head, and below it what must be said of the data. `report`: what the page shows, where it is of a day."""
    with filters.head():
        st.title(text.literal(title), anchor=False, width="content", wrap=False)
        st.caption(text.literal(_quiet(choice, report)), width="content")
        with st.popover(_freshness(choice), type="tertiary", icon=":material/database:", key="fresh"):
            _fresh(choice, report)
        if choice.company == "sample":
            st.button(tr("Use my own data"), on_click=address.use_own_data, type="tertiary", icon=":material/upload:")
    states.old_sample(choice)
    if report:
        _told(choice, report)


def _quiet(choice: Choice, report: Report | None) -> str:
    """Company and viewer; the day too where no line of filters says it: in a meeting."""
    company = tr("Sample company") if choice.company == "sample" else tr("Own data")
    looked = report.parameters.get("as_of") if report and address.presenting() else None
    return " · ".join(one for one in (company, _whose(choice.viewer), text.day(looked) if looked else "") if one)


def _whose(viewer: Viewer) -> str:
    """Whose accounts every figure of the page is of; empty for those of the whole company."""
    if viewer.owner:
        return tr("as {owner}", owner=viewer.owner)
    if viewer.within is None:
        return ""
    return tr(" or ").join(_having(column, values) for column, values in viewer.within) or tr("no account")


def _having(column: str, values: Sequence[str]) -> str:
    """The accounts whose column has one of some values, in words."""
    if column == "owner":
        return tr("accounts of {owner}", owner=values[0]) if len(values) == 1 else tr("accounts of {n:,} owners", n=len(values))
    return (
        f"{title_of(column)}: {', '.join(values)}"
        if len(values) <= NAMED
        else tr("{n:,} of {column}", n=len(values), column=title_of(column))
    )


def _freshness(choice: Choice) -> str:
    newest = _newest(choice)
    return tr("Imported {imported_at}", imported_at=text.day(newest["imported_at"])) if newest else tr("Nothing imported")


def _newest(choice: Choice) -> dict | None:
    """The newest batch that is a file that stands: not a note made on a page, nor what the program wrote itself."""
    rows = loaders.imports(choice.company).iter_rows(named=True)
    return next((row for row in rows if row["standing"] and not row["edit"] and row["table"] in PROPOSED_TABLES), None)


def _fresh(choice: Choice, report: Report | None) -> None:
    """Data as of, last import, rows rejected and rules; and the way to the sample company."""
    newest, imports = _newest(choice), loaders.imports(choice.company)
    told = [tr("Data as of {as_of}", as_of=report.parameters.get("as_of") or text.MISSING)] if report else []
    last = tr("{imported_at:%Y-%m-%d %H:%M} UTC", imported_at=newest["imported_at"]) if newest else tr("none yet")
    told.append(tr("last import {last}", last=last))
    if choice.viewer.sees_all:
        told.append(tr("{sum:,} rows rejected", sum=imports.filter(imports["standing"])["rejected"].sum()))
    told += [tr("rules: {rules}", rules=report.rules)] if report and report.rules else []
    told += [tr("made-up sample company")] if choice.company == "sample" else []
    st.caption(" · ".join(told))
    if choice.company != "sample":
        states.to_sample()


def _told(choice: Choice, report: Report) -> None:
    """Money that is told apart, wherever ARR stands; and that the figures are old."""
    for note in report.notes if report.name == "arr" else ():
        st.caption(f":material/info: {note}")
    looked = report.parameters.get("as_of")
    age = (datetime.now(UTC).date() - looked).days if looked else 0
    if age > OLD_AFTER and choice.company != "sample":
        st.caption(
            tr(":material/history: These figures are {age:,} days old: nothing newer is imported, or an earlier day is chosen.", age=age)
        )
