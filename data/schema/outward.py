"""Tables of what comes by itself and of what leaves: pulls of sources, and deliveries of reports. The program alone writes them."""

from data.schema.columns import Column, Table

SOURCE_PULLS = Table(
    "source_pulls",
    "Pulls of sources",
    "One row per pull of a source: what came of it, and up to where the source is read.",
    (
        Column("pull_id", "id", "The pull's id.", required=True, example="billing 2024-06-10T06:00:00Z"),
        Column("source", "id", "The source: the name of its file.", required=True, example="billing"),
        Column("began_at", "instant", "When it began.", required=True, example="2024-06-10T06:00:00Z"),
        Column("ended_at", "instant", "When it ended.", required=True, example="2024-06-10T06:00:04Z"),
        Column(
            "outcome",
            "choice",
            "What came of it: waiting where what came cannot be taken before a person has answered.",
            choices=("imported", "nothing new", "waiting", "failed"),
            required=True,
            example="imported",
        ),
        Column("rows", "integer", "Rows that came, those that were known already among them.", example="1200"),
        Column("requests_made", "integer", "Queries or requests that were answered.", example="12"),
        Column("retries", "integer", "Requests that were tried again.", example="1"),
        Column("cursor_from", "text", "From where it read; empty from the start.", example="instant:2024-06-10T05:00:00+00:00"),
        Column(
            "cursor_to",
            "text",
            "Up to where the source is read; empty where this pull does not say.",
            example="instant:2024-06-10T05:59:58+00:00",
        ),
        Column(
            "read_by",
            "id",
            "Where it read, and by which cursor, as a digest: where that is another, the next pull begins anew.",
            example="5f7c...",
        ),
        Column("batch_number", "integer", "The batch that holds its rows.", example="17"),
        Column("fields", "text", "The columns that came, with their types, as JSON.", example='{"id": "text", "amount": "decimal"}'),
        Column("problem", "text", "What stopped it, or is to be known of it.", example="The database did not answer."),
        Column("what_to_do", "text", "What to do about it.", example="Start the database; it is tried again at 06:05."),
    ),
    key=("pull_id",),
    by_account=False,
    by_program=True,
)

DELIVERIES = Table(
    "deliveries",
    "Deliveries",
    "One row per delivery of a report to a place outside: what left, where to, and what came of it.",
    (
        Column("delivery_id", "id", "The delivery's id.", required=True, example="health-to-crm 2024-06-10T06:00:00Z"),
        Column("delivery", "id", "The schedule that it is of: the name of its file.", required=True, example="health-to-crm"),
        Column("report", "id", "The report.", required=True, example="health"),
        Column("began_at", "instant", "When it began.", required=True, example="2024-06-10T06:00:00Z"),
        Column("ended_at", "instant", "When it ended.", required=True, example="2024-06-10T06:00:04Z"),
        Column(
            "outcome",
            "choice",
            "What came of it: nothing new where the target has these very rows already.",
            choices=("delivered", "nothing new", "failed"),
            required=True,
            example="delivered",
        ),
        Column("rows", "integer", "Rows that left.", example="480"),
        Column("attempts", "integer", "How often it was tried.", example="1"),
        Column("data_version", "integer", "How many entries the log of imports had: of which data it is.", example="412"),
        Column("digest", "text", "SHA-256 of the rows, by which a repeat is told.", example="5f7c..."),
        Column("target", "text", "Where to, without secrets.", example="folder /srv/exports"),
        Column("problem", "text", "What stopped it.", example="The target answered 503."),
        Column("what_to_do", "text", "What to do about it.", example="It is tried again at 06:05."),
    ),
    key=("delivery_id",),
    by_account=False,
    by_program=True,
)
