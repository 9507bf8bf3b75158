"""Cue words of assertion: what denies, doubts, plans or dates back, and which way each of them looks.

The lists were written from English grammar and checked on the abstracts of BioScope. A longer cue wins over a
shorter one, and a pseudo cue ("not only", "no increase") takes its words away from the cue that it contains.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from pipeline.grammar.prefilter import Alternatives, alternatives

#: Where the scope of a cue lies: in what follows, in what precedes, or in its whole clause.
Direction = Literal["after", "before", "around"]
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
    r"ensue[ds]?|materiali[sz]e[ds]?|turn(?:ed|s)? up|c[oa]me up|set in|follow(?:ed|s)?|show(?:ed|s)? up)"
)
_ADVERB: Final = r"(?:(?:also|even|ever|yet|still|otherwise|therefore|thus|actually|clinically|then) )?"
_NEG: Final = r"(?:not|n['’]t|never)"
_WORRY: Final = (
    r"(?:risks?|hazards?|dangers?|threats?|concerns?|worr(?:y|ies)|fears?|possibilit(?:y|ies)|"
    r"complications? to "
    r"(?:watch|fear)|things? to watch for|side effects? to watch for|issues?)"
)

#: What people do about a harm that they only think of.
_FEEL: Final = (
    r"(?:(?:fear|dread|worr(?:y|ies|ied)|watch(?:es|ed)?|brace)\w*(?: about| over| for)?|(?:lie|lies|"
    r"lay) awake(?: over)?|"
    r"(?:afraid|frightened|scared|terrified|nervous|anxious|wary|worried|concerned|uneasy)(?: of| about|"
    r" over)?)"
)

#: What tells in advance what may go wrong: papers that patients sign, and what is printed on a product.
_PAPER: Final = (
    r"(?:leaflets?|labels?|package inserts?|(?:informed )?consent(?: (?:forms?|sheets?|papers?|"
    r"documents?))?|information sheets?|"
    r"brochures?|"
    r"warnings?|prescribing information|small print|forms? (?:I|we|he|she|they|you) signed|fine print|"
    r"warning (?:box|card)|box|protocols?)"
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
    r"marked )?(?:increase|change|"
    r"difference|decrease|improvement|effect|impact|influence|doubt|matter|wonder|delay|limit|need|later|"
    r"sooner|"
    r"better|worse|correlation|association|relationship|link|interaction|bearing|question|reason|longer|"
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

_ABSENT_AFTER: Final = (
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
#: After a verb that takes an object or none ("did not develop"): what follows is no object.
_NO_OBJECT: Final = (
    r"(?!,? ?(?!(?:in|at|on|by|during|after|within|until|till|for|among|with|and|or|nor|neither|but|again|"
    r"here|there|"
    r"either|"
    r"beyond|before|once|thereafter|while|when|unless|despite|as|to|anywhere|anymore|throughout|under|from|"
    r"afterwards|later|so|because|although|though|whereas)\b)[a-zA-Z≥>])"
)
_ABSENT_BEFORE: Final = (
    rf"(?:{_BE} ?{_NEG}|not|never|nowhere) {_ADVERB}(?:been )?{_SEEN}|{_BE} (?:nowhere )?{_SEEN} neither|"
    rf"{_BE} (?:entirely |completely |wholly |notably |conspicuously )?absent|absent|"
    rf"(?:did|does|do|has|have|had) ?{_NEG} {_ADVERB}{_HAPPEN}{_NO_OBJECT}|never {_HAPPEN}{_NO_OBJECT}|"
    rf"there (?:was|were|has been|have been) (?:not (?:a single|one)|none|no)(?: (?:such )?(?:case|event|"
    rf"instance|"
    rf"episode|report)s?)?(?=\s*(?:[.,;)]|$))|"
    rf"{_BE} (?:later |then |soon |subsequently |since )?(?:ruled out|excluded(?! from)|refuted|discounted|"
    rf"disproved)|(?<![.;:,!?(] )(?<!\n)(?<!^)(?:in|by) (?:none|no one|nobody|neither|"
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
_POSSIBLE_AFTER: Final = (
    r"(?:at |increased |higher |lower |reduced |the |a |any )*risks? (?:of|for|from|that)|risks? (?:are|"
    r"include[sd]?)|"
    rf"{_WORRY} (?:of|about|over|regarding|that|include[sd]?|(?:there |here |then )?(?:are|is|was|"
    rf"were)(?! (?:\w+ly )?(?:high|low|small|great|real|lower|higher|minimal|reduced|"
    rf"increased|unknown|not|of)\b)|"
    rf"with)|{_WORRY}\b[^.;:]{{1,100}}(?=:\s)|"
    rf"{_WORRY}\b[^.:]{{1,120}}[;,–—] (?:they|these|those|among (?:them|these))(?: \w+)? "
    r"(?:include|are|comprise)|"
    r"(?:fear(?:s|ed|ing)?|dread(?:s|"
    rf"ed)?)|worr(?:y|ies|ied) about|"
    r"(?:scares|frightens|worries|terrifies) (?:me|us|him|her|them)(?: most)? is|"
    r"concern(?:s|ed)? (?:of|about|over|for|regarding|that)|prone to|"
    rf"(?:terrified|scared|afraid|frightened|nervous|anxious|wary|uneasy) (?:of|about)|"
    rf"what \w+ (?:\w+ ){{0,2}}{_FEEL} (?:is|are|was)|"
    r"susceptible to|vulnerable to|predispos(?:es?|ed|ing) to|(?:open|exposed) to|at the mercy of|"
    r"(?:boxed |black[- ]box |class |label )?warn(?:s|ed|ing|ings)(?: (?:of|about|for|on|that|against))?|"
    r"(?:watch(?:ed|ing|ful)?|monitor(?:ed|ing|s)?|look(?:ed|ing)?(?: out)?|check(?:ed|ing)?|"
    r"surveillance|vigilan(?:t|ce)|alert|"
    r"screen(?:ed|ing)?|assess(?:ed|ing|ment)?) (?:\w+ ){0,2}(?:for|to)|potential(?:ly)?|possib(?:le|ly|"
    r"ility of)|"
    r"suspected|suspicion of|questionable|probable|conceivabl[ey]|theoretical(?:ly)?|hypothetical|"
    r"foreseeable|"
    r"(?:to |and |help(?:s|ed)? )?(?:(?<!the )(?<!at )(?<!a )(?:prevent|avert|avoid|mitigat|minimi[sz]|"
    r"reduc|lower|limit|lessen|cut|curb)(?:s|e|es|ing|ting)?)(?: (?:the )?"
    r"(?:risk|incidence|likelihood|chance|rate|severity)s? of)?(?! (?:relapse|doses?|grades?|"
    r"levels?))|(?:prevention|avoidance|"
    r"mitigation|prophylaxis|"
    r"protection|propensity|potential|likelihood|probability|chances?|odds) (?:of|against|for|from)|"
    r"(?:expect(?:s|ed|ing)?|anticipat(?:e|es|ed|ing))(?: to| that)?|unlikely|liable to|"
    r"stopping (?:rules?|criteria|events?)|in (?:the )?(?:case|event) of|"
    r"(?:lists?|listed|mentions?) (?=[^.;]{0,60}(?:things that could|possible|potential|risk|stopping))|"
    rf"{_PAPER} (?:[\w-]+ ){{0,3}}(?:lists?|listed|names?|named|mentions?|mentioned|includes?|"
    rf"included|says?|said|"
    rf"speaks? of|spoke of|carr(?:y|ies|ied)|adds?|added|contains?|covers?|tells? (?:us |you |"
    rf"people )?(?:of|about)|"
    rf"talks? (?:of|about))|"
    r"(?:reckon(?:s|ed|ing)? with|braced? (?:\w+ )?for|in fear of|frighten(?:s|ed) of|"
    r"dangers? (?:like|such as)|"
    r"risks? (?:like|such as))|"
    r"protect(?:s|ed|ing)? (?:against|from)|can (?:\w+ )?(?:cause|lead to|trigger|result in|provoke|"
    r"induce|bring|"
    r"develop|include|be (?:\w+ )?(?:complicated|accompanied|followed) by)|"
    r"instructions? for|rule out|exclude[sd]? the possibility|"
    # What somebody takes it for; "thought to be due to" speaks of a cause, "perhaps a third" of a number.
    r"(?:thought|believed|presumed|assumed|felt) to (?:be|represent|have been)"
    r"(?! (?:\w+ )?(?:related|due|caused|secondary|attributable|linked|associated))|"
    r"presumed|presumptive|presumably|probably|putative|suggest(?:ive of|ing)(?! that)|"
    r"(?:suspicious|worrisome|concerning) for|r/o|"
    r"(?<!more )(?<!less )(?<!as )(?<!equally )(?:most |very )?likely(?! to\b)|"
    r"(?:perhaps|maybe)(?! (?:an? (?:third|quarter|half|fifth|dozen|few|couple|handful)|half|most|the|"
    r"one|two|three|four|five|six|\d))|"
    r"(?:unclear|unknown|not (?:known|clear|certain|sure)|uncertain|unsure|wonder(?:s|ed|ing)?) "
    r"(?:whether|if)"
)
_POSSIBLE_BEFORE: Final = (
    rf"(?:{_BE}|remains?|constitutes?|poses?|represents?) (?:\w+ ){{0,3}}(?:[\w‑-]+ )?{_WORRY}(?! (?:of|"
    rf"for|from|about|that)\b)|"
    rf"{_BE} (?:what|the \w+|something|things?)(?: (?:that|which))? (?:[\w'’]+ ){{1,5}}{_FEEL}|"
    rf"{_BE} (?:considered |deemed |thought |judged |very |highly )?(?:un)?likely|"
    rf"{_BE} (?:feared|suspected|anticipated|expected|foreseen|conceivable|possible|theoretical|"
    rf"hypothetical|presumed)|"
    r"(?:need(?:s|ed)?|ha(?:s|ve|d)|remains?|is|are) to be (?:\w+ )?(?:anticipated|weighed|looked for|"
    r"expected|considered|excluded|reckoned with|kept in mind|borne in mind|taken into account|"
    r"settled|clarified|"
    r"studied|addressed|guarded against|"
    r"watched|monitored|feared|ruled out|determined|seen|established|evaluated)|"
    r"(?:can|could) ?not (?:be |yet be )?(?:excluded|ruled out)|cannot (?:be |yet be )?(?:excluded|"
    r"ruled out)|"
    r"(?:was|were|is|are) (?:not )?(?:a )?(?:formally )?(?:pre-?specified|monitored)|is a possibility|"
    r"as (?:an? |one of the |some of the )?(?:possible|potential|theoretical|expected|conceivable|known|"
    r"feared) \w+|"
    r"(?:is|are|will be) (?:counted|assessed|recorded|monitored|evaluated|graded|collected|scored)|"
    r"under surveillance|"
    r"risks?(?![- ](?:group|factor|score|adapted|stratif))|"
    r"(?:was|were|has been|have been|had been|is|are|will be) (?:\w+ )?(?:added to|listed (?:in|on|"
    r"among)|named in|"
    r"included in) (?:the |its |their )?"
    r"(?:\w+ )?(?:boxed |black[- ]box |package )?(?:warnings?|labels?|leaflets?|inserts?|risks?|"
    r"prescribing information)|"
    r"to the (?:boxed |black[- ]box |product |package )*(?:warnings?|labels?|leaflets?|inserts?)"
)
_DEFINITION: Final = (
    r"(?:is |are |was |were |being )?defined as|(?<=toxicity )means|(?<=toxicities )means?|(?<=DLT )means|"
    r"(?<=toxicities )(?:comprise|include)(?= )|(?<=DLTs )(?:comprise|include)(?= )|"
    r"(?<=events )means?|counts? as (?:an? )?(?=dose|DLT|stopping)"
)
#: What a registry entry or a protocol will measure; its colon announces all that follows.
_OUTCOME: Final = (
    r"(?:primary|secondary|exploratory)(?=:\s)|"
    r"(?:primary |secondary |main |co-?primary |safety |key )*(?:outcomes?|end[- ]?points?)"
    r"(?: measures?)?(?:(?:,? [^.:;\n]{1,30})?(?=:\s)|(?: (?:of|in) [^.:;,\n]{1,40})?(?= (?:was|were|is|are|"
    r"will be|"
    r"included?|comprised?)\b(?![^.;\n]{0,120}(?:\d ?%|\d ?/ ?\d|\boccurred\b|\bdeveloped\b|\bmet\b|"
    r"\breached\b))))"
)
#: What a treatment does at large, told in the simple present: nobody in particular had it.
_GENERAL: Final = (
    r"(?:causes?|leads? to|triggers?|induces?|provokes?|brings? (?:about|on)|brings?|comes? with|"
    r"carr(?:y|ies)|"
    r"entails?|results? in|means?|raises?|invites?)"
)
_MODAL: Final = (
    r"\b(?:could|may|might|should|would|ought to)(?! ?n[o'’]t? be (?:excluded|"
    r"ruled))\b(?: not)?"
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
    r"through|during)|fail(?:ed|ing|s)(?! to)|despite|survivors? of|(?:lines? of|rounds? of|"
    r"courses? of) (?!CAR)"
)
_HISTORICAL_BEFORE: Final = (
    r"(?:ha(?:s|ve|d)) (?:also )?(?:failed|not (?:helped|worked)|stopped working|been (?:tried|used up|"
    r"exhausted|stopped))|"
    r"behind (?:me|him|her|them|us)|(?:was|were) (?:the )?(?:prior|previous) (?:therapy|treatment|line)|"
    r"in the past"
)

_LISTS: Final[tuple[tuple[str, str], ...]] = (
    ("pseudo", _PSEUDO),
    ("absent_before", _ABSENT_BEFORE),
    ("possible_before", _POSSIBLE_BEFORE),
    ("historical_before", _HISTORICAL_BEFORE),
    ("hypothetical_before", _HYPOTHETICAL_BEFORE),
    ("historical_after", _HISTORICAL_AFTER),
    ("possible_after", _POSSIBLE_AFTER),
    ("absent_after", _ABSENT_AFTER),
    ("hypothetical_after", _HYPOTHETICAL_AFTER),
    ("modal_around", _MODAL),
    ("conditional_after", _CONDITION),
    ("possible_around", _DEFINITION),
    ("possible_after", _OUTCOME),
    ("general_after", _GENERAL),
)
_PATTERNS: Final = Alternatives(
    (name, rf"(?<![\w-])(?:{part})(?![\w])") for name, body in _LISTS for part in alternatives(body)
)


def find_cues(text: str, start: int = 0, end: int | None = None) -> list[Cue]:
    """The cues of a stretch of text, in order, not overlapping; of two that overlap the longer one stays.

    Example:
        >>> [(c.kind, c.direction) for c in find_cues("There was no CRS, and fever was not observed.")]
        [('absent', 'after'), ('absent', 'before')]
    """
    end = len(text) if end is None else end
    found = [
        (*match.span(), name)
        for name, pattern in _PATTERNS.opened(text, start, end)
        for match in pattern.finditer(text, start, end)
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
    return cues
