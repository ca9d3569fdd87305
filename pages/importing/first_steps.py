"""The first minute with one's own data: three files, what each needs, and what it makes visible."""

import streamlit as st

from data.schema import TABLES
from data.store.store import Store
from language import again, mark, spoken, tr
from pages.importing import words
from reports.files.rows_as_files import example_csv

STEPS = (
    ("accounts", mark("the list of accounts, to search and to filter by segment, plan, region and owner")),
    ("contracts", mark("ARR, NRR and GRR, why they moved, and what comes up for renewal")),
    ("usage_events", mark("active users against seats, features used, who went quiet, and the health score")),
)


def show(store: Store) -> None:
    """Three cards, until each of the three kinds of file is in."""
    imports = store.imports()
    tables_in = set(imports.filter(imports["standing"])["table"])
    if {table for table, _ in spoken(STEPS)} <= tables_in:
        return
    st.markdown(tr("**Three files bring your own company in.** Any columns do, in any order; what a file leaves open is asked."))
    for place, (number, (table, visible)) in zip(st.columns(3), enumerate(spoken(STEPS), start=1), strict=True):
        with place.container(border=True, height="stretch"):
            _card(number, table, visible, table in tables_in)


def _card(number: int, table: str, visible: str, done: bool) -> None:
    contract = TABLES[table]
    needed = [words.column(name) for name in contract.required] + [tr(" or ").join(map(words.column, contract.required_one_of))]
    useful = [words.column(name) for name in contract.names if name not in {*contract.required, *contract.required_one_of}]
    done_mark = tr(" · ✓ in") if done else ""
    st.markdown(f"**{number}  {words.title(table)}**{done_mark}")
    st.markdown(
        tr(
            "{meaning}  \n**Needed:** {name}  \n**Useful:** {useful}",
            meaning=again(contract.meaning),
            name=tr(", ").join(name for name in needed if name),
            useful=tr(", ").join(useful[:7]),
        )
    )
    st.markdown(tr(":gray[Then you see {visible}.]", visible=visible))
    st.download_button(
        tr("Example: {table}.csv", table=table),
        example_csv(table),
        f"example_{table}.csv",
        key=f"example-{table}",
        on_click="ignore",
        type="tertiary",
    )
