"""Support: which promises are broken now, how many are kept, what waits for how long, and what customers ask about again."""

from functools import partial

from data.viewer import VIEW
from language import tr
from pages.parts import support as parts
from pages.parts import support_levels
from pages.ui import filters, folds, header, loaders, states
from pages.ui.figures import row
from reports.report import Report

choice = filters.bar()
accounts = loaders.report(choice.company, "support", choice.viewer, choice.question)
header.show(choice, tr("Support"), accounts)
if not states.empty(choice, loaders.report(choice.company, "accounts", choice.viewer, choice.now)):

    def ask(name: str) -> Report:
        return loaders.report(choice.company, name, choice.viewer, choice.question)

    tickets = ask("sla-tickets")
    if parts.has_tickets(choice, accounts):
        with states.finding(parts.headline(accounts)):
            states.unknown(accounts)
        parts.of_when(accounts)
        row(parts.figures(accounts, tickets))
        parts.past_due(choice, accounts, tickets)
        parts.levels(ask("sla"), tickets)
        parts.trend(ask("sla-months"))
        parts.backlog(ask("ticket-backlog"), tickets)
        parts.subjects(ask("ticket-subjects"))
        folds.fold(tr("Every account"), "every-account", partial(parts.every_account, accounts), ":material/domain:")
        folds.fold(tr("What came after support had got worse"), "support-falls", partial(parts.falls, ask), ":material/trending_down:")
    if choice.viewer.may(VIEW, "plays"):
        support_levels.show(choice, ask("sla-problems"))
