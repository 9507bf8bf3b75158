"""Words beside a code and forms of a code by which a product is told from a trial, a scale, a gene or a line.

Each kind of words has a name, under which `product_code_weights` knows how much it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.grammar.prefilter import Filtered, compiled

_NOUN: Final = (
    r"(?:CARs?|CAR[- ]?(?:T|NK)s?|cells?|products?|therap(?:y|ies)|candidates?|antibod(?:y|ies)|vaccines?|"
    r"bispecifics?|engagers?|constructs?|vectors?|nanoparticles?|particles?|inhibitors?|receptors?|drugs?|"
    r"immunotherap(?:y|ies)|biologics?|conjugates?|lymphocytes?|Tregs?|treatments?)"
)
#: Products that a code names, where the text says that it is one; binders and drugs have codes of their own.
_PRODUCT: Final = (
    r"(?:CARs?|CAR[- ]?(?:T|NK)s?|(?:T|NK|natural killer|stem|stromal|B) ?cells?|products?|"
    r"(?:cell |gene )?therap(?:y|ies)|candidates?|vaccines?|vectors?|(?:nano)?particles?|LNPs?|lymphocytes?|"
    r"Tregs?|autologous|allogeneic|off-the-shelf)"
)
#: What a code is said to be otherwise, on the way to such a word: "ABC-1, a trial of CAR T cells"; and what
#: such a word may be part of.
_NO_STUDY: Final = r"(?!trial|stud|regist|programme|program|line\b|gene\b)"
_NO_PRODUCT: Final = (
    rf"{_NO_STUDY}(?!model|strain|mutation|variant|protein|antigen|scale|"
    r"score|compan|maker|assay|against|for|in|of|from|with|to|that|which)"
)
#: Words right before a code, by what they make of it; those of a study or a label speak against a product.
BEFORE: Final[Mapping[str, Filtered]] = {
    "cells, then bracket": compiled(
        r"(?:\bCAR[- ]?(?:T|NK)?s?(?:[- ]cells?)?|\b(?:engineered|modified|redirected) (?:T|NK) cells|"
        r"\b(?:cell )?(?:products?|therap(?:y|ies)|candidates?|vaccines?|vectors?)) \($"
    ),
    "arm, or study of": compiled(
        r"(?:^|\n|; )[-•*\s]*(?:Arm|Group|Regimen|Treatment|Experimental)\b[^:\n]{0,30}: ?$|"
        r"\b(?:first-in-(?:human|class)|phase [\dIVab/]+|dose[- ](?:escalation|finding)|open-label|"
        r"clinical) (?:stud(?:y|ies)|trials?|tests?) of $",
        re.IGNORECASE,
    ),
    "receptor, then bracket": compiled(
        r"\b(?:CARs?|[Cc]ells|CELLS|[Ll]ymphocytes) "
        r"(?:(?!(?:in|for|with|from|of|and|IN|FOR)\b)[^\s().;:]+ (?:and )?){0,6}\($|"
        r"\b(?:receptors?|CARs?|engagers?) (?:against|(?:directed|specific|aimed) (?:against|for|at|to)|"
        r"for|that \w+s)\b[^.;:]{0,80}\($"
    ),
    "somebody's": compiled(r"\b[A-Z][\w-]+['’]s? $"),
    "given": compiled(
        r"\b(?:(?:received?|receiv(?:es|ing)|given|gave|giv(?:es|ing)|infused with|infusing|dosed with|"
        r"treated with|treatment with|therapy with|administered|offered|randomi[sz]ed to|assigned to|"
        r"allocated to|injected with|vaccinated with) (?:either |the |only |one dose of |"
        r"a single dose of )?|"
        r"(?:infusions?|doses?|administration|recipients|injections?|efficacy|tolerability|"
        r"manufactur(?:e|ing)) (?:of|for) |"
        r"(?:Biological|Drug|Genetic|Intervention|Interventions?|Product|Arms?): ?)$",
        re.IGNORECASE,
    ),
    "product called": compiled(
        r"\b(?:product|candidate|therap(?:y|ies)|cells|vaccine|drug|construct|CAR[- ]?T|"
        r"particle|vector|receptor|agent)s?,? "
        r"?(?:called |named |dubbed |termed |labell?ed |designated |known as |code[- ]?named |\()?$|"
        r"\b(?:called|named|dubbed|labell?ed|christened|nicknamed|designated|code[- ]?named|formerly|"
        r"previously(?: known as)?) $",
        re.IGNORECASE,
    ),
    "assessed": compiled(
        r"\b(?:safety|data|results?|trial|study|studies|development|evaluation|use|effects?|activity|"
        r"experience|testing|follow-up) (?:of|with|on|for|from) |"
        r"\b(?:assess(?:ed|es|ing)?|evaluat(?:ed|es|ing)|test(?:ed|s|ing)?|develop(?:ed|s|ing)?|"
        r"compar(?:ed|es|ing)|stud(?:ied|ies|ying)|investigat(?:ed|es|ing)|manufactured|made|produced|"
        r"designed|engineered|combined|combining|using|adding|with|than|versus|vs\.?|plus|after|of|for|"
        r"to) $",
        re.IGNORECASE,
    ),
    "in, at or from": compiled(r"\b(?:[Ii]n|[Aa]t|[Ff]rom|[Tt]o) (?:the )?$"),
    "is": compiled(
        r"\b(?:(?:product|candidate|asset|therapy|cells|name|entry) (?:is|was|are)|asset,|candidate,|"
        r"product,) $",
        re.IGNORECASE,
    ),
    "donor or own": compiled(
        r"\b(?:donor-derived|allogeneic|autologous|off-the-shelf|engineered|our|own) $", re.IGNORECASE
    ),
    "label": compiled(
        r"\b(?:(?:abstract|poster|id|code|number|protocols?|acronym|nickname|no)\b[^\n.;]{0,20}[:\s|(] ?|"
        r"(?:study|trial|talks?) ?[(:]? ?)$",
        re.IGNORECASE,
    ),
    "line begins": compiled(r"(?:^|\n)[ \t*•-]*$"),
}
AFTER: Final[Mapping[str, re.Pattern[str]]] = {
    "is a product": re.compile(
        rf",? (?:is )?(?:an?|another|our|the) (?:{_NO_PRODUCT}[\w/+.’'‑-]+,? ){{0,6}}?{_PRODUCT}\b"
        rf"(?! (?:trial|stud|line|antigen|marker|compan|maker))|"
        rf", (?i:{_PRODUCT}|donor-derived|engineered)\b(?! (?:trial|stud|line))|"
        rf" ?\((?:an? )?(?:{_NO_PRODUCT}[\w/+.‑-]+ ){{0,5}}?{_PRODUCT}[);,]",
    ),
    "sign, then product": re.compile(
        rf"(?:,|:| ?=| [-–—]) (?:{_NO_PRODUCT}[\w/+.’'‑-]+ ){{0,4}}?(?:{_PRODUCT}|cells)\b"
        rf"(?! (?:trial|stud|line|antigen|marker|compan|maker))"
    ),
    "counted": re.compile(r"[;,]? \(?n ?= ?\d|[;,] n ?= ?\d"),
    # what it binds, and what it is for: "XY-B7 (CD70) for renal cancer"
    "antigen and disease": re.compile(
        r" \([A-Z][A-Z0-9-]{2,9}(?: ?[/×] ?[A-Z][A-Z0-9-]{2,9})?\),? (?:for|in|against) "
    ),
    "dose": re.compile(r" (?:into the|intra\w+ly|at (?:\d|a (?:flat )?dose|doses? of)|\d[\d.]* ?(?:mg|×))"),
    "described": re.compile(
        rf",? (?:is |was )?(?:an?|the|our|its|their) (?:{_NO_STUDY}[\w/+.’'-]+,? ){{0,9}}?"
        rf"{_NOUN}\b(?! lines?)|"
        rf" ?\((?:an? |the )?(?:(?:[\w/+.‑-]+,? ){{0,6}}?{_NOUN}\b|autologous|allogeneic|anti[-‑ ])|"
        r", (?:which|whose) (?:targets|binds|recogni[sz]es|consists|carries|expresses|uses|two|is made)|"
        rf", (?:[Aa]utologous|[Aa]llogeneic|{_NOUN}) ",
    ),
    "consists or is done": re.compile(
        r"(?:, (?:with|which) [^,.;]{3,60})?,? (?:consists? of|compris(?:es|ed)|couples?|comes? from|"
        r"(?:is|are) (?:grown|derived|engineered|taken|prepared) from|"
        r"(?:directed|aimed|targeted) (?:to|at|against)|"
        r"is (?:being )?(?:given|tested|made|infused|studied|designed)|"
        r"(?:was|were) (?:\w+ )?(?:infused|administered|given|well tolerated|injected|manufactured|dosed|"
        r"tolerated)|went into|homes|goes after|targets|binds|recogni[sz]es|sees|encodes|hits)\b"
    ),
    "infusion or verb": re.compile(
        r"(?: (?:infusions?|recipients?|doses?|treatment|therapy|monotherapy|product|cells?|CAR\b|CAR-T|"
        r"injections?|dosing|administration|manufactur\w+)\b|-treated\b| plus | versus | vs\.? |"
        r" (?:cleared|eliminated|expanded|persisted|induced|produced|led to|showed|has shown|shrank|"
        r"worked|"
        r"persists|combines|carries|expresses|delivers|secretes|was|is|may|could|can|might|will|had|has|"
        r"for|"
        r"in (?:patients|people|adults|children|women|men|mice|the treatment|relapsed|refractory))\b)"
    ),
    "aimed": re.compile(
        r"(?:,? (?:which|that|it) (?:is |are )?(?:aimed|directed|targeted|trained|sees|binds|targets|uses)|"
        r",? \(?(?:which is |is |are |likewise |also )?(?:aimed|directed|targeted|trained|against|anti|"
        r"targeting)\b)"
    ),
    "antigen": re.compile(
        r" ?[,(/] ?(?:the |anti-)?(?!NCT|ISRCTN|EudraCT)[A-Z]{1,6}\d{0,2}[A-Z]?\d?\b(?! trial| stud)"
    ),
    "for a disease": re.compile(r" (?:for|against|in) (?![\w-]+ (?:trial|stud))"),
    "registered": re.compile(r" ?\((?:NCT\d|EudraCT|ISRCTN|[\d-]{6,})"),
    "told what it is": re.compile(r" ?[:=] ?(?:an? |the )?[a-z]| (?:is|was|are) (?:an?|the|our|another) "),
    "verb": re.compile(r" (?:[a-z]+ly )?(?:[a-z]{2,}(?:s|ed)|had|has|was|is|can|may|went|goes|came|got) "),
    "line ends": re.compile(r"[.:|]?[ \t]*(?:\n|$)|[.:|] "),
    "person, place or time": re.compile(r"(?:, \w+day|  +[A-Z\d]|,? \d{1,2}:\d\d)"),
}
#: What a code is where these words stand beside it: a study, a scale, a line, a strain, a virus, a gene.
NO_PRODUCT_AFTER: Final = re.compile(
    r"(?:[ -](?:(?:clinical |pivotal |phase \S+ )?(?:trials?|stud(?:y|ies)|registry|scores?|scale|index|"
    r"criteria|"
    r"classification|questionnaire|levels?|mice|mouse|strain|cell lines?|lines?\b|tumou?rs?|xenografts?|"
    r"positive|"
    r"negative|virus|infections?|variants?|genes?|alleles?|locus|mutations?|mutant|expression|antigens?|"
    r"domains?|"
    r"pathway|signal\w*|kinase|protein|peptide|promoter|plasmid|tags?|epitope|titers?|titres?|stain\w*|"
    r"cohorts?\b|guidelines?|assay|kit|medium))|[⁺⁻+]|-(?:positive|negative|expressing|specific|directed|"
    r"transduced|derived|deficient))",
    re.IGNORECASE,
)
NO_PRODUCT_BEFORE: Final = compiled(
    r"\b(?:trial|study|programme|program|protocol|registry|score|scale|cell line|lines?|strain|mice|gene|"
    r"allele|"
    r"mutation|variant|grant|version|model|expressing|express(?:es|ed)?|positive for|levels? of|room|"
    r"registered as|identifier|number|no\.?|code)s?,? ?\(?(?:the )?$",
    re.IGNORECASE,
)

#: Forms of codes.
FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "initials and number": re.compile(r"[A-Z]{2,4}[-‐‑]?\d{1,8}[A-Za-z]?"),
    "initials, letters and number": re.compile(r"[A-Z]{2,4}[-‐‑][A-Za-z]{1,4}\d+[A-Za-z]?"),
    "initials, number and letters": re.compile(r"[A-Z]{2,4}[-‐‑]\d+[A-Z]\w*"),
    "one letter": re.compile(r"[A-Z][-‐‑]?\d+[a-z]?"),
    "word and digit": re.compile(r"[A-Z][A-Za-z]{3,}[-‐‑]\d"),
    "word and number": re.compile(r"[A-Z][A-Za-z]{3,}[-‐‑]?\d{2,}\w*"),
    "words": re.compile(r"[A-Za-z]+(?:[-‐‑][A-Za-z]+)+"),
    "three parts": re.compile(r"\w+[-‐‑]\w+[-‐‑][\w‐‑-]+"),
    "letters and short number": re.compile(r"[A-Z]+\d{1,2}[A-Z]?"),
    "small letters": re.compile(r".*[a-z]{2}.*"),
    "number of three digits": re.compile(r".*(?<!\d)\d{3}(?!\d).*"),
    "longer number": re.compile(r".*\d{4}.*"),
    "receptor": re.compile(r"(?:.*[^A-Za-z])?[A-Z]?CAR(?:T|-T)?(?![A-Z]).*"),
}

#: Kinds of words that are plain enough for another code of the same series to be a product, too.
PLAIN: Final = (
    "before: cells, then bracket",
    "before: receptor, then bracket",
    "before: given",
    "before: arm, or study of",
    "after: is a product",
    "after: sign, then product",
    "after: described",
    "after: consists or is done",
    "after: aimed",
)
