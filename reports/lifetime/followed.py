"""How long each account has paid, as every report of survival and lifetimes sees it; and what is said where nothing can be told."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from language import InLanguage, mark, tr, tr_n
from metrics.currency import summed
from metrics.lifetimes import SCHEMA, feeds_told, followed_until, lifetimes
from models.lifetime import (
    EVERYBODY_LEFT,
    FEWEST_AT_RISK,
    FEWEST_LOSSES,
    FEWEST_PERIODS,
    FEWEST_RENEWALS,
    NOBODY_AFTER_THE_FIRST,
    NOBODY_LEFT,
    TOO_FEW_LOSSES,
    TOO_FEW_RENEWALS,
    TOO_SHORT,
)  # fmt: skip
from reports.books import OF_MONEY, Books
from reports.report import Question

FEWEST_ACCOUNTS = 10  # followed, for anything to be said of how long they stay
TOO_FEW_ACCOUNTS, NOT_FOLLOWED = "too_few_accounts", "not_followed"
AT_ONCE, LEAST_AT_ONCE = 0.2, 5  # share and number of accounts that all begin on the first day of the books: they may be older
WHY = InLanguage(
    {
        TOO_FEW_ACCOUNTS: mark("fewer than {fewest_accounts} accounts were followed"),
        NOT_FOLLOWED: mark("no account was followed for any time, and a list of those who are there does not say who had left"),
        NOBODY_LEFT: mark("nobody was lost, so that nothing says how long customers stay"),
        TOO_FEW_LOSSES: mark("fewer than {fewest_losses} were lost"),
        TOO_FEW_RENEWALS: mark("fewer than {fewest_renewals} renewals came up"),
        EVERYBODY_LEFT: mark("everybody who was followed was lost, so that nobody is left to look ahead for"),
        TOO_SHORT: mark("fewer than {fewest_periods} renewals in a row were seen, of {at_risk} accounts or more each"),
        NOBODY_AFTER_THE_FIRST: mark("nobody was lost after the first renewal, so that nothing says how long the others stay"),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Followed:
    """until: the day that accounts are followed to; None in an empty store. rows: SCHEMA of metrics.lifetimes, first_mrr (cents;
    null where a line of the first day is in a currency without a rate) and group."""

    until: date | None
    rows: pl.DataFrame

    @property
    def counted(self) -> pl.DataFrame:
        """Those that were followed for some time."""
        return self.rows.filter((pl.col("days_before") == 0) | (pl.col("days") > pl.col("days_before")))

    def notes(self, weigh: str = "accounts") -> tuple[str, ...]:
        """Until when accounts are followed, whom that leaves out, and what may make lifetimes look shorter than they are. weigh: by what
        accounts count."""
        if self.until is None or self.rows.is_empty():
            return ()
        told = tr(
            "Accounts are followed up to {until}, the last month's close at which grace can change no loss any more.",
            until=self.until,
        )
        unseen = self.rows.height - self.counted.height
        left_out = tr_n(
            "{n:,} account is left out: it was in a list of those who were there, and not followed for any time since.",
            "{n:,} accounts are left out: they were in a list of those who were there, and not followed for any time since.", unseen,
        )  # fmt: skip
        late = self.counted.filter(pl.col("days_before") > 0).height
        later = tr_n(
            "{n:,} account counts only from the first file that has it: its feed lists who is there, and who had left before is not in it.",
            "{n:,} accounts count only from the first file that has them: their feed lists who is there, and who had left before is not in "
            "it.", late,
        )  # fmt: skip
        return (
            told, *((later,) if late else ()), *((left_out,) if unseen else ()), *self._at_once(), *self._came_back(),
            *(self._unweighed() if weigh == "mrr" else ()),
        )  # fmt: skip

    def _unweighed(self) -> tuple[str, ...]:
        """How many have no weight, since it is not known what they paid on their first day."""
        unknown = self.counted["first_mrr"].null_count()
        told = tr_n(
            "{n:,} account is left out: what it paid on its first day has no exchange rate. Import it into fx_rates.",
            "{n:,} accounts are left out: what they paid on their first day has no exchange rate. Import it into fx_rates.", unknown,
        )  # fmt: skip
        return (told,) if unknown else ()

    def _at_once(self) -> tuple[str, ...]:
        begun = self.rows["first_paid"].min()
        at_once = self.rows.filter(pl.col("first_paid") == pl.lit(begun)).height
        if at_once < max(LEAST_AT_ONCE, AT_ONCE * self.rows.height):
            return ()
        return (
            tr(
                "{n:,} of {all:,} accounts begin on {begun}, the first day of the books: they may be older, and stay longer than is told.",
                n=at_once, all=self.rows.height, begun=begun,
            ),
        )  # fmt: skip

    def _came_back(self) -> tuple[str, ...]:
        back = self.rows.filter("came_back").height
        told = tr_n(
            "{n:,} account came back after it had been lost; its first lifetime counts.",
            "{n:,} accounts came back after they had been lost; their first lifetimes count.", back,
        )  # fmt: skip
        return (told,) if back else ()


def followed(books: Books, question: Question) -> Followed:
    """Every account of the books with its lifetime and its group; without a group where the question asks for none."""
    if books.day is None:
        return Followed(None, pl.DataFrame(schema={**SCHEMA, "first_mrr": pl.Int64, "group": pl.String}))
    until = followed_until(books.day, grace_days=books.rules.grace_days)
    rows = books.once("lifetimes", lambda own: _lifetimes(own, until), of=OF_MONEY)
    grouped = rows.with_columns(group=pl.lit(None, dtype=pl.String)) if books.groups is None else _grouped(rows, books.groups)
    return Followed(until, grouped)


def _grouped(rows: pl.DataFrame, groups: pl.LazyFrame) -> pl.DataFrame:
    return rows.join(groups.collect(), on="account_id", how="left", maintain_order="left")


def _lifetimes(books: Books, until: date) -> pl.DataFrame:
    told = books.learned(
        "what feeds tell", lambda whole: feeds_told(_counting(whole), _feeds(whole), until=until).collect(), until, of=OF_MONEY
    )
    rows = lifetimes(_counting(books), _feeds(books), told.lazy(), until=until).collect()
    first = rows.lazy().select("account_id", starts_on="first_paid")
    begun_with = (
        books.effective.join(first, on=["account_id", "starts_on"])
        .join(books.apart.join(first, on=["account_id", "starts_on"]), on="account_id", how="anti")
        .with_columns(first_paid="starts_on")
    )
    paid = summed(begun_with, ["account_id"], on="first_paid", values=("mrr",), **books.money).rename({"mrr": "first_mrr"}).collect()
    return rows.join(paid, on="account_id", how="left", maintain_order="left")


def _counting(books: Books) -> pl.LazyFrame:
    """The lines by which an account is a customer: also those whose money cannot be told, since who pays on them pays all the same."""
    return books.in_any_currency[1]


def _feeds(books: Books) -> pl.LazyFrame:
    """account_id, feed: that its first line came by."""
    return books.view.contracts().lazy().sort("starts_on", "row_key").group_by("account_id").agg(pl.col("feed").first())


def by_group(rows: pl.DataFrame) -> list[tuple[str | None, pl.DataFrame]]:
    """The rows of each group, sorted by its name, those without one last."""
    parts = {str(name) if name is not None else None: own for (name,), own in rows.group_by("group", maintain_order=True)}
    return sorted(parts.items(), key=lambda one: (one[0] is None, one[0] or ""))


def in_words(code: str | None) -> str | None:
    """Why something is not told."""
    if code is None:
        return None
    return WHY[code].format(
        fewest_accounts=FEWEST_ACCOUNTS, fewest_losses=FEWEST_LOSSES, fewest_renewals=FEWEST_RENEWALS, fewest_periods=FEWEST_PERIODS,
        at_risk=FEWEST_AT_RISK,
    )  # fmt: skip
