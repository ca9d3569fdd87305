"""Words for the codes of figures: why two differ, what checks of them find, and their units."""

from language import mark

CAUSES = {
    # what sets two rules apart
    "in grace": mark("in grace"),
    "discount that ends": mark("discount that ends"),
    "notice given": mark("notice given"),
    "ARR from MRR": mark("ARR from MRR"),
    "free customer": mark("free customer"),
    "reduction": mark("reduction"),
    "paid and left within a month": mark("paid and left within a month"),
    "ramp": mark("ramp"),
    "paused subscription": mark("paused subscription"),
    "unpaid subscription": mark("unpaid subscription"),
    "several choices together": mark("several choices together"),
    # what moved a figure since
    "accounts changed": mark("accounts changed"),
    "erased": mark("erased"),
    "contracts changed": mark("contracts changed"),
    "exchange rates changed": mark("exchange rates changed"),
    "contracts changed, exchange rates changed": mark("contracts changed, exchange rates changed"),
    "rules changed": mark("rules changed"),
    "seen on a later day: grace, renewals and notice": mark("seen on a later day: grace, renewals and notice"),
}
CHECKS = {
    "usage outside its contract": mark("usage outside its contract"),
    "churn record against contract": mark("churn record against contract"),
    "overlapping lines": mark("overlapping lines"),
    "duplicated lines": mark("duplicated lines"),
    "short gaps": mark("short gaps"),
    "contracts without an account": mark("contracts without an account"),
    "currency without a rate": mark("currency without a rate"),
    "lines without a value": mark("lines without a value"),
    "notice without an end": mark("notice without an end"),
    "change of plan or addition": mark("change of plan or addition"),
    "reductions below zero": mark("reductions below zero"),
    "accounts that belong to themselves": mark("accounts that belong to themselves"),
    "reused event ids": mark("reused event ids"),
    "rows waiting for an account": mark("rows waiting for an account"),
}
UNITS = {
    "money": mark("money"),
    "ratio": mark("ratio"),
    "count": mark("count"),
    "number": mark("number"),
    "score": mark("score"),
    "points": mark("points"),
    "days": mark("days"),
    "months": mark("months"),
    "percent": mark("percent"),
}
