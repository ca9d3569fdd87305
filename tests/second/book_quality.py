"""What does not fit together in a book, check by check, as the glossary tells it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from tests.second.lines import DAY, Line, read

SHORT, RUNS_ON = 30, timedelta(days=30)
Found = dict[tuple[str, str], tuple]  # check and subject -> what is told of it
Rows = list[dict[str, Any]]


CHECKS = (
    "usage outside its contract", "churn record against contract", "overlapping lines", "duplicated lines", "short gaps",
    "contracts without an account", "currency without a rate", "lines without a value", "notice without an end", "reductions below zero",
    "accounts that belong to themselves", "reused event ids", "rows waiting for an account",
)  # fmt: skip


class Told:
    """Contract lines with the names by which rows call them."""

    def __init__(self, contracts: Rows) -> None:
        self.every = contracts
        self.line_of = {name_of(row): _line(row) for row in contracts if row["kind"] in (None, "recurring")}
        self.lines = {name: line for name, line in self.line_of.items() if line and _has_days(line)}
        self.held = {name: line for name, line in self.lines.items() if not line.is_trial and not line.is_reduction}
        self.paying = {name: line for name, line in self.held.items() if arr(line) > 0}


def by_account(lines: dict[str, Line]) -> dict[str, dict[str, Line]]:
    found: dict[str, dict[str, Line]] = defaultdict(dict)
    for name, line in lines.items():
        found[line.account_id][name] = line
    return found


def name_of(row: dict[str, Any]) -> str:
    if row["line_id"] is None:
        return row["contract_id"]
    return f"contract_id={row['contract_id']}|line_id={row['line_id']}"


def _line(row: dict[str, Any]) -> Line | None:
    """None where the price is for the term and there is none."""
    has_no_term = row["period"] == "term" and (row["ends_on"] is None or row["ends_on"] <= row["starts_on"])
    return None if has_no_term else read([row])[0]


def _has_days(line: Line) -> bool:
    return line.ends_on is None or line.ends_on > line.starts_on


def arr(line: Line, day: date | None = None) -> float:
    """Of its first day, unless another is given."""
    return line.worth(day or line.starts_on)[1] / 100


def overlapping(told: Told) -> Found:
    """Paying lines that begin while others of their account and product run; of two that begin on one day the later named."""
    found = {}
    for lines in by_account(told.paying).values():
        for name, line in lines.items():
            beside = [
                other
                for key, other in lines.items()
                if key != name
                and other.product == line.product
                and other.is_live(line.starts_on)
                and (other.starts_on, key) < (line.starts_on, name)
            ]
            if beside:
                found["overlapping lines", name] = (line.starts_on, len(beside))
    return found


def short_gaps(told: Told) -> Found:
    """Lines that begin to bring something up to 30 days after all lines of their account, free ones too, had ended."""
    held, found = by_account(told.held), {}
    for account, lines in by_account(told.paying).items():
        for name, line in lines.items():
            before = [other for other in held[account].values() if other.starts_on < line.starts_on]
            last = max((other.ends_on or date.max for other in before), default=line.starts_on)
            if DAY <= line.starts_on - last <= SHORT * DAY:
                found["short gaps", name] = (line.starts_on, (line.starts_on - last).days, arr(line))
    return found


def duplicated(told: Told) -> Found:
    """Lines that say in all but their id what an earlier named one says."""
    first: dict[tuple, str] = {}
    found = {}
    for name in sorted(told.paying):
        line = told.paying[name]
        says = (line.account_id, line.product, line.starts_on, line.ends_on, line.amount, line.period, line.currency, line.seats)
        says += (line.discount, line.discount_ends_on)
        if says in first:
            found["duplicated lines", name] = (first[says], arr(line))
        first.setdefault(says, name)
    return found


def without_account(told: Told, accounts: Iterable[str]) -> Found:
    known = set(accounts)
    return {("contracts without an account", name): (arr(line),) for name, line in told.paying.items() if line.account_id not in known}


def without_rate(told: Told, currencies: Iterable[str]) -> Found:
    known = set(currencies)
    return {
        ("currency without a rate", name): (line.currency, arr(line)) for name, line in told.paying.items() if line.currency not in known
    }


def without_value(told: Told) -> Found:
    return {("lines without a value", name): () for name, line in told.line_of.items() if line is None}


def notice_without_end(told: Told) -> Found:
    found = {name: line for name, line in told.paying.items() if line.cancelled_on and line.ends_on is None}
    return {("notice without an end", name): (line.cancelled_on, arr(line, date.max)) for name, line in found.items()}


def below_zero(told: Told) -> Found:
    """Of each reduction that takes more off than its contract has left, the earlier ones first: since when, and the most."""
    purses: dict = defaultdict(dict)
    for name, line in told.lines.items():
        if not line.is_trial:
            purses[line.account_id, line.purse][name] = line
    found: dict = {}
    for lines in purses.values():
        for day in sorted({day for line in lines.values() for day in line.days}):
            for name, cut in _cuts(lines, day).items():
                first, most = found.get(("reductions below zero", name), (day, 0))
                found["reductions below zero", name] = (first, max(most, cut / 100))
    return found


def _cuts(lines: dict[str, Line], day: date) -> dict[str, int]:
    """Cents a year by which each reduction goes below what is left on a day."""
    live = {name: line for name, line in lines.items() if line.is_live(day)}
    left, cuts = sum(line.worth(day)[1] for line in live.values() if not line.is_reduction), {}
    for name, line in sorted(live.items(), key=lambda one: (one[1].starts_on, one[0])):
        if line.is_reduction:
            cuts[name] = max(0, -line.worth(day)[1] - left)
            left = max(0, left + line.worth(day)[1])
    return {name: cut for name, cut in cuts.items() if cut}


def loops(accounts: Rows, told: Told) -> Found:
    """Accounts above which they stand themselves, with what their lines bring on the last day on which one begins to pay."""
    lines, parent = by_account(told.paying), {row["account_id"]: row["parent_id"] for row in accounts}

    def is_own(account: str) -> bool:
        seen, at = set(), parent.get(account)
        while at and at not in seen and at != account:
            seen.add(at)
            at = parent.get(at)
        return at == account

    return {("accounts that belong to themselves", account): _latest(lines[account].values()) for account in parent if is_own(account)}


def _latest(lines: Collection[Line]) -> tuple:
    last = max((line.starts_on for line in lines), default=date.min)
    running = [line for line in lines if line.is_live(last)]
    one_currency = len({line.currency for line in running}) == 1
    return (sum(arr(line, last) for line in running) if one_currency else None,)


def churn_records(told: Told, churns: Rows) -> Found:
    """Records of churn after which lines, free ones too, run on for more than 30 days."""
    of, found = by_account(told.held), {}
    for row in churns:
        on = row["churned_on"]
        beyond = [
            line
            for line in of[row["account_id"]].values()
            if line.starts_on <= on and (line.ends_on is None or line.ends_on > on + RUNS_ON)
        ]
        if beyond:
            found["churn record against contract", row["churn_event_id"]] = (on, len(beyond))
    return found


def usage_outside(told: Told, events: Rows, accounts: Collection[str]) -> Found:
    """`events` by contract, account and day, and how many. Events of a contract, or where they name none of an account, on days on which no line of it runs, of whatever kind.
    What waits for an account is not among them."""
    contracts = {row["contract_id"] for row in told.every}
    of: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in told.every:
        of[row["account_id"]].append(row)
        of[row["contract_id"]].append(row)
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for row in events:
        subject, day = row["contract_id"] or row["account_id"], row["day"]
        is_known = row["account_id"] in accounts or (row["account_id"] is None and row["contract_id"] in contracts)
        if is_known and not any(one["starts_on"] <= day < (one["ends_on"] or date.max) for one in of[subject]):
            days[subject][day] += row["events"]
    return {("usage outside its contract", subject): (found.total(), min(found), max(found)) for subject, found in days.items()}


def reused_ids(events: Rows) -> Found:
    """Ids of several events: how many, the first and last day. `events` with an id, one by one."""
    days: dict[str, list[date]] = defaultdict(list)
    for row in events:
        days[row["event_id"]].append(row["day"])
    return {("reused event ids", id_): (len(of), min(of), max(of)) for id_, of in days.items() if len(of) > 1}


def waiting(kept: dict[str, Rows], files: Collection[str]) -> Found:
    """Of each name in a table, or contract that usage alone names, that no file has named: how many rows."""
    rows: Counter[tuple[str, str]] = Counter()
    contracts = {row["contract_id"] for row in kept["contracts"]}
    for table in ("contracts", "churn_events"):
        rows.update(("rows waiting for an account", row["account_id"]) for row in kept[table] if row["account_id"] not in files)
    for row in kept["usage_events"]:
        name, named = (row["account_id"], files) if row["account_id"] is not None else (row["contract_id"], contracts)
        if name not in named:
            rows["rows waiting for an account", name] += row["events"]
    return {key: (count,) for key, count in rows.items()}


def found(told: Told, kept: dict[str, Rows], files: Collection[str], currencies: Collection[str]) -> Found:
    """All findings; `kept` are the tables (usage by contract, account and day; events with an id one by one), `files` the accounts that an accounts file names, `currencies` those that can be converted."""
    known = {*files, *(row["account_id"] for row in kept["contracts"])}
    each = (
        overlapping(told), short_gaps(told), duplicated(told), without_account(told, files), without_rate(told, currencies),
        without_value(told), notice_without_end(told), below_zero(told), loops(kept["accounts"], told),
        churn_records(told, kept["churn_events"]), usage_outside(told, kept["usage_events"], known),
        reused_ids(kept["events_with_id"]), waiting(kept, files),
    )  # fmt: skip
    return {key: value for one in each for key, value in one.items()}
