# ParkLoop. `make` lists the targets; each does its own set-up, so any of them works on a fresh clone.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON := .venv/bin/python
PYTEST_ARGS ?=
# Two workers: the suite is written for two cores. WORKERS=0 runs it in one process (for a debugger).
WORKERS ?= 2

.PHONY: help demo test check e2e bench fuzz screens format assets migrate docs lock lint setup setup-dev system-packages

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## Set up and serve the demo park at http://127.0.0.1:8000 (PORT= to change)
	@PORT=$(PORT) bash scripts/demo.sh

test: setup-dev system-packages ## Set up and run the whole test suite
	@$(PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

check: lint test ## What CI runs: lint, types, layers, migrations on both engines, then the tests

lint: setup-dev system-packages
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@$(PYTHON) -m scripts.check_migrations

e2e: setup-dev system-packages ## Run the browser journeys alone
	@$(PYTHON) -m pytest tests/e2e $(PYTEST_ARGS)

bench: setup-dev ## Run the benchmarks, one JSON line a figure (BENCH=name for one of them)
	@$(PYTHON) -m bench.run $(BENCH)

fuzz: setup-dev ## A million mutations of QR texts and revocation lists: no crash, no false accept (about three minutes)
	@$(PYTHON) -m scripts.fuzz_qr

screens: setup-dev system-packages ## Every screen and PDF as a picture, into var/screens/ (SCREENS=name for some)
	@$(PYTHON) -m scripts.screens $(SCREENS)

format: setup-dev ## Format the code and mend what the linter can mend
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

assets: ## Rebuild the files under app/web/static/vendor (needs Node.js and npm)
	npm ci
	node scripts/build_assets.mjs

migrate: setup ## Bring the database of DATABASE_URL to the newest version
	@$(PYTHON) -m alembic upgrade head

docs: setup-dev ## Rebuild the generated pages under docs/
	@$(PYTHON) -m scripts.docs

lock: setup-dev ## Pin requirements.in and requirements-dev.in with hashes
	@$(PYTHON) -m uv --version >/dev/null 2>&1 || $(PYTHON) -m pip install --quiet uv
	@$(PYTHON) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	@$(PYTHON) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 -c requirements.txt requirements-dev.in -o requirements-dev.txt

setup:
	@bash scripts/setup.sh requirements.txt

setup-dev:
	@bash scripts/setup.sh requirements-dev.txt

system-packages:
	@bash scripts/system_packages.sh
