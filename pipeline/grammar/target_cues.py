"""Cue words of `targets`: what aims at an antigen, what it is described by, and what only stands beside it.

The lists were written from English grammar and extended on the development set.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.prefilter import compiled

AIMS: Final = re.compile(
    r"\b(?:target(?:s|ed|ing)?|aim(?:s|ed|ing)? (?:\w+ly )?(?:at|against)|"
    r"direct(?:s|ed) (?:at|against|to(?:wards?)?)|specific (?:for|to)|recogni[sz](?:e|es|ed|ing)|"
    r"bind(?:s|ing)?(?: to)?|bound|(?:go(?:es)?|going|went) (?:after|for)|hom(?:es?|ing) in on|"
    r"zero(?:es|ing)? in on|"
    r"hits?|hunts?(?: down)?|attacks?|seeks?(?: out)?|grips?|docks? on(?:to)?|latch(?:es)? on ?to|"
    r"locks? on ?to|sticks? to|fires? on|trained on|against|reactive (?:to|with)|"
    r"(?:receptors?|binders?) for|CARs? (?:for|to|vs\.?)|sees?|raised against|grabs?|seiz(?:es?|ed|ing)|"
    r"(?:hold|cling|fasten|clamp|snap|hook)(?:s|ed|ing)? on(?:to| to)?|"
    r"(?:look|search|reach)(?:es|s|ed|ing)? for|chas(?:es?|ed|ing)|"
    r"fits?|clasps?|catch(?:es)?|spots?|"
    r"tak(?:es?|ing) aim at|redirected (?:to|against|at))\s+(?:the |an? |both |its |their |all )?",
    re.IGNORECASE,
)
TARGET_IS: Final = re.compile(
    r"\b(?:the |its |their )?targets?(?: antigen)?(?: here)?(?: is| are| was|:| –)\s+(?:the )?", re.IGNORECASE
)
NOT_AIMED: Final = re.compile(
    r"\b(?:not|no|never|unlike|rather than|instead of|spar(?:es?|ed|ing)|ignor(?:es?|ed|ing)|without|nor|"
    r"neither|lacks?|leav(?:es?|ing)|avoid(?:s|ing)?|doesn['’]t|cannot)\b",
    re.IGNORECASE,
)
#: Between a verb of aiming and what it is aimed at: at most a few words in apposition, no other statement.
TO_OBJECT: Final = re.compile(r"^[^.;:]{0,70}$")
OTHER_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|which|that|who|and then|but|while|with)\b", re.IGNORECASE
)
NEXT_OBJECT: Final = re.compile(
    r"^[\w+⁺)]*\s*(?:,|/|and|or|as well as|plus|&|along with|\()\s*"
    r"(?:also |the |wild[-‑ ]type |for |to |at |against |[\w'’-]+ ){0,3}\(?$"
)
#: What cells do at a second antigen that stops them.
HELD_BACK: Final = re.compile(
    r"\b(?:(?:holds?|held|holding) (?:its |their )?fire|stops?|stands? down|inhibit\w+|"
    r"(?:is|are) (?:silenced|switched off|held back))\b[^.;]{0,30}$"
)
#: Kinds of T cells: what is aimed at them finds cells, no antigen of a disease.
SUBSET: Final = re.compile(r"CD[348]")
CARRIED: Final = re.compile(r"[⁺+]|[-‑ ]positive")
FORMER: Final = re.compile(r"\bthe former\b", re.IGNORECASE)
#: Words that lead from one therapy to another one.
CONTRAST: Final = re.compile(
    rf"{NOT_AIMED.pattern}|\b(?:or|and|another|other|than|after|before|beside|besides|with)\b", re.IGNORECASE
)
#: "the CD4-binding site of gp120": what is bound there is gp120.
BINDING_SITE: Final = re.compile(r"[-‑ ]binding (?:site|domain|pocket|region)")
#: Before a product that somebody aims, and between it and its antigen: "points its X at Y".
POINTED: Final = re.compile(r"\b(?:point|aim|direct|train|turn|send|target)\w* (?:its |their |the |our )?$")
POINTED_AT: Final = re.compile(r" (?:at|against|on|towards?|to) (?:the )?")
#: Between a product and its antigen in apposition: "X, another [CD19] autologous", "X (autologous; [CD7])",
#: "X, autologous T cells with an anti-[CD5] receptor". No verb, no other thing.
DESCRIBED: Final = re.compile(
    r"(?:, (?:(?:another|an?|the|its|our|their)\b)?|,? ?\()\s?(?:(?:autologous|allogeneic|anti|fully|human|"
    r"humani[sz]ed|"
    r"second|third|fourth|generation|off-the-shelf|donor-derived|iPSC-derived|dual|single|universal|in|vivo|"
    r"lentiviral|regulatory|[Tt]|NK|cells?|with|an?|product)[ ,;-]{1,2}){0,8}",
    re.IGNORECASE,
)
#: A product aimed at what the text named last before it.
AT_IT: Final = compiled(
    r"\b(?:aimed|directed|targeted|trained|redirected) (?:at|against|on|to|towards?) "
    r"(?:it|(?:this|that) (?!cells?|disease|cancer|tumou?r|patient|group|population)\w+)\b"
)
#: A product whose antigen is the one that was told of another before it.
SAME: Final = re.compile(
    r"\b(?:bind(?:s|ing)?|against|hit(?:s|ting)?|targets?|targeting|(?:directed|aimed) (?:at|against)|"
    r"with|for|of) the same (?:antigen|target|protein|molecule|marker)\b"
)
#: What is no receptor's antigen though it stands there: "anti-X antibody", "X-positive", "X-deleted".
NOT_DESCRIBED: Final = re.compile(
    r"[⁺+]|[-‑ ](?:positive|negative|deleted|knock|antibod|inhibit|expressing|mutant|low|high|cells? count)"
)
#: Between an antigen and what binds it, and the verb that follows.
RELATIVE: Final = re.compile(
    r"\)?,? (?:(?:the|a|an) (?:[\w-]+ )?(?:antigens?|targets?|molecules?|proteins?|receptors?|markers?) )?"
    r"(?:that|which|to which|at which|on which|against which)? ?(?:the )?"
)
BINDS: Final = re.compile(
    r" (?:binds?|targets?|recogni[sz]es?|sees?|hits?|attacks?|is (?:aimed|directed|targeted)|goes after|"
    r"homes)\b"
    r"(?=\s?[,.;)]| (?:is|are|was|were|in|on)\b)"
)
#: What follows an antigen where it tells what a construct is aimed at.
BINDER: Final = re.compile(
    r"(?:/[\w-]+)?(?:[-‑ ](?:binder|binding (?:domain|fragment)|CAR\b|scFv|receptor|nanobody|product|"
    r"directed|specific))"
)
LEADS_TO: Final = re.compile(
    r"^[-‑–]?(?:directed|targeted|targeting|specific|redirected|based)?[\s,]*(?:and|/|or|"
    r"\w+-derived,?)?\s*$"
)
ANAPHOR: Final = re.compile(
    r"^\W*(?:it|its|they|their|these|this|both|the (?:product|cells?|CARs?|construct|receptor|therapy|"
    r"treatment|candidate|binder|engineered|modified|drug))\b",
    re.IGNORECASE,
)
#: Parts of an engineered cell: a sentence on one speaks of the therapy.
PART: Final = re.compile(r"\b(?:CARs?|receptors?|T cells|scFv|binder|nanobody|product|candidate)\b")
