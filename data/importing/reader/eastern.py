"""Numbers and signs as China, Taiwan and Japan write them: signs as wide as a character, 1.2万, headers that count in 万元."""

import re

import polars as pl

# Signs of ASCII in the width of a character, the blank and the yen or yuan sign that go with them.
WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "￥": "¥", "﹣": "-"}
# Words behind a number that multiply it.
TIMES = {
    "百": 100, "千": 1_000, "仟": 1_000, "万": 10_000, "萬": 10_000, "十万": 100_000, "百万": 1_000_000, "百萬": 1_000_000, "千万": 10_000_000,
    "千萬": 10_000_000, "亿": 100_000_000, "億": 100_000_000,
}  # fmt: skip
COUNTED = rf"^([+-]?\(?)((?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?)({'|'.join(sorted(TIMES, key=len, reverse=True))})(\)?)$"
HAN = re.compile(r"[\u4e00-\u9fff]")
MONEY = "元|圆|圓|円|人民币|人民幣|美元|美金|欧元|歐元|港币|港幣|港元|日元|日圆|台币|台幣|新台币|新台幣|RMB|CNY|USD|EUR|HKD|JPY|TWD"
# A header that counts in more than one unit: 金额（万元）, 合同额(万), 单位：千元.
IN_HEADER = re.compile(
    rf"(十万|百万|百萬|千万|千萬|[千仟万萬亿億])\s*(?:{MONEY})|[(（\[【/]\s*(?:单位[:：]?\s*)?(十万|百万|百萬|千万|千萬|[千仟万萬亿億])\s*[)）\]】]?$",
    re.I,
)


def narrow(text: pl.Series) -> pl.Series:
    """Text with the wide forms of digits, letters and signs as plain ones."""
    if not text.str.contains(r"[\u{FF01}-\u{FF5E}\u{3000}￥﹣]").any():
        return text
    return text.str.replace_many(list(WIDE), list(WIDE.values()))


def narrow_cell(cell: str) -> str:
    """One cell in plain signs."""
    return cell if cell.isascii() else cell.translate(str.maketrans(WIDE))


def counted(bare: pl.Series) -> pl.Series:
    """Of bare numbers those with a word behind that multiplies them, written out: 1.2万 is 12000; null for every other.

    Their point is the decimal sign and their comma parts thousands, as wherever these words are written.
    """
    number, word = bare.str.extract(COUNTED, 2).str.replace_all(",", ""), bare.str.extract(COUNTED, 3)
    if not word.is_not_null().any():
        return pl.repeat(None, bare.len(), dtype=pl.String, eager=True)
    times = word.replace_strict(TIMES, default=None, return_dtype=pl.Int64)
    less = bare.str.contains(r"^[-(]|^\+?\(").fill_null(False)
    found = pl.DataFrame({"number": number, "times": times, "less": less}).select(
        (pl.col("number").cast(pl.Decimal(30, 8), strict=False) * pl.col("times")).cast(pl.Decimal(30, 4)).cast(pl.String)
    )
    plain = found.to_series()
    return pl.select(pl.when(less).then(pl.lit("-") + plain).otherwise(plain)).to_series()


def is_counted(bare: pl.Series) -> pl.Series:
    """Which bare numbers have a word behind that multiplies them."""
    return bare.str.contains(COUNTED).fill_null(False)


def counts_in(header: str) -> int:
    """In what a header counts: 10,000 for 金额（万元）, 1 where it names no such thing."""
    found = IN_HEADER.search(header)
    return TIMES[found[1] or found[2]] if found else 1


def commas_part_thousands(header: str, cells: pl.Series) -> bool:
    """Whether a comma is no decimal sign in a column, since its header or its amounts are written in Chinese or Japanese."""
    return bool(HAN.search(header)) or bool(cells.str.contains(r"[\u{4e00}-\u{9fff}]").any())


def off_in_tenths(cells: pl.Series) -> pl.Series:
    """What 8折 (eight tenths are paid), 85折 and 9.5折 take off, as a share; null for every other text."""
    tenths = narrow(cells).str.extract(r"^\s*(\d{1,2}(?:\.\d+)?)\s*折\s*$", 1).cast(pl.Float64, strict=False)
    paid = pl.DataFrame({"of": tenths}).select(pl.col("of") / pl.when(pl.col("of") <= 10).then(10).otherwise(100)).to_series()
    return (1 - paid).round(4).cast(pl.String)
