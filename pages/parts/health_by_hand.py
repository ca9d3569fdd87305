"""The band of an account set by hand for a time: told where it holds, set in a dialog with a reason, and taken back."""

from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.viewer import EDIT
from data.work import score_overrides
from data.work.score_overrides import Override
from language import tr
from metrics.health_overrides import HOLDS, TO_COME, UNKNOWN_BAND
from pages.parts import task_dialogs
from pages.parts.account_asked import asked
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.pills import BANDS, in_line
from reports.words.health_words import band_called

USUALLY = timedelta(days=30)
NAME_LONGEST = 80


def show(choice: Choice, account: str, about: dict[str, Any]) -> None:
    """What was set by hand, and the button that sets a band. about: the row of the account in the report of health."""
    rows = loaders.by_hand(choice.company, choice.viewer, asked(choice, account), account)
    may = choice.viewer.may(EDIT, "activities") and choice.question.known_at is None
    holding = [one for one in rows if one["state"] == HOLDS][:1]  # what was set later holds in place of what was before
    for row in (*holding, *(one for one in rows if one["state"] in (TO_COME, UNKNOWN_BAND))):
        _told(choice, account, row, about, may)
    task_dialogs.last_done(choice, place(account))
    if may and about["state"] and st.button(tr("Set the band by hand"), key="set-band", icon=":material/front_hand:", type="tertiary"):
        st.dialog(tr("Set the band by hand"), icon=":material/front_hand:")(set_form)(choice, account, about)


def place(account: str) -> str:
    """Where on the page it is told that a band was set."""
    return f"band-{account}"


def _told(choice: Choice, account: str, row: dict[str, Any], about: dict[str, Any], may: bool) -> None:
    with st.container(border=True, key=f"by-hand-{row['override_id']}", gap="xsmall"):
        st.markdown(_in_words(row, about))
        if may:
            key, label = f"withdraw-{row['override_id']}", tr("Take it back")
            if st.button(label, key=key, icon=":material/undo:", type="tertiary"):
                deed = partial(
                    score_overrides.withdraw, open_stores.store(choice.company), choice.viewer, row["override_id"], account,
                    task_dialogs.day_looked_at(choice), row["batch"],
                )  # fmt: skip
                task_dialogs.do(deed, place(account), tr("The band is no longer set by hand"))


def _in_words(row: dict[str, Any], about: dict[str, Any]) -> str:
    """Which band, by whom, until when and why; what it would be by the score."""
    band = _band(row["band"])
    said = {"band": band, "who": text.literal(row["owner"]), "until": text.day(row["ends_on"])}
    if row["state"] == UNKNOWN_BAND:
        told = tr("{who} set {band} by hand until {until}, and the score has no such band any more: it does not hold.", **said)
    elif row["state"] == TO_COME:
        told = tr("From {start} until {until} {who} sets {band} by hand.", start=text.day(row["starts_on"]), **said)
    elif about["own_band"] in (None, row["band"]):
        told = tr(":material/front_hand: **Set by hand** to {band} by {who}, until {until}", **said)
    else:
        own = _band(about["own_band"])
        told = tr(":material/front_hand: **Set by hand** to {band} by {who}, until {until}; by its score {own}", own=own, **said)
    return "\n\n".join([told, tr("Reason: {reason}", reason=text.literal(row["reason"]))])


def _band(name: str) -> str:
    return in_line(BANDS[name]) if name in BANDS else f"**{text.literal(band_called(name))}**"


def set_form(choice: Choice, account: str, about: dict[str, Any]) -> None:
    """Band, reason and until when; who does it answers for it."""
    day = task_dialogs.day_looked_at(choice)
    bands = [name for name, _ in loaders.scorecard_in_force(choice.company, choice.viewer, choice.question).bands]
    st.caption(tr("The score stays as it is; only the band is another one meanwhile, and everybody sees who set it and why."))
    with st.form(f"set-band-{account}", border=False):
        left, right = st.columns(2)
        band = left.selectbox(tr("Band"), bands, format_func=band_called, index=bands.index(about["band"]) if about["band"] in bands else 0)
        last = day + timedelta(days=score_overrides.LONGEST)
        until = right.date_input(tr("Until"), day + USUALLY, min_value=day + timedelta(days=1), max_value=last, format="YYYY-MM-DD")
        reason = st.text_area(tr("Why"), max_chars=score_overrides.MOST, height=90)
        who = choice.viewer.person or st.text_input(tr("Who answers for it"), choice.viewer.owner or "", max_chars=NAME_LONGEST)
        if st.form_submit_button(tr("Set it"), type="primary"):
            given = Override(band, reason, who, day, until)
            deed = partial(score_overrides.set_band, open_stores.store(choice.company), choice.viewer, account, given, bands, day)
            said = tr("Band set to {band} until {until}", band=band_called(band), until=text.day(until))
            task_dialogs.do(deed, place(account), said)
