"""Tables that models write."""

from data.schema.columns import ACCOUNT_ID, Column, Table

PREDICTIONS = Table(
    "predictions",
    "Predictions",
    "One row per account, day of looking and day looked ahead to: what a churn model said, and in the end what happened.",
    (
        ACCOUNT_ID,
        Column("as_of", "day", "The day on which the model looked; nothing after it was used.", required=True, example="2024-05-01"),
        Column("due_on", "day", "The renewal, or the end of the stretch looked ahead.", required=True, example="2024-07-30"),
        Column("lead_days", "integer", "Days from as_of to due_on.", required=True, example="90"),
        Column(
            "purpose",
            "choice",
            "outlook: what is ahead; test: held-out past on which the model was tried.",
            required=True,
            choices=("outlook", "test"),
            example="outlook",
        ),
        Column("probability", "number", "The probability of churn, 0 to 1.", required=True, example="0.12"),
        Column("reasons", "text", "What stands out, with numbers; an association, never a cause.", example="weekly actives 42 -> 18"),
        Column("churned", "bool", "What happened, for the held-out past.", example="false"),
        Column("model_version", "id", "The model that said it.", required=True, example="churn-2024-05-01-1a2b3c4d"),
    ),
    key=("account_id", "as_of", "due_on", "purpose", "model_version"),
    by_program=True,
)

CHURN_MODELS = Table(
    "churn_models",
    "Churn models",
    "One row per churn model that was trained: how it did, and whether it may be used.",
    (
        Column("model_version", "id", "The model's version.", required=True, example="churn-2024-05-01-1a2b3c4d"),
        Column("trained_as_of", "day", "The last day that training looked at.", required=True, example="2024-05-01"),
        Column("verdict", "text", "usable, or why it is not.", required=True, example="usable"),
        Column("card", "text", "The card, as JSON.", required=True, example="{}"),
        Column("learned_from", "text", "The batches that stood when it was trained, with commas between.", example="1,2,3"),
    ),
    key=("model_version",),
    by_account=False,
    by_program=True,
)
