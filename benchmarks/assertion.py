"""Assertion of conditions beside two peers, medspaCy's ConText and negspacy, on the project's gold passages.

    python benchmarks/assertion.py [FOLDER …]

All three are given the same text and the same mentions (DISEASE and ADVERSE_EVENT, as marked) and say of each
whether it is present, absent or possible. Each peer runs in an environment of its own under `.cache/`, made
at the first run; where a peer can't be installed, its row says so. Only figures are printed, no passage.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.tokens import Span

from pipeline.components.assertion import AssertionReader
from pipeline.components.extensions import MENTIONS
from pipeline.evaluation.markup import parse_marked

ROOT: Final = Path(__file__).resolve().parent.parent
ENVIRONMENTS: Final = ROOT / ".cache" / "benchmarks"
FOLDERS: Final = ("tests/gold/development", "tests/gold/frozen")
CLASSES: Final = ("present", "absent", "possible")
LABELS: Final = ("DISEASE", "ADVERSE_EVENT")
#: What the finer values count as: planned is not observed; what was once was.
COARSE: Final = {"hypothetical": "possible", "historical": "present"}

_READ: Final = """
import json, sys, spacy
cases = json.load(sys.stdin)
nlp = spacy.blank("en")
{setup}
answers = []
for case in cases:
    doc = splitter(nlp.make_doc(case["text"]))
    ents = [doc.char_span(a, b, label=label, alignment_mode="expand") for a, b, label, _ in case["mentions"]]
    kept = spacy.util.filter_spans([e for e in ents if e is not None])
    doc.ents = kept
    doc = reader(doc)
    found = {{(e.start, e.end): {answer} for e in doc.ents}}
    answers.append([found.get((e.start, e.end)) if e is not None else None for e in ents])
json.dump(answers, sys.stdout)
"""
#: Set-up and answer of each peer, as its own documentation has it.
PEERS: Final = {
    "medspacy": (
        'import medspacy\nsplitter = nlp.add_pipe("sentencizer")\nreader = nlp.add_pipe("medspacy_context")',
        '"absent" if e._.is_negated else '
        '"possible" if e._.is_uncertain or e._.is_hypothetical else "present"',
    ),
    "negspacy": (
        "from negspacy.negation import Negex\n"
        'splitter = nlp.add_pipe("sentencizer")\n'
        'reader = nlp.add_pipe("negex", config={"ent_types": ["DISEASE", "ADVERSE_EVENT"]})',
        '"absent" if e._.negex else "present"',
    ),
}

Case = dict[str, Any]


def gold_cases(folder: Path) -> list[Case]:
    """Text and marked conditions, `[start, end, label, assertion]`, of every passage below a folder."""
    cases = []
    for file in sorted(folder.rglob("*.gold")):
        for source in file.read_text("utf-8").split("\n=== "):
            _, _, body = source.partition("\n---\n")
            marked = parse_marked(body.strip())
            said: dict[tuple[int, int, str], set[str]] = {}
            for span in marked.spans:
                if span.label in LABELS:
                    key = span.start_char, span.end_char, span.label
                    said.setdefault(key, set()).add(span.attributes.get("assertion", "present"))
            # A ceiling makes one mention both present and absent; no reader of mentions can say both.
            mentions = [[*key, values.pop()] for key, values in said.items() if len(values) == 1]
            cases.append({"text": marked.text, "mentions": mentions})
    return cases


def own_answers(cases: Sequence[Case]) -> list[list[str | None]]:
    """What the project's reader says of each mention."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    reader, answers = AssertionReader(), []
    for case in cases:
        doc = nlp(case["text"])
        spans = [doc.char_span(a, b, label, alignment_mode="expand") for a, b, label, _ in case["mentions"]]
        doc.spans[MENTIONS] = sorted({span for span in spans if isinstance(span, Span)})
        reader(doc)
        answers.append([None if s is None else str(s._.assertion) for s in spans])
    return answers


def peer_answers(peer: str, cases: Sequence[Case]) -> list[list[str | None]] | str:
    """What a peer says of each mention, or why it can't be asked."""
    folder = ENVIRONMENTS / peer
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", peer]
    if subprocess.run(install, capture_output=True, check=False).returncode:
        return "can't be installed"
    setup, answer = PEERS[peer]
    script = _READ.format(setup=setup, answer=answer)
    done = subprocess.run(
        [str(python), "-W", "ignore", "-c", script],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return f"fails: {done.stderr.strip().splitlines()[-1]}"
    answers: list[list[str | None]] = json.loads(done.stdout.splitlines()[-1])
    return answers


def figures(cases: Sequence[Case], answers: Sequence[Sequence[str | None]]) -> Mapping[str, float]:
    """Accuracy over the classes, and F1 of each."""
    pairs = [
        (COARSE.get(mention[3], mention[3]), COARSE.get(answer or "", answer or "present"))
        for case, row in zip(cases, answers, strict=True)
        for mention, answer in zip(case["mentions"], row, strict=True)
    ]
    found = {"accuracy": sum(a == b for a, b in pairs) / len(pairs)}
    for name in CLASSES:
        both = sum(a == b == name for a, b in pairs)
        all_of_it = sum(a == name for a, _ in pairs) + sum(b == name for _, b in pairs)
        found[name] = 2 * both / all_of_it if all_of_it else 0.0
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each folder."""
    parser = argparse.ArgumentParser(description="Assertion of conditions beside medspaCy and negspacy.")
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    for folder in parser.parse_args(arguments).folders:
        cases = gold_cases(ROOT / folder)
        count = sum(len(case["mentions"]) for case in cases)
        print(f"\n{folder}: {len(cases)} passages, {count} mentions")
        print("| reader | accuracy | F1 present | F1 absent | F1 possible |\n|---|---:|---:|---:|---:|")
        rows = {"cartographer": own_answers(cases)} | {peer: peer_answers(peer, cases) for peer in PEERS}
        for name, answers in rows.items():
            if isinstance(answers, str):
                print(f"| {name} | {answers} | | | |")
                continue
            cells = " | ".join(f"{value:.3f}" for value in figures(cases, answers).values())
            print(f"| {name} | {cells} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
