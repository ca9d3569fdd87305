"""A PostgreSQL of its own for a module of tests, on loopback; skipped, with the reason, on a machine that has none."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

USER = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A running server: its port, and where its tools are."""

    port: int
    tools: Path

    @property
    def url(self) -> str:
        """For a role that may read, and nothing else."""
        return f"postgresql://reader@127.0.0.1:{self.port}/postgres"

    def run(self, *sql: str) -> str:
        """What psql answers as the owner; each statement by itself."""
        said = [part for one in sql for part in ("-c", one)]
        command = [self.tools / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, *said]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def postgres() -> Generator[Postgres]:
    """A server with an empty database and the role `reader`."""
    tools = _tools()
    folder = Path(tempfile.mkdtemp(prefix="holdfast-postgres-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        port = _free_port()
        as_user = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"] if os.geteuid() == 0 else []
        _quietly(
            as_user,
            tools / "initdb",
            "-D",
            folder / "data",
            "-U",
            USER,
            "-A",
            "trust",
            "--no-sync",
            "--no-instructions",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        settings = f"-c fsync=off -c listen_addresses=127.0.0.1 -c max_wal_size=2GB -c unix_socket_directories={folder} -p {port}"
        _quietly(as_user, tools / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", settings, "start")
        try:
            server = Postgres(port, tools)
            server.run("create role reader login", "grant pg_read_all_data to reader")
            yield server
        finally:
            _quietly(as_user, tools / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tools() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    if not found and not named:
        pytest.skip("there is no PostgreSQL on this machine: apt-get install postgresql")
    if os.geteuid() == 0 and not (shutil.which("setpriv") and _is_there(USER)):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres with setpriv")
    return found[-1].parent if found else Path(named or "").parent


def _is_there(user: str) -> bool:
    return any(one.pw_name == user for one in pwd.getpwall())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _quietly(as_user: Sequence[str], *command: object) -> None:
    done = subprocess.run(
        [*as_user, *map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", check=False
    )
    assert not done.returncode, done.stdout.decode()
