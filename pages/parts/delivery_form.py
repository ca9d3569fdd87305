"""A delivery described in a dialog: what most need as fields, all else as its file has it."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
import tomli_w

from data.access.provider import is_configured
from data.settings import current_settings
from data.store.store import Store, StoreError
from data.viewer import NotAllowed, Viewer
from deliveries import deeds, description
from deliveries.description import AFTER_IMPORT, DescriptionWrong
from language import InLanguage, mark, tr
from pages.ui import text
from pages.ui.doing import done_and_drawn
from reports.catalogue import REPORTS
from reports.words.titles import title

KINDS = InLanguage({"folder": mark("Folder"), "table": mark("Table of a database"), "endpoint": mark("Endpoint (CRM)")})
FORMATS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet", "jsonl": "JSON lines"}
FILES = InLanguage({"replace": mark("One file that is replaced"), "each run": mark("One file each time")})
WRITES = InLanguage({"upsert": mark("Row by row, by key"), "replace": mark("Replace all rows"), "append": mark("Add rows")})
SHAPES = InLanguage(
    {"hubspot": mark("HubSpot"), "salesforce": mark("Salesforce"), "pages": mark("JSON in pages"), "rows": mark("One row a request")}
)
GONE = InLanguage(
    {"": mark("As is usual"), "clear": mark("Empty them"), "keep": mark("Keep their last values"), "delete": mark("Delete them")}
)
SCHEDULES = InLanguage(
    {
        "": mark("By hand"), AFTER_IMPORT: mark("After new data"), "0 6 * * *": mark("Every day at 06:00"),
        "0 6 * * 1-5": mark("Every working day at 06:00"), "0 6 * * 1": mark("Every Monday at 06:00"),
    }
)  # fmt: skip
ALWAYS = ("report", "key", "schedule", "on_behalf_of", "only_changes", "paused")
OF_TARGET = {
    "folder": ("format", "folder", "file"),
    "table": ("secret", "table", "schema", "write", "gone"),
    "endpoint": ("shape", "url", "secret", "id_property", "gone"),
}
Said = dict[str, Any]
REFUSED = (DescriptionWrong, NotAllowed, StoreError)  # as what deeds on deliveries are refused


def add(store: Store, viewer: Viewer) -> None:
    """A dialog that describes a new one."""
    st.dialog(tr("Add a delivery"), width="large")(_form)(store, viewer, "", {})


def change(store: Store, viewer: Viewer, name: str) -> None:
    """A dialog that describes one otherwise, or takes it away; as TOML where its file cannot be used."""
    st.dialog(tr("Change {name}", name=text.literal(name)), width="large")(_form)(store, viewer, name, _kept(store, name))


def _kept(store: Store, name: str) -> Said:
    try:
        return tomllib.loads(description.to_toml(description.load(store.path, name)))
    except DescriptionWrong:
        return {}


def _form(store: Store, viewer: Viewer, name: str, was: Said) -> None:
    called = name or _name()
    report = _report(was)
    target = _target(was.get("target", {}))
    said = {"report": report, "target": target, **_more(store, report, was)}
    about = tr("More, as its file has it: [parameters], [columns], [target.fields]")
    with st.expander(tr("More, as text (TOML)"), icon=":material/description:", expanded=bool(_rest(was)), key="delivery-more"):
        rest = st.text_area(about, _rest(was), key="delivery-rest", height=120)
    with st.container(horizontal=True, gap="small"):
        saves = st.button(tr("Save"), type="primary", key="save-delivery")
        removes = name and st.button(tr("Take away"), icon=":material/delete:", type="tertiary", key="remove-delivery")
    if not called.strip() and saves:
        st.error(tr("Give it a name."), icon=":material/error:")
    elif not report and saves and not was:
        st.error(tr("Choose the report."), icon=":material/error:")
    elif saves:
        _save(store, viewer, called.strip(), said, rest, new=not name)
    if removes:
        done_and_drawn(partial(deeds.remove, store, viewer, name), REFUSED)
    st.caption(
        tr("Secrets are named here and kept where Holdfast runs: the secret CRM is HOLDFAST_SECRET_CRM. All keys: docs/DELIVERIES.md.")
    )


def _name() -> str:
    about = tr("Letters, digits and hyphens.")
    return st.text_input(tr("Name"), max_chars=60, placeholder="health-to-crm", help=about, key="delivery-name")


def _report(was: Said) -> str:
    names = sorted(REPORTS, key=lambda one: tr(REPORTS[one].title))
    first = names.index(was["report"]) if was.get("report") in names else None
    chosen = st.selectbox(tr("Report"), names, first, format_func=lambda one: f"{tr(REPORTS[one].title)} ({one})", key="delivery-report")
    return chosen or ""


def _target(was: Said) -> Said:
    """Where to, with what that kind needs."""
    kind = st.segmented_control(
        tr("Where to"), list(KINDS), default=was.get("kind", "folder"), required=True, format_func=KINDS.__getitem__, key="delivery-kind"
    )
    own = was if was.get("kind") == kind else {}
    return {"kind": kind, **{"folder": _folder, "table": _table, "endpoint": _endpoint}[kind](own)}


def _choose(label: str, options: Mapping[str, str], was: Said, key: str, *, about: str | None = None) -> str:
    names = list(options)
    first = names.index(was[key]) if was.get(key) in names else 0
    return st.selectbox(label, names, first, format_func=options.__getitem__, key=f"delivery-{key}", help=about)


def _write(label: str, was: Said, key: str, *, such_as: str = "", about: str | None = None) -> str:
    return st.text_input(label, was.get(key, ""), key=f"delivery-{key}", placeholder=such_as, help=about).strip()


def _folder(was: Said) -> Said:
    left, right = st.columns(2)
    with left:
        format_ = _choose(tr("Format"), FORMATS, was, "format")
    with right:
        file = _choose(tr("Files"), FILES, was, "file")
    below = _write(tr("Folder below that of all deliveries"), was, "folder", about=tr("Left empty: that one itself."))
    return {"format": format_, "file": file, "folder": below}


def _table(was: Said) -> Said:
    left, right = st.columns(2)
    with left:
        secret = _write(tr("Secret that holds the database's URL"), was, "secret", such_as="WAREHOUSE")
        table = _write(tr("Table"), was, "table", such_as="customer_health")
    with right:
        write = _choose(tr("How"), WRITES, was, "write")
        schema = _write(tr("Schema, if not the usual one"), was, "schema")
    gone = _gone(was, tuple(GONE))
    return {"secret": secret, "table": table, "write": write, "schema": schema, "gone": gone}


def _gone(was: Said, choices: Sequence[str]) -> str:
    about = tr(
        "Rows that were delivered and are in the report no more. Usual is to empty them, so that no old value is taken for a new one; "
        "where a day or month is in the key they are kept."
    )
    return _choose(tr("Rows that leave the report"), {name: GONE[name] for name in choices}, was, "gone", about=about)


def _endpoint(was: Said) -> Said:
    left, right = st.columns(2)
    with left:
        shape = _choose(tr("Kind"), SHAPES, was, "shape")
        url = _write(tr("Address"), was, "url", such_as="https://api.hubapi.com")
    with right:
        secret = _write(tr("Secret that holds the token"), was, "secret", such_as="CRM")
        named = shape in ("hubspot", "salesforce")
        id_property = _write(tr("Property that has the key"), was, "id_property") if named else ""
    gone = _gone(was, ("", "clear", "keep"))
    return {"shape": shape, "url": url, "secret": secret, "id_property": id_property, "gone": gone}


def _more(store: Store, report: str, was: Said) -> Said:
    """By what rows are known again, how often, for whom, and whether all of them."""
    columns = list(dict.fromkeys([*was.get("columns", {}), *was.get("key", ()), *(REPORTS[report].columns if report in REPORTS else ())]))
    usual = was.get("key", [one for one in ("account_id",) if one in columns])
    about = tr("A row with the same values there is the same row: the account, for most reports.")
    key: list[str] = []
    if columns:  # once there is a report
        key = st.multiselect(
            tr("Known again by"), columns, usual, format_func=lambda one: f"{title(one)} ({one})", key="delivery-by", help=about
        )
    left, right = st.columns(2)
    with left:
        schedule = _schedule(was)
    with right:
        person = _person(was)
    about = tr("Rows that say what the target was told last stay away.")
    only = st.checkbox(tr("Only what changed"), was.get("only_changes", False), key="delivery-only", help=about)
    return {"key": key, "schedule": schedule, "on_behalf_of": person, "only_changes": only, "paused": was.get("paused", False)}


def _column(name: str) -> str:
    return f"{title(name)} ({name})"


def _schedule(was: Said) -> str:
    options = [*SCHEDULES, *({was.get("schedule", "")} - {*SCHEDULES})]
    first, about = options.index(was.get("schedule", "")), tr("Or five fields of cron, in the store's zone: */15 * * * *")
    more: dict[str, Any] = {"format_func": lambda one: SCHEDULES.get(one, one), "accept_new_options": True, "help": about}
    chosen = st.selectbox(tr("When"), options, first, key="delivery-when", **more)
    return chosen or ""


def _person(was: Said) -> str:
    """Whose rights it has; where nobody signs in there is nobody to name."""
    if not is_configured(current_settings()):
        return was.get("on_behalf_of", "")
    about = tr("It carries what this person may export, of the accounts that they see.")
    return st.text_input(tr("On behalf of (e-mail)"), was.get("on_behalf_of", ""), key="delivery-person", help=about).strip()


def _rest(was: Said) -> str:
    """What the fields do not say."""
    target = was.get("target", {})
    known = {"kind", *OF_TARGET.get(target.get("kind", ""), ())}
    left = {name: value for name, value in was.items() if name not in (*ALWAYS, "target")}
    more = {name: value for name, value in target.items() if name not in known}
    return tomli_w.dumps(left | ({"target": more} if more else {}))


def _save(store: Store, viewer: Viewer, name: str, said: Said, rest: str, *, new: bool) -> None:
    try:
        more = tomllib.loads(rest)
    except tomllib.TOMLDecodeError as error:
        st.error(text.literal(tr("This is no TOML: {why}.", why=error)), icon=":material/error:")
        return
    target = {**said["target"], **more.pop("target", {})}
    whole = {**_told(said, ALWAYS), **more, "target": _told(target, tuple(target))}
    done_and_drawn(partial(deeds.write, store, viewer, name, tomli_w.dumps(whole), new=new), REFUSED)


def _told(said: Mapping[str, Any], names: Sequence[str]) -> Said:
    """What is said, without what is empty."""
    return {name: said[name] for name in names if said.get(name) not in ("", None, [], False)}
