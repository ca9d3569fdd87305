"""Change of plan, or addition? Asked once a pair of products, with what each answer would move; and what was answered, to take back."""

from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.store.product_pairs import answer_pairs
from data.store.store import UNDO as UNDOING
from data.viewer import EDIT, UNDO
from language import InLanguage, again, mark, tr, tr_n
from metrics.products import ADDITION, CHANGE
from pages.ui import loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.marking import marked
from reports.report import Report

WHO = "browser"
TABLE = ("product", "next_product", "answer", "accounts", "arr")
SHOWN = 5  # pairs asked at once, and answers that can be taken back here: of many products there are thousands
ANSWERS = InLanguage({CHANGE: mark("Change of plan"), ADDITION: mark("Addition")})


def ask(choice: Choice) -> None:
    """The pairs that nobody has said anything of, each with two buttons, and those that were answered; nothing where there is neither."""
    report = loaders.report(choice.company, "product-pairs", choice.viewer, unfiltered(choice.question))
    rows = report.rows.to_dicts()
    if not rows:
        return
    waiting = [row for row in rows if row["answer"] is None]
    st.subheader(tr("Change of plan, or addition?") if waiting else tr("Changes of plan and additions"))
    if waiting:
        st.caption(
            tr(
                "One product started when another ended. Until you say what that is, the renewal stays open, and CARR counts "
                "the larger of the two. An answer holds for the pair, for all that was and all that comes; it is an import "
                "that can be undone."
            )
        )
    for row in waiting[:SHOWN]:
        _question(choice, report, row)
    answered = [row for row in rows if row["answer"] is not None]
    for row in sorted(answered, key=lambda row: row["batch"] or 0, reverse=True)[:SHOWN]:
        _answered(choice, row)
    _others(report, max(len(waiting) - SHOWN, 0), max(len(answered) - SHOWN, 0))


def _others(report: Report, waiting: int, answered: int) -> None:
    """All pairs as a table, where not each of them has a line above: those of less ARR come up once these are answered."""
    said = [tr("{waiting:,} more to answer, of less ARR", waiting=waiting)] if waiting else []
    said += [tr("{answered:,} more answered: Import takes them back", answered=answered)] if answered else []
    if said:
        with st.expander(tr("; ").join(said), key="all-pairs"):
            tables.table(report, "product-pairs", columns=TABLE)


def _question(choice: Choice, report: Report, row: dict[str, Any]) -> None:
    key = f"{row['product']}-{row['next_product']}"
    st.markdown(
        tr(
            "**{row}**, {accounts}, {arr} ARR of what ended",
            row=_pair(row),
            accounts=text.accounts(row["accounts"]),
            arr=_money("arr", row, report),
        )
    )
    if effect := _effect(row, report):
        st.caption(effect)
    with st.container(horizontal=True, gap="small", key=f"pair-{key}"):
        for answer, label in ANSWERS.items():
            idle = choice.company != "own" or not _may_answer(choice)
            st.button(label, key=f"{answer}-{key}", disabled=idle, on_click=_say, args=(choice, row, answer))


def _effect(row: dict[str, Any], report: Report) -> str:
    """What each answer would move, in words; empty where it was not worked out."""
    if row["carr_if_change"] is None:
        return ""
    kept, lost = row["kept_if_change"], row["lost_if_addition"]
    change = tr(
        "As a change of plan: CARR {carr_if_change}, {kept} more kept, kept ARR {kept_arr}.",
        carr_if_change=_moves("carr_if_change", row, report),
        kept=_renewals(kept),
        kept_arr=_moves("kept_arr_if_change", row, report),
    )
    return tr(
        "{change} As an addition: CARR {carr_if_addition}, {lost} more lost.",
        change=change,
        carr_if_addition=_moves("carr_if_addition", row, report),
        lost=_renewals(lost),
    )


def _answered(choice: Choice, row: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        by = "" if row["batch"] else tr(", said in products.toml")
        st.caption(f"{_pair(row)}: {ANSWERS[row['answer']].lower()}{by}", width="content")
        if row["batch"] and choice.company == "own" and choice.viewer.may(UNDO, "imports") and choice.viewer.sees_all:
            key = f"undo-pair-{row['product']}-{row['next_product']}"
            st.button(tr("Undo"), key=key, on_click=_undo, args=(choice, row["batch"]), type="tertiary")


def _may_answer(choice: Choice) -> bool:
    """Whether the viewer may say what products are: it holds for every account."""
    return choice.viewer.sees_all and choice.viewer.may(EDIT, "imports")


def _pair(row: dict[str, Any]) -> str:
    return f"{text.literal(row['product'])} → {text.literal(row['next_product'])}"


def _money(name: str, row: dict[str, Any], report: Report) -> str:
    return text.literal(text.money(report.shown(name, row[name]), report.currency))


def _moves(name: str, row: dict[str, Any], report: Report) -> str:
    return f"{'+' if row[name] > 0 else ''}{_money(name, row, report)}" if row[name] else tr("as now")


def _renewals(number: int) -> str:
    return tr_n("{n:,} renewal", "{n:,} renewals", number)


def _say(choice: Choice, row: dict[str, Any], answer: str) -> None:
    try:
        done = answer_pairs(open_stores.store(choice.company), [(row["product"], row["next_product"], answer)], WHO, choice.viewer)
    except EditRefused as error:
        st.toast(text.literal(again(error)), icon=":material/error:", duration="long")
        return
    st.toast(
        tr("Saved as import {batch}: {lower}. Undo it below.", batch=done.batch, lower=ANSWERS[answer].lower()), icon=":material/check:"
    )


def _undo(choice: Choice, batch: int) -> None:
    """A second click on the same button finds the batch undone already, which is what was wanted."""
    marked(open_stores.store(choice.company), UNDOING, batch, choice.viewer, WHO)
