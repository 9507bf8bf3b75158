"""Words that tell a group of subjects from other numbers, and what the group is in its study.

Patterns are read on a shadow of the text (`shadow`): equally long, in lower case, mentions replaced by signs,
so that "12 had [disease]" is one pattern whatever the disease.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

from spacy.tokens import Span

from pipeline.grammar.endings import ending
from pipeline.grammar.prefilter import compiled, opened

#: What is said of a group. An outcome is what happened to it; a trait is what sets it apart.
Predicate = Literal["screened", "enrolled", "treated", "evaluable", "outcome", "trait"]

DISEASE: Final = "\ue001"
EVENT: Final = "\ue002"
THERAPY: Final = "\ue003"
MOLECULE: Final = "\ue004"
SIGNS: Final = frozenset({DISEASE, EVENT, THERAPY, MOLECULE})
_SIGN_OF_LABEL: Final = {
    "DISEASE": DISEASE,
    "ADVERSE_EVENT": EVENT,
    "THERAPY": THERAPY,
    "CHEMICAL": THERAPY,
    "ANTIGEN": MOLECULE,
    "GENE": MOLECULE,
}


def shadow(text: str, mentions: Iterable[Span]) -> str:
    """The text in lower case, character for character, with mentions replaced by signs.

    Of nested mentions the longest one gives the sign.
    """
    lower = text.lower()
    if len(lower) != len(text):
        # Lower-casing lengthens some letters ("İ"); those stay as they are.
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    signs = list(lower)
    for span in sorted(mentions, key=lambda span: span.end_char - span.start_char):
        if sign := _SIGN_OF_LABEL.get(span.label_):
            signs[span.start_char : span.end_char] = sign * (span.end_char - span.start_char)
    return "".join(signs)


_FORMS: Final = {
    "patients": "patient patients pt pts recipient recipients",
    "cases": "case cases",
    "participants": "participant participants enrollees enrolees",
    "subjects": "subject subjects",
    "people": "people person persons folks folk ppl",
    "individuals": "individual individuals",
    "volunteers": "volunteer volunteers",
    "adults": "adult adults",
    "children": "child children kids youngsters",
    "infants": "infant infants babies toddlers neonates",
    "adolescents": "adolescent adolescents teenager teenagers",
    "women": "woman women females",
    "men": "man men males",
    "girls": "girl girls",
    "boys": "boy boys",
    "survivors": "survivor survivors",
    "carriers": "carrier carriers",
    "respondents": "respondent respondents",
    "controls": "control controls",
    "mice": "mouse mice",
    "rats": "rat rats",
    "macaques": "macaque macaques",
    "monkeys": "monkey monkeys",
    "primates": "baboon baboons primate primates",
    "dogs": "dog dogs",
    "cats": "cat cats",
    "pigs": "pig pigs",
    "rabbits": "rabbit rabbits",
    "animals": "animal animals",
}
#: Nouns for subjects, and the plain plural that a finding reports.
UNITS: Final = {form: unit for unit, forms in _FORMS.items() for form in forms.split()}
ANIMAL_UNITS: Final = frozenset(
    {"mice", "rats", "macaques", "monkeys", "primates", "dogs", "cats", "pigs", "rabbits", "animals"}
)
_TIME: Final = "years?|yrs?|yr|y|months?|mos?|weeks?|wks?|days?|d|hours?|hrs?|h|minutes?|min|seconds?"
_MONTH: Final = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
#: Things that are counted and are not subjects.
_THINGS: Final = (
    rf"{_TIME}|mg|µg|ug|g|kg|cm|mm|ml|cells?|doses?|lines?|courses?|cycles?|rounds?|infusions?|injections?|"
    rf"samples?|"
    r"specimens?|biops(?:y|ies)|sites?|cent(?:er|re)s?|hospitals?|institutions?|countries|studies|trials?|"
    r"records?|"
    r"reports?|articles?|papers?|cars?|episodes?|events?|deaths?|times?|prs?|crs?|sds?|pds?|responses?|"
    r"remissions?|"
    r"relapses?|points?|products?|antigens?|targets?|genes?|levels?|steps?|arms?|groups?|cohorts?|stages?|"
    r"others?|"
    r"fold|old|percent|slots|places|regimens?|drugs?|agents?|therap(?:y|ies)|tumou?rs?|lesions?|donors?|"
    r"posts|million"
)
_GAP: Final = "[ \xa0\u2007-\u2009\u202f\n]"
_HYPHEN: Final = "[-‐‑]"
# Words that end a noun phrase: between a number and its noun stands none of them.
_PHRASE_ENDS: Final = (
    rf"of|in|with|to|for|at|by|per|from|on|under|over|into|through|without|within|beyond|after|before|"
    rf"during|who|whom|whose|that|which|were|was|are|is|be|been|had|"
    r"has|have|the|these|those|a|an|then|than|as|but|while|when|got|received|went|did|do|could|can|will|"
    r"would|may|out|"
    rf"among|versus|vs|developed|achieved|died|responded|each|{_THINGS}|one|two|three|four|five|six|seven|"
    rf"eight|"
    r"nine|ten|eleven|twelve|and|or"
)
_UNIT: Final = "|".join(sorted(UNITS, key=len, reverse=True))
UNIT_WORD: Final = re.compile(rf"\b(?:{_UNIT})\b")
#: What follows a number of subjects: "[12] patients", "[225] evaluable patients", "[20]-patient study".
UNIT_PHRASE: Final = re.compile(
    rf"(?:{_GAP}|{_HYPHEN})(?P<modifiers>(?:(?!(?!stages? [0-9ivx])(?:{_PHRASE_ENDS})\b(?!{_HYPHEN}))"
    rf"(?:[^\W\d][\w'’/⁺⁻°+.]*|"
    rf"[\ue001-\ue004]+|stages? [0-9ivx]+[a-c]?(?:[-–/][0-9ivx]+[a-c]?)?)[+]?"
    rf"(?:,?{_GAP}(?:and{_GAP}|or{_GAP})?|{_HYPHEN}{_GAP}?)){{0,7}}?)"
    rf"(?P<unit>(?:{_UNIT})\b)(?!['’‐‑-]\w| (?:models?|strains?|lines?|cohorts?|studies|trials?)\b)"
)
MEASURE_AFTER: Final = re.compile(
    rf"{_GAP}?(?:[-‐‑–]{_GAP}?)?(?:(?!(?:{_PHRASE_ENDS})\b)[^\W\d][\w-]*{_GAP}){{0,3}}?"
    rf"(?:{_THINGS}|{_MONTH})\b(?!{_HYPHEN})|{_GAP}?[%°±]|{_GAP}?[×x]{_GAP}?\d|\)[a-z]|{_HYPHEN}\w|"
    rf"{_GAP}?(?:f|m|fe?males?|[fm])(?![\w-])"
)
#: A number that names rather than counts: "grade [3]", "day [28]", "no. [5]", "May [2]".
_LABEL_BEFORE: Final = ending(
    rf"\b(?:{_TIME}|{_MONTH}|grades?|gr|phases?|levels?|dl|doses?|arms?|parts?|tables?|fig(?:ure)?s?|nos?|"
    rf"numbers?|"
    r"class|classes|stages?|types?|versions?|issue|page|vol(?:ume)?|chapter|steps?|aims?|participant|"
    r"patient|subject|"
    r"case|cohorts?|groups?|regimens?|aged?|ages|scores?|cycles?|lines?|median|mean|since|until|ecog|"
    r"protocol|study|"
    rf"trials?|sites?|is|by|at age|aged)\.?(?: ?\([^()\d]{{1,6}}\))?{_GAP}?[-+#]?$|[=/×x^]{_GAP}?$|[#§]$|"
    rf"\b(?:page|day|step|no\.?) \d{{1,9}} ?(?:of|/) ?$|\b(?:{_MONTH})\.? \d{{1,2}}(?:,|-\d{{1,9}},?) $|"
    r"\b(?:man|woman|girl|boy|lady|gentleman|patient|person|adult|child)(?:,| of| aged| \() ?$|"
    r"\b(?:older|younger|longer|shorter|later|earlier|higher|lower|larger|smaller|greater) than $|"
    r"[≥≤<>⩾⩽] ?$"
)
_MEAN_BEFORE: Final = ending(r"\b(?:mean|median|average)\b[^.;]{0,30}\b", r"(?:was|is|of) $")
#: What is told by number of one of many: "cohort [3] received".
OF_MANY_BEFORE: Final = ending(
    r"\b(?:grades?|levels?|dl|arms?|parts?|class|stages?|types?|steps?|participant|patient|subject|case|cohorts?|"
    r"groups?|regimens?|nos?|numbers?|days?|weeks?|months?|phases?|tables?|fig(?:ure)?s?)\.? ?[-+#]?$|[\w-]-$"
)
#: A number that counts what stands before it: "Sites: [9]", "CR: [5]".
THING_BEFORE: Final = ending(rf"\b(?:{_THINGS}) ?[:=] ?$")
#: Labels of several things: "days 1 and [8]", "arms 1 and [2]".
LABELS_BEFORE: Final = ending(
    r"\b(?:days|weeks|months|cycles|arms|groups|cohorts|parts|levels|patients|cases|visits|stages|"
    r"grades|phases|"
    r"types|steps|participants|weeks?|days?) ?$"
)
#: The labels that stay labels before a noun: "phase [1] patients", not "In this study [12] patients".
STEP_BEFORE: Final = ending(
    rf"\b(?:grades?|gr|phases?|levels?|dl|nos?|class|stages?|types?|parts?|tables?|fig(?:ure)?s?|"
    rf"aged){_GAP}?$|/$"
)
#: "n = [12]", "N: [12]", "early group = [12]".
N_EQUALS: Final = ending(
    rf"(?<![a-z0-9])n{_GAP}?[=:]\W{{0,2}}$|\b(?:group|arm)(?: [a-z0-9])?{_GAP}?={_GAP}?$"
)
#: "the intervention group ([12])".
GROUP_BRACKET: Final = ending(r"\b(?:group|arm)(?: [a-z0-9])? \($")
#: Words that present a number as a group: "a series of [35]", "a total of [157]".
SERIES_BEFORE: Final = ending(
    r"\b(?:(?:series|cohort|total|group|sample|population|panel|set|audit|study|trial|analysis) of|"
    r"(?:studies|trials|reports|series|papers|articles) (?:with|on|in|of|comprising|including|covering)) "
    r"(?:only |just |about |some )?$"
)
DEFINITE_BEFORE: Final = ending(
    r"\b(?:the|these|those|all|all the|each of the|both of the|our|other|remaining|same|every one of the|"
    r"(?:the )?(?:first|other|remaining|last|latter|same)) $"
)
ALL_BEFORE: Final = ending(r"\b(?:all|each of(?: the)?|every one of(?: the)?) (?:the )?$")
MORE_BEFORE: Final = ending(r"\b(?:another|further|additional|other) (?:an? )?$")

#: Words before a number that make it a count of what happened: "CRS occurred in [5]", "response in [8]".
OUTCOME_BEFORE: Final = ending(
    r"(?:\ue002|\b(?:occur(?:red|s)?|seen|observed|reported|noted|recorded|developed|found|achieved|"
    r"diagnosed|"
    r"documented|detected|happened|responses?|remissions?|relapsed?|relapses|reached|confirmed|present|"
    r"logged|grade "
    r"[\d–-]{1,9}|deaths?|struck|affected|killed|hit|identified|measured|response|toxicity|limited to|"
    r"progression|crs?|prs?|"
    r"effects?|improved|shrank|benefit|g\d|anaphylaxis)\b)[^.;]{0,40}?",
    r"(?:\b(?:in|by|among|for|to|with|of) |: |\()(?:only |just |the |other |about |at least |all )?$",
)
#: A rate before a number makes it the group of which the rate is told: "80% in the [30]".
RATE_BEFORE: Final = re.compile(
    r"%[^.;,]{0,20}\b(?:in|of|among|for) (?:the |these |those |all |our )*$|\bon $"
)
#: What may follow a number that stands for a noun: a verb, a preposition, a relative, the end.
PRONOMINAL: Final = re.compile(
    r"^(?:$|[ ]?[(\[,;.:)\n]|[ ](?:[–—-]|\(|"
    r"\[|(?:of|with|without|in|to|under|at|on|from|who|whom|whose|were|was|had|have|has|"
    r"each|both|did|do|could|and|or|then|all|also|never|actually|subsequently|eventually|ultimately|"
    r"successfully|are|"
    r"finally|later|left|needed|crossed|went|got|received|joined|entered|took|came|completed|made)\b))"
)
_BEFORE_PRONOMINAL: Final = ending(
    r"(?:\b(?:of|in|for|to|the|and|or|with|from|among|at|on|by|other|first|last|whom|remaining|all|these|"
    r"those|only|just|another|were|was|than|into|but|while|whereas|about|some|nearly|over|least|given|got|"
    r"with|then|those|there|are|is|had|have|has|additional|further|initial|next|our|its|when|that|which|"
    r"(?:cohort|arm|group|part) \w{1,3})|\wed)\s$"
)
PLANNED: Final = compiled(
    r"\b(?:will|would|plans?|planned(?! (?:\w+ )?(?:\ue003|chemo|surg|treatment|therap|subgroup|interim|"
    r"analys))|planning|"
    r"(?:is|are) to (?:enrol|recruit|treat|include|start|open|dose)|aims?|aiming|intends?|intended|"
    r"expects?|expected to|"
    r"anticipat|estimat|"
    r"foresees?|designed (?:for|to)|target(?:ed)? (?:enrol|accrual|sample)|may (?:be|receive)|might|"
    r"could be enrolled|"
    r"can (?:be|enrol)|slots?|should|(?:is|are) meant|sample size|to be (?:enrolled|treated|recruited|"
    r"randomi[sz]ed|"
    r"included|dosed|infused)|(?:is|are|now|still|currently|actively) (?:\w+ )?(?:enrolling|recruiting)|"
    r"enrolling|"
    r"scheduled(?! (?:for (?:[\w\ue001-\ue004-]+ ){0,4}?(?:surg|operat|\w*ectomy|chemo|radio|"
    r"transplant)|to undergo))|wants?|hopes?|hoping|at full enrol|if)\b"
)
#: What is still to come, or is only wished for: "lupus is next, [24] pts", "[40] children are to go in".
FUTURE: Final = compiled(
    r"\b(?:next|(?:is|are) due|due to|sought|seeks?|seeking|hop(?:es?|ing)|wish(?:es)?|would like|"
    r"(?:space|room|places) for|in preparation|not (?:yet )?(?:started|begun|open)|will|guidance|could grow|"
    r"by (?:mid-|late |early |the end of )?20[23]\d|from 20[23]\d|later this year|power(?:ed)?|calculated|"
    r"follow-on|foresee[ns]?|(?:are|is) to (?:go|get|have)|"
    r"to (?:be )?(?:enrol\w*|recruit\w*|dosed?|treat(?:ed)?|included?|randomi[sz]\w*))\b"
)
PREVALENCE: Final = compiled(
    r"\b(?:worldwide|annually|yearly|(?:each|every|per) year|"
    r"(?:patients|people|cases|adults|children) a year|prevalence|incidence|nationwide|globally|"
    r"live with|living with|"
    r"(?:is|are|get|be) diagnosed with|affects?|americans|europeans|per 100)\b"
)
#: "randomised to one drug ([26] women) or another": what they were assigned to, not their sex.
OPTION_BEFORE: Final = ending(
    r"(?:assigned|allocated|randomi[sz]ed|received?)\b[^.;]{0,160}\b(?:to|or|and|versus|vs|plus) "
    r"[^.;,()]{2,60} \($"
)
DEMOGRAPHIC: Final = re.compile(r"(?:women|men|females|males|girls|boys|woman|man|male|female|f|m)\b")
_STUDY_NOUN: Final = (
    r"(?:stud(?:y|ies)|trials?|series|reports?|papers?|cohorts?|analys[ie]s|experiences?|programmes?|programs?|"
    r"groups?|teams?|investigators|authors|data(?:set)?|results|findings|publications?|case)"
)
#: Another study is named: "in an earlier trial", "previously reported", "from the registry".
EXTERNAL: Final = compiled(
    rf"\b(?:(?:previous|prior|earlier|older|historical|competing|rival|"
    rf"competitor(?:['’]s)?|another|unrelated) "
    rf"(?:(?!to\b|of\b|in\b|and\b|with\b)[\w\ue001-\ue004-]+ ){{0,3}}?{_STUDY_NOUN}|"
    r"(?:previously|earlier|already|formerly) (?:reported|published|described|studied)|"
    r"another (?:product|car)|historical(?:ly)? controls?|historically|"
    r"elsewhere|by others|other groups|others (?:have|had|reported|found)|literature|reported by (?!\d)|"
    r"et al|years (?:ago|earlier)|case reports?|meta-analysis|described in|(?:reported|published) in 20\d\d|"
    r"for (?:context|comparison|orientation)|by (?:comparison|contrast)|in comparison|"
    r"compared with (?:the )?(?:results|data)|an audit|"
    r"registry (?:data|of)|from (?:an?|the) (?:\w+ ){0,2}(?:registry|database)|"
    r"competing|rival|competitor|same product|when the same)\b"
)
#: What tells of another study only where a group has been told before; else it presents the text's own.
EXTERNAL_LATER: Final = compiled(
    rf"\b(?:(?:recent|later) (?:(?!to\b|of\b|in\b|and\b|with\b)[\w\ue001-\ue004-]+ ){{0,3}}?{_STUDY_NOUN}|"
    r"pivotal|registration (?:study|trial)|published|"
    r"separate(?:ly)? (?:\w+ ){0,2}(?:study|trial|series)|"
    r"(?:an?|another) (?:\w+ ){0,2}(?:group|team) (?:(?:has|had|have) )?"
    r"(?:treated|reported|described|infused|found)|"
    r"a (?:\w+ ){0,4}(?:series|report) (?:of|from)|"
    r"in (?:an?|another|a separate) (?:\w+[ -]){0,4}(?:trial|study|series|analysis))\b"
)
OWN: Final = compiled(
    r"\b(?:we|our|ours|us|here|this (?:study|trial|report|analysis|cohort)|my|mine|present study)\b"
)
#: "[33] in the study group", "[104] to satri-cel": an arm, where subjects were assigned.
ARM_AFTER: Final = re.compile(
    r" (?:\w+ )?(?:(?:to|in|into|for|on|received|receiving) )?(?:the |"
    r"an? )?(?:[\w\ue001-\ue004+/]+[ -]){0,4}?"
    r"(?:group|arm)\b|(?: \w+)? (?:to|for) (?!\d)"
)
# The first letters stand before the border, so that `re` looks for them alone: 5 µs a sentence for 23.
RANDOMISED: Final = compiled(r"randomi[sz]|a(?<=\ba)(?:ssigned|llocated|rms?\b)|control group|placebo")
#: A heading or a title that says that the text retells what others did.
REVIEW: Final = re.compile(
    r"(?<!peer[- ])(?<!retrospective )(?<!chart )(?<!priority )(?<!under )(?<!institutional )(?<!fda )"
    r"\breviews?\b(?! board| committee| by the)|\bperspective\b|\bcommentary\b"
)


def opened_in(text: str, shade: str, start: int, end: int) -> int:
    """Bits of the patterns that may match between two characters of a text's shadow (`prefilter.opened`).

    The words of the text open at least what those of its shadow do, but for the signs: for those alone the
    shadow is looked through besides.
    """
    gates = opened(text, start, end)
    for sign in SIGNS:
        if shade.find(sign, start, end) >= 0:
            gates |= opened(sign, 0, 1)
    return gates


def is_of_rate(left: str) -> bool:
    """Whether words before a number tell a rate in the group that it counts."""
    return ("%" in left or left.endswith("on ")) and RATE_BEFORE.search(left) is not None


def is_label(left: str) -> bool:
    """Whether a number behind these words is a label or a measure, not a count."""
    return _LABEL_BEFORE.search(left) is not None or _MEAN_BEFORE.search(left) is not None


def may_stand_alone(left: str) -> bool:
    """Whether a digit behind these words may stand for a noun, not for a label ("CDKs [4]")."""
    bare = left.rstrip(" ")
    if not left or (bare and not (bare[-1].isalnum() or bare[-1] == "_")):
        return True  # the beginning, or a sign
    return _BEFORE_PRONOMINAL.search(left) is not None
