"""The application as it is, and at ``?narrowed`` asked of documents and tags that are spellings."""

import streamlit as st

from rag.scope import Scope
from rag.ui.app import main
from rag.ui.narrowing import SCOPE
from tests.spellings import SPELLINGS

if "narrowed" in st.query_params and SCOPE not in st.session_state:
    every = tuple(SPELLINGS.values())
    st.session_state[SCOPE] = Scope(documents=("*", *every), tags=every)
main()
