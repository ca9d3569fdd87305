"""A feed stops, and of its accounts nothing is known any more: one notice says so, and no figure, item or document calls it 0 or a fall."""

from contextlib import closing
from datetime import date, timedelta

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import REPORTS, run
from reports.files.brief import account_brief_text
from reports.report import Question
from reports.usage.stopped_feeds import notices
from reports.work.digest import digest

DAY, STOPPED = date(2024, 6, 30), date(2024, 5, 20)
UNSEEN = [f"S{number:02}" for number in range(14)]
SEEN = [f"L{number:02}" for number in range(3)]
OF_USAGE = {
    "dau", "wau", "mau", "mau_before", "mau_now", "events", "events_before", "trend", "usage_trend", "features_used", "stickiness", "seat_use",
    "core_used", "breadth", "weekday_trend", "users_known", "users_new", "users_returning", "users_resurrected", "users_dormant", "activity_days",
    "top_user_share", "hangs_on_one",
}  # fmt: skip
OF_USE = {"usage_fell", "health_fell", "champion_silent", "never_started", "seats_full", "limit_near", "higher_plan_used", "volume_grew"}
# What tells of days that were seen, or of the account by what is no usage.
OF_THE_PAST = {"usage-history", "features", "account-changes"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Accounts that were used every day by five people each, one of them a champion; of fourteen the feed ended 41 days ago."""
    folder = tmp_path_factory.mktemp("stopped")
    days = [DAY - timedelta(days=back) for back in range(200)]
    head = "account_id,user_id,event,occurred_at"
    rows = {
        feed: [head, *(f"{name},{name}u{user},open,{day}T10:00:00Z" for name in names for user in range(5) for day in days if day <= last)]
        for feed, names, last in (("web", UNSEEN, STOPPED), ("app", SEEN, DAY))
    }
    names = [*UNSEEN, *SEEN]
    contracts = ["contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats"]
    contracts += [f"{name},{name},Basic,2023-09-01,2024-09-01,100,1 month,USD,6" for name in names]
    contacts = ["contact_id,account_id,name,role,is_champion", *(f"{name}u0,{name},Ann {name},manager,yes" for name in names)]
    accounts = ["account_id,name,owner", *(f"{name},Name {name},{'one' if name < 'S07' else 'two'}@example.com" for name in names)]
    opened = Store.open(folder / "own.duckdb")
    for table, lines in (("accounts", accounts), ("contracts", contracts), ("contacts", contacts)):
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n")
        assert import_file(opened, folder / f"{table}.csv", table=table).batch
    for feed, lines in rows.items():
        (folder / f"{feed}.csv").write_text("\n".join(lines) + "\n")
        assert import_file(opened, folder / f"{feed}.csv", table="usage_events", feed=feed).batch
    with closing(opened):
        yield opened


def of(name: str, store: Store, viewer: Viewer = EVERYONE, day: date = DAY):
    return run(name, store, viewer, Question(as_of=day))


def test_one_notice_says_so_with_how_many_accounts(store):
    report = of("stopped-feeds", store)
    assert report.rows.select("feed", "stopped_on", "days_behind", "accounts_unseen").rows() == [("web", STOPPED, 41, 14)]
    (said,) = notices(report)
    assert said.startswith("Feed “web” stopped on 20 May 2024: 14 accounts are affected.")
    assert of("stopped-feeds", store, day=STOPPED).rows.is_empty()


def test_each_viewer_is_told_of_their_own_accounts(store):
    """L00 to L02 and S00 to S06 are the first one's: seven of the fourteen."""
    assert of("stopped-feeds", store, Viewer("one@example.com")).rows["accounts_unseen"].to_list() == [7]


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in OF_THE_PAST])
def test_no_report_tells_of_what_cannot_be_seen(store, name):
    rows = of(name, store).rows
    unseen = rows.filter(rows["account_id"].is_in(UNSEEN)) if "account_id" in rows.columns else rows.clear()
    told = {column for column in OF_USAGE & {*unseen.columns} if unseen[column].null_count() < unseen.height}
    assert not told, unseen.select(sorted(told)).head(3)
    assert not OF_USE & ({*unseen["kind"].unique()} if "kind" in unseen.columns else set())


def test_scores_rest_on_what_is_known_and_say_so(store):
    """Used by five of six seats, they were healthy; nothing of that counts any more, and they are in no band that would alarm anybody."""
    then = {row["account_id"]: row for row in of("health", store, day=STOPPED).rows.to_dicts()}
    now = {row["account_id"]: row for row in of("health", store).rows.to_dicts()}
    assert {then[name]["band"] for name in UNSEEN} == {now[name]["band"] for name in SEEN}
    assert {(now[name]["band"], now[name]["change"]) for name in UNSEEN} <= {("little_known", None), (None, None)}
    usage = {"seat_use", "usage_trend", "features_used", "stickiness"}
    for name in UNSEEN:
        parts = [part for part in now[name]["components"] or [] if part["name"] in usage]
        assert all(part["missing"] and not part["effective_weight"] and part["points"] is None for part in parts)


def test_today_has_no_item_of_an_account_for_it(store):
    assert not [row["kind"] for row in of("today", store).rows.to_dicts() if row["account_id"] in UNSEEN and row["kind"] in OF_USE]


def test_totals_are_of_what_can_be_seen_and_none_where_nothing_can(store):
    """Of the second one's accounts (S07 to S13) all are in the feed that stopped; of everybody's three are left."""
    none = of("usage-depth", store, Viewer("two@example.com")).totals
    assert [none[name] for name in ("mau", "hangs_on_one", "seat_use", "breadth", "trends", "feed_stopped")] == [None] * 4 + [0, 7]
    assert of("usage-depth", store).totals["mau"] == 3 * 5
    assert of("feature-adoption", store, Viewer("two@example.com")).rows.is_empty()


def test_the_brief_for_the_call_says_neither_zero_nor_a_fall(store):
    told = account_brief_text(store, EVERYONE, Question(as_of=DAY), "S00").decode()
    of_actives = [line for line in told.splitlines() if "Monthly actives" in line or "Weekly actives" in line]
    assert of_actives and all("0" not in line.split(":")[-1].split("of 6")[0] for line in of_actives), of_actives
    assert "not seen for" not in told and "Usage fell" not in told


def test_the_digest_of_the_day_has_nothing_of_their_usage(store):
    """The first one's accounts: seven whose feed stopped. What is new on the day after the feed counts as stopped is no item of theirs."""
    for back in (0, 1, 20, 37, 38, 39):
        day = DAY - timedelta(days=back)
        found = str(digest(store, Viewer("one@example.com"), day, day - timedelta(days=1)))
        assert not [words for words in ("not seen for", "Monthly actives", "Events 1", "Health fell", "not onboarded") if words in found], (
            day
        )
