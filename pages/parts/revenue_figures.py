"""The headline of the revenue page: the finding in words, and four figures with their comparison."""

from language import tr
from pages.ui import tables, text
from pages.ui.figures import Figure
from reports.report import Report
from reports.words.titles import title as title_of

CAUSES = ("expansion", "contraction", "churn")


def headline(kept: Report, before: Report | None, moves: Report) -> str:
    """The finding: NRR, how it changed, and the largest movement of accounts that were there."""
    nrr, change = kept.total("nrr"), text.points(kept.total("nrr"), before.total("nrr") if before else None)
    if nrr is None:
        return tr("No account paid at the start of this period")
    turned = _turned(change) if change else ""
    sizes = {name: moves.total(name) or 0 for name in CAUSES}
    cause = max(sizes, key=sizes.__getitem__)
    return tr("NRR {nrr}{turned}", nrr=text.percent(nrr), turned=turned) + (
        tr(
            "; of the accounts that were there, {cause} weighs most: {sizes} MRR",
            cause=title_of(cause).lower(),
            sizes=text.money(sizes[cause], moves.currency),
        )
        if sizes[cause]
        else ""
    )


def _turned(change: str) -> str:
    """By how much a ratio rose or fell, in words."""
    size = change.lstrip("+-")
    return tr(", down {size}", size=size) if change.startswith("-") else tr(", up {size}", size=size)


def headline_figures(
    arr: Report, kept: Report, before: tuple[Report | None, Report | None], against: str, moves: Report, series: Report,
    behind: tuple[Report, Report],
) -> list[Figure]:  # fmt: skip
    """ARR, NRR, GRR and logo retention, each against the period compared with (its ARR and retention), and with its past as a small line.

    moves: MRR month by month, by which ARR goes; series: retention of the twelve months up to each month's end. behind: the accounts that
    make up ARR, and those of retention.
    """
    arr_before, kept_before = before
    then = arr_before.total("arr") if arr_before else None
    figures = [
        Figure(
            tr("ARR"), text.money(arr.total("arr"), arr.currency), text.more(arr.total("arr"), then, arr.currency), against, _exact(arr),
            past=moves.rows["closing"].to_list(), line=tr("MRR at the end of each month of the period"),
            opens=tables.behind(behind[0], "behind-arr", ()),
        )
    ]  # fmt: skip
    parts = {
        "nrr": ("closing_mrr", "opening_mrr"),
        "grr": ("retained_mrr", "opening_mrr"),
        "logo_retention": ("retained_accounts", "opening_accounts"),
    }
    for name, (over, under) in parts.items():
        change = text.points(kept.total(name), kept_before.total(name) if kept_before else None)
        fraction = tr("{over:,.10g} of {under:,.10g}", over=kept.total(over) or 0, under=kept.total(under) or 0)
        figures.append(
            Figure(
                title_of(name), text.percent(kept.total(name)), change, against, f"{fraction}\n\n{text.meaning(name)}",
                past=series.rows[name].to_list(), line=tr("the same for the twelve months up to each month's end"),
                opens=tables.behind(behind[1], f"behind-{name}", ()),
            )
        )  # fmt: skip
    return figures


def _exact(arr: Report) -> str:
    accounts = tr(
        "{accounts_paying:,} paying accounts, {accounts_in_grace:,} of them in grace",
        accounts_paying=arr.total("accounts_paying"),
        accounts_in_grace=arr.total("accounts_in_grace"),
    )
    day = text.day(arr.parameters["to"])
    return tr(
        "{arr} on {day}, {accounts}\n\n{arr_2}",
        arr=text.money_in_full(arr.total("arr"), arr.currency),
        day=day,
        accounts=accounts,
        arr_2=text.meaning("arr"),
    )
