"""What was said before accounts were lost or kept: by the health score, the churn model and the CSM, and what came of their warnings."""

from collections.abc import Sequence

import polars as pl

from metrics.offers import wilson
from metrics.renewal_calls import AT_RISK, LOST, in_force_on_days

BEFORE = (90, 60, 30)  # days before a churn or a renewal at which is looked
SCORE, MODEL, CSM = SOURCES = ("score", "model", "csm")
ANYBODY = "anybody"
WARNED, FINE, NOT_KNOWN = SAYS = ("warned", "fine", "not_known")
SEEN, AFTER_NOTICE, UNSEEN = "seen", "after_notice", "unseen"
VERDICTS = (SEEN, AFTER_NOTICE, UNSEEN, NOT_KNOWN)
WARNING_CALLS = (AT_RISK, LOST)
CASE = ["account_id", "on"]
LOOK = [*CASE, "before"]
ONE_YEAR, TWO_YEARS = 365, 730
TENURES = ("1: under a year", "2: one to two years", "3: two years and more")
COUNTS = tuple(f"{came}_{said}" for came in ("lost", "kept") for said in SAYS)
SHARES = ("seen_share", "seen_low", "seen_high", "true_share", "true_low", "true_high")
PRICE = {
    "source": pl.String, "lead_days": pl.Int64, **dict.fromkeys(COUNTS, pl.Int64), "lost_after_notice": pl.Int64,
    "reconstructed": pl.Int64, **dict.fromkeys(SHARES, pl.Float64),
}  # fmt: skip


def days_before(cases: pl.DataFrame) -> pl.DataFrame:
    """The days on which cases (CASE: an account, and the day on which it was lost or kept) are looked at: CASE, before (days), day."""
    lead = pl.DataFrame({"before": BEFORE}, schema={"before": pl.Int64})
    return cases.select(CASE).join(lead, how="cross").with_columns(day=pl.col("on") - pl.duration(days=pl.col("before")))


def called(looks: pl.DataFrame, calls: pl.DataFrame, *, exact: bool = False) -> pl.DataFrame:
    """The call that held on the day of each look: LOOK, call; looks without one have no row.

    looks: LOOK, day. calls: rows of renewal_calls, with batch. Of several renewals of the account the one of the case's day counts, else,
    unless `exact`, the next one after the look.
    """
    of_case = pl.col("due_on") == pl.col("on")
    renewals = looks.join(calls.select("account_id", "due_on").unique(), on="account_id").filter(
        of_case | (pl.lit(not exact) & (pl.col("due_on") > pl.col("day")))
    )
    held = in_force_on_days(calls.lazy(), renewals.lazy()).filter(pl.col("call").is_not_null()).collect()
    ordered = held.sort(of_case, "due_on", descending=[True, False])
    return ordered.group_by(LOOK, maintain_order=True).agg(pl.col("call").first())


def said(looks: pl.DataFrame) -> pl.DataFrame:
    """What each source said at each look: the columns of looks, and SCORE, MODEL and CSM, each of SAYS.

    looks: is_lowest (the band of the score is the lowest one; null where it was not known), likely (the model thought a loss likely; null
    where it said nothing), call (null: none).
    """
    told = {SCORE: pl.col("is_lowest"), MODEL: pl.col("likely"), CSM: pl.col("call").is_in(WARNING_CALLS)}
    return looks.with_columns(
        pl.when(warns).then(pl.lit(WARNED)).when(~warns).then(pl.lit(FINE)).otherwise(pl.lit(NOT_KNOWN)).alias(name)
        for name, warns in told.items()
    )


def verdicts(looks: pl.DataFrame) -> pl.DataFrame:
    """One row per case: was_seen, warned_first (who warned first, of several at once the first of SOURCES) and first_warning (how many days
    before); null without.

    was_seen: SEEN (somebody warned on one of the days), AFTER_NOTICE (somebody did, and never before notice had been given), UNSEEN (nobody
    did, though somebody had said something), NOT_KNOWN (nobody had said anything). looks: as `said` has them, with noticed.
    """
    long = pl.concat([looks.select(*LOOK, "noticed", source=pl.lit(name), says=name) for name in SOURCES])
    warned = pl.col("says") == WARNED
    by = pl.col("source").filter(warned).sort_by(pl.col("before").filter(warned), descending=True, maintain_order=True)
    told = long.group_by(CASE, maintain_order=True).agg(
        warned_first=by.first(),
        first_warning=pl.col("before").filter(warned).max(),
        in_time=(warned & ~pl.col("noticed")).any(),
        spoke=(pl.col("says") != NOT_KNOWN).any(),
    )
    verdict = (
        pl.when("in_time").then(pl.lit(SEEN)).when(pl.col("first_warning").is_not_null()).then(pl.lit(AFTER_NOTICE))
        .when("spoke").then(pl.lit(UNSEEN)).otherwise(pl.lit(NOT_KNOWN))
    )  # fmt: skip
    return told.with_columns(was_seen=verdict).select(*CASE, "was_seen", "warned_first", "first_warning")


def price(looks: pl.DataFrame) -> pl.DataFrame:
    """How many of those who were lost, and of those who were kept, each source had warned of: one row per source (ANYBODY: one of them)
    and number of days before, and one for all days together (lead_days null).

    looks: as `said` has them, with came (lost, kept), noticed (notice was given by the day) and afterwards (the score is worked out
    afterwards). A case that had been warned of on one of several days was warned of. Returns PRICE: the counts; lost_after_notice: of
    lost_warned those where notice was given by the first warning, which is no foresight; reconstructed: cases of which a score counts
    that is worked out afterwards; seen_share: of the lost of which the source said something, how many it had warned of; true_share: of
    its warnings, how many came true, null where it had said nothing of any that were kept, so that no warning could be false (of
    ANYBODY: where one of them had); both with their 95 % interval (Wilson), null of nothing.
    """
    each = pl.concat([looks, looks.with_columns(before=pl.lit(None, pl.Int64))])
    anybody = pl.concat([_said_by(each, name) for name in SOURCES]).with_columns(source=pl.lit(ANYBODY))
    long = pl.concat([*(_said_by(each, name) for name in SOURCES), anybody])
    warned, spoke = pl.col("says") == WARNED, pl.col("says") != NOT_KNOWN
    by_case = long.group_by("source", "before", "came", *CASE).agg(
        says=pl.when(warned.any()).then(pl.lit(WARNED)).when(spoke.any()).then(pl.lit(FINE)).otherwise(pl.lit(NOT_KNOWN)),
        after_notice=pl.col("noticed").filter(warned).all() & warned.any(),
        afterwards=(pl.col("afterwards") & spoke).any(),
    )
    counts = [
        ((pl.col("came") == came) & (pl.col("says") == says)).sum().cast(pl.Int64).alias(f"{came}_{says}")
        for came in ("lost", "kept")
        for says in SAYS
    ]
    found = by_case.group_by("source", lead_days="before").agg(
        *counts,
        lost_after_notice=((pl.col("came") == "lost") & pl.col("after_notice")).sum().cast(pl.Int64),
        reconstructed=pl.col("afterwards").sum().cast(pl.Int64),
    )
    order = pl.col("source").replace_strict({name: at for at, name in enumerate((*SOURCES, ANYBODY))}, return_dtype=pl.Int64)
    return (
        _with_shares(found.sort(order, pl.col("lead_days"), descending=[False, True], nulls_last=True))
        .with_columns(_told_of_kept())
        .select(*PRICE)
    )


def _said_by(looks: pl.DataFrame, name: str) -> pl.DataFrame:
    of_score = pl.col("afterwards") if name == SCORE else pl.lit(False)
    return looks.select(*LOOK, "came", "noticed", afterwards=of_score, source=pl.lit(name), says=name)


def _with_shares(found: pl.DataFrame) -> pl.DataFrame:
    counts = found.select("lost_warned", "lost_fine", "kept_warned", "kept_fine").rows()
    shares = [
        _share(warned, warned + fine) + _share(warned, (warned + alarms) * bool(alarms + quiet)) for warned, fine, alarms, quiet in counts
    ]
    return found.with_columns(pl.Series(name, [one[at] for one in shares], dtype=pl.Float64) for at, name in enumerate(SHARES))


def _told_of_kept() -> list[pl.Expr]:
    """Of all together, no share of true warnings where one that had spoken of the lost had said nothing of any that were kept."""
    lost, kept = (pl.sum_horizontal(f"{came}_warned", f"{came}_fine") for came in ("lost", "kept"))
    one_sided = ((pl.col("source") != ANYBODY) & (lost > 0) & (kept == 0)).any().over("lead_days")
    return [pl.when(~((pl.col("source") == ANYBODY) & one_sided)).then(pl.col(name)).alias(name) for name in SHARES[3:]]


def _share(part: int, whole: int) -> tuple[float | None, float | None, float | None]:
    return (part / whole if whole else None, *wilson(part, whole))


def tenure(days: pl.Expr) -> pl.Expr:
    """How long an account had paid, of TENURES; null where it is not known."""
    return (
        pl.when(days < ONE_YEAR).then(pl.lit(TENURES[0])).when(days < TWO_YEARS).then(pl.lit(TENURES[1]))
        .when(days >= TWO_YEARS).then(pl.lit(TENURES[2]))
    )  # fmt: skip


def counted(unseen: pl.DataFrame, others: pl.DataFrame, characteristic: str) -> pl.DataFrame:
    """How many of two groups of accounts have each value of a column: characteristic, value, has, whole, others_have, others.

    Accounts of which the value is not known count in neither. A value is listed where one of the two groups has it.
    """
    sides = [
        one.filter(pl.col(characteristic).is_not_null()).select(value=pl.col(characteristic).cast(pl.String)) for one in (unseen, others)
    ]
    first, second = (one.group_by("value").agg(pl.len().cast(pl.Int64)) for one in sides)
    both = first.join(second, on="value", how="full", coalesce=True, suffix="_others").sort("value")
    return both.select(
        characteristic=pl.lit(characteristic), value="value", has=pl.col("len").fill_null(0), whole=pl.lit(sides[0].height, pl.Int64),
        others_have=pl.col("len_others").fill_null(0), others=pl.lit(sides[1].height, pl.Int64),
    )  # fmt: skip


def counted_in_lists(unseen: pl.DataFrame, others: pl.DataFrame, characteristic: str, values: Sequence[str]) -> pl.DataFrame:
    """The same of a column with a list of values: an account has each value that stands in its list; a null list is not known."""
    rows = []
    for value in values:
        has = [one.filter(pl.col(characteristic).is_not_null())[characteristic].list.contains(value) for one in (unseen, others)]
        rows.append((characteristic, value, int(has[0].sum()), len(has[0]), int(has[1].sum()), len(has[1])))
    names = {
        "characteristic": pl.String,
        "value": pl.String,
        "has": pl.Int64,
        "whole": pl.Int64,
        "others_have": pl.Int64,
        "others": pl.Int64,
    }
    return pl.DataFrame(rows, schema=names, orient="row")
