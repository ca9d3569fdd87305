"""Plays: what runs and what is late, what would start today, and the plays themselves."""

import streamlit as st

from data.viewer import VIEW
from language import tr
from pages.parts import play_templates
from pages.parts import plays as play_parts
from pages.ui import filters, header, loaders, states
from pages.ui.figures import row

choice = filters.bar()
report = loaders.report(choice.company, "plays", choice.viewer, choice.now)
header.show(choice, tr("Plays"), report)
accounts = loaders.report(choice.company, "accounts", choice.viewer, choice.now)
if not states.empty(choice, accounts):
    with states.finding(play_parts.headline(report)):
        st.caption(play_templates.count(choice), width="content")
    row(play_parts.figures(report))
    play_parts.runs(choice, report)
    play_parts.would_start(choice)
if choice.viewer.may(VIEW, "plays"):
    play_templates.show(choice)
