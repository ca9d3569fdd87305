"""Words of the health score's choices: groups, bands, for whom something counts otherwise, exceptions, values of measures."""

from collections.abc import Collection

from language import InLanguage, mark, tr
from language.formats import listed
from metrics.registry import METRICS
from metrics.scorecard import Limit, Variant
from reports.words.account_codes import BANDS
from reports.words.portfolio_titles import OUTSIDE
from reports.words.titles import title

GROUPS = InLanguage(  # of measures, as the file of the health score that comes with the product names them
    {
        "usage": mark("Usage"),
        "adoption": mark("Adoption"),
        "support": mark("Support"),
        "sentiment": mark("Sentiment"),
        "relationship": mark("Relationship"),
    }
)
LIFECYCLE = InLanguage(
    {"onboarding": mark("while onboarding"), "steady": mark("between onboarding and renewal"), "renewal": mark("before a renewal")}
)
CAPPED = InLanguage(  # what a contract says, as metrics.health_exceptions has it
    {
        "notice_given": mark("notice given for everything"), "notice_on_part": mark("notice given for a part"),
        "lapsed_renewal": mark("a renewal that lapsed"),
    }
)  # fmt: skip
OF_BANDS = InLanguage(BANDS)
OF_PLACES = InLanguage(OUTSIDE)


def group_called(name: str) -> str:
    """A group of measures by its name in the file: one of the product's in words, another as the team wrote it."""
    return GROUPS.get(name) or name.replace("_", " ").capitalize()


def band_called(name: str) -> str:
    """A band by its name in the file: one of the product's in words, another as the team wrote it."""
    return OF_BANDS.get(name) or name.replace("_", " ").capitalize()


def place_called(name: str) -> str:
    """Where a customer stands by health on a day, comes from or goes to: a band, or one of the places beside them."""
    return OF_PLACES.get(name) or band_called(name)


def is_share(measure: str) -> bool:
    """Whether a measure is a share that people read in percent."""
    return measure in METRICS and METRICS[measure].unit == "ratio"


def value_called(measure: str, value: float) -> str:
    """A value of a measure as people write it: shares in percent."""
    return f"{round(value * 100, 6):g}%" if is_share(measure) else f"{round(value, 6):g}"


def for_whom(variant: Variant) -> str:
    """For which accounts something counts otherwise: by segment, by part of the lifecycle, by days since the start."""
    lifecycle = LIFECYCLE.get(variant.lifecycle, variant.lifecycle) if variant.lifecycle else ""
    when = listed(one for one in (lifecycle, _age(*variant.age_days)) if one)
    if not variant.segment:
        return tr("accounts {when}", when=when) if when else tr("all accounts")
    return tr("{segment}, {when}", segment=variant.segment, when=when) if when else variant.segment


def _age(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return tr("from day {low:,} to day {high:,} after the start", low=low, high=high)
    if high is not None:
        return tr("in the first {days:,} days", days=high)
    return tr("from day {low:,} after the start", low=low) if low is not None else ""


def limit_named(limit: Limit, taken: Collection[str] = ()) -> str:
    """The name of an exception that nobody has named otherwise: it is what the account's page says of it. taken: names of others."""
    said = {
        "measure": title(limit.measure),
        "value": value_called(limit.measure, (limit.below if limit.above is None else limit.above) or 0),
    }
    return free_name(tr("{measure} below {value}", **said) if limit.above is None else tr("{measure} above {value}", **said), taken)


def free_name(name: str, taken: Collection[str]) -> str:
    """A name that no other has: the name itself, else with a number behind."""
    numbered = (name if number == 1 else f"{name} ({number})" for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def limit_called(limit: Limit) -> str:
    """An exception of the team as a sentence."""
    said = {"measure": title(limit.measure), "band": band_called(limit.at_most)}
    if limit.below is not None:
        return tr("{measure} below {value}: at most {band}", value=value_called(limit.measure, limit.below), **said)
    return tr("{measure} above {value}: at most {band}", value=value_called(limit.measure, limit.above or 0), **said)
