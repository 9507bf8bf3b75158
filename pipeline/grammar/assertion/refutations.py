"""What a text takes back: suspicions that came to nothing, questions that the next sentence answers with no.

Pure functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.assertion.rules import Judgement, Mention
from pipeline.grammar.clauses import coordinated_runs
from pipeline.grammar.initials import whole_words
from pipeline.grammar.pattern_text import alternatives
from pipeline.grammar.prefilter import compiled, opened

# A suspicion taken back, by a pronoun for it or by its own name.
_REFUTING: Final = (
    r"rul(?:ed|ing|es) (?:it|this|that|them|these) out|false alarm|"
    r"(?:it|this|that|which|they|(?:the|this|that) (?:suspicion|diagnosis|finding|event|report|case|"
    r"alarm)) "
    r"(?:was|were|has been|have been|had been|proved|turned out)(?: to be)? (?:\w+ )?"
    r"(?:ruled out|excluded|refuted|disproved|"
    r"discounted|discarded|retracted|withdrawn|unfounded|wrong|mistaken|not confirmed|not borne out|"
    r"revised|dropped)|"
    r"(?:but|yet|though|although|;|,|\.)\s(?:and |but )?(?:(?:so far|up to now|to date|until now|till now|"
    r"thus far|"
    r"in the end|luckily|thankfully|happily|mercifully|thank \w+),? )?(?:it|this|that|they|neither|"
    r"none)(?: of (?:them|"
    r"these))? (?:did not|didn['’]t|"
    r"never|has not|have not) (?:\w+ )?(?:come|came|occur(?:red)?|happen(?:ed)?|appear(?:ed)?|"
    r"materiali[sz]ed?|"
    r"develop(?:ed)?|arise|arose|emerged?|follow(?:ed)?)(?: (?:to pass|about|up))?\s?(?=[.,;:)]|$)|"
    r"(?:it|they|this|that) (?:stayed|kept) away|"
    r"(?:they|she|he|we|I|somebody|(?:the|my|our|her|his) \w+) (?:later |then |soon )?"
    r"(?:crossed|struck|took) (?:it|that|this|them) (?:out|off|back)|"
    r"[;,–—] ?(?:and |but )?there (?:was|were|have been|has been) (?:none|not one)\b(?=\s?[.,;:)]|$)|"
    r"(?:it|this|that|they) turned out to be (?:an? |only |nothing|due to|caused by)|"
    # "they watched for X and Y and saw neither", "neither man had the condition"
    r"(?:encountered|saw|found|met|had|got|observed|developed|suffered|recorded|detected) (?:neither|none)"
    r"(?: of (?:them|these|the two))?\s?(?=[.,;:)]|$)|"
    r"nothing of (?:the|that|this) (?:kind|sort)|no such (?:thing|event|case|complication|problem)s?\b|"
    r"(?:refuted|disproved|excluded|dispelled|discounted|dismissed|contradicted|ruled out|(?:spoke|"
    r"argued) against|"
    r"did not (?:confirm|support|bear out)|failed to confirm) (?:it|this|that|them)(?=\s?[.,;:)]|$| and\b)|"
    r"(?:never|did ?n['’]t|did not) (?:saw|see|had|have|got|get|found|find) (?:one|any|it|"
    r"them)(?=\s?[.,;:)]|$)|"
    r"(?:neither|none|nobody|no one|no)(?: of (?:them|these|the \w+))?(?: \w+)? (?:had|has|developed) "
    r"(?:it|(?:the|this|that) (?:condition|syndrome|complication|event|disorder|harm|reaction))"
)
_REFUTED: Final = compiled(rf"\b(?:{_REFUTING})", re.IGNORECASE)
#: Each of these ways by itself: together they open in every fifth sentence and match in hardly any.
_WAYS_TO_REFUTE: Final = tuple(
    whole_words(compiled(rf"\b(?:{way})", re.IGNORECASE)) for way in alternatives(_REFUTING)
)
# "The fear that X would follow has not been borne out": with all that it names.
_GROUNDLESS: Final = whole_words(
    compiled(
        r"\b(?:fears?|worr(?:y|ies)|concerns?|suspicions?|expectations?)\b[^.;]{3,150}?\b"
        r"(?:(?:has|have|had) not been borne out|(?:was|were) (?:not borne out|unfounded|groundless|"
        r"dispelled)|"
        r"proved (?:unfounded|groundless|wrong|baseless)|"
        r"(?:did|have|has|had) not (?:come true|materiali[sz]ed?))\b",
        re.IGNORECASE,
    )
)
_THAT_SUSPICION: Final = re.compile(r"(?:this|that) (?:suspicion|alarm|report|diagnosis)", re.IGNORECASE)
_DOUBTED: Final = re.compile(
    r"\b(?:suspect|suspicio|consider|thought|fear|possib|report|diagnos|signal)|\?", re.IGNORECASE
)
_PUT_DOWN: Final = re.compile(
    r"\b(?:attributed|put down|ascribed|traced|due) to (?:an? |the )?(?:\w+ )?$", re.IGNORECASE
)
_RETRACTED: Final = whole_words(
    compiled(
        r"\b(?:has|have|had) (?:\w+ )?been (?:\w+ )?(?:withdrawn|retracted|taken back|struck (?:off|"
        r"from)|reclassified)\b|"
        r"\b(?:was|were) (?:\w+ )?(?:retracted|taken back|struck (?:off|from)|reclassified|refuted|"
        r"disprove[dn]|"
        r"dispelled)\b|"
        r"\b(?:is|are|was|were|be|been) not (?:confirmed|borne out|upheld|substantiated|verified|accepted)\b",
        re.IGNORECASE,
    )
)
# What somebody thought of or put on record: "X was suspected", "X, entered for one child".
_THOUGHT_OF: Final = (
    r"(?:suspected|(?:first|initial|early|original) (?:suspicion|guess|diagnosis)|feared|considered|"
    r"queried|"
    r"questioned|discussed|raised|thought of|in question|rumou?rs?|rumou?red|hearsay)"
)
_HELD: Final = compiled(
    rf"[^.;:]{{0,50}}?\b(?:(?P<thought>{_THOUGHT_OF})|entered|logged|flagged|reported|recorded|charted|"
    rf"coded|"
    r"in (?:the|her|his|my) (?:chart|notes|file))\b",
    re.IGNORECASE,
)
# What became of it: it was taken off the record …
_STRUCK: Final = re.compile(
    r"\b(?:ruled out|excluded|removed|deleted|withdrawn|crossed (?:it |that )?out|"
    r"struck (?:off|out|from)|dismissed|discarded|refuted|disproved|reclassified|"
    r"not (?:upheld|confirmed|borne out)|mistake|mix-up|in error)\b",
    re.IGNORECASE,
)
# … or somebody looked, and it was something else, or nothing.
_FOUND_ELSE: Final = re.compile(
    r"[;,–—:.] ?(?:but |and |yet )?(?:it|this|that|they) (?:was|were|proved|turned out)(?: to be)?"
    r"(?: \w+ly)? (?:an? |only |just |nothing|due to|caused by)|"
    r"[;,–—:.] ?[^;.]{0,50}?\b(?:found|showed|saw|revealed|was|were|came back)(?: \w+ly)? "
    r"(?:an? |the )?(?:nothing|normal|intact|clean|clear|negative|unremarkable|sterile|"
    r"no (?:sign|trace|evidence|such))\b",
    re.IGNORECASE,
)
# What was taken for a harm at first: "initially read as X", "mistaken for X", "thought to be X … turned out".
_TAKEN_FOR: Final = whole_words(
    compiled(
        r"\b(?:(?P<first>(?:at first|initially|first|originally|wrongly|erroneously|falsely|mistakenly)[ ,]+"
        r"(?:was |were |been )?(?:\w+ly )?)?"
        r"(?P<how>thought|taken|mistaken|believed|suspected|called|labell?ed|diagnosed|interpreted|read|"
        r"reported|"
        r"presumed|"
        r"treated|coded|logged|recorded|considered|feared|blamed|put down|ascribed|attributed)"
        r"(?P<later>,? (?:at first|initially|first|originally))?"
        r" (?:to (?:be|have been|represent|reflect)|for|as|of being|due to|on|to)) "
        r"(?:an? |the |possible |probable |early )*$",
        re.IGNORECASE,
    )
)
_TURNED_OUT: Final = re.compile(
    r"\b(?:turned out|proved|proven|was (?:later |then |finally |eventually )?(?:found|shown|revised|"
    r"reclassified|"
    r"rediagnosed)|were (?:later |then |finally )?(?:found|shown|revised|reclassified)|"
    r"(?:final|correct|eventual|true|actual|revised) diagnos[ie]s|in (?:fact|reality|truth)|"
    r"(?:real|actual|true) (?:cause|culprit|reason))\b",
    re.IGNORECASE,
)
# "A supposed X was later read as Y": what it was taken for, and what it was read as.
_SUPPOSED: Final = whole_words(
    compiled(
        r"\b(?:supposed|presumed|presumptive|apparent|alleged|putative|suspected|seeming)(?: [\w-]+)? $",
        re.IGNORECASE,
    )
)
_READ_AS: Final = re.compile(
    r"[^.;]{0,80}?\b(?:(?:was|were|has been|have been) (?:\w+ ){0,2}(?:read|re-?read|recogni[sz]ed|revised|"
    r"changed|corrected|reclassified|re-?diagnosed|diagnosed|explained|interpreted|identified|attributed|"
    r"put down|found|shown) (?:as|to|by)\b|proved|turned out)",
    re.IGNORECASE,
)
# "I thought I was having X": who thought so no longer does.
_BELIEVED: Final = whole_words(
    compiled(
        r"\b(?:thought|believed|convinced|sure|imagined) (?:that )?(?:I|he|she|it|we|they) "
        r"(?:was having|were having|had|was getting|were getting|was|were) (?:an? |the |some )?$",
        re.IGNORECASE,
    )
)
_ANYTHING: Final = re.compile("")
# "It looked like X until the biopsy said otherwise".
_LOOKED_LIKE: Final = whole_words(
    compiled(
        r"\b(?:looked|seemed|appeared|felt)(?: (?:just|very much|a lot|so|at first))? like (?:an? |the )?$",
        re.IGNORECASE,
    )
)
_UNTIL: Final = re.compile(
    r"[^.;]{0,40}?\b(?:until|till|but)\b|\s(?:at first|initially|originally|to begin with)\b", re.IGNORECASE
)
# What was looked for, and what the search came to: "a biopsy for X was negative".
_SOUGHT: Final = whole_words(
    compiled(
        r"\b(?:work-?ups?|tests?|testing|tested|biops(?:y|ies)|cultures?|scans?|imaging|search(?:es)?|"
        r"punctures?|"
        r"investigations?|swabs?|PCR|screen(?:ed|ing|s)?|examin(?:ed|ation)) (?:\w+ ){0,2}"
        r"for (?:[\w-]+ ){0,2}$",
        re.IGNORECASE,
    )
)
_FOUND_NOTHING: Final = re.compile(
    r"[^.;]{0,60}?\b(?:negative|normal|clear|unremarkable|nothing|in vain|fruitless)\b", re.IGNORECASE
)
# "The ward thought it might be X, but the biopsy came back clean".
_MIGHT_BE: Final = whole_words(
    compiled(
        r"\b(?:thought|suspected|wondered|feared|worried|guessed|figured|reckoned)(?: \w+){0,4} "
        r"(?:might|may|could|would|was|were|is|had)(?: be| have)?(?: an?| the| some)? $",
        re.IGNORECASE,
    )
)
_NO_FINDING: Final = (
    r"(?:(?:it|that|this|they) (?:was|were|did)(?: ?n['’]t| not)|(?:said|says) no|"
    r"(?:was|were|came back|looked|proved) (?:\w+ )?(?:clean|clear|normal|negative|unremarkable)|"
    r"(?:showed|found|saw|revealed) (?:nothing|no such thing))"
)
_CAME_CLEAN: Final = re.compile(
    rf"[,;:–—]? (?:but|and|yet|though|until) [^.;]{{0,50}}?\b{_NO_FINDING}\b", re.IGNORECASE
)
_CLEARED: Final = compiled(rf"[^.;!?]{{0,60}}?\b{_NO_FINDING}\s?(?=[.!;,]|$)", re.IGNORECASE)
_WONDERED: Final = re.compile(
    r"\b(?:suspect\w*|suspicion|thought|wonder\w*|fear\w*|worri\w*|afraid|might|may|could|possib\w*|"
    r"queried)\b"
)
_SENTENCE_END: Final = re.compile(r"[.!?;]\s")
# "raised suspicion of X … had Y instead".
_SUSPICION: Final = whole_words(compiled(r"\b(?:suspicions?|suggestive) of (?:an? |the )?$", re.IGNORECASE))
_INSTEAD: Final = re.compile(r"[^.;]*\binstead\b", re.IGNORECASE)
_SUBJECT_LEAD: Final = re.compile(r"\s*(?:(?:[\w-]+\s){0,4})", re.IGNORECASE)
#: Characters before a harm in which it may be said that something was only taken for it.
_WINDOW: Final = 80
#: No header of a post is longer, in characters.
HEADER: Final = 60
_HEADER_LINE: Final = re.compile(rf"\s*[^\n?!]{{1,{HEADER}}}\n\s*")
# Who answers, where a thread names the speakers.
_SPEAKER: Final = r"(?:[\w.'’ -]{1,24}:)?"
# A sentence that answers the one before: "DLTs? None." "We looked for X. Neither was found."
_NOBODY: Final = (
    r"(?:(?:zero|nil|none|no one|nobody|not (?:one|a single \w+)|0)"
    r"(?: ?(?:out of|of|in|among|/) ?(?:(?:the|these|those|our|all) )*[\w-]+)?"
    r"(?: so far| yet| to date| at all| here)?|no|nope|never|"
    r"not (?:me|us|her|him|them|here|for (?:me|us|her|him)|seen|observed|once|ever|yet|at all|"
    r"in a single \w+|"
    r"in (?:any|one) of [\w ]{1,20}))"
)
_ANSWER: Final = re.compile(
    rf"\s*{_SPEAKER}\s*{_NOBODY}\s*(?:[.!;,–—]|$)|"
    r"\s*(?:neither|none)(?: of (?:these|them|which|those|the two))? (?:was|were|has been|have been|did|"
    r"occurred|appeared|"
    r"developed|emerged|happened)(?: (?:seen|found|observed|detected|noted|reported|recorded|"
    r"occur))?\b(?! (?:fatal|severe))",
    re.IGNORECASE,
)
# Between a question and the word that answers it, a header of a post among them.
_ASKED: Final = re.compile(
    rf"[^?]*\?[\"'”’)]*\s*(?:(?<=\n)[^\n?!]{{1,{HEADER}}}\n\s*)?{_SPEAKER}\s*", re.IGNORECASE
)


def refuted(
    text: str, start: int, end: int, mentions: Sequence[Mention], previous: Sequence[Mention]
) -> dict[Extent, Judgement]:
    """Harms that a sentence takes back: suspected before, in it or in the one before, and found not to be.

    Example:
        >>> text = "Sepsis was suspected, but cultures ruled it out."
        >>> refuted(text, 0, len(text), [Mention(0, 6, "ADVERSE_EVENT")], [])[0, 6].assertion
        'absent'
    """
    found: dict[Extent, Judgement] = {}
    harms = [m for m in mentions if m.label == "ADVERSE_EVENT"]
    if not harms and not any(m.label == "ADVERSE_EVENT" for m in previous):
        return found
    gates = opened(text, start, end)
    is_refuted = gates & _REFUTED.gate and any(
        gates & way.gate and way.search(text, start, end) for way in _WAYS_TO_REFUTE
    )
    for match in _REFUTED.finditer(text, start, end) if is_refuted else ():
        before = [m.extent for m in harms if m.end_char <= match.start()]
        if _THAT_SUSPICION.match(match.group()) and not _DOUBTED.search(text, start, match.start()):
            before = []  # "With a rash on the arm, that suspicion was dropped"
        others = [m for m in mentions if m.label == "DISEASE" and m.end_char <= match.start()]
        if before and any(_PUT_DOWN.search(text, before[-1][1], m.start_char) for m in others):
            continue  # "A was put down to B; the scan ruled this out": B is none, A stays
        before = before or [m.extent for m in previous if m.label == "ADVERSE_EVENT"]
        if before:
            run = coordinated_runs(text, before)[-1]
            found |= {extent: Judgement("absent", match.span()) for extent in run}
    if gates & _GROUNDLESS.gate and (groundless := _GROUNDLESS.search(text, start, end)):
        feared = [m for m in harms if groundless.start() < m.start_char < groundless.end()]
        found |= {m.extent: Judgement("absent", groundless.span()) for m in feared}
    for mention in harms:
        before_it = text[max(start, mention.start_char - _WINDOW) : mention.start_char]
        for lead, outcome in (
            (_SOUGHT, _FOUND_NOTHING),
            (_SUSPICION, _INSTEAD),
            (_SUPPOSED, _READ_AS),
            (_BELIEVED, _ANYTHING),
            (_LOOKED_LIKE, _UNTIL),
            (_MIGHT_BE, _CAME_CLEAN),
        ):
            is_led = gates & lead.gate and lead.search(before_it)
            if is_led and (cue := outcome.match(text, mention.end_char, end)):
                found[mention.extent] = Judgement("absent", cue.span())
        if gates & _HELD.gate and (dropped := _let_go(text, end, mention, harms)):
            run = next(r for r in coordinated_runs(text, [m.extent for m in harms]) if mention.extent in r)
            found |= {extent: Judgement("absent", dropped) for extent in run if extent <= mention.extent}
        taken = _TAKEN_FOR.search(before_it) if gates & _TAKEN_FOR.gate else None
        if taken is None:
            continue
        is_first = taken["first"] or taken["later"] or taken["how"].lower() == "mistaken"
        if is_first or _TURNED_OUT.search(text, mention.end_char, end):
            cue_start = mention.start_char - len(taken.group())
            found[mention.extent] = Judgement("absent", (cue_start, mention.start_char))
    taken_back = _RETRACTED.search(text, start, end) if gates & _RETRACTED.gate else None
    if (
        taken_back
        and mentions
        and mentions[0] in harms
        and mentions[0].end_char <= taken_back.start()
        and _SUBJECT_LEAD.fullmatch(text, start, mentions[0].start_char)
    ):
        run = coordinated_runs(text, [m.extent for m in harms])[0]
        found |= {extent: Judgement("absent", taken_back.span()) for extent in run}
    return found


def _let_go(text: str, end: int, mention: Mention, harms: Sequence[Mention]) -> Extent | None:
    """Where a sentence says that a harm which somebody thought of or put on record was none."""
    if not opened(text, mention.end_char, end) & _HELD.gate:
        return None
    held = _HELD.match(text, mention.end_char, end)
    if held is None:
        return None
    outcome = _STRUCK.search(text, held.end(), end)
    if outcome is None and held["thought"]:
        outcome = _FOUND_ELSE.search(text, held.end(), end)
    is_other = outcome and any(mention.end_char <= m.start_char < outcome.start() for m in harms)
    return outcome.span() if outcome and not is_other else None


def _cleared(text: str, start: int, end: int, harm: Mention) -> dict[Extent, Judgement]:
    """A suspicion of the sentence before that a test came to nothing about ("MRI that night: it wasn't.")."""
    if not opened(text, start, end) & _CLEARED.gate:
        return {}
    lead = text[max(0, harm.start_char - _WINDOW) : harm.start_char]
    is_doubted = _WONDERED.search(_SENTENCE_END.split(lead)[-1]) is not None
    if not is_doubted and not _WONDERED.search(text, harm.end_char, start):
        return {}
    cleared = _CLEARED.match(text, start, end)
    return {harm.extent: Judgement("absent", cleared.span())} if cleared else {}


def answered_before(text: str, start: int, end: int, previous: Sequence[Mention]) -> dict[Extent, Judgement]:
    """Mentions of the sentence before that this sentence denies as a whole ("DLTs? None.")."""
    harms = [m for m in previous if m.label == "ADVERSE_EVENT"]
    if not harms:
        return {}
    header = _HEADER_LINE.match(text, start, end)
    match = _ANSWER.match(text, header.end() if header else start, end) or _ANSWER.match(text, start, end)
    if match is None:
        return _cleared(text, start, end, harms[-1])
    run = coordinated_runs(text, [m.extent for m in harms])[-1]
    cue = (match.start() + len(match.group()) - len(match.group().lstrip()), match.end())
    is_question = _ASKED.fullmatch(text, run[-1][1], match.start()) is not None
    # Without a question mark only "neither/none was found" points back.
    if not is_question and not re.match(r"\s*(?:neither|none)\b.*\w{3}", match.group(), re.IGNORECASE):
        return {}
    denied = [m.extent for m in harms] if is_question else run
    return {extent: Judgement("absent", cue) for extent in denied}
