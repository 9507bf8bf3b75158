"""Whether the words between an adverse event and a figure or grade after it leave the subject as it is.

"Fever, which passed within a day, was noted in" goes on about the fever; "fever resolved, and a response
was seen in" does not. The words are cut at punctuation and conjunctions: what opens with a verb, a
preposition or a pronoun goes on, a new noun with a verb of its own does not, and what tells of treatment,
outcome or doubt does not, either. Pure functions on characters.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.clauses import FINITE
from pipeline.grammar.cohorts.subject_numbers import GROUP

_BORDER: Final = re.compile(
    r"[,;:()\[\]|=/+×]|\s[–—-]\s|[–—]|\b(?:and|but|while|whereas|though|although|or|where|even)\b",
    re.IGNORECASE,
)
# What ends a sentence, a line or a measurement.
_STOP: Final = re.compile(r"[.!?…](?:\s|$)|\n\s*\n|\d")
# Words of treatment, course and doubt: a number after them counts something else.
_OTHER: Final = re.compile(
    r"\b(?:suspected|expected|feared|thought|treat(?:ed|ing)|manag\w+|requir\w+|need\w*|resolv\w*|resolution|"
    r"improv\w+|fall(?:s|en|ing)?|fell|drop(?:s|ped)?|return(?:s|ed)?|declin\w+|subsid\w+|respond\w*|respons\w+|remissions?|recover\w*|given|received|tocilizumab|steroids?|beyond|"
    r"described(?! (?:in|by|for)\b)|surviv\w*|median|mean|missed|despite|until|when|if|whether|than|"
    r"who|whom|whose|could|would|can|"
    r"should|must|because|since|so|first|former)\b",
    re.IGNORECASE,
)
# What may stand before the verb of a part that goes on: it takes up the event, or only says when and where.
_TAKES_UP: Final = re.compile(
    r"\s*(?:(?:it|they|this|these|those|that|which|there|all|each|most|many|some|both|none|never|no|not|"
    r"nor|only|"
    r"always|also|then|again|later|overall|their|its|(?:the |such )?(?:\w+ )?(?:events?|cases?|episodes?|"
    r"reactions?|rates?|incidence|latter|rest|others?|patients?|participants|investigators?)|"
    r"(?:of|in|at|for|by|with|on|during|to|after|among) [^,;:()]*?|\w+ly)\s+)*",
    re.IGNORECASE,
)
# How a part without a verb goes on: by a preposition, a participle, an adverb or a word of counting.
_GOES_ON: Final = re.compile(
    rf"\s*(?:(?:{GROUP}|of|in|at|for|by|with|on|as|among|to|from|during|within|after|per|up|out|against|"
    rf"via|vs?\.?|"
    r"versus|"
    r"compared|down|seen|any|all|both|each|every|only|just|about|nearly|almost|most|mild|moderate|severe|"
    r"serious|either|nevertheless|nonetheless|however|indeed|instead|likewise|without exception|none|no|"
    r"not|nor|never|always|early|late|soon|again|once|twice|the|an? (?:further|total|case|single|few|"
    r"small|quarter|third|fifth|half)|its?|their|this|"
    r"these|those|them|which|that|namely|i\.e\.|respectively|overall|common|frequent|rare|uncommon|"
    r"infrequent|"
    r"worse|higher|maximum|maximal|worst|highest|one|two|n|other|others|remaining|another|further|additional|"
    r"rest|latter|then|later|transient|reversible|manageable|self-limiting|treatment|drug|related|being|made|"
    r"events?|cases?|episodes?|reactions?|syndromes?|incidence|rates?|toxicit(?:y|ies)|present|evident|proven|"
    r"throughout|complicat\w+|hit|hits|struck|"
    r"strikes|ran|beset|"
    r"befell|met|stood|took|found|known|felt|told)\b|\w+(?:ed|ly|ing)\b|\w+ (?:out|up|on)\b|$)",
    re.IGNORECASE,
)
#: Characters and words of one part: a clause's length.
_LONGEST: Final = 90
_MOST_WORDS: Final = 9


def is_open(gap: str) -> bool:
    """Whether a figure or grade after these words is still told of the event before them.

    Example:
        >>> [is_open(gap) for gap in (" nevertheless occurred in ", " resolved, and a response was seen in ")]
        [True, False]
    """
    if not gap.strip(" (,:"):
        return True
    if len(gap) > _LONGEST or _STOP.search(gap) or _OTHER.search(gap):
        return False
    return all(_goes_on(part, place == 0) for place, part in enumerate(_BORDER.split(gap)))


def _goes_on(part: str, is_first: bool) -> bool:
    verb = FINITE.search(part)
    if len(part.split()) > _MOST_WORDS:
        return False
    if verb is None:
        return _GOES_ON.match(part) is not None
    if is_first:  # its subject is the event itself
        return _GOES_ON.match(part[: verb.start()]) is not None
    return _TAKES_UP.fullmatch(part[: verb.start()]) is not None
