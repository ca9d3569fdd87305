"""Settings, read from environment variables that start with HOLDFAST_."""

import os
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "HOLDFAST_"
HOME = Path.home() / ".holdfast"


class Settings(BaseSettings):
    """Where things live and how days and money are read; every field can be set as HOLDFAST_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    store: Path = HOME / "own.duckdb"
    sample_store: Path = HOME / "sample.duckdb"
    inbox: Path | None = None  # exports that land here are imported; `inbox` beside the store where it is not said
    deliver_into: Path | None = None  # results are delivered as files below it; `delivered` beside the store where it is not said
    health: Path = Path(__file__).parent / "health.toml"  # weights, bands and scales of the health score
    activation: Path = Path(__file__).parent / "activation.toml"  # milestones that make an account activated
    products: Path = Path(__file__).parent / "products.toml"  # whose seats add, and which product takes another's place
    roles: Path | None = None  # who may do what; `roles.toml` beside the store where it is not said
    approvals: Path | None = None  # what needs consent; `approvals.toml` beside the store where it is not said
    backups: Path | None = None  # the server keeps a backup of each night there; none where it is not said
    backup_hour: int = Field(2, ge=0, le=23)  # after which hour of this machine's clock
    backups_kept: int = Field(14, ge=1, le=10_000)  # so many of the newest are kept
    timezone: str = "UTC"  # days are cut here; fixed when a store is made
    keep_events_months: int | None = Field(None, ge=1, le=1200)  # older usage events become rollups; the page Import may say otherwise
    currency: str = "USD"  # the reporting currency where contracts do not settle it
    memory_limit: str = "3GB"
    token: SecretStr = SecretStr("")  # a personal token, with which the command line asks a server that holds the store
    metrics_token: SecretStr = SecretStr("")  # shown by who asks for figures of the server; without one they are for this machine alone
    log_format: Literal["text", "json"] = "text"  # json: one object a line, for programs that gather logs
    host: str = "127.0.0.1"
    port: int = 8501
    trusted_hosts: str = ""  # names, with commas between, under which others reach the server: reports.example.com
    open_to_network: bool = False  # yes: listen on an address that other machines reach, although nobody signs in
    signin_metadata_url: str = ""  # where the provider tells about itself: https://login.example.com/.well-known/openid-configuration
    signin_client_id: str = ""  # under which the provider knows this server
    signin_client_secret: SecretStr = SecretStr("")
    signin_origin: str = ""  # the address that browsers use, as https://holdfast.example.com: the provider leads back there
    signin_cookie_secret: SecretStr = SecretStr("")  # signs the cookies; made, and kept beside the store, where it is not given
    signin_scope: str = " ".join(("openid", "email", "profile"))  # what the provider is asked for; some tell groups for `groups` alone
    signin_prompt: str = "select_account"  # "login": the provider asks for the password each time
    signin_name_claim: str = "name"
    signin_email_claim: str = "email"
    signin_groups_claim: str = "groups"
    signin_idle_minutes: float = Field(60, gt=0, le=60 * 24 * 30)  # without a click, then one is signed out
    signin_absolute_hours: float = Field(12, gt=0, le=24 * 30)  # after signing in, then one is signed out
    signin_outlive_token: bool = False  # yes: the provider's token may expire earlier than that
    smtp_host: str = ""  # the mail server that takes digests; none: they are not sent
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"  # none: unencrypted, for a mail server on this machine
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_password_file: Path | None = None  # a file that holds the password, in place of the variable
    smtp_from: str = ""  # whose address mails bear; holdfast@ the host of HOLDFAST_SIGNIN_ORIGIN where it is not said
    smtp_timeout: float = Field(30, gt=0, le=600)  # seconds without an answer, then the mail server hangs
    outbox: Path | None = None  # digests are written there as files, where no mail server is named
    calls_a_month: int = Field(20, ge=1, le=100_000)  # accounts that the team can call; what the churn model would have found among so many
    digest_hour: int = Field(6, ge=0, le=23)  # after which hour of this machine's clock digests are sent
    administrators: str = ""  # e-mails with commas between: who may do everything from the first day on


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
