"""Documents that repeat another one are told from documents that are merely alike."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from pipeline import duplicates
from pipeline.duplicates import MIN_SIMILARITY, Trace, bands, originals, signature, similarity, trace
from pipeline.records import DocumentRow, SectionRow
from tests.unit.store.made import extraction

RELEASE = """The regional blood centre said on Monday that its first two volunteers had received cells made in
its own clean room. Both have lupus that had withstood four drugs. The cells were frozen on a Thursday, thawed
beside the bed ten days later, and given within the hour. Neither needed intensive care; one had a fever that
passed overnight. The centre plans to treat another nine people before the summer, and will then report to the
ministry, which pays for half of the work. A charity of patients pays for the rest. Making the cells took
eleven days and a team of six, according to the head of the clean room, who would like to halve both."""

TEMPLATE = """Background: {antigen} is found on most {disease} cells. Methods: We enrolled adults with
{disease} that had come back after {before}. They received {product} after three days of fludarabine and
cyclophosphamide. The primary endpoint was safety; secondary endpoints were response and persistence of the
cells. Results: Of {n} patients, {m} had a response. Cytokine release syndrome occurred in {k}, and was of
grade 3 or more in {j}. {own} Conclusions: {product} was tolerated and active in {disease}, which supports a
larger trial."""

ABSTRACTS = [
    TEMPLATE.format(
        antigen="BCMA",
        disease="multiple myeloma",
        before="a proteasome inhibitor and two immunomodulatory drugs",
        product="an autologous product with a nanobody binder",
        n=41,
        m=33,
        k=29,
        j=2,
        own="Neutropenia lasted for a median of 19 days, and five patients had a bloodstream infection.",
    ),
    TEMPLATE.format(
        antigen="Claudin 18.2",
        disease="gastric cancer",
        before="platinum chemotherapy",
        product="a product with a humanised binder",
        n=26,
        m=9,
        k=25,
        j=1,
        own="Gastric bleeding stopped the treatment of one patient. CA 72-4 fell in fourteen.",
    ),
]


def made(doc_id: str, text: str = "", on: date | None = None, **told: tuple[str, ...]) -> Trace:
    """A trace of a text."""
    return Trace(doc_id, on, told.get("names", ()), told.get("trials", ()), signature(text))


def document(doc_id: str, **told: object) -> DocumentRow:
    """A document's row."""
    return replace(extraction(doc_id).document, **told)


def test_a_signature_is_of_the_words_alone() -> None:
    """White space, capitals, punctuation and ligatures do not count; it is the same in every process."""
    reset = RELEASE.upper().replace(" ", "\n ").replace(".", " –")
    assert signature(reset) == signature(RELEASE.replace("fi", "ﬁ")) == signature(RELEASE)
    assert len(signature(RELEASE)) == 512
    assert signature(RELEASE)[:8].hex() == "a6bf2401c19a1802"


def test_a_short_text_has_no_signature() -> None:
    """What anybody may say is no copy of anybody."""
    thanks = "Thanks for sharing this, all the best to you and to your family!"
    assert signature(thanks) == b""
    assert bands(signature(thanks)) == ()
    assert originals([made("a", thanks), made("b", thanks)]) == {}


def test_a_syndicated_copy_repeats_the_release() -> None:
    """Another headline, an added line and a cut paragraph leave it a copy; the earliest is the original."""
    copy = "Clean room in the city makes its first cells\n" + RELEASE + " Reporting by our health desk."
    cut = RELEASE[: RELEASE.rindex("Making the cells")]
    traces = [
        made("copy", copy, date(2026, 3, 4)),
        made("release", RELEASE, date(2026, 3, 2)),
        made("cut", cut),
    ]
    assert originals(traces) == {"copy": "release", "cut": "release"}


@pytest.mark.parametrize(
    "pair",
    [
        ABSTRACTS,
        (RELEASE, "A reporter asked the blood centre about its cells. " + ABSTRACTS[0]),
        (RELEASE, " ".join(random.Random(4).sample(RELEASE.split(), len(RELEASE.split())))),
    ],
    ids=["template", "topic", "words"],
)
def test_documents_that_are_merely_alike_are_kept_apart(pair: tuple[str, str]) -> None:
    """One template, one topic, or the same words in another order do not make a copy."""
    one, other = map(signature, pair)
    assert similarity(one, other) < MIN_SIMILARITY - 0.1
    assert originals([made("a", pair[0]), made("b", pair[1])]) == {}


def test_records_of_different_trials_are_kept_apart() -> None:
    """The same words under another registry id are another study; under the same id, or without, a copy."""
    first, second = ("NCT01234567",), ("NCT07654321", "NCT07654322")
    assert originals([made("a", RELEASE, trials=first), made("b", RELEASE, trials=second)]) == {}
    assert originals([made("a", RELEASE, trials=first), made("b", RELEASE, trials=first)]) == {"b": "a"}
    assert originals([made("a", RELEASE, trials=first), made("b", RELEASE)]) == {"b": "a"}


def test_a_record_is_of_the_trial_that_it_is_filed_under() -> None:
    """A registry id counts in the text, in the document's id and in its address."""
    named = trace(document("a", text=RELEASE, trial_ids=("NCT01234567",)), ())
    filed = trace(document("feed/NCT07654321", text=RELEASE, trial_ids=()), ())
    address = "https://registry.example/NCT07654321?full=1"
    at = trace(document("c", text=RELEASE, trial_ids=(), url=address), ())
    assert originals([named, filed, at]) == {"feed/NCT07654321": "c"}


def test_records_of_one_publication_are_copies() -> None:
    """A PubMed record and the paper share a DOI or an id, whatever their texts; dates, then ids decide."""
    title = "Cells for lupus: a first report"
    record = document("pubmed", kind="abstract", doi="10.1/a", pmid="7", title=title + ".")
    paper = document("paper", kind="paper", doi="10.1/a", title="Cells for Lupus: A First Report")
    later = document("later", kind="abstract", pmid="7", title=title, published_on=date(2026, 1, 1))
    traces = [trace(row, ()) for row in (record, paper, later)]
    assert originals(traces) == {"pubmed": "later", "paper": "later"}
    assert originals(traces[:2]) == {"pubmed": "paper"}


@pytest.mark.parametrize(
    ("kind", "title"), [("news", "Cells for lupus: a first report"), ("paper", "Lupus patients walk again")]
)
def test_a_news_item_is_no_copy_of_the_paper_it_reports(kind: str, title: str) -> None:
    """It bears the paper's DOI, but is no publication; and if it was taken for one, its headline differs."""
    paper = document("paper", kind="paper", doi="10.1/a", title="Cells for lupus: a first report")
    news = document("news", kind=kind, doi="10.1/a", title=title)
    assert originals([trace(paper, ()), trace(news, ())]) == {}


def test_what_frames_a_text_does_not_count() -> None:
    """Boilerplate, quotes and references differ between copies, and make no copies of different texts."""
    about = "About the network: " + " ".join(f"word{n}" for n in range(900)) + "\n"

    def framed(doc_id: str, told: str, kind: str) -> Trace:
        text = about + told
        frame = SectionRow(f"{doc_id}#0", doc_id, 0, kind, 0, len(about), None, None)
        return trace(document(doc_id, text=text, trial_ids=()), [frame])

    assert framed("a", RELEASE, "boilerplate").signature == made("b", RELEASE).signature
    assert originals([framed("a", RELEASE, "quote"), framed("b", ABSTRACTS[0], "quote")]) == {}
    assert originals([framed("a", RELEASE, "body"), framed("b", ABSTRACTS[0], "body")]) == {"b": "a"}


def test_groups_do_not_depend_on_the_order() -> None:
    """Linked through others counts as linked; any order gives the same original."""
    traces = [
        made("a", RELEASE, date(2026, 5, 1)),
        made("b", RELEASE, names=("doi:10.1/b/",)),
        made("c", ABSTRACTS[0], date(2026, 2, 1), names=("doi:10.1/b/",)),
        made("d", ABSTRACTS[0]),
        made("e", ABSTRACTS[1], date(2026, 1, 1)),
    ]
    expected = {"a": "c", "b": "c", "d": "c"}
    for seed in range(10):
        shuffled = random.Random(seed).sample(traces, len(traces))
        assert originals(shuffled) == expected


def test_bands_find_every_copy() -> None:
    """Texts above the threshold share a band; texts of nothing in common share none."""
    words = [f"w{n}" for n in range(600)]
    base = signature(" ".join(words))
    for seed in range(20):
        changed = list(words)
        for place in random.Random(seed).sample(range(600), 12):
            changed[place] = "other"
        copy = signature(" ".join(changed))
        assert similarity(base, copy) > MIN_SIMILARITY - 0.1
        assert set(bands(base)) & set(bands(copy))
    assert not set(bands(base)) & set(bands(signature(RELEASE)))


def test_a_story_that_many_took_over_is_compared_with_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is in a group already is compared no more: steps grow with the number of copies, not its square."""
    asked: list[int] = []
    may_be_one = duplicates._may_be_one
    monkeypatch.setattr(
        duplicates, "_may_be_one", lambda one, other: bool(asked.append(1)) or may_be_one(one, other)
    )
    words = ABSTRACTS[0].split()
    copies = [Trace(f"d{n:03}", None, (), (), signature(" ".join([*words, f"site {n}"]))) for n in range(100)]
    assert originals(copies) == {f"d{n:03}": "d000" for n in range(1, 100)}
    assert len(asked) < 2 * len(copies)
