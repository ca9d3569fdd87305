"""The keys of a source that is an HTTP API: where it is, how it is asked, how its pages go on, and what a row is."""

import re
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SerializationInfo, field_validator, model_serializer, model_validator

from sources.keys import Keys, Secret
from sources.vendors import with_vendor

COUNTED = Literal["seconds", "milliseconds", "moment", "day", "number", "text"]
"""How moments are written: seconds or milliseconds since 1970, ISO 8601, a day; or a number or a text that is no moment."""
SETTING = re.compile(r"\{([a-z][a-z_]*)\}")
OWN = frozenset({"since", "until", "next", "page", "offset", "from_day", "to_day"})
"""What stands in braces and is filled in while a source is read; every other name in braces is one of `settings`."""
SECRETS = re.compile(r"(?i)authorization|(api|access|secret|private).?key|(^|[-_])(token|secret|password|key)$")
EQUAL_ROWS = "equal rows"
"""What is accepted where rows that come again at the border of two pages are others that say the same."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Auth(_Part):
    """How the secret goes with a request: as a bearer token, in a header of its own, as the password (or the user) of basic
    authentication, or as the client secret that OAuth gives a token for."""

    by: Literal["none", "bearer", "header", "basic", "oauth"] = "none"
    header: str = "Authorization"
    user: str = ""
    secret_is: Literal["password", "user"] = "password"
    token_url: str = ""
    client_id: str = ""
    scope: str = ""


class Paging(_Part):
    """How pages go on.

    cursor: the answer holds the next cursor at `path`. scroll: as cursor, but the vendor keeps the place: it ends with an empty page, and
    what breaks off is begun anew. last: the cursor is the last row's `path`. page, offset: they are counted. link: the answer holds the
    address of the next page at `path`; link header: its header Link does. days: each request is for so many days. more, done: where the
    answer says whether there are more. total: where it says how many rows there are in all.
    """

    by: Literal["none", "cursor", "scroll", "last", "page", "offset", "link", "link header", "days"] = "none"
    path: str = ""
    more: str = ""
    done: str = ""
    total: str = ""
    first: int = 1
    days: int = Field(1, ge=1, le=366)


class Condition(_Part):
    """That a field of a record is a value; without `equals`, that it is there and not empty."""

    path: str
    equals: str | int | bool | None = None


class Part(_Part):
    """A column of its own: the value at `path`, over a number where it counts parts; where `unless` holds `then`, or empty."""

    path: str
    over: int | None = Field(None, ge=1)
    unless: Condition | None = None
    then: str | None = None


class Wait(_Part):
    """What a record leaves open that would make a figure wrong: the pull waits until a person accepts it by its name. can_be_accepted:
    whether that is offered, since there is something to take."""

    name: str
    when: tuple[Condition, ...]
    text: str
    what_to_do: str
    can_be_accepted: bool = True


class HttpSource(Keys):
    """An endpoint that answers with pages of rows. docs/SOURCES_HTTP.md says what each key means."""

    kind: Literal["http"] = "http"
    written: dict[str, Any] = Field(default_factory=dict, exclude=True)
    """What its file says, without what its vendor brings along."""
    vendor: str | None = None
    url: str
    secret: Secret | None = None
    method: Literal["GET", "POST"] = "GET"
    parameters: dict[str, str | int | bool | list[str]] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = None
    first_only: tuple[str, ...] = ()
    auth: Auth = Auth()
    paging: Paging = Paging()
    records: str = ""
    lines: bool = False
    columns: str = ""
    each: str = ""
    id: str = ""
    fields: dict[str, Part] = Field(default_factory=dict)
    only_fields: bool = False
    leave_out: tuple[Condition, ...] = ()
    error: str = ""
    cursor_as: COUNTED = "moment"
    since_as: COUNTED | None = None
    cursor_in_answer: str = ""
    filter_after: bool = False
    begin: str | None = None
    settings: dict[str, str] = Field(default_factory=dict)
    needs: dict[str, str] = Field(default_factory=dict)
    waits: tuple[Wait, ...] = ()
    accept: tuple[str, ...] = ()
    rights: str = ""
    most_pages: int = Field(20_000, ge=1)
    most_seconds: int = Field(1_800, ge=1)
    most_megabytes: int = Field(64, ge=1, le=1_024)
    tries: int = Field(8, ge=1, le=50)
    timeout_seconds: float = Field(60, gt=0)
    longest_wait_seconds: int = Field(300, ge=1)
    plain_http: bool = False
    certificates: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_vendor(cls, written: Any) -> Any:
        return with_vendor(written) if isinstance(written, dict) else written

    @field_validator("url")
    @classmethod
    def _is_url(cls, written: str) -> str:
        parts = urlsplit(SETTING.sub("x", written))
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.password or parts.username:
            raise ValueError("This is no address of an API. Write it as https://api.example.com/v1/orders, without user and password.")
        _check_no_secret(dict(parse_qsl(urlsplit(written).query)))
        return written

    @field_validator("headers", "parameters", "body")
    @classmethod
    def _say_no_secret(cls, written: Any) -> Any:
        _check_no_secret(written or {})
        return written

    @model_validator(mode="after")
    def _can_be_asked(self) -> "HttpSource":
        missing = sorted(self._named() - OWN - {*self.settings})
        if missing:
            raise ValueError(" ".join(self._lacks(name) for name in missing))
        for url in (self.url, *([self.auth.token_url] if self.auth.by == "oauth" else [])):
            parts = urlsplit(SETTING.sub("x", url))
            if parts.scheme != "https" and parts.hostname not in LOOPBACK and not self.plain_http:
                raise ValueError("url: is not encrypted. Write https://; or plain_http = true, where the network in between is your own.")
        if self.auth.by != "none" and not self.secret:
            raise ValueError('secret: is missing. Name the secret, as secret = "BILLING_API".')
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, handler: Any, asked: SerializationInfo) -> dict[str, Any]:
        """What its file says, and what was changed since: what its vendor brings along stays out."""
        told, before = handler(self), HttpSource.model_validate(self.written | {"name": self.name})
        changed = {name for name in HttpSource.model_fields if getattr(self, name) != getattr(before, name)}
        own = {name: value for name, value in self.written.items() if name not in {*changed, *(asked.exclude or ())}}
        return own | {name: told[name] for name in changed if name in told}

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret,) if self.secret else ()

    @property
    def is_partial(self) -> bool:
        asked = SETTING.findall(f"{self.url} {self.parameters} {self.body or ''}")
        return bool(self.cursor or self.cursor_in_answer or self.paging.by == "days" or "since" in asked)

    @property
    def may_accept(self) -> tuple[str, ...]:
        """The names of what a person may accept as it is."""
        return (*(wait.name for wait in self.waits if wait.can_be_accepted), *(() if self.id else (EQUAL_ROWS,)))

    @property
    def counted(self) -> COUNTED:
        """How moments are written in a request."""
        return self.since_as or self.cursor_as

    def _lacks(self, name: str) -> str:
        """What is said of a setting that is missing."""
        if meaning := self.needs.get(name):
            return f"settings: {name} is missing. Add it under [settings]: {meaning}."
        return f"settings: {name} is missing, which stands in braces. Add it under [settings]."

    def _named(self) -> set[str]:
        """The names in braces."""
        auth = (self.auth.user, self.auth.client_id, self.auth.token_url)
        told = [self.url, *auth, str(self.parameters), str(self.body or ""), *self.answers.values()]
        return {name for text in told for name in SETTING.findall(text)}


def _check_no_secret(told: dict[str, Any]) -> None:
    """Raises ValueError, which does not repeat what was written: it may be the secret itself."""
    for name, value in told.items():
        if SECRETS.search(name) and not SETTING.search(str(value)):
            raise ValueError(f"{name} may be a secret. Take it out, name the secret, and write under [auth] how it is sent.")
