"""A company whose names and numbers strain a page: every script, marks, 300 signs, 40 segments, an account of 400 contract lines."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from data.importing.run import import_file
from data.store.store import Store

LAST = date(2026, 6, 30)
NAMES = {
    "LONG": "Long " * 60,
    "UNBROKEN": "x" * 300,
    "RTL": "شركة الاتصالات المتقدمة",
    "HEBREW": "חברת התוכנה הישראלית",
    "CJK": "北京远航科技有限公司",
    "EMOJI": "🚀 Rocket 👩‍👩‍👧‍👦 & Söhne",
    "HTML": "<b>bold</b> <img src=x onerror=alert(1)> </div>",
    "MARKS": "**not bold** | :red[hot] `code` $x$",
    "MANY": "Of 400 lines",
}
SEGMENTS = 40


def odd_company(path: Path) -> Store:
    """The store at `path`, open: the accounts of NAMES, one for each of 40 segments, and 400 lines of one."""
    folder = path.parent
    names = NAMES | {f"S{number}": f"Account {number}" for number in range(SEGMENTS)}
    segments = [f"Segment {at % SEGMENTS} of a long name" for at in range(len(names))]
    owner = [f"somebody-with-a-long-name-{at % 3}@example.com" for at in range(len(names))]
    pl.DataFrame({"account_id": list(names), "name": list(names.values()), "segment": segments, "owner": owner}).write_csv(
        folder / "accounts.csv"
    )
    lines = [_line(account, 0, LAST - timedelta(days=300)) for account in names]
    lines += [_line("MANY", at, LAST - timedelta(days=2 * at)) for at in range(1, 400)]
    pl.DataFrame(lines).write_csv(folder / "contracts.csv")
    events = [(account, "u1", "login", f"{LAST - timedelta(days=at)}T10:00:00Z") for account in names for at in range(0, 60, 3)]
    pl.DataFrame(events, schema=["account_id", "user_id", "event", "occurred_at"], orient="row").write_csv(folder / "usage_events.csv")
    store = Store.open(path)
    for name in ("accounts", "contracts", "usage_events"):
        done = import_file(store, folder / f"{name}.csv", table=name)
        assert done.batch is not None and not done.batch.rejected, (done.questions, done.problems)
    return store


def _line(account: str, at: int, starts: date) -> dict:
    return {
        "contract_id": f"C-{account}-{at}", "account_id": account, "product": f"Product {at % 7} {'of many words ' * 5}", "starts_on": starts,
        "ends_on": starts + timedelta(days=365), "amount": 1200.0 + at, "period": "1 year", "currency": "USD", "seats": 5,
    }  # fmt: skip
