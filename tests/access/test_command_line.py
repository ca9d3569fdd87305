"""Each command, for each role in each scope, through a running server where people sign in: done, or refused with its code, its reason and
nothing changed. What must be true stands in commands.csv, by hand: asked is the command, says what it prints once done (- where there is
nothing of that here, and it says that instead), refusal why not."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from typer import testing
from typer.main import get_command
from typer.testing import CliRunner

import cli
from data.access import sessions
from data.store import open_stores
from tests.access.company import company, word, words_in
from tests.access.matrix import SEEN, Line, lines, one_of_each_scope, those
from tests.access.persons import NOTHING, ROLES, bring_in, email
from tests.data.rollups.lake import lake
from tests.server.running import server
from tests.server.team import PROVIDER, token

pytestmark = pytest.mark.long
REFUSED = 3
ADMINISTRATOR = "administrator-company"
BY_ITSELF = "holdfast"  # the server keeps a forecast by night, a minute after it began
NO_ROLE = "has no role here any more"
# What an administrator does first so that there is something to do, and afterwards so that the next one finds it as it was.
FIRST = {"redo {batch}": "undo {batch}", "redo {talk}": "undo {talk}"}
AFTERWARDS = {one: one.replace("undo", "redo") for one in ("undo {batch}", "undo {people_batch}", "undo {talk}")}
SIGNED = ("import {people}", "match", "close")
Commands = Callable[[str, str], Result]
COMMAND = get_command(cli.app)  # made once: for each call that would take longer than most commands

with Path(__file__).with_name("commands.csv").open() as _file:
    STATED = {row["asked"]: row for row in csv.DictReader(_file)}


def line(asked: str) -> Line:
    row = STATED[asked]
    return Line("command", asked, frozenset(role for role in ROLES if row[role] == "yes"), row["narrow"], None)


GIVEN = PROVIDER | {"HOLDFAST_ADMINISTRATORS": ""}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, roles) -> Iterator[Path]:
    """Where the company's store is; that and who signs in are settings of this process, too."""
    folder = tmp_path_factory.mktemp("commands")
    settings = GIVEN | {"HOLDFAST_STORE": str(folder / "own.duckdb"), "HOLDFAST_SAMPLE_STORE": str(folder / "sample" / "sample.duckdb")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        yield folder
        sessions.close()


@pytest.fixture(scope="module")
def names(folder) -> dict[str, str]:
    """What stands for the names in braces."""
    opened = company(folder / "own.duckdb")
    bring_in(opened)
    log = opened.imports()
    talk = next(one for one in log.filter(feed="logged in the app")["batch"].to_list() if opened.accounts_of(one) == [f"{word('a1')}-id"])
    batch = log.filter(pl.col("table") == "tickets")["batch"][0]
    opened.close()
    (folder / "rates.csv").write_text("day,currency,rate\n2026-01-01,EUR,1.1\n")
    (folder / "people.csv").write_text("email,role\nnew@example.com,viewer-company\n")
    return {
        "lake": str(lake(folder / "lake")), "rates": str(folder / "rates.csv"), "people": str(folder / "people.csv"), "own": f"{word('a1')}-id", "batch": str(batch),
        "talk": str(talk),
    }  # fmt: skip


@pytest.fixture(scope="module")
def tokens(names) -> dict[str, str]:
    """A token of each person, made before the server has the store: that one is made is written in it."""
    persons = {person for asked in STATED for some in those(line(asked)) for person in some}
    made = {person: token(email(person)) for person in (*sorted(persons), *NOTHING)}
    open_stores.close_all()
    return made | {"nonsense": "hf_nonsense", "": ""}


@pytest.fixture(scope="module")
def named(folder, names, tokens, roles) -> Iterator[dict[str, str]]:
    """The names in braces, beside a server that holds the company's store."""
    with server(folder, **GIVEN, HOLDFAST_ROLES=str(roles)) as started, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_PORT", started.environment["HOLDFAST_PORT"])
        yield names


@pytest.fixture
def run(named, tokens, tmp_path, monkeypatch) -> Commands:
    """A command as a person gives it, with a token that lets do all that they may."""
    monkeypatch.setattr(testing, "_get_command", lambda _: COMMAND)

    def as_person(person: str, asked: str) -> Result:
        monkeypatch.setenv("HOLDFAST_TOKEN", tokens[person])
        if "{people_batch}" in asked and "people_batch" not in named:
            named["people_batch"] = str(_brought_in(as_person))
        return CliRunner().invoke(cli.app, [part.format(**named, out=tmp_path) for part in asked.split()])

    return as_person


def _brought_in(run: Commands) -> int:
    """A batch of people of whom nobody is the last administrator."""
    return json.loads(run(ADMINISTRATOR, "import {people} --table people --json").stdout)["batches"][0]["batch"]


def log_of(run: Commands) -> list[dict]:
    every = json.loads(run(ADMINISTRATOR, "imports --json").stdout)["imports"]
    return [one for one in every if one["who"] != BY_ITSELF]


def prepared(run: Commands, asked: str) -> None:
    if asked in FIRST:
        assert run(ADMINISTRATOR, FIRST[asked]).exit_code == 0


def restored(run: Commands, asked: str) -> None:
    if asked in AFTERWARDS:
        assert run(ADMINISTRATOR, AFTERWARDS[asked]).exit_code == 0


def test_every_command_is_stated():
    """A new command has a line in commands.csv, or is one of this machine in matrix.csv."""
    commands = get_command(cli.app).commands  # ty: ignore[unresolved-attribute]
    assert {one.split()[0] for one in STATED} | lines("command of this machine").keys() == commands.keys()


@pytest.mark.parametrize("asked", STATED)
def test_a_command_is_refused_to_those_who_may_not_and_nothing_changes(run, tmp_path, asked):
    if "{people_batch}" in asked:
        assert run(ADMINISTRATOR, asked).exit_code == 0
        restored(run, asked)
    prepared(run, asked)
    before = log_of(run)
    for person in those(line(asked))[1]:
        done = run(person, asked)
        assert done.exit_code == REFUSED, (person, done.output)
        assert re.search(STATED[asked]["refusal"], done.stderr), (person, done.stderr)
        assert not done.stdout or json.loads(done.stdout), person
    for person in NOTHING:
        done = run(person, asked)
        assert (done.exit_code, NO_ROLE in done.stderr) == (REFUSED, True), (person, done.output)
    done = run("nonsense", asked)
    assert done.exit_code == REFUSED and "token" in done.stderr, done.output
    assert log_of(run) == before
    assert not [*tmp_path.iterdir()], "no file of what was refused"
    if asked in FIRST:
        assert run(ADMINISTRATOR, asked).exit_code == 0


@pytest.mark.parametrize("asked", STATED)
def test_a_command_is_done_for_those_who_may(run, asked):
    allowed = those(line(asked))[0]
    for person in dict.fromkeys([*(one for one in allowed if one.endswith("company")), *one_of_each_scope(allowed)]):
        prepared(run, asked)
        done = run(person, asked)
        if STATED[asked]["says"] == "-":
            assert done.exit_code and not re.search(STATED[asked]["refusal"], done.stderr), (person, done.output)
            continue
        assert done.exit_code == 0, (person, done.output)
        assert STATED[asked]["says"] in done.stdout, (person, done.stdout)
        assert "with your token" in done.stderr, "it was the server that did it"
        if asked.startswith("report") and asked.endswith("--json"):
            told_of(json.loads(done.stdout)["rows"], asked, person)
        if asked.startswith(SIGNED):
            assert log_of(run)[0]["who"] == email(person), "in their own name"
        restored(run, asked)


def told_of(rows: list[dict], asked: str, person: str) -> None:
    """The rows of an answer are of the accounts in the person's scope, or there are none."""
    scope = person.rpartition("-")[2]
    if STATED[asked]["narrow"] == "nothing":
        assert bool(rows) is (scope == "company"), person
    else:
        told = words_in(json.dumps([row["account_id"] for row in rows]))
        assert told <= SEEN[scope] and told, person
        assert "arr" not in asked or told == SEEN[scope], person


def test_without_a_personal_token_it_is_the_machines_own_command_line(run):
    done = run("", "import {rates}")
    assert done.exit_code == 0 and "with your token" not in done.stderr
    assert log_of(run)[0]["who"] == "command line"


def test_a_backup_is_restored_by_who_can_stop_the_server_alone(run):
    before = log_of(run)
    assert run(ADMINISTRATOR, "backup {out}/copy.duckdb").exit_code == 0
    done = run(ADMINISTRATOR, "restore {out}/copy.duckdb")
    assert done.exit_code == 1 and "stop the server first" in done.stderr
    assert log_of(run) == before
