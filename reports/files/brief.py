"""A brief for the call: one account on one sheet, from the same reports that its page shows."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import run
from reports.customers.accounts import accounts
from reports.files.pdf import Document, Section, figure, footer, table_section, told, typeset
from reports.narrow import only
from reports.report import Question, Report

LONGEST, CELL = 120, 60  # signs of a name, and of a cell
LONGEST_AHEAD = 365  # days in which a renewal is looked for
TABLES = {
    "activities": ("Conversations and tasks", ("done_on", "due_on", "kind", "status", "body"), 4),
    "tickets": ("Latest tickets", ("opened_at", "status", "priority", "resolved_at", "csat"), 4),
    "features": ("Features: events in 30 days, and in the 30 before", ("event", "count", "count_before", "last_used"), 6),
    "contract-lines": ("Contract lines, the latest first", ("product", "starts_on", "ends_on", "arr", "seats"), 5),
    "contacts": ("Contacts", ("name", "role", "is_champion", "email"), 4),
}  # fmt: skip


def account_brief(store: Store, viewer: Viewer, question: Question, account_id: str, made_at: datetime | None = None) -> bytes:
    """The brief of one account as PDF. Raises WrongParameter where the viewer sees no such account."""
    whole = accounts(store, viewer, replace(question, filters=()))
    report = only(whole, account_id)
    if report.rows.is_empty():
        raise WrongParameter(f"There is no account {account_id!r} among those that you see.")
    alone = replace(question, filters=(("account_id", (account_id,)),))
    told_of = {name: run(name, store, viewer, alone) for name in ("today", "health", *TABLES)}
    renewals = run("renewals", store, viewer, replace(alone, within=LONGEST_AHEAD))
    about = report.rows.row(0, named=True)
    said = [about["segment"], f"owner {about['owner']}" if about["owner"] else None, f"id {account_id}"]
    subtitle = " · ".join([word for word in said if word] + [f"as of {report.parameters['as_of']}", f"in {report.currency}"])
    sections = [
        _needs(told_of["today"]),
        _renewal(renewals),
        _why(told_of["health"], run("health-record", store, viewer, replace(question, filters=()))),
    ]
    document = Document(
        _short(about["name"]), subtitle, footer(report), _figures(report, about), [section for section in sections if section],
        one_sheet=True, beside=_tables(told_of),
    )  # fmt: skip
    return typeset(document, made_at)


def _figures(report: Report, about: dict) -> list[dict]:
    of_seats = f"of {about['seats']:,} seats" if about["seats"] else ""
    health = None if about["score"] is None else int(about["score"] + 0.5)
    end = "Grace ends" if about["state"] == "in_grace" else "Next renewal"
    return [
        figure("Health, 0 to 100", health, "count", note=(about["band"] or "not known").replace("_", " ")),
        figure("ARR", about["arr"], "money", report.currency),
        figure("Monthly actives", about["mau"], "count", note=of_seats),
        figure(end, about["next_end"], "day", note=about["state"].replace("_", " ")),
    ]


def _needs(today: Report) -> Section | None:
    return Section("What needs somebody", ". ".join(today.rows["why"]) + ".") if today.rows.height else None


def _renewal(renewals: Report) -> Section | None:
    if renewals.rows.is_empty():
        return None
    row = renewals.rows.sort("ends_on").row(0, named=True)
    parts = [f"{told(row['arr'], 'money')} ARR ends on {row['ends_on']}, in {row['days_left']} day{'s' * (row['days_left'] != 1)}"]
    parts += [f"notice by {row['notice_by']}"] if row["notice_by"] else []
    parts += [f"last conversation on {row['last_conversation'] or 'no day that is logged'}"]
    parts += [f"churn probability {told(row['churn_probability'], 'ratio')}"] if row["churn_probability"] is not None else []
    why = f" What stands out (an association, not a cause): {'; '.join(row['reasons'])}." if row["reasons"] else ""
    return Section("Next renewal", "; ".join(parts) + "." + why)


def _why(health: Report, record: Report) -> Section | None:
    parts = health.rows["components"].to_list()
    if not parts or parts[0] is None:
        return None
    known = [part for part in parts[0] if not part["missing"]]
    columns = [{"title": name, "right": at > 0, "wide": at == 0} for at, name in enumerate(("Measure", "Value", "Points", "Of"))]
    rows = [
        [_called(part).capitalize(), told(part["value"], "number"), f"{part['points']:.0f}", f"{100 * part['effective_weight']:.0f}"]
        for part in known
    ]
    missing = [_called(part) for part in parts[0] if part["missing"]]
    exception = health.rows["exception"][0]
    said = [f"{exception}: this caps the band, whatever the score."] if exception else []
    said += [f"Not known: {', '.join(missing)}."] if missing else []
    return Section("Why this health", " ".join([*said, *record.notes]), columns, rows)


def _short(said: Any, most: int = LONGEST) -> Any:
    """A text that leaves room for the rest of the sheet."""
    return f"{said[:most].rstrip()}…" if isinstance(said, str) and len(said) > most else said


def _told_short(value: Any, unit: str) -> str:
    return _short(told(value, unit), CELL)


def _called(part: dict) -> str:
    return part["name"].replace("_", " ")


def _tables(told_of: dict[str, Report]) -> list[Section]:
    found = []
    for name, (heading, columns, most) in TABLES.items():
        report = told_of[name]
        if name == "contract-lines":
            report = replace(report, rows=report.rows.sort("starts_on", "product", descending=[True, False]))
        if report.rows.height:
            found.append(table_section(replace(report, rows=report.rows.head(most)), heading, columns=columns, say=_told_short))
    return found
