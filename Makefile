# Every command of the project. Each is one script; `make help` lists them.
PYTHON ?= python3
ENGINE = .venv/bin/python -m playground.engine

.DEFAULT_GOAL := help
.PHONY: help run bundle compose compose-down test soak security bench shots lint fix images engine-up engine-down engine-status clean python setup

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: python ## set up what is missing and serve the site at http://localhost:8000
	@exec $(PYTHON) scripts/run.py $(if $(BUNDLE),--bundle "$(BUNDLE)")

bundle: python ## write all that make run BUNDLE=FILE needs without a network to one file (OUT=FILE)
	@exec $(PYTHON) scripts/bundle.py $(if $(OUT),--out "$(OUT)") $(if $(COMPOSE),--compose)

compose: python ## the same site in containers, by docker-compose.yml
	@exec $(PYTHON) scripts/compose.py up $(if $(BUNDLE),--bundle "$(BUNDLE)")

compose-down: python ## end what make compose started
	@exec $(PYTHON) scripts/compose.py down

test: python ## set up what tests need and run every kind of test
	@exec $(PYTHON) scripts/test.py

soak: python ## the long tests: kills, floods, attacks, compose
	@exec $(PYTHON) scripts/test.py soak attacks postgres-whole

security: python ## every attack on the lab engine and on a plain one; writes docs/security.md
	@exec $(PYTHON) scripts/security.py

bench: python ## measure speed, printed as ratios against a baseline
	@exec $(PYTHON) scripts/bench.py

shots: python ## make the screenshots in docs/screenshots anew
	@exec $(PYTHON) scripts/shots.py

lint: python ## every check that reads the code: ruff, mypy, import contracts, tsc
	@exec $(PYTHON) scripts/lint.py

fix: setup ## let ruff mend and format what it can
	@.venv/bin/ruff check --fix; .venv/bin/ruff format

images: python ## make all base images now
	@exec $(PYTHON) scripts/images.py

engine-up: setup ## start our own Docker Engine and keep it
	@$(ENGINE) up

engine-down: setup ## stop our own Docker Engine when nobody uses it
	@$(ENGINE) down

engine-status: setup ## which Docker Engine answers
	@$(ENGINE) status

clean: ## remove what can be made again (not var/: the learners' work is there)
	rm -rf .venv node_modules static/dist static/root var/stamps .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

setup: python
	@$(PYTHON) scripts/bootstrap.py lint

python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Drydock needs Python 3.11 or later; name one: make PYTHON=python3.12 ...")'
