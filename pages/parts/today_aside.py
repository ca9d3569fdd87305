"""What was put aside on Today, counted, with what was said, and the way back."""

from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import NotAllowed
from data.work import answers
from language import again, tr, tr_n
from pages.parts import item_dialogs, task_dialogs
from pages.ui import address, folds, text
from pages.ui.choice import Choice
from reports.narrow import put_aside
from reports.report import Report

SHOWN = 40  # things; the rest is in the table of all items


def show(choice: Choice, report: Report) -> None:
    """How many things were put aside, folded away; nothing where none was."""
    aside = put_aside(report)
    if aside.rows.height:
        folds.fold(counted(report), "put-aside", partial(_rows, choice, aside), ":material/inventory_2:")


def counted(report: Report) -> str:
    """How many things were put off, handed over and marked as wrong, in words."""
    off, over, wrong = (report.total(name) or 0 for name in ("snoozed", "handed_over", "wrong"))
    told = [tr_n("{n:,} put off", "{n:,} put off", off)] if off else []
    told += [tr_n("{n:,} handed over", "{n:,} handed over", over)] if over else []
    told += [tr_n("{n:,} marked as wrong", "{n:,} marked as wrong", wrong)] if wrong else []
    return tr(", ").join(told)


def _rows(choice: Choice, aside: Report) -> None:
    for row in aside.rows.head(SHOWN).iter_rows(named=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-aside-{row['account_id']}-{row['kind']}"):
            name = f"**{text.literal(row['name'])}**"
            st.markdown(f"{name} · {text.literal(text.our(row['why']))}", width="content")
            st.caption(text.cell(item_dialogs.told(row)), width="content")
            if task_dialogs.may_set(choice):
                key = f"take-back-{row['account_id']}-{row['kind']}"
                st.button(tr("Take back"), key=key, type="tertiary", icon=":material/undo:", on_click=_take_back, args=(choice, row))


def _take_back(choice: Choice, row: dict[str, Any]) -> None:
    store, day = open_stores.store(choice.company), task_dialogs.day_looked_at(choice)
    try:
        answers.take_back(store, choice.viewer, answers.item_of(row), day=day)
    except (EditRefused, NotAllowed) as refused:
        st.toast(text.literal(again(refused)), icon=":material/error:", duration="long")
    else:
        address.keep_done(None)
