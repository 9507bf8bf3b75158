"""Wording of doubt: what people fear, warn of, watch for, define in advance or leave open, as patterns.

`cues` says what they make of a mention and which way each of them looks.
"""

from __future__ import annotations

from typing import Final

_BE: Final = r"(?:is|are|was|were|be|been|being|has been|have been|had been)"
_WORRY: Final = (
    r"(?:risks?|hazards?|dangers?|threats?|concerns?|worr(?:y|ies)|fears?|possibilit(?:y|ies)|"
    r"complications? to "
    r"(?:watch|fear)|things? to watch for|side effects? to watch for|issues?)"
)

#: What people do about a harm that they only think of.
_FEEL: Final = (
    r"(?:(?:fear|dread|worr(?:y|ies|ied)|watch(?:es|ed)?|brace|warn)\w*(?: about| over| for| of)?|"
    r"(?:lie|lies|lay) awake(?: over)?|"
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

POSSIBLE_AFTER: Final = (
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
    r"(?:scares|frightens|worries|terrifies|bothers) (?:me|us|him|her|them|people|doctors)(?: \w+){0,2} is|"
    r"(?:what|things?(?: that)?|(?:all|everything) that) (?:can|could|may|might) (?:go wrong|happen)|"
    r"(?:the|an?|one|another) (?:open )?questions? (?:of|about)|compatible with|"
    r"concern(?:s|ed)? (?:of|about|over|for|regarding|that)|prone to|"
    rf"(?:terrified|petrified|scared|afraid|frightened|nervous|anxious|wary|uneasy) (?:of|about)|"
    r"fret(?:s|ted|ting)? (?:about|over)|los(?:e|es|ing|t) sleep over|stress(?:es|ed|ing)? (?:about|over)|"
    r"(?:terrified|petrified|scared|afraid|frightened|nervous|anxious|uneasy|worr(?:y|ies|ied)) (?:that )?"
    r"(?:\w+ ){0,3}?(?:\w+['’](?:d|ll)|would|will|might|could|may)|"
    r"(?:counted|counts?|regarded|considered|deemed|classed|qualif(?:y|ies|ying)) as (?:such|DLTs?|"
    r"dose[-‑ ]limiting(?: toxicit(?:y|ies))?) (?:are|is|were|was|will be)|"
    r"(?:considered|deemed) dose[-‑ ]limiting (?:are|were|will be)|the following (?:will )?(?:count|qualify)|"
    rf"what \w+ (?:\w+ ){{0,2}}{_FEEL} (?:is|are|was)|"
    r"susceptible to|vulnerable to|predispos(?:es?|ed|ing) to|open to|(?:are|is|be|left|leaves?|remains?) "
    r"(?:\w+ )?exposed to|at the mercy of|"
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
    r"precipitate|"
    r"induce|bring|"
    r"develop|include|be (?:\w+ )?(?:complicated by|accompanied by|followed by|associated with))|"
    r"instructions? for|rule out|exclude[sd]? the possibility|"
    # What somebody takes it for; "thought to be due to" speaks of a cause, "perhaps a third" of a number.
    r"(?:thought|believed|presumed|assumed|felt) to (?:be|represent|have been)"
    r"(?! (?:\w+ )?(?:related|due|caused|secondary|attributable|linked|associated))|"
    r"presumed|presumptive|presumably|probably|putative|suggest(?:ive of|ing)(?! that)|"
    r"(?:suspicious|worrisome|concerning) for|r/o|differential diagnos[ie]s (?:included?|includes|was|were)|"
    r"(?:hypothesi[sz]e[sd]?|speculat(?:e|es|ed|ion)|conjectured?|postulate[sd]?|surmised?|"
    r"assumed?) that|"
    r"seem(?:s|ed)? to have(?! been)|"
    r"(?<!more )(?<!less )(?<!as )(?<!equally )(?:most |very )?likely(?! to\b)|"
    r"(?:could|would|might) ?(?:not|n['’]t|never) have (?:been \w+(?: enough)? to \w+|\w+ed|seen|found|"
    r"shown|caught|known)|"
    r"(?:perhaps|maybe)(?! (?:an? (?:third|quarter|half|fifth|dozen|few|couple|handful)|half|most|the|"
    r"one|two|three|four|five|six|\d))|"
    r"(?:unclear|unknown|not (?:known|clear|certain|sure)|uncertain|unsure|wonder(?:s|ed|ing)?) "
    r"(?:whether|if)"
)
POSSIBLE_BEFORE: Final = (
    rf"(?:{_BE}|remains?|constitutes?|poses?|represents?) (?:\w+ ){{0,3}}(?:[\w‑-]+ )?{_WORRY}(?! (?:of|"
    rf"for|from|about|that)\b)|"
    rf"{_BE} (?:what|the \w+|something|things?)(?: (?:that|which))? (?:[\w'’]+ ){{1,5}}{_FEEL}|"
    rf"{_BE} (?:what|(?:the|a) \w+|something)(?: (?:that|which))? (?:\w+ )?"
    r"(?:frightens|scares|worries|terrifies|haunts|bothers) (?:me|us|him|her|them)|"
    rf"{_BE} (?:considered |deemed |thought |judged |very |highly )?(?:un)?likely|"
    rf"{_BE} (?:thought|believed|presumed|assumed|felt|supposed) to have (?:occurred|developed|arisen|"
    rf"happened)(?! from)|"
    rf"(?:was|were|has been|have been|had been) not (?:\w+ly )?ruled out|"
    rf"{_BE} (?:feared|suspected(?!,? and (?:\w+ )?(?:confirmed|prove[dn]|verified)\b)|anticipated|expected|"
    rf"foreseen|conceivable|possible|theoretical|hypothetical|presumed)|"
    r"(?:need(?:s|ed)?|ha(?:s|ve|d)|remains?|is|are) to be (?:\w+ )?(?:anticipated|weighed|looked for|"
    r"expected|considered|excluded|reckoned with|kept in mind|borne in mind|taken into account|"
    r"settled|clarified|"
    r"studied|addressed|guarded against|"
    r"watched|monitored|feared|ruled out|determined|seen|established|evaluated)|"
    rf"{_BE} considered(?= (?:in|and|but|by|at first|possible|likely)\b|[,.;])|"
    rf"{_BE} (?:one of |among )?(?:the |an? )?(?:open |main |big )?questions?\b|"
    r"(?:can|could) ?not (?:be |yet be )?(?:excluded|ruled out)|cannot (?:be |yet be )?(?:excluded|"
    r"ruled out)|"
    r"(?:was|were|is|are) (?:not )?(?:a )?(?:formally )?(?:pre-?specified|monitored)|is a possibility|"
    rf"{_BE} (?:(?:an?|the|another|one|rare|well[- ]known|known|recognised|recognized|important|serious) )*"
    r"(?:potential|possible|theoretical|conceivable|foreseeable) (?:[\w-]+ )?(?:complications?|hazards?|"
    r"harms?|"
    r"(?:side[- ])?effects?|consequences?|toxicit(?:y|ies)|(?:adverse )?(?:events?|reactions?)|problems?)|"
    r"can (?:also |still |even |\w+ly )?(?:occur|develop(?= (?:in|with|after|at|on|during|within|early|late|"
    r"when)\b|[.,;])|arise|emerge|happen|appear|ensue|recur|follow|be (?:seen|"
    r"observed|encountered))|"
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
DEFINITION: Final = (
    r"(?:is |are |was |were |being )?defined as|(?<=toxicity )(?:stands|stood) for|"
    r"(?<=DLT )(?:stands|stood) for|"
    r"(?<=toxicity )means|(?<=toxicities )means?|(?<=DLT )means|"
    r"(?:(?<=toxicities )|(?<=DLTs ))(?:comprised?|include[sd]?)(?= )(?! (?:an?|one|two|three|the|\d)\b)"
    r"(?![^.;\n]{0,120}(?:\bin (?:one|two|three|four|five|\d)|\bn ?=|[(\[]\d|\d ?%|\bone\b))|"
    r"(?<=events )means?|counts? as (?:an? )?(?=dose|DLT|stopping)"
)
#: What a registry entry or a protocol will measure; its colon announces all that follows.
OUTCOME: Final = (
    r"(?:primary|secondary|exploratory)(?=:\s)|"
    r"(?:primary |secondary |main |co-?primary |safety |key )*(?:outcomes?|end[- ]?points?)"
    r"(?: measures?)?(?:(?:,? [^.:;\n]{1,30})?(?=:\s)|(?: (?:of|in) [^.:;,\n]{1,40})?(?= (?:was|were|is|are|"
    r"will be|"
    r"included?|comprised?)\b(?![^.;\n]{0,120}(?:\d ?%|\d ?/ ?\d|\boccurred\b|\bdeveloped\b|\bmet\b|"
    r"\breached\b))))"
)
#: What a treatment does at large, told in the simple present: nobody in particular had it.
GENERAL: Final = (
    r"(?:causes?(?! (?:of|for|behind)\b)|leads? to|triggers?|induces?|provokes?|brings? (?:about|on)|brings?|"
    r"comes? with|"
    r"carr(?:y|ies)|"
    r"gives? (?:you|people|patients|them|one|us|folks)|"
    r"entails?|results? in|means?|raises?|invites?|ask(?:s|ed|ing)?(?: \w+){0,3} about)"
)
MODAL: Final = (
    r"\b(?:could|may|might|should|would|ought to)(?! ?n[o'’]t? be (?:excluded|"
    r"ruled))\b(?: not)?"
)
