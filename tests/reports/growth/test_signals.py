"""A company with one account for each signal of growth, and one without any: each appears for its own reason, and figures equal plain SQL."""

from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, VIEW, Grant, Viewer
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 20)
FOUND = ("seats", "plan", "full", "running", "amounts", "higher", "volume", "team", "domain", "heads")
NAMES = ("fine", "dark", "top", "young", "shrank", "filled", *FOUND)
PLANS = {"top": "Enterprise"}
SEATS = {"seats": 4, "plan": 46}  # of four who use it, and of at most 50


def ago(days: int) -> str:
    return f"{DAY - timedelta(days=days)}T10:00:00Z"


def on(name: str, event: str, day: date, times: int, user: int = 0, quantity: str = "") -> list[str]:
    return [f"{name},{name}-{user},{event},{day}T11:{minute:02}:00Z,{quantity}" for minute in range(times)]


def usage() -> list[str]:
    """Four users of each account every third day for 240 days; beside that what is planted. `dark` has none, `young` began 60 days ago."""
    rows = []
    for name in NAMES:
        days = range(0, 60 if name == "young" else 240, 3)
        rows += [f"{name},{name}-{user},login,{ago(back)}," for user in range(4) for back in days if name != "dark"]
    rows += on("full", "export", date(2024, 5, 10), 50) + on("full", "export", date(2024, 5, 31), 35)  # 85 of 100 in May
    rows += on("running", "export", date(2024, 6, 3), 60) + on("running", "export", date(2024, 6, 19), 40)  # 100 of 100 by 20 June
    rows += on("amounts", "export", date(2024, 5, 3), 1, quantity="78.5") + on("amounts", "export", date(2024, 5, 4), 2)  # 80.5 of 100
    rows += on("fine", "export", date(2024, 5, 3), 40) + on("fine", "export", date(2024, 4, 30), 50)  # April is over, and asked for no more
    rows += on("fine", "audit", date(2024, 6, 10), 9) + on("top", "audit", date(2024, 6, 10), 50)
    rows += on("higher", "audit", date(2024, 6, 1), 7) + on("higher", "audit", date(2024, 6, 2), 5, user=1)
    rows += on("top", "export", date(2024, 5, 3), 59)
    rows += [row for back in range(28) for row in on("volume", "login", DAY - timedelta(days=back), 1)]  # 28 more in four weeks
    return rows + [row for back in range(28) for row in on("young", "login", DAY - timedelta(days=back), 5)]


# People as two files tell of them: of January, and of the first of June.
FIRST = """contact_id,account_id,name,email,department
team-1,team,One,one@team.example,Finance
domain-1,domain,One,one@domain.example,
domain-2,domain,Two,two@gmail.com,
filled-1,filled,One,one@filled.example,Finance
filled-2,filled,Two,two@filled.example,
fine-1,fine,One,one@fine.example,Finance
"""
SECOND = """contact_id,account_id,name,email,department
team-1,team,One,one@team.example,Finance
team-2,team,Two,two@team.example,Operations
team-3,team,Three,three@other.example,Operations
domain-3,domain,Three,three@abroad.example,
domain-4,domain,Four,four@gmail.com,
filled-2,filled,Two,two@filled.example,Legal
fine-2,fine,Two,two@fine.example,finance
dark-1,dark,One,one@dark.example,Sales
"""
PLAN_STEPS = "plan,place,seats\nBasic,1,50\nPro,2,\nEnterprise,3,\n"
PLAN_FEATURES = "feature,plan,monthly_limit\nexport,Basic,100\nexport,Pro,\naudit,Pro,\naudit,Enterprise,\n"


def accounts(headcounts: dict[str, int]) -> str:
    rows = [
        f"{name},{name.title()},{'one' if name == 'team' else 'two'}@example.com,{PLANS.get(name, 'Basic')},{headcounts.get(name, '')}"
        for name in NAMES
    ]
    return "\n".join(["account_id,name,owner,plan,headcount", *rows]) + "\n"


def put(store: Store, folder, file: str, text: str, table: str, **options) -> None:
    (folder / file).write_text(text)
    outcome = import_file(store, folder / file, table=table, options=options)
    assert outcome.batch is not None and not outcome.batch.rejected, (file, outcome)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("growth")
    opened = Store.open(folder / "own.duckdb")
    put(opened, folder, "accounts.csv", accounts({"heads": 100, "fine": 100, "shrank": 100}), "accounts", covers=(date(2023, 1, 31),) * 2)
    put(opened, folder, "later.csv", accounts({"heads": 120, "fine": 104, "shrank": 90}), "accounts", covers=(date(2024, 3, 31),) * 2)
    lines = [f"{name},{name},{'2024-04-20' if name == 'young' else '2023-01-01'},12000,1 year,USD,{SEATS.get(name, 10)}" for name in NAMES]
    put(
        opened,
        folder,
        "contracts.csv",
        "\n".join(["contract_id,account_id,starts_on,amount,period,currency,seats", *lines]) + "\n",
        "contracts",
    )
    put(opened, folder, "usage.csv", "\n".join(["account_id,user_id,event,occurred_at,quantity", *usage()]) + "\n", "usage_events")
    put(opened, folder, "contacts.csv", FIRST, "contacts", covers=(date(2024, 1, 31),) * 2)
    put(opened, folder, "people.csv", SECOND, "contacts", covers=(date(2024, 6, 1),) * 2)
    put(opened, folder, "plans.csv", PLAN_STEPS, "plan_steps")
    put(opened, folder, "features.csv", PLAN_FEATURES, "plan_features")
    yield opened
    opened.close()


def told(store: Store, kind: str, viewer: Viewer = EVERYONE) -> dict[str, tuple[str, bool]]:
    rows = run("growth-signals", store, viewer, Question(as_of=DAY)).rows.filter(kind=kind)
    return {account: (why, clear) for account, why, clear in rows.select("account_id", "why", "is_clear").rows()}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("seats_full", {"seats": ("4 of 4 seats used", True)}),
        ("plan_full", {"plan": ("46 of at most 50 seats of Basic bought", False)}),
        (
            "limit_near",
            {
                "full": ("export: 85 of 100 in 2024-05; 0 so far in 2024-06", False),
                "running": ("export: 0 of 100 in 2024-05; 100 so far in 2024-06", True),
                "amounts": ("export: 80.5 of 100 in 2024-05; 0 so far in 2024-06", False),
            },
        ),
        ("higher_plan_used", {"higher": ("audit (Pro) used 12 times by 2 users in 30 days", False)}),
        # 24 May to 20 June has ten days of use by four (40 events), 26 April to 23 May nine (36); and 28, 100 and 12 events more.
        (
            "volume_grew",
            {
                "volume": ("Events 36 → 68 in four weeks", False),
                "running": ("Events 36 → 140 in four weeks", False),
                "higher": ("Events 36 → 52 in four weeks", False),
            },
        ),
        (
            "new_team",
            {
                "team": ("New team Operations: 2 people, since 2024-06-01", True),
                "domain": ("New domain abroad.example: 1 person, since 2024-06-01", False),
            },
        ),
        ("headcount_grew", {"heads": ("Employees 100 → 120, told on 2024-03-31; 110 have no seat", True)}),
    ],
)
def test_each_signal_finds_its_account_and_no_other(store, kind, expected):
    assert told(store, kind) == expected


def test_an_account_without_a_signal_is_not_there_and_one_without_usage_is_not_known(store):
    signals, unknown = (run(name, store, EVERYONE, Question(as_of=DAY)) for name in ("growth-signals", "growth-unknown"))
    assert set(signals.rows["account_id"]) == set(FOUND)
    assert unknown.rows.select("account_id", "state").rows() == [("dark", "not_tracked")]
    assert signals.totals["not_known"] == 1
    assert signals.totals["arr"] == len(FOUND) * 1_200_000
    assert signals.notes == ()


def test_what_is_clear_stands_on_today_and_nothing_else(store):
    kinds = {"plan_full", "limit_near", "higher_plan_used", "volume_grew", "new_team", "headcount_grew", "seats_full"}
    rows = run("today", store, EVERYONE, Question(as_of=DAY)).rows.filter(pl.col("kind").is_in(kinds))
    assert set(rows.select("account_id", "kind").rows()) == {
        ("seats", "seats_full"), ("running", "limit_near"), ("team", "new_team"), ("heads", "headcount_grew"),
    }  # fmt: skip


def test_a_csm_sees_the_own_accounts_alone(store):
    rows = run("growth-signals", store, Viewer("one@example.com"), Question(as_of=DAY)).rows
    assert set(rows["account_id"]) == {"team"}


def test_on_the_last_day_of_a_month_it_is_a_full_one(store):
    rows = run("growth-signals", store, EVERYONE, Question(as_of=date(2024, 5, 31))).rows.filter(kind="limit_near")
    assert set(rows.select("account_id", "why").rows()) == {
        ("full", "export: 85 of 100 in 2024-05"), ("amounts", "export: 80.5 of 100 in 2024-05"),
    }  # fmt: skip


def test_uses_equal_plain_sql(store):
    """The same from the table of events alone, joined by hand."""
    since, until = date(2024, 5, 22), DAY
    query = """select s.account_id, n.event, count(*) as count, count(distinct u.user_id) as users, sum(coalesce(e.quantity, 1)) as amount
        from usage_events e join users u using (user_no) join subjects s using (subject) join event_names n using (event_no)
        where n.event in ('export', 'audit') and e.occurred_at::date between ? and ? group by all order by all"""
    with View(store) as view:
        expected = view.cursor.execute(query, [since, until]).fetchall()
        found = view.uses(["export", "audit"], since, until).sort("account_id", "event").rows()
        amounts = view.amounts(["export", "audit"], since, until).rows()
    assert found == [row[:4] for row in expected]
    assert amounts == [(*row[:2], row[4]) for row in expected]
    assert len(expected) == 5


BAD_STEPS = "plan,place,seats\nBasic,1,0\nbasic ,2,\nPro,3,\n"
BAD_FEATURES = "feature,plan,monthly_limit\nexport,Pro,0\naudit,Ultimate,\n"


def test_a_plan_with_two_places_no_seats_and_features_of_unknown_plans_are_named(tmp_path):
    bare = Store.open(tmp_path / "own.duckdb")
    put(bare, tmp_path, "accounts.csv", "account_id,name,plan,seats\na,A,Basic,0\n", "accounts")
    put(bare, tmp_path, "contracts.csv", "contract_id,account_id,starts_on,amount,period\n1,a,2024-01-01,5,1 month\n", "contracts")
    put(bare, tmp_path, "plans.csv", BAD_STEPS, "plan_steps")
    put(bare, tmp_path, "features.csv", BAD_FEATURES, "plan_features")
    report = run("growth-signals", bare, EVERYONE, Question(as_of=DAY))
    path = run("upgrade-path", bare, EVERYONE, Question(as_of=DAY))
    bare.close()
    assert report.rows.is_empty()
    assert path.rows.select("account_id", "place", "plan_seats").rows() == [("a", None, None)]
    said = " ".join(path.notes)
    assert "Basic has several places on the upgrade path (1, 2)" in said
    assert "Basic has 0 seats at most" in said
    assert "audit is a feature of Ultimate, which is on no place" in said
    assert "export has a monthly limit of 0.0 in Pro" in said


def test_who_may_not_view_tasks_is_not_told_what_was_said(store):
    given = {"account_id": ["seats"], "item": ["seats_full"], "answer": ["snoozed"], "until": [date(2024, 8, 1)], "reason": ["They know"]}
    told_by = {"given_by": ["dana@example.com"], "given_on": [DAY], "worse_from": [2.0]}
    batch = commit_frame(store, "item_answers", pl.DataFrame(given | told_by), "logged in the app", "dana", edit=True).batch
    whole, narrow = (
        run("growth-signals", store, viewer, Question(as_of=DAY)).rows.filter(account_id="seats").to_dicts()[0]
        for viewer in (EVERYONE, Viewer(rights=(Grant(VIEW, "accounts"),)))
    )
    store.undo(batch)
    assert (whole["answer"], whole["reason"]) == ("snoozed", "They know")
    assert (narrow["answer"], narrow["reason"], narrow["by"]) == ("snoozed", None, None)
