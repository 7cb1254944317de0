# Everything runs from .venv, which each target makes or brings up to date first. Start with: make help

# The first on the path that the locked packages run on; where there is none, python3 says so itself.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& echo $$python && exit; done; echo python3)
BIN := .venv/bin
# More arguments for the command behind a target, as in: make test ARGS="-k receipt"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check security soak bench peers lock clean

help: ## What each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with everything in it, as the lock files say; nothing where nothing changed
	@$(PYTHON) scripts/setup_venv.py

demo: setup ## The bot in a simulated Discord in your browser; no token, no account
	$(BIN)/exhibit demo $(ARGS)

run: setup ## The bot on Discord; needs DISCORD_TOKEN
	$(BIN)/exhibit run $(ARGS)

test: setup ## The tests, without those that take minutes
	$(BIN)/python -m pytest --numprocesses=auto $(ARGS)

check: setup ## Lint, format, types, import rules, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile

# Only digests of our own, which are public, look like secrets. They are not looked up anywhere.
DIGEST = ^[A-Z0-9_]*SHA256 = "[0-9a-f]{64}"$$
security: setup ## Dangerous code, secrets in tracked files, licenses of what is shipped
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml bot corpus index scripts
	git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --no-verify --cores 1 --exclude-lines '$(DIGEST)'
	$(BIN)/python -m scripts.check_licenses

soak: setup ## The tests that take minutes
	$(BIN)/python -m pytest -m soak $(ARGS)

bench: setup ## How good and how quick the answers to the shipped questions are
	$(BIN)/exhibit eval eval/seed/questions.jsonl $(ARGS)

# In an environment of their own, so that what other bots need is no part of Exhibit's.
PEERS := .venv-peers
peers: ## The same beside other retrieval bots, which are installed in .venv-peers
	@$(PYTHON) scripts/setup_venv.py --venv $(PEERS) --lock benchmarks/quality/requirements.txt
	$(PEERS)/bin/python -m benchmarks.quality corpus/cases/musk-v-openai eval/seed/questions.jsonl $(ARGS)

LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" $(ARGS)
lock: $(BIN)/uv ## Write the lock files anew after a change of pyproject.toml; ARGS=--upgrade for newer versions
	$(LOCK) pyproject.toml --extra demo --group dev --group torch-cpu --output-file requirements/dev.lock >/dev/null
	$(LOCK) pyproject.toml --group torch-cpu -c requirements/dev.lock --output-file requirements/runtime.lock >/dev/null
	$(LOCK) --group build -c requirements/dev.lock --output-file requirements/build.lock >/dev/null
	$(LOCK) pyproject.toml benchmarks/quality/requirements.in --group torch-cpu --group build \
		-c requirements/dev.lock --output-file benchmarks/quality/requirements.txt >/dev/null

# Not through setup, which would hold the old lock files against the new pyproject.toml.
$(BIN)/uv:
	@$(PYTHON) scripts/setup_venv.py

clean: ## Remove .venv and what the tools left; the indexes stay where they are
	rm -rf .venv $(PEERS) .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
