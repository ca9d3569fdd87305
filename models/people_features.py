"""Who at an account was spoken with, who left, and who speaks up for the product, as told by a day."""

import polars as pl

from metrics.account_measures import Known
from models.history import History

TALKS, FACES, NEWS = 90, 180, 180  # days that conversations, the people in them, and people who left are counted for
PEOPLE = ("talks", "talks_before", "people_talked", "people_left", "champions", "days_since_champion_talk")
ON = ["account_id", "as_of"]


def people_features(at: pl.DataFrame, history: History, known: Known) -> pl.DataFrame:
    """PEOPLE of each row of `at` (account_id, as_of).

    talks, talks_before: conversations in TALKS days, and in the TALKS days before these; people_talked: different people in those of
    FACES days, null where conversations do not name them. All are null where nobody logs conversations. people_left: contacts who left
    in NEWS days; null before the company first recorded one. champions: contacts who were called champions in the log by the day, and had
    not left; null before it called anybody so. days_since_champion_talk: since the last conversation with one of these; null without.
    """
    held = history.activities.filter(pl.col("kind") == "conversation").select("account_id", "done_on", _named(history.activities))
    rows = at
    for part in (_talks(at, held), _faces(at, held), _left(at, history.people), _champions(at, held, history)):
        rows = rows.join(part, on=ON, how="left")
    logged = known.activities_recorded.tells_of(pl.col("as_of"))
    faces = pl.when(held["contacts"].null_count() < held.height).then(pl.col("people_talked").fill_null(0))
    counted = {name: pl.when(logged).then(pl.col(name).fill_null(0)) for name in ("talks", "talks_before")}
    return rows.with_columns(**counted, people_talked=pl.when(logged).then(faces)).select(*ON, *PEOPLE)


def _named(activities: pl.DataFrame) -> pl.Expr:
    return pl.col("contacts") if "contacts" in activities.columns else pl.lit(None, dtype=pl.String).alias("contacts")


def _ago(on: str) -> pl.Expr:
    return (pl.col("as_of") - pl.col(on)).dt.total_days()


def _talks(at: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    ago = _ago("done_on")
    both = at.lazy().join(held.lazy(), on="account_id").filter(ago >= 0, ago < 2 * TALKS)
    return both.group_by(ON).agg(talks=(ago < TALKS).sum().cast(pl.Int64), talks_before=(ago >= TALKS).sum().cast(pl.Int64)).collect()


def _each(held: pl.DataFrame) -> pl.LazyFrame:
    """A row for each person of each conversation."""
    named = held.lazy().drop_nulls("contacts").with_columns(contact_id=pl.col("contacts").str.split(",")).explode("contact_id")
    return named.select("account_id", "done_on", pl.col("contact_id").str.strip_chars())


def _faces(at: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    ago = _ago("done_on")
    seen = at.lazy().join(_each(held), on="account_id").filter(ago >= 0, ago < FACES)
    return seen.group_by(ON).agg(people_talked=pl.col("contact_id").n_unique().cast(pl.Int64)).collect()


def _left(at: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    gone, ago = people.drop_nulls("left_on").select("account_id", "left_on"), _ago("left_on")
    counted = (
        at.lazy().join(gone.lazy(), on="account_id").filter(ago >= 0, ago < NEWS).group_by(ON).agg(people_left=pl.len().cast(pl.Int64))
    )
    known = pl.col("as_of") >= pl.lit(gone["left_on"].min(), dtype=pl.Date)
    told = at.lazy().join(counted, on=ON, how="left").with_columns(people_left=pl.when(known).then(pl.col("people_left").fill_null(0)))
    return told.collect()


def _champions(at: pl.DataFrame, held: pl.DataFrame, history: History) -> pl.DataFrame:
    """Who is a champion by a day is what the log said last by then."""
    said = history.champions.drop_nulls("is_champion").sort("day")
    since = said.filter("is_champion")["day"].min()
    stays = history.people.select("account_id", "contact_id", "left_on").lazy()
    dated = at.lazy().join(stays, on="account_id").filter(pl.col("left_on").is_null() | (pl.col("left_on") > pl.col("as_of"))).sort("as_of")
    heard = dated.join_asof(said.lazy(), left_on="as_of", right_on="day", by="contact_id", check_sortedness=False).filter("is_champion")
    spoken = heard.select(*ON, "contact_id").join(_each(held), on=["account_id", "contact_id"]).filter(pl.col("done_on") <= pl.col("as_of"))
    last = spoken.group_by(ON).agg(days_since_champion_talk=_ago("done_on").min())
    counted = heard.group_by(ON).agg(champions=pl.len().cast(pl.Int64))
    told = at.lazy().join(counted, on=ON, how="left").join(last, on=ON, how="left")
    known = pl.col("as_of") >= pl.lit(since, dtype=pl.Date)
    return told.with_columns(champions=pl.when(known).then(pl.col("champions").fill_null(0))).collect()
