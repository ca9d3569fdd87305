"""Voice of the customer: would they recommend us, what do they say, who is unhappy and unanswered, and whom has nobody asked?"""

from dataclasses import replace

import streamlit as st

from language import tr
from pages.parts import voice as parts
from pages.parts import voice_lists as lists
from pages.ui import filters, header, loaders, states
from pages.ui.figures import row
from reports.report import Report
from reports.voice.heard import OTHERS

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Voice of the customer"), arr)
if not states.empty(choice, arr):

    def ask(name: str, by: str | None = None) -> Report:
        return loaders.report(choice.company, name, choice.viewer, replace(choice.question, by=by))

    nps, csat = ask("nps"), ask("csat")
    with states.finding(parts.headline(nps, ask("nps-trend"))):
        states.unknown(nps)
    st.caption(parts.of_when(nps))
    if parts.nothing_heard(nps, csat):
        parts.how_to_begin()
    else:
        row(parts.figures(nps, csat, ask("survey-accounts")))
        lists.follow_ups(choice, loaders.report(choice.company, "survey-follow-ups", choice.viewer, choice.now))
        parts.over_time(ask)
        parts.split(ask, filters.split_by([*loaders.columns(choice.company, choice.viewer), *OTHERS]))
        lists.comments(choice, ask("survey-answers"))
    lists.not_asked(choice)
