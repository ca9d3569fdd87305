"""Faults planted one at a time: each is found, and nothing else is; a good deployment has none."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import gettempdir
from unittest.mock import patch

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

import cli
from data.access.sessions import Sessions, path_beside
from data.settings import current_settings
from data.store.backups import backup
from data.store.edits import commit_frame
from data.store.store import Store
from data.upkeep.nightly import keep_one_more
from data.work.pulls import Pulled
from deliveries import journal
from server.doctor.deployment import Deployment
from server.doctor.examine import CHECKS, examine, settings_in
from sources import looks
from tests.books import company
from tests.server.team import PROVIDER
from workplaces import finding

GB = 10**9


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store with a backup of last night, as a good deployment has."""
    home = tmp_path_factory.mktemp("made") / "home"
    store = company(home / "own.duckdb")
    keep_one_more(lambda to: backup(store, to), store.path, home.parent / "nights", 14, datetime.now(UTC) - timedelta(hours=7))
    store.close()
    Sessions(path_beside(home / "own.duckdb")).close()
    for name in ("accounts.csv", "contracts.csv"):
        (home / name).unlink(missing_ok=True)
    return home.parent


@pytest.fixture
def home(made, tmp_path, monkeypatch):
    """A good deployment: behind a proxy, people sign in, backups by night."""
    shutil.copytree(made, tmp_path / "d")
    home = tmp_path / "d" / "home"
    for path in (home, tmp_path / "d" / "nights"):
        path.chmod(0o700)
    (home / "inbox").mkdir(exist_ok=True)
    (home / "own.signin-secret").write_text("JZ7sQ0wJx3uW9c1pLr5tVbNm2kYhGfDa8eXz4\n")
    (home / "own.signin-secret").chmod(0o600)
    for name in [name for name in os.environ if name.startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)
    settings = PROVIDER | {"HOLDFAST_STORE": str(home / "own.duckdb"), "HOLDFAST_BACKUPS": str(tmp_path / "d" / "nights")}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return home


def deployment(**more) -> Deployment:
    of = Deployment(
        current_settings(), dict(os.environ), datetime.now(UTC), room=lambda _: 500 * GB, memory=lambda: 16 * GB,
        mounts=lambda: "/dev/sda1 / ext4 rw 0 0\n", whole=finding.looked_at, in_container=False,
    )  # fmt: skip
    return replace(of, **more)


def found(**more) -> dict[str, str]:
    """What is found, by the check that found it; each fault has something to do."""
    examined = examine(deployment(**more))
    assert all(one.fix for one in examined.faults)
    return {one.check: one.fault for one in examined.faults}


def test_a_good_deployment_has_none(home):
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    examined = examine(deployment())
    assert examined.faults == [] and len(examined.checks) == len(CHECKS) >= 20
    (line,) = examined.in_words()
    assert line.startswith("Nothing is wrong") and "https://holdfast.example.com/oauth2callback" in line
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before, "a look changes nothing"


def set_to(**settings):
    def plant(home, monkeypatch):
        for name, value in settings.items():
            monkeypatch.setenv(f"HOLDFAST_{name}", value)

    return plant


def on_disk(plant):
    return lambda home, monkeypatch: plant(home)


def no_sign_in(**settings):
    def plant(home, monkeypatch):
        for name in PROVIDER:
            monkeypatch.delenv(name)
        set_to(**settings)(home, monkeypatch)

    return plant


def unset(name):
    return lambda home, monkeypatch: monkeypatch.delenv(f"HOLDFAST_{name}")


def changed_rows(home):
    with duckdb.connect(str(home / "own.duckdb")) as store:
        store.execute("delete from rows_accounts where line = (select max(line) from rows_accounts)")


def aged_backup(hours):
    def plant(home):
        (old,) = (home.parent / "nights").glob("own-*.duckdb")
        old.rename(old.with_name(f"own-{datetime.now(UTC) - timedelta(hours=hours):%Y%m%dT%H%M%SZ}.duckdb"))

    return plant


def written(name, text):
    return lambda home: (home / name).write_text(text) and (home / name).chmod(0o600)


def waiting(home):
    (home / "inbox" / "billing.csv").write_text("a\n")
    os.utime(home / "inbox" / "billing.csv", (time.time() - 7200,) * 2)


def of_the_future(home):
    os.utime(home / "own.duckdb", (time.time() + 86_400,) * 2)


def no_backup(home):
    for path in (home.parent / "nights").iterdir():
        path.unlink()


def empty_backup(home):
    (made,) = (home.parent / "nights").glob("own-*.duckdb")
    made.write_bytes(bytes(100))


def later_version(home):
    with duckdb.connect(str(home / "own.duckdb")) as store:
        store.execute("create table wishes (line bigint)")


CARD = "[bands]\ngood = 100\n[groups.mood]\nweight = 1\n[groups.mood.nps_answer]\nscale = [[0, 0], [10, 100]]\n"


def versions(*texts: str):
    """Versions of the health score, as they were published."""

    def plant(home, _monkeypatch):
        rows = [
            {"version": at, "configuration": text, "author": "them", "published_at": datetime(2026, 11, 1, tzinfo=UTC), "based_on": 0}
            for at, text in enumerate(texts, 1)
        ]
        with closing(Store.open(home / "own.duckdb")) as store:
            commit_frame(store, "score_versions", pl.DataFrame(rows), "test", "test", edit=True)

    return plant


def scored_by(text: str, more=lambda home, monkeypatch: None):
    """A file of the score that the settings name."""

    def plant(home, monkeypatch):
        (home.parent / "mine.toml").write_text(text)
        monkeypatch.setenv("HOLDFAST_HEALTH", str(home.parent / "mine.toml"))
        more(home, monkeypatch)

    return plant


CRM = 'kind = "http"\nurl = "http://127.0.0.1/x"\nsecret = "CRM_KEY"\n'
TO_CRM = 'report = "accounts"\nkey = ["account_id"]\n[target]\nkind = "endpoint"\nurl = "https://127.0.0.1/x"\nsecret = "CRM_KEY"\n'


def beside(folder, text, more=lambda home, monkeypatch: None):
    """A description of what comes or leaves by itself."""

    def plant(home, monkeypatch):
        (home / folder).mkdir(mode=0o700, exist_ok=True)
        (home / folder / "crm.toml").write_text(text)
        more(home, monkeypatch)

    return plant


def source_that_waits(home, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_CRM_KEY", "k3y")
    now = datetime.now(UTC)
    asked = Pulled("crm 1", "crm", now, now, "waiting", problem="Cents or units?", what_to_do="Answer.")
    looks.keep(home / "own.duckdb", looks.Look(asked))


def source_that_failed(hours):
    def plant(home, monkeypatch):
        monkeypatch.setenv("HOLDFAST_SECRET_CRM_KEY", "k3y")
        now = datetime.now(UTC)
        failed = Pulled("crm 1", "crm", now, now, "failed", problem="It answered 503.", what_to_do="Wait.")
        looks.keep(home / "own.duckdb", looks.Look(failed, 9, None, now - timedelta(hours=hours)))

    return plant


def delivery_that_failed(hours):
    def plant(home, monkeypatch):
        monkeypatch.setenv("HOLDFAST_SECRET_CRM_KEY", "k3y")
        for ago in (hours, 1):
            at = (datetime.now(UTC) - timedelta(hours=ago)).isoformat()
            told = {
                "delivery_id": at,
                "outcome": "failed",
                "began_at": at,
                "ended_at": at,
                "problem": "It answered 401.",
                "what_to_do": "Look.",
            }
            journal.read(home / "own.duckdb", "crm", to_write=True).ended(told, done=False)

    return plant


PLANTED = {  # what is planted, which check finds it, and of what it tells
    "a setting in wrong letters": (set_to(SIGNIN_ORIGN="https://x.example.com"), "settings", "HOLDFAST_SIGNIN_ORIGN is no setting"),
    "open to the network without sign-in": (no_sign_in(HOST="0.0.0.0", OPEN_TO_NETWORK="yes"), "network", "whoever reaches it"),
    "a host written as an address": (set_to(TRUSTED_HOSTS="https://a.example.com"), "hosts", "'https://a.example.com'"),
    "sign-in in part": (unset("SIGNIN_CLIENT_SECRET"), "sign-in", "HOLDFAST_SIGNIN_CLIENT_SECRET is missing"),
    "an origin that is not encrypted": (set_to(SIGNIN_ORIGIN="http://holdfast.example.com"), "sign-in", "not encrypted"),
    "an origin with a path": (set_to(SIGNIN_ORIGIN="https://example.com/holdfast"), "sign-in", "more than an address"),
    "metadata at a wrong address": (set_to(SIGNIN_METADATA_URL="https://login.example.com"), "sign-in", "openid-configuration"),
    "the port behind the proxy is open": (set_to(HOST="0.0.0.0"), "sign-in", "unencrypted (0.0.0.0)"),
    "nobody administers": (unset("ADMINISTRATORS"), "administrators", "nobody is named"),
    "a cookie secret of one letter": (set_to(SIGNIN_COOKIE_SECRET="a" * 40), "secrets", "can be guessed"),
    "a short token for figures": (set_to(METRICS_TOKEN="secret"), "secrets", "HOLDFAST_METRICS_TOKEN"),
    "mails leave unencrypted": (set_to(SMTP_HOST="mail.example.com", SMTP_SECURITY="none"), "mail", "unencrypted"),
    "a password of mails that cannot be read": (
        set_to(SMTP_HOST="m.example.com", SMTP_PASSWORD_FILE="/nowhere/p"),
        "mail",
        "cannot be read",
    ),
    "mails without a password": (set_to(SMTP_HOST="mail.example.com", SMTP_USER="holdfast"), "mail", "no password"),
    "others may write the folder": (on_disk(lambda home: home.chmod(0o777)), "folder", "replace the store"),
    "others may read the store": (on_disk(lambda home: (home / "own.duckdb").chmod(0o644)), "rights", "own.duckdb (644)"),
    "others may read a secret": (on_disk(lambda home: (home / "own.signin-secret").chmod(0o640)), "rights", "signin-secret (640)"),
    "a store of another user": (on_disk(lambda home: os.chown(home / "own.signin-secret", 12345, 12345)), "owner", "of another user"),
    "an inbox that is not there": (set_to(INBOX="/nowhere/inbox"), "inbox", "no folder /nowhere/inbox"),
    "exports that nobody takes": (on_disk(waiting), "inbox", "1 files have waited"),
    "weights that are no TOML": (set_to(HEALTH="/etc/hostname"), "rules", "HOLDFAST_HEALTH"),
    "a score without weights": (scored_by(CARD.replace("weight = 1", "weight = 0")), "rules", "all weights are zero"),
    "a score of a newer version": (
        versions(CARD, "format = 99"),
        "health score",
        "Version 2 of the health score cannot be used here, so version 1",
    ),
    "a score's file that counts no more": (scored_by(CARD, versions(CARD)), "health score", "mine.toml counts no more: version 1"),
    "approvals that are no TOML": (on_disk(written("approvals.toml", "[[[")), "approvals", "no TOML"),
    "approvals of nothing": (on_disk(written("approvals.toml", "[[party]]\n")), "approvals", "nothing of that name"),
    "approvals that are not there": (set_to(APPROVALS="/nowhere/a.toml"), "approvals", "what comes with the product is in force"),
    "roles that are no roles": (on_disk(written("roles.toml", '[roles.csm]\nscope = "moon"\n')), "roles", "'moon' is no scope"),
    "roles that are not there": (set_to(ROLES="/nowhere/roles.toml"), "roles", "come with the product are in force"),
    "a damaged record of sign-ins": (on_disk(written("own.signins.sqlite", "no record" * 99)), "record of sign-ins", "damaged"),
    "a zone that is none": (set_to(TIMEZONE="Mars/Olympus"), "time zone", "no zone 'Mars/Olympus'"),
    "more memory than there is": (set_to(MEMORY_LIMIT="15GB"), "memory", "15.0 GB of memory, and there are 16.0 GB"),
    "a size that is none": (set_to(MEMORY_LIMIT="much"), "memory", "'much' is no size"),
    "a clock that was set back": (on_disk(of_the_future), "clock", "own.duckdb was written"),
    "a source that cannot be used": (beside("sources", "kind = 1"), "sources", "The source crm cannot be used"),
    "a source without its secret": (beside("sources", CRM), "sources", "The source crm cannot go on. The secret CRM_KEY is missing."),
    "a source that waits": (
        beside("sources", CRM, source_that_waits),
        "sources",
        "The source crm waits for somebody to say: Cents or units?",
    ),
    "a source that fails for days": (
        beside("sources", CRM, source_that_failed(30)),
        "sources",
        "crm has failed for 30 hours. It answered 503.",
    ),
    "a delivery that cannot be used": (beside("deliveries", "report = 1"), "deliveries", "The delivery crm cannot be used"),
    "a delivery without its secret": (beside("deliveries", TO_CRM), "deliveries", "The delivery crm cannot go on. The secret CRM_KEY is"),
    "a delivery that fails for days": (
        beside("deliveries", TO_CRM, delivery_that_failed(49)),
        "deliveries",
        "The delivery crm has failed for 49 hours. It answered 401.",
    ),
    "no backups by night": (unset("BACKUPS"), "backup", "No backups are kept"),
    "no backup yet": (on_disk(no_backup), "backup", "There is no backup"),
    "an old backup": (on_disk(aged_backup(30)), "backup", "30 hours old"),
    "a backup of the future": (on_disk(aged_backup(-48)), "backup", "has not come"),
    "a backup that is none": (on_disk(empty_backup), "backup", "is no backup of a store"),
    "rows that are gone": (on_disk(changed_rows), "store", "rows were written"),
    "a store that is none": (on_disk(written("own.duckdb", "no store" * 999)), "store", "own.duckdb"),
    "a store of a later version": (on_disk(later_version), "store", "newer version of Holdfast"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(home, monkeypatch, name):
    plant, check, said = PLANTED[name]
    plant(home, monkeypatch)
    faults = found()
    assert list(faults) == [check], faults
    assert said in faults[check]


def test_what_is_paused_or_has_failed_for_less_than_a_day_is_no_fault(home, monkeypatch):
    beside("sources", f"paused = true\n{CRM}")(home, monkeypatch)
    beside("deliveries", f"paused = true\n{TO_CRM}")(home, monkeypatch)
    assert found() == {}
    beside("sources", CRM, source_that_failed(23))(home, monkeypatch)
    beside("deliveries", TO_CRM, delivery_that_failed(23))(home, monkeypatch)
    assert found() == {}


def test_in_a_container_the_port_is_open_to_the_network_of_containers(home, monkeypatch):
    monkeypatch.setenv("HOLDFAST_HOST", "0.0.0.0")
    assert found(in_container=True) == {}


SURROUNDINGS = {
    "disk": ({"room": lambda _: GB // 2}, "0.5 GB left"),
    "memory": ({"memory": lambda: 3 * GB}, "there are 3.0 GB"),
    "local disk": ({"mounts": lambda: f"/dev/sda1 / ext4 rw 0 0\nfiler:/x {gettempdir()} nfs4 rw 0 0\n"}, "nfs4 at /"),
    "versions": ({"version": lambda name: "0.1" if name == "duckdb" else Deployment.version(name)}, "duckdb is 0.1"),
}


@pytest.mark.parametrize("check", SURROUNDINGS)
def test_what_is_wrong_around_it_is_found(home, check):
    more, said = SURROUNDINGS[check]
    faults = found(**more)
    assert list(faults) == [check] and said in faults[check]


def test_a_store_that_a_program_holds_that_is_no_server_is_told(home):
    held = (
        "import sys, time; from data.store.store import Store; store = Store.open(sys.argv[1]); print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held, str(home / "own.duckdb")], stdout=subprocess.PIPE, cwd=Path(cli.__file__).parent
    ) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        faults = found()
        other.kill()
    assert list(faults) == ["store"] and "One process serves a store" in faults["store"]


def test_a_store_of_an_earlier_version_is_no_fault_and_not_upgraded(home):
    with duckdb.connect(str(home / "own.duckdb")) as store:
        store.execute("alter table rows_contracts drop column has_ended")
    assert found() == {}
    assert not (home / "own.before-upgrade.duckdb").exists()


def test_a_check_that_fails_itself_does_not_end_the_others(home):
    def broken() -> str:
        raise PermissionError("not yours")

    faults = found(mounts=broken, room=lambda _: 0)
    assert set(faults) == {"local disk", "disk"} and "not yours" in faults["local disk"]


def run(*arguments: object):
    with patch.dict(os.environ):
        return CliRunner().invoke(cli.app, ["doctor", *map(str, arguments)])


def test_the_command_says_one_line_or_what_to_fix_and_ends_so(home, monkeypatch):
    good = run()
    assert good.exit_code == 0, good.output
    assert len(good.output.splitlines()) == 1
    (home / "own.duckdb").chmod(0o644)
    bad = run()
    assert bad.exit_code == 1 and f"To do: chmod -R go= {home}/own.duckdb" in bad.output
    said = json.loads(run("--json").output)
    assert said["faults"] == [
        {"check": "rights", "fault": f"Others may read {home}/own.duckdb (644).", "fix": f"chmod -R go= {home}/own.duckdb"}
    ]
    assert {*said} == {"checks", "faults", "not_known"} and said["checks"] == [*CHECKS]
    monkeypatch.setenv("HOLDFAST_PORT", "many")
    wrong = run()
    assert wrong.exit_code == 1 and "HOLDFAST_PORT" in wrong.output and "Traceback" not in wrong.output


def test_settings_come_from_a_file_and_from_nowhere_else(home, tmp_path, monkeypatch):
    names = [name for name in os.environ if name.startswith("HOLDFAST_")]
    lines = [f'{name}="{os.environ[name]}"' if n % 2 else f"{name}={os.environ[name]}" for n, name in enumerate(names)]
    file = tmp_path / "holdfast.env"
    file.write_text("# settings\n\n" + "\n".join(lines) + "\n")
    file.chmod(0o640)
    for name in names:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOLDFAST_TIMEZONE", "Mars/Olympus")
    done = run("--settings", file)
    assert done.exit_code == 0, done.output
    file.chmod(0o644)
    assert run("--settings", file).output.startswith(f"rights: Everybody may read {file}")


def test_a_file_of_settings_is_read_as_systemd_reads_it(tmp_path):
    (tmp_path / "e").write_text("# no\n; no\nA=1\n B = two words \nC='x=y'\nD=\"#\"\nE=\nno pair\n")
    assert settings_in(tmp_path / "e") == {"A": "1", "B": "two words", "C": "x=y", "D": "#", "E": ""}


def test_the_record_of_sign_ins_is_looked_at_and_not_written(home):
    with sqlite3.connect(path_beside(home / "own.duckdb")) as record:
        record.execute("insert into last_signins values ('a@example.com', 'A', '[]', 1)")
    assert found() == {}
    opened = Store.open(home / "own.duckdb")
    assert opened.check() == []
    opened.close()
