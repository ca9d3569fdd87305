"""Words for the codes of offers and referrals."""

from language import mark, mark_of

OFFER_STATES = {"open": mark_of("an offer", "Open"), "won": mark("Won"), "lost": mark_of("an offer", "Lost")}
REFERRAL_STATES = {
    "asked": mark("Asked for"), "given": mark("Named"),
    "won": mark("Won"), "lost": mark_of("an offer", "Lost"), "declined": mark("Declined"),
}  # fmt: skip
OFFER_KINDS = {
    "upgrade": mark("Upgrade"), "seats": mark("Seats"), "addition": mark("Addition"), "volume": mark("Volume"), "other": mark("Other"),
}  # fmt: skip
SPLITS = {
    "all": mark("All"), "source": mark("Source"), "plan": mark("Plan"), "owner": mark("Owner (CSM)"), "kind": mark("Kind"),
}  # fmt: skip
OFFER_FAULTS = {
    "no_amount": mark("No amount"), "no_rate": mark("No exchange rate"), "closed_before_made": mark("Ended before it was made"),
    "no_close_day": mark("Result without its day"), "no_result": mark("Ended without a result"),
    "given_before_asked": mark("Given before it was asked for"), "closed_before_asked": mark("Ended before it was asked for"),
}  # fmt: skip
