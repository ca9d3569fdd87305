"""Where the command line's work is done: in the store itself, or by the server that holds it."""

import io
import json
import ssl
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import httpx2

from data import private
from data.approvals import approvers, undoing
from data.audit.keys import KeyUnreadable
from data.audit.verify import Verified
from data.erasure import erasing
from data.erasure.retention import told_of
from data.erasure.subjects import Subject
from data.importing.mapping import Mapping, MappingError
from data.importing.run import import_file
from data.settings import current_settings
from data.store import backups
from data.store.account_matching import match_accounts
from data.store.dump import dump
from data.store.edits import EditRefused
from data.store.integrity import Checked
from data.store.store import Store, StoreError, StoreHeld
from data.upkeep.looking import look
from data.viewer import EVERYONE, Actor, NotAllowed
from reports.approvals.waiting import as_rows, told
from reports.files.answers import audit_files, files_of
from reports.forecast.keeping import keep
from reports.health.versions import published_in
from reports.imports.account_column import account_question
from reports.imports.import_preview import too_much
from reports.report import question_of
from reports.revenue.closes import CLOSED_BY, close_period
from reports.revenue.erased import of_closes
from server import announcement, digests, tokens
from server.proof import AfterProof, NotProven
from server.report_query import AuditQuery

if TYPE_CHECKING:
    from data.rollups.bringing import Brought, Known

WAIT_SECONDS = 60
# The server is asked over loopback without TLS: to load all authorities that the machine trusts would take longer than most answers. Who
# came to another address would trust none.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class WrongUse(ValueError):
    """What was asked cannot be asked so; the message says why."""


class Workplace(Protocol):
    """What the commands need, wherever it is done. Raises WrongUse, or StoreError for what the store refuses."""

    def import_file(self, path: Path, *, mapping: str | None, options: dict, why: str | None = None, **asked: Any) -> dict: ...
    def imports(self) -> list[dict]: ...
    def mark(self, action: str, batch: int) -> tuple[int, object]: ...
    def match(self, written: str, account_id: str) -> int: ...
    def report(self, name: str, asked: dict, formats: list[str]) -> dict[str, bytes]: ...
    def train(self, as_of: str | None, keep: bool) -> list[str]: ...
    def keep_forecast(self) -> int: ...
    def close_period(self, asked: dict, who: str) -> int: ...
    def digests(self, day: str | None, *, dry_run: bool) -> list[dict]: ...
    def sources(self) -> list[dict]: ...
    def source(self, deed: str, name: str, **more: Any) -> dict: ...
    def deliveries(self) -> list[dict]: ...
    def delivery(self, deed: str, name: str, *, everything: bool = False) -> dict: ...
    def approvals(self) -> list[dict]: ...
    def ask(self, wanted: dict) -> dict: ...
    def decide(self, action: str, number: int, why: str | None) -> dict: ...
    def erase(self, subject: Subject, *, preview: bool) -> dict: ...
    def retention(self, months: str | None, *, preview: bool, apply: bool) -> dict: ...
    def rollups_known(self, feed: str) -> "Known": ...
    def bring_rollups(self, feed: str, *, again: bool) -> "Brought": ...
    def check(self) -> Checked: ...
    def verify(self, heads: Path | None) -> Verified: ...
    def audit(self, asked: dict, formats: list[str]) -> dict[str, bytes]: ...
    def backup(self, path: Path) -> None: ...
    def dump(self, folder: Path) -> list[Path]: ...
    def assistants(self) -> None: ...
    def close(self) -> None: ...


class InStore:
    """The work done in this process."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def import_file(self, path: Path, *, mapping: str | None, options: dict, why: str | None = None, **asked: Any) -> dict:
        if why:
            approvers.person_of(EVERYONE)
        try:
            chosen = Mapping.from_toml(mapping) if mapping else None
            return import_file(self.store, path, mapping=chosen, options=options, guard=too_much, names=account_question, **asked).as_json()
        except MappingError as error:
            raise WrongUse(str(error)) from None

    def imports(self) -> list[dict]:
        return self.store.imports().to_dicts()

    def mark(self, action: str, batch: int) -> tuple[int, object]:
        """Undo or redo. How many events are rollups only, and from which day on they are all there."""
        undoing.mark(self.store, action, batch, EVERYONE, "local")
        return self.store.rollups_only(batch)

    def match(self, written: str, account_id: str) -> int:
        return match_accounts(self.store, [(written, account_id, "said by hand")], "local").batch

    def report(self, name: str, asked: dict, formats: list[str]) -> dict[str, bytes]:
        written = files_of(self.store, name, asked, formats, made_at=datetime.now(UTC))
        return {kind: file.content for kind, file in written.items()}

    def close_period(self, asked: dict, who: str) -> int:
        return close_period(
            self.store, question_of(asked, of="close", takes=CLOSED_BY), at=datetime.now(UTC), who=Actor(who, way="command line")
        ).batch

    def approvals(self) -> list[dict]:
        return as_rows(told(self.store, EVERYONE, datetime.now(UTC)))

    def ask(self, wanted: dict) -> dict:
        """Refused, as `decide`: whoever opens the store itself is nobody in particular."""
        raise _nobody()

    def decide(self, action: str, number: int, why: str | None) -> dict:
        raise _nobody()

    def train(self, as_of: str | None, keep: bool) -> list[str]:
        from reports.customers.churn_training import in_words  # here, since loading scikit-learn takes longer than most commands

        return in_words(self.store, question_of({"as_of": as_of}, of="train", takes=("as_of",)).as_of, keep=keep, who="local")

    def keep_forecast(self) -> int:
        return keep(self.store, who="local")

    def digests(self, day: str | None, *, dry_run: bool) -> list[dict]:
        return [one.as_json() for one in digests.send_due(self.store, digests.day_of(day), datetime.now(UTC), dry_run=dry_run)]

    def sources(self) -> list[dict]:
        from sources import deeds  # here, since what reads databases and APIs is needed by few commands

        return [one.as_json(_now()) for one in deeds.listed(self.store, EVERYONE)]

    def source(self, deed: str, name: str, **more: Any) -> dict:
        from sources import deeds

        if deed in ("pause", "resume"):
            deeds.pause(self.store, EVERYONE, name, paused=deed == "pause", way="local")
            return {"source": name, "paused": deed == "pause"}
        if deed == "check":
            return deeds.checked(self.store, EVERYONE, name, _now())
        if deed == "answer":
            return deeds.answer(self.store, EVERYONE, name, more["answers"], _now, way="local").as_json()
        return deeds.pull(self.store, EVERYONE, name, _now, way="local", **more).as_json()

    def deliveries(self) -> list[dict]:
        from deliveries import deeds  # here, since what carries results away is needed by few commands

        return [one.as_json() for one in deeds.listed(self.store, EVERYONE)]

    def delivery(self, deed: str, name: str, *, everything: bool = False) -> dict:
        from deliveries import deeds

        if deed in ("pause", "resume"):
            deeds.pause(self.store, EVERYONE, name, paused=deed == "pause", way="local")
            return {"delivery": name, "paused": deed == "pause"}
        now = datetime.now(UTC)
        told = (
            deeds.tried(self.store, EVERYONE, name, now)
            if deed == "check"
            else deeds.run(self.store, EVERYONE, name, now, everything=everything)
        )
        return told.as_json()

    def erase(self, subject: Subject, *, preview: bool) -> dict:
        return (erasing.preview if preview else erasing.erase)(self.store, EVERYONE, subject, of_closes).as_json()

    def retention(self, months: str | None, *, preview: bool, apply: bool) -> dict:
        return told_of(self.store, EVERYONE, months, datetime.now(UTC).date(), preview=preview, apply=apply, who="local")

    def rollups_known(self, feed: str) -> "Known":
        from data.rollups.bringing import known_of  # as all of rollups, loaded by who rolls up alone

        return known_of(self.store, feed, EVERYONE)

    def bring_rollups(self, feed: str, *, again: bool) -> "Brought":
        from data.rollups.bringing import bring

        return bring(self.store, feed, EVERYONE, again=again)

    def check(self) -> Checked:
        return self.store.checked()

    def verify(self, heads: Path | None) -> Verified:
        try:
            return self.store.verified(heads)
        except (OSError, KeyUnreadable) as error:
            raise WrongUse(str(error)) from None

    def audit(self, asked: dict, formats: list[str]) -> dict[str, bytes]:
        written = audit_files(self.store, AuditQuery(**asked).filters(), formats)
        return {kind: file.content for kind, file in written.items()}

    def backup(self, path: Path) -> None:
        backups.backup(self.store, path)

    def dump(self, folder: Path) -> list[Path]:
        return dump(self.store, folder)

    def assistants(self) -> None:
        from server.assistants.stdio import answer_here  # the library behind it takes longer to load than most commands

        answer_here(self.store)

    def close(self) -> None:
        self.store.close()


class ThroughServer:
    """The work sent to the server that holds the store, over loopback. personal: the token in whose owner's name it is done; left out:
    with the store's own. Raises NotAllowed for what the server says that token may not do."""

    def __init__(self, server: announcement.Server, token: str, personal: str = "") -> None:
        patience, self.url, self.auth = httpx2.Timeout(10, read=None), server.url, AfterProof(token, personal)
        self.is_personal = bool(personal)
        plain = httpx2.HTTPTransport(trust_env=False, verify=False)  # an address of this machine without TLS: no certificates are read
        self.client = httpx2.Client(base_url=f"{server.url}/api/", auth=self.auth, timeout=patience, trust_env=False, transport=plain)

    def is_proven(self) -> bool:
        """Whether what answers is the server of this store."""
        try:
            return self.client.get("health/live").is_success
        except (httpx2.HTTPError, NotProven):
            return False

    def _ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        try:
            answer = self.client.request(method, path, **more)
        except httpx2.HTTPError as error:
            raise StoreError(f"The server that holds the store did not answer ({error}). Start it again, or stop it.") from None
        if answer.is_success:
            return answer
        if answer.status_code == 422 and "batches" in _said(answer):
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: httpx2.Response) -> Exception:
        """Why the server did not do it."""
        why, status = str(_said(answer).get("detail") or f"The server answered {answer.status_code}."), answer.status_code
        if status == 403 or (status == 401 and self.is_personal):
            return NotAllowed(why)
        return StoreError(why) if status in (401, 409) or status >= 500 else WrongUse(why)

    def import_file(self, path: Path, *, mapping: str | None, options: dict, why: str | None = None, **asked: Any) -> dict:
        fields = {"mapping": mapping, "options": json.dumps(options), "ask": why, **asked}
        with path.open("rb") as stream:
            given = {name: str(value) for name, value in fields.items() if value is not None}
            answer = self._ask("POST", "imports", data=given | {"company": "own"}, files={"file": (path.name, stream)})
        request = answer.json().get("request")
        return answer.json()["batches"][0] | ({"request": request} if request else {})

    def imports(self) -> list[dict]:
        return self._ask("GET", "imports", params={"company": "own"}).json()["imports"]

    def mark(self, action: str, batch: int) -> tuple[int, object]:
        done = self._ask("POST", f"imports/{batch}/{action}").json()
        return done["reduced"], done["kept_from"]

    def match(self, written: str, account_id: str) -> int:
        return self._ask("POST", "matches", params={"written": written, "account_id": account_id}).json()["batch"]

    def report(self, name: str, asked: dict, formats: list[str]) -> dict[str, bytes]:
        given = asked | {"company": "own"}
        return {kind: self._ask("GET", f"reports/{name}", params=given | {"format": kind}).content for kind in formats}

    def close_period(self, asked: dict, who: str) -> int:
        return self._ask("POST", "closes", params=asked | {"who": who}).json()["batch"]

    def approvals(self) -> list[dict]:
        return self._ask("GET", "approvals").json()["approvals"]

    def ask(self, wanted: dict) -> dict:
        return self._ask("POST", "approvals", json=wanted).json()

    def decide(self, action: str, number: int, why: str | None) -> dict:
        return self._ask("POST", f"approvals/{number}/{action}", **({"json": {"reason": why}} if why is not None else {})).json()

    def train(self, as_of: str | None, keep: bool) -> list[str]:
        asked = {"keep": keep} | ({"as_of": as_of} if as_of else {})
        return self._ask("POST", "train", params=asked).json()["said"]

    def keep_forecast(self) -> int:
        return self._ask("POST", "forecasts").json()["rows"]

    def digests(self, day: str | None, *, dry_run: bool) -> list[dict]:
        asked = {"dry_run": dry_run} | ({"day": day} if day else {})
        return self._ask("POST", "digests", params=asked).json()["digests"]

    def sources(self) -> list[dict]:
        return self._ask("GET", "sources").json()["sources"]

    def source(self, deed: str, name: str, **more: Any) -> dict:
        asked = {"json": more} if deed == "answer" else {"params": more} if deed == "pull" else {}
        return self._ask("GET" if deed == "check" else "POST", f"sources/{quote(name, safe='')}/{deed}", **asked).json()

    def deliveries(self) -> list[dict]:
        return self._ask("GET", "deliveries").json()["deliveries"]

    def delivery(self, deed: str, name: str, *, everything: bool = False) -> dict:
        asked = {"params": {"everything": everything}} if deed == "run" else {}
        return self._ask("GET" if deed == "check" else "POST", f"deliveries/{quote(name, safe='')}/{deed}", **asked).json()

    def erase(self, subject: Subject, *, preview: bool) -> dict:
        asked = asdict(subject) | ({} if preview else {"confirm": subject.named})
        return self._ask("POST", "erasures/preview" if preview else "erasures", json=asked).json()

    def retention(self, months: str | None, *, preview: bool, apply: bool) -> dict:
        asked = {"keep_events_months": months} if months is not None else {}
        if preview or (months is None and not apply):
            return self._ask("GET", "retention", params=asked).json()
        return self._ask("POST", "retention", params=asked | {"apply": apply}).json()

    def rollups_known(self, feed: str) -> "Known":
        from data.rollups.bringing import Known

        return Known.of_json(self._ask("GET", "rollups", params={"feed": feed}).json())

    def bring_rollups(self, feed: str, *, again: bool) -> "Brought":
        from data.rollups.bringing import Brought

        return Brought.of_json(self._ask("POST", "rollups", params={"feed": feed, "again": again}).json())

    def check(self, *, quick: bool = False) -> Checked:
        answer = self._ask("GET", "check", params={"quick": quick}).json()
        return Checked(**{field.name: answer[field.name] for field in fields(Checked)})

    def verify(self, heads: Path | None) -> Verified:
        try:
            files = {"heads": (heads.name, heads.read_bytes())} if heads else None
        except OSError as error:
            raise WrongUse(str(error)) from None
        answer = self._ask("POST", "audit/verify", files=files).json()
        return Verified(**{field.name: answer[field.name] for field in fields(Verified)})

    def audit(self, asked: dict, formats: list[str]) -> dict[str, bytes]:
        given = asked | {"company": "own"}
        return {kind: self._ask("GET", "audit", params=given | {"format": kind}).content for kind in formats}

    def backup(self, path: Path) -> None:
        with tempfile.TemporaryDirectory() as place, self.client.stream("GET", "backup") as answer:
            if not answer.is_success:
                answer.read()
                raise self._refusal(answer)
            copy = Path(place) / "copy.duckdb"
            with copy.open("wb") as kept:
                for piece in answer.iter_bytes(1 << 20):
                    kept.write(piece)
            backups.put(copy, path)

    def dump(self, folder: Path) -> list[Path]:
        with zipfile.ZipFile(io.BytesIO(self._ask("GET", "dump").content)) as packed:
            private.place_for(folder / "imports.parquet")
            packed.extractall(folder)
            written = [folder / name for name in packed.namelist()]
        for path in written:
            private.close(path)
        return written

    def assistants(self) -> None:
        from server.assistants.stdio import lead_to

        lead_to(self.url, self.auth)

    def close(self) -> None:
        self.client.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _nobody() -> Exception:
    """Why whoever opens the store itself neither asks nor consents."""
    try:
        approvers.person_of(EVERYONE)
    except EditRefused as refused:
        return refused
    raise AssertionError("everyone is no person")


def _said(answer: httpx2.Response) -> dict:
    return answer.json() if "json" in answer.headers.get("content-type", "") else {}


def find() -> Workplace:
    """The store where it is free; else the server that holds it; else the store once another process has let it go.

    Raises StoreHeld when that takes longer than a minute.
    """
    settings, waited_until, told = current_settings(), time.monotonic() + WAIT_SECONDS, False
    path = settings.store.expanduser().resolve()
    while True:
        try:
            return InStore(Store.open(path, memory_limit=settings.memory_limit, timezone=settings.timezone))
        except StoreHeld:
            if server := _server_of(path):
                return server
            if time.monotonic() > waited_until:
                raise
            if not told:
                _say("Another process has the store open; waiting for it.")
                told = True
            time.sleep(0.2)


def looked_at(path: Path) -> Checked | None:
    """What a quick check finds, by the server where one holds the store; None of a store that the next start upgrades. Changes nothing.

    Raises StoreHeld where another process has it that is no server of this store.
    """
    try:
        return look(path)
    except StoreHeld:
        server = _server_of(path, told=lambda _: None)
        if server is None:
            raise
        with closing(server):
            return server.check(quick=True)


def score_versions(path: Path) -> list[dict[str, Any]]:
    """The versions of the health score, by the server where one holds the store. Raises as `looked_at`. Changes nothing."""
    try:
        return published_in(path)
    except StoreHeld:
        server = _server_of(path, told=lambda _: None)
        if server is None:
            raise
        with closing(server):
            return json.loads(server.report("health-versions", {}, ["json"])["json"])["rows"]


def _server_of(path: Path, told: Callable[[str], None] | None = None) -> ThroughServer | None:
    """The server that holds the store, once it has proven that it is; None where none is announced, or what is there is another program."""
    found, token = announcement.announced(path), tokens.kept(path)
    if not found or not token:
        return None
    personal = current_settings().token.get_secret_value().strip()
    server = ThroughServer(found, token, personal)
    if not server.is_proven():
        server.close()
        return None
    (told or _say)(
        f"The store is held by the server at {found.url} (process {found.pid}); it does the work{' with your token' if personal else ''}."
    )
    return server


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
