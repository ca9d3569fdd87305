"""All checks, one after the other; what they cannot know is said, too."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from data.access.provider import SignInSettingsWrong, provider
from data.settings import PREFIX, current_settings
from server.doctor import comes_and_leaves, kept, machine, places, reached, score
from server.doctor.deployment import Deployment, Fault, Found, Scores, Whole
from server.doctor.online import ONLINE

# What others may read is looked at before anything is opened.
CHECKS: dict[str, Callable[[Deployment], Found]] = {
    "settings": reached.names,
    "network": reached.network,
    "hosts": reached.hosts,
    "sign-in": reached.sign_in,
    "administrators": reached.administrators,
    "secrets": reached.secrets,
    "mail": reached.mail_server,
    "folder": places.folder,
    "rights": places.rights,
    "owner": places.owner,
    "local disk": places.local_disk,
    "inbox": places.the_inbox,
    "rules": places.files_of_rules,
    "roles": places.file_of_roles,
    "approvals": places.file_of_approvals,
    "record of sign-ins": places.record_of_sign_ins,
    "versions": machine.versions,
    "memory": machine.memory,
    "time zone": machine.time_zone,
    "disk": machine.disk,
    "clock": machine.clock,
    "sources": comes_and_leaves.sources,
    "deliveries": comes_and_leaves.deliveries,
    "backup": kept.backup,
    "store": kept.store,
    "health score": score.score,
    "server": kept.server,
}


@dataclass(frozen=True)
class Examined:
    """What was looked at, what is wrong, and what could not be known from here."""

    checks: list[str]
    faults: list[Fault]
    not_known: list[str]

    def in_words(self) -> list[str]:
        """Lines for people: each fault with what to do; one line where there is none."""
        told = [f"{one.check}: {one.fault}\n    To do: {one.fix}" for one in self.faults]
        looked = f"{len(self.checks)} checks"
        unknown = f" Not known from here: {'; '.join(self.not_known)}." if self.not_known else ""
        return [*told, f"{len(self.faults)} faults in {looked}."] if told else [f"Nothing is wrong, by {looked}.{unknown}"]


def examined(file: Path | None, *, online: bool, whole: Whole, scores: Scores | None = None) -> Examined:
    """Look at the deployment of this environment, or of a file of settings in its place. whole, scores: how the store is looked at, and the
    versions of its health score."""
    if file:
        _take(settings_in(file))
    try:
        given = current_settings()
    except ValidationError as error:
        wrong = [f"HOLDFAST_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}." for one in error.errors()]
        return Examined(["settings"], [Fault("settings", said, "Until then the server does not start.") for said in wrong], [])
    of = Deployment(given, dict(os.environ), datetime.now(UTC), settings_file=file, whole=whole, score=scores)
    return examine(of, ONLINE if online else None)


def _take(settings: Mapping[str, str]) -> None:
    """Let these be the settings of this process, and no others."""
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(settings)


def settings_in(file: Path) -> dict[str, str]:
    """Names and values of a file of settings as systemd and containers read it: a line each, # begins a remark, quotes may stand around."""
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith(("#", ";")) and "=" in line]
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def examine(of: Deployment, more: dict[str, Callable[[Deployment], Found]] | None = None) -> Examined:
    """Look at all of it; one check that fails itself does not end the others. more: checks that ask other machines."""
    checks = CHECKS | (more or {})
    faults = [fault for name, check in checks.items() for fault in _one(name, check, of)]
    return Examined([*checks], faults, [] if more else _not_known(of))


def _one(name: str, check: Callable[[Deployment], Found], of: Deployment) -> list[Fault]:
    try:
        return [Fault(name, fault, fix) for fault, fix in check(of)]
    except Exception as error:  # a fault of one check must not hide what the others find
        return [Fault(name, f"This could not be looked at: {type(error).__name__}: {error}.", "Run it as the user who runs the server.")]


def _not_known(of: Deployment) -> list[str]:
    """What only others can tell."""
    told = ["whether the clock is right to the minute"]
    try:
        found = provider(of.settings)
    except SignInSettingsWrong:
        return told
    if found:
        told += [f"whether the provider leads back to {found.redirect_uri}", f"whether {found.origin} leads here (both: --online)"]
    return told
