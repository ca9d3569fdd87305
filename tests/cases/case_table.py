"""Writes README.md beside the cases: each case with its kind, what it is, what is right, and how it came out at the first try.

python -m tests.cases.case_table
"""

import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """# Files as teams export them

One folder a case: its files, and `case.toml` with what is right and what settles it. `case_running.py` says how one is written, and runs
those that are named; `test_cases.py` runs all, and where a file leaves something open, also through the inbox. This table is written
by `python -m tests.cases.case_table`.

"""


def table(folder: Path = HERE) -> str:
    """The cases as a table, by kind and name, and how many of each kind there are."""
    cases = {path.parent.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/case.toml"))}
    counts = sorted(Counter(case["kind"] for case in cases.values()).items())
    lines = [f"{len(cases)} cases: {', '.join(f'{kind} {count}' for kind, count in counts)}.", ""]
    lines += ["| Kind | Case | What it is | Right | First try |", "|---|---|---|---|---|"]
    ordered = sorted(cases.items(), key=lambda one: (one[1]["kind"], one[0]))
    return HEAD + "\n".join([*lines, *(_line(name, case) for name, case in ordered)]) + "\n"


def _line(name: str, case: dict) -> str:
    told = (case["kind"], f"`{name}`", case["title"], case["right"], case.get("tried", ""))
    return f"| {' | '.join(' '.join(text.split()).replace('|', '/') for text in told)} |"


if __name__ == "__main__":
    (HERE / "README.md").write_text(table(), encoding="utf-8")
