# tinhso: everything starts here. Needs Python 3.11 or newer and make; `make help` lists the verbs.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv/bin
SCALE ?= 1
JOBS ?= auto
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup web demo test check bench proof pictures messages lock clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## prepare .venv from the lock file (the first run downloads, later ones are instant)
	@test -n "$(PYTHON)" || { echo "tinhso needs Python 3.11 or newer: install it, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) tools/setup.py

web: setup ## build the front end
	@$(VENV)/python tools/build_web.py

demo: web ## the whole synthetic province, served (SCALE=0.02 makes a small one)
	$(VENV)/python -m tinhso demo --scale $(SCALE) $(ARGS)

test: web ## all tests (ARGS="-k name" for some)
	@$(VENV)/python tools/browser.py
	@$(VENV)/python tools/provider.py
	$(VENV)/python -m pytest -n $(JOBS) $(ARGS)

check: setup ## style, types, floors of the house, translations, lock files, known weaknesses
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python tools/messages.py --check
	$(VENV)/python tools/locks.py --check
	$(VENV)/bandit -q -c pyproject.toml -r tinhso tools
	$(VENV)/python tools/advisories.py

bench: web ## measure, and write bench/results/latest.json
	$(VENV)/python -m bench $(ARGS)

proof: check test ## check, test, and test again on every PostgreSQL that Debian installed here
	@for bin in /usr/lib/postgresql/*/bin; do test -x $$bin/postgres || continue; \
	echo "On $$($$bin/postgres --version)"; TINHSO_PG_BIN=$$bin $(VENV)/python -m pytest -n $(JOBS) -q $(ARGS) || exit 1; done

pictures: web ## take the pictures of README, docs and the officers' guide from a full demo
	@$(VENV)/python tools/browser.py
	$(VENV)/python tools/screenshots.py

messages: setup ## gather new texts of pages for translation
	$(VENV)/python tools/messages.py

lock: setup ## resolve the dependencies anew (needs uv)
	$(VENV)/python tools/locks.py

clean: ## stop the embedded database and remove everything made here except .venv
	@test ! -x $(VENV)/python || $(VENV)/python -m tinhso.foundation.postgres remove
	rm -rf var web/dist tinhso/web/kit/static bench/results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
