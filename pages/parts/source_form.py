"""The dialog in which a source is written down: what it is, where, into which table and when; shown as the file it becomes, and tried."""

import tomllib
from functools import partial
from typing import Any

import streamlit as st
import tomli_w

from data.importing import saved_mappings
from data.schema import IMPORTED_TABLES
from data.store.store import Store, StoreError
from data.viewer import CONFIGURE, NotAllowed
from language import InLanguage, again, mark, tr
from pages.importing import words
from pages.parts import source_words
from pages.ui import text
from pages.ui.choice import Choice
from pages.ui.doing import done_and_drawn
from sources import deeds, description, trying, vendors
from sources.keys import SourceError
from sources.secrets import SecretMissing, secret
from sources.trying import Tried

KINDS = InLanguage(
    {
        "http": mark("A vendor's API, ready"),
        "sql": mark("A query of a database"),
        "webhook": mark("A webhook: others send"),
        "text": mark("As text (TOML)"),
    }
)
SIGNATURES = ("segment", "stripe", "standard", "hmac")
SCHEDULES = ("", "*/15 * * * *", "0 * * * *", "0 */6 * * *", "0 6 * * *", "0 6 * * 1")
OTHER = "other"
REFUSED = (SourceError, NotAllowed, StoreError, OSError)  # as what deeds on sources are refused
SENDERS = ("segment", "stripe")
EXAMPLE = """kind = "http"
url = "https://api.example.com/v1/accounts"
secret = "EXAMPLE"
table = "accounts"
auth = { by = "bearer" }
records = "data"
"""


def add_button(choice: Choice, store: Store) -> None:
    """The button that opens the dialog; nothing for who may not configure imports."""
    if choice.viewer.may(CONFIGURE, "imports"):
        if st.button(tr("Add a source"), icon=":material/add:", key="add-source", type="primary"):
            st.dialog(tr("Add a source"), width="large")(_form)(choice, store, "", {})
    else:
        st.caption(tr("Sources are added by who may configure imports."))


def ready(choice: Choice, store: Store) -> None:
    """The vendors that are ready, each a button that begins with it."""
    may = choice.viewer.may(CONFIGURE, "imports")
    with st.container(horizontal=True, gap="small", key="ready-vendors"):
        for name in vendors.names():
            if st.button(_vendor(name), key=f"ready-{name}", disabled=not may):
                st.dialog(tr("Add a source"), width="large")(_form)(choice, store, "", {"kind": "http", "vendor": name})
        for name in SENDERS:
            if st.button(tr("{vendor}: webhook", vendor=source_words.sender(name)), key=f"ready-hook-{name}", disabled=not may):
                st.dialog(tr("Add a source"), width="large")(_form)(choice, store, "", {"kind": "webhook", "signature": name})


def edit(choice: Choice, store: Store, name: str) -> None:
    """The dialog for a source that there is, with what its file says."""
    try:
        written = description.text(store.path, name)
        begun = tomllib.loads(written)
    except (SourceError, NotAllowed, OSError, tomllib.TOMLDecodeError):
        begun = {"kind": "text"}
    st.dialog(tr("Edit “{name}”", name=name), width="large")(_form)(choice, store, name, begun)


def _form(choice: Choice, store: Store, name: str, begun: dict[str, Any]) -> None:
    """What is asked of its kind, the file that it becomes, and the buttons that try and save it."""
    kind = begun.get("kind", "http")
    if not begun.get("kind") or not name:
        kinds = list(KINDS)
        kind = st.segmented_control(tr("What it is"), kinds, default=kind, required=True, format_func=KINDS.__getitem__, key="source-kind")
    above = st.container()
    if name and kind != "text" and st.toggle(tr("Change its text"), key="source-as-text"):
        kind = "text"
    keys = {} if kind == "text" else _keys(store, kind, begun)
    called = name or _name(above, store, keys)
    written = _as_text(choice, store, name) if kind == "text" else tomli_w.dumps(keys, multiline_strings=True)
    if kind != "text":
        with st.expander(tr("The file that it becomes"), icon=":material/description:", key="source-file"):
            st.code(written, language="toml", wrap_lines=True)
    _buttons(choice, store, called.strip(), written, is_new=not name)


def _name(place: Any, store: Store, keys: dict[str, Any]) -> str:
    """What it is called: that of the vendor, or of who sends, until something else is written."""
    of = str(keys.get("vendor") or keys.get("signature") or "")
    usual = of.replace("_", " ") if of in SENDERS or "vendor" in keys else ""
    if usual in description.names(store.path):
        usual += " 2"
    about = tr("Of its file, and of its rows in the log.")
    return place.text_input(tr("Name"), usual, max_chars=60, key="-".join(filter(None, ("source-name", of))), help=about)


def _as_text(choice: Choice, store: Store, name: str) -> str:
    about = tr("No secret stands here: a secret is named, and kept where Holdfast runs.")
    begun = description.text(store.path, name) if name else EXAMPLE
    return st.text_area(tr("Its file (TOML)"), begun, height=320, key="source-text", help=about)


def _keys(store: Store, kind: str, begun: dict[str, Any]) -> dict[str, Any]:
    """The keys of its file: what was there, and what the fields say; what is left empty stays out."""
    asked = {"http": _http, "sql": _sql, "webhook": _webhook}[kind](store, begun)
    kept = begun if begun.get("kind") == kind else {}
    found = {"kind": kind} | kept | asked
    return {name: value for name, value in found.items() if value not in ("", None, {})}


def _http(store: Store, begun: dict[str, Any]) -> dict[str, Any]:
    names = vendors.names()
    first = names.index(begun["vendor"]) if begun.get("vendor") in names else 0
    left, right = st.columns(2)
    chosen = left.selectbox(tr("Vendor"), names, first, format_func=_vendor, key="source-vendor")
    known = vendors.known(chosen)
    named = _secret(right, begun, chosen.upper())
    needs, settings = known.get("needs", {}), begun.get("settings", {})
    said = {one: st.text_input(_asked(about), settings.get(one, ""), key=f"source-needs-{one}", help=one) for one, about in needs.items()}
    if known.get("rights"):
        st.caption(f":material/key: {text.literal(again(known['rights']))}")
    return {"vendor": chosen, "secret": named, "settings": {one: value for one, value in said.items() if value}} | _when(begun)


def _asked(about: str) -> str:
    """What a vendor needs, as the label of its field."""
    said = again(about)
    return text.literal(said[:1].upper() + said[1:])


def _vendor(name: str) -> str:
    return tr("{vendor}: {table}", vendor=source_words.vendor(name), table=words.title(vendors.known(name)["table"]))


def _sql(store: Store, begun: dict[str, Any]) -> dict[str, Any]:
    left, right = st.columns([2, 1])
    about = tr("Without the password, which is the secret. Give it a user who may only read.")
    url = left.text_input(
        tr("Where the database is"),
        begun.get("url", ""),
        placeholder="postgresql://reader@db.example:5432/billing",
        key="source-url",
        help=about,
    )
    named = _secret(right, begun, "")
    query = st.text_area(
        tr("Query"),
        begun.get("query", ""),
        placeholder="-- a row each\nselect id, account_id, updated_at from subscriptions",
        height=140,
        key="source-query",
    )
    left, middle, right = st.columns(3)
    cursor = left.text_input(
        tr("Column that grows"), begun.get("cursor", ""), placeholder="updated_at", key="source-cursor", help=tr(CURSOR)
    )
    overlap = middle.text_input(
        tr("Begins before it by"), begun.get("overlap", ""), placeholder="1 hour", key="source-overlap", help=tr(OVERLAP)
    )
    return {"url": url, "secret": named, "query": query, "cursor": cursor, "overlap": overlap} | _into(store, begun, right) | _when(begun)


CURSOR = mark("By it only what is new is read: a moment of the last change, or a number that rises. Empty: everything is read each time.")
OVERLAP = mark("Rows are committed late: each pull begins a little before where the last one ended. What is known already counts once.")


def _into(store: Store, begun: dict[str, Any], place: Any) -> dict[str, Any]:
    """The table, and the saved mapping where there is one."""
    tables, saved = ["", *IMPORTED_TABLES], ["", *saved_mappings.names(store.path)]
    table, mapping = begun.get("table", ""), begun.get("mapping", "")
    chosen = place.selectbox(tr("Table"), tables, tables.index(table) if table in tables else 0, format_func=_table, key="source-table")
    if len(saved) == 1:
        return {"table": chosen, "mapping": mapping}
    about = tr("How its columns are read. Empty: as a known export, or asked where something is open.")
    read = place.selectbox(
        tr("Mapping"), saved, saved.index(mapping) if mapping in saved else 0, format_func=_or_none, key="source-mapping", help=about
    )
    return {"table": chosen, "mapping": read}


def _table(name: str) -> str:
    return words.title(name) if name else tr("As its columns say")


def _or_none(name: str) -> str:
    return name or tr("None")


def _webhook(store: Store, begun: dict[str, Any]) -> dict[str, Any]:
    left, right = st.columns(2)
    names = list(SIGNATURES)
    first = names.index(begun["signature"]) if begun.get("signature") in names else 0
    chosen = left.selectbox(tr("Who sends"), names, first, format_func=source_words.sender, key="source-signature")
    named = _secret(right, begun, chosen.upper() if chosen in SENDERS else "")
    st.caption(source_words.SIGNED[chosen])
    said: dict[str, Any] = {"signature": chosen, "secret": named}
    if chosen == "hmac":
        left, middle, right = st.columns(3)
        said["header"] = left.text_input(tr("Header of the signature"), begun.get("header", "X-Signature"), key="source-header")
        said["prefix"] = middle.text_input(tr("What stands before it"), begun.get("prefix", ""), placeholder="sha256=", key="source-prefix")
        said["timestamp_header"] = right.text_input(tr("Header of the time"), begun.get("timestamp_header", ""), key="source-time-header")
    if chosen not in SENDERS:
        left, right = st.columns(2)
        said["event_id"] = left.text_input(
            tr("Where its id stands"), begun.get("event_id", ""), placeholder="data.id", key="source-event-id"
        )
        said |= _into(store, begun, right)
    return said


def _secret(place: Any, begun: dict[str, Any], usual: str) -> str:
    """The name of the secret, and whether it is found; never what it is."""
    named = place.text_input(
        tr("Name of the secret"), begun.get("secret", usual), max_chars=60, key=f"source-secret-{usual}", help=tr(SECRET)
    )
    if named:
        place.caption(f":material/check_circle: {tr('Found')}" if _is_found(named) else f":material/key_off: {source_words.missing(named)}")
    return named


SECRET = mark("A name in capitals, as BILLING_DB. The secret itself is kept where Holdfast runs, and is shown nowhere.")


def _is_found(name: str) -> bool:
    try:
        return bool(secret(name))
    except SecretMissing:
        return False


def _when(begun: dict[str, Any]) -> dict[str, Any]:
    """When it is read: one of the usual, or five fields."""
    written = begun.get("schedule", "" if begun.get("kind") and "table" in begun else "0 * * * *")
    usual = [*SCHEDULES, OTHER]
    left, right = st.columns(2)
    chosen = left.selectbox(
        tr("When it is read"),
        usual,
        usual.index(written) if written in usual else usual.index(OTHER),
        format_func=_schedule,
        key="source-when",
    )
    if chosen != OTHER:
        return {"schedule": chosen}
    about = tr("Minute, hour, day of the month, month, day of the week, in the store's zone.")
    return {"schedule": right.text_input(tr("Schedule (cron)"), written or "0 7 * * 1-5", key="source-cron", help=about)}


def _schedule(cron: str) -> str:
    return tr("Otherwise") if cron == OTHER else source_words.in_words(cron).capitalize() if cron else tr("By hand")


def _buttons(choice: Choice, store: Store, name: str, written: str, *, is_new: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        asks = st.button(tr("Try it"), key="source-try", icon=":material/search:", help=tr("Shows the first rows; nothing is imported."))
        saves = st.button(tr("Save"), key="source-save", type="primary")
    if asks:
        with st.spinner(tr("Asking")):
            _found(trying.tried(store, choice.viewer, name, written))
    if saves and not name:
        st.error(tr("Give it a name."), icon=":material/error:")
    elif saves:
        done_and_drawn(partial(deeds.write, store, choice.viewer, name, written, new=is_new), REFUSED)


def _found(tried: Tried) -> None:
    """What a try found."""
    if tried.problem:
        st.error(text.literal(again(tried.problem)), icon=":material/error:")
        if tried.what_to_do:
            st.caption(tr("What to do: {what}", what=text.literal(again(tried.what_to_do))))
        return
    st.caption(tr("The first rows; nothing was imported."))
    st.dataframe(list(tried.rows), hide_index=True, height=220, key="source-rows")
