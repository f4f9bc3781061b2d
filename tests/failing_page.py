"""A page in which everything fails that can."""

import streamlit as st

from rag.ui.app import SCRIPT
from tests.mishap import fail


@st.fragment
def piece() -> None:
    if st.button("Fail in a fragment"):
        fail()


st.html(SCRIPT, unsafe_allow_javascript=True)
st.button("Fail in a callback", on_click=fail)
st.download_button("Fail in a download", fail, "x.txt")
piece()
if st.button("Fail in a run"):
    fail()
