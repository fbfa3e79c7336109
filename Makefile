# `make run` serves the system, `make test` runs every test. Both install what they need and can be repeated.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
PYTHON_CODE := . ../benchmarks ../scripts ../frontend/e2e
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := ../$(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder -n # a file's system is started once
DURATIONS := --durations 25 --durations-min 5
SIDE_BY_SIDE := $(MAKE) --silent --no-print-directory --jobs=2
FRONTEND_SOURCES := $(shell find frontend/src frontend/public frontend/scripts -type f 2>/dev/null) $(wildcard frontend/*.json frontend/*.ts frontend/*.mjs)

.PHONY: help run install test test-fast test-backend test-frontend test-servers test-quick-beside test-pages-beside \
	runbook screenshots check check-secrets check-server check-types check-frontend audit update update-major e2e e2e-full bench format lock clean fuzz

help: ## Show what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# The lock names every package, so pip need not look for any: asked for the dependencies, it would find `pydantic[email]` by itself,
# in a release newer than the pinned one, and refuse.
$(STAMPS)/venv: backend/requirements.lock backend/pyproject.toml
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; PYTHON=... names another one")'
	@echo "==> Python packages into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --no-deps --require-hashes -r backend/requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e backend
	@touch $@

$(STAMPS)/venv-dev: $(STAMPS)/venv backend/requirements-dev.lock
	@echo "==> Python packages for tests and checks"
	@$(PIP) install --quiet --no-deps --require-hashes -r backend/requirements-dev.lock
	@$(PIP) check
	@touch $@

$(STAMPS)/node: frontend/package-lock.json
	@mkdir -p $(STAMPS)
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || { echo "Node 20 or newer is needed"; exit 1; }
	@echo "==> Packages of the front end"
	@cd frontend && npm ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

# The whole list holds what the pages are built from, so it serves both.
$(STAMPS)/node-dev: frontend/package-lock.json
	@mkdir -p $(STAMPS)
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || { echo "Node 20 or newer is needed"; exit 1; }
	@echo "==> Packages of the front end, with those for tests and checks"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $(STAMPS)/node $@

$(STAMPS)/frontend: $(STAMPS)/node $(FRONTEND_SOURCES)
	@echo "==> Building the pages"
	@cd frontend && NEXT_TELEMETRY_DISABLED=1 npm run --silent build && rm -rf .next
	@touch $@

install: $(STAMPS)/venv $(STAMPS)/frontend ## Install everything that `run` needs

run: install ## Install what is missing and serve the system
	@exec $(BIN)/cas serve

# The journeys mostly wait, in real time: the server's quick tests run beside them on what they leave of the processor,
# and what starts whole systems runs alone, three at a time: it waits for a third of its time. What the pages' tests say is shown when both are over.
test: ## Install and run every test
	@$(SIDE_BY_SIDE) --output-sync=target $(STAMPS)/venv-dev $(STAMPS)/node-dev
	@$(SIDE_BY_SIDE) --output-sync=target $(STAMPS)/frontend test-servers
	@ended=0; $(SIDE_BY_SIDE) test-quick-beside test-pages-beside || ended=$$?; cat $(STAMPS)/pages.log; exit $$ended
	@echo "==> Tests of the server with whole systems and recognisers"
	@cd backend && $(PYTEST) 3 -m slow $(DURATIONS)
	@echo "==> All tests passed"

test-quick-beside:
	@echo "==> Quick tests of the server and of the measurement code"
	@cd backend && nice -n 10 $(PYTEST) 2 -m "not slow" $(DURATIONS)

test-pages-beside:
	@$(MAKE) --no-print-directory test-frontend >$(STAMPS)/pages.log 2>&1
	@$(MAKE) --no-print-directory e2e >>$(STAMPS)/pages.log 2>&1

test-servers: # which the tests of the server run beside it
	@bash scripts/ensure_prometheus.sh >/dev/null || echo "==> SKIPPED: what needs Prometheus (see above)"
	@bash scripts/ensure_bugsink.sh >/dev/null || echo "==> SKIPPED: what needs Bugsink (see above)"
	@bash scripts/ensure_servers.sh || echo "==> SKIPPED: what needs these servers (see above)"

test-backend: $(STAMPS)/venv-dev $(STAMPS)/node-dev $(STAMPS)/frontend test-servers
	@echo "==> Tests of the server and of the measurement code"
	@cd backend && $(PYTEST) 2 $(DURATIONS)

test-fast: $(STAMPS)/venv-dev $(STAMPS)/node-dev ## Tests without recogniser and browser
	@cd backend && $(PYTEST) 2 -m "not slow"
	@cd frontend && npm test --silent

test-frontend: $(STAMPS)/node-dev
	@echo "==> Tests of the front end"
	@cd frontend && npm test --silent

e2e: $(STAMPS)/venv-dev $(STAMPS)/node-dev $(STAMPS)/frontend ## Journeys in a real browser
	@echo "==> Journeys in a real browser"
	@if browser=$$(bash scripts/ensure_browser.sh | tail -1); then \
		cd frontend && CAS_BROWSER=$$browser npm run --silent e2e; \
	else \
		echo "==> SKIPPED: the journeys need Chromium (see above); CAS_BROWSER=/path/to/chromium make e2e runs them"; \
	fi

screenshots: $(STAMPS)/venv-dev $(STAMPS)/node-dev $(STAMPS)/frontend ## Take the pictures of docs/screenshots anew
	@browser=$$(bash scripts/ensure_browser.sh | tail -1); \
		(cd frontend && CAS_BROWSER=$$browser npm run --silent screenshots); \
		cd backend && CAS_E2E_PICTURES=1 CAS_BROWSER=$$browser ../$(BIN)/python -m pytest -q tests/ops/test_error_reports.py

# Nothing is left out here: without a browser it fails.
e2e-full: $(STAMPS)/venv-dev $(STAMPS)/node-dev $(STAMPS)/frontend ## The whole battery in a real browser at a person's pace, on a phone and at a desk side by side: about 40 minutes
	@browser=$$(bash scripts/ensure_browser.sh | tail -1) && cd frontend && CAS_BROWSER=$$browser npm run --silent e2e-full

runbook: $(STAMPS)/venv-dev $(STAMPS)/node-dev $(STAMPS)/frontend ## Prove the runbook's commands and claims on a real system
	@bash scripts/ensure_prometheus.sh >/dev/null || true
	@bash scripts/ensure_bugsink.sh >/dev/null || true
	@bash scripts/ensure_servers.sh || true
	@$(BIN)/python scripts/prove_runbook.py $(if $(CLAIM),--claim $(CLAIM))

check: ## Format, lint, types, imports, secrets
	@$(SIDE_BY_SIDE) --output-sync=target check-secrets check-frontend check-server check-types

check-secrets: $(STAMPS)/venv-dev
	@echo "==> Secrets in the repository"
	@$(BIN)/python scripts/find_secrets.py

check-server: $(STAMPS)/venv-dev
	@echo "==> Format, lint and imports of the server"
	@cd backend && ../$(BIN)/ruff format --check --config pyproject.toml $(PYTHON_CODE)
	@cd backend && ../$(BIN)/ruff check --quiet --config pyproject.toml $(PYTHON_CODE)
	@cd backend && ../$(BIN)/lint-imports

check-types: $(STAMPS)/venv-dev
	@echo "==> Types of the server"
	@cd backend && ../$(BIN)/mypy

check-frontend: $(STAMPS)/node-dev
	@echo "==> Format, lint and types of the front end"
	@cd frontend && npm run --silent check

format: $(STAMPS)/venv-dev $(STAMPS)/node-dev ## Format all code
	@cd backend && ../$(BIN)/ruff format --config pyproject.toml $(PYTHON_CODE) && ../$(BIN)/ruff check --fix --config pyproject.toml $(PYTHON_CODE)
	@cd frontend && npm run --silent format

fuzz: $(STAMPS)/venv-dev ## Ask every call of the API with many made-up requests; FUZZ=1000 says how many of each
	@cd backend && CAS_BENCH_FUZZ=$${FUZZ:-300} ../$(BIN)/python -m pytest -n 2 --timeout 7200 tests/api/test_contract_of_answers.py

bench: $(STAMPS)/venv-dev ## Measure accuracy, speed and size, and print them
	@$(BIN)/python -m benchmarks

lock: ## Write the hash-pinned lists of Python packages anew
	@bash scripts/lock.sh

audit: $(STAMPS)/venv-dev ## Known weaknesses, licences and secrets; OFFLINE=1 asks no advisory service
	@$(BIN)/python scripts/audit.py $(if $(OFFLINE),--offline)

update: ## Print which packages have newer releases that should break nothing; changes nothing
	@$(PYTHON) scripts/updates.py

update-major: ## Print which packages have newer releases that may break something; changes nothing
	@$(PYTHON) scripts/updates.py --major

clean: ## Remove what was installed and built; the data folder stays
	@rm -rf $(VENV) $(STAMPS) frontend/node_modules frontend/out frontend/.next
