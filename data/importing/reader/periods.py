"""Words for how long an amount pays for, in the languages and spellings of exports, brought to `N unit` or `term`.

A word with two meanings is known as such and never read: bimonthly is every two months, or twice a month.
"""

import re
import unicodedata

import polars as pl

from data.importing.reader.eastern import narrow_cell
from data.importing.reader.two_meanings import TWICE, either

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
# Words for a length of time, accents left out: English, German, French, Spanish, Portuguese, Italian, Dutch, Chinese, Japanese.
LENGTHS = {
    (
        1,
        DAY,
    ): "day days d daily tag tage taglich taeglich jour jours quotidien dia dias diario diaria giorno giorni giornaliero dag dagen dagelijks 天 日 日付 按天 按日",
    (
        1,
        WEEK,
    ): "week weeks wk wks w weekly woche wochen wochentlich woechentlich semaine semaines hebdomadaire semana semanas semanal settimana "
    "settimane settimanale weken wekelijks 周 星期 周付 週 按周 每周",
    (2, WEEK): "fortnight fortnights fortnightly",
    (1, MONTH): "month months mo mos mon mth mths m monthly mthly mnthly monat monate monaten monatlich monatl mtl mois mensuel mensuelle "
    "mensuellement mes meses mensual mensuales mensualmente mensal mensais mensalmente mese mesi mensile mensili maand maanden maandelijks "
    "月 个月 月付 按月 月度 月结 包月 按月付 个月付 個月 月額 月払い ヶ月 か月 カ月 ケ月",
    (2, MONTH): "bimestrial bimestral bimestriel bimestrielle bimestre bimestrale zweimonatlich tweemaandelijks",
    (
        3,
        MONTH,
    ): "quarter quarters quarterly qtr qtrs qtrly qtly q quartal quartale quartalsweise vierteljahr vierteljahrlich vierteljaehrlich "
    "trimestre trimestres trimestriel trimestrielle trimestral trimestrali trimestrale kwartaal kwartalen 季 季度 季付 四半期 个季度 按季 按季度 季度付 按季付 季结",
    (4, MONTH): "cuatrimestre cuatrimestral quadrimestre quadrimestral quadrimestrale",
    (
        6,
        MONTH,
    ): "semiannual semiannually semianual semiyearly halfyear halfyearly halfannual halfannually halbjahr halbjahrlich halbjaehrlich semestre semestres "
    "semestriel semestrielle semestral semestrale semester halfjaar halfjaarlijks 半年 半年付 半年度 按半年",
    (
        1,
        YEAR,
    ): "year years yr yrs y yearly annual annually annum pa jahr jahre jahren jahrlich jaehrlich jahrl an ans annee annees annuel annuelle "
    "annuellement ano anos anual anuales anualmente anno anni annuale annuali annualmente annuo annua jaar jaren jaarlijks 年 年付 按年 年度 年结 包年 按年付 年度付 年額 年払い",
    (2, YEAR): "biennial biennially biennium zweijahrlich zweijaehrlich bienal biennal biennale tweejaarlijks",
    (3, YEAR): "triennial triennially trienal triennal triennale dreijahrlich dreijaehrlich driejaarlijks",
}
NAMES = {word: length for length, words in LENGTHS.items() for word in words.split()}
# Words that are said before a length and change nothing.
BEFORE = (
    "per every each a an the once billed paid for pro je alle jede jeder jedes jeden im par tous toutes les chaque por cada al ao o ogni all "
    "allo elke iedere om de plan billing cycle"
)
EACH = {*BEFORE.split()}
HALF = {"half", "halbes", "halbe", "demi", "medio", "meio", "mezzo", "halve"}
COUNTS = (
    "one ein eine einen un une uno una um uma een", "two zwei deux dos dois duas due twee", "three drei trois tres tre drie",
    "four vier quatre cuatro quatro quattro", "five funf fuenf cinq cinco cinque vijf", "six sechs sei seis zes", "seven sieben", "eight acht",
    "nine neun", "ten zehn", "eleven elf", "twelve zwolf zwoelf douze doce doze dodici twaalf",
)  # fmt: skip
NUMBERS = {word: number for number, words in enumerate(COUNTS, start=1) for word in words.split()}
NUMBERS |= {"eighteen": 18, "twentyfour": 24, "thirty": 30, "thirtysix": 36, "sixty": 60, "ninety": 90}
ONCE = {
    *[
        "onetime",
        "once",
        "single",
        "nonrecurring",
        "oneoff",
        "einmalig",
        "einmal",
        "einmalzahlung",
        "ponctuel",
        "unique",
        "unefois",
        "unico",
        "unavez",
        "pagounico",
        "eenmalig",
        "一次性",
        "买断",
        "一次性费用",
        "単発",
        "一括",
    ]
}
TERM = {"term", "contractterm", "fullterm", "laufzeit"}
ISO = re.compile(r"p(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?$")
BEGINNINGS = {"semi", "bi", "half", "tri", "viertel", "halb"}  # semi-annual and half_yearly are one word
HAN_NUMBERS = {"十二": 12, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "六": 6}
HAN = re.compile(rf"({'|'.join(HAN_NUMBERS)})(?=[年月周季个ヶかカケ])")


def periods(text: pl.Series) -> pl.Series:
    """Each text as `N day`, `N week`, `N month`, `N year` or `term`; null where it is no length of time, or more than one."""
    known = {word: period(word) for word in text.drop_nulls().unique().to_list()}
    return text.replace_strict(known, default=None, return_dtype=pl.String)


def two_meanings(text: pl.Series) -> pl.Series:
    """Why a text is not read although it is known: it has two meanings. Null for every other."""
    told = {word: _told(word) for word in text.drop_nulls().unique().to_list()}
    return text.replace_strict(told, default=None, return_dtype=pl.String)


def period(text: str) -> str | None:
    """One text as a length of time; None where it is none, or has two meanings."""
    bare = _bare(text)
    if found := ISO.match(bare) if len(bare) > 1 else None:
        return _iso(*(int(part or 0) for part in found.groups()))
    words = _words(bare)
    if "".join(words) in TERM:
        return "term"
    if "".join(words) in TWICE:
        return None
    return _length(words)


def once(text: str) -> bool:
    """Whether a text says that something is paid once, and never again."""
    return "".join(_words(_bare(text))) in ONCE


def _told(text: str) -> str | None:
    meanings = TWICE.get("".join(word for word in _words(_bare(text)) if word not in EACH))
    return either(*meanings) if meanings else None


def _bare(text: str) -> str:
    """Lower case, no accents."""
    text = narrow_cell(text)
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).lower().replace("ß", "ss"))
    return unicodedata.normalize(
        "NFC", "".join(sign for sign in parts if unicodedata.category(sign) != "Mn" or "\u3040" <= sign <= "\u309f")
    ).strip()


def _words(bare: str) -> list[str]:
    bare = HAN.sub(lambda found: f"{HAN_NUMBERS[found[1]]} ", re.sub("[每毎]", " ", bare))
    apart = re.sub(r"(\d)(?=\D)|(?<=\D)(?=\d)", r"\1 ", bare.replace("p.a", "pa").replace("/", " per "))
    words = [word for word in re.split(r"[\s_.,()\[\]'’·:-]+", apart) if word]
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in BEGINNINGS and joined[-1] + word in {*NAMES, *TWICE}:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _length(words: list[str]) -> str | None:
    """`every 3 months`, `half a year`, `2 year`, `month`, a number of months alone; None where words are left that say something else."""
    half = any(word in HALF for word in words)
    said = [word for word in words if word not in HALF and (word not in EACH or word in NAMES)]
    counts = [word for word in said if word.isdecimal() or word in NUMBERS]
    units = [word for word in said if word not in counts]
    if len(counts) > 1 or len(units) > 1 or not said or (not units and len(words) > 1):
        return None
    count, unit = NAMES.get(units[0], (0, "")) if units else (1, MONTH)
    times = (int(counts[0]) if counts[0].isdecimal() else NUMBERS[counts[0]]) if counts else 1
    if half:
        return "6 month" if (count, unit, times) == (1, YEAR, 1) else None
    return f"{count * times} {unit}" if count * times else None


def _iso(years: int, months: int, weeks: int, days: int) -> str | None:
    """An ISO 8601 duration of one unit, or of years and months."""
    if bool(years or months) + bool(weeks) + bool(days) != 1:
        return None
    if weeks or days:
        return f"{weeks or days} {WEEK if weeks else DAY}"
    return f"{years} {YEAR}" if not months else f"{12 * years + months} {MONTH}"
