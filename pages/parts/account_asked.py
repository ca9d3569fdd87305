"""Reports of one account, which all parts of its page ask for: their cost does not grow with the company."""

from dataclasses import replace

from pages.ui import loaders
from pages.ui.choice import Choice
from reports.report import Question, Report


def asked(choice: Choice, account: str) -> Question:
    """The question of the page, of one account alone."""
    return replace(choice.question, filters=(("account_id", (account,)),))


def of(choice: Choice, name: str, account: str) -> Report:
    """A report of one account."""
    return loaders.report(choice.company, name, choice.viewer, asked(choice, account))


def place(account: str) -> str:
    """Where on the page what was done last is told, with the button that takes it back; as dialogs of tasks name it."""
    return f"account-{account}"
