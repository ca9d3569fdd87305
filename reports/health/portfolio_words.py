"""What portfolio health has found, in a sentence: for its page and its document."""

from language import tr, tr_n
from language.formats import money
from metrics.health_flow import FELL
from metrics.sizes import SIZE_BAND
from reports.health.portfolio import bands_of
from reports.narrow import where
from reports.report import Report
from reports.words.health_words import place_called


def headline(whole: Report, accounts: Report, when: str) -> str:
    """The finding: who fell to the lowest band and what they pay, and where most of them are; else that nobody fell so far.

    whole: portfolio-health of one group; accounts: portfolio-accounts, or health-moves; when: the period as a sentence ends with it."""
    fell, lowest = where(accounts, "direction", FELL), bands_of(whole)[0]
    down = where(fell, "band_after", lowest)
    if not fell.rows.height:
        return tr("No customer went to a lower band {when}", when=when)
    said = {"arr": at_stake(down if down.rows.height else fell), "when": when, "band": place_called(lowest).lower()}
    if not down.rows.height:
        return tr_n(
            "{n:,} customer with {arr} ARR went to a lower band {when}, not to {band}",
            "{n:,} customers with {arr} ARR went to a lower band {when}, none of them to {band}",
            fell.rows.height,
            **said,
        )
    told = tr_n(
        "{n:,} customer with {arr} ARR fell to {band} {when}",
        "{n:,} customers with {arr} ARR fell to {band} {when}",
        down.rows.height,
        **said,
    )
    most, count = _most(down)
    return tr("{told}, {n:,} of them in {segment}", told=told, n=count, segment=most) if most and count > 1 else told


def _most(down: Report) -> tuple[str | None, int]:
    """The segment that most of the accounts are in, where there is more than one segment."""
    counted = down.rows["segment"].value_counts(sort=True)
    return (counted["segment"][0], counted["count"][0]) if counted.height > 1 else (None, 0)


def at_stake(report: Report) -> str:
    """What is at stake with the rows of a report, short."""
    return money(report.total("arr_at_stake"), report.currency)


def usual_split(accounts: Report) -> str:
    """By what customers are split where nothing else is asked for: their segment, or where none says one, their size."""
    return "segment" if accounts.rows["segment"].drop_nulls().len() else SIZE_BAND
