"""What only others can tell: whether the provider answers, whether browsers come in under their address, and what time it is."""

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from data.access.provider import Provider, provider
from server.doctor.deployment import Deployment, Found

SECONDS = 20
APART = 60.0  # seconds between this clock and the provider's
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "aG9sZGZhc3QgaG9sZGZhcw==",
}  # fmt: skip


def the_provider(of: Deployment) -> Found:
    """It answers, tells where people sign in, and its clock is ours."""
    found = provider(of.settings)
    if found is None:
        return []
    try:
        with urllib.request.urlopen(found.metadata_url, timeout=SECONDS) as answer:
            said, date = json.load(answer), answer.headers.get("Date")
    except (OSError, ValueError) as error:
        return [(f"The provider does not answer at {found.metadata_url}: {error}.", "Check the address, the network, and certificates.")]
    lacking = [name for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri") if name not in said]
    out: Found = (
        [(f"What answers at {found.metadata_url} does not tell its {lacking[0]}.", "Give the provider's address.")] if lacking else []
    )
    apart = abs((parsedate_to_datetime(date) - of.now).total_seconds()) if date else 0
    if apart > APART:
        out.append((f"The clock is {apart:,.0f} seconds from the provider's.", "Let a time service keep it (timedatectl set-ntp true)."))
    return out


def the_way_in(of: Deployment) -> Found:
    """Under the address of browsers this server answers, with its sockets."""
    found = provider(of.settings)
    if found is None:
        return []
    try:
        with urllib.request.urlopen(f"{found.origin}/api/health/live", timeout=SECONDS) as answer:
            ours = json.load(answer).get("live") is True
        status = _socket(found) if ours else 0
    except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
        return [(f"Nobody comes in under {found.origin}: {error}.", "Check the proxy: its certificate, and that it passes Host on.")]
    if not ours:
        return [(f"What answers under {found.origin} is not this server.", "Check where the proxy leads to.")]
    told = f"Sockets do not pass under {found.origin} ({status}), so that pages stay empty."
    return [] if status == 101 else [(told, "Let the proxy pass Upgrade and Connection on (docs/DEPLOY.md).")]


def _socket(found: Provider) -> int:
    """The status of the answer to one that opens a socket."""
    where = urlsplit(found.origin)
    if where.scheme == "https":
        line: http.client.HTTPConnection = http.client.HTTPSConnection(where.netloc, timeout=SECONDS, context=ssl.create_default_context())
    else:
        line = http.client.HTTPConnection(where.netloc, timeout=SECONDS)
    try:
        line.request("GET", "/_stcore/stream", headers=UPGRADE | {"Origin": found.origin})
        return line.getresponse().status
    finally:
        line.close()


ONLINE: dict[str, Callable[[Deployment], Found]] = {"provider": the_provider, "way in": the_way_in}
