"""How an import ends: what came in, what is wrong with the file, and what only a person can say."""

from dataclasses import asdict, dataclass, field

from data.store.store import BatchResult


class ImportRefused(Exception):
    """Nothing of a file can be taken; `problems` are dicts of file, line, column, value, reason."""

    def __init__(self, problems: list[dict[str, object]]) -> None:
        super().__init__("; ".join(str(problem["reason"]) for problem in problems))
        self.problems = problems


class NeedsAnswer(ImportRefused):
    """The file leaves open what only a person can say; `questions` hold option, column, text, choices."""

    def __init__(self, questions: list[dict], file: str) -> None:
        super().__init__([problem(file, question["text"], column=question["column"]) for question in questions])
        self.questions = questions


@dataclass(frozen=True)
class Outcome:
    """How an import ended: its batch, or why there is none."""

    file: str
    batch: BatchResult | None
    problems: list[dict]
    questions: list[dict] = field(default_factory=list)
    refused: bool = False
    repeated: bool = False

    def as_json(self) -> dict:
        """One entry of `import --json`."""
        empty = dict.fromkeys(("batch", "table", "feed")) | dict.fromkeys(("read", "accepted", "rejected", "duplicate", "waiting"), 0)
        counts = asdict(self.batch) if self.batch else empty | {"file": self.file}
        return counts | {"problems": self.problems, "questions": self.questions}


def problem(file: str, reason: str, *, line: int | None = None, column: str | None = None) -> dict:
    """One thing that is wrong with a file."""
    return {"file": file, "line": line, "column": column, "value": None, "reason": reason}
