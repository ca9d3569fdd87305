"""What do calls come to in sum, quarter by quarter and owner by owner, and what does the forecast say of the same renewals?"""

import polars as pl

from language import mark, tr_n
from metrics.at_stake import RENEWAL
from metrics.calls_summed import SUMMED, summed_calls
from models.forecast import UNKNOWN
from reports.books import Books
from reports.definition import Answer, Definition
from reports.forecast.called import calls_in_force, without_amount
from reports.forecast.forecast import Outlook, forecast_of
from reports.report import Question
from reports.units import empty

FEWEST_DRAWS = 2  # ranges are not told here
MONEY = tuple(name for name in SUMMED if name not in ("renewals", "called", "not_called", "not_told"))
OF_CALLS = {
    "due_arr": "money", "renewals": "count", "called": "count", "due_called": "money", "calls_renewing": "money", "calls_growth": "money",
    "model_called": "money", "due_commit": "money", "said_commit": "money", "due_likely": "money", "said_likely": "money",
    "due_at_risk": "money", "said_at_risk": "money", "due_lost": "money", "not_called": "count", "due_not_called": "money",
    "model_not_called": "money", "not_told": "count", "due_not_told": "money",
}  # fmt: skip
SAID = ("calls_renewing", "calls_growth", "said_commit", "said_likely", "said_at_risk")
BY_QUARTER = {"quarter": "day", **OF_CALLS}
BY_OWNER = {"quarter": "day", "owner": "text", **OF_CALLS}
RENEWALS = {
    "account_id": pl.String, "name": pl.String, "owner": pl.String, "segment": pl.String, "ends_on": pl.Date, "quarter": pl.Date,
    "due": pl.Int64, "model": pl.Int64, "notice": pl.Boolean, "churn_probability": pl.Float64, "call": pl.String, "said": pl.Int64,
}  # fmt: skip


def renewals_called(books: Books, found: Outlook) -> pl.DataFrame:
    """The renewals of the four quarters ahead, in scope: RENEWALS, the soonest first. quarter: its first day; model: cents that the
    forecast expects to renew, null where it does not say; call, said: the call that holds, null where there is none."""
    first_days = pl.Series("quarter", [one.quarter for one in found.quarters])
    pieces = found.pieces.with_row_index("place").filter(pl.col("kind") == RENEWAL, pl.col("quarter").is_not_null(), pl.col("due") > 0)
    at = pieces["quarter"].to_list()
    expected = [_expected(found, place, quarter) for place, quarter in zip(pieces["place"], at, strict=True)]
    dated = pieces.with_columns(
        quarter=pl.Series([first_days[one] for one in at], dtype=pl.Date), model=pl.Series(expected, dtype=pl.Int64)
    )
    calls = calls_in_force(books.view, books.day, books.currency).select("account_id", "call", "said", ends_on="due_on")
    joined = dated.join(calls, on=["account_id", "ends_on"], how="left")
    return joined.select(pl.col(name).cast(kind) for name, kind in RENEWALS.items()).sort("ends_on", "account_id")


def _expected(found: Outlook, place: int, quarter: int) -> int | None:
    if found.forecast is None:
        return None
    cents = int(found.forecast.renewing[place, quarter])
    return None if cents == UNKNOWN else cents


def _by(columns: dict[str, str], by: tuple[str, ...]):
    def answer(books: Books, question: Question) -> Answer:
        found = forecast_of(books, draws=FEWEST_DRAWS)
        if found is None:
            return Answer(empty(columns), notes=books.notes)
        rows = _summed(renewals_called(books, found), by).select(*columns)
        additive = [name for name in OF_CALLS if not name.startswith("model")]
        totals = _sums(rows, additive)
        of_model = {name: None if rows[name].null_count() else rows[name].sum() for name in ("model_called", "model_not_called")}
        return Answer(
            rows, {**totals, **of_model}, (*books.notes, *_not_called(rows), *without_amount(int(rows["not_told"].sum()), books.currency))
        )

    return answer


def _sums(rows: pl.DataFrame, names: list[str]) -> dict[str, int | None]:
    """The columns in sum; what is said is None where no call has an amount, and some have one that is not known."""
    sums: dict[str, int | None] = {name: int(rows[name].sum()) for name in names}
    return sums | dict.fromkeys(SAID) if sums["not_told"] and not sums["called"] else sums


def _summed(renewals: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    told = summed_calls(renewals.lazy(), by).collect()
    named = told.rename({"due": "due_arr", "renewing": "calls_renewing", "growth": "calls_growth"})
    return named.sort(
        "quarter", *(["due_arr", "owner"] if "owner" in by else []), descending=[False, True, False][: 3 if "owner" in by else 1]
    )


def _not_called(rows: pl.DataFrame) -> tuple[str, ...]:
    count = int(rows["not_called"].sum())
    if not count:
        return ()
    told = tr_n(
        "{n:,} renewal has no call: nothing of it is in what calls expect.",
        "{n:,} renewals have no call: nothing of them is in what calls expect.",
        count,
    )
    return (told,)


calls_by_quarter = Definition("calls-by-quarter", mark("Calls by quarter"), BY_QUARTER, _by(BY_QUARTER, ("quarter",)))
calls_by_owner = Definition("calls-by-owner", mark("Calls by quarter and CSM"), BY_OWNER, _by(BY_OWNER, ("quarter", "owner")))
