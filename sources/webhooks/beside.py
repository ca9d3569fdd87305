"""A vendor that is asked by its API, and sends by itself besides: what is read later must not take back what is newer.

What the API answers is how things were at the moment at which it was asked, and is whole; an event says how one thing was when it was made,
and may come days later. So an event of before the last time that all was asked for is late, what is being asked for is waited for before
events are imported, and what was asked for long ago and waits is asked for anew.
"""

from datetime import datetime, timedelta
from pathlib import Path

from data.store.store import Store
from data.work.pulls import IMPORTED, NOTHING_NEW, pulls
from sources import description, looks, schedule
from sources.description import Source
from sources.http_keys import HttpSource
from sources.webhook_keys import WebhookSource

SKEW = timedelta(minutes=5)
"""By how much the vendor's clock and this one's may differ: an event of so shortly before counts, since those after it come as well."""


def apis(store: Path, hook: WebhookSource) -> list[HttpSource]:
    """The sources that ask the vendor of a webhook for all that it has; empty where none does."""
    return [one for one in description.listed(store) if _is_same_vendor(one, hook) and isinstance(one, HttpSource) and not one.is_partial]


def hooks(store: Path, source: Source) -> list[WebhookSource]:
    """The webhooks by which the vendor of a source sends besides; empty where none does, or the source asks for a part alone."""
    if source.is_partial:
        return []
    return [one for one in description.listed(store) if isinstance(one, WebhookSource) and _is_same_vendor(source, one)]


def asked_at(store: Store, hook: WebhookSource, now: datetime) -> datetime | None:
    """When the vendor of a webhook was last asked for all that it has, and what it answered is in; None where that never was. Of a moment
    that is still to come, which a clock said that was ahead, nothing is told."""
    known = [at for one in apis(store.path, hook) if (at := _asked_at(store, one.name)) and not schedule.is_ahead(at, now)]
    return max(known, default=None)


def _asked_at(store: Store, name: str) -> datetime | None:
    last = looks.last(store, name)
    seen = [last.pulled, *pulls(store, name, 50)] if last else []
    return next((one.began_at for one in seen if one.outcome in (IMPORTED, NOTHING_NEW)), None)


def _is_same_vendor(source: object, hook: WebhookSource) -> bool:
    return isinstance(source, HttpSource) and source.vendor is not None and source.vendor == hook.signature
