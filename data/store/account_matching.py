"""Saying which account a name means, or that two entries are one company: an import like any other, taken back like one."""

from collections.abc import Sequence

import polars as pl

from data.accounts.aliases import leads_round
from data.store.edits import EditRefused, commit_frame
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer

FEED = "account matching"


def match_accounts(store: Store, pairs: Sequence[tuple[str, str, str]], who: str, viewer: Viewer = EVERYONE) -> BatchResult:
    """Let each alias mean an account, from now on and in all that was imported before; one batch, which `undo` takes back.

    pairs: alias, account_id, reason. The alias is a name as files write it, or the id of an entry that is merged into the account.
    The account's own values stay, and those that it lacks come from the entry. An alias of itself says that it is an account of its
    own. Raises EditRefused for who does not see all accounts, for an account that nothing knows, for the same alias twice, and where
    an account would in the end be merged into itself.
    """
    if not viewer.sees_all:
        raise EditRefused("Accounts are matched by people who see all accounts.")
    with View(store) as view:
        known, aliases = set(view.accounts()["account_id"]), view.table("account_aliases")
    for alias, account_id, _ in pairs:
        if leads_round(alias, account_id, aliases):
            raise EditRefused(f"{account_id!r} is merged into {alias!r} already. Undo that first, in the list of imports.")
        if account_id not in known and account_id != alias:
            raise EditRefused(f"account_id: there is no account {account_id!r}. Import it first, or name another one.")
        aliases = pl.concat(
            [aliases.filter(pl.col("alias") != alias), pl.DataFrame({"alias": [alias], "account_id": [account_id]})], how="diagonal"
        )
    frame = pl.DataFrame(list(pairs), schema={"alias": pl.String, "account_id": pl.String, "reason": pl.String}, orient="row")
    return commit_frame(store, "account_aliases", frame, FEED, who, edit=True)
