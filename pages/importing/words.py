"""The words of the import page: tables, columns, options and answers as people say them."""

from data.importing.findings import one_line
from data.schema import TABLES

ANSWERS = {
    ("date_order", "dmy"): "Day first (31/12/2025)",
    ("date_order", "mdy"): "Month first (12/31/2025)",
    ("date_order", "ymd"): "Year first (25/12/31)",
    ("decimal", "comma"): "The comma is the decimal sign (1.234,56)",
    ("decimal", "point"): "The point is the decimal sign (1,234.56)",
    ("ends_on", "inclusive"): "The last day that is paid for",
    ("ends_on", "exclusive"): "The first day that no longer is",
    ("amount_unit", "units"): "Units of the currency",
    ("amount_unit", "cents"): "Cents, the smallest part of the currency",
    ("rows", "records"): "A correction: it was wrong before",
    ("rows", "state"): "A change: each file says what holds on its day",
    ("snapshot", "yes"): "Complete: what is missing has ended",
    ("snapshot", "no"): "Not complete: what is missing goes on",
    ("status", "paying"): "They pay",
    ("status", "trial"): "On trial",
    ("status", "not_begun"): "Not begun yet",
    ("status", "never_paid"): "They do not pay",
    ("status", "paused"): "Paused",
    ("status", "ended"): "Ended",
    ("discounts", "taken_off"): "After it: taken off already",
    ("discounts", "share"): "Before it: a share still comes off",
    ("discounts", "money"): "Before it: money still comes off",
    ("amount_per", "line"): "The whole line",
    ("amount_per", "seat"): "Each seat",
    ("kind", "nps"): "How likely people are to recommend you (NPS, 0 to 10)",
    ("kind", "csat"): "How content people are (CSAT, 1 to 5)",
    ("covers_accounts", "all"): "Every account: no event means no use",
    ("covers_accounts", "listed"): "Only those that it names: of the others nothing is known",
}
NOT_IN_FILE = ""
ALWAYS = "always\x1f"
PERIODS = ("1 month", "3 month", "6 month", "1 year", "1 week", "term")
BOOLEANS = ("true", "false")
TITLES = {name: table.title for name, table in TABLES.items()}
KINDS = {"csv": "Text table (CSV)", "excel": "Excel workbook", "parquet": "Parquet", "jsonl": "JSON lines"}


def title(table: str) -> str:
    """A table's name for people."""
    return TABLES[table].title if table in TABLES else table


def column(name: str) -> str:
    """A column's name for people: Account id, Starts on."""
    return name.replace("_", " ").capitalize()


def answer(option: str, choice: str) -> str:
    """An answer in plain words; a key, a currency and the like speak for themselves."""
    return ANSWERS.get((option, choice), choice)


OPTION_TITLES = {
    "table": "Table", "key": "Key", "account_from": "Account named by", "ends_on": "An end is", "date_order": "Order of days",
    "decimal": "Decimals", "amount_unit": "Amounts in", "amount_per": "An amount is for",
    "discounts": "An amount is", "rows": "Another value is",
    "snapshot": "The file is", "covers": "Day of the file", "timezone": "Time zone", "header_row": "Header on line",
    "covers_accounts": "The feed tells of", "kind": "The scores are",
}  # fmt: skip


# A question that several files ask, in words that hold for all of them.
ALIKE = {
    "ends_on": "Is the day on which a contract ends the last day that is paid for, or the first that no longer is?",
    "timezone": "In which time zone are times that name none?",
    "currency": "In which currency are the amounts?",
    "date_order": "Which comes first in days like 03/04/2026?",
    "decimal": "Which sign is the decimal sign?",
}


def option(name: str) -> str:
    """What an answer is about: Decimals, Time zone, Currency."""
    return OPTION_TITLES.get(name) or column(name)


def certainty(share: float) -> str:
    """How sure a guess is: Sure, 93 % sure."""
    return "Sure" if share >= 0.995 else f"{share:.0%} sure"


def counts(new: float | None, rejected: float | None, known: float | None) -> str:
    """What a file would do to its table: 12 new, 3 rejected, 40 known already."""
    told = [(new, "new"), (rejected, "rejected"), (known, "known already")]
    return ", ".join(f"{number:,.0f} {said}" for number, said in told if number) or "nothing new"


def source(option: str, examples: dict[str, str]) -> str:
    """One entry of the list of columns: the file's column with an example, or a value for all rows."""
    if option == NOT_IN_FILE:
        return "Not in the file"
    if option.startswith(ALWAYS):
        return f"Always {option.removeprefix(ALWAYS)}"
    name = one_line(option)
    return f"{name}  (e.g. {one_line(examples[option])})" if examples.get(option) else name


def ago(minutes: int) -> str:
    """How long ago, in words: just now, 5 minutes ago, 2 hours ago."""
    if minutes < 1:
        return "just now"
    return f"{counted(minutes, 'minute')} ago" if minutes < 60 else f"{counted(minutes // 60, 'hour')} ago"


def counted(number: float, one: str, many: str = "") -> str:
    """1 row, 2,000 rows."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
