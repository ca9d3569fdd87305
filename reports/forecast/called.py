"""What was said of renewals by a day: the calls that hold, for reports that set them beside something else."""

from datetime import date

import polars as pl

from data.store.view import View
from data.viewer import VIEW
from language import tr_n
from metrics.renewal_calls import LOST, in_force

SAID = ("account_id", "due_on", "call", "said", "note", "called_by", "called_on", "call_id", "batch")


def calls_in_force(view: View, day: date | None, currency: str) -> pl.DataFrame:
    """The call of each renewal of the accounts in scope that held on a day: account_id, due_on (the renewal), call, said (cents of the
    currency that figures are told in; null where it was said in another one), note, called_by, called_on, call_id, batch. Renewals of
    which nobody had said anything by then have no row."""
    told = in_force(in_cents(view, currency).lazy(), day or date(1970, 1, 1)).collect()
    return noted(view, told).select(SAID)


def in_cents(view: View, currency: str) -> pl.DataFrame:
    """Every call in scope, with `said`: its amount in cents; null where it is in another currency. What is lost is worth nothing in any."""
    calls = view.table("renewal_calls")
    cents = (pl.col("amount") * 100).round(0).cast(pl.Int64)
    own = pl.col("currency").fill_null(currency) == currency
    return calls.with_columns(said=pl.when(pl.col("call") == LOST).then(0).when(own).then(cents))


def without_amount(count: int, currency: str) -> tuple[str, ...]:
    """That so many calls have no amount in the currency that figures are told in; nothing for none."""
    told = tr_n(
        "The amount of {n:,} call is not known in {currency}: it was said in another currency, or not at all, and is in no sum. Say it "
        "anew.",
        "The amounts of {n:,} calls are not known in {currency}: they were said in another currency, or not at all, and are in no sum. Say "
        "them anew.",
        count,
        currency=currency,
    )
    return (told,) if count else ()


def noted(view: View, calls: pl.DataFrame) -> pl.DataFrame:
    """The calls with what they rest on for who may read what people write down, and without for others."""
    return calls if view.viewer.may(VIEW, "activities") else calls.with_columns(note=pl.lit(None, pl.String))
