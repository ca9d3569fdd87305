"""Every figure once: what it means, its formula, unit, source and what it leaves out. Pages, glossary and files read it here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """`better` is higher, lower or neither; `excludes` says what is left out."""

    name: str
    title: str
    unit: str
    better: str
    definition: str
    formula: str
    source: str
    excludes: str = ""


METRICS = {
    metric.name: metric
    for metric in (
        Metric("arr", "ARR", "money", "higher", "What the recurring lines live on a day bring in a year.", "Sum of the lines' annual value, each rounded once to the cent.",
               "ChartMogul help 201244842", "Trials, usage, one-off and adjustment lines; what reductions take off below nothing."),
        Metric("mrr", "MRR", "money", "higher", "What the recurring lines live on a day bring in a month.", "Week x 52/12, day x 365/12, term by its calendar months.",
               "ChartMogul help 201244842", "As ARR."),
        Metric("carr", "CARR", "money", "higher", "ARR of all lines that run or are booked by the day; a booked line takes the place of what it renews, and of nothing else of the account.", "Sum of annual values; of a ramp the step that is live, or due next.",
               "saasops test cases 1 and 2"),
        Metric("nrr", "NRR", "ratio", "higher", "Share of the opening accounts' MRR still billed at the close, expansion included.", "closing_mrr / opening_mrr of the opening cohort",
               "docs.vitally.io, measuring NRR", "Accounts that came after the opening."),
        Metric("grr", "GRR", "ratio", "higher", "As NRR, with no account above its opening MRR.", "retained_mrr / opening_mrr", "docs.vitally.io, measuring NRR", "Expansion."),
        Metric("logo_retention", "Logo retention", "ratio", "higher", "Share of the opening accounts that still pay at the close.", "retained_accounts / opening_accounts", "cloudblue",
               "Accounts that came after the opening."),
        Metric("new", "New", "money", "higher", "MRR of accounts that never paid before.", "Account by account, month by month.", "ChartMogul help 201244842"),
        Metric("reactivation", "Reactivation", "money", "higher", "MRR of accounts that come back, whatever the gap.", "Account by account, month by month.", "ChartMogul help 201244842"),
        Metric("expansion", "Expansion", "money", "higher", "MRR by which accounts that stay have grown.", "Account by account, month by month.", "ChartMogul help 201244842"),
        Metric("contraction", "Contraction", "money", "lower", "MRR by which accounts that stay have shrunk.", "Account by account, month by month.", "ChartMogul help 201244842"),
        Metric("churn", "Churn", "money", "lower", "MRR of accounts that stopped paying.", "Account by account; on the day the paid time ends, when grace ran out.", "ChartMogul help 201244842"),
        Metric("entering", "Entering", "money", "neither", "Opening MRR of accounts that came into the segment while they paid; told with the segments of then.", "Account by account; what else moved such an account counts in the new segment.", "house",
               "Accounts that came or were lost in the period: they count where they came to or were."),
        Metric("leaving", "Leaving", "money", "neither", "Opening MRR of accounts that went into another segment while they paid; told with the segments of then.", "Account by account; over all segments it equals entering.", "house"),
        Metric("mau", "Monthly actives", "count", "higher", "Distinct users active in the last 30 covered days.", "From active days per user.", "house", "Users that the export does not name; the first month that usage covers."),
        Metric("usage_trend", "Usage trend", "ratio", "higher", "Monthly actives and events against those of the 30 covered days before: the lower of the two changes.", "Lower of mau / mau_before - 1 and events / events_before - 1", "house", "Accounts without use before, and those that were not live, not tracked or not covered for 60 days."),
        Metric("features_used", "Features used", "count", "higher", "Distinct events in the last 30 covered days.", "Count of event names.", "house"),
        Metric("events", "Events", "count", "higher", "Events in the last 30 covered days, whoever did them.", "Count of events.", "house"),
        Metric("activation_rate", "Activation rate", "ratio", "higher", "Share of the accounts followed from their start that reached every milestone.", "followed_activated / followed, as of the last day that usage covers", "blog.growrockets.com",
               "Accounts whose start usage does not cover, and those of which a milestone cannot be measured."),
        Metric("days_to_activate", "Time to value", "days", "lower", "Days from go-live, or else the first contract day, to the last milestone.", "activated_on - started_on", "house", "Accounts not activated."),
        Metric("seat_use", "Seat use", "ratio", "higher", "Monthly actives against the seats bought.", "mau / seats; under 50 % at risk, 60 to 85 % healthy, over 90 % asks for more", "www.revos.ai", "Accounts without seats."),
        Metric("nps", "NPS", "points", "higher", "Promoters (9, 10) less detractors (0 to 6) among the answers.", "100 x (promoters - detractors) / answers", "academy.practicalcsm.com"),
        Metric("csat", "CSAT", "ratio", "higher", "Share of the answers that give 4 or 5 of 5.", "satisfied / answers", "house"),
        Metric("health", "Health score", "score", "higher", "How well an account is doing, 0 to 100, from weighted groups of measures.", "Sum of each measure's points x its effective weight. Notice given and a lapsed renewal cap its band, and are named; less than 40 % of the weight known: little known.",
               "Gainsight, calculation of group scores", "Measures that are not known give up their weight; accounts that are no customers have no score. Its change needs two scores of a customer, neither little known."),
        Metric("stickiness", "Stickiness", "ratio", "higher", "Weekly actives per monthly active.", "wau / mau", "house", "Accounts without monthly actives."),
        Metric("open_tickets", "Open tickets", "count", "lower", "Tickets opened by the day and not resolved by it.", "Count of tickets.", "house", "Companies that keep no tickets here."),
        Metric("csat_rating", "CSAT rating", "number", "higher", "Mean rating of support and surveys in the last 180 days, 1 to 5.", "Mean of the answers; that of a ticket counts once it is resolved.", "house", "Accounts that did not answer."),
        Metric("nps_answer", "NPS answer", "number", "higher", "The account's latest answer to how likely it is to recommend you, 0 to 10.", "Latest answer, at most 365 days old.", "help.planhat.com 9587221",
               "Accounts that did not answer."),
        Metric("days_since_conversation", "Days since a conversation", "count", "lower", "Days since the last conversation that was logged.", "Day looked at - day of the conversation.", "house",
               "Companies that log no conversations here."),
        Metric("conversation_sentiment", "Conversation sentiment", "number", "higher", "What the latest conversation that says how it went was like: -1 negative, 0 neutral, 1 positive.", "Latest of the last 180 days; several of one day: their mean.", "house",
               "Accounts of which none says so; that a conversation was held counts nothing."),
        Metric("known_weight", "Known weight", "ratio", "higher", "Share of the health score's whole weight that rests on measures which are known.", "Sum of the weights of known measures / sum of all", "house"),
        Metric("rejected_share", "Rejected share", "ratio", "lower", "Share of a file's rows that were rejected.", "rejected / read", "house", "Files of which nothing was read."),
        Metric("usual_rejected_share", "Usual rejected share", "ratio", "lower", "What the feed's earlier files had rejected: the one in the middle.", "Median of rejected / read", "house", "Files undone since."),
        Metric("cohort_logo", "Cohort logo retention", "ratio", "higher", "Share of a cohort's accounts that pay at the close of a period.", "retained_accounts / size", "house"),
        Metric("cohort_gross", "Cohort gross retention", "ratio", "higher", "A cohort's MRR at the close of a period, no account above its first day, against that of the first days.", "retained_mrr / opening_mrr", "house", "Expansion."),
        Metric("cohort_net", "Cohort net retention", "ratio", "higher", "A cohort's MRR at the close of a period, expansion included, against that of the first days.", "closing_mrr / opening_mrr", "house"),
        Metric("margin_per_account", "Margin per account", "money", "higher", "Gross margin that a cohort has brought so far, for each account that it began with.", "Each month's MRR less its share of the cost of revenue, summed, / size", "house", "Months before the first known cost of revenue."),
        Metric("arpa", "ARPA", "money", "higher", "MRR for each paying account.", "mrr / accounts at the close of the month", "ChartMogul"),
        Metric("gross_margin", "Gross margin", "ratio", "higher", "What remains of the month's MRR after the cost of revenue, over the whole company.", "(revenue - cost_of_revenue) / revenue", "house", "Months without a known cost of revenue."),
        Metric("customer_churn", "Customer churn", "ratio", "lower", "Share of the paying accounts lost in a month, over the last twelve months.", "(churned_accounts + paid_and_left) / (opening_accounts + paid_and_left), sums of twelve months", "ChartMogul",
               "Under rules that do not count them, accounts that paid between two closes only."),
        Metric("annual_churn", "Annualised churn", "ratio", "lower", "What the monthly customer churn comes to in a year.", "1 - (1 - customer_churn)^12", "ChartMogul"),
        Metric("ltv", "LTV", "money", "higher", "Gross margin that an account brings until it churns.", "arpa x gross_margin / customer_churn", "mhq", "Where fewer than 5 accounts churned in the twelve months, or costs are not known."),
        Metric("ltv_low", "LTV at least", "money", "higher", "LTV at the highest churn that the churns of twelve months speak for (95 %).", "arpa x gross_margin / upper bound of customer_churn", "Wilson 1927"),
        Metric("ltv_high", "LTV at most", "money", "higher", "LTV at the lowest churn that the churns of twelve months speak for (95 %).", "arpa x gross_margin / lower bound of customer_churn", "Wilson 1927", "Where nobody churned: there is no upper bound then."),
        Metric("ltv_without_margin", "LTV without margin", "money", "higher", "Revenue that an account brings until it churns.", "arpa / customer_churn", "ChartMogul LTV", "Where fewer than 5 accounts churned in the twelve months."),
        Metric("ltv_by_renewal", "LTV by renewal", "money", "higher", "Gross margin that an account brings for as long as accounts go on renewing.", "arpa x renewal_period x gross_margin; renewal_period = term / (1 - renewal_rate)", "an article on B2B product management, 2025", "Where fewer than 5 renewals were lost in the twelve months."),
        Metric("cac", "CAC", "money", "lower", "Sales and marketing spent for each new account, over the last twelve months.", "spent / new accounts of the months whose spending is known", "guidewhale"),
        Metric("ltv_to_cac", "LTV / CAC", "number", "higher", "How often an account brings back what winning it cost; above 3 is the usual target.", "ltv / cac", "an article on B2B product management, 2025"),
        Metric("payback_months", "Payback", "months", "lower", "Months until the gross margin of an account has paid for winning it.", "cac / (arpa x gross_margin)", "guidewhale"),
        Metric("renewal_rate", "Renewal rate", "ratio", "higher", "Share of the renewals decided in the last twelve months after which something of what ended went on; above 85 % is the usual target.", "renewed / due", "an article on B2B product management, 2025", "Renewals whose grace has not passed or that wait for an answer; ends that nobody agreed beforehand; what rolls monthly."),
        Metric("monthly_churn", "Monthly churn without a term", "ratio", "lower", "Share of the paying accounts without a term that were lost in a month.", "churned_without_term / without_term, sums of the months of the period", "house",
               "Accounts with a line of more than 31 days whose end was agreed."),
        Metric("quick_ratio", "Quick ratio", "number", "higher", "MRR won for each unit of MRR lost, over the last twelve months.", "(new + reactivation + expansion) / (contraction + churn)", "pitchkit.net"),
        Metric("churn_probability", "Churn probability", "ratio", "lower", "How likely the account is to be lost at its next renewal, or within 90 days where it has no term as long as that.",
               "The churn model's, as tried on past renewals.", "house", "Accounts without a model that may be used; renewals that are settled."),
        Metric("auc", "AUC", "number", "higher", "Of one renewal that was lost and one that was kept, how often the lost one was thought more at risk; 0.5 is chance.", "Share of pairs won, ties half.", "Hanley and McNeil 1982"),
        Metric("lift", "Lift", "number", "higher", "How many times more often the top decile by risk was lost than the average.", "Rate of the top decile / rate of all", "house"),
        Metric("brier", "Brier score", "number", "lower", "Mean squared distance between a probability and what happened; 0 is perfect.", "mean((probability - outcome)^2)", "Brier 1950"),
    )
}  # fmt: skip
