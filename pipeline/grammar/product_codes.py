"""Codes by which sponsors call a product ("VLX-310", "GC-D12"), told from other codes by words around them.

A code is capital letters with digits or hyphens; so are genes, cell lines, scales and trials. What speaks for
a product is that it is given, described as one, or does what products do; the evidence of all places where it
stands is added up, each kind once. Pure functions on characters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pipeline.findings import Extent

_HYPHENS: Final = "-\u2010\u2011"
_H: Final = f"[{_HYPHENS}]"
#: Letters and digits in parts; a part of small letters alone is a word ("anti-X", "X-positive").
_CODE: Final = re.compile(
    rf"(?<![\w./@#-])(?=[A-Za-z/\u2010\u2011-]*\d|"
    rf"[A-Z]{{2,4}}{_H}[A-Z]{{2,4}}(?![\w]))(?=[\w/-]*[A-Z])(?!NCT\d|ChiCTR|ISRCTN|[Aa]nti{_H})"
    rf"(?:\d?[A-Za-z]{{0,4}}[A-Z][A-Za-z]{{0,8}}\d{{0,5}}(?:[A-Za-z]{{0,5}}|[A-Z]\d{{2,4}})|m?RNA|"
    rf"\d{{1,3}}(?={_H}[A-Z]{{2}}))"
    rf"(?:{_H}(?:[A-Z]{{1,6}}\d{{0,6}}(?:[A-Z]{{0,3}}|[a-z])|\d{{1,8}}(?:[A-Z]{{0,3}}|[a-z]))){{0,3}}"
    rf"(?:/\d+)?(?![\w/]|{_H}\w)"
)
#: Letters and a number of three digits or more, as most sponsors count their products.
_NUMBERED: Final = re.compile(
    rf"[A-Za-z]{{1,9}}(?:\d[A-Z])?{_H}?[A-Z]{{0,5}}\d{{2,}}[A-Z]{{0,3}}(?:{_H}\d+)?"
)
#: Dose levels, days, grades, versions and the like, and codes whose letters say what they are.
_OTHER: Final = re.compile(
    rf"(?:DL|D|G|C|R|T|N|M|PS|Q|V|W|POD|Day|Part|Arm|Table|Fig|Cohort|Grade|Phase|Stage|Type|Level|Group|Class|"
    rf"Step|"
    rf"Week|Cycle|Visit|Aim|ICD|ISO|USD|EUR|COVID|SARS|HHV|HPV|HIV|HSV|HTLV|EBV|CMV|HBV|HLA|IL|IFN|TNF|CCL|"
    rf"CXCL?R?|"
    rf"CD|IgG?A?M?|BALB|NOD|C57BL|NSG|GPT|Ki|BNP|PET|CT|MRI|ECOG|PHQ|GAD|SF|EQ|EORTC|QLQ)"
    rf"{_H}?[A-Z]?\d[\w/.]*(?:{_H}(?:\d[\w/.]*|\w{{1,2}}))*|"
    # an exchange of one amino acid for another; a kind of cells; an assay
    rf"[A-Z]\d{{1,4}}[A-Z]|CAR{_H}[A-Z]+|(?:RT|q|dd){_H}?PCR",
    re.IGNORECASE,
)
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
#: Words right before a code that is given or developed, and how much they say.
_BEFORE: Final[tuple[tuple[float, re.Pattern[str]], ...]] = (
    (
        3.0,
        re.compile(
            r"(?:\bCAR[- ]?(?:T|NK)?s?(?:[- ]cells?)?|\b(?:engineered|modified|redirected) (?:T|NK) cells|"
            r"\b(?:cell )?(?:products?|therap(?:y|ies)|candidates?|vaccines?|vectors?)) \($"
        ),
    ),
    (
        2.0,
        re.compile(
            r"(?:^|\n|; )[-•*\s]*(?:Arm|Group|Regimen|Treatment|Experimental)\b[^:\n]{0,30}: ?$|"
            r"\b(?:first-in-(?:human|class)|phase [\dIVab/]+|dose[- ](?:escalation|finding)|open-label|"
            r"clinical) (?:stud(?:y|ies)|trials?|tests?) of $",
            re.IGNORECASE,
        ),
    ),
    (
        2.0,
        re.compile(
            r"\b(?:CARs?|[Cc]ells|CELLS|[Ll]ymphocytes) "
            r"(?:(?!(?:in|for|with|from|of|and|IN|FOR)\b)[^\s().;:]+ (?:and )?){0,6}\($|"
            r"\b(?:receptors?|CARs?|engagers?) (?:against|(?:directed|specific|aimed) (?:against|for|at|to)|"
            r"for|that \w+s)\b[^.;:]{0,80}\($"
        ),
    ),
    (1.0, re.compile(r"\b[A-Z][\w-]+['’]s? $")),
    (
        2.0,
        re.compile(
            r"\b(?:(?:received?|receiv(?:es|ing)|given|gave|giv(?:es|ing)|infused with|infusing|dosed with|"
            r"treated with|treatment with|therapy with|administered|offered|randomi[sz]ed to|assigned to|"
            r"allocated to|injected with|vaccinated with) (?:either |the |only |one dose of |"
            r"a single dose of )?|"
            r"(?:infusions?|doses?|administration|recipients|injections?|efficacy|tolerability|"
            r"manufactur(?:e|ing)) (?:of|for) |"
            r"(?:Biological|Drug|Genetic|Intervention|Interventions?|Product|Arms?): ?)$",
            re.IGNORECASE,
        ),
    ),
    (
        2.0,
        re.compile(
            r"\b(?:product|candidate|therap(?:y|ies)|cells|vaccine|drug|construct|CAR[- ]?T|"
            r"particle|vector|receptor|agent)s?,? "
            r"?(?:called |named |dubbed |termed |labell?ed |designated |known as |code[- ]?named |\()?$|"
            r"\b(?:called|named|dubbed|labell?ed|christened|nicknamed|designated|code[- ]?named|formerly|"
            r"previously(?: known as)?) $",
            re.IGNORECASE,
        ),
    ),
    (
        1.0,
        re.compile(
            r"\b(?:safety|data|results?|trial|study|studies|development|evaluation|use|effects?|activity|"
            r"experience|testing|follow-up) (?:of|with|on|for|from) |"
            r"\b(?:assess(?:ed|es|ing)?|evaluat(?:ed|es|ing)|test(?:ed|s|ing)?|develop(?:ed|s|ing)?|"
            r"compar(?:ed|es|ing)|stud(?:ied|ies|ying)|investigat(?:ed|es|ing)|manufactured|made|produced|"
            r"designed|engineered|combined|combining|using|adding|with|than|versus|vs\.?|plus|after|of|for|"
            r"to) $",
            re.IGNORECASE,
        ),
    ),
)
_AFTER: Final[tuple[tuple[float, re.Pattern[str]], ...]] = (
    (
        3.0,
        re.compile(
            rf",? (?:is )?(?:an?|another|our|the) (?:{_NO_PRODUCT}[\w/+.’'‑-]+,? ){{0,6}}?{_PRODUCT}\b"
            rf"(?! (?:trial|stud|line|antigen|marker|compan|maker))|"
            rf", (?i:{_PRODUCT}|donor-derived|engineered)\b(?! (?:trial|stud|line))|"
            rf" ?\((?:an? )?(?:{_NO_PRODUCT}[\w/+.‑-]+ ){{0,5}}?{_PRODUCT}[);,]",
        ),
    ),
    (
        2.0,
        re.compile(
            rf"(?:,|:| ?=| [-–—]) (?:{_NO_PRODUCT}[\w/+.’'‑-]+ ){{0,4}}?(?:{_PRODUCT}|cells)\b"
            rf"(?! (?:trial|stud|line|antigen|marker|compan|maker))"
        ),
    ),
    (1.0, re.compile(r"[;,]? \(?n ?= ?\d|[;,] n ?= ?\d")),
    # what it binds, and what it is for: "XY-B7 (CD70) for renal cancer"
    (1.0, re.compile(r" \([A-Z][A-Z0-9-]{2,9}(?: ?[/×] ?[A-Z][A-Z0-9-]{2,9})?\),? (?:for|in|against) ")),
    (1.0, re.compile(r" (?:into the|intra\w+ly|at (?:\d|a (?:flat )?dose|doses? of)|\d[\d.]* ?(?:mg|×))")),
    (
        2.0,
        re.compile(
            rf",? (?:is |was )?(?:an?|the|our|its|their) (?:{_NO_STUDY}[\w/+.’'-]+,? ){{0,9}}?"
            rf"{_NOUN}\b(?! lines?)|"
            rf" ?\((?:an? |the )?(?:(?:[\w/+.‑-]+,? ){{0,6}}?{_NOUN}\b|autologous|allogeneic|anti[-‑ ])|"
            r", (?:which|whose) (?:targets|binds|recogni[sz]es|consists|carries|expresses|uses|two|is made)|"
            rf", (?:[Aa]utologous|[Aa]llogeneic|{_NOUN}) ",
        ),
    ),
    (
        2.0,
        re.compile(
            r"(?:, (?:with|which) [^,.;]{3,60})?,? (?:consists? of|compris(?:es|ed)|couples?|comes? from|"
            r"(?:is|are) (?:grown|derived|engineered|taken|prepared) from|"
            r"(?:directed|aimed|targeted) (?:to|at|against)|"
            r"is (?:being )?(?:given|tested|made|infused|studied|designed)|"
            r"(?:was|were) (?:\w+ )?(?:infused|administered|given|well tolerated|injected|manufactured|dosed|"
            r"tolerated)|went into|homes|goes after|targets|binds|recogni[sz]es|sees|encodes|hits)\b"
        ),
    ),
    (
        1.0,
        re.compile(
            r"(?: (?:infusions?|recipients?|doses?|treatment|therapy|monotherapy|product|cells?|CAR\b|CAR-T|"
            r"injections?|dosing|administration|manufactur\w+)\b|-treated\b| plus | versus | vs\.? |"
            r" (?:cleared|eliminated|expanded|persisted|induced|produced|led to|showed|has shown|shrank|"
            r"worked|"
            r"persists|combines|carries|expresses|delivers|secretes|was|is|may|could|can|might|will|had|has|"
            r"for|"
            r"in (?:patients|people|adults|children|women|men|mice|the treatment|relapsed|refractory))\b)"
        ),
    ),
)
_SERIES: Final = re.compile(rf"[A-Z]{{2,}}{_H}(?=[A-Z]?\d)")
#: What a code is where these words stand beside it: a study, a scale, a line, a strain, a virus, a gene.
_NO_PRODUCT_AFTER: Final = re.compile(
    r"(?: \((?:NCT\d|EudraCT)|"
    r"[ -](?:(?:clinical |pivotal |phase \S+ )?(?:trials?|stud(?:y|ies)|registry|scores?|scale|index|"
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
_NO_PRODUCT_BEFORE: Final = re.compile(
    r"\b(?:trial|study|programme|program|protocol|registry|score|scale|cell line|lines?|strain|mice|gene|"
    r"allele|"
    r"mutation|variant|grant|version|model|expressing|express(?:es|ed)?|positive for|levels? of|room|"
    r"registered as|identifier|number|no\.?|code)s?,? ?\(?(?:the )?$",
    re.IGNORECASE,
)
#: Points that make a product: a plain phrase, or two hints. A number as sponsors give it is a hint, so is a
#: receptor in the code, and another product of the same series. Chosen on 52 codes of texts that were new to
#: the patterns: at 3 points 11 are missed, at 2 points 5, and neither finds what is none.
_ENOUGH: Final = 2.0
#: Where nothing speaks of cells that are given, codes are mostly genes: there hints are not enough.
_ENOUGH_ELSEWHERE: Final = 3.0
_OF_THERAPY: Final = re.compile(
    r"\bCARs?\b|CAA?R-?Ts?\b|[Cc]himeric|\b[Cc]ell therap|\b[Ii]nfus(?:ed|ion)|\b[Pp]hase (?:[1-3]|I)|\bdonor"
)
_HINT: Final = 1.0
_WINDOW: Final = 120
_REACH: Final = 120


def is_code(name: str) -> bool:
    """Whether a name has the form of a sponsor's code.

    Example:
        >>> [is_code(name) for name in ("GC-D12", "LB2102", "rituximab", "CD19 CAR T cells")]
        [True, True, False, False]
    """
    return _CODE.fullmatch(name) is not None


def find_codes(text: str, taken: Iterable[Extent]) -> list[Extent]:
    """Extents of codes that name products, in order.

    Args:
        text: the text.
        taken: extents of names that are known already. A code may begin with one and go on ("GD2-X7").

    Example:
        >>> text = "We gave GC-D12, an autologous product, to ten. GC-D12 was safe in ZUMA-9."
        >>> [text[start:end] for start, end in find_codes(text, ())]
        ['GC-D12', 'GC-D12']
    """
    places: dict[str, list[Extent]] = defaultdict(list)
    ends = {place: end for start, end in taken for place in range(start, end)}
    for match in _CODE.finditer(text):
        code, known = match.group(), ends.get(match.start(), match.start())
        is_free = known == match.start() or (known < match.end() and text[known] in _HYPHENS)
        if is_free and len(code) > 3 and not _OTHER.fullmatch(code):
            places[code].append(match.span())
    enough = _ENOUGH if places and _OF_THERAPY.search(text) else _ENOUGH_ELSEWHERE
    points = {code: _points(text, code, extents) for code, extents in places.items()}
    series = {_series(code) for code, told in points.items() if told >= enough}
    return sorted(
        extent
        for code, extents in places.items()
        if points[code] + _HINT * (_series(code) in series) >= enough
        for extent in extents
    )


def _series(code: str) -> str:
    """Letters before the number: one sponsor's codes share them ("VLX-310" and "VLX-12")."""
    match = _SERIES.match(code)
    return match.group() if match else code


def _points(text: str, code: str, extents: list[Extent]) -> float:
    """Evidence that a code names a product, over all its places; each kind of evidence counts once."""
    kinds: dict[re.Pattern[str], float] = {}
    against = 0.0
    for start, end in extents:
        before, after = text[max(0, start - _WINDOW) : start], text[end : end + _REACH]
        if _NO_PRODUCT_AFTER.match(after) or _NO_PRODUCT_BEFORE.search(before):
            against += 1.0
            continue
        kinds.update({pattern: points for points, pattern in _BEFORE if pattern.search(before)})
        kinds.update({pattern: points for points, pattern in _AFTER if pattern.match(after)})
    hint = _HINT if _NUMBERED.fullmatch(code) or "CAR" in code else 0.0
    return sum(kinds.values()) + hint - against
