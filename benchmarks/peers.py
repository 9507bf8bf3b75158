"""Words per second of the language pipeline beside a scispaCy-shaped one, on the same text in the same run.

    python benchmarks/peers.py PATH [PATH ...] [--repetitions N]

The peer is built here: tagger, parser and NER over one shared token-to-vector layer of the sizes of
`en_core_sci_md` (width 96, depth 4, HashEmbed of 5,000 and 2,500 rows, static vectors), scispaCy's
AbbreviationDetector and its EntityLinker with its default settings. Vectors are ours. No model of scispaCy is
at hand, so the weights of tagger, parser and NER are random and untrained: the network costs what it would
cost trained, but the number of mentions, on which the linker's time hangs, would be accidental. So the linker
is given the mentions that our pipeline found, and searches our knowledge base through scispaCy's
CandidateGenerator. Processor time of the best repetition counts, both in turn.
"""

from __future__ import annotations

import argparse
import time
import warnings

import spacy
from scispacy.abbreviation import AbbreviationDetector
from scispacy.linking import EntityLinker
from spacy.language import Language
from spacy.util import filter_spans

from pipeline.annotate import annotate, knowledge, language_pipeline
from pipeline.findings import MENTIONS
from pipeline.lexicon.neighbours import load_neighbours
from pipeline.parse import documents
from pipeline.records import Document
from pipeline.sources import payloads

_TOK2VEC = {
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
_LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}


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


def main() -> None:
    """Print a Markdown table."""
    warnings.simplefilter("ignore")
    reader = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    reader.add_argument("paths", nargs="+")
    reader.add_argument("--repetitions", type=int, default=3, metavar="N")
    given = reader.parse_args()
    found = [one for payload in payloads(given.paths) for one in documents(payload)]
    texts = [one for one in found if isinstance(one, Document)]
    own = language_pipeline()
    peer = peer_pipeline(own)
    generator = load_neighbours(knowledge())._generator
    detector, linker = AbbreviationDetector(peer), EntityLinker(candidate_generator=generator)
    mentions: dict[str, list[tuple[int, int]]] = {}

    def read_own() -> None:
        for document, doc in annotate(texts, own):
            mentions[document.doc_id] = [(s.start, s.end) for s in filter_spans(doc.spans[MENTIONS])]

    def read_peer() -> None:
        for doc, document in peer.pipe(((text.text, text) for text in texts), as_tuples=True):
            doc.ents = [doc[a:b] for a, b in mentions[document.doc_id]]
            linker(detector(doc))

    n_words = sum(len(text.text.split()) for text in texts)
    best: dict[str, float] = {}
    for _ in range(given.repetitions):
        for name, read in (("Cartographer", read_own), ("scispaCy-shaped", read_peer)):
            start = time.process_time()
            read()
            best[name] = min(best.get(name, float("inf")), time.process_time() - start)
    print(f"{len(texts)} documents, {n_words:,} words\n\n| pipeline | words/s | ratio |\n|---|---:|---:|")
    for name, seconds in best.items():
        print(f"| {name} | {n_words / seconds:,.0f} | {best['scispaCy-shaped'] / seconds:.2f} |")


if __name__ == "__main__":
    main()
