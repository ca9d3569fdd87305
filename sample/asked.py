"""Whom the sample company asked to answer a survey, who of them answered, and in which words. Nothing is drawn: it comes of the answers."""

from datetime import date, timedelta

import polars as pl

UNASKED = 11  # every so many answers came without being asked
WORDLESS = 3  # of so many answers one has no words
LATELY = 25  # accounts who were asked last week, and have not answered yet
CONTENT = (
    "The board pack takes an hour now; it took us two days.",
    "Your team answers faster than any other supplier we have.",
    "Everybody finds what they need without asking me.",
    "The new report builder is what we had hoped for.\n\nTwo wishes: let us copy a report with its filters, and show who changed it last. With both we "
    "could drop the spreadsheet that we still keep beside it, which three of us maintain by hand every Monday morning.",
    'My boss calls it "the one screen I open every day".',
)
BETWEEN = (
    "Does what it should. Exports could be quicker.",
    "Good, but half of my team has not had a training.",
    "Fine so far. We have not tried the integrations yet.",
    "I would like to see our own terms in the reports.",
)
UNHAPPY = (
    "Exports stop at 10,000 rows. We have asked for months.",
    "Too slow on Monday mornings, when everybody needs it.",
    "We pay for seats that nobody uses, and nobody from your side has called.",
    "Since our champion left nobody shows new people how it works.\nWe are looking at two other tools now, one of which our parent company uses already.",
    "Deux tickets ouverts depuis trois semaines, sans réponse.",
)
ASIDE = ("Thursday 10:00 would be a good time to talk.", "Please call me about this.")


def answered(surveys: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """The answers with who gave them, and in which words."""
    people = _people(contacts)
    rows = [
        {**row, "contact_id": _one_of(people[row["account_id"]], number), "comment": _words(row["score"], number)}
        for number, row in enumerate(surveys.iter_rows(named=True))
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def requests(answers: pl.DataFrame, contacts: pl.DataFrame, last_day: date) -> pl.DataFrame:
    """Requests to who answered, one to four days before, and on the same day to others of the account, of whom none answered."""
    people, rows = _people(contacts), []
    for number, row in enumerate(answers.iter_rows(named=True)):
        if number % UNASKED:
            day = date.fromisoformat(row["answered_at"][:10]) - timedelta(days=1 + number % 4)
            rows += _sent(number, row["account_id"], people[row["account_id"]], row["contact_id"], row["survey_id"], day)
    lately = list(dict.fromkeys(answers["account_id"]))[-LATELY:]
    rows += [(f"SR-L{n}", one, people[one][-1], "nps", _at(last_day - timedelta(days=6)), None) for n, one in enumerate(lately)]
    columns = ["request_id", "account_id", "contact_id", "kind", "asked_at", "survey_id"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def _sent(number: int, account: str, people: list[str], who: str, survey: str, day: date) -> list[tuple]:
    others = [one for one in people if one != who][: number % 3]
    asked = [(f"SR-{number}-0", account, who, "nps", _at(day), survey)]
    return asked + [(f"SR-{number}-{at}", account, one, "nps", _at(day), None) for at, one in enumerate(others, start=1)]


def _at(day: date) -> str:
    return f"{day}T08:00:00Z"


def _people(contacts: pl.DataFrame) -> dict[str, list[str]]:
    return dict(contacts.group_by("account_id", maintain_order=True).agg("contact_id").rows())


def _one_of(people: list[str], number: int) -> str:
    """Decision makers, who stand first, answer one survey in eight."""
    others = people[1:] or people
    return people[0] if number % 8 == 5 else others[number % len(others)]


def _words(score: int, number: int) -> str | None:
    if number % WORDLESS == 0:
        return None
    said = CONTENT if score >= 9 else BETWEEN if score >= 7 else UNHAPPY
    return " ".join([said[number % len(said)], *([ASIDE[number % 2]] if score < 7 and number % 5 == 1 else [])])
