# Everything happens in .venv, also where another environment is active; only test-all has one for each Python. The
# stamps in it say what has been installed since pyproject.toml last changed; the package is installed editable, so that
# a changed source needs no installing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test lint unit test-all bench coverage clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

demo: $(VENV)/package.stamp ## install the package, and print what the article's rules conclude
	@$(BIN)/python -m pow_rules

test: lint unit ## install what tests need, and run every check

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python

unit: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

test-all: ## run every check on each of Python 3.11 to 3.14 that is found, or on each of PYTHONS="..."
	@PYTHONS='$(PYTHONS)' scripts/test-all

bench: $(VENV)/bench.stamp ## measure beside other engines, and write docs/benchmarks.md
	$(BIN)/python benchmarks/run.py

coverage: $(VENV)/dev.stamp ## say which lines and branches no test reaches
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered

clean: ## remove the environments, and all that was made
	rm -rf $(VENV) .venv-* build dist src/*.egg-info .coverage htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("pow_rules needs Python 3.11 or newer, and this is %s: name another one, as in make PYTHON=python3.12 ..." % sys.version.split()[0])'
	@echo "making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/package.stamp: pyproject.toml $(VENV)/made.stamp
	@echo "installing the package into $(VENV) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml $(VENV)/made.stamp
	@echo "installing the package and what its tests need into $(VENV) ..."
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/package.stamp

$(VENV)/bench.stamp: pyproject.toml $(VENV)/made.stamp
	@echo "installing the package and what it is measured beside into $(VENV) ..."
	@$(PIP) --editable '.[bench]'
	@touch $@ $(VENV)/package.stamp
