"""Growth: whom to talk with about more, what was offered, and what came of it."""

import streamlit as st

from data.viewer import VIEW
from language import tr
from pages.parts import growth, growth_path, offers, referrals
from pages.ui import filters, header, loaders, states
from pages.ui.figures import row
from reports.report import Question, Report

choice = filters.bar()
signals = loaders.report(choice.company, "growth-signals", choice.viewer, choice.now)
header.show(choice, tr("Growth"), signals)


def ask(name: str, question: Question) -> Report:
    return loaders.report(choice.company, name, choice.viewer, question)


if not states.empty(choice, signals):
    money, work = choice.viewer.may(VIEW, "revenue"), choice.viewer.may(VIEW, "activities")
    made = ask("offers", choice.now) if work else None
    came = ask("offer-conversion", choice.question) if money else None
    with states.finding(growth.headline(signals)):
        st.caption(growth.said(signals))
    row(growth.figures(signals, made, came))
    growth.show(choice, signals)
    growth.unknown(ask("growth-unknown", choice.now))
    if made:
        offers.show(choice, made)
    if came:
        offers.came_of_them(came)
    if money:
        growth_path.whitespace(ask("whitespace", choice.now))
        growth_path.path(choice, ask("upgrade-path", choice.now), ask("upgrade-plans", choice.now))
    if work:
        referrals.show(choice, ask("referrals", choice.question))
