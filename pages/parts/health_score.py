"""What is in force of the health score: which version, by whom, when and why; how it did on past renewals, and the way to the lab."""

import streamlit as st

from language import again, tr
from language.formats import moment
from pages.parts.health_draft import Editor
from pages.ui import address, loaders, rights, states, text
from pages.ui.choice import Choice
from reports.health.scorecard import ScorecardError

LAB, LAB_SCRIPT = "health-lab", "settings/health_lab.py"


def in_force(edit: Editor) -> None:
    """The version in force, what was passed over for it, and how it did."""
    with states.finding(_headline(edit)):
        states.record(edit.choice)
        _lab(edit)
    st.caption(text.literal(_about(edit)))
    for version, why in edit.now.passed:
        told = tr("Version {version} cannot be used here, so that an older one is in force. {why}", version=version, why=again(why))
        st.warning(text.literal(told), icon=":material/warning:")
    if not edit.may:
        st.caption(f":material/lock: {_locked(edit)}")


def unreadable(choice: Choice) -> None:
    """Why no score can be read: the file that the settings name is wrong, and no version is published."""
    try:
        loaders.score_in_force(choice.company, choice.viewer, choice.question)
    except ScorecardError as error:
        st.error(text.literal(again(error)), icon=":material/error:")
        st.caption(tr("Until the file is put right there is no score; no version is published that could hold in its place."))


def _headline(edit: Editor) -> str:
    version = edit.now.version
    return tr("Version {n} is in force", n=version) if version else tr("The score of the file is in force; no version is published yet")


def _about(edit: Editor) -> str:
    """Who published it, when and why; of a file which one."""
    known = loaders.score_versions(edit.choice.company, edit.choice.viewer, edit.choice.question).to_dicts()
    row = next((one for one in known if one["version"] == edit.now.version), None)
    if row:
        said = {"who": row["author"], "when": moment(row["published_at"]), "note": row["note"] or tr("no note")}
        return tr("Published by {who} on {when}: {note}", **said)
    return tr("From {name}, as the settings say.", name=edit.now.file.name) if edit.now.file else tr("As it came with the product.")


def _locked(edit: Editor) -> str:
    if edit.choice.question.known_at is not None:
        return tr("You look at a past moment: this is what held then. Changes are made now.")
    return tr("You can look at it. Who may edit plays can change it.")


def _lab(edit: Editor) -> None:
    """The way to where the score is tested, where there is such a page."""
    if LAB in rights.NEEDS and rights.opens(edit.choice.viewer, LAB):
        address.link(LAB_SCRIPT, tr("Test it in the lab"), ":material/science:")
