"""What looking at a file finds: problems, and questions that only a person can answer. The same objects from the reader to the page."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a file: where it stands, as far as that is known, and what to do about it.

    line counts from 1, as a text editor does; column is the file's own name; value is the cell as found, shortened. rejected: whether what
    it speaks of, a row or the whole file, is not taken; false for what is only reported.
    """

    file: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    reason: str
    rejected: bool = True

    def of(self, file: str) -> "Problem":
        """The problem, as one of a file that goes by this name."""
        return replace(self, file=file)


@dataclass(frozen=True)
class Question:
    """What a file leaves open and only a person can say: the option or column that holds the answer, and the answers to choose from.

    column is the file's own name of what the question is about, None where it is about the whole file. hint: what the file's values
    speak for; empty where they speak for nothing. suggested: the answer for which all that can be seen speaks, to be confirmed and never
    taken unasked; empty where there is none.
    """

    option: str
    column: str | None
    text: str
    choices: tuple[str, ...]
    hint: str = ""
    suggested: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", tuple(self.choices))


def one_line(text: object) -> str:
    """A name or value from a file in one line of words, whatever breaks it has in the file."""
    return " ".join(str(text).split())


class Unanswered(Exception):
    """Reading cannot go on before a question is answered."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.text)
        self.question = question
