# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: demo test test-system lint bench clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is too old: wanted Python 3.11 or newer (make PYTHON=python3.12 ...)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >&2 || { \
	  echo "$(PYTHON) -m venv failed: on Debian and Ubuntu it needs the package python3-venv" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing Taihu into $(VENV), once ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e . >&2
	@touch $@

# pandas and polars (extra `bench`) are there only to be compared with.
$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing what the tests need into $(VENV), once ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]' >&2
	@touch $@ $(VENV)/.runtime

# Standard output is the command's own: `make demo ARGS="--for 60 --json"` prints one JSON object.
demo: $(VENV)/.runtime
	@$(BIN)/taihu demo $(ARGS)

# Debian packages the tests use (brokers, InfluxDB, PostgreSQL, Chromium, CJK fonts); what cannot be installed is skipped with its reason.
test-system:
	@sh tests/install-system-packages.sh

# A file of tests stays in one process: its servers are started once. Compiled files are kept: where a machine forbids it, each
# process that a test starts would compile everything anew, and collecting would take three times as long.
test: $(VENV)/.dev test-system
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

bench: $(VENV)/.dev test-system
	@$(BIN)/python -m tests.bench $(ARGS)

clean:
	rm -rf $(VENV) build ./*.egg-info
