"""The plan: one row for each file on the desk, with what it is taken for, how sure that is, its state, and what it would change."""

from collections.abc import Collection
from functools import cache, partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.importing.desk import Desk, OnDesk
from data.importing.run import Prepared
from data.log.progress import Progress
from data.schema import IMPORTED_TABLES
from data.store.store import Store
from language import again, mark, tr
from language.formats import listed, sentences
from pages.importing import asking, inside, preview, words, writing
from pages.ui import loaders, text
from pages.ui.choice import Choice, unfiltered
from reports.imports import import_plan
from reports.imports.import_plan import ASKS, IN, READY, UNDONE, UNUSABLE, Leaning, Planned
from reports.imports.known_accounts import accounts_in
from reports.imports.same_drop import together

LARGE = 20 * 1024**2  # bytes of a file for which others need not wait
MANY_ROWS = 500_000  # from here on, working out what changes takes about as long as the import; it is offered, not done unasked
WITH_MONEY = ("contracts", "fx_rates")  # tables that change figures by themselves


def show(choice: Choice, store: Store, desk: Desk, files: list[OnDesk]) -> None:
    """One row for each file, and above them what can be imported at once, and what cannot. Large files come after the others, which
    need not wait for them."""
    large = [one for one in files if one.draft.path.stat().st_size > LARGE]
    for name, group in (("", [one for one in files if one not in large]), ("large", large)):
        if group:
            _group(choice, store, desk, group, name)


def _group(choice: Choice, store: Store, desk: Desk, files: list[OnDesk], name: str) -> None:
    above = st.container()
    places = {one.draft.sha256: st.container(border=True, gap="small", key=f"file-{one.draft.key}") for one in files}
    plan, waiting, known = [], {}, cache(partial(accounts_in, store))
    for one in sorted(files, key=lambda one: one.draft.path.stat().st_size):
        with places[one.draft.sha256]:
            waiting[one.draft.sha256] = st.empty()
            with (
                waiting[one.draft.sha256].container(),
                st.spinner(tr("Looking at {file} ...", file=text.literal(one.draft.file)), show_time=True),
            ):
                plan.append(import_plan.planned(store, one, shown_in(st.empty()), known))
    plan = together(store, plan)
    with above:
        _at_once(choice, store, desk, plan, name)
        asking.suggested(desk, plan, name)
        asking.shared(desk, plan, name)
    alike, leans = import_plan.asked_alike(plan), import_plan.leaning(plan)
    for one in plan:
        with places[one.draft.sha256]:
            waiting[one.draft.sha256].empty()
            elsewhere = [option for option, some in alike.items() if any(other.draft.sha256 == one.draft.sha256 for other in some)]
            row(choice, store, desk, one, alone=len(files) == 1, elsewhere=elsewhere)
            if one.draft.sha256 in leans:
                _leaning(leans[one.draft.sha256])


def shown_in(place: DeltaGenerator) -> Progress:
    """Progress as a bar in a place of the page, once there is any, until it is done."""

    def show(share: float, doing: str) -> None:
        if 0 < share < 1:
            place.progress(share, again(doing))
        else:
            place.empty()

    return show


def row(choice: Choice, store: Store, desk: Desk, one: Planned, *, alone: bool, elsewhere: Collection[str] = ()) -> None:
    """One file: what it is, what it is taken for, its state, what it changes, what it asks; and its inside, where that is looked at."""
    what, taken, state = st.columns([3, 2.4, 4], vertical_alignment="center")
    what.markdown(f"**{text.literal(one.draft.file)}**  \n:small[:gray[{_size(one)}]]")
    with taken:
        _taken_for(desk, one)
    state.markdown("  \n".join(said for said in (_state(choice, one), _change(choice, one)) if said))
    for note in _notes(one):
        st.caption(note)
    if one.state in (IN, UNDONE):
        writing.result(choice, store, desk, one)
        if one.told.again:
            inside.show(choice, store, desk, one)
        return
    asking.answered(desk, one)
    asking.questions(desk, one, elsewhere)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        opened = st.toggle(tr("Look inside"), alone, key=f"{one.draft.key}-inside")
        st.button(tr("Take off the list"), key=f"{one.draft.key}-off", type="tertiary", on_click=desk.take_off, args=(one.draft,))
    if opened:
        inside.show(choice, store, desk, one)


def _size(one: Planned) -> str:
    kind = [words.KINDS.get(one.seen.kind, one.seen.kind)] if one.seen else []
    sheet = [tr("sheet {name}", name=text.literal(one.seen.written.sheet))] if one.seen and one.seen.written.sheet else []
    rows = [words.counted(one.rows, "row")] if one.rows is not None else []
    return " · ".join([*kind, *sheet, *rows]) or tr("not read")


def _taken_for(desk: Desk, one: Planned) -> None:
    """What the file is taken for, to be changed in place; how sure that is stands below."""
    if one.state in (IN, UNDONE):
        st.markdown(words.title(one.table or ""))
        return
    now = one.table or one.told.table
    at = IMPORTED_TABLES.index(now) if now in IMPORTED_TABLES else None
    chosen = st.selectbox(
        tr("What is in {file}", file=text.literal(one.draft.file)),
        IMPORTED_TABLES,
        at,
        format_func=words.title,
        placeholder=tr("Say what is in it"),
        key=f"{one.draft.key}-table-{now}",
        label_visibility="collapsed",
    )
    if one.guess:
        st.caption(f"{words.certainty(one.guess.certainty)}: {text.literal(one.guess.why)}")
    if chosen and chosen != now:
        desk.say(one.draft, lambda told: told.of_table(chosen))
        st.rerun()


def _state(choice: Choice, one: Planned) -> str:
    if one.ready and not one.told.looked and preview.ends(choice, one.ready):
        return tr(":orange[◐ To be looked at]")
    if one.state == ASKS:
        asked = words.counted(len(one.questions), "question") if one.questions else tr("Columns to choose")
        return f":orange[◐ {asked}]"
    if one.state == IN and one.batch:
        return tr(":green[✓ It is in: batch {batch}]", batch=one.batch.batch)
    return {READY: tr(":blue[● Ready]"), UNUSABLE: tr(":gray[✕ Not usable]"), UNDONE: tr(":orange[‖ It was undone, and counts nowhere]")}[
        one.state
    ]


def _change(choice: Choice, one: Planned) -> str:
    """What the file would change, in a few words; of one that cannot be used, why."""
    if one.problems and not one.lacking:
        return text.literal(again(one.problems[0].reason))
    if one.batch:
        return writing.came_of(one.batch)
    if one.ready is None:
        return tr(":gray[Told once it is answered]") if one.questions else ""
    if one.ready.staged.read > MANY_ROWS:
        return tr("{read:,} rows; what they change is worked out inside", read=one.ready.staged.read)
    return _money(choice, one.ready) if one.table in WITH_MONEY else _counts(choice, one.ready)


def _money(choice: Choice, ready: Prepared) -> str:
    report = loaders.import_preview(choice.company, ready.draft, ready.mapping, ready.said, unfiltered(choice.question))
    before, after = report.total("arr_before"), report.total("arr_after")
    change = text.more(after, before, report.currency) if after != before else tr("unchanged")
    counts = words.counts(report.total("accepted"), report.total("rejected"), report.total("duplicate"))
    return " · ".join((counts, text.literal(f"ARR {change}")))


def _counts(choice: Choice, ready: Prepared) -> str:
    found = loaders.import_counts(choice.company, ready.draft, ready.mapping, ready.said)
    return words.counts(found.accepted, found.rejected, found.duplicate)


def _notes(one: Planned) -> list[str]:
    same = (
        [tr("The same file was dropped again as {same}: it counts once.", same=text.literal(tr(", ").join(one.same)))] if one.same else []
    )
    return same + ([text.literal(one.note)] if one.note else [])


def _leaning(leans: Leaning) -> None:
    told = [
        tr(
            "{number:,} of its {accounts} come with {file}",
            number=number,
            accounts=words.counted(leans.accounts, "account"),
            file=text.literal(file),
        )
        for file, number in leans.others.items()
    ]
    if told:
        st.caption(tr("{told}. In whatever order the files go in, they find each other.", told=tr("; ").join(told)))


def _at_once(choice: Choice, store: Store, desk: Desk, plan: list[Planned], name: str) -> None:
    """How the files stand, the one button for all that are sure, and which those are."""
    ready = import_plan.sure(plan, partial(preview.ends, choice))
    waiting = [one for one in plan if one.state in (ASKS, READY) and one not in ready]
    done = [one for one in plan if one.state == IN]
    unusable = [one for one in plan if one.state == UNUSABLE]
    told = [
        (ready, mark("{n:,} ready")),
        (waiting, mark("{n:,} waiting for an answer")),
        (unusable, mark("{n:,} not usable")),
        (done, mark("{n:,} in")),
    ]
    if len(plan) > 1:
        counts = listed(tr(said, n=len(some)) for some, said in told if some)
        st.markdown(tr("**{files}:** {counts}", files=words.counted(len(plan), "file"), counts=counts))
    drafts, several = tuple(one.draft for one in done), len(plan) > 1
    label = tr("Import all {ready:,} files that are ready", ready=len(ready)) if len(ready) > 1 else tr("Import the file that is ready")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if ready and st.button(label, type="primary", key=f"import-all{name}"):
            writing.write(choice, store, desk, ready)
        if several and done:
            st.button(tr("Take off those that are in"), key=f"tidy{name}", type="tertiary", on_click=desk.take_off, args=drafts)
    if ready and several:
        left = [*waiting, *unusable]
        st.caption(sentences(tr("{ready}.", ready=_names(ready)), tr("Not: {left}.", left=_names(left)) if left else ""))


def _names(some: list[Planned]) -> str:
    return text.literal(tr(", ").join(one.draft.file for one in some))
