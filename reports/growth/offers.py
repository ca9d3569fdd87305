"""What was offered to customers, what came of it, and what accounts pay before and after?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from language import InLanguage, mark, tr_n
from metrics import offers as of_offers
from metrics.balances import balances
from metrics.currency import at_rate, for_all_days
from reports.books import Books
from reports.definition import Answer, Definition
from reports.growth.waiting import unnamed
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "title": "text", "kind": "text", "product": "text", "amount": "money", "stage": "text",
    "owner": "text", "state": "text", "made_on": "day", "closed_on": "day", "days": "count", "reason": "text", "source": "text",
    "plan": "text", "fault": "text", "own_amount": "number", "own_currency": "text", "offer_id": "text", "batch": "count",
}  # fmt: skip
CONVERSION = {
    "split": "text", "what": "text", "closed": "count", "won": "count", "lost": "count", "conversion": "ratio", "conversion_low": "ratio",
    "conversion_high": "ratio", "days_to_close": "decimal", "days_to_win": "decimal", "amount_won": "money",
    "open_at_end": "count", "amount_open_at_end": "money", "took": "count", "arpu_before": "money", "arpu_after": "money",
    "arpu_uplift": "ratio",
    "mrr_before": "money", "mrr_after": "money", "too_young": "count", "not_paying_before": "count",
}  # fmt: skip
TAKEN = ("took", "mrr_before", "mrr_after", "too_young", "not_paying_before")
SPLITS = ("all", "source", "plan", "owner", "kind")
FAULTS = InLanguage(
    {
        "no_account": mark("no import has named the account"),
        "no_amount": mark("no amount above zero"),
        "no_rate": mark("no exchange rate for the currency"),
        "closed_before_made": mark("ended before being made"),
        "no_close_day": mark("a result without its day"),
        "no_result": mark("an end without a result"),
    }
)


def _offers(books: Books, question: Question) -> Answer:
    """One row per offer made by the day to an account in sight: open ones first, the newest of each first.

    amount: how much more a year, in the reporting currency at the rate of the day on which it was made; own_amount as it was given, in
    own_currency. state: open, won or lost, as of the day; days: to closed_on. plan: of the account when it was made. owner: who
    made it, else who has the account. fault: why it counts in no figure (see the glossary). Totals: offers without a fault, of each state
    with their amount (amount_open ...), and the number of each fault; no_account: offers whose account no import has named, which have no
    row, told to who sees all.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), {"offers": 0})
    rows = offer_rows(books, books.day)
    sound = rows.filter(pl.col("fault").is_null())
    totals: dict[str, Any] = {"offers": sound.height}
    for state in of_offers.STATES:
        own = sound.filter(pl.col("state") == state)
        totals |= {state: own.height, f"amount_{state}": own["amount"].sum()}
    faulty = _faulty(books, rows)
    shown = rows.sort(pl.col("state") != "open", "made_on", "offer_id", descending=[False, True, False]).select(*COLUMNS)
    return Answer(shown, totals | faulty, (*books.notes, *_left_out(faulty)))


def _faulty(books: Books, rows: pl.DataFrame) -> dict[str, Any]:
    counted = {fault: (rows["fault"] == fault).sum() for fault in of_offers.FAULTS}
    return {"no_account": unnamed(books, "offers")} | counted


def _left_out(faulty: Mapping[str, int]) -> tuple[str, ...]:
    """What is left out of every figure, in words."""
    return tuple(
        tr_n(
            "{n:,} offer is left out of every figure: {why}.", "{n:,} offers are left out of every figure: {why}.", count, why=FAULTS[fault]
        )
        for fault, count in faulty.items()
        if count
    )


def offer_rows(books: Books, day: date) -> pl.DataFrame:
    """The offers in sight as of a day, with fault, state, days, amount in cents of the reporting currency, plan and owner."""
    said = books.view.table("offers").with_columns(
        pl.col("batch").cast(pl.Int64), own_amount=pl.col("amount").cast(pl.Float64), own_currency="currency"
    )
    accounts = books.view.accounts().select("account_id", "name", held_by="owner")
    rated = _rated(said.join(accounts, on="account_id"), books)
    told = of_offers.offers_on(rated.lazy(), day=day).collect()
    return _with_plan(told, books).with_columns(owner=pl.coalesce("owner", "held_by"))


def _rated(rows: pl.DataFrame, books: Books) -> pl.DataFrame:
    """The amount in cents of the reporting currency at the rate of the day on which the offer was made; rated: whether it can be told."""
    known = for_all_days(books.view.table("fx_rates")).select("currency", "rate", rated_on="day").sort("rated_on")
    own = rows.with_columns(cents=(pl.col("amount") * 100).round().cast(pl.Int64), code=pl.col("currency").fill_null(books.currency))
    dated = own.sort("made_on").join_asof(
        known, left_on="made_on", right_on="rated_on", by_left="code", by_right="currency", strategy="backward", check_sortedness=False
    )
    rate = pl.when(pl.col("code") == books.currency).then(1.0).otherwise("rate")
    return dated.with_columns(rate=rate).with_columns(amount=at_rate("cents"), rated=pl.col("rate").is_not_null())


def _with_plan(rows: pl.DataFrame, books: Books) -> pl.DataFrame:
    """The plan that each account had on the day on which the offer was made, as the history of accounts has it."""
    history = books.view.account_history("plan").select("account_id", "since", plan="value").sort("since")
    return rows.sort("made_on").join_asof(
        history, left_on="made_on", right_on="since", by="account_id", strategy="backward", check_sortedness=False
    )


def _conversion(books: Books, question: Question) -> Answer:
    """What came of offers in the period: one row for all, then one per source, plan (of then), CSM (owner) and kind.

    conversion, with its 95 % interval: won / closed of the offers that ended in the period; days_to_close, days_to_win: medians.
    open_at_end, amount_open_at_end: as of the end of the period. arpu_before, arpu_after: MRR for each of the
    accounts that took one (took), on the day before it was made and 90 days after it was won; too_young (offers) and not_paying_before
    (accounts) are left out of these.
    """
    start, end = books.period(question)
    if start is None or end is None or books.day is None:
        return Answer(empty(CONVERSION), {})
    then, now = offer_rows(books, end), offer_rows(books, books.day)
    won = of_offers.wins(now.lazy(), start=start, end=end, day=books.day).collect()
    mrr = _mrr_on(books, won)
    rows = pl.concat([_split(then, won, mrr, by, start, end) for by in SPLITS], how="diagonal_relaxed")
    first = rows.filter(pl.col("split") == "all").to_dicts()
    totals = {name: first[0][name] for name in CONVERSION if name not in ("split", "what")} if first else {"closed": 0}
    return Answer(rows.select(*CONVERSION), totals, (*books.notes, *_told(totals), *_left_out(_faulty(books, then))))


def _split(then: pl.DataFrame, won: pl.DataFrame, mrr: pl.DataFrame, by: str, start: date, end: date) -> pl.DataFrame:
    column = None if by == "all" else by
    found = of_offers.conversion(then.lazy(), column, start=start, end=end)
    paid = of_offers.uplift(won.lazy(), mrr.lazy(), column)
    told = found.join(paid, on="value", how="left", nulls_equal=True, maintain_order="left").with_columns(split=pl.lit(by))
    told = told.with_columns(pl.col(TAKEN).fill_null(0))  # where nobody took one
    told = (told.with_columns(value=pl.lit("all")) if column is None else told).rename({"value": "what"})
    return told.select(*(pl.col(name) if name in told.columns else pl.lit(None).alias(name) for name in CONVERSION))


def _mrr_on(books: Books, won: pl.DataFrame) -> pl.DataFrame:
    """MRR of every account on the days on which it is looked at."""
    days = pl.concat([won["before_on"].alias("day"), won.filter(~pl.col("is_young"))["after_on"].alias("day")]).unique().to_list()
    if not days:
        return pl.DataFrame(schema={"day": pl.Date, "account_id": pl.String, "mrr": pl.Int64})
    return balances(books.effective, days=days, **books.money).select("day", "account_id", "mrr").collect()


def _told(totals: Mapping[str, int | None]) -> tuple[str, ...]:
    """What the uplift leaves out, in words."""
    young, before = totals.get("too_young") or 0, totals.get("not_paying_before") or 0
    said = tr_n(
        "{n:,} offer was won less than {days} days ago: what it brings is not known yet.",
        "{n:,} offers were won less than {days} days ago: what they bring is not known yet.",
        young,
        days=of_offers.AFTER,
    )
    apart = tr_n(
        "{n:,} account paid nothing before it took an offer: it is in no uplift.",
        "{n:,} accounts paid nothing before they took an offer: they are in no uplift.",
        before,
    )
    return (*((said,) if young else ()), *((apart,) if before else ()))


AMOUNTS = {f"amount_{state}": "money" for state in of_offers.STATES}
offers = Definition("offers", mark("Offers"), COLUMNS, _offers, AMOUNTS)
offer_conversion = Definition("offer-conversion", mark("Conversion of offers"), CONVERSION, _conversion, of_period=True)
