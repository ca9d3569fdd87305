"""Why accounts churn: the list on two levels that a team keeps, and the reason that it found for each churn."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from data.schema import TABLES
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import Viewer
from data.work.writing import NOTHING, write

SHIPPED = Path(__file__).resolve().parents[1] / "churn_reasons.toml"
LONGEST = 200  # signs of a reason's name
SAYS = ("customer", "csm", "finance", "other")
LIST = {
    "reason_id": pl.String, "parent_id": pl.String, "name": pl.String, "is_preventable": pl.Boolean, "place": pl.Int64,
    "is_retired": pl.Boolean, "batch": pl.Int64,
}  # fmt: skip
OF_A_ROW = ("parent_id", "name", "is_preventable", "place", "is_retired")


@dataclass(frozen=True)
class Given:
    """A reason for one churn. is_preventable: None where the list's holds. seen: the `batch` of the answer that was looked at."""

    account_id: str
    churned_on: date
    reason_id: str
    evidence: str = ""
    said_by: str = "csm"
    is_preventable: bool | None = None
    seen: int = NOTHING


@cache
def shipped() -> pl.DataFrame:
    """The list that comes with the product: LIST, batch 0."""
    rows: list[dict[str, Any]] = []
    for place, first in enumerate(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["reason"], start=1):
        rows.append(_shipped(first, None, place))
        rows += [_shipped(one, first["id"], at) for at, one in enumerate(first["below"], start=1)]
    return pl.DataFrame(rows, schema=LIST, orient="row")


def _shipped(one: Mapping[str, Any], parent: str | None, place: int) -> dict[str, Any]:
    told = {"reason_id": one["id"], "name": one["name"], "is_preventable": one["preventable"]}
    return {**told, "parent_id": parent, "place": place, "is_retired": False, "batch": NOTHING}


def reasons(view: View) -> pl.DataFrame:
    """The list as it stands, in its order: LIST; batch is NOTHING where the product's own entry stands. A team's entry wins."""
    own = view.table("churn_reasons").select(pl.col(name).cast(dtype) for name, dtype in LIST.items())
    merged = pl.concat([shipped().join(own, on="reason_id", how="anti"), own])
    filled = merged.with_columns(pl.col("is_retired", "is_preventable").fill_null(False))
    tops = filled.filter(pl.col("parent_id").is_null()).select(parent_id="reason_id", above="place")
    ranked = filled.join(tops, on="parent_id", how="left").with_columns(above=pl.coalesce("above", "place"))
    top = pl.coalesce("parent_id", "reason_id")
    return ranked.sort("above", top, pl.col("parent_id").is_not_null(), "place", "name", nulls_last=True).select(*LIST)


def choosable(listed: pl.DataFrame) -> pl.DataFrame:
    """The reasons of a list that can be chosen: neither they nor what they belong to is retired."""
    gone = listed.filter("is_retired")["reason_id"].to_list()
    return listed.filter(~pl.col("reason_id").is_in(gone), ~pl.col("parent_id").is_in(gone).fill_null(False))


def answer(store: Store, viewer: Viewer, given: Sequence[Given], *, way: str = "browser") -> BatchResult:
    """Write why accounts churned, as one batch. Raises EditRefused for a reason that the list has not, or that is retired and was not the
    answer already; for who may not write of the account; NotAllowed, and ChangedSince, as `write` does."""
    with View(store) as view:
        listed, before = reasons(view), view.table("churn_answers")
    rows = [_row(one, listed, before, viewer, way) for one in given]
    return write(store, viewer, "churn_answers", rows, seen=[one.seen for one in given], way=way)


def _row(given: Given, listed: pl.DataFrame, before: pl.DataFrame, viewer: Viewer, way: str) -> dict[str, Any]:
    stands = before.filter(account_id=given.account_id, churned_on=given.churned_on)["reason_id"].to_list()
    found = listed.filter(reason_id=given.reason_id).to_dicts()
    if not found or (given.reason_id not in stands and not choosable(listed).filter(reason_id=given.reason_id).height):
        raise EditRefused("This reason is not in the list any more. Choose another one.")
    if given.said_by not in SAYS:
        raise EditRefused(f"said_by: takes one of {', '.join(SAYS)}.")
    return {
        "account_id": given.account_id, "churned_on": given.churned_on, "reason_id": given.reason_id, "reason_name": found[0]["name"],
        "evidence": given.evidence.strip() or None, "said_by": given.said_by, "is_preventable": given.is_preventable,
        "given_by": viewer.person or viewer.owner or way,
    }  # fmt: skip


def add(store: Store, viewer: Viewer, name: str, parent_id: str | None, is_preventable: bool, *, way: str = "browser") -> BatchResult:
    """A further reason, last among its neighbours. Raises EditRefused where it has no name, or a neighbour has the same."""
    with View(store) as view:
        listed = reasons(view)
    _check_parent(listed, parent_id)
    own = _named(name, listed, parent_id)
    beside = listed.filter(pl.col("parent_id").eq_missing(pl.lit(parent_id, pl.String)))
    slug = re.sub(r"\W+", "_", own.casefold()).strip("_") or uuid4().hex  # of a name without letters
    reason = {"reason_id": f"{parent_id}.{slug}" if parent_id else slug, "parent_id": parent_id, "name": own}
    if listed.filter(reason_id=reason["reason_id"]).height:
        raise EditRefused("The list has such a reason already, perhaps retired: take it back into use, or rename it.")
    place = max(beside["place"].to_list(), default=0) + 1
    row = {**reason, "is_preventable": is_preventable, "place": place, "is_retired": False}
    return write(store, viewer, "churn_reasons", [row], seen=[NOTHING], way=way)


def change(store: Store, viewer: Viewer, reason_id: str, seen: int, *, way: str = "browser", **what: Any) -> BatchResult:
    """Rename a reason, move it below another one, say whether it is preventable, retire it (is_retired) or take it back into use.

    what: of OF_A_ROW. Answers keep the reason. Raises EditRefused where the list would have a third level, a name twice, or no such reason.
    """
    with View(store) as view:
        listed = reasons(view)
    row = _known(listed, reason_id)
    if "parent_id" in what:
        _check_move(listed, row, what["parent_id"])
    changed = row | what
    if what.keys() & {"name", "parent_id"}:
        changed["name"] = _named(changed["name"], listed.filter(pl.col("reason_id") != reason_id), changed["parent_id"])
    return write(store, viewer, "churn_reasons", [_kept(changed)], seen=[seen], way=way)


def swap(store: Store, viewer: Viewer, reason_id: str, other: str, *, way: str = "browser") -> BatchResult:
    """Two neighbours change places, as one batch."""
    with View(store) as view:
        listed = reasons(view)
    one, two = (_known(listed, reason) for reason in (reason_id, other))
    if one["parent_id"] != two["parent_id"]:
        raise EditRefused("These two reasons are no neighbours any more. Look at the list as it is now.")
    beside = listed.filter(pl.col("parent_id").eq_missing(pl.lit(one["parent_id"], pl.String))).to_dicts()
    order = [row["reason_id"] for row in beside]
    at, to = order.index(reason_id), order.index(other)
    order[at], order[to] = order[to], order[at]
    before = [_known(listed, reason) for reason in order]
    changed = [row | {"place": place} for place, row in enumerate(before, start=1) if row["place"] != place]
    return write(store, viewer, "churn_reasons", [_kept(row) for row in changed], seen=[row["batch"] for row in changed], way=way)


def _known(listed: pl.DataFrame, reason_id: str) -> dict[str, Any]:
    found = listed.filter(reason_id=reason_id).to_dicts()
    if not found:
        raise EditRefused("This reason is not in the list any more. Look at the list as it is now.")
    return found[0]


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("reason_id", *OF_A_ROW) if name in TABLES["churn_reasons"].names}


def _named(name: str, listed: pl.DataFrame, parent_id: str | None) -> str:
    own = " ".join(name.split())
    if not own:
        raise EditRefused("Give the reason a name.")
    if len(own) > LONGEST:
        raise EditRefused(f"A name has at most {LONGEST} signs.")
    beside = listed.filter(pl.col("parent_id").eq_missing(pl.lit(parent_id, pl.String)))
    if own.casefold() in [one.casefold() for one in beside["name"]]:
        raise EditRefused(f"There is a reason {own!r} in this place already.")
    return own


def _check_parent(listed: pl.DataFrame, parent_id: str | None) -> None:
    if parent_id is None:
        return
    above = _known(listed, parent_id)
    if above["parent_id"] is not None:
        raise EditRefused("The list has two levels: choose a reason of the first one to put it below.")
    if above["is_retired"]:
        raise EditRefused("What it would belong to is retired. Take that back into use first.")


def _check_move(listed: pl.DataFrame, row: Mapping[str, Any], parent_id: str | None) -> None:
    _check_parent(listed, parent_id)
    if parent_id is not None and listed.filter(parent_id=row["reason_id"]).height:
        raise EditRefused("Reasons of the second level belong to this one, so it stays on the first. Move those first.")
    if parent_id == row["reason_id"]:
        raise EditRefused("A reason cannot belong to itself.")
