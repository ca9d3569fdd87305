"""Every report by its name: what API, command line and pages call."""

from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import Viewer
from language import tr
from language.formats import listed
from reports.checks.reconcile import reconcile
from reports.checks.self_check import self_check
from reports.customers.account_changes import account_changes
from reports.customers.accounts import accounts
from reports.customers.churn_model import churn_model
from reports.customers.churn_reasons import churn_reason_list, churn_reasons
from reports.customers.churned_accounts import churned_accounts, uncounted_answers, unexplained_churns
from reports.customers.foresight import losses_seen, warnings
from reports.customers.goals import goals
from reports.customers.logged import logged
from reports.customers.losses_in_common import losses_in_common
from reports.customers.next_steps import next_steps
from reports.customers.records import RECORDS
from reports.customers.renewals import renewals
from reports.customers.similar_accounts import similar_accounts
from reports.customers.stakeholders import stakeholder_gaps, stakeholder_list
from reports.customers.timeline import timeline
from reports.customers.today import today, today_by_owner
from reports.definition import Definition
from reports.forecast.as_of_past import forecast_past
from reports.forecast.called_quarters import calls_by_owner, calls_by_quarter
from reports.forecast.calls import renewal_calls
from reports.forecast.gap import forecast_gap, forecast_gap_accounts
from reports.forecast.log import forecast_accuracy, forecast_log
from reports.forecast.past_quarters import arr_quarters
from reports.forecast.quarters import forecast
from reports.forecast.renewals import forecast_renewals
from reports.forecast.what_if import WHAT_IF
from reports.growth.offers import offer_conversion, offers
from reports.growth.referrals import referrals
from reports.growth.signals import growth_signals, growth_unknown
from reports.growth.upgrade_path import plan_features, upgrade_path, upgrade_plans
from reports.growth.whitespace import whitespace
from reports.health.frozen import health_frozen
from reports.health.health import health
from reports.health.health_change import health_change, health_change_parts
from reports.health.health_history import health_history
from reports.health.health_lift import health_lift
from reports.health.health_parents import health_parents
from reports.health.health_record import health_record
from reports.health.lab import health_lab, health_lab_calibration, health_lab_measures
from reports.health.lab_proposal import health_lab_proposal
from reports.health.lab_versions import health_lab_versions
from reports.health.portfolio import PORTFOLIO
from reports.health.versions import health_versions
from reports.imports.account_matching import account_matching
from reports.imports.feeds import feeds
from reports.imports.import_quality import imports_over_time
from reports.imports.migration import migration
from reports.imports.quality import quality
from reports.imports.source_pulls import source_pulls
from reports.lifetime.cohort_value import cohort_lifetime_value, cohort_payback
from reports.lifetime.renewals import lifetime, lifetime_curve
from reports.lifetime.survival import lifetime_accounts, survival, survival_groups, survival_tests
from reports.lifetime.value import lifetime_value
from reports.report import Question, Report
from reports.requests.feature_requests import feature_requests
from reports.requests.formula import request_formula
from reports.requests.request_votes import request_follow_up, request_votes
from reports.revenue.arr import arr
from reports.revenue.closes import closes
from reports.revenue.cohorts import cohort_averages, cohorts
from reports.revenue.compare_rules import compare_rules
from reports.revenue.contract_lines import contract_lines
from reports.revenue.movements import movement_accounts, movement_lines, movements, paid_and_left
from reports.revenue.product_pairs import product_pairs
from reports.revenue.renewal_rate import renewal_rate
from reports.revenue.restatement import restatement
from reports.revenue.retention import retention, retention_accounts, retention_series
from reports.revenue.unit_economics import unit_economics
from reports.support.accounts import support
from reports.support.falls import support_fallen, support_falls
from reports.support.levels import holidays, sla_targets, support_calendars
from reports.support.problems import sla_problems
from reports.support.sla import sla, sla_months, sla_tickets
from reports.support.tickets import backlog, ticket_subjects
from reports.usage.activation import activation, activation_funnel, not_started
from reports.usage.activation_curve import activation_cohorts, activation_curve
from reports.usage.feature_adoption import feature_adoption
from reports.usage.feature_catalogue import feature_catalogue
from reports.usage.milestones import milestone_list
from reports.usage.stopped_feeds import stopped_feeds
from reports.usage.usage import usage
from reports.usage.usage_cohorts import usage_cohorts_report
from reports.usage.usage_depth import usage_depth
from reports.usage.usage_history import features, usage_history
from reports.usage.usage_volume import usage_volume, volume_by_event
from reports.voice.answers import survey_accounts, survey_answers, survey_follow_ups
from reports.voice.figures import csat, nps
from reports.voice.trend import csat_trend, nps_trend, score_counts
from reports.voice.unasked import VOICE
from reports.work.play_effect import EFFECTS
from reports.work.play_holdouts import play_holdouts
from reports.work.play_starts import play_starts
from reports.work.plays import play_steps, plays
from reports.work.summary import day_summary
from reports.work.tasks import tasks
from reports.work.team import team_load

# What is declared here is known to API, command line and pages alike.
DEFINITIONS: tuple[Definition, ...] = (
    arr, accounts, movements, retention, usage, health, health_change, health_change_parts, health_lift, health_record, health_parents,
    health_frozen, health_versions,
    quality, contract_lines, today, today_by_owner, usage_history,
    health_history, *PORTFOLIO,
    features, *RECORDS, activation, activation_funnel, not_started, renewals, churn_model, similar_accounts, logged, cohorts,
    cohort_averages,
    unit_economics, feeds, account_matching, imports_over_time, source_pulls,
    movement_accounts, movement_lines, retention_series, retention_accounts,
    renewal_rate, compare_rules, closes, restatement, reconcile, migration, paid_and_left, product_pairs,
    next_steps, tasks, team_load, day_summary,
    feature_requests, request_votes, request_follow_up, request_formula,
    churn_reasons, churned_accounts, unexplained_churns, uncounted_answers, churn_reason_list,
    losses_seen, losses_in_common, warnings,
    account_changes, timeline, stakeholder_list, stakeholder_gaps, goals,
    plays, play_steps, play_starts, play_holdouts, *EFFECTS,
    usage_cohorts_report, feature_catalogue, usage_depth, feature_adoption, stopped_feeds, usage_volume, volume_by_event,
    activation_curve, activation_cohorts, milestone_list,
    health_lab, health_lab_measures, health_lab_calibration, health_lab_versions, health_lab_proposal,
    nps, csat, nps_trend, csat_trend, score_counts, survey_answers, survey_accounts, survey_follow_ups, *VOICE,
    growth_signals, growth_unknown, whitespace, upgrade_path, upgrade_plans, plan_features, offers, offer_conversion, referrals,
    support, sla, sla_months, sla_tickets, backlog, ticket_subjects, support_falls, support_fallen, sla_problems,
    sla_targets, support_calendars, holidays,
    renewal_calls, calls_by_quarter, calls_by_owner, forecast_log, forecast_accuracy, forecast_past,
    forecast_gap, forecast_gap_accounts,
    forecast, forecast_renewals, arr_quarters, *WHAT_IF,
    survival, survival_groups, survival_tests, lifetime_accounts, lifetime, lifetime_curve, lifetime_value, cohort_lifetime_value,
    cohort_payback,
)  # fmt: skip
REPORTS = {one.name: one for one in DEFINITIONS}
# About the product rather than about the imported data: the same for every viewer, also in an empty store.
ABOUT = {self_check.name: self_check}


class UnknownReport(WrongParameter):
    """There is no report of that name; the message lists those that exist."""


def definition(name: str) -> Definition:
    """The report of a name. Raises UnknownReport."""
    known = REPORTS | ABOUT
    if name not in known:
        raise UnknownReport(tr("There is no report {name!r}. Reports: {known}.", name=name, known=listed(known)))
    return known[name]


def run(name: str, store: Store, viewer: Viewer, question: Question) -> Report:
    """Answer a question. Raises UnknownReport, or WrongParameter for a parameter that cannot be used."""
    return definition(name)(store, viewer, question)
