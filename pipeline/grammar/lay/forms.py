"""Pieces of everyday words for harms: whose it was, how much of it, what people could not do."""

from __future__ import annotations

from typing import Final

WHOSE: Final = r"(?:my|his|her|their|our|your|the|both|one|[a-z]{2,15}['’]s) "
MAY: Final = rf"(?:{WHOSE})?"
DEGREE: Final = (
    r"(?:(?:really|very|so|too|quite|rather|all|badly|suddenly|completely|totally|half|terribly|pretty|still|"
    r"also|a bit|slightly|even|mildly|just|now|then|already|both|severely|profoundly|transiently|"
    r"briefly) ){0,2}"
)
BE: Final = (
    r"(?:is|are|was|were|am|be|been|being|feels?|felt|feeling|gets?|got|getting|goes|went|gone|turned|"
    r"became|becomes?|becoming|stayed|remained|['’](?:m|re)|left (?:me|him|her|them)|made (?:me|him|"
    r"her|them))"
)
IS: Final = rf"{BE} {DEGREE}"
#: How people are, also where the verb stands before a first adjective ("tired & anaemic").
ILL: Final = rf"(?:{IS}|(?:and|but|&) {DEGREE})"
#: The first of several things, where a sentence names nothing else.
IN_A_LIST: Final = r"(?:(?<=[.!?:;] )|(?<=\n)|\A)"
#: When it was, after what happened.
WHEN: Final = (
    r" (?:on|in|after|during) (?:the |that |my |his |her )?(?:day|week|month|night|morning|first|second|"
    r"\w+day)\b"
)
HAS: Final = r"(?:(?:has|have|had|is|are|was|were|all|also|just|then|now|started|began|kept|to|both) ){0,3}"
CANNOT: Final = (
    r"(?:could(?: not|n['’]?t| hardly| barely| no longer)|can(?:not| not|n?['’]?t| hardly| barely| no "
    r"longer)|"
    r"unable to|not able to|struggl(?:ed|es|ing) to|hardly able to)"
)
LOST: Final = rf"(?:los[et]|loses|losing|loss of) {MAY}(?:all )?(?:sense of )?"
TROUBLE: Final = r"(?:trouble|problems?|changes?|damage|loss|disorders?|toxicit(?:y|ies)|issues?)"
LIMB: Final = (
    r"(?:left |right )?(?:hands?|arms?|legs?|f[eo]{2}t|toes?|fingers?|fingertips|face|lips?|tongue|chin|"
    r"cheeks?)"
)
AND_ON: Final = (
    r"(?: (?:off|out|away|up|down|apart|like [a-z]{2,15}|black|brown|white|yellow|soft|thin|brittle))?"
)
EYE: Final = r"(?:left |right |one |other )?eye(?:s|lids?)?"
TIN: Final = (
    r"(?:metal|cardboard|coins?|penn(?:y|ies)|tin|iron|ash(?:es)?|soap|chalk|sand|dust|sawdust|paper|nothing|"
    r"copper|blood|rust|batter(?:y|ies)|plastic|aluminium|foil)"
)
AMOUNT: Final = (
    r"(?:\d{1,3}(?:\.\d)?|an?|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty) "
)
