"""What customers of the sample company ask for: the published matrix of requests, a duplicate, some that are still open, and one that is
shipped, of which not everybody was told."""

from datetime import date, timedelta

import polars as pl

from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.requests import Row, decide
from reports.catalogue import run
from reports.report import Question

FEED = "sample feature requests"
# Id, title, what it is, status, what it brings, how much, person-days, topic, merged into, days before the last day, votes without names.
REQUESTS = (
    ("FR-1", "Approval flow for reports", "Two people sign off before a report goes out", "open", "efficiency", "Saves 30 % of a close", 5.0, "reports", None, 160, None),
    ("FR-2", "Export to Excel", "Every table as a workbook with its formats", "open", "frequency", "Used several times a week", 3.0, "exports", None, 220, 24),
    ("FR-3", "Mobile app", "Approve and comment on the way", "under review", "scope", "Field teams could work with it", 30.0, "mobile", None, 300, 41),
    ("FR-4", "Own consolidation report", "The layout that their auditor wants", "open", "single customer", None, 20.0, "reports", None, 90, None),
    ("FR-5", "Rounder buttons", "A lighter look of forms", "open", "experience", None, 10.0, "look", None, 120, 3),
    ("FR-6", "Sign-off by a second person", "As the approval flow, said otherwise", "open", None, None, None, "reports", "FR-1", 75, None),
    ("FR-7", "Single sign-on with Google", "No further password", "shipped", "scope", None, 8.0, "sign-in", None, 260, None),
    ("FR-8", "Webhooks", "Told at once when a report is approved", "open", "efficiency", None, None, "interfaces", None, 40, None),
    ("FR-9", "Comments in threads", "Answers below what they answer", "open", None, None, 6.0, "reports", None, 55, 7),
    ("FR-10", "Fax", "Reports by fax", "declined", "single customer", None, 15.0, "exports", None, 330, None),
)  # fmt: skip
ASKED_BY = {"FR-1": 6, "FR-6": 2, "FR-2": 6, "FR-3": 10, "FR-4": 1, "FR-5": 3, "FR-7": 5, "FR-8": 4, "FR-9": 2, "FR-10": 1}
SHIPPED_BEFORE, TOLD = 12, 2  # days before the last day; how many of those who asked were told
SAID = ("We do it by hand every month", None, "Would save us a day", None, "Our finance lead asks for it in every call")
LEAD = Viewer(person="lead-north@example.com")


def ask_for(store: Store, last_day: date) -> None:
    """Write requests and votes as the export of a tool, and what was decided of one of them."""
    rows = [
        {
            "request_id": own, "title": title, "description": about, "status": status, "value": value, "value_note": how_much,
            "effort_days": days, "topic": topic, "merged_into": into, "created_on": last_day - timedelta(days=ago), "votes": votes,
            "shipped_on": last_day - timedelta(days=SHIPPED_BEFORE) if status == "shipped" else None,
        }
        for own, title, about, status, value, how_much, days, topic, into, ago, votes in REQUESTS
    ]  # fmt: skip
    commit_frame(store, "feature_requests", pl.DataFrame(rows, infer_schema_length=None), FEED, "sample")
    commit_frame(store, "request_votes", pl.DataFrame(_votes(store, last_day), infer_schema_length=None), FEED, "sample")
    seen = _batch(store, "FR-8")
    decide(store, LEAD, Row("FR-8", seen), "next quarter", "Promised to a partner whose product waits for it")


def _votes(store: Store, last_day: date) -> list[dict[str, object]]:
    """Other customers for each request, so that those of the approval flow and of its duplicate are eight; of some it is known who asked."""
    customers = run("arr", store, EVERYONE, Question(as_of=last_day)).rows.filter(pl.col("state") == "paying")["account_id"].to_list()
    others = sorted(customers)  # whatever they pay
    with View(store) as view:
        people = dict(view.table("contacts").group_by("account_id", maintain_order=True).first().select("account_id", "contact_id").rows())
    found: list[dict[str, object]] = []
    at = 0
    ago = {own: days for own, *_, days, _ in REQUESTS}
    for own, count in ASKED_BY.items():
        for nth in range(count):
            at += 1
            account = others[at % len(others)] if own != "FR-4" else customers[0]
            told = own == "FR-7" and nth < TOLD
            found.append(
                {
                    "vote_id": f"{own}-{nth + 1}", "request_id": own, "account_id": account, "contact_id": people.get(account) if nth % 2 else None,
                    "asked_on": last_day - timedelta(days=max(ago[own] - 9 * nth, 1)), "note": SAID[at % len(SAID)],
                    "told_on": last_day - timedelta(days=SHIPPED_BEFORE - 3) if told else None, "told_by": LEAD.person if told else None,
                }
            )  # fmt: skip
    return found


def _batch(store: Store, request_id: str) -> int:
    with View(store) as view:
        return view.table("feature_requests").filter(request_id=request_id)["batch"][0]
