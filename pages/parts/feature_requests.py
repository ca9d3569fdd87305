"""The list of requests for features: the finding, the figures, and a line each with priority, decision and why."""

from typing import Any

import streamlit as st

from language import InLanguage, mark, tr, tr_n
from pages.parts import request_dialogs, task_dialogs
from pages.ui import address, folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from pages.ui.pills import Colour, Pill, pills
from reports.narrow import having, some
from reports.report import Report
from reports.words.request_words import DECISIONS, UNRANKED

SHOWN = 25  # requests; the rest is in the table
REQUEST = "request"
PLACE = "requests"
OVER = ("shipped", "declined")
STAGES = InLanguage({"waiting": mark("To be decided"), "shipped": mark("Shipped"), "declined": mark("Declined")})
COLOURS: dict[str, Colour] = {"P0": "red", "P1": "orange", "P2": "blue", "P3": "gray"}
ICONS = {
    "now": ":material/bolt:", "next quarter": ":material/event_upcoming:", "paid work": ":material/payments:",
    "later": ":material/schedule:",
}  # fmt: skip
COLUMNS = (
    "title", "rank", "priority", "decision", "decided", "customers", "arr", "exposure", "brings", "effort_days", "points", "status",
    "topic",
    "votes", "shipped_on", "to_tell",
)  # fmt: skip
FOLLOW_UP = ("name", "title", "who_asked", "owner", "shipped_on", "is_told", "told_on", "told_by", "arr", "state")
SHORT = ("title", "priority", "customers", "arr", "exposure", "decision", "decided")


def opened(report: Report) -> dict[str, Any] | None:
    """The request that the link opens; None where it opens none."""
    rows = {row["request_id"]: row for row in report.rows.iter_rows(named=True)}
    asked = address.opened_one(REQUEST, rows)
    return rows[asked] if asked else None


def headline(report: Report) -> str:
    """The finding: how many are for now, by the formula or by what a person decided."""
    waiting = stage(report, "waiting").rows.to_dicts()
    if not report.rows.height:
        return tr("No feature request is written down yet")
    now = [row["title"] for row in waiting if (row["decided"] or row["decision"]) == "now"]
    if not now:
        return tr_n("{n:,} feature request, none for now", "{n:,} feature requests, none for now", len(waiting))
    first = tr("{one}, {other}", one=now[0], other=now[1]) if len(now) > 1 else now[0]
    return tr_n(
        "{n:,} of {of:,} requests is for now: {first}",
        "{n:,} of {of:,} requests are for now: {first}",
        len(now),
        of=len(waiting),
        first=first,
    )


def stage(report: Report, name: str) -> Report:
    """The requests that are to be decided, shipped or declined."""
    others = [one for one in report.rows["status"].unique() if one not in OVER]
    return having(report, "status", *(others if name == "waiting" else [name]))


def add(choice: Choice) -> None:
    """The button that writes down another request."""
    if request_dialogs.may(choice) and st.button(tr("Write down a request"), icon=":material/add:", key="add-request"):
        request_dialogs.add(choice, PLACE)


def notes(report: Report) -> None:
    """What must be known to read the page: of whose accounts it is, and what counts nowhere."""
    for note in report.notes:
        st.caption(f":material/info: {text.literal(note)}")


def figures(choice: Choice, report: Report) -> list[Figure]:
    """What waits, who asks and what that is worth, what of it renews, and whom to tell; each opens."""
    of, waiting = report.total, stage(report, "waiting")
    told = loaders.report(choice.company, "request-follow-up", choice.viewer, choice.now)
    asks, renews = of("customers") or 0, of("renewing") or 0
    soon = tr_n("{n:,} customer who asks and renews", "{n:,} customers who ask and renew", renews)
    return [
        Figure(
            tr("To be decided"), f"{of('requests'):,}", tr("{n:,} of P0", n=of("p0") or 0), better="neither", about=tr(ABOUT),
            opens=tables.behind(waiting, "behind-waiting", SHORT),
        ),
        Figure(
            tr("Customers who ask"), f"{asks:,}", text.money(of("arr") or 0, report.currency), tr("ARR"), tr(ABOUT_ASKING), "neither",
            opens=tables.behind(some(waiting, "customers"), "behind-asking", SHORT),
        ),
        Figure(
            tr("ARR that renews in 90 days"), text.money(of("exposure") or 0, report.currency), soon, "", text.meaning("exposure"),
            "neither",
            text.money_in_full(of("exposure") or 0, report.currency),
            opens=tables.behind(some(waiting, "exposure"), "behind-exposure", SHORT),
        ),
        Figure(
            tr("To be told"), f"{of('to_tell'):,}", about=tr(ABOUT_TELLING),
            opens=tables.behind(having(told, "is_told", False), "behind-telling", FOLLOW_UP),
        ),
    ]  # fmt: skip


ABOUT = mark("Requests that are neither shipped nor declined; duplicates count with the one that they say the same as.")
ABOUT_ASKING = mark(
    "Customers who ask for any of these requests, each once. Former customers, prospects and votes without names are in none of it."
)
ABOUT_TELLING = mark(
    "Accounts that asked for what is shipped, and of which nobody has written down that they were told; once for each request."
)


def ranked(choice: Choice, report: Report) -> None:
    """The requests by stage, in their order; all of them as a table."""
    task_dialogs.last_done(choice, PLACE)
    if not report.rows.height:
        st.caption(tr("Write down what customers ask for here, or import it from your tool."))
        return
    chosen = address.one_of(tr("Stage"), "stage", STAGES)
    found = stage(report, chosen)
    if not found.rows.height:
        st.caption(tr("None."))
    with st.container(gap=None, key="work-requests"):
        for row in found.rows.head(SHOWN).iter_rows(named=True):
            _line(row, report)
    folds.fold(
        tr("All as a table"),
        "all-requests",
        lambda: tables.table(having(report, "status", *report.rows["status"]), "requests", columns=COLUMNS),
        ":material/table_rows:",
    )


def _line(row: dict[str, Any], report: Report) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-{row['request_id']}", gap="small"):
        with st.container(width=380, gap=None):
            title, key = f"**{text.literal(row['title'])}**", f"open-request-{row['request_id']}"
            st.button(title, key=key, type="tertiary", on_click=address.open_one, args=(REQUEST, row["request_id"]))
            st.caption(text.literal(worth(row, report)))
        with st.container(horizontal=True, gap="xsmall", width="stretch"):
            pills(marks(row))


def worth(row: dict[str, Any], report: Report) -> str:
    """Who asks, and what that is worth."""
    told = [
        tr_n("{n:,} customer", "{n:,} customers", row["customers"]),
        tr("{money} ARR", money=_money(row, report, "arr")) if row["arr"] else "",
        tr("{money} renews in 90 days", money=_money(row, report, "exposure")) if row["exposure"] else "",
    ]  # fmt: skip
    return " · ".join(one for one in told if one)


def _money(row: dict[str, Any], report: Report, name: str) -> str:
    return text.money(report.shown(name, row[name]) or 0, report.currency)


def marks(row: dict[str, Any]) -> list[Pill]:
    """Priority with its arithmetic, what the formula says, what a person decided, and what is not right."""
    found = [_priority(row)] if row["status"] not in OVER else []
    if row["decision"]:
        found.append(Pill(DECISIONS[row["decision"]], ICONS[row["decision"]], "gray", tr("What the formula says.")))
    if row["decided"]:
        said = tr("decided: {decision}", decision=DECISIONS[row["decided"]])
        found.append(Pill(said, ":material/gavel:", "violet", text.literal(row["decision_reason"] or "")))
    if row["to_tell"]:
        found.append(Pill(tr_n("{n:,} to be told", "{n:,} to be told", row["to_tell"]), ":material/campaign:", "orange"))
    if row["duplicates"]:
        same = tr_n("{n:,} duplicate", "{n:,} duplicates", len(row["duplicates"]))
        found.append(Pill(same, ":material/merge:", "gray", text.literal(", ".join(row["duplicates"]))))
    if row["not_right"]:
        found.append(Pill(tr("not right"), ":material/warning:", "orange", text.literal(" ".join(row["not_right"]))))
    return found


def _priority(row: dict[str, Any]) -> Pill:
    if row["priority"] is None:
        return Pill(tr("no priority: {why}", why=UNRANKED[row["unranked"]]), ":material/help:", "gray")
    why = "\n".join(f"- {text.literal(line)}" for line in row["arithmetic"])
    return Pill(row["priority"], ":material/flag:", COLOURS[row["priority"]], why)
