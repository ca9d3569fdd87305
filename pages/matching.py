"""Account matching: what names in files mean, and which entries are one company."""

import streamlit as st

from language import tr
from pages.importing import words
from pages.parts import matching as matching_parts
from pages.ui import filters, header, loaders
from pages.ui.choice import unfiltered

choice = filters.bar()
report = loaders.report(choice.company, "account-matching", choice.viewer, unfiltered(choice.question))
header.show(choice, tr("Account matching"), report)
if not choice.viewer.sees_all:
    st.info(tr("Matching is for people who see all accounts. Clear “Looking as” above."))
    st.stop()
waiting = report.total("waiting")
st.header(
    tr("{waiting} waiting for an account", waiting=words.counted(waiting, "name")) if waiting else tr("No name is waiting for an account")
)
st.caption(
    tr(
        "Files may call an account by its name, domain or e-mail. Tick what is right and confirm: it holds for all "
        "that was imported and for all that comes. Only the very same name is matched without you; what is confirmed "
        "together is taken back together."
    )
)
if waiting:
    matching_parts.waiting(choice, report)
if pairs := report.total("perhaps_the_same"):
    st.header(tr("{pairs} of accounts that may be one company", pairs=words.counted(pairs, "pair")))
    st.caption(
        tr(
            "The entry that says more stays: it keeps its own values and takes what it lacks from the other; all that "
            "the other has counts under it."
        )
    )
    matching_parts.pairs(choice, report)
if choice.company == "own":
    st.header(tr("Match by hand"))
    matching_parts.by_hand(choice)
if report.total("confirmed"):
    st.header(tr("{n:,} confirmed", n=report.total("confirmed")))
    matching_parts.confirmed(report)
matching_parts.to_take_back(choice)
