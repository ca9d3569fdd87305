"""Which column of a file names the account: asked only where another one matches more of the accounts that are in than the id does."""

import re
from collections.abc import Collection

import polars as pl

from data.importing.draft import Draft
from data.importing.findings import Question
from data.importing.mapping import Mapping
from data.importing.stage import Inspection
from data.schema import TABLES
from data.store.store import Store
from data.store.view import View
from metrics.account_matching import suggested

NAMES = re.compile(
    r"name|customer|company|account|client|e-?mail|domain|website|organi[sz]ation|kunde|firma|client|cliente|会社|客户", re.IGNORECASE
)
MOST_COLUMNS = 8
TOLD = 4  # columns whose share is told
LOOSE = ("nearly the same spelling",)  # reasons that do not count: they are looked at one by one


def account_question(store: Store, draft: Draft, seen: Inspection, mapping: Mapping) -> Question | None:
    """The question, with the share of each column; None where there are no accounts, the file does not name any, or the id fits best."""
    own = mapping.columns.get("account_id")
    if own is None or not TABLES[mapping.table].by_account or mapping.table == "accounts":
        return None
    others = [name for name in seen.header if name != own and NAMES.search(name) and name not in _of_time(mapping)][:MOST_COLUMNS]
    with View(store) as view:
        known = view.accounts().filter(~pl.col("is_stub"))
        if known.is_empty() or not others:
            return None
        values = draft.values([own, *others], mapping.options)
        matched = _matched({value for some in values.values() for value in some}, known, view)
    shares = {name: (sum(value in matched for value in some), len(some)) for name, some in values.items()}
    return _asked(own, {name: share for name, share in shares.items() if share[1]})


def _of_time(mapping: Mapping) -> set[str]:
    """The file's columns that are taken for days, moments and amounts: they name nobody."""
    table = TABLES[mapping.table]
    return {source for name, source in mapping.columns.items() if table.column(name).kind not in ("id", "text")}


def _matched(values: Collection[str], known: pl.DataFrame, view: View) -> set[str]:
    """Which values mean an account that is in: its id, another name of it, or what is suggested for sure."""
    ids = {*known["account_id"], *view.meaning["alias"]}
    rest = [value for value in values if value not in ids]
    found = suggested(pl.LazyFrame({"written": rest}, schema={"written": pl.String}), known.lazy(), view.table("contacts").lazy()).collect()
    return {*ids} | {*found.filter(~pl.col("reason").is_in(LOOSE))["written"]}


def _asked(own: str, shares: dict[str, tuple[int, int]]) -> Question | None:
    ranked = sorted(shares, key=lambda name: (-shares[name][0] / shares[name][1], name != own))
    better = [name for name in ranked if name != own and own in shares and _part(shares[name]) > _part(shares[own])]
    if not better:
        return None
    told = [name for name in ranked if shares[name][0]][:TOLD]
    said = ", ".join(f"{name}: {shares[name][0]:,} of {shares[name][1]:,}" for name in dict.fromkeys([own, *told]))
    text = f"Which column names the account? Of what each holds, so much is an account that is in: {said}."
    return Question("account_from", own, text, tuple(dict.fromkeys([*told, own])))


def _part(share: tuple[int, int]) -> float:
    return share[0] / share[1]
