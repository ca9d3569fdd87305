"""The currency that is written beside an amount, in a header, or in a spreadsheet's number format."""

import re

import polars as pl

from data.importing.reader.eastern import narrow, narrow_cell

# ISO 4217: the codes of money in use.
ISO_4217 = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY "
    "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR "
    "IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF "
    "XPF YER ZAR ZMW"
)
CODES = {*ISO_4217.split()}
SIGNS = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "US$": "USD", "USD$": "USD", "$US": "USD", "U$S": "USD", "R$": "BRL", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD", "CA$": "CAD", "CAD$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "MX$": "MXN", "SFR": "CHF", "FR": "CHF", "₹": "INR", "₩": "KRW",
    "₺": "TRY", "₽": "RUB", "₴": "UAH", "₫": "VND", "฿": "THB", "₱": "PHP", "₪": "ILS", "₦": "NGN", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "LEI": "RON",
    "RMB": "CNY", "人民币": "CNY", "元": "CNY", "CN¥": "CNY", "JP¥": "JPY", "円": "JPY",
    "人民币元": "CNY", "人民幣": "CNY", "人民幣元": "CNY", "RMB元": "CNY", "CNY元": "CNY", "元人民币": "CNY", "RMB¥": "CNY", "¥元": "CNY", "RMB￥": "CNY", "￥元": "CNY", "¥RMB": "CNY", "¥CNY": "CNY",
    "CNY¥": "CNY", "JPY¥": "JPY", "¥JPY": "JPY", "美元": "USD", "美金": "USD", "欧元": "EUR", "歐元": "EUR", "英镑": "GBP", "英鎊": "GBP", "港币": "HKD", "港幣": "HKD",
    "港元": "HKD", "新台币": "TWD", "新台幣": "TWD", "新臺幣": "TWD", "台币": "TWD", "台幣": "TWD", "日元": "JPY", "日圆": "JPY", "日圓": "JPY", "韩元": "KRW", "韓元": "KRW",
    "澳元": "AUD", "加元": "CAD", "新加坡元": "SGD", "瑞士法郎": "CHF",
}  # fmt: skip
# Signs of several currencies: which one it is must be said.
SEVERAL = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"), "¥": ("JPY", "CNY"), "元": ("TWD", "CNY", "HKD"), "￥": ("JPY", "CNY"), "KR": ("SEK", "NOK", "DKK", "ISK"), "RS": ("INR", "PKR"),
}  # fmt: skip
MEANT = {code: code for code in CODES} | {sign: sign for sign in SEVERAL} | SIGNS
AFFIX = r"[\d\s.,'’ʼ`´+−–—()%\u00a0\u202f百千仟万萬亿億-]"  # what is left without these is the currency
# Signs of Chinese as Taiwan and Hong Kong write it: 元 is the money of each.
TRADITIONAL = re.compile("[額費價總單約戶幣產業務實際訂閱續據開關繳]")
# What a column of currencies may call them beside their codes: names of one, no signs that others have too.
NAMED = {name: code for name, code in SIGNS.items() if name.isalpha() and len(name) > 1 and name not in ("FR", "FT", "LEI")}
# In a header a code may be a word (ALL, TRY, TOP): outside brackets only these are taken for one.
OFTEN = "USD EUR GBP CHF CAD AUD NZD JPY CNY INR BRL MXN SEK NOK DKK PLN CZK HUF SGD HKD ZAR KRW ILS AED"
IN_HEADERS = {*OFTEN.split()}
COUNTS = re.compile("^(?:单位|單位)?[:：]?[百千仟万萬亿億]+(?=.)")  # 金额（万元）
BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
LOCALES = {
    "409": "USD", "1009": "CAD", "C0C": "CAD", "C09": "AUD", "1409": "NZD", "4809": "SGD", "C04": "HKD", "80A": "MXN", "411": "JPY", "804": "CNY", "41D": "SEK",
    "414": "NOK", "406": "DKK", "807": "CHF", "4009": "INR",
}  # fmt: skip
FORMAT_SIGN = re.compile(r"\[\$([^\]-]*)(?:-([0-9A-Fa-f]+))?\]")
QUOTED = re.compile(r'"([^"]*)"|\\(.)|([€£¥￥₹₩₺₽₴₫฿₱₪₦$])')


def written_in(text: pl.Series, header: str = "") -> pl.Series:
    """The currency written beside each amount: its code, or a sign that several have ($, ¥, kr, Rs, and 元 where the header is written as
    in Taiwan); null where none is known."""
    affix = _affix(text)
    if TRADITIONAL.search(header) and affix.is_not_null().any():
        return affix.replace_strict(MEANT | {"元": "元", "圓": "元"}, default=None, return_dtype=pl.String)
    return affix.replace_strict(MEANT, default=None, return_dtype=pl.String) if affix.is_not_null().any() else affix


def without_currency(text: pl.Series) -> pl.Series:
    """Amounts less the currency beside them; what stands beside them and is none stays."""
    text = narrow(text)
    affix = _affix(text)
    if not affix.is_in(list(MEANT)).any():
        return text
    bare = text.str.replace_all(r"[^\d.,'’ʼ`´+−–—()%百千仟万萬亿億-]", "").str.replace(r"^[.](\d)", "$1").str.replace(r"(\d)[.]$", "$1")
    return bare.zip_with(affix.is_in(list(MEANT)).fill_null(False), text)


def _affix(text: pl.Series) -> pl.Series:
    affix = narrow(text).str.replace_all(AFFIX, "").str.to_uppercase()
    return affix.set(affix == "", None)


def in_header(name: str) -> str | None:
    """The currency that a header names: `ARR (USD)`, `Amount EUR`, `MRR in €`; None where it names none, or a sign of several."""
    name = narrow_cell(name)
    if TRADITIONAL.search(name):
        name = re.sub("(?<![台币幣美欧歐港日韩韓澳加坡])[元圓]", "", name)
    bracketed = [COUNTS.sub("", part.strip().upper()) for part in BRACKETS.findall(name)]
    words = re.split(r"[\s_/()\[\],-]+", name.upper())
    found = [MEANT[part] for part in bracketed if part in MEANT] + [
        MEANT[word] for word in words if word in IN_HEADERS or (word in SIGNS and not word.isalpha())
    ]
    return next((code for code in found if code in CODES), None)


def in_format(code: str) -> str | None:
    """The currency that a spreadsheet's number format shows: its code, or a sign that several have; None where it shows none."""
    for sign, locale in FORMAT_SIGN.findall(code):
        meant = MEANT.get(sign.strip().upper())
        if meant:
            return LOCALES.get(locale.upper().lstrip("0"), meant) if meant in SEVERAL else meant
    shown = "".join("".join(parts) for parts in QUOTED.findall(FORMAT_SIGN.sub("", code.split(";")[0])))
    return MEANT.get(shown.strip().upper().rstrip("."))
