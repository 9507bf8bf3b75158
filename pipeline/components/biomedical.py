"""Whether a text is biomedical: a ticker called CART or "B cells" in a battery are words of another world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.components.proposals import Proposal

#: Names that everyday English and other trades use too: no evidence of a biomedical text.
_EVERYDAY: Final = re.compile(
    r"(?:adverse (?:events?|effects?|reactions?)|side effects?|toxic\w*|deaths?|died|relapses?|injur\w*|"
    r"stress|pain|shock|fatigue|headaches?|cancers?|tumou?rs?|"
    r"depression|infusions?|water|oxygen|gold|silver|iron|lithium|nickel|cobalt|carbon|alcohol|CARTs?)$",
    re.IGNORECASE,
)
#: A short text may be one sentence on one thing; a page on medicine names more than one.
_SHORT: Final = 600  # characters
_NAMES_NEEDED: Final = 3
#: A name of several words, one of them long, is no ticker and no typing error.
_SPELLED_OUT: Final = re.compile(r"(?=.* )[a-z]{10}")
_IN_FULL_NEEDED: Final = 2
#: On twelve stories without any biology the heads found one name this sure, and it had two letters; on 60
#: abstracts of NCBI-disease each had several.
_SURE_SCORE: Final = 0.9
_SURE_LENGTH: Final = 4
_SURE_NEEDED: Final = 2


#: Words of biology and of the clinic that other trades hardly use: so many different ones tell what a text is
#: about though it names nothing in full ("the VHL mRNA was expressed in renal tubules").
_OF_BIOLOGY: Final = frozenset(
    "allele alleles antibodies antibody antigen antigens autosomal biopsy carcinoma chromosomal chromosome "
    "chromosomes clinical congenital cytokine diagnosed diagnosis disease diseases disorder disorders dosage "
    "embryonic enzyme epithelial exon exons gene genes genetic genome genomic genotype germline hepatic "
    "hereditary heterozygous homozygous immune infection inherited intravenous kinase leukaemia leukemia "
    "lymphocytes lymphoma malignant metastatic mice mrna murine mutant mutated mutation mutations "
    "neurological neurons oncology pathogenesis patient patients penetrance phenotype phenotypes placebo "
    "plasma polymorphism prognosis protein proteins receptor receptors renal serum somatic symptom symptoms "
    "syndrome syndromes therapeutic tissue tissues toxicity transcript transcripts tumor tumors "
    "tumorigenesis tumour tumours vivo vitro".split()
)
#: Of the mentions in single sentences of NCBI-disease (dev) one in nine was left unread without these words,
#: and one in 22 with them; stories of other trades in the tests and samples have one of them at most.
_WORDS_NEEDED: Final = 6
#: A story of another trade may well have one of them ("in vivo").
_FEW_WORDS: Final = 2
#: In a sentence or two a name of which a head is fairly sure hints as much as such a word does.
_HINTS_NEEDED_SHORT: Final = 2
_LIKELY_SCORE: Final = 0.7
_WORD: Final = re.compile(r"[a-z]{4,}")


def is_biomedical(text: str, proposals: Sequence[Proposal]) -> bool:
    """Whether enough different biomedical names are told, everyday words apart.

    The heads speak too where they are sure: on stories of other trades they hardly ever are.
    """
    names = {
        text[p.start : p.end].lower()
        for p in proposals
        if p.annotator != "model" and not _EVERYDAY.match(text[p.start : p.end])
    }
    sure = [text[p.start : p.end] for p in proposals if p.annotator == "model" and _is_sure(p)]
    needed = 1 if len(text) < _SHORT else _NAMES_NEEDED
    in_full = [name for name in names if _SPELLED_OUT.search(name)]
    needed_sure = 1 if len(text) < _SHORT else _SURE_NEEDED
    if len(names) >= needed or len(in_full) >= _IN_FULL_NEEDED:
        return True
    words = _OF_BIOLOGY.intersection(_WORD.findall(text.lower()))
    # One name and what is built on it ("BCMA-19") may be a trade mark; a text on a gene has other words, too.
    if len(words) < _FEW_WORDS:
        sure = list({name.split("-", maxsplit=1)[0].lower(): name for name in sure})
    if len(sure) >= needed_sure:
        return True
    if len(text) >= _SHORT:
        return len(words) >= _WORDS_NEEDED
    likely = {text[p.start : p.end] for p in proposals if p.annotator == "model" and _is_likely(p)}
    return len(words) + len(likely) >= _HINTS_NEEDED_SHORT


def _is_sure(proposal: Proposal) -> bool:
    return (proposal.score or 0) >= _SURE_SCORE and proposal.end - proposal.start >= _SURE_LENGTH


def _is_likely(proposal: Proposal) -> bool:
    return (proposal.score or 0) >= _LIKELY_SCORE
