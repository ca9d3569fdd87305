"""The parts of the page of erasures: who is meant, what goes and what stays, the confirmation, and the list of those done."""

import streamlit as st

from data.approvals.gate import NeedsConsent
from data.erasure.erasing import Erasure, erase, erasures, preview
from data.erasure.keys import KeyLost
from data.erasure.subjects import ACCOUNT, PERSON, ErasureRefused, Likely, Subject
from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import StoreError
from language import InLanguage, again, mark, tr
from pages.importing import words
from pages.ui import consent, loaders, text
from pages.ui.choice import Choice
from reports.revenue.erased import of_closes
from reports.words import codes

KINDS = InLanguage({PERSON: mark("A person"), ACCOUNT: mark("An account")})
ABOUT = mark(
    "Every row, text and file beside the store, of whatever import, undone ones too. There is no undo. Later files do not bring it back."
)
SAME, OTHER = "same", "other"
ANSWERS = InLanguage({SAME: mark("Is meant, too"), OTHER: mark("Is somebody else, and stays")})
PLACES = InLanguage(
    {
        "attributes": mark("Other columns of accounts"), "usage_counts": mark("Usage, counts per day"), 
        "usage_bits": mark("Usage, active days"),
        "usage_event_bits": mark("Usage, active days by event"),
        "event_ids": mark("Ids of events"), "user_links": mark("Ids of one person"), "rejected_rows": mark("Rejected rows"),
        "problems": mark("What was said of rows"), "batches": mark("The log of imports"),
        "uploads": mark("Uploads and desks on the page Import"), "inbox": mark("Files in the inbox that are done or refused"),
        "mappings": mark("Saved mappings (words blanked out)"), "replaced": mark("Stores kept from a restore or an upgrade"),
        "signins": mark("The record of sign-ins"), "deliveries": mark("What is kept about results that left"),
        "webhooks": mark("Events of webhooks that wait, or are known"),
    }
)  # fmt: skip


def show(choice: Choice) -> None:
    """Ask who is meant; show what goes; erase once the id is typed again."""
    st.caption(tr(ABOUT))
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    kind = left.selectbox(tr("What is erased"), [PERSON, ACCOUNT], format_func=KINDS.__getitem__, key="erasure-kind")
    asked = tr("Id of the contact or user, or e-mail address") if kind == PERSON else tr("Id of the account")
    named = right.text_input(asked, key=f"erasure-{kind}").strip()
    if not named:
        return
    more = st.text_input(tr("More words to blank out in texts, with commas between: a nickname, a former name"), key="erasure-words")
    said = tuple(word.strip() for word in more.split(",") if word.strip())
    try:
        subject, told = _answered(choice, Subject(kind, named, words=said))
    except (ErasureRefused, EditRefused, KeyLost, StoreError) as why:
        st.error(text.literal(again(why)), icon=":material/error:")
        return
    _goes(told)
    if told.asked:
        st.warning(tr("Answer first who of these is meant. Nothing is guessed."), icon=":material/help:")
    else:
        _confirm(choice, subject)


def _answered(choice: Choice, subject: Subject) -> tuple[Subject, Erasure]:
    """The subject with what is said of likely others, and what its erasure would take out; each answer may bring more who are likely."""
    store, answered = open_stores.store(choice.company), subject
    with st.spinner(tr("Looking for every row ...")):
        told = preview(store, choice.viewer, answered, of_closes)
    known: list[str] = []
    while fresh := [one for one in told.asked if one.entry.key not in known]:
        said = {one.entry.key: _ask(one) for one in fresh}
        known += said
        same = (*answered.same, *(key for key, answer in said.items() if answer == SAME))
        others = (*answered.others, *(key for key, answer in said.items() if answer == OTHER))
        if (same, others) == (answered.same, answered.others):
            break
        answered = Subject(subject.kind, subject.named, same, others, subject.words)
        told = preview(store, choice.viewer, answered, of_closes)
    return answered, told


def _ask(one: Likely) -> str | None:
    called = f"{one.entry.key} · {one.entry.name}" if one.entry.name else one.entry.key
    asked = f"{text.literal(called)}: {again(one.why)}"
    return st.radio(asked, [SAME, OTHER], index=None, format_func=ANSWERS.__getitem__, horizontal=True, key=f"erasure-is-{one.entry.key}")


def place(name: str) -> str:
    """Where rows are, in words."""
    return PLACES[name] if name in PLACES else words.title(name.removeprefix("rows_"))


def _goes(told: Erasure) -> None:
    st.header(tr("What goes, and what stays"))
    if told.entries:
        st.markdown(tr("Meant: {entries}", entries=text.literal(tr(", ").join(told.entries))))
    rows = [{"where": place(name), "what": tr("rows go"), "n": n} for name, n in told.rows.items()]
    rows += [{"where": place(name), "what": tr("texts, with words blanked out"), "n": n} for name, n in told.blanked.items()]
    rows += [{"where": place(name), "what": tr("beside the store"), "n": n} for name, n in told.files.items()]
    columns = {"where": tr("Where"), "n": st.column_config.NumberColumn(tr("How many"), width="small"), "what": tr("What")}
    st.dataframe(rows, hide_index=True, column_order=[*columns], column_config=columns, key="erasure-rows")
    if told.closes:
        st.markdown(tr("{n} closed periods are touched, and keep their figures.", n=len(told.closes)))
    st.markdown("\n".join(f"- {text.literal(again(sentence))}" for sentence in told.stays))
    if told.backups:
        backups = text.literal(tr(", ").join(told.backups))
        st.warning(tr("Backups written before still have it: {backups}. What to do with them: docs/ERASURE.md.", backups=backups))


def _confirm(choice: Choice, subject: Subject) -> None:
    typed = st.text_input(tr("Type {named} again to erase it", named=text.literal(subject.named)), key="erasure-confirm").strip()
    if st.button(tr("Erase for good"), type="primary", disabled=typed != subject.named, icon=":material/delete_forever:"):
        try:
            with st.spinner(tr("Writing the store anew ...")):
                told = erase(open_stores.store(choice.company), choice.viewer, subject, of_closes, who="browser")
        except NeedsConsent as needs:
            consent.keep(open_stores.store(choice.company), needs, choice.viewer)
            st.rerun()
        except (ErasureRefused, EditRefused, KeyLost, StoreError) as why:
            st.error(text.literal(again(why)), icon=":material/error:")
            return
        loaders.forget()
        st.success(tr("Erased, as erasure {number}. Whom it was of is kept nowhere.", number=told.number), icon=":material/check:")


def so_far(choice: Choice) -> None:
    """The erasures that were done: when and by whom; not of whom."""
    found = erasures(open_stores.store(choice.company), choice.viewer)
    if found.is_empty():
        return
    st.header(tr("Erasures so far"))
    rows = [
        {"erasure": row["erasure"], "erased_at": row["erased_at"], "who": codes.said("who", row["who"]), "kind": KINDS[row["kind"]],
         "rows": row["rows"]}
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    columns = {"erasure": "#", "erased_at": tr("When (UTC)"), "who": tr("Who"), "kind": tr("What is erased"), "rows": tr("Rows")}
    st.dataframe(rows, hide_index=True, column_config=columns, key="erasures")
