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

SIMILAR_LOOKS = Table(
    "similar_looks",
    "Similar past looks",
    "One row per prediction and look of the past that was most like it: at which account, how alike, and how it ended.",
    (
        ACCOUNT_ID,
        Column("as_of", "day", "The day on which the model looked; nothing after it was used.", required=True, example="2024-05-01"),
        Column("due_on", "day", "The renewal, or the end of the stretch looked ahead.", required=True, example="2024-07-30"),
        Column("model_version", "id", "The model by which they are alike.", required=True, example="churn-2024-05-01-1a2b3c4d"),
        Column("place", "integer", "1 for the one most like it.", required=True, example="1"),
        Column("other_account_id", "id", "The account that was looked at then.", required=True, example="A-1017"),
        Column("other_looked_on", "day", "The day of the past on which it was looked at.", required=True, example="2023-02-01"),
        Column("other_due_on", "day", "The renewal, or the end of the stretch looked ahead, then.", required=True, example="2023-05-02"),
        Column(
            "outcome",
            "choice",
            "How it ended: renewed, lost, or stayed (without a term).",
            required=True,
            choices=("renewed", "lost", "stayed"),
            example="renewed",
        ),
        Column("left_on", "day", "The day on which the account left, of those that were lost.", example="2023-05-02"),
        Column("likeness", "fraction", "1: the same in all that the model weighs; 0: no more like it than the middle one.", example="0.8"),
        Column("alike_in", "text", "The inputs of the model in which both are about the same, with commas between.", example="wau_change"),
        Column("apart_in", "text", "The inputs of the model in which they are not, with commas between.", example="tickets_log"),
    ),
    key=("account_id", "as_of", "due_on", "model_version", "place"),
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
