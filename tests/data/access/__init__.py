"""Claims as a provider sends them, made for the tests of sign-in."""

from datetime import UTC, datetime

from data.settings import Settings

NOON = datetime(2024, 5, 14, 12, 0, tzinfo=UTC)
SECOND = int(NOON.timestamp())


def claims(**more: object) -> dict[str, object]:
    """Those of Ann, who signed in at NOON with a token for an hour; None leaves a claim out."""
    usual = {
        "iss": "https://login.example.com",
        "sub": "ann-1",
        "aud": "holdfast",
        "iat": SECOND,
        "exp": SECOND + 3600,
        "nonce": "n1",
        "email": "ann@example.com",
        "email_verified": True,
        "name": "Ann Lee",
        "groups": ["csm", "emea"],
    }
    return {name: value for name, value in (usual | more).items() if value is not None}


def settings(**more: object) -> Settings:
    """Settings with a provider."""
    given = {
        "signin_metadata_url": "https://login.example.com/.well-known/openid-configuration",
        "signin_client_id": "holdfast",
        "signin_client_secret": "s3cret",
        "signin_origin": "https://holdfast.example.com",
    }
    return Settings(**(given | more))
