"""What has to hold before the server listens."""

import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from pydantic import ValidationError

from data.access.provider import SignInSettingsWrong, cookie_secret, provider
from data.settings import Settings, current_settings, on_this_machine_only
from server.hosts import Host, trusted

OPEN = (
    "Holdfast does not start on {address}: there is no sign-in, so everybody who reaches that address would see and change everything. "
    "Listen on 127.0.0.1; set up sign-in (HOLDFAST_SIGNIN_...); or, where the network is trusted, set HOLDFAST_OPEN_TO_NETWORK=yes."
)
MOST_OPEN = 65_536
NOT_WITH_SIGN_IN = {
    "server.trustedUserHeaders": "whoever reaches its port could send such a header and be anybody",
    "server.baseUrlPath": "providers lead back to the root of an address; give Holdfast an address of its own",
}


def settings() -> Settings:
    """The settings; ends the program, in words, where one of them cannot be."""
    try:
        found = current_settings()
        provider(found)
    except ValidationError as error:
        _end("\n".join(f"HOLDFAST_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}." for one in error.errors()))
    except SignInSettingsWrong as error:
        _end(str(error))
    return found


def hosts_on(address: str | None, given: Settings) -> frozenset[Host]:
    """The hosts to answer to on this address; ends the program, in words, where it must not listen there."""
    signs_in = provider(given)
    if not (given.open_to_network or signs_in or on_this_machine_only(address)):
        _end(OPEN.format(address=address or "every address of this machine"))
    try:
        return trusted(",".join([given.trusted_hosts, signs_in.host if signs_in else ""]), address)
    except ValueError as error:
        _end(str(error))


def secrets_of(given: Settings, option: Callable[[str], object]) -> dict[str, Any] | None:
    """What the pages' sign-in is told of the provider; None where nobody signs in.

    option: how the front end is set up. Ends the program, in words, where that does not go with sign-in.
    """
    found = provider(given)
    if found is None:
        return None
    for name, why in NOT_WITH_SIGN_IN.items():
        if option(name):
            _end(f"Holdfast does not start with {name} while people sign in: {why}. Take that option away.")
    asked = {"scope": found.scope, **({"prompt": found.prompt} if found.prompt else {})}
    told = {"client_id": found.client_id, "client_secret": found.client_secret, "server_metadata_url": found.metadata_url}
    return {"auth": {**told, "redirect_uri": found.redirect_uri, "cookie_secret": cookie_secret(given), "client_kwargs": asked}}


def as_many_as_may_be() -> None:
    """Have as many connections and files open as may be: a shell gives 1024 at first, and whoever opens a thousand lines and is silent
    would lock everybody out."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN if hard == resource.RLIM_INFINITY else min(MOST_OPEN, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def answer_at_once(port: int) -> int:
    """Have what is answered on a port of this process leave at once; how many sockets that are bound to it were told so.

    Streamlit makes its socket so that asyncio leaves the delay of small packets on: the second part of an answer waits for the word that
    the first one came, which a browser or client sends 40 ms later. What is accepted takes the setting of the socket that listens.
    """
    told = 0
    for name in os.listdir("/dev/fd"):
        with suppress(OSError), socket.socket(fileno=os.dup(int(name))) as found:  # what is no socket, or was closed meanwhile
            if found.family in (socket.AF_INET, socket.AF_INET6) and found.getsockname()[1] == port:
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                told += 1
    return told


def _end(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(2)
