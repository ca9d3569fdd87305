"""How an import ends: what came in, what is wrong with the file, and what only a person can say."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields

from data.approvals.gate import NeedsConsent
from data.importing.findings import Problem, Question
from data.store.store import BatchResult


class ImportRefused(Exception):
    """Nothing of a file can be taken; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.reason for problem in problems))
        self.problems = list(problems)


class NeedsAnswer(ImportRefused):
    """The file leaves open what only a person can say."""

    def __init__(self, questions: Sequence[Question], file: str) -> None:
        super().__init__([Problem(file=file, reason=question.text, column=question.column) for question in questions])
        self.questions = list(questions)


class ReadingFailed(Exception):
    """A fault of ours while a file was read: nothing of it was taken, and its owner can do nothing about it."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file}: a fault in Holdfast while the file was read ({what}). Nothing of it was imported, and nothing was lost. "
            "Please report it with these words; importing again will not help."
        )


@dataclass(frozen=True)
class Imported:
    """What became of one file: accepted + rejected + duplicate + erased + too_old = read. `batch` is null where nothing was imported."""

    batch: int | None
    file: str
    table: str | None
    feed: str | None
    read: int
    accepted: int
    rejected: int
    duplicate: int
    waiting: int
    problems: list[Problem]
    questions: list[Question]
    erased: int = 0
    too_old: int = 0


@dataclass(frozen=True)
class Outcome:
    """How an import ended: its batch, or why there is none."""

    file: str
    batch: BatchResult | None
    problems: list[Problem]
    questions: list[Question] = field(default_factory=list)
    refused: bool = False
    repeated: bool = False
    needs: NeedsConsent | None = None  # where others must consent first: what can be asked for

    @property
    def imported(self) -> Imported:
        """The outcome as scripts are told it."""
        batch = self.batch or _Nothing(self.file)
        counts = {one.name: getattr(batch, one.name) for one in fields(BatchResult) if one.compare}
        return Imported(**counts, problems=self.problems, questions=self.questions)

    def as_json(self) -> dict:
        """One entry of `import --json`."""
        return asdict(self.imported)


@dataclass(frozen=True)
class _Nothing:
    """The counts of a file of which nothing was imported."""

    file: str
    batch: None = None
    table: None = None
    feed: None = None
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    waiting: int = 0
    erased: int = 0
    too_old: int = 0
