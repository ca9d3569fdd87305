"""The words that tell the front end where it is stand in each page, and in nothing else."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from server.front import TOLD, Whereabouts

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
    assert answer.content == PAGE.encode().replace(b"<head>", TOLD)
    assert int(answer.headers["content-length"]) == len(PAGE.encode()) + len(TOLD) - len("<head>")


@pytest.mark.parametrize(("path", "accept"), [("/api/page", "text/html"), ("/accounts", "application/json"), ("/data", "text/html")])
def test_all_else_passes_as_it_is(client, path, accept):
    assert TOLD not in client.get(path, headers={"accept": accept}).content


def test_a_question_for_the_head_alone_passes_as_it_is(client):
    answer = client.head("/accounts", headers={"accept": "text/html"})
    assert (answer.status_code, int(answer.headers["content-length"])) == (200, len(PAGE.encode()))
