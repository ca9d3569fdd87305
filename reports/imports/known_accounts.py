"""The accounts that names in files are held against: those that are in, and those that another file of the same drop brings."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl

from data.log.staged import Staged
from data.store.store import Store
from data.store.view import View
from metrics.account_matching import suggested

LOOSE = ("nearly the same spelling",)  # reasons that do not count: they are looked at one by one
CONTACTS = {"account_id": pl.String, "email": pl.String}


@dataclass(frozen=True)
class Known:
    """accounts: account_id, name and further columns; contacts: account_id, email; aliases: what other names mean by a person's word."""

    accounts: pl.DataFrame
    contacts: pl.DataFrame
    aliases: dict[str, str]

    def among(self, values: Collection[str]) -> set[str]:
        """Which values mean an account: its id, another name of it, or what is suggested for sure."""
        return {*self.accounts["account_id"], *self.aliases} | {*self._suggested(values)["written"]}

    def named_exactly(self, values: Collection[str]) -> int:
        """How many values are, sign by sign, the id or the name of one account, so that they need no confirming."""
        names = self.accounts["name"].drop_nulls() if "name" in self.accounts.columns else pl.Series([], dtype=pl.String)
        return len({*values} & {*self.accounts["account_id"], *names.filter(names.is_unique())})

    def meant(self, values: Collection[str]) -> dict[str, str]:
        """The one account that each value means; the value itself where none is known, or several may be meant."""
        found = self._suggested(values).filter(pl.col("fits") == 1)
        return dict(zip(values, values, strict=True)) | dict(found.select("written", "account_id").rows()) | self.aliases

    def _suggested(self, values: Collection[str]) -> pl.DataFrame:
        told = {*self.accounts["account_id"], *self.aliases}
        names = pl.LazyFrame({"written": [value for value in values if value not in told]}, schema={"written": pl.String})
        found = suggested(names, self.accounts.lazy(), self.contacts.lazy()).collect()
        return found.filter(~pl.col("reason").is_in(LOOSE))


def accounts_in(store: Store) -> Known:
    """The accounts of a store."""
    with View(store) as view:
        return known_accounts(view)


def known_accounts(view: View, beside: Iterable[Staged] = ()) -> Known:
    """The accounts of a store, and those of files that are read and not in yet."""
    beside = list(beside)
    lists = [_accounts(one) for one in beside if one.table == "accounts" and one.parts]
    contacts = [_contacts(one) for one in beside if one.table == "contacts" and one.parts and {*CONTACTS} <= {*one.columns}]
    every = pl.concat([view.accounts().filter(~pl.col("is_stub")), *lists], how="diagonal_relaxed").unique("account_id", keep="last")
    people = pl.concat([view.table("contacts").select(*CONTACTS), *contacts], how="vertical_relaxed")
    return Known(every, people, dict(view.meaning.select("alias", "meant").rows()))


def _accounts(staged: Staged) -> pl.DataFrame:
    """The accounts of a list that is read, with what else it says of them."""
    rows = pl.concat([pl.read_parquet(part) for part in staged.parts], how="diagonal_relaxed")
    accounts = rows.drop("account_id", strict=False).rename({"row_key": "account_id"}).drop("line", strict=False)
    if staged.attributes is None:
        return accounts
    told = pl.read_parquet(staged.attributes).filter(~pl.col("name").is_in(accounts.columns))
    wide = told.pivot("name", index="row_key", values="value", aggregate_function="first").rename({"row_key": "account_id"})
    return accounts.join(wide, on="account_id", how="left")


def _contacts(staged: Staged) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(part, columns=[*CONTACTS]) for part in staged.parts]).drop_nulls()
