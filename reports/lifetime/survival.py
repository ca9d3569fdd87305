"""How long do customers stay, and do segments, plans or cohorts differ in that?"""

import polars as pl

from language import mark, tr
from language.formats import listed, sentences
from models.lifetime import FEWEST_AT_RISK, FEWEST_LOSSES, NOBODY_LEFT, TOO_FEW_LOSSES
from models.survival import LogRankOfGroups, ended_by, kaplan_meier, log_rank_of_groups, median
from reports.books import Books
from reports.definition import Answer, Definition
from reports.lifetime.followed import FEWEST_ACCOUNTS, NOT_FOLLOWED, TOO_FEW_ACCOUNTS, by_group, followed, in_words
from reports.report import Question
from reports.units import empty

SURVIVAL = {
    "group": "text", "days": "count", "months": "decimal", "came_up": "count", "lost": "count", "still_there": "ratio", "low": "ratio",
    "high": "ratio",
}  # fmt: skip
YEARS = (1, 2, 3, 5)
SHARES = {f"year_{year}{limit}": "ratio" for year in YEARS for limit in ("", "_low", "_high")}
GROUPS = {
    "group": "text", "followed": "count", "lost": "count", "median_months": "decimal", "median_months_low": "decimal",
    "median_months_high": "decimal", **SHARES, "from_days": "count", "seen_days": "count", "why_null": "text",
}  # fmt: skip
TESTS = {"group": "text", "followed": "count", "lost": "count", "expected_lost": "decimal", "times_expected": "number", "why_null": "text"}
OF_TESTS = {"chi2": "number", "degrees": "count", "p": "number", "groups_are": "text"}
ACCOUNTS = {
    "account_id": "text", "name": "text", "life": "text", "first_paid": "day", "seen_from": "day", "seen_to": "day", "days": "count",
    "days_before": "count", "came_back": "flag", "term_months": "count", "renewals_passed": "count", "renewals_unseen": "count",
    "first_mrr": "money",
}  # fmt: skip
DAYS_OF_MONTH, DAYS_OF_YEAR = 365.25 / 12, 365.25
CHANCE = 0.05
FEWEST_EXPECTED = 5.0  # losses to be expected of a group, for the log-rank test to take it


def _spells(rows: pl.DataFrame, weigh: str) -> pl.DataFrame:
    """The lifetimes as spells of survival, weighed by what was paid on the first day where that is asked for."""
    told = rows.select(duration="days", event="lost", entry="days_before", weight="first_mrr", lasted=pl.col("days") > 0)
    counted = told.filter("lasted").drop("lasted")
    return counted.filter(pl.col("weight") > 0) if weigh == "mrr" else counted.drop("weight")


def _curve(spells: pl.DataFrame) -> tuple[pl.DataFrame, int, str | None]:
    """The curve of Kaplan and Meier as far as enough accounts are followed, from which day of a lifetime on, and why there is none."""
    lost = int(spells["event"].sum())
    if spells.height < FEWEST_ACCOUNTS or lost < FEWEST_LOSSES:
        why = NOT_FOLLOWED if spells.is_empty() else NOBODY_LEFT if not lost else TOO_FEW_LOSSES
        return kaplan_meier(spells.clear()), 0, TOO_FEW_ACCOUNTS if lost and spells.height < FEWEST_ACCOUNTS else why
    begins = _begins(kaplan_meier(spells))
    later = spells.filter(pl.col("duration") > begins).with_columns(entry=pl.max_horizontal("entry", pl.lit(begins)))
    curve = kaplan_meier(later if begins else spells)
    enough = curve.filter(pl.col("at_risk") >= FEWEST_AT_RISK)
    return curve.filter(pl.col("duration") <= enough["duration"].max()), begins, None


def _begins(curve: pl.DataFrame) -> int:
    """The day of a lifetime before which too few were followed; 0 where enough were from the first loss on."""
    first = curve.filter(pl.col("at_risk") >= FEWEST_AT_RISK)["duration"].min()
    before = curve.filter(pl.col("duration") < first)
    return int(before["duration"].max()) if before["events"].sum() else 0  # ty: ignore[invalid-argument-type]  a column of days


def _survival(books: Books, question: Question) -> Answer:
    """One row per group and day of a lifetime on which somebody was lost, and for the last day that enough are followed: how many were
    still there and followed on it (came_up), how many were lost, and the share still there after it, with its limits (95 %; empty where
    the share is 0 or 1).

    Empty for groups of which too little was seen; survival-groups says why. With weigh=mrr the share is that of what the accounts paid on
    their first day; the counts stay those of accounts.
    """
    own = followed(books, question)
    frames = [_told(_curve(_spells(rows, question.weigh))[0], group) for group, rows in by_group(own.counted)]
    return Answer(pl.concat(frames) if frames else empty(SURVIVAL), notes=own.notes(question.weigh), stated={"followed_until": own.until})


def _told(curve: pl.DataFrame, group: str | None) -> pl.DataFrame:
    kept = curve.filter((pl.col("events") > 0) | (pl.col("duration") == pl.col("duration").max()))
    return kept.select(
        group=pl.lit(group, dtype=pl.String), days=pl.col("duration").cast(pl.Int64), months=pl.col("duration") / DAYS_OF_MONTH,
        came_up="at_risk", lost="events", still_there="survival", low="low", high="high",
    )  # fmt: skip


def _groups(books: Books, question: Question) -> Answer:
    """One row per group: accounts followed and lost, after how many months half are lost (median_months with its limits; empty: not
    reached) and the share still there after one, two, three and five years with its limits (empty: too few were followed for so long).

    from_days: the day of a lifetime from which on enough were followed, where that is later than the first; shares are then of those who
    had lasted so long. seen_days: up to which enough were. why_null: why nothing is told of a group.
    """
    own = followed(books, question)
    rows = [{"group": group, **_measured(rows, question.weigh)} for group, rows in by_group(own.counted)]
    table = pl.DataFrame(rows, schema_overrides=_TYPES).select(*GROUPS) if rows else empty(GROUPS)
    totals = _measured(own.counted, question.weigh)
    return Answer(table, totals, own.notes(question.weigh), {"followed_until": own.until})


_TYPES = {"group": pl.String, "why_null": pl.String} | {name: pl.Float64 for name, unit in GROUPS.items() if unit in ("ratio", "decimal")}


def _measured(rows: pl.DataFrame, weigh: str) -> dict[str, object]:
    spells = _spells(rows, weigh)
    curve, begins, why = _curve(spells)
    half = median(curve)
    months = {"median_months": half.half, "median_months_low": half.low, "median_months_high": half.high}
    told: dict[str, object] = {name: None if days is None else days / DAYS_OF_MONTH for name, days in months.items()}
    for year in YEARS:
        gone = None if why else ended_by(curve, year * DAYS_OF_YEAR)
        share, low, high = (None,) * 3 if gone is None else (None if one is None else 1 - one for one in gone)
        told |= {f"year_{year}": share, f"year_{year}_low": high, f"year_{year}_high": low}
    seen = 0 if curve.is_empty() else int(curve["duration"][-1])
    counts = {"followed": spells.height, "lost": int(spells["event"].sum()), "from_days": begins, "seen_days": seen}
    return counts | told | {"why_null": in_words(why)}


def _tests(books: Books, question: Question) -> Answer:
    """One row per group: accounts followed, lost, how many would have been lost if all groups were alike (expected_lost), and how many
    times as many were.

    Totals: chi2 on so many degrees of freedom and p of the log-rank test of all groups together; groups_are: differ, no_difference (chance
    alone would do as well), too_few. Groups of which fewer than five losses are to be expected are left out of it, and why_null says so.
    """
    own = followed(books, question)
    parts = [(group, rows.filter(pl.col("days") > 0)) for group, rows in by_group(own.counted)]
    kept, found = _tested([(group, _spells(rows, "accounts")) for group, rows in parts])
    expected = dict(zip(kept, found.expected, strict=True))
    alone = "" if kept else tr("it takes two groups of which {losses:.0f} losses or more are to be expected", losses=FEWEST_EXPECTED)
    rows = [_test_row(group, rows, expected, alone) for group, rows in parts]
    table = pl.DataFrame(rows, schema_overrides=_TEST_TYPES).select(*TESTS) if rows else empty(TESTS)
    answer = "too_few" if len(kept) < 2 or found.p is None else "differ" if found.p < CHANCE else "no_difference"
    totals = {"chi2": found.chi2, "degrees": found.degrees, "p": found.p, "groups_are": answer}
    return Answer(table, totals, (_in_words(answer, found, table, question), *own.notes()), {"followed_until": own.until})


_TEST_TYPES = {"group": pl.String, "why_null": pl.String, "expected_lost": pl.Float64, "times_expected": pl.Float64}


def _test_row(group: str | None, rows: pl.DataFrame, expected: dict[str | None, float], alone: str) -> dict[str, object]:
    lost = int(rows["lost"].sum())
    few = None if group in expected else alone or tr("fewer than {losses:.0f} losses are to be expected of it", losses=FEWEST_EXPECTED)
    times = lost / expected[group] if group in expected else None
    return {
        "group": group, "followed": rows.height, "lost": lost, "expected_lost": expected.get(group), "times_expected": times,
        "why_null": few,
    }  # fmt: skip


def _tested(parts: list[tuple[str | None, pl.DataFrame]]) -> tuple[list[str | None], LogRankOfGroups]:
    """The groups of which enough losses are to be expected, and the test of them; the smallest one is left out until all have enough."""
    kept = list(parts)
    while True:
        found = log_rank_of_groups([spells for _, spells in kept])
        if len(kept) < 2 or min(found.expected) >= FEWEST_EXPECTED:
            return ([group for group, _ in kept], found) if len(kept) > 1 else ([], log_rank_of_groups([]))
        kept.pop(found.expected.index(min(found.expected)))


def _in_words(answer: str, found: LogRankOfGroups, table: pl.DataFrame, question: Question) -> str:
    """Whether groups differ, and which are lost soonest and latest."""
    if question.by is None:
        return tr("One group cannot be compared: choose what to split by.")
    compared, few = table.drop_nulls("times_expected").sort("times_expected"), table.filter(pl.col("times_expected").is_null())
    left_out = tr("{groups}: left out, since fewer than five losses are to be expected.", groups=listed(_names(few))) if few.height else ""
    if answer == "too_few" or compared.height < 2:
        return tr("Whether groups differ cannot be told: it takes two of which five losses or more are to be expected.")
    if answer == "no_difference":
        told = tr(
            "Whether these differ cannot be told, chance alone would do as well (p {p}): {groups}.",
            groups=listed(_names(compared)),
            p=_p(found.p),
        )
        return sentences(told, left_out)
    latest, soonest = compared.row(0, named=True), compared.row(-1, named=True)
    told = tr(
        "They differ (p {p}): {soonest} is lost soonest, {lost:,} accounts where {expected:.1f} would be if all were alike; {latest} "
        "latest, {latest_lost:,} where {latest_expected:.1f} would be.",
        p=_p(found.p), soonest=_named(soonest["group"]), lost=soonest["lost"], expected=soonest["expected_lost"],
        latest=_named(latest["group"]), latest_lost=latest["lost"], latest_expected=latest["expected_lost"],
    )  # fmt: skip
    return sentences(told, left_out)


def _names(table: pl.DataFrame) -> list[str]:
    return [_named(group) for group in table["group"].sort(nulls_last=True).to_list()]


def _named(group: str | None) -> str:
    return tr("(none)") if group is None else group


def _p(p: float | None) -> str:
    return "" if p is None else "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _accounts(books: Books, question: Question) -> Answer:
    """One row per account that has paid: when it first paid, from when on it is followed and up to when, whether it was lost then or is
    still there (life), its days, how many of them lay before it was followed (days_before), and its renewals: what term it renews by
    (empty: it changed terms), how many came up (renewals_passed: lost at the last of them, or all renewed), how many of them before it was
    followed.
    """
    own = followed(books, question)
    life = pl.when(~((pl.col("days_before") == 0) | (pl.col("days") > pl.col("days_before")))).then(pl.lit("not_followed"))
    told = own.rows.with_columns(life=life.when("lost").then(pl.lit("lost")).otherwise(pl.lit("there"))).rename(
        {"renewals": "renewals_passed", "renewals_before": "renewals_unseen"}
    )
    rows = told.join(books.names().collect(), on="account_id", how="left", maintain_order="left").select(*ACCOUNTS)
    totals = {"accounts": rows.height, "lost": int((rows["life"] == "lost").sum())}
    return Answer(rows, totals, own.notes(), {"followed_until": own.until})


survival = Definition("survival", mark("How long customers stay"), SURVIVAL, _survival, takes=("by", "weigh"))
survival_groups = Definition("survival-groups", mark("How long half stay"), GROUPS, _groups, GROUPS, takes=("by", "weigh"))
survival_tests = Definition("survival-tests", mark("Do groups stay equally long?"), TESTS, _tests, OF_TESTS, takes=("by",))
lifetime_accounts = Definition("lifetime-accounts", mark("Lifetimes of accounts"), ACCOUNTS, _accounts)
