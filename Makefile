# Everything runs from a virtual environment that make sets up by itself.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run words roles test test-long test-all lint bench screenshots setup setup-dev

# One process more than there are cores, of one thread each: a test that waits for a browser, a server or the disk leaves its core to
# another. Each file of tests in one of them, so that its tests follow each other and share what they have set up. What Python compiles is
# kept, also where the machine says otherwise: else every process of a run, and every server that a test starts, compiles it all again.
# Freed memory of each size is held for the next piece of it: most of what a test does is to plan small questions, in many small pieces.
WORKERS := $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
TESTS := PYTHONDONTWRITEBYTECODE= POLARS_MAX_THREADS=1 OMP_NUM_THREADS=1 GLIBC_TUNABLES=glibc.malloc.tcache_count=1000 \
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

run: .venv/ready
	$(BIN)/python app.py

# What a change is likely to break; then what takes long: random sequences with kills, hostile files, series of kills.
test: .venv/ready-dev
	$(TESTS) -m "not long"

test-long: .venv/ready-dev
	$(TESTS) -m long

# Both in one run: what they all need is loaded and set up once, and no core waits for the last of the others in between.
test-all: .venv/ready-dev
	$(TESTS)

lint: .venv/ready-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/ty check

bench: .venv/ready-dev
	$(BIN)/python -m benchmarks.imports 1 10 --csv --newest
	$(BIN)/python -m benchmarks.contracts
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.revenue
	$(BIN)/python -m benchmarks.churn
	$(BIN)/python -m benchmarks.null_models

# All words of the code into the catalogues of the languages.
words: .venv/ready-dev
	$(BIN)/python -m language.gather

# The permission matrix of docs/ROLES.md from the roles that come with the product.
roles: .venv/ready-dev
	$(BIN)/python -m data.access.matrix

screenshots: .venv/ready-dev
	$(BIN)/python -m benchmarks.screenshots

setup: .venv/ready
setup-dev: .venv/ready-dev

.venv/ready: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
