"""What a page would be that escapes nothing: every spelling in every widget that reads Markdown."""

import streamlit as st

from tests.spellings import SPELLINGS

every = "\n\n".join(SPELLINGS.values())
st.title("Nothing is escaped here")
for text in SPELLINGS.values():
    st.markdown(text, unsafe_allow_html=True)
st.html("".join(f"<div>{text}</div>" for text in SPELLINGS.values()))
st.html(every, unsafe_allow_javascript=True)
st.button(every)
st.error(every)
st.radio(every, list(SPELLINGS.values()))
st.toast(every)
st.checkbox("This is all", key="end")
