"""Which kind of object each report and document is about: who may view that kind may ask for it, within their scope."""

OF_KIND = {
    "accounts": (
        "accounts", "health", "health-change", "health-change-parts", "health-lift", "health-record",
        "health-parents", "health-frozen", "today",
        "today-by-owner", "usage", "usage-history",
        "features", "activation",
        "portfolio-health", "portfolio-accounts", "health-moves", "health-flow", "portfolio-pack",
        "activation-funnel", "not-started", "quality", "contacts", "tickets", "surveys", "churn-events",
        "next-steps", "account-changes", "timeline", "stakeholders", "stakeholder-gaps", "usage-cohorts",
        "feature-catalogue", "usage-depth", "feature-adoption", "stopped-feeds", "usage-volume", "volume-by-event",
        "health-history",
        "nps", "csat", "nps-trend", "csat-trend", "survey-scores", "survey-answers", "survey-accounts", "survey-follow-ups",
        "activation-curve", "activation-cohorts", "milestones",
        "not-asked", "contacts-not-asked", "silent-decision-makers",
        "growth-signals", "growth-unknown",
        "health-lab", "health-lab-measures", "health-lab-calibration", "health-lab-versions", "health-lab-proposal",
        "support", "sla", "sla-months", "sla-tickets", "ticket-backlog", "ticket-subjects", "support-falls", "support-fallen",
        "sla-problems",
    ),
    "activities": (
        "activities", "logged", "tasks", "team-load", "day-summary",
        "goals",
        "feature-requests", "request-votes", "request-follow-up",
        "plays", "play-steps", "play-starts",
        "offers", "referrals",
    ),
    "revenue": (
        "arr", "movements", "movement-accounts", "movement-lines", "paid-and-left", "retention", "retention-series", "retention-accounts",
        "contract-lines", "renewals", "renewal-rate", "cohorts", "cohort-averages", "unit-economics", "compare-rules", "reconcile",
        "product-pairs", "board-pack", "churn-reasons", "churned-accounts", "unexplained-churns", "uncounted-churn-answers",
        "whitespace", "upgrade-path", "upgrade-plans", "offer-conversion",
        "renewal-calls",
    ),
    "plays": ("churn-reason-list", "request-formula", "health-versions", "plan-features", "sla-targets", "support-calendars", "holidays"),
    "closes": ("closes", "restatement"),
    "imports": ("feeds", "account-matching", "import-quality", "migration"),
    "model": ("churn-model",),
    "definitions": ("self-check",),
    "people": ("people",),
    "store": ("audit",),
}  # fmt: skip
KIND_OF = {name: kind for kind, names in OF_KIND.items() for name in names}
