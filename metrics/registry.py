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
               "ChartMogul help 201244842", "Trials, usage, one-off and adjustment lines; lines worth nothing."),
        Metric("mrr", "MRR", "money", "higher", "What the recurring lines live on a day bring in a month.", "Week x 52/12, day x 365/12, term by its calendar months.",
               "ChartMogul help 201244842", "As ARR."),
        Metric("carr", "CARR", "money", "higher", "ARR of all lines booked by the day; a booked line replaces those that end by its start.", "Sum of annual values.",
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
        Metric("mau", "Monthly actives", "count", "higher", "Distinct users active in the last 30 days.", "From active days per user.", "house", "Users that the export does not name."),
        Metric("usage_trend", "Usage trend", "ratio", "higher", "Monthly actives against those of the 30 days before.", "mau / mau before - 1", "house", "Accounts without actives before."),
        Metric("features_used", "Features used", "count", "higher", "Distinct events in the last 30 days.", "Count of event names.", "house"),
        Metric("activation_rate", "Activation rate", "ratio", "higher", "Share of the accounts followed from their start that reached every milestone.", "followed_activated / followed", "blog.growrockets.com",
               "Accounts whose start usage does not cover; milestones that cannot be measured for an account."),
        Metric("days_to_activate", "Time to value", "days", "lower", "Days from go-live, or else the first contract day, to the last milestone.", "activated_on - started_on", "house", "Accounts not activated."),
        Metric("seat_use", "Seat use", "ratio", "higher", "Monthly actives against the seats bought.", "mau / seats; under 50 % at risk, 60 to 85 % healthy, over 90 % asks for more", "www.revos.ai", "Accounts without seats."),
        Metric("nps", "NPS", "points", "higher", "Promoters (9, 10) less detractors (0 to 6) among the answers.", "100 x (promoters - detractors) / answers", "academy.practicalcsm.com"),
        Metric("csat", "CSAT", "ratio", "higher", "Share of the answers that give 4 or 5 of 5.", "satisfied / answers", "house"),
        Metric("health", "Health score", "score", "higher", "How well an account is doing, 0 to 100, from weighted groups of measures.", "Sum of each measure's points x its effective weight.",
               "Gainsight, calculation of group scores", "Measures that are not known give up their weight; accounts that are no customers have no score."),
        Metric("stickiness", "Stickiness", "ratio", "higher", "Weekly actives per monthly active.", "wau / mau", "house", "Accounts without monthly actives."),
        Metric("open_tickets", "Open tickets", "count", "lower", "Tickets opened by the day and not resolved by it.", "Count of tickets.", "house", "Companies that keep no tickets here."),
        Metric("csat_rating", "CSAT rating", "number", "higher", "Mean rating of support and surveys in the last 180 days, 1 to 5.", "Mean of the answers.", "house", "Accounts that did not answer."),
        Metric("nps_answer", "NPS answer", "number", "higher", "The account's latest answer to how likely it is to recommend you, 0 to 10.", "Latest answer of the last 365 days.", "help.planhat.com 9587221",
               "Accounts that did not answer."),
        Metric("days_since_conversation", "Days since a conversation", "count", "lower", "Days since the last conversation that was logged.", "Day looked at - day of the conversation.", "house",
               "Companies that log no conversations here."),
    )
}  # fmt: skip
