"""What customers say, as lists: unhappy answers that nobody answered, comments word by word, and whom nobody has asked for long."""

from dataclasses import replace

import streamlit as st

from language import InLanguage, mark, tr, tr_n
from pages.parts import renewals, task_dialogs
from pages.ui import address, folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.choice_words import DAYS
from reports.narrow import saying, where
from reports.report import Report

UNHAPPY, BETWEEN, CONTENT = ("detractor", "dissatisfied"), ("passive", "neutral"), ("promoter", "satisfied")
GROUPS = InLanguage({"all": mark("All"), "unhappy": mark("Unhappy"), "between": mark("In between"), "content": mark("Content")})
OF_GROUPS = {"unhappy": UNHAPPY, "between": BETWEEN, "content": CONTENT}
COMMENTS = ("name", "comment", "kind", "score_given", "contact", "role", "answered_at", "segment", "counts")
DUE = ("name", "comment", "kind", "score_given", "days_waiting", "arr", "contact", "owner", "answered_on")
ACCOUNTS = ("name", "arr", "days_unasked", "last_asked", "last_answered", "owner")
CONTACTS = ("name", "contact", "role", "days_unasked", "last_asked", "last_answered", "is_champion", "email")
SILENT = ("name", "contact", "silence", "arr", "last_asked", "last_answered", "others_answered", "deciders", "owner")


def _actions(choice: Choice) -> dict:
    """What can be done with a row's account: log a conversation, set a task."""
    tasks = {task_dialogs.SET: lambda account: task_dialogs.set_task(choice, account)} if task_dialogs.may_set(choice) else {}
    return {**renewals.logging(choice), **tasks}


def follow_ups(choice: Choice, report: Report) -> None:
    """Unhappy answers of late to which nobody of us has answered."""
    due = replace(where(report, "follow_up", "due", "not known"), totals={})  # two people of an account have its ARR twice
    if due.rows.is_empty():
        return
    count = due.rows.height
    said = tr_n("{n:,} unhappy answer waits for one of ours", "{n:,} unhappy answers wait for one of ours", count)
    known = report.totals["not_known"] == 0
    st.subheader(said if known else tr_n("{n:,} unhappy answer of late", "{n:,} unhappy answers of late", count), anchor=False)
    st.caption(
        tr("NPS 0 to 6, or 1 or 2 of 5, in the last 90 days, and no conversation since. Logging one takes the row off the list.")
        if known
        else tr("NPS 0 to 6, or 1 or 2 of 5, in the last 90 days. Whether anybody has answered is not known.")
    )
    tables.table(due, "follow-ups", columns=DUE, actions=_actions(choice), height=380)


def comments(choice: Choice, report: Report) -> None:
    """What was written, found by words, score and segment; a click on a comment shows all of it."""
    st.subheader(tr("What they wrote"), anchor=False)
    written = where(report, "comment", *report.rows["comment"].drop_nulls().unique())
    if written.rows.is_empty():
        st.info(tr("No answer of this period has a comment."), icon=":material/chat_bubble:")
    else:
        _found(written, *_wanted(choice))
    _off_scale(report)


def _wanted(choice: Choice) -> tuple[str, str, str | None]:
    """The words, the group of scores and the segment that are looked for."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            tr("Search comments"), key="comment-words", placeholder=tr("Words, in any case, with or without accents"), width=340
        )
        about = tr("Unhappy: NPS 0 to 6, 1 or 2 of 5. In between: 7 or 8, 3 of 5. Content: 9 or 10, 4 or 5 of 5.")
        group = address.one_of(tr("Scores"), "scores", GROUPS, about=about)
        segments = loaders.values(choice.company, "segment", choice.viewer)
        segment = (
            st.selectbox(tr("Segment"), segments, index=None, placeholder=tr("Any"), key="comment-segment", width=180) if segments else None
        )
    return words, group, segment


def _found(written: Report, words: str, group: str, segment: str | None) -> None:
    found = saying(written, "comment", words)
    found = found if group == "all" else where(found, "score_group", *OF_GROUPS[group])
    found = where(found, "segment", segment) if segment else found
    narrowed = {"search": words.strip(), "scores": group, "segment": segment}
    found = replace(found, parameters={**found.parameters, **{name: value for name, value in narrowed.items() if value and value != "all"}})
    st.caption(
        tr("{n:,} of {all:,} comments. Click one to read all of it, and where it stands.", n=found.rows.height, all=written.rows.height)
    )
    picked = tables.cell(found, "comments", ("comment",), COMMENTS)
    if picked:
        _whole(picked[0])


def _whole(row: dict) -> None:
    """One comment in full, with who wrote it, the file and line it stands in, and the way to the account."""
    with st.container(border=True, key="whole-comment"):
        st.markdown("  \n".join(text.literal(line) or "&nbsp;" for line in row["comment"].splitlines()))
        said = [row["name"], row["contact"], row["role"], tr("{kind} {score:g}", kind=row["kind"].upper(), score=row["score_given"])]
        st.caption(text.literal(" · ".join(str(one) for one in [*said, text.day(row["answered_at"].date())] if one)))
        known = row["file"] and row["line"]
        place = tr("{file}, line {line:,}", file=row["file"], line=row["line"]) if known else tr("Written in the app")
        st.caption(f":material/description: {text.literal(place)}")
        if st.button(tr("Open the account"), key="comment-account", icon=":material/domain:", type="tertiary"):
            address.open_account(row["account_id"])


def _off_scale(report: Report) -> None:
    off = where(report, "score_group", "off the scale")
    if off.rows.height:
        label = tr_n("{n:,} answer off its scale, in no figure", "{n:,} answers off their scale, in no figure", off.rows.height)
        folds.fold(label, "off-scale", lambda: tables.table(off, "off-scale", columns=(*COMMENTS, "file", "line")), ":material/rule:")


def not_asked(choice: Choice) -> None:
    """Accounts and contacts whom nobody asked for long, and decision makers who say nothing."""
    st.subheader(tr("Whom nobody has asked"), anchor=False)
    days = address.one_of(tr("Not asked for"), "unasked", DAYS, 180)
    question = replace(choice.now, unasked=days)

    def ask(name: str) -> Report:
        return loaders.report(choice.company, name, choice.viewer, question)

    folds.tabs(
        {
            tr("Accounts"): lambda: _list(choice, ask("not-asked"), "accounts-unasked", ACCOUNTS),
            tr("Contacts"): lambda: _list(choice, ask("contacts-not-asked"), "contacts-unasked", CONTACTS),
            tr("Silent decision makers"): lambda: _list(choice, ask("silent-decision-makers"), "silent-deciders", SILENT),
        },
        "unasked-tabs",
    )


def _list(choice: Choice, report: Report, key: str, columns: tuple[str, ...]) -> None:
    if report.rows.is_empty():
        st.info(tr("Nobody: everybody was asked lately, or there is nobody to ask."), icon=":material/check:")
        return
    never = report.totals.get("never_asked")
    if never is not None:
        st.caption(tr("{n:,}, of whom {never:,} were never asked; those stand first.", n=report.rows.height, never=never))
    for note in report.notes:
        st.caption(f":material/info: {text.literal(note)}")
    tables.table(report, key, columns=columns, actions=_actions(choice), height=420)
