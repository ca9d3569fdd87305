"""Imitations of what results are delivered to, on loopback: an endpoint that keeps what it takes and can be told to fail."""

import json
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]


@dataclass
class Endpoint:
    """It takes each idempotency key once, and keeps the events that came with it. faults: what it answers to the next requests in place of
    that: an answer, "break" (taken, and the connection ends before it says so), "half" (an answer that breaks off) or "hang"."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    events: list[dict] = field(default_factory=list)
    faults: list[Answer | str] = field(default_factory=list)
    takes: Callable[[Asked], Answer] | None = None
    keys: dict[str, Any] = field(default_factory=dict)
    free: threading.Event = field(default_factory=threading.Event)

    def take(self, one: Asked) -> Answer:
        """What an endpoint of one's own does: it knows a key again, and says so."""
        if self.takes:
            return self.takes(one)
        if one.key in self.keys:
            assert self.keys[one.key] == one.body, "the same key came with another body"
        else:
            self.keys[one.key] = one.body
            self.events += one.body["rows"] if isinstance(one.body, dict) and "rows" in one.body else [one.body]
        return 200, {"Content-Type": "application/json"}, b"{}"


@contextmanager
def endpoint(**given: Any) -> Generator[Endpoint]:
    """An endpoint for as long as this is open."""
    found = Endpoint(**given)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            one = Asked(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(body or b"null"))
            found.asked.append(one)
            fault = found.faults.pop(0) if found.faults else None
            if fault == "hang":
                found.free.wait(20)
            if isinstance(fault, tuple):
                return self.say(*fault)
            status, headers, content = found.take(one)
            if fault in ("break", "hang"):
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return None
            return self.say(status, headers, content, half=fault == "half")

        do_POST = do_PUT = do_PATCH = handle_one

        def say(self, status: int, headers: dict[str, str], content: bytes, *, half: bool = False) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content) + (100 if half else 0)))
            self.end_headers()
            self.wfile.write(content)
            if half:
                self.close_connection = True

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield found
    finally:
        found.free.set()
        server.shutdown()
        server.server_close()


def said(status: int, body: Any = None, **headers: str) -> Answer:
    """An answer in JSON."""
    return (
        status,
        {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}},
        json.dumps(body).encode(),
    )


def hubspot(records: dict[str, dict], id_property: str) -> Callable[[Asked], Answer]:
    """Batch update as its documentation has it: companies that exist are changed, errors name the trace of their input, in a 207."""

    def take(one: Asked) -> Answer:
        assert one.method == "POST" and one.path == "/crm/v3/objects/companies/batch/update", one.path
        inputs, errors, results = one.body["inputs"], [], []
        assert 0 < len(inputs) <= 100
        for each in inputs:
            assert each.keys() == {"id", "idProperty", "objectWriteTraceId", "properties"} and each["idProperty"] == id_property
            assert all(isinstance(value, str) for value in each["properties"].values())
            if each["id"] in records:
                records[each["id"]] |= each["properties"]
                results.append({"id": f"hs-{each['id']}", "properties": each["properties"]})
            else:
                errors.append({"status": "error", "category": "OBJECT_NOT_FOUND", "message": f"No company {each['id']}.",
                               "context": {"objectWriteTraceId": [each["objectWriteTraceId"]]}})  # fmt: skip
        told = {"status": "COMPLETE", "results": results}
        return said(207, told | {"numErrors": len(errors), "errors": errors}) if errors else said(200, told)

    return take


def salesforce(records: dict[str, dict], id_field: str, fields: set[str]) -> Callable[[Asked], Answer]:
    """Upsert of sObject collections: results in the order of the records, an unknown field rejects its record alone."""

    def take(one: Asked) -> Answer:
        assert one.method == "PATCH" and one.path == f"/services/data/v61.0/composite/sobjects/Account/{id_field}", one.path
        assert one.body["allOrNone"] is False and len(one.body["records"]) <= 200
        results = []
        for each in one.body["records"]:
            assert each["attributes"] == {"type": "Account"} and "Id" not in each
            values = {name: value for name, value in each.items() if name not in ("attributes", id_field)}
            if strange := values.keys() - fields:
                errors = [{"statusCode": "INVALID_FIELD", "message": f"No such column {sorted(strange)[0]}", "fields": []}]
                results.append({"success": False, "errors": errors})
            else:
                created = each[id_field] not in records
                records.setdefault(each[id_field], {}).update(values)
                results.append({"id": f"001{each[id_field]}", "success": True, "errors": [], "created": created})
        return said(200, results)

    return take
