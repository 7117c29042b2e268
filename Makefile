# Two commands: "make demo" shows a whole month offline, "make test" proves everything.
# They need Python 3.11 or newer and make; the rest is installed in .venv.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
INSTALLED = $(VENV)/.installed
# On all cores, each file on one, for what its tests look at to be made once; in the order of tests/conftest.py.
SIDE_BY_SIDE = -n auto --dist loadfile --no-loadscope-reorder

.PHONY: help demo test test-postgresql lint bench docs man translations clean

help:
	@echo "make demo          a whole month, offline, in ./demo; says which files to open"
	@echo "make test          formatting, types, layers and every test, with coverage"
	@echo "make test-postgresql  what uses the store, on a PostgreSQL server of its own"
	@echo "make bench         measurements, printed"
	@echo "make docs          the documentation as a site, in ./site; a warning is a failure"
	@echo "make man           the man page, ./veille.1"
	@echo "make translations  gather new strings into the French catalogue and compile it"
	@echo "make clean         remove the environment, the demo and caches"

$(INSTALLED): pyproject.toml
	@echo "Making the environment in $(VENV) and installing veille in it (a minute or two)…"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "veille needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $(INSTALLED)

demo: $(INSTALLED)
	@$(BIN)/veille demo demo

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --cov --durations 20
	@cat .left-out

# Each of pytest's workers starts a server on loopback. .ci/run does so with the installed wheel.
test-postgresql: $(INSTALLED)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --database=postgresql \
		tests/integration tests/e2e tests/property/test_desk_undo.py tests/property/test_search.py

bench: $(INSTALLED)
	PYTHONPATH=tests $(BIN)/python -m tests.bench

docs: $(INSTALLED)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html"

man: $(INSTALLED)
	@$(BIN)/python docs/generator/manual.py >veille.1
	@echo "Read it: man -l veille.1"

translations: $(INSTALLED)
	$(BIN)/python -m tests.translations

clean:
	rm -rf $(VENV) demo site veille.1 build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .left-out
