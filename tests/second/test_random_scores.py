"""Random scores and accounts: the program's scores against those worked out account by account from the score's file."""

import tomllib

import polars as pl
import pytest
from hypothesis import given, settings

from metrics.health import components, limited, positions, scores, settled
from reports.health.scorecard import to_toml
from tests.metrics.scorecards import accounts, scorecards
from tests.metrics.test_health_properties import frame
from tests.second.scored import scored


@settings(max_examples=60, deadline=None)
@given(scorecards(), accounts())
def test_every_account_is_scored_alike(card, rows):
    told, seen = tomllib.loads(to_toml(card)), frame(rows)
    none = pl.LazyFrame(schema={"account_id": pl.String, "day": pl.Date})
    found = settled(scores(components(seen, card), card), limited(seen, card), none, card).join(
        positions(seen, card), on=["account_id", "day"]
    )
    mine = {row["account_id"]: row for row in found.collect().iter_rows(named=True)}
    for row in rows:
        other, own = scored(told, row), mine[row["account_id"]]
        assert own["score"] == (None if other["score"] is None else pytest.approx(other["score"], abs=2e-6))
        assert own["known_weight"] == pytest.approx(other["known_weight"], abs=2e-6)
        if not _on_an_edge(other, card.least_known):
            assert own["band"] == other["band"]
        assert {name: own[name] for name in ("exception", "lifecycle", "variant")} == {
            name: other[name] for name in ("exception", "lifecycle", "variant")
        }  # fmt: skip


def _on_an_edge(other: dict, least: float) -> bool:
    """Whether the last digits of a sum decide the band, in which two ways of adding up may differ."""
    shown = other["score"] is not None and abs((other["score"] + 0.5) % 1 - 0.5) > 0.5 - 1e-5
    return shown or abs(other["known_weight"] - least) < 1e-5
