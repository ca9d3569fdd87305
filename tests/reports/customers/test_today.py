"""A company with one account per kind of trouble, and one without any: each appears for its own reason, that one not at all."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import VIEW, Grant, Viewer
from data.work import answers
from metrics.today import KINDS
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)
NAMES = ("fine", "renewal", "notice", "fell", "idle", "tickets", "champion", "full")


def ago(days: int) -> str:
    return f"{DAY - timedelta(days=days)}T10:00:00Z"


def usage(name: str) -> list[str]:
    """Four users every third day for eight months; those of `fell` and the champion stop, `idle` has none, `full` has ten."""
    rows = []
    for user in range(0 if name == "idle" else 10 if name == "full" else 4):
        stopped = 31 if (name == "fell" and user) or (name == "champion" and user == 0) else 0
        rows += [f"{name},{name}-{user},feature{back % 8},{ago(back)}" for back in range(0, 240, 3) if back >= stopped]
    return rows


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("today")
    opened = Store.open(folder / "own.duckdb")
    ends = dict.fromkeys(NAMES, DAY + timedelta(days=200)) | {"renewal": DAY + timedelta(days=40), "notice": DAY + timedelta(days=50)}
    files = {
        "accounts.csv": ["account_id,name,owner", *(f"{name},{name.title()},{'one' if name == 'fell' else 'two'}@example.com" for name in NAMES)],
        "contracts.csv": [
            "contract_id,account_id,starts_on,ends_on,amount,period,currency,seats,cancelled_on",
            *(f"{name},{name},2023-12-01,{ends[name]},12000,1 year,USD,10,{'2024-06-20' if name == 'notice' else ''}" for name in NAMES),
        ],
        "usage.csv": ["account_id,user_id,event,occurred_at", *(row for name in NAMES for row in usage(name)), *usage("full")],
        "tickets.csv": [
            "ticket_id,account_id,opened_at,resolved_at",
            f"t-old,fine,{ago(100)},{ago(99)}", *(f"t-{back},tickets,{ago(back)},{ago(back)}" for back in (1, 5, 9)),
        ],
        "contacts.csv": ["contact_id,account_id,name,is_champion", *(f"{name}-0,{name},Person of {name},true" for name in NAMES)],
        "activities.csv": [
            "activity_id,account_id,kind,done_on",
            *(f"a-{name},{name},conversation,{DAY - timedelta(days=10)}" for name in NAMES if name != "renewal"),
        ],
    }  # fmt: skip
    # The usage export names every account, so that nothing from `idle` means that it used nothing.
    for file, lines in files.items():
        (folder / file).write_text("\n".join(lines) + "\n")
        outcome = import_file(opened, folder / file, options={"covers_all_accounts": file == "usage.csv"})
        assert outcome.batch is not None and not outcome.batch.rejected, outcome.problems
    yield opened
    opened.close()


def reasons(store: Store, owner: str | None = None) -> set[tuple[str, str]]:
    found = run("today", store, Viewer(owner), Question(as_of=DAY))
    return set(found.rows.select("account_id", "kind").rows())


def test_every_kind_finds_its_account_and_no_other(store):
    found = reasons(store)
    assert {kind: {account for account, of in found if of == kind} for _, kind in found} == {
        "renewal_unprepared": {"renewal"},
        "notice_given": {"notice"},
        "usage_fell": {"fell"},
        "never_started": {"idle"},
        "tickets_rising": {"tickets"},
        "champion_silent": {"champion"},
        "seats_full": {"full"},
        "health_fell": {"fell"},
    }
    assert "fine" not in {account for account, _ in found}


def test_every_item_names_a_figure_and_its_numbers(store):
    rows = run("today", store, Viewer(), Question(as_of=DAY)).rows
    assert rows["figure"].null_count() == 0
    assert all(any(sign.isdigit() for sign in why) for why in rows["why"])


def test_totals_count_each_account_once_and_owners_re_add(store):
    whole, owners = (run(name, store, Viewer(), Question(as_of=DAY)) for name in ("today", "today-by-owner"))
    assert whole.totals["accounts"] == whole.rows["account_id"].n_unique() == owners.rows["accounts"].sum()
    assert sum(whole.totals[f"accounts_{urgency}"] for urgency in ("now", "soon", "later")) == whole.totals["accounts"]
    assert sum(whole.total(f"arr_{urgency}") for urgency in ("now", "soon", "later")) == whole.total("arr")
    assert sum(whole.totals[f"arr_{urgency}"] for urgency in ("now", "soon", "later")) == whole.totals["arr"]
    assert whole.totals["arr"] == whole.totals["accounts"] * 1200000 == owners.rows["arr"].sum()
    fell = [whole.totals[name] for name in ("health_fell", "usage_fell", "health_or_usage_fell")]
    assert fell == [1, 1, 1]  # both fell of one account, which counts once


def test_a_csm_sees_the_own_accounts_alone(store):
    assert {account for account, _ in reasons(store, "one@example.com")} == {"fell"}


def test_what_is_not_imported_is_said_and_is_no_good_news(store, tmp_path):
    bare = Store.open(tmp_path / "own.duckdb")
    (tmp_path / "contracts.csv").write_text("contract_id,account_id,starts_on,ends_on,amount,period\nc,a,2024-01-01,2024-08-01,5,1 month\n")
    assert import_file(bare, tmp_path / "contracts.csv").batch is not None
    assert run("today", bare, Viewer(), Question(as_of=DAY)).notes == (
        "Not looked at, since none is imported: conversations, tickets, usage.",
    )
    bare.close()
    assert run("today", store, Viewer(), Question(as_of=DAY)).notes == ()


NOTICES = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on
1,far,Pro,2024-01-01,2025-01-01,1200,1 year,USD,2024-06-20
2,monthly,Pro,2024-06-10,2024-07-10,100,1 month,USD,2024-06-25
3,part,Pro,2024-01-01,2025-01-01,1200,1 year,USD,
4,part,Extra,2024-01-01,2025-01-01,300,1 year,USD,2024-06-21
"""


def test_notice_is_told_whenever_it_ends_and_of_what_rolls_monthly(tmp_path):
    """None of the three is among the renewals of 90 days: one ends in 185 days, one rolls monthly, one gave notice for a part."""
    store = Store.open(tmp_path / "own.duckdb")
    (tmp_path / "contracts.csv").write_text(NOTICES)
    assert import_file(store, tmp_path / "contracts.csv", options={"ends_on": "exclusive"}).batch is not None
    rows = run("today", store, Viewer(), Question(as_of=DAY)).rows
    assert dict(rows.filter(rows["kind"] == "notice_given").select("account_id", "why").rows()) == {
        "far": "Notice given on 2024-06-20", "monthly": "Notice given on 2024-06-25", "part": "Notice given for a part on 2024-06-21",
    }  # fmt: skip
    store.close()


def test_a_champion_in_a_feed_that_has_stopped_is_not_called_silent(tmp_path):
    """Both champions were last seen on 20 May. The web goes on to the day; the app has stopped on 20 May, and says nothing of its own."""
    store = Store.open(tmp_path / "own.duckdb")
    head = "account_id,user_id,event,occurred_at"
    web = [f"web,{'web-0' if back > 40 else 'web-1'},open,{ago(back)}" for back in range(100)]
    app = [f"app,app-0,open,{ago(back)}" for back in range(41, 100)]
    for name, rows in {
        "accounts": ["account_id,name", "web,Web", "app,App"],
        "contracts": ["contract_id,account_id,starts_on,ends_on,amount,period,currency", *(f"{n},{n},2024-01-01,2025-01-01,1200,1 year,USD" for n in ("web", "app"))],
        "contacts": ["contact_id,account_id,name,is_champion", *(f"{n}-0,{n},Person of {n},true" for n in ("web", "app"))],
        "web": [head, *web], "app": [head, *app],
    }.items():  # fmt: skip
        (tmp_path / f"{name}.csv").write_text("\n".join(rows) + "\n")
        assert import_file(store, tmp_path / f"{name}.csv", feed=name).batch is not None, name
    rows = run("today", store, Viewer(), Question(as_of=DAY)).rows
    assert rows.filter(rows["kind"] == "champion_silent").select("account_id", "why").rows() == [
        ("web", "Champion Person of web not seen for 41 days")
    ]
    store.close()


def test_before_anybody_logged_a_conversation_no_renewal_is_called_unprepared(store):
    """The first conversations were held 10 days ago. `renewal` comes up in 40 days, so in 51 as seen from the day before them."""
    then = run("today", store, Viewer(), Question(as_of=DAY - timedelta(days=11)))
    assert then.totals["renewal_unprepared"] == 0
    none = "No conversation with anybody was logged by then: that says nothing of an account."
    assert none in then.notes
    assert run("renewals", store, Viewer(), Question(as_of=DAY - timedelta(days=11), within=90)).notes == (none,)
    assert run("today", store, Viewer(), Question(as_of=DAY)).totals["renewal_unprepared"] == 1


def counts(store: Store) -> dict[str, int]:
    """Items as each place that people read counts them."""
    whole, owners, team = (run(name, store, Viewer(), Question(as_of=DAY)) for name in ("today", "today-by-owner", "team-load"))
    short = run("day-summary", store, Viewer(), Question(as_of=DAY))
    fell = short.rows.filter(short.rows["what"] == "usage_fell")["count"].sum()
    assert fell == whole.totals["usage_fell"]
    return {
        "rows": whole.rows["answer"].null_count(), "total": whole.totals["items"], "owners": owners.rows["items"].sum(),
        "owners' total": owners.totals["items"], "team": team.totals["items"], "kinds": sum(whole.totals[kind] for kind in KINDS),
    }  # fmt: skip


def test_each_kind_is_put_aside_alone_counted_so_everywhere_and_back_as_before(store):
    before = run("today", store, Viewer(), Question(as_of=DAY)).rows
    assert set(counts(store).values()) == {8}
    for row in before.iter_rows(named=True):
        done = answers.put_off(store, Viewer(), answers.item_of(row), DAY + timedelta(days=1), "Away", day=DAY)
        report = run("today", store, Viewer(), Question(as_of=DAY))
        (aside,) = report.rows.filter(report.rows["answer"].is_not_null()).to_dicts()
        assert (aside["account_id"], aside["kind"], aside["answer"], aside["by"]) == (row["account_id"], row["kind"], "snoozed", "browser")
        assert set(counts(store).values()) == {7} and report.totals["snoozed"] == 1
        alone = before.filter(before["account_id"] == row["account_id"]).height == 1
        assert report.totals["accounts"] == (6 if alone else 7)
        store.undo(done.batch)
        assert run("today", store, Viewer(), Question(as_of=DAY)).rows.equals(before)


def test_a_handed_over_thing_is_a_task_of_somebody_else_until_the_day_after_it_is_due(store):
    row = next(one for one in run("today", store, Viewer(), Question(as_of=DAY)).rows.to_dicts() if one["kind"] == "never_started")
    task, said = answers.hand_over(store, Viewer(), answers.item_of(row), "one@example.com", DAY, "Start them", day=DAY)
    aside = run("today", store, Viewer(), Question(as_of=DAY))
    assert aside.totals["handed_over"] == 1 and aside.totals["never_started"] == 0
    tasks = run("tasks", store, Viewer(), Question(as_of=DAY)).rows.to_dicts()
    assert [(one["account_id"], one["owner"], one["title"], one["state"], one["about"]) for one in tasks] == [
        ("idle", "one@example.com", "Start them", "due_today", "never_started")
    ]
    after = run("today", store, Viewer(), Question(as_of=DAY + timedelta(days=1)))
    (back,) = after.rows.filter(after.rows["kind"] == "never_started").to_dicts()
    assert (back["answer"], back["came_back"]) == (None, "handed_over")
    store.undo(said.batch)
    store.undo(task.batch)


def test_who_may_view_no_conversations_and_tasks_sees_no_reasons(store):
    row = run("today", store, Viewer(), Question(as_of=DAY)).rows.row(0, named=True)
    done = answers.put_off(store, Viewer(), answers.item_of(row), DAY + timedelta(days=1), "Ann is ill", day=DAY)
    told = run("today", store, Viewer(rights=(Grant(VIEW, "accounts"),)), Question(as_of=DAY))
    (aside,) = told.rows.filter(told.rows["answer"].is_not_null()).to_dicts()
    assert (aside["answer"], aside["reason"], aside["by"]) == ("snoozed", None, None)
    store.undo(done.batch)


def test_a_merged_account_keeps_what_was_said_last(store):
    """`fine` is merged into `notice`; both had an answer to the same kind."""
    rows = run("today", store, Viewer(), Question(as_of=DAY)).rows.to_dicts()
    item = answers.item_of(next(one for one in rows if one["kind"] == "notice_given"))
    first = answers.put_off(store, Viewer(), item, DAY + timedelta(days=5), "Ours", day=DAY)
    other = answers.put_off(store, Viewer(), replace(item, account_id="fine"), DAY + timedelta(days=9), "Theirs", day=DAY)
    merge = commit_frame(
        store, "account_aliases", pl.DataFrame({"alias": ["fine"], "account_id": ["notice"]}), "account matching", "analyst"
    )
    told = run("today", store, Viewer(), Question(as_of=DAY)).rows
    of = told.filter(told["account_id"].is_in(["notice", "fine"]), told["kind"] == "notice_given").to_dicts()
    assert [(one["account_id"], one["reason"], one["seen"]) for one in of] == [("notice", "Theirs", other.batch)]
    for batch in (merge.batch, other.batch, first.batch):
        store.undo(batch)
