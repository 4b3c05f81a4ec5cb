# Segue's tasks. `make` alone lists them; each one installs what it needs into .venv and nowhere else.
# Works with the python3 and make of a plain Debian 12 or newer. Another interpreter: make PYTHON=python3.12 …

PYTHON ?= python3
# Tests wait for processes and servers now and then: one more than there are cores, and six at most.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 1); echo $$((n < 6 ? n + 1 : 6)))
WHICH ?= -m "not long and not one_database"
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
RESOLVE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11
LOCK := $(RESOLVE) --generate-hashes --no-header --no-annotate
ADVISORIES ?=

# Where this is set, every program that a test starts would compile all of Segue anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test unit test-long test-postgres test-spark thorough any-day check format format-check lint types imports guards texts bench strangers mutants docs screenshots sandbox lock live-check ordeal kills soak wander audit clean
.DELETE_ON_ERROR:
.SUFFIXES:

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## Install Segue and everything for working on it into .venv

demo: $(VENV)/.runtime ## See Segue in the browser, with people, exports and a history, on a local imitation of Mailchimp
	$(BIN)/segue demo $(ARGS)

sandbox: $(VENV)/.runtime ## Serve a local imitation of Mailchimp until interrupted
	$(BIN)/segue sandbox $(ARGS)

test: $(VENV)/.dev ## Run the tests, the gates of `make check` among them; of large crossings the short form
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not long" $(ARGS)
	$(if $(ARGS),,@$(MAKE) --no-print-directory test-postgres)

unit: $(VENV)/.dev ## Run the unit tests alone, in two halves side by side (seconds; ARGS="-k brakes")
	$(BIN)/python -m tests.halves -m "not long" $(ARGS)

test-long: $(VENV)/.dev ## Run what `make test` leaves out: the other rows of large crossings, and more random worlds
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m long $(ARGS)
	$(if $(ARGS),,SEGUE_WORLDS=30 $(BIN)/python -m pytest -n $(WORKERS) tests/acceptance/test_stateful.py)

test-postgres: $(VENV)/.dev ## Run the tests of the installation on a private PostgreSQL server (WHICH=: those too that no database decides, and the long ones)
	$(BIN)/python -m tests.on_postgres -n $(WORKERS) --dist worksteal $(WHICH) tests/control tests/web tests/worker

test-spark: $(VENV)/.dev build/spark/.server ## Run the tests of the Spark engine on PySpark's own server instead of Sail (456 MB, Java 17; half an hour)
	$(BIN)/python -m tests.on_spark build/spark $(or $(ARGS),-m "not long" -k spark tests/contract/engines tests/integration/engines)

thorough: $(VENV)/.dev ## Let every property test look at 1,000 examples, where CI looks at 30 (hours)
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

any-day: ## Run the tests on other days, in other folders, zones and locales (hours; ARGS=--short: minutes; ARGS=--help)
	$(PYTHON) tools/any_day $(ARGS)

check: format-check lint types imports guards audit ## Run the gates only: format, lint, types, imports, guards, audit

format: $(VENV)/.dev ## Lay out the code
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

format-check: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev ## Look for mistakes in the code
	$(BIN)/ruff check .

types: $(VENV)/.dev ## Check the types
	$(BIN)/python -m mypy

imports: $(VENV)/.dev ## Check that imports go down the layers only
	$(BIN)/lint-imports

guards: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m "not gate" tests/guards

texts: $(VENV)/.dev ## Find the texts of the pages, list those without French, and compile the catalog
	$(BIN)/python -m tools.texts

bench: $(VENV)/.dev ## Measure the engine with 100,000 people; ARGS=--with-1m for a million too
	$(BIN)/python -m bench $(ARGS)

strangers: $(VENV)/.dev ## Measure the pages of a signed-in person while a stranger guesses 50 passwords a second and holds 1,000 connections
	$(BIN)/python -m bench.strangers

mutants: $(VENV)/.dev ## Make small mistakes in the engine and see which no unit test finds; ARGS="--module sync/diff --sample 50"
	$(BIN)/python -m tools.mutants $(ARGS)

docs: $(VENV)/.dev ## Write the generated reference pages and check every link
	$(BIN)/python -m docs.build

screenshots: $(VENV)/.dev ## Photograph every page of a demonstration into docs/reference/pages, with Debian's Chromium and its fonts-inter
	$(BIN)/python -m tools.screenshots $(ARGS)

ordeal: $(VENV)/.dev ## Put twelve faults in the way of 5,700 people and print the seconds of each
	$(BIN)/python -m tests.acceptance.fault_times

kills: $(VENV)/.dev ## Kill an exporter of 20,000 people 100 times, with full disks, clocks that jump and hostile replies (half an hour)
	$(BIN)/python -m tests.acceptance.kill_runner --kills 100 --people 20000 $(ARGS)

soak: $(VENV)/.dev ## Let three hosts share an installation on PostgreSQL while they die at random; ARGS="--minutes 60"
	$(BIN)/python -m tests.acceptance.soak $(ARGS)

wander: $(VENV)/.dev ## Let two people click through a demonstration by chance while its processes end; ARGS="--minutes 30 --seed 1"
	$(BIN)/python -m tests.browser.wandering $(ARGS)

live-check: $(VENV)/.dev ## Check Segue against the real Mailchimp, with a key of your own (docs/howto/live-check.md)
	$(BIN)/python -m tests.contract.live.live_check

lock: $(VENV)/.lock ## Resolve the locks anew from pyproject.toml; UPGRADE=--upgrade takes newer versions
	$(LOCK) $(UPGRADE) --group lock --output-file requirements-lock.txt
	$(LOCK) $(UPGRADE) --group spark --output-file requirements-spark.txt
	$(LOCK) $(UPGRADE) pyproject.toml --group build --output-file requirements.txt
	$(LOCK) $(UPGRADE) pyproject.toml --group build --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@mkdir -p build/locks
	$(RESOLVE) --group lock --constraint requirements-lock.txt --format pylock.toml --output-file build/locks/pylock.lock.toml
	$(RESOLVE) --group spark --constraint requirements-spark.txt --format pylock.toml --output-file build/locks/pylock.spark.toml
	$(RESOLVE) pyproject.toml --group build --group dev --constraint requirements-dev.txt --format pylock.toml --output-file build/locks/pylock.dev.toml
	$(BIN)/python -m tools.audit.dates requirements-dates.txt build/locks/pylock.lock.toml build/locks/pylock.spark.toml build/locks/pylock.dev.toml
	@rm -r build/locks

audit: $(VENV)/.dev ## Look at locks, ages, security rules and, with ADVISORIES= (OSV files or a mirror), known vulnerabilities
	$(BIN)/python -m tools.audit --advisories "$(ADVISORIES)"

clean: ## Remove .venv, caches and what was built; state folders (.segue) stay
	rm -rf $(VENV) build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} +

# What is installed, each step with a stamp that is written only when the step went well.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Segue needs Python 3.11 or newer as $(PYTHON). Install it, or name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing $$package, which Python needs to make .venv"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$package >/dev/null; \
	  else \
	    echo "Python cannot make a virtual environment here. Run: sudo apt-get install $$package"; exit 1; \
	  fi; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.txt pyproject.toml
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@# The way to the source is told from where it is read: under LC_ALL=C Python 3.12 does not start on a path with accents.
	@for link in $(BIN)/../lib/python3*/site-packages/__editable__.segue-*.pth; do echo ../../../../src > "$$link"; done
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.lock: $(VENV)/.python requirements-lock.txt
	$(PIP) --require-hashes -r requirements-lock.txt
	@touch $@

build/spark/.server: $(VENV)/.runtime requirements-spark.txt
	@rm -rf build/spark
	$(PIP) --no-deps --no-build-isolation --require-hashes --target build/spark -r requirements-spark.txt
	@touch $@
