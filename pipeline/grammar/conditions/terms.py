"""Terms of adverse events: plain medical names in lower case, from the words of a text or of a concept."""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.lay.harms import lay_term

#: Everyday words and abbreviations for the terms that a document need not spell out.
PLAIN_NAMES: Final = {
    "died": "death",
    "fatal event": "death",
    "fatality": "death",
    "mortality": "death",
    "ae": "adverse event",
    "event": "adverse event",
    "side effect": "adverse event",
    "adverse effect": "adverse event",
    "adverse reaction": "adverse event",
    "sae": "serious adverse event",
    "dlt": "dose-limiting toxicity",
    "dose-limiting event": "dose-limiting toxicity",
    "dose-limiting toxic effect": "dose-limiting toxicity",
    "dose limiting toxicity": "dose-limiting toxicity",
    "crs": "cytokine release syndrome",
    "icans": "immune effector cell-associated neurotoxicity syndrome",
    "neuro": "neurotoxicity",
    "neurotox": "neurotoxicity",
    "neuro event": "neurotoxicity",
    "neuro toxicity": "neurotoxicity",
    "neurological event": "neurotoxicity",
    "neurologic event": "neurotoxicity",
    "neurologic toxicity": "neurotoxicity",
    "neurological toxicity": "neurotoxicity",
    "gvhd": "graft-versus-host disease",
    "loss of motor function": "motor dysfunction",
    **dict.fromkeys(
        (
            f"b cells {have}{how}"
            for have in ("", "have ", "had ")
            for how in (
                "not returned",
                "never returned",
                "never came back",
                "never come back",
                "not come back",
                "not recovered",
                "never recovered",
            )
        ),
        "b-cell aplasia",
    ),
    "hematologic": "hematologic toxicity",
    "hematological": "hematologic toxicity",
    "hematological toxicity": "hematologic toxicity",
    "multisystem organ failure": "multiple organ failure",
    "multi-organ failure": "multiple organ failure",
    "pain at the injection site": "injection site pain",
    "pain at the infusion site": "infusion site pain",
    "immune-mediated event": "immune-mediated adverse event",
}


# A mention that took a grade along: "grade 3 pneumonitis".
GRADED: Final = r"(?:\w+ )?(?:grades?|gr\.?|G) ?[≥>=]* ?[1-5](?: ?(?:-|/|or) ?[1-5])? "


def plain_term(text: str) -> str:
    """A mention's words as a term: lower case, one hyphen, American spelling, singular of the last word.

    Example:
        >>> plain_term("Treatment-related Anaemias")
        'anemia'
    """
    term = re.sub(r"[\u2010-\u2015]", "-", " ".join(text.lower().split()))
    for british, american in (
        ("aemi", "emi"),
        ("haem", "hem"),
        ("oedema", "edema"),
        ("rrhoea", "rrhea"),
        ("pnoea", "pnea"),
        ("tumour", "tumor"),
    ):
        term = term.replace(british, american)
    if told := lay_term(term):
        return told
    term = re.sub(rf"^{GRADED}", "", term)
    term = re.sub(
        r"^(?:(?:prolonged|long-term|long-lasting|lasting|broad|profound|unwanted|persistent|"
        r"transient|mild|moderate|severe|recurrent|frequent|"
        r"common|occasional|any|some) )+",
        "",
        term,
    )
    term = re.sub(r"^(?:treatment|therapy|drug)[- ](?:related|emergent) ", "", term)
    if term in PLAIN_NAMES or text.isupper():  # "ICANS" is no plural
        return term
    if term.removesuffix("s") in PLAIN_NAMES:
        return term.removesuffix("s")
    if re.search(r"ies$", term) and len(term) > 5:
        return term[:-3] + "y"
    return term[:-1] if re.search(r"[a-z]{3}(?<![sui])s$", term) else term


#: Degree and duration, which are no part of a term.
_DEGREE: Final = re.compile(
    r"^(?:(?:prolonged|serious|severe|delayed|persistent|transient) (?!adverse|reaction|event|effect)(?=\w)|"
    r"(?:acute|chronic) (?=graft))"
)


def without_degree(term: str) -> str:
    """A term without words of degree ("prolonged cytopenia" is a cytopenia)."""
    return _DEGREE.sub("", term)
