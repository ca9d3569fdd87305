"""Does the range of the forecast hold what it says? Generated companies of 60 months, with and without a shock that quarters share.

    python -m benchmarks.forecast_coverage [SEEDS [FIRST SEED]]

Each company is seen at the end of months 48, 51, 54 and 57, with what was known by then and nothing after it; the forecast of the next
quarter is held against what happened, and from month 48 that of all four. The truth is reckoned here from the lines themselves.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.months import months_later
from reports.books import opened_books
from reports.forecast.forecast import Outlook, forecast_of
from reports.report import Question

FIRST = date(2019, 1, 1)
MONTHS, ACCOUNTS = 60, 420
LAST = months_later(FIRST, MONTHS) - timedelta(days=1)
CUTS = (48, 51, 54, 57)
SEGMENTS = {
    "SMB": (0.22, 8.6, 0.5),
    "Mid-market": (0.13, 9.8, 0.5),
    "Enterprise": (0.08, 11.0, 0.6),
}  # loss a year, ARR (log): mean, spread
SHARES = (0.55, 0.3, 0.15)
SHOCK = 0.5  # standard deviation of a quarter's shift of the log odds, in companies that have one


@dataclass(frozen=True)
class Company:
    """accounts and lines as files would have them, each line with when it is written (booked_on), when its end is known, and the line of
    which it is the renewal; renewals: account_id, ends_on, lost."""

    accounts: pl.DataFrame
    lines: pl.DataFrame
    renewals: pl.DataFrame

    def known_by(self, day: date) -> pl.DataFrame:
        """The contracts as an export of that day has them."""
        seen = self.lines.filter(pl.col("booked_on") <= day)
        end = pl.when(pl.col("end_known_on") <= day).then("ends_on")
        notice = pl.when(pl.col("cancelled_on") <= day).then("cancelled_on")
        return seen.with_columns(ends_on=end, cancelled_on=notice).drop("end_known_on", "counts_until")


class _Drawn:
    """Draws the lines of a company, account after account."""

    def __init__(self, seed: int, shock: float) -> None:
        self.random = np.random.default_rng(seed)
        self.shifts = self.random.normal(0, shock, 4 * (MONTHS // 12 + 2))
        self.lines: list[dict] = []
        self.renewals: list[dict] = []

    def lost(self, chance: float, day: date) -> bool:
        quarter = (day.year - FIRST.year) * 4 + (day.month - 1) // 3
        odds = chance / (1 - chance) * np.exp(self.shifts[quarter])
        return bool(self.random.random() < odds / (1 + odds))

    def line(self, account: str, contract: str, product: str, starts: date, ends: date | None, amount: float, **more: object) -> dict:
        row = {
            "contract_id": contract, "line_id": str(len(self.lines)), "account_id": account, "product": product, "starts_on": starts,
            "ends_on": ends, "amount": round(amount, 2), "period": "1 year", "currency": "USD", "booked_on": starts, "cancelled_on": None,
            "end_known_on": starts, "counts_until": ends,
        } | more  # fmt: skip
        self.lines.append(row)
        return row

    def by_term(self, account: str, product: str, starts: date, months: int, chance: float, amount: float) -> None:
        """Terms, one after the other, until one is lost."""
        number = 0
        while starts <= LAST:
            ends, contract = _later(starts, months), f"{account}-{product}-{number}"
            row = self.line(account, contract, product, starts, ends, amount, booked_on=starts - timedelta(days=12 if number else 0))
            if ends > LAST:
                return
            gone = self.lost(chance, ends)
            self.renewals.append({"account_id": account, "ends_on": ends, "lost": gone})
            if gone:
                row["cancelled_on"] = ends - timedelta(days=int(self.random.integers(20, 80))) if self.random.random() < 0.4 else None
                return
            late = int(self.random.integers(1, 25)) if self.random.random() < 0.05 else 0
            row["counts_until"], starts, number = ends + timedelta(days=late), ends + timedelta(days=late), number + 1
            amount *= self.grown()

    def grown(self) -> float:
        luck = self.random.random()
        if luck < 0.3:
            return 1 + self.random.uniform(0.05, 0.35)
        return 1 - self.random.uniform(0.05, 0.3) if luck < 0.4 else 1.0

    def monthly(self, account: str, starts: date, chance: float, amount: float) -> None:
        """No term: each month it may leave; its end is known on the day."""
        day = starts
        while (day := _later(day, 1)) <= LAST and not self.lost(chance, day):
            pass
        gone = day if day <= LAST else None
        self.line(account, account, "Monthly", starts, gone, amount / 12, period="1 month", end_known_on=gone, counts_until=gone)


def _later(day: date, months: int) -> date:
    first = months_later(day, months)
    return first.replace(day=min(day.day, (months_later(first, 1) - timedelta(days=1)).day))


def company(seed: int, shock: float, accounts: int = ACCOUNTS) -> Company:
    """A company of 60 months: segments, yearly and two-year terms, a second product for some, and monthly customers."""
    drawn, rows = _Drawn(seed, shock), []
    for number in range(accounts):
        account = f"A{number:04d}"
        segment = list(SEGMENTS)[drawn.random.choice(3, p=SHARES)]
        chance, mean, spread = SEGMENTS[segment]
        starts = FIRST + timedelta(days=int(drawn.random.integers(0, (MONTHS - 6) * 30)))
        amount = float(drawn.random.lognormal(mean, spread))
        rows.append({"account_id": account, "name": account, "segment": segment})
        if segment == "SMB" and drawn.random.random() < 0.25:
            drawn.monthly(account, starts, 0.02, amount)
            continue
        drawn.by_term(account, "Core", starts, 24 if drawn.random.random() < 0.1 else 12, chance, amount)
        if drawn.random.random() < 0.15:
            drawn.by_term(account, "Extra", starts + timedelta(days=int(drawn.random.integers(90, 500))), 12, chance, amount / 4)
    lines = pl.DataFrame(drawn.lines, infer_schema_length=None).with_columns(
        pl.when(pl.col("product") == "Monthly").then(pl.col("amount") * 12).otherwise("amount").alias("a_year")
    )
    return Company(pl.DataFrame(rows), lines, pl.DataFrame(drawn.renewals))


@dataclass(frozen=True)
class Held:
    """A forecast beside what happened. measure: renewing, arr, nrr or grr."""

    seed: int
    as_of: date
    steps: int
    measure: str
    low: float
    expected: float
    high: float
    happened: float

    @property
    def inside(self) -> bool:
        return self.low <= self.happened <= self.high


def held(made: Company, seed: int, cut: int, folder: Path, steps: int) -> Iterator[Held]:
    """The forecast at the end of month `cut`, of the first `steps` quarters, beside what happened."""
    day = months_later(FIRST, cut) - timedelta(days=1)
    with closing(Store.open(folder / f"{seed}-{cut}.duckdb")) as store:
        commit_frame(store, "accounts", made.accounts, "crm", "analyst")
        commit_frame(store, "contracts", made.known_by(day).drop("a_year"), "billing", "analyst")
        with opened_books(store, EVERYONE, Question(as_of=day)) as books:
            found = forecast_of(books)
    assert found is not None, "an empty store"
    yield from _beside(made, found, seed, day, steps)


def _beside(made: Company, found: Outlook, seed: int, day: date, steps: int) -> Iterator[Held]:
    assert found.forecast is not None, found.reason
    today = _arr(made, day)
    opening = found.forecast.opening
    for ahead, told in list(zip(found.quarters, found.forecast.quarters, strict=True))[:steps]:
        due = found.pieces.filter(pl.col("ends_on").is_between(ahead.start, ahead.end), pl.col("due") > 0)
        renewed = due.join(made.renewals, on=["account_id", "ends_on"], how="left").filter(~pl.col("lost"))["due"].sum()
        both = today.join(_arr(made, ahead.end), on="account_id", how="left", suffix="_then").with_columns(pl.col("arr_then").fill_null(0))
        closing_arr, kept = int(both["arr_then"].sum()), int(both.select(pl.min_horizontal("arr", "arr_then")).sum().item())
        for measure, expected, wide, happened in (
            ("renewing", told.renewing, told.renewing_range, renewed), ("arr", told.expected, told.expected_range, closing_arr),
            ("grr", told.grr, told.grr_range, kept / opening),
        ):  # fmt: skip
            assert expected is not None and wide is not None
            yield Held(seed, day, told.number, measure, wide.low, expected, wide.high, happened)


def _arr(made: Company, day: date) -> pl.DataFrame:
    live = made.lines.filter(pl.col("starts_on") <= day, pl.col("counts_until").is_null() | (pl.col("counts_until") > day))
    return live.group_by("account_id").agg(arr=(pl.col("a_year") * 100).round().cast(pl.Int64).sum())


def coverage(seeds: range, shock: float, cuts: tuple[int, ...] = CUTS, accounts: int = ACCOUNTS) -> pl.DataFrame:
    """One row per seed, cut, quarter ahead and measure; from the first cut four quarters ahead, from the others one."""
    rows: list[Held] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            made = company(seed, shock, accounts)
            for cut in cuts:
                rows += held(made, seed, cut, Path(folder), 4 if cut == cuts[0] else 1)
    return pl.DataFrame([vars(row) | {"inside": row.inside} for row in rows])


def summary(found: pl.DataFrame) -> pl.DataFrame:
    """By measure and quarter ahead: how many, the share inside, the share above and below, and the mean error over what happened."""
    off = (pl.col("expected") - pl.col("happened")) / pl.col("happened")
    wide = (pl.col("high") - pl.col("low")) / pl.col("expected")
    return found.group_by("measure", "steps").agg(
        n=pl.len(), inside=pl.col("inside").mean(), below=(pl.col("happened") < pl.col("low")).mean(),
        above=(pl.col("happened") > pl.col("high")).mean(), bias=off.mean(), width=wide.mean(),
    ).sort("measure", "steps")  # fmt: skip


if __name__ == "__main__":
    count, first = (int(word) for word in [*sys.argv[1:], *("20", "0")[len(sys.argv) - 1 :]][:2])
    for shock in (0.0, SHOCK):
        every = coverage(range(first, first + count), shock)
        with pl.Config(tbl_rows=50, float_precision=3):
            print(f"Common shock {shock}: inside {every['inside'].mean():.1%} of {every.height}")
            print(summary(every))
