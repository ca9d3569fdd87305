"""The mapping step: one row for each column of the table, with what it means, where it comes from, and what is in there."""

from dataclasses import replace

import streamlit as st

from data.importing import saved_mappings
from data.importing.draft import Draft
from data.importing.findings import one_line
from data.importing.known_exports import why_not_kept
from data.importing.mapping import Mapping, MappingError
from data.importing.proposal import Proposal, proposal, proposed
from data.importing.stage import Inspection
from data.schema import IMPORTED_TABLES, TABLES, Column
from data.store.store import Store
from pages.importing import words
from pages.ui import text

PROPOSED, BY_HAND = "Proposed from the header", "Written by hand, as TOML"


def mapping(store: Store, draft: Draft, seen: Inspection) -> Mapping | None:
    """The mapping that the page says; None while it cannot be used, with the reason shown."""
    st.markdown("**2 · Which column is which**")
    base = _base(store, draft, seen)
    if base is None:
        return None
    chosen = _form(draft, seen, base)
    lacking = _lacking(chosen)
    if lacking:
        st.info(f"Still needed for {words.title(chosen.table)}: {lacking}. Choose the column, then press “Check again”.")
        return None
    return chosen


def _base(store: Store, draft: Draft, seen: Inspection) -> Mapping | None:
    """Where the rows start from: a saved mapping that fits the header, the proposal, or TOML written by hand."""
    fitting = saved_mappings.matching(store.path, seen.header)
    left, right = st.columns(2)
    start = left.selectbox("Mapping", [*fitting, PROPOSED, BY_HAND], key=f"{draft.key}-start")
    unwanted = why_not_kept(seen.header)
    if unwanted:
        st.info(text.literal(unwanted))
    found = Proposal() if unwanted else proposal(seen.header, seen.sample)
    likely = found.best.mapping if found.best else Mapping("accounts")
    if start == BY_HAND:
        written = st.text_area("The mapping as TOML", likely.to_toml(), height=260, key=f"{draft.key}-toml")
        try:
            return Mapping.from_toml(written)
        except MappingError as error:
            st.error(text.literal(error))
            return None
    base = saved_mappings.load(store.path, start) if start in fitting else likely
    unsure = found.question if start not in fitting else None
    at = IMPORTED_TABLES.index(base.table) if unsure is None else None
    table = right.selectbox("What is in the file", IMPORTED_TABLES, at, format_func=words.title, key=f"{draft.key}-{start}-table")
    if table is None:
        st.info(text.literal(unsure.text if unsure else "Say what is in the file."))
        return None
    return base if table == base.table else proposed(seen.header, seen.sample, table) or Mapping(table)


def _form(draft: Draft, seen: Inspection, base: Mapping) -> Mapping:
    """The rows; what they say counts once “Check again” is pressed."""
    examples = {name: next((cell[:24] for cell in seen.sample[name] if cell), "") for name in seen.sample.columns}
    table, place = TABLES[base.table], f"{draft.key}-{hash(base.to_toml())}"
    with st.form(place, border=True):
        st.caption(f"{table.meaning} What is not needed can stay out.")
        front = [column for column in table.columns if column.required or column.name in {*base.given, *table.required_one_of}]
        sources = {column.name: _row(place, column, base, examples, seen) for column in front}
        rest = [column for column in table.columns if column not in front]
        if rest:
            with st.expander(words.counted(len(rest), "more column")):
                sources |= {column.name: _row(place, column, base, examples, seen) for column in rest}
        feed = st.text_input(
            "Name of this feed",
            base.feed or base.table,
            key=f"{place}-feed",
            help="Files that come again and again under one name belong together: overlapping exports are counted once within it.",
        )
        everything = base.table == "contracts" and st.checkbox(
            "These are all contract lines of this feed: a line that an earlier file had and this one does not has ended",
            "snapshot" in base.options,
            key=f"{place}-snapshot",
        )
        st.form_submit_button("Check again")
    options = {name: value for name, value in base.options.items() if name != "snapshot"} | ({"snapshot": True} if everything else {})
    return replace(_written(base, sources, feed, seen), options=options)


def _row(place: str, column: Column, base: Mapping, examples: dict[str, str], seen: Inspection) -> str:
    name, source, sample = st.columns([3, 3, 2], vertical_alignment="center")
    name.markdown(f"**{words.column(column.name)}**{' · needed' if column.required else ''}  \n:small[:gray[{column.meaning}]]")
    if column.name in base.when:
        rule = base.when[column.name]
        source.caption(text.literal(one_line(f"From {rule.column}, where {rule.where} is {rule.equals}")))
        return words.NOT_IN_FILE
    if column.name in base.joined:
        source.caption(f"From {text.literal(' and '.join(base.joined[column.name]))}, together")
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
        sample.text(" · ".join(cell[:24] for cell in found) or "(empty in the first rows)")
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


def _lacking(chosen: Mapping) -> str:
    """The needed columns that have no source yet, in words."""
    table, given = TABLES[chosen.table], chosen.given
    lacking = [words.column(name) for name in table.lacking(given)]
    if table.required_one_of and not given & {*table.required_one_of}:
        lacking.append(" or ".join(words.column(name) for name in table.required_one_of))
    return ", ".join(lacking)


def keep(store: Store, draft: Draft, chosen: Mapping) -> None:
    """Save the mapping under the feed's name for the next file of this kind, or take it away as TOML."""
    save, download, _ = st.columns([2, 1, 1])
    label = f"Save this mapping as “{text.literal(chosen.feed)}”"
    if save.button(label, key=f"{draft.key}-save", help="Files with this header then map themselves."):
        try:
            saved_mappings.save(store.path, chosen.feed, chosen)
            st.success(text.literal(f"Saved. On the command line: --mapping “{chosen.feed}”."))
        except (MappingError, OSError) as error:
            st.error(text.literal(error))
    download.download_button("Mapping as TOML", chosen.to_toml(), f"{chosen.feed}.toml", key=f"{draft.key}-download", on_click="ignore")
