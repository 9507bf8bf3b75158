"""PDF: the text layer as a person would read it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from pipeline.parse import documents
from pipeline.records import Document, Failure, Payload
from pipeline.settings import settings
from tests.pdf_files import Words, column, pdf

LEFT = [
    "CAR T cells were given to twelve patients with",
    "refractory systemic lupus erythematosus after lym-",
    "phodepletion. Cytokine release syndrome of any",
    "grade occurred in five of the twelve patients.",
    "   Neurotoxicity was not observed in any of them",
    "during the follow-up of fifteen months, and dose-",
    "limiting toxicity was not seen at either dose of",
    "the cells. Autoantibodies disappeared in all of the",
]
RIGHT = [
    "treated patients within three months. A limiting",
    "factor was the dose that could be manufactured in",
    "the time at hand. Infections were mild and passed",
    "without a stay in hospital, but for one pneumonia",
    "that was treated with antibiotics for ten days in",
    "a general ward. Lymphodepletion was well tolerated",
    "by all patients, who went home after two weeks on",
    "the ward. Follow-up goes on for fifteen more years.",
]


def _met(body: bytes) -> Document | Failure:
    [found] = documents(Payload("file:///t/a.pdf", body, "application/pdf"))
    return found


def _document(body: bytes) -> Document:
    found = _met(body)
    assert isinstance(found, Document), found
    return found


def _lines(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines]


def test_columns_are_read_one_after_the_other() -> None:
    """Also when they were drawn line by line across the page; the title above them comes first."""
    across = [
        words
        for left, right in zip(column(60, 600, LEFT), column(320, 600, RIGHT), strict=True)
        for words in (left, right)
    ]
    found = _document(
        pdf([[*across, Words(60, 700, "CD19 CAR T cells in refractory lupus: a series of twelve", 18)]])
    )
    assert found.title == "CD19 CAR T cells in refractory lupus: a series of twelve"
    told = " ".join(found.text.split())
    places = [
        told.index(words)
        for words in ("CD19 CAR T cells in", "CAR T cells were given", "disappeared in all of")
    ]
    assert places == sorted(places)
    assert "disappeared in all of the treated patients within three months" in told
    assert told.index("factor was the dose") > told.index("Neurotoxicity")


def test_divided_words_are_joined_and_compounds_are_not() -> None:
    """What the document itself writes decides: its words, and its compounds of words."""
    found = _document(pdf([[*column(60, 600, LEFT), *column(320, 600, RIGHT)]]))
    assert "after lymphodepletion. Cytokine" in found.text
    assert "dose-limiting toxicity" in found.text
    proper = [
        "The first of the new products for lupus is a CAR-",
        "T cell that is aimed at CD19 and at BCMA-",
        "positive cells.",
    ]
    assert (
        "CAR-T cell that is aimed at CD19 and at BCMA-positive cells."
        in _document(pdf([column(60, 600, proper)])).text
    )


def test_paragraphs_are_told_by_gaps_and_indents() -> None:
    """A blank line, or an indented line after a short one that ends a sentence."""
    lines = [
        "CAR T cells were given to twelve patients with lupus, and",
        "all of them went home after two weeks in the hospital.",
        "",
        "In a second group of eight patients with myositis, the same",
        "cells were given.",
        "Nothing was seen in them that had not been seen before.",
    ]
    found = _document(pdf([column(60, 600, lines)]))
    assert found.text.split("\n\n")[0].endswith("in the hospital.")
    assert found.text.split("\n\n")[1].startswith("In a second group")
    assert found.text.count("\n\n") == 2


def test_heads_feet_and_page_numbers_are_dropped() -> None:
    """Also where left and right pages differ, and a page's own last line stays."""
    pages = []
    for number in range(1, 9):
        head = "J Made-up Trials 2026; 12: 101-108" if number % 2 else "CAR T cells in lupus"
        pages.append(
            [
                Words(60, 805, head, 8),
                *column(
                    60,
                    700,
                    [f"Page {number} tells of {number * 3} patients with lupus who were given cells."],
                ),
                Words(60, 60, f"The last line of sheet {'abcdefgh'[number - 1]} belongs to the text."),
                Words(290, 30, str(100 + number), 8),
            ]
        )
    found = _document(pdf(pages))
    assert "Made-up" not in found.text
    assert "CAR T cells in lupus" not in found.text
    assert not any(str(100 + number) in found.text for number in range(1, 9))
    assert found.text.count("belongs to the text.") == 8
    assert all(f"tells of {number * 3} patients" in found.text for number in range(1, 9))


def test_figures_of_a_table_at_the_foot_of_a_page_are_no_page_numbers() -> None:
    """A page's number stands alone, or beside a head that comes back."""
    pages = [
        [
            Words(60, 810, "CAR T cells in lupus", 8),
            Words(500, 810, str(200 + number), 8),
            *column(60, 700, LEFT),
            *(
                Words(60 + 150 * at, 60, cell)
                for at, cell in enumerate([f"Event {'abcd'[number]}", "5", "0"])
            ),
        ]
        for number in range(4)
    ]
    told = _document(pdf(pages)).text
    assert all(f"Event {letter}\t5\t0" in told for letter in "abcd")
    assert not any(str(200 + number) in told for number in range(4))


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    """And a word that is divided there is joined."""
    first = column(60, 120, ["The cells were given to eleven patients with myositis and to one with sclero-"])
    second = column(60, 700, ["derma, who were all well at the last visit."])
    found = _document(pdf([first, second]))
    assert "one with scleroderma, who were all well" in found.text


def test_a_sentence_goes_on_past_a_table() -> None:
    """The table stands after the paragraph that it cuts in two."""
    first = [
        *column(60, 164, ["Infections were mild. One patient had a", "pneumonia; it"]),
        *column(60, 110, ["Table 1. What was seen in twelve patients"]),
        Words(60, 80, "CRS"),
        Words(200, 80, "5 (42%)"),
    ]
    found = _document(pdf([first, column(60, 700, ["resolved with antibiotics."])]))
    assert found.text == (
        "Infections were mild. One patient had a pneumonia; it resolved with antibiotics.\n\n"
        "Table 1. What was seen in twelve patients\n\nCRS\t5 (42%)"
    )


def test_markers_of_a_list_stand_before_its_entries() -> None:
    """With a space, as they were printed; each entry is a paragraph."""
    drawn = [
        words
        for at, (mark, entry) in enumerate(
            [("1.", "Fever above 39 degrees"), ("2.", "Confusion or sleepiness")]
        )
        for words in (Words(60, 600 - 14 * at, mark), Words(90, 600 - 14 * at, entry))
    ]
    assert "1. Fever above 39 degrees\n\n2. Confusion or sleepiness" in _document(pdf([drawn])).text


def test_raised_letters_are_superscripts() -> None:
    """1 x 10⁶ cells are no 106 cells."""
    drawn = [
        Words(60, 600, "A dose of 1 x 10"),
        Words(132.4, 604, "6", 6),
        Words(136, 600, " cells per kg was given."),
    ]
    assert "1 x 10⁶ cells per kg" in _document(pdf([drawn])).text


def test_rows_of_a_table_are_lines_with_tabs() -> None:
    """Cells stay beside each other, and the table is a section of its own."""
    rows = [
        ("Event", "Any grade", "Grade 3"),
        ("CRS", "5 (42%)", "0"),
        ("ICANS", "0", "0"),
        ("Infection", "4 (33%)", "1"),
    ]
    drawn = [
        Words(60 + 120 * at, 500 - 14 * row, cell)
        for row, cells in enumerate(rows)
        for at, cell in enumerate(cells)
    ]
    prose = column(
        60,
        600,
        ["CAR T cells were given to twelve patients with lupus, and all that happened is told below."],
    )
    found = _document(pdf([[*prose, *drawn]]))
    assert "CRS\t5 (42%)\t0\nICANS\t0\t0\nInfection\t4 (33%)\t1" in found.text
    [table] = [each for each in found.sections if each.kind == "table"]
    assert found.text[table.start_char : table.end_char].startswith("Event\tAny grade")


def test_a_line_that_was_stretched_is_no_row_of_a_table() -> None:
    """As narrow columns have them; it begins and ends with the lines around it."""
    # Letters of equal width, so that the ends of the lines can be told: 5.56 points each, a space 2.78.
    whole = "an ape and one hen had a bone and a bed on a dune"
    start, end = "an ape had one dog.", "one hen had a dog."
    width = 5.56 * len(end.replace(" ", "")) + 2.78 * end.count(" ")
    right = 60 + 5.56 * len(whole.replace(" ", "")) + 2.78 * whole.count(" ")
    lines = [*column(60, 600, [whole] * 3), Words(60, 564, start), Words(right - width, 564, end)]
    told = _document(pdf([[*lines, *column(60, 552, [whole] * 3)]])).text
    assert f"a dune {start} {end} an ape" in told


def test_a_table_across_columns_keeps_its_rows() -> None:
    """It stands between what the columns above it and those below it say."""
    rows = [
        ("Event", "Any grade", "Grade 1-2", "Grade 3"),
        ("CRS", "5 (42%)", "5 (42%)", "0"),
        ("Infection", "4", "3", "1"),
    ]
    table = [
        Words(60 + 130 * at, 460 - 14 * row, cell)
        for row, cells in enumerate(rows)
        for at, cell in enumerate(cells)
    ]
    above = [*column(60, 600, LEFT), *column(320, 600, RIGHT)]
    below = [*column(60, 390, RIGHT), *column(320, 390, LEFT)]
    told = _document(pdf([[*above, *table, *below]])).text
    assert "Event\tAny grade\tGrade 1-2\tGrade 3\nCRS\t5 (42%)\t5 (42%)\t0\nInfection\t4\t3\t1" in told
    assert (
        told.index("Follow-up goes on") < told.index("Event\tAny grade") < told.rindex("factor was the dose")
    )


def test_headings_open_sections_and_pages_are_told() -> None:
    """By their words or by their size; `source_ref` is the page."""
    first = [
        Words(60, 780, "CD19 CAR T cells in lupus", 20),
        Words(60, 700, "Methods", 13),
        *column(60, 680, LEFT[:4]),
    ]
    second = [Words(60, 700, "Results", 13), *column(60, 680, RIGHT[2:6])]
    found = _document(pdf([first, second]))
    assert [(each.kind, each.heading, each.source_ref) for each in found.sections] == [
        ("title", None, "page 1"),
        ("methods", "Methods", "page 1"),
        ("results", "Results", "page 2"),
    ]


def test_a_title_of_the_file_counts_where_the_text_has_it() -> None:
    """What word processors leave there is no title."""
    lines = column(60, 700, ["CD19 CAR T cells in lupus", "", *LEFT])
    assert _document(pdf([lines], title="CD19 CAR T cells in lupus")).title == "CD19 CAR T cells in lupus"
    assert (
        _document(pdf([lines], title="Microsoft Word - paper7.docx")).title != "Microsoft Word - paper7.docx"
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (pdf([[], []]), "no text layer"),
        (b"%PDF-1.4\nnothing else", "broken"),
        (
            pdf(
                [[Words(60, 700, "secret")]],
                encrypt=f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'ab' * 32}> /U <{'cd' * 32}> >>",
            ),
            "password",
        ),
        (pdf([[Words(60, 700, "secret")]], encrypt="<< /Filter /Unheard /V 9 >>"), "protect"),
    ],
    ids=["pictures", "broken", "locked", "protected"],
)
def test_what_can_not_be_read_says_what_to_do(body: bytes, told: str) -> None:
    """One failure with a sentence for a person."""
    found = _met(body)
    assert isinstance(found, Failure)
    assert (found.stage, found.error) == ("parse", "ParseError")
    assert told in found.message


def test_a_long_file_is_refused_before_it_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the limit that holds for any text."""
    monkeypatch.setenv("CARTOGRAPHER_MAX_DOCUMENT_CHARS", "900")
    settings.cache_clear()
    found = _met(pdf([column(60, 700, LEFT)] * 50))
    monkeypatch.undo()
    settings.cache_clear()
    assert isinstance(found, Failure)
    assert "first 3 of 50 pages" in found.message


def test_a_pdf_is_known_by_its_first_bytes() -> None:
    """Whatever its name, and with some noise before its mark."""
    body = b"\n\n" + pdf([column(60, 700, LEFT)])
    for name, said in (("a.txt", "text/plain"), ("a", ""), ("a.html", "text/html")):
        [found] = documents(Payload(f"file:///t/{name}", body, said))
        assert isinstance(found, Document)
        assert found.media_type == "application/pdf"


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_never_breaks_the_reading(seed: int) -> None:
    """A text or a failure, whatever bytes are wrong."""
    chance = random.Random(seed)
    body = bytearray(pdf([column(60, 700, LEFT), column(60, 700, RIGHT)]))
    for _ in range(chance.randrange(1, 60)):
        body[chance.randrange(9, len(body))] = chance.randrange(256)
    if seed % 3 == 0:
        del body[chance.randrange(20, len(body)) :]
    assert isinstance(_met(bytes(body)), (Document, Failure))


def test_every_letter_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work grows with the letters: no page is looked at again for another one's sake."""
    from pypdfium2 import raw  # noqa: PLC0415

    asked: list[int] = []
    get: Callable[..., int] = raw.FPDFText_GetUnicode
    monkeypatch.setattr(raw, "FPDFText_GetUnicode", lambda page, at: asked.append(at) or get(page, at))
    counts = []
    for n_pages in (2, 40):
        asked.clear()
        _document(pdf([column(60, 700, LEFT)] * n_pages))
        counts.append(len(asked))
    assert counts[1] == 20 * counts[0]
