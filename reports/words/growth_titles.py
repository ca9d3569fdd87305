"""Titles of columns and totals of growth: signals, offers, referrals, the upgrade path."""

from language import mark

OF_GROWTH = {
    "amount": mark("Amount"), "amount_lost": mark("Amount lost"), "amount_open": mark("Amount open"),
    "open_at_end": mark("Open at the end"), "amount_open_at_end": mark("Amount open at the end"), "amount_won": mark("Amount won"),
    "arpu_after": mark("ARPU after"), "arpu_before": mark("ARPU before"), "arr_per_seat": mark("ARR per seat"), "asked": mark("Asked for"),
    "asked_on": mark("Asked on"), "at_the_top": mark("On the highest plan"), "closed": mark("Ended"),
    "closed_before_asked": mark("Ended before it was asked for"), "closed_before_made": mark("Ended before it was made"),
    "conversion_high": mark("Conversion at most (95 %)"), "conversion_low": mark("Conversion at least (95 %)"), "days": mark("Days"),
    "days_to_win": mark("Days to a win"),
    "department": mark("Department"), "fault": mark("Counts in no figure"), "feature": mark("Feature"),
    "given": mark("Given"), "given_before_asked": mark("Given before it was asked for"), "given_rate": mark("Share given"),
    "had": mark("Had"), "has": mark("Has"), "headcount": mark("Headcount"), "headcount_grew": mark("Headcount grew"),
    "higher_plan_used": mark("Uses a higher plan"), "in_trial": mark("In trial"), "is_clear": mark("Stands on Today"),
    "is_known": mark("Plan is on the path"), "last_day": mark("Without it since"), "limit_near": mark("Near a monthly limit"),
    "lowest_plans": mark("Sold from"), "made_on": mark("Made on"), "median_arr": mark("Median ARR"),
    "median_per_seat": mark("Median ARR per seat"), "monthly_limit": mark("Monthly limit"), "mrr_after": mark("MRR after"),
    "mrr_before": mark("MRR before"), "never": mark("Never had"), "new_team": mark("New team"),
    "next_median_arr": mark("Median ARR there"), "next_median_per_seat": mark("Median ARR per seat there"),
    "next_paying": mark("Accounts that pay there"), "next_plans": mark("Next plan"), "next_seated": mark("Of these with seats"),
    "no_account": mark("No known account"), "no_amount": mark("No amount"), "no_close_day": mark("Result without its day"),
    "no_rate": mark("No exchange rate"), "no_result": mark("Ended without a result"), "not_paying_before": mark("Paid nothing before"),
    "off_path": mark("On no plan of the path"), "offer_id": mark("Offer id"), "offers": mark("Offers"),
    "on_path": mark("On a plan of the path"), "own_amount": mark("Amount in its currency"), "own_currency": mark("Its currency"),
    "paying": mark("Accounts that pay"),
    "plan_full": mark("Plan full"), "plan_seats": mark("Most seats of the plan"), "products": mark("Products"),
    "put_aside": mark("Put aside"), "referral_high": mark("Won at most (95 %)"), "referral_id": mark("Referral id"),
    "referral_low": mark("Won at least (95 %)"), "referred": mark("Company named"), "referred_account_id": mark("Account it became"),
    "result": mark("Result"), "seated": mark("Of these with seats"), "signals": mark("Signals of growth"), "source": mark("Source"),
    "split": mark("Split by"), "stage": mark("Stage"), "too_young": mark("Won too lately"), "took": mark("Accounts that took one"),
    "value": mark("Value"), "volume_grew": mark("Volume grew"), "won": mark("Won"),
}  # fmt: skip
