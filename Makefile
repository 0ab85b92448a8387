# Everything sets itself up: `make demo` and `make test` work in a fresh clone.
PYTHON ?= python3
BUDGET ?= 120m
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
NATIVE := CMakeLists.txt $(wildcard src/wavenet/native/*)

.DELETE_ON_ERROR:
.PHONY: demo test lint format data data-music compare bench bench-engine improve clean

demo: $(VENV)/.run  ## hear the shipped model, and see its numbers
	@bash scripts/demo.sh

test: $(VENV)/.dev  ## all tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev  ## formatting, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

data: $(VENV)/.dev  ## fetch and prepare what the shipped models learn from: one voice, and five (where apt exists)
	sh scripts/fetch_english_prompts.sh data/english_prompts_raw
	$(BIN)/wavenet prepare data/english_prompts_raw data/english_prompts
	sh scripts/fetch_voices.sh data/voices_raw
	$(BIN)/wavenet prepare data/voices_raw/asterisk-core-sounds data/voices_raw/festvox-ru data/voices --validation 0.03
	sh scripts/fetch_unseen.sh data/unseen

data-music: $(VENV)/.dev  ## fetch and prepare 18 minutes of music (where apt exists)
	sh scripts/fetch_music.sh data/music_raw
	$(BIN)/wavenet prepare data/music_raw/usr/share/asterisk/moh data/music --piece_seconds 10 --validation 0.1 --test 0.1

compare: data data-music  ## the recipes' comparisons: hours; what is done is not done again
	$(BIN)/wavenet prepare data/voices_raw/asterisk-core-sounds data/voices_raw/festvox-ru data/speakers --validation 0.08
	$(BIN)/python -m wavenet.training.compare recipes/context recipes/many_speakers recipes/vocoder

eval: $(VENV)/.dev  ## what wavenet evaluate --with … needs; the last three ask for packages that they do not use
	$(PIP) -e '.[eval]' -c constraints.txt
	$(PIP) --no-deps distillmos==0.9.1 xls-r-sqa==0.1.0 resemblyzer==0.1.4

bench: $(VENV)/.dev  ## training speed against plain formulations of the same network
	$(BIN)/python benchmarks/training.py $(if $(THREADS),--threads $(THREADS))

bench-engine: $(VENV)/.dev  ## the compiled engine: precisions, threads, batches, scoring, instruction sets
	$(BIN)/python benchmarks/engine.py $(if $(LONG),--long)

improve: $(VENV)/.dev  ## train the shipped models further for BUDGET; ship what is better
	$(BIN)/python -m wavenet.training.improve --budget $(BUDGET) $(if $(ONLY),--only $(ONLY))

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "wavenet needs Python 3.11 or newer; give one: make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: pyproject.toml $(NATIVE) | $(VENV)/bin/python
	$(PIP) -e '.[plot]' 'scipy>=1.11' -c constraints.txt
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt $(NATIVE) | $(VENV)/bin/python
	$(PIP) torch -c constraints.txt
	$(PIP) -e '.[dev]' -c constraints.txt
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) demo build dist
