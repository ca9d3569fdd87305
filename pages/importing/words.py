"""The words of the import page: tables, columns, options and answers as people say them."""

from collections.abc import Mapping

from data.importing.findings import one_line
from data.schema import TABLES
from language import InLanguage, again, language, mark, mark_n, mark_of, tr, tr_n
from language.catalogue import ENGLISH
from reports.words.titles import title as title_of

ANSWERS = InLanguage(
    {
        ("date_order", "dmy"): mark("Day first (31/12/2025)"),
        ("date_order", "mdy"): mark("Month first (12/31/2025)"),
        ("date_order", "ymd"): mark("Year first (25/12/31)"),
        ("decimal", "comma"): mark("The comma is the decimal sign (1.234,56)"),
        ("decimal", "point"): mark("The point is the decimal sign (1,234.56)"),
        ("ends_on", "inclusive"): mark("The last day that is paid for"),
        ("ends_on", "exclusive"): mark("The first day that no longer is"),
        ("amount_unit", "units"): mark("Units of the currency"),
        ("amount_unit", "cents"): mark("Cents, the smallest part of the currency"),
        ("rows", "records"): mark("A correction: it was wrong before"),
        ("rows", "state"): mark("A change: each file says what holds on its day"),
        ("repeats", "new"): mark("They happened once more"),
        ("repeats", "again"): mark("The same events, written anew"),
        ("reading", "again"): mark("Undo the earlier ones, and read all again"),
        ("reading", "stay"): mark("The earlier ones stay as they were read"),
        ("snapshot", "yes"): mark("Complete: what is missing has ended"),
        ("snapshot", "no"): mark("Not complete: what is missing goes on"),
        ("status", "paying"): mark("They pay"),
        ("status", "trial"): mark("On trial"),
        ("status", "not_begun"): mark("Not begun yet"),
        ("status", "never_paid"): mark("They do not pay"),
        ("status", "paused"): mark("Paused"),
        ("status", "ended"): mark("Ended"),
        ("discounts", "taken_off"): mark("After it: taken off already"),
        ("discounts", "share_paid"): mark("Before it, and the number is the share that is paid"),
        ("discounts", "share"): mark("Before it: a share still comes off"),
        ("discounts", "money"): mark("Before it: money still comes off"),
        ("amount_per", "line"): mark("The whole line"),
        ("amount_per", "seat"): mark("Each seat"),
        ("kind", "nps"): mark("How likely people are to recommend you (NPS, 0 to 10)"),
        ("kind", "csat"): mark("How content people are (CSAT, 1 to 5)"),
        ("effort_unit", "days"): mark("Days of a person"),
        ("effort_unit", "hours"): mark("Hours, 8 to a day"),
        ("effort_unit", "weeks"): mark("Weeks of 5 days"),
        ("effort_unit", "points"): mark("Points: the effort stays empty"),
        ("covers_accounts", "all"): mark("Every account: no event means no use"),
        ("covers_accounts", "listed"): mark("Only those that it names: of the others nothing is known"),
    }
)
NOT_IN_FILE = ""
ALWAYS = "always\x1f"
PERIODS = ("1 month", "3 month", "6 month", "1 year", "1 week", "term")
BOOLEANS = ("true", "false")
TITLES = InLanguage(  # of the tables, as data/schema/ has them
    {
        "accounts": mark("Accounts"),
        "contacts": mark("Contacts"),
        "contracts": mark("Contracts"),
        "churn_events": mark("Churn events"),
        "usage_events": mark("Usage events"),
        "tickets": mark("Tickets"),
        "surveys": mark("Surveys"),
        "costs": mark("Costs"),
        "fx_rates": mark("Exchange rates"),
        "activities": mark("Activities"),
        "predictions": mark("Predictions"),
        "similar_looks": mark("Similar past looks"),
        "churn_models": mark("Churn models"),
        "finance_arr": mark("Finance's ARR list"),
        "closes": mark("Closed periods"),
        "account_aliases": mark("Other names of accounts"),
        "sign_offs": mark("Sign-offs"),
        "product_pairs": mark("Changes of plan and additions"),
        "people": mark("People"),
        "covers": mark("Holiday cover"),
        "saved_views": mark("Saved views"),
        "digests": mark("Digests"),
        "offers": mark("Offers"),
        "referrals": mark("Referrals"),
        "plan_steps": mark("Upgrade path"),
        "support_calendars": mark("Business hours"),
        "holidays": mark("Holidays"),
        "survey_requests": mark("Surveys sent"),
        "feature_requests": mark("Feature requests"),
        "renewal_calls": mark("Renewal calls"),
        "deliveries": mark("Deliveries"),
    }
)
KINDS = InLanguage(
    {"csv": mark("Text table (CSV)"), "excel": mark("Excel workbook"), "parquet": mark("Parquet"), "jsonl": mark("JSON lines")}
)


def title(table: str) -> str:
    """A table's name for people."""
    return TITLES.get(table) or (again(TABLES[table].title) if table in TABLES else table)


# Columns of files that mean something else than those of reports under the same name.
OF_FILES = InLanguage(
    {
        "score": mark_of("a survey", "Score"),
        "period": mark_of("an amount", "Period"),
        "event": mark_of("usage", "Event"),
        "month": mark_of("a cost", "Month"),
    }
)


def column(name: str) -> str:
    """A column's name for people: Account id, Starts on; what the product has no title for stays as it is in any language."""
    return name.replace("_", " ").capitalize() if language() == ENGLISH else OF_FILES.get(name) or title_of(name)


def answer(option: str, choice: str) -> str:
    """An answer in plain words; a key, a currency and the like speak for themselves."""
    return ANSWERS.get((option, choice), choice)


OPTION_TITLES = InLanguage(
    {
        "table": mark("Table"),
        "key": mark("Key"),
        "account_from": mark("Account named by"),
        "ends_on": mark("An end is"),
        "date_order": mark("Order of days"),
        "decimal": mark("Decimals"),
        "amount_unit": mark("Amounts in"),
        "amount_per": mark("An amount is for"),
        "discounts": mark("An amount is"),
        "rows": mark("Another value is"),
        "snapshot": mark("The file is"),
        "covers": mark("Day of the file"),
        "timezone": mark("Time zone"),
        "header_row": mark("Header on line"),
        "covers_accounts": mark("The feed tells of"),
        "kind": mark("The scores are"),
        "effort_unit": mark("Efforts are in"),
    }
)


# A question that several files ask, in words that hold for all of them.
ALIKE = InLanguage(
    {
        "ends_on": mark("Is the day on which a contract ends the last day that is paid for, or the first that no longer is?"),
        "timezone": mark("In which time zone are times that name none?"),
        "currency": mark("In which currency are the amounts?"),
        "date_order": mark("Which comes first in days like 03/04/2026?"),
        "decimal": mark("Which sign is the decimal sign?"),
    }
)


def option(name: str) -> str:
    """What an answer is about: Decimals, Time zone, Currency."""
    return OPTION_TITLES.get(name) or column(name)


def certainty(share: float) -> str:
    """How sure a guess is: Sure, 93 % sure."""
    return tr("Sure") if share >= 0.995 else tr("{share:.0%} sure", share=share)


def counts(new: float | None, rejected: float | None, known: float | None) -> str:
    """What a file would do to its table: 12 new, 3 rejected, 40 known already."""
    return counts_of({"accepted": new, "rejected": rejected, "duplicate": known}) or tr("nothing new")


COUNTS = InLanguage(
    {
        "read": mark("{n:,.0f} rows read"),
        "accepted": mark("{n:,.0f} new"),
        "rejected": mark("{n:,.0f} rejected"),
        "duplicate": mark("{n:,.0f} known already"),
        "waiting": mark("{n:,.0f} then waiting for an account"),
        "erased": mark("{n:,.0f} left out, of somebody who was erased"),
        "too_old": mark("{n:,.0f} from before the events that are kept, left out"),
    }
)


def counts_of(numbers: Mapping[str, float | None]) -> str:
    """What became of rows, in words, those of which there are any: 12 rows read, 10 new, 2 rejected."""
    return tr(", ").join(COUNTS[name].format(n=number) for name, number in numbers.items() if number)


def source(option: str, examples: dict[str, str]) -> str:
    """One entry of the list of columns: the file's column with an example, or a value for all rows."""
    if option == NOT_IN_FILE:
        return tr("Not in the file")
    if option.startswith(ALWAYS):
        return tr("Always {always}", always=option.removeprefix(ALWAYS))
    name = one_line(option)
    return tr("{name}  (e.g. {example})", name=name, example=one_line(examples[option])) if examples.get(option) else name


def ago(minutes: int) -> str:
    """How long ago, in words: just now, 5 minutes ago, 2 hours ago."""
    if minutes < 1:
        return tr("just now")
    return tr_n("{n} minute ago", "{n} minutes ago", minutes) if minutes < 60 else tr_n("{n} hour ago", "{n} hours ago", minutes // 60)


NOUNS = {
    "account": mark_n("{n:,} account", "{n:,} accounts"),
    "column": mark_n("{n:,} column", "{n:,} columns"),
    "feed": mark_n("{n:,} feed", "{n:,} feeds"),
    "file": mark_n("{n:,} file", "{n:,} files"),
    "import": mark_n("{n:,} import", "{n:,} imports"),
    "more column": mark_n("{n:,} more column", "{n:,} more columns"),
    "name": mark_n("{n:,} name", "{n:,} names"),
    "pair": mark_n("{n:,} pair", "{n:,} pairs"),
    "question": mark_n("{n:,} question", "{n:,} questions"),
    "rejected row": mark_n("{n:,} rejected row", "{n:,} rejected rows"),
    "renewal": mark_n("{n:,} renewal", "{n:,} renewals"),
    "row": mark_n("{n:,} row", "{n:,} rows"),
    "thing": mark_n("{n:,} thing", "{n:,} things"),
    "value": mark_n("{n:,} value", "{n:,} values"),
}


def counted(number: float, noun: str) -> str:
    """1 row, 2,000 rows."""
    return tr_n(*NOUNS[noun], number)
