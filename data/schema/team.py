"""Tables of your own people."""

from data.schema.columns import Column, Table

PEOPLE = Table(
    "people",
    "People",
    "One row per person of your own team who uses Holdfast: role, team, and to whom they report.",
    (
        Column("email", "id", "The person's e-mail address, as they sign in.", required=True, example="dana@example.com"),
        Column("name", "text", "The person's name.", example="Dana Ito"),
        Column("role", "text", "The role or, with commas between, roles.", example="csm"),
        Column("team", "text", "The team.", example="North"),
        Column("manager", "id", "The e-mail address of whom the person reports to.", example="lee@example.com"),
        Column("owner", "text", "What accounts say as owner where they are this person's; else the e-mail address.", example="D. Ito"),
        Column("is_active", "bool", "Whether the person may sign in; empty means yes.", example="true"),
        Column("is_removed", "bool", "Whether the person was taken off the list; empty means no.", example="false"),
    ),
    key=("email",),
    by_account=False,
    of_team=True,
)

COVERS = Table(
    "covers",
    "Holiday cover",
    "One row per time in which a person's accounts are lent to another.",
    (
        Column("cover_id", "id", "The cover's id.", required=True, example="CO-1"),
        Column("email", "id", "Whose accounts are lent.", required=True, example="dana@example.com"),
        Column("covered_by", "id", "To whom.", required=True, example="kim@example.com"),
        Column("starts_on", "day", "The first day.", required=True, example="2024-07-01"),
        Column("until", "day", "The last day.", required=True, example="2024-07-14"),
    ),
    key=("cover_id",),
    by_account=False,
    by_program=True,
    of_team=True,
)
