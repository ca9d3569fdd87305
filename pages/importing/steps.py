"""The steps of one file: recognised, mapped, asked about, checked, previewed, committed; and its result with undo in place."""

from collections.abc import Callable
from dataclasses import asdict

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.importing import uploads
from data.importing.draft import Draft
from data.importing.findings import Problem, Question
from data.importing.mapping import Mapping, MappingError
from data.importing.options import OptionValue
from data.importing.outcome import ImportRefused, NeedsAnswer, ReadingFailed
from data.importing.run import Prepared, Repeated, prepare, reading, take
from data.importing.settling import for_next_files
from data.importing.stage import Inspection
from data.log.progress import Progress
from data.log.staged import Staged
from data.store.store import BatchResult, Store
from pages.importing import mapping as import_mapping
from pages.importing import words
from pages.ui import filters, loaders, tables, text
from reports.files.rows_as_files import rejected_csv
from reports.report import Report

# From here on, working out what changes takes about as long as the import; it is offered, not done unasked.
MANY_ROWS = 500_000
FEW = 8  # choices that fit side by side
SHOWN = 1_000  # problems listed on the page; a browser has no use for a million
COLUMNS = {
    "line": st.column_config.NumberColumn("Line", format="%d", width="small"), "column": "Column", "value": "Value",
    "reason": st.column_config.TextColumn("Why, and what to do", width="large"),
}  # fmt: skip


def one_file(choice: filters.Choice, store: Store, draft: Draft) -> Prepared | None:
    """All steps of one file; what can be committed, None while something is open or the file is in already."""
    before = store.imports_of(draft.sha256)
    if before:
        result(store, draft, *before[0])
        if not st.toggle("Read this file differently, and import it again", key=f"{draft.key}-again"):
            return None
    try:
        reading, seen = recognised(draft)
        chosen = import_mapping.mapping(store, draft, seen)
        ready = asked(store, draft, chosen, reading) if chosen else None
    except Repeated:
        st.info("The file is in under just this mapping. Change the mapping above, or undo the batch first.")
        return None
    except ImportRefused as refused:
        turned_down(draft, refused.problems)
        return None
    except (MappingError, ReadingFailed, OSError) as error:
        st.error(f"{text.literal(error)} Nothing was imported, and nothing was lost.")
        return None
    return _checked_and_offered(choice, store, ready) if ready else None


def _checked_and_offered(choice: filters.Choice, store: Store, ready: Prepared) -> Prepared | None:
    draft, staged = ready.draft, ready.staged
    checked(draft, staged)
    import_mapping.keep(store, draft, for_next_files(ready.mapping))
    preview(choice, ready)
    st.markdown("**5 · Import**")
    if (staged.snapshot or staged.log) and not _looked_at(choice, ready):
        return None
    if st.button(f"Import {words.counted(staged.read - staged.rejected, 'row')}", type="primary", key=f"{draft.key}-import"):
        write(store, [ready])
    return ready


def _looked_at(choice: filters.Choice, ready: Prepared) -> bool:
    """Whether a snapshot may go in: one that ends much only once a person has said so."""
    ends = loaders.snapshot_ends(choice.company, ready.draft, ready.mapping, ready.said)
    if ends is None:
        return True
    st.warning(f"{text.literal(ends)} A line that an earlier file had and this one does not ends on the day that this one covers.")
    return st.checkbox("I have looked at what changes, and these are all lines: import it", key=f"{ready.draft.key}-looked-at")


def recognised(draft: Draft) -> tuple[dict[str, OptionValue], Inspection]:
    """How the file is to be read, where that is said, and what it is, with its first rows; the ways to read it are folded away."""
    st.markdown(f"**1 · What is in {text.literal(draft.file)}**")
    shown = st.container()
    with st.expander("How the file is written: sheet, encoding"):
        left, right = st.columns(2)
        sheet = left.text_input("Sheet", key=f"{draft.key}-sheet", placeholder="the first", help="Of an Excel workbook.")
        encoding = right.text_input(
            "Encoding", key=f"{draft.key}-encoding", placeholder="found by itself", help="For example utf-8 or cp1252."
        )
    given = reading({name: value.strip() for name, value in (("sheet", sheet), ("encoding", encoding)) if value.strip()})
    with st.spinner(f"Looking at {text.literal(draft.file)} ..."):
        seen = draft.inspected(given)
    shown.caption(f"{words.KINDS.get(seen.kind, seen.kind)} · {words.counted(len(seen.header), 'column')} · its first rows:")
    shown.dataframe(seen.sample.head(4), hide_index=True, width="stretch", height="content", key=f"{draft.key}-sample")
    return given, seen


def asked(store: Store, draft: Draft, chosen: Mapping, given: dict[str, OptionValue]) -> Prepared | None:
    """Ask what only a person can say, one question at a time; the file read and checked once all is answered, None before."""
    answers: dict[str, object] = {**given}
    while True:
        try:
            with st.spinner(f"Checking every row of {text.literal(draft.file)} ...", show_time=True):
                return prepare(store, draft, mapping=chosen, answers=answers, person=True, once=True, progress=_shown_in(st.empty()))
        except NeedsAnswer as needed:
            question = needed.questions[0]
            if question.option in answers:
                raise
        if answers == given:
            st.markdown("**What only you can say**")
        answer = _answer(draft, question)
        if answer is None:
            return None
        answers[question.option] = answer


def _shown_in(place: DeltaGenerator) -> Progress:
    """Progress as a bar in a place of the page, once there is any, until it is done."""

    def show(share: float, doing: str) -> None:
        if 0 < share < 1:
            place.progress(share, doing)
        else:
            place.empty()

    return show


def _answer(draft: Draft, question: Question) -> str | None:
    option = question.option
    with st.container(border=True):
        if not question.choices:
            day = st.date_input(text.literal(question.text), None, key=f"{draft.key}-answer-{option}")
            return day.isoformat() if day else None
        asked, key = text.literal(question.text), f"{draft.key}-answer-{option}"
        if len(question.choices) > FEW:
            chosen = st.selectbox(asked, question.choices, index=None, key=key, format_func=lambda choice: words.answer(option, choice))
        else:
            chosen = st.radio(
                asked, question.choices, index=None, key=key, horizontal=option == "currency",
                format_func=lambda choice: text.literal(words.answer(option, choice)),
            )  # fmt: skip
        if question.hint:
            st.caption(text.literal(question.hint))
    return chosen


def turned_down(draft: Draft, problems: list[Problem]) -> None:
    """Why nothing of a file can be taken."""
    st.error(f"Nothing of {text.literal(draft.file)} can be imported yet. {text.literal(problems[0].reason)} Nothing was lost.")
    if len(problems) > 1:
        _problems([asdict(problem) for problem in problems], f"{draft.key}-problems")


def checked(draft: Draft, staged: Staged) -> None:
    """Counts of the check, and each row that is rejected with its reason and as a file to fix."""
    st.markdown("**3 · Check**")
    read, good, away, again = st.columns(4)
    read.metric("Rows read", f"{staged.read:,}")
    good.metric("Can go in", f"{staged.read - staged.rejected - staged.duplicate:,}")
    away.metric("Rejected", f"{staged.rejected:,}")
    again.metric("Repeated in the file", f"{staged.duplicate:,}")
    if staged.problems.height:
        _problems(staged.problems.drop("rejected").head(SHOWN), f"{draft.key}-problems")
    if staged.problems.height > SHOWN:
        st.caption(f"The first {SHOWN:,} of {staged.problems.height:,}; the file of rejected rows has all of them.")
    if staged.rejected:
        st.download_button(
            "Rejected rows as CSV",
            lambda: rejected_csv(staged.header, staged.rejected_rows["cells"].to_list()),
            f"rejected_{draft.file}.csv",
            key=f"{draft.key}-rejected",
            on_click="ignore",
            help="Under the file's own header: fix the rows and drop the file here.",
        )


def _problems(problems: object, key: str) -> None:
    st.dataframe(problems, hide_index=True, width="stretch", column_config=COLUMNS | {"file": None, "rejected": None}, key=key)


def preview(choice: filters.Choice, ready: Prepared) -> None:
    """What the import would change, before it does."""
    draft, staged = ready.draft, ready.staged
    st.markdown("**4 · What changes**")
    if staged.read > MANY_ROWS and not st.toggle("Work it out first; it takes about as long as the import", key=f"{draft.key}-preview"):
        return
    report = loaders.import_preview(choice.company, draft, ready.mapping, ready.said, filters.unfiltered(choice.question))
    of = report.total
    st.caption(
        f"On {report.parameters['as_of']}, for all accounts. Every figure is worked out with the file in, and nothing is kept of it yet."
    )
    arr, nrr, accounts, known = st.columns(4)
    arr.metric("ARR", text.money(of("arr_after"), report.currency), _signed_money(report), help=_before(report))
    nrr.metric("NRR", text.percent(of("nrr_after")), _signed_points(of("nrr_after"), of("nrr_before")), delta_color="off")
    accounts.metric("Accounts", f"{of('accounts_after'):,}", help=f"Now {of('accounts_before'):,}.")
    known.metric("Known already", f"{of('duplicate'):,}", help="Rows that say nothing new; they are counted once.")
    for sentence in _sentences(of, report.currency):
        st.markdown(f"- {sentence}")
    if report.rows.height:
        with st.expander(f"{words.counted(report.rows.height, 'account')} whose ARR changes"):
            tables.table(report, f"{draft.key}-changes")


def _signed_money(report: Report) -> str | None:
    now, before = report.total("arr_after"), report.total("arr_before")
    return None if now == before else text.more(now, before, report.currency)


def _signed_points(now: float | None, before: float | None) -> str | None:
    return None if now == before else text.points(now, before)


def _before(report: Report) -> str:
    now, then = (text.money_in_full(report.total(f"arr_{when}"), report.currency) for when in ("before", "after"))
    return f"Now {now}, then {then}."


def _sentences(of: Callable[[str], float | None], currency: str) -> list[str]:
    told = (
        (of("accounts_starting"), "starts paying", "start paying"),
        (of("accounts_churned"), "becomes churned", "become churned"),
    )
    found = [f"{words.counted(number, 'account')} {one if number == 1 else many}." for number, one, many in told if number]
    bare = [text.money_in_full(of(f"arr_without_grace_{when}"), currency) for when in ("before", "after")]
    if bare[0] != bare[1]:
        found.append(text.literal(f"Without grace, ARR is {bare[0]} now and {bare[1]} then."))
    if waiting := of("waiting"):
        found.append(f"Waiting for an account that no import has named yet: {words.counted(waiting, 'row')}, to join when it comes.")
    if of("overlapping_after") != of("overlapping_before"):
        found.append(f"Overlapping contract lines: {of('overlapping_after'):,}, now {of('overlapping_before'):,}.")
    return found or ["No account's ARR changes."]


def write(store: Store, ready: list[Prepared]) -> None:
    """Write files one after the other, with progress; then show the page anew, with their results."""
    bar = st.progress(0.0, "Writing ...")
    for one in ready:
        try:
            outcome = take(store, one, who="browser", progress=bar.progress)
            why = outcome.problems[0].reason if outcome.refused else None
        except Exception as error:  # whatever stops it, the person must hear that nothing was kept by half
            why = str(error)
        if why is not None:
            bar.empty()
            told = text.literal(f"{one.draft.file} was not imported, and nothing of it was kept: {why}")
            st.error(f"{told} The upload is still here: try again.")
            return
        uploads.drop_parts(one.draft)
    st.rerun()


def result(store: Store, draft: Draft, batch: BatchResult, standing: bool) -> None:
    """What became of a file, with undo or redo in place."""
    counts = ", ".join(f"{getattr(batch, name):,} {said}" for name, said in _COUNTS if getattr(batch, name))
    where = f"{text.literal(draft.file)}: batch {batch.batch}, {words.title(batch.table)}: {counts}."
    if standing:
        st.success(f"It is in. {where}")
        st.button(f"Undo batch {batch.batch}", on_click=store.undo, args=(batch.batch, "browser"), key=f"{draft.key}-undo")
    else:
        st.warning(f"It was undone, and counts nowhere. {where}")
        st.button(f"Redo batch {batch.batch}", on_click=store.redo, args=(batch.batch, "browser"), key=f"{draft.key}-redo")


_COUNTS = (
    ("read", "rows read"),
    ("accepted", "new"),
    ("rejected", "rejected"),
    ("duplicate", "known already"),
    ("waiting", "waiting for an account"),
)
