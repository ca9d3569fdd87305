"""Tables of the health score, of what counts as a feature, and of what counts as activated: what the team decides of them."""

from data.schema.columns import ACCOUNT_ID, Column, Table

SCORE_VERSIONS = Table(
    "score_versions",
    "Versions of the health score",
    "One row per version of the health score that was published: what counts, and how much.",
    (
        Column("version", "integer", "Which version it is, counted from 1.", required=True, example="3"),
        Column("configuration", "text", "All choices of the score, as its file has them.", required=True, example="format = 1"),
        Column("note", "text", "Why it was changed.", example="Tickets count less for free plans"),
        Column("author", "text", "Who published it.", required=True, example="dana@example.com"),
        Column("published_at", "instant", "When it was published.", required=True, example="2024-05-02T09:30:00Z"),
        Column("based_on", "integer", "The version that it was made of; 0 for the one that came with the product.", example="2"),
    ),
    key=("version",),
    by_account=False,
    in_app=True,
    begun_by="configuration",
)

SCORE_OVERRIDES = Table(
    "score_overrides",
    "Health set by hand",
    "One row per band that somebody gave an account for a time, whatever its measures say.",
    (
        Column("override_id", "id", "The record's id.", required=True, example="O-1"),
        ACCOUNT_ID,
        Column("band", "text", "The band that it is in meanwhile.", required=True, example="at_risk"),
        Column("reason", "text", "Why.", required=True, example="New CFO reviews all tools"),
        Column("owner", "text", "Who answers for it.", required=True, example="dana@example.com"),
        Column("starts_on", "day", "The first day on which it holds.", required=True, example="2024-05-02"),
        Column("ends_on", "day", "The day from which it holds no more.", required=True, example="2024-06-01"),
        Column("withdrawn_on", "day", "The day from which it was taken back before its end.", example="2024-05-20"),
    ),
    key=("override_id",),
    in_app=True,
    begun_by="band",
)

FEATURE_CATALOGUE = Table(
    "feature_catalogue",
    "Feature catalogue",
    "One row per event of your usage exports: which feature of the product it is, and whether it counts.",
    (
        Column("event", "id", "The event, as the exports name it.", required=True, example="report_exported"),
        Column("feature", "text", "The feature that it is the use of; several events may be one.", example="Exports"),
        Column("is_core", "bool", "Whether the feature is one that customers who stay use.", example="yes"),
        Column("is_hidden", "bool", "Whether the event is noise: no use of the product, such as a ping or an e-mail sent.", example="no"),
    ),
    key=("event",),
    by_account=False,
    by_name=True,
)

MILESTONES = Table(
    "milestones",
    "Milestones of activation",
    "One row per milestone that an account has to reach before it counts as activated, where your team has chosen its own.",
    (
        Column("milestone_id", "id", "The record's id.", required=True, example="M-1"),
        Column("segment", "text", "For which segment; empty: for every one that has none of its own.", example="Enterprise"),
        Column("place", "integer", "Where it stands in the order, from 1.", required=True, example="1"),
        Column("title", "text", "What it is called.", required=True, example="First report exported"),
        Column(
            "kind",
            "choice",
            "What has to be reached: an event, so many users, or a share of the seats.",
            required=True,
            choices=("event", "users", "seat_share"),
            example="event",
        ),
        Column("event", "text", "The event, where it is one; empty for any.", example="report_exported"),
        Column("at_least", "number", "How many users, or what share of the seats (0 to 1).", example="3"),
        Column("within_days", "integer", "Days after the start from which it counts no more; empty for no limit.", example="30"),
        Column("is_retired", "bool", "Whether it was taken out.", example="no"),
    ),
    key=("milestone_id",),
    by_account=False,
    in_app=True,
    begun_by="title",
)
