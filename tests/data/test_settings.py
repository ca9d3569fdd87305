"""Settings follow the environment, although they are not read anew where nothing has changed."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from data.settings import current_settings


def test_a_variable_that_changes_is_seen_at_once(monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", "/one.duckdb")
    assert current_settings().store == Path("/one.duckdb")
    assert current_settings() is current_settings()
    monkeypatch.setenv("HOLDFAST_STORE", "/two.duckdb")
    assert current_settings().store == Path("/two.duckdb")
    monkeypatch.setenv("holdfast_store", "/three.duckdb")
    monkeypatch.delenv("HOLDFAST_STORE")
    assert current_settings().store == Path("/three.duckdb")


def test_one_that_cannot_be_is_an_error_every_time(monkeypatch):
    monkeypatch.setenv("HOLDFAST_PORT", "many")
    for _ in range(2):
        with pytest.raises(ValidationError, match="port"):
            current_settings()


def test_nobody_changes_them_for_the_others():
    with pytest.raises(ValidationError, match="frozen"):
        current_settings().port = 1
