"""Usage: who uses the product more, who less, how widely, on how many shoulders; and what counts as use."""

from functools import partial

from data.viewer import VIEW
from language import tr
from pages.parts import feature_catalogue, silence, usage_cohorts, usage_volume
from pages.parts import usage as parts
from pages.ui import filters, folds, header, loaders, states, tables
from pages.ui.figures import row
from reports.report import Report

choice = filters.bar()
report = loaders.report(choice.company, "usage-depth", choice.viewer, choice.now)
header.show(choice, tr("Usage"), report)


def ask(name: str) -> Report:
    return loaders.report(choice.company, name, choice.viewer, choice.now)


if not states.empty(choice, report):
    with states.finding(parts.headline(report)):
        states.unknown(report)
    silence.notice(choice)
    row(parts.figures(report))
    parts.moved(report)
    parts.adoption(ask("feature-adoption"))
    usage_volume.show(ask("volume-by-event"), ask("usage-volume"))
    parts.one_person(report)
    usage_cohorts.show(choice, ask("feature-adoption"))
    if choice.viewer.may(VIEW, "plays"):
        feature_catalogue.show(choice, ask("feature-catalogue"))
    folds.fold(tr("Every account"), "every-account", partial(tables.table, report, "usage", columns=parts.COLUMNS), ":material/domain:")
