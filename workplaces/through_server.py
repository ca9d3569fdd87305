"""The command line's work done by the server that holds the store."""

import io
import json
import tempfile
import zipfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2

from data import private
from data.audit.verify import Verified
from data.erasure.subjects import Subject
from data.store import backups
from data.store.integrity import Checked
from data.store.store import StoreError
from data.viewer import NotAllowed
from server import announcement
from server.proof import AfterProof, NotProven
from workplaces.workplace import WrongUse

if TYPE_CHECKING:
    from data.rollups.bringing import Brought, Known


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

    def bring_rollups(self, feed: str, *, again: bool, beside: bool) -> "Brought":
        from data.rollups.bringing import Brought

        return Brought.of_json(self._ask("POST", "rollups", params={"feed": feed, "again": again, "beside": beside}).json())

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


def _said(answer: httpx2.Response) -> dict:
    return answer.json() if "json" in answer.headers.get("content-type", "") else {}
