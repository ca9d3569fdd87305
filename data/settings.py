"""Settings, read from environment variables that start with HOLDFAST_."""

import os
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "HOLDFAST_"
HOME = Path.home() / ".holdfast"


class Settings(BaseSettings):
    """Where things live and how days and money are read; every field can be set as HOLDFAST_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    store: Path = HOME / "own.duckdb"
    sample_store: Path = HOME / "sample.duckdb"
    inbox: Path | None = None  # exports that land here are imported; `inbox` beside the store where it is not said
    health: Path = Path(__file__).parent / "health.toml"  # weights, bands and scales of the health score
    activation: Path = Path(__file__).parent / "activation.toml"  # milestones that make an account activated
    products: Path = Path(__file__).parent / "products.toml"  # whose seats add, and which product takes another's place
    timezone: str = "UTC"  # days are cut here; fixed when a store is made
    currency: str = "USD"  # the reporting currency where contracts do not settle it
    memory_limit: str = "3GB"
    host: str = "127.0.0.1"
    port: int = 8501
    trusted_hosts: str = ""  # names, with commas between, under which others reach the server: reports.example.com
    open_to_network: bool = False  # yes: listen on an address that other machines reach, although nobody signs in


def current_settings() -> Settings:
    """The settings as the environment has them now. A page asks for them some eighty times, so that they are read anew only where a
    variable has changed. Raises pydantic's ValidationError where one of them cannot be."""
    return _read(frozenset((name, os.environ[name]) for name in os.environ if name.upper().startswith(PREFIX)))


@cache
def _read(_variables: frozenset[tuple[str, str]]) -> Settings:
    return Settings()


def on_this_machine_only(address: str | None) -> bool:
    """Whether a server that listens on this address is reached from this machine alone; false for no address, which is every one."""
    try:
        return address == "localhost" or ip_address(address or "").is_loopback
    except ValueError:
        return False
