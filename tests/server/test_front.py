"""The words that tell the front end where it is stand in each page, and in nothing else."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from server.front import AWAY, INSTANCE, Whereabouts, told

TOLD_ENGLISH = told("en")
PAGE = "<!DOCTYPE html><html><head><title>x</title></head><body>é</body></html>"
ROUTES = [
    Route("/accounts", lambda _: HTMLResponse(PAGE)), Route("/api/page", lambda _: HTMLResponse(PAGE)),
    Route("/data", lambda _: PlainTextResponse("<head>")),
]  # fmt: skip


@pytest.fixture
def client() -> TestClient:
    return TestClient(Whereabouts(Starlette(routes=ROUTES)))


def test_a_page_is_told_once_and_its_length_is_that_of_what_is_sent(client):
    answer = client.get("/accounts", headers={"accept": "text/html,*/*"})
    assert answer.content == PAGE.encode().replace(b"<head>", TOLD_ENGLISH)
    assert int(answer.headers["content-length"]) == len(PAGE.encode()) + len(TOLD_ENGLISH) - len("<head>")


@pytest.mark.parametrize(("path", "accept"), [("/api/page", "text/html"), ("/accounts", "application/json"), ("/data", "text/html")])
def test_all_else_passes_as_it_is(client, path, accept):
    assert TOLD_ENGLISH not in client.get(path, headers={"accept": accept}).content


def test_a_question_for_the_head_alone_passes_as_it_is(client):
    answer = client.head("/accounts", headers={"accept": "text/html"})
    assert (answer.status_code, int(answer.headers["content-length"])) == (200, len(PAGE.encode()))


@pytest.mark.parametrize(
    ("asked", "kept", "spoken"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh-Hans"),
        ("de,fr;q=0.9", "", "en"),
        ("zh-CN", "en", "en"),
        ("en-GB", "zh_Hans", "zh-Hans"),
        ("", "", "en"),
    ],
)
def test_a_page_says_in_which_language_its_words_are(asked, kept, spoken):
    whole = Starlette(routes=[Route("/", lambda _: HTMLResponse('<html lang="en"><head></head><body>lang="en"</body></html>'))])
    cookie = {"cookie": f"holdfast_language={kept}"} if kept else {}
    answer = TestClient(Whereabouts(whole)).get("/", headers={"accept": "text/html", "accept-language": asked} | cookie)
    assert answer.text.startswith(f'<html lang="{spoken}"><head>') and 'lang="en"</body>' in answer.text


def test_a_page_knows_which_server_it_is_of_and_says_what_is_lost_in_its_language(client):
    english, chinese = (client.get("/accounts", headers={"accept": "text/html", "accept-language": one}).text for one in ("en", "zh-CN"))
    assert f'"instance": "{INSTANCE}"' in english and f'"instance": "{INSTANCE}"' in chinese
    assert "No connection to the server." in english and "No connection to the server." not in chinese
    assert "</script>" not in AWAY and english.count("</script>") == 1
