# Everything from a bare machine: `make demo` runs the product, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
ISSUE_FORMS = $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))

.DEFAULT_GOAL := help
.PHONY: help install demo test test-16 lint check bench docs clean

help: ## Show what can be made
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.installed: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Guildhall needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@test -x $(UV) || { echo "Installing uv ..."; $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"; }
	@echo "Installing the locked dependencies ..."
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(VENV) UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --inexact --quiet --compile-bytecode --python $(BIN)/python
	@touch $@

install: $(VENV)/.installed ## Make .venv with the locked dependencies
	@$(BIN)/python -m compileall -q src  # else every start compiles it anew where PYTHONDONTWRITEBYTECODE is set

demo: install ## Run Guildhall with living data: embedded PostgreSQL, sandbox, web, worker
	@$(BIN)/guildhall demo

test: install ## Run the whole suite on PostgreSQL 18, and the database layer's part on 16
	@GUILDHALL_TEST_POSTGRES=18 $(BIN)/python -m pytest -n auto $(ARGS)
	@GUILDHALL_TEST_POSTGRES=16 $(BIN)/python -m pytest -n auto -m database $(ARGS)

test-16: install ## Run the whole suite on PostgreSQL 16
	@GUILDHALL_TEST_POSTGRES=16 $(BIN)/python -m pytest -n auto $(ARGS)

lint: install ## Format and lint in place
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

$(VENV)/.bench: $(VENV)/.installed
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(VENV) UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --inexact --quiet --compile-bytecode --group bench --python $(BIN)/python
	@touch $@

$(VENV)/.check: $(VENV)/.bench
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(VENV) UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --inexact --quiet --compile-bytecode --group bench --group check --python $(BIN)/python
	@touch $@

check: install $(VENV)/.check ## ruff, dead code, mypy, import contracts, workflows, container, generated documents
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/python .ci/dead_code.py
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(ISSUE_FORMS)
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/guildhall docs --check

docs: install ## Write the generated documents (settings, schema snapshots, OpenAPI)
	@$(BIN)/guildhall docs

bench: install $(VENV)/.bench ## Run every benchmark beside what one would pick instead
	@$(BIN)/python -m bench $(ARGS)

clean: ## Remove .venv (the data in .guildhall stays)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
