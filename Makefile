# Everything a person does with this project on a machine with Python 3.11 or newer and make.
# Each target sets up .venv from the locks by itself. Schedulers call
# .venv/bin/micromacro directly, because make turns every exit code but 0 into 2.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

# Settings of the caller that would let other packages into .venv, or, the last, have every
# process compile its libraries anew (seconds each time).
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

pytest = .venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --nbval-lax --nbval-current-env
compile = .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate --quiet

.PHONY: help
help: ## list the targets
	@awk -F ' ?## ' '/^#: / { print "\n" substr($$0, 4) } \
	  /^[a-z-]+:.*## / { sub(/:.*/, "", $$1); printf "  make %-11s %s\n", $$1, $$2 }' Makefile

#: For everybody
.PHONY: report
report: .venv/.ready ## build every report of plans/default.yml into reports/; DATA=path takes your data
	@.venv/bin/micromacro report $(if $(DATA),--data "$(DATA)")

.PHONY: setup
setup: .venv/.ready ## set up .venv and nothing else, before .venv/bin/micromacro is called by hand

.PHONY: lab
lab: .venv/.ready ## open the notebooks in JupyterLab
	.venv/bin/micromacro prepare data/raw/demo
	.venv/bin/jupyter lab notebooks

.PHONY: clean
clean: ## remove what was built in data/processed and reports (never data/raw or data/private)
	find data/processed reports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

#: For a change
.PHONY: test
test: .venv/.tested ## run the tests, docstring examples and notebooks; ARGS='-k name' goes to pytest
	.venv/bin/micromacro prepare data/raw/demo
	$(pytest) -m "not prove" $(ARGS)

.PHONY: check
check: .venv/.tested ## lint, formatting and types
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

.PHONY: prove
prove: .venv/.tested ## run the slow proofs: mistakes turn tests red, faults, attacks, real sets, two whole weeks
	.venv/bin/micromacro prepare data/raw/demo
	$(pytest) -m prove $(ARGS)

#: Long proofs, whose figures are written to docs/
.PHONY: bench
bench: .venv/.tested ## measure the speed ratios of tests/bench, both sides side by side (half an hour, 3 GB of disk)
	.venv/bin/python -m pytest tests/bench -s $(ARGS)

.PHONY: look
look: .venv/.tested ## hold the first screens of four sites to their rules and leave pictures in reports/look; REAL=folder of the real sets
	MICROMACRO_REAL_DATA="$(REAL)" MICROMACRO_LOOK=reports/look .venv/bin/python -m pytest tests/browser/test_first_screen.py $(ARGS)

.PHONY: torture
torture: .venv/.tested ## kill, fill, race and soak nightly runs into docs/reliability.md (an hour); ARGS="kills races=20" runs those parts, one with 20 trials
	.venv/bin/python tests/torture/run.py $(ARGS)

.PHONY: advisories
advisories: .venv/.tested ## list locked packages with known advisories; DB=export of osv.dev for PyPI on this machine, no network
	@.venv/bin/python tests/advisories.py $(DB)

.PHONY: fuzz
fuzz: .venv/.tested ## damage good exports 2,000 times: refused with a reason, or the same numbers; break every promise of the intake; fail at every disk call of staging
	MICROMACRO_FUZZ=2000 .venv/bin/python -m pytest tests/corpus/test_mutations.py tests/corpus/test_mistakes.py tests/prepare/streaming/test_faults.py tests/prepare/streaming/test_equality.py -s $(ARGS)

.PHONY: calibrate
calibrate: .venv/.tested ## measure coverage and error rates into docs/calibration.md (two hours, kept job by job); REAL=folder of the real sets, ARGS=noise runs that part
	.venv/bin/python tests/calibration/run.py $(REAL) $(ARGS)

#: Renew what is derived
.PHONY: findings
findings: .venv/.ready ## renew docs/findings and the table of README.md; REAL=folder of the real sets
	.venv/bin/python -m analysis.cli.findings "$(REAL)"

.PHONY: dictionary
dictionary: .venv/.ready ## renew docs/data-dictionary.md from the contract and the formats
	.venv/bin/python -m analysis.cli.dictionary > docs/data-dictionary.md

.PHONY: lock
lock: .venv/.tested ## pin again after pyproject.toml changed; ARGS=--upgrade takes the newest versions
	$(compile) --extra build -o requirements.lock $(ARGS)
	cp requirements.lock .venv/all.lock
	cat requirements-test.lock >> .venv/all.lock
	$(compile) --extra test --constraint requirements.lock -o .venv/all.lock $(ARGS)
	awk 'NR == FNR { if (/^[^ ]/) base[$$1]; next } /^[^ ]/ { keep = !($$1 in base) } keep' \
	  requirements.lock .venv/all.lock > requirements-test.lock

# ---- .venv -----------------------------------------------------------------------------------
# requirements.lock holds what running and exploring need, requirements-test.lock what tests need
# beside it. uv makes .venv (a third of a second instead of four) and installs when it is on PATH,
# or installs when pip can fetch the version that is pinned there; pip does otherwise, or when uv
# fails, for instance behind a mirror that only pip is set up for.
# make PYTHON=python3.12 ... picks the interpreter, INSTALLER=pip leaves uv out.

PYTHON ?= python3
INSTALLER ?= uv
pip := .venv/bin/python -m pip --quiet
uv_on_path := $(if $(filter uv,$(INSTALLER)),$(shell command -v uv))

# Prints the interpreter to build on: never the one inside .venv, which is about to be replaced.
find_python := import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys._base_executable)

.venv/.locked: requirements.lock
	@for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  python=$$("$$name" -c '$(find_python)' 2>/dev/null) && break; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "micromacro needs Python 3.11 or newer, and found none on PATH" >&2; exit 1; \
	fi; \
	echo "installing the locked packages into .venv, for $$python"; \
	if [ -n "$(uv_on_path)" ] && "$(uv_on_path)" venv --quiet --no-project --clear \
	  --python "$$python" .venv 2>/dev/null; then exit; \
	elif ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python cannot make a venv; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	"$$python" -m venv --clear .venv
	@awk '/^[^ ]/ { keep = /^uv==/ } keep' requirements-test.lock > .venv/uv.lock
	@$(call install,requirements.lock)
	@touch $@

# Installs a lock, whose packages are all pinned there: nothing is resolved.
define install
uv="$(uv_on_path)"; if [ $(INSTALLER) = uv ] && [ -z "$$uv" ]; then \
  $(pip) install --require-hashes -r .venv/uv.lock 2>/dev/null && uv=.venv/bin/uv; \
fi; \
if [ -z "$$uv" ] || ! "$$uv" pip install --quiet --python .venv/bin/python --no-deps \
  --require-hashes -r $(1); then \
  echo "installing with pip, which takes about a minute longer than uv"; \
  $(with_pip); \
  $(pip) install --no-deps --require-hashes --no-compile -r $(1); \
fi
endef

# What uv made has no pip.
with_pip = $(pip) --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null

# A second step, because pip refuses an editable install beside hashes; its build backend is
# pinned in requirements.lock like everything else.
.venv/.ready: .venv/.locked pyproject.toml
	@{ [ -n "$(uv_on_path)" ] && "$(uv_on_path)" pip install --quiet --python .venv/bin/python \
	  --no-deps --no-build-isolation -e .; } || \
	  { $(with_pip); $(pip) install --no-deps --no-build-isolation -e .; }
	@touch $@

.venv/.tested: .venv/.ready requirements-test.lock
	@$(call install,requirements-test.lock)
	@touch $@
