"""Days and moments as people, spreadsheets and programs write them, brought to year-month-day and 24 hours.

What is not known is left as it stands. A month without a day comes out as `2024-01`; whether in 03/04/2026 the day comes first is not
decided here.
"""

import polars as pl

# Months in English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish and Norwegian, lower case, accents left out.
MONTHS = (
    "jan january januar janner jaenner janvier janv enero ene janeiro gennaio gen januari",
    "feb february februar fevrier fevr febrero fevereiro fev febbraio februari",
    "mar march marz maerz mrz mars marts marzo marco maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maio maggio mag mei maj",
    "jun june juni juin junio junho giugno giu",
    "jul july juli juil juillet julio julho luglio lug",
    "aug august aout agosto ago augustus augusti",
    "sep sept september septembre septiembre setiembre setembro set settembre",
    "oct october oktober okt octobre octubre outubro out ottobre ott",
    "nov november novembre noviembre novembro",
    "dec december dezember dez decembre diciembre dic dezembro dicembre desember des",
)
MONTH_OF = {name: number for number, names in enumerate(MONTHS, start=1) for name in names.split()}
# Days of the week that may stand before a day, in the same languages, as they are and shortened.
WEEKDAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday "
    "mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag "
    "lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche "
    "lunes martes mie miercoles jue jueves vie viernes sab sabado dom domingo "
    "seg segunda ter terca qua quarta qui quinta sex sexta lunedi martedi mercoledi gio giovedi venerdi sabato domenica "
    "ma maandag dinsdag wo woensdag donderdag vr vrijdag za zaterdag zo zondag "
    "man mandag mandag tis tisdag tir tirs tirsdag ons onsdag tor torsdag tors fre fredag lor lordag lordag son sondag sondag"
)
ACCENTS = str.maketrans("áàâäãåéèêëíìîïóòôöõøúùûüçñ", "aaaaaaeeeeiiiioooooouuuucn")
NAME = r"([^\W\d_]{3,})\.?"
NTH = r"(?:st|nd|rd|th|er|re|º|ª)?"
OF = r"(?:de |del |of |d['’])?"
REST = r",?(?:(?:\s+|\s*T)(?:at\s+|um\s+|à\s+)?(.*))?$"
# Each pattern with the groups of year, month, day and time; 0 where it has none.
NAMED = (
    (rf"(?i)^{NAME}[\s./-]+(\d{{1,2}}){NTH}\.?(?:,\s*|[\s/-]+)['’]?(\d{{4}}|\d{{2}}){REST}", (3, 1, 2, 4)),
    (rf"(?i)^(\d{{1,2}}){NTH}\.?[\s./-]*{OF}{NAME},?[\s./-]*{OF}['’]?(\d{{4}}|\d{{2}}){REST}", (3, 2, 1, 4)),
    (rf"(?i)^(\d{{4}})[\s./-]+{NAME}[\s./-]+(\d{{1,2}}){REST}", (1, 2, 3, 4)),
    (rf"(?i)^{NAME},?[\s./-]*{OF}['’]?(\d{{4}}|\d{{2}})()()$", (2, 1, 0, 0)),
    (rf"(?i)^(\d{{4}})[\s./-]+{NAME}()()$", (1, 2, 0, 0)),
)
WEEKDAY = r"(?i)^([^\W\d_]{2,}?)(?:-feira)?\.?,?\s+(.*)$"
CLOCK = r"(\d{1,2}:\d\d(?::\d\d)?)"
HAN = (
    (r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]", "$1-$2-$3 "),
    (r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]份?", "$1-$2"),
    (r"\s*[(（]?(?:星期|周|礼拜|禮拜)[一二三四五六日天][)）]?\s*", " "),
    (r"(\d{1,2})\s*[時时시点點]\s*(\d)\s*[分분]", "$1:0$2"),
    (r"(\d{1,2})\s*[時时시点點]\s*(\d\d)\s*[分분](?:\d{1,2}[秒초])?", "$1:$2"),
    (rf"\s*(?:上午|午前|早上|凌晨|오전)\s*{CLOCK}", " $1 AM"),
    (r"\s*下午\s*(1[3-9]:|2[0-3]:)", " $1"),
    (rf"\s*(?:下午|午後|오후)\s*{CLOCK}", " $1 PM"),
    (r"\s*晚上\s*0?([6-9]|1[01])(:\d\d(?::\d\d)?)", " $1$2 PM"),  # twelve at night may begin the day or end it
    (r"\s*中午\s*(12:\d\d(?::\d\d)?)", " $1 PM"),
    (r"\s{2,}", " "),
    (r"\s+$", ""),
)
HALF_DAY = r"(?i)^(.*\s)(\d{1,2})(:\d\d(?::\d\d(?:\.\d+)?)?)\s*([ap])\.?\s?m\.?(.*)$"
FIRST_SERIAL, LAST_SERIAL, DAY_ZERO = 20_000, 80_000, -25_569  # Excel counts days from 1899-12-30, 25,569 before 1970-01-01


def as_iso(text: pl.Series) -> pl.Series:
    """Days and moments with names or signs of months, and hours of half a day, as year-month-day and 24 hours; a day without signs too.

    A two-digit year is one of 1970 to 2069.
    """
    distinct = text.unique()
    if distinct.len() < text.len() / 2:
        return text.replace_strict(distinct, _as_iso(distinct), return_dtype=pl.String)
    return _as_iso(text)


def _as_iso(text: pl.Series) -> pl.Series:
    if text.str.contains("[年년午晚早凌]").any():
        for pattern, written in HAN:
            text = text.str.replace(pattern, written)
    if text.str.contains(r"[^\W\d_]{2}").any():
        text = _without_weekday(text)
        for pattern, groups in NAMED:
            text = _named(text, pattern, groups)
    text = text.str.replace(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$", "$1-$2-$3")
    text = text.str.replace(r"^(\d{4})\s*[/.]\s*(\d{1,2})\s*[/.]\s*(\d{1,2})\.?", "$1-$2-$3").str.replace(
        r"^(\d{4})[/.](\d{1,2})$", "$1-$2"
    )
    text = text.str.replace(r"^(\d{1,2})[-/.](\d{4})$", "$2-$1")
    return _of_24_hours(text) if text.str.contains(HALF_DAY).any() else text


def _folded(text: pl.Series) -> pl.Series:
    """Lower case, accents left out."""
    return text.str.to_lowercase().str.replace_many(list(map(chr, ACCENTS)), list(map(chr, ACCENTS.values())))


def _known(name: pl.Series, meaning: dict[str, int]) -> pl.Series:
    return _folded(name).replace_strict(meaning, default=None, return_dtype=pl.Int64)


def _without_weekday(text: pl.Series) -> pl.Series:
    """Less the day of the week before a day; `mar` is one only where another month follows."""
    name, rest = text.str.extract(WEEKDAY, 1), text.str.extract(WEEKDAY, 2)
    known = _known(name, dict.fromkeys(WEEKDAYS.split(), 1)).is_not_null()
    known &= _known(name, MONTH_OF).is_null() | rest.str.contains(r"^\d{1,2}\.? [^\W\d_]{3,}")
    return rest.zip_with(known & rest.str.contains(r"\d"), text) if known.any() else text


def _named(text: pl.Series, pattern: str, groups: tuple[int, int, int, int]) -> pl.Series:
    nothing = pl.repeat(None, len(text), dtype=pl.String, eager=True)
    year, month, day, time = (text.str.extract(pattern, group) if group else nothing for group in groups)
    known = _known(month, MONTH_OF)
    if not known.is_not_null().any():
        return text
    parts = pl.DataFrame({"text": text, "year": full_year(year), "month": known, "day": day, "time": time}).with_columns(
        pl.col("month").cast(pl.String).str.zfill(2)
    )
    written = [pl.col("year"), pl.lit("-"), pl.col("month")]
    written += [pl.lit("-"), pl.col("day").str.zfill(2)] if groups[2] else []
    written += [pl.when(pl.col("time").str.len_bytes() > 0).then(pl.lit(" ") + pl.col("time")).otherwise(pl.lit(""))] if groups[2] else []
    return parts.select(pl.when(pl.col("month").is_not_null()).then(pl.concat_str(written)).otherwise("text")).to_series()


def full_year(year: pl.Series) -> pl.Series:
    """Years of two digits as those of 1970 to 2069, others as they are."""
    return year.str.replace(r"^([0-6]\d)$", "20$1").str.replace(r"^([7-9]\d)$", "19$1")


def _of_24_hours(text: pl.Series) -> pl.Series:
    begin, hours, minutes, half, rest = (text.str.extract(HALF_DAY, group) for group in range(1, 6))
    frame = pl.DataFrame({"text": text, "begin": begin, "minutes": minutes, "rest": rest}).with_columns(
        hour=hours.cast(pl.Int64), late=half.str.to_lowercase() == "p"
    )
    hour = (pl.col("hour") % 12 + pl.when("late").then(12).otherwise(0)).cast(pl.String).str.zfill(2)
    fits = pl.col("hour").is_between(1, 12)
    return frame.select(pl.when(fits).then(pl.concat_str("begin", hour, "minutes", "rest")).otherwise("text")).to_series()


def from_serials(number: pl.Series) -> pl.Series:
    """The moments of Excel's day numbers, time of day as the fraction, to the second; null for every other number."""
    inside = number.is_between(FIRST_SERIAL, LAST_SERIAL).fill_null(False)
    seconds = ((number.set(~inside, None) + DAY_ZERO) * 86_400).round().cast(pl.Int64)
    return (seconds * 1_000_000).cast(pl.Datetime("us"))
