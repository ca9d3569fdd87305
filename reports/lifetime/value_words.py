"""Why the three ways of telling what a customer is worth differ, in plain sentences with the numbers."""

from typing import Any

from language import tr
from language.formats import sentences

ALIKE = 0.02  # of the larger one by which two may differ and still be said to agree


def why_they_differ(row: dict[str, Any], discount: int, *, several: bool) -> tuple[str, ...]:
    """A sentence or two for each pair of ways that both say something; what is missing of those that do not. row: of lifetime-value.
    several: whether there are terms of several lengths."""
    by_renewal, by_churn, ahead = row["months_by_renewal"], row["months_by_churn"], row["months_discounted"]
    return (
        *((_renewal_and_churn(row),) if by_renewal and by_churn else ()),
        *((_churn_and_ahead(row, discount, several),) if by_churn and ahead else ()),
        *_missing(row),
    )


def _renewal_and_churn(row: dict[str, Any]) -> str:
    """The first two ways count other things of the same twelve months."""
    told = tr(
        "By renewal: {renewed:,.0f} of {due:,.0f} renewals were kept, one every {term:.2f} months, so that an account stays "
        "{term:.2f} / (1 - {rate:.1%}) = {by_renewal:.1f} months. By churn: {lost:,.0f} accounts were lost in {exposed:,.0f} "
        "account-months, so that it stays 1 / {churn:.2%} = {by_churn:.1f} months.",
        renewed=row["renewed"], due=row["due"], term=row["term_months"], rate=row["renewal_rate"], by_renewal=row["months_by_renewal"],
        lost=row["lost_accounts"], exposed=row["exposed_accounts"], churn=row["customer_churn"], by_churn=row["months_by_churn"],
    )  # fmt: skip
    return sentences(told, *_why_renewals_differ(row))


def _why_renewals_differ(row: dict[str, Any]) -> tuple[str, ...]:
    """Both are account-months over losses: of which months, and of which losses."""
    shorter, longer = sorted((row["months_by_renewal"], row["months_by_churn"]))
    if longer - shorter <= ALIKE * longer:
        return (tr("They agree."),)
    stood, lost = row["due"] * row["term_months"], row["due"] - row["renewed"]
    told = tr(
        "They differ: the renewals stand for {due:,.0f} x {term:.2f} = {stood:,.0f} account-months and {lost:,.0f} losses, churn for "
        "{exposed:,.0f} and {lost_accounts:,.0f}.",
        due=row["due"], term=row["term_months"], stood=stood, lost=lost, exposed=row["exposed_accounts"],
        lost_accounts=row["lost_accounts"],
    )  # fmt: skip
    waiting = tr("Accounts whose next renewal has not come up yet, or that have no term, count in churn alone.")
    several = tr("An account may lose one of its renewals and stay.")
    without = tr("An account may leave without a renewal that was agreed.")
    return (
        told,
        *((waiting,) if row["exposed_accounts"] > stood else ()),
        *((several,) if lost > row["lost_accounts"] else (without,) if lost < row["lost_accounts"] else ()),
    )


def _churn_and_ahead(row: dict[str, Any], discount: int, several: bool) -> str:
    """From the second way to the third in two steps that add up: the discount, and the curve."""
    by_churn, discounted, ahead = row["months_by_churn"], row["months_by_churn_discounted"], row["months_discounted"]
    step = tr(
        "From by churn to discounted, in months of ARPA: {by_churn:.1f}; at {discount} % a year what comes later counts for less, "
        "{discount_step:+.1f}; the curve of renewals instead of the churn of twelve months, {curve_step:+.1f}; together {ahead:.1f}.",
        by_churn=by_churn, discount=discount, discount_step=discounted - by_churn, curve_step=ahead - discounted, ahead=ahead,
    )  # fmt: skip
    why = tr(
        "The curve has all renewals that were ever followed, and lets those who have stayed long leave less often; churn takes every "
        "account, new or old, as equally likely to leave."
    )
    weighed = tr("Terms of several lengths count in the curve by what is paid under them, in churn by their accounts.")
    return sentences(step, why, weighed if several else "")


def _missing(row: dict[str, Any]) -> tuple[str, ...]:
    """What is not told, and why."""
    ways = (
        (row["why_not_by_renewal"], tr("By renewal nothing is told: {why}.")),
        (row["why_not_by_churn"], tr("By churn nothing is told: {why}.")),
        (row["why_not_discounted"], tr("Discounted nothing is told: {why}.")),
    )
    return tuple(words.format(why=why) for why, words in ways if why)
