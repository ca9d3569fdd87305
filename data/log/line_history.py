"""Contract lines through time, out of states: what held from when to when, each part with the file that first said it.

The rules, in the words of people: docs/RECORDS_AND_STATE.md. Frames in, frames out; what is read of the log is in listings.py.
"""

from collections.abc import Sequence

import polars as pl

from data.log.listings import Listings
from data.log.places import Place
from data.schema import CONTRACTS

KEY, NAMES = "row_key", CONTRACTS.names
# Another value of these is a change from a day on.
TERMS = (
    "account_id", "product", "kind", "amount", "period", "currency", "seats", "discount", "discount_amount", "discount_ends_on", "is_trial",
    "status", "trial_ends_on", "paused_on", "resumes_on",
)  # fmt: skip
# Of these the newest value holds for the line as a whole.
OF_THE_WHOLE = (
    "contract_id", "line_id", "auto_renew", "notice_days", "cancelled_on", "churn_reason", "has_ended", "billing_system", "renews_contract",
    "unit",
)  # fmt: skip
# What a file says of them says nothing of the time before it.
OF_THE_DAY = ("status", "has_ended")
BEFORE_IT_BEGAN = "not_begun"  # a status that the next one corrects: the line is then known to run since its start
PAYS, STOPPED = "paying", ("paused", "unpaid")
OF_LINES = {
    "line_key": pl.String, "line_starts_on": pl.Date, "line_ends_on": pl.Date, "known_since": pl.Date, "key_in_files": pl.String,
}  # fmt: skip
HEAD = pl.col("begins_line")


def as_recorded(rows: pl.DataFrame) -> pl.DataFrame:
    """Lines of records with OF_LINES: each is a whole line."""
    return rows.with_columns(
        line_key=pl.col(KEY), line_starts_on="starts_on", line_ends_on="ends_on", known_since=pl.lit(None, dtype=pl.Date), key_in_files=KEY
    )


def line_history(found: Listings, heard: Sequence[Place]) -> pl.DataFrame:
    """The lines that states list, one row for each part of a line in which nothing changed.

    Returns row_key, the columns of contracts, batch and line of the file that first said it, and OF_LINES: line_key (of all parts of a
    line), the start and end of that line, known_since (the first day of which a state tells, where the row's own start lies before it),
    and key_in_files. Parts of a line follow one another without a gap. booked_on of a part that follows another is its start, unless
    the file says more.
    """
    rows = _moments(_with_status(_with_ends(_one_a_day(_filled(found, heard)))))
    return _named(_parts(rows, found.gone.join(_with_written_end(found, heard), on=KEY, how="anti")))


# ---- what each state says, with what it does not say filled in ----


def _filled(found: Listings, heard: Sequence[Place]) -> pl.DataFrame:
    """Every listing with all columns: what a state does not say is as it was before, what no earlier one says is as it is first said.

    A line that records speak of begins with a row of what they say, without a day. What they corrected in a state counts no more, and
    batch and line are then theirs.
    """
    written = _with_written_end(found, heard)[KEY].implode()
    states = found.rows.with_columns(gap_from=pl.when(~pl.col(KEY).is_in(written)).then("gap_from"))
    said = _said_by_records(found.records, heard)
    base = said.select(KEY, *NAMES, batch="by", line="by_line", rank=pl.lit(-1, dtype=pl.Int32), is_file="is_file")
    rows = pl.concat([base.with_columns(pl.col("rank").cast(states["rank"].dtype)), states], how="diagonal_relaxed").sort(KEY, "rank")
    ranked = rows.join(said.select(KEY, "by", "by_line", r"^rank_of_.*$"), on=KEY, how="left", maintain_order="left").with_row_index("at")
    ranked = ranked.with_columns(key=pl.col(KEY).rle_id())
    lacking = {name: [place.batch for place in heard if name not in place.columns] for name in NAMES}
    lacking = {name: batches if len(batches) < len(heard) else [] for name, batches in lacking.items()}
    filled = _carried(ranked, {name: batches for name, batches in lacking.items() if batches or said.height})
    corrected = pl.max_horizontal(f"rank_of_{name}" for name in TERMS) > pl.col("rank")
    by = {"batch": pl.when(corrected).then("by").otherwise("batch"), "line": pl.when(corrected).then("by_line").otherwise("line")}
    return filled.with_columns(**by).filter(pl.col("is_file").fill_null(True))


def _with_written_end(found: Listings, heard: Sequence[Place]) -> pl.DataFrame:
    """The lines whose end was written in the app; it stays, whatever is missing."""
    edits = [place.batch for place in heard if place.edit and "ends_on" in place.columns]
    return found.records.filter(pl.col("batch").is_in(edits)).select(KEY).unique()


def _said_by_records(records: pl.DataFrame, heard: Sequence[Place]) -> pl.DataFrame:
    """The newest value per line and column among records and edits, and its rank: row_key, the columns, rank_of_ each; by and by_line,
    the newest batch that tells terms and its line; is_file, whether any is a file."""
    edits = [place.batch for place in heard if place.edit]
    of_terms = [place.batch for place in heard if set(TERMS) & set(place.columns)]
    newest = records.sort(pl.col("batch").is_in(of_terms), "rank").group_by(KEY, maintain_order=True).agg(
        by=pl.col("batch").last(), by_line=pl.col("line").last(), is_file=~pl.col("batch").is_in(edits).all()
    )  # fmt: skip
    told = []
    for name in NAMES:
        said = pl.col("batch").is_in([place.batch for place in heard if name in place.columns])
        told += [pl.col(name).filter(said).last(), pl.col("rank").filter(said).last().alias(f"rank_of_{name}")]
    return newest.join(records.sort("rank").group_by(KEY).agg(told), on=KEY, how="left", maintain_order="left")


def _carried(rows: pl.DataFrame, lacking: dict[str, list[int]]) -> pl.DataFrame:
    """The rows with what columns say by then, told on the day itself or last before it; before it is ever told, as it is told first.

    lacking: the columns, each with the batches that do not have it.
    """
    told = {name: f"told_{name}" for name in lacking}  # the row that says it
    before = {at: pl.when(_says(name, lacking[name])).then("at").forward_fill().over("key") for name, at in told.items()}
    of_the_day = {at: pl.col(at).last().over("key", "day") for at in told.values()}
    first = {at: pl.col(at).backward_fill().over("key") for name, at in told.items() if name not in OF_THE_DAY}
    dated = rows.with_columns(**before).with_columns(**of_the_day).with_columns(**first)
    return dated.with_columns(pl.col(name).gather(pl.col(at)) for name, at in told.items()).drop(told.values())


def _says(name: str, lacking: list[int]) -> pl.Expr:
    """Whether a row says something of a column that no record has corrected since."""
    by_records = pl.col(f"rank_of_{name}")
    of_state = ~pl.col("batch").is_in(lacking) & (by_records.is_null() | (pl.col("rank") > by_records))
    return pl.when(pl.col("rank") < 0).then(by_records.is_not_null()).otherwise(of_state)


def _one_a_day(rows: pl.DataFrame) -> pl.DataFrame:
    """Of several states of one day the last, with all that the ones before it say."""
    gap = pl.col("gap_from").drop_nulls().first().over("key", "day")
    return rows.with_columns(gap_from=gap).unique(["key", "day"], keep="last", maintain_order=True)


# ---- what each state means, beside the one before it ----


def _with_ends(rows: pl.DataFrame) -> pl.DataFrame:
    """Starts and ends as far as they are known: a line that has ended on a day that no file gives ended on the day of the first state
    that says so, or, where that is the first of all, counts nothing. A start that no file gives is the day of the first state."""
    first_day = pl.when(pl.col("key").is_first_distinct()).then(pl.coalesce("day", pl.col("day").shift(-1))).forward_fill()
    begun = rows.with_columns(
        starts_on=pl.coalesce("starts_on", first_day), over=pl.col("has_ended").fill_null(False) & pl.col("ends_on").is_null()
    )
    first = pl.col("key").is_first_distinct()
    day = pl.when(first).then("starts_on").when(~pl.col("over").shift()).then("day").forward_fill()
    return begun.with_columns(ends_on=pl.when("over").then(day).otherwise("ends_on"))


def _with_status(rows: pl.DataFrame) -> pl.DataFrame:
    """Statuses as far as they are known: a line is paused, or unpaid, since the day that a file gives, else since the day of the first
    state that says so. One that had not begun is, for the time before, what the next state says."""
    if rows["status"].null_count() == rows.height:
        return rows
    nothing = (pl.col("status") == BEFORE_IT_BEGAN).fill_null(False)
    following = pl.when(~nothing).then(pl.col("status").fill_null(PAYS)).backward_fill().over("key")
    status = pl.when(nothing).then(pl.coalesce(following, "status")).otherwise("status")
    told = rows.with_columns(status=status).with_columns(stopped=pl.col("status").is_in(STOPPED).fill_null(False))
    anew = pl.col("key").is_first_distinct() | pl.col("status").ne_missing(pl.col("status").shift())
    since = pl.when(anew).then(pl.coalesce("day", pl.col("day").shift(-1))).forward_fill()  # records come before states, without a day
    return told.with_columns(paused_on=pl.when("stopped").then(pl.coalesce("paused_on", since)).otherwise("paused_on"))


def _before(name: str) -> pl.Expr:
    """What the row above says, of the same line: rows lie in the order of their keys. Far quicker than a window for each line."""
    return pl.when(pl.col("key") == pl.col("key").shift()).then(pl.col(name).shift())


def _moments(rows: pl.DataFrame) -> pl.DataFrame:
    """Each state's row with what it means: begins_line, changes (other terms than before), own_start (the line begins with the row's
    own start), since (the day from which it holds)."""
    start, end, day, before = (pl.col(name) for name in ("starts_on", "ends_on", "day", "before"))
    last_start, last_end, first = _before("starts_on"), _before("ends_on"), pl.col("key").is_first_distinct()
    planned = (last_start > before).fill_null(False)
    anew = (start != last_start) & ((last_end <= start).fill_null(False) | ((start > before).fill_null(False) & ~planned))
    had_ended = (last_end <= before).fill_null(False)
    runs = (end.is_null() | (end > day)).fill_null(False)
    told = rows.with_columns(
        is_first=first, own_start=first | anew.fill_null(False), last_end=last_end,
        back=pl.col("gap_from").is_not_null() | (had_ended & runs),
        renewed=((last_end <= day) & ~had_ended & (end.is_null() | (end > last_end))).fill_null(False),
        changes=~first & pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in TERMS),
        booked_anew=~first & pl.col("booked_on").is_not_null() & pl.col("booked_on").ne_missing(_before("booked_on")),
    )  # fmt: skip
    given, gone_from = pl.col("changed_on"), pl.coalesce("gap_from", "last_end")
    since = (
        pl.when("own_start").then(start)
        .when("back").then(pl.when((given > gone_from) & (given <= day)).then(given).otherwise(day))
        .when("renewed").then("last_end")
        .otherwise(pl.coalesce(*(_between(one) for one in (*_days_of_status(), given)), "day"))
    )  # fmt: skip
    return told.with_columns(since=since, begins_line=pl.any_horizontal("own_start", "back", "renewed"))


def _between(told: pl.Expr) -> pl.Expr:
    """A day that a file gives for a change, where it lies between the two states."""
    return pl.when((told >= pl.coalesce("before", told)) & (told <= pl.col("day"))).then(told)


def _days_of_status() -> tuple[pl.Expr, ...]:
    """The days that a file itself gives for what became of a subscription since the state before: paused, resumed, the end of its trial."""
    was_stopped = _before("status").is_in(STOPPED) & ~pl.col("status").is_in(STOPPED).fill_null(False)
    was_trial = (_before("status") == "trial") & (pl.col("status") != "trial").fill_null(True)
    return (
        pl.when(pl.col("paused_on").ne_missing(_before("paused_on"))).then("paused_on"),
        pl.when(pl.col("resumes_on").ne_missing(_before("resumes_on"))).then("resumes_on"),
        pl.when(was_stopped).then(_before("resumes_on")),
        pl.when(was_trial).then(pl.coalesce("trial_ends_on", _before("trial_ends_on"))),
    )


# ---- lines and their parts ----


def _parts(rows: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """The rows that begin a part of a line, each with its start and end; parts that cover no day are left out, but for a line that
    covers none at all."""
    numbered = rows.with_columns(number=HEAD.cum_sum())
    newest = numbered.filter(pl.col("number").is_last_distinct()).select(
        "number", *OF_THE_WHOLE, line_ends_on="ends_on", newest_start="starts_on"
    )  # fmt: skip
    parts = numbered.drop(OF_THE_WHOLE).filter(HEAD | pl.col("changes")).join(newest, on="number", how="left", maintain_order="left")
    begins = pl.when(HEAD).then(pl.when("own_start").then("newest_start").otherwise("since")).forward_fill()
    capped = _capped(parts.with_columns(line_starts_on=begins), gone)
    since = pl.when(HEAD).then("line_starts_on").otherwise(pl.max_horizontal("since", "line_starts_on"))
    timed = capped.with_columns(starts_on=since).with_columns(
        ends_on=pl.min_horizontal(pl.when(~HEAD.shift(-1).fill_null(True)).then(pl.col("starts_on").shift(-1)), "line_ends_on")
    )
    lasts = pl.col("ends_on").is_null() | (pl.col("starts_on") < pl.col("ends_on"))
    none, last = ~lasts.any().over("key"), pl.col("key").is_last_distinct()
    return timed.filter(lasts | (none & last))


def _capped(whole: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """Each line ends at the latest where it went missing and where the next one begins, and never before it starts."""
    heads = whole.filter(HEAD).select(KEY, "key", "number", "line_starts_on", "gap_from", "line_ends_on")
    ends = (
        heads.join(gone, on=KEY, how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("key") == pl.col("key").shift(-1)).then(pl.col(name).shift(-1)).alias(f"next_{name}")
            for name in ("line_starts_on", "gap_from")
        )
        .with_columns(is_last=pl.col("key").is_last_distinct())
    )
    missing = pl.when("is_last").then("missing_from").otherwise("next_gap_from")
    end = pl.min_horizontal("line_ends_on", "next_line_starts_on", missing)
    found = ends.select("number", line_ends_on=pl.when(end.is_not_null()).then(pl.max_horizontal(end, "line_starts_on")))
    return whole.drop("line_ends_on").join(found, on="number", how="left", maintain_order="left")


def _named(parts: pl.DataFrame) -> pl.DataFrame:
    """The parts with keys of their own, and what is known of the line since when."""
    first, head = pl.col("key").is_first_distinct(), pl.col("number").is_first_distinct()
    line_key = pl.when(pl.col("number") == pl.col("number").first().over("key")).then(KEY).otherwise(_from("line_starts_on"))
    known = pl.min_horizontal("day", pl.when(pl.col("changed_on") > pl.col("line_starts_on")).then("changed_on"))
    assumed = HEAD & pl.col("own_start") & pl.col("day").is_not_null() & (known > pl.col("line_starts_on"))
    named = parts.with_columns(line_key=line_key, key_in_files=KEY).with_columns(
        pl.when(head).then("line_key").otherwise(_from("starts_on")).alias(KEY),
        booked_on=pl.when(first | pl.col("booked_anew")).then("booked_on").otherwise("starts_on"),
        known_since=pl.when(assumed.fill_null(False)).then(pl.when("is_first").then(known).otherwise("day")),
    )
    return named.select(KEY, *NAMES, "batch", "line", *OF_LINES)


def _from(day: str) -> pl.Expr:
    return pl.format("{} from {}", KEY, day)
