# Everything goes through `make setup`: it needs Python >= 3.11 and nothing else, and costs nothing when warm.

PYTHON ?= python3
SEED ?= 42
STEPS ?= 0
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
READY := .venv/.ready

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-long sim mutants check format bench docs migration-initial lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## the locked environment in .venv
	@:

demo: setup ## play the whole story on real orders, then serve it
	@$(BIN)/usance demo

test: setup ## every test but the long ones
	@$(BIN)/python -m pytest -n auto --dist loadfile

test-long: setup ## many seeds, crash rounds, fuzzing
	@$(BIN)/python -m pytest -m long

sim: setup ## play a seeded history with faults and audit it: make sim SEED=42 [STEPS=n]
	@$(BIN)/python -m tests.sim --seed $(SEED) --steps $(STEPS)

mutants: setup ## break each rule of docs/reference/mutants.md in a copy and see it caught
	@$(BIN)/python -m tests.mutants.mutating

check: setup ## style, types, arrows between folders, freshness of generated files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo 'Run `make format`' >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python .ci/lock_inputs.py --check
	@$(BIN)/python .ci/initial_revision.py --check
	@$(BIN)/python .ci/reference_pages.py --check
	@test ! -e openapi.json || $(BIN)/usance openapi --check

format: setup ## let ruff lay out the code
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format --quiet .

bench: setup ## measure the ledger beside pgbench (others: .venv/bin/usance bench NAME)
	@$(BIN)/usance bench ledger

docs: setup ## write the reference pages that are printed from the code
	@$(BIN)/python .ci/reference_pages.py

migration-initial: setup ## write migration 0001 anew (until the first release)
	@$(BIN)/python .ci/initial_revision.py

lock: $(UV) ## resolve the dependencies of pyproject.toml anew
	@$(UV) pip compile pyproject.toml --group dev --universal --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --no-header --quiet --output-file requirements.lock
	@$(PYTHON) .ci/lock_inputs.py --write

clean: ## remove what the set-up made; books and their database stay where they are
	@rm -rf .uv .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Usance needs Python 3.11 or newer: make PYTHON=/path/to/python3 setup' >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || \
		{ echo 'Neither uv nor pip is here: install python3-pip or uv, then run make again' >&2; exit 1; }
	@echo 'Fetching uv'
	@$(PYTHON) -m pip install -qq --target .uv 'uv>=0.9,<1'

# The stamp comes last: an interrupted set-up starts again.
$(READY): requirements.lock pyproject.toml | $(UV)
	@$(UV) venv --quiet --allow-existing --no-project --python '$(PYTHON)' .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@
