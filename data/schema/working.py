"""Tables of the day's work: what people do with and for customers, and how they like to see it."""

from data.schema.columns import ACCOUNT_ID, Column, Table

ACTIVITIES = Table(
    "activities",
    "Activities",
    "One row per conversation, task, play or note with an account.",
    (
        Column("activity_id", "id", "The record's id.", required=True, example="AC-1"),
        ACCOUNT_ID,
        Column("kind", "choice", "What it is.", choices=("conversation", "task", "play", "note"), required=True, example="conversation"),
        Column("owner", "text", "Who did it or is to do it.", example="dana@example.com"),
        Column("status", "text", "open or done.", example="done"),
        Column("due_on", "day", "The day it is due.", example="2024-06-01"),
        Column("done_on", "day", "The day it was done.", example="2024-06-01"),
        Column("body", "text", "What was said or is to be done.", example="Agreed the renewal scope"),
        Column(
            "sentiment", "choice", "How the customer took a conversation.", choices=("positive", "neutral", "negative"), example="positive"
        ),
        Column("channel", "text", "How a conversation was held: call, meeting, visit, email, chat.", example="call"),
        Column("contacts", "text", "The contact ids of who took part, with commas between.", example="C-1,C-2"),
        Column("about", "text", "The kind of thing on Today that led to it.", example="usage_fell"),
        Column("set_on", "day", "The day on which a task was set, where that is known.", example="2024-05-20"),
        Column("done_by", "text", "Who did a task; empty means whose it was.", example="kim@example.com"),
    ),
    key=("activity_id",),
    known_by_content=True,
)

DONE_STATUSES = ("done", "completed", "complete", "closed")
"""What files call the status of a task that is done, in small letters."""
TASK_SAYS = ("body", "owner", "due_on")
"""What a task that was set or imported says, one of them at least."""

ITEM_ANSWERS = Table(
    "item_answers",
    "Answers to items of Today",
    "One row per account and kind of thing on Today that was put off, handed over, or marked as wrong.",
    (
        ACCOUNT_ID,
        Column("item", "text", "The kind of thing, as Today names it.", required=True, example="usage_fell"),
        Column(
            "answer",
            "choice",
            "What was said to it; open again means that it shows as before.",
            choices=("snoozed", "handed_over", "wrong", "open_again"),
            required=True,
            example="snoozed",
        ),
        Column("until", "day", "The day on which it shows again, where it is still so.", example="2024-07-01"),
        Column("reason", "text", "Why.", required=True, example="The school holidays: nobody is there"),
        Column("handed_to", "text", "To whom it was handed over.", example="kim@example.com"),
        Column("given_by", "text", "Who said so.", required=True, example="dana@example.com"),
        Column("given_on", "day", "The day looked at when it was said.", required=True, example="2024-06-10"),
        Column("why", "text", "The line that stood there then.", example="Monthly actives 42 -> 18 in 30 days"),
        Column(
            "basis", "text", "Which trouble of that kind it was: the notice's day, the champion; another one shows.", example="2024-06-20"
        ),
        Column("worse_from", "number", "From which measure it shows again since it has got clearly worse.", example="-12.6"),
        Column("task_id", "id", "The task that was given with it, where it was handed over.", example="3f2a"),
    ),
    key=("account_id", "item"),
    in_app=True,
)

NEXT_STEPS = Table(
    "next_steps",
    "Next steps",
    "One row per account: what is to be done next with it.",
    (
        ACCOUNT_ID,
        Column("next_step", "text", "What is to be done next with the account.", example="Show the new planning board"),
        Column("next_step_due_on", "day", "The day on which the next step is due.", example="2024-07-01"),
    ),
    key=("account_id",),
    in_app=True,
)

GOALS = Table(
    "goals",
    "Goals of customers",
    "One row per goal that a customer wants to reach: the success plan.",
    (
        Column("goal_id", "id", "The goal's id.", required=True, example="G-1"),
        ACCOUNT_ID,
        Column("title", "text", "What the customer wants.", required=True, example="Month-end close in three days"),
        Column("measure", "text", "What shows it.", example="Days from month end to close"),
        Column("target", "text", "What is to be reached.", example="3"),
        Column("due_on", "day", "By when.", example="2024-12-31"),
        Column("state", "choice", "How it stands.", choices=("open", "reached", "missed", "dropped"), required=True, example="open"),
        Column("evidence", "text", "What proves the state.", example="Close of November took three days, mail of 4 December"),
        Column("owner", "text", "Who sees to it on our side.", example="dana@example.com"),
        Column("set_on", "day", "The day looked at when it was set.", example="2024-06-10"),
        Column("closed_on", "day", "The day looked at when it was reached, missed or dropped.", example="2024-12-04"),
    ),
    key=("goal_id",),
    in_app=True,
    begun_by="set_on",
)

PLAYS = Table(
    "plays",
    "Plays",
    "One row per play that your team has written or changed: steps that are done for an account for one reason.",
    (
        Column("play_id", "id", "The play's id.", required=True, example="adoption_rescue"),
        Column("name", "text", "Its name.", required=True, example="Adoption rescue"),
        Column("meaning", "text", "What it is for.", example="Usage fell, and the customer doubts the purchase"),
        Column("segments", "text", "The segments that it is for, one a line; empty means all.", example="Enterprise"),
        Column(
            "trigger",
            "text",
            "The kind of thing on Today, or the condition, that starts it; empty means by hand alone.",
            example="usage_fell",
        ),
        Column("is_on", "bool", "Whether it starts by itself.", example="false"),
        Column("most_a_day", "integer", "How many accounts it may start for by itself on one day.", example="5"),
        Column(
            "steps", "text", "The steps as JSON: what is done, by whom, and how many days after the start.", required=True, example="[]"
        ),
        Column("is_retired", "bool", "Whether it can be started no more.", example="false"),
        Column(
            "held_out",
            "fraction",
            "The share of accounts that it is not started for by itself, chosen by chance, to see what happens without it.",
            example="0.2",
        ),
    ),
    key=("play_id",),
    by_account=False,
    in_app=True,
)

PLAY_RUNS = Table(
    "play_runs",
    "Started plays",
    "One row per play that was started for an account, with its steps as they were then.",
    (
        Column("run_id", "id", "The started play's id.", required=True, example="adoption_rescue A-1001 usage_fell 2024-06-10"),
        ACCOUNT_ID,
        Column("play_id", "id", "The play.", required=True, example="adoption_rescue"),
        Column("name", "text", "The play's name then.", required=True, example="Adoption rescue"),
        Column("reason", "text", "Why it was started: the same reason starts it once.", required=True, example="usage_fell 2024-06"),
        Column("owner", "text", "Who sees to it.", example="dana@example.com"),
        Column("started_on", "day", "The day from which its steps are due.", required=True, example="2024-06-10"),
        Column("started_by", "text", "Who started it, or that it started by itself.", required=True, example="dana@example.com"),
        Column("started_at", "instant", "The moment from which hours are counted.", required=True, example="2024-06-10T09:30:00Z"),
        Column("steps", "text", "Its steps as JSON, each with who does it and its due day.", required=True, example="[]"),
        Column("state", "choice", "How it stands.", choices=("running", "done", "stopped"), required=True, example="running"),
        Column("ended_on", "day", "The day on which it was done or stopped.", example="2024-07-10"),
        Column("outcome", "text", "What came of it.", example="Usage 20 % -> 80 %; renewed and upgraded"),
        Column("root_cause", "text", "What had led to it, in the end.", example="Nobody had been trained"),
    ),
    key=("run_id",),
    in_app=True,
    begun_by="started_by",
)

PLAY_STEPS = Table(
    "play_steps",
    "Steps of started plays",
    "One row per step of a started play that was done, left out, or changed.",
    (
        Column("run_id", "id", "The started play.", required=True, example="adoption_rescue A-1001 usage_fell 2024-06-10"),
        Column("step", "integer", "The step's number, from 1.", required=True, example="1"),
        ACCOUNT_ID,
        Column("status", "choice", "How it stands.", choices=("open", "done", "skipped"), required=True, example="done"),
        Column("owner", "text", "Who is to do it, where that was changed.", example="kim@example.com"),
        Column("due_on", "day", "The day it is due, where that was changed.", example="2024-06-12"),
        Column("done_on", "day", "The day it was done.", example="2024-06-11"),
        Column("done_by", "text", "Who did it.", example="dana@example.com"),
        Column("done_at", "instant", "The moment at which it was said to be done.", example="2024-06-11T15:00:00Z"),
        Column(
            "started_at",
            "instant",
            "When the play was started that it is of: a start that was taken back keeps no step.",
            required=True,
            example="2024-06-10T09:30:00Z",
        ),
        Column("effort_days", "number", "Days of work that went into it.", example="2"),
        Column("effort_cost", "money", "Money that went into it, in the reporting currency.", example="1200.00"),
        Column("note", "text", "What is to be kept of it.", example="Twelve people trained, manual left with them"),
    ),
    key=("run_id", "step"),
    in_app=True,
)

CHURN_REASONS = Table(
    "churn_reasons",
    "Churn reasons",
    "One row per reason of the list that your team keeps, on two levels.",
    (
        Column("reason_id", "id", "The reason's id.", required=True, example="price.budget_cut"),
        Column("parent_id", "id", "The reason of the first level that it belongs to; empty for one of the first level.", example="price"),
        Column("name", "text", "Its name.", required=True, example="Budget was cut"),
        Column("is_preventable", "bool", "Whether such a churn could have been prevented.", example="false"),
        Column("place", "integer", "Its place in the list.", example="1"),
        Column("is_retired", "bool", "Whether it can be chosen no more.", example="false"),
    ),
    key=("reason_id",),
    by_account=False,
    in_app=True,
)

CHURN_ANSWERS = Table(
    "churn_answers",
    "Why accounts churned",
    "One row per account and day of churn: the reason that your team found, and what it rests on.",
    (
        ACCOUNT_ID,
        Column("churned_on", "day", "The day of the churn, as ARR has it.", required=True, example="2024-06-30"),
        Column("reason_id", "id", "The reason, of the list.", required=True, example="price.budget_cut"),
        Column("reason_name", "text", "The reason's name when it was given.", example="Budget was cut"),
        Column("evidence", "text", "What it rests on.", example="Mail of the finance director, 12 June"),
        Column("said_by", "text", "Who says so: customer, csm, finance or other.", example="customer"),
        Column("is_preventable", "bool", "Whether this one could have been prevented, where it differs from the list.", example="true"),
        Column("given_by", "text", "Who wrote it down.", required=True, example="dana@example.com"),
    ),
    key=("account_id", "churned_on"),
    in_app=True,
)

SAVED_VIEWS = Table(
    "saved_views",
    "Saved views",
    "One row per view of a page that somebody has saved: its name, and what was chosen.",
    (
        Column("view_id", "id", "The view's id.", required=True, example="3f2a"),
        Column("name", "text", "Its name.", required=True, example="Renewals of my enterprise accounts"),
        Column("page", "text", "The page, as in its address.", required=True, example="renewals"),
        Column("choices", "text", "What was chosen, as in the address.", example="segment=Enterprise"),
        Column("owner", "id", "Whose it is.", required=True, example="dana@example.com"),
        Column("shared_with", "text", "The team that sees it too, or * for everybody; empty means nobody else.", example="CS North"),
        Column("is_removed", "bool", "Whether it was removed.", example="false"),
    ),
    key=("view_id",),
    by_account=False,
    in_app=True,
)

VIEW_DEFAULTS = Table(
    "view_defaults",
    "Views that pages open with",
    "One row per person and page: the saved view with which the page opens.",
    (
        Column("person", "id", "The person.", required=True, example="dana@example.com"),
        Column("page", "text", "The page, as in its address.", required=True, example="renewals"),
        Column("view_id", "id", "The view; empty means none.", example="3f2a"),
    ),
    key=("person", "page"),
    by_account=False,
    in_app=True,
)

DIGEST_CHOICES = Table(
    "digest_choices",
    "Choices of digests",
    "One row per person: how often a digest is sent.",
    (
        Column("person", "id", "The person's e-mail address.", required=True, example="dana@example.com"),
        Column("rhythm", "choice", "How often.", choices=("off", "daily", "weekly"), required=True, example="daily"),
        Column("language", "text", "In which language.", example="en"),
    ),
    key=("person",),
    by_account=False,
    in_app=True,
)

DIGESTS = Table(
    "digests",
    "Digests",
    "One row per digest: for whom and of which day, and what became of it.",
    (
        Column(
            "digest_id",
            "id",
            "Person, day and rhythm: the same is never sent twice.",
            required=True,
            example="dana@example.com 2024-06-10 daily",
        ),
        Column("person", "id", "For whom.", required=True, example="dana@example.com"),
        Column("day", "day", "The day of which it is; of a weekly one the Monday.", required=True, example="2024-06-10"),
        Column(
            "state",
            "choice",
            "sending until it is known what became of it; later where the mail server said so, or did not answer; unclear where the connection broke while the text was handed over; nothing where there was nothing to tell.",
            choices=("sending", "sent", "later", "unclear", "refused", "nothing"),
            required=True,
            example="sent",
        ),
        Column("tried_at", "instant", "When it was tried last.", required=True, example="2024-06-10T06:00:00Z"),
        Column("detail", "text", "What the mail server said.", example="250 queued"),
    ),
    key=("digest_id",),
    by_account=False,
    by_program=True,
)
