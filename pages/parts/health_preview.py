"""What the draft would change before it is published, in words, as a small matrix and as a list; publishing it, with a note."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import polars as pl
import streamlit as st

from data.approvals.gate import NeedsConsent
from data.store import open_stores
from language import again, tr, tr_n
from metrics.health import LITTLE_KNOWN
from metrics.score_moves import NO_BAND, band_moves, other_band, to_and_from
from pages.parts import health_draft, health_measures, task_dialogs
from pages.parts.health_draft import Editor
from pages.ui import address, consent, doing, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.pills import BANDS, in_line
from reports.health import versions
from reports.health.differences import differences
from reports.health.preview import warnings
from reports.health.scorecard import ScorecardError, to_toml
from reports.report import Report
from reports.words.health_words import band_called

PLACE = "health-score"
MOST_SAID = 6  # differences that are told beside each other
LISTED = ("name", "band_now", "band_then", "score_now", "score_then", "moved", "arr", "owner", "segment")


def bar(edit: Editor) -> None:
    """What the draft changes, in words, and what that would do; its buttons."""
    task_dialogs.last_done(edit.choice, PLACE)
    if not edit.is_changed:
        if edit.may:
            st.caption(
                tr("Nothing is changed yet. Change a weight, a curve or a band: here stands what it would do, before it is published.")
            )
        return
    with st.container(border=True, key="health-draft"):
        _said(edit)
        if edit.wrong:
            st.error(text.literal(edit.wrong), icon=":material/error:")
        else:
            st.markdown(_in_words(edit))
            _of_whom(edit)
            for warning in _warnings(edit):
                st.warning(text.literal(warning), icon=":material/warning:")
        _buttons(edit)


def _warnings(edit: Editor) -> tuple[str, ...]:
    """What of the draft holds for nobody; of who sees a part of the accounts alone that cannot be said of measures."""
    whole = edit.choice.viewer.sees_all and not edit.choice.question.filters
    known = health_measures.values(edit) if whole else None
    return warnings(edit.card, loaders.values(edit.choice.company, "segment"), known)


def _said(edit: Editor) -> None:
    words = [one.words for one in differences(health_draft.plain(edit.now.card), edit.card)]
    told = [text.literal(text.our(one)) for one in words[:MOST_SAID]]
    if len(words) > MOST_SAID:
        told.append(tr_n("{n:,} more", "{n:,} more", len(words) - MOST_SAID))
    if not words:
        told.append(tr("It is written otherwise, and gives every account the same score."))
    head = tr("**Your draft, made of {version}**", version=health_draft.called(edit.draft.made_of))
    st.markdown("\n".join([head, *(f"- {one}" for one in told)]))
    if edit.now.newest > edit.draft.newest:
        words = tr(
            "Version {n} was published since you began. Publishing yours puts it in its place; the draft says above what differs.",
            n=edit.now.newest,
        )
        st.warning(words, icon=":material/sync_problem:")


def moved(edit: Editor) -> Report:
    """The accounts with their scores under the score in force and under the draft."""
    return loaders.score_moves(edit.choice.company, edit.choice.viewer, edit.choice.now, to_toml(edit.now.card), to_toml(edit.card))


def _in_words(edit: Editor) -> str:
    """How many accounts would change their band, and what that means for ARR at risk."""
    report = moved(edit)
    rows, currency = report.rows, report.currency
    if not rows.height:
        return tr("No account has a score here, so that nothing can be previewed.")
    lowest = edit.card.bands[0][0]
    found = to_and_from(rows, lowest)
    said = tr_n(
        "**{n:,} of {of:,} accounts** would change its band.",
        "**{n:,} of {of:,} accounts** would change their band.",
        found["changed"],
        of=found["all"],
    )
    into, out = (_stake(found[name], found[f"{name}_arr"], currency) for name in ("into", "out"))
    band = text.literal(band_called(lowest))
    risk = (
        tr("Into {band}: {into}.", band=band, into=into) if found["into"] else "",
        tr("Out of {band}: {out}.", band=band, out=out) if found["out"] else "",
        tr_n("The ARR of {n:,} of them is not known.", "The ARR of {n:,} of them is not known.", found["unpriced"])
        if found["unpriced"]
        else "",
    )
    return " ".join(one for one in (said, *risk) if one)


def _stake(number: int, cents: int, currency: str) -> str:
    return tr("{accounts} with ARR {money}", accounts=text.accounts(number), money=text.literal(text.money(cents / 100, currency)))


def _buttons(edit: Editor) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button(
            tr("Publish"),
            type="secondary" if edit.wrong else "primary",
            key="publish-score",
            icon=":material/publish:",
            disabled=bool(edit.wrong),
        ):
            st.dialog(tr("Publish the health score"), width="medium")(publish_form)(edit, Seen(edit.draft.newest))
        if st.button(tr("Discard the draft"), key="discard-score", icon=":material/undo:", type="tertiary"):
            health_draft.keep(None)
            st.rerun()


def show(edit: Editor) -> None:
    """The matrix of bands, and the accounts that would be in another one."""
    if not edit.is_changed or edit.wrong:
        st.info(
            tr("There is nothing to preview: the draft says what is in force.")
            if not edit.wrong
            else tr("The draft cannot be used yet; above stands why."),
            icon=":material/info:",
        )
        return
    report = moved(edit)
    rows = report.rows
    if not rows.height:
        st.info(tr("No account has a score here, so that nothing can be previewed."), icon=":material/info:")
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(tr("From band to band"), anchor=False)
        st.markdown(matrix(rows, [name for name, _ in edit.now.card.bands], [name for name, _ in edit.card.bands]))
    with right:
        st.subheader(tr("Whose band changes"), anchor=False)
        other = other_band(rows)
        if other.height:
            tables.table(replace(report, rows=other), "score-moves", columns=LISTED, height=420)
        else:
            st.caption(tr("Nobody's."))


def _of_whom(edit: Editor) -> None:
    if edit.choice.question.filters or not edit.choice.viewer.sees_all:
        st.caption(tr("Of the accounts that the filters and your role show; a published score holds for all of them."))


def matrix(rows: pl.DataFrame, before: list[str], after: list[str]) -> str:
    """Bands before down the side and bands after across, as a table of markdown; how many accounts go where."""
    counted = {(one, other): n for one, other, n, _ in band_moves(rows.lazy()).collect().rows()}
    downs = [one for one in (*before, LITTLE_KNOWN, NO_BAND) if any(key[0] == one for key in counted)]
    across = [one for one in (*after, LITTLE_KNOWN, NO_BAND) if any(key[1] == one for key in counted)]
    head = tr("| Now ＼ Then | {bands} |", bands=" | ".join(_named(one) for one in across))
    lines = [f"| {_band(one)} | {' | '.join(_cell(counted.get((one, other), 0), one == other) for other in across)} |" for one in downs]
    return "\n".join([head, f"|:--|{'--:|' * len(across)}", *lines])


def _named(name: str) -> str:
    return tr("No score") if name == NO_BAND else text.cell(band_called(name))


def _band(name: str) -> str:
    """A band at the head of its line, in one line."""
    return in_line(BANDS[name]).replace(" ", "\u00a0") if name in BANDS else _named(name)


def _cell(number: int, stays: bool) -> str:
    return "·" if not number else f"{number:,}" if stays else f"**{number:,}**"


def publish_form(edit: Editor, seen: Seen) -> None:
    """A note, and the button; where others must consent, it is asked for."""
    st.markdown(_in_words(edit))
    note = st.text_area(
        tr("Why it is changed"), max_chars=versions.LONGEST, key="publish-note", placeholder=tr("Who looks at the versions later reads it")
    )
    if st.button(tr("Publish"), type="primary", key="publish-now"):
        store, written = open_stores.store(edit.choice.company), []
        at = datetime.now(UTC)
        deed = partial(versions.publish, store, edit.choice.viewer, edit.card, note, seen.batch, at=at, based_on=edit.draft.made_of)
        do(edit.choice, lambda: written.append(deed()), seen)
        address.keep_done(address.Done(PLACE, tr("The health score was published"), tuple(one.batch for one in written)))
        health_draft.keep(None)
        st.rerun()


def do(choice: Choice, deed: Callable[[], object], seen: Seen) -> None:
    """Publish; where it is refused say why and stop, where it needs consent ask for that."""
    needs: list[NeedsConsent] = []

    def tried() -> None:
        try:
            deed()
        except NeedsConsent as found:
            needs.append(found)

    try:
        done = doing.done(tried, seen, partial(_newest, choice))
    except ScorecardError as error:
        st.error(text.literal(again(error)), icon=":material/error:")
        st.stop()
    if needs:
        consent.keep(open_stores.store(choice.company), needs[0], choice.viewer)
        st.rerun()
    if not done:
        st.stop()


def _newest(choice: Choice) -> tuple[int, str]:
    """The newest version, and what it says."""
    now = loaders.score_in_force(choice.company, choice.viewer, choice.question)
    known = loaders.score_versions(choice.company, choice.viewer, choice.question)
    if not known.height:
        return now.newest, tr("Now: no version is published. Publish once more to let yours hold.")
    row = known.row(0, named=True)
    said = {"version": row["version"], "who": row["author"], "note": row["note"] or ""}
    return now.newest, tr("Now: version {version} of {who}: {note}. Publish once more to put yours in its place.", **said)
