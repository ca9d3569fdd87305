"""Suggestions for unknown names: each kind of likeness finds its account, in order of trust, and what merely looks alike does not."""

import polars as pl
import pytest

from metrics.account_matching import perhaps_the_same, suggested

ACCOUNTS = pl.DataFrame(
    {
        "account_id": ["A-1", "0015g00000AbCdEAAX", "A-3", "A-4", "A-5"],
        "name": ["Alder & Sons Ltd", "Birch GmbH", "Cedar Logistics", "Dogwood 12", "Elm"],
        "parent_id": pl.Series([None] * 5, dtype=pl.String),
        "website": ["https://www.alder.example/about", None, "cedar.example", None, None],
        "billing_number": ["C-77", None, None, None, None],
        "tier": ["gold", "gold", "gold", "silver", "silver"],
        "owner": ["only@vendor.example", None, None, None, None],
    }
)
CONTACTS = pl.DataFrame({"account_id": ["A-4", "A-5"], "email": ["kim@dogwood.example", "kim@gmail.com"]})


def found(*written: str) -> list[tuple]:
    names = pl.LazyFrame({"written": list(written)})
    return suggested(names, ACCOUNTS.lazy(), CONTACTS.lazy()).collect().rows()


@pytest.mark.parametrize(
    ("written", "account", "reason"),
    [
        ("a-1", "A-1", "the same but for upper and lower case"),
        ("0015g00000AbCdE", "0015g00000AbCdEAAX", "the short form of its id"),
        ("c-77", "A-1", "the same as in another of its columns"),
        ("kim@dogwood.example", "A-4", "a contact's e-mail address"),
        ("kim@gmail.com", "A-5", "a contact's e-mail address"),
        ("  alder AND sons ltd ".replace("AND", "&"), "A-1", "the same name"),
        ("cedar.example", "A-3", "the same as in another of its columns"),
        ("pat@mail.alder.example", "A-1", "the same domain"),
        ("lee@dogwood.example", "A-4", "the same domain"),
        ("Birch, Inc.", "0015g00000AbCdEAAX", "the same name but for its legal form"),
        ("pat@birch.example", "0015g00000AbCdEAAX", "the domain is its name"),
        ("Cedar Logistcs", "A-3", "nearly the same spelling"),
    ],
)
def test_each_likeness_finds_its_account(written, account, reason):
    assert found(written) == [(written, account, reason, 1)]


@pytest.mark.parametrize(
    "written",
    [
        "Dogwood 13",  # another number is another site
        "someone@gmail.com",  # an address that anybody can have
        "gold",  # a word that many accounts have in a column
        "only@vendor.example",  # our own colleague, not the customer
        "Elms",  # too short to be alike by more than chance
        "0015g00000aBcDe",  # in short ids, case tells entries apart
        "Fir Trading",
    ],
)
def test_what_only_looks_alike_suggests_nothing(written):
    assert found(written) == []


def test_all_that_fit_equally_are_told():
    twice = pl.concat([ACCOUNTS, ACCOUNTS.filter(pl.col("account_id") == "A-5").with_columns(account_id=pl.lit("A-6"))])
    rows = suggested(pl.LazyFrame({"written": ["elm"]}), twice.lazy(), CONTACTS.lazy()).collect().rows()
    assert rows == [("elm", "A-5", "the same name", 2), ("elm", "A-6", "the same name", 2)]


def pairs(accounts: pl.DataFrame, worth: dict[str, int] | None = None) -> list[tuple]:
    rows = pl.LazyFrame(
        {"account_id": list(worth or {}), "rows": list((worth or {}).values())}, schema={"account_id": pl.String, "rows": pl.Int64}
    )
    return perhaps_the_same(accounts.lazy(), CONTACTS.lazy(), rows).collect().rows()


def entries(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows), schema={"account_id": pl.String, "name": pl.String, "parent_id": pl.String, "site": pl.String}, orient="row"
    )


def test_the_entry_with_fewer_contracts_is_the_one_to_merge():
    two = entries(("1", "Alder Ltd", None, None), ("2", "ALDER", None, None), ("3", "Birch", None, None))
    assert pairs(two) == [("2", "1", "the same name but for its legal form", 1)]
    assert pairs(two, {"2": 3, "1": 1}) == [("1", "2", "the same name but for its legal form", 1)]


def test_the_entry_that_says_more_remains_whatever_its_id_and_contracts():
    two = entries(("1", "alder ltd", None, None), ("2", "Alder Ltd", None, "alder.example"))
    assert pairs(two) == [("1", "2", "the same name", 1)]
    assert pairs(two, {"1": 5}) == [("1", "2", "the same name", 1)]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Müller GmbH", "Mueller"), ("MULLER", "Müller GmbH & Co. KG"), ("Société Générale", "Societe Generale S.A."),
        ("Jørgensen A/S", "Joergensen"), ("Łódź Sp. z o.o.", "Lodz"), ("Rossi S.p.A.", "ROSSI SPA"), ("Pinewood Travel S.r.l.", "Pinewood Travel"),
        ("Groß & Söhne", "Gross and Soehne"), ("Tanne Optics B.V.", "Tanne Optics"), ("Acme, Inc.", "ACME Incorporated"),
    ],
)  # fmt: skip
def test_accents_umlauts_and_legal_forms_do_not_count(written, name):
    known = pl.DataFrame({"account_id": ["1", "2"], "name": [name, "Quite Another"]})
    rows = suggested(pl.LazyFrame({"written": [written]}), known.lazy(), CONTACTS.clear().lazy()).collect().rows()
    assert [row[1] for row in rows] == ["1"]


def test_a_group_shares_its_domain_without_being_one_company():
    assert (
        pairs(
            entries(
                ("1", "Alder UK", "3", "alder.example"), ("2", "Alder France", "3", "alder.example"), ("3", "Alder", None, "alder.example")
            )
        )
        == []
    )
    assert pairs(entries(("1", "Alder UK", None, "alder.example"), ("2", "Sons", None, "www.alder.example"))) == [
        ("2", "1", "the same domain", 1)
    ]


def test_an_address_that_many_share_is_no_sign():
    many = entries(
        *(
            (str(number), ["Alder", "Birch", "Cedar", "Dogwood", "Elmwood", "Firtree", "Ginkgo"][number], None, "https://cdn.example/logo")
            for number in range(7)
        )
    )
    assert pairs(many) == []


def test_nothing_gives_nothing():
    assert found() == []
    assert pairs(entries()) == []
