"""The mapping step: one row for each column of the table, with what it means, where it comes from, and what is in there."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from data.audit.deeds import NotRecorded, certain
from data.importing import saved_mappings
from data.importing.desk import Desk
from data.importing.draft import Draft
from data.importing.findings import one_line
from data.importing.mapping import Mapping, MappingError
from data.importing.reader_jobs import Inspection
from data.schema import TABLES, Column
from data.store.store import Store
from data.viewer import Actor
from language import again, mark, tr
from language.formats import one_of
from pages.importing import words
from pages.ui import filters, text
from pages.ui.downloads import BROWSER, offer
from reports.files.exports import Export
from reports.imports.import_plan import Planned

PROPOSED, BY_HAND, SET_HERE = mark("Proposed from the header"), mark("Written by hand, as TOML"), mark("As set here")


def show(store: Store, desk: Desk, one: Planned) -> None:
    """Which column is which, to be changed; what is changed is kept once “Check again” is pressed, and the file is read anew."""
    st.markdown(tr("**2 · Which column is which**"))
    if one.seen is None:
        return
    _start(store, desk, one, one.seen)
    if one.guess is None:
        st.info(tr("Say what is in the file, above; then its columns are shown here."))
        return
    base = one.guess.mapping
    if one.lacking:
        lacking = one_of(words.column(name) for name in one.lacking) if one.lacking[-1] == "account_id" else _names(one.lacking)
        st.info(
            tr(
                "Still needed for {table}: {lacking}. Choose the column, then press “Check again”.",
                table=words.title(base.table),
                lacking=lacking,
            )
        )
    chosen = _form(one.draft, one.seen, base)
    if chosen is not None and chosen != base:
        desk.say(one.draft, lambda told: told.mapped(chosen.to_toml()))
        st.rerun()


def _names(lacking: Sequence[str]) -> str:
    return tr(", ").join(words.column(name) for name in lacking)


def _start(store: Store, desk: Desk, one: Planned, seen: Inspection) -> None:
    """Where the rows start from: a saved mapping that fits the header, the proposal, what was set here, or TOML written by hand."""
    fitting, told = saved_mappings.matching(store.path, seen.header), one.told
    here = [tr(SET_HERE)] if told.mapping and not told.named else []
    now = tr(SET_HERE) if here else told.named or (fitting[0] if fitting and not told.table else tr(PROPOSED))
    starts = [*fitting, tr(PROPOSED), *here, tr(BY_HAND)]
    start = st.selectbox(tr("Mapping"), starts, starts.index(now) if now in starts else None, key=f"{one.draft.key}-start-{now}", width=420)
    if start == tr(BY_HAND):
        _by_hand(desk, one)
    elif start in fitting and start != now:
        desk.say(one.draft, lambda told: told.mapped(saved_mappings.load(store.path, start).to_toml(), start))
        st.rerun()
    elif start == tr(PROPOSED) and start != now and one.table:
        desk.say(one.draft, lambda told: told.of_table(one.table or ""))
        st.rerun()


def _by_hand(desk: Desk, one: Planned) -> None:
    with st.form(f"{one.draft.key}-by-hand", border=False):
        base = one.guess.mapping if one.guess else Mapping("accounts")
        written = st.text_area(tr("The mapping as TOML"), base.to_toml(), height=260, key=f"{one.draft.key}-toml")
        used = st.form_submit_button(tr("Use it"))
    if not used:
        return
    try:
        desk.say(one.draft, lambda told: told.mapped(Mapping.from_toml(written).to_toml()))
    except MappingError as error:
        st.error(text.literal(again(error)))
        return
    st.rerun()


def _form(draft: Draft, seen: Inspection, base: Mapping) -> Mapping | None:
    """The rows; what they say once “Check again” is pressed, None before."""
    examples = {name: next((cell[:24] for cell in seen.sample[name] if cell), "") for name in seen.sample.columns}
    table, place = TABLES[base.table], f"{draft.key}-{hash(base.to_toml())}"
    with st.form(place, border=True):
        st.caption(tr("{meaning} What is not needed can stay out.", meaning=again(table.meaning)))
        front = [column for column in table.columns if column.required or column.name in {*base.given, *table.required_one_of}]
        sources = {column.name: _row(place, column, base, examples, seen) for column in front}
        rest = [column for column in table.columns if column not in front]
        if rest:
            with st.expander(words.counted(len(rest), "more column")):
                sources |= {column.name: _row(place, column, base, examples, seen) for column in rest}
        feed = st.text_input(
            tr("Name of this feed"),
            base.feed or base.table,
            key=f"{place}-feed",
            help=tr("Files that come again and again under one name belong together: overlapping exports are counted once within it."),
        )
        everything = base.table == "contracts" and st.checkbox(
            tr("These are all contract lines of this feed: a line that an earlier file had and this one does not has ended"),
            "snapshot" in base.options,
            key=f"{place}-snapshot",
        )
        pressed = st.form_submit_button(tr("Check again"))
    options = {name: value for name, value in base.options.items() if name != "snapshot"} | ({"snapshot": True} if everything else {})
    try:
        return replace(_written(base, sources, feed, seen), options=options) if pressed else None
    except MappingError as error:
        st.error(text.literal(again(error)))
        return None


def _row(place: str, column: Column, base: Mapping, examples: dict[str, str], seen: Inspection) -> str:
    name, source, sample = st.columns([3, 3, 2], vertical_alignment="center")
    needed = tr(" · needed") if column.required else ""
    name.markdown(f"**{words.column(column.name)}**{needed}  \n:small[:gray[{again(column.meaning)}]]")
    if column.name in base.when:
        rule = base.when[column.name]
        source.caption(
            text.literal(one_line(tr("From {column}, where {where} is {equals}", column=rule.column, where=rule.where, equals=rule.equals)))
        )
        return words.NOT_IN_FILE
    if column.name in base.joined:
        together = tr(", ").join(base.joined[column.name])
        source.caption(tr("From {columns}, together", columns=text.literal(together)))
        return words.NOT_IN_FILE
    options, now = _options(column, base, seen)
    chosen = source.selectbox(
        words.column(column.name),
        options,
        options.index(now),
        format_func=lambda option: words.source(option, examples),
        key=f"{place}-{column.name}",
        label_visibility="collapsed",
        accept_new_options=column.kind in ("currency", "period") or column.name == "starts_on",
    )
    if chosen in seen.sample.columns:
        found = list(dict.fromkeys(cell for cell in seen.sample[chosen] if cell))[:3]
        sample.text(" · ".join(cell[:24] for cell in found) or tr("(empty in the first rows)"))
    return chosen or words.NOT_IN_FILE


def _options(column: Column, base: Mapping, seen: Inspection) -> tuple[list[str], str]:
    """What a column can come from, and what it comes from now."""
    fixed = {"period": words.PERIODS, "currency": ("USD", "EUR", "GBP"), "bool": words.BOOLEANS}.get(column.kind, column.choices)
    given = base.constants.get(column.name)
    constants = list(dict.fromkeys([*fixed, *([str(given)] if given is not None else [])]))
    now = base.columns.get(column.name) or (f"{words.ALWAYS}{given}" if given is not None else words.NOT_IN_FILE)
    options = [words.NOT_IN_FILE, *seen.header, *(f"{words.ALWAYS}{value}" for value in constants)]
    return ([*options, now] if now not in options else options), now


def _written(base: Mapping, sources: dict[str, str], feed: str, seen: Inspection) -> Mapping:
    columns = {name: source for name, source in sources.items() if source in seen.header or source == base.columns.get(name)}
    said = {name: source for name, source in sources.items() if source and name not in columns}
    constants = {name: source.removeprefix(words.ALWAYS) for name, source in said.items()}
    values = {name: translated for name, translated in base.values.items() if name in {*columns, *constants}}
    return replace(base, columns=columns, constants=constants, values=values, feed=feed.strip() or base.table)


def _signs() -> Actor:
    looking = filters.looking()
    return looking.viewer.signs(BROWSER) if looking else Actor(BROWSER)


def keep(store: Store, draft: Draft, chosen: Mapping) -> None:
    """Save the mapping under the feed's name for the next file of this kind, or take it away as TOML."""
    save, download, _ = st.columns([2, 1, 1])
    label = tr("Save this mapping as “{feed}”", feed=text.literal(chosen.feed))
    if save.button(label, key=f"{draft.key}-save", help=tr("Files with this header then map themselves.")):
        try:
            certain(store, "configure", _signs(), kind="imports", object="mapping", detail={"feed": chosen.feed, "table": chosen.table})
            saved_mappings.save(store.path, chosen.feed, chosen)
            st.success(text.literal(tr("Saved as “{feed}”: the next file with these columns maps itself.", feed=chosen.feed)))
        except (MappingError, OSError, NotRecorded) as error:
            st.error(text.literal(again(error)))
    with download:
        told = Export("mapping", "imports", ("toml",))
        offer(
            tr("Mapping as TOML"), f"{chosen.feed}.toml", lambda: chosen.to_toml().encode(), lambda: told, filters.looking(),
            key=f"{draft.key}-download",
        )  # fmt: skip
