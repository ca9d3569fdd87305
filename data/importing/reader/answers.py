"""What the child answers where a file is not taken: refused, or asked about."""

from dataclasses import asdict

from data.importing.findings import Problem, Question


def refusal(reason: str, line: int | None = None, column: str | None = None) -> dict:
    """The answer that a file cannot be used, and why."""
    return {"refused": [asdict(Problem(line=line, column=column, reason=reason))]}


def asking(questions: list[Question]) -> dict:
    """The answer that something is open, with what is asked."""
    return {"questions": [asdict(question) for question in questions]}
