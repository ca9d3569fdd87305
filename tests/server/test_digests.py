"""Digests as they arrive at a mail server: read in both forms and languages, of their reader's accounts alone, once, and what became of each."""

import asyncio
import email
import shutil
import socket
import threading
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import polars as pl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server

from data.access import admission, sessions
from data.access.rights import viewer_of
from data.settings import current_settings
from data.store import open_stores
from data.store.activities import log_activity
from data.store.edits import commit_frame
from data.viewer import EVERYONE
from data.work import digests as kept
from reports.catalogue import run
from reports.report import Question
from server import digests, mail
from server.digests import Morning, send_due
from tests.built import copied
from tests.server.team import PROVIDER, claims, team

FRIDAY, MONDAY = date(2023, 12, 22), date(2023, 12, 25)
NOW = datetime(2023, 12, 22, 6, tzinfo=UTC)
THEIRS = ("Birch", "Cedar", "two@example.com", "Secret", "777")  # of the team South
SECRET = "zqcanaryx"


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Alder is One's, of the team North; Birch and Cedar are Two's. Each has an open task, one that is done, and a conversation."""
    given = {**PROVIDER, "HOLDFAST_STORE": str(tmp_path / "own.duckdb"), "HOLDFAST_SAMPLE_STORE": str(tmp_path / "none.duckdb")}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    copied("two teams at work", _make, tmp_path)
    yield open_stores.store("own")
    open_stores.close_all()
    sessions.close()


def _make(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(folder / "own.duckdb"))  # beside which the roles lie
        opened = team(folder / "own.duckdb")
    with closing(opened) as store:
        for account, owner, word in (("A", "one@example.com", "zqalderx"), ("B", "two@example.com", SECRET)):
            log_activity(store, EVERYONE, account, "task", FRIDAY - timedelta(days=2), f"Overdue {word}", owner)
            log_activity(store, EVERYONE, account, "task", FRIDAY, f"Today {word}", owner)
            log_activity(store, EVERYONE, account, "conversation", FRIDAY, f"Talked of {word}", owner)
            done = {"account_id": account, "kind": "task", "owner": owner, "status": "done", "done_on": FRIDAY, "body": f"Done {word}"}
            commit_frame(store, "activities", pl.DataFrame([done]), "crm", "test")
    shutil.rmtree(folder / "staging", ignore_errors=True)


class Inbox:
    """A mail server's way of taking mails: all, or with an answer of its own to one step."""

    def __init__(self, **answers: str) -> None:
        self.mails: list[EmailMessage] = []
        self.answers, self.tried = answers, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tried += 1
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answers.get("data") == "break off":
            self.mails.append(email.message_from_bytes(envelope.content, policy=default))
            server.transport.abort()
            await asyncio.sleep(1)
        if self.answers.get("data") == "hang":
            await asyncio.sleep(3)
        if self.answers.get("data", "")[:1] in "45" and "data" in self.answers:
            return self.answers["data"]
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 queued as 7"


@contextmanager
def mail_server(monkeypatch, inbox: Inbox, **more: str):
    class Loopback(Controller):
        def factory(self):
            return Server(self.handler, enable_SMTPUTF8=False)

    running = Loopback(inbox, hostname="127.0.0.1", port=free_port())
    running.start()
    set_up = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(running.port), "SMTP_SECURITY": "none", "SMTP_TIMEOUT": "1", **more}
    for name, value in set_up.items():
        monkeypatch.setenv(f"HOLDFAST_{name}", value)
    try:
        yield inbox
    finally:
        running.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def forms(found: EmailMessage) -> dict[str, str]:
    return {kind: found.get_body((kind,)).get_content() for kind in ("plain", "html")}


def to(inbox: Inbox, person: str) -> EmailMessage:
    (found,) = [one for one in inbox.mails if one["To"] == f"{person}@example.com"]
    return found


def states(store) -> dict[str, str]:
    return {one.digest_id: one.state for one in kept.became(store)}


def of(name: str, rhythm: str = "daily", day: date = FRIDAY) -> str:
    return f"{name}@example.com {day} {rhythm}"


def only(store, *names: str) -> None:
    """Nobody else gets one."""
    others = [one for one in ("one", "two", "lead", "vp") if one not in names]
    rows = {"person": [f"{one}@example.com" for one in others], "rhythm": ["off"] * len(others), "language": ["en"] * len(others)}
    commit_frame(store, "digest_choices", pl.DataFrame(rows), "test", "test", edit=True)


def test_both_forms_say_what_stands_on_the_page_and_each_line_leads_back(store, monkeypatch):
    """On the Friday Alder has one task overdue since the 20th and one due; one was done and one talk held that day."""
    with mail_server(monkeypatch, Inbox()) as inbox:
        send_due(store, FRIDAY, NOW)
    found = to(inbox, "one")
    one = viewer_of(store, "one@example.com", (), FRIDAY)
    items = run("today", store, one, Question(as_of=FRIDAY)).totals["items"]
    assert run("tasks", store, one, Question(as_of=FRIDAY)).totals["tasks"] == 2
    for form, text in forms(found).items():
        for said in ("2 open tasks: 1 overdue · 1 due today", "Overdue zqalderx", "overdue since 20 Dec 2023", "Today zqalderx",
                     "1 task done since 21 Dec 2023", "Done zqalderx", "1 conversation since 21 Dec 2023", "Talked of zqalderx",
                     f"{items} thing{'' if items == 1 else 's'} need{'s' if items == 1 else ''} somebody on Today"):  # fmt: skip
            assert said in text, (form, said)
        assert "https://holdfast.example.com/account?company=own&" in text.replace("&amp;", "&"), form
        assert "https://holdfast.example.com/my-access" in text, form
    lines = forms(found)["plain"].splitlines()
    assert all(lines[at + 1].startswith("  https://holdfast.example.com/") for at, line in enumerate(lines) if line.startswith("- "))
    assert "account=A" in forms(found)["plain"] and "as_of=2023-12-22" in forms(found)["plain"]
    assert found["Subject"].startswith("Holdfast, 22 Dec 2023, your day: ") and found["From"] == "holdfast@holdfast.example.com"
    assert found["List-Unsubscribe"] == "<https://holdfast.example.com/my-access>"


def test_in_chinese_for_who_reads_it(store, monkeypatch):
    kept.choose(store, viewer_of(store, "one@example.com", (), FRIDAY), "daily", "zh_Hans")
    with mail_server(monkeypatch, Inbox()) as inbox:
        send_due(store, FRIDAY, NOW)
    for form, text in forms(to(inbox, "one")).items():
        assert "任务" in text and "逾期" in text and "Overdue zqalderx" in text, form
        assert not [one for one in ("open task", "since", "You get this", "needs somebody") if one in text], form
    assert 'lang="zh-Hans"' in forms(to(inbox, "one"))["html"] and "天" in to(inbox, "one")["Subject"]


def test_nothing_of_another_team_is_in_it_and_leaders_have_what_is_theirs(store, monkeypatch):
    """One and the lead of One see Alder alone; Two sees Birch and Cedar; the executive everything, weekly."""
    with mail_server(monkeypatch, Inbox()) as inbox:
        send_due(store, MONDAY, NOW + timedelta(days=3))
    whole = {
        person: " ".join([*forms(to(inbox, person)).values(), to(inbox, person)["Subject"]]) for person in ("one", "two", "lead", "vp")
    }
    assert sorted(one["To"] for one in inbox.mails) == [f"{one}@example.com" for one in ("lead", "one", "two", "vp")]
    for person in ("one", "lead"):
        assert "zqalderx" in whole[person] and not [one for one in (*THEIRS, SECRET) if one in whole[person]], person
    assert SECRET in whole["two"] and not [one for one in ("Alder", "zqalderx", "one@example.com") if one in whole["two"]]
    assert SECRET in whole["vp"] and "zqalderx" in whole["vp"] and "your week" in whole["vp"]


def test_the_same_day_is_sent_once_whatever_is_undone(store, monkeypatch):
    with mail_server(monkeypatch, Inbox()) as inbox:
        first = send_due(store, FRIDAY, NOW)
        again = send_due(store, FRIDAY, NOW)
        for batch in store.imports().filter(pl.col("table") == "digests")["batch"]:
            store.undo(batch)
        undone = send_due(store, FRIDAY, NOW)
    assert [one.state for one in first] == ["sent"] * 3 and again == undone == []
    assert len(inbox.mails) == 3 and states(store) == {of(one): "sent" for one in ("one", "two", "lead")}


def test_two_at_the_same_time_send_each_once(store, monkeypatch):
    with mail_server(monkeypatch, Inbox()) as inbox:
        both = [threading.Thread(target=send_due, args=(store, FRIDAY, NOW)) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join(60)
    assert sorted(one["To"] for one in inbox.mails) == [f"{one}@example.com" for one in ("lead", "one", "two")]


def test_a_dry_run_sends_and_writes_nothing(store, monkeypatch):
    before = store.version()
    with mail_server(monkeypatch, Inbox()) as inbox:
        told = send_due(store, FRIDAY, NOW, dry_run=True)
    assert [(one.person, one.state) for one in told] == [(f"{one}@example.com", digests.DRY) for one in ("lead", "one", "two")]
    assert inbox.tried == 0 and store.version() == before


@pytest.mark.parametrize(
    ("answers", "state", "again"),
    [
        ({"rcpt": "450 mailbox busy"}, "later", True),
        ({"rcpt": "550 no such mailbox"}, "refused", False),
        ({"data": "451 try later"}, "later", True),
        ({"data": "554 looks like spam"}, "refused", False),
        ({"data": "break off"}, "unclear", False),
        ({"data": "hang"}, "unclear", False),
    ],
)
def test_what_the_mail_server_says_decides_whether_it_is_tried_again(store, monkeypatch, answers, state, again):
    only(store, "one")
    with mail_server(monkeypatch, Inbox(**answers)) as inbox:
        (told,) = send_due(store, FRIDAY, NOW)
        assert (told.state, states(store)) == (state, {of("one"): state}), told
        inbox.answers.clear()
        arrived = len(inbox.mails)
        after = send_due(store, FRIDAY, NOW)
    assert [one.state for one in after] == (["sent"] if again else [])
    assert len(inbox.mails) == arrived + again
    admin = viewer_of(store, "admin@example.com", (), FRIDAY)
    assert [one.state for one in kept.unclear(store, admin, FRIDAY)] == ([state] if not again else [])
    assert kept.unclear(store, viewer_of(store, "one@example.com", (), FRIDAY), FRIDAY) == []


def test_a_mail_server_that_hangs_or_is_not_there_keeps_them_for_later(store, monkeypatch):
    only(store, "one", "two")
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen()
    for name, value in {"HOST": "127.0.0.1", "PORT": str(silent.getsockname()[1]), "SECURITY": "none", "TIMEOUT": "0.5"}.items():
        monkeypatch.setenv(f"HOLDFAST_SMTP_{name}", value)
    began = datetime.now(UTC)
    told = send_due(store, FRIDAY, NOW)
    assert [one.state for one in told] == ["later", "later"] and (datetime.now(UTC) - began).total_seconds() < 20
    silent.close()
    assert [one.state for one in send_due(store, FRIDAY, NOW)] == ["later", "later"]
    with mail_server(monkeypatch, Inbox()) as inbox:
        assert [one.state for one in send_due(store, FRIDAY, NOW)] == ["sent", "sent"]
    assert len(inbox.mails) == 2


def test_without_encryption_that_was_asked_for_nothing_leaves(store, monkeypatch):
    only(store, "one")
    with mail_server(monkeypatch, Inbox(), SMTP_SECURITY="starttls") as inbox:
        (told,) = send_due(store, FRIDAY, NOW)
    assert told.state == "later" and "STARTTLS" in told.detail and inbox.mails == []


def test_one_that_was_begun_when_the_program_ended_is_not_sent_again(store, monkeypatch):
    only(store, "one")
    (due,) = kept.due(store, FRIDAY)
    assert kept.begin(store, due, NOW) and not kept.begin(store, due, NOW)
    with mail_server(monkeypatch, Inbox()) as inbox:
        (told,) = send_due(store, FRIDAY, NOW)
    assert (told.state, inbox.mails) == ("unclear", []) and "ended while" in told.detail


def test_without_a_mail_server_they_lie_in_the_folder(store, tmp_path):
    only(store, "one")
    (told,) = send_due(store, FRIDAY, NOW)
    (path,) = (tmp_path / "outbox").glob("*.eml")
    found = email.message_from_bytes(path.read_bytes(), policy=default)
    assert told.state == "sent" and path.name in told.detail and found["To"] == "one@example.com"
    assert "Overdue zqalderx" in forms(found)["plain"] and "Overdue zqalderx" in forms(found)["html"]
    assert send_due(store, FRIDAY, NOW) == [] and len([*(tmp_path / "outbox").iterdir()]) == 1


def test_a_day_without_anything_is_not_sent_but_a_week_says_so(store, monkeypatch):
    """On the second of October there is neither a task, nor a talk, nor anything that changed since the day or week before."""
    quiet = date(2023, 10, 2)
    only(store, "lead", "vp")
    with mail_server(monkeypatch, Inbox()) as inbox:
        told = {one.person: one.state for one in send_due(store, quiet, NOW)}
    assert told["lead@example.com"] == "nothing"
    assert [one["To"] for one in inbox.mails] == ["vp@example.com"]
    assert send_due(store, quiet, NOW) == []


def test_who_switched_it_off_who_left_and_who_has_no_role_get_none(store):
    kept.choose(store, viewer_of(store, "one@example.com", (), FRIDAY), "off", "en")
    people = [one.person for one in kept.due(store, MONDAY)]
    assert people == ["lead@example.com", "two@example.com", "vp@example.com"]
    kept.choose(store, viewer_of(store, "analyst@example.com", (), FRIDAY), "weekly", "en")
    assert "analyst@example.com" in [one.person for one in kept.due(store, MONDAY)]
    assert "analyst@example.com" not in [one.person for one in kept.due(store, FRIDAY)]


def test_a_role_by_a_group_counts_for_a_month_after_a_sign_in(store):
    """The group Board has the role of executives: one on Monday."""
    now = datetime.now(UTC)
    monday = now.date() + timedelta(days=7 - now.date().weekday())
    admission.begun(claims("chair@example.com", groups=["Board"]))
    sent_to = [[one.person for one in kept.due(store, day)] for day in (monday, monday + timedelta(days=35))]
    assert ["chair@example.com" in people for people in sent_to] == [True, False]
    (due,) = [one for one in kept.due(store, monday) if one.person == "chair@example.com"]
    assert digests._made(store, due, now.date()).counts["tasks"]["tasks"] == 4


def test_after_days_without_one_the_next_tells_all_that_came_since(store):
    (due,) = [one for one in kept.due(store, FRIDAY) if one.person == "one@example.com"]
    assert due.since == FRIDAY - timedelta(days=1)
    kept.say(store, [due], "sent", NOW, "")
    later = {one.person: one.since for one in kept.due(store, FRIDAY + timedelta(days=4))}
    assert later["one@example.com"] == FRIDAY and later["two@example.com"] == FRIDAY + timedelta(days=3)
    long = {one.person: one.since for one in kept.due(store, FRIDAY + timedelta(days=100))}
    assert long["one@example.com"] == FRIDAY + timedelta(days=69)


def test_in_the_morning_they_leave_once_and_again_an_hour_after_a_failure(store, monkeypatch):
    only(store, "one")
    told: list[str] = []
    morning = Morning(lambda: store, told.append)
    at = datetime(2023, 12, 22, 5, 59, tzinfo=UTC)
    with mail_server(monkeypatch, Inbox(rcpt="450 busy")) as inbox:
        assert morning.look(at) == []
        assert [one.state for one in morning.look(at + timedelta(minutes=2))] == ["later"] and morning._waits == digests.AGAIN
        inbox.answers.clear()
        assert [one.state for one in morning.look(at + timedelta(minutes=62))] == ["sent"]
        assert morning.look(at + timedelta(minutes=63)) == []
    assert told == ["Digests: 1 later.", "Digests: 1 sent."]


@pytest.mark.parametrize(("day", "said"), [("soon", "is no day"), ("9999-12-31", "is ahead")])
def test_a_day_that_cannot_be_is_told(day, said):
    with pytest.raises(ValueError, match=said):
        digests.day_of(day)
    assert digests.day_of("2023-12-22") == FRIDAY


def test_a_password_lies_in_a_file_and_never_in_what_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SMTP_PASSWORD_FILE", str(tmp_path / "secret"))
    with pytest.raises(mail.MailSettingsWrong, match="cannot be read"):
        mail.password(current_settings())
    (tmp_path / "secret").write_text("s3cret\n")
    assert mail.password(current_settings()) == "s3cret" and "s3cret" not in repr(current_settings())
