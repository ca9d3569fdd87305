"""Health score: what counts and how much, changed with a preview of whom it moves, published as versions."""

import streamlit as st

from language import InLanguage, mark, tr
from pages.parts import health_bands, health_draft, health_measures, health_preview, health_score, health_variants, health_versions
from pages.ui import address, filters, header, loaders

PARTS = InLanguage(
    {
        "measures": mark("What counts"), "bands": mark("Bands and exceptions"), "whom": mark("For whom otherwise"),
        "change": mark("What it would change"), "versions": mark("Versions and files"),
    }
)  # fmt: skip
DRAWN = {
    "measures": health_measures.show, "bands": health_bands.show, "whom": health_variants.show, "change": health_preview.show,
    "versions": health_versions.show,
}  # fmt: skip

choice = filters.bar()
edit = health_draft.opened(choice)
if edit is None:
    header.show(choice, tr("Health score"))
    health_score.unreadable(choice)
    st.stop()
header.show(choice, tr("Health score"), loaders.report(choice.company, "accounts", choice.viewer, choice.now))
health_score.in_force(edit)
draft = st.container()
part = address.one_of(tr("Shown"), "part", PARTS)
DRAWN[part](edit)
edit.settle()
with draft:
    health_preview.bar(edit)
