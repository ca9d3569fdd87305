"""What do people say of the renewals that come, and where does the churn model say otherwise?"""

from datetime import date

import polars as pl

from language import mark, tr_n
from metrics import renewal_calls as metric
from metrics.currency import as_of_day
from metrics.renewal_calls import DUE, HOLDS, MODEL_WARNS, beside_model, standing, what_became
from metrics.renewals import due
from reports.books import Books
from reports.customers.risk import churn_risk
from reports.definition import Answer, Definition
from reports.forecast.called import in_cents, noted, without_amount
from reports.report import Question
from reports.units import empty

FAR = 3660  # days ahead in which renewals are looked for: as far as any report looks
COLUMNS = {
    "account_id": "text", "name": "text", "due_on": "day", "call": "text", "amount": "money", "arr": "money", "churn_probability": "ratio",
    "model_amount": "money", "disagreement": "money", "disagrees": "text", "called_on": "day", "called_by": "text", "note": "text",
    "owner": "text", "standing": "text", "renewal": "text", "call_id": "text", "batch": "count",
}  # fmt: skip
TOTALS = {"arr_called": "money", "amount_called": "money", "arr_model_warns": "money"}


def due_renewals(books: Books, within: int = FAR, rated_on: date | None = None) -> pl.DataFrame:
    """The renewals due after the day looked at, in scope: as `metrics.renewals.due` has them, at the rates of the day or of `rated_on`;
    none in an empty store."""
    day = books.day or date(1970, 1, 1)
    rates = books.rates if rated_on is None else as_of_day(books.rates, rated_on)
    return due(books.renewable, day=day, within=within, products=books.products, rates=rates, currency=books.currency).collect()


def model_beside(books: Books) -> pl.DataFrame:
    """What the churn model says of the next renewal of each account: account_id, churn_probability, likely, predicted_until (a renewal
    after that day is none that it speaks of)."""
    said = churn_risk(books.view, books.day)
    return said.select("account_id", "churn_probability", "likely", predicted_until="due_on")


def _renewal_calls(books: Books, question: Question) -> Answer:
    """One row per call that was made by the day looked at, with its author: those that hold of renewals that are due first, where call
    and model lie furthest apart at the top; then those that held.

    amount: ARR expected after the renewal. arr: what is due. churn_probability: of a renewal that the model speaks of, without notice.
    model_amount: arr x (1 - churn_probability). disagreement: amount, at most arr, less that. disagrees: model_warns (commit or likely,
    and the model thinks a loss likely), csm_warns (at risk or lost, and it does not), agree. standing: holds, replaced by a later call, or
    withdrawn. renewal: due, settled, or moved (its contract was changed: no line ends on that day any more). Totals are of the calls that
    hold of renewals that are due: calls, arr_called, amount_called (empty where one of them has no amount in this currency), and those
    where the model warns.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), {"calls": 0})
    rows = call_rows(books, books.day)
    holding = rows.filter(standing=HOLDS, renewal=DUE)
    warned = holding.filter(pl.col("disagrees") == MODEL_WARNS)
    totals = {
        "calls": holding.height, "arr_called": holding["arr"].sum(), "amount_called": _whole(holding["amount"]),
        "model_warns": warned.height, "arr_model_warns": warned["arr"].sum(),
    }  # fmt: skip
    return Answer(rows, totals, _notes(rows, books.currency))


def _whole(amounts: pl.Series) -> int | None:
    """The sum; None where one of the amounts is not known."""
    return None if amounts.null_count() else int(amounts.sum())


def call_rows(books: Books, day: date) -> pl.DataFrame:
    """The rows of the report, from books that are open."""
    coming = due_renewals(books)
    made = standing(in_cents(books.view, books.currency).lazy(), day)
    told = what_became(made, coming.lazy(), books.renewable).collect()
    noticed = coming.select("account_id", due_on="ends_on", noticed=pl.col("cancelled_on").is_not_null())
    joined = told.join(noticed, on=metric.RENEWAL, how="left").join(model_beside(books), on="account_id", how="left")
    speaks = (pl.col("due_on") <= pl.col("predicted_until")) & ~pl.col("noticed").fill_null(True)
    known = joined.with_columns(churn_probability=pl.when(speaks).then("churn_probability"))
    compared = beside_model(known.lazy()).collect().with_columns(amount="said")
    named = noted(books.view, compared).join(books.view.accounts().select("account_id", "name", "owner"), on="account_id", how="left")
    order = [(pl.col("standing") == HOLDS) & (pl.col("renewal") == DUE), pl.col("disagreement").abs(), "called_on", "batch", "call_id"]
    return named.sort(order, descending=[True, True, True, True, False], nulls_last=True).select(*COLUMNS)


def _notes(rows: pl.DataFrame, currency: str) -> tuple[str, ...]:
    moved = rows.filter(standing=HOLDS, renewal=metric.MOVED).height
    told = tr_n(
        "{n:,} call is of a renewal that moved: no line ends on that day any more. Say anew what you expect.",
        "{n:,} calls are of renewals that moved: no lines end on those days any more. Say anew what you expect.",
        moved,
    )
    foreign = rows.filter(pl.col("amount").is_null(), standing=HOLDS, renewal=DUE).height
    return (*([told] if moved else []), *without_amount(foreign, currency))


renewal_calls = Definition("renewal-calls", mark("Calls on renewals"), COLUMNS, _renewal_calls, TOTALS)
