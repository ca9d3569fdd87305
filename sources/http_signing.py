"""How a secret goes with a request, and tokens of OAuth that are renewed."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sources.fetched import SourceFailed
from sources.http_keys import HttpSource
from sources.http_paths import filled
from sources.secrets import secret

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
SOONER = 60.0  # seconds before its end at which a token is renewed
NO_TOKEN = "Compare client_id, token_url and the secret with what the vendor shows for this client."
AskToken = Callable[[str, dict[str, str], bytes], Any]


@dataclass
class Signer:
    """Gives the headers that let a request in. ask: posts a form, and gives what was answered. clock: seconds that only go on."""

    source: HttpSource
    ask: AskToken
    clock: Callable[[], float]
    _token: str = field(default="", repr=False)
    _until: float = float("inf")

    @property
    def renews(self) -> bool:
        """Whether a refused token can be had anew."""
        return self.source.auth.by == "oauth"

    def headers(self) -> dict[str, str]:
        """The headers with the secret; empty where the API asks for none. Raises SecretMissing, SourceFailed where no token is given."""
        auth = self.source.auth
        told = filled(auth.user, self.source.settings)
        made = {
            "bearer": lambda: f"Bearer {self._secret()}",
            "header": self._secret,
            "basic": lambda: _basic(*self._pair(told)),
            "oauth": self._bearer,
        }
        return {auth.header: made[auth.by]()} if auth.by in made else {}

    def renew(self) -> None:
        """Ask for a new token at the next request."""
        self._token = ""

    def secrets(self) -> tuple[str, ...]:
        """What must be told to nobody."""
        named = tuple(secret(name) for name in self.source.secrets)
        return (*named, *([self._token] if self._token else []))

    def _secret(self) -> str:
        return secret(self.source.secret or "")

    def _pair(self, user: str) -> tuple[str, str]:
        return (self._secret(), "") if self.source.auth.secret_is == "user" else (user, self._secret())

    def _bearer(self) -> str:
        if not self._token or self.clock() >= self._until:
            self._token, lasts = self._asked()
            self._until = self.clock() + lasts - SOONER if lasts else float("inf")
        return f"Bearer {self._token}"

    def _asked(self) -> tuple[str, float]:
        """A new token, and how many seconds it holds; 0 where the vendor does not say, and a refusal tells."""
        auth = self.source.auth
        form = {
            "grant_type": "client_credentials",
            "client_id": filled(auth.client_id, self.source.settings),
            "client_secret": self._secret(),
        }
        form |= {"scope": auth.scope} if auth.scope else {}
        answer = self.ask(filled(auth.token_url, self.source.settings), FORM, urlencode(form).encode())
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise SourceFailed("The vendor gave no access token.", NO_TOKEN)
        lasts = answer.get("expires_in")
        return token, float(lasts) if isinstance(lasts, int | float | str) and str(lasts).isdigit() else 0.0


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
