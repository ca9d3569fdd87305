"""The upgrade path: the plans in the order in which customers grow, what is sold from which plan on, and what accounts on a plan pay."""

import polars as pl

FEWEST = 5  # accounts of which a median is told: of fewer it says what one of them pays
FAULTS = {"fault": pl.String, "plan": pl.String, "feature": pl.String, "says": pl.String}
STEPS = {"plan_key": pl.String, "plan": pl.String, "place": pl.Int64, "plan_seats": pl.Int64}


def plan_key(column: str = "plan") -> pl.Expr:
    """By what plans are compared: without capitals, and spaces around. Null where none is said."""
    bare = pl.col(column).str.strip_chars().str.to_lowercase()
    return pl.when(bare != "").then(bare)


def steps(plan_steps: pl.LazyFrame) -> pl.LazyFrame:
    """The path: STEPS, one row per plan, from the lowest place up. Plans that are said with two places are left out; seats that are not
    above zero are not known. plan_steps: plan, place, seats."""
    keyed = plan_steps.with_columns(plan_key=plan_key()).filter(pl.col("plan_key").is_not_null(), pl.col("place").is_not_null())
    once = keyed.filter(pl.col("place").n_unique().over("plan_key") == 1).sort("plan").unique("plan_key", keep="first", maintain_order=True)
    known = pl.when(pl.col("seats") > 0).then("seats")
    return once.select("plan_key", "plan", "place", plan_seats=known).cast(dict(STEPS)).sort("place", "plan")


def faults(plan_steps: pl.LazyFrame, plan_features: pl.LazyFrame) -> pl.DataFrame:
    """What of the path cannot be used: FAULTS, a row each. fault: two_places (says: which), no_seats (of a plan that has none),
    unknown_plan (of a feature), no_limit (a monthly limit that is not above zero)."""
    keyed = plan_steps.with_columns(plan_key=plan_key())
    places = pl.col("place").sort().cast(pl.String).str.join(", ")
    twice = keyed.group_by("plan_key").agg(pl.col("plan").first(), says=places, n=pl.col("place").n_unique()).filter(pl.col("n") > 1)
    unknown = plan_features.with_columns(plan_key=plan_key()).join(keyed, on="plan_key", how="anti")
    without = plan_steps.filter(pl.col("seats") <= 0).with_columns(says=pl.col("seats").cast(pl.String))
    unlimited = plan_features.filter(pl.col("monthly_limit") <= 0).with_columns(says=pl.col("monthly_limit").cast(pl.String))
    found = {"two_places": twice, "no_seats": without, "unknown_plan": unknown, "no_limit": unlimited}
    return pl.concat([_fault(name, rows) for name, rows in found.items()]).sort("fault", "plan", "feature").collect()


def _fault(name: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    has = rows.collect_schema().names()
    told = {column: pl.col(column) if column in has else pl.lit(None) for column in FAULTS} | {"fault": pl.lit(name)}
    return rows.select(expression.cast(pl.String).alias(column) for column, expression in told.items())


def placed(accounts: pl.LazyFrame, path: pl.LazyFrame) -> pl.LazyFrame:
    """account_id, plan, plan_key, place, plan_seats of each account; place is null for who is on no plan of the path."""
    keyed = accounts.select("account_id", "plan").with_columns(plan_key=plan_key())
    return keyed.join(path.drop("plan"), on="plan_key", how="left")


def next_plans(path: pl.LazyFrame) -> pl.LazyFrame:
    """place, next_plan, next_key, next_seats: the plans of the next higher place, one row each; the highest place has none."""
    places = path.select("place").unique().sort("place").with_columns(next_place=pl.col("place").shift(-1)).drop_nulls()
    higher = path.select(next_place="place", next_plan="plan", next_key="plan_key", next_seats="plan_seats")
    return places.join(higher, on="next_place").drop("next_place").sort("place", "next_plan")


def features(plan_features: pl.LazyFrame, path: pl.LazyFrame) -> pl.LazyFrame:
    """feature, lowest_place, lowest_plans (named): from where on a feature is sold. A feature of which a plan is not on the path is left
    out: it may be lower."""
    known = plan_features.with_columns(plan_key=plan_key()).join(path.select("plan_key", "place", named="plan"), on="plan_key", how="left")
    lowest = pl.col("place").min()
    names = pl.col("named").filter(pl.col("place") == lowest).sort().unique(maintain_order=True).str.join(", ")
    found = known.group_by("feature").agg(lowest_place=lowest, lowest_plans=names, lost=pl.col("place").null_count())
    return found.filter(pl.col("lost") == 0).drop("lost")


def limits(plan_features: pl.LazyFrame) -> pl.LazyFrame:
    """plan_key, feature, monthly_limit of what is sold up to a limit; of a plan that is written in two ways the higher one."""
    keyed = plan_features.with_columns(plan_key=plan_key()).filter(pl.col("monthly_limit") > 0)
    return keyed.group_by("plan_key", "feature").agg(pl.col("monthly_limit").max())


def paid_on_plans(accounts: pl.LazyFrame, path: pl.LazyFrame) -> pl.LazyFrame:
    """What accounts on each plan of the path pay: plan_key, paying and seated (how many, and of these how many have seats), arr (cents, of
    all), median_arr and median_per_seat (cents; null of fewer than FEWEST). accounts: account_id, plan_key, arr, seats, of those that pay.
    """
    per_seat = pl.when(pl.col("seats") > 0).then(pl.col("arr") / pl.col("seats"))
    told = accounts.with_columns(per_seat=per_seat).group_by("plan_key").agg(
        paying=pl.len().cast(pl.Int64), seated=pl.col("per_seat").count().cast(pl.Int64), arr=pl.col("arr").sum(),
        median_arr=pl.col("arr").median(), median_per_seat=pl.col("per_seat").median(),
    )  # fmt: skip
    enough = path.select("plan_key").join(told, on="plan_key", how="left").with_columns(pl.col("paying", "seated", "arr").fill_null(0))
    return enough.with_columns(_median("median_arr", "paying"), _median("median_per_seat", "seated"))


def _median(name: str, of: str) -> pl.Expr:
    whole = pl.col(name).round(mode="half_away_from_zero").cast(pl.Int64)
    return pl.when(pl.col(of) >= FEWEST).then(whole).alias(name)
