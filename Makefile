# make install   an environment in .venv with everything pinned
# make run       the main job on seeds/, tables in outputs/
# make evaluate  precision, recall, F1 on the gold, held against the floors
# make test      everything that must hold: import smoke, style, types, layers, tests
# make bench     what reading costs, on the texts of the folder TEXTS, into docs/benchmarks.md
# make models    knowledge base and weights anew, from the folder CORPORA; what is missing there and has a
#                public address is fetched, and other bytes than listed are an error unless ASSETS=any

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUTPUT := outputs
CORPORA := ../shared/corpora
MODELS_WORK := build/models

# The first of these that runs and is of a supported version; a shim may be there and refuse.
CANDIDATES := python3.12 python3.11 python3.10 python3 python
SUPPORTED := import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONWARNINGS := ignore::SyntaxWarning

.PHONY: bench docs evaluate install run test smoke style types layers models clean
.DEFAULT_GOAL := run

install: $(STAMP)

$(STAMP): constraints.txt pyproject.toml
	@python=; \
	for candidate in $(PYTHON) $(CANDIDATES); do \
	    if "$$candidate" -c '$(SUPPORTED)' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Cartographer needs Python 3.10, 3.11 or 3.12: install one, or name it with 'make PYTHON=/path/to/python3'." >&2; \
	    exit 1; \
	fi; \
	echo "Installing into $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

run: $(STAMP)
	@$(BIN)/cartographer run seeds --output $(OUTPUT)

test: $(STAMP) smoke style types layers
	$(BIN)/python -m pytest

# A set of versions that resolves may still not import.
smoke: $(STAMP)
	PREFECT_HOME=.cache/prefect $(BIN)/python -c 'import nmslib, pandas, prefect, pyarrow, scispacy, spacy, trafilatura, pipeline.flows'

style: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

models: $(STAMP)
	$(BIN)/python -m models.assets $(CORPORA) --download $(if $(filter any,$(ASSETS)),--any)
	$(BIN)/python models/build_knowledge.py $(CORPORA)
	for step in corpora treebanks names vectors; do \
	    $(BIN)/python -m models.recipe.$$step --corpora $(CORPORA) --work $(MODELS_WORK) || exit; \
	done
	$(BIN)/python -m models.recipe.train --work $(MODELS_WORK) --weights models/weights
	$(BIN)/python -m models.recipe.cohort_model tests/gold/development seeds/gold $(wildcard $(CORPORA)/../devset) --corpora $(CORPORA)
	$(BIN)/python -m models.recipe.evaluate --work $(MODELS_WORK) --weights models/weights
	$(BIN)/python -m models.recipe.condition_roles tests/gold/development seeds/gold $(wildcard $(CORPORA)/../devset) --corpora $(CORPORA) --write
	$(BIN)/python -m models.recipe.event_assertion tests/gold/development seeds/gold --write

docs: $(STAMP)
	$(BIN)/python -c 'from pathlib import Path; from pipeline.tables import data_dictionary; \
	    Path("docs/tables.md").write_text(data_dictionary(), encoding="utf-8")'
	$(BIN)/python -m tests.spec.guide

evaluate: $(STAMP)
	@$(BIN)/cartographer evaluate seeds/gold tests/gold/development tests/gold/frozen --floors tests/floors.json

bench: run
	$(BIN)/python -m benchmarks $(if $(TEXTS),--texts $(TEXTS)) --write docs/benchmarks.md

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
