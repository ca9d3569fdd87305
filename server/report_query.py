"""What may be asked of the API about reports, made of the parameters of reports."""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

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


def given(asked: BaseModel) -> dict[str, str]:
    """The parameters that were given, under their public names."""
    ours = {"company", "format", "who"}
    return {name: value for name, value in asked.model_dump(exclude_none=True).items() if name not in ours}
