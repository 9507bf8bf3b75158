"""Everyday words for harms to taste, smell, sight and hearing (see `words`)."""

from __future__ import annotations

from typing import Final

from pipeline.grammar.lay.forms import CANNOT, HAS, IS, LOST, TIN, TROUBLE

#: Terms, each with the patterns of the words that tell it.
SENSES: Final[tuple[tuple[str, ...], ...]] = (
    (
        "dysgeusia",
        rf"{LOST}taste(?: buds?)?",
        rf"{LOST}(?:appetite|smell) (?:and|or) (taste)",
        r"(?:metallic|funny|odd|altered|changed|strange|bad|foul|bitter|weird|distorted|impaired|"
        r"abnormal) (?:sense of )?taste(?! for| in (?:music|men|clothes))",
        rf"(?:sense of )?taste {TROUBLE}",
        r"taste (?:alteration|disturbance|perversion|abnormalit(?:y|ies))s?",
        r"(?:my|his|her|their|sense of) taste (?:(?:is|was|has|had|never) ){0,2}(?:gone|went|"
        r"vanished|off|changed|came back|disappeared)",
        rf"(?:[a-z]{{3,12}} )?tast(?:e|es|ed|ing) (?:of|like) {TIN}",
        r"(?:everything|food|coffee|tea|water|meat|bread) tast(?:e|es|ed|ing) (?:wrong|odd|off|awful|"
        r"weird|strange|metallic|funny|bitter|horrible|different|bland)",
        rf"{CANNOT} taste",
        r"no (?:sense of )?taste(?! for)",
        r"changes? (?:in|of|to) (?:(?:my|his|her|their|the|sense of) ){0,2}taste(?! for| in\b)",
    ),
    ("anosmia", rf"{LOST}smell", rf"{CANNOT} smell"),
    ("diplopia", r"(?:saw|see|sees|seeing) double"),
    (
        "blurred vision",
        r"blurr(?:y|ed) (?:vision|eyes|sight)",
        r"everything(?:['’]?s| is| was| went| goes| looks| looked)? (?:still |all |just )?(?:an? )?"
        r"(?:blur|blurry|blurred|fuzzy)",
        rf"(?:vision|sight|eyesight) {HAS}(?:blurred|blurry|dimmed|fuzzy|went|gone)",
    ),
    ("ocular toxicity", rf"eyes? {TROUBLE}"),
    ("dry eye syndrome", r"(?:gritty|dry|sandy) eyes?", rf"eyes? {IS}(?:dry|gritty)"),
    (
        "tinnitus",
        r"ringing in (?:the |my |his |her )?(?:ears?|head)",
        r"ears? (?:rang|ring|ringing|(?:is|are|were|was) ringing|kept ringing)",
        r"(?:whooshing|whistling|humming|buzzing) in (?:the |my |his |her |both )?ears?",
    ),
    (
        "hearing loss",
        r"(?:went|gone|go|going) deaf",
        r"(?:my|his|her|their) hearing (?:has |had |is |was )?(?:went|gone|worse)",
        rf"{CANNOT} hear (?:anything|a thing|out of|in (?:one|his|her|my)|on (?:one|the|his|her|my))",
    ),
    (
        "vision loss",
        r"(?:went|gone|go|goes|going|turned|struck) (blind)",
        r"(?:made|turned|left|leaves) (?:me|him|her|them|(?:my|his|her|their|your|someone['’]s) "
        r"[a-z]{2,12}) (blind)",
        rf"{CANNOT} see (?:anything|a thing|out of|properly|with (?:my|his|her))",
    ),
    (
        "dysphonia",
        rf"{LOST}voice",
        rf"(?:my|his|her) voice {HAS}(?:went|gone|a croak|hoarse|to a whisper)",
    ),
)
