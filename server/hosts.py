"""Names of hosts: which ones this server answers to."""

import re
from collections.abc import Set
from dataclasses import dataclass
from ipaddress import ip_address

# Lower case. One point at the end is the same name written to its end; anything else than a name and a port is no host.
WRITTEN = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)\.?)(?::(?P<port>[0-9]{1,5}))?")
EVERYWHERE = ("", "0.0.0.0", "::")


@dataclass(frozen=True)
class Host:
    """A name, or an address (IPv6 without brackets), and its port; among those trusted no port stands for any."""

    name: str
    port: int | None = None


def read(written: str) -> Host | None:
    """What a Host header or a setting names; None where it is no host."""
    found = WRITTEN.fullmatch(written.lower())
    port = int(found["port"]) if found and found["port"] else None
    if not found or (port or 0) > 65_535:
        return None
    try:
        return Host(str(ip_address(found["six"])) if found["six"] else found["name"], port)
    except ValueError:
        return None


LOOPBACK = frozenset({Host("127.0.0.1"), Host("localhost"), Host("::1")})


def trusted(setting: str, address: str | None) -> frozenset[Host]:
    """The hosts that a server on this address answers to: this machine's own names, the address, and those of the setting.

    The setting has names with commas between, with a port where only that port is meant. Raises ValueError, in words, for an entry
    that is no host.
    """
    named = {entry: read(entry) for entry in map(str.strip, setting.split(",")) if entry}
    wrong = [entry for entry, host in named.items() if host is None]
    if wrong:
        raise ValueError(
            f"HOLDFAST_TRUSTED_HOSTS: '{wrong[0]}' is not the name of a host. Write names with commas between them, without "
            "https:// and without *, like reports.example.com, 192.168.1.20:8501."
        )
    bound = None if address is None or address in EVERYWHERE else read(f"[{address}]" if ":" in address else address)
    return LOOPBACK | {host for host in (bound, *named.values()) if host}


def is_trusted(host: Host, hosts: Set[Host]) -> bool:
    """Whether a host is one of those trusted, by its port or under any."""
    return host in hosts or Host(host.name) in hosts
