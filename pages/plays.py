"""Plays: what runs and what is late, what would start today, and the plays themselves; or whether they worked."""

import streamlit as st

from data.viewer import VIEW
from language import tr
from pages.parts import play_effect, play_holdouts, play_templates
from pages.parts import plays as play_parts
from pages.ui import address, filters, header, loaders, states
from pages.ui.figures import row

choice = filters.bar()
report = loaders.report(choice.company, "plays", choice.viewer, choice.now)
header.show(choice, tr("Plays"), report)
accounts = loaders.report(choice.company, "accounts", choice.viewer, choice.now)
is_empty = states.empty(choice, accounts)
part = "now" if is_empty else address.one_of(tr("What to look at"), "part", play_parts.PARTS)
if part == "effect":
    play_effect.show(choice)
elif not is_empty:
    with states.finding(play_parts.headline(report)):
        st.caption(play_templates.count(choice), width="content")
    row(play_parts.figures(report))
    play_parts.runs(choice, report)
    play_parts.would_start(choice)
    play_holdouts.show(choice)
if part == "now" and choice.viewer.may(VIEW, "plays"):
    play_templates.show(choice)
