"""Versions of the health score: what each changed, opened as a draft, compared, gone back to, taken away as a file; and a file brought."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.viewer import EXPORT
from language import again, tr
from language.formats import moment
from metrics.scorecard import Scorecard
from pages.parts import health_draft, health_preview
from pages.parts.health_draft import Editor
from pages.ui import address, loaders, text
from pages.ui.doing import Seen
from pages.ui.downloads import offer
from pages.ui.pills import Pill, in_line
from reports.files.exports import Export
from reports.health import versions
from reports.health.differences import in_words
from reports.health.scorecard import IN_FILE, ScorecardError, from_toml, in_file, to_toml

KIND = "application/toml"


def show(edit: Editor) -> None:
    """Every version with what it changed, and the files."""
    known = loaders.score_versions(edit.choice.company, edit.choice.viewer, edit.choice.question).to_dicts()
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(tr("Versions"), anchor=False)
        if not known:
            st.caption(tr("None is published yet. What you publish becomes version 1, and you can always go back to the file."))
        for at, row in enumerate(known):
            _version(edit, row, known[at + 1] if at + 1 < len(known) else None)
        _file(edit)
    with right:
        _compare(edit, known)
        _files(edit)


def card_of(row: dict[str, Any] | None) -> Scorecard | None:
    """The score of a version, of none that of the file; None where it cannot be used here."""
    try:
        return in_file() if row is None else from_toml(row["configuration"])
    except ScorecardError:
        return None


def _version(edit: Editor, row: dict[str, Any], before: dict[str, Any] | None) -> None:
    number = row["version"]
    with st.container(border=True, key=f"version-{number}", gap="xsmall"):
        _head(row)
        st.markdown(text.literal(changed(card_of(before), card_of(row), health_draft.called(before["version"] if before else IN_FILE))))
        if row["problem"]:
            st.warning(text.literal(again(row["problem"])), icon=":material/warning:")
        _deeds(edit, number, row["configuration"], bool(row["in_force"]), not row["problem"])


def _head(row: dict[str, Any]) -> None:
    _title(tr("Version {n}", n=row["version"]), bool(row["in_force"]))
    said = (moment(row["published_at"]), row["author"], row["note"])
    st.caption(text.literal(" · ".join(one for one in said if one)))


def _title(words: str, held: bool) -> None:
    badge = in_line(Pill(tr("In force"), ":material/check_circle:", "green")) if held else ""
    st.markdown(f"**{text.literal(words)}** {badge}")


def changed(before: Scorecard | None, after: Scorecard | None, than: str) -> str:
    """What a version decides otherwise than the one before it."""
    if before is None or after is None:
        return tr("What it changed cannot be told: it, or {than}, cannot be read here.", than=than)
    return text.our(in_words(before, after)) or tr("Gives every account the same score as {than}.", than=than)


def _deeds(edit: Editor, number: int, configuration: str, held: bool, usable: bool) -> None:
    """Open it as a draft, go back to it, take it away."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if edit.may and usable and st.button(tr("Open as draft"), key=f"open-version-{number}", icon=":material/edit:", type="tertiary"):
            health_draft.begin(edit.now, from_toml(configuration), number, edit.draft)
            st.rerun()
        if (
            edit.may
            and usable
            and not held
            and st.button(tr("Go back to it"), key=f"back-to-{number}", icon=":material/restore:", type="tertiary")
        ):
            st.dialog(tr("Go back to {version}", version=health_draft.called(number)))(back_form)(
                edit, number, configuration, Seen(edit.now.newest)
            )
        _download(edit, tr("Download"), f"health-score_{number or 'file'}.toml", configuration, f"download-version-{number}")


def _download(edit: Editor, label: str, name: str, configuration: str, key: str) -> None:
    if not edit.choice.viewer.may(EXPORT, "accounts"):
        return
    more: dict[str, Any] = {"mime": KIND, "icon": ":material/download:", "key": key, "type": "tertiary"}
    offer(label, name, configuration.encode, lambda: Export("health-score", "plays", ("toml",)), edit.choice.looking, **more)


def back_form(edit: Editor, number: int, configuration: str, seen: Seen) -> None:
    """What going back would change, and the button."""
    words = in_words(edit.now.card, from_toml(configuration))
    st.markdown(text.literal(text.our(words)) or tr("It gives every account the same score as what is in force."))
    note = st.text_area(tr("Why"), max_chars=versions.LONGEST, key="back-note")
    if st.button(tr("Go back to it"), type="primary", key="back-now"):
        store, viewer, written = open_stores.store(edit.choice.company), edit.choice.viewer, []
        deed = partial(versions.back_to, store, viewer, number, at=datetime.now(UTC), note=note)
        health_preview.do(edit.choice, lambda: written.append(deed(seen=seen.batch)), seen)
        told = tr("{version} holds again", version=health_draft.called(number).capitalize())
        address.keep_done(address.Done(health_preview.PLACE, told, tuple(one.batch for one in written)))
        health_draft.keep(None)
        st.rerun()


def _file(edit: Editor) -> None:
    """The score of the file, which holds where no version does."""
    try:
        own = to_toml(in_file())
    except ScorecardError as error:
        st.warning(text.literal(again(error)), icon=":material/warning:")
        return
    with st.container(border=True, key="version-0", gap="xsmall"):
        _title(tr("The file"), edit.now.version == IN_FILE)
        of_settings = edit.now.file is not None
        st.caption(
            text.literal(tr("Named in the settings: {name}", name=edit.now.file.name))
            if of_settings
            else tr("As it came with the product.")
        )
        _deeds(edit, IN_FILE, own, edit.now.version == IN_FILE, True)


def _compare(edit: Editor, known: list[dict[str, Any]]) -> None:
    """Any two of them side by side in words, the draft among them."""
    cards: dict[str, Scorecard] = {tr("Version {n}", n=row["version"]): card for row in known if (card := card_of(row))}
    if (own := card_of(None)) is not None:
        cards[tr("The file")] = own
    if edit.is_changed:
        cards = {tr("Your draft"): edit.card} | cards
    if len(cards) < 2:
        return
    st.subheader(tr("Compare"), anchor=False)
    names = list(cards)
    with st.container(horizontal=True, gap="small"):
        one = st.selectbox(tr("Before"), names, 1, key="compare-before", width=180)
        other = st.selectbox(tr("After"), names, 0, key="compare-after", width=180)
    words = in_words(health_draft.plain(cards[one]), health_draft.plain(cards[other])) if one != other else ""
    lines = [f"- {text.literal(text.our(each))}" for each in words.split(tr("; ")) if each]
    st.markdown("\n".join(lines) or tr("They give every account the same score."))


def _files(edit: Editor) -> None:
    """The draft, or what is in force, as a file; and one that is brought becomes the draft."""
    st.subheader(tr("As a file"), anchor=False)
    st.caption(tr("To show it to somebody, or to bring it back later: a text file (TOML)."))
    label, name = (
        (tr("Download the draft"), "draft") if edit.is_changed else (tr("Download what is in force"), str(edit.now.version or "file"))
    )
    _download(edit, label, f"health-score_{name}.toml", to_toml(edit.card), "download-draft")
    if edit.may:
        _upload(edit)


def _upload(edit: Editor) -> None:
    given = st.file_uploader(tr("Bring a file"), type=["toml"], key=edit.key("upload"), max_upload_size=1)
    if given is None:
        return
    try:
        card = from_toml(given.getvalue().decode("utf-8"))
    except UnicodeDecodeError:
        st.error(tr("This is no text in UTF-8. Save it as such, and bring it again."), icon=":material/error:")
    except ScorecardError as error:
        st.error(text.literal(again(error)), icon=":material/error:")
        st.caption(tr("Nothing was changed: what is published stays in force."))
    else:
        health_draft.begin(edit.now, card, edit.now.version, edit.draft)
        st.rerun()
