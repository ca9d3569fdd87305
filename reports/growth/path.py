"""The upgrade path as reports of growth read it."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from data.store.view import View
from language import InLanguage, mark
from metrics import upgrade_path

FAULTS = InLanguage(
    {
        "two_places": mark("{plan} has several places on the upgrade path ({says}): it is left out until it has one."),
        "no_seats": mark("{plan} has {says} seats at most: that says nothing, so its seats are not known."),
        "unknown_plan": mark(
            "{feature} is a feature of {plan}, which is on no place of the upgrade path: from where on it is sold is not known."
        ),
        "no_limit": mark("{feature} has a monthly limit of {says} in {plan}: that is no limit, and is left out."),
    }
)


@dataclass(frozen=True)
class Path:
    """steps: metrics.upgrade_path.steps. features: plan_features as imported. places: where each account in sight stands. faults: what
    cannot be used."""

    steps: pl.LazyFrame
    features: pl.LazyFrame
    places: pl.LazyFrame
    faults: pl.DataFrame

    @property
    def notes(self) -> tuple[str, ...]:
        """What cannot be used, in words."""
        return tuple(fault_in_words(row) for row in self.faults.iter_rows(named=True))


def fault_in_words(row: Mapping[str, str | None]) -> str:
    return FAULTS[row["fault"] or ""].format(**{name: row[name] or "" for name in ("plan", "feature", "says")})


def path_of(view: View) -> Path:
    """The upgrade path of a view."""
    said, features = (standing(view, table).lazy() for table in ("plan_steps", "plan_features"))
    steps = upgrade_path.steps(said).collect().lazy()
    return Path(steps, features, upgrade_path.placed(view.accounts().lazy(), steps), upgrade_path.faults(said, features))


def standing(view: View, table: str) -> pl.DataFrame:
    """The rows of plan_steps or plan_features that hold: without what was taken off."""
    return view.table(table).filter(~pl.col("is_retired").fill_null(False))
