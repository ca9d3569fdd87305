"""Does the data fit together? What imports alone cannot see: usage outside contracts, churn records that disagree, overlaps."""

import polars as pl

from data.scope import Viewer
from data.store import Store
from data.view import View
from metrics.quality import churn_that_disagrees, overlapping_lines, usage_outside_contracts
from reports.report import Question, Report

SCHEMA = {"check": pl.String, "account_id": pl.String, "subject": pl.String, "detail": pl.String}


def quality(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per finding: check, account_id, subject, detail. Totals count the findings of each check; none means nothing found."""
    with View(store, viewer, question.known_at, question.filters) as view:
        contracts = view.contracts().lazy()
        findings = {
            "usage outside its contract": usage_outside_contracts(view.usage_by_contract().lazy(), contracts).collect(),
            "churn record against contract": churn_that_disagrees(view.table("churn_events").lazy(), contracts).collect(),
            "overlapping lines": overlapping_lines(contracts).collect(),
        }
        waiting, reused, version = view.waiting(), view.reused_event_ids(), view.data_version
    rows = pl.concat([frame.with_columns(pl.lit(name).alias("check")) for name, frame in findings.items()]).select(*SCHEMA)
    totals = {name: frame.height for name, frame in findings.items()} | {
        "reused event ids": reused,
        "rows waiting for an account": waiting["rows"].sum(),
    }
    parameters = {"known_at": question.known_at, "viewer": viewer.owner, "filters": dict(question.filters)}
    return Report(
        "quality",
        "Data that does not fit together",
        parameters,
        question.rules,
        "",
        version,
        rows,
        totals,
        dict.fromkeys(SCHEMA, "text") | dict.fromkeys(totals, "count"),
    )
