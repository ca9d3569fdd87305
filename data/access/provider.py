"""The provider by which people sign in, as the settings name it: all of it, or none."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from data import private
from data.settings import PREFIX, Settings, on_this_machine_only

NEEDED = ("signin_metadata_url", "signin_client_id", "signin_client_secret", "signin_origin")
LEAST = 32  # characters of a secret that signs cookies
PORTS = {"http": 80, "https": 443}


class SignInSettingsWrong(ValueError):
    """Sign-in is set up in part, or in a way that cannot be; the message names the setting and what to do."""


@dataclass(frozen=True)
class Provider:
    """A provider of OpenID Connect, and under which address it knows this server.

    metadata_url: where it tells about itself. origin: scheme and host that browsers use, as they write it: no path, no usual port.
    """

    metadata_url: str
    client_id: str
    client_secret: str
    origin: str
    scope: str
    prompt: str

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to; it has to be registered there."""
        return f"{self.origin}/oauth2callback"

    @property
    def host(self) -> str:
        """Host of the origin, with its port where it has one."""
        return urlsplit(self.origin).netloc

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https:")


def provider(settings: Settings) -> Provider | None:
    """The provider; None where nobody signs in. Raises SignInSettingsWrong where settings lack or cannot be."""
    given = {name: _plain(getattr(settings, name)) for name in NEEDED}
    if not any(given.values()):
        return None
    if lacking := [f"{PREFIX}{name.upper()}" for name, value in given.items() if not value]:
        raise SignInSettingsWrong(f"Sign-in is set up in part: {', '.join(lacking)} is missing. Set it, or none of HOLDFAST_SIGNIN_...")
    if len(secret := _plain(settings.signin_cookie_secret)) < LEAST and secret:
        raise SignInSettingsWrong(
            f"HOLDFAST_SIGNIN_COOKIE_SECRET: give {LEAST} characters or more, of a random text; or none, then one is made."
        )
    scope, metadata = settings.signin_scope, given["signin_metadata_url"]
    if "openid" not in scope.split():
        raise SignInSettingsWrong(f"HOLDFAST_SIGNIN_SCOPE: '{scope}' lacks openid, without which no provider says who somebody is.")
    _checked("HOLDFAST_SIGNIN_METADATA_URL", metadata)
    return Provider(
        metadata, given["signin_client_id"], given["signin_client_secret"], _origin(given["signin_origin"]), scope, settings.signin_prompt
    )


def is_configured(settings: Settings) -> bool:
    """Whether people sign in here."""
    return bool(settings.signin_metadata_url)


def cookie_secret(settings: Settings) -> str:
    """What signs the cookies: as given, else kept beside the own store, so that a restart signs nobody out."""
    return _plain(settings.signin_cookie_secret) or private.kept_secret(settings.store.expanduser().resolve().with_suffix(".signin-secret"))


def administrators(settings: Settings) -> frozenset[str]:
    """The e-mails of those who may do everything, in the letters in which e-mails are compared."""
    return frozenset(folded(one) for one in settings.administrators.split(",") if one.strip())


def folded(email: str) -> str:
    """An e-mail as it is compared: without blanks around it, in small letters."""
    return email.strip().casefold()


def _plain(value: object) -> str:
    read = getattr(value, "get_secret_value", None)
    return str(read() if read else value).strip()


def _origin(written: str) -> str:
    """The address of this server as browsers write it."""
    setting = "HOLDFAST_SIGNIN_ORIGIN"
    found = _checked(setting, written)
    if found.path not in ("", "/") or found.query or found.fragment or found.username:
        raise SignInSettingsWrong(
            f"{setting}: '{written}' is more than an address. Write it without a path, as https://holdfast.example.com."
        )
    port = "" if found.port in (None, PORTS[found.scheme]) else f":{found.port}"
    host = found.hostname or ""
    return f"{found.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _checked(setting: str, written: str) -> SplitResult:
    """The parts of an address of the web, encrypted unless it is one of this machine."""
    try:
        found = urlsplit(written)
        known = found.scheme in PORTS and bool(found.hostname) and (found.port or 1) > 0
    except ValueError:
        known = False
    if not known:
        raise SignInSettingsWrong(f"{setting}: '{written}' is no address of the web. Write it as https://name.example.com.")
    if found.scheme == "http" and not on_this_machine_only(found.hostname):
        raise SignInSettingsWrong(f"{setting}: '{written}' is not encrypted. Others on the way could sign in as anybody: use https.")
    return found
