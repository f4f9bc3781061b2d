"""What a page would be that escapes nothing: every spelling in every widget that reads Markdown."""

import streamlit as st

from rag.ui.app import SCRIPT
from tests.spellings import SPELLINGS

st.html(SCRIPT, unsafe_allow_javascript=True)
st.title("Nothing is escaped here")
for number, text in enumerate(SPELLINGS.values()):
    st.markdown(text, unsafe_allow_html=True)
    st.html(f"<div>{text}</div>")
    st.button(text, key=f"button-{number}")
st.markdown("\n\n".join(SPELLINGS.values()), unsafe_allow_html=True)
st.html("".join(SPELLINGS.values()), unsafe_allow_javascript=True)
st.error("\n\n".join(SPELLINGS.values()))
st.radio("\n\n".join(SPELLINGS.values()), list(SPELLINGS.values()))
st.toast("\n\n".join(SPELLINGS.values()))
st.checkbox("This is all", key="end")
