"""Writing files that are ready, and what became of each, with undo in place."""

from dataclasses import replace

import streamlit as st

from data.erasure.dropping import may_name
from data.importing import uploads
from data.importing.desk import Desk, OnDesk
from data.importing.run import Prepared, take_once
from data.log.progress import Progress
from data.store import open_stores
from data.store.account_matching import match_same_names
from data.store.store import REDO, BatchResult, Store
from data.viewer import UNDO
from language import again, tr
from pages.importing import words
from pages.ui import consent, text
from pages.ui.choice import Choice
from pages.ui.marking import marked
from reports.imports import import_plan
from reports.imports.import_plan import IN, Planned
from reports.imports.same_drop import together

WHO, BY_ITSELF = "browser", "by itself"
COUNTS = ("read", "accepted", "rejected", "duplicate", "waiting", "erased", "too_old")


def write(choice: Choice, store: Store, desk: Desk, some: list[Planned]) -> None:
    """Write files one after the other, with progress; then show the page anew, with their results. One that somebody else has brought in
    meanwhile is left. One that cannot be written stops none of the others. Once accounts came in, the others are looked at again: what
    they ask now, such as which column names the account, is asked before they go in."""
    bar, told, anew = st.progress(0.0, tr("Writing ...")), [], False
    for one in some:
        now = together(store, [import_plan.planned(store, OnDesk(one.draft, one.told, one.same))])[0] if anew else one
        why = _written(choice, store, now.ready, lambda share, doing: bar.progress(share, again(doing))) if now.ready else None
        if why is not None:
            told.append(tr("{file} was not imported, and nothing of it was kept: {why}", file=one.draft.file, why=why))
        elif now.ready and store.imports_of(one.draft.sha256):
            anew |= one.table == "accounts"
            if may_name(one.draft.path, store.erased()):
                uploads.let_go(one.draft)
                st.toast(
                    tr("{file} is in, and its upload is not kept: it names, or may name, somebody who was erased.", file=one.draft.file)
                )
                continue
            uploads.drop_parts(one.draft)
            desk.say(one.draft, lambda said: replace(said, again=False))
    bar.empty()
    if matched := match_same_names(store, BY_ITSELF):
        names = words.counted(matched.read, "name")
        st.toast(
            tr("{names} matched, being the very name of an account. Undo it in the list of imports.", names=names),
            icon=":material/join_inner:",
        )
    for sentence in told:
        st.error(tr("{sentence} The upload is still here: try again.", sentence=text.literal(sentence)))
    if not told:
        st.rerun()


def _written(choice: Choice, store: Store, ready: Prepared, progress: Progress) -> str | None:
    """Write a file, unless it is in by now; why it could not be, None where it is in, or is to be asked for as the page is drawn anew."""
    try:
        outcome = take_once(store, ready, who=WHO, progress=progress, viewer=choice.viewer)
    except Exception as error:  # whatever stops it, the person must hear that nothing was kept by half
        return again(error)
    if outcome.needs:
        consent.keep(store, outcome.needs, choice.viewer)
        return None
    return again(outcome.problems[0].reason) if outcome.refused else None


def came_of(batch: BatchResult) -> str:
    """What became of the rows of a file: 12 rows read, 10 new, 2 rejected."""
    return words.counts_of({name: getattr(batch, name) for name in COUNTS})


def result(choice: Choice, store: Store, desk: Desk, one: Planned) -> None:
    """What can be done about a file that is in, in place: undo or redo, and reading it differently."""
    batch, place = one.batch, one.draft.key
    if batch is None:
        return
    standing = one.state == IN
    with st.container(horizontal=True, gap="small"):
        said = tr("Undo batch {batch}", batch=batch.batch) if standing else tr("Redo batch {batch}", batch=batch.batch)
        if choice.viewer.may(UNDO, "imports"):
            st.button(said, on_click=_mark, args=(choice, batch.batch, standing), key=f"{place}-mark")
        st.button(tr("Read it differently, and import it again"), on_click=_again, args=(desk, one), key=f"{place}-again", type="tertiary")
        st.button(tr("Take off the list"), on_click=desk.take_off, args=(one.draft,), key=f"{place}-off", type="tertiary")


def _mark(choice: Choice, batch: int, standing: bool) -> None:
    marked(open_stores.store(choice.company), UNDO if standing else REDO, batch, choice.viewer, WHO)


def _again(desk: Desk, one: Planned) -> None:
    desk.say(one.draft, lambda told: replace(told, again=True))
