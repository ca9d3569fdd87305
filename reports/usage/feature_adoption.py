"""Which features are used by how many customers, and is that becoming more?"""

from datetime import date

import polars as pl

from data.store.reading_once import IN_FILES
from language import mark
from metrics.coverage import windows
from metrics.feature_adoption import adoption, feature_uses
from metrics.usage import TRACKED
from metrics.windows import observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.usage.catalogue import core
from reports.usage.usage import used
from reports.usage.usage_depth import depth_rows

COLUMNS = {
    "feature": "text", "core": "flag", "accounts_using": "count", "tracked": "count", "adoption": "ratio", "accounts_before": "count",
    "compared": "count",
}  # fmt: skip
NEVER = date(1970, 1, 31)


def _feature_adoption(books: Books, question: Question) -> Answer:
    """One row per feature that customers in scope used in their last 60 covered days, and core feature: how many used it in the last 30, of
    how many whose usage can be seen (tracked), and their share; and how many used it in the 30 before, of those that can be seen in both
    (compared). Core features first, then the most used."""
    customers = depth_rows(books).filter("customer", pl.col("state").is_in(TRACKED), pl.col("features_used").is_not_null())
    seen = customers.select("account_id", both=pl.col("mau_before").is_not_null())
    chosen, uses = core(books.view), books.once("feature uses", _uses, of=IN_FILES)
    rows = adoption(uses, seen, chosen).select(*COLUMNS)
    return Answer(rows, {"seen": customers.height, "core_features": len(chosen)})


def _uses(books: Books) -> pl.DataFrame:
    """What metrics.feature_adoption.feature_uses says of every account."""
    day = books.day or NEVER
    use = used(books.view, day, day)
    spans = windows(observed(books.view.accounts().lazy(), day), use.coverage).lazy()
    return feature_uses(use.features, spans).collect()


feature_adoption = Definition("feature-adoption", mark("Adoption of features"), COLUMNS, _feature_adoption)
