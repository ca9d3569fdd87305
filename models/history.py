"""All that is known of some accounts, as plain frames; what may be seen of it on a day is up to the features."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from data.schema import ACTIVITIES, SURVEYS, TICKETS, Table
from metrics.account_measures import NEVER, Known, Recorded
from metrics.coverage import FEEDS as COVERING
from metrics.coverage import SEEN, Coverage
from metrics.months import bit_of, first_day
from metrics.usage import Used

PEOPLE = {"contact_id": pl.String, "account_id": pl.String, "left_on": pl.Date}
CHAMPIONS = {"contact_id": pl.String, "day": pl.Date, "is_champion": pl.Boolean}
FEEDS = {"covers_from": pl.Date, "covers_to": pl.Date, "usual_gap_days": pl.Float64, "covers_all_accounts": pl.Boolean}


def empty(table: Table) -> pl.DataFrame:
    """A frame of a table's columns, without rows."""
    return pl.DataFrame(schema={column.name: column.dtype for column in table.columns})


@dataclass(frozen=True)
class History:
    """Frames in the shapes of metrics.lines and of the store; tables that are not there are empty, and their features missing.

    lines: contract_lines, in one currency. months: account_id, user_id, month, bits. days: account_id, event, day, count. feeds: those
    of usage, see FEEDS. effective: with_grace of the lines, else those that pay. accounts: account_id, live_on, first_start, seats, else
    what the lines say. coverage: what the feeds speak for, else one feed of all days with events and all that `feeds` cover.
    *_recorded: what the company records at all. adding: products whose seats come on top of others'. people: the contacts, see PEOPLE;
    champions: what the log was told of who is one, on which day, see CHAMPIONS.
    """

    lines: pl.DataFrame
    months: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"account_id": pl.String, "user_id": pl.String, "month": pl.Date, "bits": pl.Int64})
    )
    days: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"account_id": pl.String, "event": pl.String, "day": pl.Date, "count": pl.Int64})
    )
    tickets: pl.DataFrame = field(default_factory=lambda: empty(TICKETS))
    surveys: pl.DataFrame = field(default_factory=lambda: empty(SURVEYS))
    activities: pl.DataFrame = field(default_factory=lambda: empty(ACTIVITIES))
    feeds: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FEEDS))
    effective: pl.DataFrame | None = None
    accounts: pl.DataFrame | None = None
    coverage: Coverage | None = None
    tickets_recorded: Recorded = NEVER
    activities_recorded: Recorded = NEVER
    resolutions_recorded: bool = True
    adding: frozenset[str] = frozenset()
    people: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PEOPLE))
    champions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHAMPIONS))

    @property
    def covers_from(self) -> date | None:
        """The first day that usage covers; None without usage."""
        return first_day(self.feeds["covers_from"])

    def known(self) -> Known:
        """The history as the measures of accounts take it."""
        effective = self.lines.filter("paying") if self.effective is None else self.effective
        accounts = _accounts(self.lines) if self.accounts is None else self.accounts
        daily = self.days.lazy().group_by("account_id", "day").agg(pl.col("count").sum())
        coverage = _coverage(self.feeds, self.days) if self.coverage is None else self.coverage
        used = Used(self.months.lazy(), feature_months(self.days).lazy(), daily, coverage)
        return Known(
            accounts.lazy(), self.lines.lazy(), effective.lazy(), used, self.tickets.lazy(), self.surveys.lazy(),
            self.activities.lazy(), self.tickets_recorded, self.activities_recorded,
            self.resolutions_recorded, self.adding,
        )  # fmt: skip


def _coverage(feeds: pl.DataFrame, days: pl.DataFrame) -> Coverage:
    named = feeds.with_row_index("number").select(
        pl.col("number").cast(pl.String).alias("feed"), day_gap=pl.lit(1.0), usual_gap_days="usual_gap_days",
        covers_all_accounts="covers_all_accounts", first="covers_from", last="covers_to",
    )  # fmt: skip
    claimed = named.with_columns(day=pl.date_ranges("first", "last")).explode("day").drop_nulls("day")
    seen = days.group_by("account_id").agg(first_seen=pl.col("day").min()).join(named.select("feed").head(1), how="cross")
    return Coverage(named.select(*COVERING), claimed.select("feed", "day"), seen.select(*SEEN))


def _accounts(lines: pl.DataFrame) -> pl.DataFrame:
    unknown = {"live_on": pl.lit(None, dtype=pl.Date), "seats": pl.lit(None, dtype=pl.Int64)}
    return lines.group_by("account_id").agg(first_start=pl.col("starts_on").min()).with_columns(**unknown)


def feature_months(days: pl.DataFrame) -> pl.DataFrame:
    """Active days of every feature as bits, an event by its name: account_id, feature, month, bits."""
    once = days.lazy().select("account_id", "day", feature="event").unique()
    return once.group_by("account_id", "feature", month=pl.col("day").dt.month_start()).agg(bits=bit_of(pl.col("day")).sum()).collect()
