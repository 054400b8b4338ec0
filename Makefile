# The whole life of the project; `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/python -m pip --quiet --quiet --disable-pip-version-check
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate pyproject.toml

# Two test processes by default: each runs a database and at times a browser. TESTS picks some.
TEST_PROCESSES ?= 2
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help run test check check-migrations bench evaluate lock
.DELETE_ON_ERROR:

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.runtime ## Install what is missing, then serve at HOST:PORT (127.0.0.1:8000).
	@exec $(VENV)/bin/leadapp serve

test: $(VENV)/.dev ## Run the tests on an embedded PostgreSQL, in parallel.
	$(VENV)/bin/python -m pytest -n $(TEST_PROCESSES) $(TESTS)

check: $(VENV)/.dev check-migrations ## Lint and type-check everything; check the migrations.
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/djlint --quiet --lint templates
	$(VENV)/bin/hadolint Dockerfile

check-migrations: $(VENV)/.dev ## Models and migrations agree; the migrations go up, down and up.
	$(VENV)/bin/python -m tests.check_migrations

bench: $(VENV)/.dev ## Measure the speed and print it beside its targets.
	$(VENV)/bin/python -m tests.bench

# A file of closed leads, the columns that were filled in after the outcome, and what is which.
EXCLUDE ?=
OUTCOME ?= Converted
WON ?= 1
evaluate: $(VENV)/.dev ## Learn from FILE=history.csv [EXCLUDE="Column,Column"] and test on leads not seen.
	@$(if $(FILE),,$(error name a file of closed leads: make evaluate FILE=history.csv))
	@$(VENV)/bin/python -m tests.evaluate "$(FILE)" --outcome-column "$(OUTCOME)" --won "$(WON)" \
		$(if $(SOURCE),--source-column "$(SOURCE)") $(if $(DOMAIN),--domain-column "$(DOMAIN)") \
		$(if $(ACTIVITY),--activity-column "$(ACTIVITY)") $(if $(EXCLUDE),--exclude "$(EXCLUDE)")

lock: $(VENV)/.runtime ## Pin the requirements anew, with hashes, from pyproject.toml.
	$(PIP) install uv
	$(LOCK) --group build --output-file requirements/runtime.txt
	$(LOCK) --group build --group dev --output-file requirements/dev.txt

# The stamps say what is installed, so that a later start installs nothing.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"leadapp needs Python 3.11 or later; name one: make PYTHON=/path/to/python3 ...")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/.made
	@echo "Installing the requirements into $(VENV) ..."
	@$(PIP) install --require-hashes --requirement requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing what tests and checks need ..."
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@
