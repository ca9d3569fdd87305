"""Which account used which feature in its last 30 covered days, and in the 30 before."""

import polars as pl

from metrics.months import bits_between

WINDOWS = {"now": "month", "before": "before"}


def feature_uses(features: pl.LazyFrame, spans: pl.LazyFrame) -> pl.LazyFrame:
    """account_id, feature, now, before: whether (1 or 0) the account used it in the last 30 covered days, and in the 30 before; features of
    neither are left out.

    features: account_id, feature, month, bits (bit d-1 = used on day d). spans: account_id and month_from, month_to, before_from,
    before_to, the windows of metrics.coverage.windows; where one is not covered, nothing is used in it.
    """
    dated = features.join(spans, on="account_id").with_columns(**{name: _used(window) for name, window in WINDOWS.items()})
    found = dated.group_by("account_id", "feature").agg(pl.col(*WINDOWS).max().cast(pl.Int64))
    return found.filter(pl.col("now") + pl.col("before") > 0).sort("account_id", "feature")


def _used(window: str) -> pl.Expr:
    """Whether the feature was used on a day of the window in this month."""
    since, until, month = pl.col(f"{window}_from"), pl.col(f"{window}_to"), pl.col("month")
    touches = ((since <= month.dt.month_end()) & (until >= month)).fill_null(False)
    return pl.when(touches).then((pl.col("bits") & bits_between(since, until, month)) != 0).otherwise(False)


def adoption(uses: pl.DataFrame, accounts: pl.DataFrame, core: list[str]) -> pl.DataFrame:
    """One row per feature that is core, or that one of the accounts used: core, accounts_using, tracked (accounts), adoption (their ratio),
    accounts_before, of the `compared` accounts alone that can be seen in both windows; each is null where no account can be seen. Core
    ones first, then the most used.

    uses: feature_uses. accounts: account_id, both (whether it can be seen in both windows): those whose usage can be seen.
    """
    own = uses.join(accounts, on="account_id")
    names = pl.DataFrame({"feature": sorted({*core, *own["feature"]})}, schema={"feature": pl.String})
    now, before = pl.col("now").sum(), pl.col("before").filter("both").sum()
    counted = own.group_by("feature").agg(accounts_using=now, accounts_before=before)
    tracked, compared = (pl.lit(count, dtype=pl.Int64) for count in (accounts.height, accounts["both"].sum()))
    return (
        names.join(counted, on="feature", how="left")
        .with_columns(
            accounts_using=pl.when(tracked > 0).then(pl.col("accounts_using").fill_null(0).cast(pl.Int64)),
            accounts_before=pl.when(compared > 0).then(pl.col("accounts_before").fill_null(0).cast(pl.Int64)),
            core=pl.col("feature").is_in(core),
            tracked=tracked,
            compared=compared,
        )
        .with_columns(adoption=pl.when(tracked > 0).then(pl.col("accounts_using") / tracked))
        .sort("core", "accounts_using", "feature", descending=[True, True, False])
    )
