"""A provider of OpenID Connect on this machine, with people, as a process of its own; and the settings of a server that asks it."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import PATIENCE

PEOPLE = (
    {"sub": "ann", "email": "ann@example.com", "name": "Ann Lee", "groups": ["csm"]},
    {"sub": "bo", "email": "bo@example.com", "name": "Bo Park"},
    {"sub": "ann-2", "email": "ANN@example.com", "name": "Another Ann"},
)


@contextmanager
def provider(folder: Path, seconds: int = 3600, people: Sequence[dict] = PEOPLE) -> Iterator[str]:
    """Start it, with tokens that are good for so many seconds, and end it; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    named = [part for one in people for part in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), "-e", str(seconds), *named]
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _until_it_answers(f"http://localhost:{port}/.well-known/openid-configuration", process)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _until_it_answers(url: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The provider did not answer.")


def settings(address: str, **more: str) -> dict[str, str]:
    """The settings of a server where people sign in at this provider, and Ann administers."""
    return {
        "HOLDFAST_SIGNIN_METADATA_URL": f"{address}/.well-known/openid-configuration",
        "HOLDFAST_SIGNIN_CLIENT_ID": "holdfast",
        "HOLDFAST_SIGNIN_CLIENT_SECRET": "s3cret",
        "HOLDFAST_SIGNIN_ORIGIN": "http://127.0.0.1:{port}",
        "HOLDFAST_ADMINISTRATORS": "ann@example.com",
        **more,
    }
