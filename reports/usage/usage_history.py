"""How did usage go, week by week; and which features are used?"""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from data.store.reading_once import IN_FILES
from language import mark
from metrics.coverage import covered_to
from metrics.months import MONTH_OF_USE
from metrics.usage_history import WEEKS, feature_use, weekly_actives
from metrics.windows import observed
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty
from reports.usage.catalogue import as_features, core
from reports.usage.usage import coverage

WEEKLY = {"account_id": "text", "week": "day", "wau": "count"}
FEATURES = {
    "account_id": "text", "event": "text", "count": "count", "count_before": "count", "last_used": "day", "feature": "text", "core": "flag",
}  # fmt: skip
LATELY = 12  # weeks
NEVER = date(1970, 1, 31)


def _usage_history(look: Look, question: Question) -> Answer:
    """One row per account and week of the last 52: distinct users in the seven days that end on `week`; null where usage covers not all."""
    return Answer(_weekly(look).collect())


def lately(look: Look) -> pl.DataFrame:
    """account_id, weekly_actives: distinct users of each of the last LATELY weeks, the latest last; of accounts used in the last year."""
    return look.view.by_account(("lately", look.day), lambda view: _lately(replace(look, view=view)), IN_FILES)


def _lately(look: Look) -> pl.DataFrame:
    return _weekly(look, LATELY).group_by("account_id").agg(weekly_actives=pl.col("wau").sort_by("week").cast(pl.Int64)).collect()


def _weekly(look: Look, weeks: int = WEEKS) -> pl.LazyFrame:
    """What weekly_actives says of the weeks up to the day looked at, of accounts whose users of the last 52 are known."""
    day = look.day or NEVER
    first = day - timedelta(days=7 * weeks - 1)
    users, covered = look.view.usage_months(first, day), coverage(look.view, first, day).calendar["day"].unique()
    known = look.view.accounts_with_users(day - timedelta(weeks=WEEKS), first).lazy()
    told = weekly_actives(look.view.accounts().lazy(), users.lazy(), as_of=day, weeks=weeks, covered=covered, known=known)
    seen = (pl.col("week") <= pl.col("covered_to")).fill_null(True)
    return (
        told.join(_covered_to(look, day).lazy(), on="account_id", how="left", maintain_order="left")
        .with_columns(wau=pl.when(seen).then("wau"))
        .drop("covered_to")
    )


def _covered_to(look: Look, day: date) -> pl.DataFrame:
    """account_id, covered_to: up to which day each account's own feeds cover it; those in none are left out."""
    accounts = observed(look.view.accounts().lazy(), day)
    return covered_to(accounts, coverage(look.view, day, day)).select("account_id", "covered_to")


def _features(look: Look, question: Question) -> Answer:
    """One row per account and feature: its events, how often in the last 30 days, in the 30 before, and when last; up to the last day that
    the account's feeds cover. An event that the catalogue names no feature for is one by itself."""
    ends = _covered_to(look, look.day or NEVER)
    first, last = ends["covered_to"].min(), ends["covered_to"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        return Answer(empty(FEATURES))
    days = look.view.usage_days(first - timedelta(days=2 * MONTH_OF_USE), last)
    named = as_features(look.view, days).join(ends.lazy(), on="account_id")
    rows = feature_use(named, as_of=pl.col("covered_to")).with_columns(core=pl.col("feature").is_in(core(look.view)))
    return Answer(rows.select(*FEATURES).collect())


usage_history = Definition("usage-history", mark("Weekly actives"), WEEKLY, _usage_history, opens=opened)
features = Definition("features", mark("Features used"), FEATURES, _features, opens=opened)
