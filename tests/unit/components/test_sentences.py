"""Sentence corrections: sections, blank lines, headings and list items always start a sentence."""

import spacy

from pipeline.components.sentences import Sentences
from pipeline.findings import SectionSpan

NLP = spacy.blank("en")


def split(text, sections=(), starts=()):
    doc = NLP(text)
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts
    doc._.sections = list(sections)
    return [sentence.text.strip() for sentence in Sentences()(doc).sents]


def test_blank_line_starts_a_sentence():
    """A heading without full stop is a sentence of its own."""
    assert split("A new therapy\n\nPatients were treated.") == ["A new therapy", "Patients were treated."]


def test_list_items_are_sentences():
    """Each item of a list starts a sentence."""
    assert split("Included were:\n- adults\n- children") == ["Included were:", "- adults", "- children"]


def test_wrapped_line_goes_on():
    """A long line without full stop goes on in the next one."""
    line = "The patients who had been treated with two or more lines of earlier therapy were then"
    assert split(f"{line}\nfollowed for a year.") == [f"{line}\nfollowed for a year."]


def test_sections_start_sentences():
    """No sentence crosses the border of a section."""
    text = "Background: why Methods: how"
    sections = [SectionSpan("body", 0, 15), SectionSpan("body", 16, 28)]
    assert split(text, sections) == ["Background: why", "Methods: how"]


def test_trained_starts_are_kept():
    """What the trained component found stays."""
    assert split("One. Two.", starts={5}) == ["One.", "Two."]


def test_a_sentence_that_never_ends_is_ended():
    """What reads within a sentence costs the square of its length: noise and tables are read in stretches."""
    assert [len(part.split()) for part in split("word " * 1_001)] == [400, 400, 201]


def test_an_opening_quote_goes_with_what_it_quotes():
    """The quote that stands against the next word begins its sentence; a closing one ends the one before."""
    text = 'It rose. "We are glad," he said. "Good." The end.'
    starts = {10, 33, 34, 41}
    assert split(text, starts=starts) == ["It rose.", '"We are glad," he said.', '"Good."', "The end."]


def test_no_sentence_starts_after_a_plain_word_of_its_line():
    """A start that the words alone suggest is not believed after a word or a comma on the same line."""
    text = "Eight of 12 developed CRS. Fever followed."
    assert split(text, starts=(22, 27)) == ["Eight of 12 developed CRS.", "Fever followed."]
