"""A comparison: spaCy's span categoriser, its transition parser and the CRF head, each for conditions alone.

    python -m models.recipe.other_heads --work build/models --head {crf,spans,transitions}

Each learns anew, together with an encoder as shipped, in spaCy's own loop from the same batches. The span
categoriser takes every stretch of up to six tokens for a candidate (99.4 % of the conditions on dev are
such); of candidates that overlap the surest stays. The parser runs through a text token by token. All three
corpora are annotated for conditions, so that what is not marked there is known to be none. Prints precision,
recall and F1 on all dev documents, and tokens a second.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any, Final

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import load_model_from_config
from thinc.api import Adam, Config, fix_random_seed
from threadpoolctl import threadpool_limits

from models.recipe.evaluate import read_rows, score_heads, words_per_second
from models.recipe.train import Annotated, add_vectors, annotate, batches, frequent_words
from pipeline.components.heads import extents
from pipeline.components.name_table import NameTable
from pipeline.components.token_features import set_tables

#: Corpus → share of the steps, in the proportion of `train.CURRICULUM`.
CORPORA: Final = {"bc5cdr": 0.26, "ncbi-disease": 0.24, "biored": 0.10}
LABEL: Final = "CONDITION"
#: Components in place of the CRF head; their hidden layers are as wide as the head's.
HEADS: Final = {
    "crf": "",
    "spans": """
[conditions]
factory = "spancat_singlelabel"
spans_key = "conditions"
allow_overlap = false

[conditions.suggester]
@misc = "spacy.ngram_range_suggester.v1"
min_size = 1
max_size = 6

[conditions.model]
@architectures = "spacy.SpanCategorizer.v1"

[conditions.model.reducer]
@layers = "spacy.mean_max_reducer.v1"
hidden_size = 96

[conditions.model.scorer]
@layers = "Softmax.v2"
""",
    "transitions": """
[conditions]
factory = "ner"

[conditions.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 96
maxout_pieces = 2
use_upper = true
""",
}
LISTENER: Final = """
[conditions.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = 192
upstream = "tok2vec"
"""


@Language.component("entities_as_spans")
def entities_as_spans(doc: Doc) -> Doc:
    """Write what the transition parser found where the others write it."""
    doc.spans["conditions"] = [*doc.spans.get("conditions", []), *doc.ents]
    return doc


def build(config: Path, head: str) -> Language:
    """The encoder and one component for conditions."""
    settings = Config().from_disk(config)
    settings["nlp"]["pipeline"] = ["tok2vec", "conditions"]
    settings["components"] = {name: settings["components"][name] for name in ("tok2vec", "conditions")}
    if HEADS[head]:
        settings["components"] |= Config().from_str(HEADS[head] + LISTENER)
    return load_model_from_config(settings)


def example(text: Annotated) -> Example:
    """The text with its conditions as spaCy's components learn from it."""
    gold = text.doc.copy()
    gold.spans["conditions"] = [Span(gold, *place, label=LABEL) for place in extents(text.tags["conditions"])]
    gold.set_ents(list(gold.spans["conditions"]))
    return Example(text.doc.copy(), gold)


def compare(settings: argparse.Namespace) -> None:
    """Train one of them, and print how well and how fast it reads."""
    fix_random_seed(settings.seed)
    order = random.Random(settings.seed)
    nlp = build(settings.config, settings.head)
    add_vectors(nlp, settings.work / "floret.floret")
    rows = read_rows(settings.work / "corpora.jsonl")
    texts: dict[str, list[Annotated]] = {
        corpus: [
            annotate(nlp, row, {"conditions": LABEL}, order)
            for row in rows
            if row["corpus"] == corpus and row["split"] == "train"
        ]
        for corpus in CORPORA
    }
    names = NameTable.from_bytes((settings.work / "names.bin").read_bytes())
    encoder: Any = nlp.get_pipe("tok2vec")
    set_tables(encoder.model, names, frequent_words(texts, 3))
    sample = [example(text) for text in texts["bc5cdr"][:10]]
    encoder.initialize(lambda: sample, nlp=nlp)
    component: Any = nlp.get_pipe("conditions")
    component.initialize(lambda: sample, nlp=nlp)
    rates = (
        0.001 * min(step / 100, max(0.02, 1 - step / settings.steps)) for step in range(1, settings.steps + 2)
    )
    optimizer = Adam(rates, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    feeds = {corpus: batches(texts[corpus], 1000, order, 0.0) for corpus in CORPORA}
    started = time.perf_counter()
    for _ in range(settings.steps):
        batch = next(feeds[order.choices(list(CORPORA), list(CORPORA.values()))[0]])
        nlp.update([example(text) for text in batch], drop=0.3, sgd=optimizer)
        optimizer.step_schedules()
    print(f"{settings.steps} steps in {time.perf_counter() - started:.0f} s", flush=True)
    nlp.add_pipe("entities_as_spans")
    with nlp.use_params(optimizer.averages):
        for corpus in CORPORA:
            dev = [row for row in rows if row["corpus"] == corpus and row["split"] == "dev"]
            score = score_heads(nlp, dev, {"conditions": LABEL})["conditions"]
            print(f"{corpus}: P {score.precision:.3f} R {score.recall:.3f} F {score.f1:.3f}", flush=True)
        read = [row["text"] for row in rows if row["corpus"] == "bc5cdr" and row["split"] == "dev"]
        words_per_second(nlp, read[:50])
        print({name: round(speed) for name, speed in words_per_second(nlp, read).items()})


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("models/config.cfg"))
    parser.add_argument("--head", choices=HEADS, required=True)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--seed", type=int, default=11)
    with threadpool_limits(limits=1):
        compare(parser.parse_args())


if __name__ == "__main__":
    main()
