"""The keys of a source that is a query of a database."""

import re
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, field_validator, model_validator

from sources.keys import Keys, Secret

SELECTS = re.compile(r"(?is)\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*(select|with|values|table)\b")

SAID = re.compile(r"""(?sx) --[^\n]* | /\*.*?\*/ | \$(\w*)\$.*?\$\1\$ | '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]\d][^\]]*\] """)
"""Comments, texts and quoted names, in which no word is one of the query."""
INNER = re.compile(r"\([^()]*\)")
LIMITS = re.compile(
    r"(?i)\b(?:(limit|offset)\s*[\d\0]|(fetch)\s+(?:first|next)\b|select\s+(?:all\s+|distinct\s+)?(top)\s*[\d\0]|(rownum)\s*<)"
)
SECRETS = re.compile(r"(?i)passw|pwd|secret$|token$|api.?key|odbc_connect|credentials_(base64|info)")  # among what stands behind ? in a URL


class SqlSource(Keys):
    """A query of a database: PostgreSQL by ADBC, every other one by its SQLAlchemy URL."""

    kind: Literal["sql"]
    url: str | None = None
    """Where the database is, without a password: postgresql://reader@db.example/billing."""
    secret: Secret | None = None
    """The name of the password; of the whole URL where `url` is left out."""
    query: str
    timeout_seconds: int = Field(300, ge=1, le=24 * 3600)

    @field_validator("url")
    @classmethod
    def _says_no_password(cls, written: str | None) -> str | None:
        try:
            parts = urlsplit(written or "sqlite://")
            password, scheme = parts.password, parts.scheme
            told = [name for name, _ in parse_qsl(parts.query) if SECRETS.search(name)]
        except ValueError:
            raise ValueError("This is no URL of a database. Write it as postgresql://reader@db.example:5432/billing.") from None
        if password is not None:
            raise ValueError('There is a password in it. Take it out, and name it as a secret: secret = "BILLING_DB".')
        if told:
            raise ValueError(f"There may be a secret in it: {told[0]}. Take the whole url out, and keep it as a secret.")
        if not scheme:
            raise ValueError("This is no URL of a database. Write it as postgresql://reader@db.example:5432/billing.")
        return written

    @field_validator("query")
    @classmethod
    def _is_one_select(cls, written: str) -> str:
        if not SELECTS.match(written):
            raise ValueError("Write one query that reads: select ..., or with ... select. A source never changes its database.")
        return written.strip().rstrip(";").rstrip()

    @model_validator(mode="after")
    def _says_where(self) -> "SqlSource":
        if self.url is None and self.secret is None:
            raise ValueError("url: write where the database is, or name a secret that holds the whole URL.")
        return self

    @model_validator(mode="after")
    def _goes_on(self) -> "SqlSource":
        if self.cursor and (word := limited_by(self.query)):
            raise ValueError(
                f"query: takes the first rows alone ({word}), and the cursor picks among these: later rows would never come. Take {word} "
                "out of the query: a pull reads what is new, and in batches. Where it is meant, leave out cursor."
            )
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret,) if self.secret else ()


def limited_by(query: str) -> str:
    """The word by which a query itself takes so many rows and no more; empty where it takes all. What stands in parentheses is not
    looked at: the newest line of each account, say."""
    said, before = SAID.sub(" ", query), ""
    while said != before:
        said, before = INNER.sub(" \0 ", said), said
    found = LIMITS.search(said)
    return next(word for word in found.groups() if word).lower() if found else ""
