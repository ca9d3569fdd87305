"""Targets of quarters: set, changed and removed; of the whole company, or of one owner's accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

import polars as pl

from data.schema import TARGETS
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer
from data.work.writing import write
from language import tr
from language.formats import listed

MEASURES = TARGETS.column("measure").choices
MONEY = ("arr", "renewed_arr")
MOST_RATE = 5.0  # 500 %: what is more was meant as percent
MOST_MONEY = 10**14  # below which columns of money lie: more cannot be told in cents either
QUARTERS = (date(2000, 1, 1), date(2099, 10, 1))  # the first and the last that can have a target
MOST = 500  # characters of a note


@dataclass(frozen=True)
class Target:
    """What a quarter is to reach. quarter: its first day. amount: money in currency units, or a rate such as 1.05. owner: empty for the
    whole company. currency: of money; empty for the one that figures are told in."""

    quarter: date
    measure: str
    amount: float
    owner: str = ""
    note: str = ""
    currency: str = ""


def add(store: Store, viewer: Viewer, target: Target, currency: str, way: str = "browser") -> BatchResult:
    """Set a target. currency: in which figures are told. Raises what `write` raises, and EditRefused where a value cannot be, or there is
    a target of the same quarter, measure and owner: change that one."""
    row = _row(target, currency) | {"entered_by": viewer.signs(viewer.owner or way).name, "is_removed": False}
    with store.alone():
        _check_only(store, viewer, target)
        return write(store, viewer, TARGETS.name, [row], way=way)


def change(
    store: Store, viewer: Viewer, target_id: str, seen: int, target: Target, currency: str, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Say otherwise what is to be reached. seen: the batch of the target as it was looked at. Raises as `add`, and ChangedSince."""
    row = {"target_id": target_id} | _row(target, currency) | {"entered_by": viewer.signs(viewer.owner or way).name}
    with store.alone():
        _check_only(store, viewer, target, target_id)
        return write(store, viewer, TARGETS.name, [row], seen=[seen], way=way)


def remove(store: Store, viewer: Viewer, target_id: str, seen: int, way: str = "browser") -> BatchResult:
    """Take a target back; undoing that brings it back. Raises ChangedSince, NotAllowed."""
    with store.alone():
        with View(store, viewer.allowed(EDIT, "plays")) as view:
            _check_owners(view, _owners_of(view, target_id))
        return write(store, viewer, TARGETS.name, [{"target_id": target_id, "is_removed": True}], seen=[seen], way=way)


def standing(view: View) -> pl.DataFrame:
    """The targets that were not removed, by quarter, owner and measure, with batch; of two of one quarter, measure and owner (written in
    the same moment) the one that was written last."""
    rows = view.table(TARGETS.name).filter(~pl.col("is_removed").fill_null(False))
    key = ["quarter", "measure", "owner"]
    return rows.sort("batch").unique(key, keep="last", maintain_order=True).sort("quarter", "owner", "measure", nulls_last=False)


def _check_only(store: Store, viewer: Viewer, target: Target, changed: str = "") -> None:
    """Raises EditRefused where the target, or the one that is changed, is of others, and where there is one of its kind already."""
    with View(store, viewer.allowed(EDIT, "plays")) as view:
        _check_owners(view, [target.owner.strip(), *_owners_of(view, changed)])
        same = standing(view).filter(
            pl.col("quarter") == target.quarter, pl.col("measure") == target.measure,
            pl.col("owner").fill_null("") == target.owner.strip(), pl.col("target_id") != changed,
        )  # fmt: skip
    if same.height:
        raise EditRefused(tr("There is a target of that quarter, measure and owner: change it, or remove it first."))


def _owners_of(view: View, target_id: str) -> list[str]:
    """Whose a target is, where there is one."""
    rows = view.table(TARGETS.name)
    return rows.filter(rows["target_id"] == target_id)["owner"].fill_null("").to_list()


def _check_owners(view: View, owners: Sequence[str]) -> None:
    """Raises EditRefused for an owner without an account in scope, and for the whole company where that is not the scope."""
    known = view.accounts()["owner"].drop_nulls().unique().to_list()
    for owner in owners:
        if not owner and not view.viewer.sees_all:
            raise EditRefused(tr("owner: a target of the whole company takes a role whose scope is the whole company."))
        if owner and owner not in known:
            raise EditRefused(tr("owner: {owner} has no account that you see.", owner=owner))


def _row(target: Target, currency: str) -> dict[str, object]:
    _check(target, currency)
    return {
        "quarter": target.quarter, "measure": target.measure, "owner": target.owner.strip() or None, "amount": target.amount,
        "currency": currency if target.measure in MONEY else None, "note": target.note.strip() or None,
    }  # fmt: skip


def _check(target: Target, currency: str) -> None:
    if target.measure not in MEASURES:
        raise EditRefused(tr("measure: takes one of {choices}.", choices=listed(MEASURES)))
    if target.quarter.day != 1 or target.quarter.month not in (1, 4, 7, 10):
        raise EditRefused(tr("quarter: give its first day, such as 2026-01-01; {day} is none.", day=target.quarter))
    if not _is_near(target.quarter):
        raise EditRefused(
            tr("quarter: give one from {first} to {last}; {day} is none.", first=QUARTERS[0], last=QUARTERS[1], day=target.quarter)
        )
    if len(target.note) > MOST:
        raise EditRefused(tr("note: say it in {most} characters at most.", most=MOST))
    _check_amount(target)
    if target.currency and target.currency != currency:
        raise EditRefused(tr("currency: targets are in {currency}, in which figures are told.", currency=currency))


def _check_amount(target: Target) -> None:
    if not (isfinite(target.amount) and target.amount >= 0):
        raise EditRefused(tr("amount: give zero or more."))
    if target.measure in MONEY and target.amount >= MOST_MONEY:
        raise EditRefused(
            tr("amount: {amount:g} is more than can be told. Give less than {most:,}.", amount=target.amount, most=MOST_MONEY)
        )
    if target.measure not in MONEY and target.amount > MOST_RATE:
        raise EditRefused(
            tr("amount: a rate of {rate:g} is {percent:,.0%}. Give 1.05 for 105 %.", rate=target.amount, percent=target.amount)
        )
    if target.measure == "grr" and target.amount > 1:
        raise EditRefused(tr("amount: GRR is never above 100 %."))


def _is_near(quarter: date) -> bool:
    return QUARTERS[0] <= quarter <= QUARTERS[1]


def can_be(quarter: date, measure: str, amount: float) -> bool:
    """Whether a target that is stored lies within what can be set; one that came another way may not."""
    return _is_near(quarter) and isfinite(amount) and (0 <= amount < MOST_MONEY if measure in MONEY else 0 <= amount <= MOST_RATE)
