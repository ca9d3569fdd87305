"""The headline figures of the accounts page."""

from language import mark, tr, tr_n
from metrics.unrated import CUSTOMERS, WITH_MONEY
from pages.ui import tables, text
from pages.ui.figures import Figure
from reports.narrow import where
from reports.report import Report

BEHIND = ("name", "state", "arr", "next_end", "owner")

AT_RISK = mark(
    "Customers that gave notice, whose health is in its lowest band, or of which the churn model thinks a loss "
    "twice as usual; and the ARR that they pay. They stand first below."
)


def headline(report: Report) -> str:
    """The finding: how many customers are at risk, and what they pay; how many have stopped using what they pay for."""
    of = report.total
    unused = (of("unused") or 0) if of("tracked") else 0
    idle = tr_n("; {n:,} uses nothing", "; {n:,} use nothing", unused) if unused else ""
    if not of("scored"):
        return tr("Nothing yet tells how the customers are{idle}", idle=idle)
    at_risk, worth = of("at_risk") or 0, text.money(of("arr_at_risk"), report.currency)
    if not at_risk:
        return tr("No customer is at risk{idle}", idle=idle)
    return tr_n(
        "{n:,} customer is at risk, worth {worth} ARR{idle}", "{n:,} customers are at risk, worth {worth} ARR{idle}",
        at_risk, worth=worth, idle=idle,
    )  # fmt: skip


def headline_figures(report: Report, moves: Report) -> list[Figure]:
    """ARR, customers, at risk and unused; a dash where nothing is scored or tracked, since that is no good news.

    moves: MRR and paying accounts at the end of each month, the past of the first two.
    """
    of = report.total
    at_risk = (of("at_risk") or 0) if of("scored") else None
    customers = where(report, "state", *CUSTOMERS)
    unused = where(customers, "usage_state", "unused")
    return [
        Figure(
            tr("ARR"),
            text.money(of("arr"), report.currency),
            about=text.meaning("arr"),
            past=moves.rows["closing"].to_list(),
            line=tr("MRR at the end of each month of the period"),
            opens=tables.behind(where(report, "state", *WITH_MONEY), "behind-arr", BEHIND),
        ),
        Figure(
            tr("Customers"),
            text.count(of("customers")),
            about=tr("Accounts that pay, are free, in grace or on trial on the day looked at."),
            past=moves.rows["accounts"].to_list(),
            line=tr("paying accounts at the end of each month of the period"),
            opens=tables.behind(customers, "behind-customers", BEHIND),
        ),
        Figure(
            tr("At risk"),
            text.count(at_risk),
            tr("{arr_at_risk} ARR", arr_at_risk=text.money(of("arr_at_risk"), report.currency)) if at_risk is not None else None,
            about=tr(AT_RISK),
            better="neither",
            opens=tables.behind(where(report, "at_risk", True), "behind-at-risk", (*BEHIND, "exception", "churn_probability", "score")),
        ),
        Figure(
            tr("Unused"),
            text.count(of("unused") if of("tracked") else None),
            about=tr("Customers that are live and tracked, and had no event in 30 days."),
            opens=tables.behind(unused, "behind-unused", (*BEHIND, "last_seen")),
        ),
    ]
