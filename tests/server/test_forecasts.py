"""Forecasts that the server keeps by itself: once for each month that lies ahead, when the data reaches its eve."""

from datetime import UTC, date, datetime

import pytest

from data.store import open_stores
from server import forecasts
from server.forecasts import ForecastNights, is_due
from server.nights import AGAIN
from tests.called_company import called_company

NIGHT = datetime(2025, 4, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "kept", "due"),
    [
        (date(2025, 3, 31), [], True),
        (date(2025, 3, 31), [date(2025, 3, 1)], True),  # that one was of March
        (date(2025, 3, 30), [date(2025, 2, 28)], False),  # 28 February is the eve of March
        (date(2025, 4, 2), [date(2025, 2, 28)], True),  # the data came late
        (date(2025, 4, 2), [date(2025, 3, 31)], False),
        (date(2025, 4, 29), [date(2025, 4, 2)], False),
        (date(2025, 4, 30), [date(2025, 4, 2)], True),
    ],
)
def test_a_month_that_lies_ahead_is_kept_once(newest, kept, due):
    assert is_due(newest, kept) is due


def test_it_looks_once_a_night_and_again_in_an_hour_where_it_failed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    called_company(tmp_path / "own.duckdb").close()
    done: list[str] = []
    monkeypatch.setattr(forecasts, "keep", lambda store, who: done.append(who) or 12)
    told: list[str] = []
    watching = ForecastNights(lambda: open_stores.store("own"), 2, told.append)
    assert watching.look(NIGHT.replace(hour=1)) == 0  # not yet night
    assert watching.look(NIGHT) == 12 and watching.look(NIGHT.replace(minute=1)) == 0
    assert done == ["holdfast"] and told == ["The forecast was kept, to be held against what happens."]

    def fail(store, who):
        raise OSError("no room")

    monkeypatch.setattr(forecasts, "keep", fail)
    assert watching.look(NIGHT.replace(day=2)) == 0 and watching._waits == AGAIN
    assert "tried again in an hour: no room" in told[-1]
    open_stores.close_all()
