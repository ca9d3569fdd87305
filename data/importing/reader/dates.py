"""Days as people and spreadsheets write them, brought to the form that a computer reads."""

import polars as pl

# The first letters of the months in English, German, French, Spanish, Portuguese, Italian and Dutch, accents left out.
MONTHS = (
    "jan|gen|ene", "feb|fev", "mar|maa|mrz|mae", "apr|avr|abr", "may|mai|mag|mei|mayo", "jun|juin|giu", "jul|juil|lug",
    "aug|aou|ago", "sep|set", "oct|okt|out|ott", "nov", "dec|dez|dic",
)  # fmt: skip
NUMBER_OF = {begin: number for number, begins in enumerate(MONTHS, start=1) for begin in begins.split("|")}
NAME = r"([^\W\d_]{3,})\.?"
MONTH_FIRST = rf"^{NAME}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}),?(?:\s+(?:at\s+)?(.*))?$"
DAY_FIRST = rf"^(\d{{1,2}})\.?(?:\s+|-)(?:de\s+)?{NAME}(?:\s+|-)(?:de\s+)?(\d{{4}}),?(?:\s+(.*))?$"
HALF_DAY = r"^(.*\s)(\d{1,2})(:\d\d(?::\d\d)?)\s*([AaPp])\.?[Mm]\.?$"
FIRST_SERIAL, LAST_SERIAL, DAY_ZERO = 20_000, 80_000, -25_569  # Excel counts days from 1899-12-30, 25,569 before 1970-01-01


def as_iso(text: pl.Series) -> pl.Series:
    """Days with a month's name, and hours of half a day, as year-month-day and 24 hours; a day without signs between its parts too."""
    if text.str.contains(r"[^\W\d_]{3,}").any():
        text = _named(_named(text, MONTH_FIRST, month=1, day=2), DAY_FIRST, month=2, day=1)
    text = text.str.replace(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$", "$1-$2-$3")
    return _of_24_hours(text) if text.str.contains(HALF_DAY).any() else text


def _named(text: pl.Series, pattern: str, *, month: int, day: int) -> pl.Series:
    bare = text.str.to_lowercase().str.replace_many(list("áàâäéèêëíîóôöúûüç"), list("aaaaeeeeiiooouuuc"))
    name = bare.str.extract(pattern, month)
    known = pl.coalesce(
        name.str.slice(0, 4).replace_strict({"juin": 6, "juil": 7}, default=None, return_dtype=pl.Int64),
        name.str.slice(0, 3).replace_strict(NUMBER_OF, default=None, return_dtype=pl.Int64),
    )
    frame = pl.DataFrame({"text": text}).with_columns(
        month=known, day=bare.str.extract(pattern, day), year=bare.str.extract(pattern, 3), time=text.str.extract(pattern, 4).fill_null("")
    )
    written = pl.format("{}-{}-{} {}", "year", pl.col("month").cast(pl.String).str.zfill(2), pl.col("day").str.zfill(2), "time")
    return frame.select(pl.when(pl.col("month").is_not_null()).then(written.str.strip_chars()).otherwise("text")).to_series()


def _of_24_hours(text: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"text": text}).with_columns(
        begin=text.str.extract(HALF_DAY, 1), hour=text.str.extract(HALF_DAY, 2).cast(pl.Int64), rest=text.str.extract(HALF_DAY, 3),
        late=text.str.extract(HALF_DAY, 4).str.to_lowercase() == "p",
    )  # fmt: skip
    hour = (pl.col("hour") % 12 + pl.when("late").then(12).otherwise(0)).cast(pl.String).str.zfill(2)
    fits = pl.col("hour").is_between(1, 12)
    return frame.select(pl.when(fits).then(pl.concat_str("begin", hour, "rest")).otherwise("text")).to_series()


def from_serials(number: pl.Series) -> pl.Series:
    """The moments of Excel's day numbers, time of day as the fraction, to the second; null for every other number."""
    inside = number.is_between(FIRST_SERIAL, LAST_SERIAL).fill_null(False)
    seconds = ((number.set(~inside, None) + DAY_ZERO) * 86_400).round().cast(pl.Int64)
    return (seconds * 1_000_000).cast(pl.Datetime("us"))
