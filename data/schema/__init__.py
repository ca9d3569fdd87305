"""The table contract: which tables Holdfast keeps, their columns, and what each one means.

Every other room takes the names of tables and columns from here. Columns may be added; the meaning of one never changes.
"""

from data.schema.asking import FEATURE_REQUESTS, REQUEST_RULES, REQUEST_VOTES
from data.schema.columns import ACCOUNT_ID, DTYPES, Column, PolarsDataType, Table
from data.schema.customers import (
    ACCOUNT_ALIASES,
    ACCOUNTS,
    CHURN_EVENTS,
    CONTACTS,
    SURVEY_REQUESTS,
    SURVEYS,
    USAGE_EVENTS,
)  # fmt: skip
from data.schema.forecasting import FORECASTS, PLAY_HOLDOUTS, RENEWAL_CALLS, SCENARIOS, TARGETS
from data.schema.growing import OFFERS, PLAN_FEATURES, PLAN_STEPS, REFERRALS
from data.schema.money import CLOSES, CONTRACTS, COSTS, FINANCE_ARR, FX_RATES, PRODUCT_PAIRS, SIGN_OFFS
from data.schema.outward import DELIVERIES, SOURCE_PULLS
from data.schema.predicting import CHURN_MODELS, PREDICTIONS, SIMILAR_LOOKS
from data.schema.scoring import FEATURE_CATALOGUE, MILESTONES, SCORE_OVERRIDES, SCORE_VERSIONS
from data.schema.supporting import HOLIDAYS, OPEN_STATUSES, RESOLVED_STATUSES, SLA_TARGETS, SUPPORT_CALENDARS, TICKETS
from data.schema.team import COVERS, PEOPLE
from data.schema.working import (
    ACTIVITIES,
    CHURN_ANSWERS,
    CHURN_REASONS,
    DIGEST_CHOICES,
    DIGESTS,
    DONE_STATUSES,
    GOALS,
    ITEM_ANSWERS,
    NEXT_STEPS,
    PLAY_RUNS,
    PLAY_STEPS,
    PLAYS,
    SAVED_VIEWS,
    TASK_SAYS,
    VIEW_DEFAULTS,
)  # fmt: skip

__all__ = [
    "ACCOUNTS", "ACCOUNT_ALIASES", "ACCOUNT_ID", "ACTIVITIES", "CHURN_ANSWERS", "CHURN_EVENTS", "CHURN_MODELS", "CHURN_REASONS", "CLOSES",
    "CONTACTS", "CONTRACTS", "COSTS", "COVERS", "DELIVERIES", "DIGESTS", "DIGEST_CHOICES", "DONE_STATUSES", "DTYPES", "FEATURE_CATALOGUE", "FEATURE_REQUESTS", "FINANCE_ARR",
    "FORECASTS", "FX_RATES", "GOALS", "GUESSED_TABLES", "HOLIDAYS", "IMPORTED_TABLES", "ITEM_ANSWERS", "KEYED_TABLES", "MILESTONES", "NEXT_STEPS", "OFFERS",
    "OPEN_STATUSES", "PEOPLE", "PLAN_FEATURES", "PLAN_STEPS", "PLAYS", "PLAY_HOLDOUTS", "PLAY_RUNS", "PLAY_STEPS", "PREDICTIONS", "PRODUCT_PAIRS",
    "PROPOSED_TABLES", "RECORDS", "REFERRALS", "RENEWAL_CALLS", "REQUEST_RULES", "REQUEST_VOTES", "RESOLVED_STATUSES", "SAVED_VIEWS", "SCENARIOS", "SCORE_OVERRIDES", "SCORE_TABLES", "SCORE_VERSIONS", "SIGN_OFFS", "SIMILAR_LOOKS", "SLA_TARGETS", "SOURCE_PULLS",
    "SUPPORT_CALENDARS", "SURVEYS", "SURVEY_REQUESTS", "TABLES", "TARGETS", "TASK_SAYS", "TICKETS", "USAGE_EVENTS", "VIEW_DEFAULTS", "WORK_TABLES",
    "Column", "PolarsDataType", "Table",
]  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ACCOUNTS, CONTACTS, CONTRACTS, CHURN_EVENTS, USAGE_EVENTS, TICKETS, SURVEYS, COSTS, FX_RATES, ACTIVITIES, PREDICTIONS, SIMILAR_LOOKS, CHURN_MODELS,
        FINANCE_ARR, CLOSES, ACCOUNT_ALIASES, SIGN_OFFS, PRODUCT_PAIRS, PEOPLE, COVERS,
        ITEM_ANSWERS, NEXT_STEPS, GOALS, PLAYS, PLAY_RUNS, PLAY_STEPS, CHURN_REASONS, CHURN_ANSWERS, SAVED_VIEWS, VIEW_DEFAULTS, DIGEST_CHOICES, DIGESTS,
        OFFERS, REFERRALS, PLAN_STEPS, PLAN_FEATURES, SLA_TARGETS, SUPPORT_CALENDARS, HOLIDAYS, SURVEY_REQUESTS,
        FEATURE_REQUESTS, REQUEST_VOTES, REQUEST_RULES,
        SCORE_VERSIONS, SCORE_OVERRIDES, FEATURE_CATALOGUE, MILESTONES,
        RENEWAL_CALLS, FORECASTS, TARGETS, SCENARIOS, PLAY_HOLDOUTS,
        SOURCE_PULLS, DELIVERIES,
    )
}  # fmt: skip

IMPORTED_TABLES = tuple(name for name, table in TABLES.items() if not (table.by_program or table.in_app))
PROPOSED_TABLES = tuple(name for name in IMPORTED_TABLES if not TABLES[name].of_team)
GUESSED_TABLES = tuple(name for name in PROPOSED_TABLES if not TABLES[name].by_name)
KEYED_TABLES = tuple(name for name in TABLES if name != "usage_events")
SCORE_TABLES = frozenset({SCORE_VERSIONS.name, SCORE_OVERRIDES.name, MILESTONES.name})
"""What the team writes on pages, and figures come of: a change works them out anew."""
RECORDS = (SOURCE_PULLS.name, DELIVERIES.name, DIGESTS.name)
"""What the program writes of its own runs: they stand in the log, and are no import that anybody looks for, or takes back."""
WORK_TABLES = frozenset(
    {
        DIGESTS.name,
        SOURCE_PULLS.name,
        DELIVERIES.name,
        FEATURE_REQUESTS.name,
        REQUEST_VOTES.name,
        *(name for name, table in TABLES.items() if table.in_app),
    }
    - SCORE_TABLES
)
"""What people do, and how they like to see it: no figure of customers or money comes from these."""
