"""The keys of a source that is an HTTP API."""

from typing import Literal

from sources.keys import Keys, Secret


class HttpSource(Keys):
    """An endpoint that answers with pages of rows."""

    kind: Literal["http"]
    url: str
    secret: Secret | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret,) if self.secret else ()
