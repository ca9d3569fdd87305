"""What may be asked of the API about reports, made of the parameters of reports."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from reports.checks.audit import Filters
from reports.parameters import DAY, FLAG, NUMBER, Parameter
from reports.report import PUBLIC
from reports.revenue.closes import CLOSED_BY


class _Asked(BaseModel):
    """Values come as text and are checked where reports are: one wording of what is wrong. Unknown names are told there, too."""

    model_config = ConfigDict(extra="allow")


def _field(parameter: Parameter) -> tuple[Any, Any]:
    shape: dict[str, Any] = {DAY: {"format": "date"}, NUMBER: {"type": "integer"}, FLAG: {"type": "boolean"}}.get(parameter.kind, {})
    shape |= {"enum": list(parameter.choices)} if parameter.choices else {}
    default: dict[str, Any] = {} if parameter.default is None else {"default": parameter.default}
    written = Annotated[str, Field(json_schema_extra=shape)]
    return written | None, Field(None, description=parameter.meaning, json_schema_extra=default)


def _query(name: str, taken: Collection[Parameter], **more: Any) -> Any:
    fields: dict[str, Any] = {one.name: _field(one) for one in taken} | more
    return create_model(name, __base__=_Asked, **fields)


COMPANY = (Literal["own", "sample"] | None, Field(None, description="Else the own one once it is there."))
ReportQuery = _query("ReportQuery", PUBLIC, company=COMPANY, format=(Literal["json", "csv", "xlsx", "pdf"], "json"))
CloseQuery = _query("CloseQuery", [one for one in PUBLIC if one.name in CLOSED_BY], who=(str, Field(description="Who closes it.")))


class AuditQuery(BaseModel):
    """Which entries of the audit, and as what."""

    who: str | None = Field(None, description="An address, or how the work came in: browser, api, local, inbox.")
    action: str | None = Field(None, description="What was done: import, undo, export, sign_in, denied and others.")
    kind: str | None = Field(None, description="The kind of object that it was done to.")
    since: date | None = Field(None, alias="from", description="The first day, in UTC.")
    until: date | None = Field(None, alias="to", description="The last day, in UTC.")
    most: int | None = Field(None, ge=1, description="How many of the newest; else all.")
    company: Literal["own", "sample"] | None = Field(None, description="Else the own one once it is there.")
    format: Literal["json", "csv", "xlsx"] = "json"

    def filters(self) -> Filters:
        return Filters(self.who, self.action, self.kind, self.since, self.until, self.most)


def given(asked: BaseModel) -> dict[str, str]:
    """The parameters that were given, under their public names."""
    ours = {"company", "format", "who"}
    return {name: value for name, value in asked.model_dump(exclude_none=True).items() if name not in ours}
