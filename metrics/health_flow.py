"""How customers stand by health on two days, and who went from where to where between them."""

from collections.abc import Sequence

import polars as pl

from metrics.health import LITTLE_KNOWN
from metrics.unrated import CUSTOMERS

NOT_SCORED = "not_scored"  # a customer of whom nothing is measured
NEW, CAME_BACK = "new", "came_back"  # who was no customer on the first day
CHURNED, TRIAL_ENDED = "churned", "trial_ended"  # who is none on the last
UNKNOWN, CAME, GONE = (LITTLE_KNOWN, NOT_SCORED), (NEW, CAME_BACK), (CHURNED, TRIAL_ENDED)
STAYED, FELL, ROSE, FIRST_SEEN, LEFT, LOST_SIGHT, GAINED_SIGHT = (
    "stayed", "fell", "rose", "came", "left", "less_known", "better_known",
)  # fmt: skip
DIRECTIONS = (FELL, LEFT, LOST_SIGHT, ROSE, GAINED_SIGHT, FIRST_SEEN, STAYED)  # the ones that need somebody first


def placed(stood: pl.LazyFrame, bands: Sequence[str]) -> pl.LazyFrame:
    """Where each account stands on both days, and how it went between them; accounts that were customers on neither day, and pay
    nothing on either, are left out.

    stood: account_id, state_before, band_before, score_before, arr_before (cents), and the same with `_after`; a state that is missing is
    of an account that has not begun. bands: names from the lowest. Scores are kept of customers alone. Adds `before` (a band, UNKNOWN or
    one of CAME), `after` (a band, UNKNOWN or one of GONE), `direction` (one of DIRECTIONS) and arr_at_stake: what it pays on the last day,
    of who left what it paid on the first.
    """
    before = _place("before", pl.when(pl.col("state_before") == "churned").then(pl.lit(CAME_BACK)).otherwise(pl.lit(NEW)))
    after = _place("after", pl.when(pl.col("state_after") == "churned").then(pl.lit(CHURNED)).otherwise(pl.lit(TRIAL_ENDED)))
    concerned = _is_customer("before") | _is_customer("after") | (pl.col("arr_before") != 0) | (pl.col("arr_after") != 0)
    known = stood.filter(concerned).with_columns(
        before=before, after=after, score_before=pl.when(_is_customer("before")).then("score_before"),
        score_after=pl.when(_is_customer("after")).then("score_after"),
    )  # fmt: skip
    left = pl.col("after").is_in(GONE)
    return known.with_columns(
        direction=_direction(bands), arr_at_stake=pl.when(left).then("arr_before").otherwise("arr_after"),
    )  # fmt: skip


def _is_customer(day: str) -> pl.Expr:
    return pl.col(f"state_{day}").is_in(CUSTOMERS).fill_null(False)


def _place(day: str, otherwise: pl.Expr) -> pl.Expr:
    return pl.when(_is_customer(day)).then(pl.coalesce(f"band_{day}", pl.lit(NOT_SCORED))).otherwise(otherwise)


def _direction(bands: Sequence[str]) -> pl.Expr:
    rank = {name: at for at, name in enumerate((NOT_SCORED, LITTLE_KNOWN, *bands))}  # the less is known, the lower
    first, last = (pl.col(name).replace_strict(rank, default=None, return_dtype=pl.Int64) for name in ("before", "after"))
    return (
        pl.when(pl.col("before").is_in(CAME) & pl.col("after").is_in(GONE)).then(pl.lit(STAYED))
        .when(pl.col("before").is_in(CAME)).then(pl.lit(FIRST_SEEN)).when(pl.col("after").is_in(GONE)).then(pl.lit(LEFT))
        .when(first == last).then(pl.lit(STAYED))
        .when(pl.col("after").is_in(UNKNOWN) & (last < first)).then(pl.lit(LOST_SIGHT))
        .when(pl.col("before").is_in(UNKNOWN)).then(pl.lit(GAINED_SIGHT))
        .when(last < first).then(pl.lit(FELL)).otherwise(pl.lit(ROSE))
    )  # fmt: skip


def cells(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The flow: before, after, customers (how many accounts), arr_before, arr_after (cents), and direction. Every account of `placed` is
    in exactly one row, so that rows add up to the first day by `before` and to the last by `after`."""
    counted = rows.group_by("before", "after", "direction").agg(
        customers=pl.len().cast(pl.Int64), arr_before=pl.col("arr_before").sum(), arr_after=pl.col("arr_after").sum()
    )
    return counted.select("before", "after", "customers", "arr_before", "arr_after", "direction")


def by_group(rows: pl.LazyFrame, bands: Sequence[str]) -> pl.LazyFrame:
    """What the customers of each group come to: a row per group of `rows` (placed, with group, score_before and score_after).

    customers, arr: on the last day; <band>_accounts and <band>_arr of each band and of UNKNOWN. at_risk_share: accounts in the lowest
    band of those in any; arr_at_risk_share: of their ARR; median_score: of theirs. The same of the first day with `_before`.
    fell_accounts, rose_accounts: those that went to a lower or a higher band; fell_arr: what those that fell pay now. Shares and medians
    are null where no account is in a band. Groups of which nobody is a customer on either day are left out.
    """
    after, before = ~pl.col("after").is_in(GONE), ~pl.col("before").is_in(CAME)
    places = (*bands, *UNKNOWN)
    return rows.group_by("group").agg(
        customers=after.sum().cast(pl.Int64), arr=pl.col("arr_after").sum(),
        **{f"{name}_accounts": (pl.col("after") == name).sum().cast(pl.Int64) for name in places},
        **{f"{name}_arr": _arr_of("after", [name]) for name in places},
        **_of_known("after", bands, ""),
        customers_before=before.sum().cast(pl.Int64), arr_before=pl.col("arr_before").sum(),
        **{f"{name}_accounts_before": (pl.col("before") == name).sum().cast(pl.Int64) for name in places},
        **{f"{name}_arr_before": _arr_of("before", [name]) for name in places},
        **_of_known("before", bands, "_before"),
        **{f"{way}_accounts": (pl.col("direction") == way).sum().cast(pl.Int64) for way in (FELL, ROSE)},
        fell_arr=pl.col("arr_after").filter(pl.col("direction") == FELL).sum(),
    )  # fmt: skip


def _of_known(day: str, bands: Sequence[str], ending: str) -> dict[str, pl.Expr]:
    """The shares in the lowest band and the median score of the accounts whose band is known on a day."""
    known, lowest = pl.col(day).is_in([*bands]), pl.col(day) == bands[0]
    money = _arr_of(day, bands)
    return {
        f"at_risk_share{ending}": pl.when(known.sum() > 0).then(lowest.sum() / known.sum()),
        f"arr_at_risk_share{ending}": pl.when(money > 0).then(_arr_of(day, bands[:1]) / money),
        f"median_score{ending}": pl.col(f"score_{day}").filter(known).median(),
    }


def _arr_of(day: str, places: Sequence[str]) -> pl.Expr:
    return pl.col(f"arr_{day}").filter(pl.col(day).is_in([*places])).sum()


def moved_by(parts: pl.LazyFrame) -> pl.LazyFrame:
    """What moved each score for the most part: account_id, kind.

    parts: metrics.health_change.health_changes. Of the kinds whose parts go the way that the score went, the one that went the furthest;
    accounts without parts are left out.
    """
    whole = pl.col("points").sum().over("account_id")
    summed = parts.with_columns(whole=whole).group_by("account_id", "kind").agg(pl.col("points").sum(), pl.col("whole").first())
    ordered = summed.sort("account_id", pl.col("points") * pl.col("whole").sign(), "kind", descending=[False, True, False])
    return ordered.group_by("account_id", maintain_order=True).agg(kind=pl.col("kind").first())
