# Needs only make and Python 3.11 or newer. Everything that is installed goes into .venv, once.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# the first of these that is there; `make setup PYTHON=/some/python3` overrides it
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3))
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INDEX := bot/places/index.marisa

# of tests: some wait for a server or a clock, and meanwhile others have the processor
WORKERS := $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) * 3 // 2)' 2>/dev/null || echo 2)

PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help
help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(STAMP) $(INDEX) ## a virtual environment with everything needed; does nothing when it is there

$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# what starts without it builds it too; here it costs the bot no memory
$(INDEX): $(INDEX).blake2b | $(STAMP)
	$(BIN)/python -m bot.places
	@touch $@

.PHONY: chat
chat: setup ## talk to the bot in this terminal: no token, no network
	@$(BIN)/python -m bot chat

.PHONY: test
test: setup ## every test, with branch coverage: 95 % overall, 100 % of handlers/
	$(BIN)/python -m slipcover -m pytest --numprocesses=$(WORKERS) --dist=worksteal $(ARGS)
	$(BIN)/python -m tests.coverage .coverage.json bot=95 handlers=100

.PHONY: every
every: setup ## the tests that `make test` takes a sample of, too: each conversation on each messenger and database
	EVERY=1 $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal $(ARGS)

.PHONY: lint
lint: setup ## style, types, import contracts, content, catalogues
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m bot check
	$(BIN)/python -m bot locales --check

.PHONY: locales
locales: $(STAMP) ## extract the sentences, update the catalogues, report what is untranslated
	$(BIN)/python -m bot locales

.PHONY: transcripts
transcripts: $(STAMP) ## write anew what is said, on each messenger in each language; then read the diff
	$(BIN)/python -m tests.transcripts

.PHONY: bench
bench: $(STAMP) ## speed and memory beside bare libraries, as ratios of one run
	$(BIN)/python -m tests.bench

.PHONY: bench-workers
bench-workers: $(STAMP) ## messages handled a second by 1, 2 and 4 workers on PostgreSQL, beside SQLite
	$(BIN)/python -m tests.bench.workers

.PHONY: bench-stored
bench-stored: $(STAMP) ## what the jobs of the one writer cost while a million rows are stored, beside an empty database
	$(BIN)/python -m tests.bench.stored

.PHONY: bench-places
bench-places: .venv-bench/.installed ## the finder of places beside other libraries: accuracy and µs
	.venv-bench/bin/python -m tests.bench.places

.PHONY: places
places: .venv-places/.installed ## the entries of the index of places, written anew from its sources
	.venv-places/bin/python -m bot.places.build

.venv-%/.installed: requirements-%.lock
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-$*.lock
	@touch $@

.PHONY: storm
storm: $(STAMP) ## kill -9 of the bot while SOS arrive; KILLS=200; prints what was lost, repeated, told early
	$(BIN)/python -m tests.load.storm --messenger telegram --database sqlite --kills $(or $(KILLS),200)
	$(BIN)/python -m tests.load.storm --messenger signal --database sqlite --kills $(or $(KILLS),200)
	$(BIN)/python -m tests.load.storm --messenger telegram --database postgresql --kills $(or $(KILLS),200)
	$(BIN)/python -m tests.load.storm --messenger signal --database postgresql --kills $(or $(KILLS),200)

.PHONY: flood
flood: $(STAMP) ## a thousand accounts ask and call under the messengers' real limits; MINUTES=10; how long persons wait
	$(BIN)/python -m tests.load.flood --messenger telegram --minutes $(or $(MINUTES),10)
	$(BIN)/python -m tests.load.flood --messenger signal --minutes $(or $(MINUTES),10)

.PHONY: histories
histories: $(STAMP) ## random nights in virtual time: no open case goes quiet; COUNT=100000 SEED=
	$(BIN)/python -m tests.load.histories --count $(or $(COUNT),100000) $(if $(SEED),--seed $(SEED))

.PHONY: fuzz
fuzz: SEED := $(or $(SEED),$(shell echo $$RANDOM))
fuzz: $(STAMP) ## the random tests at length, each time anew: EXAMPLES=2000 of each; SEED= repeats a run
	@echo "SEED=$(SEED)"
	FUZZ_EXAMPLES=$(or $(EXAMPLES),2000) FUZZ_SEED=$(SEED) \
		$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal -m 'hypothesis or fuzz' --hypothesis-seed=$(SEED) $(ARGS)

.PHONY: poison
poison: setup ## every way in which a column of the database can be damaged, while others call for help
	POISON=all $(BIN)/python -m pytest --numprocesses=$(WORKERS) tests/poison $(ARGS)

.PHONY: mutations
mutations: setup ## mutated updates and envelopes through parsers, router and store: make mutations COUNT=1000000
	$(BIN)/python -m tests.load.mutations --count $(or $(COUNT),100000)

.PHONY: mutants
mutants: setup ## small faults in what carries an SOS: does a test notice? SAMPLE=200 SEED=; ANEW=1 after a change
	$(BIN)/python -m tests.load.mutants --sample $(or $(SAMPLE),200) --seed $(or $(SEED),$$RANDOM) $(if $(ANEW),--anew)

.PHONY: bombs
bombs: $(STAMP) ## photos made to do harm while others call; FILES=200; how long those wait, what is left behind
	$(BIN)/python -m tests.load.bombs --messenger telegram --count $(or $(FILES),200)
	$(BIN)/python -m tests.load.bombs --messenger signal --count $(or $(FILES),200)

.PHONY: lock
lock: $(STAMP) ## renew requirements*.lock from pyproject.toml; LOCK=--upgrade for newer versions
	$(PIP_COMPILE) $(LOCK) --output-file=requirements.lock pyproject.toml
	$(PIP_COMPILE) $(LOCK) --output-file=requirements-dev.lock --constraint=requirements.lock --extra=dev --allow-unsafe pyproject.toml
	$(PIP_COMPILE) $(LOCK) --output-file=requirements-places.lock --constraint=requirements.lock --extra=places --allow-unsafe pyproject.toml
	$(PIP_COMPILE) $(LOCK) --output-file=requirements-bench.lock --constraint=requirements.lock --extra=bench --allow-unsafe pyproject.toml
	@! grep -nE '://|^-' requirements*.lock

.PHONY: clean
clean: ## remove what was installed and cached; data/ stays
	rm -rf $(VENV) .venv-places .venv-bench $(INDEX) .coverage.json .mutants.json .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
