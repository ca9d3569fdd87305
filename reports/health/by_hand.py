"""Bands that people set for an account by hand: what holds, what is still to come, and what was."""

from typing import Any

from data.schema import SCORE_OVERRIDES
from data.store.store import Store
from data.viewer import Viewer
from metrics.health_overrides import HOLDS, states
from reports.health.scorecard import scorecard
from reports.look import opened
from reports.report import Question
from reports.rights import KIND_OF


def set_by_hand(store: Store, viewer: Viewer, question: Question, account_id: str) -> list[dict[str, Any]]:
    """The bands set for an account, those that hold on the day looked at first: override_id, band, reason, owner, starts_on, ends_on,
    withdrawn_on, batch, state (one of metrics.health_overrides.STATES; of several that hold the first one counts). Empty for an account
    that is not in scope. Raises NotAllowed for who may not view scores."""
    with opened(store, viewer.reading(KIND_OF["health"]), question) as look:
        rows = look.view.table(SCORE_OVERRIDES.name)
        own = rows.filter(rows["account_id"] == account_id)
        if look.day is None or own.is_empty():
            return []
        bands = [name for name, _ in scorecard(look.view).bands]
        told = states(own, bands, look.day)
        return told.sort(told["state"] != HOLDS, "batch", descending=[False, True]).to_dicts()
