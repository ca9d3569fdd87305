"""How did usage go, week by week; and which features are used?"""

from datetime import date, timedelta

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from metrics.months import MONTH_OF_USE
from metrics.usage_history import WEEKS, feature_use, weekly_actives
from reports.parameters import as_of, printed
from reports.report import Question, Report

WEEKLY = {"account_id": "text", "week": "day", "wau": "count"}
FEATURES = {"account_id": "text", "event": "text", "count": "count", "count_before": "count", "last_used": "day"}


def usage_history(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per account and week of the last 52: distinct users in the seven days that end on `week`."""
    with View(store, viewer, question.known_at, question.filters) as view:
        day = as_of(view, question) or date(1970, 1, 31)
        users = view.usage_months(day - timedelta(weeks=WEEKS), day)
        rows = weekly_actives(view.accounts().lazy(), users.lazy(), as_of=day).collect()
        parameters, version = printed(view, viewer, question, day), view.data_version
    return Report("usage-history", "Weekly actives", parameters, question.rules, "", version, rows, {}, WEEKLY)


def features(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per account and event: how often in the last 30 days, in the 30 before, and when last."""
    with View(store, viewer, question.known_at, question.filters) as view:
        day = as_of(view, question) or date(1970, 1, 31)
        days = view.usage_days(day - timedelta(days=2 * MONTH_OF_USE), day)
        rows = feature_use(days.lazy(), as_of=day).collect()
        parameters, version = printed(view, viewer, question, day), view.data_version
    return Report("features", "Features used", parameters, question.rules, "", version, rows, {}, FEATURES)
