"""The first page opens by its own name, too, with its filters, also behind a proxy that puts a path before it."""

from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

import pages.ui.navigation
from server.first_page import NAME, to_first_page


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        ("/today", "/"),
        ("/today/", "/"),
        ("/today?company=own&segment=A%2F1&q=%E4%B8%AD", "/?company=own&segment=A%2F1&q=%E4%B8%AD"),
        ("/today?to=//evil.example", "/?to=//evil.example"),
    ],
)
def test_its_name_leads_to_the_root_of_this_server(asked, opened):
    app = Starlette(routes=[Route(f"/{NAME}", to_first_page), Route(f"/{NAME}/", to_first_page)])
    answer = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False).get(asked)
    place = answer.headers["location"]
    assert (answer.status_code, urljoin(f"http://127.0.0.1{asked}", place)) == (307, f"http://127.0.0.1{opened}")
    assert urljoin(f"https://a.example/holdfast{asked}", place) == f"https://a.example/holdfast{opened}"


def test_it_is_the_name_of_the_first_page():
    assert NAME == pages.ui.navigation.HOME
