"""A person chooses the language of the pages: it is kept, and they are back on their page; nowhere else."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from server.in_language import choose_language


@pytest.fixture
def client():
    app = Starlette(routes=[Route("/language", choose_language)])
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.mark.parametrize("back", ["", "revenue", "account?company=own&account=A%2F1", "compare-rules?rules=gaap"])
def test_the_language_is_kept_and_the_page_is_the_same(client, back):
    answer = client.get("/language", params={"to": "zh_Hans", "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, f"./{back}")
    assert answer.headers["set-cookie"].startswith("holdfast_language=zh_Hans;")


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "../up", "a b", "\\\\evil.example", "revenue?a=\r\nSet-Cookie: x=1"]
)
def test_it_leads_to_no_other_place(client, back):
    answer = client.get("/language", params={"to": "zh_Hans", "back": back})
    assert (answer.status_code, "location" in answer.headers, "set-cookie" in answer.headers) == (400, False, False)


@pytest.mark.parametrize("wanted", ["", "xx", "zh_TW", "../zh_Hans"])
def test_another_language_is_refused_in_words(client, wanted):
    answer = client.get("/language", params={"to": wanted})
    assert (answer.status_code, answer.text) == (400, "There is no such language. Languages: en, zh_Hans.\n")
