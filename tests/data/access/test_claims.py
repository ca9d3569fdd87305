"""What a provider says of a person: read strictly, and each refusal names the claim and what to do."""

from datetime import timedelta

import pytest

from data.access.claims import Refused, SignedIn, idle, over, read
from tests.data.access import NOON, SECOND, claims, settings


def person(**more: object) -> SignedIn:
    found = read(claims(**more), settings())
    assert isinstance(found, SignedIn), found
    return found


def refusal(given: dict, **more: object) -> Refused:
    found = read(given, settings(**more))
    assert isinstance(found, Refused)
    return found


def test_a_person_is_who_the_provider_says():
    ann = person()
    assert (ann.issuer, ann.subject, ann.email, ann.name) == ("https://login.example.com", "ann-1", "ann@example.com", "Ann Lee")
    assert ann.groups == ("csm", "emea")
    assert (ann.signed_in_at, ann.expires_at) == (NOON, NOON + timedelta(hours=1))


@pytest.mark.parametrize("written", ["Ann@Example.com", " ANN@EXAMPLE.COM ", "ann@example.com"])
def test_an_e_mail_is_one_in_whatever_letters(written):
    assert person(email=written).email == "ann@example.com"


def test_who_has_no_name_goes_by_the_e_mail_and_who_has_no_groups_is_in_none():
    ann = person(name=None, groups=None)
    assert (ann.name, ann.groups) == ("ann@example.com", ())


def test_one_text_is_one_group():
    assert person(groups="csm, emea").groups == ("csm, emea",)


def test_claims_have_the_names_that_the_settings_say_also_within_others():
    given = claims(email=None, upn="ann@example.com", realm={"roles": ["csm"]}, **{"https://a.example/name": "Lee"})
    named = settings(signin_email_claim="upn", signin_groups_claim="realm.roles", signin_name_claim="https://a.example/name")
    ann = read(given, named)
    assert isinstance(ann, SignedIn) and (ann.email, ann.groups, ann.name) == ("ann@example.com", ("csm",), "Lee")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"iss": None}, ["claim iss"]),
        ({"sub": None}, ["claim sub"]),
        ({"sub": 7}, ["claim sub", "a number", "one text"]),
        ({"iat": None}, ["claim iat"]),
        ({"exp": None}, ["claim exp"]),
        ({"exp": "tomorrow"}, ["claim exp", "no time"]),
        ({"exp": True}, ["claim exp", "no time"]),
        ({"iat": SECOND * 1000}, ["claim iat", "no time"]),
        ({"iat": float("nan")}, ["claim iat", "no time"]),
        ({"nonce": None}, ["neither nonce nor at_hash"]),
        ({"email": None}, ["claim email", "HOLDFAST_SIGNIN_EMAIL_CLAIM"]),
        ({"email": ["ann@example.com", "root@example.com"]}, ["a list", "claim email", "one text", "HOLDFAST_SIGNIN_EMAIL_CLAIM"]),
        ({"email": "ann"}, ["claim email", "no e-mail", "HOLDFAST_SIGNIN_EMAIL_CLAIM"]),
        ({"email": "ann@example.com,root@example.com"}, ["no e-mail"]),
        ({"email": "ann@example.com root"}, ["no e-mail"]),
        ({"email": "ann@example.com\nroot"}, ["nobody can read"]),
        ({"email_verified": False}, ["email_verified"]),
        ({"email_verified": "false"}, ["email_verified"]),
        ({"name": ["Ann", "Lee"]}, ["a list", "claim name", "HOLDFAST_SIGNIN_NAME_CLAIM"]),
        ({"groups": {"csm": True}}, ["an object", "claim groups", "HOLDFAST_SIGNIN_GROUPS_CLAIM"]),
        ({"groups": ["csm", 7]}, ["claim groups", "list of texts", "HOLDFAST_SIGNIN_GROUPS_CLAIM"]),
        ({"groups": True}, ["a yes or no", "claim groups"]),
    ],
)
def test_a_claim_that_lacks_or_cannot_be_is_named(wrong, told):
    refused = refusal(claims(**wrong))
    assert refused.code == "claims"
    assert [word for word in told if word not in refused.text] == []


def test_that_an_e_mail_is_verified_is_asked_of_the_e_mail_alone():
    given = claims(upn="ann@example.com", email_verified=False)
    assert isinstance(read(given, settings(signin_email_claim="upn")), SignedIn)


def test_each_sign_in_has_a_key_of_its_own():
    keys = {person(**one).key for one in ({}, {"iat": SECOND + 1}, {"nonce": "n2"}, {"sub": "ann-2"}, {"iss": "https://b.example"})}
    assert len(keys) == 5
    assert person().key == person(groups=["other"], exp=SECOND + 9).key


# Ann signed in at NOON: twelve hours, or the hour of the token; without a click for sixty minutes she is out.
@pytest.mark.parametrize(
    ("minutes", "outlive", "code"),
    [
        (-2, False, "clock"),
        (-1, False, None),
        (0, False, None),
        (59.9, False, None),
        (60, False, "expired"),
        (60, True, None),
        (719.9, True, None),
        (720, True, "absolute"),
        (720, False, "absolute"),
    ],
)
def test_a_sign_in_is_over_with_the_token_or_after_twelve_hours(minutes, outlive, code):
    found = over(person(), settings(signin_outlive_token=outlive), NOON + timedelta(minutes=minutes))
    assert (found.code if found else None) == code


def test_the_sentence_tells_the_setting():
    late = over(person(), settings(signin_absolute_hours=0.5), NOON + timedelta(hours=1))
    assert late and late.text == "You were signed out 0.5 hours after you signed in."
    quiet = idle(NOON, settings(), NOON + timedelta(minutes=60))
    assert quiet and quiet.text == "You were signed out after 60 minutes without a click."
    assert idle(NOON, settings(), NOON + timedelta(minutes=59.9)) is None
