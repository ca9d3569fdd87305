"""A source that is a webhook, with what its description comes to: how it is signed, what its events are, and what rows they become."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from data.kept_webhooks import Event, Row
from sources import description
from sources.secrets import SecretMissing, secret
from sources.webhook_keys import WebhookSource
from sources.webhooks import events, stripe
from sources.webhooks.events import Part, Told
from sources.webhooks.signatures import Scheme, Shown, scheme_of


@dataclass(frozen=True)
class Hook:
    """One webhook, as its file describes it now."""

    source: WebhookSource
    beside_api: bool = False
    """Whether the vendor's API is asked as well (sources/webhooks/beside.py)."""

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def tolerance(self) -> timedelta:
        return self.source.tolerance

    @cached_property
    def scheme(self) -> Scheme:
        """How its deliveries are signed."""
        return scheme_of(self.source.signature, self.source.agreed)

    def secrets(self) -> list[str]:
        """The secrets that count: the one, and while it is rolled the one before, where that is still there. Raises SecretMissing."""
        found = [secret(self.source.secret)]
        try:
            return [*found, *([secret(self.source.secret_before)] if self.source.secret_before else [])]
        except SecretMissing:
            return found

    @cached_property
    def told(self) -> Told:
        """Where its own events say what they are."""
        return Told(self.source.event_id, self.source.key, self.source.made, self.source.rows)

    def event(self, body: bytes, shown: Shown) -> Event | None:
        """What a delivery is; None for one that is not used. Raises NoEvent."""
        if self.source.signature == "segment":
            return events.event_of_segment(body, shown)
        if self.source.signature == "stripe":
            return stripe.event_of(body, shown)
        return events.event_as_told(body, shown, self.told)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What its events become, a part for each table."""
        if self.source.signature == "segment":
            return events.segment_parts()
        if self.source.signature == "stripe":
            return stripe.parts(beside_api=self.beside_api)
        return (Part("", self.source.table or "", self._rows, latest=bool(self.told.key)),)

    def _rows(self, event: events.Json, row: Row) -> list[events.Json]:
        return events.rows_as_told(event, self.told, row.id if self.source.table == "usage_events" else "")

    def source_of(self, part: Part) -> WebhookSource:
        """The source of one part: pulled, waiting and told by itself, under a name of its own where there are several."""
        name = f"{self.name} {part.name}".strip()
        return self.source.model_copy(update={"name": name, "table": part.table or None, "feed": part.feed or self.source.fed})


def hook_of(store: Path, name: str) -> Hook | None:
    """The webhook of a name; None where there is none of that name, or it is a source of another kind. Raises SourceError for a file that
    cannot be used."""
    if name not in description.names(store):
        return None
    found = description.load(store, name)
    return Hook(found) if isinstance(found, WebhookSource) else None


def hooks(store: Path) -> list[Hook]:
    """Every webhook that can be used."""
    return [Hook(one) for one in description.listed(store) if isinstance(one, WebhookSource)]
