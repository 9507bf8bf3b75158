"""The same story, the same paper: documents that repeat another one say so, whatever frames them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.end_to_end.conftest import Read
from tests.end_to_end.published import Published
from tests.unit.test_duplicates import ABSTRACTS, RELEASE

PAPER = ROOT / "seeds" / "08-paper-cd22-lymphoma.xml"
DOI = "10.5555/cartographer.sample.08"

RECORD = f"""<?xml version="1.0" encoding="UTF-8"?>
<PubmedArticleSet><PubmedArticle>
  <MedlineCitation><PMID Version="1">99000008</PMID><Article>
    <Journal><JournalIssue><PubDate><Year>2024</Year><Month>Aug</Month></PubDate></JournalIssue></Journal>
    <ArticleTitle>CD22 CAR T cells when CD19 has failed in large B-cell lymphoma: a phase 1
      trial.</ArticleTitle>
    <ELocationID EIdType="doi" ValidYN="Y">{DOI}</ELocationID>
    <Abstract><AbstractText>Of 41 patients enrolled, 38 were infused.</AbstractText></Abstract>
  </Article></MedlineCitation>
</PubmedArticle></PubmedArticleSet>
"""

NEWS = f"""When the first target fails, doctors try CD22

By a staff reporter

Thirty-eight people whose lymphoma had come back after CD19 cells were given cells against CD22 instead, a
team reports this week. "We had little else to offer," said the doctor who led the study. She told
reporters that the disease of 26 of them shrank. The hospital hopes to open a second trial next year.

Journal reference: https://doi.org/{DOI}
"""

PARAGRAPHS = [f"{sentence}." for sentence in " ".join(RELEASE.split()).rstrip(".").split(". ")]

FIRST = (
    "\n\n".join(["Two volunteers receive cells made in town", "Published on 2 March 2026", *PARAGRAPHS])
    + "\n"
)

SYNDICATED = f"""<!DOCTYPE html><html lang="en"><head><title>Home-made cells for lupus | Valley Daily</title>
<meta property="article:published_time" content="2026-03-04T08:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/health">Health</a> <a href="/sports">Sports</a></nav>
<article><h1>Home-made cells for lupus</h1>
{"".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)}</article>
<footer>© 2026 Valley Daily. All rights reserved. Subscribe to our newsletter.</footer></body></html>
"""


def originals(published: Published) -> dict[str, str]:
    """Name of each copy's file → name of its original's."""
    rows = published.frames["documents"].to_dict("records")
    names = {row["doc_id"]: row["source_uri"].partition("#")[0].rpartition("/")[2] for row in rows}
    return {
        names[row["doc_id"]]: names[row["duplicate_of"]]
        for row in rows
        if isinstance(row["duplicate_of"], str)
    }


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    shutil.copy(PAPER, folder / "paper.xml")
    for name, text in {
        "record.xml": RECORD,
        "news.txt": NEWS,
        "first.txt": FIRST,
        "syndicated.html": SYNDICATED,
        "myeloma.txt": ABSTRACTS[0],
        "gastric.txt": ABSTRACTS[1],
    }.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_copies_name_their_original_in_any_order(read: Read, inputs: Path, tmp_path: Path) -> None:
    """Syndicated news and a record of a paper are copies; news on the paper and like abstracts are not."""
    expected = {"syndicated.html": "first.txt", "record.xml": "paper.xml"}
    at_once = read(tmp_path / "at once", inputs)
    assert originals(at_once) == expected

    read(tmp_path / "in turn", *sorted(inputs.iterdir(), reverse=True)[:4])
    in_turn = read(tmp_path / "in turn", inputs)
    assert originals(in_turn) == expected
    assert in_turn.comparable() == at_once.comparable()
    assert originals(read(tmp_path / "in turn", inputs)) == expected
