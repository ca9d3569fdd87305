"""Sign-in is set up whole or not at all, and what cannot be is said in words."""

import pytest

from data.access.provider import SignInSettingsWrong, administrators, is_configured, provider
from data.settings import Settings
from tests.data.access import settings


def test_nothing_set_is_nobody_signs_in():
    assert provider(Settings()) is None and not is_configured(Settings())


def test_all_set_is_a_provider_and_where_it_leads_back_to():
    found = provider(settings())
    assert found and found.redirect_uri == "https://holdfast.example.com/oauth2callback"
    assert (found.host, found.is_secure) == ("holdfast.example.com", True)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Holdfast.Example.com/", "https://holdfast.example.com"),
        ("https://holdfast.example.com:443", "https://holdfast.example.com"),
        ("https://holdfast.example.com:8443", "https://holdfast.example.com:8443"),
        ("http://127.0.0.1:8501", "http://127.0.0.1:8501"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8501", "http://[::1]:8501"),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(written, origin):
    found = provider(settings(signin_origin=written))
    assert found and found.origin == origin


@pytest.mark.parametrize("lacking", ["signin_metadata_url", "signin_client_id", "signin_client_secret", "signin_origin"])
def test_half_of_it_is_refused_and_what_lacks_is_named(lacking):
    with pytest.raises(SignInSettingsWrong, match=f"HOLDFAST_{lacking.upper()} is missing"):
        provider(settings(**{lacking: " "}))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"signin_origin": "holdfast.example.com"}, "HOLDFAST_SIGNIN_ORIGIN: .* is no address"),
        ({"signin_origin": "https://"}, "HOLDFAST_SIGNIN_ORIGIN: .* is no address"),
        ({"signin_origin": "https://a.example:port"}, "HOLDFAST_SIGNIN_ORIGIN: .* is no address"),
        ({"signin_origin": "ftp://a.example"}, "HOLDFAST_SIGNIN_ORIGIN: .* is no address"),
        ({"signin_origin": "https://a.example/reports"}, "without a path"),
        ({"signin_origin": "https://me@a.example"}, "more than an address"),
        ({"signin_origin": "http://a.example"}, "HOLDFAST_SIGNIN_ORIGIN: .* not encrypted"),
        ({"signin_metadata_url": "http://login.example.com"}, "HOLDFAST_SIGNIN_METADATA_URL: .* not encrypted"),
        ({"signin_scope": "email profile"}, "HOLDFAST_SIGNIN_SCOPE: .* lacks openid"),
        ({"signin_cookie_secret": "x" * 31}, "HOLDFAST_SIGNIN_COOKIE_SECRET: give 32 characters"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong, told):
    with pytest.raises(SignInSettingsWrong, match=told):
        provider(settings(**wrong))


def test_secrets_are_not_told_with_the_settings():
    assert "s3cret" not in repr(settings())


def test_administrators_are_e_mails_with_commas():
    assert administrators(settings(administrators=" Ann@example.com,, bo@example.com ")) == {"ann@example.com", "bo@example.com"}
    assert administrators(settings()) == frozenset()
