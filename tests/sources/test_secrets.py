"""Secrets: where they are looked for, what is said where one is missing, and that none is told."""

import pytest

from sources.secrets import SecretMissing, hidden, secret


def test_the_environment_comes_first_then_a_file_then_the_keyring(monkeypatch, tmp_path):
    import keyring

    monkeypatch.setattr(keyring, "get_password", lambda service, name: f"{service} {name}")
    assert secret("BILLING_DB") == "holdfast BILLING_DB"
    (tmp_path / "secret").write_text("of the file\n")
    monkeypatch.setenv("HOLDFAST_SECRET_BILLING_DB_FILE", str(tmp_path / "secret"))
    assert secret("BILLING_DB") == "of the file"
    monkeypatch.setenv("HOLDFAST_SECRET_BILLING_DB", "of the environment")
    assert secret("BILLING_DB") == "of the environment"


def test_a_missing_one_is_said_by_name_with_what_to_do(monkeypatch, tmp_path):
    with pytest.raises(SecretMissing, match=r"The secret BILLING_DB is missing\. Set HOLDFAST_SECRET_BILLING_DB where Holdfast runs"):
        secret("BILLING_DB")
    monkeypatch.setenv("HOLDFAST_SECRET_BILLING_DB_FILE", str(tmp_path / "none"))
    with pytest.raises(SecretMissing, match=r"HOLDFAST_SECRET_BILLING_DB_FILE: .*none cannot be read \(No such file or directory\)"):
        secret("BILLING_DB")


def test_no_text_shows_one_not_even_within_a_url():
    said = "could not connect to postgresql://reader:p%40ss%2Fword@db.example, password p@ss/word"
    assert hidden(said, ["p@ss/word"]) == "could not connect to postgresql://reader:***@db.example, password ***"
    assert hidden("as it is", [""]) == "as it is"
