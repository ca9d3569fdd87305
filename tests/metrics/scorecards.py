"""Random health scores, and random accounts to score, for properties that hold of all of them."""

from hypothesis import strategies as st

from metrics.account_measures import AGED, MEASURES
from metrics.health_exceptions import EXCEPTIONS
from metrics.scorecard import LIFECYCLE, Curve, Group, Limit, Measure, Scorecard, Variant

SEGMENTS = ("SMB", "Mid-Market", "Ünterprise")
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text
)
WEIGHTS = st.integers(1, 100).map(float) | st.floats(0.5, 100, allow_subnormal=False)


def whole(most: float, places: int = 2) -> st.SearchStrategy[float]:
    return st.integers(0, int(most * 10**places)).map(lambda number: number / 10**places)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Values rising, points going one way."""
    values = sorted(draw(st.lists(st.integers(-20, 40), min_size=2, max_size=5, unique=True)))
    points = sorted(draw(st.lists(whole(100), min_size=len(values), max_size=len(values))), reverse=draw(st.booleans()))
    return tuple((float(value), point) for value, point in zip(values, points, strict=True))


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    """A score of one to three groups; every weight lies above zero, so that it can be used in every segment and variant."""
    names = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=6, unique=True))
    number = draw(st.integers(1, min(3, len(names))))
    groups = [f"g{at}" for at in range(number)]
    shared = draw(st.integers(0, number - 1))  # so many of the last ones have a share
    made = tuple(Group(name, 0.0, 0.9 / number) if at >= number - shared else Group(name, draw(WEIGHTS)) for at, name in enumerate(groups))
    measures = tuple(
        sorted(
            (Measure(name, groups[at % number], draw(WEIGHTS), draw(curves()), draw(st.none() | st.integers(0, 400)) if name in AGED else None)
             for at, name in enumerate(names)),
            key=lambda one: one.group,
        )
    )  # fmt: skip
    ends = sorted(draw(st.lists(st.integers(1, 99), max_size=3, unique=True)))
    bands = tuple((f"b{at}", float(end)) for at, end in enumerate([*ends, 100]))
    weighed = [group.name for group in made if group.share is None]
    own = st.dictionaries(st.sampled_from(weighed), WEIGHTS, min_size=1)
    segments = draw(st.dictionaries(st.sampled_from(SEGMENTS), own, max_size=2))
    caps = draw(st.dictionaries(st.sampled_from(sorted(EXCEPTIONS)), st.sampled_from([name for name, _ in bands])))
    variants = tuple(draw(_variant(f"v{at}", weighed, names)) for at in range(draw(st.integers(0, 3))))
    limits = tuple(draw(_limit(f"l{at}", bands)) for at in range(draw(st.integers(0, 2))))
    days = draw(st.tuples(st.integers(0, 120), st.integers(0, 120)))
    return Scorecard(made, measures, bands, segments, draw(whole(1)), caps, variants, limits, *days)


@st.composite
def _variant(draw: st.DrawFn, name: str, groups: list[str], measures: list[str]) -> Variant:
    low = draw(st.none() | st.integers(0, 200))
    high = draw(st.none() | st.integers(1, 200).map(lambda more: more + (low or 0)))
    named = st.sampled_from(measures)
    return Variant(
        name + draw(NAMES), draw(st.none() | st.sampled_from(SEGMENTS)), draw(st.none() | st.sampled_from(LIFECYCLE)), (low, high),
        draw(st.dictionaries(st.sampled_from(groups), WEIGHTS)), draw(st.dictionaries(named, WEIGHTS)), draw(st.dictionaries(named, curves())),
    )  # fmt: skip


@st.composite
def _limit(draw: st.DrawFn, name: str, bands: tuple[tuple[str, float], ...]) -> Limit:
    value, is_below = float(draw(st.integers(-20, 40))), draw(st.booleans())
    ends = {"below": value} if is_below else {"above": value}
    return Limit(name, draw(st.sampled_from(MEASURES)), draw(st.sampled_from([band for band, _ in bands])), **ends)


@st.composite
def accounts(draw: st.DrawFn, most: int = 6) -> list[dict]:
    """Accounts as they are measured: every measure known or not, with segment, age and days to the next renewal."""
    value = st.none() | st.integers(-300, 600).map(lambda number: number / 10)
    rows = []
    for at in range(draw(st.integers(1, most))):
        row = {name: draw(value) for name in MEASURES} | {f"{name}_age": draw(st.none() | st.integers(0, 500)) for name in AGED}
        row |= {f"{name}_age": None if row[name] is None else row[f"{name}_age"] or 0 for name in AGED}
        about = {"segment": draw(st.none() | st.sampled_from((*SEGMENTS, "Other"))), "age_days": draw(st.none() | st.integers(-5, 300))}
        rows.append({"account_id": f"A{at}"} | about | {"days_to_renewal": draw(st.none() | st.integers(-10, 200))} | row)
    return rows
