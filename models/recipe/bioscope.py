"""How many of BioScope's cues of negation and speculation the cues of assertion meet, and which they miss.

    python -m models.recipe.bioscope CORPORA/neg/bioscope/abstracts.xml

Its abstracts speak of molecules: much of what is speculation there ("suggest", "indicate that") is what an
author concludes, and doubts nobody's fever. The list of what is missed is to be read, not emptied.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from lxml import etree

from pipeline.grammar.assertion.cues import find_cues

#: So many of the missed cues are printed.
_SHOWN: Final = 25
_KINDS: Final = ("negation", "speculation")


class Marked(NamedTuple):
    """A cue of the corpus: its extent in the sentence, and its kind."""

    start: int
    end: int
    kind: str


def sentences(corpus: Path) -> Iterator[tuple[str, list[Marked]]]:
    """Each sentence with its cues; the file's DTD is neither needed nor read."""
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    for sentence in etree.parse(str(corpus), parser).iter("sentence"):
        text, cues = "", list[Marked]()
        open_cues: list[tuple[int, str]] = []
        for event, node in etree.iterwalk(sentence, events=("start", "end")):
            if event == "start":
                if node.tag == "cue":
                    open_cues.append((len(text), node.get("type", "")))
                text += node.text or ""
                continue
            if node.tag == "cue":
                start, kind = open_cues.pop()
                cues.append(Marked(start, len(text), kind))
            if node is not sentence:
                text += node.tail or ""
        yield text, cues


def main() -> None:
    """Print recall by kind, and the commonest cues that are missed."""
    n_marked, n_met = Counter[str](), Counter[str]()
    missed = {kind: Counter[str]() for kind in _KINDS}
    for text, marked in sentences(Path(sys.argv[1])):
        found = find_cues(text)
        for start, end, kind in marked:
            n_marked[kind] += 1
            beside = [cue.kind for cue in found if cue.start_char < end and start < cue.end_char]
            if any((met == "absent") == (kind == "negation") for met in beside):
                n_met[kind] += 1
            else:
                missed[kind][text[start:end].lower()] += 1
    for kind in _KINDS:
        print(f"{kind}: {n_met[kind]} of {n_marked[kind]} cues met ({n_met[kind] / n_marked[kind]:.1%})")
        print("  missed:", ", ".join(f"{cue} {n}" for cue, n in missed[kind].most_common(_SHOWN)))


if __name__ == "__main__":
    main()
