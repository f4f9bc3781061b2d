# One image for the application, the API, the workers and the Chroma server: docs/scale.md.
# It is installed by the same lines as everywhere else: every package pinned, with its hash.
FROM python:3.11.13-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/footnote --create-home footnote \
    && install -d -o footnote -g footnote /var/cache/footnote /var/lib/chroma /documents

WORKDIR /srv/footnote
COPY Makefile pyproject.toml app.py ./
COPY requirements requirements
COPY .streamlit/config.toml .streamlit/config.toml
COPY prompts prompts
COPY eval eval
COPY rag rag
RUN make .venv/.run

ENV PATH=/srv/footnote/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RAG_CACHE=/var/cache/footnote \
    RAG_DATA=/var/lib/footnote \
    RAG_DOCUMENTS=/documents

USER footnote
# The built-in embedding model is prepared now, so that no container does it at its start.
RUN python -c "from rag.config import read_config; from rag.embedding import open_embedding; import os; open_embedding(read_config(os.environ))"

CMD ["rag", "doctor"]
