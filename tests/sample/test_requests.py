"""What customers of the sample company ask for comes out as the published matrix has it, whatever the size of the company."""

from contextlib import closing

from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from sample.company import LAST_DAY
from tests.companies import few_of_the_sample

MATRIX = [  # customers, days, priority, what is to be done
    ("FR-1", 8, 5, "P0", "now"), ("FR-2", 6, 3, "P0", "now"), ("FR-3", 10, 30, "P1", "next quarter"), ("FR-4", 1, 20, "P2", "paid work"),
    ("FR-5", 3, 10, "P3", "later"),
]  # fmt: skip


def test_the_sample_shows_the_matrix_a_duplicate_and_whom_to_tell(tmp_path):
    with closing(Store.open(few_of_the_sample(tmp_path / "own.duckdb"))) as store:
        found = run("feature-requests", store, EVERYONE, Question(as_of=LAST_DAY))
        told = run("request-follow-up", store, EVERYONE, Question(as_of=LAST_DAY)).totals
    rows = found.rows.select("request_id", "customers", "effort_days", "priority", "decision").head(5).rows()
    assert rows == MATRIX
    assert (found.totals["merged"], found.totals["no_priority"], told) == (1, 2, {"accounts_asked": 5, "to_tell": 3})
