# Everything sets itself up: a .venv beside this file, with uv where it is there, else venv and pip.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
install = uv pip install --quiet --python $(BIN)/python
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: help demo test lint types contracts unit bench fuzz soak format lock pictures man build clean
help:
	@echo "make demo     look at the emoji; NAME=digits, clicks, pagoda: at others"
	@echo "make test     ruff, mypy, import contracts, pytest"
	@echo "make bench    speed, memory and bytes, as ratios in one run"
	@echo "make fuzz     mutated files and random terminal input; SECONDS=600, SEED=7"
	@echo "make soak     a million points at full speed; MINUTES=10"
	@echo "make format   let ruff put the code in form"
	@echo "make lock     choose newer versions of all dependencies"
	@echo "make pictures docs/pictures, from a real kitty and xterm on a virtual screen; NAME=heat: one"
	@echo "make man      the manual page, made of the help, into build/"
	@echo "make build    wheel and sdist into dist/"

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
ifdef UV
	@uv venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
else
	@$(PYTHON) -m venv .venv
endif

.venv/.app: pyproject.toml requirements-dev.txt | .venv/bin/python
	@echo "setting up .venv ..."
ifndef UV
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --upgrade >/dev/null
endif
	@$(install) -c requirements-dev.txt -e .
	@touch $@

.venv/.dev: .venv/.app
	@echo "adding the development tools ..."
	@$(install) -r requirements-dev.txt
	@touch $@

demo: .venv/.app
	@$(BIN)/vizterm demo $(NAME)

test: lint types contracts unit

lint: .venv/.dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
types: .venv/.dev
	@$(BIN)/mypy
contracts: .venv/.dev
	@$(BIN)/lint-imports --no-cache
# Much of the time is spent waiting for programs in ptys.
WORKERS ?= $(shell expr 2 '*' $$(getconf _NPROCESSORS_ONLN))
# Hundreds of programs are started: they need not be compiled each time, nor count on all cores.
unit: export PYTHONDONTWRITEBYTECODE =
unit: export OPENBLAS_NUM_THREADS = 1
unit: .venv/.dev
	@$(BIN)/pytest -n $(WORKERS)

bench: .venv/.dev
	@$(BIN)/python -m tests.bench

SECONDS ?= 60
SEED ?= 0
fuzz: .venv/.dev
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)

MINUTES ?= 10
soak: .venv/.dev
	@$(BIN)/python -m tests.soak --minutes $(MINUTES)

format: .venv/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock:
	uv pip compile --quiet --universal --upgrade --no-header --no-emit-index-url --group dev \
	  --python-version 3.11 pyproject.toml -o requirements-dev.txt

build: .venv/.dev
	@rm -rf dist
	@$(BIN)/python -m hatchling build

pictures: .venv/.dev
	@$(BIN)/python -m tests.pictures $(NAME)

man: .venv/.app
	@$(BIN)/python release/man_page.py build/vizterm.1
	@echo "man -l build/vizterm.1"

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .hypothesis
