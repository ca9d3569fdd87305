"""The API beside the pages: the same reports, as JSON."""

from datetime import date
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query

from data import opened
from data.scope import Viewer
from reports.catalogue import UnknownReport, run
from reports.files import as_json
from reports.report import Question

api = FastAPI(title="Holdfast", docs_url=None, redoc_url=None)
Day = Annotated[date | None, Query()]


@api.get("/reports/{name}")
def report(
    name: str,
    as_of: Day = None,
    known_at: str | None = None,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
    by: str | None = None,
    rules: str = "house",
    viewer: str | None = None,
    company: str | None = None,
) -> dict:
    """One report; parameters as on the command line. `company` is own or sample."""
    try:
        store = opened.store(company or opened.default_name())
        return as_json(run(name, store, Viewer(viewer), Question(as_of, known_at, start, end, by, rules)))
    except UnknownReport as error:
        raise HTTPException(404, str(error)) from None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


@api.get("/imports")
def imports(company: str | None = None) -> dict:
    """The log of imports, newest first."""
    return {"imports": opened.store(company or opened.default_name()).imports().to_dicts()}
