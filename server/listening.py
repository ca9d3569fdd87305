"""What has to hold before the server listens."""

import sys
from typing import NoReturn

from pydantic import ValidationError

from data.settings import Settings, current_settings, on_this_machine_only
from server.hosts import Host, trusted

OPEN = (
    "Holdfast does not start on {address}: there is no sign-in, so everybody who reaches that address would see and change everything. "
    "Listen on 127.0.0.1; or, where the network is trusted, set HOLDFAST_OPEN_TO_NETWORK=yes."
)


def settings() -> Settings:
    """The settings; ends the program, in words, where one of them cannot be."""
    try:
        return current_settings()
    except ValidationError as error:
        _end("\n".join(f"HOLDFAST_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}." for one in error.errors()))


def hosts_on(address: str | None, given: Settings) -> frozenset[Host]:
    """The hosts to answer to on this address; ends the program, in words, where it must not listen there."""
    if not given.open_to_network and not on_this_machine_only(address):
        _end(OPEN.format(address=address or "every address of this machine"))
    try:
        return trusted(given.trusted_hosts, address)
    except ValueError as error:
        _end(str(error))


def _end(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(2)
