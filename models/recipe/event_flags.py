"""What the rules of assertion say of events that corpora mark as negated or speculated.

    python -m models.recipe.event_flags CORPORA/rel/bionlp13cg/devel [--misses]
    python -m models.recipe.event_flags CORPORA/rel/phee/dev.json [--misses]

In BioNLP13CG (a folder of BRAT standoff) a mention is the trigger of an event: the corpus flags events, and a
trigger is the one stretch of text that stands for an event alone. What takes part in it is shared by several
events, of which often one is denied. In PHEE (JSON lines) it is the effect of an adverse event, which is what
the pipeline reads as an adverse event there; its flags are those of the event.

A mention of several events is flagged if any of them is. The rules are given the effects of PHEE as adverse
events and the triggers of BioNLP13CG as diseases: what is said of harms alone ("induces", in the present
tense, names a risk) is no doubt about molecules. Negation is compared with absent, speculation with possible
and hypothetical. A mention has one assertion, so that of the few with both flags one is always missed.

The corpora mean more than the rules do: negation is also what a word says of itself ("deficient",
"independent"), speculation also what is only studied ("to examine the effect of") and, in PHEE, the link to a
drug where the harm itself was there. And they mean less: where a verb is denied or in doubt, it is flagged
and its arguments are not, whereas the rules speak of all that it covers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import spacy
from spacy.tokens import Span

from pipeline.components.assertion import AssertionReader
from pipeline.components.extensions import MENTIONS
from pipeline.evaluation.scores import Counts, score, table
from pipeline.findings import Extent

#: The corpora's flags, and the assertions that agree with them.
FLAGS: Final[Mapping[str, frozenset[str]]] = {
    "negation": frozenset({"absent"}),
    "speculation": frozenset({"possible", "hypothetical"}),
}


class Flagged(NamedTuple):
    """A text, the label under which its events are given to the rules, and the flags of each extent."""

    text: str
    label: str
    flags: Mapping[Extent, frozenset[str]]


def standoff(folder: Path) -> Iterator[Flagged]:
    """The documents of a folder with .txt and .a2: triggers (T), events (E) on them, flags of events (M).

    Raises:
        KeyError: an event has no trigger, or a flag no event.
    """
    for file in sorted(folder.glob("*.a2")):
        triggers, events = dict[str, Extent](), dict[str, Extent]()
        flags = dict[Extent, set[str]]()
        for line in file.read_text("utf-8").splitlines():
            name, _, rest = line.partition("\t")
            words = rest.split("\t")[0].split()
            if name.startswith("T"):
                triggers[name] = int(words[1].split(";")[0]), int(words[-1])
            elif name.startswith("E"):
                events[name] = triggers[words[0].split(":")[1]]
                flags.setdefault(events[name], set())
            elif name.startswith("M"):
                flags[events[words[1]]].add(words[0].lower())
        text = file.with_suffix(".txt").read_text("utf-8")
        yield Flagged(text, "DISEASE", {extent: frozenset(flags[extent]) for extent in sorted(flags)})


def phee(file: Path) -> Iterator[Flagged]:
    """The sentences of PHEE with the effects of their adverse events; a negated event is a denied effect."""
    for line in file.read_text("utf-8").splitlines():
        row, flags = json.loads(line), dict[Extent, set[str]]()
        for event in chain.from_iterable(one["events"] for one in row["annotations"]):
            if event["event_type"] != "Adverse_event" or "Effect" not in event:
                continue
            marked = {"negation": event.get("Negated"), "speculation": event.get("Speculated")}
            effect = event["Effect"]
            for start, words in zip(chain(*effect["start"]), chain(*effect["text"]), strict=True):
                named = flags.setdefault((start, start + len(words)), set())
                named.update(flag for flag, cue in marked.items() if cue and cue["value"])
        extents = {extent: frozenset(flags[extent]) for extent in sorted(flags)}
        yield Flagged(row["context"], "ADVERSE_EVENT", extents)


def answers(documents: Sequence[Flagged]) -> Iterator[list[tuple[Span, frozenset[str]]]]:
    """For each document its mentions as the rules judged them, with the flags of the corpus."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    read = AssertionReader()
    for document in documents:
        doc = nlp(document.text)
        given = dict[Span, frozenset[str]]()
        for extent, flags in document.flags.items():
            span = doc.char_span(*extent, document.label, alignment_mode="expand")
            if span is not None:
                given[span] = given.get(span, frozenset()) | flags
        doc.spans[MENTIONS] = sorted(given, key=lambda span: (span.start_char, -span.end_char))
        read(doc)
        yield list(given.items())


def counts(judged: Sequence[tuple[Span, frozenset[str]]], flag: str) -> Counts:
    """How the answers on one document agree with one of the flags."""
    gold = [flag in flags for _, flags in judged]
    found = [span._.assertion in FLAGS[flag] for span, _ in judged]
    both = sum(one and other for one, other in zip(gold, found, strict=True))
    return Counts(sum(gold), sum(found), both, both)


def _differences(judged: Sequence[tuple[Span, frozenset[str]]]) -> Iterator[str]:
    for span, flags in judged:
        for flag, kinds in FLAGS.items():
            if (flag in flags) != (span._.assertion in kinds):
                what = "missed" if flag in flags else "spurious"
                cue = "" if span._.cue is None else f" by {span.doc.text[slice(*span._.cue)]!r}"
                words = " ".join(span.sent.text.split())
                yield f"{flag} {what}: {span.text!r}, {span._.assertion}{cue}: {words}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each corpus and, if asked, each mention on which rules and corpus differ."""
    parser = argparse.ArgumentParser(description="Assertion beside corpora that flag their events.")
    parser.add_argument("corpora", nargs="+", type=Path, help="folder of standoff files, or file of PHEE")
    parser.add_argument("--misses", action="store_true", help="print what differs, too")
    given = parser.parse_args(arguments)
    for path in given.corpora:
        judged = list(answers(list(phee(path) if path.suffix == ".json" else standoff(path))))
        n_mentions = sum(map(len, judged))
        scores = {flag: score([counts(one, flag) for one in judged]) for flag in FLAGS}
        print(table(f"{path.parent.name}/{path.name}, {n_mentions} mentions", scores))
        if given.misses:
            print("\n".join(chain.from_iterable(map(_differences, judged))))


if __name__ == "__main__":
    main()
