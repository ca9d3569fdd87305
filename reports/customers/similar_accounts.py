"""Which accounts of the past were most like one, and how did they end?"""

from dataclasses import replace

import polars as pl

from data.accounts.aliases import as_meant
from language import mark, tr
from language.formats import listed
from metrics.balances import balances
from reports.books import Books, opened_books
from reports.customers.risk import churn_risk
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty
from reports.words.model_inputs import input_called

COLUMNS = {
    "account_id": "text", "name": "text", "place": "count", "similar_id": "text", "similar_name": "text", "likeness": "ratio",
    "looked_on": "day", "outcome": "text", "ended_on": "day", "arr_then": "money", "alike_in": "text", "apart_in": "text",
}  # fmt: skip
NOBODY = mark("Where too few accounts were looked at from as far ahead (fewer than 60), none is called most like another.")
OUT_OF_SCOPE = mark("Accounts that you do not see are told without name, days and ARR.")
SEEN = ("similar_id", "looked_on", "ended_on")  # what is told of accounts in scope alone, beside name and ARR


def _similar_accounts(books: Books, question: Question) -> Answer:
    """One row per account of which the churn model says something and past look that was most like it, the most like it first (place).

    Alike is who was near, looked at from as far ahead, by what each input of the model does to the odds: each scaled by its weight.
    likeness: 1 where the model weighs nothing differently, 0 from where the middle one of all such looks lies. alike_in: the weightiest
    inputs in which both are about the same; apart_in: in which they are not. looked_on: the day of that look, of which nothing later was
    used. outcome: renewed, lost, or stayed (of an account without a term as long as the look ahead), on ended_on: the day of the
    renewal or loss, or the end of the stretch that was looked ahead. arr_then: what it paid on looked_on. An account that the viewer does
    not see has neither id, name, days nor ARR. Empty where no model may be used, where it was trained before this was kept, and for
    accounts that too few were looked at from as far as. Totals: accounts with such rows, and those without.
    """
    risk = churn_risk(books.view, books.day).select("account_id", "model_version", as_of="predicted_on", due_on="due_on")
    if risk.is_empty():
        return Answer(empty(COLUMNS))
    found = books.view.table("similar_looks").join(risk, on=["account_id", "model_version", "as_of", "due_on"])
    looks = as_meant(found.select(pl.exclude("as_of", "due_on")), books.view.meaning, "other_account_id")
    told = looks.rename({"other_account_id": "similar_id", "other_looked_on": "looked_on"}).with_columns(
        _words(looks["alike_in"]), _words(looks["apart_in"]), ended_on=pl.coalesce("left_on", "other_due_on")
    )
    with opened_books(books.store, books.viewer, replace(question, filters=())) as seen:
        named = _seen(told, seen).join(books.view.accounts().select("account_id", "name"), on="account_id")
    rows = named.sort("account_id", "place").select(*COLUMNS)
    with_some = rows["account_id"].n_unique()
    hidden = (tr(OUT_OF_SCOPE),) if rows["similar_id"].null_count() else ()
    few = (tr(NOBODY),) if with_some < risk.height else ()
    return Answer(rows, {"with_similar": with_some, "without_similar": risk.height - with_some}, (*hidden, *few))


def _words(inputs: pl.Series) -> pl.Series:
    """Inputs of the model as they are called in the language spoken now, of which threads of polars know nothing."""
    told = [names and listed(input_called(name) for name in names.split(",")) for names in inputs]
    return pl.Series(inputs.name, told, dtype=pl.String)


def _seen(rows: pl.DataFrame, books: Books) -> pl.DataFrame:
    """The rows with name and ARR of the accounts that the viewer sees, whatever is filtered; of the others nothing that says who it is."""
    names = books.view.accounts().select(similar_id="account_id", similar_name="name")
    days = rows["looked_on"].unique().sort().to_list()
    own = books.effective.filter(pl.col("account_id").is_in(rows["similar_id"].unique().implode()))
    paid = balances(own, days=days, **books.money).select(similar_id="account_id", looked_on="day", arr_then="arr").collect()
    joined = rows.join(names, on="similar_id", how="left").join(paid, on=["similar_id", "looked_on"], how="left")
    mine = pl.col("similar_name").is_not_null()
    return joined.with_columns(pl.when(mine).then(pl.col(*SEEN)), arr_then=pl.when(mine).then("arr_then"))


similar_accounts = Definition(
    "similar-accounts", mark("Similar accounts of the past"), COLUMNS, _similar_accounts,
    {"with_similar": "count", "without_similar": "count"}, opens=opened_books,
)  # fmt: skip
