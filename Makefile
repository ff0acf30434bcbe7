# Everything that is run here, and everything CI runs. Needs Python >= 3.11.4, make and git; the rest
# is installed into .venv, at the versions and hashes pinned in requirements/.

PYTHON ?= python3
JOBS ?= auto
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PINS := .venv-pins
PACKAGES := package_format account_engine cpt registry_server
CODE := $(PACKAGES) $(wildcard tests benchmarks)
# Tests start hundreds of processes, each of which would compile again what it imports.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(JOBS)
PIP_QUIETLY := pip --disable-pip-version-check --quiet --quiet

# Another interpreter named on the command line (`make PYTHON=python3.12 test`) rebuilds .venv.
ifneq ($(filter command line,$(origin PYTHON)),)
ifneq ($(PYTHON),$(shell cat $(VENV)/.interpreter 2>/dev/null))
$(VENV)/.installed: FORCE
endif
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SILENT:
.PHONY: help demo demo-registry test coverage soak check format docs screenshots bench pins clean FORCE

help: ## show this list
	echo "make <target>, where the target is one of:"
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	echo "Another interpreter: make PYTHON=python3.12 <target>"

demo: $(VENV)/.ready ## install, upgrade and roll back a campaign in a sandbox account
	$(BIN)/python -m cpt.demo

demo-registry: $(VENV)/.ready ## serve a registry with all the examples and their histories, to publish to as well
	$(BIN)/python -m cpt.demo.marketplace $(if $(PORT),--port $(PORT))

test: check ## everything CI runs: check, then every test
	echo "pytest"
	$(PYTEST) --dist loadgroup $(PYTEST_ARGS)

coverage: $(VENV)/.ready ## every test again, and which branches none of them takes; half as long again
	$(PYTEST) --dist loadgroup --cov --cov-report=term $(PYTEST_ARGS)

soak: $(VENV)/.ready ## what takes hours: kill -9 at every write, and thousands of random lives
	echo "pytest: killed at every write, and the laws"
	CPT_TEST_EVERY=1 CPT_TEST_LIVES=100 $(PYTEST) --hypothesis-profile=search \
		tests/cpt/installer/test_killed.py $(wildcard tests/account_engine/test_*laws.py) \
		tests/account_engine/test_waves.py $(PYTEST_ARGS)

check: $(VENV)/.ready ## ruff, mypy, the import contracts and the dependencies; no tests
	echo "ruff check"
	$(BIN)/ruff check --quiet
	echo "ruff format --check"
	$(BIN)/ruff format --check --quiet || { echo "Not formatted; 'make format' does it." >&2; exit 1; }
	echo "mypy --strict"
	$(BIN)/mypy --strict --no-error-summary $(CODE)
	echo "lint-imports"
	$(call quietly,$(BIN)/lint-imports --no-logo)
	echo "deptry"
	$(call quietly,$(BIN)/deptry --no-ansi .)

# A tool that talks when all is well is heard only when it is not.
quietly = report=$$($(1) 2>&1) || { printf '%s\n' "$$report" >&2; exit 1; }

format: $(VENV)/.ready ## format the code, and fix what ruff can fix safely
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format --quiet

docs: $(VENV)/.ready ## write docs/reference from the tables, and the pictures of the examples
	$(BIN)/python -m cpt.reference

screenshots: $(VENV)/.ready ## take the pictures of the marketplace in docs/pictures; takes chromium
	$(BIN)/python -m tests.screenshots

bench: $(VENV)/.ready ## measure, beside a peer or the physical limit
	$(BIN)/python -m benchmarks

# Keeps every pinned version that still fits; `make pins UPGRADE=--upgrade` takes the newest of each.
COMPILE = $(PINS)/bin/uv pip compile $(UPGRADE) --quiet --universal --python-version 3.11.4 \
	--generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --custom-compile-command "make pins"

pins: $(PINS)/.ready ## compile pyproject.toml and requirements/*.in into pins with hashes
	$(COMPILE) requirements/pins.in --output-file requirements/pins.txt
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml requirements/dev.in --constraints requirements/runtime.txt \
		--output-file requirements/dev.txt

clean: ## remove what was installed, built and cached
	rm -rf $(VENV) $(PINS) build dist .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ------------------------------------------------------------------------------

define require_python
	command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. CPT needs Python 3.11.4 or later; name yours with 'make PYTHON=/path/to/python3 ...'." >&2; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 4))' || { \
		echo "$(PYTHON) is '$$($(PYTHON) --version 2>&1)', and CPT needs 3.11.4 or later. Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: its venv or ensurepip module is missing. On Debian and Ubuntu they are in the package python3-venv." >&2; exit 1; }
endef

# Two stamps, so that editing pyproject.toml does not install every tool again.
$(VENV)/.installed: requirements/dev.txt
	$(require_python)
	echo "Installing the pinned tools and libraries into $(VENV) (once; a minute or so)"
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m $(PIP_QUIETLY) install --require-hashes --requirement requirements/dev.txt
	echo "$(PYTHON)" > $(VENV)/.interpreter
	touch $@

$(VENV)/.ready: $(VENV)/.installed pyproject.toml
	$(BIN)/python -m $(PIP_QUIETLY) install --no-deps --no-build-isolation --editable .
	touch $@

$(PINS)/.ready: requirements/pins.txt
	$(require_python)
	$(PYTHON) -m venv --clear $(PINS)
	$(PINS)/bin/python -m $(PIP_QUIETLY) install --require-hashes --requirement requirements/pins.txt
	touch $@
