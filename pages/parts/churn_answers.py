"""Asking why an account churned: what waits on Today, on the account and on the page, the dialog, and what files say of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import UNDO as UNDOING
from data.viewer import EDIT, UNDO, VIEW, NotAllowed
from data.work.churn_reasons import SAYS, Given, answer
from data.work.writing import NOTHING
from language import InLanguage, again, mark, tr, tr_n
from language.formats import sentences
from pages.ui import folds, loaders, pills, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.marking import marked
from reports.narrow import of_reason, only
from reports.report import Question, Report

WAITS = 90  # days after a churn in which Today asks for its reason; the page Churn reasons asks for all
EVER = date(1970, 1, 1)
LISTED = 6
ASK = mark("Say why")
WHO = InLanguage({"customer": mark("The customer"), "csm": mark("CSM"), "finance": mark("Finance"), "other": mark("Somebody else")})
COULD = InLanguage({"list": mark("As the list says"), "yes": mark("Yes"), "no": mark("No")})
BEFORE = (90, 60, 30)


def may_ask(choice: Choice) -> bool:
    """Whether the viewer may write down why accounts churned."""
    return choice.viewer.may(EDIT, "activities") and choice.viewer.may(VIEW, "plays")


def today(choice: Choice, day: date | None) -> None:
    """On Today: a line for the churns of the last weeks that nobody has said a reason of; nothing where there is none."""
    if day is None or not may_ask(choice) or not choice.viewer.may(VIEW, "revenue"):
        return
    asked = replace(choice.question, start=day - timedelta(days=WAITS), end=day, by=None)
    waiting(choice, asked)


def waiting(choice: Choice, asked: Question) -> None:
    """A line that opens to the churns without a reason, each with the way to its answer; nothing where there is none. What score and
    model said before comes once it is opened."""
    found = loaders.report(choice.company, "unexplained-churns", choice.viewer, asked)
    if not found.rows.height or not may_ask(choice):
        return
    worth = text.literal(text.money(found.total("arr"), found.currency))
    said = tr_n("{n:,} churn without a reason", "{n:,} churns without a reason", found.rows.height)
    label = tr("{said} · {worth} ARR", said=said, worth=worth)

    def opened() -> None:
        _list(choice, of_reason(loaders.report(choice.company, "churned-accounts", choice.viewer, asked), None))

    folds.fold(label, "churns-without-a-reason", opened, ":material/help_center:")


def _list(choice: Choice, found: Report) -> None:
    if found.rows.height <= LISTED:
        for churn in found.rows.to_dicts():
            _line(choice, found, churn)
    else:
        tables.table(found, "unanswered", columns=("name", "arr", "churned_on", "file_says", "owner"), actions=asking(choice, found))


def _line(choice: Choice, report: Report, churn: dict[str, Any], *, named: bool = True) -> None:
    """One churn: who, when, how much, and what is known of why."""
    key = f"why-{churn['account_id']}-{churn['churned_on']}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-{key}"):
        worth = text.literal(text.money(report.shown("arr", churn["arr"]), report.currency))
        when = tr("{worth} ARR · {day}", worth=worth, day=text.day(churn["churned_on"]))
        said = f"**{text.literal(churn['name'] or churn['account_id'])}** · {when}" if named else when
        why = f" · {text.literal(churn['reason'])}" if churn["reason"] else ""
        st.markdown(f"{said}{why}", width="stretch")
        if may_ask(choice):
            label = tr("Change the answer") if churn["reason_id"] else tr(ASK)
            if st.button(label, key=key, type="tertiary", icon=":material/edit_note:"):
                dialog(choice, report, [churn])


def asking(choice: Choice, churned: Report) -> dict[str, Callable[[str], object]]:
    """What is done with the account of a row: its churns are asked after."""
    if not may_ask(choice):
        return {}
    return {ASK: lambda account: dialog(choice, churned, only(churned, account).rows.to_dicts())}


def of_account(choice: Choice, account: str, day: date | None) -> None:
    """On the account: each of its churns, with its reason or the way to it, and what was said before; nothing where it never churned."""
    if day is None or not choice.viewer.may(VIEW, "revenue"):
        return
    asked = replace(choice.question, start=EVER, end=day, by=None, filters=(("account_id", (account,)),))
    report = loaders.report(choice.company, "churned-accounts", choice.viewer, asked)
    left = loaders.report(choice.company, "uncounted-churn-answers", choice.viewer, asked)
    if report.rows.height or left.rows.height:
        st.header(tr("Why it churned"), anchor=False)
    for churn in report.rows.to_dicts():
        _line(choice, report, churn, named=False)
        st.caption(text.literal(before_in_words(churn)))
    for one in left.rows.to_dicts():
        st.caption(_no_churn(one))


def before_in_words(churn: dict[str, Any]) -> str:
    """What score and model had said of a churn, so many days before."""
    said = [_of_day(churn, days) for days in BEFORE]
    return tr("{said}.", said=tr("; ").join(said))


def _of_day(churn: dict[str, Any], days: int) -> str:
    band = pills.BANDS.get(churn[f"health_{days}"], None)
    model = churn[f"probability_{days}"]
    return tr(
        "{days} days before: score {band}, model {model}",
        days=days,
        band=band.words.lower() if band else tr("not known"),
        model=tr("not known") if model is None else text.percent(model),
    )


def _no_churn(one: dict[str, Any]) -> str:
    reason = text.literal(one["reason"])
    return tr(
        "An answer for {day} ({reason}) is kept and not counted: by what is known now, the account did not churn on that day.",
        day=text.day(one["churned_on"]),
        reason=reason,
    )


def dialog(choice: Choice, report: Report, churns: Sequence[dict[str, Any]]) -> None:
    """The dialog in which somebody says why an account churned; of several churns of an account one is chosen."""
    name = text.literal(churns[0]["name"] or churns[0]["account_id"])
    st.dialog(tr("Why did {name} churn?", name=name))(_ask)(choice, report, list(churns))


def _ask(choice: Choice, report: Report, churns: list[dict[str, Any]]) -> None:
    churn = churns[0]
    if len(churns) > 1:
        days = {text.day(one["churned_on"]): one for one in churns}
        churn = days[st.radio(tr("Which churn?"), list(days), horizontal=True)]
    worth = text.literal(text.money(report.shown("arr", churn["arr"]), report.currency))
    st.caption(tr("Churned on {day}, {worth} ARR. {before}", day=text.day(churn["churned_on"]), worth=worth, before=before_in_words(churn)))
    listed = loaders.report(choice.company, "churn-reason-list", choice.viewer, unfiltered(choice.now)).rows.to_dicts()
    same = _same_name(churn["file_says"], listed)
    if churn["file_says"]:
        _file_says(churn["file_says"], same)
    key = f"{churn['account_id']}-{churn['churned_on']}"
    reason = choose(listed, churn["reason_id"] or same, f"reason-{key}")
    evidence = st.text_area(
        tr("What it rests on"), churn["evidence"] or "", key=f"evidence-{key}", placeholder=tr("Mail, call, ticket, with its day")
    )
    at = SAYS.index(churn["said_by"]) if churn["said_by"] else None
    says = st.radio(tr("Who says so?"), SAYS, at, format_func=WHO.__getitem__, horizontal=True, key=f"says-{key}")
    stands = {None: 0, True: 1, False: 2}[churn["said_preventable"]]
    could = st.radio(
        tr("Could it have been prevented?"), list(COULD), stands, format_func=COULD.__getitem__, horizontal=True, key=f"could-{key}"
    )
    own = {"list": None, "yes": True, "no": False}[could]
    given = Given(churn["account_id"], churn["churned_on"], reason or "", evidence, says or "", own, churn["batch"] or NOTHING)
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Save"), type="primary", disabled=not (reason and says), key=f"save-{key}") and save(choice, [given]):
            st.rerun()
        if churn["batch"] and choice.viewer.may(UNDO, "activities"):
            st.button(tr("Take the answer back"), key=f"back-{key}", type="tertiary", on_click=_take_back, args=(choice, churn["batch"]))


def choose(listed: list[dict[str, Any]], chosen: str | None, key: str) -> str | None:
    """The reason, of those that can be chosen, and of the one that is chosen already."""
    words = {row["reason_id"]: _two_levels(row) for row in listed if row["choosable"] or row["reason_id"] == chosen}
    at = list(words).index(chosen) if chosen in words else None
    return st.selectbox(tr("Reason"), list(words), at, format_func=words.__getitem__, key=key, placeholder=tr("Choose a reason"))


def _two_levels(row: dict[str, Any]) -> str:
    return f"{row['reason_group']} › {row['reason']}" if row["parent_id"] else tr("{reason} (no closer)", reason=row["reason"])


def _file_says(words: str, same: str | None) -> None:
    told = tr("The file says: {words}.", words=text.literal(words))
    st.caption(sentences(told, "" if same is None else tr("The list has a reason of that name; save it if it is the same.")))


def _same_name(words: str | None, listed: list[dict[str, Any]]) -> str | None:
    """The reason of just the name that a file says; no other is ever offered."""
    said = (words or "").split(" (")[0].strip().casefold()
    return next((row["reason_id"] for row in listed if said and row["choosable"] and row["reason"].casefold() == said), None)


def save(choice: Choice, given: Sequence[Given]) -> bool:
    """Write answers; what refuses them is told, and what was typed stays. Whether they were written."""
    try:
        answer(open_stores.store(choice.company), choice.viewer, given)
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return False
    st.toast(tr_n("{n:,} answer saved", "{n:,} answers saved", len(given)), icon=":material/check:")
    return True


def _take_back(choice: Choice, batch: int) -> None:
    marked(open_stores.store(choice.company), UNDOING, batch, choice.viewer, "browser")


def in_files(choice: Choice, churned: Report) -> None:
    """What files say of churns that nobody has said a reason of: each wording once, taken over by a person for all of them."""
    found = of_reason(churned, None).rows.drop_nulls("file_says").to_dicts()
    if not found or not may_ask(choice):
        return
    words = dict.fromkeys(_bare(one["file_says"]) for one in found)
    label = tr_n("What files say of {n:,} churn without a reason", "What files say of {n:,} churns without a reason", len(found))
    folds.fold(label, "churns-in-files", lambda: _wordings(choice, found, list(words)), ":material/description:")


def _bare(words: str) -> str:
    return words.split(" (")[0]


def _wordings(choice: Choice, found: list[dict[str, Any]], words: list[str]) -> None:
    listed = loaders.report(choice.company, "churn-reason-list", choice.viewer, unfiltered(choice.now)).rows.to_dicts()
    st.caption(tr("Choose which reason of the list is meant. Nothing is taken over by itself; a reason of the same name is offered."))
    for wording in words[:LISTED]:
        own = [one for one in found if _bare(one["file_says"]) == wording]
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"wording-{wording}"):
            count = tr_n("{n:,} churn", "{n:,} churns", len(own))
            st.markdown(tr("“{wording}” · {count}", wording=text.literal(wording), count=count), width="stretch")
            reason = choose(listed, _same_name(wording, listed), f"meant-{wording}")
            if st.button(tr("Take over"), key=f"take-{wording}", disabled=reason is None) and reason:
                said = tr("The file says: {words}.", words=wording)
                if save(choice, [Given(one["account_id"], one["churned_on"], reason, said, "other") for one in own]):
                    st.rerun()
    if len(words) > LISTED:
        st.caption(tr("{n:,} more wordings come up once these are taken over.", n=len(words) - LISTED))


def uncounted(choice: Choice, report: Report) -> None:
    """Answers of churns that are none any more: kept, told, and counted nowhere."""
    if report.rows.height:
        n = report.rows.height
        label = tr_n("{n:,} answer of a churn that is none any more", "{n:,} answers of churns that are none any more", n)
        folds.fold(label, "uncounted", lambda: tables.table(report, "uncounted"), ":material/undo:")
