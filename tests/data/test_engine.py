"""Frames are worked out in memory wherever they are: in the server, on the command line, in tests; whichever was loaded first."""

import os
import subprocess
import sys

import pytest

from data import ENGINE
from tests.server.running import ROOT

TOLD = "from polars._plr import get_engine_affinity; print(get_engine_affinity())"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != ENGINE}


def engine(code: str, **more: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT | more, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("first", ["import data.schema", "import polars; import data.schema", "import data.settings; import polars"])
def test_frames_are_worked_out_in_memory(first):
    assert os.environ[ENGINE] == "in-memory"
    assert engine(f"{first}; {TOLD}") == "in-memory"


def test_whoever_names_another_engine_has_it():
    assert engine(f"import data.schema; {TOLD}", **{ENGINE: "streaming"}) == "streaming"
