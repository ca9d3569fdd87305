"""Churn reasons: why do accounts leave, what does each reason cost, and had anybody seen it coming?"""

from dataclasses import replace
from functools import partial

from language import InLanguage, mark, tr
from pages.parts import churn_reasons as parts
from pages.parts import foresight
from pages.ui import address, filters, header, loaders, states
from reports.report import Report

PARTS = InLanguage({"why": mark("Why they left"), "seen": mark("Who saw it coming")})

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Churn reasons"), arr)
if not states.empty(choice, arr):

    def ask(name: str, by: str | None = None) -> Report:
        return loaders.report(choice.company, name, choice.viewer, replace(choice.question, by=by))

    shown = {"why": partial(parts.show, choice, ask), "seen": partial(foresight.show, ask)}
    shown[address.one_of(tr("Shown"), "part", PARTS)]()
