"""With a real browser: every page works behind the doors, and a page of somebody else comes to nothing."""

import http.server
import re
import threading

import pytest

from tests.addresses import ADDRESSES
from tests.books import company
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
READ_AHEAD = True

TRIES = """async (there) => {
  const heard = []
  const attempt = async (name, work) => { try { heard.push([name, await work()]) } catch (error) { heard.push([name, 'refused']) } }
  const loads = (tag, path) => new Promise((good, bad) => {
    const one = Object.assign(document.createElement(tag), {src: `http://${there}${path}`, onload: () => good('loaded'), onerror: bad})
    document.body.append(one)
  })
  await attempt('read', async () => (await fetch(`http://${there}/api/reports/arr`)).text())
  await attempt('write', async () => (await fetch(`http://${there}/api/imports/1/undo`, {method: 'POST'})).text())
  await attempt('script', () => loads('script', '/api/reports/arr?format=csv'))
  await attempt('image', () => loads('img', '/favicon.png'))
  await attempt('socket', () => new Promise((good, bad) => {
    const socket = new WebSocket(`ws://${there}/_stcore/stream`, ['streamlit'])
    socket.onopen = () => good('open')
    socket.onerror = bad
  }))
  return heard
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("closed")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    opened.set_default_timeout(PATIENCE * 1000)
    yield opened
    opened.close()


@pytest.fixture
def elsewhere():
    """A page of somebody else, on a port of its own; the port."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><body>")

        def log_message(self, *_: object) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield listening.server_port
    listening.shutdown()
    listening.server_close()


PROBE = re.compile(
    r"/[\w-]+/_stcore/(health|host-config)$"
)  # how the pages' front end finds out where it is: 404 below any page but the first


def watched(page) -> tuple[list[str], list[str], list[str]]:
    """Errors in the console, answers that are refusals, and sockets that opened, as they come."""
    errors, refusals, sockets = [], [], []

    def said(message) -> None:
        if message.type == "error" and not PROBE.search(message.location.get("url", "")):
            errors.append(message.text)

    def answered(answer) -> None:
        if answer.status >= 400 and not (answer.status == 404 and PROBE.search(answer.url)):
            refusals.append(f"{answer.status} {answer.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", answered)
    page.on("websocket", lambda socket: sockets.append(socket.url))
    return errors, refusals, sockets


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_every_page_works_and_nothing_is_refused(running, page, name):
    errors, refusals, sockets = watched(page)
    for address in ADDRESSES:
        page.goto(f"http://{name}:{running.port}/{address}?company=own&account=A&as_of=2023-12-28")
        page.locator("h1").first.wait_for()
        page.locator("[data-testid=stStatusWidget]").wait_for(state="detached")
        assert page.locator("[data-testid=stException]").count() == 0, address
        assert page.get_by_text("could not be drawn").count() == 0, address
        assert page.get_by_text("Open to the network").count() == 0, address
    assert (errors, refusals) == ([], [])
    assert set(sockets) == {f"ws://{name}:{running.port}/_stcore/stream"}


def test_a_name_of_somebody_else_that_points_here_shows_nothing(running, page):
    answer = page.goto(f"http://evil.example:{running.port}/?company=own")
    assert answer.status == 400
    assert page.inner_text("body").startswith("This server does not answer under that name")
    assert page.evaluate("fetch('/api/reports/arr').then(answer => answer.status)") == 400


@pytest.mark.parametrize("there", ["127.0.0.1", "evil.example"])
def test_a_page_of_somebody_else_reads_nothing_and_changes_nothing(running, page, elsewhere, there):
    page.goto(f"http://evil.example:{elsewhere}/")
    heard = page.evaluate(TRIES, f"{there}:{running.port}")
    assert heard == [[name, "refused"] for name in ("read", "write", "script", "image", "socket")]


def test_a_link_on_a_page_of_somebody_else_leads_here(running, page, elsewhere):
    page.goto(f"http://evil.example:{elsewhere}/")
    page.evaluate(
        "there => { document.body.innerHTML = `<a href='http://${there}/accounts?company=own'>accounts</a>` }", f"127.0.0.1:{running.port}"
    )
    page.get_by_role("link").click()
    page.get_by_role("heading", name="Accounts").wait_for()
    assert page.url.startswith(f"{running.url}/accounts")


def test_a_page_of_somebody_else_does_not_frame_this_one(running, page, elsewhere):
    page.goto(f"http://evil.example:{elsewhere}/")
    page.evaluate(
        "there => { document.body.innerHTML = `<iframe src='http://${there}/?company=own'></iframe>` }", f"127.0.0.1:{running.port}"
    )
    page.wait_for_timeout(1000)
    assert page.locator("iframe").first.content_frame.locator("h1").count() == 0


def test_file_names_are_shown_as_they_are(running, page):
    names = ["**b** _i_ $x$ www.evil.example :red[h] &copy;.csv", "[tap](mailto:a) <b>x `c` 1.csv"]
    page.goto(f"{running.url}/import?company=own")
    page.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": f"account_id,name\nX{len(name)},x\n".encode()} for name in names]
    )
    planned = page.locator("[class*=st-key-file-]")
    planned.nth(1).get_by_role("combobox").first.wait_for()
    headed = [row.locator("strong").first for row in planned.all()]
    assert sorted(name.inner_text().replace("⁠", "") for name in headed) == sorted(names)
    assert [name.locator(":scope :is(a, strong, em, code, img, .katex)").count() for name in headed] == [0, 0]


def test_every_page_says_that_the_network_is_open(page, tmp_path):
    """127.1 is this machine, written so that it counts as any other address does."""
    company(tmp_path / "own.duckdb").close()
    with server(tmp_path, HOLDFAST_HOST="127.1", HOLDFAST_OPEN_TO_NETWORK="yes") as running:
        for address in ("", "definitions", "import"):
            page.goto(f"{running.url}/{address}?company=own")
            page.get_by_text("Open to the network without sign-in").wait_for()
        assert "held by the server at http://127.1:" in running.command("imports").stderr
