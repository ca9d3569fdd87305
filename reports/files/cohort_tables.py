"""Cohorts as the triangle that a board reads: a row for each cohort, a column for each period since its first."""

from reports.files.pdf import Section, told
from reports.report import Report

COHORTS, PERIODS = 12, 12
TITLES = {"logo": "Logo retention of cohorts", "gross": "Gross retention of cohorts", "net": "Net retention of cohorts"}


def cohort_section(report: Report, ratio: str) -> Section:
    """The newest cohorts of a `cohorts` report without groups, one ratio of them (logo, gross or net) in each period that has closed."""
    newest = report.rows.select("cohort", "size").unique().sort("cohort").tail(COHORTS)
    values = {(row["cohort"], row["period"]): row[ratio] for row in report.rows.iter_rows(named=True)}
    periods = sorted({period for _, period in values if period <= PERIODS})
    per = report.parameters["per"]
    heads = [{"title": title, "right": at > 0, "wide": False} for at, title in enumerate(["Cohort", "Accounts", *map(str, periods)])]
    cell = {place: told(value, "ratio") for place, value in values.items()}
    rows = [[told(first, "month"), told(size, "count"), *(cell.get((first, at), "") for at in periods)] for first, size in newest.rows()]
    told_all = f"Accounts by the {per} of their first paid day; columns are {per}s since then. "
    left_out = report.rows["cohort"].n_unique() - newest.height
    text = told_all + (f"The newest {newest.height} cohorts; the Excel file has the {left_out} before them." if left_out else "")
    return Section(TITLES[ratio], text if rows else "Nothing to show.", heads if rows else (), rows)
