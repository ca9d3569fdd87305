"""The shapes of requests and answers: pages of JSON, one row a request, and those of two CRMs by their documentation.

HubSpot: POST /crm/v3/objects/companies/batch/update, up to 100 inputs, `objectWriteTraceId` so that errors name their input
(https://developers.hubspot.com/docs/api-reference/latest/crm/objects/companies/batch/update-companies, .../error-handling); it changes
companies that exist and makes none. Salesforce: PATCH /services/data/vXX.X/composite/sobjects/Account/EXTERNAL_ID, up to 200 records,
answers in their order; it makes the record of an external id that it does not know
(https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-upsert.html).
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx2

from deliveries.description import Endpoint
from deliveries.failing import DeliveryFailed
from deliveries.journal import GONE
from deliveries.parcel import Parcel, Row, flat, plain
from language import tr

Verdict = Mapping[int, str]
"""Rows that were rejected, by their place in the request, and why; all others were taken."""


class NotThere(str):
    """Why a row was rejected: what it is about is not there."""


FIELD = re.compile(r"\{(\w+)\}")
WENT_WRONG = ("error", "failed", "failure")
SALESFORCE_VERSION = "v61.0"


def path_of(target: Endpoint, parcel: Parcel) -> str:
    """The address of a request. {column} in the one that is named stands for the row's value, for one row a request."""
    base = target.url.rstrip("/")
    if target.shape == "hubspot":
        return f"{base}/crm/v3/objects/{target.object or 'companies'}/batch/update"
    if target.shape == "salesforce":
        return f"{base}/services/data/{SALESFORCE_VERSION}/composite/sobjects/{target.object or 'Account'}/{target.id_property}"
    row = parcel.rows[0] if target.shape == "rows" and parcel.rows else {}
    return FIELD.sub(lambda found: quote(str(_named(found[1], row, parcel) or ""), safe=""), target.url) if row else target.url


def page_of(target: Endpoint, parcel: Parcel) -> Any:
    """The body of a request."""
    rows = [fields_of(target, parcel, place) for place in range(len(parcel.rows))]
    if target.shape == "rows":
        return rows[0]
    if target.shape == "hubspot":
        return {"inputs": [_hubspot(target, parcel, row, said, at) for at, (row, said) in enumerate(zip(parcel.rows, rows, strict=True))]}
    if target.shape == "salesforce":
        records = [_salesforce(target, parcel, row, said) for row, said in zip(parcel.rows, rows, strict=True)]
        return {"allOrNone": False, "records": records}
    about = {"delivery": parcel.delivery, "delivery_id": parcel.delivery_id, "report": parcel.report, "data_version": parcel.data_version}
    emptied = zip(parcel.rows, parcel.digests, strict=True)
    gone = [{name: plain(row[name], parcel.columns[name]) for name in parcel.key} for row, said in emptied if said == GONE]
    about = about | {"as_of": parcel.as_of and str(parcel.as_of), "currency": parcel.currency or None, "rows": rows}
    return about | ({"gone": gone} if gone else {})


def fields_of(target: Endpoint, parcel: Parcel, place: int) -> dict[str, Any]:
    """What is said of a row: as `fields` has it, else every column. Of one that the report has no more: what it said is null, in texts,
    too; its key, what makes it traceable and what is the same of all rows stay."""
    row = parcel.rows[place]
    if target.fields:
        emptied = {*parcel.columns} - {*parcel.key, *parcel.trace} if parcel.digests[place] == GONE else set()
        return _filled(target.fields, row, parcel, emptied)
    return {name: plain(row[name], unit) for name, unit in parcel.columns.items()}


def _filled(template: Any, row: Row, parcel: Parcel, emptied: set[str]) -> Any:
    """A template with the values of a row: "{score}" alone is the value as it is, null where it is not known; within a text its words. Null
    where it names a column that is emptied."""
    if isinstance(template, dict):
        return {name: _filled(one, row, parcel, emptied) for name, one in template.items()}
    if isinstance(template, list):
        return [_filled(one, row, parcel, emptied) for one in template]
    if not isinstance(template, str):
        return template
    if emptied & {*FIELD.findall(template)}:
        return None
    if alone := FIELD.fullmatch(template):
        return _named(alone[1], row, parcel)
    return FIELD.sub(lambda found: str(_named(found[1], row, parcel) if _named(found[1], row, parcel) is not None else ""), template)


def _named(name: str, row: Row, parcel: Parcel) -> Any:
    """A value by the name of its column, or of what makes the row traceable. Raises DeliveryFailed for a name that there is not."""
    of_all = {
        "as_of": parcel.as_of,
        "data_version": parcel.data_version,
        "delivery_id": parcel.delivery_id,
        "currency": parcel.currency or None,
    }
    if name not in row and name not in of_all:
        known = ", ".join([*row, *(one for one in of_all if one not in row)])
        raise DeliveryFailed(tr("fields: there is no column {name}.", name=name), tr("Columns: {known}.", known=known), 0)
    return plain(row[name], parcel.columns[name]) if name in row else plain(of_all[name], "")


def _hubspot(target: Endpoint, parcel: Parcel, row: Row, said: Mapping[str, Any], at: int) -> dict[str, Any]:
    """One input: values as text, an empty one clears the property. Its trace is its place."""
    key = parcel.key[0]
    properties = {name: _text(value) for name, value in said.items() if target.fields or name != key}
    named = {"idProperty": target.id_property} if target.id_property else {}
    return {"id": str(row[key]), **named, "objectWriteTraceId": str(at), "properties": properties}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(flat(value))


def _salesforce(target: Endpoint, parcel: Parcel, row: Row, said: Mapping[str, Any]) -> dict[str, Any]:
    """One record, its external id from the key; null clears a field."""
    key = parcel.key[0]
    values = {name: flat(value) for name, value in said.items() if target.fields or name != key}
    return {"attributes": {"type": target.object or "Account"}, target.id_property: str(row[key]), **values}


def verdict_of(target: Endpoint, parcel: Parcel, answer: httpx2.Response) -> Verdict | None:
    """What an answer says of each row; None where some are rejected and it does not say which. Raises DeliveryFailed for an answer that
    tells nothing."""
    if target.shape == "hubspot":
        return _of_hubspot(parcel, _json(answer), answer.status_code)
    if target.shape == "salesforce":
        return _of_salesforce(parcel, _json(answer))
    return _of_page(parcel, answer)


def _json(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise _untold() from None


def _untold() -> DeliveryFailed:
    return DeliveryFailed(tr("The endpoint's answer is not what its documentation says, so that it is not known what it took."),
                          tr("See target.url and target.shape. The same rows are sent again with the same key."))  # fmt: skip


def _of_hubspot(parcel: Parcel, said: Any, status: int) -> Verdict | None:
    """Errors by the trace of their input, or by its id; None where an error names neither."""
    if not isinstance(said, dict) or not isinstance(said.get("results"), list):
        raise _untold()
    errors = said.get("errors") or []
    if not errors and len(said["results"]) < len(parcel.rows):
        return None if len(parcel.rows) > 1 else {0: NotThere(tr("The company was not found."))}
    ids, found = {str(row[parcel.key[0]]): at for at, row in enumerate(parcel.rows)}, {}
    for error in errors:
        context, why = error.get("context") or {}, str(error.get("message") or error.get("category") or status)
        why = NotThere(why) if error.get("category") == "OBJECT_NOT_FOUND" else why
        places = [int(one) for one in context.get("objectWriteTraceId", []) if str(one).isdigit()]
        places += [ids[str(one)] for one in (*context.get("ids", []), *context.get("id", [])) if str(one) in ids]
        if not places:
            return None if len(parcel.rows) > 1 else {0: why}
        found |= dict.fromkeys(places, why)
    return {at: why for at, why in found.items() if at < len(parcel.rows)}


def _of_salesforce(parcel: Parcel, said: Any) -> Verdict:
    """Results in the order of the records."""
    if not isinstance(said, list) or len(said) != len(parcel.rows) or not all(isinstance(one, dict) and "success" in one for one in said):
        raise _untold()
    return {at: _errors(one) for at, one in enumerate(said) if not one["success"]}


def _errors(result: Mapping[str, Any]) -> str:
    found = [f"{one.get('statusCode', '')}: {one.get('message', '')}" for one in result.get("errors") or []]
    return "; ".join(found) or tr("rejected without a reason")


def _of_page(parcel: Parcel, answer: httpx2.Response) -> Verdict | None:
    """Of an own endpoint: {"errors": [{"row": 3, "message": "..."}]}, rows counted from 0, where it says so; all were taken where it says
    nothing of errors. None where something went wrong, and it does not say with which rows."""
    if answer.content.lstrip()[:1] not in (b"{", b"["):  # "OK", or nothing at all
        return {}
    said = _json(answer)
    if not isinstance(said, dict):
        return {}
    if errors := said.get("errors"):
        return _by_row(errors, len(parcel.rows))
    went_wrong = said.get("error") or said.get("success") is False or said.get("ok") is False or said.get("status") in WENT_WRONG
    return None if went_wrong else {}


def _by_row(errors: Any, rows: int) -> Verdict | None:
    """Errors by their row; None where one of them names none that was sent."""
    found = {}
    for one in errors if isinstance(errors, list) else [errors]:
        row = one.get("row") if isinstance(one, dict) else None
        place = int(row) if isinstance(row, int | str) and not isinstance(row, bool) and re.fullmatch(r"[0-9]{1,9}", str(row)) else rows
        if place >= rows:
            return None
        found[place] = str(one.get("message") or "rejected")
    return found
