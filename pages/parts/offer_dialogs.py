"""Dialogs of offers: made, changed, won or lost, opened again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.store import open_stores
from data.store.store import BatchResult
from data.work import offers
from data.work.offers import KINDS, Offer, Row
from language import InLanguage, mark, mark_of, tr
from metrics.today import GROWTH
from pages.parts import task_dialogs
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from reports.words.account_codes import KINDS as KIND_WORDS
from reports.words.offer_codes import OFFER_KINDS

MAKE = mark("Make an offer")
PLACE = "offers"
RESULTS = InLanguage({"won": mark("Won"), "lost": mark_of("an offer", "Lost")})


def making(choice: Choice) -> dict[str, Callable[[str], object]]:
    """What is done with the account of a row: an offer is made to it."""
    return {MAKE: lambda account: make(choice, account, None)} if task_dialogs.may_set(choice) else {}


def make(choice: Choice, account: str, source: str | None) -> None:
    """A dialog that writes down an offer to an account. source: the signal that led to it."""
    about = task_dialogs.account_row(choice, account)
    title = tr("Offer to {name}", name=text.literal(about["name"]))
    first = {"owner": about["owner"], "source": source, "made_on": task_dialogs.day_looked_at(choice)}
    st.dialog(title, icon=":material/sell:")(_form)(choice, account, first, None)


def change(choice: Choice, row: Mapping[str, Any]) -> None:
    """A dialog that says otherwise what is offered."""
    title = tr("Offer to {name}", name=text.literal(row["name"]))
    st.dialog(title, icon=":material/edit:")(_form)(choice, row["account_id"], row, Seen(row["batch"]))


def end(choice: Choice, row: Mapping[str, Any]) -> None:
    """A dialog that says how an offer ended; of one that has, that it is open again."""
    form, title = (_end_form, tr("How did it end?")) if row["state"] == "open" else (_open_form, tr("Open it again?"))
    st.dialog(title)(form)(choice, row, Seen(row["batch"]))


def _form(choice: Choice, account: str, was: Mapping[str, Any], seen: Seen | None) -> None:
    with st.form("offer", border=False):
        title = st.text_input(tr("What is offered"), was.get("title") or "", max_chars=200)
        left, right = st.columns(2)
        amount = left.number_input(tr("How much more a year"), 0.0, value=was.get("own_amount"), step=100.0, format="%.2f")
        currency = right.text_input(
            tr("Currency"),
            was.get("own_currency") or loaders.report(choice.company, "offers", choice.viewer, choice.now).currency,
            max_chars=3,
        )
        kind = left.selectbox(tr("Kind"), KINDS, _at(KINDS, was.get("kind")), format_func=_kind, placeholder=tr("Choose a kind"))
        product = right.text_input(tr("Product or plan"), was.get("product") or "", max_chars=100)
        stage = left.text_input(tr("Stage"), was.get("stage") or "", max_chars=100, placeholder=tr("proposal, negotiation ..."))
        source = _source(right, was.get("source"))
        with left:
            owner = task_dialogs.who(choice, account, was.get("owner"), tr("Who makes it"))
        made_on = right.date_input(tr("Made on"), was["made_on"], format="YYYY-MM-DD")
        if st.form_submit_button(tr("Save"), type="primary"):
            offer = Offer(title, amount, currency.strip().upper(), made_on, kind, product, stage, source, owner or "")
            _save(choice, account, was, offer, seen)


def _source(place: DeltaGenerator, first: str | None) -> str:
    """Where the idea came from: a signal by its name, or what is written."""
    options = [*GROWTH] if first is None or first in GROWTH else [first, *GROWTH]
    words = {kind: tr(KIND_WORDS[kind]) for kind in GROWTH}
    at = _at(tuple(options), first)
    chosen = place.selectbox(
        tr("Where the idea came from"), options, at, format_func=lambda one: words.get(one, one), accept_new_options=True,
        placeholder=tr("A signal, or in your own words"),
    )  # fmt: skip
    return chosen or ""


def _at(options: tuple[str, ...], value: str | None) -> int | None:
    return options.index(value) if value in options else None


def _kind(kind: str) -> str:
    return tr(OFFER_KINDS[kind])


def _save(choice: Choice, account: str, was: Mapping[str, Any], offer: Offer, seen: Seen | None) -> None:
    store = open_stores.store(choice.company)

    def deed() -> BatchResult:
        if seen is None:
            return offers.make(store, choice.viewer, account, offer)
        return offers.change(store, choice.viewer, _row(was, seen), offer)

    place = task_dialogs.PLACE.format(account=account) if seen is None else PLACE
    newest = None if seen is None else partial(_newest, choice, was)
    task_dialogs.do(deed, place, tr("Offer saved: {title}", title=offer.title), seen, newest)


def _row(row: Mapping[str, Any], seen: Seen) -> Row:
    return Row(row["offer_id"], row["account_id"], row["title"], row["made_on"], seen.batch)


def _newest(choice: Choice, row: Mapping[str, Any]) -> tuple[int, str]:
    report = loaders.report(choice.company, "offers", choice.viewer, choice.now)
    now = next((one for one in report.rows.iter_rows(named=True) if one["offer_id"] == row["offer_id"]), None)
    if now is None:
        return 0, tr("It is there no more.")
    what = tr(", ").join(word for word in (now["title"], now["stage"], now["state"]) if word)
    return now["batch"], tr("Now: {what}. Save once more to put yours in its place.", what=what)


def _end_form(choice: Choice, row: Mapping[str, Any], seen: Seen) -> None:
    with st.form("end-offer", border=False):
        words = dict(RESULTS.items())
        result = st.segmented_control(tr("How it ended"), list(words), default="won", required=True, format_func=words.__getitem__)
        day = task_dialogs.day_looked_at(choice)
        on = st.date_input(tr("On"), max(day, row["made_on"]), min_value=row["made_on"], format="YYYY-MM-DD")
        reason = st.text_input(tr("Why"), row["reason"] or "", max_chars=300)
        if st.form_submit_button(tr("Save"), type="primary"):
            store = open_stores.store(choice.company)
            deed = lambda: offers.close(store, choice.viewer, _row(row, seen), result, on, reason)  # noqa: E731
            said = tr("Won: {title}", title=row["title"]) if result == "won" else tr("Lost: {title}", title=row["title"])
            task_dialogs.do(deed, PLACE, said, seen, partial(_newest, choice, row))


def _open_form(choice: Choice, row: Mapping[str, Any], seen: Seen) -> None:
    st.write(tr("Its result and the day of it are taken off; all else stays."))
    if st.button(tr("Open it again"), type="primary"):
        store = open_stores.store(choice.company)
        deed = lambda: offers.open_again(store, choice.viewer, _row(row, seen))  # noqa: E731
        task_dialogs.do(deed, PLACE, tr("Open again: {title}", title=row["title"]), seen, partial(_newest, choice, row))
