"""Books in which leaving is pure chance, imported and trained on as any other: what each of two causes would make of them.

Written down are contracts alone: no usage, so whatever a model finds there is how the book is kept.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from models.observations import observations
from reports.books import opened_books
from reports.customers.churn_training import train
from reports.report import Question

FIRST, DAYS = date(2022, 1, 1), 1096
ACCOUNTS, MONTHLY = 500, 0.03


def leaving_on_any_day(rng: np.random.Generator, begins: date) -> date:
    """Open-ended, and gone after an exponential lifetime: no end is near a whole number of months but by luck."""
    return begins + timedelta(days=int(rng.exponential(365 / 12 / MONTHLY)) + 1)


def leaving_after_paid_months(rng: np.random.Generator, begins: date) -> date:
    """Open-ended as well, but a month that is paid for is used up: each end is a whole number of months after the start."""
    months = int(rng.geometric(MONTHLY))
    return pl.Series([begins]).dt.offset_by(f"{months}mo")[0]


def book(path: Path, leaves: Callable[[np.random.Generator, date], date], seed: int) -> Store:
    rng, lines = np.random.default_rng(seed), ["contract_id,account_id,product,starts_on,ends_on,amount,period,currency"]
    until = FIRST + timedelta(days=DAYS)
    for account in range(ACCOUNTS):
        begins = FIRST + timedelta(days=int(rng.integers(0, DAYS - 60)))
        gone = leaves(rng, begins)
        ends = gone.isoformat() if gone < until else ""
        lines.append(f"{account},A{account},Core,{begins},{ends},{rng.lognormal(6, 0.8):.2f},1 month,USD")
    store = Store.open(path)
    file = path.with_name("contracts.csv")
    file.write_text("\n".join(lines) + "\n")
    assert import_file(store, file).batch is not None
    return store


@pytest.mark.parametrize("leaves", [leaving_on_any_day, leaving_after_paid_months])
def test_where_leaving_is_chance_no_model_is_used(tmp_path, leaves):
    with_losses = book(tmp_path / "own.duckdb", leaves, seed=11)
    card = train(with_losses, as_of=FIRST + timedelta(days=DAYS)).card
    with_losses.close()
    assert card.outcomes >= 100  # enough to be tried
    assert not card.usable, card.words


def test_how_far_ahead_one_looks_is_no_skill(tmp_path):
    """All lines are open-ended, so every account is looked at from three distances on the same day: the first cause alone."""
    store = book(tmp_path / "own.duckdb", leaving_on_any_day, seed=12)
    card = train(store, as_of=FIRST + timedelta(days=DAYS)).card
    store.close()
    assert card.model is not None
    assert abs(card.model.auc - 0.5) < 0.07


def test_a_month_after_which_somebody_left_was_no_term(tmp_path):
    """Half of them leave after three months or more: such an end is no renewal that anybody could have looked ahead to."""
    store = book(tmp_path / "own.duckdb", leaving_after_paid_months, seed=13)
    with opened_books(store, EVERYONE, Question(as_of=FIRST + timedelta(days=DAYS))) as books:
        lines, effective = books.lines.collect(), books.effective.collect()
        looked = observations(lines, effective, since=FIRST, until=books.day or FIRST, grace_days=books.rules.grace_days)
    store.close()
    assert looked.height > 1000
    assert set(looked["kind"]) == {"live"}
