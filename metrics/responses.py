"""What customers answer when they are asked: who counts, how sure a figure is, whether it changed, and who answered at all.

Answers are frames of ANSWER, requests frames of REQUEST. A window is of days: after `since` and up to `until`, as periods are.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from metrics.months import balance_day_before, month_ends
from metrics.surveys import DETRACTOR_TO, PROMOTER_FROM, SATISFIED_FROM

NPS, CSAT, TICKET = "nps", "csat", "ticket rating"  # sources: the two kinds of surveys, and ratings of tickets
SCALES = {NPS: (0, 10), CSAT: (1, 5), TICKET: (1, 5)}
DISSATISFIED_TO = 2  # of 5
SURE = 1.959964  # standard deviations that 95 % lie within, to both sides
FEW = 30  # answers below which a figure is said to rest on few; house rule
SMOOTHED = 3  # months of a window, where single months have few answers
TIME_TO_ANSWER = 14  # days that somebody who was asked has to answer before the request counts
REMINDED_WITHIN = 14  # days within which a person who is asked the same NPS question again was reminded
ANSWERS_WITHIN = 90  # days after a request in which an answer that names none is one to it
ANSWER = ("survey_id", "account_id", "contact_id", "source", "score", "comment", "answered_at", "day", "batch", "line")
REQUEST = ("request_id", "account_id", "contact_id", "source", "asked_at", "day", "survey_id")  # survey_id: the answer that came of it
PERSON = ("account_id", "contact_id", "source")
UP, DOWN, SAME, UNKNOWN = "higher", "lower", "no change", "not known"


def is_on_scale() -> pl.Expr:
    """Whether a score is a whole number of its source's scale."""
    inside = pl.lit(False)
    for source, (low, high) in SCALES.items():
        inside = inside | ((pl.col("source") == source) & pl.col("score").is_between(low, high))
    return (inside & (pl.col("score") == pl.col("score").round())).fill_null(False)


def score_group() -> pl.Expr:
    """promoter, passive, detractor of NPS; satisfied, neutral, dissatisfied of the others; null off the scale."""
    score, is_nps = pl.col("score"), pl.col("source") == NPS
    of_nps = _three(score >= PROMOTER_FROM, "promoter", score <= DETRACTOR_TO, "detractor", "passive")
    of_five = _three(score >= SATISFIED_FROM, "satisfied", score <= DISSATISFIED_TO, "dissatisfied", "neutral")
    return pl.when(is_on_scale()).then(pl.when(is_nps).then(of_nps).otherwise(of_five))


def _three(high: pl.Expr, above: str, low: pl.Expr, below: str, between: str) -> pl.Expr:
    return pl.when(high).then(pl.lit(above)).when(low).then(pl.lit(below)).otherwise(pl.lit(between))


def within(rows: pl.LazyFrame, since: date, until: date) -> pl.LazyFrame:
    """Those of the days after `since` and up to `until`."""
    return rows.filter(pl.col("day") > since, pl.col("day") <= until)


def as_contacts(rows: pl.LazyFrame, contacts: pl.LazyFrame) -> pl.LazyFrame:
    """The rows, of which those that name a person by the e-mail address of a contact of their account have that contact's id.

    contacts: account_id, contact_id, email. An id that is a contact's stays; of two contacts of one address the first id is meant.
    """
    address = pl.col("email").str.strip_chars().str.to_lowercase()
    named = contacts.filter(pl.col("email").is_not_null()).select("account_id", "contact_id", address=address).sort("contact_id")
    emails = named.unique(["account_id", "address"], keep="first", maintain_order=True).rename({"contact_id": "person"})
    ids = contacts.select("account_id", "contact_id", is_id=pl.lit(True)).unique()
    told = rows.with_columns(address=pl.col("contact_id").str.strip_chars().str.to_lowercase())
    met = told.join(emails, on=["account_id", "address"], how="left").join(ids, on=["account_id", "contact_id"], how="left")
    person = pl.when(pl.col("is_id").is_null()).then(pl.coalesce("person", "contact_id")).otherwise("contact_id")
    return met.with_columns(contact_id=person).drop("person", "address", "is_id")


def requests_once(requests: pl.LazyFrame) -> pl.LazyFrame:
    """The requests, of which those that remind a person of the same NPS question are one with the first: REQUEST and `asked_by`, the
    request that counts. Its day and moment are those of the first."""
    known = pl.col("contact_id").is_not_null() & (pl.col("source") == NPS)
    ordered = requests.sort("asked_at", "request_id")
    gap = (pl.col("asked_at") - pl.col("asked_at").shift(1)).over(*PERSON, order_by=["asked_at", "request_id"])
    starts = (gap.is_null() | (gap > timedelta(days=REMINDED_WITHIN)) | ~known).cast(pl.Int64)
    numbered = ordered.with_columns(turn=starts.cum_sum().over(*PERSON, order_by=["asked_at", "request_id"]))
    first = pl.col("request_id").sort_by("asked_at", "request_id").first().over(*PERSON, "turn")
    return numbered.with_columns(asked_by=first).drop("turn")


def with_request(answers: pl.LazyFrame, requests: pl.LazyFrame) -> pl.LazyFrame:
    """The answers with `asked_by`, the request that each is an answer to; null where none is known.

    The request that names the answer, else the newest one to the same person (account and contact) and of the same kind, up to
    ANSWERS_WITHIN days before it. Who answered is not known of an answer without a contact: it belongs to requests without one.
    requests: requests_once.
    """
    names = requests.filter(pl.col("survey_id").is_not_null()).sort("asked_at", "request_id").unique(["survey_id", "source"], keep="last")
    named = names.select("survey_id", "source", named_one="asked_by")
    keys = [f"key_{name}" for name in PERSON]
    key = [pl.col(name).fill_null("").alias(f"key_{name}") for name in PERSON]
    asked = requests.select(*key, "asked_at", met="asked_by").sort("asked_at")
    found = answers.join(named, on=["survey_id", "source"], how="left").with_columns(key).sort("answered_at")
    told = found.join_asof(
        asked, left_on="answered_at", right_on="asked_at", by=keys, tolerance=timedelta(days=ANSWERS_WITHIN), check_sortedness=False
    )
    return told.with_columns(asked_by=pl.coalesce("named_one", "met")).drop("named_one", "met", "asked_at", *keys, strict=False)


def once(answers: pl.LazyFrame, *windows: str) -> pl.LazyFrame:
    """Of answers that are one person's say the newest: of NPS one a person, of others (and without a contact) one a request.

    answers: with_request; windows: columns within which each counts. An answer of nobody known to no known request stands for itself.
    """
    person = pl.format("p {} {}", pl.col("account_id"), pl.col("contact_id"))
    unit = (
        pl.when((pl.col("source") == NPS) & pl.col("contact_id").is_not_null()).then(person)
        .when(pl.col("asked_by").is_not_null()).then(pl.format("r {}", pl.col("asked_by")))
        .otherwise(pl.format("a {} {}", pl.col("account_id"), pl.col("survey_id")))
    )  # fmt: skip
    ordered = answers.with_columns(unit=unit).sort("answered_at", "survey_id")
    return ordered.unique(["source", "unit", *windows], keep="last", maintain_order=True).drop("unit")


def nps_of(answers: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """NPS of answers on the scale, in points, with its margin: answers, promoters, passives, detractors, nps, nps_margin, nps_low,
    nps_high, few.

    nps_margin: 95 %, from the variance of a multinomial draw, 1.96 x 100 x sqrt((p + d - (p - d)^2) / n). It is null where it cannot be
    told: with fewer than two answers, and where all are of one group, of which that variance is nought whatever the customers think.
    Source: www.cybaea.net, 2016-01-14, Net Promoter Score confidence intervals 2.
    nps_low, nps_high: the figure less and plus the margin, within -100 and 100. few: fewer than FEW answers. One row without `by`.
    """
    promotes, detracts = pl.col("score") >= PROMOTER_FROM, pl.col("score") <= DETRACTOR_TO
    counted = _counted(answers, by, promoters=promotes, passives=~promotes & ~detracts, detractors=detracts)
    n, p, d = pl.col("answers"), pl.col("promoters") / pl.col("answers"), pl.col("detractors") / pl.col("answers")
    spread = (p + d - (p - d) ** 2) / n
    found = counted.with_columns(
        nps=pl.when(n > 0).then(100 * (pl.col("promoters") - pl.col("detractors")) / n),
        nps_margin=pl.when((n > 1) & _several("promoters", "passives", "detractors")).then(100 * SURE * spread.sqrt()),
        few=n < FEW,
    )
    low, high = (pl.col("nps") + sign * pl.col("nps_margin") for sign in (-1, 1))
    return found.with_columns(nps_low=low.clip(-100, 100), nps_high=high.clip(-100, 100))


def _several(*groups: str) -> pl.Expr:
    """Whether more than one group has answers."""
    return pl.sum_horizontal([(pl.col(name) > 0).cast(pl.Int64) for name in groups]) > 1


def csat_of(answers: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """CSAT of answers on the scale: answers, satisfied, csat (share of 4 and 5), csat_low, csat_high (95 %, Wilson),
    csat_mean (1 to 5), few.

    Source: Wilson (1927), as in Newcombe, Statistics in Medicine 17 (1998), method 3. Null without answers. One row without `by`.
    """
    counted = _counted(answers, by, mean=pl.col("score").mean(), satisfied=pl.col("score") >= SATISFIED_FROM)
    n, share = pl.col("answers"), pl.col("satisfied") / pl.col("answers")
    middle, whole = share + SURE**2 / (2 * n), 1 + SURE**2 / n
    reach = SURE * (share * (1 - share) / n + SURE**2 / (4 * n**2)).sqrt()
    told = {"csat": share, "csat_low": ((middle - reach) / whole).clip(0, 1), "csat_high": ((middle + reach) / whole).clip(0, 1)}
    return counted.with_columns(few=n < FEW, **{name: pl.when(n > 0).then(value) for name, value in told.items()})


def _counted(answers: pl.LazyFrame, by: Sequence[str], mean: pl.Expr | None = None, **kinds: pl.Expr) -> pl.LazyFrame:
    counts = [pl.len().cast(pl.Int64).alias("answers"), *(kind.sum().cast(pl.Int64).alias(name) for name, kind in kinds.items())]
    counts += [mean.alias("csat_mean")] if mean is not None else []
    return answers.group_by(by).agg(counts).sort(by, nulls_last=True) if by else answers.select(counts)


def rate_of(requests: pl.LazyFrame, answers: pl.LazyFrame, *, day: date, by: Sequence[str] = ()) -> pl.LazyFrame:
    """Response rate of requests: were_asked, answered, response_rate (ratio; null where nobody was asked).

    requests: requests_once with `by`, of the window; those of the last TIME_TO_ANSWER days before `day` are left out, since who was asked
    then may still answer. A request is answered once, whatever the number of answers. answers: with_request, of all time up to `day`.
    """
    asked = requests.filter(pl.col("request_id") == pl.col("asked_by"), pl.col("day") <= day - timedelta(days=TIME_TO_ANSWER))
    met = answers.select("asked_by").drop_nulls().unique().with_columns(met=pl.lit(True))
    told = asked.join(met, on="asked_by", how="left")
    counts = [pl.len().cast(pl.Int64).alias("were_asked"), pl.col("met").fill_null(False).sum().cast(pl.Int64).alias("answered")]
    found = told.group_by(by).agg(counts) if by else told.select(counts)
    return found.with_columns(response_rate=pl.when(pl.col("were_asked") > 0).then(pl.col("answered") / pl.col("were_asked")))


def months_in_windows(answers: pl.LazyFrame, start: date, end: date) -> pl.LazyFrame:
    """The answers of each month whose last day lies after `start` and not after `end`, or of the SMOOTHED months that end with it.

    A source has one window for all of its months: SMOOTHED, where any of them that has answers has fewer than FEW. Adds month (its first
    day), window_months, and shown: false for months before `start`, which are there to compare with. answers: with_request, on the
    scale. An answer may stand in several windows.
    """
    ends = month_ends(balance_day_before(start, SMOOTHED), end)
    single = _windowed(answers, ends, 1).with_columns(shown=pl.col("month").dt.month_end() > start)
    per_month = single.filter("shown").group_by("source", "month").agg(n=pl.len())
    smooth = per_month.group_by("source").agg(smooth=(pl.col("n") < FEW).any())
    wide = _windowed(answers, ends, SMOOTHED).with_columns(shown=pl.col("month").dt.month_end() > start)
    wanted = pl.when(pl.col("smooth").fill_null(True)).then(SMOOTHED).otherwise(1)
    both = pl.concat([single, wide]).join(smooth, on="source", how="left")
    return both.filter(pl.col("window_months") == wanted).drop("smooth")


def _windowed(answers: pl.LazyFrame, ends: Sequence[date], months: int) -> pl.LazyFrame:
    windows = pl.LazyFrame(
        {"since": [balance_day_before(one, months) for one in ends], "until": list(ends)}, schema={"since": pl.Date, "until": pl.Date}
    )
    told = answers.join(windows, how="cross").filter(pl.col("day") > pl.col("since"), pl.col("day") <= pl.col("until"))
    named = told.with_columns(month=pl.col("until").dt.month_start(), window_months=pl.lit(months, pl.Int32)).drop("since", "until")
    return once(named, "month")


def nps_changes(months: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of nps_of by month with what changed against the window that ended just before theirs began.

    change, change_margin (points): the difference and its 95 % margin, of two independent draws; compared: higher or lower where the
    change is larger than its margin, else no change; not known where one of the windows has no margin. months: month, window_months.
    """
    paired = _with_earlier(months, "nps", "nps_margin")
    margin = (pl.col("nps_margin") ** 2 + pl.col("nps_margin_before") ** 2).sqrt()
    return _compareds(paired.with_columns(change=pl.col("nps") - pl.col("nps_before"), change_margin=margin)).drop(
        "nps_before", "nps_margin_before"
    )


def csat_changes(months: pl.LazyFrame) -> pl.LazyFrame:
    """The same of rows of csat_of by source and month; ratios. The margin is the one towards no change, from Wilson's limits.

    Source: Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
    """
    paired = _with_earlier(months, "csat", "csat_low", "csat_high", by=("source",))
    rose = pl.col("csat") >= pl.col("csat_before")
    own = pl.when(rose).then(pl.col("csat") - pl.col("csat_low")).otherwise(pl.col("csat_high") - pl.col("csat"))
    other = (
        pl.when(rose).then(pl.col("csat_high_before") - pl.col("csat_before")).otherwise(pl.col("csat_before") - pl.col("csat_low_before"))
    )
    told = paired.with_columns(change=pl.col("csat") - pl.col("csat_before"), change_margin=(own**2 + other**2).sqrt())
    return _compareds(told).drop("csat_before", "csat_low_before", "csat_high_before")


def _with_earlier(months: pl.LazyFrame, *values: str, by: Sequence[str] = ()) -> pl.LazyFrame:
    """The rows beside the values of the window before theirs, which shares no day with them."""
    later = pl.col("month").dt.offset_by(pl.format("{}mo", pl.col("window_months")))
    before = months.select(*by, later.alias("month"), *(pl.col(name).alias(f"{name}_before") for name in values))
    return months.join(before, on=[*by, "month"], how="left").sort(*by, "month")


def _compareds(rows: pl.LazyFrame) -> pl.LazyFrame:
    change, margin = pl.col("change"), pl.col("change_margin")
    compared = (
        pl.when(change.is_null() | margin.is_null()).then(pl.lit(UNKNOWN))
        .when(change.abs() <= margin).then(pl.lit(SAME))
        .when(change > 0).then(pl.lit(UP)).otherwise(pl.lit(DOWN))
    )  # fmt: skip
    return rows.with_columns(compared=compared)


def scores(answers: pl.LazyFrame) -> pl.LazyFrame:
    """How many gave each score of each source's scale, also those that nobody gave: source, score, score_group, answers, share (of the
    source's; null where it has none). answers: on the scale."""
    scale = [(source, float(score)) for source, (low, high) in SCALES.items() for score in range(low, high + 1)]
    all_scores = pl.LazyFrame(scale, schema={"source": pl.String, "score": pl.Float64}, orient="row")
    given = answers.group_by("source", "score").agg(answers=pl.len().cast(pl.Int64))
    found = all_scores.join(given, on=["source", "score"], how="left").with_columns(pl.col("answers").fill_null(0))
    whole = pl.col("answers").sum().over("source")
    told = found.with_columns(score_group=score_group(), share=pl.when(whole > 0).then(pl.col("answers") / whole))
    order = pl.col("source").replace_strict({one: at for at, one in enumerate(SCALES)}, return_dtype=pl.Int64)
    return told.sort(order, "score")
