"""Wording around adverse events: what joins, parts, denies and counts them, as patterns on a sentence's text.

Each pattern says what it is for; `statements` says where it is looked for.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.clauses import FINITE
from pipeline.grammar.cohorts.subject_numbers import GROUP
from pipeline.grammar.prefilter import compiled

# What begins with a sign, a grade or a number after an event is told of that event.
OWN: Final = re.compile(r"\s*(?:[|:=(]|(?:of )?(?:grade|gr\b|G\d)|in |\d)", re.IGNORECASE)
# A remark that parts a subject from its verb, and a bracket without figures.
REMARK: Final = re.compile(
    rf"^\s*,[^,;:()]{{3,60}},(?=\s*(?:{FINITE.pattern}|(?:hit|struck|affected|followed|complicated)\b))|"
    rf"^\s*[(\[](?:[^()\[\]\d]*|[^()\[\]%]*\b(?:days?|weeks?|months?|hours?|h|d))[)\]]",
    re.IGNORECASE,
)
# When an event began: its numbers are days, and what follows is still told of the event.
_ONSET: Final = (
    r"\b(?:began|started|set in|arose|peaked|appeared|occurred|developed|emerged|came on) "
    r"(?:on|at|after|within|by|from) (?:a )?(?:median |mean )?(?:time )?(?:of )?(?:days? |weeks? |hours? )?"
    r"[\d.]+(?:(?: to |[-–])\d+)?(?: (?:days?|weeks?|hours?|months?))?(?: \([^()]*\))?(?: and)?(?=\s)"
)
# "beyond a year", "for two to four weeks", "after the first two doses".
_OVER: Final = (
    r"(?:lasting|lasted|persisted|persisting|outlasted|outlasting|extending|for|at|after|beyond|past|until|over|"
    r"within|in|during|up to|more|longer|less|shorter|about|around|some|than|nearly|almost|the|first|last)"
)
_SPELL: Final = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|some|few|"
    r"\d[\d.]*(?:(?:[-–]| to | or | and )\d+)?)"
    r"[ -](?:hours?|days?|weeks?|months?|years?|doses?|infusions?|cycles?)"
)
# When it happened or how long it lasted, and a bracket that says so.
_WHEN: Final = (
    r"\s?\([^()%]*\b(?:days?|weeks?|months?|hours?) [+]?\d+[^()%]*\)|"
    r"(?:,? (?:between|from|on|at|after|within|around|by|until|before|beyond|during|in)) (?:about |"
    r"around |the first )?"
    r"(?:days?|weeks?|months?|hours?) [+]?[\d.]+(?:(?: and | to |[-–])[\d.]+)?(?=\W)|"
    r" (?:at|in|on|from|with|of) (?:the )?(?:dose[- ]levels?|DL|arms?|cohorts?|groups?|parts?|"
    r"phase) ?[-\w+]*\d\w*\b|"
    r",? (?:for|within|in|during|over|lasting|after) (?:about |around |up to |the |first )*[\d.]+ (?:days|"
    r"weeks|months|hours|h)\b|"
    rf"(?: {_OVER})+ (?:{_SPELL}|(?:days?|weeks?|months?|years?) [+]?\d+)\b(?! (?:of|had)\b)"
)
# What kind of event it was, up to the verb: "neutropenia requiring growth factor occurred".
_MODIFIED: Final = (
    r"^ (?:requiring|needing|necessitating|lasting|persisting|attributed to|related to|beyond|with onset)\b"
    r"[^,;:.()]{2,60}?(?= (?:(?:was|were|has been|have been|occurred|developed|arose|appeared|affected|"
    r"emerged|happened) ))"
)
# What a grade was before it was revised, and who revised it.
ASIDES: Final = re.compile(
    rf"{_ONSET}|{_MODIFIED}|,? (?:initially|first|originally|at first)\b[^.;]{{0,60}}?\b(?:down-?graded|"
    rf"up-?graded|revised|corrected|"
    r"changed|reclassified|lowered|raised) (?:\w+ )?(?:to|as)(?=\s)|"
    rf"{_WHEN}|\s?\((?:95 ?% ?(?:CI|confidence interval)[:,]? )?[\d.]+ ?%?(?:[-–]| to )[\d.]+ ?%?\)|"
    r" (?:exceeding|of (?:more than|over|at least)) [\d.]+ ?%|"
    r"[;,] ?9\d ?% ?(?:CI|confidence interval)[,:]? [\d.]+ ?%?(?:[-–]| to |, )[\d.]+ ?%?(?=\s?[)\]])|"
    r"\s?\((?:tables?|fig(?:ure|\.)?s?|refs?\.?) ?\w+\)|"
    r"\b(?:on|after|upon|"
    r"by) (?:[\w-]+ ){0,2}review\b",
    re.IGNORECASE,
)
# "without any event above grade 2", after the event that it is told of: up to the noun, and from there.
CEILING_BEFORE: Final = re.compile(
    r"\b(?:without|with no|no|not|none|never)(?: (?:any|a|one|single))* $", re.IGNORECASE
)
CEILING_AFTER: Final = re.compile(r" (?:being |was |were )?(?:of |at )?$")
CEILING_END: Final = re.compile(r"\s*(?:[.,;)]|$|(?:was|were|being|occurred|had)\b)")
CEILING_NOUN: Final = re.compile(r"(?:events?|episodes?|cases?)$", re.IGNORECASE)
# "Our four patients had no fever": a denial about a group that is presented as a whole.
WHOLE_GROUP: Final = re.compile(
    r"(?:^|\b)(?:our|these|those|the|all|both|my) (?:first |other |last )?$", re.IGNORECASE
)
BOTH: Final = re.compile(
    r" (?:of (?:the|these|those|our|them|us|my)|had|developed|experienced|suffered|got|showed)\b",
    re.IGNORECASE,
)
# "In the 28 patients who had it, …": a number in a phrase that opens the sentence is the group.
OPENING_GROUP: Final = re.compile(
    r"\s*(?:in|among|of|for|across|from) (?:the |these |those |our |all )*$", re.IGNORECASE
)
# "Of the nine patients with it, two had …": the event ends the phrase, and what is told of it follows.
BEARERS_AHEAD: Final = re.compile(r"[^,;.()]{0,60},\s")
# Nouns of a class that stand for the events listed after them: "grade ≥3 findings were A, B and C".
CLASS: Final = re.compile(
    r"[^.;]{0,60}?\b(?:findings?|events?|toxicit(?:y|ies)|AEs?|TEAEs?|reactions?|effects?|"
    r"abnormalit(?:y|ies)|harms?|"
    r"complications?)\b[^.;]{0,60}?\b(?:were|was|included|include|are|comprised|consisted of|came down to|"
    r"(?:limited|confined|restricted) to|such as|mainly|mostly|namely)\b\s*(?:[\w-]+\s+){0,3}$|"
    r"[^.;]{0,60}?\b(?:findings?|events?|toxicit(?:y|ies)|AEs?|"
    r"reactions?|effects?)\b[^.;,]{0,60}[:(–—]\s*(?:[\w-]+\s+){0,3}$|"
    r"(?:\s[\w-]+){0,2}:\s(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
# "…; grade 3 or higher were A and B": a grade that opens its clause stands for the events of that grade.
CLAUSE_START: Final = re.compile(r"(?:^|[.;:]\s|\sand\s|,\s)(?:(?:those )?(?:of|at) )?$", re.IGNORECASE)
GRADE_LIST: Final = re.compile(r"(?:\s(?:were|was|included|include|comprised)|:|,)\s(?:[\w-]+\s){0,2}$")
CLASS_NOUN: Final = re.compile(
    r"\b(?:findings?|events?|toxicit(?:y|ies)|TEAEs?|AEs?|reactions?|effects?|abnormalit(?:y|ies)|harms?|"
    r"complications?)\)?\s(?:of |at |with |\()?$",
    re.IGNORECASE,
)
CLASS_LIST: Final = re.compile(
    r"\)?(?:\s\w+)?\s(?:were|was|included|include|are|comprised|consisted of|came down to|"
    r"(?:were )?(?:limited|confined|restricted) to)\s(?:[\w-]+\s+){0,3}$|[^.;:]{0,60}:\s(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
# "…, only one of these, a case of sepsis": a count that stands beside the event.
APPOSED: Final = re.compile(
    r"(?: of (?:these|them|those|which|whom))?,? ?(?:a|an|one) (?:case of |single "
    r")?(?:[\w-]+ ){0,2}$",
    re.I,
)
# After a count: it is the subject of a new statement ("1 went home").
SUBJECT_AFTER: Final = re.compile(
    rf"\s*(?:patients?|participants?|subjects?|others?|people|more|of (?:them|these|those|"
    rf"(?:the|our|his|her|their|my) \w+))?\s*(?:also |then )?"
    rf"(?:{FINITE.pattern}|(?:needed|discontinued|withdrew|stopped|left|returned|survived|refused|completed)\b)",
    re.IGNORECASE,
)
# "in any of the 16", "among 12": what introduces the group that a denial is about.
IN_GROUP: Final = re.compile(
    r"(?:\b(?:in|among|of) (?:any of |all |all of |either of |each of )?(?:the |these |"
    r"those |our )?(?:first |other |last |remaining )?|"
    r"\b(?:given|administered) to |\b(?:infused|injected) into |^(?:in|among|of) (?:the )?)$",
    re.IGNORECASE,
)
# "All were grade 1 or 2.", "They were of grade 1": a subject that stands for the event before.
TAKES_UP: Final = re.compile(
    r"\W*(?:all|it|this|they|these|both|each|most|some|severe|the (?:events?|episodes?|cases?))(?: "
    r"(?:events?|cases?|episodes?|of them|of these))? (?:was|were|made up|reached|had|proved|occurred)\b",
    re.IGNORECASE,
)
# Between a grade and the one that takes its place: "first reported as grade 4 and downgraded to".
REVISED: Final = re.compile(
    r"[^.;]{0,40}?\b(?:down-?graded|up-?graded|revised|corrected|changed|reclassified|lowered|raised|amended|"
    r"re-?graded)\b[^.;]{0,25}?\b(?:to|as|at)\s",
    re.IGNORECASE,
)
# Between the counts of two arms, of which the first leads to the event ("four had it compared with one").
COMPARED: Final = re.compile(
    r"(?:\s[^.;:(]{0,30})?[\s,(]+(?:as )?(?:compared (?:with|to)|in comparison (?:with|to)|versus|vs\.?|v\.?|"
    r"against)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
# Between the rates of two arms ("30% and 12%", "30% with A and in 12% without", "91% after A against 62%").
_ARM: Final = r"(?: (?:after|with|in|for|on|under|among|by|given|of) (?:[\w+-]+ ){0,4}?[\w+-]+)?"
PAIRED: Final = re.compile(
    rf"\s*(?:and|or|/|vs?\.?|versus|against|compared (?:with|to))\s*|"
    rf"{_ARM},? (?:and|but|vs?\.?|versus|against|as against|compared (?:with|to)|than|to)"
    r"(?: (?:in|with|after|on|by|among|only|just))*\s|"
    r" (?:after|with|in|on|under) (?:[\w+-]+ ){0,3}?[\w+-]+,\s",
    re.IGNORECASE,
)
# Between the counts of two arms ("4 of 10 treated and 3 of 8 controls").
BOTH_ARMS: Final = re.compile(
    r"[)\]]?,?\s(?:and|but|versus|vs\.?|against)(?=\s(?:(?:less|more|only|just|also|not|rarer|rarely) |in |"
    rf"after |with |under |on |at ))(?![^()]*(?:{FINITE.pattern}))(?:\s[\w+-]+){{1,8}}\s[(\[]|"
    r"(?:\s(?!and\b|had\b|was\b|were\b)[\w-]+){0,4}"
    r"(?:,?\s(?:and|but|versus|vs\.?|against|compared (?:with|to))\s|/|,\s)(?:(?:in|of|among)\s)?",
    re.IGNORECASE,
)
# Between the rates of groups of which one verb is told ("6 of 11 in one arm and 8 of 12 in the other had").
BESIDE_ARM: Final = re.compile(
    r"(?:\s[\w+-]+){0,6},?\s(?:and|but|versus|vs\.?|against|compared (?:with|to))\s(?:[\w+-]+\s){0,6}"
)
ARM_TOLD: Final = re.compile(r"\s(?:with|without|on|after|under|given)\s", re.IGNORECASE)
# "fell from 83% with the first to 42%": the first of two rates.
CHANGED: Final = re.compile(
    r"(?: (?:after|with|on|in|of|for)(?: [\w-]+){1,4}| [\w-]+)? "
    r"(?:fell|dropped|sank|declined|decreased|went|rose|increased|climbed|was down|was up)"
    r"(?: \w+)? from ",
    re.IGNORECASE,
)
# "of any grade: cells 31%, standard care 2%": arms named before their rates.
ARM_FIRST: Final = re.compile(r":\s(?:[A-Za-z][\w+-]*\s){1,4}\(?")
ARM_NEXT: Final = re.compile(r"\)?[,;/]\s(?:[A-Za-z][\w+-]*\s){1,4}\(?")
# The subjects that a figure counts ("14 of 20 recipients of cells, and").
COUNTED: Final = re.compile(
    rf"^\s*(?:(?:of|in) )?(?:(?:the|these|all|our|those) )?(?:[\w-]+ ){{0,3}}?{GROUP}\b", re.IGNORECASE
)
# Between the rates of two groups, each in brackets ("more often with A (30%) than with B (12%)").
THAN: Final = re.compile(
    r"\)?,? (?:than|versus|vs\.?|compared (?:with|to)|as against|against) "
    r"(?:(?:after|with|in|for|on|among|by) )?"
    r"(?:[\w+-]+ ){1,4}\(",
    re.IGNORECASE,
)
# A verb right after an event.
OWN_VERB: Final = re.compile(
    r"\s(?:was|were|occurred|developed|appeared|arose|emerged|followed|resolved|killed|struck|hit|affected|befell|"
    r"complicated|claimed|cost|proved)\b"
)
# A noun right after a grade that is no word for events at large.
OTHER_NOUN: Final = re.compile(
    r"(?:\s(?:transient|reversible|mild|severe|acute|serious|single|non-\w+))*\s(?!(?:in|and|or|for|at|on|to|"
    r"by|of|with|"
    r"was|were|is|are|has|had|that|which|who|while|but|after|before|during|within|until|as|the|a|an|only|"
    r"also|"
    r"events?|episodes?|cases?|reactions?|toxicit(?:y|ies)|patients?|participants?|subjects?|one|two|three|"
    r"four|five|"
    r"six|seven|eight|nine|ten|each|all|both|none|then|per|according|lasting|occurr\w+|resol\w+|at|disease|"
    r"severity|overall|maximum|throughout|despite|because|where|when|instead|rather|again|not|never|criteria|"
    r"syndrome)\b)[a-z]{3,}",
)
# "three patients with grade 3 fever": a count of those who bear the event.
PATIENTS_WITH: Final = re.compile(
    r"\s(?:patients?|participants?|subjects?|people|children|adults|cases?|"
    r"recipients)?\s?with\s(?:[\w≥>=-]+\s){0,4}",
    re.IGNORECASE,
)
# "two patients died": a count right before a death.
DYING: Final = re.compile(
    r"\s(?:(?!(?:and|or|who|that)\b)[\w-]+\s){0,3}(?:(?:in|of|from|on|at)\s(?:[\w-]+\s){1,5})?$",
    re.IGNORECASE,
)
# "a man of 78 with X died": what describes a single person up to the verb.
ONE_WHO: Final = re.compile(r"[^.,;:()]{0,60}(?:, (?:aged )?\d{1,3},[^.,;:()]{0,40})?\s")
# "two died, one from sepsis": a count joined to a cause of death.
FROM: Final = re.compile(
    r"\s?(?:each )?(?:on (?:days?|weeks?|months?) [+]?\d+ )?(?:of (?:which|these|them|whom) (?:was |were )?)?"
    r"(?:of|from|to|due to|with|because of)\s(?:[\w-]+\s){0,2}",
    re.IGNORECASE,
)
# "the highest grade of fever was 2": before and after the event.
GRADE_OF: Final = re.compile(
    r"\b(?P<top>max\w*|highest|worst|peak)? ?(?i:grades?) (?:of|for) (?:the )?$", re.IGNORECASE
)
GRADE_IS: Final = re.compile(r"[^.;,\d]{0,30}?\b(?:was|were|is|of|:)\s*([1-5])\b(?!\s?(?:%|of|patients))")
# "hepatitis was the only dose-limiting toxicity": two names of one thing.
COPULA: Final = re.compile(
    r"\s(?:then |also )?(?:was|were|turned (?:up|out)|occurred|counted|qualified|"
    r"being)\s(?:as )?(?:the only|the sole|an?|the)\s$|"
    r"[^.;,]{0,40},?\s(?:(?:which|that|this)\s(?:[\w]+\s){0,3})?(?:classed|classified|called|labell?ed|"
    r"coded|counted|"
    r"rated|interpreted|registered|logged|recorded|described)\s(?:as\s)?(?:an?\s)?(?:[\w≥>=-]+\s){0,3}$|"
    r"[^.;,]{0,60}[,:(–—]\s?(?:namely|i\.e\.,?|that is,?|in the form of)\s(?:an? )?$",
    re.IGNORECASE,
)
# Words that may stand between an event and a grade told of it a little later, and those that may not.
LATER_GRADE: Final = re.compile(r"[^.;:()]{0,40}")
NOT_LATER: Final = re.compile(
    r"\b(?:if|when|until|unless|for|treat\w*|given|managed|requir\w+|tocilizumab|"
    r"steroids?|no|not|without|in \d+)\b",
    re.IGNORECASE,
)

# "one was grade 4 sepsis": a count of events by what they were.
BEING: Final = re.compile(
    r"\s(?:was|were|being)\s(?:an? |of )?(?:grade|gr\.?|G)\s?[\d≥>=–-]+\s"
    r"(?:or (?:higher|more|above)\s)?(?:[\w-]+\s){0,2}",
    re.IGNORECASE,
)
# Verbs that join those affected to the event.
HAVING: Final = (
    r"(?:had|has|have|having|developed|develops?|experienced|suffered(?: from)?|got|gets?|hit|met|showed|"
    r"shown|met with|"
    r"went (?:on )?(?:to|through)|underwent|(?:was|were|is|are) (?:\w+ ){0,2}(?!treated|infused|given|"
    r"dosed|managed)\w+ed with|"
    r"found (?:[^,;.]{0,20} )?with|c[ao]me (?:down|in|back) with|"
    r"(?:landed|ended up|wound up|fell ill|went down)"
    r"(?: [^,;.]{0,25})? with|"
    r"presented with|reported|contracted|caught|picked up|acquired|entered|(?:did )?(?:get|develop|have)|"
    r"recorded|"
    r"(?:was|were) (?:intubated|ventilated|hospitali[sz]ed|admitted|re-?admitted|dialysed|operated on) "
    r"(?:for|with|because of|due to)|(?:stopped|discontinued|withdrew|left)(?: [^,;.]{0,25})? "
    r"(?:because of|due to|owing to|on account of)|"
    r"died(?: [^,;.]{0,20})? (?:of|from|after|due to|because of|as a result of|owing to)|succumbed to)"
)
# What may stand between a count and the event that it is the subject of.
LINK: Final = re.compile(
    rf"(?:[^;:.]*?\b)?{HAVING}\s+(?:(?!(?:{FINITE.pattern})|(?:and|but|while) (?:in|among|for)\b)"
    r"(?:[\w≥>=<+\u2010-\u2015/.-]+|"
    rf"\([^()]*\))[\s,]+){{0,6}}(?:[\w‑-]*[-‑])?[(]?\s*",
    re.IGNORECASE,
)
# "In two of 12 old monkeys, by contrast, fever was noted": a part of a group opens the clause.
PLACE: Final = re.compile(
    r"(?:^|[.;:,]\s|\b(?:and|but|while|whereas)\s)(?:in|among|for|with)\s$", re.IGNORECASE
)
PLACED: Final = re.compile(
    r"(?: (?!(?:who|that|had|has|with|was|were|developed)\b)[\w-]+){0,4},"
    r"(?: [\w -]{2,25},)? (?:an? )?(?:[\w-]+ ){0,2}",
)
# "a dozen, every one of whom had": a group that has it as a whole.
EACH_OF_THEM: Final = re.compile(r"\b(?:all|each|every one|both) of (?:whom|them)\b", re.IGNORECASE)
# "of the 16 treated, each had": the group as a whole.
ALL_HAD: Final = re.compile(
    r",\s(?:all|each|every one|everyone)(?: of them)? (?:had|developed|experienced|suffered|got|showed)"
    r"\s(?:[\w≥-]+\s){0,3}$",
    re.IGNORECASE,
)
# "six in the cell arm and four controls died": the two are counted beside each other.
BESIDE: Final = re.compile(rf"(?![^,;:()]*(?:{FINITE.pattern}))[^,;:()]*\sand\s", re.IGNORECASE)
# Words that only modify the event ("26 (18%) severe infections"). A word is taken whole: taken in pieces, in
# all ways, 42 gaps of six papers took a fifth of the time for all events.
MODIFIERS: Final = re.compile(
    r"\s*(?:(?!(?:in|at|on|after|before|during|from|by|was|were|is|are|had|has|have|who|which|that|until|"
    r"than|not|without|with|"
    r"receiv\w+|treated|treating|given|enrolled|infused|patients?|participants|"
    r"children)\b)(?=(?P<word>[\w≥>=<+\u2010-\u2015/-]+))(?P=word)[\s,]*|of\s+)"
    r"{0,5}(?:[\w‑-]*[-‑])?[(]?\s*",
    re.IGNORECASE,
)
# A death and what it came from, up to the event.
DIED_OF: Final = compiled(
    r"\b(?:died|dies|deaths?|fatalit(?:y|ies)|succumbed|killed|lost (?:his|her|their) li(?:fe|ves))\b(?:"
    r"(?: (?:on|at|in|within|by) (?:days?|weeks?|months?) [+]?\d+\b)?"
    r"(?:(?!cases?\b|episodes?\b)[^.;]){0,25}?\b(?:of|from|to|due to|by|with|caused by|attributed to)\b|"
    r"\s*[-–—(:]| (?:\w+ )?(?:after|following)\b|"
    r"(?: (?:without|within|before|after|in|on|at)\b[^.;,]{0,40})?,? (?:one|two|three|four|\d+|the other)"
    r"(?: each)? (?:of|from|to))[^.;]{0,60}$",
    re.IGNORECASE,
)
# "Nine deaths were reported, four of which were due to": a part of the deaths and its cause.
DEATHS_OF_WHICH: Final = compiled(
    r"\b(?:died|deaths?|fatalit(?:y|ies)|lost (?:his|her|their) li(?:fe|ves))\b[^.;]{0,60}?"
    r"\bof (?:which|these|them|whom)\b(?: (?:was|were))? (?:due|owing|ascribed|attributed|related) to "
    r"(?:[\w-]+ ){0,2}$",
    re.IGNORECASE,
)
# The bracket right after an event.
OPENS: Final = re.compile(r"\s?[(\[]\s?")
# A denial right before a grade ("with no grade 4 case"), and one right after it ("grade 4 was not reached").
DENYING: Final = re.compile(
    r"\b(?:no|none|nobody|never|not|nor|neither|without|zero|nil)\b(?! exception)(?:\s+[\w-]+){0,3}\s*$",
    re.IGNORECASE,
)
DENIED_AFTER: Final = re.compile(
    r"\s*(?:[,:(]?\s*(?:none|nil|nobody|in none|in no (?:patient|one)s?)\b|"
    r"(?:,[^;,]{0,30},)?[^.;,]{0,12}?\b(?:was|were|has been|have been) not\b|"
    r"(?:toxicity |events? |cases? )?(?:did not occur|never occurred|absent))",
    re.IGNORECASE,
)
