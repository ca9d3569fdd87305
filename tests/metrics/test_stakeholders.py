"""The people at accounts: for every gap an account that has it for its own reason, and one that has none."""

from datetime import date, timedelta

import polars as pl
import pytest

from metrics.stakeholders import gaps, stakeholders

DAY = date(2024, 6, 30)
CONTACT = {
    "account_id": pl.String, "contact_id": pl.String, "name": pl.String, "email": pl.String, "role": pl.String, "is_champion": pl.Boolean,
    "left_on": pl.Date, "batch": pl.Int64,
}  # fmt: skip


def ago(days):
    return DAY - timedelta(days=days)


def contact(account, who, role="manager", champion=False, left=None):
    return (account, f"{account}-{who}", who.title(), f"{who}@{account}.example", role, champion, left, 1)


def talk(day, *who, kind="conversation"):
    return {"kind": kind, "done_on": day, "contacts": ",".join(who)}


def known(contacts, talks=(), seen=(), usage=(), former=()):
    frames = {
        "contacts": pl.LazyFrame(contacts, schema=CONTACT, orient="row"),
        "talks": pl.LazyFrame(talks, schema={"kind": pl.String, "done_on": pl.Date, "contacts": pl.String}),
        "seen": pl.LazyFrame(seen, schema={"account_id": pl.String, "user_id": pl.String, "last_day": pl.Date}, orient="row"),
        "usage": pl.LazyFrame(usage, schema={"account_id": pl.String, "state": pl.String, "covered_to": pl.Date}, orient="row"),
        "former": pl.LazyFrame(former, schema={"contact_id": pl.String, "stopped_on": pl.Date}, orient="row"),
    }
    return stakeholders(*frames.values(), day=DAY)


def one(people):
    return people.collect().row(0, named=True)


def test_last_contact_is_the_later_of_talk_and_use_and_silence_the_shorter():
    found = one(known([contact("a", "ann")], [talk(ago(50), "a-ann", "a-bob"), talk(ago(70), "a-ann")], [("a", "ANN@a.example", ago(12))],
                      [("a", "used", ago(2))]))  # fmt: skip
    assert (found["last_conversation"], found["last_used"], found["last_contact"]) == (ago(50), ago(12), ago(12))
    assert (found["silent_days"], found["state"]) == (10, "in_touch"), "usage is covered to two days before the day: silence ends there"


def test_a_user_of_the_contacts_id_counts_and_one_of_another_account_does_not():
    assert one(known([contact("a", "ann")], seen=[("a", "a-ann", ago(1))], usage=[("a", "used", DAY)]))["last_used"] == ago(1)
    assert one(known([contact("a", "ann")], seen=[("b", "a-ann", ago(1))], usage=[("a", "used", DAY)]))["state"] == "not_known"


@pytest.mark.parametrize(
    ("champion", "days", "state"), [(True, 29, "in_touch"), (True, 30, "quiet"), (False, 89, "in_touch"), (False, 90, "quiet")]
)
def test_a_champion_is_quiet_sooner_than_others(champion, days, state):
    assert one(known([contact("a", "ann", champion=champion)], [talk(ago(days), "a-ann")]))["state"] == state


def test_where_the_feed_has_stopped_that_nothing_was_used_says_nothing():
    stopped = [("a", "feed_stopped", ago(60))]
    seen = [("a", "a-ann", ago(61))]
    assert one(known([contact("a", "ann", champion=True)], seen=seen, usage=stopped))["state"] == "not_known"
    assert one(known([contact("a", "ann", champion=True)], [talk(ago(5), "a-ann")], seen, stopped))["state"] == "in_touch"


def test_notes_are_no_conversations_and_what_lies_ahead_is_not_known_yet():
    later = [talk(ago(1), "a-ann", kind="note"), talk(DAY + timedelta(days=1), "a-ann")]
    assert one(known([contact("a", "ann")], later))["last_conversation"] is None


def test_who_leaves_later_is_still_there():
    assert one(known([contact("a", "ann", left=DAY + timedelta(days=1))]))["state"] == "not_known"
    assert one(known([contact("a", "ann", left=DAY)]))["state"] == "left"


def whole(account):
    """People without a gap: a decision maker and a champion, both in touch."""
    return [contact(account, "dee", "decision maker"), contact(account, "max", "manager", champion=True)]


WHOLE_TALKS = {account: [talk(ago(3), f"{account}-dee", f"{account}-max")] for account in "abcdefghijk"}
PLANTED = {
    "whole": (whole("a"), WHOLE_TALKS["a"], [], []),
    "no_contacts": ([], [], [], []),
    "everyone_left": ([contact("a", "ann", "decision maker", left=ago(9))], [], [], []),
    "roles_unknown": ([contact("a", "ann", None, True), contact("a", "bob", None)], [talk(ago(3), "a-ann")], [], []),
    "no_decision_maker": ([contact("a", "ann", "user", True), contact("a", "bob")], [talk(ago(3), "a-ann")], [], []),
    "only_one_person": ([contact("a", "dee", "decision maker", True)], [talk(ago(3), "a-dee")], [], []),
    "champion_lost": (
        [contact("a", "dee", "decision maker"), contact("a", "bob"), contact("a", "cy", champion=True, left=ago(40))], [], [], []
    ),
    "champion_lost, by being none any more": (
        [contact("a", "dee", "decision maker"), contact("a", "bob")], [], [], [("a-bob", ago(100))]
    ),
    "no_champion": ([contact("a", "dee", "decision maker"), contact("a", "bob")], [], [], []),
    "no_champion, since the last one was lost long ago": (
        [contact("a", "dee", "decision maker"), contact("a", "bob")], [], [], [("a-bob", ago(181))]
    ),
    "champion_quiet": (whole("a"), [talk(ago(40), "a-max"), talk(ago(3), "a-dee")], [], []),
    "decision_maker_quiet": (whole("a"), [talk(ago(3), "a-max"), talk(ago(120), "a-dee")], [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", list(PLANTED))
def test_an_account_with_one_gap_is_told_of_that_one_alone(name):
    contacts, talks, seen, former = PLANTED[name]
    found = gaps(known(contacts, talks, seen, (), former), pl.LazyFrame({"account_id": ["a"]}), day=DAY).collect()
    gap = name.partition(",")[0]
    assert found["gap"].to_list() == ([] if gap == "whole" else [gap])


def told(name):
    contacts, talks, seen, former = PLANTED[name]
    found = gaps(known(contacts, talks, seen, (), former), pl.LazyFrame({"account_id": ["a"]}), day=DAY).collect()
    return found.row(0, named=True)


def test_a_gap_says_who_and_since_when():
    assert (told("champion_quiet")["contact"], told("champion_quiet")["days"]) == ("Max", 40)
    assert (told("champion_lost")["contact"], told("champion_lost")["on"]) == ("Cy", ago(40))
    assert (told("decision_maker_quiet")["contact"], told("decision_maker_quiet")["days"]) == ("Dee", 120)


def test_one_champion_in_touch_is_enough_and_nothing_recorded_of_champions_says_nothing():
    two = [*whole("a"), contact("a", "zoe", champion=True)]
    quiet = known(two, [talk(ago(3), "a-max", "a-dee"), talk(ago(80), "a-zoe")])
    assert gaps(quiet, pl.LazyFrame({"account_id": ["a"]}), day=DAY).collect().is_empty()
    unrecorded = known([contact("a", "dee", "decision maker", None), contact("a", "bob", champion=None)])
    assert gaps(unrecorded, pl.LazyFrame({"account_id": ["a"]}), day=DAY).collect().is_empty()


def test_accounts_that_are_not_looked_at_have_no_gaps():
    assert gaps(known([contact("b", "bob")]), pl.LazyFrame({"account_id": ["a"]}), day=DAY).collect().rows() == [
        ("a", "no_contacts", None, None, None)
    ]
