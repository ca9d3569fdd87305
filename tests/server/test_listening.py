"""Where the server starts to listen, and where it says why it does not."""

import os
import socket
import subprocess
import sys
import tomllib

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from server.hosts import is_trusted, read
from server.listening import answer_at_once, hosts_on, secrets_of
from tests.server.running import ROOT
from tests.waiting import PATIENCE

START = {
    "python app.py": lambda address: ([sys.executable, "app.py"], {"HOLDFAST_HOST": address}),
    "streamlit run": lambda address: ([sys.executable, "-m", "streamlit", "run", "app.py", f"--server.address={address}"], {}),
}


def started(tmp_path, command: list[str], settings: dict[str, str]) -> subprocess.CompletedProcess:
    environment = (
        os.environ | {"HOLDFAST_STORE": str(tmp_path / "own.duckdb"), "HOLDFAST_PORT": "0", "STREAMLIT_SERVER_PORT": "0"} | settings
    )
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
@pytest.mark.parametrize("start", START)
def test_it_does_not_listen_for_other_machines_without_being_told_that_the_network_is_trusted(tmp_path, start, address):
    ended = started(tmp_path, *START[start](address))
    assert ended.returncode == 2
    assert f"does not start on {address}: there is no sign-in" in ended.stderr
    assert "HOLDFAST_OPEN_TO_NETWORK=yes" in ended.stderr and "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())


def test_no_address_at_all_is_every_address(tmp_path):
    ended = started(tmp_path, *START["streamlit run"](""))
    assert ended.returncode == 2 and "every address of this machine" in ended.stderr


@pytest.mark.parametrize(
    ("setting", "told"),
    [({"HOLDFAST_TRUSTED_HOSTS": "https://a.example"}, "'https://a.example'"), ({"HOLDFAST_OPEN_TO_NETWORK": "perhaps"}, "valid boolean")],
)
def test_a_setting_that_cannot_be_is_named(tmp_path, setting, told):
    ended = started(tmp_path, [sys.executable, "app.py"], setting)
    assert ended.returncode == 2 and told in ended.stderr and "Traceback" not in ended.stderr


def test_the_program_that_begins_the_server_loads_nothing_of_it():
    """Else all of it would be loaded twice at every start."""
    begun = "import os, runpy, sys; os.execv = lambda *_: sys.exit('streamlit' in sys.modules or 'polars' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", f"{begun}; runpy.run_path('app.py', run_name='__main__')"], cwd=ROOT, timeout=PATIENCE)
    assert ended.returncode == 0


def test_on_a_trusted_network_it_listens_and_still_answers_to_known_names_alone():
    given = Settings(open_to_network=True, trusted_hosts="reports.example.com")
    hosts = hosts_on("0.0.0.0", given)
    assert [is_trusted(read(name), hosts) for name in ("reports.example.com", "localhost", "0.0.0.0", "evil.example")] == [
        True,
        True,
        False,
        False,
    ]


def test_pages_say_so_where_the_network_is_open_and_only_there(monkeypatch):
    def told() -> None:
        from pages.ui import states

        states.open_to_network()

    def said(address: str, allowed: str) -> list[str]:
        monkeypatch.setenv("HOLDFAST_OPEN_TO_NETWORK", allowed)
        monkeypatch.setattr(st, "get_option", {"server.address": address}.get)
        return [caption.value for caption in AppTest.from_function(told).run(timeout=PATIENCE).caption]

    assert "without sign-in" in said("0.0.0.0", "yes")[0]
    assert said("127.0.0.1", "yes") == said("127.0.0.1", "no") == []


def test_neither_a_start_nor_a_page_asks_or_names_a_host_outside():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["browser"]["gatherUsageStats"] is False
    assert config["logger"]["hideWelcomeMessage"] is True  # it looks up this machine's address at a host outside
    assert config["client"]["showErrorLinks"] == "false"  # search links with what went wrong


def test_a_run_of_a_page_neither_looks_for_changed_sources_nor_at_all_that_the_process_holds():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["fileWatcherType"] == "none"
    assert config["runner"] == {"postScriptGC": False, "magicEnabled": False}


PROVIDER = {
    "signin_metadata_url": "https://login.example.com/.well-known/openid-configuration",
    "signin_client_id": "holdfast",
    "signin_client_secret": "s3cret",
    "signin_origin": "https://holdfast.example.com",
}


def test_where_people_sign_in_it_listens_for_other_machines_and_answers_to_the_address_that_browsers_use():
    hosts = hosts_on("0.0.0.0", Settings(**PROVIDER))
    names = ("holdfast.example.com", "localhost", "login.example.com", "evil.example")
    assert [is_trusted(read(name), hosts) for name in names] == [True, True, False, False]


def test_half_a_sign_in_ends_the_start_and_names_what_lacks(tmp_path):
    given = {f"HOLDFAST_{name.upper()}": value for name, value in PROVIDER.items() if name != "signin_client_secret"}
    ended = started(tmp_path, [sys.executable, "app.py"], given)
    assert ended.returncode == 2 and "HOLDFAST_SIGNIN_CLIENT_SECRET is missing" in ended.stderr and "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())


def test_what_the_sign_in_of_the_pages_is_told(tmp_path):
    told = secrets_of(Settings(store=tmp_path / "own.duckdb", **PROVIDER), {}.get)["auth"]
    assert told["redirect_uri"] == "https://holdfast.example.com/oauth2callback"
    assert told["client_kwargs"] == {"scope": "openid email profile", "prompt": "select_account"}
    kept = tmp_path / "own.signin-secret"
    assert told["cookie_secret"] == kept.read_text().strip() and len(told["cookie_secret"]) >= 32 and kept.stat().st_mode & 0o777 == 0o600
    again = secrets_of(Settings(store=tmp_path / "own.duckdb", **PROVIDER), {}.get)["auth"]
    assert again["cookie_secret"] == told["cookie_secret"] and secrets_of(Settings(), {}.get) is None


@pytest.mark.parametrize(
    "option", [{"server.trustedUserHeaders": {"X-User": "email"}}, {"server.baseUrlPath": "reports"}], ids=["headers", "path"]
)
def test_options_that_would_go_round_the_sign_in_end_the_start(tmp_path, capsys, option):
    with pytest.raises(SystemExit):
        secrets_of(Settings(store=tmp_path / "own.duckdb", **PROVIDER), option.get)
    assert next(iter(option)) in capsys.readouterr().err
    assert secrets_of(Settings(), option.get) is None


def delays(line: socket.socket) -> bool:
    return not line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_comes_in_on_the_port_is_answered_at_once():
    """Of two sockets that are bound, the one named; also what it accepts later."""
    with socket.socket() as ours, socket.socket() as other:
        for each in (ours, other):
            each.bind(("127.0.0.1", 0))
        assert delays(ours)
        assert answer_at_once(ours.getsockname()[1]) == 1
        ours.listen()
        with socket.create_connection(ours.getsockname()), ours.accept()[0] as accepted:
            assert not delays(accepted)
        assert delays(other)
    assert answer_at_once(1) == 0
