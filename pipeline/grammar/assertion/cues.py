"""Cue words of assertion: what denies, doubts, plans or dates back, and which way each of them looks.

The lists were written from English grammar and checked on the abstracts of BioScope and on the events that
BioNLP13CG and PHEE flag. A longer cue wins over a shorter one, and a pseudo cue ("not only", "no doubt")
takes its words away from the cue that it contains.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.grammar.assertion.doubts import (
    DEFINITION,
    GENERAL,
    MODAL,
    OUTCOME,
    POSSIBLE_AFTER,
    POSSIBLE_BEFORE,
)
from pipeline.grammar.caseless import caseless, lowered_document
from pipeline.grammar.initials import whole_words
from pipeline.grammar.pattern_text import alternatives
from pipeline.grammar.prefilter import Alternatives

#: Where the scope of a cue lies: in what follows, in what precedes, in its whole clause, or in its own words.
Direction = Literal["after", "before", "around", "within"]
CueKind = Literal["absent", "possible", "modal", "conditional", "general", "hypothetical", "historical"]


class Cue(NamedTuple):
    """Cue words in a text.

    `modal` is possible for harms and hypothetical for all else; `general` is possible for harms and says
    nothing of anything else; `conditional` is hypothetical, whatever is denied in the condition.
    """

    start_char: int
    end_char: int
    kind: CueKind
    direction: Direction


_BE: Final = r"(?:is|are|was|were|be|been|being|has been|have been|had been)"
_SEEN: Final = (
    r"(?:seen|observed|reported|detected|noted|recorded|found|met|reached|documented|"
    r"encountered|experienced|"
    r"identified|registered|described|diagnosed|evident|present|apparent|necessary|confirmed|witnessed|"
    r"logged|"
    r"attributed|noticed|needed|traced|part of|a (?:problem|concern|feature|part))"
)
_HAPPEN: Final = (
    r"(?:occur(?:red|s)?|develop(?:ed|s)?|happen(?:ed|s)?|appear(?:ed|s)?|arise|arose|emerge[ds]?|"
    r"recur(?:red|s)?|"
    r"ensue[ds]?|materiali[sz]e[ds]?|surface[ds]?|(?:turn|crop)(?:p?ed|s)? up|"
    r"c[oa]me (?:up|about|to (?:light|pass))|set in|follow(?:ed|s)?|show(?:ed|s)? up)"
)
_ADVERB: Final = r"(?:(?:also|even|ever|yet|still|otherwise|therefore|thus|actually|clinically|then) )?"
_NEG: Final = r"(?:not|n['’]t|never)"
#: What is done to a harm that is there: who does not do it leaves it there ("did not prevent fever").
_CHANGE: Final = (
    r"(?:affect|influence|alter|change|modify|impair|impact|modulate|interfere with|prevent|avert|avoid|"
    r"reduce|"
    r"decrease|diminish|lower|limit|lessen|inhibit|suppress|block|stop|halt|abolish|abrogate|attenuate|"
    r"ameliorate|alleviate|relieve|reverse|mitigate|minimi[sz]e|improve|resolve|worsen|slow|delay|"
    r"accelerate|prolong|shorten|exacerbate|aggravate|"
    r"increase|control|eliminate|eradicate|correlate|differ|predict|explain|preclude|protect)(?:d|ed)?"
)
#: "Did not prevent X", "failed to control X": the change is denied, and X was there.
_ABSENT_WITHIN: Final = (
    rf"(?:(?:did|does|do|has|have|had) ?(?:not|n['’]t|never)|fail(?:s|ed|ing|ures?)?(?: of (?:the )?\w+"
    rf"(?: \w+)?)? to|(?:was|were|is|are) (?:unable|not able) to) (?:(?:appear|"
    rf"seem) to )?(?:\w+ly )?{_CHANGE}|"
    r"no (?:(?:statistically|clinically) )?(?:significant |relevant |clear |apparent |marked |direct |"
    r"further |"
    r"additional |measurable |detectable |major |meaningful |consistent )?(?:increase|change|difference|"
    r"decrease|"
    r"improvement|effect|impact|influence|delay|correlation|association|relationship|link|interaction)s?\b|"
    rf"(?:is|are|was|were|been) not (?:\w+ly )?(?:affected|influenced|altered|changed|modified|correlated|"
    rf"predict(?:ive|ed)|prognostic)|"
    r"without (?:affecting|altering|changing|compromising|impairing|influencing|modifying|improving|"
    r"resolving|"
    r"worsening|exacerbating|increasing|preventing|controlling)"
)
_PSEUDO: Final = (
    # What is told for the first time happened all the same.
    r"(?:has|have|had|was|were) (?:not|never) (?:previously |yet |before |ever )?(?:been "
    r")?(?:previously |well )?described|"
    r"(?:has|have|had) (?:not|never) (?:previously |yet |before |ever )?been "
    r"(?:previously )?reported(?= (?:previously|before|in the "
    r"literature|so far|to date))|not (?:previously|yet) (?:been )?(?:reported|described)|"
    r"no (?:published|previous|prior|earlier) (?:reports?|cases?|descriptions?)(?: of)?|"
    r"lack of (?:control|response|efficacy|awareness|benefit|data|effect|recovery|access|consensus)|"
    r"not only|not just|not merely|not solely|not (?:necessarily|significantly|statistically)|"
    r"no(?:t)? (?:more|fewer|"
    r"less|later|earlier|sooner|longer) than|no (?:significant |relevant |clear |apparent |"
    r"marked )?(?:doubt|matter|wonder|limit|need|later|sooner|better|worse|bearing|question|reason|longer|"
    r"stranger|"
    r"approved|approval|licen[cs]ed|comparison|comparative|formal|randomi[sz]ed|controlled?|control)\b|"
    r"no\. ?(?=\d)|without (?:delay|doubt|difficulty|question|interruption|exception|"
    r"regard|waiting|knowing|"
    r"further ado|a control|control|any control|reducing|losing)|whether or not|if not|why not|"
    r"nothing but|no(?:ne)? other than|not yet (?:known|clear)|not (?:all|every|everyone|everybody|always|"
    r"uncommon(?:ly)?|unusual(?:ly)?|rare(?:ly)?|infrequent(?:ly)?|surprising(?:ly)?|unexpected(?:ly)?)|"
    r"cannot but|"
    r"could not be (?:assessed|evaluated|graded)|not (?:be )?(?:assessed|evaluated|evaluable|compared|"
    r"stated|graded|"
    r"available|given|mentioned|applicable)|never (?:above|beyond|past|over|exceed(?:ed|ing)?|more than|"
    r"higher than|worse than|greater than|got (?:past|beyond|above)|went (?:past|beyond|above)|rose above)|"
    r"not (?:exceed(?:ing|ed)?|above|beyond|higher than|worse than|at grade|of grade|more severe than)|"
    r"(?:did|does) not exceed|none (?:was|were|is|are|of (?:these|them|which|those) (?:was|were)|proved) "
    r"(?:fatal|lethal|severe|serious|life[- ]threatening|worse|higher|above|of grade|grade)|"
    r"none (?:fatal|severe|grade)|"
    r"may \d{1,2}\b|may (?:19|20)\d\d|may,? (?:19|20)\d\d|no (?:other|new) (?:option|choice|treatment|"
    r"therapy)s?|"
    r"risk[- ](?:group|factor|score|adapted|stratified|stratification)s?|high[- ]risk(?! (?:of|for))|"
    r"low[- ]risk(?! (?:of|for))|"
    r"standard[- ]risk|"
    r"(?:as|than|was|were) (?:would be |might be |could be )?(?:expected|anticipated|predicted|"
    r"feared)(?! to)|"
    r"(?:mentions?|tells? of|speaks? of|says) (?:neither|no|nothing (?:of|about|on))|"
    r"(?:no|without|without any|not a) (?:word|mention|information|data)(?: (?:of|on|about))?|"
    r"(?:NR|n/r|NA|ND)[,:=]? ?not reported|not reported here|(?:alone )?would (?:predict|suggest|"
    r"explain)|last will|free (?:survival|of charge)|(?:event|progression|relapse|disease|drug|treatment|"
    r"steroid|failure)"
    r"[-‑ ]free"
)

#: After a verb that takes an object or none ("did not develop"): what follows is no object.
_NO_OBJECT: Final = (
    r"(?!,? ?(?!(?:in|at|on|by|during|after|within|until|till|for|among|with|and|or|nor|neither|but|again|"
    r"here|there|"
    r"either|"
    r"beyond|before|once|thereafter|while|when|unless|despite|as|to|anywhere|anymore|throughout|under|from|"
    r"afterwards|later|so|because|although|though|whereas)\b)[a-zA-Z≥>])"
)
_ABSENT_AFTER: Final = (
    # The colon in "What I did not have: X" belongs to the denial.
    r"what (?:\w+ ){1,3}(?:did|have|has|had) ?(?:not|n['’]t|never) (?:\w+ )?(?:have|get|got|had|see|seen|"
    r"suffer|develop)(?: from)?\s?[:–—]|"
    # "We have not seen any X"; without an object it is the subject that was not seen.
    rf"(?:ha(?:s|ve|d)|did|could) ?{_NEG} {_ADVERB}(?:seen?|saw|observed?|detect(?:ed)?|f[io]u?nd|"
    rf"identif(?:y|ied)|"
    rf"encounter(?:ed)?|record(?:ed)?|document(?:ed)?|noted?|experienced?|witness(?:ed)?|diagnosed?|"
    rf"demonstrated?)(?! ?(?:before|since|yet|so far|to date)\b)(?!{_NO_OBJECT})|"
    r"no (?:evidence|indications?|signs?|hints?|suggestion|proof) that|nothing (?:to suggest|suggest(?:s|ed|"
    r"ing|"
    r"ive of)|point(?:s|ed|ing) to|indicat(?:es|ed|ing))|"
    r"(?:did|do|does|has|have|had|was|were|is|are)n['’]?t (?:(?:really|actually|even|ever) )?(?:get|got|"
    r"gotten|see|"
    r"seen|observed?|found|find|record|encounter|catch|notice|any|an?)|"
    r"not (?:a single|one)(?: case of| of (?:the |these |those |our |all |us )*[\w-]+(?: [\w-]+)?(?= (?:had|"
    r"has|have|"
    r"develop|experienc|suffer|got|show|report|met)))?|"
    rf"(?:(?:did|do|does|could|has|have|had|was|were|is|are|would|will|can) ?{_NEG}|cannot|"
    rf"{_NEG}) (?:result in|"
    rf"lead to|cause[ds]?|induce[ds]?|develop(?:ed)?|experience[ds]?|show(?:n|ed)?|have|had|"
    rf"suffer(?:ed)?(?: from)?|"
    rf"associated with|accompanied by|complicated by|produce[ds]?|trigger(?:ed)?|provoke[ds]?)|"
    rf"\b{_NEG}\b|no evidence (?:of|for)|no signs? of|no (?:cases?|episodes?|instances?|incidence|"
    rf"occurrences?|reports?|"
    rf"events?|symptoms?|history|suspicion|indications?|findings?) (?:greater than grade \S+ )?(?:of|for)|"
    r"cannot|can not|(?:nobody|no one|none|not one) among(?: the| these| those| our)*|"
    r"none of|no one|no-one|nobody|none|neither|nor|no(?! ?$)|"
    r"without(?: any)?|w/o|"
    r"zero|nil|absence of|lack of|lack(?:s|ed|ing)?|free (?:of|from)|devoid of|negative for|"
    r"(?:den(?:y|ies|ied|ying))|fail(?:s|ed|ure|ing)? to|rather than|instead of|unable to|"
    r"(?<!be )(?<!been )(?<!was )(?<!were )avoided(?! (?:by|with|in|when|through)\b)|"
    r"exclusion of|to the exclusion of|excluding|excludes?|ruled out|rules out|0 (?:of|out of|"
    r"/) ?\d+(?: patients)?|"
    r"0/\d+|in the absence of|cleared of|spared?|escaped"
)
#: What a harm may prove to be without being taken back.
_EVALUATION: Final = (
    r"(?:\w+ly )?(?:mild|moderate|severe|serious|transient|manageable|reversible|fatal|lethal|grade|"
    r"self|short|"
    r"long|rare|common|frequent|uncommon|tolerable|benign|worse|better|less|more|of|in|the|dose|low|"
    r"high|late|early|"
    r"delayed|prolonged|persistent|refractory|responsive|treatable|effective|harmless|limited|as)\b"
)
_ABSENT_BEFORE: Final = (
    rf"(?:{_BE} ?{_NEG}|not|never|nowhere) {_ADVERB}(?:been )?{_SEEN}|{_BE} (?:nowhere )?{_SEEN} neither|"
    rf"{_BE} (?:entirely |completely |wholly |notably |conspicuously )?absent|absent|"
    rf"(?:did|does|do|has|have|had) ?{_NEG} {_ADVERB}{_HAPPEN}{_NO_OBJECT}|never {_HAPPEN}{_NO_OBJECT}|"
    rf"{_BE} not among|could not be (?:seen|detected|found|demonstrated|observed)|"
    rf"(?:was|were|has been|have been|had been) (?:\w+ly )?(?:avoided|averted|prevented)|"
    rf"there (?:was|were|has been|have been) (?:not (?:a single|one)|none|no)(?: (?:such )?(?:case|event|"
    rf"instance|"
    rf"episode|report)s?)?(?=\s*(?:[.,;)]|$))|"
    rf"{_BE} (?:later |then |soon |subsequently |since )?(?:ruled out|excluded(?! from)|refuted|discounted|"
    rf"disproved|discarded|dismissed)|(?<![.;:,!?(] )(?<!\n)(?<!^)(?:in|by) (?:none|no one|nobody|neither|"
    rf"no patients?)|"
    r"(?<=[:?–—=])\s*(?:none(?: of (?:the |these |all )?(?:\d+|[a-z]+))?|nil|no|zero|0(?![.,·]?\d)|"
    r"not (?:seen|observed|reported|"
    r"reached))(?: (?:to date|so far|yet|at all|whatsoever|observed|reported|seen|"
    r"recorded))?(?=\s*(?:[.,;)]|$|\n|–|"
    r"\())|"
    r"(?:stay(?:s|ed)?|kept) away|(?:has|have|had|did) ?(?:not|n['’]t|never) show(?:n|ed)? (?:its|their|"
    r"his|her) \w+|"
    r"with (?:an? |entirely |only )*negative (?:results?|findings?|outcomes?|tests?|work-?ups?|cultures?)|"
    r"(?:came back|returned|proved|was|were) negative(?! for)|"
    r"(?:has|have|had) yet to (?:be \w+|occur|appear|emerge|develop|arise|happen)|"
    r"\bnil\b|undetectable|fail(?:ed|s) to (?:appear|develop|occur|materiali[sz]e)|"
    r"(?:turned out|proved|was later found|were later found|was then found) (?:not )?to be(?! "
    rf"{_EVALUATION})|"
    r"(?:was|were) (?:later )?(?:revised|reclassified|rediagnosed) (?:to|as)|free (?=[.,;])"
)
_HYPOTHETICAL_AFTER: Final = (
    r"plan(?:s|ned|ning)? (?:to|for|of|on)|intend(?:s|ed)? to|hop(?:e|es|ed|ing) to|aim(?:s|ed|"
    r"ing)? (?:to|for)|"
    r"propos(?:e|es|ed|al) (?:to|for|that)|will|future|upcoming|forthcoming|envisag(?:e|es|ed)|"
    r"consider(?:s|ed|ing)? "
    r"(?:for|using)|is set to|are set to|going to|"
    r"to be (?:tested|studied|"
    r"enrolled|evaluated|investigated|explored)|candidates? for"
)
#: What opens a condition: a denial in it is none ("provided that no fever arises").
_CONDITION: Final = r"whether|if|unless|in case|provided that"
_HYPOTHETICAL_BEFORE: Final = (
    r"(?:is|are|was|were|being) (?:also )?(?:planned|proposed|envisaged|foreseen|in preparation)|"
    r"(?:is|are) in preparation|to follow|comes? next|(?:is|are) next"
)
_HISTORICAL_AFTER: Final = (
    r"(?:past|previous|prior|medical|remote)(?: medical)? histor(?:y|ies) of|histor(?:y|ies) of|"
    r"(?:had|has|have|having) (?:all |already |also |previously |each )?(?:received|been (?:treated|"
    r"given|managed|exposed)"
    r"(?: with| to)?|undergone|failed|tried|used up|exhausted|gone through|been through|"
    r"relapsed (?:after|on)|progressed "
    r"(?:after|on|through))|(?:previously|earlier) (?:received|treated(?: with)?|given|been given|had|"
    r"exposed to|underwent|failed)|"
    r"pre-?treated with|prior|previous|previously|(?:after )?(?:the )?failures? (?:of|on|with)|"
    r"refractory to|resistant to|"
    r"intoleran(?:t|ce) (?:to|of)|(?:relaps(?:ed|ing)|progress(?:ed|ing|ion)|recurr(?:ed|ing)) (?:after|"
    r"on|following|despite|"
    r"through|during)|"
    # what a disease did to its treatments, and people to theirs
    r"(?:has|had|have|having) (?:also |already |since |long )?(?:seen off|outlasted|outlived|outrun|outgrown|"
    r"shrugged off|defied|defeated|beaten|escaped|overcome|worn out|run through|run out of|burn(?:ed|t) "
    r"through|"
    r"come through|gone through|come back (?:after|on|despite))|(?:saw off|outlasted|outlived|outran|"
    r"shrugged off)|"
    r"no longer (?:respond(?:s|ed|ing)? to|helped by|held by|controlled (?:by|with|on))|"
    r"(?:used to (?:take|be on|have)|came off|weaned off|taken off|switched from|after (?:years|months) "
    r"(?:of|on))|"
    r"fail(?:ed|ing|s)(?! to)|despite|survivors? of|(?:lines? of|rounds? of|"
    r"courses? of) (?!CAR)"
)
_HISTORICAL_BEFORE: Final = (
    r"(?:ha(?:s|ve|d)) (?:also )?(?:failed|not (?:helped|worked)|stopped working|been (?:tried|used up|"
    r"exhausted|stopped))|"
    r"did(?:n['’]t| not) (?:shift|touch|hold|budge|tame) (?:it|them|mine|his|hers|the)|"
    r"(?:stopped|quit|gave up|gave out)(?: working)? (?:after|in|on me|last)|ran out of steam|"
    r"(?:bought|gave|got) (?:me|us|him|her|them) (?:[\w-]+ ){1,4}(?:years|months|weeks|christmas(?:es)?)|"
    r"behind (?:me|him|her|them|us)|(?:was|were) (?:the )?(?:prior|previous) (?:therapy|treatment|line)|"
    r"in the past"
)

_LISTS: Final[tuple[tuple[str, str], ...]] = (
    ("pseudo", _PSEUDO),
    ("absent_within", _ABSENT_WITHIN),
    ("absent_before", _ABSENT_BEFORE),
    ("possible_before", POSSIBLE_BEFORE),
    ("historical_before", _HISTORICAL_BEFORE),
    ("hypothetical_before", _HYPOTHETICAL_BEFORE),
    ("historical_after", _HISTORICAL_AFTER),
    ("possible_after", POSSIBLE_AFTER),
    ("absent_after", _ABSENT_AFTER),
    ("hypothetical_after", _HYPOTHETICAL_AFTER),
    ("modal_around", MODAL),
    ("conditional_after", _CONDITION),
    ("possible_around", DEFINITION),
    ("possible_after", OUTCOME),
    ("general_after", GENERAL),
)
_PATTERNS: Final = Alternatives(
    (
        name,
        whole_words(caseless(rf"(?<![\w-])(?:{part})(?![\w])"), r"[\w-]"),
    )
    for name, body in _LISTS
    for part in alternatives(body)
)


#: Sentences whose cues are remembered: those of some documents, which two components ask for.
@lru_cache(maxsize=2_048)
def find_cues(text: str, start: int = 0, end: int | None = None) -> tuple[Cue, ...]:
    """The cues of a stretch of text, in order, not overlapping; of two that overlap the longer one stays.

    Example:
        >>> [(c.kind, c.direction) for c in find_cues("There was no CRS, and fever was not observed.")]
        [('absent', 'after'), ('absent', 'before')]
    """
    end = len(text) if end is None else end
    low = lowered_document(text)
    found = [
        (*match.span(), name)
        for name, pattern in _PATTERNS.opened(text, start, end)
        for match in pattern.finditer(low, start, end)
        if match.end() > match.start()
    ]
    found.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))  # longest first, then leftmost
    taken: list[tuple[int, int, str]] = []
    for hit in found:
        if all(hit[1] <= other[0] or hit[0] >= other[1] for other in taken):
            taken.append(hit)
    cues = []
    for left, right, name in sorted(taken):
        if name != "pseudo":
            kind, _, direction = name.partition("_")
            cues.append(Cue(left, right, kind, direction))  # type: ignore[arg-type]
    return tuple(cues)
