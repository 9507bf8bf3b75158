"""An address becomes a link only where it is plainly one of the web."""

from __future__ import annotations

import pytest

from pipeline.report.links import links, web_address

NONE = dict.fromkeys(("url", "doi", "pmid", "pmcid"))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/a",
        "/a",
        "https://",
        "https://user:secret@example.org/",
        "https://good.example.org@evil.example.org/",
        'https://example.org/" onclick="alert(1)',
        "https://example.org/a b",
        "https://[::1",
        "https://example.org/\u202egnp",
        "",
        None,
    ],
)
def test_what_is_no_plain_address_is_no_link(address: str | None) -> None:
    """Neither another scheme, nor a hidden one, nor one that pretends to be of another host."""
    assert web_address(address) is None


@pytest.mark.parametrize("address", ["https://example.org/a?b=1&c=2#d", "http://example.org:8080/ü"])
def test_an_address_of_the_web_stays_as_it_is(address: str) -> None:
    """With port, query and fragment."""
    assert web_address(address) == address


def test_identifiers_become_links() -> None:
    """DOI, PubMed and PubMed Central, the DOI quoted."""
    document = NONE | {"doi": "10.5555/a<b>#c", "pmid": "123", "pmcid": "PMC45"}
    assert list(links(document)) == [
        ("DOI 10.5555/a<b>#c", "https://doi.org/10.5555/a%3Cb%3E%23c"),
        ("PubMed 123", "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ("PMC45", "https://pmc.ncbi.nlm.nih.gov/articles/PMC45/"),
    ]


def test_an_identifier_that_is_none_is_left_out() -> None:
    """A PubMed id is digits and nothing else."""
    assert list(links(NONE | {"pmid": "1/../x", "pmcid": "PMC1?x", "url": "javascript:x"})) == []
