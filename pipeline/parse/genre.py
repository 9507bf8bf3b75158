"""Genre of a document, by the evidence in its own words."""

from __future__ import annotations

import re
from typing import Final

from pipeline.parse.cards import has_dateline
from pipeline.parse.headings import standard_heading
from pipeline.parse.identifiers import trial_ids
from pipeline.parse.sectioning import Outline
from pipeline.vocabulary import DocumentKind

#: What the fields of an entry are called, at the start of a line or of a column, numbered or not.
_REGISTRY_LABELS: Final = re.compile(
    r"(?:^\s*(?:[-*•#]+\s*|\(?\d{1,2}[.)]\s+)?|(?<=\S)(?:\s{3,}|\t+))"
    r"((?:lead |responsible )?sponsor|allocation|masking|blinding|randomi[sz]ation(?=:)|"
    r"(?:(?:actual|anticipated|planned|target) )?enrol+ment|study (?:type|identifier|design|phase)|"
    r"intervention(?:al)? model|(?:primary|main) (?:outcomes?|purpose|end ?points?)|"
    r"(?:secondary|other)(?: outcomes?)?(?=[\s:])|arms?\b|eligibility|"
    r"who (?:is|are|was|were|may|can|could) (?:not|eligible|studied|enter|join|take part)|"
    r"what (?:is|was|were|will be) (?:being )?(?:measured|studied|compared|tested|given)|"
    r"(?:key )?(?:in|ex)clu(?:sion(?: criteria)?|de(?=:))|recruitment|(?:overall )?status|"
    r"results(?: posted)?|(?:(?:brief|official|public|scientific) )?title|conditions?|phase|"
    r"brief summary|detailed description|registry|target sample size|countries|"
    r"(?:last (?:verified|updated?)|first posted|(?:age )?minimum age|age minimum|gender|sex)(?=:))\b",
    re.IGNORECASE | re.MULTILINE,
)
#: A border once for all words: tried before each of them, it took four times as long.
# In small letters, as the sample is: a pattern that minds no case takes four times as long.
_SCHOLARLY: Final = re.compile(
    r"\b(?:we (?:report|describe|enrol+ed|show|found|treated|tested|opened|conducted|review|asked|"
    r"propose|plan|now|here|"
    r"mapped|joined|immuni[sz]ed|put|tried|aimed|evaluated|assessed|investigated|sought|then|conclude|observed)\b"
    r"|our (?:hospital|study|results|findings|data|trial|cohort|anti)|95% ci\b|p ?[=<≤] ?[0·.]"
    r"|median follow.?up\b|(?:open|single).(?:label|arm)\b|primary end ?point|n ?= ?\d|in (?:vitro|vivo)\b"
    r"|xenograft|et al\b|this (?:review|case|study|trial)\b|lymphodepletion\b"
    r"|(?:randomi[sz]ed|dose.(?:finding|escalation))\b|(?:murine|mouse) models?\b|in (?:culture|mice)\b"
    r"|dose level\b|median\b|(?:event|progression).free\b|cohort\b|keywords?:"
    r"|was (?:feasible|associated with)\b)|\(review\)"
)
_PAPER_OPENING: Final = re.compile(
    r"(?:review|original|research)(?: article)?\b|brief communication|case (?:report|series)|"
    r"letter\b|editorial\b|"
    r"study design|correspondence\b|meta-analysis|systematic review|perspective\b",
    re.IGNORECASE,
)
_REVIEW: Final = re.compile(r"\b(?:review|meta-analysis)\b", re.IGNORECASE)
_NEWS: Final = re.compile(
    r"\b(?:(?:said|says|told|adds|announced|according to|wrote)\b|(?:shares?|stock|analysts?|nasdaq|"
    r"investors?|spokes\w+|wall street|ticker|biotech|company|reporters|readers?)\b|(?:yesterday|today|last "
    r"(?:week|month|year)|this (?:week|month|year)|tomorrow)\b|\w+n['’]t\b|news\w*|(?:bottom line|"
    r"take-?home|why it matters|key points|at a glance|what (?:is|was|next|did))\b|(?:notebook|bulletin|"
    r"digest|press release|deep dive|breakthrough|game.changer)\b|(?:researchers?|scientists?|experts?) "
    r"(?:say|said|have|are|caution|note[ds]?|were)\b)|[$€£]\s?\d|\?(?:\s|$)",
    re.MULTILINE,
)
_PREPRINT: Final = re.compile(
    r"\b(?:this (?:article|paper|manuscript) is a preprint|not (?:been |yet )?(?:certified by )?peer.review|"
    r"(?:med|bio)rxiv preprint|preprint (?:server|doi)|posted on (?:med|bio)rxiv|research square "
    r"preprint)|10\.(?:1101|21203)/",
    re.IGNORECASE,
)
#: Words that tell the genre stand early; reading on only costs time.
_SAMPLE: Final = 12_000
#: Abstracts have up to some 600 words; what is longer and scholarly is a full text.
_MAX_ABSTRACT_CHARS: Final = 5_000


def genre(outline: Outline) -> DocumentKind:
    """Kind of document, judged by its layout and by the words that each genre prefers.

    Registry records are told by their labels, threads by their posts, papers by standard headings and
    scholarly words against datelines, bylines, card lines and the words of reporters.
    """
    body = outline.text_of(
        "title", "abstract", "background", "methods", "results", "conclusions", "body", "table"
    )
    sample = "\n".join(body)[:_SAMPLE]
    if _is_forum(outline):
        return "forum"
    everything = "\n".join(unit.text for unit in outline.units)[:_SAMPLE]
    if _is_registry(everything):
        return "registry"
    if _PREPRINT.search("\n".join(unit.text for unit in outline.units[:12])[:3000]):
        return "preprint"
    structured = len(
        {label.part for label in outline.labels if label.kind in ("methods", "results", "conclusions")}
    )
    headed = any((found := standard_heading(text)) and found.kind == "abstract" for text in body[:4])
    furniture = _furniture(outline, body)
    words = sample.lower()
    scholarly = len(set(_SCHOLARLY.findall(words))) + 3 * structured + 4 * headed
    news = len(set(_NEWS.findall(words))) + furniture
    opening = outline.title or (body[0] if body else "")
    if _PAPER_OPENING.match(opening) or _REVIEW.search(opening):
        scholarly += 4
    if max(scholarly, news) == 0:
        return "other"
    if news > scholarly or (news == scholarly and furniture):
        return "news"
    return "paper" if _is_full_text(outline, sample, opening) else "abstract"


def _furniture(outline: Outline, body: list[str]) -> int:
    cards = [card.label for card in outline.cards.values()]
    lead = body[:3]
    return (
        3 * any(has_dateline(text) for text in lead)
        + 2 * any(label in ("byline", "masthead", "footer", "image") for label in cards)
        + 2 * any(label == "date" for label in cards)
        + 4 * any("immediate release" in text.lower() for text in outline.text_of("boilerplate"))
    )


def _is_forum(outline: Outline) -> bool:
    if outline.n_posts == 0:
        return False
    posted = sum(map(len, outline.text_of("post", "quote")))
    return 2 * posted >= sum(len(unit.text) for unit in outline.units)


def _is_registry(text: str) -> bool:
    labels = {label.lower().strip(" -*#") for label in _REGISTRY_LABELS.findall(text)}
    return len(labels) >= 5 or (len(labels) >= 3 and bool(trial_ids(text[:600])))


def _is_full_text(outline: Outline, sample: str, opening: str) -> bool:
    kinds = {label.kind for label in outline.labels}
    numbered = re.search(
        r"^\d\.\d? ?[A-Z]|^\d\.\d [A-Z]|^\d\. (?:Introduction|Methods|Results|Discussion)",
        sample,
        re.MULTILINE,
    )
    long = sum(len(unit.text) for unit in outline.units) > _MAX_ABSTRACT_CHARS
    return (
        bool(kinds & {"reference", "table", "caption"})
        or bool(numbered)
        or long
        or bool(_REVIEW.search(opening))
    )
