# Two commands do all set-up on a machine that has only Python and make: `make run` and `make test`.
PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
WEDERHOOR := $(BIN)/wederhoor

.PHONY: install run test check features bench clean

install: $(READY)

# torch goes first: pinned exactly, so that a CPU build is taken where the machine's package sources offer one.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -c constraints.txt torch
	$(PIP) install --quiet -c constraints.txt -e '.[dev,sandbox]'
	@touch $(READY)

run: $(READY)
	@$(WEDERHOOR) run $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest $(ARGS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(WEDERHOOR) check
	$(BIN)/python -m pytest $(ARGS)

features: $(READY)
	@$(BIN)/python -m tests.features $(ARGS)

bench: $(READY)
	@$(BIN)/python -m tests.bench $(ARGS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache
