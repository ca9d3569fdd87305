"""Setting by looking: decimals, order of days, zone, currency and meaning of ends, with the first rows as they are read."""

import streamlit as st

from data.importing.desk import Desk
from data.importing.options import zone_names
from data.store.store import Store
from language import mark, tr
from pages.importing import words
from reports.imports.first_rows import adjustable, as_read
from reports.imports.import_plan import Planned

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "JPY")
AS_FOUND = mark("as found")


def show(store: Store, desk: Desk, one: Planned) -> None:
    """What the page may say of how cells are read, each with what it does to the first rows; nothing before the table is known."""
    if one.mapping is None or one.guess is None:
        return
    st.markdown(tr("**How its cells are read**"))
    with st.container(horizontal=True, gap="small", key=f"{one.draft.key}-reading"):
        for option, choices in adjustable(one.guess.mapping).items():
            _choose(desk, one, option, choices or _many(option, store))
    rows = as_read(one, store.timezone, {name: words.column(name) for name in one.mapping.given})
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch", height="content", key=f"{one.draft.key}-as-read")
        if "ends_on" in one.mapping.given:
            st.caption(tr("“Ends on as read” is the first day that is no longer paid for."))
    elif one.questions:
        st.caption(tr("Once the question above is answered, the first rows stand here as they are read."))


def _many(option: str, store: Store) -> tuple[str, ...]:
    if option == "currency":
        return CURRENCIES
    return tuple(dict.fromkeys((store.timezone, "UTC", *sorted(name for name in zone_names() if "/" in name))))


def _choose(desk: Desk, one: Planned, option: str, choices: tuple[str, ...]) -> None:
    """One setting; what is chosen is kept as an answer, and the file read anew."""
    said = one.told.answers.get(option) or _of_mapping(one, option)
    options = list(dict.fromkeys(["", *choices, *([said] if said else [])]))
    chosen = st.selectbox(
        words.option(option), options, options.index(said), key=f"{one.draft.key}-set-{option}-{said}", width=210,
        format_func=lambda value: words.answer(option, value) if value else tr(AS_FOUND), accept_new_options=option == "currency",
    )  # fmt: skip
    if (chosen or "") != said and (chosen or option in one.told.answers):
        desk.answer(one.draft, option, chosen or None)
        st.rerun()


def _of_mapping(one: Planned, option: str) -> str:
    """What the mapping says by itself: a known export's, or one saved."""
    if one.guess is None:
        return ""
    return str(one.guess.mapping.options.get(option) or one.guess.mapping.constants.get(option) or "")
