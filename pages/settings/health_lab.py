"""Health lab: does the health score tell who will renew, and how do we know?"""

from dataclasses import replace

from language import tr
from pages.parts import health_lab as parts
from pages.ui import filters, header, loaders, states
from reports.report import Report

choice = filters.bar()
accounts = loaders.report(choice.company, "accounts", choice.viewer, choice.now)
header.show(choice, tr("Health lab"), accounts)
if not states.empty(choice, accounts):

    def ask(name: str, by: str | None = None, capacity: int = 0) -> Report:
        return loaders.report(choice.company, name, choice.viewer, replace(choice.question, by=by, capacity=capacity))

    lab = ask("health-lab")
    with states.finding(parts.headline(lab)):
        states.unknown(lab)
    parts.in_words(lab)
    if lab.rows.height:
        parts.bands(lab, ask)
        parts.measures(ask)
        parts.calibration(ask("health-lab-calibration"))
        parts.versions(ask("health-lab-versions"))
        parts.proposal(choice, ask("health-lab-proposal"))
