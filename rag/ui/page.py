"""What Streamlit runs for every visit; ``app.py`` serves it."""

from rag.ui.app import main

main()
