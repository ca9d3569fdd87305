"""Import: bring files in, see what they change, and take any of them back."""

import streamlit as st

from data import opened
from data.mapping import Mapping, MappingError
from pages.ui import filters, uploads

choice = filters.bar()
store = opened.store(choice.company)
st.title("Import")
if not choice.viewer.sees_all:
    st.info("Importing is for people who see all accounts. Clear “Look as” in the bar on the left.")
    st.stop()
if choice.company == "sample":
    st.info("These are the imports of the sample company. Your own files go into a store of their own.")
    st.button("Use my own data", on_click=filters.use_own_data)
else:
    uploaded = st.file_uploader("Accounts, contracts or usage: CSV, Excel, Parquet or JSON lines", key="upload")
    if uploaded:
        try:
            text = st.text_area("Mapping: which column of the file is which", uploads.proposed(store, uploaded), height=240)
            uploads.show(store, uploaded, Mapping.from_toml(text))
        except (MappingError, uploads.ImportRefused) as error:
            st.error(str(error))
uploads.history(store, changeable=choice.company == "own")
