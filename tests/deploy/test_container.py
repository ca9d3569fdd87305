"""The steps of the container file, run without a container: the same commands in a clean folder, on nothing but what it copies."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.books import ACCOUNTS, CONTRACTS
from tests.server.team import PROVIDER
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "Containerfile"
KNOWN = ("FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD")


def steps() -> list[tuple[str, str]]:
    lines = re.sub(r"\\\n\s*", " ", FILE.read_text()).splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines if line.strip() and not line.startswith("#")]


def test_every_step_is_one_that_is_known_and_what_it_copies_is_there():
    assert {kind for kind, _ in steps()} <= {*KNOWN}
    copied = [name for kind, rest in steps() if kind == "COPY" for name in rest.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    rooms = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} - {"tests", "benchmarks"}
    programs = {path.name for path in ROOT.glob("*.py")}
    assert rooms | programs | {".streamlit", "requirements.txt"} == {*copied}, "a room that the program needs is copied, and nothing else"


def test_it_does_not_run_as_root_and_gets_no_secret():
    kinds = [kind for kind, _ in steps()]
    assert dict(steps())["USER"] == "holdfast" and kinds.index("USER") < kinds.index("CMD")
    assert not re.search(r"SECRET|TOKEN|PASSWORD", FILE.read_text())
    python = re.search(r"python:(\d+)\.(\d+)", dict(steps())["FROM"])
    assert python and (int(python[1]), int(python[2])) >= (3, 11)


class Image:
    """A clean folder that stands for the container's disk: its paths lie below it; users are not made, since this machine keeps its own."""

    def __init__(self, disk: Path) -> None:
        self.disk, self.folder = disk, disk
        stubs = disk / "stubs"
        stubs.mkdir(parents=True)
        (stubs / "python").symlink_to(sys.executable)
        for name in ("useradd", "chown"):
            (stubs / name).write_text("#!/bin/sh\nexit 0\n")
            (stubs / name).chmod(0o755)
        kept = (
            "LANG",
            "PIP_INDEX_URL",
            "PIP_EXTRA_INDEX_URL",
            "PIP_FIND_LINKS",
            "PIP_CONFIG_FILE",
            "SSL_CERT_FILE",
            "HTTPS_PROXY",
            "NO_PROXY",
        )
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment |= {"PATH": f"{stubs}:/usr/local/bin:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/")}

    def inside(self, text: str) -> str:
        return re.sub(r"(?<![\w.])/(opt|data)\b", rf"{self.disk}/\1", text)

    def run(self, command: str | list[str], **more: str) -> subprocess.CompletedProcess:
        given = {"cwd": self.folder, "env": self.environment | more, "capture_output": True, "text": True}
        return subprocess.run(command, shell=isinstance(command, str), **given)

    def build(self) -> None:
        for kind, rest in steps():
            if kind == "ENV":
                self.environment |= dict(pair.split("=", 1) for pair in shlex.split(self.inside(rest)))
            elif kind == "WORKDIR":
                self.folder = Path(self.inside(rest))
                self.folder.mkdir(parents=True)
            elif kind == "COPY":
                self._copy(*rest.split())
            elif kind == "RUN":
                done = self.run(self.inside(rest))
                assert done.returncode == 0, f"{rest}\n{done.stdout[-2000:]}{done.stderr[-3000:]}"

    def _copy(self, *names: str) -> None:
        for name in names[:-1]:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.folder / names[-1], ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, self.folder / name)


@pytest.mark.long
def test_the_steps_build_a_server_that_is_healthy_and_keeps_backups(tmp_path):
    image = Image(tmp_path / "disk")
    image.build()
    assert (tmp_path / "disk" / "data").stat().st_mode & 0o077 == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    image.environment |= PROVIDER | {"HOLDFAST_HOST": "127.0.0.1", "HOLDFAST_PORT": port}  # as `--env-file` and `-e` do
    command = json.loads(dict(steps())["CMD"])
    for name, rows in (("accounts", ACCOUNTS), ("contracts", CONTRACTS)):
        (tmp_path / f"{name}.csv").write_text(rows)
        done = image.run([command[0], "cli.py", "import", str(tmp_path / f"{name}.csv")])
        assert done.returncode == 0, done.stderr
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=image.folder, env=image.environment, stdout=log, stderr=log)
        try:
            _until_healthy(image, port, running, tmp_path / "log")
            kept = image.run([command[0], "cli.py", "backup", "--to", str(tmp_path / "nights"), "--keep", "2"])
            assert kept.returncode == 0 and "held by the server" in kept.stderr, kept.stderr
        finally:
            running.terminate()
            running.wait(PATIENCE)
    (made,) = (tmp_path / "nights").glob("own-*.duckdb")
    there = {"HOLDFAST_STORE": str(tmp_path / "there" / "own.duckdb")}
    assert image.run([command[0], "cli.py", "restore", str(made)], **there).returncode == 0
    checked = image.run([command[0], "cli.py", "check"], **there)
    assert checked.returncode == 0 and checked.stdout.startswith("2 imports, 7 rows") and "The store is whole." in checked.stdout


def _until_healthy(image: Image, port: str, running: subprocess.Popen, log: Path) -> None:
    """The container's own check, as the container file has it, of this port."""
    check = dict(steps())["HEALTHCHECK"].partition("CMD ")[2].replace("8501", port)
    end = time.monotonic() + PATIENCE
    while image.run(check).returncode and time.monotonic() < end and running.poll() is None:
        time.sleep(0.5)
    assert running.poll() is None, log.read_text()[-3000:]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=PATIENCE) as answer:
        assert json.load(answer)["ready"] is True
