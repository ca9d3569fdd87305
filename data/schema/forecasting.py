"""Tables of what is expected: calls on renewals, forecasts as they were made, targets, scenarios, and accounts that plays leave alone."""

from data.schema.columns import ACCOUNT_ID, Column, Table

RENEWAL_CALLS = Table(
    "renewal_calls",
    "Renewal calls",
    "One row per call that somebody made on a renewal: how they expect it to end, and with what amount.",
    (
        Column("call_id", "id", "The call's id.", required=True, example="RC-1"),
        ACCOUNT_ID,
        Column("due_on", "day", "The renewal: the day on which the account's lines end.", required=True, example="2024-07-30"),
        Column(
            "call",
            "choice",
            "How the renewal is expected to end.",
            required=True,
            choices=("commit", "likely", "at_risk", "lost"),
            example="likely",
        ),
        Column("amount", "money", "The ARR expected after it, in the reporting currency; empty where none was said.", example="12000.00"),
        Column("currency", "currency", "The reporting currency when it was said.", example="USD"),
        Column("note", "text", "What it rests on.", example="Budget confirmed by the sponsor"),
        Column("called_by", "text", "Who made the call.", required=True, example="dana@example.com"),
        Column("called_on", "day", "The day looked at when it was made.", required=True, example="2024-05-02"),
        Column("withdrawn_on", "day", "The day on which it was taken back.", example="2024-05-20"),
    ),
    key=("call_id",),
    in_app=True,
    begun_by="call",
)

FORECASTS = Table(
    "forecasts",
    "Forecasts",
    "One row per forecast of a quarter, as it was made: what was due, what was expected, and the range.",
    (
        Column("made_on", "day", "The day on which it was made; nothing after it was used.", required=True, example="2024-06-30"),
        Column("quarter", "day", "The first day of the quarter that it is of.", required=True, example="2024-07-01"),
        Column("source", "text", "What said it: model, past_rates or calls.", required=True, example="model"),
        Column("owner", "id", "Whose renewals; * for the whole company.", required=True, example="*"),
        Column("currency", "currency", "The reporting currency.", required=True, example="USD"),
        Column("opening_arr", "money", "ARR on the day on which it was made.", example="1200000.00"),
        Column("due_arr", "money", "ARR due for renewal in the quarter.", required=True, example="300000.00"),
        Column("renewing_arr", "money", "ARR expected to renew of what is due.", example="262000.00"),
        Column("expected_expansion", "money", "Expansion expected.", example="21000.00"),
        Column("expected_contraction", "money", "Contraction expected, as a positive amount.", example="6000.00"),
        Column("expected_arr", "money", "ARR expected of today's customers at the end of the quarter.", example="1177000.00"),
        Column("renewing_low", "money", "The lower end of the range of ARR expected to renew.", example="238000.00"),
        Column("renewing_high", "money", "The upper end of the range of ARR expected to renew.", example="281000.00"),
        Column("expected_arr_low", "money", "The lower end of the range of expected_arr.", example="1140000.00"),
        Column("expected_arr_high", "money", "The upper end of the range of expected_arr.", example="1205000.00"),
        Column("range_level", "fraction", "How much of what happens the range is meant to cover.", example="0.8"),
        Column("model_version", "id", "The churn model that it rests on, where it is of one.", example="churn-2024-05-01-1a2b3c4d"),
    ),
    key=("made_on", "quarter", "source", "owner"),
    by_account=False,
    by_program=True,
)

TARGETS = Table(
    "targets",
    "Targets",
    "One row per target that a quarter is held against.",
    (
        Column("target_id", "id", "The target's id.", required=True, example="T-1"),
        Column("quarter", "day", "The first day of the quarter.", required=True, example="2024-07-01"),
        Column(
            "measure",
            "choice",
            "What is to be reached by the end of the quarter.",
            required=True,
            choices=("arr", "renewed_arr", "nrr", "grr"),
            example="nrr",
        ),
        Column("owner", "text", "Whose target; empty for the whole company.", example="Dana Ito"),
        Column("amount", "number", "The target: money in the reporting currency, or a rate such as 1.05.", required=True, example="1.05"),
        Column("currency", "currency", "The currency of money.", example="USD"),
        Column("note", "text", "Where it comes from.", example="Board of March"),
        Column("entered_by", "text", "Who set it.", required=True, example="lee@example.com"),
        Column("is_removed", "bool", "Whether it was taken back.", example="false"),
    ),
    key=("target_id",),
    by_account=False,
    in_app=True,
    begun_by="measure",
)

SCENARIOS = Table(
    "scenarios",
    "Scenarios",
    "One row per scenario that was saved: what would be otherwise, and from which day on.",
    (
        Column("scenario_id", "id", "The scenario's id.", required=True, example="SC-1"),
        Column("name", "text", "Its name.", required=True, example="Price rise of 5 % for SMB"),
        Column("assumptions", "text", "What is otherwise, as JSON.", required=True, example="[]"),
        Column("as_of", "day", "The day looked at when it was saved.", required=True, example="2024-06-30"),
        Column("note", "text", "What it is for.", example="Board of July"),
        Column("owner", "id", "Whose it is.", required=True, example="dana@example.com"),
        Column("is_shared", "bool", "Whether everybody who sees revenue sees it.", example="true"),
        Column("in_board_pack", "bool", "Whether the board pack shows it.", example="true"),
        Column("is_removed", "bool", "Whether it was removed.", example="false"),
    ),
    key=("scenario_id",),
    by_account=False,
    in_app=True,
    begun_by="owner",
)

PLAY_HOLDOUTS = Table(
    "play_holdouts",
    "Held out of plays",
    "One row per account that a play would have started for, and was left alone to see what happens without it.",
    (
        Column("holdout_id", "id", "The record's id.", required=True, example="adoption_rescue A-1001 usage_fell 2024-06"),
        ACCOUNT_ID,
        Column("play_id", "id", "The play.", required=True, example="adoption_rescue"),
        Column("reason", "text", "Why it would have been started.", required=True, example="usage_fell 2024-06"),
        Column("held_out_on", "day", "The day on which it would have been started.", required=True, example="2024-06-10"),
        Column("released_on", "day", "The day from which the play may be started again for it.", example="2024-07-10"),
        Column("released_by", "text", "Who said so.", example="dana@example.com"),
    ),
    key=("holdout_id",),
    in_app=True,
    begun_by="play_id",
)
