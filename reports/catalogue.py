"""Every report by its name: what API, command line and pages call."""

from collections.abc import Callable

from data.store.store import Store
from data.viewer import Viewer
from reports.checks.reconcile import reconcile
from reports.checks.self_check import self_check
from reports.customers.accounts import accounts
from reports.customers.activation import activation, activation_funnel, not_started
from reports.customers.churn_model import churn_model
from reports.customers.health import health
from reports.customers.health_record import health_record
from reports.customers.logged import logged
from reports.customers.records import HAPPENED, records_of
from reports.customers.renewals import renewals
from reports.customers.today import today, today_by_owner
from reports.customers.usage import usage
from reports.customers.usage_history import features, usage_history
from reports.imports.account_matching import account_matching
from reports.imports.feeds import feeds
from reports.imports.import_quality import imports_over_time
from reports.imports.quality import quality
from reports.report import Question, Report
from reports.revenue.arr import arr
from reports.revenue.closes import closes
from reports.revenue.cohorts import cohort_averages, cohorts
from reports.revenue.compare_rules import compare_rules
from reports.revenue.contract_lines import contract_lines
from reports.revenue.movements import movement_accounts, movement_lines, movements
from reports.revenue.renewal_rate import renewal_rate
from reports.revenue.restatement import restatement
from reports.revenue.retention import retention, retention_accounts, retention_series
from reports.revenue.unit_economics import unit_economics

REPORTS: dict[str, Callable[[Store, Viewer, Question], Report]] = {
    "arr": arr,
    "accounts": accounts,
    "movements": movements,
    "retention": retention,
    "usage": usage,
    "health": health,
    "health-record": health_record,
    "quality": quality,
    "contract-lines": contract_lines,
    "today": today,
    "today-by-owner": today_by_owner,
    "usage-history": usage_history,
    "features": features,
    **{table.replace("_", "-"): records_of(table) for table in HAPPENED},
    "activation": activation,
    "activation-funnel": activation_funnel,
    "not-started": not_started,
    "renewals": renewals,
    "churn-model": churn_model,
    "logged": logged,
    "cohorts": cohorts,
    "cohort-averages": cohort_averages,
    "unit-economics": unit_economics,
    "feeds": feeds,
    "account-matching": account_matching,
    "import-quality": imports_over_time,
    "movement-accounts": movement_accounts,
    "movement-lines": movement_lines,
    "retention-series": retention_series,
    "retention-accounts": retention_accounts,
    "renewal-rate": renewal_rate,
    "compare-rules": compare_rules,
    "closes": closes,
    "restatement": restatement,
    "reconcile": reconcile,
}
# About the product rather than about the imported data: the same for every viewer, also in an empty store.
ABOUT: dict[str, Callable[[Store, Viewer, Question], Report]] = {"self-check": self_check}


class UnknownReport(ValueError):
    """There is no report of that name; the message lists those that exist."""


def run(name: str, store: Store, viewer: Viewer, question: Question) -> Report:
    """Answer a question. Raises UnknownReport, or ValueError for a parameter that cannot be used."""
    known = REPORTS | ABOUT
    if name not in known:
        raise UnknownReport(f"There is no report {name!r}. Reports: {', '.join(known)}.")
    return known[name](store, viewer, question)
