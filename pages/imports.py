"""Import: bring files in, see what they change, and take any of them back."""

import streamlit as st

from data.store import open_stores
from data.viewer import IMPORT, UNDO
from language import tr
from pages.importing import history as import_history
from pages.importing import migration, retention, uploads
from pages.parts import sources as source_parts
from pages.ui import address, filters, header

choice = filters.bar()
header.show(choice, tr("Import"))
if not choice.viewer.sees_all:
    st.info(tr("Importing is for people who see all accounts. Clear “Looking as” above."))
    st.stop()
store = open_stores.store(choice.company)
if choice.company == "sample":
    st.info(tr("These are the imports of the sample company. Your own files go into a store of their own."))
    st.button(tr("Bring my own files"), on_click=address.use_own_data, type="primary", icon=":material/upload:")
elif choice.viewer.may(IMPORT, "imports"):
    uploads.show(choice, store)
source_parts.notice(choice, store)
import_history.names_waiting(choice)
migration.show(choice, changeable=choice.company == "own")
retention.show(choice, store, changeable=choice.company == "own")
import_history.show(choice, store, changeable=choice.company == "own" and choice.viewer.may(UNDO, "imports"))
