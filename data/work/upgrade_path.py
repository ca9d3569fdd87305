"""The upgrade path as the team keeps it: which plan stands where, and what each of them has."""

import polars as pl

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import Viewer
from data.work.writing import NOTHING, write

LOWEST = 1


def put(store: Store, viewer: Viewer, plan: str, place: int, seats: int | None, seen: int = NOTHING, way: str = "browser") -> BatchResult:
    """Put a plan on a place of the path, from 1, with the most seats that it has (None for no limit). seen: the batch of the plan as it was
    looked at. Raises what `write` raises, and EditRefused for a name that differs from another plan's by capitals or spaces alone."""
    if place < LOWEST:
        raise EditRefused("place: counts from 1, the lowest plan.")
    if seats is not None and seats < 1:
        raise EditRefused("seats: say how many it has at most, or leave it empty where there is no limit.")
    named = _named(plan)
    with store.alone():
        _check_single(store, viewer, named)
        row = {"plan": named, "place": place, "seats": seats, "is_retired": False}
        return write(store, viewer, "plan_steps", [row], seen=[seen], way=way)


def take_off(store: Store, viewer: Viewer, plan: str, place: int, seen: int, way: str = "browser") -> BatchResult:
    """A plan is on the path no more."""
    return write(store, viewer, "plan_steps", [{"plan": plan, "place": place, "is_retired": True}], seen=[seen], way=way)


def sell(
    store: Store, viewer: Viewer, feature: str, plan: str, monthly_limit: float | None, seen: int = NOTHING, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Say that a plan has a feature, up to a limit in a calendar month (None for none)."""
    if not feature.strip():
        raise EditRefused("feature: name the event that shows its use.")
    if monthly_limit is not None and monthly_limit <= 0:
        raise EditRefused("monthly_limit: give one above zero, or leave it empty where there is none.")
    row = {"feature": feature.strip(), "plan": _named(plan), "monthly_limit": monthly_limit, "is_retired": False}
    return write(store, viewer, "plan_features", [row], seen=[seen], way=way)


def stop_selling(store: Store, viewer: Viewer, feature: str, plan: str, seen: int, way: str = "browser") -> BatchResult:
    """A plan has a feature no more."""
    return write(store, viewer, "plan_features", [{"feature": feature, "plan": plan, "is_retired": True}], seen=[seen], way=way)


def _named(plan: str) -> str:
    if not plan.strip():
        raise EditRefused("plan: give its name, as the accounts have it.")
    return plan.strip()


def _check_single(store: Store, viewer: Viewer, plan: str) -> None:
    """Raises EditRefused where the path has the plan already, written otherwise: it would have two places."""
    with View(store) as view:
        there = view.table("plan_steps").filter(~pl.col("is_retired").fill_null(False))["plan"].to_list()
    other = next((one for one in there if one != plan and one.strip().casefold() == plan.casefold()), None)
    if other is not None:
        raise EditRefused(f"plan: the path has {other!r} already. Change that one.")
