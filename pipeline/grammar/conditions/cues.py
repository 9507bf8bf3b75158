"""Words that tell the role of a condition: harm of treatment or disease.

Pure functions on characters. How much each of them says is learned (`role_features`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.caseless import caseless, lowered, lowered_document
from pipeline.grammar.grades import find_grades, may_grade
from pipeline.grammar.prefilter import Filtered, opened

# What a word is by itself. Harms of cell therapy that are hardly ever the condition treated:
_HARM: Final = re.compile(
    r"toxic|adverse|side effect|\bAEs?\b|\bSAEs?\b|cytokine[- ]release|\bCRS\b|ICANS|ICAHT|LICATS|TIAN\b|"
    r"IEC-?HS|neurotox|\bneuro$|"
    r"neurolog\w+ (?:event|symptom)|dose[- ]limiting|\bDLTs?\b|"
    r"infusion[- ](?:related )?reaction|"
    r"aplasia|hypogammaglob|agammaglob|second(?:ary)? (?:\w+ )?(?:malignan|cancer|hematolog|tumou?r)|"
    r"tumou?r lysis|h(?:a)?emophagocytic|macrophage activation|\bHLH\b|reactivation|injection[- ]site|"
    r"\bdeaths?\b|\bdied\b|fatalit|"
    r"\bSPM\b|T[- ]cell malignanc|CAR[- ]positive|pneumonitis|capillary leak|prolonged (?:cyto|neutro|"
    r"thrombocyto)",
    re.IGNORECASE,
)
# A harm of donor cells that is treated in its own right:
_GRAFT: Final = re.compile(r"G[Vv]HD|graft[- ‑]versus", re.IGNORECASE)
# Signs and findings that are mostly harms in this literature, and may be what a patient came with:
_SIGN: Final = re.compile(
    r"penia\b|penias\b|\ban(?:a)?emias?$|fever|pyrexia|chills|fatigue|nause|vomit|diarrh|headache|rash|"
    r"hypotension|hypoxia|"
    r"tachycardia|infections?\b|sepsis|septic|bacter(?:a)?emia|seizure|confusion|encephalopathy|tremor|"
    r"delirium|aphasia|mucositis|"
    r"pneumonia|bleed|h(?:a)?emorrhage|coagulopathy|(?:o)?edema|rash|pain\b|myalgia|arthralgia|dyspn|"
    r"cystitis|colitis|"
    r"hepatitis|transaminase|increased$|decreased$|elevat|failure|injur|shock|h?ypo(?:kal|"
    r"natr|calc|phosph)|"
    r"thrombo(?:sis|embol)|arrhythm|cardiomyopath|parkinsonism|palsy|paralysis|weight loss|alopecia|"
    r"shingles|zoster|cellulitis|\bnails?\b|dysgeusia|dysfunction|depletion$",
    re.IGNORECASE,
)
ILLNESS: Final = re.compile(
    r"leuk(?:a)?emia|lymphoma|myeloma|carcinoma|sarcoma|glioma|blastoma|melanoma|neoplasm|cancer|tumou?r|"
    r"lupus|sclerosis|myositis|"
    r"arthritis|diabetes|fibrosis|myasthenia|pemphig|vasculitis|nephritis|neuropathy|syndrome$|psoriasis|"
    r"scleroderma|"
    r"\bHIV\b|AIDS|autoimmun|amyloid|h(?:a)?emophilia|heart disease|neuromyelitis|encephalomyelitis|"
    r"cirrhosis|h(?:a)?emolytic|\bdiseases?$",
    re.IGNORECASE,
)

_BEARER: Final = (
    r"(?:patients?|people|persons?|individuals?|adults?|children|men|women|boys?|girls?|subjects?|"
    r"participants?|those|anyone|thousands|millions|hundreds|"
    r"someone|cases?|recipients?|pts?|mice|animals|volunteers|man|woman|child|infants|"
    r"series|cohort|models?)"
)
RELIEVED: Final = (
    r"[^.;:]{0,40} (?:was|were) (?:\w+ )?(?:reduced|relieved|eased|alleviated|improved|reversed|eliminated)\b"
)
_BEFORE: Final[tuple[tuple[str, Filtered], ...]] = tuple(
    (name, caseless(pattern + r"(?:[\w/+‑-]+[ ,]+){0,4}$"))
    for name, pattern in (
        (
            "bearer",
            (
                rf"\b{_BEARER} (?:\w+ )?(?:with|suffering from|living with|who ha[ds]|having|carrying|"
                rf"affected by) "
            ),
        ),
        (
            "treated_for",
            (
                r"\b(?:treat(?:ed|ing|ment|s)?|therap(?:y|ies)|approved|indicated|indication|"
                r"effective|used|cure|drug) (?:for|of|against|as) "
            ),
        ),
        (
            "stage",
            (
                r"\b(?:relapsed|refractory|recurrent|relapsed/refractory|R/R|newly diagnosed|advanced|"
                r"metastatic|untreated|active|"
                r"uncontrolled|chronic|severe refractory|treatment-resistant|resistant|long-standing|"
                r"primary|hereditary) "
            ),
        ),
        (
            "shows_in",
            (
                r"\b(?:(?:signs|symptoms?|features?|manifestations?) (?:such as|like|including|of|"
                r"include[sd]?|are|were)|"
                r"(?:conditions?|diseases?|disorders?|illness(?:es)?|syndromes?) (?:that|which) (?:\w+ )?"
                r"(?:causes?|leads? to|brings?)) "
            ),
        ),
        (
            "fought",
            (r"\b(?:clears?|cleared|cures?|cured|reverse[ds]?|targeting|fight\w*|combat\w*|suppress\w*) "),
        ),
        (
            "history",
            (
                r"\b(?:history of|suffer(?:s|ed|ing)? from|remission (?:of|from)|relapse of|flares? "
                r"of|diagnosed with|caused by|exclusion:?|exclud\w+) "
            ),
        ),
        (
            "befell",
            r"\b(?:developed|experienced|suffered(?: from)?|(?:died|deaths?,?) (?:of|from|due to)|"
            r"hazards? (?:are|include|of)|complications?(?: such as|:| of| included)?|came down "
            r"with|"
            r"side effects?(?: such as|:| were| included?| of)?|adverse (?:events?|effects?|"
            r"reactions?)(?: such as|:| were| included?| of)?|"
            r"toxicit(?:y|ies)(?: such as|:| were| included?| of)?|harms?(?: such as|:)?|"
            r"(?:worry|worries|fears?|concerns?|danger|trouble) (?:there |here |then )?(?:is|are|was|"
            r"were|remains?)) ",
        ),
        (
            "had",
            rf"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|he|she|I|they) (?:{_BEARER} )?had ",
        ),
        (
            "risk",
            (
                r"\b(?:risks? (?:of|for|from)|no|without|induced|caused?|causing|led to|leading to|"
                r"resulted in|triggered|watch(?:ed)? for|monitor\w* for|"
                r"warning (?:of|about|for)|fear of|worr\w+ about|treatment-related|therapy-related|"
                r"drug-related|nor|neither|never had(?: a)?) "
            ),
        ),
    )
)
_AFTER: Final[tuple[tuple[str, Filtered], ...]] = tuple(
    (name, caseless(pattern))
    for name, pattern in (
        (
            "bearers",
            (
                rf"[- ](?:{_BEARER}\b|lines?\b|cells?\b|xenografts?|models?|population|cohort|trials?|"
                rf"stud(?:y|ies)|research|clinic|indication)"
            ),
        ),
        (
            "course",
            (
                r" (?:relapsed|relapses|progressed|responded|remission|flared|recurred|cell lines?|"
                r"treatment|therapy|that (?:had|has)|whose)\b"
            ),
        ),
        (
            "dose_limiting",
            (
                r" (?:was|were|turned up as) (?:the only |the sole |an? )?(?:dose[- ]limiting|DLT|"
                r"adverse|toxicit|side effect)"
            ),
        ),
        ("graded", r"(?:,| was| were)? ?(?:of )?\(?(?:any )?(?:grade|gr\.?|G) ?[≥>=]* ?[1-5]"),
        (
            "in_number",
            (
                r" (?:was|were|occurred|developed|in|rates?|affected)? ?(?:reported |seen |observed |"
                r"noted |recorded )?(?:in|by) (?:\w+ )?(?:\d|one\b|two\b|three\b|all\b|most\b|none\b)"
            ),
        ),
        (
            "occurred",
            (
                r" (?:occurred|resolved|developed|was managed|were managed|was mild|were mild|was "
                r"reversible|was transient|did not occur|(?:has|have) been reported (?:after|"
                r"following|with)|"
                r"(?:was|were) (?:not )?(?:seen|observed|reported|noted|recorded|common|frequent|mild|"
                r"looked for|"
                r"transient))\b"
            ),
        ),
        (
            "upon",
            (
                r" (?:followed|came after|set in after|began after|(?:soon |shortly )?after|"
                r"following|upon|on) "
                r"(?:the |an? |their |her |his )?(?:[\w-]+ ){0,3}(?:infusions?|CAR|cells|transfusion|"
                r"dosing)\b"
            ),
        ),
        (
            "improved",
            (
                r",? (?:which|that)? ?(?:often |usually |typically |also |tends? to )?(?:improves?|"
                r"lifted|faded|eased|"
                r"melted away)\b|"
                rf"{RELIEVED}"
            ),
        ),
        ("rate", r" ?\(?\d+(?:[.·]\d+)? ?(?:%|\(\d)|: ?\d+"),
    )
)
_HARM_TOPIC: Final = caseless(
    r"\b(?:safety|adverse|toxicit|side effects?|tolerab|tolerated|complication|grade [1-5≥>]|warning|"
    r"dose[- ]limiting|harm|"
    r"cytokine release|CRS|ICANS|neurotox|treatment-related|died)",
)
_ENTRY_TOPIC: Final = caseless(
    r"\b(?:inclusion|includes?:|exclusion|excludes?:|eligib\w+|excluded|history of|ineligible|"
    r"not be enrolled|no entry|who (?:may|can|could|might|will|is)(?:not| not)?\b|take part|kept out|barred|"
    r"must not have|"
    r"not (?:allowed|admitted|permitted)|(?:anyone|anybody|nobody|no one|people|persons) with|"
    r"target (?:disease|condition)s?|conditions?:)",
)
# "a secondary T-cell lymphoma": a cancer that treatment may have brought about.
_SECONDARY: Final = caseless(r"\b(?:secondary|second primary|therapy-related|treatment-related) $")
_SECONDARY_CANCER: Final = re.compile(
    r"(?!.*(?:central nervous|\bCNS\b)).*(?:lymphoma|leuk(?:a)?emia|myelodysplas|carcinoma|sarcoma|\bAML\b|"
    r"\bMDS\b|myeloid)",
    re.IGNORECASE,
)
# Signs that name themselves: a list of findings that has one needs nobody to confirm it.
PLAIN_SIGN: Final = re.compile(
    r"fever|pyrexia|chills|rigors|fatigue|nausea|vomiting|diarrh(?:o)?ea|headaches?|hypotension|hypoxi?a|"
    r"hypoxemia|hypoxaemia|tachycardia|seizures?|confusion|tremors?|delirium|aphasia|mucositis|myalgia|"
    r"arthralgia|dyspn(?:o)?ea|alopecia|dysgeusia|ataxia|hallucinations?|somnolence|insomnia|dizziness|"
    r"constipation|dysgraphia|dysarthria|neutropenia|lymphopenia|thrombocytopenia|an(?:a)?emia|leu[ck]openia|"
    r"hypo(?:kal|natr|calc|phosphat|magnes|albumin)(?:a)?emia|hyperbilirubin(?:a)?emia|coagulopathy|"
    r"numbness|hives|itching|sore throat|hiccups|palpitations|drowsiness|nose ?bleeds?|double vision",
    re.IGNORECASE,
)
#: An abbreviation that took the next figure along: "CRS 4" of "CRS 4%".
NUMBERED_HARM: Final = re.compile(r"(CRS|ICANS|HLH|GVHD|GvHD|TLS|DIC|AEs?) [0-9]+")
_STOP: Final = re.compile(r"[;:.]\s")
#: No cue before a condition is so many words away.
_LEAD: Final = 20
#: A grade so many characters before a condition is its grade.
_GRADE_REACH: Final = 25


@lru_cache(maxsize=4096)
def word_class(text: str) -> str:
    """What a word usually names: a "harm", "graft" disease, "sign", "illness" or something "other".

    A harm named with an illness ("lupus rash") stays a harm.
    """
    if _HARM.search(text) or text.lower() in ("event", "events"):
        return "harm"
    if _GRAFT.search(text):
        return "graft"
    is_illness = ILLNESS.search(text) is not None
    if not is_illness and _SIGN.search(text):
        return "sign"
    return "illness" if is_illness else "other"


def opened_beside(text: str, start: int, end: int, mention: Extent) -> int:
    """Bits of the patterns that may match in a stretch on either side of a mention.

    Those of the stretch, which many ask for, and what is opened by the parts of a word that the mention cuts.
    """
    gates = opened(text, start, end)
    if _cuts_word(text, mention[0]) or _cuts_word(text, mention[1]):
        gates |= opened(text, start, mention[0]) | opened(text, mention[1], end)
    return gates


def _cuts_word(text: str, place: int) -> bool:
    """Whether a word goes on across a place."""
    beside = text[place - 1 : place + 1] if place else ""
    return len(beside) == 2 and beside.replace("_", "a").isalnum()


def role_cues(text: str, start: int, end: int, mention: Extent, heading: str = "") -> set[str]:
    """Names of the cues around a condition that tell its role.

    Args:
        text: text of the document.
        start: first character that is looked at.
        end: character after the last one.
        mention: the condition.
        heading: heading of its section.

    Example:
        >>> text = "Patients with hepatitis were excluded; one developed grade 3 hepatitis."
        >>> sorted(role_cues(text, 0, 71, (61, 70)) - role_cues(text, 0, 71, (14, 23)))
        ['befell', 'grade']
    """
    low, gates = lowered_document(text), opened_beside(text, start, end, mention)
    before = low[start : mention[0]]
    near = before if ":" in before[-30:] else _STOP.split(before)[-1]
    near = " ".join(near.rsplit(" ", _LEAD)[-_LEAD:])
    cues = {name for name, cue in _BEFORE if cue.gate & gates and cue.search(near)}
    cues.update(name for name, cue in _AFTER if cue.gate & gates and cue.match(low, mention[1], end))
    stated = [g for g in find_grades(text, start, mention[0]) if g.is_stated] if may_grade(gates) else ()
    if stated and mention[0] - stated[-1].end_char < _GRADE_REACH:
        cues.add("grade")
    is_second = _SECONDARY.gate & gates and _SECONDARY.search(before)
    if is_second and _SECONDARY_CANCER.match(text[slice(*mention)]):
        cues.add("secondary")
    if _HARM_TOPIC.gate & gates and _HARM_TOPIC.search(before + " " + low[mention[1] : end]):
        cues.add("harm_topic")
    if _ENTRY_TOPIC.gate & gates and _ENTRY_TOPIC.search(before):
        cues.add("entry")
    return cues | heading_cues(heading)


@lru_cache(maxsize=512)
def heading_cues(heading: str) -> frozenset[str]:
    """Names of the cues in the heading of a section."""
    topics = (("harm_heading", _HARM_TOPIC), ("entry_heading", _ENTRY_TOPIC))
    return frozenset(name for name, topic in topics if topic.search(lowered(heading)))
