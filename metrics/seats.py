"""Seats: how many an account has on a day, how full they are, and what that says."""

from collections.abc import Collection, Sequence

import polars as pl

# Source: www.revos.ai, seat utilisation: 60 to 85 % is healthy, under 50 % at risk, over 90 % asks for more seats.
AT_RISK_BELOW, HEALTHY_FROM, HEALTHY_TO, EXPANSION_ABOVE = 0.50, 0.60, 0.85, 0.90


def seat_use(actives: str, seats: str) -> pl.Expr:
    """Monthly actives against the seats bought, as a ratio; null without actives or seats."""
    return pl.when(pl.col(seats) > 0).then(pl.col(actives) / pl.col(seats))


def seat_bands(usage: pl.LazyFrame) -> pl.LazyFrame:
    """Adds seat_use (ratio) and its band.

    usage: account_id, mau, seats, and what else is to be kept. Bands: at_risk, low, healthy, filling, expansion; the source
    leaves 50 to 60 % and 85 to 90 % without a word, which are low and filling here. Null without actives or seats.
    """
    share = pl.col("seat_use")
    band = (
        pl.when(share < AT_RISK_BELOW).then(pl.lit("at_risk"))
        .when(share < HEALTHY_FROM).then(pl.lit("low"))
        .when(share <= HEALTHY_TO).then(pl.lit("healthy"))
        .when(share <= EXPANSION_ABOVE).then(pl.lit("filling"))
        .when(share > EXPANSION_ABOVE).then(pl.lit("expansion"))
    )  # fmt: skip
    return usage.with_columns(seat_use=seat_use("mau", "seats")).with_columns(band=band)


def seats_on(
    observations: pl.LazyFrame,
    *,
    lines: pl.LazyFrame,
    effective: pl.LazyFrame,
    accounts: pl.LazyFrame,
    adding: Collection[str] = (),
) -> pl.LazyFrame:
    """Seats of the lines that count on each observation's day; else those of its trials; else those of the account.

    They add up as bought_together says. Of a topmost parent the accounts below it add.
    observations: account_id, day. lines: contract_lines. effective: with_grace of them. accounts: account_id, seats.
    Returns account_id, day, seats (null = not known).
    """
    paid = _sold(observations, effective, adding).rename({"sold": "paid"})
    tried = _sold(observations, lines.filter("is_trial"), adding).rename({"sold": "tried"})
    return (
        observations.join(paid, on=["account_id", "day"], how="left")
        .join(tried, on=["account_id", "day"], how="left")
        .join(accounts.select("account_id", "seats"), on="account_id", how="left")
        .select("account_id", "day", seats=pl.coalesce("paid", "tried", "seats"))
    )


def bought_together(lines: pl.LazyFrame, by: Sequence[str], adding: Collection[str]) -> pl.LazyFrame:
    """The seats of lines that are held at one time: `by` and `sold`.

    Lines of one product and unit add, reductions included. Of the units of a product the largest counts, and so it does across products,
    since an add-on sells the same people's seats again; products of `adding` come on top. Lines without a product are of one product, and
    those of a product without a unit of one unit.
    lines: `by`, product, unit, seats.
    """
    of_units = lines.group_by(*by, "product", "unit").agg(pl.col("seats").sum())
    of_products = of_units.group_by(*by, "product").agg(pl.col("seats").max())
    adds = pl.col("product").is_in(list(adding)).fill_null(False)
    largest, more = pl.col("seats").filter(~adds).max().fill_null(0), pl.col("seats").filter(adds).sum()
    return of_products.group_by(by).agg(sold=largest + more)


def _sold(observations: pl.LazyFrame, lines: pl.LazyFrame, adding: Collection[str]) -> pl.LazyFrame:
    held = lines.filter(pl.col("seats").is_not_null()).select("account_id", "holder", "product", "unit", "starts_on", "ends_on", "seats")
    live = (pl.col("starts_on") <= pl.col("day")) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("day")))
    of_holders = bought_together(observations.join(held, on="account_id").filter(live), ["account_id", "holder", "day"], adding)
    return of_holders.group_by("account_id", "day").agg(pl.col("sold").sum())
