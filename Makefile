# Two commands do everything: make run, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCALE := tui/words/locale

.PHONY: run test check interop bench screenshots messages clean

run: $(VENV)/.for-running
	@if [ -t 0 ] && [ -t 1 ] && [ -t 2 ]; then exec $(BIN)/smtptutor $(ARGS); else \
	echo "make run opens the split screen and needs a terminal; this is none."; \
	echo "Everything is set up. In a terminal:  make run"; \
	echo "In a script:  $(BIN)/smtptutor < dialogue.txt   (one SMTP line a row; $(BIN)/smtptutor --help)"; \
	exit 2; fi

test: $(VENV)/.for-developing
	$(BIN)/python -m pytest -n auto $(ARGS)

# Format, lint, types, import contract, and every branch of the core.
check: $(VENV)/.for-developing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto tests/smtp tests/practice
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=100 --skip-covered --show-missing

# Real servers and clients on loopback; .ci/run installs them.
interop: $(VENV)/.for-developing
	SMTPTUTOR_INTEROP=1 $(BIN)/python -m pytest tests/interop $(ARGS)

bench: $(VENV)/.for-developing
	$(BIN)/python -m bench $(ARGS)

screenshots: $(VENV)/.for-developing
	$(BIN)/python -m tests.screens $(ARGS)

# Collect the words of all rooms, merge them into the catalogues, compile them.
messages: $(VENV)/.for-developing
	$(BIN)/python -m tests.words.catalogue update

clean:
	rm -rf $(VENV) dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "smtptutor needs Python 3.11 or newer; $(PYTHON) is older. Try: make run PYTHON=python3.12"; exit 2; }
	@echo "Setting up in $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV) || { \
	echo "Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 2; }
	@touch $@

$(VENV)/.for-running: $(VENV)/.python pyproject.toml constraints.txt
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e .
	@touch $@

$(VENV)/.for-developing: $(VENV)/.for-running
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@
