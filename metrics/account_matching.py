"""Which account is meant by a name that no import knows, and which accounts are perhaps the same company: suggestions for people.

What a name and an account have in common is looked for in the order of trust of REASONS; the first kind that finds anything is
told, with every account that it finds. Nothing is matched by itself here: people confirm. Accents, umlauts and legal forms do not count:
Müller GmbH, Mueller and MULLER AG are one spelling.
"""

import re
import unicodedata

import polars as pl
from cleanco import basename
from rapidfuzz import fuzz

ALIKE = 90  # of 100, by rapidfuzz's ratio: one letter in ten may differ
SHORTEST_LABEL = 3
LONG_ENOUGH = 5  # letters; shorter names are alike by chance
MOST = 5  # accounts told for one name
# Columns that describe an account and never name it.
DESCRIBING = {"account_id", "name", "parent_id", "segment", "plan", "industry", "region", "owner", "team", "lifecycle"}
# Addresses that anybody can have.
PUBLIC_MAIL = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com", "me.com", "aol.com",
    "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de", "mail.com", "zoho.com", "qq.com", "163.com", "yandex.ru",
}  # fmt: skip
HOST = re.compile(r"^(?:[a-z]+://)?(?:[^@/\s]+@)?(?:www\.)?([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?:[:/?#].*)?$")
SIGNS = re.compile(r"[^0-9a-z]")  # of what is told in lower case and ASCII
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
PLAIN = re.compile("[a-z0-9]+")
STROKES = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ı": "i", "œ": "oe"})
# Legal forms at a name's end that cleanco does not know, or knows only without the points.
FORMS = re.compile(
    r"[\s,]+(?:g\.?m\.?b\.?h\.?(?:\s*&\s*co\.?)?(?:\s*kg)?|&\s*co\.?\s*kg|ug(?: \(haftungsbeschränkt\))?|e\.?k\.?|s\.?\s?p\.?\s?a\.?|"
    r"s\.?\s?r\.?\s?l\.?|s\.?\s?a\.?\s?r\.?\s?l\.?|s\.?a\.?s\.?|b\.?v\.?|n\.?v\.?|p\.?t\.?y\.? ltd\.?|k\.?k\.?|a/s|aps|sp\.? z o\.?\s?o\.?|"
    r"s\.?\s?de r\.?l\.?|ltda\.?|oyj?|株式会社|有限公司|股份有限公司)$",
    re.IGNORECASE,
)
SALESFORCE_SHORT, SALESFORCE_LONG = 15, 18
REASONS = (
    "the same but for upper and lower case",
    "the short form of its id",
    "the same as in another of its columns",
    "a contact's e-mail address",
    "the same name",
    "the same domain",
    "the same name but for its legal form",
    "the domain is its name",
    "nearly the same spelling",
)
CASE, SHORT, COLUMN, CONTACT, NAME, DOMAIN, BARE, LABEL, SPELLING = range(len(REASONS))
HANDLES = {"account_id": pl.String, "kind": pl.Int32, "handle": pl.String}
SUGGESTED = {"written": pl.String, "account_id": pl.String, "reason": pl.String, "fits": pl.Int64}


def suggested(names: pl.LazyFrame, accounts: pl.LazyFrame, contacts: pl.LazyFrame) -> pl.LazyFrame:
    """The accounts that each unknown name may mean: written, account_id, reason, fits (how many accounts fit as well).

    names: written. accounts: account_id, name, and any further columns. contacts: account_id, email. A name that nothing fits has no
    row; one that several accounts fit has one each, at most five, and none is to be trusted over the other.
    """
    written = names.select("written").unique().collect()["written"].to_list()
    if not written:
        return pl.LazyFrame(schema=SUGGESTED)
    theirs = _handles(accounts.collect(), contacts.collect())
    return _best(_found(_of_names(written), theirs).lazy())


def perhaps_the_same(accounts: pl.LazyFrame, contacts: pl.LazyFrame, worth: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts that are perhaps two entries of one company: written (the entry that would be merged), account_id, reason, fits.

    worth: account_id, rows (of contracts). The fuller entry remains: the one that says more about the company, at equal the one with more
    contracts, then the earlier id.
    Accounts under one parent, or one under the other, are kept apart on purpose: only the very same name makes a suggestion there.
    Empty where nothing fits.
    """
    frame = accounts.collect()
    handles = _handles(frame, contacts.collect()).filter(pl.col("kind").is_in([CONTACT, NAME, DOMAIN, BARE, SPELLING]))
    entries = handles.rename({"account_id": "written"})
    pairs = _found(entries, handles).filter(pl.col("written") != pl.col("account_id"))
    rows, says = dict(worth.collect().select("account_id", "rows").rows()), filled(frame)
    parent = dict(frame.select("account_id", "parent_id").rows()) if "parent_id" in frame.columns else {}
    kept = [
        one
        for one in pairs.iter_rows(named=True)
        if _rank(one["account_id"], says, rows) < _rank(one["written"], says, rows)
        and not (one["kind"] != NAME and _of_one_group(one["written"], one["account_id"], parent))
    ]
    return _best(pl.LazyFrame(kept, schema=pairs.schema))


def filled(accounts: pl.DataFrame) -> dict[str, int]:
    """How many columns of each account say something."""
    told = [pl.col(name).is_not_null() for name in accounts.columns if name not in ("account_id", "is_stub", "batch", "line")]
    if not told:
        return {}
    return dict(accounts.select("account_id", n=pl.sum_horizontal(told).cast(pl.Int64)).rows())


def _rank(account: str, says: dict[str, int], rows: dict[str, int]) -> tuple[int, int, str]:
    """The lower, the rather an entry remains."""
    return (-says.get(account, 0), -rows.get(account, 0), account)


def _of_one_group(one: str, other: str, parent: dict[str, str | None]) -> bool:
    above, beside = parent.get(one), parent.get(other)
    return above == other or beside == one or (above is not None and above == beside)


def _best(found: pl.LazyFrame) -> pl.LazyFrame:
    """The most trusted kind of each name, with every account that it finds."""
    best = (
        found.filter(pl.col("kind") == pl.col("kind").min().over("written")).unique(["written", "account_id"]).sort("written", "account_id")
    )
    told = best.with_columns(
        reason=pl.col("kind").replace_strict(dict(enumerate(REASONS)), return_dtype=pl.String),
        fits=pl.len().over("written").cast(pl.Int64),
    )
    return told.group_by("written", maintain_order=True).head(MOST).select(*SUGGESTED)


def _found(names: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Names and accounts with a handle in common, or nearly: written, account_id, kind."""
    shared = names.join(theirs, on=["kind", "handle"]).select("written", "account_id", "kind")
    return pl.concat([shared, _nearly(names, theirs)])


def _nearly(names: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Names spelt nearly the same: with the same first two letters and the same digits, at least 90 of 100 alike."""

    def spelt(frame: pl.DataFrame) -> pl.DataFrame:
        long = frame.filter((pl.col("kind") == SPELLING) & (pl.col("handle").str.len_chars() >= LONG_ENOUGH))
        return long.with_columns(first=pl.col("handle").str.slice(0, 2), digits=pl.col("handle").str.replace_all(r"\D", ""))

    pairs = spelt(names).join(spelt(theirs), on=["first", "digits"], suffix="_theirs")
    alike = [fuzz.ratio(one, other, score_cutoff=ALIKE) >= ALIKE for one, other in pairs.select("handle", "handle_theirs").rows()]
    return pairs.filter(pl.Series(alike, dtype=pl.Boolean)).select("written", "account_id", "kind")


def _of_names(written: list[str]) -> pl.DataFrame:
    """What each unknown name can be recognised by: written, kind, handle."""
    rows = []
    for name in written:
        low, host = name.strip().lower(), _host(name)
        rows += [(name, kind, low) for kind in (CASE, COLUMN, CONTACT)] + [(name, SHORT, name.strip())]
        rows += _spelt(name, name)
        rows += [(name, DOMAIN, domain) for domain in _domains(host)] + [(name, LABEL, label) for label in _labels(host)]
    return _frame(rows, {"written": pl.String, "kind": pl.Int32, "handle": pl.String})


def _handles(accounts: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """What each account can be recognised by: account_id, kind, handle."""
    rows = []
    for account, name in accounts.select("account_id", "name").rows():
        told = _spelt(account, name or "")
        rows += [*told, *((account, LABEL, bare.replace(" ", "")) for _, kind, bare in told if kind == BARE)]
        # In Salesforce's short ids upper and lower case tell two entries apart.
        rows += [(account, CASE, account.strip().lower())] if len(account) != SALESFORCE_SHORT else []
        rows += [(account, SHORT, account[:SALESFORCE_SHORT])] if len(account) == SALESFORCE_LONG else []
    texts = [name for name, kind in accounts.schema.items() if kind == pl.String and name not in DESCRIBING]
    cells = (
        accounts.unpivot(texts, index="account_id").drop_nulls()
        if texts
        else pl.DataFrame(schema={"account_id": pl.String, "value": pl.String})
    )
    for account, cell in cells.select("account_id", "value").rows():
        host = _host(cell)
        rows += [(account, COLUMN, cell.strip().lower())] + ([(account, DOMAIN, host)] if host else [])
    for account, email in contacts.select("account_id", "email").drop_nulls().rows():
        host = _host(email)
        rows += [(account, CONTACT, email.strip().lower())] + ([(account, DOMAIN, host)] if host else [])
    found = _frame(rows, HANDLES)
    # What many accounts have in common names none of them: a word like "yes", or the address of a site that all of them use.
    owners = pl.col("account_id").n_unique().over("kind", "handle")
    return found.filter(owners <= pl.when(pl.col("kind") == COLUMN).then(1).otherwise(MOST))


def _frame(rows: list[tuple], schema: dict) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("handle").str.len_chars() > 0).unique(maintain_order=True)


def _spelt(owner: str, name: str) -> list[tuple]:
    """What a name can be recognised by as a name: its words, those without a legal form, and their spelling."""
    words = _words(name)
    return [(owner, NAME, one) for one in words] + [(owner, kind, bare) for bare in _bares(name, words) for kind in (BARE, SPELLING)]


def _words(name: str) -> list[str]:
    """A name's words in lower case without signs, as they are told with accents left out: ü as u, and as ue where Germans write it so."""
    low = name.casefold()
    return list(dict.fromkeys(map(_bare_of_signs, dict.fromkeys((low, low.translate(UMLAUTS))))))


def _bare_of_signs(low: str) -> str:
    if low.isascii():
        return " ".join(PLAIN.findall(low.replace("&", " and ")))
    if low.isascii():
        return " ".join(SIGNS.sub(" ", low.replace("&", " and ")).split())
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", low) if not unicodedata.combining(sign)).translate(STROKES)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain.replace("&", " and ")).split())


def _bares(name: str, words: list[str]) -> list[str]:
    """A name's words without its legal form; with it where nothing else is left. words: those of the whole name."""
    without = FORMS.sub("", basename(FORMS.sub("", name.strip()))).strip() or name
    return [bare or whole for bare, whole in zip(_words(without), words, strict=False)] if name else []


def _host(text: str) -> str | None:
    """The domain of an e-mail address or a web address, without www; None for other text, and for addresses that anybody can have."""
    found = HOST.match(text.strip().lower())
    return found[1] if found and found[1] not in PUBLIC_MAIL else None


def _domains(host: str | None) -> list[str]:
    """A host and the domains that it lies in: mail.acme.com, acme.com."""
    parts = host.split(".") if host else []
    return [".".join(parts[at:]) for at in range(len(parts) - 1)]


def _labels(host: str | None) -> list[str]:
    """The parts of a host that may be a company's name."""
    parts = host.split(".")[:-1] if host else []
    return [part.replace("-", "") for part in parts if len(part) >= SHORTEST_LABEL and part not in ("com", "mail")]
