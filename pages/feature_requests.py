"""Feature requests: what do customers ask for, what comes first and why, and whom do we owe an answer?"""

from language import tr
from pages.parts import feature_request, request_formula
from pages.parts import feature_requests as parts
from pages.ui import filters, header, loaders, states
from pages.ui.figures import row

choice = filters.bar()
report = loaders.report(choice.company, "feature-requests", choice.viewer, choice.now)
header.show(choice, tr("Feature requests"), report)
accounts = loaders.report(choice.company, "accounts", choice.viewer, choice.now)
if not states.empty(choice, accounts):
    request = parts.opened(report)
    if request is not None:
        feature_request.show(choice, report, request)
    else:
        with states.finding(parts.headline(report)):
            parts.add(choice)
        parts.notes(report)
        row(parts.figures(choice, report))
        parts.ranked(choice, report)
        request_formula.show(choice)
