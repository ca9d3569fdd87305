"""Self-check: does this very installation compute what others have published?"""

import streamlit as st

from language import tr
from pages.ui import filters, header, loaders, tables

choice = filters.bar()
report = loaders.report(choice.company, "self-check", choice.viewer, choice.question)
header.show(choice, tr("Self-check"))
st.header(tr("{agree} of {cases} agree", agree=report.total("agree"), cases=report.total("cases")))
st.caption(
    tr(
        "Worked examples that others have published, computed here with the metrics that all pages use. Your data "
        "plays no part in it. Money in the example's own currency, ratios as 1.0 for 100 %."
    )
)
if report.total("agree") != report.total("cases"):
    st.error(tr("A published example comes out differently. Do not rely on the figures until this is fixed."), icon=":material/error:")
tables.table(report, "self-check", height=1200)
