r"""Therapies that a phrase names rather than a name: "anti-CD19 CAR T cells", "BTK inhibitor", "KYV-101".

The grammar is read on the text with molecules replaced by signs of the same length, so that "anti-§ CAR T
cells" is one pattern whatever the antigen. Case counts: "CAR" is a receptor, "car" is not.

    [anti-] MOLECULE [/ MOLECULE …] [-directed] [modifiers] CAR [-] T [cells] [therapy]
    CAR T cells [directed] against MOLECULE
    MOLECULE antibody | inhibitor | product
    code names and morphology: FT819, KYV-101, CART-19, …-cel, …mab, …nib
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.prefilter import compiled, opened
from pipeline.grammar.product_codes import find_codes

#: Sign of a molecule in the text that the grammar reads.
MOLECULE: Final = "\ue004"


class TherapyPhrase(NamedTuple):
    """A phrase that names a therapy.

    Attributes:
        extent: its characters.
        bound_from: start of the stretch in which molecules are what the therapy binds.
        bound_to: its end; equal to the start where the phrase names none.
        is_cell_therapy: whether it speaks of engineered cells.
    """

    extent: Extent
    bound_from: int
    bound_to: int
    is_cell_therapy: bool


_H: Final = "[-‐‑–]"  # hyphens
_J: Final = f"(?:{_H}|[ \xa0.])"  # what joins the parts of a compound
_M: Final = f"{MOLECULE}+(?:[⁺+](?=/))?"
_ANTI: Final = rf"(?:[Aa]nti{_H}? ?)?"
#: A molecule, or a code that stands in its place ("3A11", "VHH1", "InsB-g7").
_CODE: Final = (
    rf"(?<![\w-])(?=[\w-]*\d)(?!\d+{_H}?(?:year|day|week|month|fold))"
    rf"[A-Za-z0-9]*[A-Z][A-Za-z0-9]*(?:{_H}\w+)?"
)
_BINDS: Final = (
    # not the cells that are used ("CD4+/CD8+ CD19 CAR T cells")
    rf"(?!{MOLECULE}+[⁺+](?:/{MOLECULE}+[⁺+])* {MOLECULE}){_ANTI}{_M}(?: \({_M}\))?"
    rf"(?:(?: ?[/×x+–—] ?|{_H} and |{_H}?, | and | or |{_H})(?={_ANTI}{MOLECULE}){_ANTI}{_M})*"
)
_TOWARDS: Final = (
    rf"(?:{_J}?(?:directed|targeted|targeting|specific|redirected|binding|reactive|recogni[sz]ing))?"
)
_MODIFIER: Final = (
    rf"(?:(?:dual|tandem|bispecific|bivalent|compound|autologous|allogeneic|universal|armou?red|second|"
    rf"third|next|first|"
    rf"fourth|fifth|generation|off|the|shelf|humani[sz]ed|fully|human|murine|genetically|gene|modified|"
    rf"engineered|"
    rf"single|chain|donor|derived|haploidentical|commercial|virally|conventional|inducible|memory|enriched|"
    rf"in|vivo)\b{_J}?)"
)
_RECEPTOR: Final = (
    r"(?:[Cc]himeric[ -][Aa]nti(?:gen|body)[ -][Rr]eceptors?(?: ?[(\[]?(?:CAR|CARs)\b[)\]]?)?|"
    r"c?CAA?Rs?(?![a-z]))"
)
_KIND: Final = (
    rf"(?:{_J}|/)?(?:γδ{_J}?T|i?NKT?|T{_H}?regs?|regulatory T|Tregs?|T[ ]lymphocytes?|Ts|T|macrophages?|"
    rf"monocytes?|Ms?|"
    rf"natural killer|[Tt]hymocytes?)(?![A-Za-z0-9])(?:{_J}?(?:cells?|lymphocytes?))?"
)
_WHOLE: Final = r"(?:[ ](?:cell )?(?:therap(?:y|ies)|immunotherap(?:y|ies)|products?|treatments?)\b)?"
_CART: Final = r"(?:CARTs?|CAART|CAR-?Ts?)(?![A-Za-z])"
_OBJECT: Final = (
    rf"(?: \(?(?:(?:that |which )?(?:are |is )?(?:directed|targeted|aimed|specific|reactive|"
    rf"redirected) (?:against|at|to|towards?|for)|(?:that |which )(?:targets?|recogni[sz]es?|binds?)|"
    rf"targeting|against|recogni[sz]ing|binding) (?:the |"
    rf"human )?(?P<object>{_BINDS}))?"
)
_CELL_THERAPY: Final = compiled(
    rf"(?:(?:\b[a-z]+(?:mab|nanobody|scFv){_H}based |{_M}{_H}armou?red )?(?P<binds>{_BINDS}){_TOWARDS}{_J}?|"
    rf"(?P<code>{_CODE}){_TOWARDS}{_J})?(?P<modifiers>{_MODIFIER}*)"
    rf"(?P<core>{_RECEPTOR}(?P<kind>{_KIND}|{_J}[Ee]ngineered (?:[\w-]+ ){{0,4}}?(?:NK|T) [Cc]ells)?|"
    rf"(?<![A-Za-z0-9]){_CART}(?:{_J}cells?)?)"
    rf"(?P<whole>{_WHOLE}){_OBJECT}"
)
#: "CD19 cells" are engineered cells in a text on receptors, where they are given or studied; markers that
#: cells are sorted and counted by are not.
#: The sign stands first, so that nothing else is tried.
_CELLS_OF: Final = re.compile(
    rf"(?P<binds>{MOLECULE}(?<![\w-]{MOLECULE}){_M.replace('+', '*', 1)}(?:/{_M})?) cells\b"
)
_SORTED_BY: Final = re.compile(
    r"CD(?:1|2|3|4|8|10|11|13|14|15|16|24|25|31|34|38|41|44|45|56|57|62|68|117|127|133|161)[a-zA-Z]*"
)
_SPEAKS_OF_CARS: Final = compiled(r"\bCAR\b|\bCAR-?T|[Cc]himeric antigen receptor")
#: Cells that somebody had are engineered ones, whether or not the text speaks of receptors.
_HAD_BEFORE: Final = re.compile(
    r"\b(?:had|given|got|gets|received?|receiving|offered|infused with|dosed with|treated with) (?:the )?$",
    re.IGNORECASE,
)
_COUNTED_BEFORE: Final = re.compile(
    r"\b(?:depletion|loss|numbers?|counts?|percentage|absence|return|recovery|aplasia) of |"
    r"\b(?:no|zero|normal|circulating|peripheral|residual|malignant|low|few) $",
    re.IGNORECASE,
)
_COUNTED_AFTER: Final = re.compile(
    r" (?:counts?|numbers|per |/|depletion|aplasia|line|(?:were|are|was) (?:gone|not |un|absent|"
    r"deplet|low|zero|back)|fell|rose|return|recover|disappear|vanish|came back)"
)
#: Before a receptor that is a message or a gene, no cells yet.
_ENCODED: Final = re.compile(
    r"\b(?:encod(?:es?|ed|ing)|(?:mRNA|RNA|DNA|gene|recipe|instruction|message|code)s? for) "
    r"(?:an? |the )?$"
)
#: One of these every match of `_CELL_THERAPY` holds.
_RECEPTOR_HINTS: Final = ("CAR", "CAAR", "himeric")
_ENGINEERED: Final = compiled(
    rf"(?P<binds>{_BINDS})(?:{_TOWARDS}{_J}(?!(?:gene|protein|cleavage|degradation|fusion|"
    rf"splice)[ -])(?:(?:[a-z]+[ -]){{0,2}}?(?:cell )?products?|ones)|"
    rf"{_J}?(?:directed|targeted|redirected|specific){_J}{_MODIFIER}*T{_J}?(?:cells?|lymphocytes?)|"
    rf"{_J}(?:TCRs?|T{_J}cell receptor){_J}T{_J}?(?:cells?|lymphocytes?)|"
    rf"{_TOWARDS}{_J}(?:genetically |gene{_H})(?:modified|engineered) T{_J}?(?:cells?|lymphocytes?))\b"
)
_ANTIBODY: Final = compiled(
    rf"(?P<binds>{_BINDS}|(?<![\w-])[A-Z][A-Z0-9]{{1,7}}(?:{_H}\d)?){_TOWARDS}{_J}"
    rf"(?:(?:monoclonal|bispecific|trispecific|tyrosine|kinase|small|molecule|based|drug|checkpoint|"
    rf"receptor|T{_H}cell|×|CD3)"
    rf"{_J})*(?P<head>antibody{_H}drug conjugates?|antibod(?:y|ies)|m[Aa]bs?|nanobod(?:y|ies)|engagers?|"
    rf"bispecifics?|"
    rf"inhibitors?|inhibition|blockers?|blockade|antagonists?|agonists?|degraders?|TKIs?|drugs?|agents?|"
    rf"vaccines?)\b"
)
_CLASS: Final = compiled(
    rf"\b(?:bispecific (?:T{_H}cell )?(?:antibod(?:y|ies)|engagers?)|bispecifics|"
    rf"antibody{_H}drug conjugates?|"
    rf"(?:immune )?checkpoint (?:inhibitors?|blockade))\b",
    re.IGNORECASE,
)
_GLUED: Final = compiled(rf"(?<![\w-])(?P<stem>[A-Z][A-Za-z0-9]*?){_H}?(?:CAA?RTs?|CAA?Rs?)(?![\w])")
_CART_CODE: Final = compiled(
    rf"(?<![\w-])CART{_H}?(?:\d[\w]*(?:{_H}\d+)*|{_M}(?:{_H}{_M})*)(?!\w)(?:{_J}cells?\b)?"
)
#: An autoantibody is measured, not given.
_MEASURED: Final = re.compile(
    r"(?:tit(?:er|re)s?|positive|negative|seropositiv\w*|serum|levels?|autoantibod\w*|pathogenic|"
    r"against self|loss of|"
    r"detectable|circulating|falling|presence) (?:of |for |in )?(?:[\w-]+,? (?:and |or )?){0,3}$|autoantibod",
    re.IGNORECASE,
)
_MEASURED_AFTER: Final = re.compile(
    r"[-‑ ](?:associated|mediated|induced|related|driven)|[ -](?:tit(?:er|re)s?|levels?|positiv|"
    r"seropositiv|negativ|concentration)|"
    r" (?:(?:was|were|had|have|has) (?:\w+ ){0,2}(?:above|raised|elevated|detect\w+|positive|present|found|"
    r"negative|absent|undetectable|gone|disappeared|fallen|cleared)|fell|rose|disappeared|vanished|"
    r"declined|dropped)\b",
    re.IGNORECASE,
)


def masked(text: str, molecules: Iterable[Extent]) -> str:
    """The text with molecules replaced by signs, character for character."""
    signs = list(text)
    for start, end in molecules:
        signs[start:end] = MOLECULE * (end - start)
    return "".join(signs)


def find_phrases(
    signs: str, text: str, knows_molecule: frozenset[str] | set[str] = frozenset()
) -> list[TherapyPhrase]:
    """Therapy phrases of a text, in order; of overlapping ones the longest.

    Args:
        signs: `masked(text, …)`.
        text: the text.
        knows_molecule: further words that are known to name molecules, for compounds such as "FAPCAR".
    """
    found = sorted(
        [
            *_cells(signs, text),
            *_cells_of(signs, text),
            *_others(signs, text),
            *_glued(signs, text, knows_molecule),
        ],
        key=lambda phrase: (phrase.extent[0] - phrase.extent[1], phrase.extent),
    )
    kept: list[TherapyPhrase] = []
    for phrase in found:
        start, end = phrase.extent
        if all(end <= other.extent[0] or other.extent[1] <= start for other in kept):
            kept.append(phrase)
    return sorted(kept)


def _of_receptors(signs: str) -> Iterator[re.Match[str]]:
    """Matches of the phrase, which looks at every word, in the lines alone that name a receptor."""
    start = 0
    is_named = any(hint in signs for hint in _RECEPTOR_HINTS)
    for line in signs.splitlines(keepends=True) if is_named else ():
        end = start + len(line)
        if any(hint in line for hint in _RECEPTOR_HINTS):
            yield from _CELL_THERAPY.finditer(signs, start, end)
        start = end


def _cells(signs: str, text: str) -> Iterator[TherapyPhrase]:
    for match in _of_receptors(signs):
        binds, object_ = match.span("binds"), match.span("object")
        has_target = binds[0] >= 0 or match["code"] is not None or object_[0] >= 0
        is_cells = match["kind"] is not None or ("T" in match["core"] and match["core"].startswith("CA"))
        if not is_cells and binds[0] < 0 and object_[0] < 0:
            continue  # a bare "CAR" may be anything
        if not is_cells and _ENCODED.search(signs[max(0, match.start() - 40) : match.start()]):
            continue
        if has_target:
            bound = binds if binds[0] >= 0 else object_
            start = match.start()
            # What is named before the receptor and once more behind it is not said twice in one name.
            end = match.end("whole") if binds[0] >= 0 and object_[0] >= 0 else match.end()
            yield TherapyPhrase((start, end), max(bound[0], start), max(bound[1], start), True)
        else:
            start = match.start("core")
            end = match.end("core")
            if (
                re.match(r" (?:therap(?:y|ies)|treatment)", signs[end : end + 12])
                and "product" not in match["whole"]
            ):
                end = match.end("whole")
            yield TherapyPhrase((start, end), start, start, True)
    for match in _ENGINEERED.in_lines(signs, text):
        yield TherapyPhrase(match.span(), *match.span("binds"), True)
    for match in _CART_CODE.in_lines(signs, text):
        yield TherapyPhrase(match.span(), match.start(), match.end(), True)


def _cells_of(signs: str, text: str) -> Iterator[TherapyPhrase]:
    may_speak = opened(text, 0, len(text)) & _SPEAKS_OF_CARS.gate != 0
    speaks_of_cars = may_speak and _SPEAKS_OF_CARS.search(text) is not None
    for match in _CELLS_OF.finditer(signs):
        start, end = match.span()
        if (
            (speaks_of_cars or _HAD_BEFORE.search(text[max(0, start - 30) : start]))
            and not _SORTED_BY.fullmatch(text, *match.span("binds"))
            and not _COUNTED_BEFORE.search(text[max(0, start - 30) : start])
            and not _COUNTED_AFTER.match(text, end)
        ):
            yield TherapyPhrase((start, end), *match.span("binds"), True)


def _others(signs: str, text: str) -> Iterator[TherapyPhrase]:
    for match in _ANTIBODY.in_lines(signs, text):
        is_antibody = "bod" in match["head"] or match["head"].lower().startswith("mab")
        if is_antibody and (
            _MEASURED.search(text[max(0, match.start() - 40) : match.start()])
            or _MEASURED_AFTER.match(text, match.end())
            or MOLECULE not in match["binds"]
        ):
            continue
        if match["head"].rstrip("s") in ("drug", "agent") and not match["binds"].lower().startswith("anti"):
            continue
        yield TherapyPhrase(match.span(), *match.span("binds"), False)
    for match in _CLASS.in_lines(text):
        yield TherapyPhrase(match.span(), match.start(), match.start(), False)


def _glued(signs: str, text: str, knows_molecule: frozenset[str] | set[str]) -> Iterator[TherapyPhrase]:
    for match in _GLUED.in_lines(text):
        stem = match["stem"]
        if stem != "CAR" and (
            re.search(r"\d", stem) or stem in knows_molecule or MOLECULE in signs[slice(*match.span())]
        ):
            yield TherapyPhrase(match.span(), match.start("stem"), match.end("stem"), True)


_MORPHOLOGY: Final = compiled(
    rf"\b(?:[A-Za-z]+gene [a-z]+leucel|[A-Za-z]{{2,}}(?:leucel|{_H}cel)|"
    # the ending that names of cells have by rule, and English words that end alike
    r"(?!(?:[Pp]ar|[Cc]an|[Cc]han|[Mm]ar|[Ee]x|[Tt]er|[Tt]ier)cel\b)[A-Za-z][a-z]{2,}cel)\b|"
    r"\b[A-Za-z]?[a-z]{4,}(?:mabs?|tinib|ciclib|zomib|parib|limus|cept|rafenib|fusp|tamab)\b|"
    # endings that antibodies have since 2021
    r"\b[A-Za-z]?[a-z]{4,}(?:tug|bart|mig)\b"
)
#: An antibody and what it carries: stems of the International Nonproprietary Names for such loads.
_CONJUGATE: Final = compiled(
    r"\b[A-Za-z]?[a-z]{4,}(?:mab|tug|bart|mig) [a-z]{2,}(?:dotin|tansine|tecan|tesirine|micin|bulin|sunirine|"
    r"mazine|sudotox|govitecan|platin|taxel)\b"
)


def find_products(text: str, taken: Iterable[Extent]) -> list[Extent]:
    """Product names that no list holds: by their ending, or codes that the text treats as a product.

    Args:
        text: the text.
        taken: extents that are named already (molecules, other therapies, diseases, trial ids).
    """
    extents = list(taken)
    blocked = {place for start, end in extents for place in range(start, end)}
    found = [match.span() for match in _MORPHOLOGY.in_lines(text) if match.start() not in blocked]
    # What a list holds of the antibody alone is only a part of the name.
    found += [match.span() for match in _CONJUGATE.in_lines(text)]
    return sorted([*found, *find_codes(text, extents)])
