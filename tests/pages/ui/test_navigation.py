"""The addresses of pages."""

from types import SimpleNamespace

from pages.ui.navigation import paths


def test_the_first_page_has_its_own_name_as_an_address_too():
    """It is at the root; the framework keeps its name for it, so that no other page may be put there: it broke with a fault."""
    assert paths({"Customers": [SimpleNamespace(url_path=""), SimpleNamespace(url_path="accounts")]}) == {"", "today", "accounts"}
