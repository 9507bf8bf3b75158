"""The tokenizer: mentions of the field end at token borders, figures stay whole, nothing is lost."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.components.tokenizer import build_tokenizer

TOKENIZER = build_tokenizer(spacy.blank("en"))


def words(text):
    return [token.text for token in TOKENIZER(text) if not token.is_space]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anti-CD19-directed", "anti - CD19 - directed"),
        ("CD19/CD22", "CD19 / CD22"),
        ("BCMA\u2011CD19", "BCMA \u2011 CD19"),
        ("BCMA–CD19", "BCMA – CD19"),
        ("grade≥3", "grade ≥ 3"),
        ("n=12", "n = 12"),
        ("12-mo", "12 - mo"),
        ("CAR-T.", "CAR - T ."),
        ("10×10⁶", "10 × 10⁶"),
        ("12/15 (80%)", "12 / 15 ( 80 % )"),
        ("(CRS),", "( CRS ) ,"),
        ("CD4+CD8+", "CD4 + CD8 +"),
        ("(TNF)-alpha", "( TNF ) - alpha"),
        ("10mg", "10 mg"),
        ("(n=8)", "( n = 8 )"),
        ("n=3", "n = 3"),
        ("t(9;22)", "t ( 9 ; 22 )"),
    ],
)
def test_words_are_cut_where_mentions_end(text, expected):
    """Hyphens of every kind, slashes, signs, brackets and units cut a word."""
    assert words(text) == expected.split()


@pytest.mark.parametrize("figure", ["73.5", "99·0", "1,024", "12,345,678", "CD3ζ", "EGFRvIII", "10⁶"])
def test_figures_and_names_stay_whole(figure):
    """Decimals with a point or a raised dot, thousands, and names with Greek letters are one token."""
    assert words(f"of {figure} in") == ["of", figure, "in"]


def test_percent_sign_leaves_the_decimal_whole():
    """A raised-dot decimal and its percent sign are two tokens."""
    assert words("99·0%") == ["99·0", "%"]


@pytest.mark.parametrize("text", ["vs.", "e.g.", "Fig.", "Dr."])
def test_abbreviations_keep_their_full_stop(text):
    """scispaCy's and spaCy's exceptions still hold."""
    assert words(f"see {text} 3")[1] == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aB9 .,;:-–/()[]%≥+×⁶'\n\t\u2011é", max_size=40))
def test_nothing_is_lost(text):
    """Tokens and their white space give the text back, whatever it is."""
    assert TOKENIZER(text).text == text


@pytest.mark.parametrize("run", ["x", "([{<", "CAR-T/CD19,"])
def test_a_run_without_white_space_is_cut(run):
    """Nothing is lost, no token is longer than a word can be, and cuts fall outside the words around."""
    text = f"two words\n {run * 2_000}  and two"
    doc = TOKENIZER(text)
    assert doc.text == text
    assert max(len(token) for token in doc) <= 250
    assert [token.text for token in doc if not token.is_space][:2] == ["two", "words"]
    assert [token.text for token in doc][-2:] == ["and", "two"]
