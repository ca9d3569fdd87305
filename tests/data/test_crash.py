"""Killed at any moment of an import: what was acknowledged is there, what was not is not there by half."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from data.store import Store

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, datetime
from pathlib import Path
from data.store import Store
from tests.data.stagings import staged
folder = Path(sys.argv[1])
store = Store.open(folder / "own.duckdb")
moment = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
print("ready", flush=True)
while True:
    rows = [{"account_id": str(n % 7), "user_id": "u", "event": "e", "occurred_at": moment + datetime.timedelta(minutes=n)} for n in range(3000)]
    print(store.commit(staged(folder / "staging", "usage_events", rows)).batch, flush=True)
"""


def test_killed_25_times(tmp_path):
    (tmp_path / "staging").mkdir()
    random = np.random.default_rng(5)
    acknowledged = 0
    for _ in range(25):
        child = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(float(random.uniform(0.0, 0.35)))
        child.kill()
        told = child.stdout.read().split()
        child.stdout.close()
        child.wait()
        acknowledged = max([acknowledged, *map(int, told)])
        store = Store.open(tmp_path / "own.duckdb")
        found = store.imports()
        assert store.check() == []
        assert found["batch"].to_list() == list(range(found.height, 0, -1))
        assert found.height >= acknowledged
        assert (found["read"] == 3000).all()
        store.close()
        acknowledged = found.height
    assert acknowledged >= 25 / 5
