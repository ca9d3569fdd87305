"""Every figure once: what it means, its formula, unit, source and what it leaves out. Pages, glossary and files read it here."""

from dataclasses import dataclass

from language import InLanguage, mark


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


METRICS = InLanguage({
    metric.name: metric
    for metric in (
        Metric("arr", mark("ARR"), "money", "higher", mark("What the recurring lines live on a day bring in a year."), mark("Sum of the lines' annual value, each rounded once to the cent."),
               "ChartMogul help 201244842", mark("Trials, usage, one-off and adjustment lines; what reductions take off below nothing.")),
        Metric("mrr", mark("MRR"), "money", "higher", mark("What the recurring lines live on a day bring in a month."), mark("Week x 52/12, day x 365/12, term by its calendar months."),
               "ChartMogul help 201244842", mark("As ARR.")),
        Metric("carr", mark("CARR"), "money", "higher", mark("ARR of all lines that run or are booked by the day; a booked line takes the place of what it renews, and of nothing else of the account."), mark("Sum of annual values; of a ramp the step that is live, or due next."),
               "saasops test cases 1 and 2"),
        Metric("nrr", mark("NRR"), "ratio", "higher", mark("Share of the opening accounts' MRR still billed at the close, expansion included."), mark("closing_mrr / opening_mrr of the opening cohort"),
               "docs.vitally.io, measuring NRR", mark("Accounts that came after the opening.")),
        Metric("grr", mark("GRR"), "ratio", "higher", mark("As NRR, with no account above its opening MRR."), mark("retained_mrr / opening_mrr"), "docs.vitally.io, measuring NRR", mark("Expansion.")),
        Metric("logo_retention", mark("Logo retention"), "ratio", "higher", mark("Share of the opening accounts that still pay at the close."), mark("retained_accounts / opening_accounts"), "cloudblue",
               mark("Accounts that came after the opening.")),
        Metric("new", mark("New"), "money", "higher", mark("MRR of accounts that never paid before."), mark("Account by account, month by month."), "ChartMogul help 201244842"),
        Metric("reactivation", mark("Reactivation"), "money", "higher", mark("MRR of accounts that come back, whatever the gap."), mark("Account by account, month by month."), "ChartMogul help 201244842"),
        Metric("expansion", mark("Expansion"), "money", "higher", mark("MRR by which accounts that stay have grown."), mark("Account by account, month by month."), "ChartMogul help 201244842"),
        Metric("contraction", mark("Contraction"), "money", "lower", mark("MRR by which accounts that stay have shrunk."), mark("Account by account, month by month."), "ChartMogul help 201244842"),
        Metric("churn", mark("Churn"), "money", "lower", mark("MRR of accounts that stopped paying."), mark("Account by account; on the day the paid time ends, when grace ran out."), "ChartMogul help 201244842"),
        Metric("entering", mark("Entering"), "money", "neither", mark("Opening MRR of accounts that came into the segment while they paid; told with the segments of then."), mark("Account by account; what else moved such an account counts in the new segment."), "house",
               mark("Accounts that came or were lost in the period: they count where they came to or were.")),
        Metric("leaving", mark("Leaving"), "money", "neither", mark("Opening MRR of accounts that went into another segment while they paid; told with the segments of then."), mark("Account by account; over all segments it equals entering."), "house"),
        Metric("mau", mark("Monthly actives"), "count", "higher", mark("Distinct users active in the last 30 covered days."), mark("From active days per user."), "house", mark("Users that the export does not name; the first month that usage covers.")),
        Metric("usage_trend", mark("Usage trend"), "ratio", "higher", mark("Monthly actives and events against those of the 30 covered days before: the lower of the two changes."), mark("Lower of mau / mau_before - 1 and events / events_before - 1"), "house", mark("Accounts without use before, and those that were not live, not tracked or not covered for 60 days.")),
        Metric("features_used", mark("Features used"), "count", "higher", mark("Distinct features used in the last 30 covered days; an event that the catalogue names no feature for is one by itself."), mark("Count of features; hidden events are none."), "house"),
        Metric("events", mark("Events"), "count", "higher", mark("Events in the last 30 covered days, whoever did them."), mark("Count of events."), "house"),
        Metric("activation_rate", mark("Activation rate"), "ratio", "higher", mark("Share of the accounts followed from their start that reached every milestone."), mark("followed_activated / followed, as of the last day that usage covers"), "blog.growrockets.com",
               mark("Accounts whose start usage does not cover, and those of which a milestone cannot be measured.")),
        Metric("days_to_activate", mark("Time to value"), "days", "lower", mark("Days from go-live, or else the first contract day, to the last milestone."), mark("activated_on - started_on"), "house", mark("Accounts not activated.")),
        Metric("seat_use", mark("Seat use"), "ratio", "higher", mark("Monthly actives against the seats bought."), mark("mau / seats; under 50 % at risk, 60 to 85 % healthy, over 90 % asks for more"), "www.revos.ai", mark("Accounts without seats.")),
        Metric("nps", mark("NPS"), "points", "higher", mark("Promoters (9, 10) less detractors (0 to 6) among the answers."), mark("100 x (promoters - detractors) / answers"), "academy.practicalcsm.com"),
        Metric("csat", mark("CSAT"), "ratio", "higher", mark("Share of the answers that give 4 or 5 of 5."), mark("satisfied / answers"), "house"),
        Metric("nps_margin", mark("NPS margin"), "points", "lower", mark("How far, 95 times of 100, the NPS of all whom one could have asked lies from that of those who answered."), mark("1.96 x 100 x root of (p + d - (p - d)^2) / answers; p, d: shares of promoters and detractors"), "www.cybaea.net 2016-01-14, variance of the Net Promoter Score", mark("One answer, and answers all of one group: no margin can be told.")),
        Metric("response_rate", mark("Response rate"), "ratio", "higher", mark("Share of those asked in the period who answered, among those asked 14 days or longer ago."), mark("answered / were_asked"), "house", mark("Who was asked in the last 14 days; answers of who was not asked. Not known where no file says who was asked.")),
        Metric("csat_mean", mark("Mean CSAT"), "number", "higher", mark("Mean of the answers, 1 to 5."), mark("Sum of the scores / answers"), "house"),
        Metric("health", mark("Health score"), "score", "higher", mark("How well an account is doing, 0 to 100, from weighted groups of measures."), mark("Sum of each measure's points x its effective weight. Notice given and a lapsed renewal cap its band, and are named; less than 40 % of the weight known: little known."),
               "Gainsight, calculation of group scores", mark("Measures that are not known give up their weight; accounts that are no customers have no score. Its change needs two scores of a customer, neither little known.")),
        Metric("breadth", mark("Breadth"), "ratio", "higher", mark("Core features used in the last 30 covered days, of the core features in the catalogue."), mark("core_used / core_features"), "house", mark("Where no feature is marked as core.")),
        Metric("weekday_trend", mark("Trend by weekday"), "ratio", "higher", mark("A usual week of the last 28 covered days against one of the 28 before: weekdays against the same weekdays, without holidays and days on which the whole customer base was quiet."),
               mark("week_now / week_before − 1; a week is the sum over weekdays of the mean daily actives (events, where no user is named)"), "house", mark("Accounts with fewer than 56 covered days.")),
        Metric("top_user_share", mark("Share of the most active user"), "ratio", "lower", mark("Of the days on which users were active in the last 30 covered days, how many are of one user; from 80 % on, use depends on one person."), mark("top_user_days / activity_days"), "house", mark("Fewer than ten activity days, or one seat, make nobody depend on one person.")),
        Metric("adoption", mark("Adoption"), "ratio", "higher", mark("Customers that used the feature in their last 30 covered days, of those whose usage can be seen."), mark("accounts_using / tracked"), "house", mark("Customers whose usage is not known.")),
        Metric("volume", mark("Volume"), "number", "higher", mark("What the quantities of an event add up to in the last 30 covered days; each event by itself, in its own unit."), mark("Sum of the quantities, corrections below zero included"), "house", mark("Accounts whose usage cannot be seen, events that happened and never said a quantity, and days whose events were let go of before quantities were added up.")),
        Metric("stickiness", mark("Stickiness"), "ratio", "higher", mark("Weekly actives per monthly active."), mark("wau / mau"), "house", mark("Accounts without monthly actives.")),
        Metric("open_tickets", mark("Open tickets"), "count", "lower", mark("Tickets opened by the day and not resolved by it."), mark("Count of tickets."), "house", mark("Companies that keep no tickets here.")),
        Metric("csat_rating", mark("CSAT rating"), "number", "higher", mark("Mean rating of support and surveys in the last 180 days, 1 to 5."), mark("Mean of the answers; that of a ticket counts once it is resolved."), "house", mark("Accounts that did not answer.")),
        Metric("nps_answer", mark("NPS answer"), "number", "higher", mark("The account's latest answer to how likely it is to recommend you, 0 to 10."), mark("Latest answer, at most 365 days old."), "help.planhat.com 9587221",
               mark("Accounts that did not answer.")),
        Metric("days_since_conversation", mark("Days since a conversation"), "count", "lower", mark("Days since the last conversation that was logged."), mark("Day looked at - day of the conversation."), "house",
               mark("Companies that log no conversations here.")),
        Metric("conversation_sentiment", mark("Conversation sentiment"), "number", "higher", mark("What the latest conversation that says how it went was like: -1 negative, 0 neutral, 1 positive."), mark("Latest of the last 180 days; several of one day: their mean."), "house",
               mark("Accounts of which none says so; that a conversation was held counts nothing.")),
        Metric("known_weight", mark("Known weight"), "ratio", "higher", mark("Share of the health score's whole weight that rests on measures which are known."), mark("Sum of the weights of known measures / sum of all"), "house"),
        Metric("rejected_share", mark("Rejected share"), "ratio", "lower", mark("Share of a file's rows that were rejected."), mark("rejected / read"), "house", mark("Files of which nothing was read.")),
        Metric("usual_rejected_share", mark("Usual rejected share"), "ratio", "lower", mark("What the feed's earlier files had rejected: the one in the middle."), mark("Median of rejected / read"), "house", mark("Files undone since.")),
        Metric("cohort_logo", mark("Cohort logo retention"), "ratio", "higher", mark("Share of a cohort's accounts that pay at the close of a period."), mark("retained_accounts / size"), "house"),
        Metric("cohort_gross", mark("Cohort gross retention"), "ratio", "higher", mark("A cohort's MRR at the close of a period, no account above its first day, against that of the first days."), mark("retained_mrr / opening_mrr"), "house", mark("Expansion.")),
        Metric("cohort_net", mark("Cohort net retention"), "ratio", "higher", mark("A cohort's MRR at the close of a period, expansion included, against that of the first days."), mark("closing_mrr / opening_mrr"), "house"),
        Metric("margin_per_account", mark("Margin per account"), "money", "higher", mark("Gross margin that a cohort has brought so far, for each account that it began with."), mark("Each month's MRR less its share of the cost of revenue, summed, / size"), "house", mark("Months before the first known cost of revenue.")),
        Metric("arpa", mark("ARPA"), "money", "higher", mark("MRR for each paying account."), mark("mrr / accounts at the close of the month"), "ChartMogul"),
        Metric("gross_margin", mark("Gross margin"), "ratio", "higher", mark("What remains of the month's MRR after the cost of revenue, over the whole company."), mark("(revenue - cost_of_revenue) / revenue"), "house", mark("Months without a known cost of revenue.")),
        Metric("customer_churn", mark("Customer churn"), "ratio", "lower", mark("Share of the paying accounts lost in a month, over the last twelve months."), mark("(churned_accounts + paid_and_left) / (opening_accounts + paid_and_left), sums of twelve months"), "ChartMogul",
               mark("Under rules that do not count them, accounts that paid between two closes only.")),
        Metric("annual_churn", mark("Annualised churn"), "ratio", "lower", mark("What the monthly customer churn comes to in a year."), mark("1 - (1 - customer_churn)^12"), "ChartMogul"),
        Metric("ltv", mark("LTV"), "money", "higher", mark("Gross margin that an account brings until it churns."), mark("arpa x gross_margin / customer_churn"), "mhq", mark("Where fewer than 5 accounts churned in the twelve months, or costs are not known.")),
        Metric("ltv_low", mark("LTV at least"), "money", "higher", mark("LTV at the highest churn that the churns of twelve months speak for (95 %)."), mark("arpa x gross_margin / upper bound of customer_churn"), "Wilson 1927"),
        Metric("ltv_high", mark("LTV at most"), "money", "higher", mark("LTV at the lowest churn that the churns of twelve months speak for (95 %)."), mark("arpa x gross_margin / lower bound of customer_churn"), "Wilson 1927", mark("Where nobody churned: there is no upper bound then.")),
        Metric("ltv_without_margin", mark("LTV without margin"), "money", "higher", mark("Revenue that an account brings until it churns."), mark("arpa / customer_churn"), "ChartMogul LTV", mark("Where fewer than 5 accounts churned in the twelve months.")),
        Metric("ltv_by_renewal", mark("LTV by renewal"), "money", "higher", mark("Gross margin that an account brings for as long as accounts go on renewing."), mark("arpa x renewal_period x gross_margin; renewal_period = term / (1 - renewal_rate)"), "an article on B2B product management, 2025", mark("Where fewer than 5 renewals were lost in the twelve months.")),
        Metric("still_there", mark("Still there"), "ratio", "higher", mark("Share of the accounts that go on paying beyond so long a time since their first paid day, those who are still there counted for as long as they were followed."),
               mark("Product of (1 - lost / came up) over the days of a lifetime on which somebody was lost"), "Kaplan and Meier 1958", mark("Time before an account was followed; what comes after the last month's close at which grace can change no loss any more.")),
        Metric("median_months", mark("Months until half are lost"), "months", "higher", mark("After how long half of the accounts are lost."), mark("First day of a lifetime after which at most half are still there, in months of 365.25 / 12 days"), "Brookmeyer and Crowley 1982", mark("Groups of which half are not lost yet.")),
        Metric("lifetime", mark("Terms to be paid"), "number", "higher", mark("How many terms a new account is to pay for, from its first on, those that come later counting for less."), mark("Sum over t from 0 of S(t) / (1 + discount)^t, S by the sBG curve of the term"), "Fader and Hardie 2010", mark("Groups and terms without a curve.")),
        Metric("residual", mark("Terms still to be paid"), "number", "higher", mark("How many terms an account that has renewed so often is to pay for from its coming renewal on, told just before it, those that come later counting for less."), mark("Sum over t from 0 of S(n + 1 + t) / S(n) / (1 + discount)^t"), "Fader and Hardie 2010", mark("Groups and terms without a curve.")),
        Metric("ltv_discounted", mark("LTV discounted"), "money", "higher", mark("Gross margin that a new account is to bring, by the curve of all renewals that were followed, what comes later counting for less."), mark("arpa x gross_margin x lifetime x term in months, terms of several lengths by what is paid under them"), "Fader and Hardie 2010", mark("Where no curve fits terms that hold nine tenths of the MRR, or costs are not known.")),
        Metric("revenue_discounted", mark("Revenue discounted"), "money", "higher", mark("LTV discounted, without the margin."), mark("arpa x lifetime x term in months"), "Fader and Hardie 2010", mark("As LTV discounted, costs aside.")),
        Metric("revenue_by_renewal", mark("Revenue by renewal"), "money", "higher", mark("LTV by renewal, without the margin."), mark("arpa x renewal_period"), "house", mark("Where fewer than 5 renewals were lost in the twelve months.")),
        Metric("payback_month", mark("Month of payback"), "count", "lower", mark("The month of a cohort's life by whose end the gross margin for each account has paid for what winning one cost; seen or foreseen, as stands beside it."), mark("First month with margin_per_account >= cac"), "house", mark("Cohorts whose margin or CAC is not known, and those that do not get there within five years.")),
        Metric("cac", mark("CAC"), "money", "lower", mark("Sales and marketing spent for each new account, over the last twelve months."), mark("spent / new accounts of the months whose spending is known"), "guidewhale"),
        Metric("ltv_to_cac", mark("LTV / CAC"), "number", "higher", mark("How often an account brings back what winning it cost; above 3 is the usual target."), mark("ltv / cac"), "an article on B2B product management, 2025"),
        Metric("payback_months", mark("Payback"), "months", "lower", mark("Months until the gross margin of an account has paid for winning it."), mark("cac / (arpa x gross_margin)"), "guidewhale"),
        Metric("renewal_rate", mark("Renewal rate"), "ratio", "higher", mark("Share of the renewals decided in the last twelve months after which something of what ended went on; above 85 % is the usual target."), mark("renewed / due"), "an article on B2B product management, 2025", mark("Renewals whose grace has not passed or that wait for an answer; ends that nobody agreed beforehand; what rolls monthly.")),
        Metric("monthly_churn", mark("Monthly churn without a term"), "ratio", "lower", mark("Share of the paying accounts without a term that were lost in a month."), mark("churned_without_term / without_term, sums of the months of the period"), "house",
               mark("Accounts with a line of more than 31 days whose end was agreed.")),
        Metric("quick_ratio", mark("Quick ratio"), "number", "higher", mark("MRR won for each unit of MRR lost, over the last twelve months."), mark("(new + reactivation + expansion) / (contraction + churn)"), "pitchkit.net"),
        Metric("churn_probability", mark("Churn probability"), "ratio", "lower", mark("How likely the account is to be lost at its next renewal, or within 90 days where it has no term as long as that."),
               mark("The churn model's, as tried on past renewals."), "house", mark("Accounts without a model that may be used; renewals that are settled.")),
        Metric("auc", mark("AUC"), "number", "higher", mark("Of one renewal that was lost and one that was kept, how often the lost one was thought more at risk; 0.5 is chance."), mark("Share of pairs won, ties half."), "Hanley and McNeil 1982"),
        Metric("lift", mark("Lift"), "number", "higher", mark("How many times more often the top decile by risk was lost than the average."), mark("Rate of the top decile / rate of all"), "house"),
        Metric("exposure", mark("ARR that renews in 90 days"), "money", "neither", mark("ARR of the customers who ask for a request and renew within 90 days."), mark("ARR on the day of each such account once, whole, however many of its lines end"), "house",
               mark("Former customers, prospects, and names that are no account.")),
        Metric("request_points", mark("Points of a request"), "count", "higher", mark("How much speaks for building a request: points for the customers who ask, for what it brings, and for little effort."), mark("reach + value + effort, by the formula on the page Feature requests"), "house",
               mark("Requests that no customer asks for, whose value nobody has said, or whose effort is not estimated.")),
        Metric("brier", mark("Brier score"), "number", "lower", mark("Mean squared distance between a probability and what happened; 0 is perfect."), mark("mean((probability - outcome)^2)"), "Brier 1950"),
        Metric("conversion", mark("Conversion of offers"), "ratio", "higher", mark("Share of the offers that ended in the period which were won."), mark("won / (won + lost)"), "house", mark("Open offers; those that are faulty: no account, no amount, no rate, ended before they were made.")),
        Metric("days_to_close", mark("Days to close"), "days", "lower", mark("Days from the day on which an offer was made to the day on which it was won or lost: the one in the middle."), mark("Median of closed_on - made_on"), "house", mark("As the conversion.")),
        Metric("arpu_uplift", mark("ARPU uplift"), "ratio", "higher", mark("By how much MRR for each account is higher 90 days after it took an offer than on the day before the offer was made."), mark("mrr_after / mrr_before - 1 of the same accounts"), "house", mark("Offers won less than 90 days ago; accounts that paid nothing before.")),
        Metric("referral_conversion", mark("Referrals won"), "ratio", "higher", mark("Share of the referrals that ended in the period which became customers."), mark("won / (won + lost)"), "house", mark("Those that are open, and those that the customer declined.")),
    )
})  # fmt: skip
