"""A brief for the call: one account on one sheet, from the same reports that its page shows."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import EXPORT, VIEW, Viewer
from language import InLanguage, language, mark, tr, tr_n
from language.catalogue import CHINESE, ENGLISH
from language.formats import clauses, listed, sentences
from reports.catalogue import run
from reports.customers.accounts import accounts
from reports.files import brief_story
from reports.files.pdf import Document, Section, figure, footer, table_section, told, told_day, typeset
from reports.narrow import needing, only
from reports.report import Question, Report
from reports.rights import KIND_OF
from reports.words.codes import called, said

LONGEST, CELL = 120, 60  # signs of a name, and of a cell
LONGEST_AHEAD = 365  # days in which a renewal is looked for
TABLES = InLanguage({
    "tickets": (mark("Latest tickets"), ("subject", "opened_at", "status", "priority", "resolved_at"), 3),
    "features": (mark("Features: events in 30 days, and in the 30 before"), ("feature", "count", "count_before", "last_used"), 4),
    "contract-lines": (mark("Contract lines, the latest first"), ("product", "starts_on", "ends_on", "arr", "seats"), 4),
})  # fmt: skip


def account_brief(store: Store, viewer: Viewer, question: Question, account_id: str, made_at: datetime | None = None) -> bytes:
    """The brief of one account as PDF. Raises WrongParameter where the viewer sees no such account, NotAllowed for who may not export.

    What the viewer may not view is left out of it: conversations, contracts."""
    return typeset(_document(store, viewer, question, account_id), made_at)


def account_brief_text(store: Store, viewer: Viewer, question: Question, account_id: str) -> bytes:
    """The same as plain text, to be pasted into a mail or a note. Raises as account_brief."""
    made = _document(store, viewer, question, account_id)
    figures = [f"{one['label']}: {one['value']}" + (f" ({one['note']})" if one.get("note") else "") for one in made.figures]
    parts = [f"{made.title}\n{made.subtitle}", "\n".join(figures), *(_as_text(one) for one in (*made.sections, *made.beside)), made.footer]
    return "\n\n".join(part for part in parts if part).encode()


def _as_text(section: Section) -> str:
    heads = " | ".join(column["title"] for column in section.columns)
    return "\n".join(line for line in (section.title, section.text, heads, *(" | ".join(row) for row in section.rows)) if line)


def _document(store: Store, viewer: Viewer, question: Question, account_id: str) -> Document:
    viewer = viewer.allowed(EXPORT, "accounts")
    whole = accounts(store, viewer, replace(question, filters=()))
    report = only(whole, account_id)
    if report.rows.is_empty():
        raise WrongParameter(tr("There is no account {account_id!r} among those that you see.", account_id=account_id))
    alone = replace(question, filters=(("account_id", (account_id,)),))
    told_of = {
        name: run(name, store, viewer, alone)
        for name in ("today", "health", "health-change", *TABLES, *brief_story.REPORTS)
        if viewer.may(VIEW, KIND_OF[name])
    }
    renewals = run("renewals", store, viewer, replace(alone, within=LONGEST_AHEAD)) if viewer.may(VIEW, KIND_OF["renewals"]) else None
    about = report.rows.row(0, named=True)
    owner = tr("owner {owner}", owner=about["owner"]) if about["owner"] else None
    as_of = tr("as of {day}", day=told_day(report.parameters["as_of"]))
    told_all = [about["segment"], owner, tr("id {account_id}", account_id=account_id), as_of, tr("in {currency}", currency=report.currency)]
    subtitle = " · ".join(word for word in told_all if word)
    sections = [
        *brief_story.told_first(told_of),
        _needs(needing(told_of["today"])),
        _renewal(renewals) if renewals else None,
        _why(told_of["health"], told_of["health-change"], run("health-record", store, viewer, replace(question, filters=()))),
    ]
    return Document(
        _short(about["name"]), subtitle, footer(report.exported_by(viewer)), _figures(report, about), [one for one in sections if one],
        one_sheet=True, beside=_tables(told_of),
    )  # fmt: skip


def _figures(report: Report, about: dict) -> list[dict]:
    of_seats = tr("of {seats:,} seats", seats=about["seats"]) if about["seats"] else ""
    health = None if about["score"] is None else int(about["score"] + 0.5)
    end = tr("Grace ends") if about["state"] == "in_grace" else tr("Next renewal")
    band = said("band", about["band"]) or tr("not known")
    return [
        figure(tr("Health, 0 to 100"), health, "count", note=band.replace("_", " ")),
        figure("ARR", about["arr"], "money", report.currency),
        figure(tr("Monthly actives"), about["mau"], "count", note=of_seats),
        figure(end, about["next_end"], "day", note=said("state", about["state"]).replace("_", " ")),
    ]


def _needs(today: Report) -> Section | None:
    if not today.rows.height:
        return None
    stop = "。" if language() == CHINESE else "."
    return Section(tr("What needs somebody"), sentences(*(f"{why}{stop}" for why in today.rows["why"])))


def _renewal(renewals: Report) -> Section | None:
    if renewals.rows.is_empty():
        return None
    row = renewals.rows.sort("ends_on").row(0, named=True)
    ends = tr_n("{arr} ARR ends on {day}, in {n} day", "{arr} ARR ends on {day}, in {n} days", row["days_left"],
                arr=told(row["arr"], "money"), day=told_day(row["ends_on"]))  # fmt: skip
    notice = tr("notice by {day}", day=told_day(row["notice_by"])) if row["notice_by"] else ""
    risk = tr("churn probability {probability}", probability=told(row["churn_probability"], "ratio"))
    parts = clauses(ends, notice, _talked(row["last_conversation"]), risk if row["churn_probability"] is not None else "")
    why = tr("What stands out (an association, not a cause): {reasons}.", reasons=clauses(*row["reasons"])) if row["reasons"] else ""
    return Section(tr("Next renewal"), sentences(tr("{clauses}.", clauses=parts), why))


def _talked(day: date | None) -> str:
    return tr("last conversation on {day}", day=told_day(day)) if day else tr("last conversation on no day that is logged")


def _why(health: Report, change: Report, record: Report) -> Section | None:
    parts = health.rows["components"].to_list()
    if not parts or parts[0] is None:
        return None
    known = [part for part in parts[0] if not part["missing"]]
    columns = [
        {"title": name, "right": at > 0, "wide": at == 0} for at, name in enumerate((tr("Measure"), tr("Value"), tr("Points"), tr("Of")))
    ]
    rows = [
        [_headed(part), told(part["value"], "number"), f"{part['points']:.0f}", f"{100 * part['effective_weight']:.0f}"] for part in known
    ]
    missing = [_called(part) for part in parts[0] if part["missing"]]
    exception = health.rows["exception"][0]
    capped = tr("{exception}: this caps the band, whatever the score.", exception=exception) if exception else ""
    lacking = tr("Not known: {measures}.", measures=listed(missing)) if missing else ""
    return Section(tr("Why this health"), sentences(capped, _moved(change), lacking, *record.notes), columns, rows)


def _moved(change: Report) -> str:
    """What moved the score since 30 days, in a sentence; empty where nothing did, or a day has no score."""
    row = change.rows.row(0, named=True)
    return tr("Since {day} {why}.", day=told_day(row["since"]), why=row["why"]) if row["moved"] else ""


def _short(said: Any, most: int = LONGEST) -> Any:
    """A text that leaves room for the rest of the sheet."""
    return f"{said[:most].rstrip()}…" if isinstance(said, str) and len(said) > most else said


def _told_short(value: Any, unit: str) -> str:
    return _short(told(value, unit), CELL)


def _called(part: dict) -> str:
    return called(part["name"])


def _headed(part: dict) -> str:
    return _called(part).capitalize() if language() == ENGLISH else _called(part)


def _tables(told_of: dict[str, Report]) -> list[Section]:
    found = []
    for name, (heading, columns, most) in TABLES.items():
        if name not in told_of:
            continue
        report = told_of[name]
        if name == "contract-lines":
            report = replace(report, rows=report.rows.sort("starts_on", "product", descending=[True, False]))
        if report.rows.height:
            found.append(table_section(replace(report, rows=report.rows.head(most)), heading, columns=columns, say=_told_short))
    story = [
        table_section(report, heading, columns=columns, say=_told_short)
        for report, heading, columns in brief_story.tables(told_of).values()
    ]
    return [*story, *found]
