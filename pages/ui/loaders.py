"""Reports for pages: the only caching. Keys are the store's path, its data version, the viewer's scope, the language and the question."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ParamSpec, TypeVar

import orjson
import polars as pl
import streamlit as st

from data.access import roles
from data.access.rights import is_out, known_people, titles_of, viewer_of
from data.importing.draft import Draft
from data.importing.mapping import Mapping
from data.importing.settling import Said, as_said
from data.log.staged import Staged
from data.settings import current_settings
from data.store import open_stores
from data.store.preview import previewed
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EVERYONE, NOBODY, VIEW, Viewer
from data.work import templates
from data.work.templates import Play
from language import language, mark, tr
from language.formats import sentences
from language.pinyin import typed
from metrics.registry import METRICS
from metrics.scorecard import Scorecard
from pages.ui.waiting import beside_others, worked_out
from reports.catalogue import run
from reports.files.translated import Rate, rates
from reports.health.by_hand import set_by_hand
from reports.health.health_history import Turn, turns
from reports.health.preview import values_now, would_move
from reports.health.scorecard import InForce, from_toml, in_force, published, said_in_force, scorecard, trouble
from reports.health.versions import versions
from reports.imports.import_preview import ended_by_snapshot
from reports.imports.import_preview import import_preview as preview_of
from reports.look import as_of
from reports.report import Question, Report

P = ParamSpec("P")
R = TypeVar("R")
MOST_BYTES = 256 * 2**20
MOMENTS = 200  # past moments that are offered; older ones are named on the command line


def kept(words: str, most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function answers, at most so many answers; while it works the page says so, in the language of its reader, where there
    are words.

    The language is the function's first parameter, and so part of the key.
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        @cache
        def waiting(_language: str) -> Callable[P, R]:
            return st.cache_data(show_spinner=tr(words) if words else False, max_entries=most)(function)

        return lambda *args, **more: waiting(language())(*args, **more)

    return decorated


def report(company: str, name: str, viewer: Viewer, question: Question) -> Report:
    """One report, from the cache where nothing it depends on has changed."""
    _make_room()
    store = open_stores.store(company)
    key = repr((str(store.path), store.version(), name, viewer.key, question, _choices()))  # a text is told apart at once
    with beside_others((language(), key)):
        return _report(language(), key, company, name, viewer, question)


@kept("", 500)
def _report(spoken: str, key: str, _company: str, _name: str, _viewer: Viewer, _question: Question) -> Report:
    found = worked_out((spoken, key), lambda: run(_name, open_stores.store(_company), _viewer, _question))
    _held.append(int(found.rows.estimated_size()))
    return found


_held: list[int] = []  # bytes of the tables in answers that are kept


def _make_room() -> None:
    """Let go of all answers once they take more than MOST_BYTES: most of them are of data that have changed since."""
    if sum(_held) > MOST_BYTES:
        _held.clear()
        forget()


def rights(company: str, email: str, groups: tuple[str, ...]) -> Viewer:
    """What the person of an address may do in a company today; worked out once for each state of people, roles and settings."""
    if company != "own" and was_let_go(email):
        return NOBODY
    store = open_stores.store(company)
    return _rights(str(store.path), store.version(), email, groups, datetime.now(UTC).date(), _of_roles(), company)


def was_let_go(email: str) -> bool:
    """Whether the own company has disabled a person, or taken them off its list: then they are in nowhere."""
    path = open_stores.path_of("own")
    return path.exists() and _is_out(str(path), open_stores.store("own").version(), email)


@st.cache_data(show_spinner=False, max_entries=1000)
def _is_out(path: str, version: int, email: str) -> bool:
    return is_out(known_people(open_stores.store("own"))[0], email)


def _of_roles() -> tuple[str, int, str]:
    """What rights depend on beside the store: where the file of roles is, when it last changed, and whom the setting names."""
    path = roles.place()
    return str(path), path.stat().st_mtime_ns if path.exists() else 0, current_settings().administrators


@st.cache_data(show_spinner=False, max_entries=1000)
def _rights(path: str, version: int, email: str, groups: tuple[str, ...], day: date, of_roles: tuple, _company: str) -> Viewer:
    return viewer_of(open_stores.store(_company), email, groups, day)


def people(company: str) -> dict[str, str]:
    """The people of a company who have a role and may sign in, each with name and role, by e-mail."""
    store = open_stores.store(company)
    return _people(str(store.path), store.version(), _of_roles(), company)


@st.cache_data(show_spinner=False, max_entries=20)
def _people(path: str, version: int, of_roles: tuple, _company: str) -> dict[str, str]:
    found, _ = known_people(open_stores.store(_company))
    told = {email: (one.called, titles_of(found, email, ())) for email, one in sorted(found.by_email.items()) if one.is_active}
    return {email: f"{name} · {', '.join(titles)}" for email, (name, titles) in told.items() if titles}


def currencies(company: str, viewer: Viewer, question: Question) -> dict[str, Rate]:
    """In which other currencies money can be told, at the rates of the period's last day."""
    store = open_stores.store(company)
    return _currencies(language(), str(store.path), store.version(), viewer.key, question, _choices(), company, viewer)


@st.cache_data(show_spinner=False, max_entries=50)
def _currencies(
    spoken: str, path: str, version: int, viewer: str, question: Question, choices: tuple, _company: str, _viewer: Viewer
) -> dict[str, Rate]:
    return rates(open_stores.store(_company), _viewer.reading("revenue"), report(_company, "arr", _viewer, question))


def forget() -> None:
    """Drop every answer: another store stands where one was, and may count as many imports."""
    st.cache_data.clear()


def _choices() -> tuple[str | int, ...]:
    """What of the settings' files reports depend on: where each is, and when it last changed."""
    settings = current_settings()
    files = [settings.health, settings.activation, settings.products]
    return tuple(part for file in files for part in (str(file), file.stat().st_mtime_ns if file.exists() else 0))


def values(company: str, column: str, viewer: Viewer = EVERYONE) -> list[str]:
    """The values of an account column, for filters."""
    return _filters(company, viewer).get(column, [])


def columns(company: str, viewer: Viewer = EVERYONE) -> list[str]:
    """The account columns by which figures can be filtered and grouped."""
    return list(_filters(company, viewer))


def imports(company: str) -> pl.DataFrame:
    """One row per batch, newest first, as `Store.imports` gives them."""
    store = open_stores.store(company)
    return _imports(str(store.path), store.version(), company)


@st.cache_data(show_spinner=False, max_entries=20)
def _imports(path: str, version: int, _company: str) -> pl.DataFrame:
    return open_stores.store(_company).imports()


def plays(company: str, viewer: Viewer) -> dict[str, Play]:
    """Every play by its id, as the team has them; none for who may not view plays."""
    store = open_stores.store(company)
    return _plays(str(store.path), store.version(), viewer.key, company, viewer)


@st.cache_data(show_spinner=False, max_entries=50)
def _plays(path: str, version: int, viewer: str, _company: str, _viewer: Viewer) -> dict[str, Play]:
    if not _viewer.may(VIEW, "plays"):
        return {}
    with View(open_stores.store(_company), _viewer.reading("plays")) as view:
        return templates.plays(view)


def scorecard_in_force(company: str, viewer: Viewer, question: Question) -> Scorecard:
    """The health score's choices that hold, or held at the moment that the question looks at."""
    with View(open_stores.store(company), viewer.reading("accounts"), question.known_at) as view:
        return scorecard(view)


def score_in_force(company: str, viewer: Viewer, question: Question) -> InForce:
    """The health score that holds, or held at the moment that the question looks at, and its version. Raises ScorecardError."""
    with View(open_stores.store(company), viewer.reading("accounts"), question.known_at) as view:
        return in_force(view)


def score_versions(company: str, viewer: Viewer, question: Question) -> pl.DataFrame:
    """Every version of the health score that was published by the moment that the question looks at, newest first, with its text."""
    with View(open_stores.store(company), viewer.reading("accounts"), question.known_at) as view:
        return versions(view).join(published(view).select("version", "configuration"), on="version", maintain_order="left")


def score_turns(company: str, viewer: Viewer, question: Question) -> list[Turn]:
    """The versions of the health score that can be used here, in their order, with what each decides otherwise. Raises ScorecardError."""
    with View(open_stores.store(company), viewer.reading("accounts"), question.known_at) as view:
        return turns(view)


def by_hand(company: str, viewer: Viewer, question: Question, account: str) -> list[dict[str, Any]]:
    """The bands that were set for an account by hand, those that hold first."""
    return set_by_hand(open_stores.store(company), viewer, question, account)


def score_moves(company: str, viewer: Viewer, question: Question, before: str, after: str) -> Report:
    """What another health score would change; worked out once for each pair of scores, as their files, and each state of the store."""
    store = open_stores.store(company)
    return _score_moves(language(), str(store.path), store.version(), viewer.key, question, before, after, company, viewer)


@kept("", 50)
def _score_moves(
    spoken: str, path: str, version: int, viewer: str, question: Question, before: str, after: str, _company: str, _viewer: Viewer
) -> Report:
    return would_move(open_stores.store(_company), _viewer, question, from_toml(before), from_toml(after))


def measured_values(company: str, viewer: Viewer, question: Question) -> pl.DataFrame:
    """What the customers have of each measure on the day looked at."""
    store = open_stores.store(company)
    return _measured_values(language(), str(store.path), store.version(), viewer.key, question, company, viewer)


@kept("", 20)
def _measured_values(spoken: str, path: str, version: int, viewer: str, question: Question, _company: str, _viewer: Viewer) -> pl.DataFrame:
    return values_now(open_stores.store(_company), _viewer, question)


def said_of_score(company: str, viewer: Viewer) -> str:
    """Which health score is in force, and which versions of it cannot be used, in words."""
    with View(open_stores.store(company), viewer.reading("definitions")) as view:
        return sentences(*said_in_force(view), *trouble(view))


def moments(company: str) -> dict[int, datetime]:
    """Past moments of the log, newest first: after which import, and when."""
    return dict(imports(company).select("batch", "imported_at").head(MOMENTS).rows())


def default_day(company: str) -> date | None:
    """The day looked at where none is chosen; None in an empty store."""
    store = open_stores.store(company)
    return _default_day(str(store.path), store.version(), company)


def searched(
    company: str, viewer: Viewer, pages: tuple[tuple[str, str], ...], views: tuple[tuple[str, str, str], ...] = ()
) -> tuple[str, bytes]:
    """All that the search from anywhere finds, as JSON: pages (path, title), saved views (link, name, title of the page) and definitions;
    and, fetched once the search is opened, accounts and contacts that the viewer sees."""
    store = open_stores.store(company)
    return _searched(language(), str(store.path), store.version(), viewer.key, pages, views, company, viewer)


@st.cache_data(show_spinner=False, max_entries=100)
def _searched(
    spoken: str, path: str, version: int, viewer: str, pages: tuple[tuple[str, str], ...], views: tuple[tuple[str, str, str], ...],
    _company: str, _viewer: Viewer,
) -> tuple[str, bytes]:  # fmt: skip
    near = [{"id": f"page:{path}", "label": title, "kind": tr("Page")} for path, title in pages]
    near += [{"id": f"view:{link}", "label": name, "kind": tr("View of {page}", page=title)} for link, name, title in views]
    near += [{"id": f"definition:{one.title}", "label": one.title, "kind": tr("Definition"), "more": one.name} for one in METRICS.values()]
    accounts, contacts = _names(_company, _viewer)
    far = {
        "account": tr("Account"), "contact": tr("Contact at {account}"),
        "accounts": [[id, name, f"{domain or ''} {typed(name or '')}".strip()] for id, name, domain in accounts],
        "contacts": [[account, name, f"{email or ''} {typed(name or '')}".strip()] for account, name, email in contacts],
    }  # fmt: skip
    return orjson.dumps(near).decode(), orjson.dumps(far)


def _names(company: str, viewer: Viewer) -> tuple[list[tuple], list[tuple]]:
    """Accounts (id, name, domain) and contacts (account id, name, e-mail), of those that the viewer sees."""
    if not viewer.may(VIEW, "accounts"):
        return [], []
    with View(open_stores.store(company), viewer.reading("accounts")) as view:
        contacts = view.table("contacts").drop_nulls("name").select("account_id", "name", "email")
        accounts = view.accounts()
        address = pl.col("domain") if "domain" in accounts.columns else pl.lit("")  # a column that some imports bring
        return accounts.select("account_id", "name", address).rows(), contacts.rows()


def _filters(company: str, viewer: Viewer) -> dict[str, list[str]]:
    store = open_stores.store(company)
    return _filter_values(str(store.path), store.version(), viewer.key, company, viewer)


@st.cache_data(show_spinner=False, max_entries=500)
def _filter_values(path: str, version: int, viewer: str, _company: str, _viewer: Viewer) -> dict[str, list[str]]:
    if not _viewer.may(VIEW, "accounts"):
        return {}
    with View(open_stores.store(_company), _viewer.reading("accounts")) as view:
        return {column: view.filter_values(column) for column in view.columns()}


@st.cache_data(show_spinner=False, max_entries=50)
def _default_day(path: str, version: int, _company: str) -> date | None:
    with View(open_stores.store(_company)) as view:
        return as_of(view, Question())


def import_preview(company: str, draft: Draft, mapping: Mapping, said: Said, question: Question) -> Report:
    """What an upload would change under a mapping; worked out once for each state of the store."""
    store = open_stores.store(company)
    return _import_preview(language(), str(store.path), store.version(), draft.sha256, mapping.to_toml(), said, question, company, draft)


@kept(mark("Working out what changes ..."), 50)
def _import_preview(
    spoken: str, path: str, version: int, sha256: str, mapping: str, said: Said, question: Question, _company: str, _draft: Draft
) -> Report:
    store = open_stores.store(_company)
    return preview_of(store, _staged(store, _draft, mapping, said), question)


def import_counts(company: str, draft: Draft, mapping: Mapping, said: Said) -> BatchResult:
    """How many rows of an upload would be new, known already or waiting for an account; nothing of it is kept."""
    store = open_stores.store(company)
    return _import_counts(language(), str(store.path), store.version(), draft.sha256, mapping.to_toml(), said, company, draft)


@kept(mark("Comparing with what is in ..."), 50)
def _import_counts(
    spoken: str, path: str, version: int, sha256: str, mapping: str, said: Said, _company: str, _draft: Draft
) -> BatchResult:
    store = open_stores.store(_company)
    with previewed(store, _staged(store, _draft, mapping, said)) as then:
        return then.result


def _staged(store: Store, draft: Draft, mapping: str, said: Said) -> Staged:
    return as_said(draft.staged(Mapping.from_toml(mapping), store.timezone), said, store)


def snapshot_ends(company: str, draft: Draft, mapping: Mapping, said: Said) -> str | None:
    """Why a person must look at an upload that is a snapshot; None where nobody need."""
    store = open_stores.store(company)
    return _snapshot_ends(language(), str(store.path), store.version(), draft.sha256, mapping.to_toml(), said, company, draft)


@kept(mark("Working out what this snapshot ends ..."), 50)
def _snapshot_ends(spoken: str, path: str, version: int, sha256: str, mapping: str, said: Said, _company: str, _draft: Draft) -> str | None:
    store = open_stores.store(_company)
    return ended_by_snapshot(store, _staged(store, _draft, mapping, said))
