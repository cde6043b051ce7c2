# Needs Python 3.11 or newer, make and git; everything else is installed into .venv and frontend/node_modules.
# Written for GNU make 3.81 and newer.

SHELL := /bin/bash
BIN := .venv/bin
STAMPS := .venv/stamps
BUNDLE := src/domicile/site/static/build/.built
PEOPLE ?= 20000
WORKERS ?= 2
# A worker that has nothing left to do takes over tests from the other one; until then each keeps those of a module together.
PYTEST := $(BIN)/pytest -q -n $(WORKERS) --dist worksteal
# The census is a site of its own, so that its tests are a run of their own.
CENSUS := DOMICILE_TEST_SITE=census
BEHIND_THE_WALL := tests/census src/domicile/apps/census
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet
PIP_COMPILE := build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header

# The tests start some hundred processes: each would compile the product anew where a machine says not to keep what is compiled.
export PYTHONDONTWRITEBYTECODE :=

FRONTEND := frontend/package.json frontend/package-lock.json frontend/vite.config.js \
	$(shell find frontend/src frontend/public -type f 2>/dev/null)
MESSAGES := $(shell find src/domicile -name '*.po' 2>/dev/null)

heading = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

.DELETE_ON_ERROR:
.PHONY: help demo serve test lint types contracts messages migrations unit spark postgresql functional explore lock clean bench-small guide \
	environment test-environment test-databases system-packages front-end

help:
	@echo "make demo         a synthetic county on http://127.0.0.1:8000 (PEOPLE=$(PEOPLE))"
	@echo "make serve        serves the county that make demo made"
	@echo "make test         everything that is checked, on SQLite, PostgreSQL and in a browser"
	@echo "make spark        the specifications on a Spark of two workers (part of make test)"
	@echo "make explore      properties that hold of all examples, tried with new ones"
	@echo "make bench-small  each benchmark at a small size"
	@echo "make guide        makes the pictures of docs/guide anew, from a county of its own"
	@echo "make lock         resolves the dependencies anew into requirements/*.txt and frontend/package-lock.json"
	@echo "make clean        removes what was built; data in var/ stays"

# --- what a person asks for --------------------------------------------------------------------------------------

demo: environment front-end
	@exec $(BIN)/domicile demo --people $(PEOPLE)

serve: environment front-end
	@exec $(BIN)/domicile serve

bench-small: environment front-end
	@$(BIN)/domicile bench --all --size 10000 --json

guide: test-environment front-end
	@$(BIN)/python -m scripts.guide_pictures

# One after the other also under `make -j`, the quick ones first; the last line is pytest's. Only what keeps one processor
# busy for long, or waits for a network or for Java, runs beside something else.
test:
	@$(MAKE) --no-print-directory system-packages
	@$(MAKE) --no-print-directory -j 2 test-environment front-end
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory -j 2 types contracts migrations test-databases
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory -j 2 spark postgresql
	@$(MAKE) --no-print-directory functional

# --- the parts of `make test` --------------------------------------------------------------------------------------

lint: test-environment
	$(call heading,lint)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/python scripts/messages.py --check

types: test-environment
	$(call heading,types)
	@DOMICILE_HOME=build/types $(BIN)/mypy

contracts: test-environment
	$(call heading,import contracts)
	@$(BIN)/lint-imports

migrations: test-environment
	$(call heading,migrations)
	@DOMICILE_HOME=build/migrations $(BIN)/python -m django makemigrations --check --dry-run \
		--settings=domicile.site.settings
	@DOMICILE_CENSUS_HOME=build/migrations-census $(BIN)/python -m django makemigrations --check --dry-run \
		--settings=domicile.site.census

# What the stages below copy for each worker; a stage that is run alone makes it where it is not there yet.
test-databases: test-environment
	$(call heading,test databases)
	@$(BIN)/pytest -q tests/repository/test_databases.py
	@$(BIN)/python -m tests.postgres -- $(BIN)/pytest -q tests/repository/test_databases.py

unit: test-environment front-end
	$(call heading,tests on SQLite)
	@$(PYTEST) --ignore=tests/functional -m "not spark"
	@$(CENSUS) $(PYTEST) $(BEHIND_THE_WALL)

# In one process: a cluster of a master and two workers is started once, and keeps both processors busy.
spark: test-environment
	$(call heading,specifications on Spark)
	@$(BIN)/pytest -q -n 0 -m spark tests/spec tests/command

postgresql: test-environment front-end
	$(call heading,tests on PostgreSQL)
	@$(BIN)/python -m tests.postgres -- $(PYTEST) --ignore=tests/functional -m "django_db and not sqlite_only and not spark"
	@$(CENSUS) $(BIN)/python -m tests.postgres -- $(PYTEST) $(BEHIND_THE_WALL) -m "django_db and not sqlite_only"

functional: test-environment front-end
	$(call heading,browser journeys)
	@$(PYTEST) tests/functional

# Examples that nobody has tried yet, for the properties that hold of all: what it finds is a fault, or a claim that is too wide.
explore: test-environment front-end
	$(call heading,properties with new examples)
	@DOMICILE_EXPLORE=1 $(PYTEST) --ignore=tests/functional -m "hypothesis and not spark"

system-packages:
	@scripts/system-packages

# --- the environment -----------------------------------------------------------------------------------------------

environment: $(STAMPS)/domicile messages

test-environment: $(STAMPS)/test environment

front-end: $(BUNDLE)

messages: $(STAMPS)/messages

$(BIN)/python:
	$(call heading,environment)
	@scripts/environment .venv

$(STAMPS)/runtime: requirements/runtime.txt requirements/build.txt | $(BIN)/python
	@echo "installing the locked dependencies"
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: requirements/test.txt $(STAMPS)/spark
	@echo "installing the locked dependencies of the tests"
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

# Spark comes as source alone: it is made into a package with the setuptools of build.txt.
$(STAMPS)/spark: requirements/spark.txt $(STAMPS)/runtime
	@echo "installing the locked dependencies of jobs on Spark"
	@$(PIP) --no-build-isolation --require-hashes -r requirements/spark.txt
	@touch $@

$(STAMPS)/domicile: pyproject.toml $(STAMPS)/runtime
	@$(PIP) --no-build-isolation --no-deps --no-index --editable .
	@touch $@

$(STAMPS)/messages: $(MESSAGES) scripts/messages.py $(STAMPS)/runtime
	@$(BIN)/python scripts/messages.py
	@touch $@

$(BUNDLE): $(FRONTEND) requirements/node.txt scripts/front-end | $(BIN)/python
	$(call heading,front end)
	@scripts/front-end
	@touch $@

# --- locks ---------------------------------------------------------------------------------------------------------

lock: | $(BIN)/python
	@test -x build/lock/bin/pip-compile || { scripts/environment build/lock && \
		build/lock/bin/python -m pip install --quiet --require-hashes -r requirements/lock.txt; }
	@cd requirements && for name in build runtime test node lock febrl partition; do \
		echo "requirements/$$name.txt"; ../$(PIP_COMPILE) --output-file $$name.txt $$name.in || exit 1; done
	@echo "requirements/spark.txt"  # the extra of pyproject.toml reads spark.in, which can name no other file
	@cd requirements && ../$(PIP_COMPILE) --constraint runtime.txt --output-file spark.txt spark.in
	@scripts/front-end --lock

clean:
	@rm -rf .venv build frontend/node_modules src/domicile/site/static/build src/domicile/apps/printing/fonts test-results \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis src/*.egg-info
	@find src tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	@find src -name '*.mo' -delete
