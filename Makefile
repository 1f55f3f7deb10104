# Readout's few targets. Stays within make 3.81 and POSIX sh.
PYTHON ?=
VENV = $(shell scripts/venv path "$(PYTHON)")
BIN = $(VENV)/bin

.PHONY: run test check format bench lock image clean

run:
	@scripts/venv run "$(PYTHON)"
	@exec $(BIN)/readout run $(ARGS)

# A whole run also holds what share of summaries/ the tests reach.
FLOOR = $(if $(ARGS),,--cov=summaries --cov-report= --cov-fail-under=97)
test:
	@scripts/venv dev "$(PYTHON)"
	@$(BIN)/python -m pytest -n 2 $(FLOOR) $(ARGS)

check:
	@scripts/venv dev "$(PYTHON)"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python scripts/containers.py

format:
	@scripts/venv dev "$(PYTHON)"
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench:
	@scripts/venv dev "$(PYTHON)"
	@$(BIN)/python -m bench $(ARGS)

# Markers for every Python and platform, hashes, and no index address.
LOCK = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--only-binary :all: --override scripts/overrides.txt --custom-compile-command "make lock" pyproject.toml
lock:
	@scripts/venv dev "$(PYTHON)"
	@$(LOCK) -o requirements.lock
	@$(LOCK) --group dev -o requirements-dev.lock

image:
	docker build -t readout .

clean:
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage dist
