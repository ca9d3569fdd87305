"""One account of the sample company whose story is told in full: bought, hardly used, asked for the money back, was helped, and stayed.

All of it lies as far from the last day as the rest of the company, and is the same whatever is drawn for the others:

    day    0  40 seats bought for half a year; 8 people use it
          92  the money is asked back; a play begins, the answer comes 6 hours later
    100-115  two days of training, five on site, three for manuals: ten days, two weeks of one person
         100  from the training on 32 of 40 people use it
         182  renewed for a year with 60 seats and an add-on; 48 people use it
         210  the play ends
         320  the last day of which anything is known: all of it lies within the year that pages show
"""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from data.work import plays
from data.work.writing import NOTHING

ACCOUNT, NAME, OWNER, TEAM = "A-2000", "Juniper Precision", "csm1@example.com", "North"
BEFORE_LAST_DAY = 320
ASKED, TRAINED, RENEWED, ENDED = 92, 100, 182, 210
HALF_A_YEAR, YEAR = 182, 365
SEATS, SEATS_AFTER, USE_BEFORE, USE_HELPED, USE_AFTER = 40, 60, 8, 32, 48
PRICE = 48  # per seat and month
FEATURES = ("login", "search", "report_created", "dashboard_viewed", "export", "comment")
STEPS = (  # day, hour, days of work, money, what is kept of it
    (92, 15, None, None, "Called back the same day. Training, a week on site and manuals of their own before anybody talks of money."),
    (100, 16, 2.0, None, "Two days of training, 31 people in four groups."),
    (108, 17, 5.0, 1800, "A week at their desks, with their own orders. Travel and hotel."),
    (115, 12, 3.0, None, "Six manuals of a page each, for their own work."),
    (165, 10, None, None, "32 of 40 people use it, each week. They withdraw the refund in writing."),
    (178, 11, None, None, None),
)  # fmt: skip
OUTCOME = "Usage 20 % -> 80 %; no refund; renewed, and upgraded from 40 to 60 seats with the add-on"
ROOT_CAUSE = "Bought by the head office, and nobody at the sites had been trained: 8 of 40 people had ever been shown how."
TALKS = (
    (30, "neutral", "call", "Kick-off is held; the sites will be trained by themselves"),
    (ASKED, "negative", "call", "Asked for a refund: after three months 8 of 40 people use it"),
    (108, "positive", "visit", "Ended the week on site: most of the orders now run through it"),
    (165, "positive", "meeting", "Looked at the use together; the refund is withdrawn"),
    (172, "positive", "meeting", "Agreed the renewal with 60 seats and the add-on"),
    (RENEWED + 90, "positive", "call", "Quarterly review"),
)
SURVEYS = ((ASKED + 3, 2), (150, 9), (RENEWED + 60, 10))


def day_of(last_day: date, number: int) -> date:
    """The day of the story with that number."""
    return last_day - timedelta(days=BEFORE_LAST_DAY - number)


def accounts(last_day: date) -> pl.DataFrame:
    first = day_of(last_day, 0)
    row = {
        "account_id": ACCOUNT, "name": NAME, "segment": "Mid-market", "plan": "Pro", "industry": "Logistics", "region": "EMEA", "owner": OWNER,
        "team": TEAM, "created_on": first - timedelta(days=20), "live_on": day_of(last_day, 14), "seats": SEATS_AFTER,
    }  # fmt: skip
    return pl.DataFrame([row])


def contracts(last_day: date) -> pl.DataFrame:
    first, second = day_of(last_day, 0), day_of(last_day, RENEWED)
    more = second - timedelta(days=20)
    return pl.DataFrame(
        [
            _line("S-2000-1", "1", "Pro", first, first, SEATS, SEATS * PRICE * 12.0, HALF_A_YEAR),
            _line("S-2000-2", "1", "Pro", second, more, SEATS_AFTER, SEATS_AFTER * PRICE * 12.0),
            _line("S-2000-2", "2", "Analytics add-on", second, more, SEATS_AFTER, SEATS_AFTER * PRICE * 12 * 0.2),
        ]
    )


def _line(contract: str, line: str, product: str, start: date, booked: date, seats: int, amount: float, days: int = YEAR) -> dict:
    """A line that runs so many days; amount: of a year."""
    return {
        "contract_id": contract, "line_id": line, "account_id": ACCOUNT, "product": product, "kind": "recurring", "starts_on": start,
        "ends_on": start + timedelta(days=days), "amount": round(amount, 2), "period": "1 year", "currency": "USD", "seats": seats,
        "discount": 0.0, "booked_on": booked, "auto_renew": False, "notice_days": 30, "cancelled_on": None, "is_trial": False,
    }  # fmt: skip


def contacts() -> pl.DataFrame:
    parts = [("Head of department", "decision maker"), ("Team manager", "manager"), ("Administrator", "technical"), ("Daily user", "user")]
    rows = [
        (f"{ACCOUNT}-{number}", ACCOUNT, name, f"{role.split()[0]}@{ACCOUNT.lower()}.example.com", role, role == "manager")
        for number, (name, role) in enumerate(parts)
    ]
    return pl.DataFrame(rows, schema=["contact_id", "account_id", "name", "email", "role", "is_champion"], orient="row")


def users(number: int) -> int:
    """How many people use it on a day of the story; each of them does so every week."""
    if number < 14:
        return 0
    return USE_BEFORE if number < TRAINED else USE_HELPED if number < RENEWED else USE_AFTER


def events(last_day: date) -> pl.DataFrame:
    """What each person did: three things on two workdays of every week."""
    rows = []
    for number in range(14, BEFORE_LAST_DAY):
        day = day_of(last_day, number)
        for user in range(users(number)):
            if day.weekday() in (user % 5, (user + 2) % 5):
                for at in range(3):
                    moment = datetime.combine(day, time(8 + (user + at * 3) % 9, (user * 7) % 60))
                    rows.append((ACCOUNT, f"{ACCOUNT}-{user}", FEATURES[(user + at + number) % len(FEATURES)], moment))
    types = {"account_id": pl.String, "user_id": pl.String, "event": pl.String, "occurred_at": pl.Datetime("us")}
    return pl.DataFrame(rows, schema=types, orient="row")


def tickets(last_day: date) -> pl.DataFrame:
    asked, answered = day_of(last_day, ASKED), day_of(last_day, 165)
    row = {
        "ticket_id": "T-A2000", "account_id": ACCOUNT, "opened_at": f"{asked}T08:10:00Z", "resolved_at": f"{answered}T10:00:00Z",
        "priority": "urgent", "csat": 5, "subject": "Refund: after three months 8 of 40 people use it",
    }  # fmt: skip
    return pl.DataFrame([row])


def surveys(last_day: date) -> pl.DataFrame:
    rows = [
        {
            "survey_id": f"N-A2000-{at}", "account_id": ACCOUNT, "kind": "nps", "score": score,
            "answered_at": f"{day_of(last_day, number)}T12:00:00Z",
        }
        for at, (number, score) in enumerate(SURVEYS)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def activities(last_day: date) -> pl.DataFrame:
    rows = [
        {
            "activity_id": f"AC-A2000-{at}", "account_id": ACCOUNT, "kind": "conversation", "owner": OWNER, "status": "done",
            "done_on": day_of(last_day, number), "due_on": None, "body": body, "sentiment": sentiment, "channel": channel,
        }
        for at, (number, sentiment, channel, body) in enumerate(TALKS)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"due_on": pl.Date})


def play(store: Store, last_day: date) -> None:
    """The play of the refund, from its start to its end, as the CSM would have gone through it."""
    csm, asked = Viewer(person=OWNER), day_of(last_day, ASKED)
    reason = f"refund_asked {asked}"
    plays.start(store, csm, "refund", ACCOUNT, reason, day=asked, at=_at(asked, 9))
    run = plays.run_id_of("refund", ACCOUNT, reason)
    for n, (number, hour, days, cost, note) in enumerate(STEPS, 1):
        day = day_of(last_day, number)
        plays.step(
            store, csm, run, n, NOTHING, day=day, at=_at(day, hour), status=plays.DONE, effort_days=days, effort_cost=cost, note=note
        )  # fmt: skip
    with View(store) as view:
        seen = view.table("play_runs").filter(run_id=run)["batch"][0]
    plays.finish(store, csm, run, seen, day=day_of(last_day, ENDED), outcome=OUTCOME, root_cause=ROOT_CAUSE)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
