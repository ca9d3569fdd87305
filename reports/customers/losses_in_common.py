"""What had the losses in common that nobody saw coming?"""

from datetime import date
from typing import Any

import polars as pl

from language import mark, tr, tr_n
from language.formats import clauses
from metrics.foresight import AFTER_NOTICE, BEFORE, CASE, NOT_KNOWN, SEEN, UNSEEN, counted, counted_in_lists, tenure
from metrics.grace import paid_spells
from metrics.offers import wilson
from metrics.sizes import SIZE_BAND, size_bands
from models.shares_apart import MORE, TOO_FEW, Table, together
from reports.books import Books
from reports.customers.foresight import KEPT, looks_of, losses
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty, schema_of

OF_ACCOUNTS = ("segment", "plan", "owner", SIZE_BAND, "tenure")
REASON, MISSING = "reason", "missing_measure"
FEWEST = 2  # of one account nothing is in common
COLUMNS = {
    "characteristic": "text", "value": "text", "stands": "text", "unseen_with": "count", "unseen": "count", "unseen_share": "ratio",
    "unseen_low": "ratio", "unseen_high": "ratio", "compared_with": "text", "others_with": "count", "others": "count",
    "others_share": "ratio", "others_low": "ratio", "others_high": "ratio", "p_alone": "number", "p_corrected": "number",
}  # fmt: skip
COUNTED = {"has": "unseen_with", "whole": "unseen", "others_have": "others_with"}
COMPARED = ("characteristic", "value", "compared_with", *COUNTED.values(), "others")


def _losses_in_common(books: Books, question: Question) -> Answer:
    """One row per thing that accounts may have in common: segment, plan, owner, size band, tenure, the measures of health that were not
    known 90 days before, and the reason of the churn; what stands out first, then by p_alone.

    unseen_with of unseen: the accounts whose loss nobody saw (was_seen unseen of `losses-seen`). others_with of others: the accounts that
    were kept in the period and lost in none of it, each once; for reasons, which are of losses alone, the losses that somebody warned of
    (compared_with: kept, seen). Accounts of which it is not known count in neither. Shares with their 95 % interval (Wilson). p_alone:
    Fisher's exact test, both sides; p_corrected: the same for all that was compared at once (Tarone), null where so few accounts leave
    nothing to be shown. stands: stands_out (more often than among the others, beyond chance), rarer, no_difference, too_few_to_say. What
    accounts are is what they are now; the size band is that of the first day of the period. Totals: accounts_unseen, accounts_kept,
    accounts_seen and accounts_after_notice (warned of in time, and only then), things_compared, words (what comes of it).
    """
    lost = losses(books, question)
    unseen = lost.filter(pl.col("was_seen") == UNSEEN).unique("account_id", keep="first", maintain_order=True)
    seen = (
        lost.filter(pl.col("was_seen").is_in([SEEN, AFTER_NOTICE]))
        .join(unseen, on="account_id", how="anti")
        .unique("account_id", keep="first")
    )
    kept = _kept(books, question, lost)
    in_time = seen.filter(pl.col("was_seen") == SEEN).height
    totals: dict[str, Any] = {
        "accounts_unseen": unseen.height, "accounts_kept": kept.height, "accounts_seen": in_time,
        "accounts_after_notice": seen.height - in_time,
    }  # fmt: skip
    told = _beginning(lost, unseen, kept)
    if told or unseen.is_empty():
        return Answer(empty(COLUMNS), totals | {"things_compared": 0, "words": told}, books.notes)
    rows = _judged(_compared(books, question, unseen, kept, seen))
    words = _in_words(rows, unseen.height)
    return Answer(rows, totals | {"things_compared": rows.height, "words": words}, (*books.notes, words))


def _beginning(lost: pl.DataFrame, unseen: pl.DataFrame, kept: pl.DataFrame) -> str:
    """Why nothing can be compared; empty where something can."""
    if lost.is_empty():
        return tr("No account churned in this period, so that there is nothing to have been seen.")
    if unseen.is_empty():
        return none_unseen(lost)
    if unseen.height < FEWEST:
        return tr("There is one loss that nobody saw coming; what losses have in common takes two or more.")
    return "" if kept.height else tr("Nobody was kept in this period, so that there is nothing to compare with.")


def none_unseen(lost: pl.DataFrame) -> str:
    """What is known of losses none of which was unseen: an unknown one is none that somebody warned of."""
    unknown, late = (lost.filter(pl.col("was_seen") == state).height for state in (NOT_KNOWN, AFTER_NOTICE))
    if unknown == lost.height:
        return tr("Nothing is known of what was said before these losses.")
    after = tr_n("of {n:,} only after notice was given", "of {n:,} only after notice was given", late) if late else ""
    if not unknown:
        every = tr("Somebody warned of every loss")
        return tr("{told}.", told=clauses(every, after))
    told = tr_n(
        "Of {n:,} loss nothing is known of what was said before; somebody warned of the other {others:,}",
        "Of {n:,} losses nothing is known of what was said before; somebody warned of the other {others:,}",
        unknown,
        others=lost.height - unknown,
    )
    return tr("{told}.", told=clauses(told, after))


def _kept(books: Books, question: Question, lost: pl.DataFrame) -> pl.DataFrame:
    """The accounts that were kept in the period and not lost in it, each once, at its last day: account_id, on, missing."""
    start, _ = books.period(question)
    if start is None or lost.is_empty():
        return pl.DataFrame(schema={"account_id": pl.String, "on": pl.Date, "missing": pl.List(pl.String)})
    looks = looks_of(books, question).filter(pl.col("came") == KEPT, pl.col("before") == BEFORE[0])
    own = looks.join(lost, on="account_id", how="anti").sort("on").unique("account_id", keep="last", maintain_order=True)
    return own.select("account_id", "on", "missing")


def _compared(books: Books, question: Question, unseen: pl.DataFrame, kept: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """COMPARED: every thing with how many of each side have it."""
    missing = looks_of(books, question).filter(pl.col("before") == BEFORE[0]).select(*CASE, "missing")
    left = unseen.select("account_id", "reason", on="churned_on").join(missing.unique(CASE), on=CASE, how="left")
    sides = [_described(books, question, one) for one in (left, kept)]
    of_accounts = [counted(*sides, name) for name in OF_ACCOUNTS]
    measures = sorted({name for one in sides for some in one["missing"].drop_nulls() for name in some})
    against_kept = pl.concat([*of_accounts, counted_in_lists(*sides, "missing", measures).with_columns(characteristic=pl.lit(MISSING))])
    against_seen = counted(left, seen, REASON)
    told = [against_kept.with_columns(compared_with=pl.lit(KEPT)), against_seen.with_columns(compared_with=pl.lit(SEEN))]
    return pl.concat(told).rename(COUNTED).select(COMPARED)


def _described(books: Books, question: Question, found: pl.DataFrame) -> pl.DataFrame:
    """Accounts (CASE) with OF_ACCOUNTS."""
    start, end = books.period(question)
    accounts = books.view.accounts().select("account_id", "segment", "plan", "owner")
    sizes = size_bands(books.effective, start=start or date.min, end=end or date.min, **books.money).rename({"group": SIZE_BAND}).collect()
    joined = found.join(accounts, on="account_id", how="left").join(sizes, on="account_id", how="left")
    return joined.join(_paid_for(books, found), on=CASE, how="left")


def _paid_for(books: Books, found: pl.DataFrame) -> pl.DataFrame:
    """How long each account had paid without a break by the day before its own: CASE, tenure."""
    spells = paid_spells(books.effective.filter(pl.col("arr") >= 0)).collect()
    last = pl.col("on") - pl.duration(days=1)
    own = found.select(CASE).join(spells, on="account_id").filter(pl.col("paid_from") <= last, pl.col("lapsed_on") > last)
    return own.select(*CASE, tenure=tenure((pl.col("on") - pl.col("paid_from")).dt.total_days())).unique(CASE)


def _judged(found: pl.DataFrame) -> pl.DataFrame:
    apart = together([Table(*row) for row in found.select(*COUNTED.values(), "others").rows()])
    told = found.with_columns(
        *_shares(found, "unseen_with", "unseen"), *_shares(found, "others_with", "others"),
        pl.Series("p_alone", [one.p for one in apart], dtype=pl.Float64),
        pl.Series("p_corrected", [one.corrected for one in apart], dtype=pl.Float64),
        pl.Series("stands", [one.finding for one in apart], dtype=pl.String),
    )  # fmt: skip
    ordered = told.sort(pl.col("stands") != MORE, "p_alone", -pl.col("unseen_with"), "characteristic", "value")
    return ordered.select(pl.col(name).cast(dtype) for name, dtype in schema_of(COLUMNS).items())


def _shares(found: pl.DataFrame, part: str, whole: str) -> list[pl.Series]:
    told = [(some / of if of else None, *wilson(some, of)) for some, of in found.select(part, whole).rows()]
    return [pl.Series(f"{whole}_{end}", [one[at] for one in told], dtype=pl.Float64) for at, end in enumerate(("share", "low", "high"))]


def _in_words(rows: pl.DataFrame, unseen: int) -> str:
    """What comes of it: how many things stand out, that nothing does, or that there are too few to say."""
    out = rows.filter(pl.col("stands") == MORE).height
    if out:
        return tr_n(
            "{n:,} thing stands out among the {unseen:,} losses that nobody saw, of {compared:,} compared; that is no cause.",
            "{n:,} things stand out among the {unseen:,} losses that nobody saw, of {compared:,} compared; that is no cause.",
            out,
            unseen=unseen,
            compared=rows.height,
        )
    if (rows["stands"] == TOO_FEW).all():
        return tr("{unseen:,} losses that nobody saw are too few to say what they had in common.", unseen=unseen)
    told = tr("Nothing stands out: the {unseen:,} losses that nobody saw are spread as the others are, of {compared:,} things compared.")
    return told.format(unseen=unseen, compared=rows.height)


losses_in_common = Definition(
    "losses-in-common", mark("What unseen losses had in common"), COLUMNS, _losses_in_common, {"words": "text"}, of_period=True
)
