"""General words of harm, which no lexicon holds as a condition: "adverse events", "toxicity", "died"."""

from __future__ import annotations

from typing import Final

from pipeline.grammar.prefilter import compiled

#: Longer ones first.
GENERAL_HARM: Final = compiled(
    r"\b(?:(?:treatment|therapy|drug)[-‑ ](?:related|emergent) )?(?:serious (?:adverse (?:events?|"
    r"reactions?)|AEs?|side effects?)|"
    r"adverse (?:events?|effects?|reactions?)|TEAEs?|TRAEs?|SAEs?|AEs?|side effects?|"
    r"dose[-‑ ]limiting (?:toxicit(?:y|ies)|toxic effects?|"
    r"events?)|DLTs?|(?i:(?:(?:on-target,? )?off-tumou?r|on-target|off-target|"
    r"(?:non-?)?ha?ematolog(?:ic|ical)|cardiac|cardiovascular|pulmonary|hepatic|liver|renal|kidney|skin|"
    r"cutaneous|dermatologic(?:al)?|vascular|neural|muscular|pancreatic|splenic|thyroid|adrenal|bone|immune|"
    r"systemic|"
    r"neuromuscular|respiratory|"
    r"gastrointestinal|ocular|oral|metabolic|endocrine|marrow|mucosal) toxicit(?:y|ies))|"
    r"[BT][- ]cell aplasia|(?:on-target,? )?[Oo]ff-tumou?r cytotoxicity|(?:long[- ](?:term|lasting)|"
    r"prolonged|persistent|lasting|broad|profound|"
    r"unwanted|on-target) "
    r"B[- ]cell depletion|"
    r"(?:kidney|liver|heart|lung|nerve|gut|bowel|skin|bladder|eye)s? (?:problems?|trouble|injur(?:y|ies))|"
    r"(?:[Ii]mpaired|[Dd]elayed|[Pp]oor|[Ss]low(?:ed|er)?|[Dd]isturbed) (?:wound )?healing|"
    r"(?:[Ii]mmune|[Tt]reatment|[Dd]rug)[-‑ ]mediated (?:adverse )?events?|"
    r"[Pp]ain at the (?:injection|infusion) site|"
    r"[Ll]oss of (?:motor function|hearing|vision|sight|consciousness)|"
    r"B cells (?:(?:have|had) )?(?:not|never) (?:yet )?(?:returned|come back|came back|recovered)|"
    r"(?:[Mm]ulti-?(?:system )?|[Mm]ultiple[- ])?organ (?:dysfunction|failure)|deaths?|died|fatalities|"
    r"toxic effects?|"
    r"toxicit(?:y|ies)|neurotox|"
    r"neuro(?:logic(?:al)?)? (?:events?|toxicit(?:y|ies))|(?<=[Nn]o )neuro|(?<=[Ss]evere )neuro|"
    r"(?<=[1-5]\+ )neuro|(?<=[Gg]rade [1-5] )neuro|neuro(?=:? \d+(?:\.\d+)? ?(?:%|percent\b|per cent\b)))\b"
    r"(?![- ](?:receptor|ligand|domain|1\b))",
)


# "grade ≥3 events", "no events greater than grade 2": events of a grade are adverse events.
GRADED_EVENTS: Final = compiled(
    r"(?i:grades? ?[≥>=]{0,3} ?[1-5](?: ?(?:[-–/]|or|and|to) ?[1-5])?(?: or (?:higher|more|"
    r"worse|above))?|treatment-related|"
    r"treatment-emergent|safety) ((?i:events?))\b|((?i:events?)) (?:of |greater than |above |at )(?i:grade)|"
    # "toxicity was mainly haematological": the adjective alone tells the term.
    r"(?i:toxicit(?:y|ies)|adverse events)\b[^.;:]{0,50}? (?:was|were) (?:(?:mainly|mostly|chiefly|largely|"
    r"only) )?"
    r"((?:non-?)?ha?ematolog(?:ic|ical))\b"
)
