"""A made-up B2B software company: 300 accounts, 30 months, about two million usage events. Seeded: the same on every machine for a last day. One more is told in full: rescue.py."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sample import asked, rescue, support

LAST_DAY = date(2026, 10, 31)  # where no other is given
MONTHS = 30
DAYS = MONTHS * 30
LEAD = 120  # days ahead of the last day in which an end is known to come
METERED = "report_created"  # the event that says how much was done: the rows of a report, in thousands
MOST_CONTACTS = 4  # of an account; the first of its users
QUIET_DAYS = 50
OWNERS = [f"csm{number}@example.com" for number in range(1, 7)]
FATES = {"stays": 0.45, "leaves": 0.32, "lapses": 0.05, "returns": 0.04, "trial": 0.04, "never": 0.05, "silent": 0.05}  # and how often
SEGMENTS = {"SMB": (5, 25), "Mid-market": (25, 90), "Enterprise": (80, 300)}  # seats from, to
PRICE = {"SMB": 55, "Mid-market": 48, "Enterprise": 42}  # per seat and month
EVENTS = [
    "login",
    "search",
    "report_created",
    "report_shared",
    "dashboard_viewed",
    "export",
    "comment",
    "invite_sent",
    "alert_set",
    "api_call",
]
TALKS = [
    "Quarterly review",
    "Went through the new reports",
    "Agreed who trains the next team",
    "Asked about the open tickets",
    "Talked about next year",
]
SUBJECTS = [
    "Export to Excel stops halfway",
    "Single sign-on fails for new people",
    "Dashboard shows yesterday's figures",
    "How do I share a report with a partner?",
    "Alert came twice",
    "Cannot invite a colleague",
    "Report takes minutes to open",
    "API answers with an error since Monday",
    "Invoice shows the old address",
]
WORDS = (["North", "Harbor", "River", "Granite", "Copper", "Cedar", "Summit", "Lantern", "Orchard", "Meadow", "Silver", "Canyon", "Beacon", "Prairie", "Willow"],
         ["Logistics", "Health", "Foods", "Freight", "Energy", "Retail", "Media", "Robotics", "Textiles", "Systems", "Insurance", "Paper", "Studios", "Tools", "Travel", "Foundry", "Dental", "Marine", "Optics", "Learning"])  # fmt: skip


@dataclass(frozen=True)
class Making:
    """What a company is made from: the numbers drawn, and the last day of which anything is known."""

    rng: np.random.Generator
    last_day: date

    @property
    def first_day(self) -> date:
        return self.last_day - timedelta(days=DAYS)


def generate(folder: Path, *, seed: int = 1, accounts: int = 300, events: int = 2_000_000, last_day: date = LAST_DAY) -> None:
    """Write accounts, contacts, contracts, usage, tickets, surveys with whom was asked, activities and costs into `folder`, in the contract's columns.

    Everything lies as far from `last_day` whatever that is: another one gives the same company, so many days later (workdays stay workdays).
    """
    making = Making(np.random.default_rng(seed), last_day)
    people = _accounts(making, accounts)
    lines = _contracts(making, people)
    _write(folder, "accounts", _and(people.drop("fate", "churned_on", "leaving_on"), rescue.accounts(last_day)))
    _write(folder, "contracts", _and(lines, rescue.contracts(last_day)))
    used = _and(_events(making, people, events), rescue.events(last_day)).sort("occurred_at", maintain_order=True)
    used.write_parquet(folder / "usage_events.parquet")
    contacts = _and(_contacts(making.rng, people), rescue.contacts())
    tickets = _and(support.answered(_tickets(making, people), SUBJECTS, last_day), rescue.tickets(last_day))
    answers = asked.answered(_and(_surveys(making, people), rescue.surveys(last_day)), contacts)
    for name, frame in (
        ("contacts", contacts),
        ("tickets", tickets),
        ("surveys", answers),
        ("survey_requests", asked.requests(answers, contacts, last_day)),
        ("activities", _and(_activities(making, people), rescue.activities(last_day))),
        ("costs", _costs(last_day)),
        ("sla_targets", support.targets()),
        ("support_calendars", support.calendars()),
        ("holidays", support.holidays(last_day)),
    ):
        _write(folder, name, frame)


def _and(drawn: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The rows that were drawn, and after them those of the account whose story is told; see rescue.py."""
    return pl.concat([drawn, told], how="diagonal_relaxed")


def _write(folder: Path, name: str, frame: pl.DataFrame) -> None:
    frame.write_csv(folder / f"{name}.csv")


def _accounts(making: Making, count: int) -> pl.DataFrame:
    """Accounts as files have them, and for the other tables: fate, churned_on and leaving_on (see _lives)."""
    lives, owner = _lives(making, count), making.rng.integers(0, len(OWNERS), count)
    start = pl.col("start")
    return lives.select(
        "account_id", "name", "segment",
        plan=pl.Series(making.rng.choice(["Basic", "Pro", "Max"], count, p=[0.4, 0.4, 0.2])),
        industry=pl.Series(making.rng.choice(["Logistics", "Health", "Retail", "Finance", "Media"], count)),
        region=pl.Series(making.rng.choice(["EMEA", "Americas", "APAC"], count, p=[0.4, 0.45, 0.15])),
        owner=pl.Series([OWNERS[number] for number in owner]), team=pl.Series([("North", "South")[number % 2] for number in owner]),
        created_on=start.dt.offset_by("-20d"), live_on=start.dt.offset_by("14d"),
        seats=pl.Series([int(making.rng.integers(*SEGMENTS[name])) for name in lives["segment"]]),
        fate="fate", churned_on="churned_on", leaving_on="leaving_on",
    ).with_columns(headcount=pl.col("seats") * 3 + 12)  # fmt: skip


def _lives(making: Making, count: int) -> pl.DataFrame:
    """fate: stays, leaves, lapses (late renewal), returns, trial, never (set up, then left unused) or silent (not tracked).

    start: of the first contract. churned_on: the end at which those who leave did. leaving_on: the end that lies ahead for some of those
    who leave; their use has begun to fall.
    """
    began = making.rng.integers(-200, DAYS - 45, count)
    segment = making.rng.choice(list(SEGMENTS), count, p=[0.5, 0.35, 0.15])
    fate = making.rng.choice(list(FATES), count, p=list(FATES.values()))
    names = [f"{WORDS[0][number % 15]} {WORDS[1][number // 15 % 20]}" for number in making.rng.permutation(300)]
    told = {"segment": segment, "fate": fate, "start": [making.first_day + timedelta(days=int(day)) for day in began]}
    told["years"] = [max(1, int(making.rng.integers(1, 3))) for _ in range(count)]
    told["account_id"] = [f"A-{1000 + number}" for number in range(count)]
    told["name"] = [names[number % 300] + ("" if number < 300 else f" {number // 300 + 1}") for number in range(count)]
    end, fated = pl.col("start") + pl.duration(days=365 * pl.col("years")), pl.col("fate").is_in
    return pl.DataFrame(told).with_columns(
        churned_on=pl.when(fated(["leaves", "returns", "never"]) & (end < making.last_day)).then(end),
        leaving_on=pl.when(fated(["leaves"]) & end.is_between(making.last_day, making.last_day + timedelta(days=LEAD), closed="left")).then(
            end
        ),
    )


def _contracts(making: Making, people: pl.DataFrame) -> pl.DataFrame:
    rows = [line for account in people.iter_rows(named=True) for line in _lines(making, account)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _lines(making: Making, account: dict) -> list[dict]:
    """An account's contract lines, term after term, until it leaves; after a while a few come back."""
    start, seats, number, rows = account["live_on"] - timedelta(days=14), account["seats"], 0, list[dict]()
    stop = account["churned_on"]
    again = (
        stop + timedelta(days=int(making.rng.integers(60, 160)))
        if stop and account["fate"] == "returns"
        else making.last_day + timedelta(days=1)
    )
    while start <= making.last_day:
        number += 1
        rows += _term(making, account, number, start, seats)
        end = rows[-1]["ends_on"]
        if stop and end >= stop:
            rows[-1]["cancelled_on"] = end - timedelta(days=40) if making.rng.random() < 0.6 else None
            start, stop, again = again, None, making.last_day + timedelta(days=1)
            continue
        if end == account["leaving_on"] and making.rng.random() < 0.4:
            rows[-1]["cancelled_on"] = making.last_day - timedelta(days=int(making.rng.integers(3, 30)))
        start, seats = end, max(3, int(seats * making.rng.choice([0.85, 1.0, 1.0, 1.1, 1.3])))
        if account["fate"] == "trial":
            break
    return rows


def _term(making: Making, account: dict, number: int, start: date, seats: int) -> list[dict]:
    """The lines of one term: the plan, and sometimes an add-on. Who lapses renews late."""
    late = int(making.rng.integers(3, 25)) if account["fate"] == "lapses" and number > 1 else 0
    line = _line(making, account, number, start + timedelta(days=late), seats)
    if making.rng.random() < 0.15:
        return [line, line | {"line_id": "2", "product": "Analytics add-on", "amount": round(line["amount"] * 0.2, 2)}]
    return [line]


def _line(making: Making, account: dict, number: int, start: date, seats: int) -> dict:
    trial = account["fate"] == "trial"
    amount = seats * PRICE[account["segment"]] * 12
    return {
        "contract_id": f"S-{account['account_id'][2:]}-{number}",
        "line_id": "1",
        "account_id": account["account_id"],
        "product": account["plan"],
        "kind": "recurring",
        "starts_on": start,
        "ends_on": making.last_day + timedelta(days=20) if trial else start + timedelta(days=365),
        "amount": float(amount),
        "period": "1 year",
        "currency": "USD",
        "seats": seats,
        "discount": float(making.rng.choice([0.0, 0.0, 0.0, 0.1])),
        "booked_on": start - timedelta(days=int(making.rng.integers(0, 30))),
        "auto_renew": bool(making.rng.random() < 0.5),
        "notice_days": 30,
        "cancelled_on": None,
        "is_trial": trial,
    }


def _events(making: Making, people: pl.DataFrame, target: int) -> pl.DataFrame:
    """Events of each account's users: they join over the first weeks, on workdays there are more, before an end they thin out.

    Some accounts begin weeks late. Those that never start have an administrator's few events before they went live.
    """
    tracked = people.filter(~pl.col("fate").is_in(["silent", "never"]))
    delay = np.where(making.rng.random(len(tracked)) < 0.2, making.rng.integers(7, 75, len(tracked)), 0)
    begin = np.array([(day - making.first_day).days for day in tracked["live_on"]]) + delay
    which, day, kept = _days_of_use(making, tracked, begin, target)
    used = _used(making.rng, tracked, which, day, day - begin[which]).filter(pl.Series(kept))
    named = used.filter(~_gone_quiet(pl.col("at"))).select(
        "account_id",
        pl.format("{}-{}", "account_id", "user_id").alias("user_id"),
        pl.col("event").replace_strict(dict(enumerate(EVENTS)), return_dtype=pl.String),
        occurred_at=pl.lit(making.first_day).cast(pl.Datetime("us")) + pl.duration(seconds="at"),
        quantity=_metered(),
    )
    return (
        pl.concat([named, _set_up(people)], how="diagonal")
        .filter(pl.col("occurred_at").dt.date().is_between(making.first_day, making.last_day))
        .sort("occurred_at")
    )


def _days_of_use(making: Making, tracked: pl.DataFrame, begin: np.ndarray, target: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which account has each event, on which day (since making.first_day), and whether it is kept."""
    stop = np.array([((day or making.last_day) - making.first_day).days for day in tracked["churned_on"]])
    from_, leaves = np.maximum(begin, 0), (tracked["churned_on"].is_not_null() | tracked["leaving_on"].is_not_null()).to_numpy()
    lasts = np.maximum(stop - from_, 1)
    weight = lasts * tracked["seats"].to_numpy() ** 0.9
    which = making.rng.choice(len(tracked), target, p=weight / weight.sum())
    share, span = making.rng.random(target), lasts[which]
    thins = leaves[which] & (span > 120) & (share > 1 - 90 / span)
    kept = ~(thins & (making.rng.random(target) < 0.7))
    day = from_[which] + (share * span).astype(int)
    workday = (day + making.first_day.weekday()) % 7 < 5
    return which, day, kept & (day <= DAYS) & ((making.rng.random(target) < 0.3) | workday)


def _used(rng: np.random.Generator, tracked: pl.DataFrame, which: np.ndarray, day: np.ndarray, age: np.ndarray) -> pl.DataFrame:
    """account_id, and as numbers user_id, event and the second (`at`) of each event. age: days since the account began."""
    target, seats = len(which), tracked["seats"].to_numpy()[which]
    breadth = rng.integers(3, len(EVENTS) + 1, len(tracked))[which]
    adoption = rng.uniform(0.3, 1.0, len(tracked))[which]
    joined = np.minimum(0.1 + age / rng.integers(20, 240, len(tracked))[which], 1)
    second = rng.normal(13 * 3600, 3 * 3600, target).clip(0, 86399).astype(int)
    return pl.DataFrame(
        {
            "account_id": tracked["account_id"].to_numpy()[which],
            "user_id": (rng.random(target) ** 1.5 * np.maximum(seats * adoption * joined, 1)).astype(int),
            "event": (rng.random(target) ** 1.6 * breadth).astype(int),
            "at": day.astype("int64") * 86400 + second,
        }
    )


def _metered() -> pl.Expr:
    """How much the metered event was of; drawn from when and by whom it was, so that nothing else is drawn otherwise for it."""
    drawn = (pl.col("at") * 7919 + pl.col("user_id") * 10_007) % 200 + 1
    return pl.when(pl.col("event") == EVENTS.index(METERED)).then(drawn.cast(pl.Float64) / 10)


def _gone_quiet(at: pl.Expr) -> pl.Expr:
    """What the people whom we know at some accounts, the champion among them, did in the last fifty days: they are silent there."""
    some = pl.col("account_id").str.slice(2).cast(pl.Int64) % 23 == 7
    return some & (pl.col("user_id") < MOST_CONTACTS) & (at >= (DAYS - QUIET_DAYS) * 86400)


def _set_up(people: pl.DataFrame) -> pl.DataFrame:
    """What the administrator of an account that never starts did in the two weeks before it went live."""
    rows = people.filter(pl.col("fate") == "never").select("account_id", "live_on").join(pl.DataFrame({"back": [12, 9, 5, 2]}), how="cross")
    at = pl.col("live_on").cast(pl.Datetime("us")) - pl.duration(days="back") + pl.duration(hours=10)
    return rows.select("account_id", user_id=pl.lit("admin"), event=pl.lit(EVENTS[0]), occurred_at=at)


def _contacts(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Two to four contacts of each account, who are its first users, known by their part alone; two in three have a champion among them."""
    parts = [("Head of department", "decision maker"), ("Team manager", "manager"), ("Administrator", "technical"), ("Daily user", "user")]
    departments = ("Planning", "Planning", "IT", "Planning")
    rows = []
    for account in people["account_id"]:
        known = int(rng.integers(2, MOST_CONTACTS + 1))
        champion = int(rng.integers(0, known)) if rng.random() < 0.67 else None
        for number, (name, role) in enumerate(parts[:known]):
            address = f"{role.split()[0]}@{account.lower()}.example.com"
            rows.append((f"{account}-{number}", account, name, address, role, number == champion, departments[number]))
    return pl.DataFrame(rows, schema=["contact_id", "account_id", "name", "email", "role", "is_champion", "department"], orient="row")


def _moments(making: Making, people: pl.DataFrame, each: float) -> list[tuple[str, date]]:
    found = []
    for account in people.iter_rows(named=True):
        days = ((account["churned_on"] or making.last_day) - account["live_on"]).days
        for offset in making.rng.integers(0, max(days, 1), making.rng.poisson(each * max(days, 1) / 365)):
            found.append((account["account_id"], account["live_on"] + timedelta(days=int(offset))))
    return found


def _tickets(making: Making, people: pl.DataFrame) -> pl.DataFrame:
    found = _moments(making, people, 6)
    return pl.DataFrame(
        {
            "ticket_id": [f"T-{number}" for number in range(len(found))],
            "account_id": [account for account, _ in found],
            "opened_at": [f"{day}T09:00:00Z" for _, day in found],
            "resolved_at": [
                _resolved(making.last_day, day, int(making.rng.integers(0, 12 if making.rng.random() < 0.3 else 5))) for _, day in found
            ],
            "priority": making.rng.choice(["low", "normal", "high", "urgent"], len(found), p=[0.3, 0.45, 0.2, 0.05]),
            "csat": [int(making.rng.integers(2, 6)) if making.rng.random() < 0.4 else None for _ in found],
            "subject": [SUBJECTS[number * 7 % len(SUBJECTS)] for number in range(len(found))],
        }
    )


def _resolved(last_day: date, opened: date, days: int) -> str | None:
    """When a ticket was resolved; None where that lies after the last day."""
    day = opened + timedelta(days=days)
    return f"{day}T17:00:00Z" if day <= last_day else None


def _surveys(making: Making, people: pl.DataFrame) -> pl.DataFrame:
    found = _moments(making, people, 1)
    return pl.DataFrame(
        {
            "survey_id": [f"N-{number}" for number in range(len(found))],
            "account_id": [account for account, _ in found],
            "kind": ["nps"] * len(found),
            "score": making.rng.choice(11, len(found), p=np.array([1, 1, 1, 1, 2, 3, 5, 9, 14, 12, 10]) / 59),
            "answered_at": [f"{day}T12:00:00Z" for _, day in found],
        }
    )


def _activities(making: Making, people: pl.DataFrame) -> pl.DataFrame:
    """Conversations that were held, and a task ahead at every tenth account; one CSM logs nothing."""
    logging = people.filter(pl.col("owner") != OWNERS[-1])
    held = [
        (account, "conversation", "done", day, None, TALKS[int(making.rng.integers(0, len(TALKS)))])
        for account, day in _moments(making, logging, 4)
    ]
    ahead = [
        (account, "task", "open", None, making.last_day + timedelta(days=int(making.rng.integers(-5, 25))), "Prepare the renewal")
        for account in logging["account_id"].gather_every(10)
    ]
    types = {"account_id": pl.String, "kind": pl.String, "status": pl.String, "done_on": pl.Date, "due_on": pl.Date, "body": pl.String}
    rows = pl.DataFrame(held + ahead, schema=types, orient="row").join(
        people.select("account_id", "owner"), on="account_id", maintain_order="left"
    )
    return rows.select(
        pl.format("AC-{}", pl.int_range(pl.len())).alias("activity_id"),
        "account_id",
        "kind",
        "owner",
        "status",
        "done_on",
        "due_on",
        "body",
    )


def _costs(last_day: date) -> pl.DataFrame:
    """What each month cost, up to the last one that has ended."""
    ended = (last_day + timedelta(days=1)).replace(day=1)
    months = [date(at // 12, at % 12 + 1, 1) for at in range(ended.year * 12 + ended.month - 1 - MONTHS, ended.year * 12 + ended.month - 1)]
    kinds = {"sales": 90_000, "marketing": 60_000, "cost of revenue": 120_000}
    return pl.DataFrame(
        [{"month": month, "kind": kind, "amount": amount + 1500 * at} for at, month in enumerate(months) for kind, amount in kinds.items()]
    )
