"""Saying which account a name means, or that two entries are one company: an import like any other, taken back like one."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from data.accounts.aliases import leads_round
from data.store.edits import EditRefused, commit_frame
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, Actor, Viewer

FEED = "account matching"
BY_ITSELF = "the very same name, matched by itself"
NOBODY = "nobody: left out"
Pair = tuple[str, str, str]  # alias, account_id, reason


@dataclass(frozen=True)
class Conflict:
    """An answer that cannot be, and why."""

    alias: str
    account_id: str
    why: str


@dataclass(frozen=True)
class Matched:
    """What became of answers: their one batch, None where none could be, and those that could not."""

    batch: BatchResult | None
    conflicts: list[Conflict]


def match_accounts(store: Store, pairs: Sequence[Pair], who: str | Actor, viewer: Viewer = EVERYONE) -> BatchResult:
    """Let each alias mean an account, from now on and in all that was imported before; one batch, which `undo` takes back.

    pairs: alias, account_id, reason. The alias is a name as files write it, or the id of an entry that is merged into the account.
    The account's own values stay, and those that it lacks come from the entry. An alias of itself says that it is an account of its
    own. Raises EditRefused for who does not see all accounts, for an account that nothing knows, for the same alias twice, and where
    an account would in the end be merged into itself.
    """
    _may(viewer)
    fitting, conflicts = _apart(store, pairs)
    if conflicts:
        raise EditRefused(conflicts[0].why)
    return _written(store, fitting, viewer.signs(who))


def match_what_fits(store: Store, pairs: Sequence[Pair], who: str | Actor, viewer: Viewer = EVERYONE) -> Matched:
    """As match_accounts, but what cannot be stops nothing else: it is told, answer by answer. Raises EditRefused for who does not see all."""
    _may(viewer)
    fitting, conflicts = _apart(store, pairs)
    return Matched(_written(store, fitting, viewer.signs(who)) if fitting else None, conflicts)


def match_same_names(store: Store, who: str | Actor) -> BatchResult | None:
    """Let names that are, sign by sign, the name of one account mean it; None where there is none.

    What a person has answered, and what was taken back once, is not matched again by itself.
    """
    with View(store) as view:
        waiting = view.names_without_account()["written"].unique()
        known = view.accounts().filter(~pl.col("is_stub")).select("account_id", "name")
    called = known.filter(pl.col("name").is_not_null() & (pl.col("name") != pl.col("account_id")))
    only = called.filter(pl.col("name").is_unique() & pl.col("name").is_in(waiting.implode()))
    said = _ever_said(store)
    pairs = [(name, account, BY_ITSELF) for account, name in only.sort("name").rows() if name not in said]
    return _written(store, pairs, who) if pairs else None


def _ever_said(store: Store) -> set[str]:
    """Every alias that was ever given, also by a batch that was undone since."""
    with store.reading() as cursor:
        return {row[0] for row in cursor.execute("select distinct row_key from rows_account_aliases").fetchall()}


def _may(viewer: Viewer) -> None:
    if not viewer.allowed(EDIT, "imports").sees_all:
        raise EditRefused("Accounts are matched by people who see all accounts.")


def _apart(store: Store, pairs: Sequence[Pair]) -> tuple[list[Pair], list[Conflict]]:
    """The answers that can be, and the others."""
    with View(store) as view:
        known, aliases = set(view.accounts()["account_id"]), view.table("account_aliases")
    steps = dict(aliases.drop_nulls("account_id").select("alias", "account_id").rows())
    fitting, conflicts = [], []
    times: dict[str, int] = {}
    for alias, _, _ in pairs:
        times[alias] = times.get(alias, 0) + 1
    for alias, account_id, reason in pairs:
        why = _why_not(alias, account_id, steps, known, times[alias])
        if why:
            conflicts.append(Conflict(alias, account_id, why))
        else:
            steps[alias] = account_id
            fitting.append((alias, account_id, reason))
    return fitting, conflicts


def _why_not(alias: str, account_id: str, steps: dict[str, str], known: set[str], times: int) -> str | None:
    if times > 1:
        return f"alias: two rows have the same, {alias!r}. Keep one of them: a name means one account."
    if leads_round(alias, account_id, steps):
        return f"{account_id!r} is merged into {alias!r} already. Undo that first, in the list of imports."
    if account_id not in known and account_id != alias:
        return f"account_id: there is no account {account_id!r}. Import it first, or name another one."
    return None


def _written(store: Store, pairs: Sequence[Pair], who: str | Actor) -> BatchResult:
    frame = pl.DataFrame(list(pairs), schema={"alias": pl.String, "account_id": pl.String, "reason": pl.String}, orient="row")
    return commit_frame(store, "account_aliases", frame, FEED, who, edit=True)
