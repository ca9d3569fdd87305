"""Which customers were asked to recommend us, which did, and what came of it?"""

from typing import Any

import polars as pl

from language import InLanguage, mark, tr_n
from metrics import referrals as of_referrals
from reports.definition import Answer, Definition
from reports.growth.waiting import unnamed
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "contact": "text", "asked_on": "day", "given_on": "day", "referred": "text", "state": "text",
    "closed_on": "day", "own_amount": "number", "currency": "text", "referred_account_id": "text", "owner": "text", "fault": "text",
    "referral_id": "text", "batch": "count",
}  # fmt: skip
RATES = {"given_rate": "ratio", "referral_low": "ratio", "referral_high": "ratio", "referral_conversion": "ratio"}
FAULTS = InLanguage(
    {
        "no_account": mark("no import has named the account"),
        "given_before_asked": mark("given before being asked for"),
        "closed_before_asked": mark("ended before being asked for"),
        "no_close_day": mark("a result without its day"),
        "no_result": mark("an end without a result"),
    }
)


def _referrals(look: Look, question: Question) -> Answer:
    """One row per referral asked for by the day of an account in sight, the newest first. state: asked, given, won, lost or declined as of
    the day. own_amount: what it brings a year, in its own currency. fault: why it counts in no figure.

    Totals, of the period: asked and given of those asked for in it, and given_rate; won and lost of those that ended in it, and
    referral_conversion with its 95 % interval; open: as of its end; the number of each fault.
    """
    start, end = look.period(question)
    if look.day is None or start is None or end is None:
        return Answer(empty(COLUMNS), {"asked": 0})
    said = look.view.table("referrals").with_columns(pl.col("batch").cast(pl.Int64), own_amount=pl.col("amount").cast(pl.Float64))
    contacts = look.view.table("contacts").select("contact_id", contact=pl.coalesce("name", "email"))
    named = said.join(look.names().collect(), on="account_id").join(contacts, on="contact_id", how="left")
    rows = of_referrals.referrals_on(named.lazy(), day=look.day).collect()
    faulty: dict[str, Any] = {"no_account": unnamed(look, "referrals")} | {
        fault: (rows["fault"] == fault).sum() for fault in of_referrals.FAULTS
    }
    told = of_referrals.rates(of_referrals.referrals_on(named.lazy(), day=end), start=start, end=end)
    shown = rows.sort("asked_on", "referral_id", descending=[True, False]).select(*COLUMNS)
    return Answer(shown, told | faulty, tuple(_left_out(fault, n) for fault, n in faulty.items() if n))


def _left_out(fault: str, count: int) -> str:
    return tr_n(
        "{n:,} referral is left out of every figure: {why}.",
        "{n:,} referrals are left out of every figure: {why}.",
        count,
        why=FAULTS[fault],
    )


referrals = Definition("referrals", mark("Referrals"), COLUMNS, _referrals, RATES, opens=opened, of_period=True)
