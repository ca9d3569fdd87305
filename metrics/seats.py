"""How full the seats are, and what that says."""

import polars as pl

# Source: www.revos.ai, seat utilisation: 60 to 85 % is healthy, under 50 % at risk, over 90 % asks for more seats.
AT_RISK_BELOW, HEALTHY_FROM, HEALTHY_TO, EXPANSION_ABOVE = 0.50, 0.60, 0.85, 0.90
BANDS = ("at_risk", "low", "healthy", "filling", "expansion")


def seat_use(usage: pl.LazyFrame) -> pl.LazyFrame:
    """Monthly actives against the seats bought: seat_use (ratio) and its band.

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
    return usage.with_columns(seat_use=pl.when(pl.col("seats") > 0).then(pl.col("mau") / pl.col("seats"))).with_columns(band=band)
