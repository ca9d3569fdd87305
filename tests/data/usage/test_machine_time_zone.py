"""A machine in another time zone reads the same moments, and cuts the same days."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TICKETS = (
    "ticket_id,account_id,opened_at,first_reply_at,resolved_at\nT1,A,2024-01-31T23:30:00Z,2024-02-01T03:15:00+02:00,2024-03-10 02:30:00\n"
)
EVENTS = "account_id,user_id,event,occurred_at\nA,u,open,2024-01-31T23:30:00Z\nA,u,open,2024-02-01T00:30:00Z\n"
PROGRAM = """
import json, sys
from datetime import date
from pathlib import Path
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
folder = Path(sys.argv[1])
store = Store.open(folder / "store" / "own.duckdb")
(folder / "a.csv").write_text("account_id,name\\nA,One\\n")
for name in ("a", "t", "e"):
    assert import_file(store, folder / f"{name}.csv").batch, name
with View(store) as view:
    tickets = view.table("tickets").select("opened_at", "first_reply_at", "resolved_at").rows()
    days = view.usage_days(date(2024, 1, 1), date(2024, 3, 1)).select("day", "count").rows()
    imported, last = view.last_import_at(), view.feeds()["covers_to"].max()
known = [row[0] for row in store.imports().select("imported_at").rows()]
assert imported == known[0]
print(json.dumps([tickets, days, last], default=str))
"""


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_the_machine_s_zone_changes_nothing(tmp_path, zone):
    (tmp_path / "t.csv").write_text(TICKETS)
    (tmp_path / "e.csv").write_text(EVENTS)
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT, env=os.environ | {"TZ": zone}, capture_output=True, text=True, check=True
    )
    # 03:15 two hours ahead of UTC is 01:15 UTC; 02:30 on 10 March exists in UTC and not in New York
    tickets = [["2024-01-31 23:30:00+00:00", "2024-02-01 01:15:00+00:00", "2024-03-10 02:30:00+00:00"]]
    assert json.loads(told.stdout) == [tickets, [["2024-01-31", 1], ["2024-02-01", 1]], "2024-02-01"]
