"""Why did recurring revenue move, month by month?"""

from data.scope import Viewer
from data.store import Store
from metrics.movements import PARTS, no_movements
from metrics.movements import movements as bridge
from reports.books import opened_books
from reports.parameters import period, printed
from reports.report import Question, Report

UNITS = {"group": "text", "month": "month", **dict.fromkeys(PARTS, "money"), "accounts": "count"}


def movements(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per month (and group): opening to closing MRR; contraction and churn positive, fx signed. Totals bridge the period."""
    with opened_books(store, viewer, question) as books:
        start, end = period(question, books.day) if books.day else (None, None)
        parameters = printed(books.view, viewer, question, books.day) | {"from": start, "to": end}
        version = books.view.data_version
        money = {"groups": books.groups, "rates": books.rates, "currency": books.currency}
        rows = (bridge(books.effective, start=start, end=end, **money) if start else no_movements()).collect()
    totals = {part: rows[part].sum() for part in PARTS if part not in ("opening", "closing")}
    if rows.height:
        first, last = rows["month"].min(), rows["month"].max()
        totals["opening"] = sum(value for value, month in zip(rows["opening"], rows["month"], strict=True) if month == first)
        totals["closing"] = sum(value for value, month in zip(rows["closing"], rows["month"], strict=True) if month == last)
    return Report("movements", "Movements of MRR", parameters, books.rules.name, books.currency, version, rows, totals, UNITS, books.notes)
