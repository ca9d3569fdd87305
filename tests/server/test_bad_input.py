"""What a server meets that nobody plans for: the others go on, and once it is over this one does, too. A real server, over a small company."""

import asyncio
import itertools
import json
import os
import resource
import shutil
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.team_load import Waited, Window, window
from data.store.store import Store
from tests.books import company
from tests.data.log.test_disk_full import small_disk
from tests.server.running import Running, server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
LINES, SILENT = 1000, 12
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
AS_OLD = 3  # seconds after which each process reads anew by how much its clock is wrong: at each look it would take as long as its work
MORE = "account_id,name\nD,Dogwood\n"


@contextmanager
def few_files(soft: int):
    """What is started inside may have so few files open at first, as a shell gives them."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad-input")
    company(folder / "own.duckdb").close()
    with ExitStack() as work:
        with few_files(512):
            started = work.enter_context(server(folder))
        yield started


def asked(running: Running, path: str, **more: object) -> tuple[int, dict]:
    request = urllib.request.Request(f"{running.url}{path}", **more)  # ty: ignore[invalid-argument-type]
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def others_go_on(running: Running) -> None:
    """A report of the API and two pages, each whole."""
    assert asked(running, "/api/reports/arr?company=own")[0] == 200
    assert asked(running, "/api/health")[0] == 200
    waited = Waited()
    asyncio.run(_pages(running.url, waited))
    assert (waited.errors, sorted(waited.seconds)) == ([], ["accounts", "revenue"])


async def _pages(url: str, waited: Waited) -> None:
    async with window(url) as opened:
        for path in ("accounts", "revenue"):
            await Window(opened, waited).look(path, "company=own")


def held(running: Running, ports: set[int]) -> int:
    """How many of the connections that come from these ports the server has taken, and not let go."""
    own = set()
    for file in os.listdir(f"/proc/{running.pid}/fd"):
        with suppress(FileNotFoundError):  # closed meanwhile
            own.add(os.readlink(f"/proc/{running.pid}/fd/{file}"))
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    port = lambda end: int(end.partition(":")[2], 16)  # noqa: E731
    return sum(f"socket:[{one[9]}]" in own for one in lines if port(one[1]) == running.port and port(one[2]) in ports)


def resident(running: Running) -> float:
    """MB."""
    lines = Path(f"/proc/{running.pid}/status").read_text().splitlines()
    return int(next(one for one in lines if one.startswith("VmRSS")).split()[1]) / 1024


def until(is_so, seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.2)
    return is_so()


def token(running: Running) -> dict[str, str]:
    return {"Authorization": f"Bearer {running.store.with_suffix('.token').read_text().strip()}"}


def sent(running: Running, text: str) -> tuple[int, dict]:
    """A file of accounts, sent to the API."""
    body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n{text}\r\n--x--\r\n'.encode()
    return asked(
        running, "/api/imports", data=body, method="POST", headers=token(running) | {"Content-Type": "multipart/form-data; boundary=x"}
    )


def test_a_thousand_lines_that_stay_half_open(running):
    ports = set()
    with ExitStack() as lines:
        for at in range(LINES):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE))
            line.sendall((b"", b"GET /api/health HT", b"POST /api/imports HTTP/1.1\r\nHost: localhost\r\n")[at % 3])
            ports.add(line.getsockname()[1])
        assert until(lambda: held(running, ports) == LINES), "all of them are held: more than a shell allows at first"
        others_go_on(running)
    assert until(lambda: held(running, ports) == 0), "and all are let go"
    others_go_on(running)


def test_clients_that_never_read(running):
    """They ask for page after page, and for a large file again and again, and take nothing in."""
    others_go_on(running)
    before = resident(running)
    with ExitStack() as lines:
        for _ in range(SILENT):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200)
        asyncio.run(_never_reading(running, others_go_on))
        others_go_on(running)
    assert resident(running) < before + 200
    others_go_on(running)


async def _never_reading(running: Running, look) -> None:
    async with window(running.url) as one, window(running.url) as another:
        for opened in (one, another):
            opened.transport.pause_reading()
            for at in range(60):
                message = BackMsg()
                message.rerun_script.page_name = ("accounts", "revenue", "renewals")[at % 3]
                message.rerun_script.query_string = "company=own"
                await opened.send(message.SerializeToString())
        await asyncio.to_thread(look, running)
        for opened in (one, another):
            opened.transport.abort()


def test_a_server_that_stands_still_for_twenty_seconds_goes_on_with_its_open_pages(running):
    waited = Waited()

    async def through_it() -> None:
        async with window(running.url) as opened:
            page = Window(opened, waited)
            await page.look("accounts", "company=own")
            os.kill(running.pid, signal.SIGSTOP)
            await asyncio.sleep(20)
            os.kill(running.pid, signal.SIGCONT)
            await page.look("revenue", "company=own")

    try:
        asyncio.run(through_it())
    finally:
        os.kill(running.pid, signal.SIGCONT)
    assert (waited.errors, sorted(waited.seconds)) == ([], ["accounts", "revenue"])
    others_go_on(running)


@pytest.mark.parametrize("length", [5 << 30, 1 << 40])
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/imports"), ("PUT", "/_stcore/upload_file/a/b"), ("POST", "/language")])
def test_a_body_of_five_gigabytes_is_not_received(running, method, path, length):
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: {token(running)['Authorization']}",
        f"Content-Length: {length}",
    ]
    said = running.raw(*head)
    assert said.startswith(("HTTP/1.1 413", "HTTP/1.1 405", "HTTP/1.1 403")), said[:200]
    others_go_on(running)


def test_killed_under_load_it_is_whole_when_it_is_started_again(tmp_path):
    company(tmp_path / "own.duckdb").close()
    (tmp_path / "more.csv").write_text("account_id,name\n" + "".join(f"N{n},Name {n}\n" for n in range(60_000)))
    waited = Waited()

    async def people(url: str) -> None:
        async def one() -> None:
            try:
                async with window(url) as opened:
                    while True:
                        await Window(opened, waited).look("accounts", "company=own")
            except Exception:  # the line ends with the server
                return

        await asyncio.gather(*(one() for _ in range(3)))

    with server(tmp_path) as first:
        assert sent(first, MORE)[0] == 200
        load = threading.Thread(target=lambda: asyncio.run(people(first.url)), daemon=True)
        load.start()
        importing = first.begin("import", tmp_path / "more.csv", "--table", "accounts")
        assert until(lambda: len(waited.seconds.get("accounts", ())) > 2)
        os.kill(first.pid, signal.SIGKILL)
        importing.communicate(timeout=PATIENCE)
        load.join(PATIENCE)
        assert not load.is_alive()
    with server(tmp_path, port=first.port) as second:
        others_go_on(second)
        status, found = asked(second, "/api/check", headers=token(second))
        assert (status, found["faults"]) == (200, [])
        assert sent(second, "account_id,name\nE,Elm\n")[0] == 200
        log = asked(second, "/api/imports?company=own", headers=token(second))[1]["imports"]
        assert [one["accepted"] for one in log if one["file"] == "a.csv"] == [1, 1], "what was acknowledged is there"


def test_a_disk_that_fills_is_said_and_read_and_gone_on_with(tmp_path):
    with small_disk(tmp_path / "disk", 60):
        company(tmp_path / "disk" / "own.duckdb").close()
        with server(tmp_path / "disk") as running:
            others_go_on(running)
            ballast = tmp_path / "disk" / "ballast"
            ballast.write_bytes(bytes(shutil.disk_usage(tmp_path / "disk").free))
            status, said = sent(running, MORE)
            assert status in (409, 422, 507) and ("disk" in str(said) or "space" in str(said)), (status, said)
            others_go_on(running)
            ballast.unlink()
            assert sent(running, MORE)[0] == 200
            others_go_on(running)
            assert asked(running, "/api/check", headers=token(running))[1]["faults"] == []


def test_a_clock_that_jumps_a_day_and_an_hour_ahead_and_back(tmp_path, monkeypatch):
    if not FAKETIME.exists() and not os.environ.get("CI"):
        pytest.skip("no faketime on this machine: the test of a clock that jumps is left out")
    assert FAKETIME.exists(), "CI must have faketime"
    company(tmp_path / "own.duckdb").close()
    by = tmp_path / "offset"
    by.write_text("+0")
    settings = {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(by), "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "HOLDFAST_BACKUPS": str(tmp_path / "nights"),
    }  # fmt: skip
    with server(tmp_path, **settings) as running:
        for at, offset in enumerate(("+0", "+25h", "-25h", "+0")):
            by.write_text(offset)
            time.sleep(AS_OLD)
            assert sent(running, f"account_id,name\nT{at},Tree {at}\n")[0] == 200
            others_go_on(running)
        assert asked(running, "/api/check", headers=token(running))[1]["faults"] == []
        status, audit = asked(running, "/api/audit/verify", method="POST", headers=token(running))
        assert (status, audit["faults"]) == (200, []) and "clock" in " ".join(audit["remarks"])
        names = {row["name"] for row in asked(running, "/api/reports/accounts?company=own")[1]["rows"]}
        assert {f"Tree {at}" for at in range(4)} <= names
    store = Store.open(tmp_path / "own.duckdb")
    came = store.imports()["imported_at"].to_list()
    store.close()
    hours = [(later - sooner).total_seconds() / 3600 for later, sooner in itertools.pairwise(came[:4])]
    assert [round(one) for one in hours] == [25, -50, 25], "the jumps were there"
