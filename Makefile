# Two commands do all set-up on a machine that has only Python and make: `make run` and `make test`.
PYTHON ?= python3
ARGS ?=
# The commit beside which `make compare` holds the debates.
BASE ?= HEAD^
# Tests run side by side; each lot loads the models once more, so more than two want memory.
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TUNE := $(VENV)/.tune
PIP := $(BIN)/python -m pip --disable-pip-version-check
WEDERHOOR := $(BIN)/wederhoor
TESTS := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile

.PHONY: install run test check compare features bench benchmark peer clean

install: $(READY)

# torch goes first: pinned exactly, so that a CPU build is taken where the machine's package sources offer one.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -c constraints.txt torch
	$(PIP) install --quiet -c constraints.txt -e '.[dev,sandbox]'
	@touch $(READY)

# What the trainer needs, apart: where it is installed, every start imports it and takes a second longer.
$(TUNE): $(READY)
	$(PIP) install --quiet -c constraints.txt -e '.[tune]'
	@touch $(TUNE)

run: $(READY)
	@$(WEDERHOOR) run $(ARGS)

test: $(TUNE)
	$(TESTS) $(ARGS)

check: $(TUNE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(WEDERHOOR) check
	$(TESTS) $(ARGS)

compare: $(READY)
	@WEDERHOOR=$(WEDERHOOR) .ci/compare "$(BASE)" $(ARGS)

features: $(TUNE)
	@$(BIN)/python -m tests.features -n $(JOBS) --dist loadfile $(ARGS)

bench: $(READY)
	@$(BIN)/python -m tests.bench $(ARGS)

benchmark: $(TUNE)
	@$(BIN)/python -m tests.benchmark $(DATA) $(ARGS)

# The peer and what it needs stay in a folder of their own.
.peer: constraints.txt
	$(PIP) install --quiet --target .peer -c constraints.txt semantic-router==1.1.1
	@touch .peer

peer: $(READY) .peer
	@PYTHONPATH=.peer $(BIN)/python -m tests.peer $(ARGS)

clean:
	rm -rf $(VENV) .peer build dist .pytest_cache .ruff_cache
