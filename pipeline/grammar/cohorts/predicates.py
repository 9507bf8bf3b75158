"""What is said of a group: that it was screened, enrolled, treated, evaluable, a trait of it, an outcome."""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.cues import Predicate
from pipeline.grammar.cohorts.evidence import OF_THEM, Form, is_heading
from pipeline.grammar.endings import ending

_PREDICATES: Final[dict[Predicate, str]] = {
    "screened": r"screen(?:ed|ing)\b|assessed for eligib|referred\b|approached\b",
    "outcome": (
        r"respond(?:ed|ing|s)?\b|(?:went|gone|go) into\b|entered (?:a )?(?:\w+ )?(?:remission|response)|"
        r"ended\b|"
        r"(?:had|have|has|got|with|of|through|hit|logged)(?: (?!been|treated|received|undergone|to|who|"
        r"without)[\w≥≤-]+){0,5}? ?"
        r"\ue002|"
        r"with (?:\w+ )?(?:relapse|response|remission|progression|crs|icans|events?)\b|"
        r"achiev|developed|experienc|die[ds]\b|relapsed(?= ?(?:$|[.,;]|with\b|after|at\b|later|in\b|within|"
        r"by\b|on\b))|"
        r"progressed|improv|remain(?!(?:ed|ing)? (?:for|in|available)\b)|convert|rebound|reached|lost\b|"
        r"recover|show(?:ed|s)\b|discontinued|"
        r"withdr[ae]w|met\b(?! (?:\w+ ){0,3}(?:inclusion|eligib|entry))|"
        r"satisf|fell\b|alive|survived|suffered|kept|sustained|stayed|dropped|became|cleared|gr[eo]w|"
        r"stopped|tested\b|hit\b|"
        r"complet(?:ed(?! (?:[\w-]+ ){0,3}?(?:the|all|both|study|surveys?|baseline|questionnaires?|"
        r"assessments?|"
        r"follow|measures|[\w-]*testing|requirements)\b)|"
        r"ely)\b|gained|reporting\b|(?:could|did) not\b|deteriorat|resolved|escaped|came down|"
        r"required\b|saw\b|hospitali|"
        r"(?:had|have) (?:\w+ ){0,4}?(?:respons|remission|stable|progressive|reduc|increas|decreas|"
        r"evidence of|partial|"
        r"complete\b|persist|undetect|crs?\b|prs?\b|more than one|no\b|gone\b)|"
        r"(?:were|was|are|is) (?:\w+ ){0,2}?(?:women|men|female|male|alive|free|still|"
        r"in (?:\w+ )?(?:remission|response)|"
        r"negative|reported|found|excluded|not|unable|considered|hospitali)"
    ),
    "enrolled": (
        r"enrol(?:led|ment)?\b|recruited|agreed to|met (?:\w+ ){0,3}(?:inclusion|eligib|entry)|"
        r"randomi[sz]ed|joined|took part|tak(?:e|en|ing) part|participat|"
        r"entered|took in|"
        r"(?:were|was|been) (?:\w+ )?(?:included|assigned|allocated|registered|divided)|accrued|consented|"
        r"aphere[sz]ed|"
        r"(?:underwent|undergone|after) random\w+|(?:under(?:went|gone) )?(?:leuk)?apheresis|"
        r"(?:cells|lymphocytes) collected|signed|volunteered|covered\b|included\b"
    ),
    "treated": (
        r"(?:re)?infused|dosed|treated|received|receiving|receives|got\b|given\b|injected|administered|"
        r"underwent|"
        r"undergone|went on to|proceeded to|transplanted|(?:had|has) (?:\w+ )?\ue003"
    ),
    "evaluable": (
        r"evaluable|evaluated|analy[sz]ed|assessable|(?:were|was|(?:can|could) be) (?:\w+ )?assessed|"
        r"efficacy|"
        r"remain(?:ed|ing)? (?:for|in|available)\b|completed\b|in the analysis|"
        r"(?:had|have|with) (?:enough|adequate|sufficient|at least|a minimum|more than|"
        r"[≥>])[^.;]{0,30}follow|"
        r"provided\b|contributed|formed the|ma[dk]e up the|ma[dk]es up the"
    ),
    "trait": (
        r"(?:had|have|has|having|with|were|was)(?: [\w-]+){0,4}? ?\ue001|with\b|without\b|whose\b|who\b|"
        r"whom\b|under\b|"
        r"(?:had|have) (?:\w+ )?(?:history|active|prior|never|previously|already|been|high|low|bulky|"
        r"extramedullary|"
        r"mutat|primary|secondary|refractory)|(?:at|on) (?:the )?(?:\w+ )?(?:dose|dl|level)|need(?:ed|"
        r"ing) bridg|"
        r"crossed over|left\b|"
        r"(?:were|was) (?:\w+ )?(?:refractory|positive|naive|under|on)\b|carr(?:y|ied)\b|harbou?r|bearing|"
        r"express"
    ),
}
PREDICATE: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(rf'(?P<{name}>{words})' for name, words in _PREDICATES.items())})"
)
#: What is done to a group, told before its number: "we enrolled [12]", "of those treated, [12]".
_PREDICATE_BEFORE: Final = re.compile(
    r"\b(?:(?P<screened>screened)|(?P<enrolled>enrol(?:led|ling)?|recruited|randomi[sz]ed|included|took in|"
    r"involv(?:ed|ing)|compris(?:ed|ing)|consist(?:ed|ing) of|covered|assigned|allocated|"
    r"(?:leuk)?apheresis|(?:cells|lymphocytes) (?:were )?collected|collection|accrued|registered|"
    r"enrol(?:l)?ment of)|(?P<treated>treated|infused|dosed|given|treating|infusing|dosing|received by)|"
    r"(?P<evaluable>evaluated|analy[sz]ed|analysis of|assessed|evaluable|"
    r"efficacy)|(?P<trait>follow(?:s|ed|ing)?|track(?:s|ed|ing)?|monitor(?:s|ed|ing)?))\b"
    r"(?: (?!and\b)[^\W\d]+){0,4}[ (]*$"
)
#: Words before a number that make it a group that was dealt with: "infused in [55]", "given to [101]".
_TREATED_BEFORE: Final = ending(
    r"\b(?:infused|given|administered|done|performed|tried|used|delivered|went(?= into)|undertaken|"
    r"carried out|attempted|tested)\b[^.;]{0,30}\b(?:in|to|for|into|on) (?:only |just |a |the |these |"
    r"other |all )*$"
)
_CLAUSE_END: Final = re.compile(
    r"[;:!?\n]|\.(?=[ \n]|$)| [–—] | (?:while|whereas|but|although|though|against|versus|vs\.?) "
)
_SENTENCE_END: Final = re.compile(r"[;:.!?]\s|\n")
_ASIDE: Final = re.compile(r" ?[(\[][^()\[\]]{0,80}(?:\[[^\]]{0,20}\][^()\[\]]{0,40}){0,3}[)\]]")
_OBJECT: Final = ending(r"[^\s.;,] (?:in|for|to|into) (?:the )?$")
#: "died of events (brain herniation, n = 1; septic shock, n = 1)".
_COUNTED_OUTCOME: Final = re.compile(
    r"(?:\ue002|\b(?:died|deaths?|relapsed|progressed|responded|reasons?|causes?))[^.()]{0,60}\([^.()]*$"
)
_RELATIVE: Final = re.compile(r"\b(?:that|which|who|whose)\b")
_TOLD_AT_ONCE: Final = re.compile(r"\b(?:screened|enrol?led|randomi[sz]ed|infused|treated|dosed|evaluated) $")
_BEFORE: Final = 60  # characters of a clause read before a count
_ADJACENT: Final = 15  # characters: room for "also" or "each" between a count and what sets it apart
_CARD_WORDS: Final[tuple[tuple[str, Predicate], ...]] = (
    (r"screened", "screened"),
    (r"(?:\w+[- ])?evaluable|efficacy set|analysis set", "evaluable"),
    (
        r"enrol(?:led|l?ment)|recruited|randomi[sz]ed",
        "enrolled",
    ),
    (r"treated|infused|dosed|safety set|participants?|patients?|population|sample", "treated"),
    (r"[^\n.:;]{0,20}-(?:positive|negative|high|low|na[iï]ve|refractory)", "trait"),
)
_CARDS: Final[tuple[tuple[re.Pattern[str], Predicate], ...]] = tuple(
    (
        re.compile(
            rf"(?:^|\n|[|•*·;,])\s*(?:[-–•*] ?)?(?:[\w-]+ )??(?:{words})[^\n.;]{{0,12}}?\s?[–—:=|-]\s?$"
        ),
        predicate,
    )
    for words, predicate in _CARD_WORDS
)
_DEALT_WITH: Final = frozenset({"screened", "enrolled", "treated", "evaluable"})
_LABEL_END: Final = re.compile(r" ?(?:$|[\n|;,.(\[])")
_LABEL_BORDER: Final = re.compile(r"[.;|\n] ?|: | {3,}")
#: With one of them a label ends.
_CARD_SIGNS: Final = frozenset("–—:=|-")


def predicate_between(modifiers: str) -> Predicate | None:
    """What stands between count and noun: "[225] evaluable patients", "[88] infused patients"."""
    match = PREDICATE.search(modifiers) if modifiers else None
    kind = match.lastgroup if match else None
    return kind if kind in ("screened", "enrolled", "treated", "evaluable") else None  # type: ignore[return-value]


def card(left: str) -> Predicate | None:
    """What the label of a card or a line says: "Enrolled: 12"."""
    if left[-3:].rstrip()[-1:] not in _CARD_SIGNS:
        return None
    return next((predicate for pattern, predicate in _CARDS if pattern.search(left)), None)


def said_by_label(left: str) -> Predicate | None:
    """What the label before a colon says was done: "Received the allocated infusion: [29]"."""
    if not left.rstrip().endswith(":"):
        return None
    label = _LABEL_BORDER.split(left.rstrip(" :"))[-1]
    kinds: list[Predicate] = [match.lastgroup for match in PREDICATE.finditer(label)]  # type: ignore[misc]
    return next((kind for kind in kinds if kind in _DEALT_WITH), None)


def predicate_of(left: str, right: str, form: Form) -> Predicate | None:
    """What is said of the group: right of it in its clause, else left of it."""
    if said := card(left):
        return said
    if _LABEL_END.match(right) and (said := said_by_label(left)):
        return said
    if "(" in right or "[" in right:
        right = _ASIDE.sub("", right)
    if right.startswith(" of "):
        right = OF_THEM.sub("", right, count=1)
    right = right.partition(")")[0]
    if right.startswith(f" {cues.EVENT}"):
        return "outcome"  # "two patients [died]"
    if form == "equals" and _COUNTED_OUTCOME.search(left) and not is_heading(left):
        return "outcome"
    if form == "ellipsis" and _OBJECT.search(left):
        right = ""  # "infused in 55": what is said stands before
    clause = right[: end.start()] if (end := _CLAUSE_END.search(right)) else right
    found = PREDICATE.finditer(clause)  # read no further than to what is asked for
    if form == "ellipsis":  # a trait is told at once
        found = (m for m in found if m.lastgroup != "trait" or m.start() <= _ADJACENT)
    match = next(found, None)
    first = _kind(match)
    before = _predicate_before(left)
    if before and form == "ellipsis" and (first == "trait" or _TOLD_AT_ONCE.search(left)):
        return before  # "the analysis covered 94 with …", "enrolled 30, infused 27"
    if first == "trait" and form == "ellipsis":
        return first
    if match and first == "trait" and not match.group().startswith("whose"):
        match = next((other for other in found if other.lastgroup != "trait"), match)
        first = _kind(match)
    if before and match and first == "outcome" and _RELATIVE.search(clause[: match.start()]):
        return before  # "the study involved 52 patients that had progressed"
    if first not in (None, "trait"):
        return first
    return before or first


def _kind(match: re.Match[str] | None) -> Predicate | None:
    """What a match of one of the patterns says."""
    return match.lastgroup if match else None  # type: ignore[return-value]


def _predicate_before(left: str) -> Predicate | None:
    """What is said before: "we enrolled [12]", "infused in [12]"."""
    clause = _SENTENCE_END.split(left[-_BEFORE - 2 :])[-1][-_BEFORE:]
    if _TREATED_BEFORE.search(clause):
        return "enrolled" if "apheresis" in clause else "treated"
    if clause.endswith("on ") and cues.RATE_BEFORE.search(clause):
        return "evaluable"
    return _kind(_PREDICATE_BEFORE.search(clause))
