"""A small company with losses of which score, model and CSM had said something beforehand, something wrong, or nothing.

Score: one measure, the NPS answer, times ten; at risk up to 50 points, from 20 May 2024 on up to 30. All but what models wrote was imported
on 1 March 2024.
"""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from models.card import Card, Split, Verdict
from reports.health.scorecard import from_toml
from reports.health.versions import publish

CARD = """least_known = 0.4
[caps]
notice_given = "at_risk"
[bands]
at_risk = {lowest}
watch = 75
healthy = 100
[groups.sentiment]
weight = 1
[groups.sentiment.nps_answer]
weight = 1
max_age_days = 365
scale = [[0, 0], [10, 100]]
"""
CHANGED_ON, IMPORTED_ON = date(2024, 5, 20), date(2024, 3, 1)
BEGAN, ENDS, NEXT = date(2023, 7, 1), date(2024, 7, 1), date(2025, 7, 1)
LOST = ("L-score", "L-notice", "L-model", "L-csm", "L-unseen", "L-silent")
KEPT = ("K-score", "K-until-may", "K-csm", "K-model", "K-fine", "K-silent")
EARLY, STAYS, LEAVES, NEW = "E-early", "R-stays", "R-leaves", "N-new"
LINES = [  # account, first day, end (None: open), days from which notice was given, period
    *((name, BEGAN, ENDS, date(2024, 5, 22) if name == "L-notice" else None, "1 year") for name in (*LOST, *KEPT)),
    *((name, ENDS, NEXT, None, "1 year") for name in KEPT),
    (EARLY, date(2023, 2, 1), date(2024, 2, 1), None, "1 year"),
    (STAYS, date(2023, 1, 1), None, None, "1 month"),
    (LEAVES, date(2023, 1, 1), date(2024, 8, 10), None, "1 month"),
    (NEW, date(2024, 12, 1), date(2025, 12, 1), None, "1 year"),
]
NPS = {  # account: answer and day
    "L-score": (2, date(2024, 1, 10)), "L-notice": (9, date(2024, 1, 10)), "L-model": (9, date(2024, 1, 10)),
    "L-csm": (9, date(2024, 1, 10)), "L-unseen": (8, date(2024, 1, 10)), "K-score": (3, date(2024, 1, 10)),
    "K-until-may": (4, date(2024, 1, 5)), "K-csm": (9, date(2024, 1, 10)), "K-model": (7, date(2024, 5, 1)), "K-fine": (10, date(2024, 1, 10)),
    EARLY: (9, date(2023, 10, 1)), STAYS: (8, date(2023, 10, 10)), LEAVES: (8, date(2024, 1, 10)),
}  # fmt: skip
CALLS = [  # account, call, called on, withdrawn on
    ("L-csm", "lost", date(2024, 4, 1), date(2024, 4, 10)), ("L-csm", "likely", date(2024, 4, 15), None),
    ("L-csm", "at_risk", date(2024, 5, 20), None), ("L-unseen", "commit", date(2024, 4, 1), None), ("K-csm", "lost", date(2024, 5, 1), None),
    ("K-fine", "commit", date(2024, 3, 20), None),
]  # fmt: skip
SAID = [  # account, day looked at, probability, model, day on which it was written
    ("L-model", date(2024, 4, 10), 0.5, "v1", date(2024, 4, 10)),
    ("K-model", date(2024, 4, 10), 0.2, "v1", date(2024, 4, 10)),
    ("K-fine", date(2024, 4, 10), 0.19, "v1", date(2024, 4, 10)),
    ("L-unseen", date(2024, 4, 10), 0.9, "unusable", date(2024, 4, 11)),
    ("L-silent", date(2024, 4, 11), 0.9, "v1", date(2024, 9, 1)),  # written when it had left: hindsight
]


def foreseen_company(path: Path) -> Store:
    """The company in a new store at `path`; the caller closes it. Its scorecard is that of `own_card`, which the caller makes the file."""
    written: dict[int, date] = {}
    with closing(Store.open(path)) as store:
        for table, frame in _frames().items():
            frame.write_csv(path.parent / f"{table}.csv")
            done = import_file(store, path.parent / f"{table}.csv", table=table)
            assert done.batch is not None, done
        publish(store, EVERYONE, from_toml(CARD.format(lowest=30)), "Stricter", 0, at=datetime(2024, 5, 20, 8, tzinfo=UTC))
        commit_frame(store, "churn_models", _models(), "churn model", "browser")
        commit_frame(store, "renewal_calls", _calls(), "calls", "browser")
        for day in sorted({one[4] for one in SAID}):
            batch = commit_frame(store, "predictions", _predictions(day), "churn model", "browser").batch
            assert batch is not None
            written[batch] = day
    with duckdb.connect(str(path)) as database:
        database.execute("update log set logged_at = ?", [datetime.combine(IMPORTED_ON, datetime.min.time())])
        for batch, day in written.items():
            database.execute("update log set logged_at = ? where batch = ?", [datetime.combine(day, datetime.min.time()), batch])
    return Store.open(path)


def own_card(folder: Path) -> Path:
    """The scorecard that is in force before the published version."""
    (folder / "mine.toml").write_text(CARD.format(lowest=50))
    return folder / "mine.toml"


def _frames() -> dict[str, pl.DataFrame]:
    names = [*LOST, *KEPT, EARLY, STAYS, LEAVES, NEW]
    small = ("L-unseen", "L-silent")
    accounts = pl.DataFrame(
        {"account_id": names, "name": names, "owner": "one@example.com", "segment": ["SMB" if name in small else "Large" for name in names]}
    )
    lines = [
        {"contract_id": f"C-{at}", "account_id": name, "product": "Basic", "starts_on": first, "ends_on": end, "cancelled_on": notice,
         "amount": "100.00" if period == "1 month" else "1200.00", "period": period, "currency": "USD"}
        for at, (name, first, end, notice, period) in enumerate(LINES)
    ]  # fmt: skip
    surveys = [
        {"survey_id": f"S-{name}", "account_id": name, "kind": "nps", "score": score, "answered_at": f"{day}T10:00:00Z"}
        for name, (score, day) in NPS.items()
    ]
    return {"accounts": accounts, "contracts": pl.DataFrame(lines, infer_schema_length=None), "surveys": pl.DataFrame(surveys)}


def _models() -> pl.DataFrame:
    splits = (Split("test", "2023-01-01", "2023-12-31", 100, 10, 90, 10),)  # a tenth were lost: twice that is likely
    cards = {
        "v1": Card(Verdict.USABLE, "It may be used.", 40, 90, 400, splits=splits),
        "unusable": Card(Verdict.TOO_FEW_OUTCOMES, "Too few.", 4, 9, 40),
    }
    rows = [
        {"model_version": name, "verdict": str(card.verdict), "trained_as_of": date(2024, 3, 31), "card": card.to_json()}
        for name, card in cards.items()
    ]
    return pl.DataFrame(rows)


def _predictions(written: date) -> pl.DataFrame:
    rows = [
        {"account_id": name, "as_of": day, "due_on": ENDS, "lead_days": (ENDS - day).days, "purpose": "outlook", "probability": likely,
         "model_version": model}
        for name, day, likely, model, on in SAID
        if on == written
    ]  # fmt: skip
    return pl.DataFrame(rows)


def _calls() -> pl.DataFrame:
    rows = [
        {"call_id": f"RC-{at}", "account_id": name, "due_on": ENDS, "call": call, "called_by": "one@example.com", "called_on": on,
         "withdrawn_on": back}
        for at, (name, call, on, back) in enumerate(CALLS)
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
