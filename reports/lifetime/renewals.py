"""How many go on renewing: the shifted beta geometric curve of each group and term, beside what was seen, and what is still to come."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from language import mark, tr, tr_n
from metrics.balances import balances
from metrics.months import last_full_month
from models.lifetime import FEWEST_AT_RISK, Fit, fitted_to, why_not_fitted
from models.survival import kaplan_meier
from reports.books import Books
from reports.definition import Answer, Definition
from reports.lifetime.followed import NOT_FOLLOWED, Followed, by_group, followed, in_words
from reports.report import Question
from reports.revenue.margins import of_company
from reports.units import empty

FITS = {
    "group": "text", "term_months": "count", "followed": "count", "lost": "count", "renewals_due": "count", "alpha": "number",
    "beta": "number", "first_renewal": "ratio", "later_renewal": "ratio", "half_after": "count",
    "lifetime": "decimal", "lifetime_low": "decimal", "lifetime_high": "decimal", "curve_fits": "text", "misfit": "number",
    "why_null": "text",
}  # fmt: skip
CURVE = {
    "group": "text", "term_months": "count", "renewals_passed": "count", "came_up": "count", "lost": "count", "still_there": "ratio",
    "low": "ratio", "high": "ratio", "curve": "ratio", "curve_low": "ratio", "curve_high": "ratio", "curve_renewal": "ratio",
    "residual": "decimal", "residual_low": "decimal", "residual_high": "decimal", "accounts_now": "count", "arpa": "money",
    "residual_value": "money",
}  # fmt: skip
MONEY, STAYS = ("arpa", "residual_value"), ("still_there", "low", "high")
LATER = 5  # the renewal whose rate stands beside that of the first
AHEAD = 5  # renewals beyond those that were seen, that a curve is drawn for
LONGEST = 120  # renewals looked through for the one by which half are lost
BADLY = 0.01  # chance alone would lie so far off less often: the curve does not fit


@dataclass(frozen=True)
class Term:
    """The accounts of a group that renew by one term: rows as followed has them; fit, or why there is none."""

    group: str | None
    months: int
    rows: pl.DataFrame
    fit: Fit | None
    why: str | None

    def a_period(self, discount: int) -> float:
        """A yearly discount in percent, for each term."""
        return (1 + discount / 100) ** (self.months / 12) - 1


def terms_of(own: Followed) -> list[Term]:
    """Each group's terms, the shortest first, each fitted for itself; accounts that changed terms are in none."""
    parts = [(group, rows) for group, rows in by_group(own.counted)]
    return [
        _term(group, int(months), mine)
        for group, rows in parts
        for (months,), mine in rows.drop_nulls("term_months").sort("term_months").group_by("term_months", maintain_order=True)
    ]


def _term(group: str | None, months: int, rows: pl.DataFrame) -> Term:
    customers = _customers(rows)
    why = why_not_fitted(customers)
    return Term(group, months, rows, None if why else fitted_to(customers), why)


def _customers(rows: pl.DataFrame) -> pl.DataFrame:
    """Those of whom a whole renewal was seen, and whether they were lost at the last."""
    told = rows.select(renewals="renewals_certain", lost="lost_certain", before="renewals_before")
    return told.filter(pl.col("renewals") > pl.col("before"))


def left_out(own: Followed) -> tuple[str, ...]:
    """How many accounts are in no curve of renewals."""
    changed = own.counted.filter(pl.col("term_months").is_null()).height
    told = tr_n(
        "{n:,} account changed from one term to another and is in no curve of renewals.",
        "{n:,} accounts changed from one term to another and are in no curve of renewals.", changed,
    )  # fmt: skip
    terms = own.counted["term_months"].drop_nulls().unique().sort().to_list()
    mixed = tr("Accounts renew by terms of {months} months: each term has a curve of its own.", months=", ".join(map(str, terms)))
    return (*((mixed,) if len(terms) > 1 else ()), *((told,) if changed else ()))


def _lifetime(books: Books, question: Question) -> Answer:
    """One row per group and term: accounts followed, renewals that came up, those lost at one of them, and the shifted beta geometric
    model (sBG) that fits them all, whenever they began, each counted from where it was first followed.

    alpha, beta: of the share that leaves at a renewal; empty where all customers leave with one chance. first_renewal, later_renewal: the
    share that renews the first and the fifth time. half_after: the renewal by which half are lost. lifetime: what a new customer is to
    pay from its first term on, in terms of today, at a yearly discount (95 % limits beside it). curve_fits: well, badly (chance alone would
    be so far off less than once in a hundred; misfit), cannot_tell. why_null: why there is no curve.
    """
    own = followed(books, question)
    rows = [_fit_row(term, question.discount) for term in terms_of(own)]
    table = pl.DataFrame(rows, schema_overrides=_TYPES).select(*FITS) if rows else empty(FITS)
    alone = () if rows else (tr("There is no curve of renewals: {why}.", why=in_words(NOT_FOLLOWED)),)
    return Answer(table, notes=(*alone, *left_out(own), *own.notes()), stated={"followed_until": own.until})


_TYPES: dict[str, type[pl.DataType]] = {name: pl.Float64 for name, unit in (FITS | CURVE).items() if unit in ("ratio", "decimal", "number")}
_TYPES |= {"group": pl.String, "why_null": pl.String, "curve_fits": pl.String, "half_after": pl.Int64}


def _fit_row(term: Term, discount: int) -> dict[str, object]:
    customers = _customers(term.rows)
    due = int((customers["renewals"] - customers["before"]).sum())
    told: dict[str, object] = dict.fromkeys(FITS) | {
        "group": term.group, "term_months": term.months, "followed": term.rows.height, "lost": int(customers["lost"].sum()),
        "renewals_due": due, "why_null": in_words(term.why),
    }  # fmt: skip
    return told | _fitted(term.fit, term.a_period(discount)) if term.fit else told


def _fitted(fit: Fit, discount: float) -> dict[str, object]:
    rates = fit.lifetime.renewal_rate([1, LATER])
    misfit = fit.misfit()
    shape = {} if fit.are_alike else {"alpha": fit.lifetime.alpha, "beta": fit.lifetime.beta}
    gone = np.flatnonzero(fit.lifetime.survival(range(LONGEST + 1)) <= 0.5)
    names = ("lifetime", "lifetime_low", "lifetime_high")
    return shape | dict(zip(names, new_customer(fit, discount) or (None,) * 3, strict=True)) | {
        "first_renewal": float(rates[0]), "later_renewal": float(rates[1]), "half_after": int(gone[0]) if gone.size else None,
        "curve_fits": "cannot_tell" if misfit is None else "badly" if misfit < BADLY else "well", "misfit": misfit,
    }  # fmt: skip


def new_customer(fit: Fit, discount: float) -> tuple[float, float, float] | None:
    """The terms that a new customer is to pay for, discounted to its first day, with their limits; None where nobody was followed at the
    first renewals, so that it would be told of what was not seen."""
    if fit.first_seen > 1:
        return None
    best, low, high = (1 + float(one[0]) / (1 + discount) for one in fit.residuals(0, discount=discount))
    return best, low, high


def _lifetime_curve(books: Books, question: Question) -> Answer:
    """One row per group, term and renewal: how many came up that were followed, how many were lost, the share still there after it as seen
    (Kaplan and Meier, 95 %, as long as five or more come up) and as the sBG curve has it, which also goes five renewals further; the rate
    of the renewal by the curve; the accounts of now that stand there (accounts_now), and what each is still to pay for, in terms of today
    (residual, at a yearly discount: the coming renewal, if it renews, and all after it). arpa: what the group's accounts of the term pay
    in a month, at the last close; residual_value: residual x term x arpa x the company's gross margin of that month; empty where the
    margin is not known.

    Only groups and terms that a curve fits are in it; the report lifetime says why others are not.
    """
    own = followed(books, question)
    paid, margin = _worth(books, question)
    frames = [_curve_rows(term, term.fit, question.discount) for term in terms_of(own) if term.fit]
    every = own.rows.join(paid, on="account_id").group_by("group", "term_months").agg(arpa=pl.col("mrr").mean())
    rows = pl.concat(frames) if frames else empty(CURVE).drop(MONEY)
    joined = rows.join(every, on=["group", "term_months"], how="left", nulls_equal=True, maintain_order="left")
    value = (pl.col("residual") * pl.col("term_months") * pl.col("arpa") * pl.lit(margin, dtype=pl.Float64)).round()
    told = joined.with_columns(residual_value=value, arpa=pl.col("arpa").round()).select(*CURVE)
    return Answer(told, notes=(*left_out(own), *own.notes()), stated={"followed_until": own.until})


def _worth(books: Books, question: Question) -> tuple[pl.DataFrame, float | None]:
    """account_id, mrr of the accounts that pay at the last close, and the company's gross margin of that month."""
    if books.day is None:
        return pl.DataFrame(schema={"account_id": pl.String, "mrr": pl.Int64}), None
    close = last_full_month(books.day)
    paid = balances(books.effective, days=[close], **books.money).filter(pl.col("mrr") > 0).select("account_id", "mrr").collect()
    margins = of_company(books, question, books.view.table("costs")).filter(pl.col("month").dt.month_end() == close)["gross_margin"]
    return paid, margins.item() if margins.len() else None


def _curve_rows(term: Term, fit: Fit, discount: int) -> pl.DataFrame:
    """CURVE of one group and term, without the money."""
    seen, last = _seen(term.rows), len(fit.seen.lost)
    now = term.rows.filter(~pl.col("lost")).group_by(renewals_passed="renewals").agg(accounts_now=pl.len())
    joined = _ahead(term, fit, discount).join(seen, on="renewals_passed", how="left").join(now, on="renewals_passed", how="left")
    k = pl.col("renewals_passed")
    stays = {name: pl.when(k <= max(seen["renewals_passed"], default=0)).then(pl.col(name).forward_fill()) for name in STAYS}
    there = pl.when(k <= last).then(pl.col("accounts_now").fill_null(0))
    whole = joined.sort(k).with_columns(
        **stays, accounts_now=there, group=pl.lit(term.group, dtype=pl.String), term_months=pl.lit(term.months)
    )
    return whole.select(pl.col(name).cast(dtype) for name, dtype in empty(CURVE).drop(MONEY).schema.items())


def _ahead(term: Term, fit: Fit, discount: int) -> pl.DataFrame:
    """What was counted of each renewal, and what the curve says of it and of those beyond."""
    last = len(fit.seen.lost) + AHEAD
    low, high = fit.survival_limits(last)
    residual, least, most = fit.residuals(last, discount=term.a_period(discount))
    k = range(last + 1)
    columns = {
        "renewals_passed": k, "came_up": [None, *fit.seen.at_risk, *[None] * AHEAD], "lost": [None, *fit.seen.lost, *[None] * AHEAD],
        "curve": fit.lifetime.survival(k), "curve_low": low, "curve_high": high,
        "curve_renewal": [None, *fit.lifetime.renewal_rate(k[1:])],
        "residual": residual, "residual_low": least, "residual_high": most,
    }  # fmt: skip
    return pl.DataFrame(columns, strict=False)


def _seen(rows: pl.DataFrame) -> pl.DataFrame:
    """The share still there after each renewal that came up, with its limits."""
    spells = _customers(rows).select(duration="renewals", event="lost", entry="before")
    curve = kaplan_meier(spells).filter((pl.col("at_risk") >= FEWEST_AT_RISK).cum_min())
    return curve.select(pl.col("duration").cast(pl.Int64).alias("renewals_passed"), "low", "high", still_there="survival")


TAKES = ("by", "discount")
lifetime = Definition("lifetime", mark("Lifetimes by renewals"), FITS, _lifetime, takes=TAKES)
lifetime_curve = Definition("lifetime-curve", mark("Renewals seen and foreseen"), CURVE, _lifetime_curve, takes=TAKES)
