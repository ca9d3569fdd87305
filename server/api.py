"""The API beside the pages: the same reports and the same import, for scripts."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, File, Form, Header, HTTPException, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

from data.approvals import gate, undoing
from data.audit.deeds import NotRecorded
from data.audit.keys import KeyUnreadable
from data.importing import saved_mappings
from data.importing.mapping import Mapping, MappingError
from data.importing.options import in_words
from data.importing.outcome import Imported, Outcome, ReadingFailed
from data.importing.run import import_file
from data.log import workspace
from data.store import backups, open_stores
from data.store.account_matching import match_accounts
from data.store.dump import dump as dump_tables
from data.store.edits import EditRefused
from data.store.store import Store, StoreError
from data.viewer import ADMINISTER, CONFIGURE, EDIT, IMPORT, KINDS, UNDO, VIEW, Actor, NotAllowed, Viewer
from reports.catalogue import UnknownReport
from reports.files.answers import audit_files, files_of
from reports.forecast.keeping import keep
from reports.imports.account_column import account_question
from reports.imports.import_preview import too_much
from reports.report import question_of
from reports.revenue.closes import CLOSED_BY, close_period
from reports.rights import OF_KIND
from reports.two_at_a_time import LINE, TooManyWait
from server import approvals, delivering, digests, erasing, pulling, rollups, tokens, webhooks
from server.api_page import as_html
from server.asking import Asking, AskingByToken, say_not_allowed, say_not_recorded, signed_by, store_of
from server.operation.routes import add_to
from server.proof import proof
from server.report_query import AuditQuery, CloseQuery, ReportQuery, given

ABOUT = (
    "Where nobody signs in: reports for everybody on this machine; what changes the store needs the token that the server keeps beside it. "
    "Where people sign in, everything needs a token of yours, made on the page My access, as Authorization: Bearer TOKEN; a browser that "
    "is signed in reads without. Rows are of the accounts that your roles show you. 401: who you are is not known; 403: your roles, or "
    "the token, do not include it."
)
api = FastAPI(
    title="Holdfast",
    description=ABOUT,
    docs_url=None,
    redoc_url=None,
    exception_handlers={NotAllowed: say_not_allowed, NotRecorded: say_not_recorded},
)
add_to(api)
api.router.routes.extend(approvals.router.routes)
api.router.routes.extend(delivering.router.routes)
api.router.routes.extend(webhooks.router.routes)
api.router.routes.extend(pulling.router.routes)
MOST_WAITING = 20  # reports; whoever asks for one more is told to come again, so that threads are left for all else
BUSY = f"{MOST_WAITING} reports wait to be worked out, two at a time. Ask again in some seconds."
API = "api"  # stands in the log where nobody signs in
OPTIONS_HELP = " ".join(['Answers and options, as JSON: {"date_order": "dmy"}.', *in_words()])
Day = Annotated[date | None, Query()]


ToReport = Annotated[Viewer, Depends(Asking(*((VIEW, kind) for kind in OF_KIND)))]  # the report itself knows which kind, and for whom
ToLog = Annotated[Viewer, Depends(Asking((VIEW, "imports"), whole=True))]
ToImport = Annotated[Viewer, Depends(AskingByToken((IMPORT, "imports"), (ADMINISTER, "people")))]  # the file tells which
ToUndo = Annotated[Viewer, Depends(AskingByToken(*((UNDO, kind) for kind in KINDS), (ADMINISTER, "people")))]  # the batch tells which
ToMatch = Annotated[Viewer, Depends(AskingByToken((EDIT, "imports"), whole=True))]
ToTrain = Annotated[Viewer, Depends(AskingByToken((CONFIGURE, "model"), whole=True))]
ToClose = Annotated[Viewer, Depends(AskingByToken((EDIT, "closes"), whole=True))]
OfWholeStore = Depends(AskingByToken((ADMINISTER, "store"), whole=True))
ToStore = Annotated[Viewer, OfWholeStore]
ToAudit = Annotated[Viewer, Depends(Asking((ADMINISTER, "store"), whole=True))]


class Answer(BaseModel):
    """What became of an upload; `repeated` where its bytes stood already, and were not imported again; `request`, its number, where consent
    was asked for."""

    batches: list[Imported]
    repeated: bool
    note: str
    request: int | None = None


@api.get("/reports/{name}")
def report(name: str, asked: Annotated[ReportQuery, Query()], viewer: ToReport) -> Response:  # ty: ignore[invalid-type-form]  a model made of the parameters at start
    """One report, or a document (board-pack, portfolio-pack); parameters as on the command line. `company` is own or sample."""
    try:
        store = store_of(asked.company)
        answered = partial(files_of, store, name, given(asked), [asked.format], made_at=datetime.now(UTC), viewer=viewer, way=API)
        written = LINE.answer(answered, most=MOST_WAITING)[asked.format]
    except UnknownReport as error:
        raise HTTPException(404, str(error)) from None
    except TooManyWait:
        raise HTTPException(503, BUSY, {"Retry-After": "10"}) from None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    shown = {} if asked.format == "json" else {"Content-Disposition": f'attachment; filename="{written.name}"'}
    return Response(written.content, media_type=written.media_type, headers=shown)


@api.get("/imports")
def imports(_viewer: ToLog, company: str | None = None) -> dict:
    """The log of imports, newest first."""
    return {"imports": store_of(company).imports().to_dicts()}


@api.post("/imports", responses={401: {}, 403: {}, 422: {"model": Answer}})
def import_upload(
    viewer: ToImport,
    file: Annotated[UploadFile, File(description="CSV, Excel, Parquet or JSON lines.")],
    mapping: Annotated[str | None, Form(description="The name of a saved mapping, or a mapping as TOML.")] = None,
    table: Annotated[str | None, Form(description="The table, where the header does not tell it.")] = None,
    feed: Annotated[str | None, Form()] = None,
    options: Annotated[str, Form(description=OPTIONS_HELP)] = "{}",
    dry_run: Annotated[bool, Form()] = False,
    strict: Annotated[bool, Form(description="Take nothing where a row is rejected.")] = False,
    ask: Annotated[str | None, Form(description="Where the file needs consent, ask for it, with this reason.")] = None,
    idempotency_key: Annotated[str | None, Header(description="Any text: bytes that stand already make no second batch.")] = None,
    company: Annotated[str | None, Form(include_in_schema=False)] = None,
) -> JSONResponse:
    """Import one file as one batch, taken whole or not at all. 422 with problems and questions where nothing was taken."""
    store, name = store_of("own"), Path(file.filename or "upload").name
    asked: dict[str, Any] = {"table": table, "feed": feed, "dry_run": dry_run, "strict": strict, "once": bool(idempotency_key)}
    with _refused_in_words(), _kept(store, file) as path:
        found = _mapping(store, mapping), _options(options)
        outcome = import_file(
            store, path, mapping=found[0], options=found[1], file=name, who=API, guard=too_much, names=account_question, viewer=viewer,
            **asked,
        )  # fmt: skip
        request = gate.ask(store, outcome.needs.wish, viewer, ask, way=API).number if ask and outcome.needs else None
    answer = {"batches": [outcome.as_json()], "repeated": outcome.repeated, "note": _note(outcome, request)}
    answer = answer | ({"request": request} if request else {})
    return JSONResponse(json.loads(json.dumps(answer, default=str)), 422 if outcome.refused else 200)


@contextmanager
def _kept(store: Store, file: UploadFile) -> Generator[Path]:
    """The upload as a file of the store's own workspace, gone afterwards."""
    with workspace.place(workspace.folder(store.path), "upload") as place:
        path = place / "upload"
        with path.open("wb") as kept:
            shutil.copyfileobj(file.file, kept, 1 << 20)
        yield path


@contextmanager
def _refused_in_words() -> Generator[None]:
    """What an import cannot do, as the answer of the API: 422, 409, 500 or 507 with why."""
    try:
        yield
    except NotAllowed:
        raise
    except MappingError as error:
        raise HTTPException(422, str(error)) from None
    except (StoreError, EditRefused) as error:
        raise HTTPException(409, str(error)) from None
    except ReadingFailed as error:
        raise HTTPException(500, str(error)) from None
    except OSError as error:
        raise HTTPException(507, f"The upload could not be kept: {error.strerror}. Nothing was imported.") from None


def _mapping(store: Store, given: str | None) -> Mapping | None:
    if not given:
        return None
    return Mapping.from_toml(given) if "\n" in given or "=" in given else saved_mappings.load(store.path, given)


def _options(given: str) -> dict:
    try:
        found = json.loads(given)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise MappingError('options: give a JSON object, such as {"date_order": "dmy"}.')
    return found


def _note(outcome: Outcome, request: int | None) -> str:
    if request:
        return f"Consent was asked for, as request {request}: nothing is imported before it is given."
    if outcome.repeated and outcome.batch:
        return f"These bytes stand already as batch {outcome.batch.batch}; nothing was added."
    if outcome.batch and outcome.batch.read and outcome.batch.duplicate == outcome.batch.read:
        return "Every row was known already: the batch is in the log, and no figure changes."
    return "A file that is sent again adds nothing: rows are told apart by their key, events by their content."


@api.post("/imports/{batch}/undo")
def undo(batch: int, viewer: ToUndo) -> dict:
    """Let a batch stand no more."""
    return _mark("undo", batch, viewer)


@api.post("/imports/{batch}/redo")
def redo(batch: int, viewer: ToUndo) -> dict:
    """Let an undone batch stand again."""
    return _mark("redo", batch, viewer)


def _mark(action: str, batch: int, viewer: Viewer) -> dict:
    try:
        undoing.mark(store_of("own"), action, batch, viewer, API)
    except (StoreError, EditRefused) as error:
        raise HTTPException(409, str(error)) from None
    reduced, kept_from = store_of("own").rollups_only(batch)
    return {"batch": batch, "standing": action == "redo", "reduced": reduced, "kept_from": kept_from}


@api.post("/matches")
def match(written: str, account_id: str, viewer: ToMatch) -> dict:
    """Say which account a name in files means, or into which account an entry is merged; a batch that can be undone."""
    try:
        return {"batch": match_accounts(store_of("own"), [(written, account_id, "said by hand")], viewer.signs(API), viewer).batch}
    except EditRefused as error:
        raise HTTPException(409, str(error)) from None


@api.post("/train")
def train(viewer: ToTrain, as_of: Day = None, keep: bool = False) -> dict:
    """Train the churn model anew; with `keep` look ahead with the one that stands. Card and predictions are logged."""
    from reports.customers.churn_training import in_words  # here, since loading scikit-learn would slow every start

    try:
        return {"said": in_words(store_of("own"), as_of, keep=keep, who=viewer.signs(API), viewer=viewer)}
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


@api.post("/forecasts")
def keep_forecast(viewer: ToTrain) -> dict:
    """Keep the forecast of the newest day, so that it can be held against what happens; how many rows, 0 where it is kept already."""
    return {"rows": keep(store_of("own"), who=viewer.signs(API), viewer=viewer)}


@api.post("/digests")
def send_digests(_viewer: ToStore, day: Day = None, dry_run: bool = False) -> dict:
    """Send the digests that are due on a day, today where none is said, and were not sent yet; what became of each."""
    try:
        found = digests.send_due(store_of("own"), digests.day_of(str(day) if day else None), datetime.now(UTC), dry_run=dry_run)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return {"digests": [one.as_json() for one in found]}


@api.post("/closes")
def close(asked: Annotated[CloseQuery, Query()], viewer: ToClose) -> dict:  # ty: ignore[invalid-type-form]  a model made of the parameters at start
    """Close a period: its figures are kept as they are known now, in a batch that can be undone."""
    try:
        question = question_of(given(asked), of="close", takes=CLOSED_BY)
        closes = signed_by(viewer, asked.who)
        return {"batch": close_period(store_of("own"), question, at=datetime.now(UTC), who=Actor(asked.who, way=API), viewer=closes).batch}
    except EditRefused as error:
        raise HTTPException(409, str(error)) from None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


@api.get("/hello")
async def hello(request: Request, nonce: Annotated[str, Query(min_length=16, max_length=128)]) -> dict:
    """Proof that this server keeps the store's token, without sending it: a digest of any text of yours. The command line asks first."""
    token = tokens.kept(open_stores.path_of("own"))
    if token is None:
        raise HTTPException(404, "There is no token beside the store.")
    return {"hmac": proof(token, nonce, request.scope["server"][1])}


@api.get("/check", dependencies=[OfWholeStore])
def check(quick: Annotated[bool, Query(description="Log and counts of rows alone.")] = False) -> dict:
    """What a check looked at, and `faults`: sentences, none where rows, checksums, rollups and log agree."""
    return asdict(store_of("own").checked(quick=quick))


@api.get("/audit")
def audit(viewer: ToAudit, asked: Annotated[AuditQuery, Query()]) -> Response:
    """The entries of the audit, newest first. who: an address, or how the work came in; from and to: days in UTC, both included."""
    try:
        written = audit_files(store_of(asked.company), asked.filters(), [asked.format], viewer=viewer, way=API)[asked.format]
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    shown = {} if asked.format == "json" else {"Content-Disposition": f'attachment; filename="{written.name}"'}
    return Response(written.content, media_type=written.media_type, headers=shown)


@api.post("/audit/verify", dependencies=[OfWholeStore])
def verify(heads: Annotated[UploadFile | None, File(description="Heads that were kept elsewhere.")] = None) -> dict:
    """What a look at the whole audit found: `faults`, none where it is as it was written, `first`, the first entry that is wrong, and
    `remarks`."""
    store = store_of("own")
    try:
        if heads is None:
            return asdict(store.verified())
        with _kept(store, heads) as path:
            return asdict(store.verified(path))
    except (OSError, KeyUnreadable) as error:
        raise HTTPException(422, str(error)) from None


@api.get("/backup", response_class=FileResponse)
def backup(viewer: ToStore) -> FileResponse:
    """The whole store as it is at this moment, as one file that `restore` takes."""
    store, work = store_of("own"), ExitStack()
    copy = work.enter_context(workspace.place(workspace.folder(store.path), "backup")) / "backup.duckdb"
    backups.backup(store, copy, viewer.signs(API))
    return FileResponse(copy, media_type="application/octet-stream", background=BackgroundTask(work.close))


@api.get("/dump", response_class=Response)
def dump(viewer: ToStore) -> Response:
    """Every table as it stands, as Parquet files in one zip."""
    store = store_of("own")
    with tempfile.TemporaryDirectory(dir=store.path.parent, prefix="dump-") as place:
        packed = Path(place) / "dump.zip"
        with zipfile.ZipFile(packed, "w") as book:
            for path in dump_tables(store, Path(place) / "tables", viewer.signs(API)):
                book.write(path, path.name)
        return Response(packed.read_bytes(), media_type="application/zip")


erasing.add_to(api)
rollups.add_to(api)


@api.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """What the API offers, on a page that loads nothing."""
    return HTMLResponse(as_html(api.openapi(), request.scope.get("root_path", "")))
