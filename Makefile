# Everything runs from a virtual environment that make sets up by itself.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench screenshots setup setup-dev

run: .venv/ready
	$(BIN)/python app.py

test: .venv/ready-dev
	$(BIN)/python -m pytest

lint: .venv/ready-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

bench: .venv/ready-dev
	$(BIN)/python -m benchmarks.imports 1 10 --csv --newest
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.revenue
	$(BIN)/python -m benchmarks.churn

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
