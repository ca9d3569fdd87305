"""Cohorts as the triangle that a board reads: a row for each cohort, a column for each period since its first."""

from datetime import date

from language import InLanguage, mark, tr
from language.formats import sentences
from reports.files.pdf import Section, told
from reports.report import Report

COHORTS, PERIODS = 12, 12
TITLES = InLanguage(
    {
        "logo": mark("Logo retention of cohorts"),
        "gross": mark("Gross retention of cohorts"),
        "net": mark("Net retention of cohorts"),
    }
)
SINCE = {
    "month": mark("Accounts by the month of their first paid day; columns are months since then."),
    "quarter": mark("Accounts by the quarter of their first paid day; columns are quarters since then."),
}


def cohort_section(report: Report, ratio: str) -> Section:
    """The newest cohorts of a `cohorts` report without groups, one ratio of them (logo, gross or net) in each period that has closed."""
    newest = report.rows.select("cohort", "size").unique().sort("cohort").tail(COHORTS)
    values = {(row["cohort"], row["period"]): row[ratio] for row in report.rows.iter_rows(named=True)}
    periods = sorted({period for _, period in values if period <= PERIODS})
    per = report.parameters["per"]
    heads = [
        {"title": title, "right": at > 0, "wide": False} for at, title in enumerate([tr("Cohort"), tr("Accounts"), *map(str, periods)])
    ]
    cell = {place: told(value, "ratio") for place, value in values.items()}
    rows = [
        [cohort_called(first, per), told(size, "count"), *(cell.get((first, at), "") for at in periods)] for first, size in newest.rows()
    ]
    left_out = report.rows["cohort"].n_unique() - newest.height
    newer = tr("The newest {shown} cohorts; the Excel file has the {left_out} before them.", shown=newest.height, left_out=left_out)
    text = sentences(tr(SINCE[per]), newer if left_out else "")
    return Section(TITLES[ratio], text if rows else tr("Nothing to show."), heads if rows else (), rows)


def cohort_called(first: date, per: str) -> str:
    """A cohort by its month, or as the quarter that begins with it."""
    return f"{first:%Y} Q{(first.month + 2) // 3}" if per == "quarter" else f"{first:%Y-%m}"
