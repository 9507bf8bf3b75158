"""Words per second beside what one would use instead: a scispaCy-shaped script, from files to Parquet.

    python -m benchmarks.peers [PATH ...] [--repetitions 3]

The script is built here as scispaCy's pages have it: tagger, parser and NER over one shared token-to-vector
layer of the sizes of `en_core_sci_md` (width 96, depth 4, HashEmbed of 5,000 and 2,500 rows, static vectors),
AbbreviationDetector, EntityLinker with its default settings over our knowledge base through scispaCy's own
CandidateGenerator, negspacy, and `pandas.to_parquet` with one row an entity. Cartographer does all of its
work: mentions, grounding, assertion, cohorts, adverse events, relations, studies, eleven tables.

No model of scispaCy is at hand, so tagger, parser and NER have random weights over our vectors: the network
costs what it would cost trained, but the number of entities, on which the linker's time hangs, would be
accidental. The linker is therefore given entities from outside, in two rows: those that Cartographer found,
which is fewer than `en_core_sci_md` marks; and every run of up to three words that are no function words,
which is about as many (MedMentions, its training corpus, has 352,496 mentions in 4,392 abstracts: one in
three words). negspacy is installed once into a folder of its own under `.cache/`; where it can't be, the
script does without, and the table says so. Processor time counts, in turn.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import nmslib
import numpy as np
import pandas as pd
import spacy
from scispacy.abbreviation import AbbreviationDetector
from scispacy.candidate_generation import CandidateGenerator
from scispacy.linking import EntityLinker
from sklearn.feature_extraction.text import TfidfVectorizer
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from benchmarks.measure import ROOT, Spread, in_turn, markdown, ratio
from benchmarks.texts import SEEDS
from pipeline.annotate import annotate, concept_row, knowledge, language_pipeline
from pipeline.extract import extract
from pipeline.findings import MENTIONS
from pipeline.lexicon import Concept
from pipeline.parse import documents
from pipeline.records import Document, Payload
from pipeline.sources import payloads
from pipeline.store import write_shard

NEGSPACY: Final = ROOT / ".cache" / "benchmarks" / "negspacy-alone"

_TOK2VEC: Final = {
    "@architectures": "spacy.Tok2Vec.v2",
    "embed": {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 96,
        "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
        "rows": [5000, 2500, 2500, 2500],
        "include_static_vectors": True,
    },
    "encode": {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": 96,
        "depth": 4,
        "window_size": 1,
        "maxout_pieces": 3,
    },
}
_LISTENER: Final = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}

Extents = list[tuple[int, int]]


def _transitions(state: str, hidden: int) -> dict[str, object]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": state,
        "extra_state_tokens": False,
        "hidden_width": hidden,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": _LISTENER,
    }


def peer_pipeline(own: Language) -> Language:
    """Tagger, parser and NER with random weights over the vectors of another pipeline."""
    own("A first text brings the shipped vectors into single precision.")
    nlp = spacy.blank("en", vocab=own.vocab)
    nlp.tokenizer = own.tokenizer
    nlp.max_length = own.max_length
    nlp.add_pipe("tok2vec", config={"model": _TOK2VEC})
    tagging = {"@architectures": "spacy.Tagger.v2", "tok2vec": _LISTENER}
    tagger = nlp.add_pipe("tagger", config={"model": tagging})
    parser = nlp.add_pipe("parser", config={"model": _transitions("parser", 128)})
    ner = nlp.add_pipe("ner", config={"model": _transitions("ner", 64)})
    for ordinal in range(50):
        tagger.add_label(f"T{ordinal}")  # type: ignore[attr-defined]
    for ordinal in range(45):
        parser.add_label(f"d{ordinal}")  # type: ignore[attr-defined]
    ner.add_label("ENTITY")  # type: ignore[attr-defined]
    nlp.initialize()
    return nlp


def negation(nlp: Language) -> Callable[[Doc], Doc] | None:
    """Component of negspacy, installed beside the project where it is not there; None where it can't be."""
    if not NEGSPACY.exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(NEGSPACY)]
        if subprocess.run([*install, "negspacy"], capture_output=True, check=False).returncode:
            return None
    sys.path.append(str(NEGSPACY))
    try:
        from negspacy.negation import Negex  # type: ignore[import-not-found]  # noqa: PLC0415
        from negspacy.termsets import termset  # type: ignore[import-not-found]  # noqa: PLC0415
    except ImportError:
        return None
    reader: Callable[[Doc], Doc] = Negex(
        nlp,
        "negex",
        neg_termset=termset("en_clinical").get_patterns(),
        ent_types=[],
        extension_name="negex",
        chunk_prefix=[],
    )
    return reader


def content_runs(doc: Doc) -> Extents:
    """Runs of up to three words that are no function words: about as dense as `en_core_sci_md`'s entities."""
    runs: Extents = []
    start = None
    for token in doc:
        is_content = token.is_alpha and not token.is_stop
        if start is not None and (not is_content or token.i - start == 3):
            runs.append((start, token.i))
            start = None
        if is_content and start is None:
            start = token.i
    return runs if start is None else [*runs, (start, len(doc))]


class _Entities:
    """What scispaCy's linker asks its knowledge base of a concept: whether it has a definition."""

    def __getitem__(self, concept_id: str) -> Concept:
        return knowledge().concept(concept_id)


class _Knowledge:
    """Our knowledge base in the shape in which scispaCy asks for it."""

    def __init__(self, names: list[str]) -> None:
        found = ((name, [one.concept_id for one in knowledge().names(name)]) for name in names)
        self.alias_to_cuis = {name: list(dict.fromkeys(ids)) for name, ids in found}
        self.cui_to_entity = _Entities()


class _OneThread:
    """A graph that is asked for one name at a time: nmslib starts a thread for each core otherwise."""

    def __init__(self, graph: Any) -> None:  # noqa: ANN401 - nmslib has no types
        self._graph = graph

    def knnQueryBatch(self, vectors: Any, k: int) -> Any:  # noqa: ANN401, N802 - nmslib's
        """The k nearest of each row."""
        return self._graph.knnQueryBatch(vectors, k=k, num_threads=1)


def candidate_generator() -> CandidateGenerator:
    """scispaCy's, over the names of conditions of our knowledge base; takes half a minute.

    Its own builder does not run on Python 3.11. Vectors are made as there; the graph has 8 links a node for
    its 100, which makes it faster.
    """
    names = knowledge().condition_keys()
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=10, dtype=np.float32)
    vectors = vectorizer.fit_transform(names)
    kept = np.flatnonzero(np.diff(vectors.indptr))
    graph = nmslib.init(method="hnsw", space="cosinesimil_sparse", data_type=nmslib.DataType.SPARSE_VECTOR)
    graph.addDataPointBatch(vectors[kept])
    graph.createIndex({"M": 8, "efConstruction": 200, "post": 0}, print_progress=False)
    graph.setQueryTimeParams({"efSearch": 100})
    return CandidateGenerator(
        ann_index=_OneThread(graph),
        tfidf_vectorizer=vectorizer,
        ann_concept_aliases_list=[names[row] for row in kept],
        kb=_Knowledge(names),
    )


class Script:
    """The scispaCy-shaped script.

    Args:
        nlp: tagger, parser, NER.
        target: the Parquet file that it writes.
    """

    def __init__(self, nlp: Language, target: Path) -> None:
        self._nlp = nlp
        self._target = target
        self._detector = AbbreviationDetector(nlp)
        self._linker = EntityLinker(candidate_generator=candidate_generator())
        self.negation = negation(nlp)

    def __call__(self, texts: list[Document], entities: Callable[[Document, Doc], Extents]) -> int:
        """Read texts with the entities given; returns how many entities there were."""
        rows = []
        for doc, document in self._nlp.pipe(((text.text, text) for text in texts), as_tuples=True):
            doc.ents = [Span(doc, start, end, "ENTITY") for start, end in entities(document, doc)]
            read = self._linker(self._detector(doc))
            if self.negation is not None:
                read = self.negation(read)
            for entity in read.ents:
                best = entity._.kb_ents[0] if entity._.kb_ents else (None, None)
                denied = entity._.negex if self.negation is not None else None
                rows.append((document.doc_id, entity.text, entity.start_char, entity.end_char, *best, denied))
        pd.DataFrame(rows, columns=["doc", "text", "start", "end", "concept", "score", "denied"]).to_parquet(
            self._target
        )
        return len(rows)


def parsed(found: list[Payload]) -> Iterator[Document]:
    """Documents of the payloads; what can't be read is left out, on both sides."""
    for payload in found:
        yield from (one for one in documents(payload) if isinstance(one, Document))


def main() -> None:
    """Print a Markdown table."""
    warnings.simplefilter("ignore")
    reader = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    reader.add_argument("paths", nargs="*", default=[str(SEEDS)])
    reader.add_argument("--repetitions", type=int, default=3, metavar="N")
    asked = reader.parse_args()
    found = [one for one in payloads(asked.paths) if isinstance(one, Payload)]
    own, texts = language_pipeline(), list(parsed(found))
    n_words = sum(len(text.text.split()) for text in texts)
    with tempfile.TemporaryDirectory() as name:
        script, numbers = Script(peer_pipeline(own), Path(name, "entities.parquet")), itertools.count()
        mentions: dict[str, Extents] = {}
        n_entities: dict[str, int] = {}

        def read_own() -> None:
            extractions = []
            for document, doc in annotate(parsed(found), own):
                mentions[document.doc_id] = [(s.start, s.end) for s in filter_spans(doc.spans[MENTIONS])]
                extractions.append(
                    extract(doc, document, concepts=concept_row, extraction_key="0" * 32, run_id="benchmark")
                )
            n_entities["Cartographer"] = sum(map(len, mentions.values()))
            write_shard(Path(name), f"shard-{next(numbers)}", extractions)

        def read_sparse() -> None:
            given = script(list(parsed(found)), lambda document, _: mentions[document.doc_id])
            n_entities["scispaCy-shaped, our mentions"] = given

        def read_dense() -> None:
            given = script(list(parsed(found)), lambda _, doc: content_runs(doc))
            n_entities["scispaCy-shaped, as dense as MedMentions"] = given

        jobs = {
            "Cartographer": read_own,
            "scispaCy-shaped, our mentions": read_sparse,
            "scispaCy-shaped, as dense as MedMentions": read_dense,
        }
        seconds = in_turn(jobs, asked.repetitions, time.process_time)
    print(f"{len(texts)} documents, {n_words:,} words; negspacy {'with' if script.negation else 'without'}\n")
    rows = [
        [
            job,
            f"{n_entities[job]:,}",
            Spread.of([n_words / one for one in taken]).shown(),
            ratio(taken, seconds["Cartographer"]).shown(".2f"),
        ]
        for job, taken in seconds.items()
    ]
    print(markdown(["", "entities", "words/s", "Cartographer is so many times as fast"], rows))


if __name__ == "__main__":
    main()
