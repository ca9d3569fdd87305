"""What an entry of the audit says, in a sentence; and the words for its actions and for how somebody came."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from data.schema import TABLES
from language import InLanguage, mark, tr, tr_n
from language.formats import listed
from reports.words.titles import title

OF_ACTIONS = {
    "begin": mark("Audit began"), "sign_in": mark("Sign-in"), "sign_in_failed": mark("Failed sign-in"), "sign_out": mark("Sign-out"),
    "denied": mark("Denial"), "import": mark("Import"), "undo": mark("Undo"), "redo": mark("Redo"), "edit": mark("Change"),
    "train": mark("Training"), "close": mark("Close"), "reopen": mark("Reopening"), "export": mark("Export"),
    "backup": mark("Backup"), "restore": mark("Restore"), "ask": mark("Request"), "consent": mark("Consent"),
    "refuse": mark("Refusal"), "withdraw": mark("Withdrawal"), "outdated": mark("Outdated request"), "remind": mark("Reminder"),
    "configure": mark("Configuration"), "token_made": mark("Token made"), "token_revoked": mark("Token revoked"),
    "release": mark("Address released"), "erase": mark("Erasure"), "retention": mark("Retention"),
}  # fmt: skip
ACTIONS = InLanguage(OF_ACTIONS)
WAYS = InLanguage(
    {
        "page": mark("Page"), "api": mark("API"), "command line": mark("Command line"), "inbox": mark("Inbox"),
        "delivery": mark("Delivery"), "source": mark("Source"),
        "browser": mark("Somebody at a page"), "local": mark("Somebody on the command line"), "cli": mark("Somebody on the command line"),
        "holdfast": mark("Holdfast itself"), "sample": mark("Holdfast itself"), "nobody": mark("Somebody unknown"),
    }
)  # fmt: skip
THINGS = InLanguage(
    {
        "dump": mark("every table"), "mapping": mark("a mapping of columns"), "roles": mark("the roles"),
        "brief": mark("the brief of an account"), "rejected-rows": mark("rows that were rejected"),
        "board-pack": mark("the board pack"), "portfolio-pack": mark("portfolio health as a document"), "audit": mark("the audit"),
        "people": mark("the list of people"), "approvals": mark("what needs consent"), "retention": mark("how long usage events are kept"),
        "delivery": mark("a delivery of results"),
    }
)  # fmt: skip
Told = Mapping[str, Any]


def sentence(entry: Mapping[str, Any]) -> str:
    """An entry in words. entry: action, kind, object and detail (JSON), as kept."""
    detail = details(entry["detail"])
    said = SAID.get(entry["action"])
    if said:
        return said(entry, detail)
    return f"{ACTIONS.get(entry['action'], entry['action'])} {entry['object']}".strip()


def details(written: str) -> dict[str, Any]:
    """The detail of an entry; nothing where it cannot be read."""
    try:
        found = json.loads(written)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _table(detail: Told) -> str:
    name = str(detail.get("table", ""))
    return tr(TABLES[name].title) if name in TABLES else name


def _import(entry: Told, detail: Told) -> str:
    return tr_n(
        "Imported {n} row of {table}, as batch {batch}.", "Imported {n} rows of {table}, as batch {batch}.", int(detail.get("accepted", 0)),
        table=_table(detail), batch=entry["object"],
    )  # fmt: skip


def _edit(entry: Told, detail: Told) -> str:
    return tr("Changed {table}, as batch {batch}.", table=_table(detail), batch=entry["object"])


def _configure(entry: Told, detail: Told) -> str:
    if "table" in detail and "log" in detail:
        return _edit(entry, detail)
    return tr("Changed {what}.", what=THINGS.get(entry["object"], entry["object"]))


def _export(entry: Told, detail: Told) -> str:
    what, formats = THINGS.get(entry["object"]) or title(entry["object"]), listed([one.upper() for one in detail.get("formats", ())])
    if detail.get("rows") is None:
        return tr("Took away {what} as {formats}.", what=what, formats=formats)
    rows = int(detail["rows"])
    return tr_n("Took away {what} as {formats}: {n} row.", "Took away {what} as {formats}: {n} rows.", rows, what=what, formats=formats)


def _denied(entry: Told, detail: Told) -> str:
    if "page" in detail:
        return _again(tr("Was denied the page “{page}”.", page=detail["page"] or tr("Today")), detail)
    if "route" in detail:
        return _again(tr("Was denied “{route}” of the API.", route=detail["route"]), detail)
    return _again(tr("Was denied everything: {why}.", why=detail.get("why", "")), detail)


def _failed(entry: Told, detail: Told) -> str:
    return _again(tr("A sign-in came to nothing: {why}.", why=detail.get("why", "")), detail)


def _again(said: str, detail: Told) -> str:
    """With how often the same came again within a minute."""
    more = int(detail.get("again", 0))
    return said if not more else tr_n("{said} Once more within a minute.", "{said} {n} times more within a minute.", more, said=said)


SAID: dict[str, Callable[[Told, Told], str]] = {
    "begin": lambda _, detail: tr("The audit begins; the log had {n} entries before.", n=detail.get("logged", 0)),
    "sign_in": lambda *_: tr("Signed in."),
    "sign_out": lambda *_: tr("Signed out."),
    "sign_in_failed": _failed,
    "denied": _denied,
    "import": _import,
    "undo": lambda entry, detail: tr("Undid batch {batch}, {table}.", batch=entry["object"], table=_table(detail)),
    "redo": lambda entry, detail: tr("Let batch {batch}, {table}, stand again.", batch=entry["object"], table=_table(detail)),
    "edit": _edit,
    "train": lambda entry, _: tr("Trained the churn model, or looked ahead with it, as batch {batch}.", batch=entry["object"]),
    "close": lambda entry, _: tr("Closed a period, as batch {batch}.", batch=entry["object"]),
    "reopen": lambda entry, _: tr("Reopened a period: undid batch {batch}.", batch=entry["object"]),
    "export": _export,
    "backup": lambda *_: tr("Made a backup of the store."),
    "restore": lambda _, detail: tr("Restored a backup whose newest entry was {n}.", n=detail.get("newest", 0)),
    "configure": _configure,
    "token_made": lambda _, detail: tr("Made an API token that works until {day}.", day=detail.get("ends", "")),
    "token_revoked": lambda *_: tr("Revoked an API token."),
    "release": lambda *_: tr("Released an e-mail address: it is that of whoever signs in with it next."),
}
