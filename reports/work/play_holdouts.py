"""Which accounts does chance hold out of plays, since when, and until when?"""

from datetime import timedelta

import polars as pl

from data.work.holdouts import HELD_DAYS
from data.work.templates import plays
from language import mark
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.work.effects import held_out
from reports.work.plays import in_words

COLUMNS = {
    "account_id": "text", "name": "text", "play": "text", "reason": "text", "holdout_state": "text", "held_out_on": "day",
    "held_out_until": "day", "released_on": "day", "released_by": "text", "play_id": "text", "holdout_id": "text", "batch": "count",
}  # fmt: skip
HELD, RELEASED, OVER = "left_alone", "released", "over"


def _play_holdouts(books: Books, question: Question) -> Answer:
    """One row per account that chance held out of a play by the day looked at, the newest first. reason: why it would have started.
    holdout_state: left_alone; released (somebody let it go, or started the play for it); over (a year has passed). held_out_until: the
    first day on which it is over. Totals: accounts by state."""
    if books.day is None:
        return Answer(None, dict.fromkeys((HELD, RELEASED, OVER), 0))
    names = {play_id: play.name for play_id, play in plays(books.view).items()}
    until = pl.col("held_out_on") + timedelta(days=HELD_DAYS)
    state = (
        pl.when(pl.col("released_on").is_not_null()).then(pl.lit(RELEASED))
        .when(until <= books.day).then(pl.lit(OVER)).otherwise(pl.lit(HELD))
    )  # fmt: skip
    told = held_out(books).join(books.names().collect(), on="account_id").with_columns(
        holdout_state=state, held_out_until=until, play=pl.col("play_id").replace(names)
    )  # fmt: skip
    rows = told.sort("held_out_on", "account_id", descending=[True, False]).select(*COLUMNS)
    return Answer(in_words(rows, "play"), {one: (rows["holdout_state"] == one).sum() for one in (HELD, RELEASED, OVER)})


play_holdouts = Definition("play-holdouts", mark("Accounts held out of plays"), COLUMNS, _play_holdouts)
