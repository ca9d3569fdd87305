"""Saying whether a product that starts when another ends takes its place: one batch, taken back like an import."""

from collections.abc import Sequence

import polars as pl

from data.schema import PRODUCT_PAIRS
from data.store.edits import EditRefused, commit_frame
from data.store.store import BatchResult, Store
from data.viewer import EDIT, EVERYONE, Actor, Viewer

FEED = "changes of plan and additions"


def answer_pairs(store: Store, answers: Sequence[tuple[str, str, str]], who: str | Actor, viewer: Viewer = EVERYONE) -> BatchResult:
    """Say of pairs of products (the one that ends, the one that starts, change or addition) what they are, from now on and for all that
    was; one batch, which `undo` takes back. A later answer replaces an earlier one.

    Raises EditRefused for who does not see all accounts, another answer, the same pair twice, or none.
    """
    if not viewer.allowed(EDIT, "imports").sees_all:
        raise EditRefused("What a product takes the place of is said by people who see all accounts: it holds for every account.")
    frame = pl.DataFrame(list(answers), schema=dict.fromkeys(PRODUCT_PAIRS.names, pl.String), orient="row")
    return commit_frame(store, PRODUCT_PAIRS.name, frame, FEED, viewer.signs(who), edit=True)
