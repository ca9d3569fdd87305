"""The keys of a source whose rows are sent here: a webhook."""

from typing import Literal

from sources.keys import Keys, Secret


class WebhookSource(Keys):
    """A place to which others send events, signed."""

    kind: Literal["webhook"]
    secret: Secret | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret,) if self.secret else ()
