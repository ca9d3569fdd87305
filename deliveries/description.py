"""What a delivery is, as its TOML file says it: which report, as what columns, where to, how often, and on whose behalf."""

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data import private, wrong_keys
from data.importing.findings import one_line
from language import tr
from language.formats import listed, one_of
from reports.catalogue import REPORTS, definition
from reports.report import VIEWER, Question, question_of
from sources.keys import Secret, cron

NAME = re.compile(r"\w[\w-]{0,59}", re.ASCII)
IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"
AFTER_IMPORT = "after import"
TRACE = ("as_of", "data_version", "delivery_id", "currency")
"""What every delivered row carries beside its columns: the day looked at, the state of the data, the delivery, the currency of money."""
KINDS = ("folder", "table", "endpoint")
MOST_IN_PAGE = {"pages": 1000, "rows": 1, "hubspot": 100, "salesforce": 200}
"""Rows in a request at most; those of HubSpot and Salesforce are what their documentation allows."""
OF_TIME = ("day", "month", "instant")
NAMED_IN_URL = re.compile(r"\{(\w+)\}")


class DescriptionWrong(ValueError):
    """The description of a delivery cannot be used; the message names file, key, value and what is allowed."""


class Described(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Folder(Described):
    """Files in a folder: one that is replaced, or one for each run. folder: below the folder of all delivered files; empty: that one."""

    kind: Literal["folder"]
    format: Literal["csv", "parquet", "xlsx", "jsonl"] = "csv"
    folder: str = ""
    file: Literal["replace", "each run"] = "replace"
    gone: Literal["keep", "clear"] | None = None


class SqlTable(Described):
    """A table of a database. secret: names the database's SQLAlchemy URL."""

    kind: Literal["table"]
    secret: Secret
    table: str = Field(pattern=IDENTIFIER)
    schema_name: str | None = Field(None, alias="schema", pattern=IDENTIFIER)
    write: Literal["upsert", "replace", "append"] = "upsert"
    gone: Literal["keep", "clear", "delete"] | None = None


class Endpoint(Described):
    """An HTTP endpoint. shape: JSON in pages, one request a row, or as HubSpot and Salesforce have it. fields: what is said of a row, with
    {column} for its value; left out: every column. object, id_property: in the words of the CRM: companies, Account, and the property
    that holds the key."""

    kind: Literal["endpoint"]
    url: str
    shape: Literal["pages", "rows", "hubspot", "salesforce"] = "pages"
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    secret: Secret | None = None
    auth: Literal["bearer", "basic", "header"] = "bearer"
    header: str = Field("Authorization", pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")
    rows_a_request: int | None = Field(None, ge=1, le=1000)
    fields: dict[str, Any] = Field(default_factory=dict)
    object: str = Field("", pattern=r"^\w{0,80}$")
    id_property: str = Field("", pattern=r"^\w{0,80}$")
    timeout: float = Field(30, gt=0, le=600)
    gone: Literal["keep", "clear"] | None = None

    @model_validator(mode="after")
    def _can_be_sent(self) -> "Endpoint":
        if not re.match(r"https://\S|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", self.url):
            raise ValueError(tr("url: it begins with https://; without encryption rows and secrets could be read on the way."))
        if "@" in urlsplit(self.url).netloc:
            raise ValueError(tr("url: it holds a user or a password. Take them out, and name a secret: secret, with auth = basic."))
        if self.shape == "salesforce" and not self.id_property:
            raise ValueError(tr("id_property: Salesforce finds records by the field of an external id, such as Holdfast_Id__c."))
        if self.size > MOST_IN_PAGE[self.shape]:
            raise ValueError(tr("rows_a_request: at most {n} in this shape.", n=MOST_IN_PAGE[self.shape]))
        return self

    @property
    def verb(self) -> str:
        """How it is asked: as the CRMs' documentation has it, else as is said."""
        return {"hubspot": "POST", "salesforce": "PATCH"}.get(self.shape, self.method)

    @property
    def size(self) -> int:
        """How many rows a request holds at most."""
        return self.rows_a_request or min(MOST_IN_PAGE[self.shape], 200)

    @property
    def addressed_by(self) -> set[str]:
        """The columns without whose values a row has no address."""
        return {*NAMED_IN_URL.findall(self.url)} if self.shape == "rows" else set()


Target = Annotated[Folder | SqlTable | Endpoint, Field(discriminator="kind")]


class Delivery(Described):
    """One delivery. parameters: of the report, under their public names. columns: name there = column of the report; empty: all of them
    as they are called. key: the columns, as they are called there, by which a row is known again. schedule: cron, `after import`, or
    empty: only by hand. on_behalf_of: whose rights and accounts it has. only_changes: rows alone that say what they did not last time."""

    report: str
    target: Target
    parameters: dict[str, str | int | bool | date] = Field(default_factory=dict)
    columns: dict[str, str] = Field(default_factory=dict)
    key: tuple[str, ...] = ()
    trace: tuple[Literal["as_of", "data_version", "delivery_id", "currency"], ...] = TRACE
    schedule: str = ""
    on_behalf_of: str = ""
    only_changes: bool = False
    paused: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> "Delivery":
        if self.report not in REPORTS:
            near = get_close_matches(self.report, REPORTS, 3, 0)
            raise ValueError(tr("report: there is no report {name!r}. Names like it: {known}.", name=self.report, known=listed(near)))
        self.question()
        if self.columns and (strange := [name for name in self.key if name not in (*self.columns, *self.trace)]):
            raise ValueError(
                tr("key: {name} is not among the columns that are delivered: {known}.", name=strange[0], known=listed(self.columns))
            )
        if self.needs_key and not self.key:
            raise ValueError(tr('key: name the columns by which a row is known again, such as key = ["account_id"].'))
        if self.only_changes and isinstance(self.target, Folder) and self.target.file == "replace":
            raise ValueError(tr('only_changes: a file of changes alone would replace the one before: say file = "each run".'))
        if self.only_changes and isinstance(self.target, SqlTable) and self.target.write == "replace":
            raise ValueError(tr('only_changes: a table that is replaced whole holds all rows: say write = "upsert" or "append".'))
        _check_schedule(self.schedule)
        self._check_gone()
        return self

    def _check_gone(self) -> None:
        target = self.target
        if isinstance(target, Endpoint) and target.shape in ("hubspot", "salesforce") and len(self.key) > 1:
            raise ValueError(tr("key: a CRM knows a record by one value: name one column, and a report with one row for each."))
        if target.gone in ("clear", "delete") and not self.key:
            raise ValueError(tr('gone: without a key nobody can tell which rows are in the report no more: say key = ["account_id"].'))
        if target.gone == "delete" and isinstance(target, SqlTable) and target.write == "append":
            raise ValueError(tr('gone: a table to which rows are added keeps them: say "clear" or "keep".'))
        if target.gone == "clear" and not self.can_be_addressed:
            raise ValueError(tr("gone: the address of a row that is gone can be made of its key alone: name no other column in url."))

    @property
    def can_be_addressed(self) -> bool:
        """Whether a row that the report has no more has an address still."""
        return not isinstance(self.target, Endpoint) or self.target.addressed_by <= {*self.key, *TRACE}

    @property
    def holds_all(self) -> bool:
        """Whether each delivery carries all rows, and takes the place of the one before or stands beside it, so that none is left over."""
        target = self.target
        if isinstance(target, SqlTable):
            return target.write == "replace" or (target.write == "append" and not self.only_changes)
        return isinstance(target, Folder) and not self.only_changes

    @property
    def gone(self) -> str:
        """What becomes of rows that the report has no more: keep, clear or delete. Where nothing is said they are emptied; but they are
        kept where a day, month or moment is in the key, since an earlier one is past and not stale, where there is no key, and where a
        delivery carries all rows."""
        if self.holds_all or not self.key:
            return "keep"
        if self.target.gone:
            return self.target.gone
        units = definition(self.report).columns
        of_time = any(name in TRACE or units.get(self.columns.get(name, name)) in OF_TIME for name in self.key)
        return "keep" if of_time or not self.can_be_addressed else "clear"

    def question(self) -> Question:
        """What the report is asked. Raises WrongParameter."""
        own = {name: value for name, value in self.parameters.items() if name != VIEWER.name}
        return question_of(own, of=self.report, takes=definition(self.report).accepts)

    @property
    def owner(self) -> str | None:
        """The owner as whom it looks, where the parameter viewer says so."""
        return VIEWER.read(self.parameters.get(VIEWER.name)) or None

    @property
    def needs_key(self) -> bool:
        by_key = isinstance(self.target, Endpoint) and self.target.shape in ("rows", "hubspot", "salesforce")
        return self.only_changes or by_key or (isinstance(self.target, SqlTable) and self.target.write == "upsert")

    @property
    def aimed(self) -> str:
        """What tells its target from another one, and what is said there of a row from something else."""
        return _digest(self.target.model_dump(exclude={"timeout", "rows_a_request", "gone"}))

    @property
    def place(self) -> str:
        """What tells the rows of its target from those of another one: where they are, and by which columns they are known again."""
        said = {"kind", "secret", "table", "schema_name", "url", "shape", "object", "id_property"}
        return _digest([self.target.model_dump(include=said), *self.key])

    @property
    def where(self) -> str:
        """Where it goes, in a few words that hold no secret."""
        target = self.target
        if isinstance(target, Folder):
            return f"{'/'.join(filter(None, ('delivered', target.folder.strip('/'))))} ({target.format})"
        if isinstance(target, SqlTable):
            return f"{target.secret}: {f'{target.schema_name}.' if target.schema_name else ''}{target.table}"
        return f"{target.shape}: {target.url.split('?')[0]}"


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def _check_schedule(schedule: str) -> None:
    try:
        cron(schedule if schedule not in ("", AFTER_IMPORT) else None)
    except ValueError:
        told = tr(
            'schedule: {given!r} is no schedule. Write five fields of cron, such as "0 6 * * 1-5", or "after import".', given=schedule
        )
        raise ValueError(told) from None


def folder(store: Path) -> Path:
    """Where the deliveries of a store are described."""
    return store.parent / "deliveries"


def names(store: Path) -> list[str]:
    """The names of the deliveries, sorted; empty where none is described. One that cannot be a name is among them, and `load` says so."""
    return sorted(path.stem for path in folder(store).glob("*.toml"))


def place(store: Path, name: str) -> Path:
    """Where a delivery is described. Raises DescriptionWrong for a name that is none."""
    if not NAME.fullmatch(name):
        raise DescriptionWrong(tr("A delivery's name has letters, digits, hyphens and underscores; at most 60 of them."))
    return folder(store) / f"{name}.toml"


def load(store: Path, name: str) -> Delivery:
    """The delivery of a name. Raises DescriptionWrong where there is none, or it cannot be used."""
    path = place(store, name)
    if not path.exists():
        raise DescriptionWrong(
            tr("There is no delivery {name!r}. Deliveries: {known}.", name=name, known=listed(names(store)) or tr("none"))
        )
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (DescriptionWrong, UnicodeDecodeError, OSError) as error:
        raise DescriptionWrong(f"{path.name}: {error}") from None


def parse(text: str) -> Delivery:
    """A delivery from its TOML. Raises DescriptionWrong."""
    try:
        return Delivery.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DescriptionWrong(tr("This is no TOML: {why}.", why=error)) from None
    except ValidationError as error:
        raise DescriptionWrong(" ".join(dict.fromkeys(_said(one) for one in error.errors()))) from None


def _said(error: Mapping[str, Any]) -> str:
    """What is wrong, with the key and what is allowed there."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    key = ".".join(str(part) for at, part in enumerate(error["loc"]) if at != 1 or part not in KINDS)
    if error["type"] == "extra_forbidden":
        return tr("{key}: there is no such key.", key=key)
    if error["type"] == "missing":
        return tr("{key}: it must be said.", key=key)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return tr("target.kind: say one of {choices}.", choices=one_of(KINDS))
    if error["loc"][-1] in ("secret", "header", "auth", "url"):  # the secret itself may stand there by mistake
        return f"{key}: {wrong_keys.said(error)}"
    return f"{key} = {one_line(error['input'])[:60]}: {wrong_keys.said(error)}"


def save(store: Path, name: str, delivery: Delivery) -> Path:
    """Keep a description, in place of an earlier one of that name. Raises DescriptionWrong for a name that is none."""
    path = place(store, name)
    private.folder(path.parent)
    fresh = path.with_suffix(".new")
    fresh.write_text(to_toml(delivery), encoding="utf-8")
    os.replace(fresh, path)
    return path


def to_toml(delivery: Delivery) -> str:
    """The description as its file has it: only what is said."""
    return tomli_w.dumps(delivery.model_dump(mode="python", by_alias=True, exclude_defaults=True, exclude_none=True))
