"""The parts of the page of sources: one line for each with what it needs, its log, and what to do with it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from data.importing.findings import Question
from data.importing.mapping import MappingError
from data.store.store import Store
from data.viewer import CONFIGURE, IMPORT
from data.work.pulls import Pulled
from language import InLanguage, again, mark, mark_of, tr, tr_n
from language.formats import listed
from pages.importing import words
from pages.parts import source_form, source_words
from pages.parts.source_form import REFUSED
from pages.ui import address, loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.doing import done_and_drawn
from pages.ui.downloads import offer
from pages.ui.pills import Pill, in_line
from reports.files.exports import Export
from sources import deeds, description, listing, trying
from sources.editing import ACCEPT
from sources.keys import SourceError
from sources.listing import Listed
from sources.webhook_keys import WebhookSource

PARTS = InLanguage({"in": mark("What comes in"), "out": mark("Results that leave")})
STATES: InLanguage[str, Pill] = InLanguage(
    {
        "unreadable": Pill(mark("File cannot be used"), ":material/error:", "red"),
        "no secret": Pill(mark("Secret is missing"), ":material/key_off:", "red"),
        "failing": Pill(mark_of("a source", "Fails"), ":material/error:", "red"),
        "waiting": Pill(mark("Waits for an answer"), ":material/help:", "orange"),
        "running": Pill(mark("Being read"), ":material/sync:", "blue"),
        "paused": Pill(mark_of("a source", "Paused"), ":material/pause_circle:", "gray"),
        "never": Pill(mark("Not read yet"), ":material/schedule:", "gray"),
        "fine": Pill(mark_of("a source", "Fine"), ":material/check_circle:", "green"),
    }
)
NEEDS = ("unreadable", "no secret", "failing", "waiting")
LOG = ("source", "ended_at", "outcome", "rows", "batch", "problem", "what_to_do")
EVERY = 2.0  # seconds between two looks at what is being read


def found(choice: Choice, store: Store) -> list[Listed]:
    """Every source, those that need somebody first."""
    return listing.listed(store, choice.viewer, datetime.now(UTC))


def headline(sources: Sequence[Listed]) -> str:
    """How many sources there are, and how many of them need somebody."""
    if not sources:
        return tr("Nothing comes by itself yet")
    told = tr_n("{n:,} source", "{n:,} sources", len(sources))
    needs = sum(one.state in NEEDS for one in sources)
    return tr("{told}: {n:,} to look at", told=told, n=needs) if needs else tr("{told}: all as they should be", told=told)


def nothing_yet(choice: Choice, store: Store) -> None:
    """What a source is, and which are ready."""
    st.markdown(
        tr(
            "A source brings rows by itself: a query of a database, the API of a vendor, or a webhook to which others send. Each pull is "
            "an import like any other: questions are asked, and it can be undone. These are ready:"
        )
    )
    source_form.ready(choice, store)


def board(choice: Choice, store: Store, sources: Sequence[Listed]) -> None:
    """A line for each source."""
    for one in sources:
        name = one.name
        running = one.state == "running"
        st.fragment(partial(_row, choice, store, name, running=running), run_every=EVERY if running else None)()


def _row(choice: Choice, store: Store, name: str, *, running: bool) -> None:
    """One source: what and how, last and next, how much; and what can be done with it. Drawn anew by itself while it is read, and once that
    ended the whole page is: what stands above and below it tells of it, too."""
    one = listing.one(store, choice.viewer, name, datetime.now(UTC))
    if one is None:
        return
    if running and one.state != "running":
        st.rerun()
    with st.container(border=True, key=f"source-{name}", gap="small"):
        what, when, deeds = st.columns([5, 4.5, 3.8], vertical_alignment="center")
        what.markdown(f"**{text.literal(name)}** {in_line(STATES[one.state])}  \n:small[{text.literal(source_words.about(one))}]")
        when.markdown("  \n".join(f":small[{text.literal(line)}]" for line in source_words.course(one, datetime.now(UTC), store.timezone)))
        with deeds.container(horizontal=True, horizontal_alignment="right", gap="small", wrap=False):
            _deeds(choice, store, one)
        _needs(choice, store, one)


def _deeds(choice: Choice, store: Store, one: Listed) -> None:
    running = one.state == "running"
    label = tr("Import now") if isinstance(one.source, WebhookSource) else tr("Read now")
    if one.source and st.button(label, key=f"run-{one.name}", disabled=running, icon=":material/play_arrow:"):
        done_and_drawn(partial(trying.run, store, choice.viewer, one.name), REFUSED)
    with st.popover("", icon=":material/more_horiz:", type="tertiary", key=f"more-{one.name}", help=tr("More")):
        _more(choice, store, one)


def _more(choice: Choice, store: Store, one: Listed) -> None:
    """What is done with a source less often; what changes it for who may configure imports."""
    name, viewer, may = one.name, choice.viewer, choice.viewer.may(CONFIGURE, "imports")
    if one.source and may:
        paused = one.source.paused
        icon = ":material/play_arrow:" if paused else ":material/pause:"
        if st.button(tr("Go on") if paused else tr("Pause"), key=f"pause-{name}", icon=icon, type="tertiary"):
            done_and_drawn(partial(deeds.pause, store, viewer, name, paused=not paused), REFUSED)
    if one.source and not isinstance(one.source, WebhookSource):
        about = tr("Reads all that the source has, whatever is in: what is known already counts once.")
        if st.button(tr("Read everything again"), key=f"again-{name}", icon=":material/restart_alt:", type="tertiary", help=about):
            done_and_drawn(partial(trying.run, store, viewer, name, from_start=True), REFUSED)
    if may and st.button(tr("Edit"), key=f"edit-source-{name}", icon=":material/edit:", type="tertiary"):
        source_form.edit(choice, store, name)
    make = partial(_toml, store, choice, name)
    offer(
        tr("Its file (TOML)"), f"{name}.toml", make, lambda: Export("source", "imports", ("toml",), asked={"source": name}), choice.looking,
        key=f"toml-{name}", type="tertiary", icon=":material/download:",
    )  # fmt: skip
    if may and st.button(tr("Remove"), key=f"remove-{name}", icon=":material/delete:", type="tertiary"):
        st.dialog(tr("Remove this source?"))(_remove)(choice, store, name)


def _toml(store: Store, choice: Choice, name: str) -> bytes:
    return description.text(store.path, name).encode()


def _remove(choice: Choice, store: Store, name: str) -> None:
    st.write(tr("What “{name}” brought stays, and so does its log; nothing more comes from it.", name=text.literal(name)))
    if st.button(tr("Remove"), type="primary", key="really-remove"):
        done_and_drawn(partial(deeds.remove, store, choice.viewer, name), REFUSED)


def _needs(choice: Choice, store: Store, one: Listed) -> None:
    """What is wrong with it, or is asked, with what to do."""
    if one.state == "unreadable":
        st.error(text.literal(again(one.wrong)), icon=":material/error:")
        return
    if one.missing and one.state != "paused":
        for secret in one.missing:
            st.warning(source_words.missing(secret), icon=":material/key_off:")
    last = one.last.pulled if one.last else None
    if last and one.state == "failing":
        st.error(_told(last), icon=":material/error:")
    elif last and one.state == "waiting":
        st.warning(_told(last), icon=":material/help:")
        _answer(choice, store, one)
    elif last and last.problem and one.state == "fine":
        st.caption(f":material/info: {text.literal(again(last.problem))}")
    if one.undone:
        st.warning(_undone(one), icon=":material/undo:")
    if one.otherwise:
        st.warning(_otherwise(one), icon=":material/difference:")
    if isinstance(one.source, WebhookSource):
        _how_to_send(one)


def _otherwise(one: Listed) -> str:
    """Which batches were read otherwise than what comes now, and how all is read alike."""
    batches = listed([str(batch) for batch in one.otherwise])
    return tr(
        "Read otherwise than what comes now: batch {batches}. Figures of both together mean two things. To have all read alike, undo them "
        "and read everything again.",
        batches=batches,
    )


def _undone(one: Listed) -> str:
    """What was undone of a source, and how its rows come back."""
    batches = listed([str(batch) for batch in one.undone])
    if isinstance(one.source, WebhookSource):
        return tr("Undone: batch {batches}. Their rows do not come again by themselves: redo them.", batches=batches)
    return tr("Undone: batch {batches}. Their rows do not come again by themselves: redo them, or pull everything again.", batches=batches)


def _told(pulled: Pulled) -> str:
    said = [text.literal(again(pulled.problem or ""))]
    said += [tr("What to do: {what}", what=text.literal(again(pulled.what_to_do)))] if pulled.what_to_do else []
    return "  \n".join(said)


def _answer(choice: Choice, store: Store, one: Listed) -> None:
    """What is asked of what waits, each with its choices; and the way to where it can be looked at row by row."""
    part = next(iter(one.asked), one.last.pulled.source if one.last else one.name)
    if to_accept := next((asked for asked in one.asked.get(part, []) if asked.option == ACCEPT), None):
        if st.button(tr("Accept it as it is"), key=f"accept-{one.name}", icon=":material/check:", help=tr(FOR_ALL)):
            done_and_drawn(partial(trying.answer, store, choice.viewer, one.name, {ACCEPT: to_accept.choices[0]}), REFUSED)
        return
    said = {question.option: _one_of(one.name, question) for question in one.asked.get(part, []) if question.choices}
    with st.container(horizontal=True, gap="small"):
        given = {option: answered for option, answered in said.items() if answered}
        if said and st.button(tr("Answer"), key=f"say-{one.name}", type="primary", disabled=len(given) < len(said), help=tr(FOR_ALL)):
            done_and_drawn(partial(trying.answer, store, choice.viewer, one.name, given), REFUSED)
        if st.button(tr("Answer on the page Import"), key=f"answer-{one.name}", icon=":material/quiz:"):
            _to_import(choice, store, one, part)


FOR_ALL = mark("Keep this for all that comes")


def _one_of(name: str, question: Question) -> str | None:
    """A question of the import, and what was chosen."""
    told = {choice: words.ANSWERS.get((question.option, choice), choice) for choice in question.choices}
    label = text.literal(again(question.text))
    return st.selectbox(
        label, list(told), None, format_func=told.__getitem__, key=f"asked-{name}-{question.option}", placeholder=tr("Yours")
    )


def _to_import(choice: Choice, store: Store, one: Listed, part: str) -> None:
    desk = address.desk()
    try:
        laid = trying.to_import_page(store, choice.viewer, one.name, part, desk)
    except (SourceError, MappingError) as error:
        st.error(text.literal(again(error)), icon=":material/error:")
        return
    if laid:
        address.keep_desk(desk)
        address.go_to("imports.py", desk=desk)


def _how_to_send(one: Listed) -> None:
    """Where others send, and a try of it."""
    assert isinstance(one.source, WebhookSource)
    with st.expander(tr("Address, and how to try it"), icon=":material/webhook:", key=f"send-{one.name}"):
        url = f"{address.site() or 'http://127.0.0.1:8501'}/api/webhooks/{one.name.replace(' ', '%20')}"
        st.code(url, language=None)
        st.caption(source_words.how_signed(one.source))
        st.code(source_words.curl(one.source, url), language="bash", wrap_lines=True)


def notice(choice: Choice, store: Store) -> None:
    """On another page: which sources need somebody, with the way there; nothing where none does, and for who may not see them."""
    if not choice.viewer.may(IMPORT, "imports") or not choice.viewer.sees_all or choice.company != "own":
        return
    names = [one.name for one in found(choice, store) if one.state in NEEDS]
    if names:
        st.warning(tr("Sources that need you: {names}", names=text.literal(listed(names))), icon=":material/cloud_sync:")
        address.link("data_sources.py", tr("Go to Sources"), ":material/cloud_sync:")


def log(choice: Choice) -> None:
    """The pulls that said something new, newest first, with the way to undo; nothing where there is none."""
    report = loaders.report(choice.company, "source-pulls", choice.viewer, unfiltered(choice.question))
    if report.rows.is_empty():
        return
    st.header(tr("Log of pulls"))
    tables.table(report, "source-pulls", columns=LOG, height=360)
    st.caption(tr("Each import is on the page Import, where it is undone and redone."))
    address.link("imports.py", tr("Go to Import"), ":material/upload_file:")
