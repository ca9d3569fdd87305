"""The keys of a source whose rows are sent here: a webhook."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from sources.keys import Keys, Secret, in_words, length
from sources.webhooks.signatures import TOLERANCE, Agreed

HEADER = re.compile(r"[A-Za-z0-9-]{1,80}")
PATH = re.compile(r"[^.\s][^.]*(?:\.[^.]+)*")
VENDORS = ("stripe", "segment")
"""Whose signature says what the events are, too."""


def _stretch(written: Any) -> timedelta:
    found = length(written)
    if not isinstance(found, timedelta):
        raise ValueError('Write a length of time, as "5 minutes".')
    return found


def _header(written: str) -> str:
    if written and not HEADER.fullmatch(written):
        raise ValueError("Write the name of a header, as X-Billing-Signature.")
    return written


def _path(written: str) -> str:
    if written and not PATH.fullmatch(written):
        raise ValueError("Write names with points between them, as data.id.")
    return written


Stretch = Annotated[timedelta, BeforeValidator(_stretch), PlainSerializer(in_words)]
HeaderName = Annotated[str, AfterValidator(_header)]
JsonPath = Annotated[str, AfterValidator(_path)]


class WebhookSource(Keys):
    """A place to which others send events, signed. What Stripe and Segment send is known; of others `event_id`, `key` (of what it says how
    that is), `made` (when) and `rows` say where in the body that stands."""

    kind: Literal["webhook"]
    signature: Literal["stripe", "segment", "standard", "hmac"]
    secret: Secret
    secret_before: Secret | None = None
    """The one before, which counts as well while a secret is rolled."""
    every: Stretch = timedelta(minutes=5)
    """How long what came waits for more before it becomes a batch."""
    tolerance: Stretch = TOLERANCE
    algorithm: Literal["sha1", "sha256", "sha384", "sha512"] = "sha256"
    header: HeaderName = "X-Signature"
    prefix: str = Field("", max_length=40)
    encoding: Literal["hex", "base64"] = "hex"
    timestamp_header: HeaderName = ""
    event_id: JsonPath = ""
    key: JsonPath = ""
    made: JsonPath = ""
    rows: JsonPath = ""

    @model_validator(mode="after")
    def _fits(self) -> "WebhookSource":
        agreed = self.model_fields_set & {"algorithm", "header", "prefix", "encoding", "timestamp_header"}
        if agreed and self.signature != "hmac":
            raise ValueError(f'{min(agreed)}: is for signature = "hmac" alone. Take it out.')
        told = self.model_fields_set & {"event_id", "key", "made", "rows", "table", "mapping"}
        if told and self.signature in VENDORS:
            raise ValueError(f"{min(told)}: what {self.signature} sends is known, and goes to tables of its own. Take it out.")
        if self.signature not in VENDORS and not (self.table or self.mapping):
            raise ValueError("table: write of which table the rows are, or name a saved mapping.")
        if self.cursor or self.overlap is not None or self.schedule:
            raise ValueError(
                "cursor, overlap, schedule: a webhook is never asked, others send to it. Take them out; `every` says how often what came "
                "is imported."
            )
        if not timedelta(seconds=1) <= self.tolerance <= timedelta(hours=1):
            raise ValueError("tolerance: write 1 second to 1 hour.")
        if not timedelta(seconds=1) <= self.every <= timedelta(days=1):
            raise ValueError("every: write 1 second to 1 day.")
        return self

    @property
    def is_partial(self) -> bool:
        return True

    @property
    def agreed(self) -> Agreed:
        """How its signatures are written, where that is agreed on."""
        return Agreed(self.algorithm, self.header, self.prefix, self.encoding, self.timestamp_header)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret, self.secret_before) if self.secret_before else (self.secret,)
